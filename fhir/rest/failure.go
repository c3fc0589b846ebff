package rest

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/core/telemetry"
	"github.com/openimis/openimis-go/fhir"
)

// statuses maps the codes of core.Error to HTTP. https://hl7.org/fhir/R4/http.html#Status-Codes
var statuses = map[core.Code]int{
	core.Invalid:            http.StatusBadRequest,
	core.Unauthenticated:    http.StatusUnauthorized,
	core.Forbidden:          http.StatusForbidden,
	core.NotFound:           http.StatusNotFound,
	core.MethodNotAllowed:   http.StatusMethodNotAllowed,
	core.NotAcceptable:      http.StatusNotAcceptable,
	core.Conflict:           http.StatusConflict,
	core.Gone:               http.StatusGone,
	core.PreconditionFailed: http.StatusPreconditionFailed,
	core.TooLarge:           http.StatusRequestEntityTooLarge,
	core.UnsupportedMedia:   http.StatusUnsupportedMediaType,
	core.Unprocessable:      http.StatusUnprocessableEntity,
	core.TooMany:            http.StatusTooManyRequests,
	core.Internal:           http.StatusInternalServerError,
	core.Unavailable:        http.StatusServiceUnavailable,
}

// How long clients are asked to wait when the error does not say.
const (
	waitTooMany     = 60 * time.Second
	waitUnavailable = 5 * time.Second
)

// waiting is what the cause of an error says how long to wait by.
type waiting interface{ RetryAfter() time.Duration }

// Fail answers an error as an OperationOutcome in the format of the request. It is for
// what runs in front of the interactions, such as sign-on; they themselves end here too.
func (s *Server) Fail(c echo.Context, err error) error {
	r := c.Request()
	fault := s.fault(r.Context(), err)
	if fault.Code == core.Internal || fault.Code == core.Unavailable {
		level := slog.LevelError
		if fault.Code == core.Unavailable {
			level = slog.LevelWarn
		}
		s.base.Log.LogAttrs(r.Context(), level, "fhir request failed", slog.String("method", r.Method),
			slog.String("path", telemetry.SafePath(r.URL.Path)), slog.String("code", string(fault.Code)), slog.String("error", err.Error()))
	}
	if c.Response().Committed {
		return nil
	}
	header := c.Response().Header()
	header.Del("Etag")
	header.Del("Last-Modified")
	header.Del("Location")
	status, ok := statuses[fault.Code]
	if !ok {
		status = http.StatusInternalServerError
	}
	switch fault.Code {
	case core.Unauthenticated:
		if header.Get("WWW-Authenticate") == "" {
			header["Www-Authenticate"] = s.base.Challenge
		}
	case core.TooMany, core.Unavailable:
		if header.Get("Retry-After") == "" {
			header.Set("Retry-After", retryAfter(waitOf(err, fault.Code)))
		}
	}
	k, negotiation := s.open(c, nil)
	if negotiation != nil {
		k = &call{s: s, c: c, r: r, out: outputOf(formats[s.preferred()])}
	}
	if out, ok := c.Get(outputKey).(output); ok {
		k.out = out
	}
	if err := k.sendResource(status, &fhir.Resource{Typed: fhir.Outcome(fault)}); err != nil {
		return c.NoContent(http.StatusInternalServerError)
	}
	return nil
}

func waitOf(err error, code core.Code) time.Duration {
	var w waiting
	if errors.As(err, &w) && w.RetryAfter() > 0 {
		return w.RetryAfter()
	}
	if code == core.TooMany {
		return waitTooMany
	}
	return waitUnavailable
}

// fault makes the error one that may be shown: what is no core.Error says nothing of its
// inside, and a request that ran out of time is not a bug.
func (s *Server) fault(ctx context.Context, err error) *core.Error {
	var fault *core.Error
	known := errors.As(err, &fault)
	if !known || fault.Code == core.Internal {
		switch {
		case errors.Is(err, context.DeadlineExceeded), ctx.Err() != nil:
			return core.Errorf(core.Unavailable, "the request took too long; try again later")
		case known:
			return fault
		}
	}
	if known {
		return fault
	}
	var other *echo.HTTPError
	if errors.As(err, &other) {
		for code, status := range statuses {
			if status == other.Code && status < http.StatusInternalServerError {
				return core.Errorf(code, "%s", http.StatusText(status))
			}
		}
	}
	return core.Errorf(core.Internal, "the server failed; its log says why")
}
