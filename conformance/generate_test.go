package conformance_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/conformance"
)

// claiming is a server with two types: people that can be written, groups that cannot.
func claiming(t *testing.T) *conformance.Runner {
	answers := map[string]string{
		"/metadata": `{"resourceType":"CapabilityStatement","fhirVersion":"4.0.1","rest":[{"mode":"server","resource":[
		 {"type":"Patient","versioning":"versioned","updateCreate":true,"conditionalCreate":true,"conditionalUpdate":true,"conditionalDelete":"single",
		  "interaction":[{"code":"read"},{"code":"vread"},{"code":"create"},{"code":"update"},{"code":"patch"},{"code":"delete"},{"code":"search-type"},{"code":"history-instance"}],
		  "searchParam":[{"name":"_id","type":"token"},{"name":"identifier","type":"token"},{"name":"family","type":"string"},{"name":"general-practitioner","type":"reference"},{"name":"death-date","type":"date"}]},
		 {"type":"Group","interaction":[{"code":"read"},{"code":"search-type"}],"searchParam":[{"name":"actual","type":"token"}]},
		 {"type":"Claim","interaction":[{"code":"read"}]}]}]}`,
		"/Patient": `{"resourceType":"Bundle","type":"searchset","entry":[{"resource":{"resourceType":"Patient","id":"7","meta":{"versionId":"1"},"text":{"status":"empty"},
		 "identifier":[{"value":"7"},{"value":"A12345"}],"name":[{"family":"Abara"}],"generalPractitioner":[{"reference":"Organization/9","identifier":{"value":"H 1"}}]}}]}`,
		"/Group": `{"resourceType":"Bundle","type":"searchset","entry":[{"resource":{"resourceType":"Group","id":"1","type":"person","actual":true}}]}`,
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/fhir+json")
		_, _ = w.Write([]byte(answers[r.URL.Path]))
	}))
	t.Cleanup(server.Close)
	return &conformance.Runner{Server: server.URL}
}

// files reads every file below a folder.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(dir, func(file string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(file)
		name, _ := filepath.Rel(dir, file)
		found[filepath.ToSlash(name)] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestGenerate(t *testing.T) {
	runner, out := claiming(t), t.TempDir()
	done, err := conformance.Generate(context.Background(), runner, "", out)
	if err != nil {
		t.Fatal(err)
	}
	if done.Scripts != 6 || len(done.Notes) != 1 || !strings.Contains(done.Notes[0], "Claim: it can be neither searched nor created") {
		t.Errorf("got %+v", done)
	}
	made := files(t, out)
	again := t.TempDir()
	if _, err := conformance.Generate(context.Background(), runner, "", again); err != nil {
		t.Fatal(err)
	}
	for name, text := range files(t, again) {
		if made[name] != text {
			t.Errorf("%s is another the second time", name)
		}
	}
	for _, want := range []struct{ file, text string }{
		{"patient/_reference/patient-server-id-json-create.json", `"value": "${CD6}"`},
		{"patient/_reference/patient-server-id-json-create.json", `"reference": "Organization/${organizationId1}"`},
		{"patient/_reference/patient-server-id-xml-update.xml", `<family value="Amended"/>`},
		{"patient/_reference/patient-client-id-json-create.json", `"id": "${UUID-ST}"`},
		{"patient/_reference/patient-server-id-xml-patch.xml", `<valueString value="Patient.name.first().family"/>`},
		{"patient/patient-server-id-json.json", `"params": "?identifier=H+1"`},
		{"patient/patient-server-id-json.json", `"value": "identifier=${identifier}"`},
		{"patient/patient-server-id-json.json", `"name": "ConditionalDelete"`},
		{"patient/patient-server-id-json.json", `"params": "?general-practitioner=${search-general-practitioner}&_id=${resourceId}"`},
		{"patient/patient-server-id-json.json", `no value for them: death-date.`},
		{"patient/patient-client-id-xml.json", `"code": "updateCreate"`},
		{"group/group-read-only-xml.json", `"params": "?actual=${search-actual}"`},
	} {
		if !strings.Contains(made[want.file], want.text) {
			t.Errorf("%s lacks %s", want.file, want.text)
		}
	}
	for name, text := range made {
		if strings.Contains(text, `"Patient/7"`) || strings.Contains(name, "create") && strings.Contains(text, "versionId") {
			t.Errorf("%s names what the server assigned", name)
		}
		if !strings.Contains(name, "_reference") {
			if _, err := conformance.Load(filepath.Join(out, name)); err != nil {
				t.Error(err)
			}
		}
	}
	if strings.Contains(made["group/group-read-only-json.json"], `"create"`) || strings.Contains(made["group/group-read-only-json.json"], "vread") {
		t.Error("what a type does not claim is tested")
	}
}

// With a folder of fixtures only its types are written.
func TestGenerateFromFixtures(t *testing.T) {
	fixtures, out := t.TempDir(), t.TempDir()
	if _, err := conformance.Generate(context.Background(), claiming(t), fixtures, out); err != nil {
		t.Fatal(err)
	}
	if made := files(t, out); made["patient/patient-read-only-json.json"] == "" || !strings.Contains(made["patient/patient-read-only-json.json"], `"params": "?identifier=A12345"`) {
		t.Error("a type without a fixture is not only read")
	}
	write(t, filepath.Join(fixtures, "patient.json"), `{"resourceType":"Group"}`)
	if _, err := conformance.Generate(context.Background(), claiming(t), fixtures, out); err == nil || !strings.Contains(err.Error(), `"Group", not a Patient`) {
		t.Errorf("a fixture of another type gave %v", err)
	}
}

func TestGenerateNeedsACapabilityStatement(t *testing.T) {
	url, _ := answering(t)
	if _, err := conformance.Generate(context.Background(), &conformance.Runner{Server: url + "/Patient"}, "", t.TempDir()); err == nil || !strings.Contains(err.Error(), "is it the base URL?") {
		t.Errorf("got %v", err)
	}
}
