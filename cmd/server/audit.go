package server

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/core/telemetry"
)

// AuditKinds are the values of the setting audit: what is kept of what is done. Whatever
// is kept, passwords and tokens that were refused are; with off, nothing is.
var AuditKinds = []string{"all", "reads", "writes", "off"}

// audited does what the route is for and tells the audit of it, whatever comes of it. Those
// who know more than the path says find the line in the context.
func (s *Server) audited(c echo.Context, route *Route, do func(line *core.Audit) error) (err error) {
	line := &core.Audit{
		At: s.clock.Now(), Request: telemetry.RequestID(c.Request().Context()), Address: c.RealIP(),
		Interaction: route.Interaction, Type: route.Type, ID: c.Param("id"), Query: c.Request().URL.RawQuery,
	}
	if s.audit == nil || s.config.Audit == "off" || route.Interaction == "" {
		return do(line)
	}
	kept := route.Interaction == core.SignOn || s.config.Audit == "all" || (s.config.Audit == "writes") == route.writes()
	if kept {
		c.SetRequest(c.Request().WithContext(core.WithAudit(c.Request().Context(), line)))
	}
	answered := false
	defer func() {
		if !answered { // but panicked
			line.Status = http.StatusInternalServerError
		}
		if kept || line.Interaction == core.SignOn {
			s.audit.Record(line)
		}
	}()
	err = do(line)
	answered = true
	if line.Status = c.Response().Status; err != nil {
		line.Status = asFault(err).Code.Status()
	}
	return err
}
