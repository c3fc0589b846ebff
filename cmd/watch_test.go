package cmd_test

import (
	"strings"
	"testing"
	"time"

	"github.com/openimis/openimis-go/persistence"
)

// What the legacy application writes straight into the tables is told as our own writes
// are; ours is told once.
func TestSubscriptionIsToldOfForeignWrites(t *testing.T) {
	eachNotified(t, func(t *testing.T, n *notified) {
		watch := persistence.NewWatch(n.store)
		look := func() {
			t.Helper()
			if _, err := watch.Once(system()); err != nil {
				t.Fatal(err)
			}
			n.run()
		}
		look()
		n.clock.pass(time.Minute)
		n.subscribe("Admin:admin123", "Location?name=Told", `,"payload":"application/fhir+json"`)
		look()
		n.receiver.answers(200)
		place := n.village("SUB1") // is named otherwise
		if look(); len(n.receiver.heard()) != 0 {
			t.Fatalf("%+v", n.receiver.heard())
		}
		_, id, _ := strings.Cut(place, "/")
		uuid, _ := persistence.ParseUUID(id)
		if err := n.store.Tx(system(), func(x *persistence.Session) error {
			return x.DB().Exec(`UPDATE "tblLocations" SET "LocationName" = 'Told', "ValidityFrom" = ? WHERE "LocationUUID" = ?`, x.Now(), uuid).Error
		}); err != nil {
			t.Fatal(err)
		}
		n.clock.pass(time.Second)
		watch.Release(system())
		watch = persistence.NewWatch(n.store) // another process goes on
		look()
		look()
		if heard := n.receiver.heard(); len(heard) != 1 || heard[0].resource != place || !strings.Contains(heard[0].body, "Told") {
			t.Fatalf("%+v", heard)
		}
		n.receiver.answers(200)
		n.do("PUT", place, "Admin:admin123", strings.Replace(n.do("GET", place, "Admin:admin123", "", 200), `"Told"`, `"Told again"`, 1), 200)
		look()
		if look(); len(n.receiver.heard()) != 1 {
			t.Errorf("an own write is told %d times", len(n.receiver.heard()))
		}
	})
}
