package cmd_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/cmd"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

var fhirBases = []string{"/fhir", "/api/api_fhir_r4"}

// claims is what a CapabilityStatement says that this file looks at.
type claims struct {
	Rest []struct {
		Interaction []struct{ Code string }
		Resource    []typeClaims
	}
}

// typeClaims is what it says of one type.
type typeClaims struct {
	Type                                               string
	Interaction                                        []struct{ Code string }
	SearchParam                                        []struct{ Name, Type, Definition string }
	Operation                                          []struct{ Name, Definition string }
	UpdateCreate, ConditionalCreate, ConditionalUpdate bool
	ConditionalRead, ConditionalDelete                 string
}

func (c *typeClaims) does(interaction string) bool {
	return slices.ContainsFunc(c.Interaction, func(i struct{ Code string }) bool { return i.Code == interaction })
}

func readClaims(t *testing.T, h http.Handler, base string) *claims {
	t.Helper()
	w := call{target: base + "/metadata"}.on(h)
	c := &claims{}
	if err := json.Unmarshal(w.Body.Bytes(), c); err != nil || w.Code != 200 || len(c.Rest) != 1 {
		t.Fatalf("%s/metadata: %d %v", base, w.Code, err)
	}
	return c
}

// lines says what is claimed, a line for each thing.
func (c *claims) lines(base string) []string {
	var list []string
	for _, i := range c.Rest[0].Interaction {
		list = append(list, base+" "+i.Code)
	}
	for _, r := range c.Rest[0].Resource {
		of := base + " " + r.Type + " "
		for _, i := range r.Interaction {
			list = append(list, of+i.Code)
		}
		for _, p := range r.SearchParam {
			list = append(list, of+"?"+p.Name+" "+p.Type)
		}
		for _, o := range r.Operation {
			list = append(list, of+"$"+o.Name)
		}
		for name, claimed := range map[string]bool{
			"update-create": r.UpdateCreate, "conditional-create": r.ConditionalCreate, "conditional-update": r.ConditionalUpdate,
			"conditional-read": r.ConditionalRead == "full-support", "conditional-delete": r.ConditionalDelete == "single",
		} {
			if claimed {
				list = append(list, of+name)
			}
		}
	}
	return list
}

// What /metadata claims may only grow: a client that relies on a line of the list finds it
// in every later version.
func TestClaimsOnlyGrow(t *testing.T) {
	file := filepath.Join("testdata", "capabilities.txt")
	s := assemble(t, persistencetest.SQLite(t), nil)
	var now []string
	for _, base := range fhirBases {
		now = append(now, readClaims(t, s, base).lines(base)...)
	}
	text, err := os.ReadFile(file)
	if err != nil && !*update {
		t.Fatal(err)
	}
	listed := strings.Split(strings.TrimSpace(string(text)), "\n")
	if *update {
		listed = slices.Compact(slices.Sorted(slices.Values(slices.DeleteFunc(append(listed, now...), func(line string) bool { return line == "" }))))
		if err := os.WriteFile(file, []byte(strings.Join(listed, "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	sameLines(t, now, listed, "/metadata claims what the list does not have: %s", "/metadata does not claim any more: %s")
	if t.Failed() {
		t.Log("new lines are added with: go test ./cmd -run TestClaimsOnlyGrow -update; what was claimed once is never taken out")
	}
}

// claimTry is one request that a claim stands for, in one format.
type claimTry struct {
	t            *testing.T
	h            http.Handler
	base, format string
}

func (c claimTry) ask(method, target, body string, header map[string]string) (int, string) {
	h := map[string]string{"Accept": c.format, "Content-Type": c.format}
	maps.Copy(h, header)
	w := call{method: method, target: c.base + "/" + target, body: body, user: "Admin:admin123", header: h}.on(c.h)
	if text := w.Body.String(); text != "" && w.Code < 500 && strings.HasPrefix(text, "<") != strings.HasSuffix(c.format, "xml") {
		c.t.Errorf("%s %s is not answered as %s: %.200s", method, target, c.format, text)
	}
	return w.Code, w.Body.String()
}

// wants asks and complains about a status that is none of those.
func (c claimTry) wants(method, target, body string, header map[string]string, statuses ...int) string {
	c.t.Helper()
	status, text := c.ask(method, target, body, header)
	if !slices.Contains(statuses, status) {
		c.t.Errorf("%s %s%s as %s: %d, want %v: %.400s", method, c.base+"/", target, c.format, status, statuses, text)
	}
	return text
}

// Every interaction, search parameter and operation that /metadata claims, at both bases, in
// JSON and XML, is there, and every interaction it does not claim is refused.
func TestEveryClaimIsTrue(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		call{target: "/fhir/Patient?_count=1", user: "Admin:admin123"}.on(assemble(t, store, nil)) // so that the audit has a line
		s := assemble(t, store, func(p *cmd.Parts) { p.Config.Audit = "off" })
		for _, base := range fhirBases {
			statement := readClaims(t, s, base)
			for _, format := range []string{"application/fhir+json", "application/fhir+xml"} {
				try := claimTry{t, s, base, format}
				for i := range statement.Rest[0].Resource {
					r := &statement.Rest[0].Resource[i]
					try.searches(r)
					try.instance(r)
					try.operations(r)
				}
			}
		}
	})
}

// particular are the values of parameters that want a certain one.
var particular = map[string]string{
	"AuditEvent entity": "Patient/" + noSuchID, "refDate": "2024-05-31", "refEndDate": "2024-05-31", "claimDateFrom": "2024-05-31",
	"Practitioner resourceType": "ca", "PractitionerRole resourceType": "ca", "Invoice resourceType": "bill",
}

// sensible are values of a type of parameter that are right, and one that is not; "" where
// every text is right.
var sensible = map[string]struct{ good, bad string }{
	"token":     {"a", ""},
	"string":    {"a", ""},
	"uri":       {"http://example.org/a", ""},
	"date":      {"ge2000-01-01", "never"},
	"number":    {"ge1", "few"},
	"quantity":  {"ge1", "few"},
	"reference": {"00000000-0000-4000-8000-000000000001", ""},
}

// searches tries each parameter: it takes a value, refuses nonsense, and what has it and
// what lacks it are together all there is.
func (c claimTry) searches(r *typeClaims) {
	if !r.does("search-type") {
		c.wants("GET", r.Type, "", nil, 405)
		return
	}
	counted := r.Type != "Provenance" // of which only what has a target is counted
	all := 0
	if counted {
		all = c.count(r.Type + "?")
	}
	for _, p := range r.SearchParam {
		value, known := sensible[p.Type]
		if !known {
			c.t.Errorf("%s?%s is a %s, of which the test has no value", r.Type, p.Name, p.Type)
			continue
		}
		if own := particular[r.Type+" "+p.Name] + particular[p.Name]; own != "" {
			value.good = own
		}
		good := r.Type + "?" + p.Name + "=" + url.QueryEscape(value.good)
		c.wants("GET", good+"&_count=1", "", nil, 200)
		c.wants("POST", r.Type+"/_search", p.Name+"="+url.QueryEscape(value.good)+"&_count=1", map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, 200)
		if value.bad != "" {
			c.wants("GET", r.Type+"?"+p.Name+"="+value.bad, "", nil, 400)
		}
		if !counted {
			c.wants("GET", r.Type+"?"+p.Name+":missing=false&_count=1", "", nil, 200)
			c.wants("GET", r.Type+"?"+p.Name+":missing=true&_count=1", "", nil, 200)
			continue
		}
		with, without := c.count(r.Type+"?"+p.Name+":missing=false&"), c.count(r.Type+"?"+p.Name+":missing=true&")
		if with+without != all {
			c.t.Errorf("%s/%s by %s: %d have it, %d lack it, and all are %d", c.base, r.Type, p.Name, with, without, all)
		}
	}
	c.wants("GET", r.Type+"?no-such-parameter=1", "", map[string]string{"Prefer": "handling=strict"}, map[bool]int{true: 400, false: 200}[c.base == fhirBases[0]])
}

// count gives how many instances a search finds.
func (c claimTry) count(search string) int {
	c.t.Helper()
	w := call{target: c.base + "/" + search + "_summary=count&_format=json", user: "Admin:admin123"}.on(c.h)
	var b struct{ Total *int }
	if err := json.Unmarshal(w.Body.Bytes(), &b); err != nil || w.Code != 200 || b.Total == nil {
		c.t.Errorf("%s/%s: %d %.300s", c.base, search, w.Code, w.Body)
		return 0
	}
	return *b.Total
}

// chosen finds the instance of a type that can be changed.
var chosen = map[string]string{"Organization": "type=prov&", "Claim": "status=draft&"}

// specimens are instances of the types the demo has none of.
var specimens = map[string]string{
	"Subscription": `{"resourceType":"Subscription","status":"requested","reason":"to know","criteria":"Patient?gender=female","channel":{"type":"rest-hook","endpoint":"https://example.org/hook"}}`,
	"CoverageEligibilityRequest": `{"resourceType":"CoverageEligibilityRequest","status":"active","purpose":["benefits"],"patient":{"reference":"Patient/PATIENT"},
		"created":"2024-05-31","insurer":{"reference":"Organization/openimis-insurer"}}`,
}

// answers are those that differ from what is usual: an instance is created 409, since the
// one that was read has its key already; it is made anew by the TestScripts.
var answers = map[string]int{
	"Subscription create": 201, "CoverageEligibilityRequest create": 201,
	"Coverage create":      422, // a cover follows from its policy
	"Claim create":         201, // the same claim twice is one
	"PaymentNotice create": 201, // two payments may be alike
	"/api/api_fhir_r4 CoverageEligibilityResponse read": 200, // today's clients ask by number, and are told that nobody has it
	"/api/api_fhir_r4 Claim update":                     409, // a claim is submitted there whenever it is sent
}

// instance tries what is claimed of an instance of the demo, and that nothing else is done.
func (c claimTry) instance(r *typeClaims) {
	id, version := c.first(r)
	at := r.Type + "/" + id
	want := func(interaction string, done int) []int {
		switch {
		case !r.does(interaction):
			return []int{404, 405}
		case answers[c.base+" "+r.Type+" "+interaction] != 0:
			done = answers[c.base+" "+r.Type+" "+interaction]
		case answers[r.Type+" "+interaction] != 0:
			done = answers[r.Type+" "+interaction]
		case id == noSuchID && interaction != "create" && interaction != "history-type":
			done = 404
		}
		return []int{done}
	}
	c.wants("HEAD", at, "", nil, want("read", 200)...)
	c.wants("GET", at+"/_history", "", nil, want("history-instance", 200)...)
	c.wants("GET", at+"/_history/"+version, "", nil, want("vread", 200)...)
	c.wants("GET", r.Type+"/_history?_count=1", "", nil, want("history-type", 200)...)
	if r.ConditionalRead == "full-support" && version != "" {
		c.wants("GET", at, "", map[string]string{"If-None-Match": `W/"` + version + `"`}, 304)
	}
	c.wants("PATCH", at, "{}", map[string]string{"Content-Type": "application/merge-patch+json"}, want("patch", 200)...)
	body := c.wants("GET", at, "", nil, want("read", 200)...)
	if id == noSuchID {
		body = c.written(specimens[r.Type])
	} else {
		c.wants("PUT", at, body, nil, want("update", 200)...)
	}
	c.wants("POST", r.Type, body, nil, want("create", 409)...)
	if id = noSuchID; r.does("delete") {
		c.wants("DELETE", r.Type+"/"+id, "", nil, 404)
	} else {
		c.wants("DELETE", r.Type+"/"+id, "", nil, 404, 405)
	}
	c.conditions(r, body)
}

// written gives a resource in the format, with a person of the demo.
func (c claimTry) written(text string) string {
	if text == "" {
		return ""
	}
	patient, _ := c.first(&typeClaims{Type: "Patient", Interaction: []struct{ Code string }{{"search-type"}}})
	r, err := fhir.DecodeJSON([]byte(strings.ReplaceAll(text, "PATIENT", patient)), fhir.DecodeOptions{})
	if err != nil {
		c.t.Fatal(err)
	}
	out, err := r.AppendJSON(nil, fhir.EncodeOptions{})
	if strings.HasSuffix(c.format, "xml") {
		out, err = r.AppendXML(nil, fhir.EncodeOptions{})
	}
	if err != nil {
		c.t.Fatal(err)
	}
	return string(out)
}

// conditions tries the conditional interactions with criteria that nothing meets, whether
// they are claimed or not.
func (c claimTry) conditions(r *typeClaims, body string) {
	criteria := "_id=" + noSuchID
	status, text := c.ask("PUT", r.Type+"?"+criteria, body, nil)
	if (status == 405) == r.ConditionalUpdate {
		c.t.Errorf("%s/%s: conditional update is claimed %v and answers %d %.300s", c.base, r.Type, r.ConditionalUpdate, status, text)
	}
	want := 405
	if r.ConditionalDelete == "single" {
		want = 204
	}
	if status, text = c.ask("DELETE", r.Type+"?"+criteria, "", nil); status != want && !(want == 204 && status == 404) {
		c.t.Errorf("%s/%s: conditional delete is claimed %s and answers %d %.300s", c.base, r.Type, r.ConditionalDelete, status, text)
	}
	if r.ConditionalCreate { // an instance that is there is not made again
		if id, _ := c.first(r); id != noSuchID {
			c.wants("POST", r.Type, body, map[string]string{"If-None-Exist": "_id=" + id}, 200)
		}
	}
}

const noSuchID = "00000000-0000-4000-8000-00000000dead"

// first gives an instance of the type and its version; noSuchID when the demo has none.
func (c claimTry) first(r *typeClaims) (id, version string) {
	if !r.does("search-type") {
		return noSuchID, ""
	}
	var page struct {
		Entry []struct {
			Resource struct {
				ID   string
				Meta struct{ VersionID string }
			}
		}
	}
	w := call{target: c.base + "/" + r.Type + "?" + chosen[r.Type] + "_count=1&_format=json", user: "Admin:admin123"}.on(c.h)
	if err := json.Unmarshal(w.Body.Bytes(), &page); err != nil || len(page.Entry) == 0 {
		return noSuchID, ""
	}
	return page.Entry[0].Resource.ID, page.Entry[0].Resource.Meta.VersionID
}

// operations tries each operation where the routes have it: no answer is that it is not there.
func (c claimTry) operations(r *typeClaims) {
	id, _ := c.first(r)
	for _, o := range r.Operation {
		there := false
		for _, target := range []string{r.Type + "/$" + o.Name, r.Type + "/" + id + "/$" + o.Name} {
			for _, method := range []string{"GET", "POST"} {
				status, text := c.ask(method, target, map[bool]string{true: c.nothing()}[method == "POST"], nil)
				if status >= 500 {
					c.t.Errorf("%s %s: %d %s", method, target, status, text)
				}
				there = there || status != 404 && status != 405
			}
		}
		if !there && id != noSuchID {
			c.t.Errorf("%s/%s/$%s is claimed and nowhere to be found", c.base, r.Type, o.Name)
		}
		if !strings.HasPrefix(o.Definition, "http") {
			c.t.Errorf("%s/$%s has no definition", r.Type, o.Name)
		}
	}
}

// nothing is a body without parameters.
func (c claimTry) nothing() string {
	if strings.HasSuffix(c.format, "xml") {
		return `<Parameters xmlns="http://hl7.org/fhir"/>`
	}
	return `{"resourceType":"Parameters"}`
}
