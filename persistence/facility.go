package persistence

// HealthFacility is a row of tblHF: a health facility.
type HealthFacility struct {
	HFID   int    `gorm:"column:HfID;primaryKey;type:int"`
	HFUUID UUID   `gorm:"column:HfUUID;type:uniqueidentifier" legacy:"default:newid()"`
	HFCode string `gorm:"column:HFCode;type:nvarchar(8)"`
	HFName string `gorm:"column:HFName;type:nvarchar(100)"`
	// C charity, D district organisation, G government, P private.
	LegalForm string `gorm:"column:LegalForm;type:char(1)" legacy:"references:tblLegalForms.LegalFormCode"`
	// D dispensary, C health centre, H hospital.
	HFLevel string `gorm:"column:HFLevel;type:char(1)"`
	// I integrated, N none, R reference.
	HFSublevel *string `gorm:"column:HFSublevel;type:char(1)" legacy:"references:tblHFSublevel.HFSublevel"`
	HFAddress  *string `gorm:"column:HFAddress;type:nvarchar(100)"`
	// District.
	LocationID int     `gorm:"column:LocationId;type:int" legacy:"references:tblLocations.LocationId"`
	Phone      *string `gorm:"column:Phone;type:nvarchar(50)"`
	Fax        *string `gorm:"column:Fax;type:nvarchar(50)"`
	EMail      *string `gorm:"column:eMail;type:nvarchar(50)"`
	// I in-patient, O out-patient, B both.
	HFCareType  string `gorm:"column:HFCareType;type:char(1)"`
	PLServiceID *int   `gorm:"column:PLServiceID;type:int" legacy:"references:tblPLServices.PLServiceID"`
	PLItemID    *int   `gorm:"column:PLItemID;type:int" legacy:"references:tblPLItems.PLItemID"`
	// Account for payments to the facility.
	AccCode *string `gorm:"column:AccCode;type:nvarchar(25)"`
	// Tells whether the facility works with an installation of its own.
	OffLine           bool      `gorm:"column:OffLine;type:bit" legacy:"default:0"`
	ValidityFrom      DateTime  `gorm:"column:ValidityFrom;type:datetime" legacy:"default:getdate()"`
	ValidityTo        *DateTime `gorm:"column:ValidityTo;type:datetime"`
	LegacyID          *int      `gorm:"column:LegacyID;type:int"`
	AuditUserID       int       `gorm:"column:AuditUserID;type:int"`
	JSONExt           *JSON     `gorm:"column:JsonExt;type:nvarchar(max)"`
	ContractStartDate *Date     `gorm:"column:ContractStartDate;type:date"`
	ContractEndDate   *Date     `gorm:"column:ContractEndDate;type:date"`
	// AC active, IN inactive, DE delisted, ID idle.
	Status *string `gorm:"column:status;type:nvarchar(2)"`

	ClaimAdmins []ClaimAdmin `gorm:"foreignKey:HFID;references:HFID"`
}

// TableName names the legacy table.
func (HealthFacility) TableName() string { return "tblHF" }

// HealthFacilityCatchment is a row of tblHFCatchment: the share of a village that a facility serves.
type HealthFacilityCatchment struct {
	HFCatchmentID int `gorm:"column:HFCatchmentId;primaryKey;type:int"`
	HFID          int `gorm:"column:HFID;type:int" legacy:"references:tblHF.HfID"`
	// Village.
	LocationID int `gorm:"column:LocationId;type:int" legacy:"references:tblLocations.LocationId"`
	// Share of its people the facility serves, per cent.
	Catchment    *int      `gorm:"column:Catchment;type:int"`
	ValidityFrom *DateTime `gorm:"column:ValidityFrom;type:datetime" legacy:"default:getdate()"`
	ValidityTo   *DateTime `gorm:"column:ValidityTo;type:datetime"`
	LegacyID     *int      `gorm:"column:LegacyId;type:int"`
	AuditUserID  *int      `gorm:"column:AuditUserId;type:int"`
}

// TableName names the legacy table.
func (HealthFacilityCatchment) TableName() string { return "tblHFCatchment" }

// HealthFacilitySublevel is a row of tblHFSublevel: a facility sub-level.
type HealthFacilitySublevel struct {
	HFSublevel     string  `gorm:"column:HFSublevel;primaryKey;autoIncrement:false;type:char(1)"`
	HFSublevelDesc *string `gorm:"column:HFSublevelDesc;type:nvarchar(50)"`
	SortOrder      *int    `gorm:"column:SortOrder;type:int"`
	AltLanguage    *string `gorm:"column:AltLanguage;type:nvarchar(50)"`
}

// TableName names the legacy table.
func (HealthFacilitySublevel) TableName() string { return "tblHFSublevel" }

// LegalForm is a row of tblLegalForms: a legal form of facilities.
type LegalForm struct {
	LegalFormCode string  `gorm:"column:LegalFormCode;primaryKey;autoIncrement:false;type:char(1)"`
	LegalForms    string  `gorm:"column:LegalForms;type:nvarchar(50)"`
	SortOrder     *int    `gorm:"column:SortOrder;type:int"`
	AltLanguage   *string `gorm:"column:AltLanguage;type:nvarchar(50)"`
}

// TableName names the legacy table.
func (LegalForm) TableName() string { return "tblLegalForms" }
