package mapping

// The catalogues of users, roles, their rights and payers. No FHIR resource shows them.
var (
	Users = &Catalogue{
		Table: "tblUsers", UUID: "UserUUID",
		Links: []Link{
			{Name: "roles", Column: "UserID", Table: "tblUserRole", Pick: "UserID"},
			{Name: "districts", Column: "UserID", Table: "tblUsersDistricts", Pick: "UserID"},
		},
		Attributes: []Attribute{{Name: "username", Column: "LoginName"}, {Name: "email", Column: "EmailId"}},
	}
	userRoles     = &Catalogue{Table: "tblUserRole", Links: []Link{{Name: "role", Column: "RoleID", Table: "tblRole", Pick: "RoleID"}}}
	userDistricts = &Catalogue{
		Table: "tblUsersDistricts", Links: []Link{{Name: "location", Column: "LocationId", Table: "tblLocations", Pick: "LocationId"}},
	}
	// Staff are users with the officers and claim administrators they are.
	Staff = &Catalogue{
		Table: "openimis_staff", UUID: "uuid",
		Links: []Link{
			{Name: "iUser", Column: "user_id", Table: "tblUsers", Pick: "UserID"},
			{Name: "officer", Column: "officer_id", Table: "tblOfficer", Pick: "OfficerID"},
			{Name: "claimAdmin", Column: "claim_admin_id", Table: "tblClaimAdmin", Pick: "ClaimAdminId"},
			{Name: "healthFacility", Column: "hf_id", Table: "tblHF", Pick: "HfID"},
		},
		Attributes: []Attribute{
			{Name: "username", Column: "username"}, {Name: "lastName", Column: "last_name"}, {Name: "otherNames", Column: "other_names"},
			{Name: "phone", Column: "phone"}, {Name: "email", Column: "email"},
		},
	}
	Roles = &Catalogue{
		Table: "tblRole", UUID: "RoleUUID",
		Links: []Link{{Name: "rights", Column: "RoleID", Table: "tblRoleRight", Pick: "RoleID"}},
		Attributes: []Attribute{
			{Name: "name", Column: "RoleName"}, {Name: "altLanguage", Column: "AltLanguage"}, {Name: "isSystem", Column: "IsSystem"}, {Name: "isBlocked", Column: "IsBlocked"},
		},
	}
	RoleRights = &Catalogue{
		Table:      "tblRoleRight",
		Links:      []Link{{Name: "role", Column: "RoleID", Table: "tblRole", Pick: "RoleID"}},
		Attributes: []Attribute{{Name: "rightId", Column: "RightID"}},
	}
	Payers = &Catalogue{
		Table: "tblPayer", UUID: "PayerUUID",
		Links: []Link{{Name: "location", Column: "LocationId", Table: "tblLocations", Pick: "LocationId"}},
		Attributes: []Attribute{
			{Name: "name", Column: "PayerName"}, {Name: "type", Column: "PayerType"}, {Name: "address", Column: "PayerAddress"},
			{Name: "phone", Column: "Phone"}, {Name: "fax", Column: "Fax"}, {Name: "email", Column: "eMail"},
		},
	}
)
