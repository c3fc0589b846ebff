package conformance_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/conformance"
)

func outcomes(results []conformance.Result) string {
	var words []string
	for _, r := range results {
		words = append(words, string(r.Outcome))
	}
	return strings.Join(words, " ")
}

// Which tests run, stop, go on and are skipped.
func TestFlow(t *testing.T) {
	test := func(name, more, actions string) string {
		return `{"name":"` + name + `",` + more + `"action":[` + actions + `]}`
	}
	requires := func(expression string) string {
		return `"extension":[{"url":"http://ignixa.io/testscript/requiresCapability","valueString":"` + expression + `"}],`
	}
	version := func(v string) string {
		return `"extension":[{"url":"http://ignixa.io/testscript/fhirVersions","valueString":"` + v + `"}],`
	}
	group := func(code string) string {
		return `{"assert":{"responseCode":"` + code + `","warningOnly":true,"extension":[{"url":"http://ignixa.io/testscript/assertionAnyOfGroup","valueString":"g"}]}}`
	}
	put := `{"operation":{"type":{"code":"updateCreate"},"resource":"Patient","params":"/x","responseId":"put"}}`
	cases := []struct{ name, head, tests, want, message string }{
		{"what the server claims is run", "", test("t", requires("rest.resource.where(type='Patient').exists()"), readPatient), "passed", ""},
		{"what it does not claim is skipped", "", test("t", requires("rest.resource.where(type='Claim').exists()"), readPatient), "skipped", "does not claim"},
		{"the version fits", "", test("t", version("3.0,4.0"), readPatient), "passed", ""},
		{"the version does not fit", "", test("t", version("4.3,5.0"), readPatient), "skipped", "4.0.1"},
		{"a script that needs more", requires("rest.resource.where(type='Claim').exists()"), test("a", "", readPatient) + "," + test("b", "", readPatient), "skipped skipped", "does not claim"},
		{"capabilities are required", `"contained":[{"resourceType":"CapabilityStatement","id":"c","rest":[{"resource":[{"type":"Patient","interaction":[{"code":"patch"}]}]}]}],
			"metadata":{"capability":[{"required":true,"validated":false,"capabilities":"#c"}]},`, test("t", "", readPatient), "skipped", "interaction patch of Patient"},
		{"capabilities are validated", `"contained":[{"resourceType":"CapabilityStatement","id":"c","rest":[{"resource":[{"type":"Patient","searchParam":[{"name":"given"}]}]}]}],
			"metadata":{"capability":[{"required":true,"validated":true,"capabilities":{"reference":"#c"}}]},`, test("t", "", readPatient), "failed skipped", "searchParam given"},
		{"capabilities are there", `"contained":[{"resourceType":"CapabilityStatement","id":"c","rest":[{"resource":[{"type":"Patient","interaction":[{"code":"read"}],"searchParam":[{"name":"family"}]}]}]}],
			"metadata":{"capability":[{"required":true,"validated":true,"capabilities":"#c"}]},`, test("t", "", readPatient), "passed", ""},
		{"one of a group is enough", "", test("t", "", readPatient+","+group("400")+","+group("200")), "passed", ""},
		{"one of a group is needed", "", test("t", "", readPatient+","+group("400")+","+group("422")), "failed", "none of the alternatives g"},
		{"a failed assertion ends the test, not the script", "", test("a", "", readPatient+`,{"assert":{"response":"gone"}},{"assert":{"resource":"Claim"}}`) + "," + test("b", "", readPatient), "failed passed", "gone"},
		{"a test may go on after a failure", "", test("a", "", readPatient+`,{"assert":{"response":"gone","stopTestOnFail":false}},{"operation":{"type":{"code":"read"},"url":"Patient/2"}}`), "failed", "gone"},
		{"ids of the client are not offered", `"variable":[{"name":"id","sourceId":"put","expression":"id"}],`, test("a", "", put) + "," + test("b", "", `{"operation":{"type":{"code":"read"},"resource":"Patient","params":"/${id}"}}`), "skipped skipped", "updateCreate"},
		{"a common is run", `"common":[{"key":"look","action":[` + readPatient + `,{"assert":{"resource":"Claim"}}]}],`, test("t", "", `{"common":{"keyRef":"look"}}`), "failed", "not Claim"},
		{"a test is run by the extension", "", test("a", `"id":"one",`, readPatient) + "," + test("b", "", `{"extension":[{"url":"http://example.org/subtest","valueString":"one"}]}`), "passed passed", ""},
		{"what calls itself ends", `"common":[{"key":"a","action":[{"common":{"keyRef":"a"}}]}],`, test("t", "", `{"common":{"keyRef":"a"}}`), "failed", "without end"},
		{"a common elsewhere", "", test("t", "", `{"common":{"testScript":"http://x","keyRef":"a"}}`), "skipped", "not in the script"},
		{"a test for each value", "", test("t", `"extension":[{"url":"http://ignixa.io/testscript/parametrize","extension":[{"url":"variable","valueString":"g"},{"url":"values","valueString":"female,male"}]}],`,
			readPatient+`,{"assert":{"expression":"Patient.gender","value":"${g}"}}`), "passed failed", "male"},
		{"waiting for an answer", "", test("t", "", `{"operation":{"type":{"code":"read"},"url":"slow","extension":[{"url":"http://ignixa.io/testscript/waitFor","extension":[
			{"url":"pollingStatusCode","valueInteger":202},{"url":"intervalMs","valueInteger":1}]}]}},{"assert":{"response":"okay"}}`), "passed", ""},
		{"an action that is nothing", "", test("t", "", `{"x":1}`), "skipped", "neither operation nor assert"},
		{"a test without actions", "", `{"name":"t"}`, "skipped", "no actions"},
		{"a fixture that is not there is missed where it is used", `"fixture":[{"id":"f","resource":{"reference":"none.json"}}],`, test("a", "", readPatient) + "," + test("b", "", `{"operation":{"type":{"code":"create"},"sourceId":"f"}}`), "passed skipped", "none.json"},
		{"an invented resource", `"fixture":[{"id":"f","resource":{"resourceType":"Patient","extension":[{"url":"http://ignixa.io/testscript/fhirfakes","valueCode":"Patient"}]}}],`,
			test("a", "", `{"operation":{"type":{"code":"create"},"sourceId":"f","requestId":"q"}},{"assert":{"sourceId":"q","expression":"Patient.name.family.exists()"}}`), "passed", ""},
		{"variables that name each other", `"variable":[{"name":"a","defaultValue":"${b}"},{"name":"b","defaultValue":"${a}"}],`, test("t", "", `{"operation":{"type":{"code":"read"},"url":"${a}"}}`), "failed", "without end"},
		{"a hint says what is missing", `"variable":[{"name":"a","hint":"[Family name]"}],`, test("t", "", `{"operation":{"type":{"code":"read"},"url":"${a}"}}`), "failed", "[Family name]"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			results, _ := play(t, `{"resourceType":"TestScript","name":"s",`+c.head+`"test":[`+c.tests+`]}`, nil)
			said := ""
			for _, r := range results {
				said += r.Message + "\n"
			}
			if outcomes(results) != c.want || !strings.Contains(said, c.message) {
				t.Errorf("got %s with %q, want %s with %q", outcomes(results), said, c.want, c.message)
			}
		})
	}
}

func TestForeignTypesAreSkippedWhenAsked(t *testing.T) {
	script := oneTest("", `{"operation":{"type":{"code":"read"},"url":"Observation/1"}}`)
	for claimed, want := range map[bool]string{true: "skipped", false: "passed"} {
		results, _ := play(t, script, func(r *conformance.Runner) { r.Claimed = claimed })
		if outcomes(results) != want {
			t.Errorf("claimed=%v gave %+v", claimed, results)
		}
	}
}

// A script of STU3 in XML, with files beside it and a rule in another script.
const stu3 = `<?xml version="1.0"?>
<TestScript xmlns="http://hl7.org/fhir">
  <!-- a comment --><name value="old"/>
  <text><status value="generated"/><div xmlns="http://www.w3.org/1999/xhtml"><p>x</p></div></text>
  <contained><Patient><id value="inside"/><gender value="female"/></Patient></contained>
  <fixture id="beside"><resource><reference value="_reference/ana.xml"/></resource></fixture>
  <fixture id="within"><autocreate value="true"/><autodelete value="true"/><resource><reference value="#inside"/></resource></fixture>
  <profile id="p"><reference value="http://hl7.org/fhir/StructureDefinition/Patient"/></profile>
  <variable><name value="id"/><path value="Patient/id"/><sourceId value="beside"/></variable>
  <rule id="status"><resource><reference value="rule.xml"/></resource><param><name value="code"/><value value="200"/></param></rule>
  <test id="T1"><name value="Read"/>
    <action><operation><type><system value="http://hl7.org/fhir/testscript-operation-codes"/><code value="read"/></type><resource value="Patient"/>
      <accept value="xml"/><contentType value="none"/><params value="/${id}"/></operation></action>
    <action><assert><contentType value="xml"/></assert></action>
    <action><assert><operator value="in"/><responseCode value="200,204"/></assert></action>
    <action><assert><path value="fhir:Patient/fhir:gender/@value"/><value value="female"/></assert></action>
    <action><assert><minimumId value="within"/><warningOnly value="true"/></assert></action>
    <action><assert><validateProfileId value="p"/></assert></action>
    <action><assert><rule><ruleId value="status"/></rule></assert></action>
  </test>
  <test id="T2"><name value="Rule"/>
    <action><operation><type><code value="read"/></type><resource value="Patient"/><accept value="json"/><params value="/${id}"/></operation></action>
    <action><assert><rule><ruleId value="status"/><param><name value="code"/><value value="404"/></param></rule></assert></action>
  </test>
  <test id="T3"><name value="Foreign rule"/>
    <action><operation><type><code value="read"/></type><resource value="Patient"/><accept value="json"/><params value="/${id}"/></operation></action>
    <action><assert><rule><ruleId value="elsewhere"/></rule></assert></action>
  </test>
</TestScript>`

func TestScriptsOfSTU3InXML(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "_reference"), 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "_reference", "ana.xml"), "\uFEFF"+`<Patient xmlns="http://hl7.org/fhir"><id value="${CD9}"/></Patient>`)
	write(t, filepath.Join(dir, "rule.xml"), `<TestScript xmlns="http://hl7.org/fhir"><name value="r"/><test><action><assert><responseCode value="${code}"/></assert></action></test></TestScript>`)
	write(t, filepath.Join(dir, "s.xml"), stu3)
	script, err := conformance.Load(filepath.Join(dir, "s.xml"))
	if err != nil {
		t.Fatal(err)
	}
	url, asked := answering(t)
	runner := &conformance.Runner{Server: url, Format: "xml"}
	report := runner.Run(context.Background(), script, func(conformance.Result) {})
	if got := outcomes(report.Results); got != "passed failed skipped" || len(report.Results[0].Warnings) != 1 {
		t.Fatalf("got %s: %+v", got, report.Results)
	}
	all := *asked
	if last := all[len(all)-1]; all[0].method != "POST" || !strings.Contains(all[0].body, `<gender value="female"/>`) || last.method != "DELETE" || last.path != "/Patient/p1" {
		t.Errorf("first %+v, last %+v", all[0], last)
	}
}

func TestUnusableScripts(t *testing.T) {
	for text, want := range map[string]string{
		``:                           "JSON",
		`{"resourceType":"Patient"}`: `holds "Patient"`,
		`<Patient/>`:                 `holds "Patient"`,
		`<TestScript><test>`:         "malformed",
		`<!DOCTYPE x><TestScript/>`:  "document type",
		strings.Repeat("<a>", 200):   "deep",
		`{"resourceType":"TestScript","test":["x"]}`: "TestScript.test",
	} {
		if _, err := conformance.Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q gave %v, want %q", text, err, want)
		}
	}
	if _, err := conformance.Find(t.TempDir()); err == nil || !strings.Contains(err.Error(), "no TestScript") {
		t.Errorf("an empty folder gave %v", err)
	}
	if _, err := conformance.Find("nowhere"); err == nil {
		t.Error("a missing folder was found")
	}
}

// FuzzParse looks for scripts that crash the reader, or that it reads differently twice.
func FuzzParse(f *testing.F) {
	f.Add([]byte(stu3))
	f.Add([]byte(oneTest(`"profile":["http://p"],"_profile":[{"id":"p"}],`, readPatient)))
	f.Add([]byte(`{"resourceType":"TestScript","rule":[{"id":"r","rule":{"ruleId":"x"}}],"fixture":[{"resource":null}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		script, err := conformance.Parse(data)
		if (script == nil || err != nil) != (err != nil) {
			t.Errorf("neither script nor error")
		}
	})
}
