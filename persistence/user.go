package persistence

// User is a row of tblUsers: a person who logs in.
type User struct {
	UserID     int     `gorm:"column:UserID;primaryKey;type:int"`
	UserUUID   UUID    `gorm:"column:UserUUID;type:uniqueidentifier" legacy:"default:newid()"`
	LanguageID string  `gorm:"column:LanguageID;type:nvarchar(5)" legacy:"references:tblLanguages.LanguageCode"`
	LastName   string  `gorm:"column:LastName;type:nvarchar(100)"`
	OtherNames string  `gorm:"column:OtherNames;type:nvarchar(100)"`
	Phone      *string `gorm:"column:Phone;type:nvarchar(50)"`
	LoginName  string  `gorm:"column:LoginName;type:nvarchar(25)"`
	// Sum of the bits of the roles; replaced by tblUserRole and only written.
	RoleID *int `gorm:"column:RoleID;type:int"`
	// Facility the user is bound to; 0 and NULL for none.
	HFID         *int      `gorm:"column:HFID;type:int"`
	ValidityFrom DateTime  `gorm:"column:ValidityFrom;type:datetime" legacy:"default:getdate()"`
	ValidityTo   *DateTime `gorm:"column:ValidityTo;type:datetime"`
	LegacyID     *int      `gorm:"column:LegacyID;type:int"`
	AuditUserID  int       `gorm:"column:AuditUserID;type:int"`
	// Left over; not read and not written.
	Password []byte `gorm:"column:password;type:varbinary(256)"`
	// Left over; not read and not written.
	DummyPwd *string `gorm:"column:DummyPwd;type:nvarchar(25)"`
	EmailID  *string `gorm:"column:EmailId;type:nvarchar(200)"`
	// Salt of the password.
	PrivateKey *string `gorm:"column:PrivateKey;type:nvarchar(256)"`
	// Hexadecimal SHA-256 over the password followed by PrivateKey.
	StoredPassword *string `gorm:"column:StoredPassword;type:nvarchar(256)"`
	// Until when a link for a new password works.
	PasswordValidity *DateTime `gorm:"column:PasswordValidity;type:datetime"`
	// The user stands for an officer or claim administrator with the same code.
	IsAssociated *bool     `gorm:"column:IsAssociated;type:bit"`
	LastLogin    *DateTime `gorm:"column:LastLogin;type:datetime"`
}

// TableName names the legacy table.
func (User) TableName() string { return "tblUsers" }

// UserRole is a row of tblUserRole: a role held by a user.
type UserRole struct {
	UserRoleID   int       `gorm:"column:UserRoleID;primaryKey;type:int"`
	UserID       int       `gorm:"column:UserID;type:int" legacy:"references:tblUsers.UserID"`
	RoleID       int       `gorm:"column:RoleID;type:int" legacy:"references:tblRole.RoleID"`
	ValidityFrom DateTime  `gorm:"column:ValidityFrom;type:datetime"`
	ValidityTo   *DateTime `gorm:"column:ValidityTo;type:datetime"`
	AuditUserID  *int      `gorm:"column:AudituserID;type:int"`
	LegacyID     *int      `gorm:"column:LegacyID;type:int"`
	// Bits: 1 holds the role, 2 may hand it on.
	Assign *int `gorm:"column:Assign;type:int" legacy:"default:3"`
}

// TableName names the legacy table.
func (UserRole) TableName() string { return "tblUserRole" }

// UserDistrict is a row of tblUsersDistricts: a district whose data a user sees.
type UserDistrict struct {
	UserDistrictID int `gorm:"column:UserDistrictID;primaryKey;type:int"`
	UserID         int `gorm:"column:UserID;type:int" legacy:"references:tblUsers.UserID"`
	// District.
	LocationID   int       `gorm:"column:LocationId;type:int" legacy:"references:tblLocations.LocationId"`
	ValidityFrom DateTime  `gorm:"column:ValidityFrom;type:datetime" legacy:"default:getdate()"`
	ValidityTo   *DateTime `gorm:"column:ValidityTo;type:datetime"`
	LegacyID     *int      `gorm:"column:LegacyID;type:int"`
	AuditUserID  int       `gorm:"column:AuditUserID;type:int"`
}

// TableName names the legacy table.
func (UserDistrict) TableName() string { return "tblUsersDistricts" }

// Role is a row of tblRole: a role: a named set of rights.
type Role struct {
	RoleID      int     `gorm:"column:RoleID;primaryKey;type:int"`
	RoleUUID    UUID    `gorm:"column:RoleUUID;type:uniqueidentifier" legacy:"default:newid()"`
	RoleName    string  `gorm:"column:RoleName;type:nvarchar(50)"`
	AltLanguage *string `gorm:"column:AltLanguage;type:nvarchar(50)"`
	// 1 enrolment officer, 2 manager, 4 accountant, 8 clerk, 16 medical officer, 32 scheme administrator, 64 administrator of the system, 128 receptionist, 256 claim administrator, 512 claim contributor, 524288 and 1048576 offline administrators; 0 for a role made later.
	IsSystem     int       `gorm:"column:IsSystem;type:int"`
	IsBlocked    bool      `gorm:"column:IsBlocked;type:bit"`
	ValidityFrom DateTime  `gorm:"column:ValidityFrom;type:datetime"`
	ValidityTo   *DateTime `gorm:"column:ValidityTo;type:datetime"`
	AuditUserID  *int      `gorm:"column:AuditUserID;type:int"`
	LegacyID     *int      `gorm:"column:LegacyID;type:int"`
}

// TableName names the legacy table.
func (Role) TableName() string { return "tblRole" }

// RoleRight is a row of tblRoleRight: one right of a role.
type RoleRight struct {
	RoleRightID  int       `gorm:"column:RoleRightID;primaryKey;type:int"`
	RoleID       int       `gorm:"column:RoleID;type:int" legacy:"references:tblRole.RoleID"`
	RightID      int       `gorm:"column:RightID;type:int"`
	ValidityFrom DateTime  `gorm:"column:ValidityFrom;type:datetime"`
	ValidityTo   *DateTime `gorm:"column:ValidityTo;type:datetime"`
	AuditUserID  *int      `gorm:"column:AuditUserId;type:int"`
	LegacyID     *int      `gorm:"column:LegacyID;type:int"`
}

// TableName names the legacy table.
func (RoleRight) TableName() string { return "tblRoleRight" }

// Login is a row of tblLogins: one log-in or log-out.
type Login struct {
	LoginID int       `gorm:"column:LoginId;primaryKey;type:int"`
	UserID  *int      `gorm:"column:UserId;type:int" legacy:"references:tblUsers.UserID"`
	LogTime *DateTime `gorm:"column:LogTime;type:datetime"`
	// 1 log-in, anything else log-out.
	LogAction *int `gorm:"column:LogAction;type:int"`
}

// TableName names the legacy table.
func (Login) TableName() string { return "tblLogins" }

// Language is a row of tblLanguages: a language of the user interface.
type Language struct {
	LanguageCode string  `gorm:"column:LanguageCode;primaryKey;autoIncrement:false;type:nvarchar(5)"`
	LanguageName string  `gorm:"column:LanguageName;type:nvarchar(50)"`
	SortOrder    *int    `gorm:"column:SortOrder;type:int"`
	CountryCode  *string `gorm:"column:CountryCode;type:nvarchar(10)"`
}

// TableName names the legacy table.
func (Language) TableName() string { return "tblLanguages" }

// TechnicalUser is a row of core_TechnicalUser: a machine that logs in.
type TechnicalUser struct {
	ID           string    `gorm:"column:id;primaryKey;autoIncrement:false;type:char(32)"`
	Username     string    `gorm:"column:username;type:nvarchar(50)"`
	Email        *string   `gorm:"column:email;type:nvarchar(254)"`
	IsStaff      bool      `gorm:"column:is_staff;type:bit"`
	IsSuperuser  bool      `gorm:"column:is_superuser;type:bit"`
	ValidityFrom *DateTime `gorm:"column:validity_from;type:datetime2(7)"`
	ValidityTo   *DateTime `gorm:"column:validity_to;type:datetime2(7)"`
	Password     string    `gorm:"column:password;type:nvarchar(128)"`
	LastLogin    *DateTime `gorm:"column:last_login;type:datetime2(7)"`
}

// TableName names the legacy table.
func (TechnicalUser) TableName() string { return "core_TechnicalUser" }

// CoreUser is a row of core_User: the bridge from one login to the record behind it.
type CoreUser struct {
	ID           string    `gorm:"column:id;primaryKey;autoIncrement:false;type:char(32)"`
	ValidityFrom DateTime  `gorm:"column:ValidityFrom;type:datetime2(7)"`
	ValidityTo   *DateTime `gorm:"column:ValidityTo;type:datetime2(7)"`
	LegacyID     *string   `gorm:"column:LegacyID;type:char(32)"`
	Username     string    `gorm:"column:username;type:nvarchar(50)"`
	TUserID      *string   `gorm:"column:t_user_id;type:char(32)" legacy:"references:core_TechnicalUser.id"`
	IUserID      *int      `gorm:"column:i_user_id;type:int" legacy:"references:tblUsers.UserID"`
	OfficerID    *int      `gorm:"column:officer_id;type:int" legacy:"references:tblOfficer.OfficerID"`
	ClaimAdminID *int      `gorm:"column:claim_admin_id;type:int" legacy:"references:tblClaimAdmin.ClaimAdminId"`
}

// TableName names the legacy table.
func (CoreUser) TableName() string { return "core_User" }
