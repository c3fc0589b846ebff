package scheme

import (
	"sort"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/persistence"
)

// CoverFile is one insured person with what the enquiry reads (rule 9.11): loaded rows,
// never changed. Rows that do not concern the person do no harm.
type CoverFile struct {
	Insuree    *persistence.Insuree // nil when nobody has the number
	District   int                  // key of the district the family lives in, 0 when it is not known
	FamilyLive bool
	FamilySize int // present members of the family
	Now        persistence.DateTime

	Policies []persistence.Policy        // live, of the family and those the person is on
	Members  []persistence.InsureePolicy // live places of the person on policies
	Products map[int]*persistence.Product
	Booked   []persistence.ClaimDedRem // on those policies, and of the person
}

// Letters of a policy's state as an enquiry answers it.
const (
	StandingActive    = "A"
	StandingIdle      = "I"
	StandingSuspended = "S"
	StandingReady     = "R"
	StandingExpired   = "E"
)

// Standing is how a person stands with one policy of his family.
type Standing struct {
	Policy  *persistence.Policy // nil when the family has none
	Product *persistence.Product
	Expiry  *persistence.Date // of the person's own cover; nil when he is not on the policy
	Status  string            // one of the Standing letters

	Deductible Remainder // what the patient still pays first
	Ceiling    Remainder // up to what the scheme still pays
}

// RemainderKind tells how a product defines its deductible or ceiling.
type RemainderKind int

// A product defines nothing, one amount for all care, or one for hospital care and one
// for other care.
const (
	NoRemainder RemainderKind = iota
	GeneralRemainder
	SplitRemainder
)

// Remainder is what is left of a deductible or ceiling. A general one stands in both
// amounts; of a split one First is hospital care and Second other care. nil is not defined.
type Remainder struct {
	Kind          RemainderKind
	First, Second *decimal.Decimal
}

// Enquire answers how a person stands with the policies of his family (rule 9.11): the
// active ones when there is one; otherwise those that ended no more than two calendar
// years ago when there are several; otherwise all. district narrows the answer to
// families of that district, 0 asks for any. Nobody, or a family that is gone, has no
// standing at all.
func Enquire(f *CoverFile, district int, book RuleBook) []Standing {
	if f.Insuree == nil || !f.FamilyLive || district != 0 && f.District != district {
		return nil
	}
	rows := Standings(f, book)
	if len(rows) == 0 && len(f.ofFamily()) == 0 {
		return []Standing{{Status: StandingIdle}}
	}
	return preferred(rows, f.Now.Date())
}

// Standings lists how a person stands with every policy of his family, by product and key.
func Standings(f *CoverFile, book RuleBook) []Standing {
	if f.Insuree == nil {
		return nil
	}
	rows := f.standings()
	f.fillRemainders(rows, book)
	return rows
}

// Policy gives the live policy with the key, nil when it is not in the file.
func (f *CoverFile) Policy(key int) *persistence.Policy {
	for i := range f.Policies {
		if f.Policies[i].PolicyID == key && f.Policies[i].ValidityTo == nil {
			return &f.Policies[i]
		}
	}
	return nil
}

// InForce tells whether the person's place on an active policy covers the day.
func InForce(p *persistence.Policy, m *persistence.InsureePolicy, day persistence.Date) bool {
	return number(p.PolicyStatus) == 2 && policyInForce(p, day) && memberAt(m, m.InsureeID, day)
}

// ofFamily gives the live policies of the person's family, by product and key.
func (f *CoverFile) ofFamily() []*persistence.Policy {
	var list []*persistence.Policy
	for i := range f.Policies {
		p := &f.Policies[i]
		if p.ValidityTo == nil && f.Insuree.FamilyID != nil && p.FamilyID == *f.Insuree.FamilyID {
			list = append(list, p)
		}
	}
	sort.SliceStable(list, func(a, b int) bool {
		if list[a].ProdID != list[b].ProdID {
			return list[a].ProdID < list[b].ProdID
		}
		return list[a].PolicyID < list[b].PolicyID
	})
	return list
}

// standings lists the family's policies of products that are sold still, one for each
// place the person has on them.
func (f *CoverFile) standings() []Standing {
	var rows []Standing
	for _, p := range f.ofFamily() {
		product := f.Products[p.ProdID]
		if product == nil || product.ValidityTo != nil {
			continue
		}
		placed := false
		for i := range f.Members {
			if m := &f.Members[i]; m.PolicyID == p.PolicyID && m.InsureeID == f.Insuree.InsureeID && m.ValidityTo == nil {
				rows, placed = append(rows, Standing{Policy: p, Product: product, Expiry: m.ExpiryDate, Status: standingOf(p, m, f.Now.Date())}), true
			}
		}
		if !placed {
			rows = append(rows, Standing{Policy: p, Product: product, Status: StandingIdle})
		}
	}
	return rows
}

// standingOf gives the letter of a person's place on a policy on a day. Without an end the
// cover is not known to be over.
func standingOf(p *persistence.Policy, m *persistence.InsureePolicy, day persistence.Date) string {
	switch {
	case m.EffectiveDate == nil || day.Before(m.EffectiveDate.Time):
		return StandingIdle
	case m.ExpiryDate != nil && day.After(m.ExpiryDate.Time):
		return StandingExpired
	}
	switch number(p.PolicyStatus) {
	case 1:
		return StandingIdle
	case 2:
		return StandingActive
	case 4:
		return StandingSuspended
	case 16:
		return StandingReady
	}
	return StandingExpired
}

// preferred chooses the rows that are shown.
func preferred(rows []Standing, day persistence.Date) []Standing {
	var active, recent []Standing
	for _, r := range rows {
		if r.Status == StandingActive {
			active = append(active, r)
		}
		if r.Expiry != nil && day.Year()-r.Expiry.Year() <= 2 {
			recent = append(recent, r)
		}
	}
	switch {
	case len(active) > 0:
		return active
	case len(recent) > 1:
		return recent
	}
	return rows
}

// fillRemainders sets what is left under each policy.
func (f *CoverFile) fillRemainders(rows []Standing, book RuleBook) {
	kind := NoRemainder
	for i := range rows {
		r := &rows[i]
		s := spent{file: f, policy: r.Policy.PolicyID, book: book}
		r.Deductible, r.Ceiling = s.deductible(r.Product), s.ceiling(r.Product)
		if !book.Legacy(OneKindForBoth) {
			r.Deductible.share()
			r.Ceiling.share()
			continue
		}
		for _, part := range []*Remainder{&r.Deductible, &r.Ceiling} {
			if part.Kind != NoRemainder {
				kind = part.Kind
			}
		}
		r.Deductible.Kind, r.Ceiling.Kind = kind, kind
		r.Deductible.share()
		r.Ceiling.share()
	}
}

// share writes a general amount into both places.
func (r *Remainder) share() {
	if r.Kind == GeneralRemainder {
		r.Second = r.First
	}
}
