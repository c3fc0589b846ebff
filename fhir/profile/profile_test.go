package profile_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/profile"
)

// profileText makes a StructureDefinition of Patient, or of another type, of its elements.
func profileText(name, typ, base, elements string) string {
	return fmt.Sprintf(`{"resourceType":"StructureDefinition","url":"http://x/%s","name":"%s","status":"active","kind":"resource","abstract":false,"type":"%s",
		"baseDefinition":"%s","derivation":"constraint","differential":{"element":[%s]}}`, name, name, typ, base, elements)
}

const core = "http://hl7.org/fhir/StructureDefinition/"

func parsed(t testing.TB, text string) *fhir.Object {
	t.Helper()
	tree, err := fhir.ParseJSON([]byte(text))
	if err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return tree
}

func setOf(t testing.TB, definitions ...string) *profile.Set {
	t.Helper()
	set := profile.NewSet()
	for _, text := range definitions {
		if added, err := set.Add(parsed(t, text)); err != nil || !added {
			t.Fatalf("%v, %v: %s", added, err, text)
		}
	}
	if err := set.Compile(); err != nil {
		t.Fatal(err)
	}
	return set
}

// colours is a value set of two codes.
type colours struct{}

func (colours) Holds(valueSet, system, code string) (holds, known bool) {
	if valueSet != "http://x/colours" {
		return false, false
	}
	return (code == "red" || code == "blue") && (system == "" || system == "http://x/c"), true
}

// found lists the issues as "severity place: words".
func found(set *profile.Set, tree *fhir.Object, o profile.Options) []string {
	var list []string
	for _, i := range set.Validate(tree, o) {
		if i.Element == "dom-6" {
			continue
		}
		list = append(list, i.Severity.Code()+" "+i.Path+": "+i.Text)
	}
	return list
}

// check compares issues with those wanted, each the start of a place and a part of the words:
// "Patient.name|missing".
func check(t *testing.T, name string, got, want []string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d issues, want %d:\n  %s", name, len(got), len(want), strings.Join(got, "\n  "))
		return
	}
	for i := range want {
		place, words, _ := strings.Cut(want[i], "|")
		if !strings.Contains(got[i], " "+place+": ") || !strings.Contains(got[i], words) {
			t.Errorf("%s: %q, want %q", name, got[i], want[i])
		}
	}
}

func TestRules(t *testing.T) {
	for _, c := range []struct {
		name, elements, resource string
		want                     []string
	}{
		{"required", `{"id":"Patient.name","path":"Patient.name","min":1}`, `"active":true`, []string{"Patient.name|required"}},
		{"required is there", `{"id":"Patient.name","path":"Patient.name","min":1}`, `"name":[{"text":"A"}]`, nil},
		{"below what is absent", `{"id":"Patient.name.family","path":"Patient.name.family","min":1}`, `"active":true`, nil},
		{"below each", `{"id":"Patient.name.family","path":"Patient.name.family","min":1}`, `"name":[{"family":"A"},{"text":"B"}]`, []string{"Patient.name[1].family|required"}},
		{"too many", `{"id":"Patient.name","path":"Patient.name","max":"1"}`, `"name":[{"text":"A"},{"text":"B"}]`, []string{"Patient.name[1]|1 times at most"}},
		{"forbidden", `{"id":"Patient.deceased[x]","path":"Patient.deceased[x]","max":"0"}`, `"deceasedBoolean":true`, []string{"Patient.deceased|not allowed"}},
		{"type of a choice", `{"id":"Patient.deceased[x]","path":"Patient.deceased[x]","type":[{"code":"dateTime"}]}`, `"deceasedBoolean":true`, []string{"Patient.deceased|allowed is dateTime"}},
		{"fixed", `{"id":"Patient.gender","path":"Patient.gender","fixedCode":"male"}`, `"gender":"female"`, []string{`Patient.gender|has to be "male"`}},
		{"fixed is whole", `{"id":"Patient.maritalStatus","path":"Patient.maritalStatus","fixedCodeableConcept":{"text":"a"}}`, `"maritalStatus":{"text":"a","coding":[{"code":"b"}]}`, []string{"Patient.maritalStatus|has to be"}},
		{"pattern is a part", `{"id":"Patient.maritalStatus","path":"Patient.maritalStatus","patternCodeableConcept":{"text":"a"}}`, `"maritalStatus":{"text":"a","coding":[{"code":"b"}]}`, nil},
		{"pattern in a list", `{"id":"Patient.maritalStatus","path":"Patient.maritalStatus","patternCodeableConcept":{"coding":[{"code":"b"}]}}`, `"maritalStatus":{"coding":[{"code":"a"},{"code":"c"}]}`, []string{"Patient.maritalStatus|has to hold"}},
		{"length", `{"id":"Patient.name.family","path":"Patient.name.family","maxLength":3}`, `"name":[{"family":"äöü"},{"family":"long"}]`, []string{"Patient.name[1].family|3 characters"}},
		{"required code", `{"id":"Patient.maritalStatus","path":"Patient.maritalStatus","binding":{"strength":"required","valueSet":"http://x/colours"}}`, `"maritalStatus":{"coding":[{"system":"http://x/c","code":"green"}]}`, []string{`Patient.maritalStatus|the code "green"`}},
		{"one coding is enough", `{"id":"Patient.maritalStatus","path":"Patient.maritalStatus","binding":{"strength":"required","valueSet":"http://x/colours"}}`, `"maritalStatus":{"coding":[{"system":"urn:y","code":"1"},{"system":"http://x/c","code":"red"}]}`, nil},
		{"words only", `{"id":"Patient.maritalStatus","path":"Patient.maritalStatus","binding":{"strength":"required","valueSet":"http://x/colours"}}`, `"maritalStatus":{"text":"red"}`, []string{"Patient.maritalStatus|a concept without a code"}},
		{"unknown value set", `{"id":"Patient.maritalStatus","path":"Patient.maritalStatus","binding":{"strength":"required","valueSet":"http://x/other"}}`, `"maritalStatus":{"text":"red"}`, nil},
		{"code of another system", `{"id":"Patient.language","path":"Patient.language","binding":{"strength":"required","valueSet":"http://x/colours"}}`, `"language":"de"`, []string{`Patient.language|"de"`}},
		{"extensible", `{"id":"Patient.maritalStatus","path":"Patient.maritalStatus","binding":{"strength":"extensible","valueSet":"http://x/colours"}}`, `"maritalStatus":{"coding":[{"system":"urn:y","code":"green"}]}`, []string{"Patient.maritalStatus|where one fits"}},
		{"invariant", `{"id":"Patient","path":"Patient","constraint":[{"key":"k","severity":"error","human":"a name or a number","expression":"name.exists() or identifier.exists()"}]}`, `"active":true`, []string{"Patient|a name or a number"}},
		{"invariant of an element", `{"id":"Patient.name","path":"Patient.name","constraint":[{"key":"k","severity":"warning","human":"short","expression":"family.length() < 3"}]}`, `"name":[{"family":"Long"}]`, []string{"Patient.name[0]|short"}},
		{"target", `{"id":"Patient.managingOrganization","path":"Patient.managingOrganization","type":[{"code":"Reference","targetProfile":["` + core + `Practitioner"]}]}`, `"managingOrganization":{"reference":"Organization/1"}`, []string{"Patient.managingOrganization|allowed is Practitioner"}},
		{"target of R4", ``, `"managingOrganization":{"reference":"Patient/1"}`, []string{"Patient.managingOrganization|allowed is Organization"}},
		{"invariant of R4", ``, `"contact":[{"gender":"male"}]`, []string{"Patient.contact[0]|SHALL at least"}},
		{"relative system", ``, `"maritalStatus":{"coding":[{"system":"a/b","code":"c"}]}`, []string{"Patient.maritalStatus.coding[0].system|absolute"}},
		{"relative extension", ``, `"extension":[{"url":"a","valueCode":"b"}]`, []string{"Patient.extension[0].url|absolute"}},
		{"code without a system", `{"id":"Patient.maritalStatus","path":"Patient.maritalStatus","binding":{"strength":"required","valueSet":"http://x/colours"}}`, `"maritalStatus":{"coding":[{"code":"red"}]}`, []string{"Patient.maritalStatus|not in the value set"}},
		{"only an id", ``, `"name":[{"id":"a"}]`, []string{"Patient.name[0]|a value or children"}},
		{"contained and not referred to", ``, `"contained":[{"resourceType":"Organization","id":"o","name":"O"}]`, []string{"Patient|contained in another resource"}},
		{"invariant of what is contained", ``, `"contained":[{"resourceType":"Organization","id":"o","active":true}],"managingOrganization":{"reference":"#o"}`, []string{"Patient.contained[0]|at least"}},
	} {
		set := setOf(t, profileText("p", "Patient", core+"Patient", c.elements))
		tree := parsed(t, `{"resourceType":"Patient",`+c.resource+`}`)
		check(t, c.name, found(set, tree, profile.Options{Profiles: []string{"http://x/p"}, Terminology: colours{}}), c.want)
	}
}

const phoneSlices = `{"id":"Patient.telecom","path":"Patient.telecom","slicing":{"discriminator":[{"type":"value","path":"system"}],"rules":"%s","ordered":%t}},
	{"id":"Patient.telecom:phone","path":"Patient.telecom","sliceName":"phone","min":1,"max":"1"},
	{"id":"Patient.telecom:phone.system","path":"Patient.telecom.system","min":1,"patternCode":"phone"},
	{"id":"Patient.telecom:phone.value","path":"Patient.telecom.value","min":1},
	{"id":"Patient.telecom:mail","path":"Patient.telecom","sliceName":"mail"},
	{"id":"Patient.telecom:mail.system","path":"Patient.telecom.system","min":1,"patternCode":"email"}`

func TestSlices(t *testing.T) {
	code := `{"id":"Patient.identifier","path":"Patient.identifier","slicing":{"discriminator":[{"type":"value","path":"type.coding.code"}],"rules":"closed"}},
		{"id":"Patient.identifier:a","path":"Patient.identifier","sliceName":"a","max":"1"},
		{"id":"Patient.identifier:a.type","path":"Patient.identifier.type","patternCodeableConcept":{"coding":[{"code":"A"}]}}`
	exists := `{"id":"Patient.photo","path":"Patient.photo","slicing":{"discriminator":[{"type":"exists","path":"url"}],"rules":"closed"}},
		{"id":"Patient.photo:there","path":"Patient.photo","sliceName":"there"},
		{"id":"Patient.photo:there.url","path":"Patient.photo.url","min":1},
		{"id":"Patient.photo:there.size","path":"Patient.photo.size","min":1},
		{"id":"Patient.photo:here","path":"Patient.photo","sliceName":"here"},
		{"id":"Patient.photo:here.url","path":"Patient.photo.url","max":"0"},
		{"id":"Patient.photo:here.data","path":"Patient.photo.data","min":1}`
	choice := `{"id":"Patient.deceased[x]:deceasedBoolean","path":"Patient.deceased[x]","sliceName":"deceasedBoolean","fixedBoolean":false}`
	for _, c := range []struct {
		name, elements, resource string
		want                     []string
	}{
		{"each in its slice", fmt.Sprintf(phoneSlices, "closed", false), `"telecom":[{"system":"email","value":"m"},{"system":"phone","value":"1"}]`, nil},
		{"slice is missing", fmt.Sprintf(phoneSlices, "open", false), `"telecom":[{"system":"email","value":"m"}]`, []string{"Patient.telecom|slice phone is required"}},
		{"slice is there twice", fmt.Sprintf(phoneSlices, "open", false), `"telecom":[{"system":"phone","value":"1"},{"system":"phone","value":"2"}]`, []string{"Patient.telecom[1]|at most"}},
		{"below a slice", fmt.Sprintf(phoneSlices, "open", false), `"telecom":[{"system":"phone"}]`, []string{"Patient.telecom[0].value|required"}},
		{"in none", fmt.Sprintf(phoneSlices, "closed", false), `"telecom":[{"system":"phone","value":"1"},{"system":"fax","value":"2"}]`, []string{"Patient.telecom[1]|in none of the slices phone, mail"}},
		{"in none of open ones", fmt.Sprintf(phoneSlices, "open", false), `"telecom":[{"system":"phone","value":"1"},{"system":"fax","value":"2"}]`, nil},
		{"others come last", fmt.Sprintf(phoneSlices, "openAtEnd", false), `"telecom":[{"system":"fax","value":"2"},{"system":"phone","value":"1"}]`, []string{"Patient.telecom[1]|before those in no slice"}},
		{"order", fmt.Sprintf(phoneSlices, "open", true), `"telecom":[{"system":"email","value":"2"},{"system":"phone","value":"1"}]`, []string{"Patient.telecom[1]|in the order"}},
		{"a pattern above the path", code, `"identifier":[{"type":{"coding":[{"code":"A"}]},"value":"1"},{"type":{"coding":[{"code":"B"}]},"value":"2"}]`, []string{"Patient.identifier[1]|in none"}},
		{"exists", exists, `"photo":[{"url":"http://a"},{"data":"AA==","contentType":"a/b"},{"title":"x"}]`, []string{"Patient.photo[0].size|required", "Patient.photo[2].data|required"}},
		{"type of a choice", choice, `"deceasedBoolean":true`, []string{"Patient.deceased|has to be false"}},
		{"another type of a choice", choice, `"deceasedDateTime":"2020"`, nil},
	} {
		set := setOf(t, profileText("p", "Patient", core+"Patient", c.elements))
		tree := parsed(t, `{"resourceType":"Patient",`+c.resource+`}`)
		check(t, c.name, found(set, tree, profile.Options{Profiles: []string{"http://x/p"}, Terminology: colours{}}), c.want)
	}
}

const colour = `{"resourceType":"StructureDefinition","url":"http://x/colour","name":"Colour","status":"active","kind":"complex-type","abstract":false,"type":"Extension",
	"baseDefinition":"` + core + `Extension","derivation":"constraint","differential":{"element":[
	{"id":"Extension.url","path":"Extension.url","fixedUri":"http://x/colour"},{"id":"Extension.value[x]","path":"Extension.value[x]","min":1,"type":[{"code":"code"}],
	"binding":{"strength":"required","valueSet":"http://x/colours"}}]}}`

func TestExtensions(t *testing.T) {
	set := setOf(t, colour, profileText("p", "Patient", core+"Patient",
		`{"id":"Patient.extension:colour","path":"Patient.extension","sliceName":"colour","min":1,"max":"1","type":[{"code":"Extension","profile":["http://x/colour"]}]}`))
	for _, c := range []struct {
		resource string
		want     []string
	}{
		{`"extension":[{"url":"http://x/colour","valueCode":"red"},{"url":"http://x/unknown","valueCode":"green"}]`, nil},
		{`"active":true`, []string{"Patient.extension|slice colour is required"}},
		{`"extension":[{"url":"http://x/colour","valueCode":"green"}]`, []string{`Patient.extension[0].value|"green"`}},
		{`"extension":[{"url":"http://x/colour","valueString":"red"}]`, []string{"Patient.extension[0].value|allowed is code"}},
		{`"extension":[{"url":"http://x/colour","valueCode":"red"},{"url":"http://x/colour","valueCode":"blue"}]`, []string{"Patient.extension[1]|at most"}},
		{`"birthDate":"2000-01-01","_birthDate":{"extension":[{"url":"http://x/colour","valueCode":"green"}]},"extension":[{"url":"http://x/colour","valueCode":"red"}]`, []string{`Patient.birthDate.extension[0].value|"green"`}},
		{`"extension":[{"url":"http://x/colour","valueCode":"red"},{"url":"http://x/empty"}]`, []string{"Patient.extension[1]|not both"}},
	} {
		tree := parsed(t, `{"resourceType":"Patient","meta":{"profile":["http://x/p"]},`+c.resource+`}`)
		check(t, c.resource, found(set, tree, profile.Options{Terminology: colours{}}), c.want)
	}
}

// A profile on a profile asks what both ask; a slice of the base may be narrowed.
func TestProfileOnProfile(t *testing.T) {
	set := setOf(t, profileText("child", "Patient", "http://x/base", `{"id":"Patient.gender","path":"Patient.gender","min":1},{"id":"Patient.telecom:mail","path":"Patient.telecom","sliceName":"mail","max":"0"}`),
		profileText("base", "Patient", core+"Patient", `{"id":"Patient.active","path":"Patient.active","min":1},`+fmt.Sprintf(phoneSlices, "open", false)))
	tree := parsed(t, `{"resourceType":"Patient","telecom":[{"system":"phone","value":"1"},{"system":"email","value":"1"}]}`)
	check(t, "child", found(set, tree, profile.Options{Profiles: []string{"http://x/child|1.0"}}),
		[]string{"Patient.active|required", "Patient.telecom[1]|not allowed", "Patient.gender|required"})
	check(t, "base", found(set, tree, profile.Options{Profiles: []string{"http://x/base"}}), []string{"Patient.active|required"})
}

// What is contained, or in a Bundle, is checked by what it claims, and so is the target of a
// reference that wants a profile.
func TestBundles(t *testing.T) {
	set := setOf(t, profileText("org", "Organization", core+"Organization", `{"id":"Organization.name","path":"Organization.name","min":1}`),
		profileText("p", "Patient", core+"Patient", `{"id":"Patient.managingOrganization","path":"Patient.managingOrganization","type":[{"code":"Reference","targetProfile":["http://x/org"]}]}`))
	bundle := func(organization string) *fhir.Object {
		return parsed(t, `{"resourceType":"Bundle","type":"collection","entry":[
			{"fullUrl":"http://s/Patient/1","resource":{"resourceType":"Patient","id":"1","meta":{"profile":["http://x/p"]},"managingOrganization":{"reference":"Organization/2"}}},
			{"fullUrl":"http://s/Organization/2","resource":{"resourceType":"Organization","id":"2",`+organization+`}}]}`)
	}
	check(t, "good", found(set, bundle(`"name":"O"`), profile.Options{}), nil)
	bad := `"identifier":[{"value":"1"}]`
	check(t, "target", found(set, bundle(bad), profile.Options{}), []string{"Bundle.entry[0].resource.managingOrganization|meets none of the profiles http://x/org"})
	check(t, "claimed", found(set, bundle(`"meta":{"profile":["http://x/org"]},`+bad), profile.Options{ProfilesOnly: true}),
		[]string{"Bundle.entry[0].resource.managingOrganization|meets none", "Bundle.entry[1].resource.name|required"})
	contained := parsed(t, `{"resourceType":"Patient","meta":{"profile":["http://x/p"]},"contained":[{"resourceType":"Organization","id":"o",`+bad+`}],"managingOrganization":{"reference":"#o"}}`)
	check(t, "contained", found(set, contained, profile.Options{}), []string{"Patient.managingOrganization|meets none"})
}

func TestSnapshotAlone(t *testing.T) {
	set := setOf(t, `{"resourceType":"StructureDefinition","url":"http://x/p","name":"P","status":"active","kind":"resource","abstract":false,"type":"Patient","baseDefinition":"http://x/unknown","derivation":"constraint",
		"snapshot":{"element":[{"id":"Patient","path":"Patient","min":0,"max":"*","constraint":[{"key":"dom-2","severity":"error","human":"x","expression":"false","source":"`+core+`DomainResource"}]},
		{"id":"Patient.name","path":"Patient.name","min":1,"max":"*"},{"path":"Patient.identifier","slicing":{"discriminator":[{"type":"value","path":"system"}],"rules":"open"},"min":0,"max":"*"},
		{"path":"Patient.identifier","sliceName":"a","min":1,"max":"1"},{"path":"Patient.identifier.system","fixedUri":"http://x/a"}]}}`)
	check(t, "snapshot", found(set, parsed(t, `{"resourceType":"Patient","identifier":[{"system":"http://x/b"}]}`), profile.Options{Profiles: []string{"http://x/p"}}),
		[]string{"Patient.name|required", "Patient.identifier|slice a is required"})
}

func TestFaultyProfiles(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{profileText("p", "Patient", core+"Patient", `{"id":"Patient.nonsense","path":"Patient.nonsense"}`), `Patient.nonsense: Patient has no element "nonsense"`},
		{profileText("p", "Patient", core+"Patient", `{"id":"Patient.name","path":"Patient.name","max":"many"}`), `Patient.name: max "many"`},
		{profileText("p", "Patient", core+"Patient", `{"id":"Patient.name","path":"Patient.name","constraint":[{"key":"k","severity":"error","human":"h","expression":"name.("}]}`), "Patient.name: the constraint k"},
		{profileText("p", "Patient", "http://x/unknown", `{"id":"Patient","path":"Patient"}`), `the base "http://x/unknown" is not known`},
		{profileText("p", "Patient", "http://x/p", `{"id":"Patient","path":"Patient"}`), "built on itself"},
		{profileText("p", "Patient", core+"Patient", `{"id":"Claim.name","path":"Claim.name"}`), "none of Patient"},
	} {
		set := profile.NewSet()
		if _, err := set.Add(parsed(t, c.text)); err != nil {
			t.Fatal(err)
		}
		if err := set.Compile(); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "http://x/p") {
			t.Errorf("%v, want %s", err, c.want)
		}
		if set.Find("http://x/p") != nil {
			t.Error("a faulty profile is used")
		}
	}
	if _, err := profile.NewSet().Add(parsed(t, `{"resourceType":"StructureDefinition","type":"Patient"}`)); err == nil {
		t.Error("a profile without url is taken")
	}
}

// The faults told and the work done are bounded.
func TestBounds(t *testing.T) {
	set := setOf(t, profileText("p", "Patient", core+"Patient", `{"id":"Patient.name.family","path":"Patient.name.family","min":1}`))
	many := strings.TrimSuffix(strings.Repeat(`{"text":"x"},`, 5000), ",")
	tree := parsed(t, `{"resourceType":"Patient","name":[`+many+`]}`)
	if got := found(set, tree, profile.Options{Profiles: []string{"http://x/p"}}); len(got) != 100 || !strings.Contains(got[99], "more faults") {
		t.Errorf("%d issues", len(got))
	}
	costly := setOf(t, profileText("p", "Patient", core+"Patient",
		`{"id":"Patient.name","path":"Patient.name","constraint":[{"key":"k","severity":"error","human":"h","expression":"%resource.descendants().count() > 0"}]}`))
	got := found(costly, tree, profile.Options{Profiles: []string{"http://x/p"}})
	if len(got) != 1 || !strings.Contains(got[0], "too costly") {
		t.Errorf("%q", got)
	}
}
