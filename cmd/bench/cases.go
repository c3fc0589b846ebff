package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// Case is one kind of request, with the server and its floor behind the same path.
type Case struct {
	Name       string
	Statements int // that one request sends to the database

	method, target, query string
	bodies                []func() string // of requests, which take turns; none for requests without
	contentType           string          // of the bodies
	writes                bool            // in the database
	turn                  atomic.Int64
	recorder              *recorder
	recorded              [][]statement // of a request with each of the bodies
	answer                *httptest.ResponseRecorder
	server                http.Handler
	user                  string // NAME:PASSWORD
}

// Suite is a store with demo data, the server on it, and a user who may do everything.
type Suite struct {
	store    *persistence.Store
	server   http.Handler
	recorder *recorder
	user     string // NAME:PASSWORD
}

// NewSuite prepares to measure. user is NAME:PASSWORD of an administrator.
func NewSuite(store *persistence.Store, server http.Handler, user string) (*Suite, error) {
	r, err := newRecorder(store)
	return &Suite{store: store, server: server, recorder: r, user: user}, err
}

// Cases makes every case from what the database holds.
// Errors: those of the server when a request that is to be measured does not succeed.
func (s *Suite) Cases() ([]*Case, error) {
	claims, err := s.sample("/fhir/Claim?_count=100&status=active")
	if err != nil {
		return nil, err
	}
	subject, _ := claims[0]["patient"].(map[string]any)
	reference, _ := subject["reference"].(string)
	code := deepText(subject, "identifier", "value")
	if reference == "" || code == "" {
		return nil, core.Errorf(core.Unprocessable, "the database has no claim to measure with")
	}
	cases := []*Case{
		{Name: "read", method: "GET", target: "/fhir/" + reference},
		{Name: "identifier search", method: "GET", target: "/fhir/Patient", query: "identifier=" + code},
		{Name: "claims of a patient with him", method: "GET", target: "/fhir/Claim", query: "patient=" + reference + "&_include=Claim:patient"},
		{Name: "claim submit", method: "POST", target: "/fhir/Claim", bodies: submissions(claims), contentType: "application/fhir+json", writes: true},
		{Name: "bundle of 100", method: "GET", target: "/fhir/Claim", query: "_count=100"},
		{Name: "100 insurees in GraphQL", method: "POST", target: "/api/graphql", bodies: []func() string{insurees}, contentType: "application/json"},
	}
	for _, c := range cases {
		c.server, c.recorder, c.user = s.server, s.recorder, s.user
		if err := c.record(); err != nil {
			return nil, err
		}
	}
	return cases, nil
}

// sample reads the resources a search finds, one or more.
func (s *Suite) sample(target string) ([]map[string]any, error) {
	w := httptest.NewRecorder()
	s.server.ServeHTTP(w, authorized(httptest.NewRequest("GET", target, nil), s.user))
	var bundle struct {
		Entry []struct{ Resource map[string]any }
	}
	if err := json.Unmarshal(w.Body.Bytes(), &bundle); err != nil || len(bundle.Entry) == 0 {
		return nil, core.Errorf(core.Unprocessable, "%s answers %d and nothing to measure with", target, w.Code)
	}
	var found []map[string]any
	for _, entry := range bundle.Entry {
		found = append(found, entry.Resource)
	}
	return found, nil
}

func deepText(node map[string]any, path ...string) string {
	for _, name := range path[:len(path)-1] {
		node, _ = node[name].(map[string]any)
	}
	text, _ := node[path[len(path)-1]].(string)
	return text
}

// submissions makes new claims of old ones: the same in everything but the code. They
// are of different people, since a rule looks at all earlier claims of a person and
// nobody has thousands.
func submissions(claims []map[string]any) []func() string {
	number := new(atomic.Int64)
	number.Store(time.Now().UnixMilli() % 36_000_000)
	var bodies []func() string
	seen := map[string]bool{}
	for _, claim := range claims {
		if patient := deepText(claim, "patient", "reference"); !seen[patient] {
			seen[patient] = true
			bodies = append(bodies, submission(claim, number))
		}
	}
	return bodies
}

// insurees asks for a page of people as the list of the web interface does.
func insurees() string {
	body, _ := json.Marshal(map[string]string{"query": `{ insurees(first: 100, orderBy: ["chfId"]) { pageInfo { hasNextPage endCursor } edges { node {
		id uuid validityFrom validityTo chfId otherNames lastName phone gender { code } dob head
		family { uuid location { code name parent { code name parent { code name parent { code name } } } } }
		currentVillage { uuid code name } } } } }`}) // of texts
	return string(body)
}

func submission(claim map[string]any, number *atomic.Int64) func() string {
	return func() string {
		next := maps.Clone(claim)
		delete(next, "id")
		delete(next, "meta")
		next["status"] = "active"
		next["identifier"] = []any{map[string]any{
			"type": map[string]any{"coding": []any{map[string]any{
				"system": "https://openimis.github.io/openimis_fhir_r4_ig/CodeSystem/openimis-identifiers", "code": "Code",
			}}},
			"value": fmt.Sprintf("B%07d", number.Add(1)%10_000_000),
		}}
		text, _ := json.Marshal(next) // of what was read as JSON
		return string(text)
	}
}

func authorized(r *http.Request, user string) *http.Request {
	name, password, _ := strings.Cut(user, ":")
	r.SetBasicAuth(name, password)
	return r
}

func (c *Case) url() string {
	if c.query == "" {
		return c.target
	}
	return c.target + "?" + c.query
}

// next says whose turn it is.
func (c *Case) next() int { return int(c.turn.Add(1) % int64(max(len(c.bodies), 1))) }

// request makes the next request to the address.
func (c *Case) request(base string) (*http.Request, error) {
	var body io.Reader = http.NoBody
	if len(c.bodies) > 0 {
		body = strings.NewReader(c.bodies[c.next()]())
	}
	r, err := http.NewRequest(c.method, base+c.url(), body)
	if err != nil {
		return nil, err
	}
	if c.contentType != "" {
		r.Header.Set("Content-Type", c.contentType)
	}
	return authorized(r, c.user), nil
}

// Request makes the next request for a handler that is called without a network.
func (c *Case) Request() *http.Request {
	r, err := c.request("http://localhost")
	if err != nil {
		panic("bench: " + err.Error()) // the addresses are constants of this package
	}
	r.RequestURI = c.url()
	return r
}

// Target is the path that is asked, without its query.
func (c *Case) Target() string { return c.target }

// Server is the program itself.
func (c *Case) Server() http.Handler { return c.server }

// record sends requests to the server and keeps what they sent to the database and what
// the last was answered. The first fills what is filled once. Bodies that make other work
// than the first, such as a claim without items, are left out.
func (c *Case) record() error {
	if _, err := c.once(); err != nil {
		return err
	}
	bodies, kept := c.bodies, c.bodies[:0:0]
	for i := range max(len(bodies), 1) {
		if len(bodies) > 0 {
			c.bodies = bodies[i : i+1]
		}
		statements, err := c.once()
		if err != nil {
			return err
		}
		if i == 0 {
			c.Statements = len(statements)
		}
		if len(statements) == c.Statements {
			c.recorded = append(c.recorded, statements)
			kept = append(kept, c.bodies...)
		}
	}
	c.bodies = kept
	return nil
}

// once sends one request to the server and gives its statements.
func (c *Case) once() ([]statement, error) {
	r, noted := c.Request(), &recording{}
	c.answer = httptest.NewRecorder()
	c.server.ServeHTTP(c.answer, r.WithContext(context.WithValue(r.Context(), recordingKey{}, noted)))
	if c.answer.Code >= 300 {
		return nil, core.Errorf(core.Unprocessable, "%s: %s %s answers %d: %.300s", c.Name, c.method, c.url(), c.answer.Code, c.answer.Body)
	}
	return noted.statements, nil
}

// Floor is the least a server can do for the case: the same statements, the same bytes.
func (c *Case) Floor() http.Handler {
	e := echo.New()
	body, contentType, status := c.answer.Body.Bytes(), c.answer.Header().Get("Content-Type"), c.answer.Code
	e.Add(c.method, c.target, func(ctx echo.Context) error {
		if _, err := io.Copy(io.Discard, ctx.Request().Body); err != nil {
			return err
		}
		if err := c.recorder.replay(ctx.Request().Context(), c.recorded[c.next()], c.writes); err != nil {
			return err
		}
		return ctx.Blob(status, contentType, body)
	})
	return e
}

// Bytes is the size of the answer.
func (c *Case) Bytes() int { return c.answer.Body.Len() }
