package server

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/openimis/openimis-go/core"
)

// The cookies of a browser's session: the token, which no script reads, and the mark
// against forged requests, which the UI reads and sends back.
const (
	tokenCookie = "JWT"
	markCookie  = "csrftoken"
)

// browser gives who a browser's request is from and puts a session into its context. Only
// the scheme Bearer counts in the Authorization header, and Basic; the UI sends
// "JWT undefined" there. A cookie that is no good is as none.
// Errors: Unauthenticated for wrong credentials in the header, Forbidden for a request that
// another site made the browser send.
func (s *Server) browser(c echo.Context) (core.Principal, error) {
	r := c.Request()
	c.SetRequest(r.WithContext(core.WithSession(r.Context(), &session{s, c})))
	scheme, _, _ := strings.Cut(strings.TrimSpace(r.Header.Get("Authorization")), " ")
	if strings.EqualFold(scheme, "bearer") || strings.EqualFold(scheme, "basic") {
		return s.principal(c)
	}
	cookie, err := r.Cookie(tokenCookie)
	if err != nil || cookie.Value == "" {
		return core.Principal{}, nil
	}
	if foreign(r) {
		return core.Principal{}, core.Errorf(core.Forbidden, "the request comes from another site")
	}
	p, err := s.signOn.Principal(r.Context(), "Bearer "+cookie.Value, c.RealIP())
	if core.CodeOf(err) == core.Unauthenticated {
		return core.Principal{}, nil
	}
	return p, err
}

// foreign tells whether another site's page made the browser send a request that may
// change something. A browser names the page's origin; SameSite=Lax keeps the cookie out of
// most such requests already, and a body that is JSON cannot come from a plain form.
func foreign(r *http.Request) bool {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return false
	}
	if site := r.Header.Get("Sec-Fetch-Site"); site == "cross-site" {
		return true
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json")
	}
	from, err := url.Parse(origin)
	return err != nil || !strings.EqualFold(from.Host, r.Host)
}

// session signs a browser on and off through its cookies.
type session struct {
	server  *Server
	request echo.Context
}

var _ core.Session = (*session)(nil)

// SignOn checks a name and password and sets the cookie.
func (s *session) SignOn(ctx context.Context, login, password string) (core.Grant, error) {
	if line := core.AuditOf(ctx); line != nil {
		line.Login = login
	}
	token, _, err := s.server.signOn.Login(ctx, login, password, s.request.RealIP())
	if err != nil {
		s.server.metrics.Refused(string(core.CodeOf(err)))
		return core.Grant{}, err
	}
	grant, err := s.server.signOn.Grant(ctx, token)
	if err == nil {
		s.keep(grant)
	}
	return grant, err
}

// Renew gives a new token for the one of the cookie.
func (s *session) Renew(ctx context.Context) (core.Grant, error) {
	cookie, err := s.request.Request().Cookie(tokenCookie)
	if err != nil || cookie.Value == "" {
		return core.Grant{}, core.Errorf(core.Unauthenticated, "Token is required")
	}
	grant, err := s.server.signOn.Renew(ctx, cookie.Value)
	if err == nil {
		s.keep(grant)
	}
	return grant, err
}

// Check reads a token, that of the cookie where none is given.
func (s *session) Check(ctx context.Context, token string) (core.Grant, error) {
	if cookie, err := s.request.Request().Cookie(tokenCookie); token == "" && err == nil {
		token = cookie.Value
	}
	return s.server.signOn.Grant(ctx, token)
}

// Ask counts what is asked for in the name of a user.
func (s *session) Ask(login string) error {
	return s.told(s.server.signOn.Ask(login, s.request.RealIP()))
}

// Prove carries out a step by which somebody shows who he is.
func (s *session) Prove(login string, step func() error) error {
	return s.told(s.server.signOn.Prove(login, s.request.RealIP(), step))
}

// told counts what was refused.
func (s *session) told(err error) error {
	if code := core.CodeOf(err); err != nil && (code == core.Unauthenticated || code == core.TooMany) {
		s.server.metrics.Refused(string(code))
	}
	return err
}

// SignOff takes the cookie back.
func (s *session) SignOff() bool {
	_, err := s.request.Request().Cookie(tokenCookie)
	s.set(&http.Cookie{Name: tokenCookie, MaxAge: -1, HttpOnly: true})
	return err == nil
}

// Mark draws a token against forged requests.
func (s *session) Mark() string {
	drawn := make([]byte, 16)
	_, _ = rand.Read(drawn)
	mark := hex.EncodeToString(drawn)
	s.set(&http.Cookie{Name: markCookie, Value: mark})
	return mark
}

func (s *session) keep(grant core.Grant) {
	left := int(grant.Expires.Sub(s.server.clock.Now()) / time.Second)
	s.set(&http.Cookie{Name: tokenCookie, Value: grant.Token, MaxAge: max(left, 1), HttpOnly: true})
}

func (s *session) set(cookie *http.Cookie) {
	cookie.Path, cookie.SameSite = "/", http.SameSiteLaxMode
	cookie.Secure = s.request.Request().TLS != nil || strings.HasPrefix(s.server.config.PublicURL, "https://")
	s.request.SetCookie(cookie)
}
