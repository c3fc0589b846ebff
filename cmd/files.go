package cmd

import (
	"github.com/labstack/echo/v4"

	"github.com/openimis/openimis-go/cmd/server"
	"github.com/openimis/openimis-go/graphql/files"
	"github.com/openimis/openimis-go/scheme"
)

// filesDoor makes a door of the files the React UI fetches and sends.
func filesDoor(p Parts, book scheme.RuleBook, numbers scheme.NumberRule) server.Door {
	desk := &files.Desk{
		Store: p.Store, PhotoURL: p.Config.PhotoURL, ArchivePassword: p.Config.ArchivePassword,
		Insurees: scheme.Insurees{Rules: book, Numbers: numbers},
		Claims:   scheme.Claims{Rules: book, GlobalCodes: p.Config.GlobalClaimCodes}, Policies: scheme.Policies{Rules: book},
		Enrolments: scheme.Enrolments{Rules: book, Numbers: numbers},
	}
	door := server.Door{Role: "files"}
	for _, r := range desk.Routes() {
		door.Routes = append(door.Routes, server.Route{
			Method: r.Method, Path: r.Path, Access: server.Any(r.Rights...), Session: true, Summary: r.Summary, Interaction: r.Interaction, Type: r.Type,
			Handler: func(c echo.Context) error { return r.Handle(c.Response(), c.Request()) },
		})
	}
	return door
}
