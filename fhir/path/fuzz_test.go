package path_test

import (
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/path"
)

// FuzzEvaluate: no expression makes the parser or the evaluation panic, hang or blame
// anyone but the caller, and none changes the tree.
func FuzzEvaluate(f *testing.F) {
	for _, seed := range []string{
		"Patient.name.where(use = 'usual').family", "1 + -2 * (3 | 4)", "@2020-01-01T10:00 + 1 month", "`a`[0].b.c()", "{} = {}",
		"name.select(given.first() & ' ' & family).join(', ')", "'a1b2'.replaceMatches('[0-9]', '<$0>')", "iif(active, 1 'mg', 2 days)",
		"(1 | 2).aggregate($total + $this, 0)", "descendants().where($this is Quantity).value.lowBoundary()", "repeat(children()).type().name",
		"extension(%`ext-x`).value as Quantity > 5 'kg'", "@T10:20.highBoundary(9) | today() | now().toString()", "'5 \\'wk\\''.toQuantity() ~ 35 days",
		"managingOrganization.resolve().name.trace('x', $index)", "10.power(3).log(10).round(2) div 0.5 mod 7", "3 'cm2/(kg.s)' * 2 '10*3/uL'",
		"name.sort(-family, given.first()).skip(1).take(2)[0]", "'x'.encode('base64').decode('hex').escape('json')",
	} {
		f.Add(seed)
	}
	before := string(patient.AppendJSON(nil))
	limits := &path.Env{Now: env.Now, Steps: 20_000, Resolve: func(string) (*fhir.Object, error) { return patient, nil }}
	f.Fuzz(func(t *testing.T, source string) {
		if _, err := path.CompileFor("Patient", source); err != nil && core.CodeOf(err) != core.Invalid {
			t.Fatalf("CompileFor: %v", err)
		}
		e, err := path.Compile(source)
		if err != nil {
			if core.CodeOf(err) != core.Invalid {
				t.Fatal(err)
			}
			return
		}
		values, err := e.Evaluate(limits, patient)
		if err != nil {
			if core.CodeOf(err) != core.Invalid {
				t.Fatal(err)
			}
			return
		}
		for _, v := range values {
			_, _, _ = v.String(), v.Type(), path.Locate(patient, v)
		}
		if after := string(patient.AppendJSON(nil)); after != before {
			t.Fatalf("the tree became %s", after)
		}
		again, err := e.Evaluate(limits, patient)
		if err != nil || texts(again) != texts(values) {
			t.Fatalf("%q, then %q (%v)", texts(values), texts(again), err)
		}
	})
}

// FuzzTree: whatever a tree holds, valid FHIR or not, the same holds for expressions that
// go everywhere.
func FuzzTree(f *testing.F) {
	f.Add([]byte(`{"resourceType":"Patient","name":[{"given":["a",null],"_given":[null,{"id":"x"}]}],"birthDate":"1980-13-45"}`))
	f.Add([]byte(`{"resourceType":"Observation","valueQuantity":{"value":1e99,"system":"http://unitsofmeasure.org","code":"mg/(dL.10*9)"}}`))
	f.Add([]byte(`{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient"}},1,null,[[]],{"_x":5}]}`))
	var everywhere []*path.Expression
	for _, source := range []string{
		"descendants().distinct().count()", "descendants() = descendants() and descendants() ~ descendants()", "descendants().select(toString().length())",
		"descendants().where(value > 1 or value < @2020).select(value + 1 'g')", "descendants().select(iif(hasValue(), toQuantity() * 2, resolve()))",
		"descendants().select(lowBoundary())", "descendants().sort()", "name.given | birthDate + 1 day | value * 2", "descendants().extension('x').value.ofType(Quantity)",
	} {
		e, err := path.Compile(source)
		if err != nil {
			f.Fatal(err)
		}
		everywhere = append(everywhere, e)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		tree, err := fhir.ParseJSON(data)
		if err != nil {
			return
		}
		for _, e := range everywhere {
			values, err := e.Evaluate(&path.Env{Steps: 20_000}, tree)
			if err != nil && core.CodeOf(err) != core.Invalid {
				t.Fatalf("%s: %v", e, err)
			}
			for _, v := range values {
				_, _ = v.String(), v.Type()
			}
		}
	})
}
