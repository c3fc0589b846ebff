package scheme

import (
	"errors"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// sent gives a draft in which everything is filled in that tells one claim from another.
func sent() *ClaimDraft {
	return &ClaimDraft{
		Claim: persistence.Claim{InsureeID: 1, HFID: 1, DateFrom: on("2023-06-10"), DateTo: ptr(on("2023-06-11")), DateClaimed: on("2023-06-12").Date(),
			ICDID: 1, ICDID1: ptr(2), ICDID2: ptr(3), ICDID3: ptr(4), ICDID4: ptr(5), ClaimAdminID: ptr(6),
			VisitType: ptr("E"), GuaranteeID: ptr("G"), Explanation: ptr("head ache")},
		Items: []persistence.ClaimItem{
			{ItemID: 1, QtyProvided: money("2"), PriceAsked: money("10")}, {ItemID: 1, QtyProvided: money("10"), PriceAsked: money("2")}},
		Services:    []persistence.ClaimService{{ServiceID: 1, QtyProvided: money("1"), PriceAsked: money("400")}},
		Attachments: []persistence.ClaimAttachment{{Title: ptr("scan"), Mime: ptr("image/png"), Document: ptr("AAAA")}},
	}
}

// stored gives the claim a draft was entered as, after its checks, review and payment.
func stored(d *ClaimDraft) *ClaimOutcome {
	out := &ClaimOutcome{Claim: d.Claim, Items: d.Items, Services: d.Services, Attachments: d.Attachments}
	out.Claim.ClaimID, out.Claim.ClaimStatus, out.Claim.Approved, out.Claim.Adjustment = 7, StatusValuated, ptr(money("1")), ptr("too much")
	for i := range out.Items {
		out.Items[i].ClaimItemStatus, out.Items[i].QtyApproved = lineRejected, ptr(money("1"))
	}
	return out
}

// TestSameClaim changes one thing a claim says and tells whether it still is the same.
func TestSameClaim(t *testing.T) {
	later := persistence.At(on("2023-06-10").Add(9 * 3600e9))
	for _, c := range []struct {
		name   string
		change func(d *ClaimDraft)
		same   bool
	}{
		{"nothing", func(d *ClaimDraft) {}, true},
		{"patient", func(d *ClaimDraft) { d.Claim.InsureeID = 2 }, false},
		{"facility", func(d *ClaimDraft) { d.Claim.HFID = 2 }, false},
		{"first day", func(d *ClaimDraft) { d.Claim.DateFrom = on("2023-06-09") }, false},
		{"hour of the first day", func(d *ClaimDraft) { d.Claim.DateFrom = later }, true},
		{"last day", func(d *ClaimDraft) { d.Claim.DateTo = ptr(on("2023-06-12")) }, false},
		{"no last day", func(d *ClaimDraft) { d.Claim.DateTo = nil }, false},
		{"day of the claim", func(d *ClaimDraft) { d.Claim.DateClaimed = on("2023-06-13").Date() }, false},
		{"diagnosis", func(d *ClaimDraft) { d.Claim.ICDID = 9 }, false},
		{"first further diagnosis", func(d *ClaimDraft) { d.Claim.ICDID1 = ptr(9) }, false},
		{"no first further diagnosis", func(d *ClaimDraft) { d.Claim.ICDID1 = nil }, false},
		{"second further diagnosis", func(d *ClaimDraft) { d.Claim.ICDID2 = ptr(9) }, false},
		{"third further diagnosis", func(d *ClaimDraft) { d.Claim.ICDID3 = ptr(9) }, false},
		{"fourth further diagnosis", func(d *ClaimDraft) { d.Claim.ICDID4 = ptr(9) }, false},
		{"claim administrator", func(d *ClaimDraft) { d.Claim.ClaimAdminID = ptr(9) }, false},
		{"visit type", func(d *ClaimDraft) { d.Claim.VisitType = ptr("O") }, false},
		{"guarantee", func(d *ClaimDraft) { d.Claim.GuaranteeID = nil }, false},
		{"explanation", func(d *ClaimDraft) { d.Claim.Explanation = ptr("tooth ache") }, false},
		{"padding", func(d *ClaimDraft) { d.Claim.VisitType = ptr("E ") }, true},

		{"items the other way round", func(d *ClaimDraft) { d.Items[0], d.Items[1] = d.Items[1], d.Items[0] }, true},
		{"an item more", func(d *ClaimDraft) { d.Items = append(d.Items, d.Items[0]) }, false},
		{"an item less", func(d *ClaimDraft) { d.Items = d.Items[:1] }, false},
		{"the same item twice", func(d *ClaimDraft) { d.Items[1] = d.Items[0] }, false},
		{"another item", func(d *ClaimDraft) { d.Items[0].ItemID = 2 }, false},
		{"another quantity", func(d *ClaimDraft) { d.Items[0].QtyProvided = money("3") }, false},
		{"digits of a quantity", func(d *ClaimDraft) { d.Items[0].QtyProvided = money("2.00") }, true},
		{"another price", func(d *ClaimDraft) { d.Items[0].PriceAsked = money("10.01") }, false},
		{"a service more", func(d *ClaimDraft) { d.Services = append(d.Services, d.Services[0]) }, false},
		{"no service", func(d *ClaimDraft) { d.Services = nil }, false},
		{"another service", func(d *ClaimDraft) { d.Services[0].ServiceID = 2 }, false},
		{"another quantity of the service", func(d *ClaimDraft) { d.Services[0].QtyProvided = money("2") }, false},
		{"another price of the service", func(d *ClaimDraft) { d.Services[0].PriceAsked = money("399") }, false},
		{"no attachment", func(d *ClaimDraft) { d.Attachments = nil }, false},
		{"an attachment more", func(d *ClaimDraft) { d.Attachments = append(d.Attachments, d.Attachments[0]) }, false},
		{"another title", func(d *ClaimDraft) { d.Attachments[0].Title = nil }, false},
		{"another kind of document", func(d *ClaimDraft) { d.Attachments[0].Mime = ptr("image/jpeg") }, false},
		{"another document", func(d *ClaimDraft) { d.Attachments[0].Document = ptr("AAAB") }, false},
	} {
		d := sent()
		c.change(d)
		if got := sameClaim(d, stored(sent())); got != c.same {
			t.Errorf("%s: same is %t", c.name, got)
		}
		if got := sameClaim(sent(), stored(d)); got != c.same {
			t.Errorf("%s, the other way round: same is %t", c.name, got)
		}
	}
	bare := &ClaimDraft{Claim: persistence.Claim{InsureeID: 1, DateFrom: on("2023-06-10")}}
	if !sameClaim(bare, stored(bare)) {
		t.Error("a claim with nothing that may be left out is not the same as itself")
	}
}

// TestCodeThatIsTaken enters a claim A and then another claim. It is answered with A,
// stored beside it, or refused.
func TestCodeThatIsTaken(t *testing.T) {
	const answered, stored = "answered", "stored"
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := newClaimScheme(t, s, nil)
		second := w.hf
		second.HFID, second.HFUUID, second.HFCode = 0, "", "HF2"
		if err := s.Tx(persistencetest.System(t), func(x *persistence.Session) error { return persistence.Insert(x, &second) }); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			name          string
			claims        Claims
			first, second string // what the two were sent as beyond their rows
			change        func(d *ClaimDraft)
			want          string
		}{
			{"the same rows", Claims{}, "", "", func(d *ClaimDraft) {}, answered},
			{"the same rows and content", Claims{}, "x", "x", func(d *ClaimDraft) {}, answered},
			{"the same rows, other content", Claims{}, "x", "y", func(d *ClaimDraft) {}, "which has other content"},
			{"the same rows, from a door that knows no content", Claims{}, "x", "", func(d *ClaimDraft) {}, answered},
			{"the same rows, sent first through such a door", Claims{}, "", "y", func(d *ClaimDraft) {}, answered},
			{"other rows", Claims{}, "", "", func(d *ClaimDraft) { d.Items[0].QtyProvided = money("3") }, "which has other content"},
			{"another code", Claims{}, "", "", func(d *ClaimDraft) { d.Claim.ClaimCode += "x" }, stored},
			{"another facility", Claims{}, "", "", func(d *ClaimDraft) { d.Claim.HFID = second.HFID }, stored},
			{"another facility, codes being global", Claims{GlobalCodes: true}, "", "", func(d *ClaimDraft) { d.Claim.HFID = second.HFID }, "taken by a claim of another facility"},
		} {
			d := w.claimDraft("A", 2)
			d.Content = c.first
			err := s.Tx(persistencetest.System(t), func(x *persistence.Session) error {
				first, err := c.claims.Enter(x, d, false)
				if err != nil {
					return err
				}
				d := w.claimDraft("A", 2)
				d.Content = c.second
				c.change(d)
				out, err := c.claims.Enter(x, d, false)
				switch {
				case err != nil:
					if core.CodeOf(err) != core.Conflict || !strings.Contains(err.Error(), c.want) {
						t.Errorf("%s: %v, want %s", c.name, err, c.want)
					}
				case out.Repeated != (c.want == answered) || out.Repeated != (out.Claim.ClaimUUID == first.Claim.ClaimUUID) || c.want != answered && c.want != stored:
					t.Errorf("%s: repeated %t, want %s", c.name, out.Repeated, c.want)
				}
				return errUndo
			})
			if !errors.Is(err, errUndo) {
				t.Fatal(c.name, err)
			}
		}
	})
}

// A claim of the legacy application that took over a code was sent by nobody: its rows
// alone say whether it is the same.
func TestCodeTakenOverByAnotherApplication(t *testing.T) {
	w := newClaimScheme(t, persistencetest.SQLite(t), nil)
	err := w.store.Tx(persistencetest.System(t), func(x *persistence.Session) error {
		d := w.claimDraft("A", 2)
		d.Content = "x"
		first, err := Claims{}.Enter(x, d, false)
		if err != nil {
			return err
		}
		if err := x.DB().Model(&persistence.Claim{ClaimID: first.Claim.ClaimID}).Update("ClaimUUID", persistence.NewUUID()).Error; err != nil {
			return err
		}
		d = w.claimDraft("A", 2)
		d.Content = "y"
		if out, err := (Claims{}).Enter(x, d, false); err != nil || !out.Repeated {
			t.Errorf("got %v", err)
		}
		return errUndo
	})
	if !errors.Is(err, errUndo) {
		t.Fatal(err)
	}
}

// A claim that is changed keeps its code, or takes one that is free; what it had is free
// for others then.
func TestCodeOfAChangedClaim(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := newClaimScheme(t, s, nil)
		a, b := w.enter(t, "A", false), w.enter(t, "B", false)
		replace := func(code, content string) error {
			_, err := w.run(t, func(x *persistence.Session) (*ClaimOutcome, error) {
				d := w.claimDraft(code, 2)
				d.Content = content
				return Claims{}.Replace(x, a.Claim.ClaimUUID, d, false)
			})
			return err
		}
		if err := replace("B", ""); core.CodeOf(err) != core.Conflict || !strings.Contains(err.Error(), string(b.Claim.ClaimUUID)) {
			t.Errorf("changed to the code of another claim with the same content: %v", err)
		}
		if err := replace("A", "y"); err != nil {
			t.Fatal(err)
		}
		if err := replace("C", "z"); err != nil {
			t.Fatal(err)
		}
		if out := w.enter(t, "A", false); out.Repeated {
			t.Error("the code that was given up is still taken")
		}
		if out := w.enter(t, "C", false); !out.Repeated || out.Claim.ClaimUUID != a.Claim.ClaimUUID {
			t.Error("the new code is not taken")
		}
	})
}
