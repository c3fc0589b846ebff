package persistence

import "github.com/shopspring/decimal"

// Product is a row of tblProduct: an insurance product: what it covers, costs and limits.
type Product struct {
	ProdID      int    `gorm:"column:ProdID;primaryKey;type:int"`
	ProdUUID    UUID   `gorm:"column:ProdUUID;type:uniqueidentifier" legacy:"default:newid()"`
	ProductCode string `gorm:"column:ProductCode;type:nvarchar(8)"`
	ProductName string `gorm:"column:ProductName;type:nvarchar(100)"`
	// Region or district it is sold in; NULL for the whole nation.
	LocationID *int `gorm:"column:LocationId;type:int" legacy:"references:tblLocations.LocationId"`
	// Length of cover in months.
	InsurancePeriod int      `gorm:"column:InsurancePeriod;type:tinyint" legacy:"default:12"`
	DateFrom        DateTime `gorm:"column:DateFrom;type:smalldatetime"`
	DateTo          DateTime `gorm:"column:DateTo;type:smalldatetime"`
	// Product a policy goes on with at its renewal.
	ConversionProdID *int `gorm:"column:ConversionProdID;type:int" legacy:"references:tblProduct.ProdID"`
	// Flat price of a policy, for up to Threshold members.
	LumpSum decimal.Decimal `gorm:"column:LumpSum;type:decimal(18,2)"`
	// Most members of a family.
	MemberCount  int              `gorm:"column:MemberCount;type:int"`
	PremiumAdult *decimal.Decimal `gorm:"column:PremiumAdult;type:decimal(18,2)"`
	PremiumChild *decimal.Decimal `gorm:"column:PremiumChild;type:decimal(18,2)"`
	// Deductibles (Ded) and ceilings (Max) come for a treatment, an insured person and a policy, each in general, for out-patients (OP) and in-patients (IP).
	DedInsuree   *decimal.Decimal `gorm:"column:DedInsuree;type:decimal(18,2)"`
	DedOPInsuree *decimal.Decimal `gorm:"column:DedOPInsuree;type:decimal(18,2)"`
	DedIPInsuree *decimal.Decimal `gorm:"column:DedIPInsuree;type:decimal(18,2)"`
	MaxInsuree   *decimal.Decimal `gorm:"column:MaxInsuree;type:decimal(18,2)"`
	MaxOPInsuree *decimal.Decimal `gorm:"column:MaxOPInsuree;type:decimal(18,2)"`
	MaxIPInsuree *decimal.Decimal `gorm:"column:MaxIPInsuree;type:decimal(18,2)"`
	// How often relative prices are drawn: M monthly, Q quarterly, Y yearly, NULL never; OP and IP for out- and in-patients.
	PeriodRelPrices     *string          `gorm:"column:PeriodRelPrices;type:char(1)"`
	PeriodRelPricesOP   *string          `gorm:"column:PeriodRelPricesOP;type:char(1)"`
	PeriodRelPricesIP   *string          `gorm:"column:PeriodRelPricesIP;type:char(1)"`
	AccCodePremiums     *string          `gorm:"column:AccCodePremiums;type:nvarchar(25)"`
	AccCodeRemuneration *string          `gorm:"column:AccCodeRemuneration;type:nvarchar(25)"`
	DedTreatment        *decimal.Decimal `gorm:"column:DedTreatment;type:decimal(18,2)"`
	DedOPTreatment      *decimal.Decimal `gorm:"column:DedOPTreatment;type:decimal(18,2)"`
	DedIPTreatment      *decimal.Decimal `gorm:"column:DedIPTreatment;type:decimal(18,2)"`
	MaxTreatment        *decimal.Decimal `gorm:"column:MaxTreatment;type:decimal(18,2)"`
	MaxOPTreatment      *decimal.Decimal `gorm:"column:MaxOPTreatment;type:decimal(18,2)"`
	MaxIPTreatment      *decimal.Decimal `gorm:"column:MaxIPTreatment;type:decimal(18,2)"`
	DedPolicy           *decimal.Decimal `gorm:"column:DedPolicy;type:decimal(18,2)"`
	DedOPPolicy         *decimal.Decimal `gorm:"column:DedOPPolicy;type:decimal(18,2)"`
	DedIPPolicy         *decimal.Decimal `gorm:"column:DedIPPolicy;type:decimal(18,2)"`
	MaxPolicy           *decimal.Decimal `gorm:"column:MaxPolicy;type:decimal(18,2)"`
	MaxOPPolicy         *decimal.Decimal `gorm:"column:MaxOPPolicy;type:decimal(18,2)"`
	MaxIPPolicy         *decimal.Decimal `gorm:"column:MaxIPPolicy;type:decimal(18,2)"`
	// Months after the start of a cycle in which a family may still enrol.
	GracePeriod            int              `gorm:"column:GracePeriod;type:int" legacy:"default:0"`
	ValidityFrom           DateTime         `gorm:"column:ValidityFrom;type:datetime" legacy:"default:getdate()"`
	ValidityTo             *DateTime        `gorm:"column:ValidityTo;type:datetime"`
	LegacyID               *int             `gorm:"column:LegacyID;type:int"`
	AuditUserID            int              `gorm:"column:AuditUserID;type:int"`
	RegistrationLumpSum    *decimal.Decimal `gorm:"column:RegistrationLumpSum;type:decimal(18,2)"`
	RegistrationFee        *decimal.Decimal `gorm:"column:RegistrationFee;type:decimal(18,2)"`
	GeneralAssemblyLumpSum *decimal.Decimal `gorm:"column:GeneralAssemblyLumpSum;type:decimal(18,2)"`
	GeneralAssemblyFee     *decimal.Decimal `gorm:"column:GeneralAssemblyFee;type:decimal(18,2)"`
	// Fixed days on which cover starts, as day-month; NULL when it starts with enrolment.
	StartCycle1       *string `gorm:"column:StartCycle1;type:nvarchar(5)"`
	StartCycle2       *string `gorm:"column:StartCycle2;type:nvarchar(5)"`
	MaxNoConsultation *int    `gorm:"column:MaxNoConsultation;type:int"`
	MaxNoSurgery      *int    `gorm:"column:MaxNoSurgery;type:int"`
	MaxNoDelivery     *int    `gorm:"column:MaxNoDelivery;type:int"`
	// Spelt so in the database.
	MaxNoHospitalizaion      *int             `gorm:"column:MaxNoHospitalizaion;type:int"`
	MaxNoVisits              *int             `gorm:"column:MaxNoVisits;type:int"`
	MaxAmountConsultation    *decimal.Decimal `gorm:"column:MaxAmountConsultation;type:decimal(18,2)"`
	MaxAmountSurgery         *decimal.Decimal `gorm:"column:MaxAmountSurgery;type:decimal(18,2)"`
	MaxAmountDelivery        *decimal.Decimal `gorm:"column:MaxAmountDelivery;type:decimal(18,2)"`
	MaxAmountHospitalization *decimal.Decimal `gorm:"column:MaxAmountHospitalization;type:decimal(18,2)"`
	// Months after expiry in which a renewal follows on.
	GracePeriodRenewal *int `gorm:"column:GracePeriodRenewal;type:int"`
	MaxInstallments    *int `gorm:"column:MaxInstallments;type:int"`
	// Months in which contributions may be paid in full.
	WaitingPeriod *int `gorm:"column:WaitingPeriod;type:int"`
	// Members the lump sum covers.
	Threshold *int `gorm:"column:Threshold;type:int"`
	// Per cent off for who renews early, RenewalDiscountPeriod months before expiry.
	RenewalDiscountPerc   *int    `gorm:"column:RenewalDiscountPerc;type:int" legacy:"default:0"`
	RenewalDiscountPeriod *int    `gorm:"column:RenewalDiscountPeriod;type:int" legacy:"default:0"`
	StartCycle3           *string `gorm:"column:StartCycle3;type:nvarchar(5)"`
	StartCycle4           *string `gorm:"column:StartCycle4;type:nvarchar(5)"`
	// Months between enrolment and the first day of cover.
	AdministrationPeriod    *int             `gorm:"column:AdministrationPeriod;type:int"`
	MaxPolicyExtraMember    *decimal.Decimal `gorm:"column:MaxPolicyExtraMember;type:decimal(18,2)"`
	MaxPolicyExtraMemberIP  *decimal.Decimal `gorm:"column:MaxPolicyExtraMemberIP;type:decimal(18,2)"`
	MaxPolicyExtraMemberOP  *decimal.Decimal `gorm:"column:MaxPolicyExtraMemberOP;type:decimal(18,2)"`
	MaxCeilingPolicy        *decimal.Decimal `gorm:"column:MaxCeilingPolicy;type:decimal(18,2)"`
	MaxCeilingPolicyIP      *decimal.Decimal `gorm:"column:MaxCeilingPolicyIP;type:decimal(18,2)"`
	MaxCeilingPolicyOP      *decimal.Decimal `gorm:"column:MaxCeilingPolicyOP;type:decimal(18,2)"`
	EnrolmentDiscountPerc   *int             `gorm:"column:EnrolmentDiscountPerc;type:int"`
	EnrolmentDiscountPeriod *int             `gorm:"column:EnrolmentDiscountPeriod;type:int"`
	MaxAmountAntenatal      *decimal.Decimal `gorm:"column:MaxAmountAntenatal;type:decimal(18,2)"`
	MaxNoAntenatal          *int             `gorm:"column:MaxNoAntenatal;type:int"`
	// What counts as hospital care: H the level of the facility, I a stay over night.
	CeilingInterpretation *string `gorm:"column:CeilingInterpretation;type:char(1)" legacy:"references:tblCeilingInterpretation.CeilingIntCode"`
	// Levels and sub-levels of facilities paid by capitation: D, C, H.
	Level1    *string `gorm:"column:Level1;type:char(1)"`
	Sublevel1 *string `gorm:"column:Sublevel1;type:char(1)" legacy:"references:tblHFSublevel.HFSublevel"`
	Level2    *string `gorm:"column:Level2;type:char(1)"`
	Sublevel2 *string `gorm:"column:Sublevel2;type:char(1)" legacy:"references:tblHFSublevel.HFSublevel"`
	Level3    *string `gorm:"column:Level3;type:char(1)"`
	Sublevel3 *string `gorm:"column:Sublevel3;type:char(1)" legacy:"references:tblHFSublevel.HFSublevel"`
	Level4    *string `gorm:"column:Level4;type:char(1)"`
	Sublevel4 *string `gorm:"column:Sublevel4;type:char(1)" legacy:"references:tblHFSublevel.HFSublevel"`
	// Per cent of the contributions that is paid by capitation; the weights below are per cent and sum to 100.
	ShareContribution           *decimal.Decimal `gorm:"column:ShareContribution;type:decimal(5,2)" legacy:"default:100.00"`
	WeightPopulation            *decimal.Decimal `gorm:"column:WeightPopulation;type:decimal(5,2)" legacy:"default:0.00"`
	WeightNumberFamilies        *decimal.Decimal `gorm:"column:WeightNumberFamilies;type:decimal(5,2)" legacy:"default:0.00"`
	WeightInsuredPopulation     *decimal.Decimal `gorm:"column:WeightInsuredPopulation;type:decimal(5,2)" legacy:"default:100.00"`
	WeightNumberInsuredFamilies *decimal.Decimal `gorm:"column:WeightNumberInsuredFamilies;type:decimal(5,2)" legacy:"default:0.00"`
	WeightNumberVisits          *decimal.Decimal `gorm:"column:WeightNumberVisits;type:decimal(5,2)" legacy:"default:0.00"`
	WeightAdjustedAmount        *decimal.Decimal `gorm:"column:WeightAdjustedAmount;type:decimal(5,2)" legacy:"default:0.00"`
	Recurrence                  *int             `gorm:"column:Recurrence;type:tinyint"`
	// T treatment, I insured person, P policy.
	CeilingType *string `gorm:"column:CeilingType;type:nvarchar(1)"`
	// Not in the legacy schema: what a FHIR client wrote beyond the columns.
	JSONExt *JSON `gorm:"column:JsonExt;type:nvarchar(max)"`

	Conversion *Product `gorm:"foreignKey:ConversionProdID;references:ProdID"`
}

// TableName names the legacy table.
func (Product) TableName() string { return "tblProduct" }
