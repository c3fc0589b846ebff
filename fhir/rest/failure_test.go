package rest

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/openimis/openimis-go/core"
)

func contains(text string, parts ...string) bool {
	for _, part := range parts {
		if !strings.Contains(text, part) {
			return false
		}
	}
	return true
}

type patience struct{}

func (patience) Error() string             { return "locked out" }
func (patience) RetryAfter() time.Duration { return 90*time.Second + 1 }

func TestEveryCodeHasItsStatus(t *testing.T) {
	for _, c := range []struct {
		err    error
		status int
		header string
		value  string
	}{
		{core.Errorf(core.Invalid, "x"), 400, "", ""},
		{core.Errorf(core.Unauthenticated, "x"), 401, "WWW-Authenticate", "Bearer"},
		{core.Errorf(core.Forbidden, "x"), 403, "", ""},
		{core.Errorf(core.NotFound, "x"), 404, "", ""},
		{core.Errorf(core.MethodNotAllowed, "x"), 405, "", ""},
		{core.Errorf(core.NotAcceptable, "x"), 406, "", ""},
		{core.Errorf(core.Conflict, "x"), 409, "", ""},
		{core.Errorf(core.Gone, "x"), 410, "", ""},
		{core.Errorf(core.PreconditionFailed, "x"), 412, "", ""},
		{core.Errorf(core.TooLarge, "x"), 413, "", ""},
		{core.Errorf(core.UnsupportedMedia, "x"), 415, "", ""},
		{core.Errorf(core.Unprocessable, "x"), 422, "", ""},
		{core.Errorf(core.TooMany, "x"), 429, "Retry-After", "60"},
		{&core.Error{Code: core.TooMany, Message: "x", Cause: patience{}}, 429, "Retry-After", "91"},
		{core.Errorf(core.Internal, "x"), 500, "", ""},
		{core.Errorf(core.Unavailable, "x"), 503, "Retry-After", "5"},
		{core.Errorf("unheard of", "x"), 500, "", ""},
		{errors.New("secret"), 500, "", ""},
		{context.DeadlineExceeded, 503, "Retry-After", "5"},
		{echo.NewHTTPError(http.StatusTooManyRequests), 429, "Retry-After", "60"},
		{echo.NewHTTPError(http.StatusTeapot), 500, "", ""},
	} {
		for _, accept := range []string{"application/json", "application/xml"} {
			w := newWorld(t, func(b *Base) { b.Challenge = []string{"Bearer"} })
			w.patients.fail = c.err
			rec := w.do("GET", "/fhir/Patient/1", headers{"Accept": accept}, "")
			if rec.Code != c.status || rec.Header().Get("Content-Type") != accept+"; charset=utf-8" {
				t.Errorf("%v: %d %s", c.err, rec.Code, rec.Header())
			}
			if c.header != "" && rec.Header().Get(c.header) != c.value {
				t.Errorf("%v: %s is %q", c.err, c.header, rec.Header().Get(c.header))
			}
			if contains(rec.Body.String(), "secret") {
				t.Errorf("a cause is shown: %s", rec.Body)
			}
			checkBody(t, rec, "GET")
		}
	}
}

func TestDeadline(t *testing.T) {
	w := newWorld(t, func(b *Base) { b.Types[0] = slow{b.Types[0].(*memory)} })
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	rec := httptest.NewRecorder()
	w.echo.ServeHTTP(rec, httptest.NewRequest("GET", "/fhir/Patient/1", nil).WithContext(ctx))
	if rec.Code != http.StatusServiceUnavailable || rec.Header().Get("Retry-After") == "" {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
}

func TestMiddlewareErrorsAreOutcomes(t *testing.T) {
	w := newWorld(t, func(b *Base) {
		b.Middleware = []echo.MiddlewareFunc{func(next echo.HandlerFunc) echo.HandlerFunc {
			return func(c echo.Context) error {
				if c.Request().Header.Get("Authorization") == "bad" {
					return core.Errorf(core.Unauthenticated, "wrong password")
				}
				return next(c)
			}
		}}
	})
	rec := w.do("GET", "/fhir/Patient/"+anna, headers{"Authorization": "bad"}, "")
	if rec.Code != 401 || !contains(rec.Body.String(), "wrong password") || rec.Header().Get("WWW-Authenticate") == "" {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
	if rec = w.do("GET", "/fhir/Patient/"+anna, nil, ""); rec.Code != 200 {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
}
