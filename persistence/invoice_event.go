package persistence

// InvoiceEvent is a row of tblInvoiceEvent: something that happened to an invoice, or a
// message somebody left on it.
type InvoiceEvent struct {
	Marked
	InvoiceID UUID `gorm:"column:InvoiceId;type:uniqueidentifier" legacy:"references:tblInvoice.UUID"`
	// 0 message, 1 status, 2 warning, 3 payment, 4 failed payment.
	EventType int     `gorm:"column:Status;type:smallint"`
	Message   *string `gorm:"column:Message;type:nvarchar(500)"`
}

// TableName names the table.
func (InvoiceEvent) TableName() string { return "tblInvoiceEvent" }

// BillEvent is a row of tblBillEvent: something that happened to a bill, or a message
// somebody left on it.
type BillEvent struct {
	Marked
	BillID UUID `gorm:"column:BillId;type:uniqueidentifier" legacy:"references:tblBill.UUID"`
	// 0 message, 1 status, 2 warning, 3 payment, 4 failed payment.
	EventType int     `gorm:"column:Status;type:smallint"`
	Message   *string `gorm:"column:Message;type:nvarchar(500)"`
}

// TableName names the table.
func (BillEvent) TableName() string { return "tblBillEvent" }
