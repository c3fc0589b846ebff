package cmd_test

import (
	"fmt"
	"io"
	"net"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/openimis/openimis-go/cmd"
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/demo"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// cable is a connection to a database that can be pulled out and put back.
type cable struct {
	network, target string
	listen          string
	mu              sync.Mutex
	l               net.Listener
	ends            []net.Conn
}

// newCable puts a cable before the PostgreSQL of the DSN, at a port or a socket, and gives
// the DSN that leads through it.
func newCable(t *testing.T, dsn *url.URL) (*cable, string) {
	t.Helper()
	c := &cable{network: "tcp", target: dsn.Host, listen: "127.0.0.1:0"}
	through, query := *dsn, dsn.Query()
	if folder := query.Get("host"); folder != "" {
		port := query.Get("port")
		if port == "" {
			port = "5432"
		}
		c.network, c.target = "unix", filepath.Join(folder, ".s.PGSQL."+port)
		query.Del("host")
		query.Del("port")
		through.RawQuery = query.Encode()
	}
	c.plug(t)
	t.Cleanup(c.pull)
	through.Host = c.listen
	return c, through.String()
}

func (c *cable) plug(t *testing.T) {
	t.Helper()
	l, err := net.Listen("tcp", c.listen)
	if err != nil {
		t.Fatal(err)
	}
	c.mu.Lock()
	c.l, c.listen = l, l.Addr().String()
	c.mu.Unlock()
	go func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial(c.network, c.target)
			if err != nil {
				near.Close()
				continue
			}
			c.mu.Lock()
			c.ends = append(c.ends, near, far)
			c.mu.Unlock()
			go func() { _, _ = io.Copy(near, far); near.Close() }()
			go func() { _, _ = io.Copy(far, near); far.Close() }()
		}
	}()
}

func (c *cable) pull() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.l.Close()
	for _, end := range c.ends {
		end.Close()
	}
	c.ends = nil
}

// With the database away every door answers 503 and nothing else; when it is back, so are
// they, without a restart.
func TestDatabaseAway(t *testing.T) {
	dsn, err := url.Parse(persistencetest.EmptyPostgres(t))
	if err != nil {
		t.Fatal(err)
	}
	line, through := newCable(t, dsn)
	ctx := core.WithPrincipal(t.Context(), core.SystemPrincipal)
	store, err := persistence.Open(ctx, persistence.Options{DSN: through, Timezone: persistencetest.Zone})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	if _, err := store.Migrate(ctx, false); err != nil {
		t.Fatal(err)
	}
	if _, err := demo.Generate(ctx, store, demo.Options{Size: 20}); err != nil {
		t.Fatal(err)
	}
	s := assemble(t, store, func(p *cmd.Parts) { p.Config.RequestTimeout, p.Config.IdentityCache = 3*time.Second, 0 })
	calls := []call{
		{target: "/readyz"},
		{target: "/fhir/Patient?_count=1", user: "Admin:admin123"},
		{target: "/fhir/Claim?_count=1", user: "Admin:admin123"},
		{target: "/api/api_fhir_r4/Location/", user: "Admin:admin123"},
		{method: "POST", target: "/api/api_fhir_r4/login/", body: `{"username":"Admin","password":"admin123"}`},
	}
	all := func(want int) (wrong []string) {
		for _, c := range calls {
			if w := c.on(s); w.Code != want {
				wrong = append(wrong, fmt.Sprintf("%s: %d %.200s", c.target, w.Code, w.Body))
			} else if want == 503 && w.Header().Get("Retry-After") == "" {
				wrong = append(wrong, c.target+": no Retry-After")
			}
		}
		return wrong
	}
	if wrong := all(200); wrong != nil {
		t.Fatalf("before: %s", strings.Join(wrong, "\n"))
	}
	line.pull()
	for range 3 {
		if wrong := all(503); wrong != nil {
			t.Errorf("while it is away: %s", strings.Join(wrong, "\n"))
		}
	}
	if w := (call{target: "/livez"}).on(s); w.Code != 200 {
		t.Errorf("livez while it is away: %d", w.Code)
	}
	if w := (call{target: "/fhir/metadata"}).on(s); w.Code != 200 {
		t.Errorf("metadata while it is away: %d", w.Code)
	}
	line.plug(t)
	var wrong []string
	for range 50 {
		if wrong = all(200); wrong == nil {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Errorf("five seconds after it came back: %s", strings.Join(wrong, "\n"))
}

// A store that is closed is a database that is away.
func TestClosedStore(t *testing.T) {
	file := t.TempDir() + "/closed.db"
	store, err := persistence.Open(t.Context(), persistence.Options{DSN: "sqlite://" + file, Timezone: persistencetest.Zone})
	if err != nil {
		t.Fatal(err)
	}
	s := assemble(t, store, nil)
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []call{{target: "/readyz"}, {target: "/fhir/Patient", user: "Admin:admin123"}} {
		if w := c.on(s); w.Code != 503 {
			t.Errorf("%s: %d %s, want 503", c.target, w.Code, w.Body)
		}
	}
}

// Who signs on while every connection is in use waits as long as a request may take and is
// told to come again; he gets in when one is free.
func TestSignOnWaitsForAConnection(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		short := assemble(t, store, func(p *cmd.Parts) { p.Config.RequestTimeout, p.Config.IdentityCache = 300*time.Millisecond, 0 })
		calls := []call{
			{target: "/fhir/Patient?_count=1", user: admin},
			{target: "/api/api_fhir_r4/Location/", user: admin},
			{method: "POST", target: "/api/api_fhir_r4/login/", body: `{"username":"Admin","password":"admin123"}`},
		}
		pool, err := store.Read(system()).DB().DB()
		if err != nil {
			t.Fatal(err)
		}
		pool.SetMaxOpenConns(1)
		held, err := pool.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range calls {
			if w := c.on(short); w.Code != 503 || w.Header().Get("Retry-After") == "" {
				t.Errorf("%s while no connection is free: %d, Retry-After %q, %.200s", c.target, w.Code, w.Header().Get("Retry-After"), w.Body)
			}
		}
		if err := held.Close(); err != nil {
			t.Fatal(err)
		}
		s := assemble(t, store, func(p *cmd.Parts) { p.Config.IdentityCache = 0 })
		for _, c := range calls {
			if w := c.on(s); w.Code != 200 {
				t.Errorf("%s when one is free again: %d %.200s", c.target, w.Code, w.Body)
			}
		}
	})
}
