package persistence

import (
	"strings"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
)

// The layers a configuration is for.
const (
	LayerFront = "fe" // the web interface
	LayerBack  = "be" // this program
)

// ModuleConfiguration is a row of core_ModuleConfiguration: what a site sets otherwise than
// a module has it by default. The table belongs to the Django application and keeps no
// history.
type ModuleConfiguration struct {
	ID     string `gorm:"column:id;primaryKey;autoIncrement:false;type:char(32)"`
	Module string `gorm:"column:module;type:nvarchar(80)"`
	// LayerFront or LayerBack.
	Layer   string `gorm:"column:layer;type:nvarchar(2)"`
	Version string `gorm:"column:version;type:nvarchar(10)"`
	// A JSON object.
	Config string `gorm:"column:config;type:nvarchar(max)"`
	// Anybody may read it, also without signing in.
	IsExposed bool `gorm:"column:is_exposed;type:bit"`
	// It does not count before.
	IsDisabledUntil *DateTime `gorm:"column:is_disabled_until;type:datetime2(7)"`

	Controls []FieldControl `gorm:"foreignKey:ModuleID;references:ID"`
}

// TableName names the table.
func (ModuleConfiguration) TableName() string { return "core_ModuleConfiguration" }

// FieldControl is a row of core_FieldControl: how a field of a form is shown.
type FieldControl struct {
	ID       string `gorm:"column:id;primaryKey;autoIncrement:false;type:char(32)"`
	ModuleID string `gorm:"column:module_id;type:char(32)"`
	Field    string `gorm:"column:field;type:nvarchar(250)"`
	// Sum of 1 hidden, 2 read only, 4 mandatory.
	Usage *int `gorm:"column:usage;type:int"`
}

// TableName names the table.
func (FieldControl) TableName() string { return "core_FieldControl" }

// ModuleConfigurations gives all configurations with their controls, in two statements. It
// has no scope: the log-in page asks for those that are exposed.
func ModuleConfigurations(x *Session) ([]ModuleConfiguration, error) {
	var rows []ModuleConfiguration
	if err := x.db.Order(clause.OrderBy{Columns: []clause.OrderByColumn{{Column: Column("", "module")}, {Column: Column("", "layer")}, {Column: Column("", "id")}}}).Find(&rows).Error; err != nil {
		return nil, err
	}
	var controls []FieldControl
	if err := x.db.Order(clause.OrderByColumn{Column: Column("", "field")}).Find(&controls).Error; err != nil {
		return nil, err
	}
	at := map[string]int{}
	for i := range rows {
		at[plainKey(rows[i].ID)] = i
	}
	for _, control := range controls {
		if i, known := at[plainKey(control.ModuleID)]; known {
			rows[i].Controls = append(rows[i].Controls, control)
		}
	}
	return rows, nil
}

// plainKey gives a key as every database would.
func plainKey(id string) string {
	return strings.ToLower(strings.ReplaceAll(strings.TrimSpace(id), "-", ""))
}

// InForce gives the configuration that counts at the moment of the session for a module and
// layer, among all; nil for none.
func InForce(x *Session, all []ModuleConfiguration, module, layer string) *ModuleConfiguration {
	for i := range all {
		if c := &all[i]; c.Module == module && c.Layer == layer && (c.IsDisabledUntil == nil || c.IsDisabledUntil.Before(x.Now().Time)) {
			return c
		}
	}
	return nil
}

// SetModuleConfiguration puts a configuration with its controls in the place of those the
// module has in the layer. Errors: core.Unprocessable for what the columns cannot hold,
// core.Conflict for a field that another module controls.
func SetModuleConfiguration(x *Session, c *ModuleConfiguration) error {
	if _, err := RemoveModuleConfiguration(x, c.Module, c.Layer); err != nil {
		return err
	}
	c.ID = undashed(NewUUID())
	if err := Insert(x, c); err != nil {
		return err
	}
	all, err := ModuleConfigurations(x)
	if err != nil {
		return err
	}
	for i := range c.Controls {
		for j := range all {
			for _, other := range all[j].Controls {
				if other.Field == c.Controls[i].Field {
					return core.ErrorAt(core.Conflict, "control", "%s is controlled by the configuration of %s", other.Field, all[j].Module)
				}
			}
		}
		c.Controls[i].ID, c.Controls[i].ModuleID = undashed(NewUUID()), c.ID
	}
	return InsertMany(x, c.Controls)
}

// RemoveModuleConfiguration takes the configurations of a module in a layer away, with
// their controls, and tells how many there were.
func RemoveModuleConfiguration(x *Session, module, layer string) (int, error) {
	all, err := ModuleConfigurations(x)
	removed := 0
	for i := range all {
		c := &all[i]
		if err != nil || c.Module != module || c.Layer != layer {
			continue
		}
		for j := range c.Controls {
			if err := x.db.Delete(&c.Controls[j]).Error; err != nil {
				return removed, err
			}
		}
		c.Controls = nil
		if err := x.db.Delete(c).Error; err != nil {
			return removed, err
		}
		removed++
	}
	return removed, err
}
