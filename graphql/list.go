package graphql

import (
	"encoding/json"
	"strings"
	"unicode"

	gql "github.com/graphql-go/graphql"
	"github.com/graphql-go/graphql/language/ast"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// Filter narrows a query by an argument that is no field of the catalogue.
type Filter func(c *Call, value any, q *persistence.Query) error

// Options say what a list has beside its catalogue.
type Options struct {
	Rights  []int
	Filters map[string]Filter                         // arguments of its own; nil for one that is taken and means nothing
	Always  func(c *Call, q *persistence.Query) error // narrows every query; nil for nothing
	Order   string                                    // sorted so where nobody says; "" for by key
	Whole   bool                                      // gives all rows where first and last are missing, and pages of any size
	Within  []string                                  // ways to the villages of parentLocation, such as "family.location"
	Context func(c *Call) (*Call, error)              // in whose scope; nil for the caller's
	Beyond  func(row any)                             // leaves of a row what is shown in a scope that is not the caller's; nil for all
}

// Argument names every list has or may have.
var paging = map[string]bool{"offset": true, "before": true, "after": true, "first": true, "last": true, "orderBy": true,
	"showHistory": true, "clientMutationId": true, "parentLocation": true, "parentLocationLevel": true}

// List makes a field of the query that is a connection of the rows of a catalogue's table.
// Its arguments are the paging ones, the filters of the options, and fields of the
// catalogue with a lookup: location_Parent_Uuid, lastName_Icontains. An argument that is
// none of these is a mistake of the program, found when it starts.
func List[R any](sdl string, of *mapping.Catalogue, o Options) Field {
	return listOf[R](sdl, of, o).field()
}

func listOf[R any](sdl string, of *mapping.Catalogue, o Options) *list[R] {
	list := &list[R]{sdl: sdl, of: of, Options: o, fields: map[string]argument{}}
	for _, a := range fieldOf(sdl).Arguments {
		name := a.Name.Value
		if _, own := o.Filters[name]; own || paging[name] {
			continue
		}
		field, err := argumentOf(of, name)
		if err != nil {
			panic("graphql: " + sdl[:strings.IndexAny(sdl, "(:")] + ": " + name + ": " + err.Error())
		}
		field.isID = named(a.Type) == "ID"
		list.fields[name] = field
	}
	return list
}

func (l *list[R]) field() Field {
	return Field{SDL: l.sdl, Rights: l.Rights, Resolve: l.resolve}
}

type list[R any] struct {
	Options
	sdl    string
	of     *mapping.Catalogue
	fields map[string]argument
}

// argument is a field of the catalogue and how it is compared.
type argument struct {
	*mapping.Field
	lookup string
	isID   bool // a client may write the global id for the key
}

// argumentOf reads headInsuree_ChfId_Istartswith.
func argumentOf(of *mapping.Catalogue, name string) (argument, error) {
	path := strings.Split(name, "_")
	lookup := ""
	if last := path[len(path)-1]; len(path) > 1 && isLookup(last) {
		lookup, path = last, path[:len(path)-1]
	}
	for i := range path {
		path[i] = lowerFirst(path[i])
	}
	field, err := of.Field(path)
	return argument{Field: field, lookup: lookup}, err
}

func isLookup(word string) bool {
	for _, known := range mapping.Lookups {
		if word == known {
			return true
		}
	}
	return false
}

func lowerFirst(word string) string {
	if word == "" {
		return word
	}
	return strings.ToLower(word[:1]) + word[1:]
}

func (l *list[R]) resolve(c *Call) (any, error) {
	most := pageSize
	if l.Whole {
		most = 0
	}
	p, err := pageOf(c.Args, most)
	if err != nil {
		return nil, err
	}
	q, err := l.query(c)
	if err != nil {
		return nil, err
	}
	asked := c
	if l.Context != nil {
		if asked, err = l.Context(c); err != nil {
			return nil, err
		}
	}
	found, err := pageFrom[R](asked, q, p)
	if err != nil {
		return nil, err
	}
	if asked != c && l.Beyond != nil {
		for _, row := range found.rows {
			l.Beyond(row)
		}
	}
	return found, nil
}

// pageFrom runs the query for a page.
func pageFrom[R any](c *Call, q persistence.Query, p page) (*connection, error) {
	x := c.Store.Read(c.Context)
	count := func() (int64, error) {
		one := q
		one.Limit, one.Total, one.Order = 1, true, nil
		found, err := persistence.Select[R](x, one)
		if err != nil {
			return 0, err
		}
		return found.Total, nil
	}
	out := &connection{total: count}
	if p.last > 0 {
		total, err := count()
		if err != nil {
			return nil, err
		}
		p.offset = max(int(total)-p.last, 0)
		out.total = func() (int64, error) { return total, nil }
	}
	out.offset = p.offset
	if p.none {
		return out, nil
	}
	q.Offset, q.Limit, q.Total = p.offset, p.limit, p.last == 0 && c.Asks("totalCount")
	found, err := persistence.Select[R](x, q)
	if err != nil {
		return nil, err
	}
	if q.Total {
		out.total = func() (int64, error) { return found.Total, nil }
	}
	out.more = found.Next != ""
	for i := range found.Rows {
		out.rows = append(out.rows, &found.Rows[i])
	}
	return out, c.spend(len(out.rows))
}

func (l *list[R]) query(c *Call) (persistence.Query, error) {
	var q persistence.Query
	if l.Always != nil {
		if err := l.Always(c, &q); err != nil {
			return q, err
		}
	}
	for name, value := range c.Args {
		if err := l.narrow(c, name, value, &q); err != nil {
			return q, err
		}
	}
	return q, l.sort(c.Args["orderBy"], &q)
}

// said reads arguments of the list from a JSON document, as forms send them that mean all
// rows of a list. Errors: core.Invalid for what the list would not take.
func (l *list[R]) said(document string) (map[string]any, error) {
	var given map[string]any
	if err := json.Unmarshal([]byte(document), &given); err != nil {
		return nil, core.Errorf(core.Invalid, "the filters are no JSON object")
	}
	args := map[string]any{}
	for _, a := range fieldOf(l.sdl).Arguments {
		name := a.Name.Value
		value, there := given[name]
		delete(given, name)
		if !there || value == nil {
			continue
		}
		if args[name] = argumentIn(a.Type, value); args[name] == nil {
			return nil, core.Errorf(core.Invalid, "%s cannot be compared with %v", name, value)
		}
	}
	for name := range given {
		return nil, core.Errorf(core.Invalid, "the list has no filter %q", name)
	}
	return args, nil
}

// argumentIn reads a JSON value as an argument of the type, nil for what it does not take.
func argumentIn(t ast.Type, value any) any {
	switch t := t.(type) {
	case *ast.NonNull:
		return argumentIn(t.Type, value)
	case *ast.List:
		list, isList := value.([]any)
		if !isList {
			list = []any{value}
		}
		out := make([]any, len(list))
		for i := range list {
			if out[i] = argumentIn(t.Type, list[i]); out[i] == nil {
				return nil
			}
		}
		return out
	}
	scalar, ok := scalars[named(t)].(*gql.Scalar)
	if !ok {
		return nil
	}
	return scalar.ParseValue(value)
}

func (l *list[R]) narrow(c *Call, name string, value any, q *persistence.Query) error {
	if filter, own := l.Filters[name]; own {
		if filter == nil {
			return nil
		}
		return filter(c, value, q)
	}
	switch name {
	case "showHistory":
		q.Past = value == true
		return nil
	case "clientMutationId":
		return writtenBy(c, l.of, value.(string), q)
	case "parentLocation":
		return l.within(c, value.(string), q)
	}
	a, known := l.fields[name]
	if !known {
		return nil
	}
	if text, isText := value.(string); isText && a.isID {
		value = KeyOf(text)
	}
	where, err := a.Where(a.lookup, value)
	if err != nil {
		return core.ErrorAt(core.Invalid, name, "%v", err)
	}
	q.Where = append(q.Where, where)
	return nil
}

// within narrows to what lies in a location of any level.
func (l *list[R]) within(c *Call, uuid string, q *persistence.Query) error {
	level, _ := c.Args["parentLocationLevel"].(int)
	if level < 0 || level > levelVillage {
		return core.ErrorAt(core.Invalid, "parentLocationLevel", "there are levels 0 to %d", levelVillage)
	}
	var any []clause.Expression
	for _, way := range l.Within {
		where, err := inPlace(l.of, way, levelVillage-level, uuid)
		if err != nil {
			return err
		}
		any = append(any, where)
	}
	if len(any) > 0 {
		q.Where = append(q.Where, mapping.AnyOf(any...))
	}
	return nil
}

// The levels of the location tree as parentLocationLevel counts them.
const (
	levelRegion   = 0
	levelDistrict = 1
	levelWard     = 2
	levelVillage  = 3
)

// inPlace matches rows whose location at the end of the way has the UUID so many levels up.
func inPlace(of *mapping.Catalogue, way string, up int, uuid string) (clause.Expression, error) {
	path := strings.Split(way, ".")
	for range up {
		path = append(path, "parent")
	}
	field, err := of.Field(append(path, "uuid"))
	if err != nil {
		return nil, err
	}
	return field.Where("", uuid)
}

// sort reads orderBy: names in either spelling, a minus for downwards.
func (l *list[R]) sort(value any, q *persistence.Query) error {
	names := textsOf(value)
	if len(names) == 0 && l.Order != "" {
		names = strings.Split(l.Order, ",")
	}
	if len(names) > 20 {
		return core.ErrorAt(core.Invalid, "orderBy", "it can be sorted by 20 fields at most")
	}
	for _, name := range names {
		name, desc := strings.CutPrefix(strings.TrimSpace(name), "-")
		if name == "" || name == "?" { // any order will do
			continue
		}
		field, err := l.of.Field(pathOf(name))
		if err == nil {
			err = field.OrderBy(desc, q)
		}
		if err != nil {
			return core.ErrorAt(core.Invalid, "orderBy", "it cannot be sorted by %q", name)
		}
	}
	return nil
}

// textsOf gives the texts of a list argument, or of a single one.
func textsOf(value any) []string {
	switch v := value.(type) {
	case string:
		return []string{v}
	case []any:
		var texts []string
		for _, one := range v {
			if text, ok := one.(string); ok {
				texts = append(texts, text)
			}
		}
		return texts
	}
	return nil
}

// pathOf reads headInsuree__last_name.
func pathOf(name string) []string {
	var path []string
	for _, step := range strings.Split(name, "__") {
		words := strings.Split(step, "_")
		for i := 1; i < len(words); i++ {
			if words[i] != "" {
				words[i] = string(unicode.ToUpper(rune(words[i][0]))) + words[i][1:]
			}
		}
		path = append(path, lowerFirst(strings.Join(words, "")))
	}
	return path
}

// Equals makes a filter that a field has the value.
func Equals(of *mapping.Catalogue, path string) Filter {
	return func(_ *Call, value any, q *persistence.Query) error {
		field, err := of.Field(strings.Split(path, "."))
		if err != nil {
			return err
		}
		where, err := field.Where("", value)
		q.Where = append(q.Where, where)
		return err
	}
}

// AnyContains makes a filter that a text is in one of the fields, as pickers search.
func AnyContains(of *mapping.Catalogue, names ...string) Filter {
	return func(_ *Call, value any, q *persistence.Query) error {
		text, _ := value.(string)
		if strings.TrimSpace(text) == "" {
			return nil
		}
		var any []clause.Expression
		for _, name := range names {
			field, err := of.Field(strings.Split(name, "."))
			if err != nil {
				return err
			}
			where, err := field.Where("Icontains", text)
			if err != nil {
				return err
			}
			any = append(any, where)
		}
		q.Where = append(q.Where, mapping.AnyOf(any...))
		return nil
	}
}

// writtenBy narrows to the rows that a mutation of the caller wrote.
func writtenBy(c *Call, of *mapping.Catalogue, client string, q *persistence.Query) error {
	ids, err := persistence.Mutated(c.Store.Read(c.Context), client, of.Table)
	q.Where = append(q.Where, persistence.In(persistence.Column(of.Table, of.UUID), ids))
	return err
}

// Every gives all live rows of a short table in the caller's scope, by its key or the
// columns.
func Every[R any](c *Call, columns ...string) ([]*R, error) {
	var q persistence.Query
	for _, column := range columns {
		q.Order = append(q.Order, persistence.Order{Column: persistence.Column("", column)})
	}
	found, err := persistence.Select[R](c.Store.Read(c.Context), q)
	if err != nil {
		return nil, err
	}
	rows := make([]*R, len(found.Rows))
	for i := range rows {
		rows[i] = &found.Rows[i]
	}
	return rows, c.spend(len(rows))
}

// Listed makes a field of the query that is all rows of a short table.
func Listed[R any](sdl string, columns ...string) Field {
	return Field{SDL: sdl, Resolve: func(c *Call) (any, error) { return Every[R](c, columns...) }}
}

// byKey loads one row of a catalogue's table for node(id:), in the caller's scope.
func byKey[R any](of *mapping.Catalogue) func(c *Call, key string) (any, error) {
	return func(c *Call, key string) (any, error) {
		field, err := of.Field([]string{"id"})
		if err != nil {
			return nil, err
		}
		where, err := field.Where("", key)
		if err != nil {
			return nil, err
		}
		found, err := persistence.Select[R](c.Store.Read(c.Context), persistence.Query{Where: []clause.Expression{where}, Limit: 1, Few: true})
		if err != nil || len(found.Rows) == 0 {
			return nil, err
		}
		return &found.Rows[0], nil
	}
}
