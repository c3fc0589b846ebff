package server

import (
	"bytes"
	"html/template"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
)

// Docs is what /docs shows beside the modules and routes, which the server knows itself.
type Docs struct {
	Title    string
	Intro    string
	Sections []Section
}

// Section is one table of /docs.
type Section struct {
	Title  string
	Intro  string
	Header []string
	Rows   [][]string
}

// showDocs renders the page anew each time: it is small, and asked for by people.
func (s *Server) showDocs(c echo.Context) error {
	sections := append([]Section{s.moduleSection(), s.routeSection()}, s.docs.Sections...)
	var page bytes.Buffer
	err := docsPage.Execute(&page, Docs{Title: s.docs.Title, Intro: s.docs.Intro, Sections: sections})
	if err != nil {
		return err
	}
	return c.HTMLBlob(http.StatusOK, page.Bytes())
}

func (s *Server) moduleSection() Section {
	section := Section{Title: "Modules", Intro: "Switched on with --modules; also at /api/modules.", Header: []string{"Module", "Version", "State", "Needs", "What it brings"}}
	for _, m := range s.moduleStates() {
		state := "off"
		if m.Enabled {
			state = "on"
		}
		section.Rows = append(section.Rows, []string{m.Name, m.Version, state, strings.Join(m.DependsOn, ", "), m.Summary})
	}
	return section
}

func (s *Server) routeSection() Section {
	section := Section{Title: "Routes and access", Intro: "Open to anyone, to anybody signed in, or to holders of one of the right numbers.", Header: []string{"Method", "Path", "Access", "What it does"}}
	for _, r := range s.routes {
		if r.Method == http.MethodHead { // as GET, without the body
			continue
		}
		section.Rows = append(section.Rows, []string{r.Method, r.Path, r.Access.String(), r.Summary})
	}
	return section
}

var docsPage = template.Must(template.New("docs").Funcs(template.FuncMap{
	"anchor": func(title string) string { return strings.ToLower(strings.ReplaceAll(title, " ", "-")) },
}).Parse(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title}}</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 75rem; padding: 1rem 2rem; color: #222; }
h1, h2 { line-height: 1.2; } h2 { margin-top: 2.5rem; }
nav { display: flex; flex-wrap: wrap; gap: 0.2rem 1rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 0.875rem; }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.6rem; border-bottom: 1px solid #ddd; }
th { background: #f4f4f4; position: sticky; top: 0; }
td:first-child { white-space: nowrap; }
</style>
</head>
<body>
<h1>{{.Title}}</h1>
<p>{{.Intro}}</p>
<nav>{{range .Sections}}<a href="#{{anchor .Title}}">{{.Title}}</a>{{end}}</nav>
{{range .Sections}}
<h2 id="{{anchor .Title}}">{{.Title}}</h2>
<p>{{.Intro}}</p>
<div class="wide"><table>
<thead><tr>{{range .Header}}<th>{{.}}</th>{{end}}</tr></thead>
<tbody>{{range .Rows}}<tr>{{range .}}<td>{{.}}</td>{{end}}</tr>
{{end}}</tbody>
</table></div>
{{end}}
</body>
</html>
`))
