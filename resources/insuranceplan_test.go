package resources_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/resources"
)

// costing writes a cost of a plan.
func costing(code, rest string) string {
	return fmt.Sprintf(`{"type":{"coding":[{"system":"%sCodeSystem/insurance-plan-general-cost-type","code":%q}]},%s}`, guide, code, rest)
}

func limited(code string, n int, unit string) string {
	return fmt.Sprintf(`{"value":{"value":%d,"unit":%q},"code":{"coding":[{"system":"%sCodeSystem/insurance-plan-coverage-benefit-limit","code":%q}]}}`, n, unit, guide, code)
}

// lasting writes a period of a product: with the id that says which, or "" for none.
func lasting(id string, months int) string {
	named := ""
	if id != "" {
		named = fmt.Sprintf(`"id":%q,`, id)
	}
	return fmt.Sprintf(`{%s"url":"%sStructureDefinition/insurance-plan-period","valueQuantity":{"value":%d,"unit":"months"}}`, named, guide, months)
}

func discounted(id string, percentage string, months int) string {
	named := ""
	if id != "" {
		named = fmt.Sprintf(`"id":%q,`, id)
	}
	return fmt.Sprintf(`{%s"url":"%sStructureDefinition/insurance-plan-discount","extension":[{"url":"Percentage","valueDecimal":%s},{"url":"Period","valueQuantity":{"value":%d,"unit":"months"}}]}`,
		named, guide, percentage, months)
}

func cycle(day string) string {
	return extension("insurance-plan-start-cycle", fmt.Sprintf(`"valueString":%q`, day))
}

var medical = `{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/insurance-plan-type","code":"medical","display":"Medical"}]}`

// benefits writes the coverage of a plan with its limits.
func benefits(limits ...string) string {
	return `,"coverage":[{"type":` + medical + `,"benefit":[{"type":` + medical + `,"limit":[` + strings.Join(limits, ",") + `]}]}]`
}

// aPlan writes an InsurancePlan that fills every column FHIR can say, sold at a place.
func aPlan(code string, place persistence.UUID, more ...string) string {
	money := func(text string) string { return fmt.Sprintf(`"cost":{"value":%s,"currency":"XTS"}`, text) }
	return `{"resourceType":"InsurancePlan","status":"active","name":"Village Cover","type":[` + medical + `],"period":{"start":"2026-01-01","end":"2028-12-31"}` +
		identifiedBy(code) + fmt.Sprintf(`,"coverageArea":[{"reference":"Location/%s"}]`, place) +
		benefits(limited("period", 6, "month"), limited("memberCount", 8, "member")) +
		`,"plan":[{"generalCost":[` + strings.Join([]string{
		costing("lumpsum", `"groupSize":5,`+money("1000.00")), costing("premiumAdult", money("100.00")), costing("premiumChild", money("50.50")),
		costing("registrationLumpsum", money("1.00")), costing("registrationFee", money("2.00")),
		costing("generalAssemblyLumpSum", money("3.00")), costing("generalAssemblyFee", money("4.00")),
	}, ",") + `]}]` +
		extended(append([]string{
			extension("insurance-plan-max-installments", `"valueUnsignedInt":3`), cycle("01-03"), cycle("01-06"), cycle("15-09"), cycle("31-12"),
			lasting("gracePeriodEnrolment", 4), lasting("administrationPeriod", 1), lasting("gracePeriodRenewal", 3), lasting("gracePeriodPayment", 2),
			discounted("enrolmentDiscount", "20", 6), discounted("renewalDiscount", "10", 5),
		}, more...)...) + `}`
}

func converting(reference string) string {
	return extension("insurance-plan-conversion", fmt.Sprintf(`"valueReference":{"reference":%q}`, reference))
}

func (w *world) productOf(t *testing.T, id string) *persistence.Product {
	t.Helper()
	row, err := persistence.One[persistence.Product](w.Store.Read(w.system(t)), persistence.UUID(id))
	if err != nil {
		t.Fatal(err)
	}
	return row
}

// sums writes numbers of a row that may be missing.
func sums(row *persistence.Product) string {
	n := func(p *int) string {
		if p == nil {
			return "-"
		}
		return fmt.Sprint(*p)
	}
	return fmt.Sprintln("months", row.InsurancePeriod, "members", row.MemberCount, "lump", row.LumpSum, "for", n(row.Threshold),
		"adult", row.PremiumAdult, "child", row.PremiumChild, "registration", row.RegistrationLumpSum, row.RegistrationFee, "assembly", row.GeneralAssemblyLumpSum, row.GeneralAssemblyFee,
		"installments", n(row.MaxInstallments), "cycles", text(row.StartCycle1), text(row.StartCycle2), text(row.StartCycle3), text(row.StartCycle4),
		"periods", n(row.AdministrationPeriod), n(row.WaitingPeriod), n(row.GracePeriodRenewal), row.GracePeriod,
		"discounts", n(row.RenewalDiscountPerc), n(row.RenewalDiscountPeriod), n(row.EnrolmentDiscountPerc), n(row.EnrolmentDiscountPeriod))
}

func TestProductIsWritten(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.seed(t, func(x *persistence.Session) {
			insert(t, x, &persistence.CeilingInterpretation{CeilingIntCode: "I", CeilingIntDesc: "In-patient"})
		})
		plans := resources.InsurancePlan(w.Environment)
		district := &w.sides[0].district
		entry, err := plans.(rest.Creator).Create(w.as(t, 0), decode(t, aPlan("VC1", district.LocationUUID)))
		if err != nil {
			t.Fatal(err)
		}
		row := w.productOf(t, entry.ID)
		want := "months 6 members 8 lump 1000 for 5 adult 100 child 50.5 registration 1 2 assembly 3 4 installments 3 cycles 01-03 01-06 15-09 31-12 periods 1 2 3 4 discounts 10 5 20 6\n"
		if diff := cmp.Diff(want, sums(row)); diff != "" {
			t.Error(diff)
		}
		if row.ProductCode != "VC1" || row.ProductName != "Village Cover" || row.LocationID == nil || *row.LocationID != district.LocationID ||
			row.DateFrom.Date().String() != "2026-01-01" || row.DateTo.Date().String() != "2028-12-31" {
			t.Errorf("row %+v", row)
		}
		if text(row.CeilingInterpretation) != "I" || fmt.Sprint(row.ShareContribution, row.WeightInsuredPopulation, row.WeightPopulation, row.WeightAdjustedAmount) != "100 100 0 0" {
			t.Errorf("what FHIR cannot say of a new product: %+v", row)
		}
		w.seed(t, func(x *persistence.Session) { // what FHIR cannot say is left alone by an update
			row.MaxNoVisits, row.CeilingInterpretation = ptr(7), nil
			if err := persistence.Update(x, row); err != nil {
				t.Fatal(err)
			}
		})
		short := `{"resourceType":"InsurancePlan","name":"Less","period":{"start":"2026-01-01","end":"2026-01-01"}` + identifiedBy("VC1") + benefits(limited("period", 12, "mo")) + `}`
		if _, err := plans.(rest.Updater).Update(w.as(t, 0), entry.ID, decode(t, short), rest.Match(entry.VersionID)); core.CodeOf(err) != core.PreconditionFailed {
			t.Errorf("an older version was replaced: %v", err)
		}
		changed, err := plans.(rest.Updater).Update(w.as(t, 0), entry.ID, decode(t, short), "")
		if err != nil {
			t.Fatal(err)
		}
		row = w.productOf(t, entry.ID)
		want = "months 12 members 9999 lump 0 for - adult <nil> child <nil> registration <nil> <nil> assembly <nil> <nil> installments - cycles     periods - - - 0 discounts - - - -\n"
		if diff := cmp.Diff(want, sums(row)); diff != "" {
			t.Error(diff)
		}
		if row.LocationID != nil || row.MaxNoVisits == nil || row.CeilingInterpretation != nil || row.ShareContribution == nil {
			t.Errorf("changed row %+v", row)
		}
		if shown := show(t, changed); shown["status"] != "retired" || shown["coverageArea"] != nil || shown["extension"] != nil {
			t.Errorf("shown %s", encode(t, shown))
		}
		if err := plans.(rest.Deleter).Delete(w.as(t, 0), entry.ID, ""); err != nil {
			t.Fatal(err)
		}
		if _, err := plans.(rest.Reader).Read(w.as(t, 0), entry.ID); core.CodeOf(err) != core.Gone {
			t.Errorf("deleted: %v", err)
		}
	})
}

// Periods and discounts are what their ids say. Without ids they are kept as sent but are
// nothing to the columns, except on the compatible base, whose clients go by their order.
func TestPeriodsOfAProductAreToldApart(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		habitual := *w.Environment
		habitual.Compatible, habitual.Currency = true, "$"
		nameless := `{"resourceType":"InsurancePlan","name":"Less","period":{"start":"2026-01-01","end":"2027-01-01"}%s` + benefits(limited("period", 12, "month")) +
			extended(lasting("", 1), lasting("", 2), lasting("", 3), discounted("", "10", 5), discounted("", "20", 6),
				`{"url":"`+guide+`StructureDefinition/insurance-plan-start_cycle","valueString":"01-04"}`) + `}`
		for _, c := range []struct {
			name        string
			environment *resources.Environment
			want        string
		}{
			{"strict", w.Environment, "cycles 01-04    periods - - - 0 discounts - - - -"},
			{"compatible", &habitual, "cycles 01-04    periods 1 - 3 2 discounts 10 5 20 6"},
		} {
			plans := resources.InsurancePlan(c.environment)
			entry, err := plans.(rest.Creator).Create(w.system(t), decode(t, fmt.Sprintf(nameless, identifiedBy(c.name[:6]))))
			if err != nil {
				t.Fatal(err)
			}
			if got := sums(w.productOf(t, entry.ID)); !strings.Contains(got, c.want) {
				t.Errorf("%s: %s", c.name, got)
			}
			shown := fmt.Sprint(show(t, entry)["extension"])
			for n := 1; n <= 3; n++ {
				if !strings.Contains(shown, fmt.Sprintf("valueQuantity:map[unit:months value:%d]", n)) {
					t.Errorf("%s: the period of %d is lost in %s", c.name, n, shown)
				}
			}
		}
		// What the compatible base shows can be sent back: nothing moves, and what it does not
		// show stays.
		strict, compatible := resources.InsurancePlan(w.Environment), resources.InsurancePlan(&habitual)
		entry, err := strict.(rest.Creator).Create(w.system(t), decode(t, aPlan("SAME", w.region.LocationUUID)))
		if err != nil {
			t.Fatal(err)
		}
		before := sums(w.productOf(t, entry.ID))
		if entry, err = compatible.(rest.Reader).Read(w.system(t), "SAME"); err != nil {
			t.Fatal(err)
		}
		if entry, err = compatible.(rest.Updater).Update(w.system(t), "SAME", decode(t, strings.ReplaceAll(encode(t, show(t, entry)), `"$"`, `"USD"`)), ""); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before, sums(w.productOf(t, entry.ID))); diff != "" {
			t.Error(diff)
		}
	})
}

func TestProductsAreRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		plans := resources.InsurancePlan(w.Environment)
		ids := map[string]string{}
		for _, c := range []struct{ code, next string }{{"LAST", ""}, {"MIDDLE", "LAST"}, {"FIRST", "MIDDLE"}} {
			body := aPlan(c.code, w.region.LocationUUID)
			if c.next != "" {
				body = aPlan(c.code, w.region.LocationUUID, converting("InsurancePlan/"+ids[c.next]))
			}
			entry, err := plans.(rest.Creator).Create(w.as(t, 0), decode(t, body))
			if err != nil {
				t.Fatal(err)
			}
			ids[c.code] = entry.ID
		}
		plan := aPlan("NEW", w.region.LocationUUID)
		other := func(old, with string) string {
			if !strings.Contains(plan, old) {
				t.Fatalf("%q is not in %s", old, plan)
			}
			return strings.Replace(plan, old, with, 1)
		}
		for _, c := range []struct {
			name, body string
			code       core.Code
			path       string
		}{
			{"nothing", `{"resourceType":"InsurancePlan"}`, core.Unprocessable, "InsurancePlan.identifier"},
			{"no name", other(`"name":"Village Cover",`, ""), core.Unprocessable, "InsurancePlan.name"},
			{"name too long", other("Village Cover", strings.Repeat("x", 101)), core.Unprocessable, "InsurancePlan.name"},
			{"code too long", aPlan("NINECHARS", w.region.LocationUUID), core.Unprocessable, "InsurancePlan.identifier[0].value"},
			{"code taken", aPlan("LAST", w.region.LocationUUID), core.Conflict, "InsurancePlan.identifier"},
			{"no period", other(`"period":{"start":"2026-01-01","end":"2028-12-31"},`, ""), core.Unprocessable, "InsurancePlan.period"},
			{"no end", other(`,"end":"2028-12-31"`, ""), core.Unprocessable, "InsurancePlan.period.end"},
			{"half a day", other(`"2026-01-01"`, `"2026-01"`), core.Unprocessable, "InsurancePlan.period.start"},
			{"end before start", other("2028-12-31", "2025-12-31"), core.Unprocessable, "InsurancePlan.period.end"},
			{"too late", other("2028-12-31", "2079-06-07"), core.Unprocessable, "InsurancePlan.period.end"},
			{"too early", other("2026-01-01", "1899-12-31"), core.Unprocessable, "InsurancePlan.period.start"},
			{"no months", other(`"code":"period"`, `"code":"another"`), core.Unprocessable, "InsurancePlan.coverage"},
			{"months of nothing", other(`"value":6,"unit":"month"`, `"value":0,"unit":"month"`), core.Unprocessable, "limit[0].value.value"},
			{"years", other(`"unit":"month"`, `"unit":"years"`), core.Unprocessable, "limit[0].value.unit"},
			{"half a month", other(`"value":6,"unit":"month"`, `"value":6.5,"unit":"month"`), core.Unprocessable, "limit[0].value.value"},
			{"months without end", other(`"value":6,"unit":"month"`, `"value":1e60,"unit":"month"`), core.Unprocessable, "limit[0].value.value"},
			{"nobody", other(`"value":8`, `"value":0`), core.Unprocessable, "limit[1].value.value"},
			{"too many", other(`"value":8`, `"value":32768`), core.Unprocessable, "limit[1].value.value"},
			{"below zero", other(`"value":100.00`, `"value":-1`), core.Unprocessable, "generalCost[1].cost.value"},
			{"parts of a cent", other(`"value":50.50`, `"value":50.505`), core.Unprocessable, "generalCost[2].cost.value"},
			{"too dear", other(`"value":2.00`, `"value":1e16`), core.Unprocessable, "generalCost[4].cost.value"},
			{"other currency", other(`"XTS"`, `"EUR"`), core.Unprocessable, "generalCost[0].cost.currency"},
			{"group too large", other(`"groupSize":5`, `"groupSize":2147483647`), core.Unprocessable, "generalCost[0].groupSize"},
			{"no day of any year", other("01-06", "30-02"), core.Unprocessable, "InsurancePlan.extension[2].value"},
			{"no day", other("01-06", "32-01"), core.Unprocessable, "InsurancePlan.extension[2].value"},
			{"month first", other("15-09", "09-15"), core.Unprocessable, "InsurancePlan.extension[3].value"},
			{"short day", other("01-06", "1-6"), core.Unprocessable, "InsurancePlan.extension[2].value"},
			{"five cycles", aPlan("NEW", w.region.LocationUUID, cycle("02-02")), core.Unprocessable, "InsurancePlan.extension[11].value"},
			{"more than all", other(`"valueDecimal":20`, `"valueDecimal":101`), core.Unprocessable, "InsurancePlan.extension[9].extension[0].value"},
			{"parts of a per cent", other(`"valueDecimal":10`, `"valueDecimal":0.5`), core.Unprocessable, "InsurancePlan.extension[10].extension[0].value"},
			{"months below zero", other(`"value":4,"unit":"months"`, `"value":-4,"unit":"months"`), core.Unprocessable, "InsurancePlan.extension[5].value.value"},
			{"too many installments", other(`"valueUnsignedInt":3`, `"valueUnsignedInt":32768`), core.Unprocessable, "InsurancePlan.extension[0].value"},
			{"no such place", aPlan("NEW", "00000000-0000-4000-8000-00000000ffff"), core.Unprocessable, "InsurancePlan.coverageArea[0]"},
			{"a village", aPlan("NEW", w.sides[0].village.LocationUUID), core.Unprocessable, "InsurancePlan.coverageArea[0]"},
			{"another's district", aPlan("NEW", w.sides[1].district.LocationUUID), core.Unprocessable, "InsurancePlan.coverageArea[0]"},
			{"no such product", aPlan("NEW", w.region.LocationUUID, converting("InsurancePlan/NONE")), core.Unprocessable, "InsurancePlan.extension[11].value"},
			{"a place", aPlan("NEW", w.region.LocationUUID, converting("Location/T1")), core.Unprocessable, "InsurancePlan.extension[11].value"},
		} {
			t.Run(c.name, func(t *testing.T) {
				_, err := plans.(rest.Creator).Create(w.as(t, 0), decode(t, c.body))
				fails(t, err, c.code, c.path)
			})
		}
		for name, next := range map[string]string{"itself": "LAST", "a loop of two": "MIDDLE", "a loop of three": "FIRST"} {
			t.Run(name, func(t *testing.T) {
				body := aPlan("LAST", w.region.LocationUUID, converting("InsurancePlan/"+next))
				_, err := plans.(rest.Updater).Update(w.as(t, 0), ids["LAST"], decode(t, body), "")
				fails(t, err, core.Unprocessable, "InsurancePlan.extension[11].value")
			})
		}
		for id, called := range map[string]string{ids["LAST"]: "converted", string(w.product.ProdUUID): "policies"} {
			fails(t, plans.(rest.Deleter).Delete(w.as(t, 0), id, ""), core.Conflict, called)
		}
	})
}
