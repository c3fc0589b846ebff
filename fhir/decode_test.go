package fhir_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
)

// faults are bodies and what has to be said of them: code, path and part of the message.
var faults = []struct {
	name, body string
	code       core.Code
	path, says string
}{
	{"empty body", ``, core.Invalid, "", "ends"},
	{"no JSON", `<Patient/>`, core.Invalid, "", "line 1, column 1"},
	{"cut off", `{"resourceType":"Patient"`, core.Invalid, "", "ends before }"},
	{"trailing comma", `{"resourceType":"Patient",}`, core.Invalid, "", "name of a member"},
	{"trailing text", `{"resourceType":"Patient","active":true} x`, core.Invalid, "", "after the end"},
	{"two resources", `{"resourceType":"Patient"}{"resourceType":"Patient"}`, core.Invalid, "", "after the end"},
	{"leading zero", `{"resourceType":"Patient","multipleBirthInteger":01}`, core.Invalid, "", "does not start with 0"},
	{"bad escape", `{"resourceType":"Patient","id":"\x"}`, core.Invalid, "", "escape"},
	{"half a surrogate", `{"resourceType":"Patient","id":"\ud800"}`, core.Invalid, "", "surrogate"},
	{"raw control character", "{\"resourceType\":\"Patient\",\"id\":\"a\nb\"}", core.Invalid, "", "line 1"},
	{"invalid UTF-8", "{\"resourceType\":\"Patient\",\"id\":\"\xff\"}", core.Invalid, "", "UTF-8"},
	{"10 000 deep", `{"resourceType":"Patient","extension":` + strings.Repeat(`[{"extension":`, 10000), core.Invalid, "", "deeper"},
	{"an array", `[]`, core.Invalid, "", "an array"},
	{"a string", `"Patient"`, core.Invalid, "", "a string"},
	{"no resourceType", `{"id":"a"}`, core.Invalid, "", "resourceType is missing"},
	{"resourceType no string", `{"resourceType":1}`, core.Invalid, "", "a number"},
	{"unknown resourceType", `{"resourceType":"Pateint"}`, core.Invalid, "", `"Pateint"`},
	{"abstract resourceType", `{"resourceType":"DomainResource"}`, core.Invalid, "", `"DomainResource"`},
	{"data type as resource", `{"resourceType":"HumanName"}`, core.Invalid, "", `"HumanName"`},
	{"unknown element", `{"resourceType":"Patient","colour":"red"}`, core.Invalid, "Patient.colour", "no element"},
	{"wrong case", `{"resourceType":"Patient","BirthDate":"1980-01-01"}`, core.Invalid, "Patient.BirthDate", "did you mean birthDate"},
	{"unknown inside", `{"resourceType":"Patient","name":[{"given":["a"],"middle":"b"}]}`, core.Invalid, "Patient.name[0].middle", "HumanName"},
	{"choice without type", `{"resourceType":"Patient","deceased":true}`, core.Invalid, "Patient.deceased", "no element"},
	{"choice of a wrong type", `{"resourceType":"Patient","deceasedString":"yes"}`, core.Invalid, "Patient.deceasedString", "no element"},
	{"two of one choice", `{"resourceType":"Patient","deceasedBoolean":true,"deceasedDateTime":"2020"}`, core.Invalid, "Patient.deceasedDateTime", "one choice"},
	{"doubled name", `{"resourceType":"Patient","name":[{"family":"a","family":"b"}]}`, core.Invalid, "Patient.name[0].family", "given twice"},
	{"doubled resourceType", `{"resourceType":"Patient","resourceType":"Claim"}`, core.Invalid, "Patient.resourceType", "given twice"},
	{"empty array", `{"resourceType":"Patient","name":[]}`, core.Invalid, "Patient.name", "array may not be empty"},
	{"empty object", `{"resourceType":"Patient","contact":[{}]}`, core.Invalid, "Patient.contact[0]", "object may not be empty"},
	{"empty string", `{"resourceType":"Patient","id":""}`, core.Invalid, "Patient.id", "empty string"},
	{"null", `{"resourceType":"Patient","active":null}`, core.Invalid, "Patient.active", "null"},
	{"null in objects", `{"resourceType":"Patient","name":[null]}`, core.Invalid, "Patient.name[0]", "null"},
	{"null without extension", `{"resourceType":"Patient","name":[{"given":["a",null]}]}`, core.Invalid, "Patient.name[0].given[1]", "null"},
	{"one for many", `{"resourceType":"Patient","name":{"family":"a"}}`, core.Invalid, "Patient.name", "array"},
	{"many for one", `{"resourceType":"Patient","gender":["male"]}`, core.Invalid, "Patient.gender", "not an array"},
	{"string for object", `{"resourceType":"Patient","name":["a"]}`, core.Invalid, "Patient.name[0]", "HumanName object"},
	{"string for boolean", `{"resourceType":"Patient","active":"true"}`, core.Invalid, "Patient.active", "true or false"},
	{"number for string", `{"resourceType":"Patient","id":1}`, core.Invalid, "Patient.id", "string"},
	{"string for decimal", `{"resourceType":"Patient","extension":[{"url":"x","valueDecimal":"1.5"}]}`, core.Invalid, "Patient.extension[0].valueDecimal", "number"},
	{"fraction for integer", `{"resourceType":"Patient","multipleBirthInteger":1.5}`, core.Invalid, "Patient.multipleBirthInteger", "whole number"},
	{"integer too large", `{"resourceType":"Patient","multipleBirthInteger":2147483648}`, core.Invalid, "Patient.multipleBirthInteger", "32 bits"},
	{"huge exponent", `{"resourceType":"Patient","extension":[{"url":"x","valueDecimal":1e999999999}]}`, core.Invalid, "Patient.extension[0].valueDecimal", "exponent"},
	{"positiveInt of -1", `{"resourceType":"Patient","telecom":[{"rank":-1}]}`, core.Invalid, "Patient.telecom[0].rank", "below 1"},
	{"30 February", `{"resourceType":"Patient","birthDate":"1980-02-30"}`, core.Invalid, "Patient.birthDate", "date"},
	{"29 February of no leap year", `{"resourceType":"Patient","birthDate":"1900-02-29"}`, core.Invalid, "Patient.birthDate", "date"},
	{"date with time", `{"resourceType":"Patient","birthDate":"1980-01-01T00:00:00Z"}`, core.Invalid, "Patient.birthDate", "date"},
	{"dateTime without zone", `{"resourceType":"Patient","deceasedDateTime":"1980-01-01T00:00:00"}`, core.Invalid, "Patient.deceasedDateTime", "time zone"},
	{"instant of a day", `{"resourceType":"Patient","meta":{"lastUpdated":"2020-01-01"}}`, core.Invalid, "Patient.meta.lastUpdated", "instant"},
	{"hour 24", `{"resourceType":"Patient","deceasedDateTime":"1980-01-01T24:00:00Z"}`, core.Invalid, "Patient.deceasedDateTime", "dateTime"},
	{"id with a slash", `{"resourceType":"Patient","id":"a/b"}`, core.Invalid, "Patient.id", "1 to 64"},
	{"id too long", `{"resourceType":"Patient","id":"` + strings.Repeat("a", 65) + `"}`, core.Invalid, "Patient.id", "1 to 64"},
	{"uri with a blank", `{"resourceType":"Patient","implicitRules":"a b"}`, core.Invalid, "Patient.implicitRules", "white space"},
	{"code with two blanks", `{"resourceType":"Patient","language":"a  b"}`, core.Invalid, "Patient.language", "code"},
	{"code outside its set", `{"resourceType":"Patient","gender":"m"}`, core.Invalid, "Patient.gender", "male, female, other, unknown"},
	{"concept outside its set", `{"resourceType":"InsurancePlan","plan":[{"specificCost":[{"category":{"text":"c"},"benefit":[{"type":{"text":"b"},"cost":[{"type":{"text":"t"},"applicability":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/applicability","code":"inside"}]}}]}]}]}]}`, core.Invalid, "InsurancePlan.plan[0].specificCost[0].benefit[0].cost[0].applicability", "CodeSystem/applicability|in-network"},
	{"concept of another system", `{"resourceType":"InsurancePlan","plan":[{"specificCost":[{"category":{"text":"c"},"benefit":[{"type":{"text":"b"},"cost":[{"type":{"text":"t"},"applicability":{"coding":[{"system":"http://example.org/c","code":"in-network"}]}}]}]}]}]}`, core.Invalid, "InsurancePlan.plan[0].specificCost[0].benefit[0].cost[0].applicability", "CodeSystem/applicability|in-network"},
	{"concept in words alone", `{"resourceType":"InsurancePlan","plan":[{"specificCost":[{"category":{"text":"c"},"benefit":[{"type":{"text":"b"},"cost":[{"type":{"text":"t"},"applicability":{"text":"in network"}}]}]}]}]}`, core.Invalid, "InsurancePlan.plan[0].specificCost[0].benefit[0].cost[0].applicability", "CodeSystem/applicability|in-network"},
	{"currency sign", `{"resourceType":"Patient","extension":[{"url":"x","valueMoney":{"currency":"$"}}]}`, core.Invalid, "Patient.extension[0].valueMoney.currency", "ISO 4217"},
	{"oid", `{"resourceType":"Patient","extension":[{"url":"x","valueOid":"urn:oid:3.1"}]}`, core.Invalid, "Patient.extension[0].valueOid", "oid"},
	{"uuid", `{"resourceType":"Patient","extension":[{"url":"x","valueUuid":"urn:uuid:C757873D-EC9A-4326-A141-556F43239520"}]}`, core.Invalid, "Patient.extension[0].valueUuid", "lower-case"},
	{"time", `{"resourceType":"Patient","extension":[{"url":"x","valueTime":"10:00"}]}`, core.Invalid, "Patient.extension[0].valueTime", "time"},
	{"base64", `{"resourceType":"Patient","photo":[{"data":"abc"}]}`, core.Invalid, "Patient.photo[0].data", "base64"},
	{"control character", `{"resourceType":"Patient","name":[{"family":"a\u0000b"}]}`, core.Invalid, "Patient.name[0].family", "U+0000"},
	{"narrative no XHTML", `{"resourceType":"Patient","text":{"status":"empty","div":"hello"}}`, core.Invalid, "Patient.text.div", "<div"},
	{"narrative without namespace", `{"resourceType":"Patient","text":{"status":"empty","div":"<div>x</div>"}}`, core.Invalid, "Patient.text.div", "namespace"},
	{"narrative with a script", `{"resourceType":"Patient","text":{"status":"empty","div":"<div xmlns='http://www.w3.org/1999/xhtml'><script>x</script></div>"}}`, core.Invalid, "Patient.text.div", "<script>"},
	{"narrative with a handler", `{"resourceType":"Patient","text":{"status":"empty","div":"<div xmlns='http://www.w3.org/1999/xhtml' onclick='x'>x</div>"}}`, core.Invalid, "Patient.text.div", "onclick"},
	{"narrative not closed", `{"resourceType":"Patient","text":{"status":"empty","div":"<div xmlns='http://www.w3.org/1999/xhtml'><p>x</div>"}}`, core.Invalid, "Patient.text.div", "well-formed"},
	{"unknown in contained", `{"resourceType":"Patient","contained":[{"resourceType":"Organization","nom":"x"}]}`, core.Invalid, "Patient.contained[0].nom", "Organization"},
	{"contained without type", `{"resourceType":"Patient","contained":[{"id":"x"}]}`, core.Invalid, "Patient.contained[0]", "resourceType is missing"},
	{"shadow of an object", `{"resourceType":"Patient","_name":[{"id":"x"}]}`, core.Invalid, "Patient._name", "no element"},
	{"shadow of a narrative", `{"resourceType":"Patient","text":{"status":"empty","_div":{"id":"x"}}}`, core.Invalid, "Patient.text._div", "no element"},
	{"shadow of an attribute", `{"resourceType":"Patient","extension":[{"_url":{"id":"x"},"valueCode":"a"}]}`, core.Invalid, "Patient.extension[0]._url", "no element"},
	{"too many members", `{"resourceType":"Patient"` + manyMembers(100000) + `}`, core.Invalid, "", "more than 512 members"},
	{"shadow of another shape", `{"resourceType":"Patient","_birthDate":[{"id":"x"}]}`, core.Invalid, "Patient.birthDate", "same shape"},
	{"shadow with an unknown element", `{"resourceType":"Patient","_birthDate":{"value":"x"}}`, core.Invalid, "Patient.birthDate.value", "no element"},
	{"shadows of another length", `{"resourceType":"Patient","name":[{"given":["a","b"],"_given":[{"id":"x"}]}]}`, core.Invalid, "Patient.name[0].given", "entries"},
	{"required missing", `{"resourceType":"Patient","link":[{"type":"seealso"}]}`, core.Unprocessable, "Patient.link[0].other", "required"},
	{"required choice missing", `{"resourceType":"Medication","ingredient":[{"isActive":true}]}`, core.Unprocessable, "Medication.ingredient[0].item[x]", "required"},
	{"extension without url", `{"resourceType":"Patient","extension":[{"valueCode":"a"}]}`, core.Unprocessable, "Patient.extension[0].url", "required"},
}

func manyMembers(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `,"x%d":1`, i)
	}
	return b.String()
}

func TestFaultsOfJSON(t *testing.T) {
	for _, test := range faults {
		t.Run(test.name, func(t *testing.T) {
			start := time.Now()
			r, err := fhir.DecodeJSON([]byte(test.body), fhir.DecodeOptions{})
			if err == nil {
				t.Fatalf("accepted as %s", encodeJSON(t, r))
			}
			if core.CodeOf(err) != test.code {
				t.Errorf("code %q, want %q", core.CodeOf(err), test.code)
			}
			found := false
			for _, e := range err.(*core.Error).All() {
				found = found || e.Path == test.path && strings.Contains(e.Message, test.says)
			}
			if !found {
				t.Errorf("got %q, want %q at %q", report(err), test.says, test.path)
			}
			if took := time.Since(start); took > time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

func TestManyFaultsAreReportedTogether(t *testing.T) {
	_, err := fhir.DecodeJSON([]byte(`{"resourceType":"Claim","a":1,"created":"x","item":[{"sequence":0}]}`), fhir.DecodeOptions{})
	got := report(err)
	want := []string{"invalid Claim.a", "invalid Claim.created", "invalid Claim.item[0].sequence", "unprocessable Claim.item[0].productOrService", "unprocessable Claim.status"}
	for _, start := range want {
		found := false
		for _, line := range got {
			found = found || strings.HasPrefix(line, start+":")
		}
		if !found {
			t.Errorf("no %q in %q", start, got)
		}
	}
	if len(got) != 11 || core.CodeOf(err) != core.Invalid {
		t.Errorf("%d faults, first %q", len(got), core.CodeOf(err))
	}
	_, err = fhir.DecodeJSON([]byte(`{"resourceType":"Patient","name":[`+strings.Repeat(`{"x":1},`, 5000)+`{"x":1}]}`), fhir.DecodeOptions{})
	if n := len(report(err)); n != 20 {
		t.Errorf("%d faults reported, want the cap of 20", n)
	}
}

func TestLenientReading(t *testing.T) {
	body := []byte(`{"resourceType":"Claim","colour":"red","created":"2025-03-03","use":"sale","item":[{"sequence":1,"hue":2,
		"unitPrice":{"currency":"$","value":12.50}}],"insurance":[{"sequence":1,"focal":true}]}`)
	if _, err := fhir.DecodeJSON(body, fhir.DecodeOptions{}); err == nil {
		t.Error("accepted when strict")
	}
	r, err := fhir.DecodeJSON(body, fhir.DecodeOptions{Lenient: true})
	if err != nil {
		t.Fatal(report(err))
	}
	sameJSON(t, []byte(`{"resourceType":"Claim","created":"2025-03-03","use":"sale","item":[{"sequence":1,
		"unitPrice":{"currency":"$","value":12.50}}],"insurance":[{"sequence":1,"focal":true}]}`), encodeJSON(t, r))
	if len(r.Warnings) != 2 || r.Warnings[0].Path != "Claim.colour" || r.Warnings[1].Path != "Claim.item[0].hue" {
		t.Errorf("warnings %v", r.Warnings)
	}
	claim := r.Typed.(*r4.Claim)
	if claim.Status.Code() != "<unknown>" || claim.Use.Code() != "<unknown>" || *claim.Item[0].UnitPrice.Value != "12.50" {
		t.Errorf("status %v, use %v, price %v", claim.Status, claim.Use, *claim.Item[0].UnitPrice.Value)
	}
	sameJSON(t, []byte(`{"resourceType":"Claim","created":"2025-03-03","item":[{"sequence":1,
		"unitPrice":{"currency":"$","value":12.50}}],"insurance":[{"sequence":1,"focal":true}]}`), encodeJSON(t, &fhir.Resource{Typed: claim}))
	if _, err := fhir.DecodeJSON([]byte(`{"resourceType":"Patient","birthDate":"1980-02-30"}`), fhir.DecodeOptions{Lenient: true}); err == nil {
		t.Error("a date that does not exist was accepted when lenient")
	}
}

func TestExpectedType(t *testing.T) {
	_, err := fhir.DecodeJSON([]byte(`{"resourceType":"Claim"}`), fhir.DecodeOptions{Type: "Patient"})
	if err == nil || !strings.Contains(err.Error(), "Claim") || !strings.Contains(err.Error(), "Patient") {
		t.Errorf("got %v, want both types named", err)
	}
}

// One coding of the set is enough, whatever stands beside it.
func TestRequiredBindingOfAConcept(t *testing.T) {
	for name, test := range map[string]struct {
		body    string
		lenient bool
	}{
		"a translation beside it": {`{"resourceType":"Condition","subject":{"display":"x"},"clinicalStatus":{"coding":[{"system":"http://example.org/c","code":"1"},
			{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}]}}`, false},
		"read leniently":      {`{"resourceType":"Condition","clinicalStatus":{"text":"active"}}`, true},
		"a set nobody lists":  {`{"resourceType":"MolecularSequence","coordinateSystem":0,"structureVariant":[{"variantType":{"text":"gain"}}]}`, false},
		"an extensible set":   {`{"resourceType":"Patient","maritalStatus":{"text":"alone"}}`, false},
		"one of another type": {`{"resourceType":"Measure","status":"draft","improvementNotation":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/measure-improvement-notation","code":"increase"}]}}`, false},
	} {
		if _, err := fhir.DecodeJSON([]byte(test.body), fhir.DecodeOptions{Lenient: test.lenient}); err != nil {
			t.Errorf("%s: %q", name, report(err))
		}
	}
}
