package graphql

import (
	"fmt"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// The rights of this file, as tblRoleRight has them.
const (
	rightAddFamily     = 101002
	rightChangeFamily  = 101003
	rightDeleteFamily  = 101004
	rightAddInsuree    = 101102
	rightChangeInsuree = 101103
	rightDeleteInsuree = 101104
)

const insureeForm = `id: Int uuid: String chfId: String lastName: String! otherNames: String! genderId: String! dob: Date! head: Boolean marital: String passport: String phone: String
	email: String currentAddress: String geolocation: String currentVillageId: Int photoId: Int photoDate: Date photo: PhotoInputType cardIssued: Boolean familyId: Int relationshipId: Int
	professionId: Int educationId: Int typeOfIdId: String healthFacilityId: Int offline: Boolean jsonExt: JSONString status: String statusReason: String statusDate: Date`

const familyForm = `id: Int uuid: String locationId: Int poverty: Boolean familyTypeId: String address: String isOffline: Boolean ethnicity: String confirmationNo: String
	confirmationTypeId: String jsonExt: JSONString contribution: JSONString headInsuree: FamilyHeadInsureeInputType`

var insureeInputs = `
	enum InsureeStatus { AC IN DE }
	input PhotoInputType { id: Int uuid: String date: Date officerId: Int photo: String filename: String folder: String }
	input FamilyHeadInsureeInputType { ` + insureeForm + ` }
	` + writing("CreateInsureeMutationInput", insureeForm) + writing("UpdateInsureeMutationInput", insureeForm) +
	writing("CreateFamilyMutationInput", familyForm) + writing("UpdateFamilyMutationInput", familyForm) +
	writing("DeleteInsureesMutationInput", "uuid: String uuids: [String]") + writing("DeleteFamiliesMutationInput", "uuids: [String] deleteMembers: Boolean") +
	writing("RemoveInsureesMutationInput", "uuid: String uuids: [String] cancelPolicies: Boolean") + writing("SetFamilyHeadMutationInput", "uuid: String insureeUuid: String") +
	writing("ChangeInsureeFamilyMutationInput", "familyUuid: String insureeUuid: String cancelPolicies: Boolean")

var insureeMutations = []Mutation{
	aboutPeople("createInsuree", "CreateInsuree", createInsuree, rightAddInsuree),
	aboutPeople("updateInsuree", "UpdateInsuree", updateInsuree, rightChangeInsuree),
	aboutMany("deleteInsurees", "DeleteInsurees", deleteInsurees, rightDeleteInsuree),
	aboutPeople("createFamily", "CreateFamily", createFamily, rightAddFamily),
	aboutPeople("updateFamily", "UpdateFamily", updateFamily, rightChangeFamily),
	aboutMany("deleteFamilies", "DeleteFamilies", deleteFamilies, rightDeleteFamily),
	aboutMany("removeInsurees", "RemoveInsurees", removeInsurees, rightDeleteInsuree),
	aboutPeople("setFamilyHead", "SetFamilyHead", setFamilyHead, rightChangeFamily),
	aboutPeople("changeInsureeFamily", "ChangeInsureeFamily", changeInsureeFamily, rightChangeFamily, rightChangeInsuree),
}

func aboutPeople(field, input string, do func(c *Change) error, rights ...int) Mutation {
	return Mutation{Field: Field{SDL: field + "(input: " + input + "MutationInput!): " + input + "MutationPayload", Rights: rights}, Do: do}
}

func aboutMany(field, input string, do func(c *Change) error, rights ...int) Mutation {
	m := aboutPeople(field, input, nil, rights...)
	m.Many = do
	return m
}

func peopleOf(c *Change) scheme.Insurees { return scheme.Insurees{Rules: c.Rules, Numbers: c.Numbers} }

func familiesOf(c *Change) scheme.Families { return scheme.Families{Rules: c.Rules} }

func nameOf(r *persistence.Insuree) string { return orElse(r.CHFID, r.LastName) }

func deleteInsurees(c *Change) error {
	return EachOf(c, "uuids", nameOf, func(x *persistence.Session, row *persistence.Insuree) error {
		return peopleOf(c).Delete(x, row.InsureeUUID)
	})
}

func deleteFamilies(c *Change) error {
	title := func(f *persistence.Family) string {
		if f.Head == nil {
			return string(f.FamilyUUID)
		}
		return nameOf(f.Head)
	}
	return EachOf(c, "uuids", title, func(x *persistence.Session, row *persistence.Family) error {
		return familiesOf(c).Delete(x, row.FamilyUUID, c.Input["deleteMembers"] == true)
	}, "Head")
}

// removeInsurees takes members out of the family; they stay enrolled.
func removeInsurees(c *Change) error {
	family, err := c.uuid("uuid")
	if err != nil {
		return err
	}
	c.Wrote("tblFamilies", family)
	return EachOf(c, "uuids", nameOf, func(x *persistence.Session, row *persistence.Insuree) error {
		return familiesOf(c).Leave(x, family, row.InsureeUUID, c.Input["cancelPolicies"] != true)
	})
}

func setFamilyHead(c *Change) error {
	return steps(c, "uuid", func(x *persistence.Session, family, person persistence.UUID) error {
		return familiesOf(c).Lead(x, family, person)
	})
}

func changeInsureeFamily(c *Change) error {
	return steps(c, "familyUuid", func(x *persistence.Session, family, person persistence.UUID) error {
		return familiesOf(c).Join(x, family, person, c.Input["cancelPolicies"] != true)
	})
}

// steps carries out a change of who is in a family.
func steps(c *Change, family string, do func(x *persistence.Session, family, person persistence.UUID) error) error {
	of, err := c.uuid(family)
	if err != nil {
		return err
	}
	person, err := c.uuid("insureeUuid")
	if err != nil {
		return err
	}
	c.Wrote("tblFamilies", of)
	c.Wrote("tblInsuree", person)
	return c.Store.Tx(c.Context, func(x *persistence.Session) error { return do(x, of, person) })
}

// uuid gives a UUID of the input. Errors: core.Invalid.
func (c *Change) uuid(name string) (persistence.UUID, error) {
	id, ok := persistence.ParseUUID(c.Text(name))
	if !ok {
		return "", core.ErrorAt(core.Invalid, name, "%q is no UUID", c.Text(name))
	}
	return id, nil
}

// canAddInsuree tells what stands against a further member of a family: a text for each
// product that takes no more.
func canAddInsuree(c *Call) (any, error) {
	full, err := scheme.Families{Rules: c.Rules}.FullProducts(c.Store.Read(c.Context), c.Args["familyId"].(int))
	warnings := []any{}
	for i := range full {
		warnings = append(warnings, fmt.Sprintf("the policy of product %s covers no further member: it takes %d", full[i].ProductCode, full[i].MemberCount))
	}
	return warnings, err
}
