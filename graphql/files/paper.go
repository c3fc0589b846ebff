package files

import (
	"bytes"
	"io"
	"net/http"
	"path"
	"strings"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/graphql/files/sheet"
	"github.com/openimis/openimis-go/graphql/files/typeset"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme/report"
	"github.com/openimis/openimis-go/scheme/report/layout"
)

// papers lists the routes on which reports and printed papers are handed out.
func (d *Desk) papers() []Route {
	var routes []Route
	for _, r := range report.All() {
		routes = append(routes, Route{"GET", "/api/report/" + r.Name + "/:format", r.Rights(), "the report: " + strings.ToLower(r.Title[:1]) + r.Title[1:], d.report(r), "$" + r.Name, ""})
	}
	return append(routes,
		Route{"PUT", "/api/report/reportbro/preview", []int{report.RightLayout}, "a look at a layout of a report, with invented data", d.makePreview, "", ""},
		Route{"GET", "/api/report/reportbro/preview", []int{report.RightLayout}, "what was made of a layout", d.showPreview, "", ""},
		Route{"GET", "/api/claim/print", []int{report.RightPrintClaim}, "a claim on paper", d.printClaim, "read", "Claim"},
		Route{"GET", "/api/claim_batch/report", []int{report.RightBatchPreview}, "what batch runs have to pay, on paper", d.printBatch, "$batch-report", ""})
}

// report answers with a report in the form the end of the path names. The parameters are
// those of the query.
func (d *Desk) report(of *report.Report) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		form, err := sheet.Named(path.Base(path.Clean(r.URL.Path)))
		if err != nil {
			return err
		}
		x := d.Store.Read(r.Context())
		document, err := of.Make(x, r.URL.Query().Get)
		if err != nil {
			return err
		}
		if form.Ending == "csv" { // for programs, which a layout would only confuse
			return handOut(w, form, document)
		}
		design, err := of.Layout(x)
		if err != nil {
			return err
		}
		if design != nil {
			form.Write = laidOut(form.Ending, design)
		}
		return handOut(w, form, document)
	}
}

// laidOut writes a document as the layout says.
func laidOut(ending string, design *layout.Definition) func(w io.Writer, document *report.Document) error {
	return func(w io.Writer, document *report.Document) error {
		if ending == "xlsx" {
			return typeset.XLSX(w, design, document.Data())
		}
		return typeset.PDF(w, design, document.Data(), document.Title, document.Made.Time)
	}
}

// printClaim answers with one claim as PDF. The parameter uuid names it.
func (d *Desk) printClaim(w http.ResponseWriter, r *http.Request) error {
	given := r.URL.Query().Get("uuid")
	if given == "" {
		return core.ErrorAt(core.Invalid, "uuid", "which claim? uuid is missing")
	}
	id, ok := persistence.ParseUUID(given)
	if !ok {
		return core.ErrorAt(core.NotFound, "uuid", "there is no claim %s", given)
	}
	if line := core.AuditOf(r.Context()); line != nil {
		line.ID = string(id)
	}
	document, err := report.Claim(d.Store.Read(r.Context()), id)
	if err != nil {
		return err
	}
	return handOut(w, sheet.Forms["pdf"], document)
}

// printBatch answers with what facilities are to be paid as PDF.
func (d *Desk) printBatch(w http.ResponseWriter, r *http.Request) error {
	document, err := report.Batch(d.Store.Read(r.Context()), r.URL.Query().Get)
	if err != nil {
		return err
	}
	return handOut(w, sheet.Forms["pdf"], document)
}

// handOut writes the document in the form. It is made whole first, so that what goes wrong
// can still be said.
func handOut(w http.ResponseWriter, form sheet.Form, document *report.Document) error {
	var body bytes.Buffer
	if err := form.Write(&body, document); err != nil {
		return err
	}
	attach(w, form.Media, document.Name+"."+form.Ending)
	_, err := body.WriteTo(w)
	return err
}
