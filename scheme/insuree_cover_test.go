package scheme

import (
	"fmt"
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// TestEndOfCover cites rule 10.5: who becomes inactive or dies is covered until that day.
func TestEndOfCover(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		w := enrol(t, s, nil)
		day := policyDay(t, "2023-05-20")
		for _, c := range []struct {
			name, from, to string
			on             *persistence.Date
			want           string // end of the running cover; the expired one always stays
		}{
			{"dies on a day", InsureeActive, InsureeDeceased, &day, "2023-05-20"},
			{"dies, nobody knows when", InsureeActive, InsureeDeceased, nil, "2023-06-01"},
			{"becomes inactive", InsureeActive, InsureeInactive, &day, "2023-05-20"},
			{"dies when inactive", InsureeInactive, InsureeDeceased, &day, "2023-05-20"},
			{"stays inactive", InsureeInactive, InsureeInactive, &day, "2024-03-31"},
			{"stays active", InsureeActive, InsureeActive, nil, "2024-03-31"},
			{"had no state, stays insured", "", InsureeActive, nil, "2024-03-31"},
		} {
			p := w.policy(t, PolicyActive, "2024-03-31")
			m := persistence.Insuree{CHFID: ptr(c.name), LastName: "Roe", OtherNames: "Ann", DOB: day, Gender: ptr("F"), Status: &c.from}
			w.write(t, func(x *persistence.Session) error {
				put(t, x, &m)
				put(t, x, &persistence.InsureePolicy{InsureeID: m.InsureeID, PolicyID: p.PolicyID, ExpiryDate: ptr(policyDay(t, "2020-01-31"))})
				put(t, x, &persistence.InsureePolicy{InsureeID: m.InsureeID, PolicyID: p.PolicyID, ExpiryDate: ptr(policyDay(t, "2024-03-31"))})
				return nil
			})
			if _, err := w.change(t, m.InsureeUUID, func(d *InsureeDraft) { d.Insuree.Status, d.Insuree.StatusDate = &c.to, c.on }); err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			if got, want := w.running(t, m.InsureeID), fmt.Sprintf("%d:2020-01-31 %d:%s", p.PolicyID, p.PolicyID, c.want); got != want {
				t.Errorf("%s: %s, expected %s", c.name, got, want)
			}
		}
	})
}

// TestInsuredAgain cites rule 10.5: who is insured again is covered by the policies of the
// family he was never on.
func TestInsuredAgain(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		w := enrol(t, s, nil)
		d := person(t)
		d.Family, d.Insuree.Status = &w.family, ptr(InsureeInactive)
		p, err := w.enter(t, Insurees{}, d)
		if err != nil {
			t.Fatal(err)
		}
		policy := w.policy(t, PolicyActive, "2024-03-31")
		if _, err := w.change(t, w.members[1].InsureeUUID, func(d *InsureeDraft) { d.Insuree.Phone = ptr("077") }); err != nil || w.running(t, w.members[1].InsureeID) != "" {
			t.Errorf("who was insured all the time gets a cover he was not given: %v", err)
		}
		if _, err := w.change(t, p.InsureeUUID, func(d *InsureeDraft) { d.Insuree.Phone = ptr("077") }); err != nil || w.running(t, p.InsureeID) != "" {
			t.Errorf("who is not insured gets a cover: %v", err)
		}
		if _, err := w.change(t, p.InsureeUUID, func(d *InsureeDraft) { d.Insuree.Status = ptr(InsureeActive) }); err != nil {
			t.Fatal(err)
		}
		if got, want := w.running(t, p.InsureeID), fmt.Sprintf("%d:2024-03-31", policy.PolicyID); got != want {
			t.Errorf("covers %s, expected %s", got, want)
		}
	})
}

// claimOf stores a claim about a person.
func (w *enrolled) claimOf(t *testing.T, insuree int) (claim persistence.Claim) {
	t.Helper()
	claim = persistence.Claim{InsureeID: insuree, ClaimCode: "C", DateFrom: persistence.At(policyToday), DateClaimed: persistence.Day(policyToday)}
	w.write(t, func(x *persistence.Session) error {
		facility := persistence.HealthFacility{HFCode: "H", HFName: "H", HFLevel: "H", HFCareType: "B", LegalForm: "G", LocationID: w.places[1].LocationID}
		put(t, x, &persistence.LegalForm{LegalFormCode: "G", LegalForms: "Government"})
		put(t, x, &facility)
		claim.HFID = facility.HFID
		diagnosis := persistence.Diagnosis{ICDCode: "A", ICDName: "A"}
		put(t, x, &diagnosis)
		claim.ICDID = diagnosis.ICDID
		put(t, x, &claim)
		return nil
	})
	return claim
}

// TestPersonIsDeleted cites rule 10.4: history, closed rows of the person, his photograph and
// his covers; not for a head, nor while claims are about him.
func TestPersonIsDeleted(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		w := enrol(t, s, nil)
		remove := func(id persistence.UUID) error {
			return s.Tx(persistencetest.System(t), func(x *persistence.Session) error { return Insurees{}.Delete(x, id) })
		}
		wantCode(t, "unknown", remove(persistence.NewUUID()), core.NotFound)
		wantCode(t, "head", remove(w.members[0].InsureeUUID), core.Conflict, "head of a family")
		w.policy(t, PolicyActive, "2024-03-31")
		d := person(t)
		d.Family = &w.family
		p, err := w.enter(t, Insurees{}, d)
		if err != nil || w.running(t, p.InsureeID) == "" {
			t.Fatalf("%v", err)
		}
		claim := w.claimOf(t, p.InsureeID)
		wantCode(t, "claimant", remove(p.InsureeUUID), core.Conflict, "claims")
		w.write(t, func(x *persistence.Session) error { return persistence.Delete(x, &claim) })
		if err := remove(p.InsureeUUID); err != nil {
			t.Fatal(err)
		}
		wantCode(t, "again", remove(p.InsureeUUID), core.Gone)
		if got := w.running(t, p.InsureeID); got != "" {
			t.Errorf("covers %s", got)
		}
		var photo persistence.Photo
		if err := s.Read(persistencetest.System(t)).DB().First(&photo, *p.PhotoID).Error; err != nil || photo.ValidityTo == nil {
			t.Errorf("photograph %+v, %v", photo, err)
		}
		if got, want := w.events(t), "policy.member-covered insuree.entered cover.deleted insuree.deleted"; got != want {
			t.Errorf("events %q", got)
		}
	})
}
