package resources

import (
	"context"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// Rights to read invoices and bills.
const (
	rightInvoices = 155101
	rightBills    = 156101
)

// invoices serves invoices, what is owed to the scheme, and bills, what it owes. Each
// kind has a right of its own, and who has one of them only sees that kind only.
type invoices struct {
	*pair[persistence.Invoice, persistence.Bill]
}

var _ interface {
	rest.Type
	rest.Reader
	rest.BatchReader
	rest.VersionReader
	rest.Historian
	rest.Searcher
} = invoices{}

const aboutInvoices = "Invoices, what families and policy holders owe to the scheme (tblInvoice), and bills, what the scheme owes to facilities and officers (tblBill), in this order; " +
	"a search cannot be sorted. Read only: the Django application makes them, and a PaymentNotice marks them paid. The tables keep no earlier versions."

// Invoice serves invoices and bills: read, the latest version and search.
// https://hl7.org/fhir/R4/invoice.html
func Invoice(e *Environment) rest.Type {
	p := &pair[persistence.Invoice, persistence.Bill]{
		key:    "UUID",
		first:  newTable(e, mapping.InvoiceCatalogue, aboutInvoices, renderInvoices),
		second: newTable(e, mapping.BillCatalogue, "", renderBills),
	}
	p.first.lines = func(row *persistence.Invoice) []any { return []any{row.Lines} }
	p.second.lines = func(row *persistence.Bill) []any { return []any{row.Lines} }
	return invoices{p}
}

// of chooses the tables the caller may read.
func (i invoices) of(ctx context.Context) interface {
	rest.Reader
	rest.BatchReader
	rest.VersionReader
	rest.Historian
	rest.Searcher
} {
	who := core.PrincipalOf(ctx)
	switch {
	case !who.May(rightBills):
		return i.first
	case !who.May(rightInvoices):
		return i.second
	}
	return i.pair
}

// Read reads an invoice or bill. Errors: core.NotFound, core.Gone.
func (i invoices) Read(ctx context.Context, id string) (*fhir.Entry, error) {
	return i.of(ctx).Read(ctx, id)
}

// ReadAll reads several; those that are not there are left out.
func (i invoices) ReadAll(ctx context.Context, ids []string) ([]*fhir.Entry, error) {
	return i.of(ctx).ReadAll(ctx, ids)
}

// ReadVersion reads the latest version. Errors: core.NotFound, core.Gone.
func (i invoices) ReadVersion(ctx context.Context, id, version string) (*fhir.Entry, error) {
	return i.of(ctx).ReadVersion(ctx, id, version)
}

// History lists the latest version. Errors: core.NotFound.
func (i invoices) History(ctx context.Context, id string, q rest.HistoryQuery) (*rest.Page, error) {
	return i.of(ctx).History(ctx, id, q)
}

// Search finds invoices and bills. Errors: core.Invalid.
func (i invoices) Search(ctx context.Context, q *search.Query) (*rest.Page, error) {
	return i.of(ctx).Search(ctx, q)
}

// kinds loads the kinds of the rows that came without, as those of a history do.
func kinds[R any](x *persistence.Session, rows []R, key func(*R) *int, slot func(*R) **persistence.ContentType) error {
	return fill(x, rows, "id", key, slot, func(k *persistence.ContentType) int { return k.ID })
}

// undeleted loads what belongs to the rows with the UUIDs in one statement, in a fixed order.
func undeleted[L any](x *persistence.Session, column string, ids []persistence.UUID, join ...string) (lines []L, err error) {
	return persistence.Beside[L](x, persistence.Query{
		Where: []clause.Expression{persistence.In(persistence.Column("", column), ids)}, Join: join, Order: []persistence.Order{{Column: persistence.Column("", "DateCreated")}},
	})
}

func renderInvoices(_ context.Context, x *persistence.Session, v *mapping.View, rows []persistence.Invoice) ([]*fhir.Resource, error) {
	at, ids := map[persistence.UUID]int{}, make([]persistence.UUID, len(rows))
	for i := range rows {
		at[rows[i].UUID], ids[i], rows[i].Lines = i, rows[i].UUID, nil
	}
	lines, err := undeleted[persistence.InvoiceLineItem](x, "InvoiceId", ids, "LineKind")
	if err != nil {
		return nil, err
	}
	for _, line := range lines {
		row := &rows[at[line.InvoiceID]]
		row.Lines = append(row.Lines, line)
	}
	err = kinds(x, rows, func(r *persistence.Invoice) *int { return r.ThirdpartyTypeID }, func(r *persistence.Invoice) **persistence.ContentType { return &r.ThirdpartyKind })
	if err != nil {
		return nil, err
	}
	err = kinds(x, rows, func(r *persistence.Invoice) *int { return r.SubjectTypeID }, func(r *persistence.Invoice) **persistence.ContentType { return &r.SubjectKind })
	if err != nil {
		return nil, err
	}
	return renderBilled(x, v, rows, mapping.InvoiceRow)
}

func renderBills(_ context.Context, x *persistence.Session, v *mapping.View, rows []persistence.Bill) ([]*fhir.Resource, error) {
	at, ids := map[persistence.UUID]int{}, make([]persistence.UUID, len(rows))
	for i := range rows {
		at[rows[i].UUID], ids[i], rows[i].Lines = i, rows[i].UUID, nil
	}
	lines, err := undeleted[persistence.BillItem](x, "BillId", ids, "LineKind")
	if err != nil {
		return nil, err
	}
	for _, line := range lines {
		row := &rows[at[line.BillID]]
		row.Lines = append(row.Lines, line)
	}
	err = kinds(x, rows, func(r *persistence.Bill) *int { return r.ThirdpartyTypeID }, func(r *persistence.Bill) **persistence.ContentType { return &r.ThirdpartyKind })
	if err != nil {
		return nil, err
	}
	err = kinds(x, rows, func(r *persistence.Bill) *int { return r.SubjectTypeID }, func(r *persistence.Bill) **persistence.ContentType { return &r.SubjectKind })
	if err != nil {
		return nil, err
	}
	return renderBilled(x, v, rows, mapping.BillRow)
}

// renderBilled renders rows with their lines.
func renderBilled[R any](x *persistence.Session, v *mapping.View, rows []R, read func(*R) mapping.Billed) ([]*fhir.Resource, error) {
	billed := make([]mapping.Billed, len(rows))
	var keys []mapping.PartyKey
	for i := range rows {
		billed[i] = read(&rows[i])
		keys = append(keys, billed[i].Third, billed[i].Subject)
	}
	parties, err := partiesOf(x, keys)
	if err != nil {
		return nil, err
	}
	out := make([]*fhir.Resource, len(rows))
	for i := range rows {
		out[i] = &fhir.Resource{Typed: mapping.InvoiceOf(v, &billed[i], parties)}
	}
	return out, nil
}
