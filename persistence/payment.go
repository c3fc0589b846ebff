package persistence

import "github.com/shopspring/decimal"

// Payment is a row of tblPayment: an electronic payment.
type Payment struct {
	PaymentID        int64            `gorm:"column:PaymentID;primaryKey;type:bigint"`
	PaymentUUID      UUID             `gorm:"column:PaymentUUID;type:uniqueidentifier" legacy:"default:newid()"`
	ExpectedAmount   *decimal.Decimal `gorm:"column:ExpectedAmount;type:decimal(18,2)"`
	ReceivedAmount   *decimal.Decimal `gorm:"column:ReceivedAmount;type:decimal(18,2)"`
	OfficerCode      *string          `gorm:"column:OfficerCode;type:nvarchar(50)"`
	PhoneNumber      *string          `gorm:"column:PhoneNumber;type:nvarchar(50)"`
	PayerPhoneNumber *string          `gorm:"column:PayerPhoneNumber;type:nvarchar(50)"`
	RequestDate      *DateTime        `gorm:"column:RequestDate;type:datetime"`
	ReceivedDate     *DateTime        `gorm:"column:ReceivedDate;type:datetime"`
	// -5 reconciliation failed, -4 receiving failed, -3 control number or payment refused, -2 request failed, -1 intent refused, 0 intent kept, 1 control number asked for, 2 request acknowledged, 3 control number received, 4 payment received, 5 matched with policies.
	PaymentStatus      *int             `gorm:"column:PaymentStatus;type:int"`
	LegacyID           *int64           `gorm:"column:LegacyID;type:bigint"`
	ValidityFrom       *DateTime        `gorm:"column:ValidityFrom;type:datetime"`
	ValidityTo         *DateTime        `gorm:"column:ValidityTo;type:datetime"`
	AuditedUserID      *int             `gorm:"column:AuditedUSerID;type:int"`
	TransactionNo      *string          `gorm:"column:TransactionNo;type:nvarchar(50)"`
	PaymentOrigin      *string          `gorm:"column:PaymentOrigin;type:nvarchar(50)"`
	MatchedDate        *DateTime        `gorm:"column:MatchedDate;type:datetime"`
	ReceiptNo          *string          `gorm:"column:ReceiptNo;type:nvarchar(100)"`
	PaymentDate        *DateTime        `gorm:"column:PaymentDate;type:datetime"`
	RejectedReason     *string          `gorm:"column:RejectedReason;type:nvarchar(255)"`
	DateLastSMS        *DateTime        `gorm:"column:DateLastSMS;type:datetime"`
	LanguageName       *string          `gorm:"column:LanguageName;type:nvarchar(10)"`
	TypeOfPayment      *string          `gorm:"column:TypeOfPayment;type:nvarchar(50)"`
	TransferFee        *decimal.Decimal `gorm:"column:TransferFee;type:decimal(18,2)"`
	SmsRequired        *Bit             `gorm:"column:SmsRequired;type:bit"`
	SpReconcReqID      *string          `gorm:"column:SpReconcReqId;type:nvarchar(30)"`
	ReconciliationDate *DateTime        `gorm:"column:ReconciliationDate;type:datetime"`
}

// TableName names the legacy table.
func (Payment) TableName() string { return "tblPayment" }

// PaymentDetail is a row of tblPaymentDetails: what one electronic payment pays for.
type PaymentDetail struct {
	PaymentDetailsID int64            `gorm:"column:PaymentDetailsID;primaryKey;type:bigint"`
	PaymentID        int64            `gorm:"column:PaymentID;type:bigint" legacy:"references:tblPayment.PaymentID"`
	ProductCode      *string          `gorm:"column:ProductCode;type:nvarchar(8)"`
	InsuranceNumber  *string          `gorm:"column:InsuranceNumber;type:nvarchar(12)"`
	PolicyStage      *string          `gorm:"column:PolicyStage;type:nvarchar(1)"`
	Amount           *decimal.Decimal `gorm:"column:Amount;type:decimal(18,2)"`
	LegacyID         *int64           `gorm:"column:LegacyID;type:bigint"`
	ValidityFrom     *DateTime        `gorm:"column:ValidityFrom;type:datetime"`
	ValidityTo       *DateTime        `gorm:"column:ValidityTo;type:datetime"`
	PremiumID        *int             `gorm:"column:PremiumID;type:int"`
	AuditedUserID    *int             `gorm:"column:AuditedUserId;type:int"`
	EnrollmentDate   *Date            `gorm:"column:enrollmentDate;type:date"`
	ExpectedAmount   *decimal.Decimal `gorm:"column:ExpectedAmount;type:decimal(18,2)"`
}

// TableName names the legacy table.
func (PaymentDetail) TableName() string { return "tblPaymentDetails" }

// ControlNumber is a row of tblControlNumber: the number a payment is made under.
type ControlNumber struct {
	ControlNumberID int64     `gorm:"column:ControlNumberID;primaryKey;type:bigint"`
	RequestedDate   *DateTime `gorm:"column:RequestedDate;type:datetime"`
	ReceivedDate    *DateTime `gorm:"column:ReceivedDate;type:datetime"`
	RequestOrigin   *string   `gorm:"column:RequestOrigin;type:nvarchar(50)"`
	ResponseOrigin  *string   `gorm:"column:ResponseOrigin;type:nvarchar(50)"`
	Status          *int      `gorm:"column:Status;type:int"`
	LegacyID        *int64    `gorm:"column:LegacyID;type:bigint"`
	ValidityFrom    *DateTime `gorm:"column:ValidityFrom;type:datetime"`
	ValidityTo      *DateTime `gorm:"column:ValidityTo;type:datetime"`
	AuditedUserID   *int      `gorm:"column:AuditedUserID;type:int"`
	PaymentID       *int64    `gorm:"column:PaymentID;type:bigint" legacy:"references:tblPayment.PaymentID"`
	ControlNumber   *string   `gorm:"column:ControlNumber;type:nvarchar(50)"`
	IssuedDate      *DateTime `gorm:"column:IssuedDate;type:datetime"`
	Comment         *string   `gorm:"column:Comment;type:nvarchar(max)"`
}

// TableName names the legacy table.
func (ControlNumber) TableName() string { return "tblControlNumber" }
