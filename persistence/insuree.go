package persistence

import "gorm.io/gorm/clause"

// Insuree is a row of tblInsuree: one insured person.
type Insuree struct {
	InsureeID   int  `gorm:"column:InsureeID;primaryKey;type:int"`
	InsureeUUID UUID `gorm:"column:InsureeUUID;type:uniqueidentifier" legacy:"default:newid()"`
	FamilyID    *int `gorm:"column:FamilyID;type:int" legacy:"references:tblFamilies.FamilyID"`
	// Insurance number; unique among live rows, which only code enforces.
	CHFID      *string `gorm:"column:CHFID;type:nvarchar(50)"`
	LastName   string  `gorm:"column:LastName;type:nvarchar(100)"`
	OtherNames string  `gorm:"column:OtherNames;type:nvarchar(100)"`
	DOB        Date    `gorm:"column:DOB;type:date"`
	// M, F, O.
	Gender *string `gorm:"column:Gender;type:char(1)" legacy:"references:tblGender.Code"`
	// M married, S single, D divorced, W widowed, N not specified.
	Marital *string `gorm:"column:Marital;type:char(1)"`
	IsHead  bool    `gorm:"column:IsHead;type:bit" legacy:"default:0"`
	// Number of the document TypeOfID names.
	Passport  *string `gorm:"column:passport;type:nvarchar(25)"`
	Phone     *string `gorm:"column:Phone;type:nvarchar(50)"`
	PhotoID   *int    `gorm:"column:PhotoID;type:int" legacy:"references:tblPhotos.PhotoID"`
	PhotoDate *Date   `gorm:"column:PhotoDate;type:date"`
	// Tells whether the membership card was handed out.
	CardIssued   bool      `gorm:"column:CardIssued;type:bit" legacy:"default:0"`
	ValidityFrom DateTime  `gorm:"column:ValidityFrom;type:datetime" legacy:"default:getdate()"`
	ValidityTo   *DateTime `gorm:"column:ValidityTo;type:datetime"`
	LegacyID     *int      `gorm:"column:LegacyID;type:int"`
	AuditUserID  int       `gorm:"column:AuditUserID;type:int"`
	// To the head of the family: 1 sibling, 2 parent, 3 uncle or aunt, 4 child, 5 grandparent, 6 employee, 7 other, 8 spouse. Others count apart in the price of a policy.
	Relationship *int    `gorm:"column:Relationship;type:smallint" legacy:"references:tblRelations.RelationId"`
	Profession   *int    `gorm:"column:Profession;type:smallint" legacy:"references:tblProfessions.ProfessionId"`
	Education    *int    `gorm:"column:Education;type:smallint" legacy:"references:tblEducations.EducationId"`
	Email        *string `gorm:"column:Email;type:nvarchar(100)"`
	IsOffline    *bool   `gorm:"column:isOffline;type:bit" legacy:"default:0"`
	// D driving licence, N national, P passport, V voter.
	TypeOfID *string `gorm:"column:TypeOfId;type:nvarchar(1)" legacy:"references:tblIdentificationTypes.IdentificationCode"`
	// Facility of first contact.
	HFID           *int    `gorm:"column:HFID;type:int" legacy:"references:tblHF.HfID"`
	CurrentAddress *string `gorm:"column:CurrentAddress;type:nvarchar(200)"`
	GeoLocation    *string `gorm:"column:GeoLocation;type:nvarchar(250)"`
	// Where the person lives, when not where the family does; 0 stands for none in old rows.
	CurrentVillage *int  `gorm:"column:CurrentVillage;type:int"`
	Vulnerability  *bool `gorm:"column:Vulnerability;type:bit" legacy:"default:0"`
	// Program the row came from, with its version in SourceVersion.
	Source        *string `gorm:"column:Source;type:nvarchar(50)"`
	SourceVersion *string `gorm:"column:SourceVersion;type:nvarchar(15)"`
	JSONExt       *JSON   `gorm:"column:JsonExt;type:nvarchar(max)"`
	// AC active, IN inactive, DE deceased.
	Status       *string `gorm:"column:status;type:nvarchar(2)"`
	StatusDate   *Date   `gorm:"column:status_date;type:date"`
	StatusReason *int    `gorm:"column:StatusReason;type:smallint" legacy:"references:tblInsureeStatusReason.StatusReasonId"`

	Family *Family         `gorm:"foreignKey:FamilyID;references:FamilyID"`
	HF     *HealthFacility `gorm:"foreignKey:HFID;references:HFID"`
	Photo  *Photo          `gorm:"foreignKey:PhotoID;references:PhotoID"`
}

// TableName names the legacy table.
func (Insuree) TableName() string { return "tblInsuree" }

// FirstServicePoint gives the key of the facility the person with the insurance number is to
// see first, as it was at the end of a day, and as it was first known before that. It is
// nil where there is none, and for nobody.
func FirstServicePoint(x *Session, number string, day Date) (*int, error) {
	end := At(day.AddDate(0, 0, 1))
	found, err := Select[Insuree](x, Query{
		Where: []clause.Expression{Text(Column("", "CHFID"), Same, number), clause.Or(IsNull(Column("", "ValidityTo")), Compare(Column("", "ValidityTo"), ">=", end))},
		Order: []Order{{Column: Column("", "ValidityFrom")}}, Past: true, Limit: 1, Few: true,
	})
	if err != nil || len(found.Rows) == 0 {
		return nil, err
	}
	return found.Rows[0].HFID, nil
}

// Photo is a row of tblPhotos: the photograph of an insured person.
type Photo struct {
	PhotoID   int     `gorm:"column:PhotoID;primaryKey;type:int"`
	PhotoUUID UUID    `gorm:"column:PhotoUUID;type:uniqueidentifier" legacy:"default:newid()"`
	InsureeID *int    `gorm:"column:InsureeID;type:int"`
	CHFID     *string `gorm:"column:CHFID;type:nvarchar(50)"`
	// Folder on the server of the old application.
	PhotoFolder   string    `gorm:"column:PhotoFolder;type:nvarchar(255)"`
	PhotoFileName *string   `gorm:"column:PhotoFileName;type:nvarchar(250)"`
	OfficerID     int       `gorm:"column:OfficerID;type:int"`
	PhotoDate     Date      `gorm:"column:PhotoDate;type:date"`
	ValidityFrom  DateTime  `gorm:"column:ValidityFrom;type:datetime" legacy:"default:getdate()"`
	ValidityTo    *DateTime `gorm:"column:ValidityTo;type:datetime"`
	AuditUserID   *int      `gorm:"column:AuditUserID;type:int" legacy:"default:0"`
	LegacyID      *int      `gorm:"column:LegacyID;type:int"`
	// The image itself in base64, where it is kept in the database.
	Photo *string `gorm:"column:photo;type:text"`
}

// TableName names the legacy table.
func (Photo) TableName() string { return "tblPhotos" }

// Gender is a row of tblGender: a gender code.
type Gender struct {
	Code        string  `gorm:"column:Code;primaryKey;autoIncrement:false;type:char(1)"`
	Gender      *string `gorm:"column:Gender;type:nvarchar(50)"`
	AltLanguage *string `gorm:"column:AltLanguage;type:nvarchar(50)"`
	SortOrder   *int    `gorm:"column:SortOrder;type:int"`
}

// TableName names the legacy table.
func (Gender) TableName() string { return "tblGender" }

// Education is a row of tblEducations: an education level.
type Education struct {
	EducationID int     `gorm:"column:EducationId;primaryKey;autoIncrement:false;type:smallint"`
	Education   string  `gorm:"column:Education;type:nvarchar(50)"`
	SortOrder   *int    `gorm:"column:SortOrder;type:int"`
	AltLanguage *string `gorm:"column:AltLanguage;type:nvarchar(50)"`
}

// TableName names the legacy table.
func (Education) TableName() string { return "tblEducations" }

// Profession is a row of tblProfessions: a profession.
type Profession struct {
	ProfessionID int     `gorm:"column:ProfessionId;primaryKey;autoIncrement:false;type:smallint"`
	Profession   string  `gorm:"column:Profession;type:nvarchar(50)"`
	SortOrder    *int    `gorm:"column:SortOrder;type:int"`
	AltLanguage  *string `gorm:"column:AltLanguage;type:nvarchar(50)"`
}

// TableName names the legacy table.
func (Profession) TableName() string { return "tblProfessions" }

// Relation is a row of tblRelations: the relationship of a member to the head of the family.
type Relation struct {
	RelationID  int     `gorm:"column:RelationId;primaryKey;autoIncrement:false;type:smallint"`
	Relation    string  `gorm:"column:Relation;type:nvarchar(50)"`
	SortOrder   *int    `gorm:"column:SortOrder;type:int"`
	AltLanguage *string `gorm:"column:AltLanguage;type:nvarchar(50)"`
}

// TableName names the legacy table.
func (Relation) TableName() string { return "tblRelations" }

// IdentificationType is a row of tblIdentificationTypes: a kind of identity document.
type IdentificationType struct {
	IdentificationCode  string  `gorm:"column:IdentificationCode;primaryKey;autoIncrement:false;type:nvarchar(1)"`
	IdentificationTypes string  `gorm:"column:IdentificationTypes;type:nvarchar(50)"`
	AltLanguage         *string `gorm:"column:AltLanguage;type:nvarchar(50)"`
	SortOrder           *int    `gorm:"column:SortOrder;type:int"`
}

// TableName names the legacy table.
func (IdentificationType) TableName() string { return "tblIdentificationTypes" }

// InsureeStatusReason is a row of tblInsureeStatusReason: why an insured person is inactive or deceased.
type InsureeStatusReason struct {
	ValidityFrom   DateTime  `gorm:"column:ValidityFrom;type:datetime2(7)"`
	ValidityTo     *DateTime `gorm:"column:ValidityTo;type:datetime2(7)"`
	LegacyID       *int      `gorm:"column:LegacyID;type:int"`
	StatusReasonID int       `gorm:"column:StatusReasonId;primaryKey;autoIncrement:false;type:smallint"`
	StatusReason   string    `gorm:"column:StatusReason;type:nvarchar(50)"`
	Code           string    `gorm:"column:Code;type:nvarchar(5)"`
	StatusType     string    `gorm:"column:status_type;type:nvarchar(2)"`
}

// TableName names the legacy table.
func (InsureeStatusReason) TableName() string { return "tblInsureeStatusReason" }

// SubmittedPhoto is a row of tblSubmittedPhotos: a photograph sent by a phone.
type SubmittedPhoto struct {
	PhotoID      int       `gorm:"column:PhotoId;primaryKey;type:int"`
	ImageName    *string   `gorm:"column:ImageName;type:nvarchar(50)"`
	CHFID        *string   `gorm:"column:CHFID;type:nvarchar(50)"`
	OfficerCode  *string   `gorm:"column:OfficerCode;type:nvarchar(8)"`
	PhotoDate    *Date     `gorm:"column:PhotoDate;type:date"`
	RegisterDate *DateTime `gorm:"column:RegisterDate;type:datetime" legacy:"default:getdate()"`
}

// TableName names the legacy table.
func (SubmittedPhoto) TableName() string { return "tblSubmittedPhotos" }
