package cmd_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/openimis/openimis-go/cmd"
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/modules"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// output is what a command printed so far; it is written and read at the same time.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// run runs a command to its end.
func run(ctx context.Context, in string, args ...string) (string, error) {
	var out output
	root := cmd.Root(modules.All())
	root.SetArgs(args)
	root.SetIn(strings.NewReader(in))
	root.SetOut(&out)
	root.SetErr(&out)
	err := root.ExecuteContext(ctx)
	return out.String(), err
}

// process is a running serve.
type process struct {
	url   string
	out   *output
	stop  context.CancelFunc
	ended chan error
}

var address = regexp.MustCompile(`openimis \S+ is at (http://\S+)`)

// start runs serve on a free port and waits until it says where it is.
func start(t *testing.T, args ...string) *process {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	p := &process{out: &output{}, stop: stop, ended: make(chan error, 1)}
	root := cmd.Root(modules.All())
	root.SetArgs(append([]string{"serve", "--addr", "127.0.0.1:0"}, args...))
	root.SetOut(p.out)
	root.SetErr(p.out)
	go func() { p.ended <- root.ExecuteContext(ctx) }()
	t.Cleanup(func() {
		stop()
		<-p.ended
	})
	for range 600 {
		if found := address.FindStringSubmatch(p.out.String()); found != nil {
			p.url = found[1]
			return p
		}
		select {
		case err := <-p.ended:
			p.ended <- err
			t.Fatalf("serve ended: %v\n%s", err, p.out)
		case <-time.After(50 * time.Millisecond):
		}
	}
	t.Fatalf("serve does not start:\n%s", p.out)
	return nil
}

func (p *process) get(t *testing.T, path, user string) (int, string) {
	t.Helper()
	r, err := http.NewRequest("GET", p.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if name, password, ok := strings.Cut(user, ":"); ok {
		r.SetBasicAuth(name, password)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err.Error()
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

func TestServeDemo(t *testing.T) {
	state := t.TempDir()
	p := start(t, "--demo", "--state-dir", state)
	for _, want := range []string{"Admin", "admin123", "/fhir", "curl", "made 200 insured people"} {
		if !strings.Contains(p.out.String(), want) {
			t.Errorf("the first start does not say %q:\n%s", want, p.out)
		}
	}
	if status, body := p.get(t, "/fhir/Patient?_count=1", "Admin:admin123"); status != 200 || !strings.Contains(body, `"total":200`) {
		t.Errorf("patients: %d %.200s", status, body)
	}
	if status, body := p.get(t, "/readyz", ""); status != 200 {
		t.Errorf("readyz: %d %s", status, body)
	}
	p.stop()
	if err := <-p.ended; err != nil {
		t.Errorf("stop: %v", err)
	}
	p.ended <- nil
	if !strings.Contains(p.out.String(), "stopped") {
		t.Errorf("it does not say that it stopped:\n%s", p.out)
	}

	begin := time.Now()
	again := start(t, "--demo", "--state-dir", state)
	if took := time.Since(begin); took > time.Second {
		t.Errorf("the second start took %s", took)
	}
	if strings.Contains(again.out.String(), "making demo data") {
		t.Error("the second start makes the data again")
	}
	if info, err := os.Stat(filepath.Join(state, "secret")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the signing secret: %v %v", info, err)
	}
	if strings.Contains(again.out.String(), readText(t, filepath.Join(state, "secret"))) {
		t.Error("the signing secret is in the output")
	}
}

func readText(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(text))
}

func TestServeRefuses(t *testing.T) {
	state := t.TempDir()
	empty := "sqlite://" + filepath.Join(state, "empty.db")
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	cases := []struct {
		name string
		args []string
		says []string
	}{
		{"no database", nil, []string{"--db", "--demo"}},
		{"an empty database", []string{"--db", empty}, []string{"openimis migrate", empty}},
		{"a database that is no DSN", []string{"--db", "oracle://x"}, []string{"oracle"}},
		{"a database that is away", []string{"--db", "postgres://me:hunter2@127.0.0.1:1/x?sslmode=disable"}, []string{"database"}},
		{"a door that is not built", []string{"--demo", "--roles", "fhir,mobile"}, []string{`"mobile"`, "there is fhir"}},
		{"an unknown module", []string{"--demo", "--modules", "core,clam"}, []string{`"clam"`, "claim"}},
		{"a module without what it needs", []string{"--demo", "--modules", "core,claim"}, []string{`"claim" needs`, "--modules"}},
		{"a transport that is not built", []string{"--demo", "--bus", "kafka://me:hunter2@host"}, []string{"memory", "amqp"}},
		{"a bus that does not answer", []string{"--demo", "--bus", "amqp://me:hunter2@127.0.0.1:1"}, []string{"bus"}},
		{"an unknown rule", []string{"--demo", "--rules", "legacy,nonsense=corrected"}, []string{"nonsense", "zero-price-unknown"}},
		{"a port in use", []string{"--demo", "--addr", taken.Addr().String()}, []string{taken.Addr().String()}},
		{"an odd demo size", []string{"--demo", "--demo-size", "huge"}, []string{"huge"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			out, err := run(t.Context(), "", append([]string{"serve", "--addr", "127.0.0.1:0", "--state-dir", state}, c.args...)...)
			if err == nil {
				t.Fatalf("it ran:\n%s", out)
			}
			for _, part := range c.says {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("message %q does not say %q", err, part)
				}
			}
			if strings.Contains(err.Error()+out, "hunter2") {
				t.Errorf("a password is shown: %v\n%s", err, out)
			}
		})
	}
}

func TestMigrateThenUserThenServe(t *testing.T) {
	dsns := map[string]string{
		"sqlite":   "sqlite://" + filepath.Join(t.TempDir(), "site.db"),
		"postgres": "",
	}
	for name, dsn := range dsns {
		t.Run(name, func(t *testing.T) {
			if name == "postgres" {
				dsn = persistencetest.EmptyPostgres(t)
			}
			step := func(in string, args ...string) string {
				t.Helper()
				out, err := run(t.Context(), in, append(args, "--db", dsn, "--timezone", "Africa/Douala")...)
				if err != nil {
					t.Fatalf("openimis %s: %v\n%s", strings.Join(args, " "), err, out)
				}
				return out
			}
			if out := step("", "migrate", "--dry-run"); !strings.Contains(out, "would") {
				t.Errorf("dry run says:\n%.300s", out)
			}
			if out := step("", "migrate"); !strings.Contains(out, "did") {
				t.Errorf("migrate says:\n%.300s", out)
			}
			if out := step("", "migrate"); !strings.Contains(out, "nothing to do") {
				t.Errorf("the second migrate says:\n%.300s", out)
			}
			addBaseData(t, dsn)
			step("Str0ng#pass\n", "user", "add", "--name", "ada", "--role", "IMIS Administrator")
			for what, args := range map[string][]string{
				"taken":    {"--name", "Ada", "--role", "IMIS Administrator", "--password", "Str0ng#pass"},
				"no role":  {"--name", "bob", "--role", "Emperor", "--password", "Str0ng#pass"},
				"password": {"--name", "bob", "--role", "IMIS Administrator", "--password", "short"},
			} {
				if out, err := run(t.Context(), "", append([]string{"user", "add", "--db", dsn, "--timezone", "Africa/Douala"}, args...)...); err == nil {
					t.Errorf("%s: added:\n%s", what, out)
				}
			}
			if _, err := run(t.Context(), "", "serve", "--db", dsn, "--timezone", "Asia/Tokyo", "--addr", "127.0.0.1:0", "--state-dir", t.TempDir()); err == nil || !strings.Contains(err.Error(), "Africa/Douala") {
				t.Errorf("another zone than the rows': %v", err)
			}
			p := start(t, "--db", dsn, "--state-dir", t.TempDir()) // the zone is remembered
			if status, body := p.get(t, "/fhir/Location", "ada:Str0ng#pass"); status != 200 {
				t.Errorf("the new user: %d %s", status, body)
			}
			if status, _ := p.get(t, "/fhir/Location", "bob:Str0ng#pass"); status != 401 {
				t.Errorf("a user that was refused: %d", status)
			}
		})
	}
}

// addBaseData puts a language and a role into an empty database.
func addBaseData(t *testing.T, dsn string) {
	t.Helper()
	store, err := persistence.Open(t.Context(), persistence.Options{DSN: dsn, Timezone: persistencetest.Zone})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	err = store.Tx(core.WithPrincipal(t.Context(), core.SystemPrincipal), func(x *persistence.Session) error {
		if err := x.DB().Create(&persistence.Language{LanguageCode: "en", LanguageName: "English"}).Error; err != nil {
			return err
		}
		return persistence.Insert(x, &persistence.Role{RoleName: "IMIS Administrator", IsSystem: 64})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestModulesOff(t *testing.T) {
	s := assemble(t, persistencetest.SQLite(t), func(p *cmd.Parts) { p.Config.Modules = []string{"core", "location"} })
	for _, r := range s.Routes() {
		if strings.Contains(r.Path, "Patient") || strings.Contains(r.Path, "Claim") {
			t.Errorf("a route of a module that is off: %s", r.Path)
		}
	}
	for _, base := range []string{"/fhir", "/api/api_fhir_r4"} {
		metadata := call{target: base + "/metadata"}.on(s).Body.String()
		if strings.Contains(metadata, `"type":"Patient"`) || !strings.Contains(metadata, `"type":"Location"`) {
			t.Errorf("%s/metadata is not what is on: %.300s", base, metadata)
		}
		if w := (call{target: base + "/Patient", user: "Admin:admin123"}).on(s); w.Code != 404 {
			t.Errorf("%s/Patient: %d, want 404", base, w.Code)
		}
	}
	list := call{target: "/api/modules"}.on(s).Body.String()
	if !strings.Contains(list, `"name":"claim","version":"`+core.Version+`","enabled":false`) {
		t.Errorf("modules: %s", list)
	}
}

func TestCommandsExplainThemselves(t *testing.T) {
	for _, args := range [][]string{{"--help"}, {"serve", "--help"}, {"migrate", "--help"}, {"user", "add", "--help"}, {"configuration", "set", "--help"}, {"version"}} {
		out, err := run(t.Context(), "", args...)
		if err != nil || len(out) < 40 {
			t.Errorf("openimis %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	if out, _ := run(t.Context(), "", "serve", "--help"); !strings.Contains(out, "OPENIMIS_ADDR") || !strings.Contains(out, "127.0.0.1:8000") {
		t.Errorf("help of serve:\n%s", out)
	}
}
