package persistence

import (
	"github.com/shopspring/decimal"
	"gorm.io/gorm/clause"
)

// Premium is a row of tblPremium: one contribution paid for a policy.
type Premium struct {
	PremiumID   int             `gorm:"column:PremiumId;primaryKey;type:int"`
	PremiumUUID UUID            `gorm:"column:PremiumUUID;type:uniqueidentifier" legacy:"default:newid()"`
	PolicyID    int             `gorm:"column:PolicyID;type:int" legacy:"references:tblPolicy.PolicyID"`
	PayerID     *int            `gorm:"column:PayerID;type:int" legacy:"references:tblPayer.PayerID"`
	Amount      decimal.Decimal `gorm:"column:Amount;type:decimal(18,2)"`
	// Number of the receipt; unique for each product, which only code enforces.
	Receipt string `gorm:"column:Receipt;type:nvarchar(50)"`
	PayDate Date   `gorm:"column:PayDate;type:date"`
	// B bank transfer, C cash, M mobile phone, F funding.
	PayType      string    `gorm:"column:PayType;type:char(1)"`
	ValidityFrom DateTime  `gorm:"column:ValidityFrom;type:datetime" legacy:"default:getdate()"`
	ValidityTo   *DateTime `gorm:"column:ValidityTo;type:datetime"`
	LegacyID     *int      `gorm:"column:LegacyID;type:int"`
	AuditUserID  int       `gorm:"column:AuditUserID;type:int"`
	// A fee for photographs, not a contribution.
	IsPhotoFee                 *bool     `gorm:"column:isPhotoFee;type:bit" legacy:"default:0"`
	IsOffline                  *bool     `gorm:"column:isOffline;type:bit" legacy:"default:0"`
	ReportingID                *int      `gorm:"column:ReportingId;type:int"`
	OverviewCommissionReport   *DateTime `gorm:"column:OverviewCommissionReport;type:datetime"`
	AllDetailsCommissionReport *DateTime `gorm:"column:AllDetailsCommissionReport;type:datetime"`
	ReportingCommissionID      *int      `gorm:"column:ReportingCommissionID;type:int"`
	CreatedDate                DateTime  `gorm:"column:CreatedDate;type:datetime" legacy:"default:getdate()"`
	Source                     *string   `gorm:"column:Source;type:nvarchar(50)"`
	SourceVersion              *string   `gorm:"column:SourceVersion;type:nvarchar(15)"`

	Policy *Policy `gorm:"foreignKey:PolicyID;references:PolicyID"`
	Payer  *Payer  `gorm:"foreignKey:PayerID;references:PayerID"`
}

// TableName names the legacy table.
func (Premium) TableName() string { return "tblPremium" }

// Funding is a contribution an institution gave to a product and not to a family.
type Funding struct {
	Premium
	ProdID int // of the product
}

// Fundings gives what payers gave to products, newest first. It asks for no scope: nobody
// else sees these rows, and who sees a payer sees what he gave.
func Fundings(x *Session, payers []int) ([]Funding, error) {
	var premiums []Premium
	err := x.db.Where(In(Column("", "PayerID"), payers)).Where(Compare(Column("", "PayType"), "=", "F")).Where(IsNull(Column("", "ValidityTo"))).
		Order(clause.OrderBy{Columns: []clause.OrderByColumn{{Column: Column("", "PayDate"), Desc: true}, {Column: Column("", "PremiumId"), Desc: true}}}).Find(&premiums).Error
	if err != nil || len(premiums) == 0 {
		return nil, err
	}
	var policies []Policy
	sold := sqlf(`[PolicyID] IN (SELECT [s_m].[PolicyID] FROM [tblPremium] [s_m] WHERE [s_m].[PayType] = 'F' AND [s_m].[ValidityTo] IS NULL AND ?)`+
		` AND [FamilyID] IN (SELECT [s_h].[FamilyID] FROM [tblInsuree] [s_h] WHERE [s_h].[CHFID] = ? AND [s_h].[ValidityTo] IS NULL)`,
		In(clause.Column{Table: "s_m", Name: "PayerID"}, payers), FundingNumber)
	if err := x.db.Select("PolicyID", "ProdID").Where(sold).Find(&policies).Error; err != nil {
		return nil, err
	}
	product := map[int]int{}
	for i := range policies {
		product[policies[i].PolicyID] = policies[i].ProdID
	}
	var rows []Funding
	for i := range premiums {
		if id, given := product[premiums[i].PolicyID]; given {
			rows = append(rows, Funding{premiums[i], id})
		}
	}
	return rows, nil
}

// Payer is a row of tblPayer: an institution that pays contributions for others.
type Payer struct {
	PayerID   int  `gorm:"column:PayerID;primaryKey;type:int"`
	PayerUUID UUID `gorm:"column:PayerUUID;type:uniqueidentifier" legacy:"default:newid()"`
	// C co-operative, D donor, G government, L local authority, O other, P private.
	PayerType    string    `gorm:"column:PayerType;type:char(1)" legacy:"references:tblPayerType.Code"`
	PayerName    string    `gorm:"column:PayerName;type:nvarchar(100)"`
	PayerAddress *string   `gorm:"column:PayerAddress;type:nvarchar(100)"`
	LocationID   *int      `gorm:"column:LocationId;type:int" legacy:"references:tblLocations.LocationId"`
	Phone        *string   `gorm:"column:Phone;type:nvarchar(50)"`
	Fax          *string   `gorm:"column:Fax;type:nvarchar(50)"`
	EMail        *string   `gorm:"column:eMail;type:nvarchar(50)"`
	ValidityFrom DateTime  `gorm:"column:ValidityFrom;type:datetime" legacy:"default:getdate()"`
	ValidityTo   *DateTime `gorm:"column:ValidityTo;type:datetime"`
	LegacyID     *int      `gorm:"column:LegacyID;type:int"`
	AuditUserID  int       `gorm:"column:AuditUserID;type:int"`
}

// TableName names the legacy table.
func (Payer) TableName() string { return "tblPayer" }

// PayerType is a row of tblPayerType: a kind of payer.
type PayerType struct {
	Code        string  `gorm:"column:Code;primaryKey;autoIncrement:false;type:char(1)"`
	PayerType   string  `gorm:"column:PayerType;type:nvarchar(50)"`
	AltLanguage *string `gorm:"column:AltLanguage;type:nvarchar(50)"`
	SortOrder   *int    `gorm:"column:SortOrder;type:int"`
}

// TableName names the legacy table.
func (PayerType) TableName() string { return "tblPayerType" }
