package persistence

import "github.com/shopspring/decimal"

// ItemPriceList is a row of tblPLItems: a price list of items.
type ItemPriceList struct {
	PLItemID   int    `gorm:"column:PLItemID;primaryKey;type:int"`
	PLItemUUID UUID   `gorm:"column:PLItemUUID;type:uniqueidentifier" legacy:"default:newid()"`
	PLItemName string `gorm:"column:PLItemName;type:nvarchar(100)"`
	DatePL     Date   `gorm:"column:DatePL;type:date"`
	// Region or district; NULL for the whole nation.
	LocationID   *int      `gorm:"column:LocationId;type:int" legacy:"references:tblLocations.LocationId"`
	ValidityFrom DateTime  `gorm:"column:ValidityFrom;type:datetime" legacy:"default:getdate()"`
	ValidityTo   *DateTime `gorm:"column:ValidityTo;type:datetime"`
	LegacyID     *int      `gorm:"column:LegacyID;type:int"`
	AuditUserID  int       `gorm:"column:AuditUserID;type:int"`
}

// TableName names the legacy table.
func (ItemPriceList) TableName() string { return "tblPLItems" }

// ItemPriceListDetail is a row of tblPLItemsDetail: an item on a price list.
type ItemPriceListDetail struct {
	PLItemDetailID int `gorm:"column:PLItemDetailID;primaryKey;type:int"`
	PLItemID       int `gorm:"column:PLItemID;type:int" legacy:"references:tblPLItems.PLItemID"`
	ItemID         int `gorm:"column:ItemID;type:int" legacy:"references:tblItems.ItemID"`
	// Price that replaces that of the register; NULL for none.
	PriceOverule *decimal.Decimal `gorm:"column:PriceOverule;type:decimal(18,2)"`
	ValidityFrom DateTime         `gorm:"column:ValidityFrom;type:datetime" legacy:"default:getdate()"`
	ValidityTo   *DateTime        `gorm:"column:ValidityTo;type:datetime"`
	LegacyID     *int             `gorm:"column:LegacyID;type:int"`
	AuditUserID  int              `gorm:"column:AuditUserID;type:int"`
}

// TableName names the legacy table.
func (ItemPriceListDetail) TableName() string { return "tblPLItemsDetail" }

// ServicePriceList is a row of tblPLServices: a price list of services.
type ServicePriceList struct {
	PLServiceID   int    `gorm:"column:PLServiceID;primaryKey;type:int"`
	PLServiceUUID UUID   `gorm:"column:PLServiceUUID;type:uniqueidentifier" legacy:"default:newid()"`
	PLServName    string `gorm:"column:PLServName;type:nvarchar(100)"`
	DatePL        Date   `gorm:"column:DatePL;type:date"`
	// Region or district; NULL for the whole nation.
	LocationID   *int      `gorm:"column:LocationId;type:int" legacy:"references:tblLocations.LocationId"`
	ValidityFrom DateTime  `gorm:"column:ValidityFrom;type:datetime" legacy:"default:getdate()"`
	ValidityTo   *DateTime `gorm:"column:ValidityTo;type:datetime"`
	LegacyID     *int      `gorm:"column:LegacyID;type:int"`
	AuditUserID  int       `gorm:"column:AuditUserID;type:int"`
}

// TableName names the legacy table.
func (ServicePriceList) TableName() string { return "tblPLServices" }

// ServicePriceListDetail is a row of tblPLServicesDetail: a service on a price list.
type ServicePriceListDetail struct {
	PLServiceDetailID int `gorm:"column:PLServiceDetailID;primaryKey;type:int"`
	PLServiceID       int `gorm:"column:PLServiceID;type:int" legacy:"references:tblPLServices.PLServiceID"`
	ServiceID         int `gorm:"column:ServiceID;type:int" legacy:"references:tblServices.ServiceID"`
	// Price that replaces that of the register; NULL for none.
	PriceOverule *decimal.Decimal `gorm:"column:PriceOverule;type:decimal(18,2)"`
	ValidityFrom DateTime         `gorm:"column:ValidityFrom;type:datetime" legacy:"default:getdate()"`
	ValidityTo   *DateTime        `gorm:"column:ValidityTo;type:datetime"`
	LegacyID     *int             `gorm:"column:LegacyID;type:int"`
	AuditUserID  int              `gorm:"column:AuditUserID;type:int"`
}

// TableName names the legacy table.
func (ServicePriceListDetail) TableName() string { return "tblPLServicesDetail" }
