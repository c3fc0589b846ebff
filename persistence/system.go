package persistence

import "github.com/shopspring/decimal"

// Control is a row of tblControls: whether a form field is mandatory, optional or hidden.
type Control struct {
	FieldName string `gorm:"column:FieldName;primaryKey;autoIncrement:false;type:nvarchar(50)"`
	// M mandatory, O optional, N hidden.
	Adjustibility string  `gorm:"column:Adjustibility;type:nvarchar(1)"`
	Usage         *string `gorm:"column:Usage;type:nvarchar(200)"`
}

// TableName names the legacy table.
func (Control) TableName() string { return "tblControls" }

// IMISDefaults is a row of tblIMISDefaults: settings of the installation.
type IMISDefaults struct {
	DefaultID                 int              `gorm:"column:DefaultID;primaryKey;type:int"`
	PolicyRenewalInterval     *int             `gorm:"column:PolicyRenewalInterval;type:int" legacy:"default:14"`
	FTPHost                   *string          `gorm:"column:FTPHost;type:nvarchar(50)"`
	FTPUser                   *string          `gorm:"column:FTPUser;type:nvarchar(50)"`
	FTPPassword               *string          `gorm:"column:FTPPassword;type:nvarchar(20)"`
	FTPPort                   *int             `gorm:"column:FTPPort;type:int" legacy:"default:21"`
	FTPEnrollmentFolder       *string          `gorm:"column:FTPEnrollmentFolder;type:nvarchar(255)"`
	AssociatedPhotoFolder     *string          `gorm:"column:AssociatedPhotoFolder;type:nvarchar(255)"`
	FTPClaimFolder            *string          `gorm:"column:FTPClaimFolder;type:nvarchar(255)"`
	FTPFeedbackFolder         *string          `gorm:"column:FTPFeedbackFolder;type:nvarchar(255)"`
	FTPPolicyRenewalFolder    *string          `gorm:"column:FTPPolicyRenewalFolder;type:nvarchar(255)"`
	FTPPhoneExtractFolder     *string          `gorm:"column:FTPPhoneExtractFolder;type:nvarchar(255)"`
	FTPOffLineExtractFolder   *string          `gorm:"column:FTPOffLineExtractFolder;type:nvarchar(255)"`
	AppVersionBackEnd         *decimal.Decimal `gorm:"column:AppVersionBackEnd;type:decimal(3,1)"`
	AppVersionEnquire         *decimal.Decimal `gorm:"column:AppVersionEnquire;type:decimal(3,1)" legacy:"default:1.0"`
	AppVersionEnroll          *decimal.Decimal `gorm:"column:AppVersionEnroll;type:decimal(3,1)" legacy:"default:1.0"`
	AppVersionRenewal         *decimal.Decimal `gorm:"column:AppVersionRenewal;type:decimal(3,1)" legacy:"default:1.0"`
	AppVersionFeedback        *decimal.Decimal `gorm:"column:AppVersionFeedback;type:decimal(3,1)" legacy:"default:1.0"`
	AppVersionClaim           *decimal.Decimal `gorm:"column:AppVersionClaim;type:decimal(3,1)" legacy:"default:1.0"`
	OffLineHF                 *int             `gorm:"column:OffLineHF;type:int" legacy:"default:0"`
	WinRarFolder              *string          `gorm:"column:WinRarFolder;type:nvarchar(255)"`
	DatabaseBackupFolder      *string          `gorm:"column:DatabaseBackupFolder;type:nvarchar(255)"`
	OfflineCHF                *int             `gorm:"column:OfflineCHF;type:int" legacy:"default:0"`
	SMSLink                   *string          `gorm:"column:SMSLink;type:nvarchar(500)"`
	SMSIP                     *string          `gorm:"column:SMSIP;type:nvarchar(15)"`
	SMSUserName               *string          `gorm:"column:SMSUserName;type:nvarchar(15)"`
	SMSPassword               *string          `gorm:"column:SMSPassword;type:nvarchar(50)"`
	SMSSource                 *string          `gorm:"column:SMSSource;type:nvarchar(15)"`
	SMSDlr                    *int             `gorm:"column:SMSDlr;type:int"`
	SMSType                   *int             `gorm:"column:SMSType;type:int"`
	AppVersionFeedbackRenewal *decimal.Decimal `gorm:"column:AppVersionFeedbackRenewal;type:decimal(3,1)"`
	AppVersionImis            *decimal.Decimal `gorm:"column:AppVersionImis;type:decimal(3,1)"`
	APIKey                    *string          `gorm:"column:APIKey;type:nvarchar(100)"`
	// What activates a policy: 1 full contribution, 2 matched payment, 3 a step of its own.
	ActivationOption  int  `gorm:"column:ActivationOption;type:tinyint" legacy:"default:2"`
	BypassReviewClaim bool `gorm:"column:BypassReviewClaim;type:bit" legacy:"default:0"`
}

// TableName names the legacy table.
func (IMISDefaults) TableName() string { return "tblIMISDefaults" }

// IMISDefaultsPhone is a row of tblIMISDefaultsPhone: settings handed to phones.
type IMISDefaultsPhone struct {
	RuleName  *string `gorm:"column:RuleName;type:nvarchar(100)"`
	RuleValue *bool   `gorm:"column:RuleValue;type:bit"`
	Usage     *string `gorm:"column:Usage;type:nvarchar(200)"`
}

// TableName names the legacy table.
func (IMISDefaultsPhone) TableName() string { return "tblIMISDefaultsPhone" }

// PhoneDefaults gives the settings handed to phones, the same for everybody.
func PhoneDefaults(x *Session) (rows []IMISDefaultsPhone, err error) {
	err = x.db.Order(orderedBy("RuleName")).Find(&rows).Error
	return rows, err
}

// EmailSettings is a row of tblEmailSettings: the account that sends e-mail.
type EmailSettings struct {
	EmailID           string  `gorm:"column:EmailId;type:nvarchar(200)"`
	EmailPassword     string  `gorm:"column:EmailPassword;type:nvarchar(200)"`
	SMTPHost          string  `gorm:"column:SMTPHost;type:nvarchar(200)"`
	Port              int     `gorm:"column:Port;type:int"`
	EnableSSL         Bit     `gorm:"column:EnableSSL;type:bit"`
	SenderDisplayName *string `gorm:"column:SenderDisplayName;type:nvarchar(255)"`
}

// TableName names the legacy table.
func (EmailSettings) TableName() string { return "tblEmailSettings" }

// FromPhone is a row of tblFromPhone: one document received from a phone.
type FromPhone struct {
	FromPhoneID int `gorm:"column:FromPhoneId;primaryKey;type:int"`
	// C claim, F feedback, R renewal, E enrolment.
	DocType string `gorm:"column:DocType;type:nvarchar(3)"`
	DocName string `gorm:"column:DocName;type:nvarchar(200)"`
	// A accepted, R refused.
	DocStatus         *string   `gorm:"column:DocStatus;type:nvarchar(3)"`
	LandedDate        DateTime  `gorm:"column:LandedDate;type:datetime" legacy:"default:getdate()"`
	OfficerCode       *string   `gorm:"column:OfficerCode;type:nvarchar(8)"`
	CHFID             *string   `gorm:"column:CHFID;type:nvarchar(50)"`
	PhotoSumittedDate *DateTime `gorm:"column:PhotoSumittedDate;type:datetime"`
	ClaimID           *int      `gorm:"column:ClaimId;type:int"`
}

// TableName names the legacy table.
func (FromPhone) TableName() string { return "tblFromPhone" }

// HealthStatus is a row of tblHealthStatus: a note on the health of an insured person.
type HealthStatus struct {
	HealthStatusID int       `gorm:"column:HealthStatusID;primaryKey;type:int"`
	InsureeID      int       `gorm:"column:InsureeID;type:int" legacy:"references:tblInsuree.InsureeID"`
	Description    *string   `gorm:"column:Description;type:nvarchar(255)"`
	ValidityFrom   *DateTime `gorm:"column:ValidityFrom;type:datetime" legacy:"default:getdate()"`
	ValidityTo     *DateTime `gorm:"column:ValidityTo;type:datetime"`
	AuditUserID    *int      `gorm:"column:AuditUserID;type:int"`
	LegacyID       *int      `gorm:"column:LegacyID;type:int"`
}

// TableName names the legacy table.
func (HealthStatus) TableName() string { return "tblHealthStatus" }
