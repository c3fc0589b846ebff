package cmd_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/profile"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// outcome is what is read of an OperationOutcome.
type outcome struct {
	Issue []struct {
		Severity, Code, Diagnostics string
		Expression                  []string
	}
}

// errs lists the errors, each as "place: what".
func (o *outcome) errs() []string {
	var list []string
	for _, issue := range o.Issue {
		if issue.Severity == "error" || issue.Severity == "fatal" {
			list = append(list, issue.Code+" "+issue.Diagnostics)
		}
	}
	return list
}

func readOutcome(t *testing.T, status int, text []byte) *outcome {
	t.Helper()
	o := &outcome{}
	if err := json.Unmarshal(text, o); err != nil || status != 200 || len(o.Issue) == 0 {
		t.Fatalf("%d, %v: %s", status, err, text)
	}
	return o
}

// unmet are types that follow a profile of the guide nothing can meet, and do not claim it.
var unmet = map[string]bool{"Coverage": true, "InsurancePlan": true}

// Everything the demo shows is valid R4 and meets what it claims.
func TestWhatIsShownIsValid(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		claimed := map[string]int{}
		for _, typ := range []string{
			"Location", "Organization", "Practitioner", "PractitionerRole", "Patient", "Group", "Coverage", "Contract", "InsurancePlan",
			"Medication", "ActivityDefinition", "Claim", "ClaimResponse", "Communication", "CommunicationRequest", "Invoice",
		} {
			next := "/fhir/" + typ + "?_count=100"
			for next != "" {
				w := call{target: next, user: "Admin:admin123"}.on(s)
				var page struct {
					Entry []struct{ Resource json.RawMessage }
				}
				if err := json.Unmarshal(w.Body.Bytes(), &page); err != nil || w.Code != 200 {
					t.Fatalf("%s: %d %v", next, w.Code, err)
				}
				for _, entry := range page.Entry {
					w := call{method: "POST", target: "/fhir/" + typ + "/$validate", body: string(entry.Resource), header: map[string]string{"Content-Type": asFHIR}, user: "Admin:admin123"}.on(s)
					if faults := readOutcome(t, w.Code, w.Body.Bytes()).errs(); len(faults) > 0 {
						t.Fatalf("%s: %s\n%s", typ, strings.Join(faults, "\n"), entry.Resource)
					}
					if strings.Contains(string(entry.Resource), mapping.Guide+"StructureDefinition/openimis-") {
						claimed[typ]++
					}
				}
				if next = nextOf(w.Body.Bytes()); next != "" {
					next = next[strings.Index(next, "/fhir/"):]
				}
			}
			if claimed[typ] == 0 && !unmet[typ] {
				t.Logf("no %s of the demo claims a profile", typ)
			}
		}
		for _, typ := range []string{"Location", "Organization", "Practitioner", "PractitionerRole", "Patient", "Group", "Medication", "ActivityDefinition", "Claim", "ClaimResponse"} {
			if claimed[typ] == 0 {
				t.Errorf("no %s of the demo claims a profile", typ)
			}
		}
	})
}

// told gives the first error, or else the first issue, as "severity code place".
func (o *outcome) told() string {
	first := o.Issue[0]
	for _, issue := range o.Issue {
		if issue.Severity == "error" {
			first = issue
			break
		}
	}
	return strings.TrimSpace(first.Severity + " " + first.Code + " " + strings.Join(first.Expression, " "))
}

// $validate answers 200 with what is wrong, on types and instances, in JSON and XML, and
// needs no right but for what is stored.
func TestValidate(t *testing.T) {
	const (
		location = `"name":"V","physicalType":{"coding":[{"system":"CS/location-type","code":"R"}]},"identifier":[{"type":{"coding":[{"system":"CS/openimis-identifiers","code":"Code"}]},"value":"V1"}]`
		good     = `{"resourceType":"Location","meta":{"profile":["SD/openimis-location"]},` + location + `}`
		plain    = `{"resourceType":"Location","alias":["W"],` + location + `}`
	)
	asked := func(resource, rest string) string {
		return `{"resourceType":"Parameters","parameter":[{"name":"resource","resource":` + resource + `}` + rest + `]}`
	}
	filled := strings.NewReplacer("SD/", mapping.Guide+"StructureDefinition/", "CS/", mapping.Guide+"CodeSystem/")
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		stored := readBundle(t, call{target: "/fhir/Location?_count=1", user: "Admin:admin123"}.on(s)).Entry[0].Resource.ID
		for _, c := range []struct{ name, target, body, want string }{
			{"good", "/fhir/Location/$validate", good, "warning invariant Location"},
			{"compatible base", "/api/api_fhir_r4/Location/$validate/", good, "warning invariant Location"},
			{"no claim", "/fhir/Location/$validate", plain, "warning invariant Location"},
			{"asked in the URL", "/fhir/Location/$validate?profile=SD/openimis-location", plain, "error structure Location.alias[0]"},
			{"asked in Parameters", "/fhir/Location/$validate", asked(plain, `,{"name":"profile","valueUri":"SD/openimis-location"}`), "error structure Location.alias[0]"},
			{"claimed", "/fhir/Location/$validate", strings.Replace(good, `"name":"V"`, `"status":"suspended"`, 1), "error value Location.status"},
			{"a code", "/fhir/Location/$validate", strings.Replace(good, `"R"`, `"X"`, 1), "error code-invalid Location.physicalType"},
			{"unknown profile", "/fhir/Location/$validate?profile=http://x/y", plain, "error not-found"},
			{"R4: element", "/fhir/Location/$validate", `{"resourceType":"Location","nonsense":1}`, "error structure Location.nonsense"},
			{"R4: value", "/fhir/Location/$validate", asked(`{"resourceType":"Location","position":{"longitude":"x","latitude":1}}`, ""), "error value Location.position.longitude"},
			{"R4: missing", "/fhir/Claim/$validate", `{"resourceType":"Claim","status":"active"}`, "error required Claim.type"},
			{"R4: target", "/fhir/Location/$validate", `{"resourceType":"Location","name":"x","partOf":{"reference":"Patient/1"}}`, "error structure Location.partOf"},
			{"another type", "/fhir/Location/$validate", `{"resourceType":"Patient","active":true}`, "error structure Patient"},
			{"twice", "/fhir/Location/$validate", `{"resourceType":"Location","name":"a","name":"b"}`, "error structure Location.name"},
			{"twice in Parameters", "/fhir/Location/$validate", asked(`{"resourceType":"Location","name":"a","name":"b"}`, ""), "error structure Location.name"},
			{"xml", "/fhir/Location/$validate", `<Location xmlns="http://hl7.org/fhir"><nonsense value="1"/></Location>`, "error structure Location.nonsense"},
			{"update", "/fhir/Location/" + stored + "/$validate?mode=update", good, "error invalid Location.id"},
			{"create", "/fhir/Location/$validate?mode=create", good, "warning invariant Location"},
			{"delete", "/fhir/Location/" + stored + "/$validate?mode=delete", "", "warning invariant Location"},
			{"stored", "/fhir/Location/" + stored + "/$validate?profile=SD/openimis-location", "", "warning invariant Location"},
		} {
			kind := asFHIR
			if strings.HasPrefix(c.body, "<") {
				kind = "application/fhir+xml"
			}
			w := call{method: "POST", target: filled.Replace(c.target), body: filled.Replace(c.body), header: map[string]string{"Content-Type": kind, "Accept": asFHIR}, user: "reception:reception123"}.on(s)
			if got := readOutcome(t, w.Code, w.Body.Bytes()).told(); got != c.want {
				t.Errorf("%s: %s, want %s\n%s", c.name, got, c.want, w.Body)
			}
		}
		for _, c := range []struct {
			target, body, user string
			want               int
		}{
			{"/fhir/Location/$validate", good, "", 401},
			{"/fhir/Location/$validate", "", "Admin:admin123", 400},
			{"/fhir/Location/$validate", "{", "Admin:admin123", 400},
			{"/fhir/Location/$validate?mode=nonsense", good, "Admin:admin123", 400},
			{"/fhir/Location/$validate?mode=profile", good, "Admin:admin123", 400},
			{"/fhir/Location/$validate?mode=update", good, "Admin:admin123", 400},
			{"/fhir/Location/00000000-0000-4000-8000-000000000000/$validate", "", "Admin:admin123", 404},
		} {
			if w := (call{method: "POST", target: c.target, body: c.body, header: map[string]string{"Content-Type": asFHIR}, user: c.user}).on(s); w.Code != c.want {
				t.Errorf("%s by %q: %d, want %d: %s", c.target, c.user, w.Code, c.want, w.Body)
			}
		}
	})
}

// A resource that claims a profile is refused unless it meets it; one that claims nothing,
// or what nobody knows, is taken as before, and the compatible base takes all on trust.
func TestClaimsAreChecked(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		filled := strings.NewReplacer("SD/", mapping.Guide+"StructureDefinition/", "CS/", mapping.Guide+"CodeSystem/")
		for _, c := range []struct {
			base, code, profile, want string
			status                    int
		}{
			{"/fhir", "VA1", "SD/openimis-location", `"expression":["Location.alias[0]"]`, 422},
			{"/fhir", "VA2", "http://x/unknown", "http://x/unknown is not known here", 201},
			{"/api/api_fhir_r4", "VA3", "SD/openimis-location", "", 201},
		} {
			body := `{"resourceType":"Location","meta":{"profile":["` + c.profile + `"]},"name":"V","alias":["W"],"status":"active","mode":"instance",
				"physicalType":{"coding":[{"system":"CS/location-type","code":"R"}]},"identifier":[{"type":{"coding":[{"system":"CS/openimis-identifiers","code":"Code"}]},"value":"` + c.code + `"}]}`
			w := call{method: "POST", target: c.base + "/Location", body: filled.Replace(body), user: "Admin:admin123",
				header: map[string]string{"Content-Type": asFHIR, "Prefer": "return=OperationOutcome"}}.on(s)
			if w.Code != c.status || !strings.Contains(w.Body.String(), c.want) {
				t.Errorf("%s with %s: %d %s", c.base, c.profile, w.Code, w.Body)
			}
		}
	})
}

// A patch may not take a resource out of the profile it claims, in whatever way it is written.
func TestPatchThatBreaksAProfile(t *testing.T) {
	const phone = `[{"system":"phone","value":"1"}]`
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		at := "/fhir/Location/" + readBundle(t, call{target: "/fhir/Location?_count=1", user: admin}.on(s)).Entry[0].Resource.ID
		before := call{target: at, user: admin}.on(s).Body.String()
		if !strings.Contains(before, `StructureDefinition/openimis-location"`) {
			t.Fatalf("the place claims no profile: %s", before)
		}
		for _, c := range []struct{ name, kind, body, place string }{
			{"forbidden by JSON Patch", "application/json-patch+json", `[{"op":"add","path":"/telecom","value":` + phone + `}]`, "Location.telecom[0]"},
			{"forbidden by merge", "application/merge-patch+json", `{"telecom":` + phone + `}`, "Location.telecom[0]"},
			{"forbidden by FHIRPath Patch", asFHIR, `{"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"type","valueCode":"add"},{"name":"path","valueString":"Location"},
				{"name":"name","valueString":"telecom"},{"name":"value","valueContactPoint":{"system":"phone","value":"1"}}]}]}`, "Location.telecom[0]"},
			{"needed", "application/json-patch+json", `[{"op":"remove","path":"/name"}]`, "Location.name"},
		} {
			w := call{method: "PATCH", target: at, body: c.body, user: admin, header: map[string]string{"Content-Type": c.kind}}.on(s)
			if w.Code != 422 || !strings.Contains(w.Body.String(), `"expression":["`+c.place+`"]`) {
				t.Errorf("%s: %d %s, want 422 at %s", c.name, w.Code, w.Body, c.place)
			}
		}
		if after := (call{target: at, user: admin}).on(s).Body.String(); after != before {
			t.Errorf("something was written: %s", after)
		}
	})
}

// What is shown keeps the rules of R4 itself, whatever the type.
func TestWhatIsShownKeepsTheRules(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		read := func(target string) *fhir.Object {
			t.Helper()
			w := call{target: target, user: admin}.on(s)
			tree, err := fhir.ParseJSON(w.Body.Bytes())
			if w.Code != 200 || err != nil {
				t.Fatalf("%s: %d %v %.300s", target, w.Code, err, w.Body)
			}
			return tree
		}
		seen := map[string]int{}
		for _, rest := range read("/fhir/metadata").List("rest")[0].(*fhir.Object).List("resource") {
			typ := rest.(*fhir.Object)
			if len(typ.List("searchParam")) == 0 {
				continue
			}
			for _, entry := range read("/fhir/" + typ.String("type") + "?_count=20").List("entry") {
				resource := entry.(*fhir.Object).Object("resource")
				for _, issue := range profile.NewSet().Validate(resource, profile.Options{Now: time.Now}) {
					if issue.Errs() {
						t.Errorf("%s/%s: %s: %s", typ.String("type"), resource.String("id"), issue.Path, issue.Text)
					}
				}
				seen[typ.String("type")]++
			}
		}
		if len(seen) < 20 || seen["AuditEvent"] == 0 {
			t.Errorf("only these were looked at: %v", seen)
		}
	})
}
