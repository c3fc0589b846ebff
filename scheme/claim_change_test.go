package scheme

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// attachmentID draws the key of an attachment: a UUID without dashes.
func attachmentID() string { return strings.ReplaceAll(string(persistence.NewUUID()), "-", "") }

// A claim is changed twice within one tick of the clock and then submitted: its old lines
// and attachments are closed, and its new lines begin with its present state.
func TestEnteredClaimIsChanged(t *testing.T) {
	now := time.Now()
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := newClaimScheme(t, s, nil)
		attached := func(quantity, title string) *ClaimDraft {
			d := w.claimDraft("A", 2)
			d.Items[0].QtyProvided = money(quantity)
			d.Attachments, d.Holds = []persistence.ClaimAttachment{{ID: attachmentID(), Title: &title}}, []string{"Attachments"}
			return d
		}
		first, err := w.run(t, func(x *persistence.Session) (*ClaimOutcome, error) {
			return Claims{}.Enter(x, attached("2", "scan"), false)
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, step := range []struct {
			quantity string
			submit   bool
			status   int
			event    string
		}{{"3", false, StatusEntered, "claim.changed"}, {"4", true, StatusChecked, "claim.submitted"}} {
			out, err := w.run(t, func(x *persistence.Session) (*ClaimOutcome, error) {
				return Claims{}.Replace(x, first.Claim.ClaimUUID, attached(step.quantity, "scan of "+step.quantity), step.submit)
			})
			if err != nil || out.Claim.ClaimStatus != step.status {
				t.Fatalf("%s: %v", step.quantity, err)
			}
			stored, _ := w.load(t, first.Claim.ClaimUUID)
			if len(stored.Items) != 1 || stored.Items[0].QtyProvided.String() != step.quantity || len(stored.Services) != 1 || len(stored.Attachments) != 1 ||
				text(stored.Attachments[0].Title) != "scan of "+step.quantity || stored.Claim.ClaimStatus != step.status {
				t.Errorf("stored: %+v", stored)
			}
			if from := stored.Claim.ValidityFrom; !stored.Items[0].ValidityFrom.Equal(from.Time) || !stored.Services[0].ValidityFrom.Equal(from.Time) {
				t.Errorf("the claim begins at %s, its lines at %s and %s", from, stored.Items[0].ValidityFrom, stored.Services[0].ValidityFrom)
			}
			if names := w.events(t); names[len(names)-1] != step.event {
				t.Errorf("events %v", names)
			}
		}
		_, err = w.run(t, func(x *persistence.Session) (*ClaimOutcome, error) {
			return Claims{}.Replace(x, first.Claim.ClaimUUID, attached("5", ""), false)
		})
		if core.CodeOf(err) != core.Conflict {
			t.Errorf("a checked claim was changed: %v", err)
		}
	}, persistencetest.WithClock(core.FixedClock(now)))
}

func TestEnteredClaimIsRemoved(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := newClaimScheme(t, s, nil)
		d := w.claimDraft("A", 2)
		d.Attachments = []persistence.ClaimAttachment{{ID: attachmentID(), Title: ptr("scan")}}
		first, err := w.run(t, func(x *persistence.Session) (*ClaimOutcome, error) { return Claims{}.Enter(x, d, false) })
		if err != nil {
			t.Fatal(err)
		}
		remove := func(id persistence.UUID) error {
			return s.Tx(persistencetest.System(t), func(x *persistence.Session) error { return Claims{}.Remove(x, id) })
		}
		if err := remove(first.Claim.ClaimUUID); err != nil {
			t.Fatal(err)
		}
		_, err = w.run(t, func(x *persistence.Session) (*ClaimOutcome, error) {
			left := &ClaimOutcome{Claim: first.Claim}
			if err := loadLines(x, left); err != nil || len(left.Items)+len(left.Services)+len(left.Attachments) > 0 {
				t.Errorf("left: %+v, %v", left, err)
			}
			return Claims{}.load(x, first.Claim.ClaimUUID)
		})
		if core.CodeOf(err) != core.Gone {
			t.Errorf("the deleted claim: %v", err)
		}
		if names := w.events(t); !slices.Equal(names, []string{"claim.entered", "claim.deleted"}) {
			t.Errorf("events %v", names)
		}
		if out := w.enter(t, "A", true); out.Repeated {
			t.Error("the code is still taken")
		} else if err := remove(out.Claim.ClaimUUID); core.CodeOf(err) != core.Conflict {
			t.Errorf("a checked claim was deleted: %v", err)
		}
	})
}
