package persistence

// The tables of this file belong to the module contribution_plan of the Django application.
// They keep no history: see marks.go.

// Plan are the columns that plans of both kinds have.
type Plan struct {
	Dated
	Code        *string `gorm:"column:Code;type:nvarchar(255)"`
	Name        *string `gorm:"column:Name;type:nvarchar(255)"`
	Calculation *UUID   `gorm:"column:calculationUUID;type:uniqueidentifier"` // the calculation rule
	Periodicity *int    `gorm:"column:Periodicity;type:int"`                  // months from one payment to the next
	// What it is for: a product, by its key.
	BenefitPlanTypeID *int    `gorm:"column:BenefitPlanType;type:int" legacy:"references:django_content_type.id"`
	BenefitPlanID     *string `gorm:"column:BenefitPlanID;type:nvarchar(255)"`
}

// ContributionPlan is a row of tblContributionPlan: how the members of a policy holder's
// contracts contribute for a product.
type ContributionPlan struct{ Plan }

// TableName names the table.
func (ContributionPlan) TableName() string { return "tblContributionPlan" }

// PaymentPlan is a row of tblPaymentPlan: how is paid for what a product covers.
type PaymentPlan struct{ Plan }

// TableName names the table.
func (PaymentPlan) TableName() string { return "tblPaymentPlan" }

// ContributionPlanBundle is a row of tblContributionPlanBundle: contribution plans that are
// offered together.
type ContributionPlanBundle struct {
	Dated
	Code        *string `gorm:"column:Code;type:nvarchar(255)"`
	Name        *string `gorm:"column:Name;type:nvarchar(255)"`
	Periodicity *int    `gorm:"column:Periodicity;type:int"`
}

// TableName names the table.
func (ContributionPlanBundle) TableName() string { return "tblContributionPlanBundle" }

// ContributionPlanBundleDetails is a row of tblContributionPlanBundleDetails: a contribution
// plan that belongs to a bundle.
type ContributionPlanBundleDetails struct {
	Dated
	BundleID           UUID `gorm:"column:ContributionPlanBundleUUID;type:uniqueidentifier" legacy:"references:tblContributionPlanBundle.UUID"`
	ContributionPlanID UUID `gorm:"column:ContributionPlanUUID;type:uniqueidentifier" legacy:"references:tblContributionPlan.UUID"`
}

// TableName names the table.
func (ContributionPlanBundleDetails) TableName() string { return "tblContributionPlanBundleDetails" }
