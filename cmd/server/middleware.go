package server

import (
	"context"
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/core/security"
)

// recovered turns a panic into an error, so that it is answered and counted like one.
func (s *Server) recovered(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			switch p := recover(); p {
			case nil:
			case http.ErrAbortHandler:
				panic(p)
			default:
				s.log.ErrorContext(c.Request().Context(), "panic", "value", fmt.Sprint(p), "stack", string(debug.Stack()))
				err = core.Errorf(core.Internal, "panic")
			}
		}()
		return next(c)
	}
}

// secured sets the headers that keep browsers from doing more with an answer than show it.
func (s *Server) secured(next echo.HandlerFunc) echo.HandlerFunc {
	https := strings.HasPrefix(s.config.PublicURL, "https://")
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
		h.Set("Cache-Control", "private, no-cache")
		if https {
			h.Set("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
		}
		return next(c)
	}
}

// bounded limits the size of the body and the time of the request.
func (s *Server) bounded(next echo.HandlerFunc) echo.HandlerFunc {
	limit := int64(s.config.BodyLimit)
	return func(c echo.Context) error {
		r := c.Request()
		if r.ContentLength > limit {
			return core.Errorf(core.TooLarge, "the body is larger than %d bytes", limit)
		}
		ctx, cancel := context.WithTimeout(r.Context(), s.config.RequestTimeout)
		defer cancel()
		r = r.WithContext(ctx)
		if r.Body != nil {
			r.Body = http.MaxBytesReader(c.Response(), r.Body, limit)
		}
		c.SetRequest(r)
		return next(c)
	}
}

// admit lets through who may come in, and has a line of it kept for the audit. A route
// nobody declared lets nobody through.
func (s *Server) admit(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		route, declared := s.table[c.Request().Method+" "+strings.TrimRight(c.Path(), "/")]
		if !declared {
			if isRegistered(c) {
				return core.Errorf(core.Internal, "route %s %s has no line in the access table", c.Request().Method, c.Path())
			}
			return next(c) // echo's own answer: no such route, or not with this verb
		}
		return s.audited(c, route, func(line *core.Audit) error {
			if err := s.signedOn(c, route, line); err != nil {
				return err
			}
			return next(c)
		})
	}
}

// signedOn signs the caller on and checks that the route's access allows him.
func (s *Server) signedOn(c echo.Context, route *Route, line *core.Audit) error {
	var p core.Principal
	switch {
	case route.Session:
		var err error
		if p, err = s.browser(c); err != nil {
			return err
		}
		line.UserID, line.Login = p.UserID, p.Login
	case !route.Access.Open:
		var err error
		if p, err = s.principal(c); err != nil {
			line.Interaction, line.Type, line.ID, line.Query = core.SignOn, "", "", ""
			line.Login, _, _ = c.Request().BasicAuth()
			return err
		}
		line.UserID, line.Login = p.UserID, p.Login
	}
	if wait := s.limiter.Wait(caller(c, p)); wait > 0 {
		return &core.Error{Code: core.TooMany, Cause: security.Locked{Wait: wait}, Message: "too many requests; slow down"}
	}
	if err := route.Access.Allows(p); err != nil {
		return err
	}
	c.SetRequest(c.Request().WithContext(core.WithPrincipal(c.Request().Context(), p)))
	return nil
}

func (s *Server) principal(c echo.Context) (core.Principal, error) {
	p, err := s.signOn.Principal(c.Request().Context(), c.Request().Header.Get("Authorization"), c.RealIP())
	if err != nil {
		s.metrics.Refused(string(core.CodeOf(err)))
	}
	return p, err
}

// caller is whose requests are counted together.
func caller(c echo.Context, p core.Principal) string {
	if p.SignedIn() {
		return fmt.Sprint("user ", p.UserID)
	}
	return "address " + c.RealIP()
}

// isRegistered tells whether a handler of ours, not echo's own for missing routes, is
// about to run.
func isRegistered(c echo.Context) bool {
	for _, r := range c.Echo().Routes() {
		if r.Method == c.Request().Method && r.Path == c.Path() {
			return true
		}
	}
	return false
}

// headerTimeout is how long a caller may take to send the headers.
func headerTimeout(request time.Duration) time.Duration { return min(request, 10*time.Second) }
