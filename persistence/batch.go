package persistence

import "github.com/shopspring/decimal"

// BatchRun is a row of tblBatchRun: one run of the claim batch for a location and month.
type BatchRun struct {
	RunID        int       `gorm:"column:RunID;primaryKey;type:int"`
	LocationID   *int      `gorm:"column:LocationId;type:int" legacy:"references:tblLocations.LocationId"`
	RunDate      DateTime  `gorm:"column:RunDate;type:datetime"`
	ValidityFrom DateTime  `gorm:"column:ValidityFrom;type:datetime" legacy:"default:getdate()"`
	ValidityTo   *DateTime `gorm:"column:ValidityTo;type:datetime"`
	LegacyID     *int      `gorm:"column:LegacyID;type:int"`
	AuditUserID  int       `gorm:"column:AuditUserID;type:int"`
	RunYear      int       `gorm:"column:RunYear;type:int"`
	RunMonth     int       `gorm:"column:RunMonth;type:tinyint"`
}

// TableName names the legacy table.
func (BatchRun) TableName() string { return "tblBatchRun" }

// CapitationPayment is a row of tblCapitationPayment: the capitation of one facility, product and month.
type CapitationPayment struct {
	ValidityFrom            DateTime         `gorm:"column:ValidityFrom;type:datetime2(7)"`
	ValidityTo              *DateTime        `gorm:"column:ValidityTo;type:datetime2(7)"`
	LegacyID                *int             `gorm:"column:LegacyID;type:int"`
	CapitationPaymentID     int              `gorm:"column:CapitationPaymentID;primaryKey;type:int"`
	CapitationPaymentUUID   string           `gorm:"column:CapitationPaymentUUID;type:nvarchar(36)"`
	Year                    int              `gorm:"column:year;type:int"`
	Month                   int              `gorm:"column:month;type:int"`
	ProductID               int              `gorm:"column:ProductID;type:int" legacy:"references:tblProduct.ProdID"`
	HFID                    int              `gorm:"column:HfID;type:int" legacy:"references:tblHF.HfID"`
	RegionCode              *string          `gorm:"column:RegionCode;type:nvarchar(8)"`
	RegionName              *string          `gorm:"column:RegionName;type:nvarchar(50)"`
	DistrictCode            *string          `gorm:"column:DistrictCode;type:nvarchar(8)"`
	DistrictName            *string          `gorm:"column:DistrictName;type:nvarchar(50)"`
	HFCode                  string           `gorm:"column:HFCode;type:nvarchar(8)"`
	HFName                  string           `gorm:"column:HFName;type:nvarchar(100)"`
	AccCode                 *string          `gorm:"column:AccCode;type:nvarchar(25)"`
	HFLevel                 *string          `gorm:"column:HFLevel;type:nvarchar(100)"`
	HFSublevel              *string          `gorm:"column:HFSublevel;type:nvarchar(100)"`
	TotalPopulation         *decimal.Decimal `gorm:"column:TotalPopulation;type:numeric(18,2)"`
	TotalFamilies           *decimal.Decimal `gorm:"column:TotalFamilies;type:numeric(18,2)"`
	TotalInsuredInsuree     *decimal.Decimal `gorm:"column:TotalInsuredInsuree;type:numeric(18,2)"`
	TotalInsuredFamilies    *decimal.Decimal `gorm:"column:TotalInsuredFamilies;type:numeric(18,2)"`
	TotalClaims             *decimal.Decimal `gorm:"column:TotalClaims;type:numeric(18,2)"`
	AlcContriPopulation     *decimal.Decimal `gorm:"column:AlcContriPopulation;type:numeric(18,2)"`
	AlcContriNumFamilies    *decimal.Decimal `gorm:"column:AlcContriNumFamilies;type:numeric(18,2)"`
	AlcContriInsPopulation  *decimal.Decimal `gorm:"column:AlcContriInsPopulation;type:numeric(18,2)"`
	AlcContriInsFamilies    *decimal.Decimal `gorm:"column:AlcContriInsFamilies;type:numeric(18,2)"`
	AlcContriVisits         *decimal.Decimal `gorm:"column:AlcContriVisits;type:numeric(18,2)"`
	AlcContriAdjustedAmount *decimal.Decimal `gorm:"column:AlcContriAdjustedAmount;type:numeric(18,2)"`
	UPPopulation            *decimal.Decimal `gorm:"column:UPPopulation;type:numeric(18,2)"`
	UPNumFamilies           *decimal.Decimal `gorm:"column:UPNumFamilies;type:numeric(18,2)"`
	UPInsPopulation         *decimal.Decimal `gorm:"column:UPInsPopulation;type:numeric(18,2)"`
	UPInsFamilies           *decimal.Decimal `gorm:"column:UPInsFamilies;type:numeric(18,2)"`
	UPVisits                *decimal.Decimal `gorm:"column:UPVisits;type:numeric(18,2)"`
	UPAdjustedAmount        *decimal.Decimal `gorm:"column:UPAdjustedAmount;type:numeric(18,2)"`
	PaymentCathment         *decimal.Decimal `gorm:"column:PaymentCathment;type:numeric(18,2)"`
	TotalAdjusted           *decimal.Decimal `gorm:"column:TotalAdjusted;type:numeric(18,2)"`
}

// TableName names the legacy table.
func (CapitationPayment) TableName() string { return "tblCapitationPayment" }

// Reporting is a row of tblReporting: a report that changed data when it was made.
type Reporting struct {
	ReportingID   int      `gorm:"column:ReportingId;primaryKey;type:int"`
	ReportingDate DateTime `gorm:"column:ReportingDate;type:datetime"`
	LocationID    int      `gorm:"column:LocationId;type:int"`
	ProdID        int      `gorm:"column:ProdId;type:int"`
	PayerID       *int     `gorm:"column:PayerId;type:int"`
	StartDate     Date     `gorm:"column:StartDate;type:date"`
	EndDate       Date     `gorm:"column:EndDate;type:date"`
	RecordFound   int      `gorm:"column:RecordFound;type:int"`
	OfficerID     *int     `gorm:"column:OfficerID;type:int"`
	ReportType    *int     `gorm:"column:ReportType;type:int"`
	// A second column, spelt so.
	CammissionRate *decimal.Decimal `gorm:"column:CammissionRate;type:decimal(18,2)"`
	CommissionRate *decimal.Decimal `gorm:"column:CommissionRate;type:decimal(18,2)"`
	// 0 prescribed, 1 actually paid.
	ReportMode *int `gorm:"column:ReportMode;type:int" legacy:"default:0"`
	Scope      *int `gorm:"column:Scope;type:int"`
}

// TableName names the legacy table.
func (Reporting) TableName() string { return "tblReporting" }

// Extract is a row of tblExtracts: one extract made for offline clients.
type Extract struct {
	ExtractID   int  `gorm:"column:ExtractID;primaryKey;type:int"`
	ExtractUUID UUID `gorm:"column:ExtractUUID;type:uniqueidentifier" legacy:"default:newid()"`
	// 0 out, 1 in.
	ExtractDirection int `gorm:"column:ExtractDirection;type:tinyint" legacy:"default:0"`
	// 1 phone, 2 full offline, 4 differential offline, 8 photographs.
	ExtractType       int             `gorm:"column:ExtractType;type:tinyint" legacy:"default:0"`
	ExtractSequence   int             `gorm:"column:ExtractSequence;type:int"`
	ExtractDate       DateTime        `gorm:"column:ExtractDate;type:datetime" legacy:"default:getdate()"`
	ExtractFileName   *string         `gorm:"column:ExtractFileName;type:nvarchar(255)"`
	ExtractFolder     *string         `gorm:"column:ExtractFolder;type:nvarchar(255)"`
	LocationID        int             `gorm:"column:LocationId;type:int"`
	HFID              *int            `gorm:"column:HFID;type:int"`
	AppVersionBackend decimal.Decimal `gorm:"column:AppVersionBackend;type:decimal(3,1)"`
	ValidityFrom      DateTime        `gorm:"column:ValidityFrom;type:datetime" legacy:"default:getdate()"`
	ValidityTo        *DateTime       `gorm:"column:ValidityTo;type:datetime"`
	LegacyID          *int            `gorm:"column:LegacyID;type:int"`
	AuditUserID       int             `gorm:"column:AuditUserID;type:int"`
	// Highest row version exported; a plain number here.
	RowID *int64 `gorm:"column:RowID;type:bigint"`
}

// TableName names the legacy table.
func (Extract) TableName() string { return "tblExtracts" }
