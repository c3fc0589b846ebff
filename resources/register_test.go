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

const price = `"valueMoney":{"value":12.50,"currency":"XTS"}`

// context writes a UsageContext of one aspect.
func usedFor(aspect, system string, codes ...string) string {
	var list []string
	for _, code := range codes {
		list = append(list, fmt.Sprintf(`{"system":%q,"code":%q}`, system, code))
	}
	return fmt.Sprintf(`{"code":{"system":"http://terminology.hl7.org/CodeSystem/usage-context-type","code":%q},"valueCodeableConcept":{"coding":[%s]}}`, aspect, strings.Join(list, ","))
}

var (
	forMen    = usedFor("gender", "http://hl7.org/fhir/administrative-gender", "male")
	forAdults = usedFor("age", guide+"CodeSystem/usage-context-age-type", "adult")
	anyCare   = usedFor("venue", "http://terminology.hl7.org/CodeSystem/v3-ActCode", "AMB", "IMP")
	surgery   = usedFor("workflow", guide+"CodeSystem/activity-definition-usage-context-workflow-type", "S")
)

const onceAWeek = `{"repeat":{"frequency":1,"period":7,"periodUnit":"d"}}`

// inContext writes the extension of a Medication that says for whom and where.
func inContext(parts ...string) string {
	var list []string
	for _, part := range parts {
		url, context, _ := strings.Cut(part, "=")
		list = append(list, fmt.Sprintf(`{"url":%q,"valueUsageContext":%s}`, url, context))
	}
	return fmt.Sprintf(`{"url":"%sStructureDefinition/medication-usage-context","extension":[%s]}`, guide, strings.Join(list, ","))
}

func kindOfItem(code string) string {
	return extension("medication-type", fmt.Sprintf(`"valueCodeableConcept":{"coding":[{"system":"%sCodeSystem/medication-item-type","code":%q}]}`, guide, code))
}

func anItem(code string) string {
	return `{"resourceType":"Medication","code":{"text":"Aspirin"},"form":{"text":"10 tablets"}` + identifiedBy(code) +
		extended(extension("unit-price", price), kindOfItem("D"), extension("medication-frequency", `"valueTiming":`+onceAWeek),
			inContext("Gender="+forMen, "Age="+forAdults, "CareType="+anyCare)) + `}`
}

func aService(code string) string {
	return `{"resourceType":"ActivityDefinition","status":"active","name":"` + code + `","title":"Small surgery"` + identifiedBy(code) +
		`,"topic":[{"coding":[{"system":"` + guide + `CodeSystem/activity-definition-service-type","code":"C"}]}]` +
		`,"useContext":[` + forMen + "," + forAdults + "," + surgery + "," + anyCare + `],"timingTiming":` + onceAWeek +
		extended(extension("unit-price", price), coded("activity-definition-level", "S")) + `}`
}

func TestItemIsWritten(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		items := resources.Medication(w.Environment)
		entry, err := items.(rest.Creator).Create(w.as(t, 0), decode(t, anItem("ASP1")))
		if err != nil {
			t.Fatal(err)
		}
		again, err := items.(rest.Reader).Read(w.as(t, 0), entry.ID)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(show(t, entry), show(t, again)); diff != "" {
			t.Error(diff)
		}
		row, err := persistence.One[persistence.Item](w.Store.Read(w.system(t)), persistence.UUID(entry.ID))
		if err != nil {
			t.Fatal(err)
		}
		if row.ItemCode != "ASP1" || row.ItemName != "Aspirin" || text(row.ItemPackage) != "10 tablets" || row.ItemPrice.String() != "12.5" ||
			row.ItemType != "D" || row.ItemFrequency == nil || *row.ItemFrequency != 7 || row.ItemPatCat != 5 || row.ItemCareType != "B" {
			t.Errorf("row %+v", row)
		}
		w.seed(t, func(x *persistence.Session) { // what FHIR cannot say is left alone by an update
			row.MaximumAmount = &row.ItemPrice
			if err := persistence.Update(x, row); err != nil {
				t.Fatal(err)
			}
		})
		plain := `{"resourceType":"Medication","code":{"text":"Aspirin"}` + identifiedBy("ASP1") + extended(
			extension("unit-price", `"valueMoney":{"value":13}`), kindOfItem("M"), inContext("CareType="+usedFor("venue", "http://terminology.hl7.org/CodeSystem/v3-ActCode", "IMP"))) + `}`
		if _, err := items.(rest.Updater).Update(w.as(t, 0), entry.ID, decode(t, plain), rest.Match(entry.VersionID)); core.CodeOf(err) != core.PreconditionFailed {
			t.Errorf("an older version was replaced: %v", err)
		}
		changed, err := items.(rest.Updater).Update(w.as(t, 0), entry.ID, decode(t, plain), "")
		if err != nil {
			t.Fatal(err)
		}
		if row, err = persistence.One[persistence.Item](w.Store.Read(w.system(t)), persistence.UUID(entry.ID)); err != nil {
			t.Fatal(err)
		}
		if row.ItemPrice.String() != "13" || row.ItemType != "M" || row.ItemFrequency != nil || row.ItemPatCat != 15 || row.ItemCareType != "I" || row.ItemPackage != nil || row.MaximumAmount == nil {
			t.Errorf("changed row %+v", row)
		}
		if shown := encode(t, show(t, changed)); strings.Contains(shown, "Gender") || strings.Contains(shown, "AMB") {
			t.Errorf("more than was sent: %s", shown)
		}
		page, err := items.(rest.Historian).History(w.as(t, 0), entry.ID, rest.HistoryQuery{Count: 5})
		if err != nil || len(page.Entries) != 3 {
			t.Errorf("history %+v, %v", page, err)
		}
		if err := items.(rest.Deleter).Delete(w.as(t, 0), entry.ID, ""); err != nil {
			t.Fatal(err)
		}
		if _, err := items.(rest.Reader).Read(w.as(t, 0), entry.ID); core.CodeOf(err) != core.Gone {
			t.Errorf("deleted: %v", err)
		}
	})
}

func TestServiceIsWritten(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		services := resources.ActivityDefinition(w.Environment)
		entry, err := services.(rest.Creator).Create(w.as(t, 0), decode(t, aService("SUR1")))
		if err != nil {
			t.Fatal(err)
		}
		row, err := persistence.One[persistence.Service](w.Store.Read(w.system(t)), persistence.UUID(entry.ID))
		if err != nil {
			t.Fatal(err)
		}
		if row.ServCode != "SUR1" || row.ServName != "Small surgery" || row.ServPrice.String() != "12.5" || row.ServType != "C" || row.ServLevel != "S" ||
			row.ServFrequency == nil || *row.ServFrequency != 7 || row.ServPatCat != 5 || row.ServCareType != "B" || text(row.ServCategory) != "S" {
			t.Errorf("row %+v", row)
		}
		// A category without a code in the guide survives being read and sent again.
		w.seed(t, func(x *persistence.Session) {
			row.ServCategory = ptr("H")
			if err := persistence.Update(x, row); err != nil {
				t.Fatal(err)
			}
		})
		if entry, err = services.(rest.Reader).Read(w.as(t, 0), entry.ID); err != nil {
			t.Fatal(err)
		}
		if _, err = services.(rest.Updater).Update(w.as(t, 0), entry.ID, decode(t, encode(t, show(t, entry))), rest.Match(entry.VersionID)); err != nil {
			t.Fatal(err)
		}
		if row, err = persistence.One[persistence.Service](w.Store.Read(w.system(t)), persistence.UUID(entry.ID)); err != nil || text(row.ServCategory) != "H" {
			t.Errorf("row %+v, %v", row, err)
		}
		if err := services.(rest.Deleter).Delete(w.as(t, 0), entry.ID, ""); err != nil {
			t.Fatal(err)
		}
	})
}

func TestWaresAreRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		items, services := resources.Medication(w.Environment), resources.ActivityDefinition(w.Environment)
		for _, typ := range []rest.Type{items, services} {
			body := anItem("TAKEN")
			if typ.Definition().Name == "ActivityDefinition" {
				body = aService("TAKEN")
			}
			if _, err := typ.(rest.Creator).Create(w.as(t, 0), decode(t, body)); err != nil {
				t.Fatal(err)
			}
		}
		other := func(body, old, with string) string {
			if !strings.Contains(body, old) {
				t.Fatalf("%q is not in %s", old, body)
			}
			return strings.Replace(body, old, with, 1)
		}
		item, service := anItem("NEW"), aService("NEW")
		for _, c := range []struct {
			name, body string
			code       core.Code
			path       string
		}{
			{"nothing", `{"resourceType":"Medication"}`, core.Unprocessable, "Medication.identifier"},
			{"no name", other(item, `"code":{"text":"Aspirin"},`, ""), core.Unprocessable, "Medication.code.text"},
			{"no price", other(item, `"value":12.50,`, ""), core.Unprocessable, "unit-price"},
			{"below zero", other(item, "12.50", "-1"), core.Unprocessable, "Medication.extension[0].value.value"},
			{"parts of a cent", other(item, "12.50", "12.505"), core.Unprocessable, "Medication.extension[0].value.value"},
			{"too dear", other(item, "12.50", "1e17"), core.Unprocessable, "Medication.extension[0].value.value"},
			{"other currency", other(item, `"XTS"`, `"EUR"`), core.Unprocessable, "Medication.extension[0].value.currency"},
			{"no such type", other(item, `"code":"D"`, `"code":"X"`), core.Unprocessable, "Medication.extension[1].value"},
			{"no care type", other(item, `"code":"venue"`, `"code":"task"`), core.Unprocessable, "Medication.extension[3]"},
			{"code too long", anItem("SEVENCH"), core.Unprocessable, "Medication.identifier[0].value"},
			{"code taken", anItem("TAKEN"), core.Conflict, "Medication.identifier"},
			{"no topic", other(service, `"code":"C"`, `"code":"Z"`), core.Unprocessable, "ActivityDefinition.topic"},
			{"no level", other(service, `/activity-definition-level"`, `/another-level"`), core.Unprocessable, "activity-definition-level"},
			{"no venue", other(service, `"code":"venue"`, `"code":"task"`), core.Unprocessable, "ActivityDefinition.useContext"},
			{"no title", other(service, `"title":"Small surgery",`, ""), core.Unprocessable, "ActivityDefinition.title"},
			{"two codes", other(service, `"name":"NEW"`, `"name":"OLD"`), core.Unprocessable, "ActivityDefinition.identifier[0].value"},
			{"code taken", aService("TAKEN"), core.Conflict, "ActivityDefinition.identifier"},
		} {
			t.Run(c.name, func(t *testing.T) {
				in := decode(t, c.body)
				typ := items
				if in.Tree.String("resourceType") == "ActivityDefinition" {
					typ = services
				}
				_, err := typ.(rest.Creator).Create(w.as(t, 0), in)
				fails(t, err, c.code, c.path)
			})
		}
	})
}

// What a claim, price list or product names is not deleted.
func TestWaresInUseStay(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		items := resources.Medication(w.Environment)
		entry, err := items.(rest.Creator).Create(w.system(t), decode(t, anItem("USED")))
		if err != nil {
			t.Fatal(err)
		}
		row, err := persistence.One[persistence.Item](w.Store.Read(w.system(t)), persistence.UUID(entry.ID))
		if err != nil {
			t.Fatal(err)
		}
		w.seed(t, func(x *persistence.Session) {
			list := persistence.ItemPriceList{PLItemName: "All", DatePL: persistence.DateOf(2020, 1, 1)}
			insert(t, x, &list)
			insert(t, x, &persistence.ItemPriceListDetail{PLItemID: list.PLItemID, ItemID: row.ItemID})
		})
		fails(t, items.(rest.Deleter).Delete(w.system(t), entry.ID, ""), core.Conflict, "price lists")
	})
}
