package server

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/openimis/openimis-go/core"
)

// operations are the routes every process has, whatever its doors. They are open to
// anyone who can reach the port, so nothing private may be in them.
func (s *Server) operations() []Route {
	return []Route{
		{Method: "GET", Path: "/", Access: Open, Summary: "this page", Handler: func(c echo.Context) error { return c.Redirect(http.StatusFound, "/docs") }},
		{Method: "GET", Path: "/livez", Access: Open, Summary: "200 as long as the process answers", Handler: echo.WrapHandler(http.HandlerFunc(s.health.Livez))},
		{Method: "GET", Path: "/readyz", Access: Open, Summary: "200 when the database answers and its schema is up to date, else 503", Handler: echo.WrapHandler(http.HandlerFunc(s.health.Readyz))},
		{Method: "GET", Path: "/metrics", Access: Open, Summary: "numbers for Prometheus", Handler: echo.WrapHandler(s.metrics.Handler())},
		{Method: "GET", Path: "/api/modules", Access: Open, Summary: "modules with version and whether they are on", Handler: s.listModules},
		{Method: "GET", Path: "/docs", Access: Open, Summary: "this page", Handler: s.showDocs},
	}
}

// ModuleState is one line of /api/modules.
type ModuleState struct {
	Name      string   `json:"name"`
	Version   string   `json:"version"`
	Enabled   bool     `json:"enabled"`
	Summary   string   `json:"summary"`
	DependsOn []string `json:"dependsOn"`
}

func (s *Server) moduleStates() []ModuleState {
	states := []ModuleState{}
	if s.modules == nil {
		return states
	}
	for _, m := range s.modules.Modules() {
		states = append(states, ModuleState{
			Name: m.Name, Version: m.Version, Summary: m.Summary,
			DependsOn: append([]string{}, m.DependsOn...), Enabled: s.modules.Active(m.Name),
		})
	}
	return states
}

func (s *Server) listModules(c echo.Context) error {
	return c.JSON(http.StatusOK, map[string]any{"modules": s.moduleStates()})
}

// loginRoutes are where a door with Login set gives tokens for passwords.
func (s *Server) loginRoutes(prefix string) []Route {
	const summary = "a token for a user name and password"
	return []Route{
		{Method: "POST", Path: prefix + "/login", Access: Open, Summary: summary, Handler: s.login, Interaction: core.SignOn},
		{Method: "POST", Path: prefix + "/login/", Access: Open, Summary: summary, Handler: s.login, Interaction: core.SignOn},
	}
}

func (s *Server) login(c echo.Context) error {
	var in struct {
		Username *string `json:"username"`
		Password *string `json:"password"`
	}
	if err := json.NewDecoder(c.Request().Body).Decode(&in); err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return err
		}
		return core.Errorf(core.Invalid, "the body is not JSON with username and password")
	}
	switch {
	case in.Username == nil || *in.Username == "":
		return core.ErrorAt(core.Invalid, "username", "username is missing")
	case in.Password == nil || *in.Password == "":
		return core.ErrorAt(core.Invalid, "password", "password is missing")
	}
	if line := core.AuditOf(c.Request().Context()); line != nil {
		line.Login = *in.Username
	}
	token, expires, err := s.signOn.Login(c.Request().Context(), *in.Username, *in.Password, c.RealIP())
	if err != nil {
		s.metrics.Refused(string(core.CodeOf(err)))
		if core.CodeOf(err) == core.Unauthenticated {
			// The word today's apps look for.
			return core.Errorf(core.Unauthenticated, "INCORRECT_CREDENTIALS")
		}
		return err
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.JSON(http.StatusOK, map[string]any{"token": token, "exp": expires.Unix()})
}
