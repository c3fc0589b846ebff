package mapping

import (
	"fmt"
	"math"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// Lengths of the columns of items and services.
const (
	longestWareCode = 6
	longestWareName = 100
	longestPackage  = 255
)

// mostExpensive is what decimal(18,2) cannot hold any more.
var mostExpensive = decimal.New(1, 16)

// MedicationInto writes what a Medication says into the columns of the item. What it is,
// costs and where it is given has to be said, since the row cannot do without; for whom it
// is need not: an item is for everybody then. Errors: core.Unprocessable naming the
// elements.
func MedicationInto(v *View, in *r4.Medication, row *persistence.Item) error {
	r := &reading{view: v}
	row.ItemCode = r.code("Medication", in.Identifier, longestWareCode)
	if in.Code == nil || plain(in.Code.Text) == "" {
		r.fault("Medication.code.text", "a name is needed")
	} else if name := r.text("Medication.code.text", in.Code.Text, longestWareName); name != nil {
		row.ItemName = *name
	}
	row.ItemPackage = nil
	if in.Form != nil {
		row.ItemPackage = r.text("Medication.form.text", in.Form.Text, longestPackage)
	}
	row.ItemPrice = r.price("Medication", in.Extension)
	row.ItemType = r.wareLetter("Medication", in.Extension, "medication-type", "medication-item-type", itemTypeText)
	row.ItemFrequency = nil
	if ext, _ := extensionAt(in.Extension, structure("medication-frequency")); ext != nil {
		row.ItemFrequency = daysBetween(ext.ValueTiming)
	}
	var contexts []r4.UsageContext
	ext, at := extensionAt(in.Extension, structure("medication-usage-context"))
	if ext != nil {
		for i := range ext.Extension {
			if context := ext.Extension[i].ValueUsageContext; context != nil {
				contexts = append(contexts, *context)
			}
		}
	}
	row.ItemPatCat = patientsOf(contexts)
	if row.ItemCareType = careOf(contexts); row.ItemCareType == "" {
		path := "Medication.extension"
		if at >= 0 {
			path = fmt.Sprintf("%s[%d]", path, at)
		}
		r.fault(path, "the extension %s has to say with AMB, IMP or both in which care the item is given", structure("medication-usage-context"))
	}
	return core.Join(r.faults...)
}

// ActivityDefinitionInto writes what an ActivityDefinition says into the columns of the
// service. Its date is not taken: that is when the service got its present form.
// Errors: core.Unprocessable naming the elements.
func ActivityDefinitionInto(v *View, in *r4.ActivityDefinition, row *persistence.Service) error {
	r := &reading{view: v}
	row.ServCode = r.serviceCode(in)
	if plain(in.Title) == "" {
		r.fault("ActivityDefinition.title", "a title is needed: the name of the service")
	} else if title := r.text("ActivityDefinition.title", in.Title, longestWareName); title != nil {
		row.ServName = *title
	}
	row.ServType = ""
	for i := range in.Topic {
		code, ok := codeIn(&in.Topic[i], codeSystem("activity-definition-service-type"))
		if _, known := serviceTypeText[code]; ok && known && row.ServType == "" {
			row.ServType = code
		}
	}
	if row.ServType == "" {
		r.fault("ActivityDefinition.topic", "P or C of %s is needed", codeSystem("activity-definition-service-type"))
	}
	row.ServPrice = r.price("ActivityDefinition", in.Extension)
	row.ServLevel = r.wareLetter("ActivityDefinition", in.Extension, "activity-definition-level", "activity-definition-level", serviceLevelText)
	row.ServFrequency = daysBetween(in.TimingTiming)
	row.ServPatCat = patientsOf(in.UseContext)
	row.ServCategory = categoryOf(in.UseContext)
	if row.ServCareType = careOf(in.UseContext); row.ServCareType == "" {
		r.fault("ActivityDefinition.useContext", "a venue is needed: AMB, IMP or both")
	}
	return core.Join(r.faults...)
}

// code takes the business code a row of the resource cannot be without.
func (r *reading) code(resource string, list []r4.Identifier, longest int) string {
	code, at := businessCode(list)
	if at < 0 || code == "" {
		r.fault(resource+".identifier", "an identifier of the type Code is needed")
		return ""
	}
	return plain(r.text(fmt.Sprintf("%s.identifier[%d].value", resource, at), &code, longest))
}

// serviceCode takes the code of a service, which is its name too; either will do.
func (r *reading) serviceCode(in *r4.ActivityDefinition) string {
	name := plain(in.Name)
	code, at := businessCode(in.Identifier)
	switch {
	case name == "" && code == "":
		r.fault("ActivityDefinition.identifier", "an identifier of the type Code, or a name, is needed")
		return ""
	case name == "":
		return r.code("ActivityDefinition", in.Identifier, longestWareCode)
	case code != "" && code != name:
		r.fault(fmt.Sprintf("ActivityDefinition.identifier[%d].value", at), "the code is the name too; %q is not %q", code, name)
	}
	return plain(r.text("ActivityDefinition.name", &name, longestWareCode))
}

// price takes the extension unit-price. There is no price to suppose where none is said.
func (r *reading) price(resource string, list []r4.Extension) decimal.Decimal {
	ext, at := extensionAt(list, structure("unit-price"))
	if ext == nil || ext.ValueMoney == nil || ext.ValueMoney.Value == nil {
		r.fault(resource+".extension", "the extension %s with a price is needed", structure("unit-price"))
		return decimal.Zero
	}
	return orZero(r.amount(fmt.Sprintf("%s.extension[%d].value", resource, at), ext.ValueMoney))
}

// amount takes an amount of money in the currency of the site; nil where there is none or
// it is at fault.
func (r *reading) amount(path string, m *r4.Money) *decimal.Decimal {
	if m == nil || m.Value == nil {
		return nil
	}
	text := m.Value.String()
	d, err := decimal.NewFromString(text)
	switch {
	case err != nil || d.Exponent() < -20 || d.Exponent() > 20 || d.Abs().Cmp(mostExpensive) >= 0:
		r.fault(path+".value", "%q is no number openIMIS can hold", text)
	case d.IsNegative():
		r.fault(path+".value", "a price is not below zero")
	case !d.Equal(d.Round(2)):
		r.fault(path+".value", "a price has two decimals at the most, not as %s", text)
	default:
		if currency := plain(m.Currency); currency != "" && currency != r.view.Currency && !r.view.Compatible {
			r.fault(path+".currency", "prices are in %s here, not in %s", r.view.Currency, currency)
		}
		return &d
	}
	return nil
}

// orZero gives the amount, zero for none.
func orZero(d *decimal.Decimal) decimal.Decimal {
	if d == nil {
		return decimal.Zero
	}
	return *d
}

// wareLetter takes a code of a fixed list from an extension that has to be there.
func (r *reading) wareLetter(resource string, list []r4.Extension, id, system string, known map[string]string) string {
	ext, at := extensionAt(list, structure(id))
	if ext == nil {
		r.fault(resource+".extension", "the extension %s is needed", structure(id))
		return ""
	}
	code, ok := codeIn(ext.ValueCodeableConcept, codeSystem(system))
	if _, there := known[code]; !ok || !there {
		r.fault(fmt.Sprintf("%s.extension[%d].value", resource, at), "a code of %s is needed", codeSystem(system))
		return ""
	}
	return code
}

// daysBetween gives n of the timing "once in n days"; nil for any other, which no column
// can hold.
func daysBetween(t *r4.Timing) *int {
	if t == nil || t.Repeat == nil {
		return nil
	}
	every := t.Repeat
	if every.Frequency != nil && *every.Frequency != 1 || plain(every.PeriodUnit) != "d" || every.Period == nil {
		return nil
	}
	n, err := decimal.NewFromString(every.Period.String())
	if err != nil || n.Exponent() < -20 || n.Exponent() > 5 || !n.IsInteger() || n.IsNegative() || n.Cmp(decimal.New(math.MaxInt16, 0)) > 0 {
		return nil
	}
	return pointer(int(n.IntPart()))
}

// used visits the codings of the contexts of one aspect.
func used(contexts []r4.UsageContext, aspect string, visit func(c *r4.Coding)) {
	for i := range contexts {
		if plain(contexts[i].Code.Code) != aspect {
			continue
		}
		for j := range contexts[i].ValueCodeableConcept.Coding {
			visit(&contexts[i].ValueCodeableConcept.Coding[j])
		}
	}
}

// says tells whether a coding is the code of the system; one without a system is taken to
// be of it.
func says(c *r4.Coding, system, code string) bool {
	return plain(c.Code) == code && (c.System == nil || SameSystem(system, *c.System))
}

// patientsOf gives whom the contexts allow. Where they say nothing of sex or age, any is.
func patientsOf(contexts []r4.UsageContext) int {
	sexes, ages := 0, 0
	used(contexts, "gender", func(c *r4.Coding) {
		for code, bit := range map[string]int{"male": ForMale, "female": ForFemale} {
			if says(c, administrativeSex, code) {
				sexes |= bit
			}
		}
	})
	used(contexts, "age", func(c *r4.Coding) {
		for code, bit := range map[string]int{"adult": ForAdult, "child": ForChild} {
			if says(c, codeSystem("usage-context-age-type"), code) {
				ages |= bit
			}
		}
	})
	if sexes == 0 {
		sexes = ForMale | ForFemale
	}
	if ages == 0 {
		ages = ForAdult | ForChild
	}
	return sexes | ages
}

// careOf gives the letter of the care the contexts name, "" for none.
func careOf(contexts []r4.UsageContext) string {
	out, in := false, false
	used(contexts, "venue", func(c *r4.Coding) {
		out = out || says(c, actCode, "AMB")
		in = in || says(c, actCode, "IMP")
	})
	switch {
	case out && in:
		return "B"
	case out:
		return "O"
	case in:
		return "I"
	}
	return ""
}

// categoryOf gives the category the contexts name, in a code of the guide or in the words
// of those it has no code for; nil for none.
func categoryOf(contexts []r4.UsageContext) *string {
	var found *string
	used(contexts, "workflow", func(c *r4.Coding) {
		for code := range serviceCategoryText {
			if found == nil && says(c, codeSystem("activity-definition-usage-context-workflow-type"), code) {
				found = pointer(code)
			}
		}
	})
	for i := range contexts {
		for code, words := range serviceCategoryWords {
			if found == nil && plain(contexts[i].Code.Code) == "workflow" && plain(contexts[i].ValueCodeableConcept.Text) == words {
				found = pointer(code)
			}
		}
	}
	return found
}
