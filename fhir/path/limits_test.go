package path_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/path"
)

func TestErrors(t *testing.T) {
	tests := []struct{ expression, want string }{
		{"", "a value expected at 0"},
		{"Patient.", "a name expected at 8"},
		{"Patient.id.nonsense()", "function nonsense() is not known at 11"},
		{"where()", "where() takes 1 arguments, not 0, at 0"},
		{"'a'.substring()", "takes 1 to 2"},
		{"'open", "text does not end that starts at 0"},
		{"1 + 2 /* open", "a comment does not end that starts at 6"},
		{`'\u00g0'`, "four hexadecimal digits at 1"},
		{"1 # 2", "unexpected '#' at 2"},
		{"\"x\"", "unexpected '\"' at 0"},
		{"(1", `")" expected at 2`},
		{"id id", `unexpected "id" at 3`},
		{"1 +", "a value expected at 3"},
		{"@2020-13", "is no date or time at 0"},
		{"@T14:30Z", "is no date or time at 0"},
		{"$that", "$that is not known at 0"},
		{"% x", "a name is missing after % at 0"},
		{"1 is Nothing", `there is no type "Nothing" at 5`},
		{"'a'.matches('(')", "no regular expression"},
		{"'a'.matches('(?=a)')", "look-around"},
		{strings.Repeat("9", 300), "too long"},
		{strings.Repeat("(", 500) + "1", "nested deeper than 100"},
		{strings.Repeat("-", 500) + "1", "nested deeper than 100"},
		{strings.Repeat("a", 10_001), "longer than 10000 bytes"},
		{"%nothing", "%nothing is not known here"},
		{"'a' < 1", "System.String cannot be compared with System.Integer"},
		{"Patient.name < 1", "single values"},
		{"Patient.name.single()", "found 2 values"},
		{"(1 | 2).not()", "2 values found"},
		{"(1 | 2) & 'a'", "single values"},
		{"1 & 'a'", "joins text"},
		{"-'a'", "minus needs a number"},
		{"-1.toString()", "minus needs a number"},
		{"'a' * 2", "does not work on System.String and System.Integer"},
		{"@2020 + 1", "does not work on System.Date"},
		{"@2020 + 1 'mo'", `"mo" cannot be added`},
		{"@T10 + 1 month", "time of day"},
		{"Patient.name['a']", "an index has to be an integer"},
		{"Patient.name.take('a')", "has to be an integer"},
		{"Patient.name.startsWith('a')", "startsWith() works on single values"},
		{"Patient.name[0].startsWith('a')", "works on text, not FHIR.HumanName"},
		{"'a'.startsWith(1)", "has to be text"},
		{"'a'.sqrt()", "works on numbers"},
		{"1 'mg'.sqrt()", "works on numbers"},
		{"1.round(-1)", "places"},
		{"(true | 'a').allTrue()", "true and false expected"},
		{"iif('a', 1, 2)", "true or false"},
		{"(1 | 2).iif(true, 1, 2)", "single values"},
		{"(1 | 2).toString()", "single values"},
		{"Patient.name is HumanName", "single values"},
		{"Patient.conformsTo('http://x/p')", "is not known here"},
		{"Patient.slice('http://x/p', 's')", "is not known here"},
		{"(1 | 'a').sort()", "cannot be compared"},
		{"true.lowBoundary()", "not System.Boolean"},
	}
	for _, test := range tests {
		t.Run(test.expression[:min(len(test.expression), 20)], func(t *testing.T) {
			e, err := path.Compile(test.expression)
			if err == nil {
				_, err = e.Evaluate(env, patient)
			}
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("got error %v, want one with %q", err, test.want)
			}
			if core.CodeOf(err) != core.Invalid {
				t.Errorf("the code is %s", core.CodeOf(err))
			}
		})
	}
}

func TestModifierExtensionsAreChecked(t *testing.T) {
	e, err := path.Compile("checkModifiers('http://x/known')")
	if err != nil {
		t.Fatal(err)
	}
	_, err = e.Evaluate(nil, parse(`{"resourceType": "Patient", "modifierExtension": [{"url": "http://x/other"}]}`))
	if err == nil || !strings.Contains(err.Error(), "http://x/other") {
		t.Error(err)
	}
}

// A name that can never exist is an error where the type is known, and only there.
func TestCompileFor(t *testing.T) {
	for _, test := range []struct{ typ, expression, want string }{
		{"Patient", "Patient.name.given", ""},
		{"Patient", "name.where(use = 'usual' and period.start.exists()).select(given | family).first()", ""},
		{"Patient", "contained.whatever", ""},
		{"Patient", "birthDate.extension('http://x').value.ofType(dateTime)", ""},
		{"Patient", "%resource.name.first().family.substring(0, 1)", ""},
		{"Patient", "(deceased as dateTime) > birthDate", ""},
		{"Patient", "repeat(children()).anything", ""},
		{"Patient.contact", "name.family | telecom.value", ""},
		{"Observation", "value.ofType(Quantity).unit", ""},
		{"Bundle", "entry.resource.ofType(Patient).name", ""},
		{"Questionnaire", "repeat(item).linkId", ""},
		{"Element", "value.exists() or children().count() > id.count()", ""},
		{"Patient", "name.given1", `HumanName has no element "given1", at 5`},
		{"Patient", "Encounter.id", `Patient has no element "Encounter"`},
		{"Patient", "name.where(usage = 'x')", `HumanName has no element "usage"`},
		{"Patient", "name.first().exists(nothing)", `no element "nothing"`},
		{"Patient", "iif(active, name, telecom).nothing", `no element "nothing"`},
		{"Patient", "(name | telecom).nothing", `no element "nothing"`},
		{"Patient", "contact.name.nothing = 1", `no element "nothing"`},
		{"Patient", "birthDate.nothing", `no element "nothing"`},
		{"Patient", "name[nothing]", `no element "nothing"`},
		{"Observation", "valueQuantity.unit", `Observation has no element "valueQuantity"`},
		{"Observation", "(value as Period).unit", `Period has no element "unit"`},
		{"Observation", "value.ofType(HumanName)", "is never a HumanName"},
		{"Nothing", "id", `there is no type "Nothing"`},
		{"Patient", "name.", "a name expected"},
	} {
		_, err := path.CompileFor(test.typ, test.expression)
		switch {
		case test.want == "" && err != nil:
			t.Errorf("%s on %s: %v", test.expression, test.typ, err)
		case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
			t.Errorf("%s on %s: got %v, want %q", test.expression, test.typ, err, test.want)
		}
	}
}

// No expression hangs or eats the memory.
func TestCostlyExpressions(t *testing.T) {
	for _, expression := range []string{
		"1.repeat($this + 1)",
		"(1 | 2).repeat($this.toString() & 'x')",
		"'a'.repeat($this & $this)",
		"Patient.descendants().select(%resource.descendants().select(%resource.descendants().select(%resource.descendants()))).count()",
		"'" + strings.Repeat("x", 100) + "'.toChars().select(%context.descendants().select(%context.descendants().combine(%context.descendants())))",
		"(1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9).aggregate($total.combine($total).combine($total).combine($total).combine($total).combine($total), 1 | 2 | 3 | 4)",
		"'" + strings.Repeat("a", 5000) + "'.toChars().select('" + strings.Repeat("a", 2000) + "'.matches($this & '*(a|a|aa)*b{900}'))",
	} {
		e, err := path.Compile(expression)
		if err != nil {
			t.Fatal(err)
		}
		_, err = e.Evaluate(nil, patient)
		if err == nil || core.CodeOf(err) != core.Invalid || !path.TooCostly(err) && !strings.Contains(err.Error(), "longer than 1 MB") {
			t.Errorf("%s: %v", expression[:40], err)
		}
	}
	e, err := path.Compile("Patient.descendants().count() > 10")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Evaluate(&path.Env{Steps: 20}, patient); !path.TooCostly(err) {
		t.Errorf("twenty steps: %v", err)
	}
	if values, err := e.Evaluate(&path.Env{Steps: 200}, patient); err != nil || texts(values) != "true" {
		t.Errorf("two hundred steps: %v", err)
	}
}

// What the caller's functions say went wrong is not the expression's fault.
func TestErrorsOfHooks(t *testing.T) {
	broken := errors.New("no database")
	with := &path.Env{
		Resolve:           func(string) (*fhir.Object, error) { return nil, broken },
		MemberOf:          func(path.Item, string) (bool, bool, error) { return false, false, broken },
		Subsumes:          func(a, b path.Item) (bool, bool, error) { return false, false, broken },
		ConformsTo:        func(path.Item, string) (bool, error) { return false, broken },
		ElementDefinition: func(path.Item) (*fhir.Object, error) { return nil, broken },
		Slice:             func(path.Item, string, string) (bool, error) { return false, broken },
	}
	for _, expression := range []string{"'a/b'.resolve()", "gender.memberOf('v')", "gender.subsumes('v')", "conformsTo('p')", "name.elementDefinition()", "name.slice('p', 's')"} {
		e, err := path.Compile(expression)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := e.Evaluate(with, patient); err != broken {
			t.Errorf("%s: %v", expression, err)
		}
	}
}

func TestConcurrentUse(t *testing.T) {
	e, err := path.Compile("Patient.name.where(given.exists($this.matches('^A'))).select(family | use).sort() = ('Abara' | 'official')")
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for range 100 {
				if values, err := e.Evaluate(nil, patient); err != nil || texts(values) != "true" {
					t.Errorf("%q, %v", texts(values), err)
				}
			}
		})
	}
	wait.Wait()
}

// Numbers of a resource that no arithmetic can be done with are let be.
func TestUnboundedNumbers(t *testing.T) {
	tree := parse(`{"resourceType": "Observation", "valueQuantity": {"value": 1e999999999}, "valueInteger": ` + strings.Repeat("9", 5000) + `}`)
	for _, expression := range []string{"Observation.value.value + 1", "Observation.value * 2", "value.toString().length()", "value = 1", "value.value < 2"} {
		e, err := path.Compile(expression)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := e.Evaluate(nil, tree); err != nil && core.CodeOf(err) != core.Invalid {
			t.Errorf("%s: %v", expression, err)
		}
	}
}
