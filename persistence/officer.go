package persistence

// Officer is a row of tblOfficer: an enrolment officer.
type Officer struct {
	OfficerID   int     `gorm:"column:OfficerID;primaryKey;type:int"`
	OfficerUUID UUID    `gorm:"column:OfficerUUID;type:uniqueidentifier" legacy:"default:newid()"`
	Code        string  `gorm:"column:Code;type:nvarchar(8)"`
	LastName    string  `gorm:"column:LastName;type:nvarchar(100)"`
	OtherNames  string  `gorm:"column:OtherNames;type:nvarchar(100)"`
	DOB         *Date   `gorm:"column:DOB;type:date"`
	Phone       *string `gorm:"column:Phone;type:nvarchar(50)"`
	// District.
	LocationID *int `gorm:"column:LocationId;type:int" legacy:"references:tblLocations.LocationId"`
	// Who takes over.
	OfficerIDSubst *int `gorm:"column:OfficerIDSubst;type:int" legacy:"references:tblOfficer.OfficerID"`
	// Last day of work.
	WorksTo *DateTime `gorm:"column:WorksTo;type:smalldatetime"`
	// The columns VEO describe a village executive officer who vouches for the officer.
	VEOCode            *string   `gorm:"column:VEOCode;type:nvarchar(8)"`
	VEOLastName        *string   `gorm:"column:VEOLastName;type:nvarchar(100)"`
	VEOOtherNames      *string   `gorm:"column:VEOOtherNames;type:nvarchar(100)"`
	VEODOB             *Date     `gorm:"column:VEODOB;type:date"`
	VEOPhone           *string   `gorm:"column:VEOPhone;type:nvarchar(50)"`
	ValidityFrom       DateTime  `gorm:"column:ValidityFrom;type:datetime" legacy:"default:getdate()"`
	ValidityTo         *DateTime `gorm:"column:ValidityTo;type:datetime"`
	LegacyID           *int      `gorm:"column:LegacyID;type:int"`
	AuditUserID        int       `gorm:"column:AuditUserID;type:int"`
	EmailID            *string   `gorm:"column:EmailId;type:nvarchar(200)"`
	PhoneCommunication *bool     `gorm:"column:PhoneCommunication;type:bit" legacy:"default:0"`
	Permanentaddress   *string   `gorm:"column:permanentaddress;type:nvarchar(100)"`
	HasLogin           *bool     `gorm:"column:HasLogin;type:bit"`
	JSONExt            *JSON     `gorm:"column:JsonExt;type:nvarchar(max)"`

	Substitute *Officer `gorm:"foreignKey:OfficerIDSubst;references:OfficerID"`
}

// TableName names the legacy table.
func (Officer) TableName() string { return "tblOfficer" }

// OfficerVillage is a row of tblOfficerVillages: a village an officer works in.
type OfficerVillage struct {
	OfficerVillageID int       `gorm:"column:OfficerVillageId;primaryKey;type:int"`
	OfficerID        *int      `gorm:"column:OfficerId;type:int" legacy:"references:tblOfficer.OfficerID"`
	LocationID       *int      `gorm:"column:LocationId;type:int" legacy:"references:tblLocations.LocationId"`
	ValidityFrom     *DateTime `gorm:"column:ValidityFrom;type:datetime" legacy:"default:getdate()"`
	ValidityTo       *DateTime `gorm:"column:ValidityTo;type:datetime"`
	LegacyID         *int      `gorm:"column:LegacyID;type:int"`
	AuditUserID      *int      `gorm:"column:AuditUserID;type:int"`
}

// TableName names the legacy table.
func (OfficerVillage) TableName() string { return "tblOfficerVillages" }
