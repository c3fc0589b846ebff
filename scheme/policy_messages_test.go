package scheme

import (
	"fmt"
	"strings"
	"testing"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// familyTemplate holds every placeholder.
const familyTemplate = "@@InsuranceID @@LastName, @@OtherNames: @@ProductCode (@@ProductName) ends @@ExpiryDate."

// messageWorld is one prompt for a family of two, whose officer wants messages.
func messageWorld(t testing.TB) *RenewalMessageRows {
	tree := goldenTree()
	for i := range tree {
		tree[i].LocationName = ptr("Place " + tree[i].LocationType)
	}
	return &RenewalMessageRows{
		Renewals: []persistence.PolicyRenewal{{RenewalID: 1, PolicyID: 1, InsureeID: 1, NewOfficerID: ptr(1), NewProdID: 1, PhoneNumber: ptr("077"), RenewalDate: policyDay(t, "2023-06-07")}},
		Policies: []persistence.Policy{{PolicyID: 1, FamilyID: 1, ExpiryDate: ptr(policyDay(t, "2023-06-06"))}},
		Products: []persistence.Product{{ProdID: 1, ProductCode: "P", ProductName: "Product"}},
		Officers: []persistence.Officer{{OfficerID: 1, Phone: ptr("078"), PhoneCommunication: ptr(true)}},
		Insurees: []persistence.Insuree{
			{InsureeID: 1, CHFID: ptr("11"), LastName: "Doe", OtherNames: "Jane", Phone: ptr("099")},
			{InsureeID: 2, CHFID: ptr("22"), LastName: "Doe", OtherNames: "Jack"},
		},
		Families: []persistence.Family{{FamilyID: 1, LocationID: ptr(104)}},
		Places:   tree,
	}
}

// photosDue makes photographs of the members due.
func photosDue(members ...int) func(*RenewalMessageRows) {
	return func(r *RenewalMessageRows) {
		for i, m := range members {
			r.Photos = append(r.Photos, persistence.PolicyRenewalDetail{RenewalDetailID: i + 1, RenewalID: 1, InsureeID: m})
		}
	}
}

// messageText says what goes where, lines apart by a bar.
func messageText(messages []RenewalMessage) string {
	text := ""
	for _, m := range messages {
		text += fmt.Sprintf("%d to %s: %s; ", m.RenewalID, m.Phone, strings.ReplaceAll(m.Text, "\n", "|"))
	}
	return text
}

// TestRenewalMessages cites rule 9.9.
func TestRenewalMessages(t *testing.T) {
	const (
		head   = "11|Doe Jane|Place D|Place W|Place V|P Product"
		family = "1 to 099: 11 Doe, Jane: P (Product) ends 2023-06-06.; "
	)
	officer := func(rest string) string { return "1 to 077: --Renewal--|2023-06-07|" + rest + "; " }
	nobody := strings.Replace(head, "11|Doe Jane", "|", 1)
	jack := strings.Replace(head, "11|Doe Jane", "22|Doe Jack", 1)
	closed := ptr(persistence.At(policyDay(t, "2023-01-01").Time))
	for _, c := range []struct {
		name              string
		change            func(r *RenewalMessageRows)
		template          string
		legacy, corrected string
	}{
		{"[9.9] no photograph is due", photosDue(), familyTemplate, officer(nobody) + family, officer(head) + family},
		{"[9.9] a member's photograph", photosDue(2), familyTemplate, officer(jack+"|--Photos--|22 Doe Jack") + family, officer(head+"|--Photos--|22 Doe Jack") + family},
		{"[9.9] the head's photograph", photosDue(1), "", officer(head + "|--Photos--|HOF"), officer(head + "|--Photos--|HOF")},
		{"[9.9] both photographs", photosDue(2, 1), "", officer(jack + "|--Photos--|22 Doe Jack|HOF"), officer(head + "|--Photos--|22 Doe Jack|HOF")},
		{"[9.9] a photograph that is not due any more", func(r *RenewalMessageRows) { photosDue(2)(r); r.Photos[0].ValidityTo = closed }, "", officer(nobody), officer(head)},
		{"[9.9] of a person who is not there", photosDue(3), "", officer(nobody), officer(head)},
		{"[9.9] the officer wants none", func(r *RenewalMessageRows) { r.Officers[0].PhoneCommunication = ptr(false) }, familyTemplate, family, family},
		{"[9.9] the officer does not say", func(r *RenewalMessageRows) { r.Officers[0].PhoneCommunication = nil }, familyTemplate, family, family},
		{"[9.9] no officer", func(r *RenewalMessageRows) { r.Renewals[0].NewOfficerID = nil }, familyTemplate, family, family},
		{"[9.9] the prompt has no number, the officer has", func(r *RenewalMessageRows) { photosDue(1)(r); r.Renewals[0].PhoneNumber = nil }, "",
			strings.Replace(officer(head+"|--Photos--|HOF"), "077", "078", 1), strings.Replace(officer(head+"|--Photos--|HOF"), "077", "078", 1)},
		{"[9.9] no number at all", func(r *RenewalMessageRows) { r.Renewals[0].PhoneNumber, r.Officers[0].Phone = ptr(" "), nil }, familyTemplate, family, family},
		{"[9.9] the family has no telephone", func(r *RenewalMessageRows) { photosDue(1)(r); r.Insurees[0].Phone = ptr("") }, familyTemplate, officer(head + "|--Photos--|HOF"), officer(head + "|--Photos--|HOF")},
		{"[9.9] a blank template", photosDue(1), " ", officer(head + "|--Photos--|HOF"), officer(head + "|--Photos--|HOF")},
		{"[9.9] a template without placeholders", func(r *RenewalMessageRows) { r.Officers = nil }, "Renew! @@Name", "1 to 099: Renew! @@Name; ", "1 to 099: Renew! @@Name; "},
		{"[9.9] a name that looks like a placeholder", func(r *RenewalMessageRows) { r.Officers = nil; r.Insurees[0].LastName = "@@ExpiryDate" }, "@@LastName", "1 to 099: @@ExpiryDate; ", "1 to 099: @@ExpiryDate; "},
		{"[9.9] a family that lives nowhere, a product and a policy that are not there", func(r *RenewalMessageRows) {
			photosDue(1)(r)
			r.Families, r.Products, r.Policies[0].ExpiryDate = nil, nil, nil
		}, familyTemplate, officer("11|Doe Jane|||||--Photos--|HOF") + "1 to 099: 11 Doe, Jane:  () ends .; ", officer("11|Doe Jane|||||--Photos--|HOF") + "1 to 099: 11 Doe, Jane:  () ends .; "},
		{"[9.9] renewed already", func(r *RenewalMessageRows) { r.Renewals[0].ResponseStatus = ptr(1) }, familyTemplate, "", ""},
		{"[9.9] declined already", func(r *RenewalMessageRows) { r.Renewals[0].ResponseStatus = ptr(2) }, familyTemplate, "", ""},
		{"[9.9] open by number", func(r *RenewalMessageRows) { r.Renewals[0].ResponseStatus = ptr(0); r.Officers = nil }, familyTemplate, family, family},
		{"[9.9] a prompt of history", func(r *RenewalMessageRows) { r.Renewals[0].ValidityTo = closed }, familyTemplate, "", ""},
	} {
		for book, want := range map[string]string{"legacy": c.legacy, "corrected": c.corrected} {
			r := messageWorld(t)
			c.change(r)
			if got := messageText(PlanRenewalMessages(r, c.template, mustRuleBook(book))); got != want {
				t.Errorf("%s, %s:\n%s\nexpected\n%s", c.name, book, got, want)
			}
		}
	}
}

// TestRenewalMessagesAreMarked cites rule 9.9.
func TestRenewalMessagesAreMarked(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		w := enrol(t, s, func(w *enrolled) { w.officer.PhoneCommunication = ptr(true) })
		first, second := w.policy(t, PolicyActive, "2023-06-10"), w.policy(t, PolicyActive, "2023-06-11")
		w.write(t, func(x *persistence.Session) error {
			_, err := Policies{}.Prompt(x, []int{first.PolicyID, second.PolicyID}, &RenewalFilter{})
			return err
		})
		today := persistence.Day(policyToday)
		ask := func(f RenewalMessageFilter) ([]RenewalMessage, int, int) {
			t.Helper()
			ctx, statements := persistence.CountStatements(persistencetest.System(t))
			messages, last, err := Policies{}.RenewalMessages(s.Read(ctx), &f, familyTemplate)
			if err != nil {
				t.Fatal(err)
			}
			return messages, last, statements.Count()
		}
		both, last, many := ask(RenewalMessageFilter{From: today, To: today, Limit: 10})
		one, next, few := ask(RenewalMessageFilter{From: today, To: today, Limit: 1})
		if len(both) != 2 || len(one) != 1 || one[0] != both[0] || next != both[0].RenewalID || last != both[1].RenewalID {
			t.Fatalf("messages %+v and %+v, last %d", both, one, last)
		}
		if few != many {
			t.Errorf("%d statements for one prompt, %d for two", few, many)
		}
		want := "--Renewal--\n2023-06-11\n070707070\nDoe Jane\n\n\n\nP Product\n--Photos--\nHOF\n070707081 Doe Jane"
		if both[0].Phone != "077" || both[0].Text != want {
			t.Errorf("to %s: %q", both[0].Phone, both[0].Text)
		}
		if rest, last, _ := ask(RenewalMessageFilter{From: today, To: today, After: last, Limit: 10}); len(rest) != 0 || last != 0 {
			t.Errorf("behind the last: %+v, %d", rest, last)
		}
		if before, _, _ := ask(RenewalMessageFilter{From: policyDay(t, "2023-05-01"), To: policyDay(t, "2023-05-31"), Limit: 10}); len(before) != 0 {
			t.Errorf("of the month before: %+v", before)
		}
		for _, want := range []int{1, 0} {
			w.write(t, func(x *persistence.Session) error {
				n, err := Policies{}.MarkRenewalMessages(x, map[int]bool{both[0].RenewalID: true, both[1].RenewalID: false, 999: false})
				if n != want {
					t.Errorf("%d changed, expected %d", n, want)
				}
				return err
			})
		}
		var rows []persistence.PolicyRenewal
		if err := s.Read(persistencetest.System(t)).DB().Where(persistence.IsNull(column("tblPolicyRenewals", "ValidityTo"))).Order(clause.OrderByColumn{Column: column("tblPolicyRenewals", "RenewalID")}).Find(&rows).Error; err != nil {
			t.Fatal(err)
		}
		if len(rows) != 2 || rows[0].SMSStatus != 0 || rows[1].SMSStatus != 1 {
			t.Errorf("prompts %+v", rows)
		}
		if got := w.events(t); got != "policy.renewal-prompted policy.renewal-messages" {
			t.Errorf("events %q", got)
		}
	})
}
