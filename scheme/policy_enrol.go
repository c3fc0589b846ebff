package scheme

import (
	"slices"

	"github.com/shopspring/decimal"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// PolicyDraft is a policy as somebody wants to sell it. The keys are those of rows; they
// are looked for in the caller's scope.
type PolicyDraft struct {
	FamilyID, ProdID, OfficerID int
	Enrolled                    persistence.Date
	UUID                        persistence.UUID // of the new policy; "" draws one
	Origin                      Origin           // the program it was sold with

	// Paths gives the names errors use: for "family", "product", "officer" and "enrolled".
	// A name that is not there stands for itself.
	Paths map[string]string
}

// Origin is the program a row comes from; the zero Origin is none.
type Origin struct{ Program, Version string }

// columns gives what Source and SourceVersion hold.
func (o Origin) columns() (source, version *string) {
	if o.Program != "" {
		source = &o.Program
	}
	if o.Version != "" {
		version = &o.Version
	}
	return source, version
}

func (d *PolicyDraft) path(name string) string {
	if p, ok := d.Paths[name]; ok {
		return p
	}
	return name
}

// Enter stores a new policy (rule 9.5): idle, of stage new, with its value and period, and
// a cover without effective date for each member of the family. Errors:
// core.Unprocessable for what the scheme does not sell, which says why.
func (c Policies) Enter(x *persistence.Session, d *PolicyDraft) (*persistence.Policy, error) {
	sale, err := c.sale(x, d)
	if err != nil {
		return nil, err
	}
	period, err := PolicyPeriod(sale.product, d.Enrolled, StageNew)
	if err != nil {
		return nil, err
	}
	return c.sell(x, sale, StageNew, period, nil, "policy.entered")
}

// sale is what a policy is made of once everything it names was found.
type sale struct {
	draft    *PolicyDraft
	family   *persistence.Family
	places   []persistence.Location // those the family lives in
	product  *persistence.Product
	officer  *persistence.Officer // nil for one who does not matter yet
	versions []persistence.Product
	members  []persistence.Insuree
}

// sale finds what the draft names and refuses what may not be sold. The family is held,
// so that no member joins meanwhile.
func (c Policies) sale(x *persistence.Session, d *PolicyDraft) (*sale, error) {
	family, err := named[persistence.Family](x, d.FamilyID, d.path("family"), "family")
	if err != nil {
		return nil, err
	}
	if err := persistence.Hold[persistence.Family](x, family.FamilyUUID); err != nil {
		return nil, err
	}
	s, err := loadSale(x, d, family)
	if err != nil {
		return nil, err
	}
	if s.officer, err = named[persistence.Officer](x, d.OfficerID, d.path("officer"), "enrolment officer"); err != nil {
		return nil, err
	}
	return s, checkSale(s, x.Now().Date())
}

// loadSale loads what a sale to the family depends on, but for the officer. Errors:
// core.Unprocessable.
func loadSale(x *persistence.Session, d *PolicyDraft, family *persistence.Family) (*sale, error) {
	s := &sale{draft: d, family: family}
	var err error
	if s.product, err = named[persistence.Product](x, d.ProdID, d.path("product"), "product"); err != nil {
		return nil, err
	}
	l := &loader{db: x.DB()}
	s.places = l.places([]persistence.Family{*s.family})
	find(l, &s.versions, clause.Or(persistence.Compare(column("tblProduct", "ProdID"), "=", d.ProdID), persistence.Compare(column("tblProduct", "LegacyID"), "=", d.ProdID)))
	find(l, &s.members, persistence.Compare(column("tblInsuree", "FamilyID"), "=", d.FamilyID), persistence.IsNull(column("tblInsuree", "ValidityTo")))
	return s, l.err
}

// named gives the live row with the key in the caller's scope. Errors: core.Unprocessable
// when there is none.
func named[R any](x *persistence.Session, key int, path, what string) (*R, error) {
	row, err := persistence.OneByKey[R](x, key)
	switch {
	case err == nil:
		return row, nil
	case core.CodeOf(err) == core.NotFound || core.CodeOf(err) == core.Gone:
		return nil, core.ErrorAt(core.Unprocessable, path, "there is no such %s", what)
	}
	return nil, err
}

// checkSale refuses what the scheme does not sell. Errors: core.Unprocessable with all
// reasons.
func checkSale(s *sale, today persistence.Date) error {
	var faults []*core.Error
	fault := func(name, format string, args ...any) {
		faults = append(faults, core.ErrorAt(core.Unprocessable, s.draft.path(name), format, args...))
	}
	if enrolled := s.draft.Enrolled; enrolled.IsZero() {
		fault("enrolled", "the day of enrolment is missing")
	} else if enrolled.After(today.Time) {
		fault("enrolled", "the day of enrolment %s lies ahead", enrolled)
	} else if enrolled.After(s.product.DateTo.Date().Time) {
		fault("product", "product %s is sold until %s", s.product.ProductCode, s.product.DateTo.Date())
	}
	if number(s.product.LocationID) > 0 && !isOneOf(s.places, s.product.LocationID) {
		fault("product", "product %s is not sold where the family lives", s.product.ProductCode)
	}
	if s.officer != nil && !isOneOf(s.places, s.officer.LocationID) {
		fault("officer", "the enrolment officer does not work in the family's district")
	}
	if members := liveMembers(s.members); members > s.product.MemberCount {
		fault("family", "the family has %d members; product %s takes %d", members, s.product.ProductCode, s.product.MemberCount)
	}
	return core.Join(faults...)
}

// isOneOf tells whether the key is that of one of the places.
func isOneOf(places []persistence.Location, key *int) bool {
	return key != nil && slices.ContainsFunc(places, func(p persistence.Location) bool { return p.LocationID == *key })
}

// sell prices and writes an idle policy and its covers.
func (c Policies) sell(x *persistence.Session, s *sale, stage string, period Period, before *persistence.Date, event string) (*persistence.Policy, error) {
	price, err := c.price(x, s, stage, before)
	if err != nil {
		return nil, err
	}
	p := s.policy(stage, period, price)
	if err := c.issue(x, s, p, price, decimal.Zero); err != nil {
		return nil, err
	}
	return p, publishPolicies(x, event, []*persistence.Policy{p})
}

// price works out what the policy costs. Errors: core.Unprocessable for a product that was
// not there on the day of enrolment, or a value no column holds.
func (c Policies) price(x *persistence.Session, s *sale, stage string, before *persistence.Date) (PolicyPrice, error) {
	price, err := PricePolicy(&Pricing{
		ProdID: s.product.ProdID, Versions: s.versions, Members: s.members, Stage: stage,
		Enrolled: s.draft.Enrolled, Before: before, Today: x.Now().Date(),
	}, c.Rules)
	if err == nil {
		err = price.Err()
	}
	if err == nil && price.Value.GreaterThanOrEqual(largest) {
		err = core.ErrorAt(core.Unprocessable, s.draft.path("product"), "the value of the policy is more than can be stored")
	}
	return price, err
}

// policy makes the row of an idle policy.
func (s *sale) policy(stage string, period Period, price PolicyPrice) *persistence.Policy {
	source, version := s.draft.Origin.columns()
	return &persistence.Policy{
		PolicyUUID: s.draft.UUID, FamilyID: s.family.FamilyID, ProdID: s.product.ProdID, OfficerID: ptr(s.draft.OfficerID),
		EnrollDate: s.draft.Enrolled, StartDate: period.Start, ExpiryDate: ptr(period.Expiry),
		PolicyStatus: ptr(PolicyIdle), PolicyStage: ptr(stage), PolicyValue: ptr(price.Value), IsOffline: ptr(false),
		Source: source, SourceVersion: version,
	}
}

// issue writes a policy of which so much is paid, and the covers of the members.
func (c Policies) issue(x *persistence.Session, s *sale, p *persistence.Policy, price PolicyPrice, paid decimal.Decimal) error {
	if err := persistence.Insert(x, p); err != nil {
		return err
	}
	var covers []persistence.InsureePolicy
	q := &Covering{Policy: p, Members: liveMembers(s.members), Most: s.product.MemberCount, Price: price, Paid: paid}
	for i := range s.members {
		if cover := CoverMember(q, s.members[i].InsureeID, c.Rules); cover != nil {
			covers = append(covers, *cover)
		}
	}
	return persistence.InsertMany(x, covers)
}
