package graphql

import (
	"fmt"
	"slices"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/core/security"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// The rights of this file, as tblRoleRight has them.
const (
	rightAddUser    = 121702
	rightChangeUser = 121703
	rightDeleteUser = 121704
)

const userForm = `uuid: String userId: String otherNames: String! lastName: String! username: String! phone: String email: String password: String healthFacilityId: Int
	districts: [Int] language: String! roles: [Int] birthDate: Date address: String worksTo: DateTime substitutionOfficerId: Int phoneCommunication: Boolean locationId: Int
	villageIds: [Int] userTypes: [UserTypes]!`

var userInputs = "enum UserTypes { INTERACTIVE OFFICER TECHNICAL CLAIM_ADMIN }\n" +
	writing("CreateUserMutationInput", userForm) + writing("UpdateUserMutationInput", userForm) + writing("DeleteUserMutationInput", "uuids: [String]")

var userMutations = []Mutation{
	{Field: Field{SDL: "createUser(input: CreateUserMutationInput!): CreateUserMutationPayload", Rights: []int{rightAddUser}}, Do: createUser},
	{Field: Field{SDL: "updateUser(input: UpdateUserMutationInput!): UpdateUserMutationPayload", Rights: []int{rightChangeUser}}, Do: updateUser},
	{Field: Field{SDL: "deleteUser(input: DeleteUserMutationInput!): DeleteUserMutationPayload", Rights: []int{rightDeleteUser}}, Many: deleteUsers},
}

// userInput is the form of users, officers and claim administrators. What it leaves out is
// cleared, but for password, roles, districts and villages.
type userInput struct {
	Types      []string              `graphql:"userTypes"`
	Username   string                `graphql:"username"`
	LastName   string                `graphql:"lastName"`
	OtherNames string                `graphql:"otherNames"`
	Phone      *string               `graphql:"phone"`
	Email      *string               `graphql:"email"`
	Password   string                `graphql:"password"`
	Facility   *int                  `graphql:"healthFacilityId"`
	Districts  []int                 `graphql:"districts"`
	Language   string                `graphql:"language"`
	Roles      []int                 `graphql:"roles"`
	BirthDate  *persistence.Date     `graphql:"birthDate"`
	Address    *string               `graphql:"address"`
	WorksTo    *persistence.DateTime `graphql:"worksTo"`
	Substitute *int                  `graphql:"substitutionOfficerId"`
	Calls      *bool                 `graphql:"phoneCommunication"`
	Location   *int                  `graphql:"locationId"`
	Villages   []int                 `graphql:"villageIds"`
}

func (form *userInput) is(typ string) bool { return slices.Contains(form.Types, typ) }

func userCases() scheme.Users { return scheme.Users{Passwords: security.DefaultPasswordPolicy} }

// user makes of the form the user who is to be; row is how he is stored, or empty.
func (form *userInput) user(row persistence.User) *scheme.UserDraft {
	d := &scheme.UserDraft{User: row, Password: form.Password, Roles: form.Roles, Districts: form.Districts, Paths: scheme.Paths{
		"LoginName": "username", "LastName": "lastName", "OtherNames": "otherNames", "Phone": "phone", "EmailId": "email", "HFID": "healthFacilityId", "LanguageID": "language",
		"LocationId": "districts", "": "uuid",
	}}
	for i := range form.Roles {
		d.Paths[fmt.Sprintf("role %d", i)] = fmt.Sprintf("roles[%d]", i)
	}
	for i := range form.Districts {
		d.Paths[fmt.Sprintf("district %d", i)] = fmt.Sprintf("districts[%d]", i)
	}
	u := &d.User
	u.LoginName, u.LastName, u.OtherNames, u.Phone, u.EmailID = form.Username, form.LastName, form.OtherNames, said(form.Phone), said(form.Email)
	u.HFID, u.LanguageID = form.Facility, form.Language
	if form.is("OFFICER") {
		d.Officer = form.officer(persistence.Officer{})
	}
	if form.is("CLAIM_ADMIN") {
		d.ClaimAdmin = form.claimAdmin(persistence.ClaimAdmin{})
	}
	return d
}

func (form *userInput) officer(row persistence.Officer) *scheme.OfficerDraft {
	d := &scheme.OfficerDraft{Officer: row, Paths: scheme.Paths{
		"Code": "username", "LastName": "lastName", "OtherNames": "otherNames", "Phone": "phone", "EmailId": "email", "DOB": "birthDate", "LocationId": "locationId",
		"OfficerIDSubst": "substitutionOfficerId", "WorksTo": "worksTo", "permanentaddress": "address",
	}}
	o := &d.Officer
	o.Code, o.LastName, o.OtherNames, o.Phone, o.EmailID = form.Username, form.LastName, form.OtherNames, said(form.Phone), said(form.Email)
	o.DOB, o.LocationID, o.OfficerIDSubst, o.WorksTo, o.Permanentaddress = form.BirthDate, form.Location, form.Substitute, form.WorksTo, said(form.Address)
	if form.Calls != nil {
		o.PhoneCommunication = form.Calls
	}
	if form.Villages != nil {
		d.Villages = []persistence.OfficerVillage{}
	}
	for i, village := range form.Villages {
		d.Villages = append(d.Villages, persistence.OfficerVillage{LocationID: &village})
		d.Paths[fmt.Sprintf("village %d", i)] = fmt.Sprintf("villageIds[%d]", i)
	}
	return d
}

func (form *userInput) claimAdmin(row persistence.ClaimAdmin) *scheme.ClaimAdminDraft {
	d := &scheme.ClaimAdminDraft{ClaimAdmin: row, Paths: scheme.Paths{
		"ClaimAdminCode": "username", "LastName": "lastName", "OtherNames": "otherNames", "Phone": "phone", "EmailId": "email", "DOB": "birthDate", "HFId": "healthFacilityId",
	}}
	a := &d.ClaimAdmin
	a.ClaimAdminCode, a.LastName, a.OtherNames, a.Phone, a.EmailID = &form.Username, &form.LastName, &form.OtherNames, said(form.Phone), said(form.Email)
	a.DOB, a.HFID = form.BirthDate, form.Facility
	return d
}

func createUser(c *Change) error {
	var form userInput
	if err := c.Into(&form); err != nil {
		return err
	}
	return c.Store.Tx(c.Context, func(x *persistence.Session) error { return form.write(c, x, &persistence.Staff{}) })
}

func updateUser(c *Change) error {
	var form userInput
	if err := c.Into(&form); err != nil {
		return err
	}
	return Alter(c, func(x *persistence.Session, row *persistence.Staff) error { return form.write(c, x, row) })
}

// write carries the form out on who is stored, or on nobody yet. Who logs in no longer
// loses his user and stays an officer or claim administrator.
func (form *userInput) write(c *Change, x *persistence.Session, staff *persistence.Staff) error {
	if form.is("TECHNICAL") || len(form.Types) == 0 {
		return core.ErrorAt(core.Unprocessable, "userTypes", "one is a user, an officer or a claim administrator")
	}
	var stored persistence.User
	if staff.UserID != nil {
		row, err := persistence.OneByKey[persistence.User](x, *staff.UserID)
		if err != nil {
			return err
		}
		stored = *row
	}
	if form.is("INTERACTIVE") {
		draft, write := form.user(stored), userCases().Update
		if stored.UserID == 0 {
			write = userCases().Create
		}
		err := write(x, draft)
		c.wroteStaff(staff, draft.User.UserUUID)
		return err
	}
	if stored.UserID != 0 {
		if err := userCases().Delete(x, &stored); err != nil {
			return err
		}
	}
	return form.writeOthers(c, x, staff)
}

// wroteStaff notes who was written, once.
func (c *Change) wroteStaff(was *persistence.Staff, id persistence.UUID) {
	if was.UUID != id {
		c.Wrote("openimis_staff", id)
	}
}

// writeOthers writes an officer and a claim administrator nobody logs in as.
func (form *userInput) writeOthers(c *Change, x *persistence.Session, staff *persistence.Staff) error {
	if form.is("OFFICER") {
		row, write := persistence.Officer{}, scheme.Officers{}.Create
		if staff.OfficerID != nil {
			stored, err := persistence.OneByKey[persistence.Officer](x, *staff.OfficerID)
			if err != nil {
				return err
			}
			row, write = *stored, scheme.Officers{}.Update
		}
		draft := form.officer(row)
		if err := write(x, draft); err != nil {
			return err
		}
		c.wroteStaff(staff, draft.Officer.OfficerUUID)
	}
	if !form.is("CLAIM_ADMIN") {
		return nil
	}
	row, write := persistence.ClaimAdmin{}, scheme.ClaimAdmins{}.Create
	if staff.ClaimAdminID != nil {
		stored, err := persistence.OneByKey[persistence.ClaimAdmin](x, *staff.ClaimAdminID)
		if err != nil {
			return err
		}
		row, write = *stored, scheme.ClaimAdmins{}.Update
	}
	draft := form.claimAdmin(row)
	err := write(x, draft)
	c.wroteStaff(staff, draft.ClaimAdmin.ClaimAdminUUID)
	return err
}

// deleteUsers takes log-ins away; an officer or claim administrator stays. One nobody logs
// in as is deleted himself.
func deleteUsers(c *Change) error {
	return EachOf(c, "uuids", func(r *persistence.Staff) string { return r.Username }, func(x *persistence.Session, row *persistence.Staff) error {
		if row.UserID != nil {
			return deleteRow(x, *row.UserID, userCases().Delete)
		}
		if row.OfficerID != nil {
			if err := deleteRow(x, *row.OfficerID, scheme.Officers{}.Delete); err != nil {
				return err
			}
		}
		if row.ClaimAdminID != nil {
			return deleteRow(x, *row.ClaimAdminID, scheme.ClaimAdmins{}.Delete)
		}
		return nil
	})
}

func deleteRow[R any](x *persistence.Session, key int, do func(x *persistence.Session, row *R) error) error {
	row, err := persistence.OneByKey[R](x, key)
	if err != nil {
		return err
	}
	return do(x, row)
}
