package server

import (
	"errors"
	"fmt"
	"html"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/openimis/openimis-go/core"
)

// FrontPrefix is where the React UI is served. fe-core knows the name too, so it is no setting.
const FrontPrefix = "/front"

// frontPolicy lets the UI load and call what is of this server only. Its components write
// their styles into the page.
const frontPolicy = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; " +
	"object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// FrontDir finds the folder of the built UI: the configured one, else front/dist beside the
// program or in the working directory. It gives "" where none has been built.
func FrontDir(configured string) string {
	places := []string{configured}
	if configured == "" {
		places = []string{filepath.Join("front", "dist")}
		if program, err := os.Executable(); err == nil {
			places = append([]string{filepath.Join(filepath.Dir(program), "front", "dist")}, places...)
		}
	}
	for _, dir := range places {
		if info, err := os.Stat(filepath.Join(dir, "index.html")); err == nil && info.Mode().IsRegular() {
			return dir
		}
	}
	return ""
}

// FrontDoor serves the React UI of the folder that FrontDir finds. It is looked for at each
// request, so a UI built meanwhile shows up; until then the page says how to build it.
func FrontDoor(configured string) Door {
	handler := func(c echo.Context) error {
		dir := FrontDir(configured)
		if dir == "" {
			return frontMissing(c, configured)
		}
		return serveFront(c, os.DirFS(dir))
	}
	door := Door{Prefix: FrontPrefix}
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		for _, pattern := range []string{FrontPrefix, FrontPrefix + "/*"} {
			door.Routes = append(door.Routes, Route{Method: method, Path: pattern, Access: Open, Summary: "the React UI", Handler: handler})
		}
	}
	return door
}

// serveFront answers with a file of the UI, or with its page for every path that is a page of
// the UI's own router. What the page loads lies in assets, under names that change with what
// is in them; one that is not there any more is missing and no page.
func serveFront(c echo.Context, files fs.FS) error {
	name := strings.TrimPrefix(path.Clean("/"+c.Param("*")), "/")
	asset := strings.HasPrefix(name, "assets/")
	if !asset {
		name = "index.html"
	}
	header := c.Response().Header()
	header.Set("Content-Security-Policy", frontPolicy)
	header.Set("Cache-Control", "no-cache")
	file, packed, err := openFront(files, name, c.Request())
	if err != nil {
		return core.Errorf(core.NotFound, "the UI has no file %s", name)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	content, ok := file.(io.ReadSeeker)
	if !ok || !info.Mode().IsRegular() {
		return core.Errorf(core.NotFound, "the UI has no file %s", name)
	}
	if asset {
		header.Set("Cache-Control", "public, max-age=31536000, immutable")
		header.Set("Vary", "Accept-Encoding")
	}
	if packed {
		header.Set("Content-Encoding", "gzip")
	}
	http.ServeContent(c.Response(), c.Request(), name, info.ModTime(), content) // the name gives the type
	return nil
}

// openFront opens a file, or its compressed neighbour where the browser unpacks it. A request
// for a part means a part of the file itself.
func openFront(files fs.FS, name string, r *http.Request) (file fs.File, packed bool, err error) {
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") && r.Header.Get("Range") == "" {
		file, err = files.Open(name + ".gz")
		if err == nil || !errors.Is(err, fs.ErrNotExist) {
			return file, true, err
		}
	}
	file, err = files.Open(name)
	return file, false, err
}

// frontMissing says how to build the UI. No word of its page comes from the request.
func frontMissing(c echo.Context, configured string) error {
	place := "front/dist beside the program, or in the folder it was started in"
	if configured != "" {
		place = configured + ", as --front says"
	}
	return c.HTML(http.StatusNotFound, fmt.Sprintf(`<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>openIMIS: the UI is not built</title>
<style>body { font: 16px/1.5 system-ui, sans-serif; margin: 3rem auto; max-width: 45rem; padding: 0 1rem; color: #222; } pre { background: #f4f4f4; padding: 1rem; }</style>
</head>
<body>
<h1>The UI is not built yet</h1>
<p>The server runs; what is missing is the React UI. In the source tree, with Node.js 20 or later, type</p>
<pre>make front</pre>
<p>and load this page again. It is looked for in %s; another folder is named with</p>
<pre>openimis serve --front DIR</pre>
<p><a href="/docs">What else is here</a></p>
</body>
</html>
`, html.EscapeString(place)))
}
