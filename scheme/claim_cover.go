package scheme

import (
	"slices"

	"github.com/openimis/openimis-go/persistence"
)

// Cover names the product that pays a line: ProdID by ClaimItemID, and by ClaimServiceID.
type Cover struct {
	Items, Services map[int]int
}

// Covering tells what would pay the lines of claims if they were processed now; nothing is
// written. It takes ClaimIDs and leaves out claims that are not checked, and lines nobody
// pays or the checks rejected. What a reviewer rejected counts as if he had not: he may take
// it back. The statements grow with every ManyClaims claims only.
func (c Claims) Covering(x *persistence.Session, claims []int) (Cover, error) {
	cover := Cover{Items: map[int]int{}, Services: map[int]int{}}
	for some := range slices.Chunk(claims, ManyClaims) {
		m, err := newManyRows(x, persistence.In(column("tblClaim", "ClaimID"), some), persistence.Compare(column("tblClaim", "ClaimStatus"), "=", StatusChecked))
		if err != nil {
			return cover, err
		}
		m.l.registers()
		m.prices()
		if m.cover(); m.l.err != nil {
			return cover, m.l.err
		}
		m.sort()
		for _, out := range m.outcomes {
			f, _ := m.rowsOf(out).File(out.Claim.ClaimID, x.Now())
			cover.add(f, c.Rules)
		}
	}
	return cover, nil
}

// add chooses what pays the lines of one claim.
func (c Cover) add(f *ClaimFile, book RuleBook) {
	for _, l := range f.Lines {
		if l.reason() == ReasonByHand {
			l.Status, l.Reason = linePassed, ptr(ReasonNone)
		}
	}
	AssignCover(f, book)
	for _, l := range f.Lines {
		switch p, ok := payerOf(l); {
		case ok && l.Kind == ItemKind:
			c.Items[l.ID] = p.product
		case ok:
			c.Services[l.ID] = p.product
		}
	}
}
