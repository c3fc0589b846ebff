package persistence

import "github.com/shopspring/decimal"

// Claim is a row of tblClaim: a claim of a facility for the care of one insured person.
type Claim struct {
	ClaimID   int  `gorm:"column:ClaimID;primaryKey;type:int"`
	ClaimUUID UUID `gorm:"column:ClaimUUID;type:uniqueidentifier" legacy:"default:newid()"`
	InsureeID int  `gorm:"column:InsureeID;type:int" legacy:"references:tblInsuree.InsureeID"`
	// Chosen by the facility and unique among its live claims, which only code enforces.
	ClaimCode string `gorm:"column:ClaimCode;type:nvarchar(50)"`
	// First day of care.
	DateFrom DateTime `gorm:"column:DateFrom;type:smalldatetime"`
	// Last day of care; NULL or the first day for out-patients.
	DateTo *DateTime `gorm:"column:DateTo;type:smalldatetime"`
	// Main diagnosis; ICDID1 to ICDID4 are further ones.
	ICDID int `gorm:"column:ICDID;type:int" legacy:"references:tblICDCodes.ICDID"`
	// 1 rejected, 2 entered, 4 checked, 8 processed and waiting for relative prices, 16 valuated.
	ClaimStatus int `gorm:"column:ClaimStatus;type:tinyint" legacy:"default:2"`
	// User who reviewed the claim.
	Adjuster *int `gorm:"column:Adjuster;type:int" legacy:"references:tblUsers.UserID"`
	// Words of the reviewer.
	Adjustment *string `gorm:"column:Adjustment;type:ntext"`
	// Sum asked by the facility.
	Claimed *decimal.Decimal `gorm:"column:Claimed;type:decimal(18,2)"`
	// Sum after submission and review; NULL while nothing was taken off.
	Approved *decimal.Decimal `gorm:"column:Approved;type:decimal(18,2)"`
	// Not filled by anybody today.
	Reinsured *decimal.Decimal `gorm:"column:Reinsured;type:decimal(18,2)"`
	// Sum after pricing, set with status 16.
	Valuated *decimal.Decimal `gorm:"column:Valuated;type:decimal(18,2)"`
	// Day on the claim form.
	DateClaimed   Date  `gorm:"column:DateClaimed;type:date" legacy:"default:getdate()"`
	DateProcessed *Date `gorm:"column:DateProcessed;type:date"`
	// Tells whether a feedback row exists; FeedbackID names it.
	Feedback bool `gorm:"column:Feedback;type:bit" legacy:"default:0"`
	// 0 stands for none in old rows.
	FeedbackID *int `gorm:"column:FeedbackID;type:int" legacy:"default:0;references:tblFeedback.FeedbackID"`
	// Words of the facility.
	Explanation *string `gorm:"column:Explanation;type:ntext"`
	// 1 idle, 2 not selected, 4 selected, 8 delivered, 16 bypassed.
	FeedbackStatus *int `gorm:"column:FeedbackStatus;type:tinyint" legacy:"default:1"`
	// 1 idle, 2 not selected, 4 selected, 8 reviewed, 16 bypassed.
	ReviewStatus *int `gorm:"column:ReviewStatus;type:tinyint" legacy:"default:1"`
	// Always 1; nothing reads it.
	ApprovalStatus *int `gorm:"column:ApprovalStatus;type:tinyint" legacy:"default:1"`
	// 1 when every line was rejected, else 0; the reasons proper are on the lines.
	RejectionReason    *int      `gorm:"column:RejectionReason;type:tinyint" legacy:"default:0"`
	ValidityFrom       DateTime  `gorm:"column:ValidityFrom;type:datetime" legacy:"default:getdate()"`
	ValidityTo         *DateTime `gorm:"column:ValidityTo;type:datetime"`
	LegacyID           *int      `gorm:"column:LegacyID;type:int"`
	AuditUserID        int       `gorm:"column:AuditUserID;type:int"`
	ValidityFromReview *DateTime `gorm:"column:ValidityFromReview;type:datetime"`
	ValidityToReview   *DateTime `gorm:"column:ValidityToReview;type:datetime"`
	AuditUserIDReview  *int      `gorm:"column:AuditUserIDReview;type:int"`
	HFID               int       `gorm:"column:HFID;type:int" legacy:"references:tblHF.HfID"`
	// Batch run that paid it.
	RunID              *int      `gorm:"column:RunID;type:int" legacy:"references:tblBatchRun.RunID"`
	AuditUserIDSubmit  *int      `gorm:"column:AuditUserIDSubmit;type:int"`
	AuditUserIDProcess *int      `gorm:"column:AuditUserIDProcess;type:int"`
	SubmitStamp        *DateTime `gorm:"column:SubmitStamp;type:datetime"`
	ProcessStamp       *DateTime `gorm:"column:ProcessStamp;type:datetime"`
	// Sum to be paid, relative prices included.
	Remunerated *decimal.Decimal `gorm:"column:Remunerated;type:decimal(18,2)"`
	// Number of the letter of guarantee.
	GuaranteeID  *string `gorm:"column:GuaranteeId;type:nvarchar(50)"`
	ClaimAdminID *int    `gorm:"column:ClaimAdminId;type:int" legacy:"references:tblClaimAdmin.ClaimAdminId"`
	ICDID1       *int    `gorm:"column:ICDID1;type:int"`
	ICDID2       *int    `gorm:"column:ICDID2;type:int"`
	ICDID3       *int    `gorm:"column:ICDID3;type:int"`
	ICDID4       *int    `gorm:"column:ICDID4;type:int"`
	// E emergency, R referral, O other; NULL counts as O.
	VisitType *string `gorm:"column:VisitType;type:char(1)"`
	// Drawn at submission from the services: S surgery, D delivery, A antenatal, H hospitalisation, C consultation, V visit; NULL counts as V.
	ClaimCategory *string `gorm:"column:ClaimCategory;type:char(1)"`
	JSONExt       *JSON   `gorm:"column:JsonExt;type:nvarchar(max)"`
	// The rejected claim this one was made from.
	RestoredClaim *int `gorm:"column:RestoredClaim;type:int" legacy:"references:tblClaim.ClaimID"`
	ReferFrom     *int `gorm:"column:ReferFrom;type:int" legacy:"references:tblHF.HfID"`
	ReferTo       *int `gorm:"column:ReferTo;type:int" legacy:"references:tblHF.HfID"`
	// I in-patient, O out-patient.
	CareType         *string `gorm:"column:CareType;type:nvarchar(4)"`
	PreAuthorization *bool   `gorm:"column:pre_authorization;type:bit"`
	// At discharge: H healed, D deceased, E escaped, R referred.
	PatientCondition *string `gorm:"column:patient_condition;type:nvarchar(2)"`
	ReferralCode     *string `gorm:"column:referral_code;type:nvarchar(50)"`

	Insuree    *Insuree        `gorm:"foreignKey:InsureeID;references:InsureeID"`
	HF         *HealthFacility `gorm:"foreignKey:HFID;references:HFID"`
	ClaimAdmin *ClaimAdmin     `gorm:"foreignKey:ClaimAdminID;references:ClaimAdminID"`
	Items      []ClaimItem     `gorm:"foreignKey:ClaimID;references:ClaimID"`
	Services   []ClaimService  `gorm:"foreignKey:ClaimID;references:ClaimID"`
}

// TableName names the legacy table.
func (Claim) TableName() string { return "tblClaim" }

// ClaimItem is a row of tblClaimItems: an item on a claim.
type ClaimItem struct {
	ClaimItemID int `gorm:"column:ClaimItemID;primaryKey;type:int"`
	ClaimID     int `gorm:"column:ClaimID;type:int" legacy:"references:tblClaim.ClaimID"`
	ItemID      int `gorm:"column:ItemID;type:int" legacy:"references:tblItems.ItemID"`
	// Product that covers the line, once processed.
	ProdID *int `gorm:"column:ProdID;type:int" legacy:"references:tblProduct.ProdID"`
	// 1 passed, 2 rejected.
	ClaimItemStatus int `gorm:"column:ClaimItemStatus;type:tinyint" legacy:"default:1"`
	// Tells whether the facility had it in stock.
	Availability bool            `gorm:"column:Availability;type:bit" legacy:"default:1"`
	QtyProvided  decimal.Decimal `gorm:"column:QtyProvided;type:decimal(18,2)"`
	// Quantity after review; NULL when not changed.
	QtyApproved *decimal.Decimal `gorm:"column:QtyApproved;type:decimal(18,2)"`
	// For one unit.
	PriceAsked decimal.Decimal `gorm:"column:PriceAsked;type:decimal(18,2)"`
	// For one unit, drawn from the price origin when processed.
	PriceAdjusted *decimal.Decimal `gorm:"column:PriceAdjusted;type:decimal(18,2)"`
	// For one unit, after review; NULL when not changed.
	PriceApproved *decimal.Decimal `gorm:"column:PriceApproved;type:decimal(18,2)"`
	// For the whole line, after deductibles and ceilings.
	PriceValuated *decimal.Decimal `gorm:"column:PriceValuated;type:decimal(18,2)"`
	// Words of the facility.
	Explanation *string `gorm:"column:Explanation;type:ntext"`
	// Words of the reviewer.
	Justification *string `gorm:"column:Justification;type:ntext"`
	// -1 by the reviewer; 0 none; 1 not in the register, 2 not in the price list, 3 not covered, 4 patient category, 5 too soon again, 7 no valid insured person, 9 date, 10 care type, 11 to 15 and 19 maximum number of admissions, visits, consultations, surgeries, deliveries and antenatal contacts, 16 maximum quantity, 17 waiting period.
	RejectionReason    *int      `gorm:"column:RejectionReason;type:smallint" legacy:"default:0"`
	ValidityFrom       DateTime  `gorm:"column:ValidityFrom;type:datetime" legacy:"default:getdate()"`
	ValidityTo         *DateTime `gorm:"column:ValidityTo;type:datetime"`
	LegacyID           *int      `gorm:"column:LegacyID;type:int"`
	AuditUserID        int       `gorm:"column:AuditUserID;type:int"`
	ValidityFromReview *DateTime `gorm:"column:ValidityFromReview;type:datetime"`
	ValidityToReview   *DateTime `gorm:"column:ValidityToReview;type:datetime"`
	AuditUserIDReview  *int      `gorm:"column:AuditUserIDReview;type:int"`
	// Per cent the scheme pays with C; amount for a unit with F, 0 for no limit.
	LimitationValue *decimal.Decimal `gorm:"column:LimitationValue;type:decimal(18,2)"`
	// C co-insurance, F fixed amount; as the product had it when the line was priced.
	Limitation *string `gorm:"column:Limitation;type:char(1)"`
	// Policy that covers the line, once processed.
	PolicyID *int `gorm:"column:PolicyID;type:int"`
	// For the whole line, to be paid, relative prices included.
	RemuneratedAmount *decimal.Decimal `gorm:"column:RemuneratedAmount;type:decimal(18,2)"`
	// Part the insured person bears by deductible.
	DeductableAmount *decimal.Decimal `gorm:"column:DeductableAmount;type:decimal(18,2)"`
	// Part above a ceiling of the product.
	ExceedCeilingAmount *decimal.Decimal `gorm:"column:ExceedCeilingAmount;type:decimal(18,2)"`
	// P price list, O price on the claim, R relative price.
	PriceOrigin *string `gorm:"column:PriceOrigin;type:char(1)"`
	// Part above the ceiling of the category of care.
	ExceedCeilingAmountCategory *decimal.Decimal `gorm:"column:ExceedCeilingAmountCategory;type:decimal(18,2)"`
	JSONExt                     *JSON            `gorm:"column:JsonExt;type:nvarchar(max)"`
}

// TableName names the legacy table.
func (ClaimItem) TableName() string { return "tblClaimItems" }

// ClaimService is a row of tblClaimServices: a service on a claim.
type ClaimService struct {
	ClaimServiceID int `gorm:"column:ClaimServiceID;primaryKey;type:int"`
	ClaimID        int `gorm:"column:ClaimID;type:int" legacy:"references:tblClaim.ClaimID"`
	ServiceID      int `gorm:"column:ServiceID;type:int" legacy:"references:tblServices.ServiceID"`
	// Product that covers the line, once processed.
	ProdID *int `gorm:"column:ProdID;type:int" legacy:"references:tblProduct.ProdID"`
	// 1 passed, 2 rejected.
	ClaimServiceStatus int             `gorm:"column:ClaimServiceStatus;type:tinyint" legacy:"default:1"`
	QtyProvided        decimal.Decimal `gorm:"column:QtyProvided;type:decimal(18,2)"`
	// Quantity after review; NULL when not changed.
	QtyApproved *decimal.Decimal `gorm:"column:QtyApproved;type:decimal(18,2)"`
	// For one unit.
	PriceAsked decimal.Decimal `gorm:"column:PriceAsked;type:decimal(18,2)"`
	// For one unit, drawn from the price origin when processed.
	PriceAdjusted *decimal.Decimal `gorm:"column:PriceAdjusted;type:decimal(18,2)"`
	// For one unit, after review; NULL when not changed.
	PriceApproved *decimal.Decimal `gorm:"column:PriceApproved;type:decimal(18,2)"`
	// For the whole line, after deductibles and ceilings.
	PriceValuated *decimal.Decimal `gorm:"column:PriceValuated;type:decimal(18,2)"`
	// Words of the facility.
	Explanation *string `gorm:"column:Explanation;type:ntext"`
	// Words of the reviewer.
	Justification *string `gorm:"column:Justification;type:ntext"`
	// -1 by the reviewer; 0 none; 1 not in the register, 2 not in the price list, 3 not covered, 4 patient category, 5 too soon again, 7 no valid insured person, 9 date, 10 care type, 11 to 15 and 19 maximum number of admissions, visits, consultations, surgeries, deliveries and antenatal contacts, 16 maximum quantity, 17 waiting period.
	RejectionReason    *int      `gorm:"column:RejectionReason;type:smallint" legacy:"default:0"`
	ValidityFrom       DateTime  `gorm:"column:ValidityFrom;type:datetime" legacy:"default:getdate()"`
	ValidityTo         *DateTime `gorm:"column:ValidityTo;type:datetime"`
	LegacyID           *int      `gorm:"column:LegacyID;type:int"`
	AuditUserID        int       `gorm:"column:AuditUserID;type:int"`
	ValidityFromReview *DateTime `gorm:"column:ValidityFromReview;type:datetime"`
	ValidityToReview   *DateTime `gorm:"column:ValidityToReview;type:datetime"`
	AuditUserIDReview  *int      `gorm:"column:AuditUserIDReview;type:int"`
	// Per cent the scheme pays with C; amount for a unit with F, 0 for no limit.
	LimitationValue *decimal.Decimal `gorm:"column:LimitationValue;type:decimal(18,2)"`
	// C co-insurance, F fixed amount; as the product had it when the line was priced.
	Limitation *string `gorm:"column:Limitation;type:char(1)"`
	// Policy that covers the line, once processed.
	PolicyID *int `gorm:"column:PolicyID;type:int"`
	// For the whole line, to be paid, relative prices included.
	RemuneratedAmount *decimal.Decimal `gorm:"column:RemuneratedAmount;type:decimal(18,2)"`
	// Part the insured person bears by deductible.
	DeductableAmount *decimal.Decimal `gorm:"column:DeductableAmount;type:decimal(18,2)"`
	// Part above a ceiling of the product.
	ExceedCeilingAmount *decimal.Decimal `gorm:"column:ExceedCeilingAmount;type:decimal(18,2)"`
	// P price list, O price on the claim, R relative price.
	PriceOrigin *string `gorm:"column:PriceOrigin;type:char(1)"`
	// Part above the ceiling of the category of care.
	ExceedCeilingAmountCategory *decimal.Decimal `gorm:"column:ExceedCeilingAmountCategory;type:decimal(18,2)"`
	JSONExt                     *JSON            `gorm:"column:JsonExt;type:nvarchar(max)"`
}

// TableName names the legacy table.
func (ClaimService) TableName() string { return "tblClaimServices" }

// ClaimDedRem is a row of tblClaimDedRem: what a claim used of the deductibles and ceilings of a policy.
type ClaimDedRem struct {
	ExpenditureID      int              `gorm:"column:ExpenditureID;primaryKey;type:int"`
	PolicyID           *int             `gorm:"column:PolicyID;type:int" legacy:"references:tblPolicy.PolicyID"`
	InsureeID          *int             `gorm:"column:InsureeID;type:int" legacy:"references:tblInsuree.InsureeID"`
	ClaimID            int              `gorm:"column:ClaimID;type:int"`
	DedG               *decimal.Decimal `gorm:"column:DedG;type:decimal(18,2)"`
	DedOP              *decimal.Decimal `gorm:"column:DedOP;type:decimal(18,2)"`
	DedIP              *decimal.Decimal `gorm:"column:DedIP;type:decimal(18,2)"`
	RemG               *decimal.Decimal `gorm:"column:RemG;type:decimal(18,2)"`
	RemIP              *decimal.Decimal `gorm:"column:RemIP;type:decimal(18,2)"`
	RemOP              *decimal.Decimal `gorm:"column:RemOP;type:decimal(18,2)"`
	RemConsult         *decimal.Decimal `gorm:"column:RemConsult;type:decimal(18,2)"`
	RemSurgery         *decimal.Decimal `gorm:"column:RemSurgery;type:decimal(18,2)"`
	RemDelivery        *decimal.Decimal `gorm:"column:RemDelivery;type:decimal(18,2)"`
	RemHospitalization *decimal.Decimal `gorm:"column:RemHospitalization;type:decimal(18,2)"`
	ValidityFrom       DateTime         `gorm:"column:ValidityFrom;type:datetime" legacy:"default:getdate()"`
	ValidityTo         *DateTime        `gorm:"column:ValidityTo;type:datetime"`
	LegacyID           *int             `gorm:"column:LegacyID;type:int"`
	AuditUserID        int              `gorm:"column:AuditUserID;type:int"`
	RemAntenatal       *decimal.Decimal `gorm:"column:RemAntenatal;type:decimal(18,2)"`
}

// TableName names the legacy table.
func (ClaimDedRem) TableName() string { return "tblClaimDedRem" }
