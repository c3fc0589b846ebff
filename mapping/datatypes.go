package mapping

import (
	"encoding/json"
	"strconv"
	"strings"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/persistence"
)

// Guide is the canonical base of the openIMIS FHIR R4 implementation guide.
const Guide = "https://openimis.github.io/openimis_fhir_r4_ig/"

// Canonicals of code systems that HL7 publishes.
const (
	usageContextType  = "http://terminology.hl7.org/CodeSystem/usage-context-type"
	actCode           = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
	administrativeSex = "http://hl7.org/fhir/administrative-gender"
	insurancePlanType = "http://terminology.hl7.org/CodeSystem/insurance-plan-type"
	coverageClass     = "http://terminology.hl7.org/CodeSystem/coverage-class"
)

// structure gives the canonical of a profile or extension of the guide.
func structure(id string) string { return Guide + "StructureDefinition/" + id }

// codeSystem gives the canonical of a code system of the guide.
func codeSystem(id string) string { return Guide + "CodeSystem/" + id }

// filled gives a pointer to the text without the blanks a char column pads it with; nil
// when nothing is left, since FHIR has no empty strings.
func filled(s string) *string {
	s = strings.TrimSpace(s)
	if s == "" {
		return nil
	}
	return &s
}

// plain gives the text of a nullable column without surrounding blanks, "" for NULL.
func plain(s *string) string {
	if s == nil {
		return ""
	}
	return strings.TrimSpace(*s)
}

func pointer[T any](v T) *T { return &v }

// coding makes a Coding; a blank display is left out.
func coding(system, code, display string) r4.Coding {
	return r4.Coding{System: filled(system), Code: filled(code), Display: filled(display)}
}

// concept makes a CodeableConcept of one coding.
func concept(system, code, display string) r4.CodeableConcept {
	return r4.CodeableConcept{Coding: []r4.Coding{coding(system, code, display)}}
}

// systemIdentifiers is the code system of the kinds of identifiers.
var systemIdentifiers = codeSystem("openimis-identifiers")

// identifier makes an Identifier of the kind the guide names: UUID or Code. It is nil
// for a blank value.
func identifier(kind, value string) *r4.Identifier {
	v := filled(value)
	if v == nil {
		return nil
	}
	return &r4.Identifier{Type: pointer(concept(systemIdentifiers, kind, "")), Value: v}
}

// identifiers gives the two identifiers a row has: its UUID and its business code.
func identifiers(id persistence.UUID, code string) []r4.Identifier {
	var list []r4.Identifier
	for _, one := range []*r4.Identifier{identifier("UUID", string(id)), identifier("Code", code)} {
		if one != nil {
			list = append(list, *one)
		}
	}
	return list
}

// refer makes a literal reference that also names the type and, when the row has one, the
// business code, so that a client can match it without another read.
func refer(typ string, id string, code, display string) *r4.Reference {
	return &r4.Reference{
		Reference:  pointer(typ + "/" + id),
		Type:       pointer(typ),
		Identifier: identifier("Code", code),
		Display:    filled(display),
	}
}

// number renders a decimal as a JSON number with the two places the legacy columns keep,
// whatever scale the database's driver hands over.
func number(d decimal.Decimal) *json.Number { return pointer(json.Number(d.StringFixed(2))) }

// jsonNumber makes a JSON number of digits.
func jsonNumber(digits string) *json.Number { return pointer(json.Number(digits)) }

// integer renders an int as a JSON number.
func integer(n int) *json.Number { return jsonNumber(strconv.Itoa(n)) }

// money makes an amount in the currency of the base.
func (v *View) money(d decimal.Decimal) *r4.Money {
	return &r4.Money{Value: number(d), Currency: filled(v.Currency)}
}

// months makes the quantity the guide counts periods in.
func months(n int) *r4.Quantity { return &r4.Quantity{Value: integer(n), Unit: pointer("months")} }

// everyDays makes the timing "once in n days".
func everyDays(n int) *r4.Timing {
	return &r4.Timing{Repeat: &r4.TimingRepeat{Frequency: pointer(1), Period: integer(n), PeriodUnit: pointer("d")}}
}

// profile claims a profile of the guide when the resource really conforms to it. What the
// compatible base shows in amounts, the sign of a currency, never does.
func profile(conforms bool, id string) *r4.Meta {
	if !conforms {
		return nil
	}
	return &r4.Meta{Profile: []string{structure(id)}}
}

// telecom gives phone and electronic mail, in this order, leaving out what is blank.
func (v *View) telecom(phone, email *string) []r4.ContactPoint {
	var list []r4.ContactPoint
	add := func(system r4.ContactPointSystem, value *string) {
		if value = filled(plain(value)); value == nil {
			return
		}
		point := r4.ContactPoint{System: &system, Value: value}
		if v.Compatible {
			point.Use = pointer(r4.ContactPointUseHome)
		}
		list = append(list, point)
	}
	add(r4.ContactPointSystemPhone, phone)
	add(r4.ContactPointSystemEmail, email)
	return list
}
