package persistence

import "github.com/shopspring/decimal"

// The tables of this file belong to the modules contribution_plan and contract of the
// Django application, which makes their rows. They keep no history: see marks.go.

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

// HolderContract is a row of tblContract: what a policy holder agreed for the people it
// insures. A Contract of FHIR is a policy; these are not shown there.
type HolderContract struct {
	Dated
	Code            string           `gorm:"column:Code;type:nvarchar(64)"`
	PolicyHolderID  *UUID            `gorm:"column:PolicyHolderUUID;type:uniqueidentifier" legacy:"references:tblPolicyHolder.UUID"`
	AmountNotified  *decimal.Decimal `gorm:"column:AmountNotified;type:decimal(18,2)"`
	AmountRectified *decimal.Decimal `gorm:"column:AmountRectified;type:decimal(18,2)"`
	AmountDue       *decimal.Decimal `gorm:"column:AmountDue;type:decimal(18,2)"`
	DateApproved    *DateTime        `gorm:"column:DateApproved;type:datetime2(7)"`
	DatePaymentDue  *Date            `gorm:"column:DatePaymentDue;type:date"`
	// 1 request for information, 2 draft, 3 offer, 4 in negotiation, 5 application, 6 addendum,
	// 7 effective, 8 executable, 9 disputed, 10 terminated, 11 policy, 12 counter.
	State            *int    `gorm:"column:State;type:smallint"`
	PaymentReference *string `gorm:"column:PaymentReference;type:nvarchar(255)"`
	Amendment        int     `gorm:"column:Amendment;type:int"`
}

// TableName names the table.
func (HolderContract) TableName() string { return "tblContract" }
