package scheme

import (
	"fmt"
	"iter"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// file is families as a file has them.
func file(families ...*EnrolledFamily) iter.Seq2[*EnrolledFamily, error] {
	return func(yield func(*EnrolledFamily, error) bool) {
		for _, f := range families {
			if !yield(f, nil) {
				return
			}
		}
	}
}

// upload uploads families from a program of version 2.
func (w *enrolled) upload(t *testing.T, c Enrolments, families ...*EnrolledFamily) (out *EnrolmentOutcome, err error) {
	err = w.store.Tx(persistencetest.System(t), func(x *persistence.Session) (err error) {
		out, err = c.Upload(x, file(families...), Origin{"phone", "2"})
		return err
	})
	return out, err
}

// newcomers are a new family of people with the numbers, the first of them its head.
func (w *enrolled) newcomers(t *testing.T, numbers ...string) *EnrolledFamily {
	f := &EnrolledFamily{Family: persistence.Family{LocationID: &w.places[3].LocationID, FamilyAddress: ptr("1 Main Road")}}
	for i, number := range numbers {
		f.Members = append(f.Members, EnrolledMember{Insuree: persistence.Insuree{
			CHFID: &number, LastName: "Roe", OtherNames: "Ann", DOB: policyDay(t, "1990-01-01"), Gender: ptr("F"), IsHead: i == 0}})
	}
	return f
}

// known is the family that is stored, as a file has it that changes nothing.
func (w *enrolled) known(t *testing.T) *EnrolledFamily {
	t.Helper()
	f := &EnrolledFamily{Family: persistence.Family{FamilyID: w.family.FamilyID}}
	for i := range w.members {
		row := w.stored(t, w.members[i].InsureeUUID)
		f.Members = append(f.Members, EnrolledMember{Insuree: persistence.Insuree{
			InsureeID: row.InsureeID, CHFID: row.CHFID, LastName: row.LastName, OtherNames: row.OtherNames, DOB: policyDay(t, row.DOB.String()), Gender: ptr(*row.Gender), IsHead: row.IsHead}})
	}
	return f
}

// policySold is a policy of the product, entered on the day, as the file would have it stand.
func (w *enrolled) policySold(t *testing.T, day, value string, premiums ...ContributionDraft) EnrolledPolicy {
	start := policyDay(t, day)
	end := persistence.Day(start.AddDate(1, 0, -1))
	return EnrolledPolicy{Premiums: premiums, Policy: persistence.Policy{
		ProdID: w.product.ProdID, OfficerID: &w.officer.OfficerID, EnrollDate: start, StartDate: start, ExpiryDate: &end,
		PolicyStatus: ptr(PolicyIdle), PolicyStage: ptr(StageNew), PolicyValue: ptr(money(value))}}
}

// inCash is a premium paid in cash.
func inCash(t *testing.T, amount, receipt, day string) ContributionDraft {
	return ContributionDraft{Amount: money(amount), Receipt: receipt, PayDate: policyDay(t, day), PayType: "C"}
}

// rows counts the rows an upload may write, history included.
func (w *enrolled) rows(t *testing.T) string {
	t.Helper()
	var counts []any
	for _, model := range []any{&persistence.Family{}, &persistence.Insuree{}, &persistence.Photo{}, &persistence.FamilySMS{}, &persistence.Policy{}, &persistence.InsureePolicy{}, &persistence.Premium{}} {
		counts = append(counts, w.count(t, model))
	}
	return fmt.Sprint(counts...)
}

func refusedText(out *EnrolmentOutcome) string {
	var texts []string
	for _, r := range out.Refused {
		texts = append(texts, fmt.Sprintf("%d %s", r.Code, r.Path))
	}
	return strings.Join(texts, ", ")
}

// TestUploadOfANewFamily cites rule 10.7, steps 5 to 8: everything is stored with where it
// came from, and the file sent again is refused and changes nothing.
func TestUploadOfANewFamily(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		w := enrol(t, s, nil)
		f := w.newcomers(t, "A1", "A2")
		f.Family.Poverty, f.Family.Ethnicity, f.Family.ConfirmationNo = ptr(true), ptr("A"), ptr("77")
		f.Wishes = &persistence.FamilySMS{ApprovalOfSMS: ptr(true), LanguageOfSMS: ptr("en")}
		f.Members[1].Picture = &Picture{Data: "QQ==", Name: ptr("a.jpg")}
		f.Members[1].Insuree.CurrentVillage = &w.places[3].LocationID
		f.Members[0].Insuree.CurrentAddress = ptr("the red house")
		f.Policies = []EnrolledPolicy{w.policySold(t, "2023-05-20", "200", inCash(t, "50", "R1", "2023-05-21"), inCash(t, "150", "R2", "2023-05-25"))}
		f.Policies[0].Covers = []EnrolledCover{{Member: 0}, {Member: 1}}
		other := w.newcomers(t, "B1")

		out, err := w.upload(t, Enrolments{}, f, other)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := fmt.Sprint(out.Families, out.Members, out.Policies, out.Premiums), "{2 2 0 0 0} {3 3 0 0 0} {1 1 0 0 0} {2 2 0 0 0}"; got != want || len(out.Refused) != 0 {
			t.Errorf("counted %s, refused %v", got, out.Refused)
		}
		stored := out.Stored[0]
		head, member := w.stored(t, stored.Members[0].UUID), w.stored(t, stored.Members[1].UUID)
		family := head.Family
		if family.FamilyID != stored.Family.Key || family.FamilyUUID != stored.Family.UUID || family.InsureeID != head.InsureeID || !head.IsHead || member.IsHead || number(member.FamilyID) != family.FamilyID {
			t.Errorf("family %+v of %+v and %+v", family, head, member)
		}
		if !*family.Poverty || text(family.Ethnicity) != "A" || text(family.ConfirmationNo) != "77" || text(family.FamilyAddress) != "1 Main Road" || number(family.LocationID) != w.places[3].LocationID {
			t.Errorf("family %+v", family)
		}
		if text(member.Photo.Photo) != "QQ==" || head.Photo == nil || number(member.CurrentVillage) != w.places[3].LocationID || number(head.CurrentVillage) != 0 || text(head.CurrentAddress) != "the red house" {
			t.Errorf("photographs %+v and %+v", head.Photo, member.Photo)
		}
		policy := stored.Policies[0]
		if got, want := policyText(w.sold(t, policy.UUID)), "N active 2023-05-20 to 2024-05-19 effective 2023-05-25 worth 200.00"; got != want || w.covers(t, policy.Key) != "2023-05-25 2023-05-25" {
			t.Errorf("policy %s, covers %s", got, w.covers(t, policy.Key))
		}
		if len(out.Stored) != 2 || out.Stored[1].Place != 1 || len(out.Stored[1].Members) != 1 {
			t.Errorf("stored %+v", out.Stored)
		}
		w.fromPhone(t, stored)

		before := w.rows(t)
		again, err := w.upload(t, Enrolments{}, f, other)
		if err != nil || w.rows(t) != before {
			t.Fatalf("%v, rows %s became %s", err, before, w.rows(t))
		}
		if got, want := refusedText(again), "-2 families[0].members[0].number, -3 families[0].members[1].number, -2 families[1].members[0].number"; got != want {
			t.Errorf("refused %s", got)
		}
		if got, want := fmt.Sprint(again.Families, again.Members, again.Policies, again.Premiums), "{2 0 0 0 2} {3 0 0 0 3} {1 0 0 0 1} {2 0 0 0 2}"; got != want || len(again.Stored) != 0 {
			t.Errorf("counted %s", got)
		}
		if _, err := w.upload(t, Enrolments{Whole: true}, f, other); EnrolmentAnswer(err) != EnrolmentHeadExists || core.CodeOf(err) != core.Conflict || w.rows(t) != before {
			t.Errorf("as a whole: %v", err)
		}
	})
}

// sold reads a policy again.
func (w *enrolled) sold(t *testing.T, id persistence.UUID) *persistence.Policy {
	t.Helper()
	p, err := persistence.One[persistence.Policy](w.store.Read(persistencetest.System(t)), id)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// fromPhone checks that every row of a family says which program it came from, and that it
// is not one of an office without a connection any more.
func (w *enrolled) fromPhone(t *testing.T, stored StoredFamily) {
	t.Helper()
	check := func(what string, source, version *string, offline *bool) {
		if text(source) != "phone" || text(version) != "2" || offline == nil || *offline {
			t.Errorf("%s from %s %s, offline %v", what, text(source), text(version), offline)
		}
	}
	x := w.store.Read(persistencetest.System(t))
	family, err := persistence.OneByKey[persistence.Family](x, stored.Family.Key)
	if err != nil {
		t.Fatal(err)
	}
	check("family", family.Source, family.SourceVersion, family.IsOffline)
	for _, m := range stored.Members {
		row := w.stored(t, m.UUID)
		check("member", row.Source, row.SourceVersion, row.IsOffline)
	}
	for _, p := range stored.Policies {
		row := w.sold(t, p.UUID)
		check("policy", row.Source, row.SourceVersion, row.IsOffline)
		for _, m := range p.Premiums {
			premium, err := persistence.OneByKey[persistence.Premium](x, m.Key)
			if err != nil || premium.PremiumUUID != m.UUID {
				t.Fatalf("%+v, %v", m, err)
			}
			check("premium", premium.Source, premium.SourceVersion, premium.IsOffline)
		}
	}
	var wishes []persistence.FamilySMS
	if err := x.DB().Find(&wishes).Error; err != nil || len(wishes) != 1 || wishes[0].FamilyID != stored.Family.Key || !*wishes[0].ApprovalOfSMS || text(wishes[0].LanguageOfSMS) != "en" {
		t.Errorf("wishes %+v, %v", wishes, err)
	}
}

// TestUploadChangesAStoredFamily cites rule 10.7, steps 3, 5 and 6: what differs is written
// with its history, who is new joins, who is missing is closed with his covers, and what is
// as the file says stays.
func TestUploadChangesAStoredFamily(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		w := enrol(t, s, nil)
		policy := w.policy(t, PolicyActive, "2024-03-31")
		cover := persistence.InsureePolicy{InsureeID: w.members[1].InsureeID, PolicyID: policy.PolicyID, EffectiveDate: policy.EffectiveDate, ExpiryDate: policy.ExpiryDate}
		w.write(t, func(x *persistence.Session) error { put(t, x, &cover); return nil })
		upload := func(name string, f *EnrolledFamily, counts string) *EnrolmentOutcome {
			t.Helper()
			out, err := w.upload(t, Enrolments{}, f)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if got := fmt.Sprint(out.Families, out.Members); got != counts {
				t.Errorf("%s: counted %s, expected %s; refused %v", name, got, counts, out.Refused)
			}
			return out
		}
		first := w.rows(t)
		upload("nothing differs", w.known(t), "{1 0 0 0 0} {2 0 0 0 0}")
		same := w.known(t)
		same.Family.LocationID, same.Family.Poverty, same.Family.FamilyType = w.family.LocationID, ptr(false), ptr(" ")
		same.Members[1].Insuree.Phone, same.Members[1].Insuree.LastName = ptr(""), w.members[1].LastName
		upload("nothing is as good as blank", same, "{1 0 0 0 0} {2 0 0 0 0}")
		if w.rows(t) != first {
			t.Errorf("rows %s became %s", first, w.rows(t))
		}

		f := w.known(t)
		f.Members[0].Insuree.IsHead = false
		upload("nobody is named as the head", f, "{1 0 0 0 0} {2 0 0 0 0}")
		if w.rows(t) != first {
			t.Errorf("rows %s became %s", first, w.rows(t))
		}

		f = w.known(t)
		f.Members[1].Insuree.LastName, f.Members[1].Insuree.Phone = "Poe", ptr("077 ")
		f.Members[1].Picture = &Picture{Data: "QQ==", Name: ptr("a.jpg")}
		upload("a member differs", f, "{1 0 0 0 0} {2 0 1 0 0}")
		if row := w.stored(t, w.members[1].InsureeUUID); row.LastName != "Poe" || text(row.Phone) != "077" || *row.Phone != "077" || text(row.Photo.Photo) != "QQ==" || text(row.Source) != "phone" || w.running(t, row.InsureeID) == "" {
			t.Errorf("member %+v", row)
		}
		before := w.rows(t)
		upload("the same again", f, "{1 0 0 0 0} {2 0 0 0 0}")
		f.Members[1].Picture = &Picture{Data: "QQ==", Name: ptr("b.jpg")}
		if w.rows(t) != before {
			t.Errorf("rows %s became %s", before, w.rows(t))
		}
		upload("another photograph", f, "{1 0 0 0 0} {2 0 1 0 0}")

		f.Family.FamilyAddress, f.Wishes = ptr("2 Main Road"), &persistence.FamilySMS{ApprovalOfSMS: ptr(true), LanguageOfSMS: ptr("en")}
		upload("the family differs", f, "{1 0 1 0 0} {2 0 0 0 0}")
		if row := w.stored(t, w.members[0].InsureeUUID).Family; text(row.FamilyAddress) != "2 Main Road" || number(row.LocationID) != w.places[3].LocationID || text(row.Source) != "phone" {
			t.Errorf("family %+v", row)
		}
		for _, wish := range []persistence.FamilySMS{{ApprovalOfSMS: ptr(true), LanguageOfSMS: ptr("fr")}, {LanguageOfSMS: ptr("fr")}, {LanguageOfSMS: ptr("fr")}} {
			f.Wishes = &wish
			upload("its wishes differ", f, "{1 0 0 0 0} {2 0 0 0 0}")
			var stored []persistence.FamilySMS
			if err := s.Read(persistencetest.System(t)).DB().Find(&stored).Error; err != nil || len(stored) != 1 || text(stored[0].LanguageOfSMS) != "fr" || told(stored[0].ApprovalOfSMS, wish.ApprovalOfSMS) != stored[0].ApprovalOfSMS {
				t.Errorf("wishes %+v, %v", stored, err)
			}
		}

		for i := range 2 { // each becomes the head, and comes first in the file
			f = w.known(t)
			f.Family.FamilyAddress, f.Members[1].Insuree.Phone = ptr("2 Main Road"), w.stored(t, w.members[1].InsureeUUID).Phone
			f.Members[0].Insuree.IsHead, f.Members[1].Insuree.IsHead = i == 1, i == 0
			if i == 0 {
				f.Members[0], f.Members[1] = f.Members[1], f.Members[0]
			}
			upload("another head", f, "{1 0 1 0 0} {2 0 0 0 0}")
			if row := w.stored(t, w.members[1-i].InsureeUUID); !row.IsHead || row.Family.InsureeID != row.InsureeID || w.stored(t, w.members[i].InsureeUUID).IsHead {
				t.Errorf("head %+v of %+v", row, row.Family)
			}
		}
		f.Members = append(f.Members, w.newcomers(t, "D1").Members...)
		f.Members[2].Insuree.IsHead, f.Members[2].Picture = false, &Picture{Data: "QQ=="}
		if joined := upload("one joins", f, "{1 0 1 0 0} {3 1 0 0 0}").Stored[0].Members[2]; number(w.stored(t, joined.UUID).FamilyID) != w.family.FamilyID {
			t.Error("who joined is not in the family")
		}
		upload("and is gone", w.known(t), "{1 0 1 0 0} {2 0 1 1 0}") // with the address and the phone

		// The second person becomes the head, the first is gone, and two come.
		f = w.known(t)
		f.Family.FamilyAddress = ptr("2 Main Road")
		f.Members[1].Insuree.IsHead = true
		f.Members = append(f.Members[1:], w.newcomers(t, "C1", "C2").Members...)
		f.Members[1].Insuree.IsHead = false
		out := upload("who is in it differs", f, "{1 0 1 0 0} {3 2 0 1 0}")
		if row := w.stored(t, w.members[1].InsureeUUID); !row.IsHead || row.Family.InsureeID != row.InsureeID {
			t.Errorf("head %+v of %+v", row, row.Family)
		}
		if _, err := persistence.One[persistence.Insuree](s.Read(persistencetest.System(t)), w.members[0].InsureeUUID); core.CodeOf(err) != core.Gone {
			t.Errorf("who is missing: %v", err)
		}
		for _, m := range out.Stored[0].Members[1:] {
			if got, want := w.running(t, m.Key), fmt.Sprintf("%d:2024-03-31", policy.PolicyID); got != want {
				t.Errorf("who came is covered %s", got)
			}
		}
		before = w.rows(t)
		again := upload("the same again", f, "{1 0 0 0 1} {3 0 0 0 3}")
		if got, want := refusedText(again), "-3 families[0].members[1].number, -3 families[0].members[2].number"; got != want || w.rows(t) != before {
			t.Errorf("refused %s, rows %s became %s", got, before, w.rows(t))
		}
	})
}

// TestWhatAnUploadRefuses cites rule 10.7, steps 1, 2 and 4: what ends the whole upload, and
// what refuses a family, with its answer.
func TestWhatAnUploadRefuses(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		w := enrol(t, s, nil)
		_, others, _ := w.second(t)
		member := func(change func(m *persistence.Insuree)) func(f *EnrolledFamily) {
			return func(f *EnrolledFamily) { change(&f.Members[1].Insuree) }
		}
		for i, c := range []struct {
			name, path string
			known      bool // the stored family, not a new one
			file       bool
			code       EnrolmentCode
			change     func(f *EnrolledFamily)
		}{
			{"stored member of a new family", "members[1]", false, true, -400, member(func(m *persistence.Insuree) { m.InsureeID = w.members[1].InsureeID })},
			{"stored policy of a new family", "policies[0]", false, true, -400, func(f *EnrolledFamily) { f.Policies[0].Policy.PolicyID = 1 }},
			{"unknown kind of document", "members[1].identity", false, true, -400, member(func(m *persistence.Insuree) { m.TypeOfID = ptr("X") })},
			{"cover of nobody", "policies[0].covers[1]", false, true, -400, func(f *EnrolledFamily) { f.Policies[0].Covers = []EnrolledCover{{Member: 1}, {Member: 2}} }},
			{"cover of nobody at all", "policies[0].covers[0]", true, true, -400, func(f *EnrolledFamily) { f.Policies[0].Covers = []EnrolledCover{{Member: -1}} }},

			{"no head", "members", false, false, -1, func(f *EnrolledFamily) { f.Members[0].Insuree.IsHead = false }},
			{"nobody", "members", false, false, -1, func(f *EnrolledFamily) { f.Members = nil }},
			{"the stored head is gone", "members", true, false, -1, func(f *EnrolledFamily) { f.Members = f.Members[1:] }},
			{"nobody of a stored family", "members", true, false, -1, func(f *EnrolledFamily) { f.Members = nil }},
			{"two heads", "members[1]", false, false, -5, member(func(m *persistence.Insuree) { m.IsHead = true })},
			{"two heads of a stored family", "members[1]", true, false, -5, member(func(m *persistence.Insuree) { m.IsHead = true })},
			{"number of the head taken", "members[0].number", false, false, -2, func(f *EnrolledFamily) { f.Members[0].Insuree.CHFID = ptr("070707070") }},
			{"number of a member taken", "members[1].number", false, false, -3, member(func(m *persistence.Insuree) { m.CHFID = ptr("070707070") })},
			{"number of a stored member taken", "members[1].number", true, false, -3, member(func(m *persistence.Insuree) { m.CHFID = ptr("111") })},
			{"number of a stored head taken", "members[0].number", true, false, -3, func(f *EnrolledFamily) { f.Members[0].Insuree.CHFID = ptr("111") }},
			{"number twice", "members[1].number", false, false, -3, member(func(m *persistence.Insuree) { m.CHFID = ptr("twice") })},
			{"no number", "members[1].number", false, false, -400, member(func(m *persistence.Insuree) { m.CHFID = ptr(" ") })},
			{"no number of a stored member", "members[1].number", true, false, -400, member(func(m *persistence.Insuree) { m.CHFID = nil })},

			{"unknown family", "", true, false, -400, func(f *EnrolledFamily) { f.Family.FamilyID = 99999 }},
			{"another village", "location", true, false, -400, func(f *EnrolledFamily) { f.Family.LocationID = &w.places[2].LocationID }},
			{"member of another family", "members[1]", true, false, -400, member(func(m *persistence.Insuree) { m.InsureeID, m.CHFID = others[1].InsureeID, others[1].CHFID })},
			{"unknown member", "members[1]", true, false, -400, member(func(m *persistence.Insuree) { m.InsureeID = 99999 })},
			{"member twice", "members[1]", true, false, -400, member(func(m *persistence.Insuree) { m.InsureeID, m.CHFID = w.members[0].InsureeID, ptr("other") })},
			{"unknown village", "location", false, false, -400, func(f *EnrolledFamily) { f.Family.LocationID = ptr(99999) }},
			{"no village", "location", false, false, -400, func(f *EnrolledFamily) { f.Family.LocationID = nil }},
			{"a ward", "location", false, false, -400, func(f *EnrolledFamily) { f.Family.LocationID = &w.places[2].LocationID }},
			{"member of an unknown village", "members[1].own", false, false, -400, member(func(m *persistence.Insuree) { m.CurrentVillage = ptr(99999) })},
			{"unknown facility", "members[1].facility", false, false, -400, member(func(m *persistence.Insuree) { m.HFID = ptr(99999) })},
			{"no last name", "members[1].lastName", false, false, -400, member(func(m *persistence.Insuree) { m.LastName = "" })},
			{"no last name of a stored member", "members[1].lastName", true, false, -400, member(func(m *persistence.Insuree) { m.LastName = "" })},
			{"unknown kind of family", "type", false, false, -400, func(f *EnrolledFamily) { f.Family.FamilyType = ptr("X") }},
			{"a language too long", "wishes.tblFamilySMS.languageofsms", false, false, -400, func(f *EnrolledFamily) { f.Wishes = &persistence.FamilySMS{LanguageOfSMS: ptr("toolong")} }},

			{"unknown policy", "policies[0]", true, false, -400, func(f *EnrolledFamily) { f.Policies[0].Policy.PolicyID = 99999 }},
			{"neither new nor renewal", "policies[0].stage", false, false, -400, func(f *EnrolledFamily) { f.Policies[0].Policy.PolicyStage = ptr("X") }},
			{"nothing to renew", "policies[0].stage", false, false, -400, func(f *EnrolledFamily) { f.Policies[0].Policy.PolicyStage = ptr("R") }},
			{"unknown product", "policies[0].product", false, false, -400, func(f *EnrolledFamily) { f.Policies[0].Policy.ProdID = 99999 }},
			{"no officer", "policies[0].officer", false, false, -400, func(f *EnrolledFamily) { f.Policies[0].Policy.OfficerID = nil }},
			{"sold tomorrow", "policies[0].enrolled", false, false, -400, func(f *EnrolledFamily) { f.Policies[0].Policy.EnrollDate = policyDay(t, "2023-06-02") }},
			{"nothing paid", "policies[0].premiums[0].amount", false, false, -400, func(f *EnrolledFamily) { f.Policies[0].Premiums[0].Amount = money("0") }},
			{"unknown payer", "policies[0].premiums[0].payer", false, false, -400, func(f *EnrolledFamily) { f.Policies[0].Premiums[0].PayerID = ptr(99999) }},
		} {
			f := w.newcomers(t, "twice", fmt.Sprint("N", i))
			if c.known {
				f = w.known(t)
			}
			f.Policies = []EnrolledPolicy{w.policySold(t, "2023-05-20", "200", inCash(t, "200", "R", "2023-05-21"))}
			c.change(f)
			good := w.newcomers(t, fmt.Sprint("G", i))
			before := w.rows(t)
			_, err := w.upload(t, Enrolments{Whole: true}, good, f)
			if EnrolmentAnswer(err) != c.code || !strings.HasPrefix(fmt.Sprint(err), below("families[1]", c.path)) || w.rows(t) != before {
				t.Errorf("%s, as a whole: %d, %v, rows %s became %s", c.name, EnrolmentAnswer(err), err, before, w.rows(t))
			}
			if core.CodeOf(err) != core.Unprocessable && core.CodeOf(err) != core.Conflict {
				t.Errorf("%s: %v is of %s", c.name, err, core.CodeOf(err))
			}
			out, err := w.upload(t, Enrolments{}, f, good)
			switch {
			case c.file:
				if EnrolmentAnswer(err) != c.code || w.rows(t) != before {
					t.Errorf("%s: %v", c.name, err)
				}
			case err != nil:
				t.Errorf("%s: %v", c.name, err)
			case refusedText(out) != fmt.Sprintf("%d %s", c.code, below("families[0]", c.path)) || out.Families.Refused != 1 || out.Families.Inserted != 1 || len(out.Stored) != 1 || out.Stored[0].Place != 1:
				t.Errorf("%s: refused %s, counted %v", c.name, refusedText(out), out.Families)
			}
		}
		if EnrolmentAnswer(nil) != EnrolmentStored || EnrolmentAnswer(fmt.Errorf("no disk")) != EnrolmentFailed {
			t.Error("answers")
		}
	})
}

// TestUploadClosesNoClaimant holds that nobody is closed whom claims are about: his family
// is refused.
func TestUploadClosesNoClaimant(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		w := enrol(t, s, nil)
		w.claimOf(t, w.members[1].InsureeID)
		f := w.known(t)
		f.Members = f.Members[:1]
		f.Members[0].Insuree.LastName = "Poe"
		before := w.rows(t)
		out, err := w.upload(t, Enrolments{}, f)
		if err != nil || refusedText(out) != "-400 families[0].members" || w.rows(t) != before || w.stored(t, w.members[0].InsureeUUID).LastName != "Doe" {
			t.Errorf("%v, refused %v, rows %s became %s", err, out.Refused, before, w.rows(t))
		}
	})
}

// TestUploadInTheSendersDistricts holds that families and villages of other districts are
// not there for who sends them.
func TestUploadInTheSendersDistricts(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		w := enrol(t, s, nil)
		ctx := core.WithPrincipal(t.Context(), core.Principal{UserID: 7})
		err := s.Tx(ctx, func(x *persistence.Session) error {
			out, err := Enrolments{}.Upload(x, file(w.known(t), w.newcomers(t, "A1")), Origin{})
			if err == nil && refusedText(out) != "-400 families[0], -400 families[1].location" {
				t.Errorf("refused %v", out.Refused)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
