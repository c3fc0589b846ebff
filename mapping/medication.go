package mapping

import (
	"strings"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/persistence"
)

var (
	itemTypeText  = map[string]string{"D": "Drug", "M": "Medical consumable"}
	itemLevelText = map[string]string{"M": "Medication"}
)

// MedicationOf renders a medical item: a drug or a consumable.
//
// The guide wants amount without a denominator, which base R4 forbids (invariant rat-1),
// so only the compatible base, whose clients read it, has the amount; the package is said
// in form.text everywhere.
func MedicationOf(v *View, row *persistence.Item) *r4.Medication {
	out := &r4.Medication{
		Id:         pointer(string(row.ItemUUID)),
		Extension:  medicationExtensions(v, row),
		Identifier: identifiers(row.ItemUUID, row.ItemCode),
		Status:     pointer("active"),
	}
	if name := filled(row.ItemName); name != nil {
		out.Code = &r4.CodeableConcept{Text: name}
	}
	if pack := filled(plain(row.ItemPackage)); pack != nil {
		out.Form = &r4.CodeableConcept{Text: pack}
	}
	if v.Compatible {
		out.Amount = medicationAmount(row)
	}
	care := strings.TrimSpace(row.ItemCareType)
	conforms := out.Code != nil && len(out.Identifier) == 2 && itemTypeText[strings.TrimSpace(row.ItemType)] != "" &&
		strings.ContainsAny(care, "OIB")
	out.Meta = profile(!v.Compatible && conforms, "openimis-medication")
	return out
}

// medicationAmount gives how much is in a package: the quantity kept for the item, or the
// number its package begins with ("1000 TABLETS").
func medicationAmount(row *persistence.Item) *r4.Ratio {
	if row.Quantity != nil {
		return &r4.Ratio{Numerator: &r4.Quantity{Value: number(*row.Quantity)}}
	}
	text := plain(row.ItemPackage)
	digits := text[:len(text)-len(strings.TrimLeft(text, "0123456789"))]
	digits = strings.TrimLeft(digits, "0")
	if digits == "" {
		digits = "0"
	}
	return &r4.Ratio{Numerator: &r4.Quantity{Value: jsonNumber(digits)}}
}

func medicationExtensions(v *View, row *persistence.Item) []r4.Extension {
	list := []r4.Extension{{Url: structure("unit-price"), ValueMoney: v.money(row.ItemPrice)}}
	if kind := strings.TrimSpace(row.ItemType); kind != "" {
		list = append(list, r4.Extension{
			Url:                  structure("medication-type"),
			ValueCodeableConcept: pointer(concept(codeSystem("medication-item-type"), kind, itemTypeText[kind])),
		})
	}
	if days := row.ItemFrequency; days != nil && *days > 0 {
		list = append(list, r4.Extension{Url: structure("medication-frequency"), ValueTiming: everyDays(*days)})
	}
	if parts := medicationUsage(row); parts != nil {
		list = append(list, r4.Extension{Url: structure("medication-usage-context"), Extension: parts})
	}
	return append(list, r4.Extension{
		Url:                  structure("medication-level"),
		ValueCodeableConcept: pointer(concept(codeSystem("medication-level"), "M", itemLevelText["M"])),
	})
}

func medicationUsage(row *persistence.Item) []r4.Extension {
	var parts []r4.Extension
	add := func(url string, context r4.UsageContext, ok bool) {
		if ok {
			parts = append(parts, r4.Extension{Url: url, ValueUsageContext: &context})
		}
	}
	gender, ok := usageGender(row.ItemPatCat)
	add("Gender", gender, ok)
	age, ok := usageAge(row.ItemPatCat)
	add("Age", age, ok)
	care, ok := usageCare(strings.TrimSpace(row.ItemCareType))
	add("CareType", care, ok)
	return parts
}
