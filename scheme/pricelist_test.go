package scheme

import (
	"fmt"
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

type itemList = PriceListDraft[persistence.ItemPriceList, persistence.ItemPriceListDetail]

func (w *registry) itemList(name string, wares ...int) *itemList {
	d := &itemList{List: persistence.ItemPriceList{PLItemName: name, DatePL: persistence.Day(policyToday), LocationID: &w.region.LocationID}, Details: []persistence.ItemPriceListDetail{}}
	for _, ware := range wares {
		d.Details = append(d.Details, persistence.ItemPriceListDetail{ItemID: w.items[ware].ItemID})
	}
	return d
}

func (w *registry) listRows(t *testing.T) string {
	return rowsOf(t, w.store,
		func(r *persistence.ItemPriceListDetail) string {
			if r.PriceOverule == nil {
				return fmt.Sprint(r.ItemID)
			}
			return fmt.Sprintf("%d:%s", r.ItemID, r.PriceOverule.StringFixed(0))
		},
		func(r *persistence.ItemPriceListDetail) (*persistence.DateTime, *int) {
			return r.ValidityTo, r.LegacyID
		})
}

// facility gives a facility of the district that may be stored.
func (w *registry) facility(code string) persistence.HealthFacility {
	return persistence.HealthFacility{HFCode: code, HFName: "Facility", LegalForm: "G", HFLevel: "H", HFCareType: "B", LocationID: w.district.LocationID}
}

// TestPriceListFromEntryToEnd cites the price list forms: details are put on, taken off
// and priced one by one.
func TestPriceListFromEntryToEnd(t *testing.T) {
	eachRegistry(t, func(t *testing.T, w *registry) {
		d := w.itemList("First", 0, 1)
		w.write(t, func(x *persistence.Session) error { return ItemPriceLists.Create(x, d) })
		change := &itemList{List: d.List, Remove: []int{w.items[0].ItemID}, Put: []persistence.ItemPriceListDetail{
			{ItemID: w.items[1].ItemID, PriceOverule: ptr(money("7"))}, {ItemID: w.items[2].ItemID},
		}}
		w.write(t, func(x *persistence.Session) error { return ItemPriceLists.Update(x, change) })
		if got, want := w.listRows(t), "-1, +2:7, 1 was 1, 2 was 2, +3"; got != want {
			t.Errorf("changed: %s, expected %s", got, want)
		}
		again := &itemList{List: change.List, Remove: []int{w.items[2].ItemID}}
		again.List.PLItemName = "Second"
		w.write(t, func(x *persistence.Session) error {
			return ItemPriceLists.Duplicate(x, change.List.PLItemUUID, again)
		})
		if got, want := w.listRows(t), "-1, +2:7, 1 was 1, 2 was 2, +3, +2:7"; got != want {
			t.Errorf("duplicated: %s, expected %s", got, want)
		}
		hf := w.facility("HF")
		hf.PLItemID = &change.List.PLItemID
		w.write(t, func(x *persistence.Session) error { return persistence.Insert(x, &hf) })
		remove := func(x *persistence.Session) error { return ItemPriceLists.Delete(x, &change.List) }
		wantCode(t, "a list in use", w.run(t, remove), core.Conflict, "health facilities")

		elsewhere := persistence.Location{LocationType: "R", LocationName: ptr("Elsewhere")}
		w.write(t, func(x *persistence.Session) error { return persistence.Insert(x, &elsewhere) })
		away := &itemList{List: change.List}
		away.List.LocationID = &elsewhere.LocationID
		wantFaults(t, "moved away from its facility", w.try(t, func(x *persistence.Session) error { return ItemPriceLists.Update(x, away) }), "LocationId")
		for what, place := range map[string]*int{"to the district": &w.district.LocationID, "to the nation": nil} {
			away.List = change.List
			away.List.LocationID = place
			wantFaults(t, what, w.try(t, func(x *persistence.Session) error { return ItemPriceLists.Update(x, away) }))
		}
		w.write(t, func(x *persistence.Session) error {
			if err := persistence.Delete(x, &hf); err != nil {
				return err
			}
			return remove(x)
		})
		if got, want := w.listRows(t), "-1, -2:7, 1 was 1, 2 was 2, -3, +2:7, 2:7 was 2, 3 was 5"; got != want {
			t.Errorf("deleted: %s, expected %s", got, want)
		}
		if got := eventNames(t, w.store); got != "price-list.created price-list.changed price-list.created price-list.deleted" {
			t.Errorf("events: %s", got)
		}
	})
}

func TestWhatAPriceListCannotBe(t *testing.T) {
	eachRegistry(t, func(t *testing.T, w *registry) {
		w.write(t, func(x *persistence.Session) error { return ItemPriceLists.Create(x, w.itemList("Taken", 0)) })
		for _, c := range []struct {
			name   string
			change func(d *itemList)
			want   []string
		}{
			{"good", func(*itemList) {}, nil},
			{"nothing is said", func(d *itemList) { d.List = persistence.ItemPriceList{} }, []string{"PLItemName", "DatePL"}},
			{"a name in other letters", func(d *itemList) { d.List.PLItemName = "TAKEN" }, []string{"PLItemName"}},
			{"of a ward", func(d *itemList) { d.List.LocationID = &w.ward.LocationID }, []string{"LocationId"}},
			{"an item twice", func(d *itemList) { d.Details = append(d.Details, d.Details[0]) }, []string{"item 1.ItemID"}},
			{"no such item", func(d *itemList) { d.Details[0].ItemID = 9999 }, []string{"item 0.ItemID"}},
			{"below zero", func(d *itemList) {
				d.Details[0].PriceOverule, d.Paths = ptr(money("-0.01")), Paths{"item 0": "details[0]", "PriceOverule": "price"}
			}, []string{"details[0].price"}},
			{"what is put on it", func(d *itemList) {
				d.Details, d.Put = nil, []persistence.ItemPriceListDetail{{ItemID: 9999}}
			}, []string{"item 0.ItemID"}},
		} {
			d := w.itemList("New", 0)
			c.change(d)
			wantFaults(t, c.name, w.try(t, func(x *persistence.Session) error { return ItemPriceLists.Create(x, d) }), c.want...)
		}
		services := &PriceListDraft[persistence.ServicePriceList, persistence.ServicePriceListDetail]{
			List:    persistence.ServicePriceList{PLServName: "Taken", DatePL: persistence.Day(policyToday)},
			Details: []persistence.ServicePriceListDetail{{ServiceID: w.services[0].ServiceID}, {ServiceID: 9999}},
		}
		wantFaults(t, "of services", w.try(t, func(x *persistence.Session) error { return ServicePriceLists.Create(x, services) }), "service 1.ServiceID")
	})
}

// TestPackagesHoldSingleServices cites c.3, ServPackageType.
func TestPackagesHoldSingleServices(t *testing.T) {
	eachRegistry(t, func(t *testing.T, w *registry) {
		draft := func(code string) *ServiceDraft {
			return &ServiceDraft{
				Service: persistence.Service{ServCode: code, ServName: "Package", ServType: "C", ServLevel: "S", ServCareType: "B", ServPatCat: 15, ServPackageType: ptr("P")},
				Services: []persistence.ServiceContainedPackage{
					{ServiceID: w.services[0].ServiceID, Qty: ptr(2), Price: ptr(money("40"))}, {ServiceID: w.services[1].ServiceID, Qty: ptr(1)},
				},
				Items: []persistence.ProductContainedPackage{{ItemID: w.items[0].ItemID, Qty: ptr(3)}},
			}
		}
		parts := func() string {
			var services []persistence.ServiceContainedPackage
			var items []persistence.ProductContainedPackage
			l := &loader{db: w.store.Read(t.Context()).DB()}
			find(l, &services)
			find(l, &items)
			if l.err != nil {
				t.Fatal(l.err)
			}
			text := ""
			for _, p := range services {
				text += fmt.Sprintf("%d of service %d in %d, ", number(p.Qty), p.ServiceID, p.ServiceLinked)
			}
			for _, p := range items {
				text += fmt.Sprintf("%d of item %d in %d", number(p.Qty), p.ItemID, p.ServiceID)
			}
			return text
		}
		d := draft("PACK")
		w.write(t, func(x *persistence.Session) error { return MedicalServices{}.Create(x, d) })
		if got, want := parts(), "2 of service 1 in 5, 1 of service 2 in 5, 3 of item 1 in 5"; got != want {
			t.Errorf("created: %s, expected %s", got, want)
		}
		less := &ServiceDraft{Service: d.Service, Services: draft("").Services[:1]}
		w.write(t, func(x *persistence.Session) error { return MedicalServices{}.Update(x, less) })
		if got, want := parts(), "2 of service 1 in 5, 3 of item 1 in 5"; got != want {
			t.Errorf("changed: %s, expected %s", got, want)
		}
		for _, c := range []struct {
			name   string
			change func(d *ServiceDraft)
			want   []string
		}{
			{"good", func(*ServiceDraft) {}, nil},
			{"nothing is said", func(d *ServiceDraft) { *d = ServiceDraft{} }, []string{"ServCode", "ServName", "ServType", "ServLevel", "ServCareType", "ServPatCat"}},
			{"a code that is taken", func(d *ServiceDraft) { d.Service.ServCode = "PACK" }, []string{"ServCode"}},
			{"letters of no list", func(d *ServiceDraft) { d.Service.ServCategory, d.Service.ServPackageType = ptr("Z"), ptr("Z") }, []string{"ServCategory", "ServPackageType"}},
			{"a blank category", func(d *ServiceDraft) { d.Service.ServCategory = ptr(" ") }, nil},
			{"for women of no age", func(d *ServiceDraft) { d.Service.ServPatCat = 2 }, []string{"ServPatCat"}},
			{"for more than there are", func(d *ServiceDraft) { d.Service.ServPatCat = 31 }, []string{"ServPatCat"}},
			{"a single service with parts", func(d *ServiceDraft) { d.Service.ServPackageType = ptr("S") }, []string{"ServPackageType"}},
			{"a package of packages", func(d *ServiceDraft) { d.Services[0].ServiceID = less.Service.ServiceID }, []string{"service 0.ServiceId"}},
			{"none of a part", func(d *ServiceDraft) { d.Services[1].Qty, d.Items[0].Qty = ptr(0), nil }, []string{"service 1.qty", "item 0.qty"}},
			{"parts that are not there, or twice", func(d *ServiceDraft) {
				d.Services[1].ServiceID, d.Items[0].ItemID = d.Services[0].ServiceID, 9999
			}, []string{"service 1.ServiceId", "item 0.ItemID"}},
		} {
			d := draft("NEW")
			c.change(d)
			wantFaults(t, c.name, w.try(t, func(x *persistence.Session) error { return MedicalServices{}.Create(x, d) }), c.want...)
		}
		for what, remove := range map[string]func(x *persistence.Session) error{
			"an item of a package":   func(x *persistence.Session) error { return MedicalItems{}.Delete(x, &w.items[0], "item") },
			"a service of a package": func(x *persistence.Session) error { return MedicalServices{}.Delete(x, &w.services[0], "service") },
			"a package with parts":   func(x *persistence.Session) error { return MedicalServices{}.Delete(x, &less.Service, "service") },
		} {
			wantCode(t, what, w.try(t, remove), core.Conflict, "packages still refer to it")
		}
		w.write(t, func(x *persistence.Session) error { return MedicalItems{}.Delete(x, &w.items[1], "item") })
		if got, want := eventNames(t, w.store), "service.created service.changed item.deleted"; got != want {
			t.Errorf("events: %s, expected %s", got, want)
		}
	})
}

func TestWhatAnItemCannotBe(t *testing.T) {
	eachRegistry(t, func(t *testing.T, w *registry) {
		good := persistence.Item{ItemCode: "NEW", ItemName: "Item", ItemType: "M", ItemPrice: money("1"), ItemCareType: "O", ItemPatCat: 5}
		for _, c := range []struct {
			name   string
			change func(i *persistence.Item)
			want   []string
		}{
			{"good", func(*persistence.Item) {}, nil},
			{"nothing is said", func(i *persistence.Item) { *i = persistence.Item{} }, []string{"ItemCode", "ItemName", "ItemType", "ItemCareType", "ItemPatCat"}},
			{"a code that is taken", func(i *persistence.Item) { i.ItemCode = "I0" }, []string{"ItemCode"}},
			{"more seldom than ever", func(i *persistence.Item) { i.ItemFrequency = ptr(40000) }, []string{"ItemFrequency"}},
			{"amounts below zero", func(i *persistence.Item) {
				i.ItemPrice, i.MaximumAmount, i.Quantity = money("-1"), ptr(money("-1")), ptr(money("-1"))
			}, []string{"ItemPrice", "MaximumAmount", "Quantity"}},
		} {
			row := good
			c.change(&row)
			wantFaults(t, c.name, w.try(t, func(x *persistence.Session) error { return MedicalItems{}.Create(x, &ItemDraft{Item: row}) }), c.want...)
		}
	})
}
