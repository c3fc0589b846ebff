package persistence

// PolicyHolder is a row of tblPolicyHolder: an employer or an association that insures
// people together. The table belongs to the module policyholder of the Django application
// and keeps no history: see marks.go.
type PolicyHolder struct {
	Marked
	Code        *string `gorm:"column:PolicyHolderCode;type:nvarchar(32)"`
	TradeName   string  `gorm:"column:TradeName;type:nvarchar(255)"`
	LocationsID *int    `gorm:"column:LocationsId;type:int" legacy:"references:tblLocations.LocationId"`
	// Object with the member address.
	Address *JSON   `gorm:"column:Address;type:nvarchar(max)"`
	Phone   *string `gorm:"column:Phone;type:nvarchar(16)"`
	Fax     *string `gorm:"column:Fax;type:nvarchar(16)"`
	Email   *string `gorm:"column:Email;type:nvarchar(255)"`
	// Object with the members name and surname or, from the form of the React UI, contactName.
	ContactName *JSON `gorm:"column:ContactName;type:nvarchar(max)"`
	// 1 personal company, 2 limited risk company, 3 association, 4 government, 5 union.
	LegalForm *int `gorm:"column:LegalForm;type:int"`
	// 1 retail, 2 industry, 3 building, 4 sailing, 5 services.
	ActivityCode       *int    `gorm:"column:ActivityCode;type:int"`
	AccountancyAccount *string `gorm:"column:AccountancyAccount;type:nvarchar(64)"`
	// Object with the members bank and account.
	BankAccount      *JSON     `gorm:"column:bankAccount;type:nvarchar(max)"`
	PaymentReference *string   `gorm:"column:PaymentReference;type:nvarchar(128)"`
	DateValidFrom    *DateTime `gorm:"column:DateValidFrom;type:datetime2(7)"`
	DateValidTo      *DateTime `gorm:"column:DateValidTo;type:datetime2(7)"`
}

// TableName names the table.
func (PolicyHolder) TableName() string { return "tblPolicyHolder" }

// PolicyHolderUser is a row of tblPolicyHolderUser: who signs in for a policy holder.
type PolicyHolderUser struct {
	Dated
	PolicyHolderID UUID    `gorm:"column:PolicyHolderId;type:uniqueidentifier" legacy:"references:tblPolicyHolder.UUID"`
	CoreUserID     *string `gorm:"column:UserID;type:char(32)"`

	CoreUser *CoreUser `gorm:"foreignKey:CoreUserID;references:ID"`
}

// TableName names the table.
func (PolicyHolderUser) TableName() string { return "tblPolicyHolderUser" }

// PolicyHolderInsuree is a row of tblPolicyHolderInsuree: somebody who is insured by a
// policy holder, and the bundle of contribution plans his contracts are made with.
type PolicyHolderInsuree struct {
	Dated
	PolicyHolderID UUID  `gorm:"column:PolicyHolderId;type:uniqueidentifier" legacy:"references:tblPolicyHolder.UUID"`
	InsureeID      int   `gorm:"column:InsureeId;type:int" legacy:"references:tblInsuree.InsureeID"`
	BundleID       *UUID `gorm:"column:ContributionPlanBundleId;type:uniqueidentifier" legacy:"references:tblContributionPlanBundle.UUID"`
	LastPolicyID   *int  `gorm:"column:LastPolicyId;type:int" legacy:"references:tblPolicy.PolicyID"`

	Insuree *Insuree `gorm:"foreignKey:InsureeID;references:InsureeID"`
}

// TableName names the table.
func (PolicyHolderInsuree) TableName() string { return "tblPolicyHolderInsuree" }

// PolicyHolderBundle is a row of tblPolicyHolderContributionPlan: a bundle of contribution
// plans that a policy holder offers.
type PolicyHolderBundle struct {
	Dated
	PolicyHolderID UUID `gorm:"column:PolicyHolderId;type:uniqueidentifier" legacy:"references:tblPolicyHolder.UUID"`
	BundleID       UUID `gorm:"column:ContributionPlanBundleId;type:uniqueidentifier" legacy:"references:tblContributionPlanBundle.UUID"`
}

// TableName names the table.
func (PolicyHolderBundle) TableName() string { return "tblPolicyHolderContributionPlan" }
