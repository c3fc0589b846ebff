package cmd

import (
	"context"
	"io"
	"mime"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/openimis/openimis-go/cmd/server"
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/core/mail"
	"github.com/openimis/openimis-go/graphql"
	"github.com/openimis/openimis-go/graphql/files"
	"github.com/openimis/openimis-go/scheme"
)

// graphqlDoors are what the web interface needs: its GraphQL address under two names, and
// the few addresses beside it.
func graphqlDoors(p Parts, book scheme.RuleBook, numbers scheme.NumberRule) ([]server.Door, error) {
	serves, works := slices.Contains(p.Config.Roles, "graphql"), slices.Contains(p.Config.Roles, "worker")
	if !serves && !works {
		return nil, nil
	}
	sender, err := mailer(p)
	if err != nil {
		return nil, err
	}
	door, err := graphql.New(&graphql.Environment{
		Store: p.Store, Clock: p.Clock, Log: p.Log, Rules: book, Numbers: numbers, GlobalClaimCodes: p.Config.GlobalClaimCodes, Introspection: p.Config.Introspection,
		Later: p.Config.AsyncMutations, Secret: p.Secret, Wake: func() { p.Bus.Wake(mutationTopic) },
		Mail: sender, PasswordPage: p.Config.PublicURL + server.FrontPrefix + "/set_password",
	}, core.Contributions[graphql.Part](p.Registry))
	if err != nil {
		return nil, err
	}
	var doors []server.Door
	if serves {
		doors = pages(p, door)
	}
	if serves && sender != nil {
		doors = append(doors, server.Door{Role: "graphql", Work: door.SendLinks})
	}
	if works {
		doors = append(doors, server.Door{Role: "worker", Work: func(ctx context.Context) { carryOut(ctx, p, door) }})
	}
	return doors, nil
}

// mailer makes what sends mails, nil where no server is configured.
func mailer(p Parts) (*mail.Sender, error) {
	if p.Config.SMTP == "" {
		return nil, nil
	}
	return mail.NewSender(mail.Settings{Server: p.Config.SMTP, Password: p.Config.SMTPPassword, From: p.Config.MailFrom})
}

// mutationTopic is what workers are woken with when a mutation waits.
const mutationTopic = "openimis.mutations"

// carryOut has the door carry out mutations that wait, woken by the bus.
func carryOut(ctx context.Context, p Parts, door *graphql.Door) {
	woken, err := p.Bus.Woken(ctx, mutationTopic)
	if err != nil {
		p.Log.Warn("the bus wakes no workers: they look by themselves", "error", err)
	}
	door.Work(ctx, woken)
}

// pages are the doors of the GraphQL address and of what the web interface asks beside it.
func pages(p Parts, door *graphql.Door) []server.Door {
	var doors []server.Door
	for _, path := range []string{"/api/graphql", "/iapi/graphql"} {
		doors = append(doors, server.Door{Role: "graphql", Prefix: path, Routes: []server.Route{{
			Method: "POST", Path: path, Access: server.Open, Session: true, Summary: "GraphQL of the web interface; its fields ask for rights", Handler: answerWith(door),
		}}, Fault: graphqlFault})
	}
	return append(doors, server.Door{Role: "graphql", Prefix: "/api/core", Routes: []server.Route{
		{Method: "GET", Path: "/api/core/users/current_user/", Access: server.SignedIn, Session: true, Summary: "who is signed in", Handler: currentUser(p)},
		{Method: "GET", Path: "/api/core/fetch_export", Access: server.SignedIn, Session: true, Summary: "the rows of a list as a table, under the name its …Export query gave", Interaction: "$export", Handler: exportOf(door)},
	}, Fault: detail}, server.Door{Role: "graphql", Prefix: "/keepLegacyAlive", Routes: []server.Route{
		{Method: "GET", Path: "/keepLegacyAlive", Access: server.Open, Summary: "nothing: the web interface asks for it every five minutes", Handler: func(c echo.Context) error { return c.NoContent(http.StatusOK) }},
	}})
}

// answerWith hands bodies to the GraphQL door.
func answerWith(door *graphql.Door) echo.HandlerFunc {
	return func(c echo.Context) error {
		if kind, _, err := mime.ParseMediaType(c.Request().Header.Get("Content-Type")); err != nil || kind != "application/json" {
			return core.Errorf(core.UnsupportedMedia, "the body has to be application/json")
		}
		body, err := io.ReadAll(c.Request().Body)
		if err != nil {
			return err
		}
		status, answer := door.Answer(c.Request().Context(), body)
		if status == http.StatusServiceUnavailable {
			c.Response().Header().Set("Retry-After", "5")
		}
		return c.JSON(status, answer)
	}
}

// exportOf hands out the table the parameter export names.
func exportOf(door *graphql.Door) echo.HandlerFunc {
	return func(c echo.Context) error {
		table, err := door.Export(c.Request().Context(), c.QueryParam("export"))
		if err != nil {
			return err
		}
		return files.WriteTable(c.Response(), table.Name, table.Format, table.Header, table.Rows)
	}
}

// graphqlFault writes an error that came before any field was asked, as GraphQL does.
func graphqlFault(c echo.Context, err error) error {
	return c.JSON(core.CodeOf(err).Status(), map[string]any{"errors": []map[string]string{{"message": err.Error()}}})
}

// detail writes an error as the web interface's addresses beside GraphQL do.
func detail(c echo.Context, err error) error {
	code := core.CodeOf(err)
	return c.JSON(code.Status(), map[string]string{"detail": err.Error()})
}

// currentUser tells the web interface who is signed in and what he may do.
func currentUser(p Parts) echo.HandlerFunc {
	return func(c echo.Context) error {
		who, err := p.Store.CurrentUser(c.Request().Context())
		if err != nil {
			return err
		}
		rights := []int{}
		for right, held := range who.Rights {
			if held {
				rights = append(rights, right)
			}
		}
		slices.Sort(rights)
		var facility *int
		if who.Facility > 0 {
			facility = &who.Facility
		}
		return c.JSON(http.StatusOK, map[string]any{
			"id": who.ID, "username": who.Login, "t_user": nil,
			"i_user": map[string]any{
				"id": who.Key, "language": who.Language, "last_name": who.LastName, "other_names": who.OtherNames,
				"health_facility_id": facility, "rights": rights, "has_password": who.HasPassword,
			},
		})
	}
}
