package server

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/core/config"
	"github.com/openimis/openimis-go/core/security"
	"github.com/openimis/openimis-go/core/telemetry"
)

// Options say what one process serves and what it stands on.
type Options struct {
	Config  config.Config
	Secret  []byte // signing secret of the site
	Users   core.UserStore
	Doors   []Door
	Modules *core.Registry
	Checks  []telemetry.Check // what has to work for /readyz
	Metrics *telemetry.Metrics
	Log     *slog.Logger
	Clock   core.Clock   // nil for the machine's
	Docs    Docs         // what /docs shows beside routes and modules
	Audit   core.Auditor // where what is done is told, as Config.Audit says; nil for nowhere
}

// Server is one process's address with its doors.
type Server struct {
	config  config.Config
	log     *slog.Logger
	metrics *telemetry.Metrics
	health  *telemetry.Health
	signOn  *security.SignOn
	limiter *security.Limiter
	doors   []Door
	routes  []Route
	table   map[string]*Route
	audit   core.Auditor
	echo    *echo.Echo
	modules *core.Registry
	docs    Docs
	clock   core.Clock
}

// New assembles a server. It opens no port.
func New(o Options) *Server {
	if o.Clock == nil {
		o.Clock = core.SystemClock{}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Metrics == nil {
		o.Metrics = telemetry.NewMetrics()
	}
	c := o.Config
	s := &Server{
		config: c, log: o.Log, metrics: o.Metrics, health: telemetry.NewHealth(o.Checks...),
		signOn: security.NewSignOn(o.Users, security.Settings{
			Secret: o.Secret, TokenLifetime: c.TokenLifetime, IdentityCache: c.IdentityCache,
			LockoutFailures: c.LockoutFailures, LockoutAddress: c.LockoutAddress, LockoutTime: c.LockoutTime, Clock: o.Clock,
		}),
		limiter: security.NewLimiter(c.RateLimit, c.RateBurst, o.Clock),
		doors:   o.Doors, table: map[string]*Route{}, audit: o.Audit, modules: o.Modules, docs: o.Docs, clock: o.Clock,
	}
	s.echo = s.newEcho()
	s.mount(s.operations()...)
	for _, door := range s.doors {
		s.mount(door.Routes...)
		if door.Login {
			s.mount(s.loginRoutes(door.Prefix)...)
		}
		if door.Mount != nil {
			door.Mount(s.echo)
		}
	}
	return s
}

func (s *Server) newEcho() *echo.Echo {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.HTTPErrorHandler = s.handleError
	e.IPExtractor = addressOf(s.config.TrustedProxies)
	e.Use(telemetry.Identify, telemetry.Access(s.log, s.metrics, "/livez", "/readyz", "/metrics"), s.recovered, s.secured)
	if len(s.config.CORSOrigins) > 0 {
		e.Use(middleware.CORSWithConfig(middleware.CORSConfig{
			AllowOrigins: s.config.CORSOrigins, AllowHeaders: []string{"Authorization", "Content-Type", "Accept", "Prefer", "If-Match", "If-None-Match"},
			ExposeHeaders: []string{"ETag", "Location", "Content-Location", "Last-Modified", telemetry.HeaderRequestID},
		}))
	}
	e.Use(s.bounded, s.admit)
	return e
}

// addressOf says how the caller's address is found: the other end of the connection, and
// what a proxy says about it only when the proxy is one of ours.
func addressOf(proxies []string) echo.IPExtractor {
	if len(proxies) == 0 {
		return echo.ExtractIPDirect()
	}
	trust := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, text := range proxies {
		if prefix, err := netip.ParsePrefix(text); err == nil {
			trust = append(trust, echo.TrustIPRange(&net.IPNet{
				IP: prefix.Masked().Addr().AsSlice(), Mask: net.CIDRMask(prefix.Bits(), prefix.Addr().BitLen()),
			}))
		}
	}
	return echo.ExtractIPFromXFFHeader(trust...)
}

// mount adds routes and writes their lines into the access table.
func (s *Server) mount(routes ...Route) {
	for _, r := range routes {
		if r.Handler != nil {
			s.echo.Add(r.Method, r.Path, r.Handler)
			if bare := strings.TrimRight(r.Path, "/"); bare != "" && !strings.HasSuffix(bare, "*") {
				s.echo.Add(r.Method, bare+map[bool]string{true: "/"}[bare == r.Path], r.Handler)
			}
		}
		s.table[r.Method+" "+strings.TrimRight(r.Path, "/")] = &r
		s.routes = append(s.routes, r)
	}
}

func (s *Server) doorOf(path string) *Door {
	for i := range s.doors {
		if prefix := s.doors[i].Prefix; prefix != "" && (path == prefix || strings.HasPrefix(path, prefix+"/")) {
			return &s.doors[i]
		}
	}
	return nil
}

// Routes lists what is mounted.
func (s *Server) Routes() []Route { return s.routes }

// Echo gives the router, for tests and for the handler of a listener made elsewhere.
func (s *Server) Echo() *echo.Echo { return s.echo }

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.echo.ServeHTTP(w, r) }

// Work does what the doors do beside the requests, until ctx ends.
func (s *Server) Work(ctx context.Context) {
	var doors sync.WaitGroup
	for _, door := range s.doors {
		if door.Work != nil {
			doors.Go(func() { door.Work(ctx) })
		}
	}
	doors.Wait()
}

// Serve accepts connections until ctx ends. Then /readyz answers 503, the door closes
// after the configured delay, and what was accepted gets the configured time to finish.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	h := &http.Server{
		Handler: s.echo, MaxHeaderBytes: int(s.config.HeaderLimit), IdleTimeout: s.config.IdleTimeout,
		ReadHeaderTimeout: headerTimeout(s.config.RequestTimeout),
		ReadTimeout:       s.config.RequestTimeout, WriteTimeout: 2 * s.config.RequestTimeout,
		ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
	failed := make(chan error, 1)
	go func() { failed <- h.Serve(l) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	s.health.Stop()
	s.log.Info("stopping: finishing what was accepted")
	time.Sleep(s.config.StopDelay)
	deadline, cancel := context.WithTimeout(context.Background(), s.config.StopTimeout)
	defer cancel()
	if err := h.Shutdown(deadline); err != nil {
		_ = h.Close()
		return core.Wrap(core.Unavailable, err, "some requests did not finish within %s", s.config.StopTimeout)
	}
	if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
