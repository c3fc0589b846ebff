package resources

import (
	"context"
	"fmt"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// groups serves families.
type groups struct {
	*table[persistence.Family]
	creator
	cases scheme.Families
}

var _ interface {
	rest.Creator
	rest.IDCreator
	rest.Updater
	rest.Deleter
} = groups{}

const aboutGroups = "Families and other groups policies are sold to (tblFamilies), with their live members, who have to be enrolled already. " +
	"The extension group-address has to name the village; the member whose insurance number is the identifier of the type Code is the head, without one the first of a new family. " +
	"Whoever is named moves into the family, the head of another one excepted, and is covered by its policies that still take members. Who is not named in an update %s. " +
	"`active` and `quantity` are the server's to say. Deleting a family leaves its members enrolled, in no family; one with policies is not deleted."

// What becomes of members an update does not name, by base.
const (
	membersLeave = "leaves the family, the head excepted"
	membersStay  = "stays in it"
)

// Group serves families: read, versions, search, create, update and delete.
// https://hl7.org/fhir/R4/group.html
func Group(e *Environment) rest.Type {
	unnamed := membersLeave
	if e.Compatible {
		unnamed = membersStay
	}
	g := groups{cases: scheme.Families{Rules: e.Rules}}
	g.table = newTable(e, mapping.Group, fmt.Sprintf(aboutGroups, unnamed), renderGroups)
	g.creator = g.add
	return g
}

// add forms a family of people who are enrolled.
// Errors: core.Unprocessable, core.Conflict.
func (g groups) add(ctx context.Context, id string, in *fhir.Resource) (*fhir.Entry, error) {
	return g.change(ctx, func(x *persistence.Session) (*persistence.Family, error) {
		uuid, err := g.newUUID(x, id)
		if err != nil {
			return nil, err
		}
		draft, err := g.read(ctx, x, in, &persistence.Family{FamilyUUID: uuid})
		if err != nil {
			return nil, err
		}
		return g.cases.Enter(x, draft)
	})
}

// Update replaces what FHIR says of a family and who is in it. Columns it cannot say stay
// as they are; on the compatible base so do members it does not name.
// Errors: as add, and core.NotFound, core.Gone, core.PreconditionFailed.
func (g groups) Update(ctx context.Context, id string, in *fhir.Resource, match rest.Match) (*fhir.Entry, error) {
	return g.change(ctx, func(x *persistence.Session) (*persistence.Family, error) {
		row, err := g.one(x, id)
		if err != nil {
			return nil, err
		}
		if err := g.matches(row, match); err != nil {
			return nil, err
		}
		draft, err := g.read(ctx, x, in, row)
		if err != nil {
			return nil, err
		}
		return g.cases.Change(x, draft)
	})
}

// Delete dissolves a family; its members stay enrolled. Deleting what is deleted already
// succeeds. Errors: core.NotFound, core.Conflict, core.PreconditionFailed.
func (g groups) Delete(ctx context.Context, id string, match rest.Match) error {
	return g.remove(ctx, id, match, func(x *persistence.Session, row *persistence.Family) error {
		return g.cases.Delete(x, row.FamilyUUID, false)
	})
}

// read takes the resource apart into the row and finds the rows it refers to.
func (g groups) read(ctx context.Context, x *persistence.Session, in *fhir.Resource, row *persistence.Family) (*scheme.FamilyDraft, error) {
	typed, ok := in.Typed.(*r4.Group)
	if !ok {
		return nil, core.Errorf(core.Invalid, "a Group is needed")
	}
	v, err := g.env.view(ctx, x)
	if err != nil {
		return nil, err
	}
	parts, err := mapping.GroupInto(v, typed, row)
	if err != nil {
		return nil, err
	}
	draft := &scheme.FamilyDraft{Head: parts.Code, All: !g.env.Compatible, Registers: v.Registers, Paths: parts.Paths}
	if draft.Home, err = residence(x, parts.Home); err != nil {
		return nil, err
	}
	draft.Members, err = mapping.FindMembers(x, parts.Members, func(i int) string { return parts.Paths[fmt.Sprintf("member %d", i)] })
	if err != nil {
		return nil, err
	}
	draft.Family = *row
	draft.Keep = func(row *persistence.Family) error { return g.keepGroup(v, row, in.Tree, draft.Members) }
	return draft, nil
}

// keepGroup stores in the row what was sent beyond its columns. The row carries its head
// and its members already, as they are going to be; whether they are covered is not looked
// up, since that is never the sender's to say.
func (g groups) keepGroup(v *mapping.View, row *persistence.Family, sent *fhir.Object, found []*persistence.Insuree) error {
	if sent == nil {
		return nil
	}
	rendered := mapping.GroupOf(v, row, false)
	tree, err := mapping.AsGroup(sent, rendered, found)
	if err != nil {
		return err
	}
	return g.keepBeyond(row, rendered, tree)
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
	rows, err := persistence.Beside[persistence.Insuree](x, persistence.Query{
		Where: []clause.Expression{persistence.In(persistence.Column("", "FamilyID"), families)}, Order: []persistence.Order{{Column: persistence.Column("", "IsHead"), Desc: true}},
	})
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
	policies, err := persistence.Beside[persistence.Policy](x, persistence.Query{Where: []clause.Expression{
		persistence.In(persistence.Column("", "FamilyID"), families), persistence.Compare(persistence.Column("", "PolicyStatus"), "=", policyActive),
		persistence.Exists("tblInsureePolicy", "PolicyId", persistence.Column("tblPolicy", "PolicyID")),
	}})
	covered := map[int]bool{}
	for i := range policies {
		covered[policies[i].FamilyID] = true
	}
	return covered, err
}
