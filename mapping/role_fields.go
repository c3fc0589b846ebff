package mapping

// The catalogues of users, roles, their rights and payers. No FHIR resource shows them.
var (
	Users = &Catalogue{
		Table: "tblUsers", UUID: "UserUUID",
		Attributes: []Attribute{{Name: "username", Column: "LoginName"}, {Name: "email", Column: "EmailId"}},
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
