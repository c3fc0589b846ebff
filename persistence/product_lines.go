package persistence

import "github.com/shopspring/decimal"

// ProductItem is a row of tblProductItems: the cover of one item by one product.
type ProductItem struct {
	ProdItemID int `gorm:"column:ProdItemID;primaryKey;type:int"`
	ProdID     int `gorm:"column:ProdID;type:int" legacy:"references:tblProduct.ProdID"`
	ItemID     int `gorm:"column:ItemID;type:int" legacy:"references:tblItems.ItemID"`
	// C co-insurance: the limits are the per cent the scheme pays; F: the limits are fixed amounts. R and E apply to referral and emergency visits.
	LimitationType *string `gorm:"column:LimitationType;type:char(1)"`
	// P price list, O price on the claim, R relative price.
	PriceOrigin  *string          `gorm:"column:PriceOrigin;type:char(1)"`
	LimitAdult   *decimal.Decimal `gorm:"column:LimitAdult;type:decimal(18,2)"`
	LimitChild   *decimal.Decimal `gorm:"column:LimitChild;type:decimal(18,2)"`
	ValidityFrom DateTime         `gorm:"column:ValidityFrom;type:datetime" legacy:"default:getdate()"`
	ValidityTo   *DateTime        `gorm:"column:ValidityTo;type:datetime"`
	LegacyID     *int             `gorm:"column:LegacyID;type:int"`
	AuditUserID  int              `gorm:"column:AuditUserID;type:int"`
	// Months of cover before it is paid.
	WaitingPeriodAdult *int `gorm:"column:WaitingPeriodAdult;type:int"`
	WaitingPeriodChild *int `gorm:"column:WaitingPeriodChild;type:int"`
	// Most units in the span of a policy.
	LimitNoAdult    *int             `gorm:"column:LimitNoAdult;type:int"`
	LimitNoChild    *int             `gorm:"column:LimitNoChild;type:int"`
	LimitationTypeR *string          `gorm:"column:LimitationTypeR;type:char(1)"`
	LimitationTypeE *string          `gorm:"column:LimitationTypeE;type:char(1)"`
	LimitAdultR     *decimal.Decimal `gorm:"column:LimitAdultR;type:decimal(18,2)"`
	LimitAdultE     *decimal.Decimal `gorm:"column:LimitAdultE;type:decimal(18,2)"`
	LimitChildR     *decimal.Decimal `gorm:"column:LimitChildR;type:decimal(18,2)"`
	LimitChildE     *decimal.Decimal `gorm:"column:LimitChildE;type:decimal(18,2)"`
	// Left out of ceilings: B always, H for hospital care, N for other care, NULL never.
	CeilingExclusionAdult *string `gorm:"column:CeilingExclusionAdult;type:nvarchar(1)"`
	CeilingExclusionChild *string `gorm:"column:CeilingExclusionChild;type:nvarchar(1)"`
}

// TableName names the legacy table.
func (ProductItem) TableName() string { return "tblProductItems" }

// ProductService is a row of tblProductServices: the cover of one service by one product.
type ProductService struct {
	ProdServiceID int `gorm:"column:ProdServiceID;primaryKey;type:int"`
	ProdID        int `gorm:"column:ProdID;type:int" legacy:"references:tblProduct.ProdID"`
	ServiceID     int `gorm:"column:ServiceID;type:int" legacy:"references:tblServices.ServiceID"`
	// C co-insurance: the limits are the per cent the scheme pays; F: the limits are fixed amounts. R and E apply to referral and emergency visits.
	LimitationType string `gorm:"column:LimitationType;type:char(1)"`
	// P price list, O price on the claim, R relative price.
	PriceOrigin  string           `gorm:"column:PriceOrigin;type:char(1)"`
	LimitAdult   *decimal.Decimal `gorm:"column:LimitAdult;type:decimal(18,2)"`
	LimitChild   *decimal.Decimal `gorm:"column:LimitChild;type:decimal(18,2)"`
	ValidityFrom DateTime         `gorm:"column:ValidityFrom;type:datetime" legacy:"default:getdate()"`
	ValidityTo   *DateTime        `gorm:"column:ValidityTo;type:datetime"`
	LegacyID     *int             `gorm:"column:LegacyID;type:int"`
	AuditUserID  int              `gorm:"column:AuditUserID;type:int"`
	// Months of cover before it is paid.
	WaitingPeriodAdult *int `gorm:"column:WaitingPeriodAdult;type:int"`
	WaitingPeriodChild *int `gorm:"column:WaitingPeriodChild;type:int"`
	// Most units in the span of a policy.
	LimitNoAdult    *int             `gorm:"column:LimitNoAdult;type:int"`
	LimitNoChild    *int             `gorm:"column:LimitNoChild;type:int"`
	LimitationTypeR *string          `gorm:"column:LimitationTypeR;type:char(1)"`
	LimitationTypeE *string          `gorm:"column:LimitationTypeE;type:char(1)"`
	LimitAdultR     *decimal.Decimal `gorm:"column:LimitAdultR;type:decimal(18,2)"`
	LimitAdultE     *decimal.Decimal `gorm:"column:LimitAdultE;type:decimal(18,2)"`
	LimitChildR     *decimal.Decimal `gorm:"column:LimitChildR;type:decimal(18,2)"`
	LimitChildE     *decimal.Decimal `gorm:"column:LimitChildE;type:decimal(18,2)"`
	// Left out of ceilings: B always, H for hospital care, N for other care, NULL never.
	CeilingExclusionAdult *string `gorm:"column:CeilingExclusionAdult;type:nvarchar(1)"`
	CeilingExclusionChild *string `gorm:"column:CeilingExclusionChild;type:nvarchar(1)"`
}

// TableName names the legacy table.
func (ProductService) TableName() string { return "tblProductServices" }

// RelativeDistribution is a row of tblRelDistr: the share of contributions set aside for relative prices.
type RelativeDistribution struct {
	DistrID int `gorm:"column:DistrID;primaryKey;type:int"`
	// 12 monthly, 4 quarterly, 1 yearly.
	DistrType int `gorm:"column:DistrType;type:tinyint"`
	// B general, I in-patient, O out-patient.
	DistrCareType string `gorm:"column:DistrCareType;type:char(1)"`
	ProdID        int    `gorm:"column:ProdID;type:int" legacy:"references:tblProduct.ProdID"`
	// Number of the month or quarter; 1 for the year.
	Period int `gorm:"column:Period;type:tinyint"`
	// Share of the contributions; 1.00 is all of them.
	DistrPerc    *decimal.Decimal `gorm:"column:DistrPerc;type:decimal(18,2)"`
	ValidityFrom DateTime         `gorm:"column:ValidityFrom;type:datetime" legacy:"default:getdate()"`
	ValidityTo   *DateTime        `gorm:"column:ValidityTo;type:datetime"`
	LegacyID     *int             `gorm:"column:LegacyID;type:int"`
	AuditUserID  int              `gorm:"column:AuditUserID;type:int"`
}

// TableName names the legacy table.
func (RelativeDistribution) TableName() string { return "tblRelDistr" }

// RelativeIndex is a row of tblRelIndex: the relative price index of one product and period.
type RelativeIndex struct {
	RelIndexID int `gorm:"column:RelIndexID;primaryKey;type:int"`
	ProdID     int `gorm:"column:ProdID;type:int" legacy:"references:tblProduct.ProdID"`
	// 12 monthly, 4 quarterly, 1 yearly.
	RelType int `gorm:"column:RelType;type:tinyint"`
	// B general, I in-patient, O out-patient.
	RelCareType  string           `gorm:"column:RelCareType;type:char(1)"`
	RelYear      int              `gorm:"column:RelYear;type:int"`
	RelPeriod    int              `gorm:"column:RelPeriod;type:tinyint"`
	CalcDate     DateTime         `gorm:"column:CalcDate;type:datetime"`
	RelIndex     *decimal.Decimal `gorm:"column:RelIndex;type:decimal(18,4)"`
	ValidityFrom DateTime         `gorm:"column:ValidityFrom;type:datetime" legacy:"default:getdate()"`
	ValidityTo   *DateTime        `gorm:"column:ValidityTo;type:datetime"`
	LegacyID     *int             `gorm:"column:LegacyID;type:int"`
	AuditUserID  int              `gorm:"column:AuditUserID;type:int"`
	LocationID   *int             `gorm:"column:LocationId;type:int"`
}

// TableName names the legacy table.
func (RelativeIndex) TableName() string { return "tblRelIndex" }

// CeilingInterpretation is a row of tblCeilingInterpretation: how hospital cases are told from others.
type CeilingInterpretation struct {
	CeilingIntCode string  `gorm:"column:CeilingIntCode;primaryKey;autoIncrement:false;type:char(1)"`
	CeilingIntDesc string  `gorm:"column:CeilingIntDesc;type:nvarchar(100)"`
	AltLanguage    *string `gorm:"column:AltLanguage;type:nvarchar(100)"`
	SortOrder      *int    `gorm:"column:SortOrder;type:int"`
}

// TableName names the legacy table.
func (CeilingInterpretation) TableName() string { return "tblCeilingInterpretation" }
