package resources_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/persistence"
)

// The example of the guide, with references this server knows and the payer said in the
// order the parts are shown, posts and comes back equal, under its profile.
func TestContractExampleOfTheGuide(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(examples, "Contract-InformalSectorContract.json"))
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skipf("the examples are not there: %v", err)
	}
	eachContract(t, func(t *testing.T, w *contractWorld) {
		side := &w.sides[0]
		body := strings.NewReplacer(
			"Patient/jane-doe", "Patient/"+string(side.head.InsureeUUID), "Patient/john-doe", "Patient/"+string(side.member.InsureeUUID),
			"InsurancePlan/RX01", "InsurancePlan/"+string(w.fixed.ProdUUID), "Group/doe-family", "Group/"+string(side.family.FamilyUUID),
			"Practitioner/Roberts-Jeb-EO", "Practitioner/"+string(w.officers[0].OfficerUUID)).Replace(string(text))
		entry, err := w.typ().(rest.Creator).Create(w.clerk(t), decode(t, body))
		if err != nil {
			t.Fatal(err)
		}
		entry = read(t, w.clerk(t), w.typ(), entry.ID)
		if diff := cmp.Diff(comparable(t, []byte(body)), comparable(t, jsonOf(t, entry))); diff != "" {
			t.Errorf("-sent +read\n%s", diff)
		}
		if meta := fmt.Sprint(show(t, entry)["meta"]); !strings.Contains(meta, "StructureDefinition/openimis-contract") {
			t.Errorf("the profile is not claimed: %s", meta)
		}
		if got := sold(t, entry); got != "executed 1000 2021-07-01/2022-06-30 2021-07-28 2 RE184" {
			t.Errorf("%s", got)
		}
		var cents string
		if err := w.Store.Read(w.system(t)).DB().Model(&persistence.InsureePolicy{}).Where("\"EffectiveDate\" IS NOT NULL").Select("count(*)").Scan(&cents).Error; err != nil || cents != "2" {
			t.Errorf("%s covers begin, %v", cents, err)
		}
	})
}

// What is sold, and what becomes of it.
func TestContractCreate(t *testing.T) {
	eachContract(t, func(t *testing.T, w *contractWorld) {
		side := &w.sides[0]
		paid := premium("R1", "132.00", "2021-07-29", "C")
		for _, c := range []struct {
			name string
			contract
			want string
		}{
			{"nothing paid", contract{}, "offered 132 2021-07-29/2022-07-28 2021-07-29 2"},
			{"nothing paid, as asked", contract{status: "offered"}, "offered 132 2021-07-29/2022-07-28 2021-07-29 2"},
			{"paid in full", contract{premiums: []string{paid}}, "executed 132 2021-07-29/2022-07-28 2021-07-29 2 R1"},
			{"paid in full, as asked", contract{status: "executed", premiums: []string{paid}}, "executed 132 2021-07-29/2022-07-28 2021-07-29 2 R1"},
			{"paid in part", contract{status: "offered", premiums: []string{premium("R1", "131.99", "2021-07-29", "B")}}, "offered 132 2021-07-29/2022-07-28 2021-07-29 2 R1"},
			{"in two instalments", contract{premiums: []string{premium("R1", "100", "2021-07-20", "C"), premium("R2", "32", "2021-07-25", "M")}, issued: "2021-07-10"},
				"executed 132 2021-07-10/2022-07-09 2021-07-25 2 R1 R2"},
			{"in three, which are too many", contract{premiums: []string{premium("R1", "100", "2021-07-29", "C"), premium("R2", "30", "2021-07-29", "C"), premium("R3", "2", "2021-07-29", "C")}},
				"offered 132 2021-07-29/2022-07-28 2021-07-29 2 R1 R2 R3"},
			{"all it becomes was said", contract{status: "offered", asset: `,"period":[{"start":"2021-07-29","end":"2022-07-28"}],"usePeriod":[{"start":"2021-07-29","end":"2022-07-28"}]`},
				"offered 132 2021-07-29/2022-07-28 2021-07-29 2"},
			{"the day is that of the period", contract{issued: "-", asset: `,"period":[{"start":"2021-07-20"}]`}, "offered 132 2021-07-20/2022-07-19 2021-07-20 2"},
			{"the start of a cycle", contract{product: "InsurancePlan/RX01"}, "offered 1000 2021-07-01/2022-06-30 2021-07-01 2"},
			{"by codes", contract{family: "Group/" + *side.head.CHFID, product: "InsurancePlan/RX02", officer: "Practitioner/EO1"}, "offered 132 2021-07-29/2022-07-28 2021-07-29 2"},
			{"to the head", contract{family: "Patient/" + string(side.head.InsureeUUID)}, "offered 132 2021-07-29/2022-07-28 2021-07-29 2"},
			{"by who is signed on", contract{officer: "-"}, "offered 132 2021-07-29/2022-07-28 2021-07-29 2"},
			{"some of the members", contract{asset: `,"typeReference":[{"reference":"Patient/` + string(side.member.InsureeUUID) + `"}]`}, "offered 132 2021-07-29/2022-07-28 2021-07-29 2"},
			{"more than the columns hold", contract{more: `,"title":"Family cover","alias":["A"]`}, "offered 132 2021-07-29/2022-07-28 2021-07-29 2"},
		} {
			for _, format := range []string{"JSON", "XML"} {
				in := decode(t, w.text(c.contract))
				if format == "XML" {
					in = asXML(t, w.text(c.contract))
				}
				entry, err := w.typ().(rest.Creator).Create(w.clerk(t), in)
				if err != nil {
					t.Errorf("%s, %s: %v", c.name, format, err)
					continue
				}
				again := read(t, w.clerk(t), w.typ(), entry.ID)
				if got := sold(t, again); got != c.want {
					t.Errorf("%s, %s: %s, not %s", c.name, format, got, c.want)
				}
				if again.VersionID != entry.VersionID {
					t.Errorf("%s, %s: answered version %s, read %s", c.name, format, entry.VersionID, again.VersionID)
				}
				for _, missing := range lacks(comparable(t, in.Tree.AppendJSON(nil)), comparable(t, jsonOf(t, again)), "Contract") {
					t.Errorf("%s, %s: %s is lost", c.name, format, missing)
				}
				if page, err := w.typ().(rest.Historian).History(w.clerk(t), entry.ID, rest.HistoryQuery{}); err != nil || len(page.Entries) != 1 || page.Entries[0].VersionID != entry.VersionID || !page.Entries[0].Created {
					t.Errorf("%s, %s: the history is %+v, %v", c.name, format, page, err)
				}
				if err := w.typ().(rest.Deleter).Delete(w.clerk(t), entry.ID, rest.Match(entry.VersionID)); err != nil {
					t.Fatalf("%s, %s: %v", c.name, format, err)
				}
				if _, err := w.typ().(rest.Reader).Read(w.clerk(t), entry.ID); core.CodeOf(err) != core.Gone {
					t.Errorf("%s, %s: deleted, but %v", c.name, format, err)
				}
			}
		}
	})
}

// What is wrong is refused by its name, and nothing is written.
func TestContractRefused(t *testing.T) {
	eachContract(t, func(t *testing.T, w *contractWorld) {
		paid := func(change ...string) []string {
			return []string{strings.NewReplacer(change...).Replace(premium("R1", "132.00", "2021-07-29", "C"))}
		}
		stranger := string(w.sides[1].head.InsureeUUID)
		taken := create(t, w.clerk(t), w.typ(), w.text(contract{issued: "2020-03-01", premiums: []string{premium("USED", "132", "2020-03-01", "C")}}))
		const asset = "Contract.term[0].asset[0]"
		for _, c := range []struct {
			name string
			contract
			code core.Code
			path string
			say  []string
		}{
			{"no family", contract{family: "-"}, core.Unprocessable, "Contract.subject[0]", nil},
			{"a family that is not there", contract{family: "Group/x"}, core.Unprocessable, "Contract.subject[0]", nil},
			{"a family of another district", contract{family: "Group/" + string(w.sides[1].family.FamilyUUID)}, core.Unprocessable, "Contract.subject[0]", nil},
			{"a member for the head", contract{family: "Patient/" + string(w.sides[0].member.InsureeUUID)}, core.Unprocessable, "Contract.subject[0]", []string{"heads no family"}},
			{"something else than a family", contract{family: "Organization/x"}, core.Unprocessable, "Contract.subject[0]", nil},
			{"no product", contract{product: "-", asset: `,"period":[{"start":"2021-07-29"}]`}, core.Unprocessable, asset + ".valuedItem[0].entityReference", nil},
			{"a product that is not there", contract{product: "InsurancePlan/none"}, core.Unprocessable, asset + ".valuedItem[0].entityReference", nil},
			{"an officer that is not there", contract{officer: "Practitioner/none"}, core.Unprocessable, "Contract.author", nil},
			{"a day ahead", contract{issued: "2021-07-30"}, core.Unprocessable, "Contract.issued", []string{"2021-07-30"}},
			{"no day", contract{issued: "-"}, core.Unprocessable, "Contract.issued", nil},
			{"half a day", contract{issued: "2021-07"}, core.Unprocessable, "Contract.issued", nil},
			{"a status no policy has", contract{status: "negotiable"}, core.Unprocessable, "Contract.status", []string{"negotiable"}},
			{"a status out of reach", contract{status: "executed"}, core.Unprocessable, "Contract.status", []string{"offered (idle)", "executed (active)"}},
			{"a status that was left", contract{status: "offered", premiums: paid()}, core.Unprocessable, "Contract.status", []string{"offered", "executed"}},
			{"a status nobody asks for", contract{status: "terminated"}, core.Unprocessable, "Contract.status", []string{"offered", "terminated"}},
			{"a stage that is none", contract{more: `,"legalState":{"text":"Perhaps"}`}, core.Unprocessable, "Contract.legalState", []string{"Perhaps"}},
			{"a renewal of nothing", contract{more: `,"legalState":{"text":"Renewed"}`, product: "InsurancePlan/RX01"}, core.Unprocessable, "Contract.legalState", nil},
			{"formal scope", contract{more: `,"scope":{"coding":[{"system":"` + guide + `CodeSystem/contract-scope","code":"formal"}]}`}, core.Unprocessable, "Contract.scope", nil},
			{"another start", contract{asset: `,"period":[{"start":"2021-07-28"}]`}, core.Unprocessable, asset + ".period[0].start", []string{"2021-07-28", "2021-07-29"}},
			{"another end", contract{asset: `,"period":[{"end":"2022-07-29"}]`}, core.Unprocessable, asset + ".period[0].end", []string{"2022-07-28", "2022-07-29"}},
			{"another begin of cover", contract{asset: `,"usePeriod":[{"start":"2021-08-01"}]`}, core.Unprocessable, asset + ".usePeriod[0].start", []string{"2021-07-29", "2021-08-01"}},
			{"another end of cover", contract{asset: `,"usePeriod":[{"end":"2023-01-01"}]`}, core.Unprocessable, asset + ".usePeriod[0].end", []string{"2022-07-28", "2023-01-01"}},
			{"two periods", contract{asset: `,"period":[{"start":"2021-07-29"},{"start":"2021-07-29"}]`}, core.Unprocessable, asset + ".period[1]", nil},
			{"another value", contract{product: "-", asset: w.valued(`"net":{"value":132.01,"currency":"EUR"}`)}, core.Unprocessable, asset + ".valuedItem[0].net", []string{"132.00", "132.01"}},
			{"another currency", contract{product: "-", asset: w.valued(`"net":{"value":132,"currency":"USD"}`)}, core.Unprocessable, asset + ".valuedItem[0].net", []string{"EUR", "USD"}},
			{"a value without measure", contract{product: "-", asset: w.valued(`"net":{"value":1e60,"currency":"EUR"}`)}, core.Unprocessable, asset + ".valuedItem[0].net", nil},
			{"a stranger", contract{asset: `,"typeReference":[{"reference":"Patient/` + stranger + `"}]`}, core.Unprocessable, asset + ".typeReference[0]", []string{stranger}},
			{"no amount", contract{premiums: paid(`"value":132.00,`, "")}, core.Unprocessable, asset + ".extension[0].extension[1]", nil},
			{"a thousandth", contract{premiums: paid("132.00", "1.001")}, core.Unprocessable, asset + ".extension[0].extension[1].value", []string{"1.001"}},
			{"nothing at all", contract{premiums: paid("132.00", "0")}, core.Unprocessable, asset + ".extension[0]", []string{"above 0"}},
			{"paid in another currency", contract{premiums: paid("EUR", "USD")}, core.Unprocessable, asset + ".extension[0].extension[1].value", []string{"EUR", "USD"}},
			{"no receipt", contract{premiums: paid(`,{"url":"receipt","valueString":"R1"}`, "")}, core.Unprocessable, asset + ".extension[0]", []string{"receipt"}},
			{"a receipt too long", contract{premiums: paid("R1", strings.Repeat("R", 51))}, core.Unprocessable, asset + ".extension[0].extension[2]", []string{"51"}},
			{"a receipt that was used", contract{premiums: paid("R1", "USED")}, core.Conflict, asset + ".extension[0]", []string{"already"}},
			{"paid tomorrow", contract{premiums: paid("2021-07-29", "2021-07-30")}, core.Unprocessable, asset + ".extension[0]", []string{"2021-07-30"}},
			{"paid no day", contract{premiums: paid("2021-07-29", "2021-07")}, core.Unprocessable, asset + ".extension[0].extension[3].value", nil},
			{"paid in kind", contract{premiums: paid(`"code":"C"}]}}]}`, `"code":"K"}]}}]}`)}, core.Unprocessable, asset + ".extension[0].extension[4]", nil},
			{"paid by nobody we know", contract{premiums: []string{premium("R1", "132", "2021-07-29", "C", `,{"url":"payer","valueCodeableConcept":{"text":"Nobody"}}`)}}, core.Unprocessable, asset + ".extension[0]", []string{"Nobody"}},
			{"twice the same time", contract{issued: "2020-09-01"}, core.Conflict, asset + ".period[0]", []string{taken.ID, "2020-09-01", "2021-02-28"}},
		} {
			before := w.count(t)
			_, err := w.typ().(rest.Creator).Create(w.clerk(t), decode(t, w.text(c.contract)))
			if core.CodeOf(err) != c.code || !strings.Contains(err.Error()+fmt.Sprint(pathsOf(err)), c.path) {
				t.Errorf("%s: %v, want %s at %s", c.name, err, c.code, c.path)
				continue
			}
			for _, word := range c.say {
				if !strings.Contains(err.Error(), word) {
					t.Errorf("%s: %v does not say %q", c.name, err, word)
				}
			}
			if after := w.count(t); after != before {
				t.Errorf("%s: %s rows before, %s after", c.name, before, after)
			}
		}
		second := strings.Replace(w.text(contract{}), `"term":[`, `"term":[{"offer":{"text":"x"}},`, 1)
		_, err := w.typ().(rest.Creator).Create(w.clerk(t), decode(t, second))
		fails(t, err, core.Unprocessable, "Contract.term[1]")
		many := make([]string, 101)
		for i := range many {
			many[i] = premium(fmt.Sprint("M", i), "1", "2021-07-29", "C")
		}
		_, err = w.typ().(rest.Creator).Create(w.clerk(t), decode(t, w.text(contract{premiums: many})))
		fails(t, err, core.Unprocessable, "asset[0].extension[100]")
	})
}

// Rights beyond those of the routes.
func TestContractRights(t *testing.T) {
	eachContract(t, func(t *testing.T, w *contractWorld) {
		paid := w.text(contract{premiums: []string{premium("R1", "132", "2021-07-29", "C")}})
		_, err := w.typ().(rest.Creator).Create(w.clerk(t, 101202), decode(t, paid))
		fails(t, err, core.Forbidden, "101302")
		_, err = w.typ().(rest.Creator).Create(w.clerk(t, 101202, 101302), decode(t, w.text(contract{more: `,"legalState":{"text":"Renewed"}`})))
		fails(t, err, core.Forbidden, "101205")
		nobody := core.WithPrincipal(t.Context(), core.Principal{UserID: w.sides[0].user.UserID, Login: "clerk", Rights: map[int]bool{101202: true}})
		_, err = w.typ().(rest.Creator).Create(nobody, decode(t, w.text(contract{officer: "-"})))
		fails(t, err, core.Unprocessable, "Contract.author")
		entry := create(t, w.clerk(t, 101202), w.typ(), w.text(contract{}))
		_, err = w.typ().(rest.Updater).Update(w.clerk(t, 101203), entry.ID, decode(t, paid), "")
		fails(t, err, core.Forbidden, "101302")
	})
}
