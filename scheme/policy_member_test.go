package scheme

import (
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// TestMemberWhoJoinsLater cites rules 9.3 and 9.6: he is covered once his share is paid.
func TestMemberWhoJoinsLater(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		w := enrol(t, s, nil)
		p, err := w.sell(t, policyDay(t, "2023-05-20"))
		if err == nil {
			p, err = w.pay(t, p.PolicyUUID, ContributionDraft{Amount: money("200"), Receipt: "R1", PayDate: policyDay(t, "2023-05-20")})
		}
		if err != nil {
			t.Fatal(err)
		}
		join := func(number string) int {
			m := persistence.Insuree{CHFID: &number, LastName: "Doe", OtherNames: "Jack", DOB: policyDay(t, "1990-01-01"), Gender: ptr("F"), FamilyID: &w.family.FamilyID}
			w.write(t, func(x *persistence.Session) error { return persistence.Insert(x, &m) })
			return m.InsureeID
		}
		cover := func(insuree int) (n int) {
			w.write(t, func(x *persistence.Session) error {
				covers, err := Policies{}.CoverNewMember(x, insuree, false)
				n = len(covers)
				return err
			})
			return n
		}
		third := join("1")
		if n := cover(third); n != 1 || w.covers(t, p.PolicyID) != "2023-05-20 2023-05-20 NULL" {
			t.Errorf("%d covers, %s", n, w.covers(t, p.PolicyID))
		}
		if n := cover(third); n != 0 {
			t.Errorf("covered twice: %d", n)
		}
		for i, step := range []struct{ amount, covers string }{{"60", "2023-05-20 2023-05-20 NULL"}, {"40", "2023-05-20 2023-05-20 2023-06-01"}} {
			if p, err = w.pay(t, p.PolicyUUID, ContributionDraft{Amount: money(step.amount), Receipt: string(rune('a' + i))}); err != nil {
				t.Fatal(err)
			}
			if got := w.covers(t, p.PolicyID); got != step.covers || goldenDate(p.EffectiveDate) != "2023-05-20" {
				t.Errorf("after %s more: %s", step.amount, got)
			}
		}
		if n := cover(join("2")); n != 0 {
			t.Errorf("a fourth member of three got %d covers", n)
		}
		err = s.Tx(persistencetest.System(t), func(x *persistence.Session) error {
			_, err := Policies{}.CoverNewMember(x, 999, false)
			return err
		})
		wantCode(t, "nobody", err, core.NotFound)
		if got := w.events(t); got != "policy.entered policy.active policy.member-covered policy.contributed policy.contributed" {
			t.Errorf("events %q", got)
		}
	})
}
