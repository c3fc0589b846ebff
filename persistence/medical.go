package persistence

import "github.com/shopspring/decimal"

// Item is a row of tblItems: a medical item: a drug or a consumable.
type Item struct {
	ItemID   int    `gorm:"column:ItemID;primaryKey;type:int"`
	ItemUUID UUID   `gorm:"column:ItemUUID;type:uniqueidentifier" legacy:"default:newid()"`
	ItemCode string `gorm:"column:ItemCode;type:nvarchar(6)"`
	ItemName string `gorm:"column:ItemName;type:nvarchar(100)"`
	// D drug, M medical consumable.
	ItemType string `gorm:"column:ItemType;type:char(1)"`
	// Units in a package.
	Quantity    *decimal.Decimal `gorm:"column:Quantity;type:decimal(18,2)"`
	ItemPackage *string          `gorm:"column:ItemPackage;type:nvarchar(255)"`
	ItemPrice   decimal.Decimal  `gorm:"column:ItemPrice;type:decimal(18,2)"`
	// I in-patient, O out-patient, B both.
	ItemCareType string `gorm:"column:ItemCareType;type:char(1)"`
	// Days before it may be given again; 0 or NULL for no limit.
	ItemFrequency *int `gorm:"column:ItemFrequency;type:smallint"`
	// Bits of who may have it: 1 male, 2 female, 4 adult, 8 child; 15 everybody.
	ItemPatCat    int              `gorm:"column:ItemPatCat;type:tinyint"`
	ValidityFrom  DateTime         `gorm:"column:ValidityFrom;type:datetime" legacy:"default:getdate()"`
	ValidityTo    *DateTime        `gorm:"column:ValidityTo;type:datetime"`
	LegacyID      *int             `gorm:"column:LegacyID;type:int"`
	AuditUserID   int              `gorm:"column:AuditUserID;type:int"`
	MaximumAmount *decimal.Decimal `gorm:"column:MaximumAmount;type:numeric(18,2)"`
	// Not in the legacy schema: what a FHIR client wrote beyond the columns.
	JSONExt *JSON `gorm:"column:JsonExt;type:nvarchar(max)"`
}

// TableName names the legacy table.
func (Item) TableName() string { return "tblItems" }

// Service is a row of tblServices: a medical service.
type Service struct {
	ServiceID   int    `gorm:"column:ServiceID;primaryKey;type:int"`
	ServiceUUID UUID   `gorm:"column:ServiceUUID;type:uniqueidentifier" legacy:"default:newid()"`
	ServCode    string `gorm:"column:ServCode;type:nvarchar(6)"`
	ServName    string `gorm:"column:ServName;type:nvarchar(100)"`
	// P preventive, C curative.
	ServType string `gorm:"column:ServType;type:char(1)"`
	// S simple service, V visit, D day of stay, H hospital case.
	ServLevel string          `gorm:"column:ServLevel;type:char(1)"`
	ServPrice decimal.Decimal `gorm:"column:ServPrice;type:decimal(18,2)"`
	// I in-patient, O out-patient, B both.
	ServCareType string `gorm:"column:ServCareType;type:char(1)"`
	// Days before it may be given again; 0 or NULL for no limit.
	ServFrequency *int `gorm:"column:ServFrequency;type:smallint"`
	// Bits of who may have it: 1 male, 2 female, 4 adult, 8 child; 15 everybody.
	ServPatCat   int       `gorm:"column:ServPatCat;type:tinyint"`
	ValidityFrom *DateTime `gorm:"column:ValidityFrom;type:datetime" legacy:"default:getdate()"`
	ValidityTo   *DateTime `gorm:"column:ValidityTo;type:datetime"`
	LegacyID     *int      `gorm:"column:LegacyID;type:int"`
	AuditUserID  *int      `gorm:"column:AuditUserID;type:int"`
	// S surgery, D delivery, A antenatal, H hospitalisation, C consultation, O other, V visit; NULL, empty and blank for none.
	ServCategory *string `gorm:"column:ServCategory;type:char(1)"`
	// S single, P package priced from its parts, F package of fixed price.
	ServPackageType *string          `gorm:"column:ServPackageType;type:nvarchar(1)"`
	ManualPrice     *bool            `gorm:"column:manualPrice;type:bit"`
	MaximumAmount   *decimal.Decimal `gorm:"column:MaximumAmount;type:numeric(18,2)"`
	// Not in the legacy schema: what a FHIR client wrote beyond the columns.
	JSONExt *JSON `gorm:"column:JsonExt;type:nvarchar(max)"`
}

// TableName names the legacy table.
func (Service) TableName() string { return "tblServices" }

// Diagnosis is a row of tblICDCodes: a diagnosis.
type Diagnosis struct {
	ICDID        int       `gorm:"column:ICDID;primaryKey;type:int"`
	ICDCode      string    `gorm:"column:ICDCode;type:nvarchar(6)"`
	ICDName      string    `gorm:"column:ICDName;type:nvarchar(255)"`
	ValidityFrom DateTime  `gorm:"column:ValidityFrom;type:datetime" legacy:"default:getdate()"`
	ValidityTo   *DateTime `gorm:"column:ValidityTo;type:datetime"`
	LegacyID     *int      `gorm:"column:LegacyID;type:int"`
	AuditUserID  int       `gorm:"column:AuditUserID;type:int"`
}

// TableName names the legacy table.
func (Diagnosis) TableName() string { return "tblICDCodes" }

// ServiceContainedPackage is a row of tblServiceContainedPackage: a service inside a package service.
type ServiceContainedPackage struct {
	IdSCP         int              `gorm:"column:idSCP;primaryKey;type:int"`
	ServiceID     int              `gorm:"column:ServiceId;type:int" legacy:"references:tblServices.ServiceID"`
	ServiceLinked int              `gorm:"column:ServiceLinked;type:int" legacy:"references:tblServices.ServiceID"`
	Qty           *int             `gorm:"column:qty;type:int"`
	CreatedDate   *DateTime        `gorm:"column:created_date;type:datetime2(7)"`
	Price         *decimal.Decimal `gorm:"column:price;type:numeric(18,2)"`
	Status        bool             `gorm:"column:status;type:bit"`
}

// TableName names the legacy table.
func (ServiceContainedPackage) TableName() string { return "tblServiceContainedPackage" }

// ProductContainedPackage is a row of tblProductContainedPackage: an item inside a package service.
type ProductContainedPackage struct {
	IdPCP       int              `gorm:"column:idPCP;primaryKey;type:int"`
	ItemID      int              `gorm:"column:ItemID;type:int" legacy:"references:tblItems.ItemID"`
	ServiceID   int              `gorm:"column:ServiceID;type:int" legacy:"references:tblServices.ServiceID"`
	Qty         *int             `gorm:"column:qty;type:int"`
	CreatedDate *DateTime        `gorm:"column:created_date;type:datetime2(7)"`
	Price       *decimal.Decimal `gorm:"column:price;type:numeric(18,2)"`
	Status      bool             `gorm:"column:status;type:bit"`
}

// TableName names the legacy table.
func (ProductContainedPackage) TableName() string { return "tblProductContainedPackage" }
