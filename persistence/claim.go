package persistence

import "github.com/shopspring/decimal"

// Claim is a row of tblClaim: a claim of a facility for the care of one insured person.
type Claim struct {
	ClaimID            int              `gorm:"column:ClaimID;primaryKey;type:int"`
	ClaimUUID          UUID             `gorm:"column:ClaimUUID;type:uniqueidentifier" legacy:"default:newid()"`
	InsureeID          int              `gorm:"column:InsureeID;type:int" legacy:"references:tblInsuree.InsureeID"`
	ClaimCode          string           `gorm:"column:ClaimCode;type:nvarchar(50)"`
	DateFrom           DateTime         `gorm:"column:DateFrom;type:smalldatetime"`
	DateTo             *DateTime        `gorm:"column:DateTo;type:smalldatetime"`
	ICDID              int              `gorm:"column:ICDID;type:int" legacy:"references:tblICDCodes.ICDID"`
	ClaimStatus        int              `gorm:"column:ClaimStatus;type:tinyint" legacy:"default:2"`
	Adjuster           *int             `gorm:"column:Adjuster;type:int" legacy:"references:tblUsers.UserID"`
	Adjustment         *string          `gorm:"column:Adjustment;type:ntext"`
	Claimed            *decimal.Decimal `gorm:"column:Claimed;type:decimal(18,2)"`
	Approved           *decimal.Decimal `gorm:"column:Approved;type:decimal(18,2)"`
	Reinsured          *decimal.Decimal `gorm:"column:Reinsured;type:decimal(18,2)"`
	Valuated           *decimal.Decimal `gorm:"column:Valuated;type:decimal(18,2)"`
	DateClaimed        Date             `gorm:"column:DateClaimed;type:date" legacy:"default:getdate()"`
	DateProcessed      *Date            `gorm:"column:DateProcessed;type:date"`
	Feedback           bool             `gorm:"column:Feedback;type:bit" legacy:"default:0"`
	FeedbackID         *int             `gorm:"column:FeedbackID;type:int" legacy:"default:0;references:tblFeedback.FeedbackID"`
	Explanation        *string          `gorm:"column:Explanation;type:ntext"`
	FeedbackStatus     *int             `gorm:"column:FeedbackStatus;type:tinyint" legacy:"default:1"`
	ReviewStatus       *int             `gorm:"column:ReviewStatus;type:tinyint" legacy:"default:1"`
	ApprovalStatus     *int             `gorm:"column:ApprovalStatus;type:tinyint" legacy:"default:1"`
	RejectionReason    *int             `gorm:"column:RejectionReason;type:tinyint" legacy:"default:0"`
	ValidityFrom       DateTime         `gorm:"column:ValidityFrom;type:datetime" legacy:"default:getdate()"`
	ValidityTo         *DateTime        `gorm:"column:ValidityTo;type:datetime"`
	LegacyID           *int             `gorm:"column:LegacyID;type:int"`
	AuditUserID        int              `gorm:"column:AuditUserID;type:int"`
	ValidityFromReview *DateTime        `gorm:"column:ValidityFromReview;type:datetime"`
	ValidityToReview   *DateTime        `gorm:"column:ValidityToReview;type:datetime"`
	AuditUserIDReview  *int             `gorm:"column:AuditUserIDReview;type:int"`
	HFID               int              `gorm:"column:HFID;type:int" legacy:"references:tblHF.HfID"`
	RunID              *int             `gorm:"column:RunID;type:int" legacy:"references:tblBatchRun.RunID"`
	AuditUserIDSubmit  *int             `gorm:"column:AuditUserIDSubmit;type:int"`
	AuditUserIDProcess *int             `gorm:"column:AuditUserIDProcess;type:int"`
	SubmitStamp        *DateTime        `gorm:"column:SubmitStamp;type:datetime"`
	ProcessStamp       *DateTime        `gorm:"column:ProcessStamp;type:datetime"`
	Remunerated        *decimal.Decimal `gorm:"column:Remunerated;type:decimal(18,2)"`
	GuaranteeID        *string          `gorm:"column:GuaranteeId;type:nvarchar(50)"`
	ClaimAdminID       *int             `gorm:"column:ClaimAdminId;type:int" legacy:"references:tblClaimAdmin.ClaimAdminId"`
	ICDID1             *int             `gorm:"column:ICDID1;type:int"`
	ICDID2             *int             `gorm:"column:ICDID2;type:int"`
	ICDID3             *int             `gorm:"column:ICDID3;type:int"`
	ICDID4             *int             `gorm:"column:ICDID4;type:int"`
	VisitType          *string          `gorm:"column:VisitType;type:char(1)"`
	ClaimCategory      *string          `gorm:"column:ClaimCategory;type:char(1)"`
	JSONExt            *JSON            `gorm:"column:JsonExt;type:nvarchar(max)"`
	RestoredClaim      *int             `gorm:"column:RestoredClaim;type:int" legacy:"references:tblClaim.ClaimID"`
	ReferFrom          *int             `gorm:"column:ReferFrom;type:int" legacy:"references:tblHF.HfID"`
	ReferTo            *int             `gorm:"column:ReferTo;type:int" legacy:"references:tblHF.HfID"`
	CareType           *string          `gorm:"column:CareType;type:nvarchar(4)"`
	PreAuthorization   *bool            `gorm:"column:pre_authorization;type:bit"`
	PatientCondition   *string          `gorm:"column:patient_condition;type:nvarchar(2)"`
	ReferralCode       *string          `gorm:"column:referral_code;type:nvarchar(50)"`

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
	ClaimItemID                 int              `gorm:"column:ClaimItemID;primaryKey;type:int"`
	ClaimID                     int              `gorm:"column:ClaimID;type:int" legacy:"references:tblClaim.ClaimID"`
	ItemID                      int              `gorm:"column:ItemID;type:int" legacy:"references:tblItems.ItemID"`
	ProdID                      *int             `gorm:"column:ProdID;type:int" legacy:"references:tblProduct.ProdID"`
	ClaimItemStatus             int              `gorm:"column:ClaimItemStatus;type:tinyint" legacy:"default:1"`
	Availability                bool             `gorm:"column:Availability;type:bit" legacy:"default:1"`
	QtyProvided                 decimal.Decimal  `gorm:"column:QtyProvided;type:decimal(18,2)"`
	QtyApproved                 *decimal.Decimal `gorm:"column:QtyApproved;type:decimal(18,2)"`
	PriceAsked                  decimal.Decimal  `gorm:"column:PriceAsked;type:decimal(18,2)"`
	PriceAdjusted               *decimal.Decimal `gorm:"column:PriceAdjusted;type:decimal(18,2)"`
	PriceApproved               *decimal.Decimal `gorm:"column:PriceApproved;type:decimal(18,2)"`
	PriceValuated               *decimal.Decimal `gorm:"column:PriceValuated;type:decimal(18,2)"`
	Explanation                 *string          `gorm:"column:Explanation;type:ntext"`
	Justification               *string          `gorm:"column:Justification;type:ntext"`
	RejectionReason             *int             `gorm:"column:RejectionReason;type:smallint" legacy:"default:0"`
	ValidityFrom                DateTime         `gorm:"column:ValidityFrom;type:datetime" legacy:"default:getdate()"`
	ValidityTo                  *DateTime        `gorm:"column:ValidityTo;type:datetime"`
	LegacyID                    *int             `gorm:"column:LegacyID;type:int"`
	AuditUserID                 int              `gorm:"column:AuditUserID;type:int"`
	ValidityFromReview          *DateTime        `gorm:"column:ValidityFromReview;type:datetime"`
	ValidityToReview            *DateTime        `gorm:"column:ValidityToReview;type:datetime"`
	AuditUserIDReview           *int             `gorm:"column:AuditUserIDReview;type:int"`
	LimitationValue             *decimal.Decimal `gorm:"column:LimitationValue;type:decimal(18,2)"`
	Limitation                  *string          `gorm:"column:Limitation;type:char(1)"`
	PolicyID                    *int             `gorm:"column:PolicyID;type:int"`
	RemuneratedAmount           *decimal.Decimal `gorm:"column:RemuneratedAmount;type:decimal(18,2)"`
	DeductableAmount            *decimal.Decimal `gorm:"column:DeductableAmount;type:decimal(18,2)"`
	ExceedCeilingAmount         *decimal.Decimal `gorm:"column:ExceedCeilingAmount;type:decimal(18,2)"`
	PriceOrigin                 *string          `gorm:"column:PriceOrigin;type:char(1)"`
	ExceedCeilingAmountCategory *decimal.Decimal `gorm:"column:ExceedCeilingAmountCategory;type:decimal(18,2)"`
	JSONExt                     *JSON            `gorm:"column:JsonExt;type:nvarchar(max)"`
}

// TableName names the legacy table.
func (ClaimItem) TableName() string { return "tblClaimItems" }

// ClaimService is a row of tblClaimServices: a service on a claim.
type ClaimService struct {
	ClaimServiceID              int              `gorm:"column:ClaimServiceID;primaryKey;type:int"`
	ClaimID                     int              `gorm:"column:ClaimID;type:int" legacy:"references:tblClaim.ClaimID"`
	ServiceID                   int              `gorm:"column:ServiceID;type:int" legacy:"references:tblServices.ServiceID"`
	ProdID                      *int             `gorm:"column:ProdID;type:int" legacy:"references:tblProduct.ProdID"`
	ClaimServiceStatus          int              `gorm:"column:ClaimServiceStatus;type:tinyint" legacy:"default:1"`
	QtyProvided                 decimal.Decimal  `gorm:"column:QtyProvided;type:decimal(18,2)"`
	QtyApproved                 *decimal.Decimal `gorm:"column:QtyApproved;type:decimal(18,2)"`
	PriceAsked                  decimal.Decimal  `gorm:"column:PriceAsked;type:decimal(18,2)"`
	PriceAdjusted               *decimal.Decimal `gorm:"column:PriceAdjusted;type:decimal(18,2)"`
	PriceApproved               *decimal.Decimal `gorm:"column:PriceApproved;type:decimal(18,2)"`
	PriceValuated               *decimal.Decimal `gorm:"column:PriceValuated;type:decimal(18,2)"`
	Explanation                 *string          `gorm:"column:Explanation;type:ntext"`
	Justification               *string          `gorm:"column:Justification;type:ntext"`
	RejectionReason             *int             `gorm:"column:RejectionReason;type:smallint" legacy:"default:0"`
	ValidityFrom                DateTime         `gorm:"column:ValidityFrom;type:datetime" legacy:"default:getdate()"`
	ValidityTo                  *DateTime        `gorm:"column:ValidityTo;type:datetime"`
	LegacyID                    *int             `gorm:"column:LegacyID;type:int"`
	AuditUserID                 int              `gorm:"column:AuditUserID;type:int"`
	ValidityFromReview          *DateTime        `gorm:"column:ValidityFromReview;type:datetime"`
	ValidityToReview            *DateTime        `gorm:"column:ValidityToReview;type:datetime"`
	AuditUserIDReview           *int             `gorm:"column:AuditUserIDReview;type:int"`
	LimitationValue             *decimal.Decimal `gorm:"column:LimitationValue;type:decimal(18,2)"`
	Limitation                  *string          `gorm:"column:Limitation;type:char(1)"`
	PolicyID                    *int             `gorm:"column:PolicyID;type:int"`
	RemuneratedAmount           *decimal.Decimal `gorm:"column:RemuneratedAmount;type:decimal(18,2)"`
	DeductableAmount            *decimal.Decimal `gorm:"column:DeductableAmount;type:decimal(18,2)"`
	ExceedCeilingAmount         *decimal.Decimal `gorm:"column:ExceedCeilingAmount;type:decimal(18,2)"`
	PriceOrigin                 *string          `gorm:"column:PriceOrigin;type:char(1)"`
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
