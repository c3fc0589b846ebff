package resources_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/resources"
)

// changed gives the Contract as it is read, with parts of its text replaced.
func (w *contractWorld) changed(t testing.TB, id string, change ...string) string {
	t.Helper()
	text := string(jsonOf(t, read(t, w.clerk(t), w.typ(), id)))
	for i := 0; i < len(change); i += 2 {
		if !strings.Contains(text, change[i]) {
			t.Fatalf("%s is not in %s", change[i], text)
		}
		text = strings.Replace(text, change[i], change[i+1], 1)
	}
	return text
}

// paying gives the Contract as it is read with further contributions.
func (w *contractWorld) paying(t testing.TB, id string, premiums ...string) string {
	t.Helper()
	var tree map[string]any
	if err := json.Unmarshal(jsonOf(t, read(t, w.clerk(t), w.typ(), id)), &tree); err != nil {
		t.Fatal(err)
	}
	asset := tree["term"].([]any)[0].(map[string]any)["asset"].([]any)[0].(map[string]any)
	list, _ := asset["extension"].([]any)
	for _, one := range premiums {
		var extension any
		if err := json.Unmarshal([]byte(one), &extension); err != nil {
			t.Fatal(err)
		}
		list = append(list, extension)
	}
	asset["extension"] = list
	return encode(t, tree)
}

// put replaces a Contract at the version, in JSON.
func (w *contractWorld) put(t testing.TB, id, version, text string) (string, error) {
	t.Helper()
	entry, err := w.typ().(rest.Updater).Update(w.clerk(t), id, decode(t, text), rest.Match(version))
	if err != nil {
		return "", err
	}
	return sold(t, entry), nil
}

// A policy is paid, gets another officer, is suspended; each is a version, and each
// version says what was then.
func TestContractIsPaidAndSuspended(t *testing.T) {
	eachContract(t, func(t *testing.T, w *contractWorld) {
		other := persistence.Officer{Code: "EO9", LastName: "New", OtherNames: "Bob", LocationID: &w.sides[0].district.LocationID}
		w.seed(t, func(x *persistence.Session) { insert(t, x, &other) })
		id := create(t, w.clerk(t), w.typ(), w.text(contract{more: `,"title":"Family cover"`})).ID
		wants := []string{"offered 132 2021-07-29/2022-07-28 2021-07-29 2"}
		for _, step := range []struct {
			name string
			text func() string
			want string
		}{
			{"a first instalment", func() string { return w.paying(t, id, premium("R1", "100.00", "2021-07-29", "C")) }, "offered 132 2021-07-29/2022-07-28 2021-07-29 2 R1"},
			{"the second", func() string { return w.paying(t, id, premium("R2", "32", "2021-07-29", "B")) }, "executed 132 2021-07-29/2022-07-28 2021-07-29 2 R1 R2"},
			{"another officer", func() string {
				return w.changed(t, id, string(w.officers[0].OfficerUUID), string(other.OfficerUUID))
			}, "executed 132 2021-07-29/2022-07-28 2021-07-29 2 R1 R2"},
			{"a photograph", func() string {
				return w.paying(t, id, strings.Replace(premium("R3", "2", "2021-07-29", "M"), `"code":"C"}]}},`, `"code":"P"}]}},`, 1))
			}, "executed 132 2021-07-29/2022-07-28 2021-07-29 2 R1 R2 R3"},
			{"suspended", func() string { return w.changed(t, id, `"executed"`, `"disputed"`) }, "disputed 132 2021-07-29/2022-07-28 2021-07-29 2 R1 R2 R3"},
		} {
			version := read(t, w.clerk(t), w.typ(), id).VersionID
			text := step.text()
			got, err := w.put(t, id, version, text)
			if err != nil || got != step.want {
				t.Fatalf("%s: %s, %v, want %s", step.name, got, err, step.want)
			}
			if _, err := w.put(t, id, version, text); core.CodeOf(err) != core.PreconditionFailed {
				t.Errorf("%s at the version before: %v", step.name, err)
			}
			if got, err := w.put(t, id, "", w.changed(t, id)); err != nil || got != step.want {
				t.Errorf("%s, once more as it is: %s, %v", step.name, got, err)
			}
			wants = append(wants, step.want)
		}
		if title := show(t, read(t, w.clerk(t), w.typ(), id))["title"]; title != "Family cover" {
			t.Errorf("the title is %v", title)
		}
		page, err := w.typ().(rest.Historian).History(w.clerk(t), id, rest.HistoryQuery{})
		if err != nil || len(page.Entries) != len(wants) {
			t.Fatalf("%d versions, %v, want %d", len(page.Entries), err, len(wants))
		}
		slices.Reverse(wants)
		for i, entry := range page.Entries {
			if got := sold(t, entry); got != wants[i] {
				t.Errorf("version %d: %s, not %s", i, got, wants[i])
			}
			again, err := w.typ().(rest.VersionReader).ReadVersion(w.clerk(t), id, entry.VersionID)
			if err != nil || sold(t, again) != wants[i] {
				t.Errorf("version %s: %v", entry.VersionID, err)
			}
			if i > 0 && !entry.LastUpdated.Before(page.Entries[i-1].LastUpdated) {
				t.Errorf("version %d is not older than the next", i)
			}
		}
		if page.Entries[0].VersionID != read(t, w.clerk(t), w.typ(), id).VersionID {
			t.Error("the newest version is not the one that is read")
		}
		if err := w.typ().(rest.Deleter).Delete(w.clerk(t), id, ""); err != nil {
			t.Fatal(err)
		}
		if err := w.typ().(rest.Deleter).Delete(w.clerk(t), id, ""); err != nil {
			t.Errorf("once more: %v", err)
		}
		if page, err = w.typ().(rest.Historian).History(w.clerk(t), id, rest.HistoryQuery{}); err != nil || !page.Entries[0].Deleted {
			t.Fatalf("%v", err)
		}
		if _, err := w.typ().(rest.VersionReader).ReadVersion(w.clerk(t), id, page.Entries[0].VersionID); core.CodeOf(err) != core.Gone {
			t.Errorf("the deletion: %v", err)
		}
	})
}

// Where activation is a step of its own, a paid policy waits for it.
func TestContractIsActivated(t *testing.T) {
	eachContract(t, func(t *testing.T, w *contractWorld) {
		w.seed(t, func(x *persistence.Session) {
			if err := x.DB().Model(&persistence.IMISDefaults{}).Where("1 = 1").UpdateColumn("ActivationOption", 3).Error; err != nil {
				t.Fatal(err)
			}
		})
		entry := create(t, w.clerk(t), w.typ(), w.text(contract{issued: "2021-07-01", status: "executable", premiums: []string{premium("R1", "132", "2021-07-02", "C")}}))
		got, err := w.put(t, entry.ID, entry.VersionID, w.changed(t, entry.ID, `"executable"`, `"executed"`))
		if want := "executed 132 2021-07-01/2022-06-30 2021-07-29 2 R1"; err != nil || got != want {
			t.Errorf("%s, %v, want %s", got, err, want)
		}
		entry = create(t, w.clerk(t), w.typ(), w.text(contract{product: "InsurancePlan/RX01", premiums: []string{premium("R1", "1000", "2021-07-02", "C")}}))
		got, err = w.put(t, entry.ID, "", w.changed(t, entry.ID, `"executable"`, `"executed"`, `"usePeriod":[{"start":"2021-07-01"`, `"usePeriod":[{"start":"2021-07-20"`))
		if want := "executed 1000 2021-07-01/2022-06-30 2021-07-20 2 R1"; err != nil || got != want {
			t.Errorf("on a day that was said: %s, %v, want %s", got, err, want)
		}
	})
}

// What is sold is not changed by saying otherwise.
func TestContractChangeRefused(t *testing.T) {
	eachContract(t, func(t *testing.T, w *contractWorld) {
		id := create(t, w.clerk(t), w.typ(), w.text(contract{premiums: []string{premium("R1", "100.00", "2021-07-29", "C")}})).ID
		used := create(t, w.clerk(t), w.typ(), w.text(contract{issued: "2020-03-01", premiums: []string{premium("USED", "1", "2020-03-01", "C")}}))
		side := &w.sides[0]
		const asset = "Contract.term[0].asset[0]"
		before := w.count(t)
		for _, c := range []struct {
			name   string
			text   string
			code   core.Code
			path   string
			expect []string
		}{
			{"another family", w.changed(t, id, `"Group/`+string(side.family.FamilyUUID), `"Group/`+string(w.sides[1].family.FamilyUUID)), core.Unprocessable, "Contract.subject[0]", nil},
			{"another product", w.changed(t, id, string(w.each.ProdUUID), string(w.fixed.ProdUUID)), core.Unprocessable, asset + ".valuedItem[0].entityReference", []string{string(w.each.ProdUUID), string(w.fixed.ProdUUID)}},
			{"another value", w.changed(t, id, `"net":{"value":132.00`, `"net":{"value":131.00`), core.Unprocessable, asset + ".valuedItem[0].net", []string{"132.00", "131.00"}},
			{"another day of enrolment", w.changed(t, id, `"issued":"2021-07-29"`, `"issued":"2021-07-28"`), core.Unprocessable, "Contract.issued", []string{"2021-07-29", "2021-07-28"}},
			{"another end", w.changed(t, id, `"end":"2022-07-28"`, `"end":"2023-07-28"`), core.Unprocessable, asset + ".period[0].end", []string{"2022-07-28", "2023-07-28"}},
			{"another begin", w.changed(t, id, `"usePeriod":[{"start":"2021-07-29"`, `"usePeriod":[{"start":"2021-07-28"`), core.Unprocessable, asset + ".usePeriod[0].start", []string{"2021-07-29", "2021-07-28"}},
			{"a renewal", strings.Replace(w.changed(t, id), `"issued"`, `"legalState":{"text":"Renewed"},"issued"`, 1), core.Unprocessable, "Contract.legalState", []string{"Offered", "Renewed"}},
			{"a status that is not bought", w.changed(t, id, `"offered"`, `"executed"`), core.Unprocessable, "Contract.status", []string{"offered", "executed"}},
			{"a status of the nightly run", w.changed(t, id, `"offered"`, `"terminated"`), core.Unprocessable, "Contract.status", []string{"offered", "terminated"}},
			{"another head", w.changed(t, id, `"reference":[{"reference":"Patient/`+string(side.head.InsureeUUID), `"reference":[{"reference":"Patient/`+string(side.member.InsureeUUID)), core.Unprocessable, "Contract.term[0].offer.party[0].reference[0]", nil},
			{"a stranger covered", w.changed(t, id, `"typeReference":[{"reference":"Patient/`, `"typeReference":[{"reference":"Patient/`+string(w.sides[1].head.InsureeUUID)+`"},{"reference":"Patient/`), core.Unprocessable, asset + ".typeReference[0]", nil},
			{"a contribution changed", w.changed(t, id, `{"value":100.00`, `{"value":99.00`), core.Conflict, asset + ".extension[0]", []string{"R1", "100.00"}},
			{"a contribution of another day", w.changed(t, id, `"valueDate":"2021-07-29"`, `"valueDate":"2021-07-28"`), core.Conflict, asset + ".extension[0]", []string{"R1", "2021-07-29"}},
			{"a contribution taken away", w.text(contract{}), core.Conflict, asset + ".extension", []string{"R1"}},
			{"a receipt that was used", w.paying(t, id, premium("USED", "32", "2021-07-29", "C")), core.Conflict, asset + ".extension[1]", []string{"USED"}},
			{"the officer of another district", w.changed(t, id, string(w.officers[0].OfficerUUID), string(w.officers[1].OfficerUUID)), core.Unprocessable, "Contract.author", nil},
		} {
			_, err := w.put(t, id, "", c.text)
			if core.CodeOf(err) != c.code || !strings.Contains(err.Error()+fmt.Sprint(pathsOf(err)), c.path) {
				t.Errorf("%s: %v, want %s at %s", c.name, err, c.code, c.path)
				continue
			}
			for _, word := range c.expect {
				if !strings.Contains(err.Error(), word) {
					t.Errorf("%s: %v does not say %q", c.name, err, word)
				}
			}
		}
		if after := w.count(t); after != before {
			t.Errorf("%s rows before, %s after", before, after)
		}
		if _, err := w.put(t, used.ID, "", w.changed(t, used.ID, `"offered"`, `"disputed"`)); err != nil {
			t.Fatal(err)
		}
		_, err := w.put(t, used.ID, "", w.paying(t, used.ID, premium("R9", "1", "2021-07-29", "C")))
		fails(t, err, core.Conflict, "suspended")
		_, err = w.put(t, "00000000-0000-4000-8000-000000000000", "", w.text(contract{}))
		fails(t, err, core.NotFound, "")
	})
}

// A renewal follows on the policy before, without the fee for registering: 100 + 20 + 2×1.
func TestContractIsRenewed(t *testing.T) {
	eachContract(t, func(t *testing.T, w *contractWorld) {
		create(t, w.clerk(t), w.typ(), w.text(contract{issued: "2020-08-10", premiums: []string{premium("R1", "132", "2020-08-10", "C")}}))
		renewal := contract{more: `,"legalState":{"text":"Renewed"}`, status: "executed", premiums: []string{premium("R2", "122", "2021-07-29", "C")}}
		entry := create(t, w.clerk(t), w.typ(), w.text(renewal))
		if got, want := sold(t, entry), "executed 122 2021-08-10/2022-08-09 2021-08-10 2 R2"; got != want {
			t.Errorf("%s, not %s", got, want)
		}
		tree := show(t, entry)
		if fmt.Sprint(tree["legalState"]) != "map[text:Renewed]" || strings.Contains(fmt.Sprint(tree["meta"]), "openimis-contract") {
			t.Errorf("%v, %v", tree["legalState"], tree["meta"])
		}
		renewal.premiums = []string{premium("R3", "122", "2021-07-29", "C")}
		_, err := w.typ().(rest.Creator).Create(w.clerk(t), decode(t, w.text(renewal)))
		if core.CodeOf(err) != core.Conflict {
			t.Errorf("a second renewal: %v", err)
		}
	})
}

// Of two who book the same receipt of a product at once, one does.
func TestOneReceiptOneContribution(t *testing.T) {
	eachContract(t, func(t *testing.T, w *contractWorld) {
		ids := []string{
			create(t, w.clerk(t), w.typ(), w.text(contract{})).ID,
			create(t, w.clerk(t), w.typ(), w.text(contract{issued: "2020-03-01"})).ID,
		}
		for round := range 4 {
			texts := make([]string, len(ids))
			for i, id := range ids {
				texts[i] = w.paying(t, id, premium(fmt.Sprint("SAME", round), "1", "2021-07-29", "C"))
			}
			errs := make([]error, len(ids))
			var wait sync.WaitGroup
			for i, id := range ids {
				in := decode(t, texts[i])
				wait.Go(func() { _, errs[i] = w.typ().(rest.Updater).Update(w.clerk(t), id, in, "") })
			}
			wait.Wait()
			if (errs[0] == nil) == (errs[1] == nil) || core.CodeOf(errs[0]) != core.Conflict && core.CodeOf(errs[1]) != core.Conflict {
				t.Errorf("round %d: %v", round, errs)
			}
		}
	})
}

// What hangs on a policy counts for when it was changed, and so for what finds it.
func TestContractSearch(t *testing.T) {
	eachContract(t, func(t *testing.T, w *contractWorld) {
		side := &w.sides[0]
		old := string(side.policy.PolicyUUID)
		offered := create(t, w.clerk(t), w.typ(), w.text(contract{})).ID
		paid := create(t, w.clerk(t), w.typ(), w.text(contract{issued: "2021-07-10", product: "InsurancePlan/RX01", premiums: []string{premium("R1", "1000", "2021-07-10", "C")}})).ID
		names := map[string]string{offered: "offered", paid: "paid", old: "old"}
		for _, c := range []struct{ query, want string }{
			{"", "offered old paid"},
			{"_id=" + paid, "paid"},
			{"identifier=" + paid, "paid"},
			{"status=offered", "offered"},
			{"status=executed", "old paid"},
			{"status=http://hl7.org/fhir/contract-status|executed,offered", "offered old paid"},
			{"status:not=executed", "offered"},
			{"status=terminated,disputed,executable,nonsense", ""},
			{"subject=Group/" + string(side.family.FamilyUUID), "offered old paid"},
			{"subject=" + string(w.sides[1].family.FamilyUUID), ""},
			{"patient=Patient/" + string(side.member.InsureeUUID), "offered old paid"},
			{"patient=" + string(side.head.InsureeUUID), "offered paid"},
			{"issued=2021-07-10", "paid"},
			{"issued=lt2021", "old"},
			{"issued=ge2021-07-11", "offered"},
			{"_lastUpdated=2021-07-29", "offered old paid"},
			{"_lastUpdated=gt2021-07-29", ""},
			{"_lastUpdated=lt2021-07-29", ""},
			{"_lastUpdated=ne2021-07-29", ""},
			{"_lastUpdated=ge2021-07-29&_lastUpdated=le2021-07-29", "offered old paid"},
		} {
			q, err := parse(w.typ(), c.query)
			if err != nil {
				t.Errorf("%s: %v", c.query, err)
				continue
			}
			page, err := w.typ().(rest.Searcher).Search(w.clerk(t), q)
			if err != nil {
				t.Errorf("%s: %v", c.query, err)
				continue
			}
			var got []string
			for _, entry := range page.Entries {
				got = append(got, names[entry.ID])
			}
			slices.Sort(got)
			if strings.Join(got, " ") != c.want {
				t.Errorf("%s: %v, not %s", c.query, got, c.want)
			}
		}
		for _, query := range []string{"_sort=_lastUpdated", "authority=Organization/1", "signer=x", "url=x", "instantiates=x", "domain=x", "patient:missing=perhaps", "subject=Patient/1", "_lastUpdated=x"} {
			q, err := parse(w.typ(), query)
			if err == nil {
				_, err = w.typ().(rest.Searcher).Search(w.clerk(t), q)
			}
			if core.CodeOf(err) != core.Invalid {
				t.Errorf("%s: %v", query, err)
			}
		}
		q := query(t, w.typ(), "", "")
		for _, count := range []int{1, 3} {
			q.Count = count
			ctx, statements := persistence.CountStatements(w.clerk(t))
			if _, err := w.typ().(rest.Searcher).Search(ctx, q); err != nil || statements.Count() != 3 {
				t.Errorf("a page of %d takes %d statements, not 3, %v", count, statements.Count(), err)
			}
		}
		ids, err := w.typ().(rest.BatchReader).ReadAll(w.clerk(t), []string{paid, offered, "x"})
		if err != nil || len(ids) != 2 {
			t.Errorf("%d of 2, %v", len(ids), err)
		}
	})
}

// The words of the older server, both ways.
func TestContractOnTheCompatibleBase(t *testing.T) {
	eachContract(t, func(t *testing.T, w *contractWorld) {
		habitual := *w.Environment
		habitual.Compatible, habitual.Currency = true, "$"
		typ := resources.Contract(&habitual)
		for _, c := range []struct{ said, paid, shown, strict string }{
			{"Idle", "1", "Offered", "offered"}, {"Offered", "1", "Offered", "offered"}, {"whatever", "1", "Offered", "offered"},
			{"active", "132", "Policy", "executed"}, {"Policy", "132", "Policy", "executed"},
		} {
			text := w.text(contract{issued: "-", status: "offered", asset: `,"period":[{"start":"2021-07-29","end":"2022-07-28"}]`, premiums: []string{premium("R1", c.paid, "2021-07-29", "C")}})
			in, err := decodeLeniently(strings.NewReplacer(`"offered"`, `"`+c.said+`"`, `"EUR"`, `"$"`).Replace(text))
			if err != nil {
				t.Fatal(err)
			}
			entry, err := typ.(rest.Creator).Create(w.clerk(t), in)
			if err != nil {
				t.Errorf("%s: %v", c.said, err)
				continue
			}
			tree := show(t, read(t, w.clerk(t), typ, entry.ID))
			if tree["status"] != c.shown || fmt.Sprint(tree["legalState"]) != "map[text:Offered]" {
				t.Errorf("%s: %v, %v", c.said, tree["status"], tree["legalState"])
			}
			tree = show(t, read(t, w.clerk(t), w.typ(), entry.ID))
			if tree["status"] != c.strict || strings.Contains(encode(t, tree), `"$"`) {
				t.Errorf("%s on the strict base: %s", c.said, encode(t, tree))
			}
			if ids := find(t, w.clerk(t), typ, "refDate", "", search.Value{Text: "2021-07-29", Low: saleDay.Truncate(24 * 3600e9), DateOnly: true}); !slices.Contains(ids, entry.ID) {
				t.Errorf("refDate finds %v", ids)
			}
			if err := typ.(rest.Deleter).Delete(w.clerk(t), entry.ID, ""); err != nil {
				t.Fatal(err)
			}
		}
		in, err := decodeLeniently(w.text(contract{status: "active"}))
		if err == nil {
			_, err = typ.(rest.Creator).Create(w.clerk(t), in)
		}
		fails(t, err, core.Unprocessable, "offered (idle)")
	})
}
