package persistence_test

import (
	"database/sql"
	"testing"

	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

func TestSiteOfADatabaseThisProgramMade(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		ctx := persistencetest.System(t)
		site, err := s.Site(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if site.Adopted || site.Timezone != persistencetest.Zone.String() {
			t.Errorf("site = %+v, want not adopted and the zone %s", site, persistencetest.Zone)
		}
		if legacy, err := s.Legacy(ctx); legacy || err != nil {
			t.Errorf("legacy = %t, %v", legacy, err)
		}
		if _, err := s.Migrate(ctx, false); err != nil {
			t.Errorf("a second migration: %v", err)
		}
	})
}

func TestSiteOfAnAdoptedDatabase(t *testing.T) {
	legacyDatabases(t, func(t *testing.T, _ *sql.DB, dsn string) {
		s, ctx := openAt(t, dsn), persistencetest.System(t)
		if legacy, err := s.Legacy(ctx); !legacy || err != nil {
			t.Errorf("before: legacy = %t, %v", legacy, err)
		}
		if _, err := s.Migrate(ctx, false); err != nil {
			t.Fatal(err)
		}
		site, err := s.Site(ctx)
		if err != nil || !site.Adopted || site.Timezone != persistencetest.Zone.String() {
			t.Errorf("site = %+v, %v, want adopted", site, err)
		}
		if legacy, err := s.Legacy(ctx); legacy || err != nil {
			t.Errorf("after: legacy = %t, %v", legacy, err)
		}
	})
}
