package scheme

import (
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/persistence"
)

// CoverNewMember gives a person who joined a family the covers of its live policies (rule
// 9.3) and tells which were written; policies he is covered by already are left alone.
// With activate he is covered whatever was paid. Errors: core.NotFound, core.Gone;
// core.Unprocessable for a product whose cycle is no day.
func (c Policies) CoverNewMember(x *persistence.Session, insuree int, activate bool) ([]persistence.InsureePolicy, error) {
	person, err := persistence.OneByKey[persistence.Insuree](x, insuree, "Family")
	if err != nil || person.FamilyID == nil || person.Family == nil {
		return nil, err
	}
	if err := persistence.Hold[persistence.Family](x, person.Family.FamilyUUID); err != nil {
		return nil, err
	}
	return c.coverJoined(x, []*persistence.Insuree{person}, activate)
}

// coverRows are the rows the covers of members of a family are made from.
type coverRows struct {
	policies []persistence.Policy        // live ones of the family
	versions []persistence.Product       // of their products, with history
	members  []persistence.Insuree       // live ones of the family
	premiums []persistence.Premium       // live ones of the policies
	covers   []persistence.InsureePolicy // live ones of those who are to be covered
}

// loadForCover loads them for people of one family in a constant number of statements.
func loadForCover(x *persistence.Session, people []*persistence.Insuree) (*coverRows, error) {
	r, l := &coverRows{}, &loader{db: x.DB()}
	family := *people[0].FamilyID
	find(l, &r.policies, persistence.Compare(column("tblPolicy", "FamilyID"), "=", family), persistence.IsNull(column("tblPolicy", "ValidityTo")))
	if l.err != nil || len(r.policies) == 0 {
		return r, l.err
	}
	products := keysOf(r.policies, func(p *persistence.Policy) int { return p.ProdID })
	find(l, &r.versions, clause.Or(persistence.In(column("tblProduct", "ProdID"), products), persistence.In(column("tblProduct", "LegacyID"), products)))
	find(l, &r.members, persistence.Compare(column("tblInsuree", "FamilyID"), "=", family), persistence.IsNull(column("tblInsuree", "ValidityTo")))
	find(l, &r.premiums, persistence.In(column("tblPremium", "PolicyID"), keysOf(r.policies, func(p *persistence.Policy) int { return p.PolicyID })), persistence.IsNull(column("tblPremium", "ValidityTo")))
	findIn(l, &r.covers, column("tblInsureePolicy", "InsureeID"), insureeKeys(people), persistence.IsNull(column("tblInsureePolicy", "ValidityTo")))
	return r, l.err
}

// coverBy makes the cover by one policy, nil when there is none: its product has no room
// for the family, or is not there.
func (c Policies) coverBy(r *coverRows, p *persistence.Policy, insuree int, today persistence.Date, activate bool) (*persistence.InsureePolicy, error) {
	q := &Pricing{ProdID: p.ProdID, Versions: r.versions, Members: r.members, Stage: policyStage(p), Enrolled: p.EnrollDate, Today: today}
	product := liveVersion(q, nil)
	if product == nil {
		return nil, nil
	}
	price, err := PricePolicy(q, c.Rules)
	if err != nil {
		return nil, err
	}
	return CoverMember(&Covering{
		Policy: p, Members: liveMembers(r.members), Most: product.MemberCount,
		Price: price, Paid: paidFor(r.premiums, p.PolicyID), Activate: activate,
	}, insuree, c.Rules), nil
}
