package mapping

import (
	"fmt"
	"slices"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/persistence"
)

// longestConfirmation is how many characters tblFamilies.ConfirmationNo holds.
const longestConfirmation = 12

// GroupParts is what a Group says that takes more than its own row.
type GroupParts struct {
	Code    string // insurance number of the head; "" when it was not said
	Home    *Place // where the family lives; nil when it was not said
	Members []Target

	Paths map[string]string // the elements behind the names the rules of the scheme use
}

// GroupInto writes what a Group says into the columns of the row and gives back the rest.
// Columns the catalogue does not map are left as they are; a mapped element that was not
// sent empties its column. The compatible base passes over type and actual, which the
// older server never read. All faults found are reported together. Errors:
// core.Unprocessable naming the elements.
func GroupInto(v *View, in *r4.Group, row *persistence.Family) (*GroupParts, error) {
	r := &reading{view: v}
	parts := &GroupParts{Paths: map[string]string{
		"location": "Group.extension", "type": "Group.extension", "confirmation": "Group.extension", "head": "Group.identifier", "members": "Group.member",
	}}
	if !v.Compatible && in.Type != r4.GroupTypePerson {
		r.fault("Group.type", "a family is a group of persons, not of the type %s", in.Type.Code())
	}
	if !v.Compatible && !in.Actual {
		r.fault("Group.actual", "a family is made of known persons; a description of such is none")
	}
	r.groupHead(in, parts)
	r.groupAddress(in, parts)
	row.Poverty = nil
	if ext, _ := extensionAt(in.Extension, extPoverty); ext != nil {
		row.Poverty = ext.ValueBoolean
	}
	row.FamilyType = nil
	if ext, at := extensionAt(in.Extension, extGroupType); ext != nil {
		row.FamilyType = r.registered(fmt.Sprintf("Group.extension[%d].value", at), ext.ValueCodeableConcept, systemGroupType, v.Registers.FamilyTypes)
	}
	r.groupConfirmation(in, row)
	r.groupMembers(in, parts)
	return parts, core.Join(r.faults...)
}

// groupHead takes the insurance number of the head. A family has one.
func (r *reading) groupHead(in *r4.Group, parts *GroupParts) {
	for i := range in.Identifier {
		code, at := businessCode(in.Identifier[i : i+1])
		path := fmt.Sprintf("Group.identifier[%d].value", i)
		switch {
		case at < 0 || code == "" || code == parts.Code:
		case parts.Code != "":
			r.fault(path, "the family has one head; the number %q was given before", parts.Code)
		default:
			parts.Code, parts.Paths["head"] = code, path
		}
	}
}

// groupAddress takes where the family lives.
func (r *reading) groupAddress(in *r4.Group, parts *GroupParts) {
	ext, at := extensionAt(in.Extension, extGroupAddress)
	if ext == nil || ext.ValueAddress == nil {
		r.fault("Group.extension", "the extension %s with the village the family lives in is needed", extGroupAddress)
		return
	}
	place, err := placeOf(ext.ValueAddress, fmt.Sprintf("Group.extension[%d].value", at), longestAddress)
	if err != nil {
		r.faults = append(r.faults, err.(*core.Error))
		return
	}
	parts.Home, parts.Paths["location"] = place, place.At()
	if place.Where == nil {
		r.fault(place.Path, "the extension %s has to name the village the family lives in by %s", extGroupAddress, extLocation)
	}
}

// groupConfirmation takes the paper that confirms what the family is: its number and, when
// known, its kind.
func (r *reading) groupConfirmation(in *r4.Group, row *persistence.Family) {
	row.ConfirmationNo, row.ConfirmationType = nil, nil
	ext, at := extensionAt(in.Extension, extConfirmation)
	if ext == nil {
		return
	}
	path := fmt.Sprintf("Group.extension[%d].extension", at)
	if number, i := extensionAt(ext.Extension, "number"); number != nil {
		row.ConfirmationNo = r.text(fmt.Sprintf("%s[%d].value", path, i), number.ValueString, longestConfirmation)
	}
	if kind, i := extensionAt(ext.Extension, "type"); kind != nil && row.ConfirmationNo != nil {
		row.ConfirmationType = r.registered(fmt.Sprintf("%s[%d].value", path, i), kind.ValueCodeableConcept, systemConfirmation, r.view.Registers.ConfirmationTypes)
	}
}

// registered takes a code of a register of letters. A concept in another system is not ours and
// no fault.
func (r *reading) registered(path string, c *r4.CodeableConcept, system string, known map[string]string) *string {
	code, ok := codeIn(c, system)
	if !ok {
		return nil
	}
	if _, there := known[code]; !there {
		r.fault(path, "%q is not in the register of this installation", code)
		return nil
	}
	return &code
}

// groupMembers takes who the members are. Who has left is to be left out: a row either
// belongs to the family or does not.
func (r *reading) groupMembers(in *r4.Group, parts *GroupParts) {
	for i := range in.Member {
		path := fmt.Sprintf("Group.member[%d].entity", i)
		if in.Member[i].Inactive != nil && *in.Member[i].Inactive {
			r.fault(fmt.Sprintf("Group.member[%d].inactive", i), "who is no longer a member is to be left out")
			continue
		}
		target, err := ParseReference(path, &in.Member[i].Entity, "Patient")
		if err != nil {
			r.faults = append(r.faults, err.(*core.Error))
			continue
		}
		parts.Paths[fmt.Sprintf("member %d", i)] = path
		parts.Members = append(parts.Members, target)
	}
}

// FindMembers gives the live rows of people with their families, in the caller's scope and
// in the order of the targets, in a constant number of statements. path names the element
// a target stands in. All faults are reported together. Errors: core.Unprocessable.
func FindMembers(x *persistence.Session, targets []Target, path func(i int) string) ([]*persistence.Insuree, error) {
	var uuids []persistence.UUID
	var codes []clause.Expression
	number := persistence.Column("tblInsuree", "CHFID")
	for _, t := range targets {
		if t.UUID != "" {
			uuids = append(uuids, t.UUID)
		} else {
			codes = append(codes, persistence.Text(number, persistence.Same, t.Code))
		}
	}
	byUUID, err := persistence.SelectMany[persistence.Insuree](x, uuids, "Family")
	if err != nil {
		return nil, err
	}
	byCode := map[string][]*persistence.Insuree{}
	for some := range slices.Chunk(codes, 500) {
		page, err := persistence.Select[persistence.Insuree](x, persistence.Query{Where: []clause.Expression{AnyOf(some...)}, Join: []string{"Family"}, Few: true})
		if err != nil {
			return nil, err
		}
		for i := range page.Rows {
			code := plain(page.Rows[i].CHFID)
			byCode[code] = append(byCode[code], &page.Rows[i])
		}
	}
	var faults []*core.Error
	found := make([]*persistence.Insuree, len(targets))
	for i, t := range targets {
		rows := byCode[t.Code]
		if t.UUID != "" {
			if rows = nil; byUUID[t.UUID] != nil {
				rows = append(rows, byUUID[t.UUID])
			}
		}
		switch len(rows) {
		case 0:
			faults = append(faults, core.ErrorAt(core.Unprocessable, path(i), "there is no Patient %s", name(&t)))
		case 1:
			found[i] = rows[0]
		default:
			faults = append(faults, core.ErrorAt(core.Unprocessable, path(i), "more than one Patient has the insurance number %q", t.Code))
		}
	}
	return found, core.Join(faults...)
}

// AsGroup gives the tree of a Group as it is to be kept: what only the server says (type,
// actual, active, quantity) as it is rendered; each member, in the order of found, by its
// literal reference, so that it is known again whatever becomes of the others; and members
// who stay though they were not sent.
func AsGroup(tree *fhir.Object, rendered *r4.Group, found []*persistence.Insuree) (*fhir.Object, error) {
	shown, err := fhir.ToObject(rendered)
	if err != nil {
		return nil, err
	}
	kept := &fhir.Object{Members: append([]fhir.Member(nil), tree.Members...)}
	for _, assigned := range []string{"type", "actual", "active", "quantity"} {
		kept.Set(assigned, shown.Get(assigned))
	}
	sent := map[string]bool{}
	var members []any
	for i, one := range tree.List("member") {
		member, _ := one.(*fhir.Object)
		entity := member.Object("entity")
		if i >= len(found) || entity == nil {
			continue
		}
		reference := "Patient/" + string(found[i].InsureeUUID)
		sent[reference] = true
		literal := &fhir.Object{Members: append([]fhir.Member(nil), entity.Members...)}
		literal.Set("reference", reference)
		whole := &fhir.Object{Members: append([]fhir.Member(nil), member.Members...)}
		whole.Set("entity", literal)
		members = append(members, whole)
	}
	for _, one := range shown.List("member") {
		if member := one.(*fhir.Object); !sent[member.Object("entity").String("reference")] {
			members = append(members, member)
		}
	}
	kept.Set("member", members)
	return kept, nil
}
