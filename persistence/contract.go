package persistence

import "github.com/shopspring/decimal"

// The tables of this file belong to the module contract of the Django application. They keep
// no history: see marks.go.

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
	// 1 request for information, 2 draft, 3 offer, 4 negotiable, 5 executable, 6 addendum,
	// 7 effective, 8 executed, 9 disputed, 10 terminated, 11 counter.
	State            *int    `gorm:"column:State;type:smallint"`
	PaymentReference *string `gorm:"column:PaymentReference;type:nvarchar(255)"`
	Amendment        int     `gorm:"column:Amendment;type:int"`
}

// TableName names the table.
func (HolderContract) TableName() string { return "tblContract" }

// HolderContractDetails is a row of tblContractDetails: somebody whom a contract of a policy
// holder insures, and the bundle he contributes by.
type HolderContractDetails struct {
	Marked
	ContractID UUID `gorm:"column:ContractUUID;type:uniqueidentifier" legacy:"references:tblContract.UUID"`
	InsureeID  int  `gorm:"column:InsureeID;type:int" legacy:"references:tblInsuree.InsureeID"`
	BundleID   UUID `gorm:"column:ContributionPlanBundleUUID;type:uniqueidentifier" legacy:"references:tblContributionPlanBundle.UUID"`

	Insuree *Insuree `gorm:"foreignKey:InsureeID;references:InsureeID"`
}

// TableName names the table.
func (HolderContractDetails) TableName() string { return "tblContractDetails" }

// ContractContribution is a row of tblContractContributionPlanDetails: what somebody insured
// by a contract contributes by one plan, for a policy. The approval of a contract makes it,
// which this program leaves to the Django application.
type ContractContribution struct {
	Dated
	ContributionPlanID UUID `gorm:"column:ContributionPlanUUID;type:uniqueidentifier" legacy:"references:tblContributionPlan.UUID"`
	PolicyID           *int `gorm:"column:PolicyID;type:int" legacy:"references:tblPolicy.PolicyID"`
	ContractDetailsID  UUID `gorm:"column:ContractDetailsUUID;type:uniqueidentifier" legacy:"references:tblContractDetails.UUID"`
	PremiumID          *int `gorm:"column:ContributionId;type:int" legacy:"references:tblPremium.PremiumId"`
}

// TableName names the table.
func (ContractContribution) TableName() string { return "tblContractContributionPlanDetails" }
