package server

import (
	"io"
	"net/http"
	"os"
	"path/filepath"

	"github.com/labstack/echo/v4"
)

// designerPolicy lets the designer of reports load and call what is of this server only, show
// the PDF it was sent, and stand in a frame of the UI. It writes styles into the page.
const designerPolicy = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; " +
	"object-src 'self' blob:; frame-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"

// DesignerDoor serves the page in which reports are laid out to who has one of the rights. It
// is built with the React UI, of the folder that FrontDir finds; until then the page says how.
func DesignerDoor(configured string, rights ...int) Door {
	return Door{Role: "files", Routes: []Route{{
		Method: http.MethodGet, Path: "/api/report/reportbro/designer", Access: Any(rights...), Session: true, Summary: "the page in which reports are laid out",
		Handler: func(c echo.Context) error {
			header := c.Response().Header()
			header.Set("Content-Security-Policy", designerPolicy)
			header.Set("X-Frame-Options", "SAMEORIGIN")
			header.Set("Cache-Control", "no-cache")
			page, err := os.Open(filepath.Join(FrontDir(configured), "designer.html"))
			if FrontDir(configured) == "" || err != nil {
				return frontMissing(c, configured)
			}
			defer page.Close()
			content, err := io.ReadAll(page)
			if err != nil {
				return err
			}
			return c.HTMLBlob(http.StatusOK, content)
		},
	}}}
}
