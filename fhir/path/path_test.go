package path_test

import (
	"strings"
	"testing"
	"time"

	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/path"
)

// patient has lists, choices, backbones, primitive extensions and contained resources.
var patient = parse(`{
	"resourceType": "Patient", "id": "p1", "active": true, "gender": "female",
	"birthDate": "1980-02-29",
	"_birthDate": {"extension": [{"url": "http://x/time", "valueDateTime": "1980-02-29T08:15:00+03:00"}]},
	"name": [
		{"use": "official", "family": "Abara", "given": ["Ana", "Bo"]},
		{"use": "usual", "family": "Bee", "given": [null, "Cy"], "_given": [{"id": "g0", "extension": [{"url": "http://x/why", "valueCode": "masked"}]}, null]}
	],
	"deceasedDateTime": "2020-01-01",
	"multipleBirthInteger": 2,
	"contact": [{"name": {"family": "Dee"}, "period": {"start": "2001", "end": "2002-06"}}],
	"managingOrganization": {"reference": "#o1"},
	"generalPractitioner": [{"reference": "Practitioner/d1"}, {"display": "no reference"}],
	"extension": [
		{"url": "http://x/income", "valueQuantity": {"value": 1500.50, "unit": "g", "system": "http://unitsofmeasure.org", "code": "g"}},
		{"url": "http://x/age", "valueAge": {"value": 44, "system": "http://unitsofmeasure.org", "code": "a"}},
		{"url": "http://x/note", "valueString": "A\nB"}
	],
	"text": {"status": "generated", "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>"},
	"contained": [{"resourceType": "Organization", "id": "o1", "name": "Clinic"}, {"resourceType": "Practitioner", "id": "d2"}]
}`)

func parse(text string) *fhir.Object {
	tree, err := fhir.ParseJSON([]byte(text))
	if err != nil {
		panic(err)
	}
	return tree
}

// env stands still at noon in Dar es Salaam.
var env = &path.Env{Now: func() time.Time {
	return time.Date(2026, 3, 4, 12, 30, 15, 250_999_999, time.FixedZone("", 3*3600))
}}

// example is an expression and its values on patient, parted by bars.
type example struct{ expression, want string }

func check(t *testing.T, examples []example) {
	t.Helper()
	for _, test := range examples {
		t.Run(test.expression, func(t *testing.T) {
			e, err := path.Compile(test.expression)
			if err != nil {
				t.Fatal(err)
			}
			values, err := e.Evaluate(env, patient)
			if err != nil {
				t.Fatal(err)
			}
			if got := texts(values); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func texts(values path.Collection) string {
	var out []string
	for _, v := range values {
		out = append(out, v.String())
	}
	return strings.Join(out, "|")
}

// https://hl7.org/fhir/R4/fhirpath.html
func TestNavigation(t *testing.T) {
	check(t, []example{
		{"Patient.id", "p1"},
		{"id", "p1"},
		{"`id`", "p1"},
		{"Resource.id", "p1"},
		{"DomainResource.contained.count()", "2"},
		{"Encounter.id", ""},
		{"Patient.name.family", "Abara|Bee"},
		{"Patient.name[1].family", "Bee"},
		{"Patient.name[7].family", ""},
		{"Patient.name[-1].family", ""},
		{"Patient.name[{}].family", ""},
		{"Patient.name.given", "Ana|Bo||Cy"},
		{"Patient.nothing", ""},
		{"Patient.resourceType", "Patient"},
		{"Patient.deceased", "2020-01-01"},
		{"Patient.deceasedDateTime", "2020-01-01"},
		{"Patient.deceased is dateTime", "true"},
		{"(Patient.deceased as dateTime).exists()", "true"},
		{"(Patient.deceased as boolean).exists()", "false"},
		{"Patient.extension.value.ofType(Quantity).value", "1500.50|44"},
		{"Patient.extension.value.ofType(Age).value", "44"},
		{"Patient.contained.ofType(Organization).name", "Clinic"},
		{"Patient.descendants().as(Period).start", "2001"},
		{"Patient.contact.name.family", "Dee"},
		{"Patient.name.given.extension.value", "masked"},
		{"Patient.name.given.id", "g0"},
		{"Patient.birthDate.extension('http://x/time').value", "1980-02-29T08:15:00+03:00"},
		{"Patient.extension('http://x/note').value", "A\nB"},
		{"Patient.extension(%`ext-none`).exists()", "false"},
		{"Patient.extension({}).exists()", "false"},
		{"Patient.contact.period.children()", "2001|2002-06"},
		{"Patient.birthDate.children().url", "http://x/time"},
		{"Patient.contact.descendants()", "||Dee|2001|2002-06"},
		{"Patient.descendants().ofType(Period).start", "2001"},
		{"Patient.descendants().where($this is code)", "female|official|usual|generated|g|a|masked"},
	})
}

func TestFHIRFunctions(t *testing.T) {
	check(t, []example{
		{"Patient.birthDate.hasValue()", "true"},
		{"Patient.name.hasValue()", "false"},
		{"Patient.name[1].given.select(hasValue())", "false|true"},
		{"{}.hasValue()", "false"},
		{"Patient.birthDate.getValue() is System.Date", "true"},
		{"Patient.name[0].getValue()", ""},
		{"Patient.managingOrganization.resolve().name", "Clinic"},
		{"'#'.resolve().id", "p1"},
		{"Patient.generalPractitioner.resolve()", ""},
		{"Patient.gender.memberOf('http://hl7.org/fhir/ValueSet/administrative-gender')", ""},
		{"Patient.conformsTo('http://hl7.org/fhir/StructureDefinition/Patient')", "true"},
		{"Patient.conformsTo('http://hl7.org/fhir/StructureDefinition/Group')", "false"},
		{"Patient.gender.subsumes(Patient.gender)", "true"},
		{"Patient.gender.subsumedBy('male')", ""},
		{"Patient.text.div.htmlChecks()", "true"},
		{"'<div><script/></div>'.htmlChecks()", "false"},
		{"Patient.elementDefinition()", ""},
		{"Patient.checkModifiers('http://x/m').id", "p1"},
		{"%resource.id & %rootResource.id & %context.id", "p1p1p1"},
		{"Patient.name.select(%resource.id & family)", "p1Abara|p1Bee"},
		{"%ucum", "http://unitsofmeasure.org"},
		{"%sct", "http://snomed.info/sct"},
		{"%loinc", "http://loinc.org"},
		{"%`vs-administrative-gender`", "http://hl7.org/fhir/ValueSet/administrative-gender"},
		{"%'ext-patient-birthTime'", "http://hl7.org/fhir/StructureDefinition/patient-birthTime"},
	})
}

func TestHooks(t *testing.T) {
	with := &path.Env{
		Root:      parse(`{"resourceType": "Bundle", "id": "b", "entry": [{"fullUrl": "https://h/Practitioner/d1", "resource": {"resourceType": "Practitioner", "id": "d1"}}]}`),
		Variables: map[string]path.Collection{"limit": {path.SystemItem(int64(2))}},
		Resolve: func(reference string) (*fhir.Object, error) {
			if reference != "Location/l" {
				return nil, nil
			}
			return parse(`{"resourceType": "Location", "id": "l", "name": "Ward"}`), nil
		},
		MemberOf: func(value path.Item, valueSet string) (bool, bool, error) {
			return value.String() == "female", valueSet == "http://x/vs", nil
		},
		Subsumes: func(a, b path.Item) (bool, bool, error) { return a.String() < b.String(), true, nil },
		ConformsTo: func(value path.Item, profile string) (bool, error) {
			return value.Type() == "FHIR.Patient" && profile == "http://x/p", nil
		},
		ElementDefinition: func(value path.Item) (*fhir.Object, error) {
			return parse(`{"path": "` + value.Name + `"}`), nil
		},
		Slice: func(value path.Item, structure, name string) (bool, error) {
			return value.Raw().(*fhir.Object).String("use") == name, nil
		},
	}
	for _, test := range []example{
		{"%resource.id", "b"},
		{"%rootResource.id", "b"},
		{"%context.id", "p1"},
		{"generalPractitioner.resolve().id", "d1"},
		{"'https://h/Practitioner/d1'.resolve().id", "d1"},
		{"'Practitioner/other'.resolve()", ""},
		{"'Location/l'.resolve().name", "Ward"},
		{"name.take(%limit).count()", "2"},
		{"gender.memberOf('http://x/vs')", "true"},
		{"gender.memberOf('http://x/other')", ""},
		{"'a'.subsumes('b')", "true"},
		{"'a'.subsumedBy('b')", "false"},
		{"conformsTo('http://x/p')", "true"},
		{"birthDate.elementDefinition().path", "birthDate"},
		{"name.slice('http://x/p', 'usual').family", "Bee"},
	} {
		e, err := path.Compile(test.expression)
		if err != nil {
			t.Fatal(err)
		}
		values, err := e.Evaluate(with, patient)
		if err != nil || texts(values) != test.want {
			t.Errorf("%s: got %q, %v, want %q", test.expression, texts(values), err, test.want)
		}
	}
}

func TestTrace(t *testing.T) {
	var seen []string
	with := &path.Env{Trace: func(name string, values path.Collection) {
		seen = append(seen, name+"="+texts(values))
	}}
	e, err := path.Compile("name.trace('uses', use).family.trace('families').count()")
	if err != nil {
		t.Fatal(err)
	}
	if values, err := e.Evaluate(with, patient); err != nil || texts(values) != "2" {
		t.Fatal(texts(values), err)
	}
	if got := strings.Join(seen, " "); got != "uses=official|usual families=Abara|Bee" {
		t.Errorf("trace saw %q", got)
	}
}

// What an expression finds can be changed where it stands.
func TestPlaces(t *testing.T) {
	for _, test := range []struct{ expression, name, location string }{
		{"Patient.birthDate", "birthDate", "Patient.birthDate"},
		{"Patient.name[1].family", "family", "Patient.name[1].family"},
		{"Patient.name.where(use = 'usual')", "name", "Patient.name[1]"},
		{"Patient.name[0].given[1]", "given", "Patient.name[0].given[1]"},
		{"Patient.deceased", "deceasedDateTime", "Patient.deceasedDateTime"},
		{"Patient.birthDate.extension('http://x/time').value", "valueDateTime", "Patient.birthDate.extension[0].valueDateTime"},
		{"Patient.contained[0].name", "name", "Patient.contained[0].name"},
		{"Patient", "", "Patient"},
		{"1 + 1", "", ""},
	} {
		e, err := path.Compile(test.expression)
		if err != nil {
			t.Fatal(err)
		}
		values, err := e.Evaluate(nil, patient)
		if err != nil || len(values) != 1 {
			t.Fatalf("%s: %v, %v", test.expression, values, err)
		}
		item := values[0]
		if item.Name != test.name || path.Locate(patient, item) != test.location {
			t.Errorf("%s is %q at %q", test.expression, item.Name, path.Locate(patient, item))
		}
		if item.Parent == nil {
			continue
		}
		there := item.Parent.Get(item.Name)
		if list, is := there.([]any); is {
			there = list[item.Index]
		} else if item.Index != -1 {
			t.Errorf("%s has the index %d in no list", test.expression, item.Index)
		}
		if there != item.Raw() {
			t.Errorf("%s is not where it says: %v", test.expression, there)
		}
	}
}

func TestItems(t *testing.T) {
	e, err := path.Compile("$this.exists() and ($this is HumanName or $this is string)")
	if err != nil {
		t.Fatal(err)
	}
	for _, item := range []path.Item{
		path.Root(parse(`{"family": "x"}`), "HumanName"),
		path.Primitive("code", "x", nil),
	} {
		if values, err := e.EvaluateItem(nil, item); err != nil || texts(values) != "true" {
			t.Errorf("%s: %q, %v", item.Type(), texts(values), err)
		}
	}
	if values, err := e.Evaluate(nil, nil); err != nil || texts(values) != "false" {
		t.Errorf("nothing: %q, %v", texts(values), err)
	}
	if e.String() != "$this.exists() and ($this is HumanName or $this is string)" {
		t.Error(e.String())
	}
}

// Units of another system than UCUM go with their like, and a comparator leaves it open.
func TestForeignQuantities(t *testing.T) {
	tree := parse(`{"resourceType": "Observation", "component": [
		{"valueQuantity": {"value": 1, "code": "TAB", "system": "http://x/units"}},
		{"valueQuantity": {"value": 2.0, "code": "TAB", "system": "http://x/units"}},
		{"valueQuantity": {"value": 2, "unit": "mg"}},
		{"valueQuantity": {"value": 2, "code": "mg", "system": "http://unitsofmeasure.org"}},
		{"valueQuantity": {"value": 2, "comparator": "<", "code": "mg", "system": "http://unitsofmeasure.org"}},
		{"valueQuantity": {"value": 3}}
	]}`)
	for _, test := range []example{
		{"component[0].value < component[1].value", "true"},
		{"component[1].value = 2 'TAB'", ""},
		{"component[0].value + component[1].value", "3.0 'TAB'"},
		{"component[0].value * component[1].value", ""},
		{"component[2].value < component[3].value", ""},
		{"component[3].value = 0.002 'g'", "true"},
		{"component[3].value < component[4].value", ""},
		{"component[4].value < component[3].value", ""},
		{"component[4].value > 1 'mg'", ""},
		{"component[4].value = component[4].value", "true"},
		{"component[5].value = 3", "true"},
	} {
		e, err := path.Compile(test.expression)
		if err != nil {
			t.Fatal(err)
		}
		if values, err := e.Evaluate(nil, tree); err != nil || texts(values) != test.want {
			t.Errorf("%s: got %q, %v, want %q", test.expression, texts(values), err, test.want)
		}
	}
}
