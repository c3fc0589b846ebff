package persistence

import "github.com/shopspring/decimal"

// Policy is a row of tblPolicy: a policy: one product sold to one family for one period.
type Policy struct {
	PolicyID   int  `gorm:"column:PolicyID;primaryKey;type:int"`
	PolicyUUID UUID `gorm:"column:PolicyUUID;type:uniqueidentifier" legacy:"default:newid()"`
	FamilyID   int  `gorm:"column:FamilyID;type:int" legacy:"references:tblFamilies.FamilyID"`
	EnrollDate Date `gorm:"column:EnrollDate;type:date"`
	// First day the policy could cover.
	StartDate Date `gorm:"column:StartDate;type:date"`
	// First day of cover, known once the contributions are paid.
	EffectiveDate *Date `gorm:"column:EffectiveDate;type:date"`
	// Last day of cover.
	ExpiryDate *Date `gorm:"column:ExpiryDate;type:date"`
	// 1 idle, 2 active, 4 suspended, 8 expired, 16 paid and waiting to be activated.
	PolicyStatus *int `gorm:"column:PolicyStatus;type:tinyint" legacy:"default:1"`
	// What the family has to pay.
	PolicyValue *decimal.Decimal `gorm:"column:PolicyValue;type:decimal(18,2)"`
	ProdID      int              `gorm:"column:ProdID;type:int" legacy:"references:tblProduct.ProdID"`
	OfficerID   *int             `gorm:"column:OfficerID;type:int" legacy:"references:tblOfficer.OfficerID"`
	// N new, R renewal.
	PolicyStage        *string   `gorm:"column:PolicyStage;type:char(1)" legacy:"default:'N'"`
	ValidityFrom       DateTime  `gorm:"column:ValidityFrom;type:datetime" legacy:"default:getdate()"`
	ValidityTo         *DateTime `gorm:"column:ValidityTo;type:datetime"`
	LegacyID           *int      `gorm:"column:LegacyID;type:int"`
	AuditUserID        int       `gorm:"column:AuditUserID;type:int"`
	IsOffline          *bool     `gorm:"column:isOffline;type:bit" legacy:"default:0"`
	RenewalOrder       *int      `gorm:"column:RenewalOrder;type:int"`
	SelfRenewed        bool      `gorm:"column:SelfRenewed;type:bit" legacy:"default:0"`
	Source             *string   `gorm:"column:Source;type:nvarchar(50)"`
	SourceVersion      *string   `gorm:"column:SourceVersion;type:nvarchar(15)"`
	ContributionPlanID *string   `gorm:"column:ContributionPlanID;type:char(32)"`
	CreationDate       *Date     `gorm:"column:creationDate;type:date"`
	JSONExt            *JSON     `gorm:"column:JsonExt;type:nvarchar(max)"`

	Family   *Family         `gorm:"foreignKey:FamilyID;references:FamilyID"`
	Product  *Product        `gorm:"foreignKey:ProdID;references:ProdID"`
	Officer  *Officer        `gorm:"foreignKey:OfficerID;references:OfficerID"`
	Members  []InsureePolicy `gorm:"foreignKey:PolicyID;references:PolicyID"`
	Premiums []Premium       `gorm:"foreignKey:PolicyID;references:PolicyID"`
}

// TableName names the legacy table.
func (Policy) TableName() string { return "tblPolicy" }

// InsureePolicy is a row of tblInsureePolicy: the cover of one member by one policy.
type InsureePolicy struct {
	InsureePolicyID int       `gorm:"column:InsureePolicyID;primaryKey;type:int"`
	InsureeID       int       `gorm:"column:InsureeID;type:int" legacy:"references:tblInsuree.InsureeID"`
	PolicyID        int       `gorm:"column:PolicyId;type:int" legacy:"references:tblPolicy.PolicyID"`
	EnrollmentDate  *Date     `gorm:"column:EnrollmentDate;type:date"`
	StartDate       *Date     `gorm:"column:StartDate;type:date"`
	EffectiveDate   *Date     `gorm:"column:EffectiveDate;type:date"`
	ExpiryDate      *Date     `gorm:"column:ExpiryDate;type:date"`
	ValidityFrom    *DateTime `gorm:"column:ValidityFrom;type:datetime" legacy:"default:getdate()"`
	ValidityTo      *DateTime `gorm:"column:ValidityTo;type:datetime"`
	LegacyID        *int      `gorm:"column:LegacyID;type:int"`
	AuditUserID     *int      `gorm:"column:AuditUserID;type:int"`
	IsOffline       *bool     `gorm:"column:isOffline;type:bit" legacy:"default:0"`
	JSONExt         *JSON     `gorm:"column:JsonExt;type:nvarchar(max)"`

	Policy  *Policy  `gorm:"foreignKey:PolicyID;references:PolicyID"`
	Insuree *Insuree `gorm:"foreignKey:InsureeID;references:InsureeID"`
}

// TableName names the legacy table.
func (InsureePolicy) TableName() string { return "tblInsureePolicy" }

// PolicyRenewal is a row of tblPolicyRenewals: the prompt to renew one policy.
type PolicyRenewal struct {
	RenewalID         int     `gorm:"column:RenewalID;primaryKey;type:int"`
	RenewalUUID       UUID    `gorm:"column:RenewalUUID;type:uniqueidentifier" legacy:"default:newid()"`
	RenewalPromptDate Date    `gorm:"column:RenewalPromptDate;type:date"`
	RenewalDate       Date    `gorm:"column:RenewalDate;type:date"`
	NewOfficerID      *int    `gorm:"column:NewOfficerID;type:int" legacy:"references:tblOfficer.OfficerID"`
	PhoneNumber       *string `gorm:"column:PhoneNumber;type:nvarchar(50)"`
	// 0 made or delivered, 1 failed.
	SMSStatus int `gorm:"column:SMSStatus;type:tinyint" legacy:"default:0"`
	InsureeID int `gorm:"column:InsureeID;type:int" legacy:"references:tblInsuree.InsureeID"`
	PolicyID  int `gorm:"column:PolicyID;type:int" legacy:"references:tblPolicy.PolicyID"`
	NewProdID int `gorm:"column:NewProdID;type:int" legacy:"references:tblProduct.ProdID"`
	// Bits: 1 product not valid at renewal, 2 no officer, 4 officer no longer works.
	RenewalWarnings *int      `gorm:"column:RenewalWarnings;type:tinyint" legacy:"default:0"`
	ValidityFrom    DateTime  `gorm:"column:ValidityFrom;type:datetime" legacy:"default:getdate()"`
	ValidityTo      *DateTime `gorm:"column:ValidityTo;type:datetime"`
	LegacyID        *int      `gorm:"column:LegacyID;type:int"`
	AuditCreateUser *int      `gorm:"column:AuditCreateUser;type:int"`
	// 0 or NULL open, 1 renewed, 2 declined.
	ResponseStatus *int      `gorm:"column:ResponseStatus;type:int"`
	ResponseDate   *DateTime `gorm:"column:ResponseDate;type:datetime"`
}

// TableName names the legacy table.
func (PolicyRenewal) TableName() string { return "tblPolicyRenewals" }

// PolicyRenewalDetail is a row of tblPolicyRenewalDetails: a member whose photograph is due with a renewal.
type PolicyRenewalDetail struct {
	RenewalDetailID int       `gorm:"column:RenewalDetailID;primaryKey;type:int"`
	RenewalID       int       `gorm:"column:RenewalID;type:int" legacy:"references:tblPolicyRenewals.RenewalID"`
	InsureeID       int       `gorm:"column:InsureeID;type:int" legacy:"references:tblInsuree.InsureeID"`
	ValidityFrom    DateTime  `gorm:"column:ValidityFrom;type:datetime" legacy:"default:getdate()"`
	ValidityTo      *DateTime `gorm:"column:ValidityTo;type:datetime"`
	LegacyID        *int      `gorm:"column:LegacyID;type:int"`
	AuditCreateUser int       `gorm:"column:AuditCreateUser;type:int"`
}

// TableName names the legacy table.
func (PolicyRenewalDetail) TableName() string { return "tblPolicyRenewalDetails" }
