package persistence

// Family is a row of tblFamilies: a family or group: the unit a policy is sold to.
type Family struct {
	FamilyID   int  `gorm:"column:FamilyID;primaryKey;type:int"`
	FamilyUUID UUID `gorm:"column:FamilyUUID;type:uniqueidentifier" legacy:"default:newid()"`
	// Head of the family; 0 while the head is being entered.
	InsureeID int `gorm:"column:InsureeID;type:int" legacy:"default:0;references:tblInsuree.InsureeID"`
	// Village; NULL for families of donors that stand for the nation.
	LocationID *int `gorm:"column:LocationId;type:int" legacy:"references:tblLocations.LocationId"`
	// Tells whether the family is counted as poor.
	Poverty       *bool     `gorm:"column:Poverty;type:bit" legacy:"default:0"`
	ValidityFrom  DateTime  `gorm:"column:ValidityFrom;type:datetime" legacy:"default:getdate()"`
	ValidityTo    *DateTime `gorm:"column:ValidityTo;type:datetime"`
	LegacyID      *int      `gorm:"column:LegacyID;type:int"`
	AuditUserID   int       `gorm:"column:AuditUserID;type:int"`
	FamilyType    *string   `gorm:"column:FamilyType;type:nvarchar(2)" legacy:"references:tblFamilyTypes.FamilyTypeCode"`
	FamilyAddress *string   `gorm:"column:FamilyAddress;type:nvarchar(200)"`
	IsOffline     *bool     `gorm:"column:isOffline;type:bit" legacy:"default:0"`
	// A, B or C.
	Ethnicity        *string `gorm:"column:Ethnicity;type:nvarchar(1)"`
	ConfirmationNo   *string `gorm:"column:ConfirmationNo;type:nvarchar(12)"`
	ConfirmationType *string `gorm:"column:ConfirmationType;type:nvarchar(3)" legacy:"references:tblConfirmationTypes.ConfirmationTypeCode"`
	Source           *string `gorm:"column:Source;type:nvarchar(50)"`
	SourceVersion    *string `gorm:"column:SourceVersion;type:nvarchar(15)"`
	JSONExt          *JSON   `gorm:"column:JsonExt;type:nvarchar(max)"`

	Head    *Insuree  `gorm:"foreignKey:InsureeID;references:InsureeID"`
	Members []Insuree `gorm:"foreignKey:FamilyID;references:FamilyID"`
}

// TableName names the legacy table.
func (Family) TableName() string { return "tblFamilies" }

// FamilyType is a row of tblFamilyTypes: a kind of family.
type FamilyType struct {
	FamilyTypeCode string  `gorm:"column:FamilyTypeCode;primaryKey;autoIncrement:false;type:nvarchar(2)"`
	FamilyType     string  `gorm:"column:FamilyType;type:nvarchar(50)"`
	SortOrder      *int    `gorm:"column:SortOrder;type:int"`
	AltLanguage    *string `gorm:"column:AltLanguage;type:nvarchar(50)"`
}

// TableName names the legacy table.
func (FamilyType) TableName() string { return "tblFamilyTypes" }

// ConfirmationType is a row of tblConfirmationTypes: how the poverty or status of a family was confirmed.
type ConfirmationType struct {
	ConfirmationTypeCode         string  `gorm:"column:ConfirmationTypeCode;primaryKey;autoIncrement:false;type:nvarchar(3)"`
	ConfirmationType             string  `gorm:"column:ConfirmationType;type:nvarchar(50)"`
	SortOrder                    *int    `gorm:"column:SortOrder;type:int"`
	AltLanguage                  *string `gorm:"column:AltLanguage;type:nvarchar(50)"`
	IsConfirmationNumberRequired *bool   `gorm:"column:is_confirmation_number_required;type:bit"`
}

// TableName names the legacy table.
func (ConfirmationType) TableName() string { return "tblConfirmationTypes" }

// FamilySMS is a row of tblFamilySMS: the text-message preference of a family.
type FamilySMS struct {
	FamilyID      int       `gorm:"column:familyid;type:int"`
	ApprovalOfSMS *bool     `gorm:"column:approvalofsms;type:bit" legacy:"default:0"`
	LanguageOfSMS *string   `gorm:"column:languageofsms;type:nvarchar(5)"`
	ValidityFrom  DateTime  `gorm:"column:validityfrom;type:datetime"`
	ValidityTo    *DateTime `gorm:"column:validityto;type:datetime"`
}

// TableName names the legacy table.
func (FamilySMS) TableName() string { return "tblFamilySMS" }
