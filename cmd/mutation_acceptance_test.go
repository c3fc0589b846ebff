package cmd_test

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openimis/openimis-go/cmd"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/demo"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// How many mutations there are on each database, and the seed they come from. The same
// seed makes the same requests.
const (
	mutationsSQLite   = 10_000
	mutationsPostgres = 1_000
	mutationSeed      = 20260721
)

// Ten thousand requests that were valid once are answered, none of them with a 5xx; what
// is refused is explained and writes nothing; afterwards the database is whole and every
// row can still be shown.
func TestMutations(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "mutations.db")
		store := openMutated(t, "sqlite://"+file)
		watch := versionOfFile(t, file)
		mutations(t, store, mutationsSQLite, watch)
		soundSQLite(t, store)
	})
	t.Run("postgres", func(t *testing.T) {
		store := openMutated(t, persistencetest.EmptyPostgres(t))
		mutations(t, store, mutationsPostgres, func() any { return fmt.Sprint(rowCounts(t, store)) })
	})
}

func openMutated(t *testing.T, dsn string) *persistence.Store {
	t.Helper()
	ctx := persistencetest.System(t)
	store, err := persistence.Open(ctx, persistence.Options{DSN: dsn, Timezone: persistencetest.Zone})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	if _, err := store.Migrate(ctx, false); err != nil {
		t.Fatal(err)
	}
	if _, err := demo.Generate(ctx, store, demo.Options{}); err != nil {
		t.Fatal(err)
	}
	return store
}

// versionOfFile gives a function whose answer changes exactly when something else writes
// to the SQLite file. https://www.sqlite.org/pragma.html#pragma_data_version
func versionOfFile(t *testing.T, file string) func() any {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+file+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	db.SetMaxOpenConns(1) // the answer is about this connection
	return func() any {
		var version int64
		if err := db.QueryRow("PRAGMA data_version").Scan(&version); err != nil {
			t.Fatal(err)
		}
		return version
	}
}

// mutant is a request made of a valid one.
type mutant struct {
	call
	kind string
}

// mutator makes mutants.
type mutator struct {
	*seeds
	own   map[string][]string // ids of resources made for being changed, by kind
	codes map[string]string   // of those
	extra map[string][]string // ids of resources made for being deleted
	xml   map[string]string
}

func newMutator(t *testing.T, h http.Handler) *mutator {
	t.Helper()
	m := &mutator{seeds: readSeeds(t, h), own: map[string][]string{}, codes: map[string]string{}, extra: map[string][]string{}, xml: map[string]string{}}
	for i, kind := range []string{"Patient", "Organization", "Location", "Claim"} {
		for n := range 24 {
			code := fmt.Sprintf("O%d%03d", i, n)
			id := m.create(t, h, kind, code)
			if m.codes[id] = code; n < 14 {
				m.own[kind] = append(m.own[kind], id)
			} else {
				m.extra[kind] = append(m.extra[kind], id)
			}
		}
	}
	m.create(t, h, "Claim active", "OA001")
	for kind, body := range m.bodies {
		in, err := fhir.DecodeJSON([]byte(body), fhir.DecodeOptions{})
		if err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		text, err := in.AppendXML(nil, fhir.EncodeOptions{})
		if err != nil {
			t.Fatal(err)
		}
		m.xml[kind] = string(text)
	}
	return m
}

var mutatedKinds = []string{"Patient", "Patient", "Organization", "Location", "Claim", "Claim", "Claim active"}

// make gives the mutant of the number.
func (m *mutator) make(n int) mutant {
	r := rand.New(rand.NewPCG(mutationSeed, uint64(n)))
	var c mutant
	switch k := r.IntN(100); {
	case k < 70:
		c = m.write(r, n)
	case k < 91:
		c = m.search(r)
	case k < 97:
		c = m.readOne(r)
	default:
		typ := pick(r, []string{"Patient", "Organization", "Location", "Claim"})
		ids := append(slices.Clip(m.extra[typ]), m.known[typ][r.IntN(len(m.known[typ]))], "none")
		c = mutant{call{method: "DELETE", target: m.base(r) + typ + "/" + pick(r, ids)}, "delete"}
	}
	c.user = admin
	if r.IntN(10) == 0 {
		m.oddHeader(r, &c.call)
	}
	if r.IntN(60) == 0 {
		c.method = pick(r, []string{"PATCH", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "GET", "TRACE", "QUERY"})
	}
	return c
}

func (m *mutator) base(r *rand.Rand) string {
	return pick(r, []string{"/fhir/", "/fhir/", "/api/api_fhir_r4/"})
}

func (m *mutator) write(r *rand.Rand, n int) mutant {
	kind := pick(r, mutatedKinds)
	typ, _, _ := strings.Cut(kind, " ")
	c := mutant{call{method: "POST", target: m.base(r) + typ, header: map[string]string{"Content-Type": "application/fhir+json"}}, "create"}
	body, code, id := m.bodies[kind], fmt.Sprintf("M%05d", n), ""
	if r.IntN(4) == 0 {
		if typ == "Claim" && r.IntN(8) > 0 { // one that is submitted can be changed no more
			body, c.target = m.bodies["Claim"], "/fhir/Claim"
		}
		id = pick(r, m.own[typ])
		c.method, c.target, c.kind, code = "PUT", c.target+"/"+id, "update", m.codes[id]
	}
	if strings.HasPrefix(c.target, "/api/") && r.IntN(2) == 0 {
		c.target += "/"
	}
	if r.IntN(7) == 0 {
		c.kind += " XML"
		c.header["Content-Type"] = "application/fhir+xml"
		body = strings.Replace(m.xml[kind], `<id value="OWNID"/>`, map[bool]string{true: `<id value="` + id + `"/>`}[id != ""], 1)
	} else {
		body = strings.Replace(body, `"id":"OWNID",`, map[bool]string{true: `"id":"` + id + `",`}[id != ""], 1)
		c.kind += " JSON"
	}
	body = strings.Replace(body, "CODE0000", code, 1)
	switch xml := strings.HasSuffix(c.kind, "XML"); {
	case r.IntN(9) == 0:
		body = mutateBytes(r, body)
	case xml:
		for range 1 + r.IntN(2) {
			body = m.mutateXML(r, body)
		}
	default:
		body = m.mutateJSON(r, body)
	}
	c.body = body
	if r.IntN(6) == 0 {
		c.header["Prefer"] = pick(r, []string{"handling=lenient", "return=minimal", "return=OperationOutcome", "handling=lenient; return=representation"})
	}
	return c
}

// Parameters with a value that is right for them.
var searches = map[string][]string{
	"Patient": {"identifier=100000810", "identifier=Code|100000165", "family=Varantes", "name:contains=ma", "given:exact=Selima", "birthdate=ge1980-01-01", "gender=female", "phone=1", "active=true", "deceased=false",
		"general-practitioner=Organization/KNOWN", "address-city=Irongrove", "group=Group/KNOWN", "is-head=true"},
	"Organization":  {"identifier=A1H001", "name=Amber", "type=prov", "active=true", "address=Market", "legal-form=G", "level=H", "care-type=B", "location=Location/KNOWN"},
	"Location":      {"identifier=A1", "name=Ash", "physicaltype=V", "partof=Location/KNOWN", "status=active"},
	"Claim":         {"identifier=C0000010", "patient=Patient/KNOWN", "visit-type=O", "provider=Organization/KNOWN", "enterer=Practitioner/KNOWN", "status=draft", "created=2026-06-29", "use=claim", "priority=normal", "billable-start=lt2026-06-29", "total=gt100|urn:iso:std:iso:4217|USD", "guarantee=G-77"},
	"ClaimResponse": {"identifier=C0000010", "patient=Patient/KNOWN", "request=Claim/KNOWN", "outcome=complete", "created=2026", "status=active"},
	"Coverage":      {"identifier=x", "beneficiary=Patient/KNOWN", "patient=Patient/KNOWN", "policy-holder=Patient/KNOWN", "status=active", "payor=Organization/openimis-insurer"},
	"Group":         {"identifier=100000810", "member=Patient/KNOWN", "code=H"},
	"Practitioner":  {"identifier=CA013", "name=Dal", "family=Dalveri", "given=Pel", "email=x@example.org"},
	"Medication":    {"identifier=M0036", "code=M0036", "status=active"},
}

// Parameters of every type.
var controls = []string{
	"_count=5", "_count=0", "_sort=-_lastUpdated", "_sort=_id", "_summary=true", "_summary=count", "_summary=text", "_elements=id,identifier", "_total=accurate", "_total=none", "_include=Claim:patient", "_include=Patient:general-practitioner", "_include:iterate=Location:partof",
	"_revinclude=Claim:patient", "_id=KNOWN", "_lastUpdated=gt2020-01-01T00:00:00Z", "_format=xml", "_pretty=true", "page-offset=2", "_cursor=eyJvIjoiMzJhNGY3MDgiLCJ2IjpbMV19", "refDate=2024-05-31", "_contained=true", "_has:Claim:patient:status=active", "_text=x", "_type=Patient", "_page=2",
}

var oddParts = []string{
	"-1", "0", "99999999999999999999", "2147483648", "1e400", "1e-999999999", "1e2147483647", "NaN", "null", "true", "'; DROP TABLE tblInsuree; --", "' OR 1=1 --", "%", "_", "[a-z]", `\`, `\,`, `\|`, ",,,", "|", "||", "a|b|c", "$", "x$y", "\x00", "\xff\xfe", "\xed\xa0\x80", "🩺", "İ", "٣",
	"0001-01-01", "0000-00-00", "9999-12-31", "9999-12-31T23:59:59+14:00", "0001-01-01T00:00:00-14:00", "2024-02-30", "20240101", "ge2024", "ap2024-05", "sa9999", "eb0001", "ne1", "zz5", "Patient/", "Patient/x/_history/1", "http://elsewhere.example/fhir/Patient/1", "http://[::1", "urn:uuid:x", "Nonsense/1", "../..", "*", "",
	strings.Repeat("a", 300), strings.Repeat("a,", 3000), strings.Repeat("9", 500), "ap1e308", "0." + strings.Repeat("0", 300) + "1",
}

var oddModifiers = []string{":exact", ":contains", ":missing", ":not", ":text", ":in", ":above", ":below", ":of-type", ":identifier", ":Patient", ":Nonsense", ":", "::", ".name", ".identifier", ":Patient.name", "[]", " "}

func (m *mutator) search(r *rand.Rand) mutant {
	typ := pick(r, slices.Sorted(maps.Keys(searches)))
	var query []string
	for range 1 + r.IntN(3) {
		p := pick(r, searches[typ])
		if r.IntN(3) == 0 {
			p = pick(r, controls)
		}
		kind := "Patient"
		if at := strings.Index(p, "=") + 1; strings.HasSuffix(p, "/KNOWN") {
			kind = strings.TrimSuffix(p[at:], "/KNOWN")
		} else if strings.HasPrefix(p, "_id") {
			kind = typ
		}
		query = append(query, strings.Replace(p, "KNOWN", pick(r, m.known[kind]), 1))
	}
	at := r.IntN(len(query))
	name, old, _ := strings.Cut(query[at], "=")
	switch r.IntN(7) {
	case 0, 1, 2:
		old = pick(r, oddParts)
	case 3:
		old = pick(r, []string{"eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap", "-", ",", "|", "x"}) + old
	case 4:
		name += pick(r, oddModifiers)
		if strings.HasSuffix(name, ":missing") {
			old = pick(r, []string{"true", "false", "maybe"})
		}
	case 5:
		old = mutateBytes(r, old)
	default:
		name = pick(r, []string{"nonsense", "", "Name", "_", "_Count", "name name", "\x00", strings.Repeat("n", 2000), "_query"})
	}
	parts := make([]string, len(query))
	for i, q := range query {
		n, v, _ := strings.Cut(q, "=")
		if i == at {
			n, v = name, old
		}
		parts[i] = url.QueryEscape(n) + "=" + url.QueryEscape(v)
	}
	encoded := strings.Join(parts, "&")
	if r.IntN(12) == 0 {
		encoded = pick(r, []string{encoded + "%zz", encoded + ";x=1", encoded + "&" + encoded, encoded + strings.Repeat("&_id=x", 400), "?" + encoded, encoded + "&%00=%00"})
	}
	c := mutant{call{method: "GET", target: m.base(r) + typ + "?" + encoded}, "search"}
	if r.IntN(5) == 0 {
		c.method, c.target, c.body = "POST", m.base(r)+typ+"/_search", encoded
		c.header = map[string]string{"Content-Type": "application/x-www-form-urlencoded"}
	}
	if r.IntN(4) == 0 {
		c.header = mergeHeader(c.header, "Prefer", "handling=lenient")
	}
	return c
}

func mergeHeader(h map[string]string, name, value string) map[string]string {
	if h == nil {
		h = map[string]string{}
	}
	h[name] = value
	return h
}

func (m *mutator) readOne(r *rand.Rand) mutant {
	typ := pick(r, slices.Sorted(maps.Keys(searches)))
	path := typ + "/" + pick(r, m.known[typ]) + pick(r, []string{"", "", "/_history", "/_history/1", "/_history/1500000000000.00000000", "/_history/9223372036854775807.ffffffff", "/_history/-1.0", "?_summary=count", "?_elements=", "/_history?_count=-1&_since=9999-12-31T23:59:59Z", "/_history?_at=0001"})
	if r.IntN(2) == 0 {
		path = pick(r, []string{typ + "/" + url.PathEscape(pick(r, oddParts)), "Nonsense/1", typ + "/%2e%2e/x", typ + "//", typ + "/a/b/c", "$everything", typ + "/$validate", "_history", "metadata/x", "?_type=Patient", url.PathEscape(pick(r, oddParts)), typ + "/" + strings.Repeat("f", 3000)})
	}
	return mutant{call{method: "GET", target: m.base(r) + path}, "read"}
}

func (m *mutator) oddHeader(r *rand.Rand, c *call) {
	odd := []string{"", "*", "x", `W/"1"`, `"`, `W/"1700000000000.00000000", W/"x"`, "\xff\xfe", strings.Repeat("h", 9000), "Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "application/fhir+xml", "application/json;q=0", "text/html", "application/fhir+json; fhirVersion=9.9; charset=utf-16",
		"return=nothing; handling=strange", ";;,=", "identifier=100000810", "identifier=' OR 1=1", "gzip", "a/b/c", "application/fhir+json; charset=\"", "application/merge-patch+json"}
	name := pick(r, []string{"If-Match", "If-None-Match", "If-Modified-Since", "If-None-Exist", "Prefer", "Accept", "Content-Type", "Content-Encoding", "Accept-Charset", "Accept-Encoding", "X-Forwarded-For", "X-HTTP-Method-Override", "Range", "X-Request-Id", "Authorization "})
	c.header = mergeHeader(c.header, strings.TrimSpace(name), pick(r, odd))
}

// histogram counts answers by kind of request and status.
type histogram map[string]map[int]int

func (h histogram) add(kind string, status int) {
	for _, k := range []string{kind, "all"} {
		if h[k] == nil {
			h[k] = map[int]int{}
		}
		h[k][status]++
	}
}

func (h histogram) line(kind string) string {
	var b strings.Builder
	for _, status := range slices.Sorted(maps.Keys(h[kind])) {
		fmt.Fprintf(&b, "  %d: %d", status, h[kind][status])
	}
	return b.String()
}

func mutations(t *testing.T, store *persistence.Store, n int, written func() any) {
	var log output
	s := assemble(t, store, func(p *cmd.Parts) {
		p.Config.IdentityCache = 5 * time.Second
		p.Config.Audit = "off" // its lines come when it suits, and would count as written by a later request
		p.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelError}))
	})
	m := newMutator(t, s)
	liveBefore := liveRows(t, store)
	statuses, parsed, created, deleted := histogram{}, 0, map[string]bool{}, map[string]bool{}
	start, slowest := time.Now(), time.Duration(0)
	for i := range n {
		c := m.make(i)
		for c.valid() != nil { // no server would get to see it
			i += 1_000_000
			c = m.make(i)
		}
		if strings.HasSuffix(c.kind, "JSON") && json.Valid([]byte(c.body)) {
			parsed++
		}
		before := written()
		w, took := c.within(t, s, 5*time.Second)
		statuses.add(c.kind, w.Code)
		slowest = max(slowest, took)
		if fault := refusal(c.call, w); fault != "" {
			t.Errorf("mutation %d (%s): %s\n%s\nlog: %.3000s", i, c.kind, fault, c, log.String())
			log.Reset()
		}
		if w.Code >= 300 || c.method == "GET" || c.method == "HEAD" {
			if after := written(); after != before {
				t.Errorf("mutation %d (%s) wrote something and was answered %d %.300s\n%s", i, c.kind, w.Code, w.Body, c)
			}
		}
		note(c.call, w, created, deleted)
		if t.Failed() && i > 100 && len(log.String()) > 1<<20 {
			break
		}
	}
	took := time.Since(start)
	for _, kind := range slices.Sorted(maps.Keys(statuses)) {
		t.Logf("%-12s%s", kind, statuses.line(kind))
	}
	fmt.Fprintf(os.Stdout, "mutations %s: %d in %s (slowest %s), %d%% are JSON that parses; answers%s\n", t.Name(), n, took.Round(time.Millisecond), slowest.Round(time.Millisecond), 100*parsed/n, statuses.line("all"))
	if 2*parsed < n {
		t.Errorf("only %d of %d still parse as JSON", parsed, n)
	}
	for typ, before := range liveBefore {
		want := before
		for id := range created {
			if strings.HasPrefix(id, typ+"/") {
				want++
			}
		}
		for id := range deleted {
			if strings.HasPrefix(id, typ+"/") {
				want--
			}
		}
		if got := liveRows(t, store)[typ]; got != want {
			t.Errorf("%d live rows of %s; %d were there, %d should be now", got, typ, before, want)
		}
	}
	wholeAfterwards(t, store)
	stillShown(t, s)
}

// valid says whether the request can be sent at all.
func (c call) valid() error {
	_, err := url.ParseRequestURI(c.target)
	if err == nil && (strings.ContainsAny(c.target, " \x00\n") || c.method == "") {
		err = fmt.Errorf("no request line")
	}
	return err
}

func (m mutant) String() string {
	return fmt.Sprintf("%s %.500s %.500q\n%.6000q", m.method, m.target, m.header, m.body)
}

// within sends the request and gives up on the whole test when no answer comes.
func (c call) within(t *testing.T, h http.Handler, limit time.Duration) (*httptest.ResponseRecorder, time.Duration) {
	t.Helper()
	start, done := time.Now(), make(chan *httptest.ResponseRecorder, 1)
	go func() { done <- c.on(h) }()
	select {
	case w := <-done:
		return w, time.Since(start)
	case <-time.After(limit):
		t.Fatalf("no answer within %s to %s %.2000s %q\n%.4000q", limit, c.method, c.target, c.header, c.body)
		return nil, 0
	}
}

// refusal says what is wrong with an answer, "" for nothing.
func refusal(c call, w *httptest.ResponseRecorder) string {
	body := w.Body.Bytes()
	switch kind := w.Header().Get("Content-Type"); {
	case w.Code >= 500:
		return fmt.Sprintf("%d %s", w.Code, body)
	case c.method == "HEAD" || w.Code == 204 || w.Code == 304:
		if len(body) > 0 && w.Code != 200 {
			return fmt.Sprintf("%d with a body: %s", w.Code, body)
		}
		return ""
	case len(body) == 0:
		if w.Code < 400 {
			return ""
		}
		return fmt.Sprintf("%d without a body", w.Code)
	case strings.Contains(kind, "xml"):
		in, err := fhir.DecodeXML(body, fhir.DecodeOptions{Lenient: true})
		if err != nil {
			return fmt.Sprintf("%d %v: %.2000s", w.Code, err, body)
		}
		if body, err = in.AppendJSON(nil, fhir.EncodeOptions{}); err != nil {
			return fmt.Sprintf("%d %v", w.Code, err)
		}
	}
	if w.Code >= 400 {
		return unexplained(body)
	}
	if !json.Valid(body) {
		return fmt.Sprintf("%d and no JSON: %.2000s", w.Code, body)
	}
	return ""
}

// unexplained says what an OperationOutcome lacks.
func unexplained(body []byte) string {
	var outcome struct {
		ResourceType string
		Issue        []struct {
			Severity, Code string
			Details        struct{ Text string }
		}
	}
	if err := json.Unmarshal(body, &outcome); err != nil || outcome.ResourceType != "OperationOutcome" || len(outcome.Issue) == 0 {
		return fmt.Sprintf("no OperationOutcome: %v %.500s", err, body)
	}
	for _, issue := range outcome.Issue {
		if issue.Details.Text == "" || issue.Severity == "" || issue.Code == "" {
			return fmt.Sprintf("an issue without explanation: %.1000s", body)
		}
	}
	return ""
}

// note keeps count of what answers say was made and deleted.
func note(c call, w *httptest.ResponseRecorder, created, deleted map[string]bool) {
	location := w.Header().Get("Location")
	if w.Code == http.StatusCreated {
		_, rest, _ := strings.Cut(strings.TrimPrefix(location, "http://"), "/")
		rest = strings.TrimPrefix(strings.TrimPrefix(rest, "fhir/"), "api/api_fhir_r4/")
		typ, id, _ := strings.Cut(rest, "/")
		id, _, _ = strings.Cut(id, "/")
		created[strings.Replace(typ, "ClaimResponse", "Claim", 1)+"/"+id] = true
	}
	if c.method == "DELETE" && w.Code == http.StatusNoContent {
		_, rest, _ := strings.Cut(strings.TrimPrefix(c.target, "/api"), "/")
		_, rest, _ = strings.Cut(rest, "/")
		deleted[strings.Trim(rest, "/")] = true
	}
}
