package cmd_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openimis/openimis-go/cmd"
	"github.com/openimis/openimis-go/cmd/server"
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/modules"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/demo"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// TestMain lets the test program stand for openimis itself, for tests that kill it.
func TestMain(m *testing.M) {
	if os.Getenv("OPENIMIS_TEST_SERVE") != "" {
		cmd.Main(modules.All()...)
		return
	}
	os.Exit(m.Run())
}

// working has the jobs of the server done until the test ends.
func working(t *testing.T, s *server.Server) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); s.Work(ctx) }()
	t.Cleanup(func() { cancel(); <-done })
}

// manifest is the answer of a job that is done.
type manifest struct {
	TransactionTime, Request string
	RequiresAccessToken      bool
	Output, Deleted, Error   []struct {
		Type, URL string
		Count     int
	}
}

// kickOff begins a job and gives the path of its state.
func kickOff(t *testing.T, s *server.Server, c call) string {
	t.Helper()
	if c.header == nil {
		c.header = map[string]string{}
	}
	c.header["Prefer"] = "respond-async"
	w := c.on(s)
	at, err := url.Parse(w.Header().Get("Content-Location"))
	if w.Code != 202 || err != nil || at.Path == "" {
		t.Fatalf("%s: %d %v %s", c.target, w.Code, w.Header(), w.Body)
	}
	return at.RequestURI()
}

// waited asks for the state of a job until it ends.
func waited(t *testing.T, s *server.Server, at, user string) *httptest.ResponseRecorder {
	t.Helper()
	for range 1200 {
		w := call{target: at, user: user}.on(s)
		if w.Code != 202 {
			return w
		}
		if w.Header().Get("X-Progress") == "" || w.Header().Get("Retry-After") == "" {
			t.Fatalf("a job on its way: %v", w.Header())
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("the job does not end")
	return nil
}

// finished waits for a job and gives its manifest.
func finished(t *testing.T, s *server.Server, at, user string) manifest {
	t.Helper()
	w := waited(t, s, at, user)
	var m manifest
	if err := json.Unmarshal(w.Body.Bytes(), &m); w.Code != 200 || err != nil {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if w.Header().Get("Content-Type") != "application/json" || w.Header().Get("Expires") == "" {
		t.Errorf("headers of the manifest: %v", w.Header())
	}
	return m
}

func local(t *testing.T, text string) string {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u.RequestURI()
}

// contents gives what is in the files of a manifest, as Type/id, each line as often as it
// is there.
func contents(t *testing.T, s *server.Server, m manifest, user string) []string {
	t.Helper()
	var list []string
	for _, f := range m.Output {
		w := call{target: local(t, f.URL), user: user, header: map[string]string{"Accept": "application/fhir+ndjson"}}.on(s)
		if w.Code != 200 || w.Header().Get("Content-Type") != "application/fhir+ndjson" {
			t.Fatalf("%s: %d %v", f.URL, w.Code, w.Header())
		}
		lines, n := bufio.NewScanner(w.Body), 0
		lines.Buffer(nil, 10<<20)
		for lines.Scan() {
			in, err := fhir.DecodeJSON(lines.Bytes(), fhir.DecodeOptions{})
			if err != nil {
				t.Fatalf("line %d of %s: %v", n, f.URL, err)
			}
			if typ := in.Tree.String("resourceType"); typ != f.Type {
				t.Errorf("a %s among %s", typ, f.Type)
			}
			list = append(list, f.Type+"/"+in.Tree.String("id"))
			n++
		}
		if n != f.Count {
			t.Errorf("%s has %d lines, the manifest says %d", f.URL, n, f.Count)
		}
	}
	slices.Sort(list)
	return list
}

// allOf gives what a search finds on all its pages, as Type/id.
func allOf(t *testing.T, s *server.Server, target, user string) []string {
	t.Helper()
	var list []string
	for target != "" {
		b := readBundle(t, call{target: target, user: user}.on(s))
		target = ""
		for _, e := range b.Entry {
			list = append(list, e.Resource.ResourceType+"/"+e.Resource.ID)
		}
		for _, l := range b.Link {
			if l.Relation == "next" {
				target = local(t, l.URL)
			}
		}
	}
	slices.Sort(list)
	return list
}

// The files of an export hold what the searches find, each resource once, in the scope of
// who asked; a job is nobody else's.
func TestExport(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, func(p *cmd.Parts) { p.Config.PageSize, p.Config.PageLimit = 200, 200 })
		working(t, s)
		for _, c := range []struct {
			target, user string
			want         []string // searches
		}{
			{"/fhir/$export?_type=Patient,Claim,Practitioner,CodeSystem&_outputFormat=ndjson", admin, []string{"Patient", "Claim", "Practitioner", "CodeSystem"}},
			{"/fhir/$export?_type=Patient,Claim", "CA001:claims123", []string{"Patient", "Claim"}},
			{"/fhir/$export?_type=Claim&_typeFilter=Claim%3Fstatus%3Ddraft,Claim%3Fidentifier%3Anot%3DX%26status%3Dactive", admin, []string{"Claim?status=draft,active"}},
			{"/fhir/$export?_type=Patient&_typeFilter=Patient%3Fgender%3Dfemale,Patient%3Fgender%3Dfemale", admin, []string{"Patient?gender=female"}},
			{"/fhir/Patient/$export?_type=Patient,Coverage,Claim", admin, []string{"Patient", "Coverage", "Claim"}},
			{"/fhir/Patient/$export?_type=Patient&_since=2999-01-01T00:00:00Z", admin, nil},
		} {
			var want []string
			for _, query := range c.want {
				want = append(want, allOf(t, s, "/fhir/"+query, c.user)...)
			}
			slices.Sort(want)
			m := finished(t, s, kickOff(t, s, call{target: c.target, user: c.user}), c.user)
			if got := contents(t, s, m, c.user); !slices.Equal(got, want) {
				t.Errorf("%s gives %d resources, the searches %d", c.target, len(got), len(want))
			}
			if !strings.HasSuffix(m.Request, c.target) || !m.RequiresAccessToken || len(m.Error) > 0 {
				t.Errorf("%+v", m)
			}
		}
	})
}

// All that is about one person, and about the members of a group, is what $everything and
// the searches give; the whole is told, and what may not be had stands in the file of errors.
func TestExportOfPeople(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, func(p *cmd.Parts) { p.Config.PageSize = 200 })
		working(t, s)
		id := busyPatient(t, s, admin)
		kinds := "Patient,Contract,Coverage,Claim,ClaimResponse"
		body := `{"resourceType":"Parameters","parameter":[{"name":"patient","valueReference":{"reference":"Patient/` + id + `"}},{"name":"_type","valueString":"` + kinds + `"}]}`
		m := finished(t, s, kickOff(t, s, call{method: "POST", target: "/fhir/Patient/$export", body: body, user: admin, header: map[string]string{"Content-Type": "application/fhir+json"}}), admin)
		want := everythingOf(t, s, "/fhir/Patient/"+id+"/$everything?_type="+kinds, admin)
		if got := contents(t, s, m, admin); !slices.Equal(got, want) || len(want) < 3 {
			t.Errorf("of one person %v, want %v", got, want)
		}
		group := allOf(t, s, "/fhir/Group?member=Patient/"+id, admin)[0]
		var members []string
		for _, member := range regexp.MustCompile(`"entity":{"reference":"(Patient/[^"]+)"`).FindAllStringSubmatch(call{target: "/fhir/" + group, user: admin}.on(s).Body.String(), -1) {
			members = append(members, member[1])
		}
		slices.Sort(members)
		m = finished(t, s, kickOff(t, s, call{target: "/fhir/" + group + "/$export?_type=Patient&_elements=name", user: admin}), admin)
		if got := contents(t, s, m, admin); !slices.Equal(got, members) || len(got) == 0 {
			t.Errorf("of a family %v, want %v", got, members)
		}
		if w := (call{target: local(t, m.Output[0].URL), user: admin}).on(s); strings.Contains(w.Body.String(), "birthDate") || !strings.Contains(w.Body.String(), "SUBSETTED") {
			t.Errorf("only names were asked: %s", w.Body)
		}
		m = finished(t, s, kickOff(t, s, call{target: "/fhir/$export", user: "reception:reception123"}), "reception:reception123")
		w := call{target: local(t, m.Error[0].URL), user: "reception:reception123"}.on(s)
		if len(m.Output) < 5 || !strings.Contains(w.Body.String(), "Claim is left out") {
			t.Errorf("%+v %s", m, w.Body)
		}
	})
}

// A deleted person stands in the file of deletions of an export that asks what changed.
func TestExportTellsDeletions(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		working(t, s)
		since := time.Now().Add(-time.Minute).UTC().Format(time.RFC3339)
		made := call{method: "POST", target: "/fhir/Location", user: admin, header: map[string]string{"Content-Type": "application/fhir+json"},
			body: strings.ReplaceAll(`{"resourceType":"Location","identifier":[{"type":{"coding":[{"system":"CS/openimis-identifiers","code":"Code"}]},"value":"ZZ9"}],"name":"Gone soon","status":"active","mode":"instance","physicalType":{"coding":[{"system":"CS/location-type","code":"R"}]}}`, "CS/", "https://openimis.github.io/openimis_fhir_r4_ig/CodeSystem/")}.on(s)
		at := strings.Split(made.Header().Get("Location"), "/_history/")[0]
		if made.Code != 201 {
			t.Fatalf("%d %s", made.Code, made.Body)
		}
		if w := (call{method: "DELETE", target: local(t, at), user: admin}).on(s); w.Code != 204 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		m := finished(t, s, kickOff(t, s, call{target: "/fhir/$export?_type=Location&_since=" + since, user: admin}), admin)
		if len(m.Deleted) != 1 || m.Deleted[0].Type != "Bundle" {
			t.Fatalf("%+v", m)
		}
		w := call{target: local(t, m.Deleted[0].URL), user: admin}.on(s)
		if want := `"method":"DELETE","url":"Location/` + filepath.Base(at) + `"`; !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s lacks %s", w.Body, want)
		}
	})
}

// What is wrong with a request for an export is told at its place, in both formats; nothing
// is begun.
func TestExportRefusals(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, func(p *cmd.Parts) { p.Config.ExportJobs = 4 })
		for _, c := range []struct {
			target, user string
			status       int
			code, place  string
		}{
			{"$export?_outputFormat=csv", admin, 400, "invalid", "_outputFormat"},
			{"$export?_type=Patient,Nothing", admin, 400, "invalid", "_type"},
			{"$export?_type=Observation", admin, 400, "invalid", "_type"},
			{"$export?_since=yesterday", admin, 400, "invalid", "_since"},
			{"$export?_typeFilter=Claim", admin, 400, "invalid", "_typeFilter"},
			{"$export?_typeFilter=Claim%3Fcolour%3Dred", admin, 400, "invalid", "_typeFilter"},
			{"$export?_typeFilter=Claim%3F_sort%3Dcreated", admin, 400, "invalid", "_typeFilter"},
			{"$export?_elements=Patient.", admin, 400, "invalid", "_elements"},
			{"$export?includeAssociatedData=LatestProvenanceResources", admin, 400, "invalid", "includeAssociatedData"},
			{"$export?patient=Patient/1", admin, 400, "invalid", "patient"},
			{"Patient/$export?patient=Claim/1", admin, 400, "invalid", "patient"},
			{"Patient/$export?_type=Organization", admin, 400, "invalid", "_type"},
			{"Group/11111111-2222-3333-4444-555555555555/$export", admin, 404, "not-found", ""},
			{"$export?_type=Claim", "reception:reception123", 403, "forbidden", ""},
			{"$export", "", 401, "login", ""},
			{"_async/11111111-2222-3333-4444-555555555555", admin, 404, "not-found", ""},
			{"_async/%00", admin, 404, "not-found", ""},
			{"Patient?colour=red", admin, 400, "invalid", "colour"},
			{"Patient?_outputFormat=csv", admin, 400, "invalid", "_outputFormat"},
		} {
			for _, format := range []string{"application/fhir+json", "application/fhir+xml"} {
				w := call{target: "/fhir/" + c.target, user: c.user, header: map[string]string{"Accept": format, "Prefer": "respond-async"}}.on(s)
				read := fhir.DecodeJSON
				if strings.HasSuffix(format, "xml") {
					read = fhir.DecodeXML
				}
				in, err := read(w.Body.Bytes(), fhir.DecodeOptions{Type: "OperationOutcome"})
				if err != nil || w.Code != c.status {
					t.Errorf("%s in %s: %d %v %s", c.target, format, w.Code, err, w.Body)
					continue
				}
				issue, _ := in.Tree.List("issue")[0].(*fhir.Object)
				if place := fmt.Sprint(issue.List("expression")); issue.String("code") != c.code || c.place != "" && place != "["+c.place+"]" {
					t.Errorf("%s: %s at %s", c.target, issue.String("code"), place)
				}
			}
		}
		if w := (call{target: "/fhir/$export?includeAssociatedData=x", user: admin, header: map[string]string{"Prefer": "respond-async, handling=lenient"}}).on(s); w.Code != 202 {
			t.Errorf("leniently: %d %s", w.Code, w.Body)
		}
		w := call{target: "/fhir/$export", user: admin}.on(s) // one of a quarter of four waits: nobody works here
		if w.Code != 429 || w.Header().Get("Retry-After") == "" || !strings.Contains(w.Body.String(), "throttled") {
			t.Errorf("too many: %d %v %s", w.Code, w.Header(), w.Body)
		}
		if w := (call{method: "HEAD", target: "/fhir/$export", user: admin}).on(s); w.Code != 405 {
			t.Errorf("HEAD: %d", w.Code)
		}
	})
}

// A search, and an operation, with Prefer: respond-async give what they give at once; the
// job is deleted with DELETE, old ones by themselves.
func TestAnsweredLater(t *testing.T) {
	clock := &movable{at: time.Now()}
	persistencetest.Each(t, func(t *testing.T, store *persistence.Store) {
		if _, err := demo.Generate(persistencetest.System(t), store, demo.Options{}); err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		s := assemble(t, store, func(p *cmd.Parts) { p.Config.ExportDir, p.Clock = dir, clock })
		working(t, s)
		at := kickOff(t, s, call{target: "/fhir/Patient?gender=female&_include=Patient:general-practitioner", user: admin})
		m := finished(t, s, at, admin)
		all := slices.DeleteFunc(contents(t, s, m, admin), func(key string) bool { return !strings.HasPrefix(key, "Patient/") })
		if want := allOf(t, s, "/fhir/Patient?gender=female", admin); !slices.Equal(all, want) {
			t.Errorf("later %d, at once %d", len(all), len(want))
		}
		posted := call{method: "POST", target: "/fhir/Patient/_search", body: "gender=female", user: admin, header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}}
		if n := finished(t, s, kickOff(t, s, posted), admin); len(n.Output) != 1 || n.Output[0].Count != len(all) {
			t.Errorf("posted: %+v", n)
		}

		file := local(t, m.Output[0].URL)
		whole := call{target: file, user: admin}.on(s).Body.String()
		part := call{target: file, user: admin, header: map[string]string{"Range": "bytes=100-199"}}.on(s)
		if part.Code != 206 || part.Body.String() != whole[100:200] {
			t.Errorf("a range: %d %q", part.Code, part.Body)
		}
		for _, path := range []string{at, file} {
			for _, method := range []string{"GET", "DELETE"} {
				if w := (call{method: method, target: path, user: "EO001:officer123"}).on(s); w.Code != 404 && w.Code != 405 {
					t.Errorf("%s %s by another: %d", method, path, w.Code)
				}
			}
		}
		if w := (call{target: at + "/..%2f..%2ftest.db", user: admin}).on(s); w.Code != 404 {
			t.Errorf("out of the folder: %d", w.Code)
		}

		expand := finished(t, s, kickOff(t, s, call{method: "POST", target: "/fhir/CodeSystem/$lookup", user: admin, header: map[string]string{"Content-Type": "application/fhir+json"},
			body: `{"resourceType":"Parameters","parameter":[{"name":"system","valueUri":"https://openimis.github.io/openimis_fhir_r4_ig/CodeSystem/claim-status"},{"name":"code","valueCode":"1"}]}`}), admin)
		if len(expand.Output) != 1 || expand.Output[0].Type != "Parameters" {
			t.Errorf("an operation: %+v", expand)
		}
		everything := finished(t, s, kickOff(t, s, call{target: "/fhir/" + all[0] + "/$everything", user: admin}), admin)
		if len(everything.Output) != 1 || everything.Output[0].Type != "Bundle" {
			t.Errorf("everything: %+v", everything)
		}
		missing := waited(t, s, kickOff(t, s, call{target: "/fhir/Patient/11111111-2222-3333-4444-555555555555/$everything", user: admin}), admin)
		if missing.Code != 404 || !strings.Contains(missing.Body.String(), "OperationOutcome") {
			t.Errorf("a job that failed: %d %s", missing.Code, missing.Body)
		}

		if w := (call{method: "DELETE", target: at, user: admin}).on(s); w.Code != 202 {
			t.Errorf("deleting: %d %s", w.Code, w.Body)
		}
		for _, path := range []string{at, file} {
			if w := (call{target: path, user: admin}).on(s); w.Code != 404 {
				t.Errorf("%s of a deleted job: %d", path, w.Code)
			}
		}
		if _, err := os.Stat(filepath.Join(dir, filepath.Base(at))); !os.IsNotExist(err) {
			t.Errorf("files of a deleted job: %v", err)
		}

		clock.pass(25 * time.Hour)
		again := assemble(t, store, func(p *cmd.Parts) { p.Config.ExportDir, p.Clock = dir, clock })
		working(t, again)
		left := func() []os.DirEntry { list, _ := os.ReadDir(dir); return list }
		for range 200 {
			if len(left()) == 0 {
				break
			}
			time.Sleep(20 * time.Millisecond)
		}
		if len(left()) > 0 {
			t.Errorf("after a day %d results are left", len(left()))
		}
	}, persistencetest.WithClock(clock))
}

var isAt = regexp.MustCompile(`openimis \S+ is at http://(\S+)`)

// The process is killed in the middle of an export: another one goes on where it was, and
// each resource is there once.
func TestExportGoesOnAfterAKill(t *testing.T) {
	clock := &movable{at: time.Now()}
	var dsn string
	persistencetest.Each(t, func(t *testing.T, store *persistence.Store) {
		if _, err := demo.Generate(persistencetest.System(t), store, demo.Options{}); err != nil {
			t.Fatal(err)
		}
		clock.pass(time.Since(clock.Now())) // the killed process has the machine's
		dir := t.TempDir()
		s := assemble(t, store, func(p *cmd.Parts) { p.Config.ExportDir, p.Clock, p.Config.PageSize = dir, clock, 200 })
		interrupted := ""
		for range 10 {
			at := kickOff(t, s, call{target: "/fhir/$export", user: admin})
			killed(t, dsn, dir, filepath.Base(at))
			if w := (call{target: at, user: admin}).on(s); w.Code == 202 && strings.Contains(w.Header().Get("X-Progress"), "written") {
				interrupted = at
				break
			}
		}
		if interrupted == "" {
			t.Fatal("the process was never killed in the middle")
		}
		before, err := os.ReadDir(filepath.Join(dir, filepath.Base(interrupted)))
		if err != nil || len(before) == 0 {
			t.Fatalf("nothing was written before: %v", err)
		}
		clock.pass(3 * time.Minute) // the lease of the dead is over
		working(t, s)
		m := finished(t, s, interrupted, admin)
		got := contents(t, s, m, admin)
		if len(slices.Compact(slices.Clone(got))) != len(got) {
			t.Error("something is there twice")
		}
		for _, typ := range []string{"Patient", "Claim", "Coverage", "Medication", "ValueSet"} {
			mine := slices.DeleteFunc(slices.Clone(got), func(key string) bool { return !strings.HasPrefix(key, typ+"/") })
			if want := allOf(t, s, "/fhir/"+typ, admin); !slices.Equal(mine, want) {
				t.Errorf("%d of %s, want %d", len(mine), typ, len(want))
			}
		}
	}, persistencetest.WithClock(clock), func(o *persistence.Options) { dsn = o.DSN })
}

// killed runs the program on the database until it has written something for the job, and
// kills it.
func killed(t *testing.T, dsn, dir, job string) {
	t.Helper()
	process := exec.Command(os.Args[0], "serve", "--db", dsn, "--addr", "127.0.0.1:0", "--export-dir", dir, "--state-dir", t.TempDir())
	process.Env = append(os.Environ(), "OPENIMIS_TEST_SERVE=1")
	out := &output{}
	process.Stdout, process.Stderr = out, out
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	for range 3000 {
		if list, _ := os.ReadDir(filepath.Join(dir, job)); len(list) > 2 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if err := process.Process.Kill(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	_ = process.Wait()
	if !isAt.MatchString(out.String()) {
		t.Fatalf("it did not start: %s", out)
	}
}

// Whose rights are gone while the job waits gets nothing.
func TestJobAsksRightsWhenItRuns(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		at := kickOff(t, s, call{target: "/fhir/$export?_type=Patient", user: "EO001:officer123"})
		err := store.Tx(persistencetest.System(t), func(x *persistence.Session) error {
			return x.DB().Exec(`UPDATE "openimis_job" SET "user_id" = -77`).Error
		})
		if err != nil {
			t.Fatal(err)
		}
		if w := (call{target: at, user: "EO001:officer123"}).on(s); w.Code != 404 {
			t.Errorf("the job of somebody else: %d", w.Code)
		}
		working(t, s)
		nobody := core.WithPrincipal(t.Context(), core.Principal{UserID: -77})
		for range 400 {
			job, err := store.FindJob(nobody, filepath.Base(at))
			if err != nil {
				t.Fatal(err)
			}
			if job.State != core.JobOpen {
				if job.State != core.JobFailed || job.Fault.Code != core.Forbidden {
					t.Errorf("%+v", job)
				}
				return
			}
			time.Sleep(20 * time.Millisecond)
		}
		t.Error("the job does not end")
	})
}
