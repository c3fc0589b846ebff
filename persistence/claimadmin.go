package persistence

// ClaimAdmin is a row of tblClaimAdmin: a claim administrator of one facility.
type ClaimAdmin struct {
	ClaimAdminID   int       `gorm:"column:ClaimAdminId;primaryKey;type:int"`
	ClaimAdminUUID UUID      `gorm:"column:ClaimAdminUUID;type:uniqueidentifier" legacy:"default:newid()"`
	ClaimAdminCode *string   `gorm:"column:ClaimAdminCode;type:nvarchar(8)"`
	LastName       *string   `gorm:"column:LastName;type:nvarchar(100)"`
	OtherNames     *string   `gorm:"column:OtherNames;type:nvarchar(100)"`
	DOB            *Date     `gorm:"column:DOB;type:date"`
	Phone          *string   `gorm:"column:Phone;type:nvarchar(50)"`
	HFID           *int      `gorm:"column:HFId;type:int" legacy:"references:tblHF.HfID"`
	ValidityFrom   *DateTime `gorm:"column:ValidityFrom;type:datetime"`
	ValidityTo     *DateTime `gorm:"column:ValidityTo;type:datetime"`
	LegacyID       *int      `gorm:"column:LegacyID;type:int"`
	AuditUserID    *int      `gorm:"column:AuditUserId;type:int"`
	EmailID        *string   `gorm:"column:EmailId;type:nvarchar(200)"`
	HasLogin       *bool     `gorm:"column:HasLogin;type:bit"`
	// Not in the legacy schema: what a FHIR client wrote beyond the columns.
	JSONExt *JSON `gorm:"column:JsonExt;type:nvarchar(max)"`

	HF *HealthFacility `gorm:"foreignKey:HFID;references:HFID"`
}

// TableName names the legacy table.
func (ClaimAdmin) TableName() string { return "tblClaimAdmin" }
