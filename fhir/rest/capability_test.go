package rest

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/fhir/search"
)

type statement struct {
	ResourceType, Status, Kind, Date, FhirVersion string
	Format                                        []string
	Software                                      struct{ Name, Version string }
	Implementation                                struct{ URL string }
	Rest                                          []struct {
		Mode     string
		Security struct {
			Description string
			Service     []struct{ Coding []struct{ Code string } }
		}
		Resource []struct {
			Type, Profile, Documentation, Versioning, ConditionalRead, ConditionalDelete string
			ReadHistory, UpdateCreate, ConditionalCreate, ConditionalUpdate              *bool
			Interaction                                                                  []struct{ Code string }
			SearchInclude, SearchRevInclude, ReferencePolicy                             []string
			SearchParam                                                                  []struct{ Name, Type, Definition string }
		}
	}
}

func capabilities(t *testing.T, w *world) statement {
	t.Helper()
	rec := w.do("GET", "/fhir/metadata", headers{"X-User": "nobody"}, "")
	checkBody(t, rec, "GET")
	var s statement
	if err := json.Unmarshal(rec.Body.Bytes(), &s); err != nil || rec.Code != 200 {
		t.Fatalf("%d %v %s", rec.Code, err, rec.Body)
	}
	return s
}

// TestCapabilityStatementIsTrue walks every claim and tries it, and tries what is not
// claimed and has to be refused.
func TestCapabilityStatementIsTrue(t *testing.T) {
	s := capabilities(t, newWorld(t, nil))
	if s.ResourceType != "CapabilityStatement" || s.Status != "active" || s.Kind != "instance" || s.FhirVersion != "4.0.1" ||
		s.Date != "2024-03-01T10:00:00Z" || s.Software.Version != "1.2" || s.Implementation.URL != "https://example.org/fhir" ||
		s.Rest[0].Mode != "server" || s.Rest[0].Security.Service[0].Coding[0].Code != "Basic" || len(s.Rest[0].Resource) != 6 {
		t.Errorf("%+v", s)
	}
	for _, format := range s.Format {
		rec := newWorld(t, nil).do("GET", "/fhir/metadata?_format="+strings.ReplaceAll(format, "+", "%2B"), nil, "")
		if rec.Code != 200 || !strings.Contains(rec.Header().Get("Content-Type"), format) {
			t.Errorf("format %s: %d %s", format, rec.Code, rec.Header().Get("Content-Type"))
		}
	}
	for _, r := range s.Rest[0].Resource {
		id := map[string]string{"Patient": anna, "Claim": "c1", "Organization": "org1", "Location": "loc1"}[r.Type]
		if id == "" {
			id = "none"
		}
		offered := map[string]bool{}
		for _, i := range r.Interaction {
			offered[i.Code] = true
		}
		tries := map[string][]string{ // interaction: method, path, body
			"read":             {"GET", "/" + id},
			"vread":            {"GET", "/" + id + "/_history/1"},
			"history-instance": {"GET", "/" + id + "/_history"},
			"history-type":     {"GET", "/_history"},
			"search-type":      {"GET", ""},
			"create":           {"POST", "", "{}"},
			"update":           {"PUT", "/" + id, "{}"},
			"patch":            {"PATCH", "/" + id, "{}"},
			"delete":           {"DELETE", "/" + id},
		}
		for code := range offered {
			if tries[code] == nil {
				t.Errorf("%s: interaction %s is no word of this test", r.Type, code)
			}
		}
		for code, try := range tries {
			w := newWorld(t, nil)
			body := strings.Join(try[2:], "")
			rec := w.do(try[0], "/fhir/"+r.Type+try[1], asJSON, body)
			missing := rec.Code == http.StatusMethodNotAllowed || rec.Code == http.StatusNotFound && id != "none"
			if offered[code] && (missing || rec.Code >= 500) {
				t.Errorf("%s: %s is claimed and answers %d", r.Type, code, rec.Code)
			}
			if !offered[code] && rec.Code != http.StatusMethodNotAllowed && rec.Code != http.StatusNotFound {
				t.Errorf("%s: %s is not claimed and answers %d", r.Type, code, rec.Code)
			}
		}
		if (r.Versioning == "versioned") != offered["vread"] || *r.ReadHistory != offered["vread"] {
			t.Errorf("%s: versioning %s, readHistory %v", r.Type, r.Versioning, *r.ReadHistory)
		}
		tryConditions(t, r.Type, map[string]bool{"POST": *r.ConditionalCreate, "PUT": *r.ConditionalUpdate, "DELETE": r.ConditionalDelete == "single"})
		if r.ConditionalRead == "full-support" && id != "none" {
			w := newWorld(t, nil)
			for _, h := range []headers{{"If-None-Match": `W/"1"`}, {"If-Modified-Since": "Fri, 01 Mar 2030 10:00:01 GMT"}} {
				if rec := w.do("GET", "/fhir/"+r.Type+"/"+id, h, ""); rec.Code != 304 {
					t.Errorf("%s: conditional read %v answers %d", r.Type, h, rec.Code)
				}
			}
		}
		tryParams(t, r.Type, r.SearchParam)
		for name, values := range map[string][]string{"_include": r.SearchInclude, "_revinclude": r.SearchRevInclude} {
			for _, value := range values {
				if rec := newWorld(t, nil).do("GET", "/fhir/"+r.Type+"?"+name+"="+value, nil, ""); rec.Code != 200 {
					t.Errorf("%s?%s=%s answers %d %s", r.Type, name, value, rec.Code, rec.Body)
				}
			}
		}
		if r.Type == "Patient" {
			if r.Profile != "http://example.org/Patient" || !contains(r.Documentation, "id, meta") || len(r.SearchInclude) != 2 || len(r.SearchRevInclude) != 1 {
				t.Errorf("%+v", r)
			}
		}
	}
}

// tryConditions tries each conditional interaction, claimed or not.
func tryConditions(t *testing.T, typ string, claimed map[string]bool) {
	t.Helper()
	for method, offered := range claimed {
		url, h := "/fhir/"+typ+"?_id=nosuch", asJSON
		if method == http.MethodPost {
			url, h = "/fhir/"+typ, headers{"Content-Type": "application/fhir+json", "If-None-Exist": "_id=nosuch"}
		}
		rec := newWorld(t, nil).do(method, url, h, `{"resourceType":"`+typ+`"}`)
		if missing := rec.Code == http.StatusMethodNotAllowed; missing == offered || rec.Code >= 500 {
			t.Errorf("%s: conditional %s, claimed %v, answers %d", typ, method, offered, rec.Code)
		}
	}
}

func tryParams(t *testing.T, typ string, params []struct{ Name, Type, Definition string }) {
	t.Helper()
	values := map[string]string{"token": "x", "string": "x", "date": "2024", "reference": "x", "number": "1", "quantity": "1", "uri": "x"}
	names := map[string]bool{}
	for _, p := range params {
		names[p.Name] = true
		rec := newWorld(t, nil).do("GET", "/fhir/"+typ+"?"+p.Name+"="+values[p.Type], nil, "")
		if rec.Code != 200 || !strings.HasPrefix(p.Definition, "http://hl7.org/fhir/SearchParameter/") {
			t.Errorf("%s?%s (%s): %d %s", typ, p.Name, p.Definition, rec.Code, rec.Body)
		}
	}
	if len(params) > 0 && (!names["_id"] || !names["_lastUpdated"]) {
		t.Errorf("%s lacks a common parameter", typ)
	}
}

func TestCapabilityRequests(t *testing.T) {
	run(t, nil, []scenario{
		{name: "xml", method: "GET", url: "/fhir/metadata?_format=xml", status: 200, contains: []string{`<fhirVersion value="4.0.1"/>`}},
		{name: "options", method: "OPTIONS", url: "/fhir", status: 200, contains: []string{"CapabilityStatement"}},
		{name: "head", method: "HEAD", url: "/fhir/metadata", status: 200},
		{name: "summary", method: "GET", url: "/fhir/metadata?_summary=true", status: 200, contains: []string{"SUBSETTED"}},
		{name: "mode", method: "GET", url: "/fhir/metadata?mode=full", status: 200},
		{name: "other mode", method: "GET", url: "/fhir/metadata?mode=terminology", status: 400},
		{name: "post", method: "POST", url: "/fhir/metadata", status: 405, header: headers{"Allow": "GET, HEAD"}},
		{name: "base", method: "GET", url: "/fhir", status: 405, header: headers{"Allow": "OPTIONS, POST"}},
		{name: "shared definition", method: "GET", url: "/fhir/metadata", status: 200, contains: []string{"SearchParameter/individual-birthdate", "SearchParameter/Patient-identifier"}},
	})
}

func TestRoutes(t *testing.T) {
	w := newWorld(t, nil)
	routes := w.server.Routes()
	got := map[string]Interaction{}
	for _, r := range routes {
		got[r.Method+" "+r.Path] = r.Interaction
	}
	for route, want := range map[string]Interaction{
		"GET /fhir/metadata": Capabilities, "GET /fhir/Patient/:id": Read, "HEAD /fhir/Patient/:id": Read,
		"PUT /fhir/Patient/:id": Update, "DELETE /fhir/Patient/:id": Delete, "POST /fhir/Patient": Create,
		"GET /fhir/Patient": SearchType, "POST /fhir/Patient/_search": SearchType,
		"GET /fhir/Patient/:id/_history": HistoryInstance, "GET /fhir/Patient/:id/_history/:vid": VRead,
		"GET /fhir/ClaimResponse/:id": Read, "POST /fhir/ClaimResponse": "",
	} {
		if got[route] != want {
			t.Errorf("%s is %q, want %q", route, got[route], want)
		}
	}
	known := map[string]bool{}
	for _, r := range w.echo.Routes() {
		known[r.Method+" "+r.Path] = true
	}
	for route := range got {
		if !known[route] {
			t.Errorf("echo does not know %s", route)
		}
	}
}

func TestMountOnGroup(t *testing.T) {
	w := newWorld(t, func(b *Base) { b.URL = "" })
	w.server.Mount(w.echo.Group("/api"))
	rec := w.do("GET", "http://h/api/fhir/Patient?identifier=A1", nil, "")
	if b := bundleOf(t, rec); b.Entry[0].FullURL != "http://h/api/fhir/Patient/"+anna {
		t.Errorf("%s", rec.Body)
	}
}

func TestNewServerRefuses(t *testing.T) {
	for name, b := range map[string]Base{
		"no type of R4": {Types: []Type{newMemory(Definition{Name: "Insuree"})}},
		"twice":         {Types: []Type{newMemory(Definition{Name: "Patient"}), newMemory(Definition{Name: "Patient"})}},
		"parameter":     {Types: []Type{newMemory(Definition{Name: "Patient", Params: []search.Param{{Name: "x", Type: "composite"}}})}},
		"answer":        {Types: []Type{newMemory(Definition{Name: "Claim"})}, Habits: Habits{CreateAnswers: map[string]string{"Claim": "ClaimResponse"}}},
	} {
		if _, err := NewServer(b); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}
