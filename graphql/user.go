package graphql

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// Users is what module core brings of users: with those who log in come officers and claim
// administrators, who are entered in the same form.
var Users = Part{
	SDL:   userInputs,
	Types: []Object{user, interactiveUser, userDistrictRow},
	Queries: []Field{
		{SDL: "user: UserGQLType", Open: true, Resolve: currentUser},
		List[persistence.Staff](`users(orderBy: [String], clientMutationId: String, lastName: String, otherNames: String, phone: String, email: String, roleId: Int, roles: [Int],
			healthFacilityId: Int, regionId: Int, regionIds: [Int], districtId: Int, municipalityId: Int, villageId: Int, birthDateFrom: Date, birthDateTo: Date, userTypes: [UserTypes],
			showHistory: Boolean, showDeleted: Boolean, str: String, parentLocation: String, parentLocationLevel: Int, offset: Int, before: String, after: String, first: Int, last: Int,
			id: ID, username_Icontains: String): UserGQLTypeConnection`,
			mapping.Staff, Options{Rights: []int{rightUsers}, Order: "username", Filters: userFilters}),
		obligatoryFields("userObligatoryFields: GenericScalar", "fields_controls_user"),
		obligatoryFields("eoObligatoryFields: GenericScalar", "fields_controls_eo"),
	},
	Mutations: userMutations,
}

// userFilters are the filters of the list of users that compare no field of their own.
var userFilters = map[string]Filter{
	"lastName": AnyContains(mapping.Staff, "lastName"), "otherNames": AnyContains(mapping.Staff, "otherNames"),
	"phone": AnyContains(mapping.Staff, "phone"), "email": AnyContains(mapping.Staff, "email"), "str": AnyContains(mapping.Staff, "username", "lastName", "otherNames"),
	"roleId": Equals(mapping.Staff, "iUser.roles.role.id"), "roles": oneOfRoles, "healthFacilityId": Equals(mapping.Staff, "healthFacility.id"),
	"regionId": working(levelRegion), "regionIds": inRegions, "districtId": working(levelDistrict), "municipalityId": working(levelWard), "villageId": working(levelVillage),
	"birthDateFrom": born("Gte"), "birthDateTo": born("Lte"), "userTypes": ofTypes,
	"showHistory": closedToo, "showDeleted": closedToo,
	"id": func(_ *Call, value any, q *persistence.Query) error { // by the key, where others take the global id
		id, _ := value.(string)
		return anyWay(q, mapping.Staff, "", KeyOf(id), "uuid")
	},
	"parentLocation": func(c *Call, value any, q *persistence.Query) error {
		level, _ := c.Args["parentLocationLevel"].(int)
		return employedIn(q, level, "uuid", "", value)
	},
}

// closedToo shows also who is there no more.
func closedToo(_ *Call, value any, q *persistence.Query) error {
	q.Past = q.Past || value == true
	return nil
}

// comparing makes the predicate that a field at the end of a way compares with a value.
func comparing(of *mapping.Catalogue, way, lookup string, value any) (clause.Expression, error) {
	field, err := of.Field(strings.Split(way, "."))
	if err != nil {
		return nil, err
	}
	return field.Where(lookup, value)
}

// anyWay narrows to what one of several ways leads to.
func anyWay(q *persistence.Query, of *mapping.Catalogue, lookup string, value any, ways ...string) error {
	any := make([]clause.Expression, len(ways))
	for i, way := range ways {
		var err error
		if any[i], err = comparing(of, way, lookup, value); err != nil {
			return err
		}
	}
	q.Where = append(q.Where, mapping.AnyOf(any...))
	return nil
}

func oneOfRoles(_ *Call, value any, q *persistence.Query) error {
	if list, _ := value.([]any); len(list) == 0 {
		return nil
	}
	return anyWay(q, mapping.Staff, "In", value, "iUser.roles.role.id")
}

func born(lookup string) Filter {
	return func(_ *Call, value any, q *persistence.Query) error {
		return anyWay(q, mapping.Staff, lookup, value, "officer.dob", "claimAdmin.dob")
	}
}

// ofTypes narrows to who is one of the things a user can be. Nobody is a technical one:
// those are no users of this interface.
func ofTypes(_ *Call, value any, q *persistence.Query) error {
	list, _ := value.([]any)
	var ways []string
	for _, typ := range list {
		if way := map[any]string{"INTERACTIVE": "iUser.id", "OFFICER": "officer.id", "CLAIM_ADMIN": "claimAdmin.id"}[typ]; way != "" {
			ways = append(ways, way)
		}
	}
	switch {
	case len(list) == 0:
		return nil
	case len(ways) == 0:
		q.Where = append(q.Where, persistence.Nothing())
		return nil
	}
	return anyWay(q, mapping.Staff, "Isnull", false, ways...)
}

// The ways to the places somebody works in: districts for all, villages for officers.
var (
	districtWays = []string{"iUser.districts.location", "officer.location", "healthFacility.location"}
	villageWays  = []string{"officer.officerVillages.location"}
)

// employedIn narrows to who works in a place of the level that compares so.
func employedIn(q *persistence.Query, level int, field, lookup string, value any) error {
	if level < levelRegion || level > levelVillage {
		return core.ErrorAt(core.Invalid, "parentLocationLevel", "there are levels 0 to %d", levelVillage)
	}
	ways, up := districtWays, levelDistrict-level
	if level > levelDistrict {
		ways, up = villageWays, levelVillage-level
	}
	ways = slices.Clone(ways)
	for i := range ways {
		ways[i] += strings.Repeat(".parent", up) + "." + field
	}
	return anyWay(q, mapping.Staff, lookup, value, ways...)
}

func working(level int) Filter {
	return func(_ *Call, value any, q *persistence.Query) error { return employedIn(q, level, "id", "", value) }
}

// inRegions narrows to who works in one of the regions, or in no place at all: the list of
// users always asks for the caller's regions, and an administrator need not have a place.
func inRegions(_ *Call, value any, q *persistence.Query) error {
	var in persistence.Query
	if err := employedIn(&in, levelRegion, "id", "In", value); err != nil {
		return err
	}
	var nowhere []clause.Expression
	for own, place := range map[string]string{"iUser.id": "iUser.districts.id", "officer.id": "officer.location.id"} {
		none, err := comparing(mapping.Staff, own, "Isnull", true)
		if err != nil {
			return err
		}
		some, err := comparing(mapping.Staff, place, "Isnull", false)
		if err != nil {
			return err
		}
		nowhere = append(nowhere, mapping.AnyOf(none, mapping.Not(some)))
	}
	none, err := comparing(mapping.Staff, "healthFacility.id", "Isnull", true)
	q.Where = append(q.Where, mapping.AnyOf(in.Where[0], mapping.AllOf(append(nowhere, none)...)))
	return err
}

var user = Object{
	Name: "UserGQLType",
	Key:  func(row any) any { return row.(*persistence.Staff).UUID },
	Fields: []Field{
		Is("validityFrom: DateTime!", func(r *persistence.Staff) any { return momentOf(r.ValidityFrom) }),
		Is("validityTo: DateTime", func(r *persistence.Staff) any { return r.ValidityTo }),
		Nothing("legacyId: UUID"),
		Is("username: String!", func(r *persistence.Staff) any { return r.Username }),
		One[persistence.Staff, persistence.User]("iUser: InteractiveUserGQLType", "UserID", func(r *persistence.Staff) any { return r.UserID }),
		One[persistence.Staff, persistence.Officer]("officer: OfficerGQLType", "OfficerID", func(r *persistence.Staff) any { return r.OfficerID }),
		One[persistence.Staff, persistence.ClaimAdmin]("claimAdmin: ClaimAdminGQLType", "ClaimAdminId", func(r *persistence.Staff) any { return r.ClaimAdminID }),
		One[persistence.Staff, persistence.HealthFacility]("healthFacility: HealthFacilityGQLType", "HfID", func(r *persistence.Staff) any { return r.HFID }),
		{SDL: "rights: [String]", Resolve: ownRights},
		Is("otherNames: String", func(r *persistence.Staff) any { return r.OtherNames }),
		Is("lastName: String", func(r *persistence.Staff) any { return r.LastName }),
		Is("email: String", func(r *persistence.Staff) any { return r.Email }),
		Is("phone: String", func(r *persistence.Staff) any { return r.Phone }),
		Nothing("clientMutationId: String"),
	},
}

// currentUser is who is signed in, null for nobody.
func currentUser(c *Call) (any, error) {
	who := core.PrincipalOf(c.Context)
	if !who.SignedIn() {
		return nil, nil
	}
	where, err := comparing(mapping.Staff, "iUser.id", "", who.UserID)
	if err != nil {
		return nil, err
	}
	found, err := persistence.Select[persistence.Staff](c.Store.Read(c.Context), persistence.Query{Where: []clause.Expression{where}, Limit: 1, Few: true})
	if err != nil || len(found.Rows) == 0 {
		return nil, err
	}
	return &found.Rows[0], nil
}

// ownRights are the rights of the caller's roles, as texts; those of others nobody asks.
func ownRights(c *Call) (any, error) {
	who := core.PrincipalOf(c.Context)
	if row := c.Source.(*persistence.Staff); row.UserID == nil || *row.UserID != who.UserID {
		return nil, nil
	}
	rights := []int{}
	for right, held := range who.Rights {
		if held {
			rights = append(rights, right)
		}
	}
	slices.Sort(rights)
	texts := make([]any, len(rights))
	for i, right := range rights {
		texts[i] = strconv.Itoa(right)
	}
	return texts, nil
}

var interactiveUser = Object{
	Name: "InteractiveUserGQLType",
	Key:  func(row any) any { return row.(*persistence.User).UserID },
	Fields: []Field{
		Is("validityFrom: DateTime!", func(r *persistence.User) any { return r.ValidityFrom }),
		Is("validityTo: DateTime", func(r *persistence.User) any { return r.ValidityTo }),
		Is("legacyId: Int", func(r *persistence.User) any { return r.LegacyID }),
		Is("uuid: String!", func(r *persistence.User) any { return r.UserUUID }),
		One[persistence.User, persistence.Language]("language: LanguageGQLType!", "LanguageCode", func(r *persistence.User) any { return r.LanguageID }),
		Is("languageId: String", func(r *persistence.User) any { return strings.TrimSpace(r.LanguageID) }),
		Is("lastName: String!", func(r *persistence.User) any { return r.LastName }),
		Is("otherNames: String!", func(r *persistence.User) any { return r.OtherNames }),
		Is("phone: String", func(r *persistence.User) any { return r.Phone }),
		Is("loginName: String!", func(r *persistence.User) any { return r.LoginName }),
		Is("lastLogin: DateTime", func(r *persistence.User) any { return r.LastLogin }),
		Is("healthFacilityId: Int", func(r *persistence.User) any { return r.HFID }),
		One[persistence.User, persistence.HealthFacility]("healthFacility: HealthFacilityGQLType", "HfID", func(r *persistence.User) any { return r.HFID }),
		Is("auditUserId: Int!", func(r *persistence.User) any { return r.AuditUserID }),
		Is("email: String", func(r *persistence.User) any { return r.EmailID }),
		Is("passwordValidity: DateTime", func(r *persistence.User) any { return r.PasswordValidity }),
		Is("isAssociated: Boolean", func(r *persistence.User) any { return r.IsAssociated }),
		Is("roleId: Int", func(r *persistence.User) any { return r.RoleID }),
		Many[persistence.User, persistence.UserDistrict]("userdistrictSet: [UserDistrictType!]!", "UserID", func(r *persistence.User) any { return r.UserID }),
		{SDL: "roles: [RoleGQLType]", Resolve: rolesOf},
	},
}

// userDistrictRow has a plain id.
var userDistrictRow = Object{Name: "UserDistrictType", Fields: []Field{
	Is("id: ID!", func(r *persistence.UserDistrict) any { return r.UserDistrictID }),
	Is("validityFrom: DateTime!", func(r *persistence.UserDistrict) any { return r.ValidityFrom }),
	Is("validityTo: DateTime", func(r *persistence.UserDistrict) any { return r.ValidityTo }),
	Is("legacyId: Int", func(r *persistence.UserDistrict) any { return r.LegacyID }),
	Place("location: LocationGQLType!", func(r *persistence.UserDistrict) any { return r.LocationID }),
	Is("auditUserId: Int!", func(r *persistence.UserDistrict) any { return r.AuditUserID }),
}}

// rolesOf are the live roles of a user: those of all users of the request come in two
// statements.
func rolesOf(c *Call) (any, error) {
	row := c.Source.(*persistence.User)
	return Later(func() (any, error) {
		held, err := rowsBy[persistence.UserRole](c, "UserID", row.UserID)
		if err != nil {
			return nil, err
		}
		for _, rows := range c.loader(reflect.TypeFor[persistence.UserRole](), "UserID").found {
			for _, h := range rows {
				want[persistence.Role](c, "RoleID", h.(*persistence.UserRole).RoleID)
			}
		}
		roles := []any{}
		for _, h := range held {
			found, err := rowsBy[persistence.Role](c, "RoleID", h.RoleID)
			if err != nil {
				return nil, err
			}
			if len(found) > 0 && found[0].ValidityTo == nil {
				roles = append(roles, found[0])
			}
		}
		return roles, nil
	}, func() { want[persistence.UserRole](c, "UserID", row.UserID) }), nil
}
