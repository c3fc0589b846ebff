package persistence

import (
	"context"

	"github.com/openimis/openimis-go/core"
)

// Setting is a row of openimis_site: something settled once for a database.
type Setting struct {
	Name  string `gorm:"column:name;primaryKey;autoIncrement:false"`
	Value string `gorm:"column:value"`
}

// TableName names the table.
func (Setting) TableName() string { return siteTable }

const siteTable = "openimis_site"

// Names of settings.
const (
	settingAdopted  = "adopted"  // yes, or no for a database this program made
	settingTimezone = "timezone" // IANA name of the zone of the wall clock in the rows
	settingSpelling = "spelling" // version the words of the rows are written in
)

// Site is what is settled for a database. The zero Site is one nothing is known of.
type Site struct {
	Adopted  bool   // legacy data was there before this program
	Timezone string // IANA name of the zone its rows are written in
}

// Site gives what was settled when the database was made or adopted.
func (s *Store) Site(ctx context.Context) (Site, error) {
	var rows []Setting
	if err := s.reader.WithContext(ctx).Find(&rows).Error; err != nil {
		return Site{}, err
	}
	var site Site
	for _, row := range rows {
		switch row.Name {
		case settingAdopted:
			site.Adopted = row.Value == "yes"
		case settingTimezone:
			site.Timezone = row.Value
		}
	}
	return site, nil
}

// Legacy tells whether the database holds legacy tables that were not adopted yet. Its
// wall clock is then somebody else's, and the zone has to be told.
func (s *Store) Legacy(ctx context.Context) (bool, error) {
	picture, err := s.picture(ctx)
	if err != nil {
		return false, err
	}
	return picture.legacy() && !picture.has(versionTable), nil
}

// settleSite writes down what the first migration of a database settles.
func (s *Store) settleSite(ctx context.Context, before *picture) error {
	if before.has(siteTable) {
		return nil
	}
	adopted := "no"
	if before.legacy() {
		adopted = "yes"
	}
	rows := []Setting{{settingAdopted, adopted}, {settingTimezone, s.Timezone().String()}}
	if err := s.writer.WithContext(ctx).Create(&rows).Error; err != nil {
		return core.Wrap(core.Unavailable, err, "the settings of the database were not written")
	}
	return nil
}
