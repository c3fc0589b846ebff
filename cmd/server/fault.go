package server

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/core/security"
)

// handleError is the one place where an error becomes an HTTP answer.
func (s *Server) handleError(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	fault := asFault(err)
	header := c.Response().Header()
	if fault.Code == core.Unauthenticated {
		header["Www-Authenticate"] = challenges(c.Request())
	}
	if door := s.doorOf(c.Request().URL.Path); door != nil && door.Fault != nil {
		if door.Fault(c, fault) == nil {
			return
		}
	}
	ctx := c.Request().Context()
	if fault.Code == core.Internal {
		s.log.ErrorContext(ctx, "internal error", "error", err, "route", c.Path())
	}
	if wait := waitOf(fault); wait > 0 {
		header.Set("Retry-After", strconv.Itoa(security.RetryAfter(wait)))
	}
	if err := plainFault(c, fault); err != nil {
		s.log.WarnContext(ctx, "error answer not written", "error", err)
	}
}

// challenges says how to sign on. A page of a browser that asks in the background is not
// offered Basic: the browser would put its own box for a password in front of the page, and
// keep the page waiting.
func challenges(r *http.Request) []string {
	bearer := `Bearer realm="openimis"`
	mode := r.Header.Get("Sec-Fetch-Mode")
	if r.Header.Get("X-Requested-With") == "XMLHttpRequest" || mode != "" && mode != "navigate" {
		return []string{bearer}
	}
	return []string{`Basic realm="openimis", charset="UTF-8"`, bearer}
}

// waitOf says how long a caller should wait before he tries again, 0 when that is no use.
func waitOf(fault *core.Error) time.Duration {
	var locked security.Locked
	switch {
	case errors.As(fault, &locked):
		return locked.Wait
	case fault.Code == core.TooMany:
		return time.Second
	case fault.Code == core.Unavailable:
		return 5 * time.Second
	}
	return 0
}

// asFault turns whatever error comes up into the program's own type. What a client must
// not see, the text of an unexpected error, is left in the cause.
func asFault(err error) *core.Error {
	var fault *core.Error
	var tooLarge *http.MaxBytesError
	var status *echo.HTTPError
	switch {
	case errors.As(err, &tooLarge):
		return core.Errorf(core.TooLarge, "the body is larger than %d bytes", tooLarge.Limit)
	case errors.As(err, &fault):
		if fault.Code == core.Internal {
			return &core.Error{Code: core.Internal, Message: "the server failed on this request; its log says more", Cause: fault}
		}
		return fault
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return core.Errorf(core.Unavailable, "the request took too long")
	case errors.As(err, &status) && status.Code < 500:
		return core.Errorf(core.CodeOfStatus(status.Code), "%s", strings.ToLower(http.StatusText(status.Code)))
	}
	return &core.Error{Code: core.Internal, Message: "the server failed on this request; its log says more", Cause: err}
}

// plainFault is the form of doors that have none of their own.
func plainFault(c echo.Context, fault *core.Error) error {
	c.Response().Header().Set(echo.HeaderContentType, "application/json")
	c.Response().WriteHeader(fault.Code.Status())
	if c.Request().Method == http.MethodHead {
		return nil
	}
	return json.NewEncoder(c.Response()).Encode(map[string]string{
		"code": string(fault.Code), "path": fault.Path, "message": fault.Message,
	})
}
