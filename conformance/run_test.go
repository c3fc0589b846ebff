package conformance_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/conformance"
)

// fakeServer stores Patients in memory, badly: the family name "Broken" comes back changed.
func fakeServer(t *testing.T) string {
	stored := map[string]string{}
	handler := http.NewServeMux()
	handler.HandleFunc("POST /fhir/Patient", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		id := fmt.Sprint(len(stored) + 1)
		stored[id] = strings.Replace(string(body), `{`, `{"id":"`+id+`",`, 1)
		w.Header().Set("Location", "http://"+r.Host+"/fhir/Patient/"+id+"/_history/1")
		w.Header().Set("Content-Type", "application/fhir+json")
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, stored[id])
	})
	handler.HandleFunc("GET /fhir/Patient/{id}", func(w http.ResponseWriter, r *http.Request) {
		body, found := stored[r.PathValue("id")]
		w.Header().Set("Content-Type", "application/fhir+json; charset=utf-8")
		if !found {
			w.WriteHeader(http.StatusNotFound)
			_, _ = io.WriteString(w, `{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"not-found","details":{"text":"no such patient"}}]}`)
			return
		}
		w.Header().Set("ETag", `W/"1"`)
		_, _ = io.WriteString(w, strings.Replace(body, "Broken", "Mended", 1))
	})
	handler.HandleFunc("DELETE /fhir/Patient/{id}", func(w http.ResponseWriter, r *http.Request) {
		delete(stored, r.PathValue("id"))
		w.WriteHeader(http.StatusNoContent)
	})
	server := httptest.NewServer(handler)
	t.Cleanup(func() {
		server.Close()
		if len(stored) > 0 && !t.Failed() {
			t.Errorf("left behind: %v", stored)
		}
	})
	return server.URL + "/fhir"
}

// script is a TestScript around the actions of one test. It creates a Patient, which the
// server forgets again in the end.
func script(family, actions string) string {
	return `{"resourceType":"TestScript","name":"s","status":"active","url":"http://example.org/s",
	 "fixture":[{"id":"ana","autocreate":true,"autodelete":true,"resource":{"reference":"ana.json"}},
	  {"id":"only-family","resource":{"reference":"#part"}}],
	 "contained":[{"resourceType":"Patient","id":"part","name":[{"family":"` + family + `"}]}],
	 "variable":[{"name":"id","sourceId":"created","expression":"Patient.id"},
	  {"name":"tag","headerField":"ETag","sourceId":"read"},{"name":"unset","sourceId":"none","expression":"id"},
	  {"name":"fallback","defaultValue":"Patient","sourceId":"none","path":"/Patient/x"}],
	 "setup":{"action":[{"operation":{"type":{"code":"create"},"resource":"Patient","sourceId":"ana","responseId":"created"}},
	  {"assert":{"response":"created"}}]},
	 "test":[{"name":"t","action":[{"operation":{"type":{"code":"read"},"resource":"Patient","params":"/${id}","responseId":"read"}},` + actions + `]}],
	 "teardown":{"action":[{"operation":{"type":{"code":"delete"},"resource":"Patient","params":"/${id}"}}]}}`
}

func TestAssertions(t *testing.T) {
	tests := []struct {
		name, family, actions string
		outcome               conformance.Outcome
		message               string
	}{
		{"status word", "Abara", `{"assert":{"response":"okay"}}`, conformance.Passed, ""},
		{"wrong status word", "Abara", `{"assert":{"description":"gone?","response":"gone"}}`, conformance.Failed, "gone?: status is 200, not gone"},
		{"status code in a list", "Abara", `{"assert":{"operator":"in","responseCode":"200,204"}}`, conformance.Passed, ""},
		{"wrong status code", "Abara", `{"assert":{"responseCode":"404"}}`, conformance.Failed, `"200" is there`},
		{"content type", "Abara", `{"assert":{"contentType":"json"}}`, conformance.Passed, ""},
		{"wrong content type", "Abara", `{"assert":{"contentType":"xml"}}`, conformance.Failed, "content type"},
		{"header", "Abara", `{"assert":{"headerField":"ETag","operator":"notEmpty"}}`, conformance.Passed, ""},
		{"header by variable", "Abara", `{"assert":{"headerField":"ETag","value":"${tag}"}}`, conformance.Passed, ""},
		{"missing header", "Abara", `{"assert":{"headerField":"X-None","operator":"notEmpty"}}`, conformance.Failed, "notEmpty"},
		{"resource", "Abara", `{"assert":{"resource":"Patient"}}`, conformance.Passed, ""},
		{"wrong resource", "Abara", `{"assert":{"resource":"Claim"}}`, conformance.Failed, `"Patient", not Claim`},
		{"expression and value", "Abara", `{"assert":{"expression":"Patient.name.first().family","value":"Abara"}}`, conformance.Passed, ""},
		{"any of several values", "Abara", `{"assert":{"expression":"Patient.name.given","operator":"equals","value":"Bo"}}`, conformance.Passed, ""},
		{"none of several values", "Abara", `{"assert":{"expression":"Patient.name.given","operator":"notEquals","value":"Bo"}}`, conformance.Failed, "notEquals"},
		{"true expression", "Abara", `{"assert":{"expression":"Patient.name.exists()"}}`, conformance.Passed, ""},
		{"false expression", "Abara", `{"assert":{"expression":"Patient.photo.exists()"}}`, conformance.Failed, "is not true"},
		{"path", "Abara", `{"assert":{"path":"fhir:Patient/fhir:name[1]/fhir:family/@value","value":"Abara"}}`, conformance.Passed, ""},
		{"minimum", "Abara", `{"assert":{"minimumId":"only-family"}}`, conformance.Failed, "Patient.id is"},
		{"minimum of the fixture sent", "Abara", `{"assert":{"minimumId":"ana"}}`, conformance.Passed, ""},
		{"minimum lost", "Broken", `{"assert":{"minimumId":"ana"}}`, conformance.Failed, "Patient.name[0] of the fixture"},
		{"compare to source", "Abara", `{"assert":{"compareToSourceId":"ana","compareToSourceExpression":"Patient.name.family"}}`, conformance.Passed, ""},
		{"compare to source, changed", "Broken", `{"assert":{"compareToSourceId":"ana","compareToSourceExpression":"Patient.name.family"}}`, conformance.Failed, "Mended"},
		{"warning only", "Abara", `{"assert":{"response":"gone","warningOnly":true}}`, conformance.Passed, ""},
		{"unset variable", "Abara", `{"assert":{"expression":"id","value":"${unset}"}}`, conformance.Failed, "unset has no value"},
		{"default of a variable", "Abara", `{"assert":{"expression":"resourceType","value":"${fallback}"}}`, conformance.Passed, ""},
		{"unknown variable", "Abara", `{"assert":{"expression":"id","value":"${nobody}"}}`, conformance.Failed, "not declared"},
		{"unknown response", "Abara", `{"assert":{"sourceId":"nothing","response":"okay"}}`, conformance.Failed, `no fixture or response "nothing"`},
		{"read of nothing", "Abara", `{"operation":{"type":{"code":"read"},"url":"Patient/none"}},{"assert":{"response":"okay"}}`, conformance.Failed, "no such patient"},
		{"unknown operator is skipped", "Abara", `{"assert":{"expression":"id","operator":"resembles","value":"1"}}`, conformance.Skipped, "resembles"},
		{"what comes after what is skipped may still fail", "Abara", `{"assert":{"expression":"id","operator":"resembles","value":"1"}},{"assert":{"response":"gone"}}`, conformance.Failed, "not gone"},
		{"empty assertion", "Abara", `{"assert":{"description":"nothing"}}`, conformance.Skipped, "names nothing"},
		{"bad expression", "Abara", `{"assert":{"expression":"nonsense()"}}`, conformance.Failed, "not known"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			results := runScript(t, script(test.family, test.actions), test.family)
			if len(results) != 1 || results[0].Outcome != test.outcome || !strings.Contains(results[0].Message, test.message) {
				t.Errorf("got %+v, want %s with %q", results, test.outcome, test.message)
			}
		})
	}
}

func TestFailedSetupSkipsTheTests(t *testing.T) {
	broken := strings.Replace(script("Abara", `{"assert":{"response":"okay"}}`), `{"assert":{"response":"created"}}`, `{"assert":{"response":"okay"}}`, 1)
	var summary conformance.Summary
	for _, r := range runScript(t, broken, "Abara") {
		summary.Add(r)
	}
	if got, want := summary.String(), "0 passed, 1 failed, 1 skipped"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func runScript(t *testing.T, text, family string) []conformance.Result {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "s.json"), text)
	write(t, filepath.Join(dir, "ana.json"), `{"resourceType":"Patient","name":[{"family":"`+family+`","given":["Ana","Bo"]}],"multipleBirthInteger":1}`)
	files, err := conformance.Find(dir)
	if err != nil || len(files) != 1 {
		t.Fatalf("found %v, %v", files, err)
	}
	loaded, err := conformance.Load(files[0])
	if err != nil {
		t.Fatal(err)
	}
	var results []conformance.Result
	runner := conformance.Runner{Server: fakeServer(t), Format: "json"}
	runner.Run(context.Background(), loaded, func(r conformance.Result) { results = append(results, r) })
	return results
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
