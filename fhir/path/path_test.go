package path_test

import (
	"strings"
	"testing"

	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/path"
)

// patient is a small Patient with lists, a choice element, a number and a contained resource.
func patient() *fhir.Object {
	object := func(members ...any) *fhir.Object {
		o := &fhir.Object{}
		for i := 0; i < len(members); i += 2 {
			o.Set(members[i].(string), members[i+1])
		}
		return o
	}
	return object(
		"resourceType", "Patient", "id", "p1", "active", true, "birthDate", "1980-02-29",
		"name", []any{
			object("use", "official", "family", "Abara", "given", []any{"Ana", "Bo"}),
			object("use", "usual", "family", "Bee"),
		},
		"deceasedDateTime", "2020-01-01",
		"multipleBirthInteger", fhir.Number("2"),
		"contained", []any{object("resourceType", "Organization", "id", "o1", "name", "Clinic")},
	)
}

func TestValues(t *testing.T) {
	tests := []struct{ expression, want string }{
		{"Patient.id", "p1"},
		{"id", "p1"},
		{"Patient.name.family", "Abara|Bee"},
		{"Patient.name[1].family", "Bee"},
		{"Patient.name[7].family", ""},
		{"Patient.name.given.first()", "Ana"},
		{"Patient.name.given.last()", "Bo"},
		{"Patient.name.given.tail()", "Bo"},
		{"Patient.name.skip(1).use", "usual"},
		{"Patient.name.take(1).use", "official"},
		{"Patient.name.where(use = 'usual').family", "Bee"},
		{"Patient.name.where(given contains 'Bo').family", "Abara"},
		{"Patient.name.where(given.exists()).count()", "1"},
		{"Patient.name.select(family & '!')", "Abara!|Bee!"},
		{"Patient.name.exists(use = 'nickname')", "false"},
		{"Patient.name.all(family.exists())", "true"},
		{"Patient.nothing", ""},
		{"Patient.nothing.exists()", "false"},
		{"Patient.nothing.empty()", "true"},
		{"Patient.nothing = 'x'", ""},
		{"Patient.deceased", "2020-01-01"},
		{"(Patient.deceased as dateTime).exists()", "true"},
		{"(Patient.deceased as boolean).exists()", "false"},
		{"Patient.multipleBirth + 1", "3"},
		{"Patient.multipleBirth.toString()", "2"},
		{"Patient.multipleBirth >= 2 and Patient.active", "true"},
		{"Patient.multipleBirth < 2 or Patient.active.not()", "false"},
		{"2 + 3 * 4 - 1", "13"},
		{"(2 + 3) * 4", "20"},
		{"7 div 2", "3"},
		{"7 mod 2", "1"},
		{"7 / 0", ""},
		{"-2.50", "-2.5"},
		{"1.0 = 1.00", "true"},
		{"'a' in ('a' | 'b')", "true"},
		{"(1 | 2 | 2).count()", "2"},
		{"'Abc'.lower() ~ 'ABC'", "true"},
		{"'abc'.startsWith('ab') and 'abc'.endsWith('bc') and 'abc'.contains('b')", "true"},
		{"'abc'.matches('^a.c$')", "true"},
		{"'it\\'s'.length()", "4"},
		{"iif(Patient.active, 'yes', 'no')", "yes"},
		{"Patient.birthDate > @1980-01-01", "true"},
		{"Patient.contained.ofType(Organization).name", "Clinic"},
		{"Patient.name.family.join(', ')", "Abara, Bee"},
		{"Patient.name is HumanName", ""},
		{"{} implies true", "true"},
		{"false implies {}", "true"},
		{"true xor false", "true"},
		{"{} and false", "false"},
		{"`id`", "p1"},
	}
	for _, test := range tests {
		t.Run(test.expression, func(t *testing.T) {
			e, err := path.Compile(test.expression)
			if err != nil {
				t.Fatal(err)
			}
			values, err := e.Values(patient())
			if err != nil {
				t.Fatal(err)
			}
			var texts []string
			for _, v := range values {
				texts = append(texts, path.Text(v))
			}
			if got := strings.Join(texts, "|"); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestErrors(t *testing.T) {
	tests := []struct{ expression, want string }{
		{"Patient.", "name expected at 8"},
		{"Patient.id.nonsense()", "nonsense() is not known"},
		{"where()", "takes 1 to 1"},
		{"'open", "does not end"},
		{"1 # 2", "unexpected '#'"},
		{"(1", `")" expected`},
		{"id id", "unexpected \"id\""},
		{strings.Repeat("(", 500) + "1", "nested deeper"},
		{"%resource", "not known here"},
		{"'a' < 1", "cannot be compared"},
		{"Patient.name < 1", "single values"},
		{"Patient.name.single()", "found 2 values"},
	}
	for _, test := range tests {
		t.Run(test.expression[:min(len(test.expression), 20)], func(t *testing.T) {
			e, err := path.Compile(test.expression)
			if err == nil {
				_, err = e.Values(patient())
			}
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got error %v, want one with %q", err, test.want)
			}
		})
	}
}

func FuzzCompile(f *testing.F) {
	for _, seed := range []string{"Patient.name.where(use = 'usual').family", "1 + -2 * (3 | 4)", "@2020-01-01T10:00", "`a`[0].b.c()", "{} = {}"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, source string) {
		if e, err := path.Compile(source); err == nil {
			_, _ = e.Values(patient())
		}
	})
}
