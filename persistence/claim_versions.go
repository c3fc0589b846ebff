package persistence

import (
	"slices"
	"time"
)

// ClaimState is one kept state of a claim with the lines it had.
type ClaimState struct {
	Claim    Claim
	Items    []ClaimItem
	Services []ClaimService
}

// ClaimVersions gives every kept state of a claim with its lines, the newest first, in a
// fixed number of statements. Errors: core.NotFound.
func ClaimVersions(x *Session, id UUID) ([]ClaimState, error) {
	claims, err := Versions[Claim](x, id)
	if err != nil {
		return nil, err
	}
	return ClaimStates(x, claims)
}

// ClaimStates gives the lines that claims had in the states the rows are of, in the order
// of the rows, in a fixed number of statements.
//
// Lines are kept in two layouts. The stored procedures, the old application and this
// program leave superseded lines on the live claim, closed by ValidityTo; the Django
// application copies the lines and attaches the copies to the history row of the claim. A
// state that was overwritten in place is not there.
func ClaimStates(x *Session, claims []Claim) ([]ClaimState, error) {
	var owners []int
	for i := range claims {
		owners = append(owners, claims[i].ClaimID, rootOf(&claims[i]))
	}
	slices.Sort(owners)
	var items []ClaimItem
	var services []ClaimService
	for some := range slices.Chunk(slices.Compact(owners), 900) {
		var moreItems []ClaimItem
		var moreServices []ClaimService
		if err := x.db.Where(In(Column("", "ClaimID"), some)).Order(orderedBy("ClaimItemID")).Find(&moreItems).Error; err != nil {
			return nil, err
		}
		if err := x.db.Where(In(Column("", "ClaimID"), some)).Order(orderedBy("ClaimServiceID")).Find(&moreServices).Error; err != nil {
			return nil, err
		}
		items, services = append(items, moreItems...), append(services, moreServices...)
	}
	states := make([]ClaimState, len(claims))
	for i, claim := range claims {
		states[i] = ClaimState{
			Claim: claim,
			Items: linesAt(claim, rootOf(&claim), items, func(l ClaimItem) line {
				return line{l.ClaimItemID, l.ClaimID, l.LegacyID, l.ValidityFrom, l.ValidityTo}
			}),
			Services: linesAt(claim, rootOf(&claim), services, func(l ClaimService) line {
				return line{l.ClaimServiceID, l.ClaimID, l.LegacyID, l.ValidityFrom, l.ValidityTo}
			}),
		}
	}
	return states, nil
}

// rootOf gives the key of the claim the row is a state of.
func rootOf(claim *Claim) int {
	if claim.LegacyID != nil {
		return *claim.LegacyID
	}
	return claim.ClaimID
}

// line is what says to which state of a claim a line belongs.
type line struct {
	key, claim int
	legacy     *int
	from       DateTime
	to         *DateTime
}

// linesAt picks the lines of one state of the claim whose live row has the key root.
func linesAt[L any](claim Claim, root int, all []L, describe func(L) line) []L {
	if claim.ClaimID != root {
		var copies []L
		for _, one := range all {
			if describe(one).claim == claim.ClaimID {
				copies = append(copies, one)
			}
		}
		if len(copies) > 0 {
			return copies
		}
	}
	var picked []L
	seen := map[int]bool{}
	for _, one := range all {
		l := describe(one)
		if l.claim != root || !l.validDuring(claim) {
			continue
		}
		// Old code that deletes a line leaves a history copy and the closed line itself,
		// both of the same span.
		identity := l.key
		if l.legacy != nil {
			identity = *l.legacy
		}
		if !seen[identity] {
			seen[identity] = true
			picked = append(picked, one)
		}
	}
	return picked
}

// validDuring tells whether the line was current in the middle of the state's span:
// procedures take the time anew for each table, so the ends of the spans differ a little.
func (l line) validDuring(claim Claim) bool {
	if claim.ValidityTo == nil {
		return l.to == nil
	}
	span := claim.ValidityTo.Sub(claim.ValidityFrom.Time)
	middle := claim.ValidityFrom.Add(span / 2).Truncate(time.Microsecond)
	return !l.from.After(middle) && (l.to == nil || l.to.After(middle))
}
