package resources

import (
	"os"
	"testing"

	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
	"github.com/openimis/openimis-go/persistence/tables"
)

// TestDemoClaimsToTheEnd reads the claims of the legacy demonstration data, and what
// became of them, on both bases.
func TestDemoClaimsToTheEnd(t *testing.T) {
	if _, err := os.Stat(referenceDemo); err != nil && os.Getenv("CI") == "" {
		t.Skip("absent: " + referenceDemo)
	}
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		ctx := persistencetest.System(t)
		if _, err := tables.Import(ctx, s, tables.ImportOptions{Dir: referenceDemo}); err != nil {
			t.Fatal(err)
		}
		var live int64
		if err := s.Read(ctx).DB().Model(&persistence.Claim{}).Where(persistence.IsNull(persistence.Column("", "ValidityTo"))).Count(&live).Error; err != nil {
			t.Fatal(err)
		}
		strict := &Environment{Store: s, Clock: schemeDay, Currency: "EUR"}
		habitual := &Environment{Store: s, Clock: schemeDay, Currency: "$", Compatible: true}
		t.Run("Claim", func(t *testing.T) { toTheEnd(t, Claim(strict), int(live), false) })
		t.Run("ClaimResponse", func(t *testing.T) { toTheEnd(t, ClaimResponse(strict), int(live), false) })
		t.Run("Claim, compatible", func(t *testing.T) { toTheEnd(t, Claim(habitual), int(live), true) })
		t.Run("ClaimResponse, compatible", func(t *testing.T) { toTheEnd(t, ClaimResponse(habitual), int(live), true) })
	}, persistencetest.WithClock(schemeDay))
}
