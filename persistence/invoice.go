package persistence

import "github.com/shopspring/decimal"

// The tables of this file belong to the module invoice of the Django application. They
// keep no history: see marks.go.

// Invoice is a row of tblInvoice: what a family or a policy holder has to pay to the
// scheme. The currency is a code of ISO 4217.
type Invoice struct {
	Marked
	// What it is for; as the third party, by key or UUID.
	SubjectTypeID *int    `gorm:"column:SubjectType;type:int" legacy:"references:django_content_type.id"`
	SubjectID     *string `gorm:"column:SubjectId;type:nvarchar(255)"`
	// Who pays an invoice, or is paid a bill.
	ThirdpartyTypeID *int             `gorm:"column:ThirdpartyType;type:int" legacy:"references:django_content_type.id"`
	ThirdpartyID     *string          `gorm:"column:ThirdpartyId;type:nvarchar(255)"`
	Code             string           `gorm:"column:Code;type:nvarchar(255)"`
	DateInvoice      *Date            `gorm:"column:DateInvoice;type:date"`
	DateDue          *Date            `gorm:"column:DateDue;type:date"`
	DatePayed        *Date            `gorm:"column:DatePayed;type:date"`
	AmountDiscount   *decimal.Decimal `gorm:"column:AmountDiscount;type:decimal(18,2)"`
	AmountNet        decimal.Decimal  `gorm:"column:AmountNet;type:decimal(18,2)"`
	AmountTotal      decimal.Decimal  `gorm:"column:AmountTotal;type:decimal(18,2)"`
	// 0 draft, 1 validated, 2 paid, 3 cancelled, 4 deleted, 5 suspended, 6 unpaid, 7 reconciled.
	Status           int     `gorm:"column:Status;type:smallint"`
	CurrencyCode     string  `gorm:"column:CurrencyCode;type:nvarchar(255)"`
	Note             *string `gorm:"column:Note;type:nvarchar(max)"`
	Terms            *string `gorm:"column:Terms;type:nvarchar(max)"`
	PaymentReference *string `gorm:"column:PaymentReference;type:nvarchar(255)"`

	SubjectKind    *ContentType      `gorm:"foreignKey:SubjectTypeID;references:ID"`
	ThirdpartyKind *ContentType      `gorm:"foreignKey:ThirdpartyTypeID;references:ID"`
	Lines          []InvoiceLineItem `gorm:"foreignKey:InvoiceID;references:UUID"`
}

// TableName names the table.
func (Invoice) TableName() string { return "tblInvoice" }

// InvoiceLineItem is a row of tblInvoiceLineItem: one line of an invoice.
type InvoiceLineItem struct {
	Marked
	InvoiceID   UUID            `gorm:"column:InvoiceId;type:uniqueidentifier" legacy:"references:tblInvoice.UUID"`
	LineTypeID  *int            `gorm:"column:LineType;type:int" legacy:"references:django_content_type.id"`
	LineID      *string         `gorm:"column:LineId;type:nvarchar(255)"`
	Code        string          `gorm:"column:Code;type:nvarchar(255)"`
	Description *string         `gorm:"column:Description;type:nvarchar(max)"`
	Quantity    int             `gorm:"column:Quantity;type:int"`
	UnitPrice   decimal.Decimal `gorm:"column:UnitPrice;type:decimal(18,2)"`
	// Share of the price, 0.1 for a tenth.
	Discount    decimal.Decimal `gorm:"column:Discount;type:decimal(18,2)"`
	Deduction   decimal.Decimal `gorm:"column:Deduction;type:decimal(18,2)"`
	AmountTotal decimal.Decimal `gorm:"column:AmountTotal;type:decimal(18,2)"`
	AmountNet   decimal.Decimal `gorm:"column:AmountNet;type:decimal(18,2)"`

	LineKind *ContentType `gorm:"foreignKey:LineTypeID;references:ID"`
}

// TableName names the table.
func (InvoiceLineItem) TableName() string { return "tblInvoiceLineItem" }

// Bill is a row of tblBill: what the scheme has to pay to a facility or an officer.
type Bill struct {
	Marked
	// What it is for; as the third party, by key or UUID.
	SubjectTypeID *int    `gorm:"column:SubjectType;type:int" legacy:"references:django_content_type.id"`
	SubjectID     *string `gorm:"column:SubjectId;type:nvarchar(255)"`
	// Who pays an invoice, or is paid a bill.
	ThirdpartyTypeID *int             `gorm:"column:ThirdpartyType;type:int" legacy:"references:django_content_type.id"`
	ThirdpartyID     *string          `gorm:"column:ThirdpartyId;type:nvarchar(255)"`
	Code             string           `gorm:"column:Code;type:nvarchar(255)"`
	DateBill         *Date            `gorm:"column:DateBill;type:date"`
	DateDue          *Date            `gorm:"column:DateDue;type:date"`
	DatePayed        *Date            `gorm:"column:DatePayed;type:date"`
	AmountDiscount   *decimal.Decimal `gorm:"column:AmountDiscount;type:decimal(18,2)"`
	AmountNet        decimal.Decimal  `gorm:"column:AmountNet;type:decimal(18,2)"`
	AmountTotal      decimal.Decimal  `gorm:"column:AmountTotal;type:decimal(18,2)"`
	// 0 draft, 1 validated, 2 paid, 3 cancelled, 4 deleted, 5 suspended, 6 unpaid, 7 reconciled.
	Status           int     `gorm:"column:Status;type:smallint"`
	CurrencyCode     string  `gorm:"column:CurrencyCode;type:nvarchar(255)"`
	Note             *string `gorm:"column:Note;type:nvarchar(max)"`
	Terms            *string `gorm:"column:Terms;type:nvarchar(max)"`
	PaymentReference *string `gorm:"column:PaymentReference;type:nvarchar(255)"`

	SubjectKind    *ContentType `gorm:"foreignKey:SubjectTypeID;references:ID"`
	ThirdpartyKind *ContentType `gorm:"foreignKey:ThirdpartyTypeID;references:ID"`
	Lines          []BillItem   `gorm:"foreignKey:BillID;references:UUID"`
}

// TableName names the table.
func (Bill) TableName() string { return "tblBill" }

// BillItem is a row of tblBillLineItem: one line of a bill.
type BillItem struct {
	Marked
	BillID      UUID            `gorm:"column:BillId;type:uniqueidentifier" legacy:"references:tblBill.UUID"`
	LineTypeID  *int            `gorm:"column:LineType;type:int" legacy:"references:django_content_type.id"`
	LineID      *string         `gorm:"column:LineId;type:nvarchar(255)"`
	Code        string          `gorm:"column:Code;type:nvarchar(255)"`
	Description *string         `gorm:"column:Description;type:nvarchar(max)"`
	Quantity    int             `gorm:"column:Quantity;type:int"`
	UnitPrice   decimal.Decimal `gorm:"column:UnitPrice;type:decimal(18,2)"`
	// Share of the price, 0.1 for a tenth.
	Discount    decimal.Decimal `gorm:"column:Discount;type:decimal(18,2)"`
	Deduction   decimal.Decimal `gorm:"column:Deduction;type:decimal(18,2)"`
	AmountTotal decimal.Decimal `gorm:"column:AmountTotal;type:decimal(18,2)"`
	AmountNet   decimal.Decimal `gorm:"column:AmountNet;type:decimal(18,2)"`

	LineKind *ContentType `gorm:"foreignKey:LineTypeID;references:ID"`
}

// TableName names the table.
func (BillItem) TableName() string { return "tblBillLineItem" }

// PaymentInvoice is a row of tblPaymentInvoice: a payment for invoices or bills.
type PaymentInvoice struct {
	Marked
	CodeExt     *string `gorm:"column:CodeExt;type:nvarchar(255)"`
	CodeReceipt *string `gorm:"column:CodeReceipt;type:nvarchar(255)"`
	Label       *string `gorm:"column:Label;type:nvarchar(255)"`
	// 0 not reconciled, 1 reconciled, 2 refunded, 3 cancelled.
	ReconciliationStatus int              `gorm:"column:ReconciliationStatus;type:smallint"`
	Fees                 *decimal.Decimal `gorm:"column:Fees;type:decimal(18,2)"`
	AmountReceived       *decimal.Decimal `gorm:"column:AmountReceived;type:decimal(18,2)"`
	DatePayment          *Date            `gorm:"column:DatePayment;type:date"`
	PaymentOrigin        *string          `gorm:"column:PaymentOrigin;type:nvarchar(255)"`
	PayerRef             string           `gorm:"column:PayerRef;type:nvarchar(255)"`
	PayerName            *string          `gorm:"column:PayerName;type:nvarchar(255)"`

	Details []DetailPaymentInvoice `gorm:"foreignKey:PaymentID;references:UUID"`
}

// TableName names the table.
func (PaymentInvoice) TableName() string { return "tblPaymentInvoice" }

// DetailPaymentInvoice is a row of tblDetailPaymentInvoice: the invoice or bill a payment
// is for, and the part of it.
type DetailPaymentInvoice struct {
	Marked
	PaymentID UUID `gorm:"column:PaymentUUID;type:uniqueidentifier" legacy:"references:tblPaymentInvoice.UUID"`
	// What it is for; as the third party, by key or UUID.
	SubjectTypeID *int    `gorm:"column:SubjectType;type:int" legacy:"references:django_content_type.id"`
	SubjectID     *string `gorm:"column:SubjectId;type:nvarchar(255)"`
	// 0 rejected, 1 accepted, 2 refunded, 3 cancelled.
	Status            int              `gorm:"column:Status;type:smallint"`
	Fees              *decimal.Decimal `gorm:"column:Fees;type:decimal(18,2)"`
	Amount            *decimal.Decimal `gorm:"column:Amount;type:decimal(18,2)"`
	ReconcilationID   *string          `gorm:"column:ReconcilationId;type:nvarchar(255)"`
	ReconcilationDate *Date            `gorm:"column:ReconcilationDate;type:date"`

	Payment     *PaymentInvoice `gorm:"foreignKey:PaymentID;references:UUID"`
	SubjectKind *ContentType    `gorm:"foreignKey:SubjectTypeID;references:ID"`
}

// TableName names the table.
func (DetailPaymentInvoice) TableName() string { return "tblDetailPaymentInvoice" }
