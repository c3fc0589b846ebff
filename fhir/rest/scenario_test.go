package rest

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/search"
)

// world is a base over types in memory.
type world struct {
	patients, claims, responses, organizations, locations *memory

	server *Server
	echo   *echo.Echo
	log    *strings.Builder
}

const (
	anna  = "0b3c8f0e-6d3f-4a59-9f43-3f4f4d1c0a01"
	boris = "0b3c8f0e-6d3f-4a59-9f43-3f4f4d1c0a02"
)

// newWorld builds the base: Anna and Boris, two claims of Anna at one organization.
func newWorld(t testing.TB, change func(*Base)) *world {
	t.Helper()
	w := &world{log: &strings.Builder{}}
	w.patients = newMemory(Definition{Name: "Patient", Profile: "http://example.org/Patient", Params: []search.Param{
		{Name: "identifier", Type: search.Token, Path: "identifier"},
		{Name: "gender", Type: search.Token, Path: "gender", Sortable: true},
		{Name: "birthdate", Type: search.Date, Path: "birthDate", Sortable: true},
		{Name: "organization", Type: search.Reference, Path: "managingOrganization", Targets: []string{"Organization"}},
	}, ServerAssigns: []string{"id", "meta"}})
	w.claims = newMemory(Definition{Name: "Claim", Params: []search.Param{
		{Name: "patient", Type: search.Reference, Path: "patient", Targets: []string{"Patient"}},
		{Name: "provider", Type: search.Reference, Path: "provider", Targets: []string{"Organization"}},
		{Name: "facility", Type: search.Reference, Path: "facility", Targets: []string{"Location"}},
	}})
	w.responses = newMemory(Definition{Name: "ClaimResponse", Params: []search.Param{
		{Name: "request", Type: search.Reference, Path: "request", Targets: []string{"Claim"}},
	}})
	w.organizations = newMemory(Definition{Name: "Organization"})
	w.locations = newMemory(Definition{Name: "Location"})
	w.organizations.put(`{"resourceType":"Organization","id":"org1","name":"Clinic"}`)
	w.locations.put(`{"resourceType":"Location","id":"loc1","name":"Ward"}`)
	w.patients.put(`{"resourceType":"Patient","id":"` + anna + `","identifier":[{"value":"A1"}],"gender":"female","birthDate":"1990-05-01","managingOrganization":{"reference":"Organization/org1"}}`)
	w.patients.put(`{"resourceType":"Patient","id":"` + boris + `","identifier":[{"value":"B1"}],"gender":"male","birthDate":"1991"}`)
	for _, id := range []string{"c1", "c2"} {
		w.claims.put(claim(id, anna))
	}
	base := Base{
		Path: "/fhir", URL: "https://example.org/fhir",
		Types: []Type{
			w.patients, w.claims, onlyRead{w.responses, w.responses}, w.organizations, w.locations,
			onlySearch{newMemory(Definition{Name: "Group"}), w.patients},
		},
		Authorize: w.authorize,
		Software:  Software{Name: "Test", Version: "1.2"},
		Security:  Security{Description: "Say who you are.", Services: []string{"Basic"}},
		Started:   firstDay,
		Log:       slog.New(slog.NewTextHandler(w.log, nil)),
	}
	if change != nil {
		change(&base)
	}
	server, err := NewServer(base)
	if err != nil {
		t.Fatal(err)
	}
	w.server, w.echo = server, echo.New()
	server.Mount(w.echo)
	return w
}

func claim(id, patient string) string {
	return `{"resourceType":"Claim","id":"` + id + `","status":"active","use":"claim","created":"2024-03-01",
	"type":{"text":"x"},"priority":{"text":"normal"},"patient":{"reference":"Patient/` + patient + `"},
	"provider":{"reference":"https://example.org/fhir/Organization/org1"},"facility":{"reference":"Location/loc1"},
	"insurance":[{"sequence":1,"focal":true,"coverage":{"display":"x"}}]}`
}

type userKey struct{}

// authorize knows three users by the header X-User: anybody, "clerk" who may not see
// locations, and "nobody" who has not signed in.
func (w *world) authorize(ctx context.Context, typ string, _ Interaction) error {
	switch user, _ := ctx.Value(userKey{}).(string); {
	case user == "nobody":
		return core.Errorf(core.Unauthenticated, "sign in first")
	case user == "clerk" && typ == "Location":
		return core.Errorf(core.Forbidden, "clerks may not")
	}
	return nil
}

func (w *world) do(method, url string, headers map[string]string, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, url, strings.NewReader(body))
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	r = r.WithContext(context.WithValue(r.Context(), userKey{}, r.Header.Get("X-User")))
	rec := httptest.NewRecorder()
	w.echo.ServeHTTP(rec, r)
	return rec
}

// scenario is one request and what a client sees of the answer. A header that should be
// absent has the value "-".
type scenario struct {
	name     string
	method   string
	url      string
	headers  map[string]string
	body     string
	status   int
	header   map[string]string
	contains []string
	absent   []string
}

type headers = map[string]string

var (
	asJSON = headers{"Content-Type": "application/fhir+json"}
	asXML  = headers{"Content-Type": "application/fhir+xml", "Accept": "application/fhir+xml"}
	form   = headers{"Content-Type": "application/x-www-form-urlencoded"}
)

// run plays the scenarios, each in a world of its own.
func run(t *testing.T, change func(*Base), scenarios []scenario) {
	t.Helper()
	for _, s := range scenarios {
		t.Run(s.name, func(t *testing.T) {
			w := newWorld(t, change)
			rec := w.do(s.method, s.url, s.headers, s.body)
			body := rec.Body.String()
			if rec.Code != s.status {
				t.Fatalf("status %d, want %d: %s", rec.Code, s.status, body)
			}
			for name, want := range s.header {
				got := strings.Join(rec.Header().Values(name), "|")
				if want == "-" && got != "" || want != "-" && got != want {
					t.Errorf("header %s is %q, want %q", name, got, want)
				}
			}
			for _, want := range s.contains {
				if !strings.Contains(body, want) {
					t.Errorf("the body has no %s:\n%s", want, body)
				}
			}
			for _, unwanted := range s.absent {
				if strings.Contains(body, unwanted) {
					t.Errorf("the body has %s:\n%s", unwanted, body)
				}
			}
			checkBody(t, rec, s.method)
		})
	}
}

// checkBody holds for every answer: the length is told, the body is what its type says,
// the codec reads it back, and every error is an OperationOutcome.
func checkBody(t *testing.T, rec *httptest.ResponseRecorder, method string) {
	t.Helper()
	body := rec.Body.Bytes()
	if method == http.MethodHead {
		if len(body) > 0 {
			t.Errorf("HEAD has a body: %s", body)
		}
		return
	}
	if rec.Code >= 400 && len(body) == 0 {
		t.Error("an error without OperationOutcome")
	}
	if len(body) == 0 {
		return
	}
	var r *fhir.Resource
	var err error
	if strings.Contains(rec.Header().Get("Content-Type"), "xml") {
		var any struct{ XMLName xml.Name }
		if err := xml.Unmarshal(body, &any); err != nil {
			t.Fatalf("no XML: %v\n%s", err, body)
		}
		r, err = fhir.DecodeXML(body, fhir.DecodeOptions{})
	} else {
		if !json.Valid(body) {
			t.Fatalf("no JSON: %s", body)
		}
		r, err = fhir.DecodeJSON(body, fhir.DecodeOptions{})
	}
	if err != nil && !strings.Contains(string(body), `"entry":[]`) {
		t.Fatalf("the codec does not read the answer: %v\n%s", err, body)
	}
	if rec.Code >= 400 && r.Tree.String("resourceType") != "OperationOutcome" {
		t.Errorf("the error is no OperationOutcome: %s", body)
	}
}

func bundleOf(t *testing.T, rec *httptest.ResponseRecorder) (b struct {
	Type  string
	Total *int
	Link  []struct{ Relation, URL string }
	Entry []struct {
		FullURL  string
		Resource struct{ ResourceType, ID string }
		Search   struct{ Mode string }
		Request  struct{ Method string }
	}
}) {
	t.Helper()
	if rec.Code != http.StatusOK {
		t.Fatalf("status %d: %s", rec.Code, rec.Body)
	}
	if err := json.Unmarshal(rec.Body.Bytes(), &b); err != nil {
		t.Fatalf("%v: %s", err, rec.Body)
	}
	return b
}

// entriesOf lists what a searchset holds, as "mode Type/id".
func entriesOf(t *testing.T, rec *httptest.ResponseRecorder) string {
	t.Helper()
	var list []string
	for _, e := range bundleOf(t, rec).Entry {
		list = append(list, e.Search.Mode+" "+e.Resource.ResourceType+"/"+e.Resource.ID)
	}
	return strings.Join(list, ", ")
}

func linkOf(t *testing.T, rec *httptest.ResponseRecorder, relation string) string {
	t.Helper()
	for _, l := range bundleOf(t, rec).Link {
		if l.Relation == relation {
			return l.URL
		}
	}
	return ""
}

// slow answers after its deadline.
type slow struct{ *memory }

func (slow) Read(ctx context.Context, _ string) (*fhir.Entry, error) {
	<-ctx.Done()
	return nil, core.Wrap(core.Internal, ctx.Err(), "the database said no")
}

// stream sends a body whose length is not told.
func (w *world) stream(method, url, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, url, strings.NewReader(body))
	r.ContentLength = -1
	r.Header.Set("Content-Type", "application/fhir+json")
	rec := httptest.NewRecorder()
	w.echo.ServeHTTP(rec, r)
	return rec
}
