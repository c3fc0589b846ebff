package telemetry

import (
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/openimis/openimis-go/core"
)

// HeaderRequestID carries the id of a request, in both directions.
const HeaderRequestID = "X-Request-Id"

// Identify gives every request an id: the one its sender chose, when it is short and
// plain, or a new one. The id goes into the context and into the answer.
func Identify(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		id := c.Request().Header.Get(HeaderRequestID)
		if !plainID(id) {
			id = uuid.NewString()
		}
		c.Response().Header().Set(HeaderRequestID, id)
		c.SetRequest(c.Request().WithContext(WithRequestID(c.Request().Context(), id)))
		return next(c)
	}
}

// plainID refuses what could break a log line or fill it.
func plainID(id string) bool {
	if id == "" || len(id) > 64 {
		return false
	}
	for _, r := range []byte(id) {
		if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == '.') {
			return false
		}
	}
	return true
}

// Access counts each request and writes one line about it. quiet routes, such as health
// checks, are counted but not logged unless they fail.
func Access(log *slog.Logger, m *Metrics, quiet ...string) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			start := time.Now()
			m.inFlight.Inc()
			defer m.inFlight.Dec()
			if err := next(c); err != nil {
				c.Error(err) // writes the answer, so that its status is known here
			}
			route, status, took := c.Path(), c.Response().Status, time.Since(start)
			if route == "" {
				route = "none"
			}
			m.Request(c.Request().Method, route, status, took)
			if status < 500 && slices.Contains(quiet, route) {
				return nil
			}
			level := slog.LevelInfo
			if status >= 500 {
				level = slog.LevelError
			}
			ctx := c.Request().Context()
			log.LogAttrs(ctx, level, "request",
				slog.String("method", c.Request().Method), slog.String("path", SafePath(c.Request().URL.Path)),
				slog.Any("parameters", parameterNames(c.Request().URL)), slog.Int("status", status),
				slog.Int64("bytes", c.Response().Size), slog.Duration("took", took),
				slog.Int("user", core.PrincipalOf(ctx).UserID))
			return nil
		}
	}
}

// SafePath gives the path with everything masked that may be personal. Words and random
// ids say nothing about anybody; an insurance number or a business code might.
func SafePath(path string) string {
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		if !isWord(segment) && !isID(segment) {
			segments[i] = "…"
		}
	}
	return strings.Join(segments, "/")
}

// isWord accepts names of types and operations, such as api_fhir_r4, Claim and $validate.
func isWord(s string) bool {
	if s == "api_fhir_r4" {
		return true
	}
	for _, r := range s {
		if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '_' || r == '$' || r == '-') {
			return false
		}
	}
	return len(s) <= 40
}

func isID(s string) bool {
	return len(s) >= 36 && len(s) <= 48 && uuid.Validate(s[:36]) == nil
}

func parameterNames(u *url.URL) []string {
	if u.RawQuery == "" {
		return nil
	}
	var names []string
	for pair := range strings.SplitSeq(u.RawQuery, "&") {
		name, _, _ := strings.Cut(pair, "=")
		// A value typed without its name would stand here.
		if name, err := url.QueryUnescape(name); err == nil && isParameter(name) && !slices.Contains(names, name) {
			names = append(names, name)
		}
		if len(names) == 20 {
			break
		}
	}
	return names
}

func isParameter(s string) bool {
	for _, r := range s {
		if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '_' || r == '-' || r == ':' || r == '.') {
			return false
		}
	}
	return s != "" && len(s) <= 60
}
