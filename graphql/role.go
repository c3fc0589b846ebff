package graphql

import (
	"fmt"

	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// The rights of this file, as tblRoleRight has them.
const (
	rightRoles      = 122001
	rightAddRole    = 122002
	rightChangeRole = 122003
	rightDeleteRole = 122004
)

const roleInputs = "id: Int uuid: String name: String! altLanguage: String isSystem: Boolean! isBlocked: Boolean! rightsId: [Int] systemRoleId: Int"

// Roles is what module core brings of roles and their rights.
var Roles = Part{
	SDL:   writing("CreateRoleMutationInput", roleInputs) + writing("UpdateRoleMutationInput", roleInputs) + writing("DeleteRoleMutationInput", "uuids: [String]"),
	Types: append(permissionTypes, role, roleRight),
	Queries: []Field{
		List[persistence.Role](`role(orderBy: [String], isSystem: Boolean, roleRight: Int, systemRoleId: Int, showHistory: Boolean, str: String, offset: Int, before: String, after: String,
			first: Int, last: Int, uuid: String, clientMutationId: String, name_Icontains: String, isBlocked: Boolean): RoleGQLTypeConnection`,
			mapping.Roles, Options{Rights: []int{rightRoles}, Order: "name", Filters: map[string]Filter{
				"str": AnyContains(mapping.Roles, "name"), "isSystem": ofTheSystem,
				"roleRight": Equals(mapping.Roles, "rights.rightId"), "systemRoleId": Equals(mapping.Roles, "isSystem"),
			}}),
		List[persistence.RoleRight]("roleRight(orderBy: [String], offset: Int, before: String, after: String, first: Int, last: Int, role_Uuid: String): RoleRightGQLTypeConnection",
			mapping.RoleRights, Options{Rights: []int{rightRoles}, Order: "rightId", Whole: true}),
		{SDL: "modulesPermissions: ModulePermissionsListGQLType", Rights: []int{rightRoles}, Resolve: modulesPermissions},
		free[persistence.Role]("validateRoleName(roleName: String!): Boolean", mapping.Roles, "name", rightRoles),
	},
	Mutations: []Mutation{
		{Field: Field{SDL: "createRole(input: CreateRoleMutationInput!): CreateRoleMutationPayload", Rights: []int{rightAddRole}}, Do: createRole},
		{Field: Field{SDL: "updateRole(input: UpdateRoleMutationInput!): UpdateRoleMutationPayload", Rights: []int{rightChangeRole}}, Do: updateRole},
		{Field: Field{SDL: "deleteRole(input: DeleteRoleMutationInput!): DeleteRoleMutationPayload", Rights: []int{rightDeleteRole}}, Many: deleteRoles},
	},
}

// ofTheSystem narrows to the roles the system has from the start, or to the others.
func ofTheSystem(_ *Call, value any, q *persistence.Query) error {
	field, err := mapping.Roles.Field([]string{"isSystem"})
	if err != nil {
		return err
	}
	lookup := ""
	if value == true {
		lookup = "Gt"
	}
	where, err := field.Where(lookup, 0)
	q.Where = append(q.Where, where)
	return err
}

var role = Object{
	Name: "RoleGQLType",
	Key:  func(row any) any { return row.(*persistence.Role).RoleID },
	Fields: []Field{
		Is("validityFrom: DateTime!", func(r *persistence.Role) any { return r.ValidityFrom }),
		Is("validityTo: DateTime", func(r *persistence.Role) any { return r.ValidityTo }),
		Is("legacyId: Int", func(r *persistence.Role) any { return r.LegacyID }),
		Is("uuid: String!", func(r *persistence.Role) any { return r.RoleUUID }),
		Is("name: String!", func(r *persistence.Role) any { return r.RoleName }),
		Is("altLanguage: String", func(r *persistence.Role) any { return r.AltLanguage }),
		Is("isSystem: Int!", func(r *persistence.Role) any { return r.IsSystem }),
		Is("isBlocked: Boolean!", func(r *persistence.Role) any { return r.IsBlocked }),
		Is("auditUserId: Int", func(r *persistence.Role) any { return r.AuditUserID }),
		Is("systemRoleId: Int", func(r *persistence.Role) any { return r.IsSystem }),
	},
}

var roleRight = Object{
	Name: "RoleRightGQLType",
	Key:  func(row any) any { return row.(*persistence.RoleRight).RoleRightID },
	Fields: []Field{
		Is("validityFrom: DateTime!", func(r *persistence.RoleRight) any { return r.ValidityFrom }),
		Is("validityTo: DateTime", func(r *persistence.RoleRight) any { return r.ValidityTo }),
		Is("legacyId: Int", func(r *persistence.RoleRight) any { return r.LegacyID }),
		Is("rightId: Int!", func(r *persistence.RoleRight) any { return r.RightID }),
		Is("auditUserId: Int", func(r *persistence.RoleRight) any { return r.AuditUserID }),
	},
}

// roleInput is the form of roles. Rights that are not sent stay as they are.
type roleInput struct {
	Name        string  `graphql:"name"`
	AltLanguage *string `graphql:"altLanguage"`
	Blocked     bool    `graphql:"isBlocked"`
	Rights      []int   `graphql:"rightsId"`
}

// fillRole puts the form into a draft. Whether a role is one of the system nobody says.
func fillRole(c *Change, d *scheme.RoleDraft) error {
	var form roleInput
	if err := c.Into(&form); err != nil {
		return err
	}
	d.Role.RoleName, d.Role.AltLanguage, d.Role.IsBlocked, d.Rights = form.Name, form.AltLanguage, form.Blocked, form.Rights
	d.Paths = scheme.Paths{"RoleName": "name", "AltLanguage": "altLanguage", "": "uuid"}
	for i := range form.Rights {
		d.Paths[fmt.Sprintf("right %d", i)] = fmt.Sprintf("rightsId[%d]", i)
	}
	return nil
}

func createRole(c *Change) error {
	draft := &scheme.RoleDraft{}
	if err := fillRole(c, draft); err != nil {
		return err
	}
	err := c.Store.Tx(c.Context, func(x *persistence.Session) error { return scheme.Roles{}.Create(x, draft) })
	c.Wrote("tblRole", draft.Role.RoleUUID)
	return err
}

func updateRole(c *Change) error {
	return Alter(c, func(x *persistence.Session, row *persistence.Role) error {
		draft := &scheme.RoleDraft{Role: *row}
		if err := fillRole(c, draft); err != nil {
			return err
		}
		return scheme.Roles{}.Update(x, draft)
	})
}

func deleteRoles(c *Change) error {
	return EachOf(c, "uuids", func(r *persistence.Role) string { return r.RoleName }, scheme.Roles{}.Delete)
}
