package persistence

// InvoiceEvent is a row of tblInvoiceEvent: something that happened to an invoice, or a
// message somebody left on it.
type InvoiceEvent struct {
	UUID            UUID      `gorm:"column:UUID;primaryKey;type:uniqueidentifier"`
	IsDeleted       bool      `gorm:"column:isDeleted;type:bit"`
	JSONExt         *JSON     `gorm:"column:Json_ext;type:nvarchar(max)"`
	DateCreated     *DateTime `gorm:"column:DateCreated;type:datetime2(7)"`
	DateUpdated     *DateTime `gorm:"column:DateUpdated;type:datetime2(7)"`
	Version         int       `gorm:"column:version;type:int"`
	UserCreatedUUID *UUID     `gorm:"column:UserCreatedUUID;type:uniqueidentifier"`
	UserUpdatedUUID *UUID     `gorm:"column:UserUpdatedUUID;type:uniqueidentifier"`
	InvoiceID       UUID      `gorm:"column:InvoiceId;type:uniqueidentifier" legacy:"references:tblInvoice.UUID"`
	// 0 message, 1 status, 2 warning, 3 payment, 4 failed payment.
	EventType int     `gorm:"column:Status;type:smallint"`
	Message   *string `gorm:"column:Message;type:nvarchar(500)"`
}

// TableName names the table.
func (InvoiceEvent) TableName() string { return "tblInvoiceEvent" }

// BillEvent is a row of tblBillEvent: something that happened to a bill, or a message
// somebody left on it.
type BillEvent struct {
	UUID            UUID      `gorm:"column:UUID;primaryKey;type:uniqueidentifier"`
	IsDeleted       bool      `gorm:"column:isDeleted;type:bit"`
	JSONExt         *JSON     `gorm:"column:Json_ext;type:nvarchar(max)"`
	DateCreated     *DateTime `gorm:"column:DateCreated;type:datetime2(7)"`
	DateUpdated     *DateTime `gorm:"column:DateUpdated;type:datetime2(7)"`
	Version         int       `gorm:"column:version;type:int"`
	UserCreatedUUID *UUID     `gorm:"column:UserCreatedUUID;type:uniqueidentifier"`
	UserUpdatedUUID *UUID     `gorm:"column:UserUpdatedUUID;type:uniqueidentifier"`
	BillID          UUID      `gorm:"column:BillId;type:uniqueidentifier" legacy:"references:tblBill.UUID"`
	// 0 message, 1 status, 2 warning, 3 payment, 4 failed payment.
	EventType int     `gorm:"column:Status;type:smallint"`
	Message   *string `gorm:"column:Message;type:nvarchar(500)"`
}

// TableName names the table.
func (BillEvent) TableName() string { return "tblBillEvent" }
