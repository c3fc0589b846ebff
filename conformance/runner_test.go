package conformance_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/openimis/openimis-go/conformance"
)

// capable says what the server of answering claims.
const capable = `{"resourceType":"CapabilityStatement","fhirVersion":"4.0.1","rest":[{"mode":"server","resource":[
 {"type":"Patient","updateCreate":false,"interaction":[{"code":"read"},{"code":"create"}],"searchParam":[{"name":"family","type":"string"}],"operation":[{"name":"validate"}]}]}]}`

// seen is what a server was asked.
type seen struct {
	method, path, query, body string
	header                    http.Header
}

// answering is a server that answers everything with a Patient but what stands below, and
// keeps what it was asked.
func answering(t *testing.T) (string, *[]seen) {
	var asked []seen
	answers := map[string]string{
		"/metadata": capable,
		"/Bundle": `{"resourceType":"Bundle","type":"searchset","total":2,"link":[{"relation":"self","url":"http://h/Patient"}],"entry":[
			{"resource":{"resourceType":"Patient","id":"b1","name":[{"family":"Abara"}]},"search":{"mode":"match"}}]}`,
		"/Patient/$validate": `{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"invalid","details":{"text":"no gender"}}]}`,
		"/Patient/broken":    `{"resourceType":"Patient","nonsense":1}`,
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := new(strings.Builder)
		_, _ = (&requestBody{r}).WriteTo(body)
		asked = append(asked, seen{r.Method, r.URL.Path, r.URL.RawQuery, body.String(), r.Header.Clone()})
		w.Header().Set("Content-Type", "application/fhir+json")
		w.Header().Set("Location", "http://h/Patient/made/_history/7")
		if r.URL.Path == "/slow" && len(asked) < 3 {
			w.WriteHeader(http.StatusAccepted)
			return
		}
		if strings.HasSuffix(r.Header.Get("Accept"), "xml") {
			w.Header().Set("Content-Type", "application/fhir+xml")
			_, _ = w.Write([]byte(`<Patient xmlns="http://hl7.org/fhir"><id value="p1"/><gender value="female"/></Patient>`))
			return
		}
		answer, known := answers[r.URL.Path]
		if !known {
			answer = `{"resourceType":"Patient","id":"p1","meta":{"versionId":"3"},"identifier":[{"system":"urn:a","value":"1"},{"system":"urn:b","value":"2"}],` +
				`"name":[{"family":"O'Neil","given":["Ana","Bo"]}],"gender":"female","birthDate":"1990-05-17","_birthDate":{"extension":[{"url":"urn:t","valueDateTime":"1990-05-17T10:00:00Z"}]},"multipleBirthInteger":2}`
		}
		_, _ = w.Write([]byte(answer))
	}))
	t.Cleanup(server.Close)
	return server.URL, &asked
}

type requestBody struct{ r *http.Request }

func (b *requestBody) WriteTo(w *strings.Builder) (int64, error) {
	buffer := make([]byte, 1<<16)
	for {
		n, err := b.r.Body.Read(buffer)
		w.Write(buffer[:n])
		if err != nil {
			return 0, nil
		}
	}
}

var clock = time.Date(2026, 2, 27, 10, 0, 0, 0, time.UTC)

// play runs a script against the answering server.
func play(t *testing.T, text string, set func(*conformance.Runner)) ([]conformance.Result, []seen) {
	t.Helper()
	script, err := conformance.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	url, asked := answering(t)
	runner := &conformance.Runner{Server: url, Format: "json", Now: func() time.Time { return clock }}
	if set != nil {
		set(runner)
	}
	report := runner.Run(context.Background(), script, func(conformance.Result) {})
	return report.Results, *asked
}

// oneTest is a script with variables, fixtures and one test.
func oneTest(head, actions string) string {
	return `{"resourceType":"TestScript","name":"s",` + head + `"test":[{"name":"t","action":[` + actions + `]}]}`
}

const readPatient = `{"operation":{"type":{"code":"read"},"resource":"Patient","params":"/p1","responseId":"r","requestId":"q"}}`

func TestOperatorsAndChecks(t *testing.T) {
	bundle := `{"operation":{"type":{"code":"search"},"url":"Bundle","responseId":"b"}}`
	profiles := `"profile":[{"id":"base","reference":"http://hl7.org/fhir/StructureDefinition/Patient"},{"id":"other","reference":"http://example.org/p"}],` +
		`"fixture":[{"id":"least","resource":{"resourceType":"Patient","name":[{"family":"Abara"}]}}],`
	cases := []struct {
		first, assert string
		outcome       conformance.Outcome
		message       string
	}{
		{"", `"expression":"Patient.gender","operator":"equals","value":"female"`, conformance.Passed, ""},
		{"", `"expression":"Patient.gender","operator":"equals","value":"male"`, conformance.Failed, `"female" is there, wanted equals "male"`},
		{"", `"expression":"Patient.gender","operator":"notEquals","value":"male"`, conformance.Passed, ""},
		{"", `"expression":"Patient.gender","operator":"notEquals","value":"female"`, conformance.Failed, "notEquals"},
		{"", `"expression":"Patient.gender","operator":"in","value":"male, female"`, conformance.Passed, ""},
		{"", `"expression":"Patient.gender","operator":"in","value":"male,other"`, conformance.Failed, "in"},
		{"", `"expression":"Patient.gender","operator":"notIn","value":"male,other"`, conformance.Passed, ""},
		{"", `"expression":"Patient.gender","operator":"notIn","value":"female"`, conformance.Failed, "notIn"},
		{"", `"expression":"Patient.multipleBirth","operator":"greaterThan","value":"1.5"`, conformance.Passed, ""},
		{"", `"expression":"Patient.multipleBirth","operator":"greaterThan","value":"10"`, conformance.Failed, "greaterThan"},
		{"", `"expression":"Patient.multipleBirth","operator":"lessThan","value":"10"`, conformance.Passed, ""},
		{"", `"expression":"Patient.photo","operator":"lessThan","value":"10"`, conformance.Failed, "lessThan"},
		{"", `"expression":"Patient.photo","operator":"empty"`, conformance.Passed, ""},
		{"", `"expression":"Patient.name","operator":"empty"`, conformance.Failed, "empty"},
		{"", `"expression":"Patient.name","operator":"notEmpty"`, conformance.Passed, ""},
		{"", `"expression":"Patient.photo","operator":"notEmpty"`, conformance.Failed, "notEmpty"},
		{"", `"expression":"Patient.gender","operator":"contains","value":"mal"`, conformance.Passed, ""},
		{"", `"expression":"Patient.gender","operator":"contains","value":"x"`, conformance.Failed, "contains"},
		{"", `"expression":"Patient.gender","operator":"notContains","value":"x"`, conformance.Passed, ""},
		{"", `"expression":"Patient.gender","operator":"notContains","value":"mal"`, conformance.Failed, "notContains"},
		{"", `"expression":"Patient.name.exists()","operator":"eval"`, conformance.Passed, ""},
		{"", `"expression":"Patient.id","operator":"eval"`, conformance.Failed, "is not true"},
		{"", `"expression":"Patient.gender","operator":"matchesRegex","value":"^f.*e$"`, conformance.Passed, ""},
		{"", `"expression":"Patient.gender","operator":"notEquals"`, conformance.Failed, "has no value"},
		{"", `"response":"okay","operator":"notEquals"`, conformance.Failed, "that is okay"},
		{"", `"responseCode":"200,201"`, conformance.Passed, ""},
		{"", `"response":"okay","resource":"Claim"`, conformance.Failed, "not Claim"},
		{"", `"requestMethod":"get"`, conformance.Passed, ""},
		{"", `"requestMethod":"post"`, conformance.Failed, "get"},
		{"", `"requestURL":"/Patient/p1"`, conformance.Passed, ""},
		{"", `"requestURL":"Patient/p2"`, conformance.Failed, "Patient/p1"},
		{"", `"direction":"request","headerField":"Accept","operator":"contains","value":"json"`, conformance.Passed, ""},
		{"", `"sourceId":"q","headerField":"Accept","operator":"contains","value":"xml"`, conformance.Failed, "json"},
		{"", `"responseBody":"O'Neil","operator":"contains"`, conformance.Passed, ""},
		{"", `"validateProfileId":"base"`, conformance.Passed, ""},
		{`{"operation":{"type":{"code":"read"},"url":"Patient/broken"}},`, `"validateProfileId":"base"`, conformance.Failed, "nonsense"},
		{"", `"validateProfileId":"other"`, conformance.Failed, "no gender"},
		{"", `"validateProfileId":"nobody"`, conformance.Failed, "no profile"},
		{bundle + ",", `"validateProfileId":"base"`, conformance.Failed, "not Patient"},
		{bundle + ",", `"navigationLinks":true`, conformance.Failed, "no link next"},
		{bundle + ",", `"minimumId":"least"`, conformance.Passed, ""},
		{bundle + ",", `"path":"Patient/name/family","value":"Abara"`, conformance.Passed, ""},
		{bundle + ",", `"path":"/Bundle/entry[1]/resource/Patient/name/family/@value","value":"Abara"`, conformance.Passed, ""},
		{bundle + ",", `"path":".entry[0].resource.name[0].family","value":"Abara"`, conformance.Passed, ""},
		{bundle + ",", `"path":"count(/Bundle/entry)","value":"1"`, conformance.Passed, ""},
		{bundle + ",", `"path":"//fhir:family/@value","value":"Abara"`, conformance.Passed, ""},
		{"", `"path":"Patient/identifier[@system='urn:b']/value","value":"2"`, conformance.Passed, ""},
		{"", `"path":"fhir:Patient/fhir:identifier[fhir:system/@value='urn:b']/fhir:value/@value","value":"2"`, conformance.Passed, ""},
		{"", `"path":"$.identifier[?(@.system == 'urn:b')].value","value":"2"`, conformance.Passed, ""},
		{"", `"path":"_birthDate.extension[?(@.url == 'urn:t')].valueDateTime","operator":"notEmpty"`, conformance.Passed, ""},
		{"", `"path":"Patient/birthDate/extension[@url='urn:t']/valueDateTime","value":"1990-05-17T10:00:00Z"`, conformance.Passed, ""},
		{"", `"path":"Patient/name[position()=1]/family","value":"x"`, conformance.Skipped, "not supported"},
		{"", `"compareToSourceId":"r","compareToSourcePath":"fhir:Patient/fhir:gender/@value"`, conformance.Passed, ""},
		{bundle + ",", `"compareToSourceId":"r","compareToSourceExpression":"Patient.gender","expression":"Bundle.type"`, conformance.Failed, "female"},
	}
	for _, c := range cases {
		t.Run(c.assert, func(t *testing.T) {
			results, _ := play(t, oneTest(profiles, readPatient+","+c.first+`{"assert":{`+c.assert+`}}`), nil)
			if len(results) != 1 || results[0].Outcome != c.outcome || !strings.Contains(results[0].Message, c.message) {
				t.Errorf("got %v %q, want %s with %q", results[0].Outcome, results[0].Message, c.outcome, c.message)
			}
		})
	}
}

// What an operation sends, of every sort of code and every place a variable may stand in.
func TestRequests(t *testing.T) {
	head := `"fixture":[{"id":"ana","resource":{"resourceType":"Patient","id":"a1","name":[{"family":"${name}"}]}},{"id":"bare","resource":{"resourceType":"Patient"}}],
	 "variable":[{"name":"name","sourceId":"r","path":"Patient/name/family"},{"name":"code","defaultValue":"a b&c|d"},{"name":"last","expression":"id"}],`
	cases := []struct{ operation, method, target, body string }{
		{`"type":{"code":"vread"},"targetId":"r"`, "GET", "/Patient/p1/_history/3", ""},
		{`"type":{"code":"history"},"targetId":"r"`, "GET", "/Patient/p1/_history", ""},
		{`"type":{"code":"history"},"resource":"Patient","params":"/x"`, "GET", "/Patient/x/_history", ""},
		{`"type":{"code":"history"},"resource":"Patient"`, "GET", "/Patient/_history", ""},
		{`"type":{"code":"search"},"resource":"Patient","params":"?name=${code}"`, "GET", "/Patient?name=a+b%26c%7Cd", ""},
		{`"type":{"code":"search"},"resource":"Patient","encodeRequestUrl":false,"params":"?name=${code}"`, "GET", "/Patient?name=a%20b&c%7Cd", ""},
		{`"type":{"code":"search"},"resource":"Patient","method":"post","params":"?name=x"`, "POST", "/Patient/_search", "name=x"},
		{`"type":{"code":"create"},"sourceId":"ana"`, "POST", "/Patient", `"family":"O'Neil"`},
		{`"type":{"code":"create"},"sourceId":"ana","contentType":"application/fhir+xml"`, "POST", "/Patient", `<family value="O'Neil"/>`},
		{`"type":{"code":"update"},"sourceId":"ana"`, "PUT", "/Patient/a1", `"id":"a1"`},
		{`"type":{"code":"update"},"sourceId":"ana","params":"?identifier=1"`, "PUT", "/Patient?identifier=1", `"id":"a1"`},
		{`"type":{"code":"patch"},"resource":"Patient","params":"/${last}","sourceId":"ana"`, "PATCH", "/Patient/p1", "Neil"},
		{`"type":{"code":"delete"},"targetId":"r"`, "DELETE", "/Patient/p1", ""},
		{`"type":{"code":"deleteCondMultiple"},"resource":"Patient","params":"?family=x"`, "DELETE", "/Patient?family=x", ""},
		{`"type":{"code":"transaction"},"sourceId":"bare"`, "POST", "/", `"Patient"`},
		{`"type":{"code":"capabilities"}`, "GET", "/metadata", ""},
		{`"type":{"code":"validate"},"resource":"Patient","sourceId":"bare","params":"?mode=create"`, "POST", "/Patient/$validate?mode=create", `"Patient"`},
		{`"type":{"code":"everything"},"targetId":"r"`, "GET", "/Patient/p1/$everything", ""},
		{`"type":{"code":"$lookup"},"resource":"CodeSystem","params":"?code=1"`, "GET", "/CodeSystem/$lookup?code=1", ""},
		{`"type":{"code":"read"},"method":"HEAD","url":"Patient/1"`, "HEAD", "/Patient/1", ""},
	}
	for _, c := range cases {
		results, asked := play(t, oneTest(head, readPatient+`,{"operation":{`+c.operation+`}}`), nil)
		last := asked[len(asked)-1]
		target := last.path
		if last.query != "" {
			target += "?" + last.query
		}
		if last.method != c.method || target != c.target || !strings.Contains(last.body, c.body) || results[0].Outcome != conformance.Passed {
			t.Errorf("%s\nsent %s %s %s (%s)\nwant %s %s %s", c.operation, last.method, target, last.body, results[0].Message, c.method, c.target, c.body)
		}
	}
}

func TestHeadersAndSignOn(t *testing.T) {
	sent := `{"operation":{"type":{"code":"read"},"url":"Patient/1","accept":"none","requestHeader":[{"field":"If-Match","value":"W/\"${v}\""}]}}`
	_, asked := play(t, oneTest(`"variable":[{"name":"v","defaultValue":"3"}],`, sent), func(r *conformance.Runner) { r.Token = "abc" })
	if got := asked[0].header; got.Get("Accept") != "" || got.Get("If-Match") != `W/"3"` || got.Get("Authorization") != "Bearer abc" {
		t.Errorf("sent %v", got)
	}
	results, _ := play(t, oneTest("", `{"operation":{"type":{"code":"read"},"url":"Patient/1","destination":2}}`), nil)
	if results[0].Outcome != conformance.Skipped || !strings.Contains(results[0].Message, "destination 2") {
		t.Errorf("got %+v", results)
	}
	results, _ = play(t, oneTest("", `{"operation":{"type":{"code":"guess"},"resource":"Patient"}}`), nil)
	if results[0].Outcome != conformance.Skipped {
		t.Errorf("an unknown operation gave %+v", results)
	}
}

// Placeholders of Touchstone stay what they are in fixtures, variables and parameters.
func TestPlaceholders(t *testing.T) {
	head := `"fixture":[{"id":"ana","resource":{"resourceType":"Patient","id":"${CD16}","identifier":[{"value":"${CD16}"}],"birthDate":"${CURRENTDATE, y, -30, d, 2}","name":[{"family":"${C6}","text":"${UUID}"}]}}],
	 "variable":[{"name":"id","sourceId":"ana","path":"Patient/identifier/value"},{"name":"born","sourceId":"ana","expression":"Patient.birthDate"}],`
	actions := `{"operation":{"type":{"code":"create"},"sourceId":"ana"}},
	 {"operation":{"type":{"code":"read"},"resource":"Patient","params":"/${id}?a=${C6}&b=${DATE, born, M, 1}&c=${D4}&d=${UUID-ST}&e=${UUID-ST}&f=${CURRENTDATETIME, H, 1}"}}`
	results, asked := play(t, oneTest(head, actions), nil)
	if results[0].Outcome != conformance.Passed {
		t.Fatal(results[0].Message)
	}
	id := strings.TrimPrefix(asked[1].path, "/Patient/")
	if len(id) != 16 || strings.Count(asked[0].body, id) != 2 || !strings.Contains(asked[0].body, `"birthDate":"1996-02-29"`) {
		t.Errorf("sent %s, then read %s", asked[0].body, asked[1].path)
	}
	parts := map[string]string{}
	for _, pair := range strings.Split(asked[1].query, "&") {
		name, value, _ := strings.Cut(pair, "=")
		parts[name] = value
	}
	if len(parts["a"]) != 6 || !strings.Contains(asked[0].body, `"family":"`+parts["a"]) || parts["b"] != "1996-03-29" || len(parts["c"]) != 4 ||
		parts["d"] == "" || parts["d"] != parts["e"] || parts["f"] != "2026-02-27T11%3A00%3A00.000Z" {
		t.Errorf("the parameters are %v", parts)
	}
}
