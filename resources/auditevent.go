package resources

import (
	"context"
	"slices"
	"time"

	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// rightAudit is the right of the report on what users do.
const rightAudit = 131207

// auditEvents serves the audit trail, which nobody changes.
type auditEvents struct{ rows *table[persistence.Audit] }

var _ interface {
	rest.Type
	rest.Reader
	rest.BatchReader
	rest.Searcher
} = auditEvents{}

const aboutAuditEvents = "The audit trail (openimis_audit): every interaction with who, what, when, from where and with what outcome, and every sign-on, the newest first. " +
	"An administrator sees all of it, any other holder of the right what users of his districts did. Read only."

// AuditEvent serves the audit trail: read and search.
// https://hl7.org/fhir/R4/auditevent.html
func AuditEvent(e *Environment) rest.Type {
	t := newTable(e, mapping.AuditEventCatalogue, aboutAuditEvents, renderAuditEvents)
	t.catalogue.Attributes = slices.Clone(t.catalogue.Attributes)
	for i := range t.catalogue.Attributes {
		if a := &t.catalogue.Attributes[i]; a.Search == "date" {
			a.Match = mapping.AuditDate(e.clock().Now, e.Store.Instant)
		}
	}
	t.stamp = func(row *persistence.Audit) persistence.Version {
		return persistence.Version{ID: "1", At: e.Store.Wall(time.UnixMilli(row.At))}
	}
	t.compile = func(q *search.Query) (persistence.Query, error) { return compileAudit(t.catalogue, q) }
	return auditEvents{t}
}

// compileAudit compiles a search: _lastUpdated is the date, and the newest come first.
func compileAudit(c *mapping.Catalogue, q *search.Query) (persistence.Query, error) {
	own := *q
	date := search.Param{Name: "date", Type: search.Date, Sortable: true}
	own.Clauses = append([]search.Clause(nil), q.Clauses...)
	for i := range own.Clauses {
		if own.Clauses[i].Param.Name == search.LastUpdated.Name {
			own.Clauses[i].Param = &date
		}
	}
	out, err := c.Compile(&own)
	if err == nil && len(out.Order) == 0 {
		out.Order = []persistence.Order{{Column: persistence.Column(c.Table, "id"), Desc: true}}
	}
	return out, err
}

func renderAuditEvents(_ context.Context, _ *persistence.Session, _ *mapping.View, rows []persistence.Audit) ([]*fhir.Resource, error) {
	out := make([]*fhir.Resource, len(rows))
	for i := range rows {
		out[i] = &fhir.Resource{Typed: mapping.AuditEventOf(&rows[i])}
	}
	return out, nil
}

// Definition describes the type.
func (a auditEvents) Definition() *rest.Definition { return a.rows.Definition() }

// Read reads one line. Errors: core.NotFound.
func (a auditEvents) Read(ctx context.Context, id string) (*fhir.Entry, error) {
	if err := a.rows.env.Store.FlushAudit(ctx); err != nil {
		return nil, err
	}
	return a.rows.Read(ctx, id)
}

// ReadAll reads several lines; those that are not there are left out.
func (a auditEvents) ReadAll(ctx context.Context, ids []string) ([]*fhir.Entry, error) {
	return a.rows.ReadAll(ctx, ids)
}

// Search finds lines, what was done a moment ago among them. Errors: core.Invalid.
func (a auditEvents) Search(ctx context.Context, q *search.Query) (*rest.Page, error) {
	if err := a.rows.env.Store.FlushAudit(ctx); err != nil {
		return nil, err
	}
	return a.rows.Search(ctx, q)
}
