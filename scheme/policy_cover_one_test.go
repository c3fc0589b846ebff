package scheme

import (
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// TestOneMemberIsCovered cites rule 9.3. An adult pays 100.25, a child nothing, and the
// policy of two adults is worth 200.50, of three 300.75.
func TestOneMemberIsCovered(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		w := enrol(t, s, func(w *enrolled) { w.product.PremiumAdult = ptr(money("100.25")) })
		const with, without = ", 2022-07-01/2023-06-30", ", NULL/2023-06-30"
		for _, c := range []struct {
			name, born        string
			paid, photo       string // contributions to the policy
			unknown           bool   // what the policy is worth is not stored
			legacy, corrected string
		}{
			{name: "a child, nothing paid", born: "2015-01-01", legacy: without, corrected: with},
			{name: "a child, paid to the unit", born: "2015-01-01", paid: "200", legacy: with, corrected: with},
			{name: "an adult, paid for two", born: "1990-01-01", paid: "200.50", legacy: without, corrected: without},
			{name: "an adult, paid to the unit", born: "1990-01-01", paid: "300", legacy: with, corrected: without},
			{name: "an adult, a cent missing", born: "1990-01-01", paid: "300.74", legacy: with, corrected: without},
			{name: "an adult, paid in full", born: "1990-01-01", paid: "300.75", legacy: with, corrected: with},
			{name: "an adult, his photograph paid", born: "1990-01-01", photo: "300.75", legacy: without, corrected: without},
			{name: "a child, of a policy of unknown worth", born: "2015-01-01", unknown: true, legacy: without, corrected: without},
		} {
			for name, want := range map[string]string{"legacy": c.legacy, "corrected": c.corrected} {
				w.undone(t, func(x *persistence.Session) {
					start, end := policyDay(t, "2022-07-01"), policyDay(t, "2023-06-30")
					p := persistence.Policy{FamilyID: w.family.FamilyID, ProdID: w.product.ProdID, EnrollDate: start, StartDate: start, EffectiveDate: &start, ExpiryDate: &end, PolicyStatus: ptr(PolicyActive), PolicyStage: ptr("N")}
					if !c.unknown {
						p.PolicyValue = ptr(money("200.50"))
					}
					put(t, x, &p)
					for amount, photo := range map[string]bool{c.paid: false, c.photo: true} {
						if amount != "" {
							put(t, x, &persistence.Premium{PolicyID: p.PolicyID, Amount: money(amount), Receipt: amount, PayDate: start, PayType: "C", IsPhotoFee: &photo, CreatedDate: x.Now()})
						}
					}
					third := persistence.Insuree{CHFID: ptr("1"), LastName: "Doe", OtherNames: "Jack", DOB: policyDay(t, c.born), Gender: ptr("F"), FamilyID: &w.family.FamilyID}
					put(t, x, &third)
					if _, err := (Policies{Rules: books[name]}).Cover(x, p.PolicyUUID, third.InsureeID, "the person"); err != nil {
						t.Errorf("%s, %s: %v", c.name, name, err)
					}
					if got := coversIn(t, x, p.PolicyID); got != want {
						t.Errorf("%s, %s: %s, expected %s", c.name, name, got, want)
					}
				})
			}
		}
	})
}

// TestWhoIsNotCovered cites rule 9.3.
func TestWhoIsNotCovered(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		w := enrol(t, s, nil)
		p := w.policy(t, PolicyActive, "2023-06-30")
		stranger := persistence.Insuree{CHFID: ptr("1"), LastName: "Roe", OtherNames: "Jo", DOB: policyDay(t, "1990-01-01"), Gender: ptr("F")}
		w.write(t, func(x *persistence.Session) error { return persistence.Insert(x, &stranger) })
		cover := func(id persistence.UUID, insuree int) error {
			return s.Tx(persistencetest.System(t), func(x *persistence.Session) error {
				_, err := Policies{}.Cover(x, id, insuree, "the person")
				return err
			})
		}
		wantCode(t, "no policy", cover(persistence.NewUUID(), w.members[0].InsureeID), core.NotFound)
		wantCode(t, "nobody", cover(p.PolicyUUID, 999), core.Unprocessable, "the person")
		wantCode(t, "a stranger", cover(p.PolicyUUID, stranger.InsureeID), core.Unprocessable, "the person", "not of the family")
		if err := cover(p.PolicyUUID, w.members[1].InsureeID); err != nil {
			t.Fatal(err)
		}
		wantCode(t, "covered already", cover(p.PolicyUUID, w.members[1].InsureeID), core.Conflict, "the person", "already")
		w.write(t, func(x *persistence.Session) error {
			for _, number := range []string{"2", "3"} {
				put(t, x, &persistence.Insuree{CHFID: &number, LastName: "Doe", OtherNames: "Jack", DOB: policyDay(t, "1990-01-01"), Gender: ptr("F"), FamilyID: &w.family.FamilyID})
			}
			return nil
		})
		wantCode(t, "four of three", cover(p.PolicyUUID, w.members[0].InsureeID), core.Unprocessable, "the person", "4 members")
		if got := w.covers(t, p.PolicyID); got != "2022-07-01" {
			t.Errorf("covers %s", got)
		}
		if got := w.events(t); got != "policy.member-covered" {
			t.Errorf("events %q", got)
		}
	})
}

// TestCoverIsEnded: it only ever becomes shorter. The policy runs from the first of July
// 2022 to the end of June 2023.
func TestCoverIsEnded(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		w := enrol(t, s, nil)
		p := w.policy(t, PolicyActive, "2023-06-30")
		open := w.policy(t, PolicyActive, "2023-06-30")
		open.ExpiryDate = nil
		w.write(t, func(x *persistence.Session) error { return persistence.Update(x, &open) })
		row := func(start, end string) (cover persistence.InsureePolicy) {
			for text, day := range map[string]**persistence.Date{start: &cover.StartDate, end: &cover.ExpiryDate} {
				if text != "" {
					*day = ptr(policyDay(t, text))
				}
			}
			return cover
		}
		whole := row("2022-07-01", "2023-06-30")
		for _, c := range []struct {
			name   string
			policy *persistence.Policy
			rows   []persistence.InsureePolicy
			last   string
			want   string // the last days of the rows
			code   core.Code
			says   string
		}{
			{"in its midst", &p, []persistence.InsureePolicy{whole}, "2022-12-31", ", NULL/2022-12-31", "", ""},
			{"on its first day", &p, []persistence.InsureePolicy{whole}, "2022-07-01", ", NULL/2022-07-01", "", ""},
			{"before its first day", &p, []persistence.InsureePolicy{whole}, "2022-06-30", "", core.Unprocessable, "begins on 2022-07-01"},
			{"on its last day", &p, []persistence.InsureePolicy{whole}, "2023-06-30", ", NULL/2023-06-30", "", ""},
			{"behind its last day", &p, []persistence.InsureePolicy{whole}, "2023-07-01", "", core.Unprocessable, "ends on 2023-06-30"},
			{"once more, later", &p, []persistence.InsureePolicy{row("2022-07-01", "2022-12-31")}, "2023-01-01", "", core.Unprocessable, "ends on 2022-12-31"},
			{"who joined later, before he did", &p, []persistence.InsureePolicy{row("2022-10-01", "2023-06-30")}, "2022-09-30", "", core.Unprocessable, "begins on 2022-10-01"},
			{"without days of his own", &p, []persistence.InsureePolicy{{}}, "2022-07-01", ", NULL/2022-07-01", "", ""},
			{"without days of his own, too early", &p, []persistence.InsureePolicy{{}}, "2022-06-30", "", core.Unprocessable, "begins on 2022-07-01"},
			{"without days of his own, too late", &p, []persistence.InsureePolicy{{}}, "2023-07-01", "", core.Unprocessable, "ends on 2023-06-30"},
			{"what had no end", &open, []persistence.InsureePolicy{{}}, "2030-12-31", ", NULL/2030-12-31", "", ""},
			{"two rows, one ended before", &p, []persistence.InsureePolicy{row("2022-07-01", "2023-01-31"), whole}, "2023-03-31", ", NULL/2023-01-31, NULL/2023-03-31", "", ""},
			{"two rows, behind both", &p, []persistence.InsureePolicy{whole, row("2022-07-01", "2023-01-31")}, "2023-07-01", "", core.Unprocessable, "ends on 2023-06-30"},
			{"nobody's cover", &p, nil, "2023-03-31", "", core.NotFound, "does not cover"},
		} {
			w.undone(t, func(x *persistence.Session) {
				for _, cover := range c.rows {
					cover.InsureeID, cover.PolicyID = w.members[1].InsureeID, c.policy.PolicyID
					put(t, x, &cover)
				}
				err := Policies{}.EndCover(x, c.policy.PolicyUUID, w.members[1].InsureeID, policyDay(t, c.last), "the last day")
				if c.code != "" {
					wantCode(t, c.name, err, c.code, c.says)
					return
				}
				if got := coversIn(t, x, c.policy.PolicyID); err != nil || got != c.want {
					t.Errorf("%s: %s, %v", c.name, got, err)
				}
				var told int64
				if err := x.DB().Model(&persistence.Outbox{}).Where(persistence.Compare(column("", "name"), "=", "policy.member-ended")).Count(&told).Error; err != nil || told != 1 {
					t.Errorf("%s: told %d times, %v", c.name, told, err)
				}
			})
		}
	})
}

// TestCoverIsRemoved: of one member, while the others stay covered, once no claim of his
// hangs on it.
func TestCoverIsRemoved(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := newClaimScheme(t, s, nil)
		other := w.insuree
		err := s.Tx(persistencetest.System(t), func(x *persistence.Session) error {
			other.InsureeID, other.InsureeUUID, other.CHFID, other.IsHead, other.Family = 0, "", ptr("1"), false, nil
			put(t, x, &other)
			put(t, x, &persistence.InsureePolicy{InsureeID: other.InsureeID, PolicyID: w.policy.PolicyID})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		remove := func(insuree int) error {
			return s.Tx(persistencetest.System(t), func(x *persistence.Session) error {
				return Policies{}.RemoveCover(x, w.policy.PolicyUUID, insuree)
			})
		}
		out := w.enter(t, "C1", true)
		if _, err := w.run(t, func(x *persistence.Session) (*ClaimOutcome, error) { return Claims{}.Process(x, out.Claim.ClaimUUID) }); err != nil {
			t.Fatal(err)
		}
		wantCode(t, "who claimed", remove(w.insuree.InsureeID), core.Conflict, "end the cover instead")
		if err := remove(other.InsureeID); err != nil {
			t.Errorf("who did not claim: %v", err)
		}
		wantCode(t, "removed twice", remove(other.InsureeID), core.NotFound)
		var live []persistence.InsureePolicy
		if err := s.Read(persistencetest.System(t)).DB().Where(persistence.IsNull(column("tblInsureePolicy", "ValidityTo"))).Find(&live).Error; err != nil || len(live) != 1 || live[0].InsureeID != w.insuree.InsureeID {
			t.Errorf("covers left: %+v, %v", live, err)
		}
		if names := w.events(t); names[len(names)-1] != "policy.member-removed" {
			t.Errorf("events %v", names)
		}
	})
}
