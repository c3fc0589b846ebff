package scheme

import (
	"slices"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// Join moves a person into a family (rule 10.5). Errors: core.NotFound, core.Gone, and
// those of Change.
func (c Families) Join(x *persistence.Session, family, person persistence.UUID, keepCovers bool) error {
	return c.step(x, family, func(d *FamilyDraft) error {
		row, err := persistence.One[persistence.Insuree](x, person, "Family")
		d.Members, d.KeepCovers = []*persistence.Insuree{row}, keepCovers
		return err
	})
}

// Leave takes a member out of his family (rule 10.4); he stays enrolled. Errors:
// core.NotFound, core.Gone; core.Conflict for who is no member, and for the head.
func (c Families) Leave(x *persistence.Session, family, person persistence.UUID, keepCovers bool) error {
	return c.step(x, family, func(d *FamilyDraft) error {
		present, err := membersOf(x, &d.Family)
		if err != nil {
			return err
		}
		d.Members = slices.DeleteFunc(slices.Clone(present), func(p *persistence.Insuree) bool { return p.InsureeUUID == person })
		d.All, d.KeepCovers = true, keepCovers
		if len(d.Members) == len(present) {
			return core.Errorf(core.Conflict, "the person is no member of the family")
		}
		return nil
	})
}

// Lead makes a member the head of his family (rule 10.5). Errors: core.NotFound, core.Gone;
// core.Conflict for who is no member.
func (c Families) Lead(x *persistence.Session, family, person persistence.UUID) error {
	return c.step(x, family, func(d *FamilyDraft) error {
		present, err := membersOf(x, &d.Family)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(present, func(p *persistence.Insuree) bool { return p.InsureeUUID == person })
		if i < 0 {
			return core.Errorf(core.Conflict, "the person is no member of the family")
		}
		d.Leader = present[i].InsureeID
		return nil
	})
}

// step changes who is in a family and nothing else of it.
func (c Families) step(x *persistence.Session, id persistence.UUID, fill func(d *FamilyDraft) error) error {
	row, err := persistence.One[persistence.Family](x, id)
	if err != nil {
		return err
	}
	registers, err := x.Store().Registers(x.Context())
	if err != nil {
		return err
	}
	d := &FamilyDraft{Family: *row, Home: &Residence{Place: registers.Locations.ByID(number(row.LocationID)), Address: row.FamilyAddress}, Registers: registers}
	if err := fill(d); err != nil {
		return err
	}
	_, err = c.Change(x, d)
	return err
}

// FullProducts gives the products of a family's running policies that take no further
// member (rule 9.3), each once. Errors: core.NotFound, core.Gone.
func (c Families) FullProducts(x *persistence.Session, family int) ([]persistence.Product, error) {
	row, err := persistence.OneByKey[persistence.Family](x, family)
	if err != nil {
		return nil, err
	}
	l := &loader{db: x.DB()}
	var policies []persistence.Policy
	var products []persistence.Product
	var members []persistence.Insuree
	find(l, &policies, persistence.Compare(column("tblPolicy", "FamilyID"), "=", row.FamilyID), persistence.IsNull(column("tblPolicy", "ValidityTo")))
	findIn(l, &products, column("tblProduct", "ProdID"), keysOf(policies, func(p *persistence.Policy) int { return p.ProdID }))
	find(l, &members, persistence.Compare(column("tblInsuree", "FamilyID"), "=", row.FamilyID), persistence.IsNull(column("tblInsuree", "ValidityTo")))
	byID := byKey(products, func(p *persistence.Product) int { return p.ProdID })
	var full []persistence.Product
	for i := range policies {
		p := &policies[i]
		over := p.ExpiryDate != nil && p.ExpiryDate.Before(x.Now().Date().Time)
		product := byID[p.ProdID]
		if product == nil || over || number(p.PolicyStatus) == PolicySuspended || number(p.PolicyStatus) == PolicyExpired || len(members) < product.MemberCount {
			continue
		}
		full = append(full, *product)
		delete(byID, p.ProdID) // once each
	}
	return full, l.err
}
