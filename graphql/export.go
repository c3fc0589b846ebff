package graphql

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/graphql-go/graphql/language/ast"
	"github.com/graphql-go/graphql/language/printer"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/core/security"
	"github.com/openimis/openimis-go/persistence"
)

// A searcher of the UI exports its list in two steps: the query `billExport`, with the
// filters of `bill` and the columns, gives a name, under which the file is fetched. The name
// is the question itself, sealed under the site's secret, and the file is written when it is
// fetched: nothing is kept, any process of the site answers, and the rights and districts
// are those of who fetches it.

// The bounds of an export.
const (
	mostExported  = 10_000 // rows, as of other tables
	mostColumns   = 100
	longestExport = 16 << 10 // bytes of the sealed question: it goes into an address
	exportMinutes = 10       // a name is good for
)

// sealedExport is the purpose names are sealed for.
const sealedExport = "export"

// exportFormats are those a file can be asked in.
var exportFormats = []string{"csv", "xlsx", "json"}

// Export is the table a name stands for.
type Export struct {
	Name   string // of the list
	Format string // csv, xlsx or json
	Header []string
	Rows   [][]string
}

// exportName is what a name says.
type exportName struct {
	User    int             `json:"u"`
	List    string          `json:"l"`
	Filters json.RawMessage `json:"a"`
	Fields  []string        `json:"f"`
	Header  []string        `json:"h"`
	Format  string          `json:"x"`
	Until   int64           `json:"t"` // second
}

// exportColumn makes what gives a column of all rows that is no field of the type.
type exportColumn func(c *Call) (func(row any) any, error)

// exporter writes the rows of a list down, in the caller's scope.
type exporter struct {
	of   string // type of its rows
	said func(filters string) (map[string]any, error)
	rows func(c *Call) ([]any, error)
	own  map[string]exportColumn // by the path of the field
}

// notExported are the arguments of lists an export does not take: it gives all rows.
var notExported = []string{"first", "last", "before", "after", "offset", "ignoreLocation"}

// exported makes the field of the query that asks for the export of the list.
func (l *list[R]) exported(own map[string]exportColumn) Field {
	definition := fieldOf(l.sdl)
	var args []string
	for _, a := range definition.Arguments {
		if !slices.Contains(notExported, a.Name.Value) {
			args = append(args, fmt.Sprint(printer.Print(a)))
		}
	}
	e := &exporter{of: strings.TrimSuffix(named(definition.Type), "Connection"), own: own, said: l.said, rows: l.all}
	return Field{
		SDL:    definition.Name.Value + "Export(" + strings.Join(args, ", ") + ", fields: [String], fieldsColumns: GenericScalar, fileFormat: String): String",
		Rights: l.Rights, Resolve: func(c *Call) (any, error) { return l.ask(c, e, definition.Name.Value) }, export: e,
	}
}

// all gives all rows that meet the arguments, in the caller's scope. Errors:
// core.Unprocessable where there are too many.
func (l *list[R]) all(c *Call) ([]any, error) {
	q, err := l.query(c)
	if err != nil {
		return nil, err
	}
	q.Limit = mostExported
	found, err := persistence.Select[R](c.Store.Read(c.Context), q)
	if err != nil {
		return nil, err
	}
	if found.Next != "" {
		return nil, tooManyExported
	}
	rows := make([]any, len(found.Rows))
	for i := range rows {
		rows[i] = &found.Rows[i]
	}
	return rows, c.spend(len(rows))
}

var tooManyExported = core.Errorf(core.Unprocessable, "there are more than %d rows; narrow the list", mostExported)

// ask checks what is asked for and gives it a name.
func (l *list[R]) ask(c *Call, e *exporter, name string) (any, error) {
	format, _ := c.Args["fileFormat"].(string)
	if format == "" {
		format = exportFormats[0]
	}
	if !slices.Contains(exportFormats, format) {
		return nil, core.ErrorAt(core.Invalid, "fileFormat", "%.20q is none of %s", format, strings.Join(exportFormats, ", "))
	}
	fields := textsOf(c.Args["fields"])
	header, err := c.exportHeader(e, fields)
	if err != nil {
		return nil, err
	}
	q, err := l.query(c)
	if err != nil {
		return nil, err
	}
	q.Limit, q.Total, q.Order = 1, true, nil
	found, err := persistence.Select[R](c.Store.Read(c.Context), q)
	if err != nil {
		return nil, err
	}
	if found.Total > mostExported {
		return nil, tooManyExported
	}
	filters, err := json.Marshal(readable(c.Args, func(name string) bool { return name != "fields" && name != "fieldsColumns" && name != "fileFormat" }))
	if err != nil {
		return nil, core.Wrap(core.Internal, err, "filters that cannot be written")
	}
	return c.exportNamed(&exportName{
		User: core.PrincipalOf(c.Context).UserID, List: name, Filters: filters, Fields: fields, Header: header, Format: format,
		Until: c.Clock.Now().Unix() + 60*exportMinutes,
	})
}

// exportNamed seals a question as a name that can stand in an address.
func (c *Call) exportNamed(n *exportName) (any, error) {
	text, err := json.Marshal(n)
	if err != nil {
		return nil, core.Wrap(core.Internal, err, "an export that cannot be written")
	}
	sealed, err := security.Seal(c.Secret, sealedExport, string(text))
	if err != nil {
		return nil, err
	}
	if len(sealed) > longestExport {
		return nil, core.Errorf(core.Invalid, "filters and columns are too long")
	}
	return toAddress.Replace(sealed), nil
}

// Base64 has an alphabet for addresses too.
var (
	toAddress   = strings.NewReplacer("+", "-", "/", "_", "=", "")
	fromAddress = strings.NewReplacer("-", "+", "_", "/")
)

// exportHeader checks that the fields are there and gives each the name its column has.
func (c *Call) exportHeader(e *exporter, fields []string) ([]string, error) {
	if len(fields) == 0 || len(fields) > mostColumns {
		return nil, core.ErrorAt(core.Invalid, "fields", "an export has 1 to %d columns", mostColumns)
	}
	given, isObject := c.Args["fieldsColumns"].(map[string]any)
	if text, isText := c.Args["fieldsColumns"].(string); isText {
		isObject = json.Unmarshal([]byte(text), &given) == nil
	}
	if !isObject && c.Args["fieldsColumns"] != nil {
		return nil, core.ErrorAt(core.Invalid, "fieldsColumns", "this is no JSON object with the names of columns")
	}
	names := map[string]string{}
	for field, name := range given {
		if text, isText := name.(string); isText {
			names[strings.Join(exportPath(field), ".")] = text
		}
	}
	header := make([]string, len(fields))
	for i, field := range fields {
		path := exportPath(field)
		if e.own[strings.Join(path, ".")] == nil && c.stepsOf(e.of, path) == nil {
			return nil, core.ErrorAt(core.Invalid, "fields", "the list has no column %.60q", field)
		}
		if header[i] = names[strings.Join(path, ".")]; header[i] == "" {
			header[i] = field
		}
	}
	return header, nil
}

// exportPath reads userCreated.username and user_created__username.
func exportPath(field string) []string { return pathOf(strings.ReplaceAll(field, ".", "__")) }

// stepsOf gives the fields that lead from a type to a single value, nil where none does. A
// state is given by its number, as the column has it.
func (c *Call) stepsOf(of string, path []string) (steps []Field) {
	for i, name := range path {
		object, last := c.objects[of], i == len(path)-1
		if object == nil {
			return nil
		}
		if name == "id" && object.Key != nil && last {
			return append(steps, Field{Resolve: func(c *Call) (any, error) { return object.Key(c.Source), nil }})
		}
		at := slices.IndexFunc(object.Fields, func(f Field) bool { return fieldOf(f.SDL).Name.Value == name })
		if at < 0 {
			return nil
		}
		typ := fieldOf(object.Fields[at].SDL).Type
		if required, is := typ.(*ast.NonNull); is {
			typ = required.Type
		}
		single, is := typ.(*ast.Named)
		if !is {
			return nil
		}
		step := object.Fields[at]
		of = single.Name.Value
		switch _, scalar := scalars[of]; {
		case !last || scalar:
		case c.objects[of] != nil || strings.HasSuffix(of, "Connection"):
			return nil
		default: // of an enum
			step.Resolve = func(c *Call) (any, error) {
				value, err := object.Fields[at].Resolve(c)
				if word, is := value.(string); is {
					value = strings.TrimPrefix(word, "A_")
				}
				return value, err
			}
		}
		steps = append(steps, step)
	}
	return steps
}

// Export gives the table a name stands for. Errors: core.NotFound for a name that is none,
// that is too old, or another user's; core.Forbidden; core.Unprocessable where there are too
// many rows by now.
func (d *Door) Export(ctx context.Context, name string) (*Export, error) {
	missing := core.Errorf(core.NotFound, "there is no such export any more; ask for it again")
	raw, err := base64.RawStdEncoding.DecodeString(fromAddress.Replace(name))
	if err != nil {
		return nil, missing
	}
	text, err := security.Unseal(d.env.Secret, sealedExport, base64.StdEncoding.EncodeToString(raw))
	var n exportName
	if err != nil || json.Unmarshal([]byte(text), &n) != nil {
		return nil, missing
	}
	field, known := d.env.exports[n.List]
	if !known || n.User != core.PrincipalOf(ctx).UserID || n.Until < d.env.Clock.Now().Unix() {
		return nil, missing
	}
	if err := allowed(ctx, field); err != nil {
		return nil, err
	}
	c := &Call{request: newRequest(d.env), Context: ctx}
	if c.Args, err = field.export.said(string(n.Filters)); err != nil {
		return nil, err
	}
	rows, err := field.export.rows(c)
	if err != nil {
		return nil, err
	}
	out := &Export{Name: n.List, Format: n.Format, Header: n.Header, Rows: make([][]string, len(rows))}
	for i := range out.Rows {
		out.Rows[i] = make([]string, len(n.Fields))
	}
	for j, name := range n.Fields {
		values, err := c.exportedColumn(field.export, exportPath(name), rows)
		if err != nil {
			return nil, err
		}
		for i := range values {
			out.Rows[i][j] = exportText(values[i])
		}
	}
	return out, nil
}

// exportedColumn gives the values of a column of all rows, in a number of statements that
// does not depend on theirs.
func (c *Call) exportedColumn(e *exporter, path []string, rows []any) ([]any, error) {
	values := slices.Clone(rows)
	if own := e.own[strings.Join(path, ".")]; own != nil {
		value, err := own(c)
		if err != nil {
			return nil, err
		}
		for i := range values {
			values[i] = value(values[i])
		}
		return values, nil
	}
	for _, step := range c.stepsOf(e.of, path) {
		for i, source := range values {
			if source == nil {
				continue
			}
			var err error
			if values[i], err = step.Resolve(&Call{request: c.request, Context: c.Context, Source: source}); err != nil {
				return nil, err
			}
		}
		for i, value := range values {
			fetch, isLater := value.(later)
			if !isLater {
				continue
			}
			var err error
			if values[i], err = fetch(); err != nil {
				return nil, err
			}
		}
	}
	return values, nil
}

// exportText spells a value.
func exportText(value any) string {
	if value = written(value); value == nil {
		return ""
	}
	return fmt.Sprint(value)
}
