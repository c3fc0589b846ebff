package persistence

// Location is a row of tblLocations: one node of the location tree: region, district, ward or village.
type Location struct {
	LocationID       int     `gorm:"column:LocationId;primaryKey;type:int"`
	LocationUUID     UUID    `gorm:"column:LocationUUID;type:uniqueidentifier" legacy:"default:newid()"`
	LocationCode     *string `gorm:"column:LocationCode;type:nvarchar(8)"`
	LocationName     *string `gorm:"column:LocationName;type:nvarchar(50)"`
	ParentLocationID *int    `gorm:"column:ParentLocationId;type:int"`
	// R region, D district, W ward, V village.
	LocationType     string    `gorm:"column:LocationType;type:nchar(1)"`
	ValidityFrom     *DateTime `gorm:"column:ValidityFrom;type:datetime" legacy:"default:getdate()"`
	ValidityTo       *DateTime `gorm:"column:ValidityTo;type:datetime"`
	LegacyID         *int      `gorm:"column:LegacyID;type:int"`
	AuditUserID      *int      `gorm:"column:AuditUserId;type:int"`
	MalePopulation   *int      `gorm:"column:MalePopulation;type:int"`
	FemalePopulation *int      `gorm:"column:FemalePopulation;type:int"`
	OtherPopulation  *int      `gorm:"column:OtherPopulation;type:int"`
	// Number of families; the populations are numbers of people.
	Families *int  `gorm:"column:Families;type:int"`
	JSONExt  *JSON `gorm:"column:JsonExt;type:nvarchar(max)"`

	Parent *Location `gorm:"foreignKey:ParentLocationID;references:LocationID"`
}

// TableName names the legacy table.
func (Location) TableName() string { return "tblLocations" }
