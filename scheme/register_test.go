package scheme

import (
	"testing"

	"github.com/openimis/openimis-go/persistence"
)

// What is entered, changed and deleted in the registers is announced each time.
func TestRegistersAnnounceTheirChanges(t *testing.T) {
	eachRegistry(t, func(t *testing.T, w *registry) {
		hf := w.facility("HF")
		w.write(t, func(x *persistence.Session) error { return persistence.Insert(x, &hf) })
		payer := &PayerDraft{Payer: persistence.Payer{PayerName: "Donor", PayerType: "D"}}
		item := &ItemDraft{Item: persistence.Item{ItemCode: "NEW", ItemName: "Item", ItemType: "M", ItemPrice: money("1"), ItemCareType: "O", ItemPatCat: 5}}
		service := &ServiceDraft{Service: persistence.Service{ServCode: "NEW", ServName: "Service", ServType: "C", ServLevel: "S", ServPrice: money("1"), ServCareType: "O", ServPatCat: 5}}
		place := &LocationDraft{Location: persistence.Location{LocationType: "D", LocationCode: ptr("D9"), LocationName: ptr("Place"), ParentLocationID: &w.region.LocationID}}
		officer := &OfficerDraft{Officer: w.officer("E9")}
		admin := &ClaimAdminDraft{ClaimAdmin: persistence.ClaimAdmin{ClaimAdminCode: ptr("CA9"), LastName: ptr("Doe"), OtherNames: ptr("Jane"), HFID: &hf.HFID}}
		for _, c := range []struct {
			name                   string
			create, update, remove func(x *persistence.Session) error
		}{
			{"payer", func(x *persistence.Session) error { return Payers{}.Create(x, payer) }, func(x *persistence.Session) error { return Payers{}.Update(x, payer) },
				func(x *persistence.Session) error { return Payers{}.Delete(x, &payer.Payer) }},
			{"item", func(x *persistence.Session) error { return MedicalItems{}.Create(x, item) }, func(x *persistence.Session) error { return MedicalItems{}.Update(x, item) },
				func(x *persistence.Session) error { return MedicalItems{}.Delete(x, &item.Item, "") }},
			{"service", func(x *persistence.Session) error { return MedicalServices{}.Create(x, service) }, func(x *persistence.Session) error { return MedicalServices{}.Update(x, service) },
				func(x *persistence.Session) error { return MedicalServices{}.Delete(x, &service.Service, "") }},
			{"location", func(x *persistence.Session) error { return Locations{}.Create(x, place) }, func(x *persistence.Session) error { return Locations{}.Update(x, place) },
				func(x *persistence.Session) error { return Locations{}.Delete(x, &place.Location, nil, nil) }},
			{"officer", func(x *persistence.Session) error { return Officers{}.Create(x, officer) }, func(x *persistence.Session) error { return Officers{}.Update(x, officer) },
				func(x *persistence.Session) error { return Officers{}.Delete(x, &officer.Officer) }},
			{"claim-admin", func(x *persistence.Session) error { return ClaimAdmins{}.Create(x, admin) }, func(x *persistence.Session) error { return ClaimAdmins{}.Update(x, admin) },
				func(x *persistence.Session) error { return ClaimAdmins{}.Delete(x, &admin.ClaimAdmin) }},
		} {
			before := eventNames(t, w.store)
			for _, step := range []func(x *persistence.Session) error{c.create, c.update, c.remove} {
				if err := w.run(t, step); err != nil {
					t.Fatalf("%s: %v", c.name, err)
				}
			}
			want := c.name + ".created " + c.name + ".changed " + c.name + ".deleted"
			if before != "" {
				want = before + " " + want
			}
			if got := eventNames(t, w.store); got != want {
				t.Errorf("%s: %s", c.name, got)
			}
		}
	})
}
