package rest

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
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
	core.TooCostly:          http.StatusServiceUnavailable,
}

// How long clients are asked to wait when the error does not say.
const (
	waitTooMany     = 60 * time.Second
	waitUnavailable = 5 * time.Second
	waitTooCostly   = 60 * time.Second
)

// waiting is what the cause of an error says how long to wait by.
type waiting interface{ RetryAfter() time.Duration }

// Fail answers an error as an OperationOutcome in the format of the request. It is for
// what runs in front of the interactions, such as sign-on; they themselves end here too.
func (s *Server) Fail(c echo.Context, err error) error {
	r := c.Request()
	fault := s.fault(r.Context(), err)
	s.tell(r.Context(), r, fault, err)
	if c.Response().Committed {
		return nil
	}
	header := c.Response().Header()
	header.Del("Etag")
	header.Del("Last-Modified")
	header.Del("Location")
	switch fault.Code {
	case core.Unauthenticated:
		if header.Get("WWW-Authenticate") == "" {
			header["Www-Authenticate"] = s.base.Challenge
		}
	case core.TooMany, core.Unavailable, core.TooCostly:
		if header.Get("Retry-After") == "" {
			header.Set("Retry-After", retryAfter(waitOf(err, fault.Code)))
		}
	}
	k, negotiation := s.open(c, nil)
	if negotiation != nil { // what could be read of the request is not enough
		k = &call{s: s, c: c, r: r, ctx: r.Context(), param: c.Param, out: outputOf(formats[s.preferred()])}
	}
	if out, ok := c.Get(outputKey).(output); ok {
		k.out = out
	}
	if err := k.sendResource(statusOf(fault), &fhir.Resource{Typed: fhir.Outcome(fault)}); err != nil {
		return c.NoContent(http.StatusInternalServerError)
	}
	return nil
}

// tell writes what is no fault of the client into the log, with its cause.
func (s *Server) tell(ctx context.Context, r *http.Request, fault *core.Error, err error) {
	level := slog.LevelError
	switch fault.Code {
	case core.Unavailable, core.TooCostly:
		level = slog.LevelWarn
	case core.Internal:
	default:
		return
	}
	s.base.Log.LogAttrs(ctx, level, "fhir request failed", slog.String("method", r.Method),
		slog.String("path", telemetry.SafePath(r.URL.Path)), slog.String("code", string(fault.Code)), slog.String("error", err.Error()))
}

func statusOf(fault *core.Error) int {
	if status, ok := statuses[fault.Code]; ok {
		return status
	}
	return http.StatusInternalServerError
}

func waitOf(err error, code core.Code) time.Duration {
	var w waiting
	if errors.As(err, &w) && w.RetryAfter() > 0 {
		return w.RetryAfter()
	}
	switch code {
	case core.TooMany:
		return waitTooMany
	case core.TooCostly:
		return waitTooCostly
	}
	return waitUnavailable
}

// retryAfter is how long a client is asked to wait.
func retryAfter(wait time.Duration) string {
	return strconv.Itoa(int((wait + time.Second - 1) / time.Second))
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
