package path_test

import (
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/path"
)

// Objects are equal by what they say: in any order of members, in the order of lists.
func TestDeepEquality(t *testing.T) {
	for _, test := range []struct {
		left, right       string
		equal, equivalent bool
	}{
		{`{"code": "a", "system": "s"}`, `{"system": "s", "code": "a"}`, true, true},
		{`{"code": "a"}`, `{"code": "b"}`, false, false},
		{`{"code": "a"}`, `{"code": "A"}`, false, true},
		{`{"code": "a"}`, `{"code": "a", "system": "s"}`, false, false},
		{`{"code": "a"}`, `{"system": "a"}`, false, false},
		{`{"extension": [{"valueDecimal": 1.50}]}`, `{"extension": [{"valueDecimal": 1.5}]}`, true, true},
		{`{"extension": [{"valueDecimal": 1.54}]}`, `{"extension": [{"valueDecimal": 1.5}]}`, false, true},
		{`{"extension": [{"valueDecimal": 1}]}`, `{"extension": [{"valueDecimal": "1"}]}`, false, false},
		{`{"userSelected": true}`, `{"userSelected": true}`, true, true},
		{`{"userSelected": true}`, `{"userSelected": false}`, false, false},
		{`{"extension": [{"url": "a"}, {"url": "b"}]}`, `{"extension": [{"url": "b"}, {"url": "a"}]}`, false, false},
		{`{"extension": [{"url": "a"}]}`, `{"extension": [{"url": "a"}, {"url": "b"}]}`, false, false},
		{`{"extension": [null]}`, `{"extension": [null]}`, true, true},
		{`{"extension": {"url": "a"}}`, `{"extension": "a"}`, false, false},
	} {
		tree := parse(`{"resourceType": "Observation", "category": [{"coding": [` + test.left + `]}, {"coding": [` + test.right + `]}]}`)
		for expression, want := range map[string]bool{
			"category[0].coding = category[1].coding":                        test.equal,
			"category[0].coding ~ category[1].coding":                        test.equivalent,
			"category.coding.distinct().count() = 1":                         test.equal,
			"category[1].coding in category[0].coding":                       test.equal,
			"category[0].coding.intersect(category[1].coding).exists()":      test.equal,
			"category[0].coding.exclude(category[1].coding).empty()":         test.equal,
			"category[0].coding.subsetOf(category[1].coding | category.foo)": test.equal,
		} {
			e, err := path.Compile(expression)
			if err != nil {
				t.Fatal(err)
			}
			values, err := e.Evaluate(nil, tree)
			if holds, _ := values.True(); err != nil || holds != want {
				t.Errorf("%s of %s and %s: got %q, %v", expression, test.left, test.right, texts(values), err)
			}
		}
	}
}

// A tree need not be valid, nor of a type the definitions know.
func TestUnknownTrees(t *testing.T) {
	tree := parse(`{"resourceType": "Invention", "name": "x", "count": 3, "price": 1.50, "valueQuantity": {"value": 2}, "valueDate": "2020",
		"birthDate": {"x": 1}, "list": [[1], null, true, {"resourceType": "Patient", "birthDate": {"id": "object"}, "active": "maybe", "gender": 5}]}`)
	for _, test := range []example{
		{"name", "x"},
		{"name is String", "true"},
		{"count + 1", "4"},
		{"price is Decimal", "true"},
		{"price = 1.5", "true"},
		{"value.value", "2"},
		{"value is Quantity", "true"},
		{"type().name", "Element"},
		{"list.count()", "2"},
		{"list.active", "maybe"},
		{"list.gender", "5"},
		{"list.birthDate.id", "object"},
		{"list.birthDate.hasValue()", "false"},
		{"Invention.name", ""},
		{"Patient.name", ""},
		{"children().count()", "8"},
	} {
		e, err := path.Compile(test.expression)
		if err != nil {
			t.Fatal(err)
		}
		values, err := e.Evaluate(nil, tree)
		if err != nil || texts(values) != test.want {
			t.Errorf("%s: got %q, %v, want %q", test.expression, texts(values), err, test.want)
		}
	}
}

func TestValuesOfItems(t *testing.T) {
	for _, test := range []struct {
		expression string
		typ        string
		value      any
	}{
		{"active", "FHIR.boolean", true},
		{"gender", "FHIR.code", "female"},
		{"multipleBirth", "FHIR.integer", int64(2)},
		{"'a' & 'b'", "System.String", "ab"},
		{"1 + 1", "System.Integer", int64(2)},
		{"name[1].given[0]", "FHIR.string", nil},
		{"name[0]", "FHIR.HumanName", patient.List("name")[0].(*fhir.Object)},
		{"contact", "FHIR.BackboneElement", patient.List("contact")[0].(*fhir.Object)},
	} {
		e, err := path.Compile(test.expression)
		if err != nil {
			t.Fatal(err)
		}
		values, err := e.Evaluate(nil, patient)
		if err != nil || len(values) != 1 || values[0].Type() != test.typ || values[0].Value() != test.value {
			t.Errorf("%s: %s %v, %v", test.expression, values[0].Type(), values[0].Value(), err)
		}
	}
	e, err := path.Compile("birthDate | 1.5 'mg' | 2.50")
	if err != nil {
		t.Fatal(err)
	}
	values, err := e.Evaluate(nil, patient)
	if err != nil || len(values) != 3 {
		t.Fatal(values, err)
	}
	if date, is := values[0].Value().(path.Temporal); !is || date.Time(time.UTC).Format("2006-01-02") != "1980-02-29" {
		t.Errorf("%v", values[0].Value())
	}
	if q, is := values[1].Value().(path.Quantity); !is || !q.Value.Equal(decimal.RequireFromString("1.5")) || q.Unit != "mg" {
		t.Errorf("%v", values[1].Value())
	}
	if d, is := values[2].Value().(decimal.Decimal); !is || d.Exponent() != -2 {
		t.Errorf("%v", values[2].Value())
	}
}

// What goes wrong in an argument is the error of the whole.
func TestErrorsOfArguments(t *testing.T) {
	for _, call := range []string{
		"'a'.startsWith(?)", "'a'.substring(?)", "'a'.substring(0, ?)", "'a'.replace('a', ?)", "'a'.replaceMatches(?, 'b')", "'a'.indexOf(?)", "'a'.split(?)",
		"'a'.join(?)", "'a'.encode(?)", "'a'.decode(?)", "'a'.escape(?)", "'a'.unescape(?)", "'a'.matches(?)",
		"1.log(?)", "1.power(?)", "1.round(?)", "1.lowBoundary(?)", "1 'g'.comparable(?)", "1.toQuantity(?)",
		"name.where(?)", "name.select(?)", "name.all(?)", "name.exists(?)", "name.repeat(?)", "name.aggregate(?)", "name.aggregate(1, ?)", "name.sort(?)",
		"name.skip(?)", "name.take(?)", "name.intersect(?)", "name.exclude(?)", "name.union(?)", "name.combine(?)", "name.coalesce(?)",
		"name.subsetOf(?)", "name.supersetOf(?)", "iif(?, 1)", "iif(true, ?)", "iif(false, 1, ?)", "name[?]", "-(?)", "1 + (?)", "(?) and true", "true and (?)",
		"(?) is Integer", "(?).count()", "name.trace(?)", "name.trace('a', ?)", "extension(?)", "gender.memberOf(?)", "gender.subsumes(?)", "conformsTo(?)",
		"slice(?, 'a')", "checkModifiers(?)",
	} {
		e, err := path.Compile(strings.Replace(call, "?", "1 * 'broken'", 1))
		if err != nil {
			t.Fatal(err)
		}
		_, err = e.Evaluate(nil, patient)
		if err == nil || !strings.Contains(err.Error(), "* does not work on System.Integer and System.String") || core.CodeOf(err) != core.Invalid {
			t.Errorf("%s: %v", call, err)
		}
	}
}
