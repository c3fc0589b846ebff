package persistence

// PolicyNotification is a row of tblIndicationOfPolicyNotifications: when a family was told
// what of a policy. A moment of the year 1 stands for a message that failed.
type PolicyNotification struct {
	ValidityFrom    DateTime  `gorm:"column:ValidityFrom;type:datetime2(7)"`
	ValidityTo      *DateTime `gorm:"column:ValidityTo;type:datetime2(7)"`
	PolicyID        int       `gorm:"column:PolicyID;primaryKey;autoIncrement:false;type:int" legacy:"references:tblPolicy.PolicyID"`
	Activated       *DateTime `gorm:"column:NotificationOnActivationSent;type:datetime2(7)"`
	Effective       *DateTime `gorm:"column:NotificationOnEffectiveSent;type:datetime2(7)"`
	BeforeExpiry    *DateTime `gorm:"column:NotificationBeforeExpirySent;type:datetime2(7)"`
	OnExpiration    *DateTime `gorm:"column:NotificationOnExpirationSent;type:datetime2(7)"`
	AfterExpiration *DateTime `gorm:"column:NotificationAfterExpirationSent;type:datetime2(7)"`
	Renewed         *DateTime `gorm:"column:NotificationOnRenewalSent;type:datetime2(7)"`
}

// TableName names the table.
func (PolicyNotification) TableName() string { return "tblIndicationOfPolicyNotifications" }

// PolicyNotificationDetail is a row of tblIndicationOfPolicyNotificationsDetails: what came
// of one attempt to tell a family.
type PolicyNotificationDetail struct {
	ID           int       `gorm:"column:id;primaryKey;type:int"`
	ValidityFrom DateTime  `gorm:"column:ValidityFrom;type:datetime2(7)"`
	ValidityTo   *DateTime `gorm:"column:ValidityTo;type:datetime2(7)"`
	PolicyID     int       `gorm:"column:indicationID;type:int" legacy:"references:tblIndicationOfPolicyNotifications.PolicyID"`
	Kind         string    `gorm:"column:notification_type;type:nvarchar(255)"`
	// 1 sent, 2 no permission, 3 obsolete event, 4 error, 5 not valid.
	Status  int     `gorm:"column:Status;type:smallint"`
	Details *string `gorm:"column:details;type:nvarchar(max)"`
}

// TableName names the table.
func (PolicyNotificationDetail) TableName() string {
	return "tblIndicationOfPolicyNotificationsDetails"
}
