package resources

import (
	"context"
	"slices"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// Coverage serves the covers of members: one for each live row of tblInsureePolicy under
// a live policy, with an id made of the policy's UUID and the member's key. A member put
// under one policy twice has one cover, the first. On the compatible base it serves whole
// policies instead, under their own UUID, with the head of the family as beneficiary.
// https://hl7.org/fhir/R4/coverage.html
func Coverage(e *Environment) rest.Type {
	if e.Compatible {
		return newTable(e, mapping.PolicyCoverageCatalogue(e.today),
			"One Coverage for each policy, its beneficiary the head of the family. Read only.", renderPolicies)
	}
	t := newTable(e, mapping.CoverageCatalogue(e.today),
		"One Coverage for each member under each policy: id `<policy UUID>-<number of the member>`. "+
			"A member put under the same policy more than once is shown once, by the first record; covers of deleted policies are not shown. "+
			"To create one puts the person under the Contract named or, without one, sells the product of the class `plan` to his family, by the officer who is signed on. "+
			"An update may end it earlier; nothing else of it can be changed.", renderCovers)
	c := &coverage{table: t, cases: scheme.Policies{Rules: e.Rules}}
	t.id = coverID
	t.find = c.cover
	t.catalogue.Only = []clause.Expression{persistence.IsNull(persistence.Column("Policy", "ValidityTo")), mapping.OneCover()}
	t.compile = func(q *search.Query) (persistence.Query, error) { return mapping.CompileCoverage(t.catalogue, q) }
	t.stamp = c.stamp
	t.definition.Params = append(t.definition.Params, unsorted(search.ID), unsorted(search.LastUpdated))
	return c
}

// coverage is the table of covers of members. Its instances are made of two rows, of
// which either may change, so it has its own idea of versions.
type coverage struct {
	*table[persistence.InsureePolicy]
	cases scheme.Policies
}

var _ interface {
	rest.Type
	rest.Reader
	rest.BatchReader
	rest.VersionReader
	rest.Historian
	rest.Searcher
} = (*coverage)(nil)

func coverID(row *persistence.InsureePolicy) string {
	return mapping.CoverageID(row.Policy.PolicyUUID, row.InsureeID)
}

// stamp gives the version of a cover: that of the row that changed last, with the other
// as its line.
func (c *coverage) stamp(row *persistence.InsureePolicy) persistence.Version {
	if row.ValidityFrom != nil && row.ValidityFrom.After(row.Policy.ValidityFrom.Time) {
		return c.env.Store.VersionOf(row, row.Policy)
	}
	return c.env.Store.VersionOf(row.Policy, row)
}

// cover gives the live cover with the id. Errors: core.NotFound; core.Gone when there was
// one before.
func (c *coverage) cover(x *persistence.Session, id string) (*persistence.InsureePolicy, error) {
	policy, insuree, ok := mapping.ParseCoverageID(id)
	if !ok {
		return nil, c.absent(id)
	}
	rows, err := c.covers(x, []persistence.UUID{policy}, []int{insuree})
	if err != nil {
		return nil, err
	}
	if len(rows) == 1 {
		return &rows[0], nil
	}
	states, err := c.timeline(x, id)
	if err == nil && len(states) > 0 {
		return nil, core.Errorf(core.Gone, "Coverage/%s was deleted", id)
	}
	return nil, err
}

// covers gives the live covers of any of the members by any of the policies.
func (c *coverage) covers(x *persistence.Session, policies []persistence.UUID, insurees []int) ([]persistence.InsureePolicy, error) {
	page, err := persistence.Select[persistence.InsureePolicy](x, persistence.Query{
		Join: c.catalogue.Join,
		Where: append([]clause.Expression{
			persistence.In(persistence.Column("Policy", "PolicyUUID"), policies),
			persistence.In(persistence.Column("tblInsureePolicy", "InsureeID"), insurees),
		}, c.catalogue.Only...),
	})
	if err != nil {
		return nil, err
	}
	return page.Rows, nil
}

// ReadAll reads several covers; those that are not there are left out.
func (c *coverage) ReadAll(ctx context.Context, ids []string) ([]*fhir.Entry, error) {
	asked := map[string]bool{}
	var policies []persistence.UUID
	var insurees []int
	for _, id := range ids {
		if policy, insuree, ok := mapping.ParseCoverageID(id); ok {
			asked[mapping.CoverageID(policy, insuree)] = true
			policies, insurees = append(policies, policy), append(insurees, insuree)
		}
	}
	if len(asked) == 0 {
		return nil, nil
	}
	x := c.env.Store.Read(ctx)
	rows, err := c.covers(x, policies, insurees)
	if err != nil {
		return nil, err
	}
	rows = slices.DeleteFunc(rows, func(row persistence.InsureePolicy) bool { return !asked[coverID(&row)] })
	return c.entries(ctx, x, rows)
}

// departed gives the ids of covers that are no more, by themselves or with their policy, and
// that a search would have found before. Errors: core.Invalid.
func (c *coverage) departed(ctx context.Context, q *search.Query) ([]string, error) {
	query, err := c.compile(q)
	if err != nil {
		return nil, err
	}
	query.Past, query.Limit = true, 0 // several rows may have been one cover
	query.Where = append(query.Where, persistence.IsNull(persistence.Column("tblInsureePolicy", "LegacyID")), mapping.NoCover())
	found, err := persistence.Select[persistence.InsureePolicy](c.env.Store.Read(ctx), query)
	if err != nil {
		return nil, err
	}
	var ids []string
	for i := range found.Rows {
		if id := coverID(&found.Rows[i]); !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// renderCovers renders covers of members. Those of a history come without relations.
func renderCovers(ctx context.Context, x *persistence.Session, v *mapping.View, rows []persistence.InsureePolicy) ([]*fhir.Resource, error) {
	return each(mapping.CoverageOf)(ctx, x, v, rows)
}

// renderPolicies renders whole policies as Coverages of the head.
func renderPolicies(ctx context.Context, x *persistence.Session, v *mapping.View, rows []persistence.Policy) ([]*fhir.Resource, error) {
	if err := fillPolicies(x, rows); err != nil {
		return nil, err
	}
	return each(mapping.PolicyCoverageOf)(ctx, x, v, rows)
}

// fillPolicies sets product, family and head of policies that came without them.
func fillPolicies(x *persistence.Session, rows []persistence.Policy) error {
	err := fill(x, rows, "ProdID",
		func(p *persistence.Policy) *int { return &p.ProdID },
		func(p *persistence.Policy) **persistence.Product { return &p.Product },
		func(p *persistence.Product) int { return p.ProdID })
	if err != nil {
		return err
	}
	err = fill(x, rows, "FamilyID",
		func(p *persistence.Policy) *int { return &p.FamilyID },
		func(p *persistence.Policy) **persistence.Family { return &p.Family },
		func(f *persistence.Family) int { return f.FamilyID })
	if err != nil {
		return err
	}
	var families []persistence.Family
	for i := range rows {
		if rows[i].Family != nil {
			families = append(families, *rows[i].Family)
		}
	}
	err = fill(x, families, "InsureeID",
		func(f *persistence.Family) *int {
			if f.InsureeID == 0 {
				return nil // nobody heads it yet
			}
			return &f.InsureeID
		},
		func(f *persistence.Family) **persistence.Insuree { return &f.Head },
		func(i *persistence.Insuree) int { return i.InsureeID })
	next := 0
	for i := range rows {
		if rows[i].Family != nil {
			rows[i].Family = &families[next]
			next++
		}
	}
	return err
}
