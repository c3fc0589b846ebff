package graphql

import (
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

type coverRow = persistence.InsureePolicy

// cover is one member's cover by a policy.
var cover = Object{
	Name: "InsureePolicyGQLType",
	Key:  func(row any) any { return row.(*coverRow).InsureePolicyID },
	Fields: []Field{
		Is("validityFrom: DateTime", func(r *coverRow) any { return r.ValidityFrom }),
		Is("validityTo: DateTime", func(r *coverRow) any { return r.ValidityTo }),
		One[coverRow, persistence.Insuree]("insuree: InsureeGQLType!", "InsureeID", func(r *coverRow) any { return r.InsureeID }),
		One[coverRow, persistence.Policy]("policy: PolicyGQLType!", "PolicyID", func(r *coverRow) any { return r.PolicyID }),
		Is("enrollmentDate: Date", func(r *coverRow) any { return r.EnrollmentDate }),
		Is("startDate: Date", func(r *coverRow) any { return r.StartDate }),
		Is("effectiveDate: Date", func(r *coverRow) any { return r.EffectiveDate }),
		Is("expiryDate: Date", func(r *coverRow) any { return r.ExpiryDate }),
	},
}

// covers are the live covers of a person. The claim form of the newest line asks for them, so
// the right to see claims opens them as that to see policies does.
func covers(c *Call) (any, error) {
	if !core.PrincipalOf(c.Context).May(rightPolicies, rightClaims) {
		return Page[coverRow](c, nil)
	}
	id := c.Source.(*persistence.Insuree).InsureeID
	return Later(func() (any, error) {
		rows, err := rowsBy[coverRow](c, "InsureeID", id)
		if err != nil {
			return nil, err
		}
		return Page(c, rows)
	}, func() { want[coverRow](c, "InsureeID", id) }), nil
}
