package resources

import (
	"context"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

const aboutGroups = "Families and other groups policies are sold to (tblFamilies), with their live members."

// Group serves families: read, versions and search.
// https://hl7.org/fhir/R4/group.html
func Group(e *Environment) rest.Type {
	return newTable(e, mapping.Group, aboutGroups, renderGroups)
}

// renderGroups loads the members of the families and which of them are covered.
func renderGroups(_ context.Context, x *persistence.Session, v *mapping.View, rows []persistence.Family) ([]*fhir.Resource, error) {
	err := attach(x, rows,
		func(r *persistence.Family) *int { return unless(r.Head != nil, &r.InsureeID) },
		func(r *persistence.Family, head *persistence.Insuree) { r.Head = head })
	if err != nil {
		return nil, err
	}
	keys := make([]int, len(rows))
	for i := range rows {
		// A history row has a key of its own; what hangs on the family hangs on the live one.
		if keys[i] = rows[i].FamilyID; rows[i].LegacyID != nil {
			keys[i] = *rows[i].LegacyID
		}
	}
	members, err := membersOf(x, keys)
	if err != nil {
		return nil, err
	}
	covered, err := coveredFamilies(x, keys)
	if err != nil {
		return nil, err
	}
	rendered := make([]*fhir.Resource, len(rows))
	for i := range rows {
		rows[i].Members = members[keys[i]]
		rendered[i] = &fhir.Resource{Typed: mapping.GroupOf(v, &rows[i], covered[keys[i]])}
	}
	return rendered, nil
}

// membersOf gives the live members of the families, the head first.
func membersOf(x *persistence.Session, families []int) (map[int][]persistence.Insuree, error) {
	var rows []persistence.Insuree
	err := x.DB().Where(persistence.In(persistence.Column("", "FamilyID"), families)).
		Where(persistence.IsNull(persistence.Column("", "ValidityTo"))).
		Order(clause.OrderByColumn{Column: persistence.Column("", "IsHead"), Desc: true}).
		Order(clause.OrderByColumn{Column: persistence.Column("", "InsureeID")}).Find(&rows).Error
	members := map[int][]persistence.Insuree{}
	for i := range rows {
		members[*rows[i].FamilyID] = append(members[*rows[i].FamilyID], rows[i])
	}
	return members, err
}

// policyActive is what tblPolicy.PolicyStatus holds for a policy in force.
const policyActive = 2

// coveredFamilies tells which of the families have a member covered by an active policy.
func coveredFamilies(x *persistence.Session, families []int) (map[int]bool, error) {
	var policies []persistence.Policy
	err := x.DB().Select("FamilyID").
		Where(persistence.In(persistence.Column("", "FamilyID"), families)).
		Where(persistence.IsNull(persistence.Column("", "ValidityTo"))).
		Where(persistence.Compare(persistence.Column("", "PolicyStatus"), "=", policyActive)).
		Where(persistence.Exists("tblInsureePolicy", "PolicyId", persistence.Column("tblPolicy", "PolicyID"))).
		Find(&policies).Error
	covered := map[int]bool{}
	for i := range policies {
		covered[policies[i].FamilyID] = true
	}
	return covered, err
}
