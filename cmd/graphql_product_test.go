package cmd_test

import (
	"fmt"
	"maps"
	"reflect"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/persistence"
)

// A product is entered with what it covers, shown by the form, changed, copied and deleted;
// one that policies were sold of stays.
func TestProductForm(t *testing.T) {
	const admin = "Admin:admin123"
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, unlimited)
		drug := at(asked(t, s, admin, `{ medicalItems(first: 1) { edges { node { uuid } } } }`, nil), "medicalItems", "edges", "node", "uuid")
		visit := at(asked(t, s, admin, `{ medicalServices(first: 1) { edges { node { uuid } } } }`, nil), "medicalServices", "edges", "node", "uuid")
		region := at(asked(t, s, admin, `{ locations(type: "R", first: 1) { edges { node { uuid } } } }`, nil), "locations", "edges", "node", "uuid")
		form := func() map[string]any {
			cover := func(more map[string]any) map[string]any {
				line := map[string]any{"priceOrigin": "PRICELIST", "limitationType": "CO_INSURANCE", "limitationTypeR": "CO_INSURANCE", "limitationTypeE": "FIXED_AMOUNT",
					"waitingPeriodAdult": 1, "waitingPeriodChild": 0, "limitAdult": "80", "limitChild": "100", "limitAdultR": "90", "limitChildR": "100", "limitAdultE": "5000", "limitChildE": "6000",
					"ceilingExclusionAdult": "HOSPITAL"}
				for name, value := range more {
					line[name] = value
				}
				return line
			}
			return map[string]any{
				"code": "ZP1", "name": "Border cover", "locationUuid": region, "dateFrom": "2026-01-01", "dateTo": "2030-12-31", "insurancePeriod": 12, "maxMembers": 8, "maxInstallments": 3,
				"ageMinimal": 18, "lumpSum": "10000", "premiumAdult": "4000", "premiumChild": "2000", "gracePeriodPayment": 1, "gracePeriodEnrolment": 0, "gracePeriodRenewal": 2,
				"ceilingInterpretation": "HEALTH_FACILITY_TYPE", "ceilingType": "INSUREE", "ceiling": "250000", "deductibleOp": "100",
				"items": []any{cover(map[string]any{"itemUuid": drug})}, "services": []any{cover(map[string]any{"serviceUuid": visit})},
			}
		}
		done, _ := forms(t, s, admin)
		const shown = `fragment P on ProductGQLType { uuid code name dateFrom location { uuid } lumpSum gracePeriodRenewal ceilingType ceilingInterpretation ceiling ceilingIp deductibleOp maxMembers ageMinimal ageMaximal
			items { totalCount edges { node { priceOrigin limitationType limitationTypeE limitAdult limitAdultE ceilingExclusionAdult ceilingExclusionChild item { uuid } } } }
			services(first: 1) { edges { node { waitingPeriodAdult service { uuid } } } } }
			query ($code: String) { products(code_Icontains: $code) { totalCount edges { node { ...P } } } }`
		find := func(code string) any {
			t.Helper()
			return at(asked(t, s, admin, shown, map[string]any{"code": code}), "products", "edges", "node")
		}
		done("createProduct", form())
		row := find("ZP1")
		line := at(row, "items", "edges", "node")
		for name, want := range map[string]any{"name": "Border cover", "dateFrom": "2026-01-01T00:00:00", "lumpSum": "10000.00", "gracePeriodRenewal": 2.0, "ceilingType": "INSUREE",
			"ceilingInterpretation": "HEALTH_FACILITY_TYPE", "ceiling": "250000.00", "ceilingIp": nil, "deductibleOp": "100.00", "maxMembers": 8.0, "ageMinimal": 18.0, "ageMaximal": nil} {
			if got := at(row, name); got != want {
				t.Errorf("%s is %v, want %v", name, got, want)
			}
		}
		for name, want := range map[string]any{"priceOrigin": "PRICELIST", "limitationType": "CO_INSURANCE", "limitationTypeE": "FIXED_AMOUNT", "limitAdult": "80.00", "limitAdultE": "5000.00",
			"ceilingExclusionAdult": "HOSPITAL", "ceilingExclusionChild": nil} {
			if got := at(line, name); got != want {
				t.Errorf("%s of the drug is %v, want %v", name, got, want)
			}
		}
		if at(line, "item", "uuid") != drug || at(row, "services", "edges", "node", "service", "uuid") != visit || at(row, "location", "uuid") != region {
			t.Errorf("what it covers: %v", row)
		}

		changed := form()
		delete(changed, "services")
		changed["uuid"], changed["name"], changed["ceilingType"], changed["ceilingIp"], changed["items"] = at(row, "uuid"), "Border cover plus", "POLICY", "7", []any{}
		changed["ceiling"], changed["ageMaximal"] = nil, 60
		delete(changed, "ageMinimal")
		done("updateProduct", changed)
		row = find("ZP1")
		if at(row, "name") != "Border cover plus" || at(row, "ceilingType") != "POLICY" || at(row, "ceilingIp") != "7.00" || at(row, "ceiling") != nil || at(row, "deductibleOp") != "100.00" ||
			at(row, "ageMinimal") != 18.0 || at(row, "ageMaximal") != 60.0 || at(row, "items", "totalCount") != 0.0 || at(row, "services", "edges", "node", "service", "uuid") != visit {
			t.Errorf("changed: %v", row)
		}

		twin := form()
		twin["uuid"], twin["code"] = at(row, "uuid"), "ZP2"
		done("duplicateProduct", twin)
		if at(find("ZP2"), "items", "totalCount") != 1.0 {
			t.Errorf("the copy: %v", find("ZP2"))
		}
		for name, spoilt := range map[string]map[string]any{
			"code": {"code": "ZP1"}, "items[0]": {"items": []any{map[string]any{"itemUuid": drug, "priceOrigin": "PRICELIST", "limitationType": "CO_INSURANCE", "limitAdult": "180"}}},
			"items[0].itemUuid": {"items": []any{map[string]any{"itemUuid": region}}}, "locationUuid": {"locationUuid": drug}, "conversionProductUuid": {"conversionProductUuid": drug},
			"ceilingIp":                 {"ceilingIp": "5"},
			"relativePrices[0].periods": {"relativePrices": []any{map[string]any{"careType": "BOTH", "periods": []any{"1", "2"}}}},
		} {
			bad := form()
			if name != "code" {
				bad["code"] = "ZP3"
			}
			for field, value := range spoilt {
				bad[field] = value
			}
			if status, fault := mutate(t, s, admin, "createProduct", bad); status != 1 || !strings.Contains(fault, name) {
				t.Errorf("%s: %v %s", name, status, fault)
			}
		}
		done("deleteProduct", map[string]any{"uuids": []any{at(find("ZP2"), "uuid"), at(row, "uuid")}})
		if left := find("ZP"); left != nil {
			t.Errorf("still there: %v", left)
		}
		sold := at(asked(t, s, admin, `{ products(first: 1) { edges { node { uuid code } } } }`, nil), "products", "edges", "node")
		if status, fault := mutate(t, s, admin, "deleteProduct", map[string]any{"uuids": []any{at(sold, "uuid")}}); status != 1 || !strings.Contains(fault, "policies") || !strings.Contains(fault, at(sold, "code").(string)) {
			t.Errorf("a product that was sold: %v %s", status, fault)
		}
	})
}

// The 1.4 line of the UI reads the relative prices of a product and sends them back, without
// the code.
func TestOlderProductForm(t *testing.T) {
	const admin = "Admin:admin123"
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, unlimited)
		done, refused := forms(t, s, admin)
		find := func() any {
			t.Helper()
			return at(asked(t, s, admin, `{ products(code_Icontains: "ZR1") { edges { node { uuid code name relativePrices { careType periods } } } } }`, nil), "products", "edges", "node")
		}
		form := func(prices ...any) map[string]any {
			return map[string]any{"name": "Drawn", "dateFrom": "2026-01-01", "dateTo": "2030-12-31", "insurancePeriod": 12, "maxMembers": 8, "lumpSum": "100",
				"ceilingInterpretation": "HEALTH_FACILITY_TYPE", "relativePrices": prices}
		}
		price := func(care string, percents ...any) any { return map[string]any{"careType": care, "periods": percents} }

		first := form(price("IN_PATIENT", "40", "30", 20, "10"), price("OUT_PATIENT", "100"))
		first["code"] = "ZR1"
		done("createProduct", first)
		row := find()
		if got := fmt.Sprint(at(row, "relativePrices")); got != "[map[careType:IN_PATIENT periods:[40.00 30.00 20.00 10.00]] map[careType:OUT_PATIENT periods:[100.00]]]" {
			t.Errorf("relative prices: %s", got)
		}
		again := func(more map[string]any) map[string]any {
			prices, _ := at(row, "relativePrices").([]any)
			sent := form(prices...)
			sent["uuid"] = at(row, "uuid")
			maps.Copy(sent, more)
			return sent
		}
		done("updateProduct", again(map[string]any{"name": "Drawn again", "code": nil}))
		if now := find(); at(now, "code") != "ZR1" || at(now, "name") != "Drawn again" || !reflect.DeepEqual(at(now, "relativePrices"), at(row, "relativePrices")) {
			t.Errorf("changed: %v", now)
		}
		id, _ := persistence.ParseUUID(at(row, "uuid").(string))
		product, err := persistence.One[persistence.Product](store.Read(system()), id)
		if err != nil {
			t.Fatal(err)
		}
		if product.PeriodRelPrices != nil || *product.PeriodRelPricesIP != "Q" || *product.PeriodRelPricesOP != "Y" {
			t.Errorf("the columns: %v", product)
		}
		refused(admin, "updateProduct", again(map[string]any{"code": ""}), "code")
		for path, prices := range map[string][]any{
			"relativePrices[1].careType":   {price("BOTH", "100"), price("BOTH", "25", "25", "25", "25")},
			"relativePrices[0].periods[0]": {price("BOTH", "101")},
			"relativePrices[0].periods":    {price("BOTH", "50", "50")},
		} {
			refused(admin, "updateProduct", again(map[string]any{"relativePrices": prices}), path)
		}
		done("updateProduct", again(map[string]any{"relativePrices": []any{}}))
		if now := find(); !reflect.DeepEqual(at(now, "relativePrices"), []any{}) {
			t.Errorf("no longer drawn: %v", now)
		}
	})
}
