package persistence

// Feedback is a row of tblFeedback: what a patient says of the care a claim is for.
type Feedback struct {
	FeedbackID     int   `gorm:"column:FeedbackID;primaryKey;type:int"`
	FeedbackUUID   UUID  `gorm:"column:FeedbackUUID;type:uniqueidentifier" legacy:"default:newid()"`
	ClaimID        *int  `gorm:"column:ClaimID;type:int" legacy:"references:tblClaim.ClaimID"`
	CareRendered   *bool `gorm:"column:CareRendered;type:bit" legacy:"default:0"`
	PaymentAsked   *bool `gorm:"column:PaymentAsked;type:bit" legacy:"default:0"`
	DrugPrescribed *bool `gorm:"column:DrugPrescribed;type:bit" legacy:"default:0"`
	DrugReceived   *bool `gorm:"column:DrugReceived;type:bit" legacy:"default:0"`
	// Mark from 0 to 5.
	Asessment *int `gorm:"column:Asessment;type:tinyint"`
	// OfficerID of the officer who asked, whatever the name says.
	CHFOfficerCode *int      `gorm:"column:CHFOfficerCode;type:int"`
	FeedbackDate   *DateTime `gorm:"column:FeedbackDate;type:datetime"`
	ValidityFrom   DateTime  `gorm:"column:ValidityFrom;type:datetime" legacy:"default:getdate()"`
	ValidityTo     *DateTime `gorm:"column:ValidityTo;type:datetime"`
	LegacyID       *int      `gorm:"column:LegacyID;type:int"`
	AuditUserID    int       `gorm:"column:AuditUserID;type:int"`

	Claim *Claim `gorm:"foreignKey:ClaimID;references:ClaimID"`
}

// TableName names the legacy table.
func (Feedback) TableName() string { return "tblFeedback" }

// FeedbackPrompt is a row of tblFeedbackPrompt: the message that asks an officer to collect feedback.
type FeedbackPrompt struct {
	FeedbackPromptID   int     `gorm:"column:FeedbackPromptID;primaryKey;type:int"`
	FeedbackPromptDate Date    `gorm:"column:FeedbackPromptDate;type:date"`
	ClaimID            *int    `gorm:"column:ClaimID;type:int"`
	OfficerID          *int    `gorm:"column:OfficerID;type:int"`
	PhoneNumber        *string `gorm:"column:PhoneNumber;type:nvarchar(50)"`
	// 0 made or delivered, 1 failed.
	SMSStatus    *int      `gorm:"column:SMSStatus;type:tinyint" legacy:"default:0"`
	ValidityFrom *DateTime `gorm:"column:ValidityFrom;type:datetime"`
	ValidityTo   *DateTime `gorm:"column:ValidityTo;type:datetime"`
	LegacyID     *int      `gorm:"column:LegacyID;type:int"`
	AuditUserID  *int      `gorm:"column:AuditUserID;type:int"`
}

// TableName names the legacy table.
func (FeedbackPrompt) TableName() string { return "tblFeedbackPrompt" }
