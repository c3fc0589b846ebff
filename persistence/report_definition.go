package persistence

import (
	"gorm.io/gorm/clause"
)

// ReportDefinition is a row of report_ReportDefinition: how a site lays a report out. The
// table belongs to the Django application, which keeps history with keys that are UUIDs.
type ReportDefinition struct {
	ID           string    `gorm:"column:id;primaryKey;autoIncrement:false;type:char(32)"`
	ValidityFrom DateTime  `gorm:"column:ValidityFrom;type:datetime2(7)"`
	ValidityTo   *DateTime `gorm:"column:ValidityTo;type:datetime2(7)"`
	LegacyID     *string   `gorm:"column:LegacyID;type:char(32)"`
	Name         string    `gorm:"column:name;type:nvarchar(255)"`
	// 0 for ReportBro, the only one there is.
	Engine int `gorm:"column:engine;type:int"`
	// What the designer wrote, JSON.
	Definition string `gorm:"column:definition;type:nvarchar(max)"`
}

// TableName names the table.
func (ReportDefinition) TableName() string { return "report_ReportDefinition" }

// ReportDefinitions gives the live definitions of the reports named, the newest of each
// first. They are the same for everybody who may ask for the report.
func ReportDefinitions(x *Session, names ...string) ([]ReportDefinition, error) {
	var rows []ReportDefinition
	tx := x.db.Where(In(Column("", "name"), names)).Where(IsNull(Column("", "ValidityTo")))
	err := tx.Order(clause.OrderByColumn{Column: Column("", "ValidityFrom"), Desc: true}).Find(&rows).Error
	return rows, err
}
