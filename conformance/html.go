package conformance

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"sort"
	"strings"
	"time"
)

//go:embed report.html
var page string

var pageTemplate = template.Must(template.New("report").Funcs(template.FuncMap{
	"headers": headerLines, "body": shown, "took": shortTime, "mark": symbol, "percent": percent,
}).Parse(page))

// HTML writes a page for people: the sums, then each script with its failures first, each
// action with its request and response. It needs nothing but itself.
func HTML(w io.Writer, r *Runner, reports []*ScriptReport) error {
	var all struct {
		Server, Format, Started string
		Took                    time.Duration
		Summary                 Summary
		Total, Warnings         int
		Scripts                 []*ScriptReport
	}
	all.Server, all.Format = r.Server, r.Format
	all.Scripts = append(all.Scripts, reports...)
	sort.SliceStable(all.Scripts, func(i, j int) bool { return rank(all.Scripts[i].Summary()) < rank(all.Scripts[j].Summary()) })
	for _, report := range reports {
		if all.Started == "" {
			all.Started = report.Started.UTC().Format("2 January 2006 15:04 UTC")
		}
		all.Took += report.Took
		for _, result := range report.Results {
			all.Summary.Add(result)
			all.Warnings += len(result.Warnings)
		}
	}
	all.Total = all.Summary.Passed + all.Summary.Failed + all.Summary.Skipped
	return pageTemplate.Execute(w, all)
}

// rank sorts what failed before what passed before what was skipped.
func rank(s Summary) int {
	switch {
	case s.Failed > 0:
		return 0
	case s.Passed > 0:
		return 1
	}
	return 2
}

// Sorted gives the results of a script, failures first.
func (r *ScriptReport) Sorted() []Result {
	sorted := append([]Result(nil), r.Results...)
	order := map[Outcome]int{Failed: 0, Passed: 1, Skipped: 2}
	sort.SliceStable(sorted, func(i, j int) bool { return order[sorted[i].Outcome] < order[sorted[j].Outcome] })
	return sorted
}

func headerLines(h http.Header) string {
	names := make([]string, 0, len(h))
	for name := range h {
		names = append(names, name)
	}
	sort.Strings(names)
	var b strings.Builder
	for _, name := range names {
		fmt.Fprintf(&b, "%s: %s\n", name, strings.Join(h[name], ", "))
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// maxShown bounds a body on the page.
const maxShown = 16 << 10

// shown gives a body as text, JSON with line breaks.
func shown(body []byte) string {
	var b bytes.Buffer
	if json.Indent(&b, body, "", "  ") != nil {
		b.Reset()
		b.Write(body)
	}
	text := strings.ToValidUTF8(b.String(), "�")
	if len(text) > maxShown {
		return strings.ToValidUTF8(text[:maxShown], "") + fmt.Sprintf("\n… %d bytes in all", len(body))
	}
	return text
}

func shortTime(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

func symbol(o Outcome) string {
	return map[Outcome]string{Passed: "✓", Failed: "✗", Skipped: "–", Warned: "!"}[o]
}

func percent(part, whole int) string {
	if whole == 0 {
		return "0"
	}
	return fmt.Sprintf("%.3f", 100*float64(part)/float64(whole))
}
