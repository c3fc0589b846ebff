package cmd_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// admin may do everything in the demo.
const admin = "Admin:admin123"

// rowCounts says how many rows each table has, history and our own tables included.
// Changing a row leaves the old one behind as history, so that what does not change the
// counts has written nothing.
func rowCounts(t testing.TB, store *persistence.Store) map[string]int64 {
	t.Helper()
	models := append([]any{persistence.Outbox{}, persistence.Idempotency{}}, persistence.Tables...)
	parts := make([]string, len(models))
	for i, model := range models {
		name := model.(interface{ TableName() string }).TableName()
		parts[i] = fmt.Sprintf(`SELECT '%s' AS name, COUNT(*) AS n FROM "%s"`, name, name)
	}
	var found []struct {
		Name string
		N    int64
	}
	system := core.WithPrincipal(t.Context(), core.SystemPrincipal)
	if err := store.Read(system).DB().Raw(strings.Join(parts, " UNION ALL ")).Scan(&found).Error; err != nil {
		t.Fatal(err)
	}
	counts := map[string]int64{}
	for _, f := range found {
		counts[f.Name] = f.N
	}
	return counts
}

// seeds are valid resources in which words in capitals stand for what differs: CODE0000
// for the business code, and OWNID for the id.
type seeds struct {
	bodies map[string]string   // by type; "Claim active" is one to be submitted
	known  map[string][]string // ids of resources that are there, by type
}

// identified is the business code as openIMIS writes it.
const identified = `[{"type":{"coding":[{"system":"https://openimis.github.io/openimis_fhir_r4_ig/CodeSystem/openimis-identifiers","code":"Code"}]},"value":"CODE0000"}]`

// readSeeds makes valid bodies of what the demo shows.
func readSeeds(t testing.TB, h http.Handler) *seeds {
	t.Helper()
	s := &seeds{bodies: map[string]string{}, known: map[string][]string{}}
	for _, typ := range []string{"Patient", "Organization", "Location", "Claim", "ClaimResponse", "Coverage", "Group", "Practitioner", "Medication"} {
		for _, e := range readBundle(t, call{target: "/fhir/" + typ + "?_count=20", user: admin}.on(h)).Entry {
			s.known[typ] = append(s.known[typ], e.Resource.ID)
		}
	}
	for typ, query := range map[string]string{
		"Patient": "is-head=false", "Organization": "type=prov", "Location": "physicaltype=V", "Claim": "status=draft",
	} {
		s.bodies[typ] = seedOf(t, call{target: "/fhir/" + typ + "?_count=1&" + query, user: admin}.on(h).Body.Bytes())
	}
	s.bodies["Claim"] = strings.Replace(s.bodies["Claim"], `"insurance":`, `"careTeam":[{"sequence":1,"provider":{"display":"Nurse Joy"}}],"supportingInfo":[`+
		`{"sequence":1,"category":{"coding":[{"system":"GUIDE/claim-supporting-info-category","code":"guarantee"}]},"valueString":"G-77"},`+
		`{"sequence":2,"category":{"coding":[{"system":"GUIDE/claim-supporting-info-category","code":"explanation"}]},"valueString":"Head ache"},`+
		`{"sequence":3,"category":{"coding":[{"system":"GUIDE/claim-supporting-info-category","code":"attachment"}]},"valueAttachment":{"contentType":"text/plain","data":"aGVsbG8=","title":"letter.txt","creation":"2026-05-02"}}],"insurance":`, 1)
	s.bodies["Claim"] = strings.ReplaceAll(s.bodies["Claim"], `"GUIDE/`, `"https://openimis.github.io/openimis_fhir_r4_ig/CodeSystem/`)
	s.bodies["Claim active"] = strings.Replace(s.bodies["Claim"], `"status":"draft"`, `"status":"active"`, 1)
	return s
}

// seedOf takes the first resource of a Bundle and leaves out what the server gave it.
func seedOf(t testing.TB, text []byte) string {
	t.Helper()
	var found struct {
		Entry []struct{ Resource map[string]any }
	}
	if err := json.Unmarshal(text, &found); err != nil || len(found.Entry) == 0 {
		t.Fatalf("%v in %s", err, text)
	}
	resource := found.Entry[0].Resource
	delete(resource, "meta")
	resource["id"], resource["identifier"] = "OWNID", json.RawMessage(identified)
	body, err := json.Marshal(resource)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// new gives a body for a create with the code.
func (s *seeds) new(kind, code string) string {
	return strings.Replace(strings.Replace(s.bodies[kind], `"id":"OWNID",`, "", 1), "CODE0000", code, 1)
}

// same gives a body for an update of the resource that has the id and the code.
func (s *seeds) same(kind, id, code string) string {
	return strings.Replace(strings.Replace(s.bodies[kind], "OWNID", id, 1), "CODE0000", code, 1)
}

// create posts a seed and gives its id.
func (s *seeds) create(t testing.TB, h http.Handler, kind, code string) string {
	t.Helper()
	typ, _, _ := strings.Cut(kind, " ")
	w := call{method: "POST", target: "/fhir/" + typ, body: s.new(kind, code), user: admin, header: map[string]string{"Content-Type": "application/fhir+json"}}.on(h)
	if w.Code != http.StatusCreated {
		t.Fatalf("a valid %s is refused: %d %s\n%s", kind, w.Code, w.Body, s.new(kind, code))
	}
	_, rest, _ := strings.Cut(w.Header().Get("Location"), "/"+typ+"/")
	id, _, _ := strings.Cut(rest, "/")
	return id
}

// chunked sends the request without saying how long its body is.
func (c call) chunked(h http.Handler) *httptest.ResponseRecorder {
	r := httptest.NewRequest(c.method, c.target, struct{ io.Reader }{strings.NewReader(c.body)})
	for name, value := range c.header {
		r.Header.Set(name, value)
	}
	name, password, _ := strings.Cut(c.user, ":")
	r.SetBasicAuth(name, password)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func unmarshal(t testing.TB, w *httptest.ResponseRecorder, into any) {
	t.Helper()
	if err := json.Unmarshal(w.Body.Bytes(), into); err != nil {
		t.Fatalf("%v in %d %s", err, w.Code, w.Body)
	}
}
