package resources

import (
	"context"
	"reflect"
	"slices"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// renderer turns rows into resources, in their order. It gets a whole page so that what
// hangs on the rows is loaded in a number of statements that does not depend on it. The
// rows of a history come without joined relations and with the UUID of the live row.
type renderer[R any] func(ctx context.Context, x *persistence.Session, v *mapping.View, rows []R) ([]*fhir.Resource, error)

// table serves a resource type whose instances are the rows of one legacy table: read,
// version read, history and search. A writable type embeds it and adds the rest.
type table[R any] struct {
	env        *Environment
	catalogue  *mapping.Catalogue
	definition *rest.Definition
	render     renderer[R]
	row        rowLayout

	id    func(row *R) string                                 // nil: the UUID column
	lines func(row *R) []any                                  // further rows that count for the version, set by render
	find  func(x *persistence.Session, id string) (*R, error) // nil: by the UUID column

	compile func(q *search.Query) (persistence.Query, error) // nil: by the catalogue alone
	stamp   func(row *R) persistence.Version                 // nil: of the row and its lines
	there   func(row *R) bool                                // whether the row is an instance; nil: every row

	// others tell whether a row of another table has the UUID, where those are instances too.
	others []func(x *persistence.Session, uuid persistence.UUID) (bool, error)
}

// Every table is all of these.
var _ interface {
	rest.Type
	rest.Reader
	rest.BatchReader
	rest.VersionReader
	rest.Historian
	rest.ChangeLister
	rest.Searcher
} = (*table[persistence.Location])(nil)

// newTable makes the table of a catalogue. documentation is one paragraph of markdown
// for the CapabilityStatement.
func newTable[R any](e *Environment, c *mapping.Catalogue, documentation string, render renderer[R]) *table[R] {
	own := *c
	own.Clock = e.clock()
	own.Related, own.Expand = e.related, e.expand
	if e.Compatible {
		own.Attributes = deviating(c)
	}
	e.places = append(e.places, &own)
	return &table[R]{
		env: e, catalogue: &own, render: render, row: layoutOf[R](c.UUID),
		definition: &rest.Definition{
			Name: c.Resource, Supported: supported(c.Profile), Params: own.Params(),
			Documentation: documentation, ServerAssigns: []string{"id", "meta.versionId", "meta.lastUpdated"},
		},
	}
}

func supported(profile string) []string {
	if profile == "" {
		return nil
	}
	return []string{profile}
}

// Definition describes the type.
func (t *table[R]) Definition() *rest.Definition { return t.definition }

// Read reads the current version. Errors: core.NotFound, core.Gone.
func (t *table[R]) Read(ctx context.Context, id string) (*fhir.Entry, error) {
	x := t.env.Store.Read(ctx)
	row, err := t.one(x, id)
	if err != nil {
		return nil, err
	}
	return t.entry(ctx, x, row)
}

// one gives the live row with the id. On the compatible base a business code will do.
func (t *table[R]) one(x *persistence.Session, id string) (*R, error) {
	row, err := t.stored(x, id)
	if err != nil || t.there == nil || t.there(row) {
		return row, err
	}
	versions, err := persistence.Versions[R](x, t.row.uuid(row))
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(versions, func(r R) bool { return t.there(&r) }) {
		return nil, core.Errorf(core.Gone, "%s/%s was deleted", t.catalogue.Resource, id)
	}
	return nil, t.absent(id)
}

// stored is one for a row that need not be an instance.
func (t *table[R]) stored(x *persistence.Session, id string) (*R, error) {
	if t.find != nil {
		return t.find(x, id)
	}
	if uuid, ok := persistence.ParseUUID(id); ok {
		return persistence.One[R](x, uuid, t.catalogue.Join...)
	}
	if t.env.Compatible {
		rows, err := mapping.ByCode[R](x, t.catalogue, id)
		if err != nil {
			return nil, err
		}
		if len(rows) == 1 {
			return &rows[0], nil
		}
	}
	return nil, t.absent(id)
}

func (t *table[R]) absent(id string) error {
	return core.Errorf(core.NotFound, "there is no %s/%s", t.catalogue.Resource, id)
}

// ReadAll reads several instances; those that are not there are left out.
func (t *table[R]) ReadAll(ctx context.Context, ids []string) ([]*fhir.Entry, error) {
	var uuids []persistence.UUID
	for _, id := range ids {
		if uuid, ok := persistence.ParseUUID(id); ok {
			uuids = append(uuids, uuid)
		}
	}
	if len(uuids) == 0 {
		return nil, nil
	}
	x := t.env.Store.Read(ctx)
	page, err := persistence.Select[R](x, persistence.Query{
		Where: []clause.Expression{persistence.In(persistence.Column(t.catalogue.Table, t.catalogue.UUID), uuids)},
		Join:  t.catalogue.Join, Limit: len(uuids),
	})
	if err != nil {
		return nil, err
	}
	if t.there != nil {
		page.Rows = slices.DeleteFunc(page.Rows, func(r R) bool { return !t.there(&r) })
	}
	return t.entries(ctx, x, page.Rows)
}

// query compiles a search.
func (t *table[R]) query(q *search.Query) (persistence.Query, error) {
	compile := t.catalogue.Compile
	if t.compile != nil {
		compile = t.compile
	}
	query, err := compile(q)
	query.Where = append(query.Where, t.catalogue.Only...)
	return query, err
}

// departed gives the ids of deleted instances that a search would have found before.
// Errors: core.Invalid.
func (t *table[R]) departed(ctx context.Context, q *search.Query) ([]string, error) {
	query, err := t.query(q)
	if err != nil {
		return nil, err
	}
	query.Gone = true
	found, err := persistence.Select[R](t.env.Store.Read(ctx), query)
	if err != nil {
		return nil, err
	}
	var ids []string
	for i := range found.Rows {
		if row := &found.Rows[i]; t.there == nil || t.there(row) {
			ids = append(ids, t.identity(row))
		}
	}
	return ids, nil
}

// Search finds instances. Errors: core.Invalid.
func (t *table[R]) Search(ctx context.Context, q *search.Query) (*rest.Page, error) {
	query, err := t.query(q)
	if err != nil {
		return nil, err
	}
	if q.Count == 0 { // only the total is asked; no limit would mean every row
		query.Limit, query.Total = 1, true
	}
	x := t.env.Store.Read(ctx)
	found, err := persistence.Select[R](x, query)
	if err != nil {
		return nil, err
	}
	page := &rest.Page{Next: found.Next, Prev: found.Prev}
	if query.Total {
		total := int(found.Total)
		page.Total = &total
	}
	if q.Count == 0 {
		page.Next, page.Prev = "", ""
		return page, nil
	}
	page.Entries, err = t.entries(ctx, x, found.Rows)
	return page, err
}

// entry renders one row.
func (t *table[R]) entry(ctx context.Context, x *persistence.Session, row *R) (*fhir.Entry, error) {
	entries, err := t.entries(ctx, x, []R{*row})
	if err != nil {
		return nil, err
	}
	return entries[0], nil
}

// entries renders rows and says of each what REST needs to know.
func (t *table[R]) entries(ctx context.Context, x *persistence.Session, rows []R) ([]*fhir.Entry, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	v, err := t.env.view(ctx, x)
	if err != nil {
		return nil, err
	}
	rendered, err := t.render(ctx, x, v, rows)
	if err != nil {
		return nil, err
	}
	entries := make([]*fhir.Entry, len(rows))
	for i := range rows {
		version := t.version(&rows[i])
		entries[i] = &fhir.Entry{
			Type: t.catalogue.Resource, ID: t.identity(&rows[i]), Resource: rendered[i],
			VersionID: version.ID, LastUpdated: t.env.Store.Instant(version.At), Author: t.row.author(&rows[i]),
		}
		t.join(&rows[i], rendered[i])
	}
	return entries, nil
}

// join hands the residue of the row to its resource. Readers of the compatible base expect
// every element the columns hold, so nothing is taken away from them.
func (t *table[R]) join(row *R, resource *fhir.Resource) {
	residue, conforms := mapping.ReadResidue(t.row.ext(row), t.catalogue.Resource)
	if residue == nil || resource.Residue != nil {
		return
	}
	residue.AddOnly = t.env.Compatible
	resource.Residue = residue
	if !conforms {
		dropProfile(resource.Typed)
	}
}

// dropProfile takes back the claim to conform to a profile.
func dropProfile(typed any) {
	if meta := reflect.Indirect(reflect.ValueOf(typed)).FieldByName("Meta"); meta.IsValid() {
		meta.SetZero() // the converters put nothing else there
	}
}

func (t *table[R]) identity(row *R) string {
	if t.id != nil {
		return t.id(row)
	}
	return string(t.row.uuid(row))
}

func (t *table[R]) version(row *R) persistence.Version {
	if t.stamp != nil {
		return t.stamp(row)
	}
	if t.lines != nil {
		return t.env.Store.VersionOf(row, t.lines(row)...)
	}
	return t.env.Store.VersionOf(row)
}

// matches checks the version If-Match names against the row as stored, inside the
// transaction that is going to change it. Errors: core.PreconditionFailed.
func (t *table[R]) matches(row *R, match rest.Match) error {
	if match == "" || string(match) == t.version(row).ID {
		return nil
	}
	return core.Errorf(core.PreconditionFailed, "%s/%s has changed: it is at version %s now", t.catalogue.Resource, t.identity(row), t.version(row).ID)
}
