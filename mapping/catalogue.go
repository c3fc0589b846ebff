package mapping

import (
	"strings"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/persistence"
)

// Attribute is one line of the catalogue: what one concept is called at every door.
type Attribute struct {
	Name    string // the openIMIS word, such as "chfId"
	Table   string // table or joined relation the column is in; "" for the root table
	Column  string // legacy column; "" when Match answers alone
	Element string // FHIR element, relative to the resource: "birthDate"

	Search  string      // FHIR search parameter; "" when there is none
	Also    []string    // further search parameters that look into the same column, such as "name" for a family name
	Kind    search.Type // type of the search parameters
	System  string      // canonical of the code system its tokens are of
	Codes   Codes       // FHIR codes that stand for other column values
	Targets []string    // what a reference may point to

	Sortable  bool // _sort, orderBy
	Writable  bool // a client may set it
	Required  bool // the row cannot do without it
	Sensitive bool // masked for readers without right 900101

	// Match makes the predicate when a comparison with Column is not enough. It is
	// given the modifier and one value and answers core.Invalid for what it cannot do.
	// The modifiers not and missing never reach it: the catalogue negates what it gives
	// for the first and looks at Column for the second; what has no Column is worked out for
	// every instance, and so never missing.
	Match func(modifier search.Modifier, value search.Value) (clause.Expression, error)

	// Follow makes the predicate that what the reference points to is among what among
	// says of the column with its UUID, where Column is not that column.
	Follow func(among func(uuid clause.Column) (clause.Expression, error)) (clause.Expression, error)

	Definition    string // canonical of the SearchParameter when it is not one of R4
	Documentation string // one sentence
}

// Codes maps FHIR codes to what the column holds. A code may stand for several values; a
// nil among them stands for an empty column.
type Codes map[string][]any

// Catalogue is everything the doors need to know of one resource.
type Catalogue struct {
	Resource   string // "Patient"
	Table      string // root table, "tblInsuree"
	UUID       string // its UUID column
	Changed    string // column of the last change; "" for ValidityFrom
	Profile    string // canonical of the openIMIS profile
	Attributes []Attribute
	Links      []Link     // ways to the rows of other tables, by the names of openIMIS
	Join       []string   // relations every read loads
	Clock      core.Clock // what "ap" counts from; nil for the machine's

	// The table whose rows keep, in JsonExt, what was sent of the resource beyond the columns,
	// and the column of the root table with the key of that row; "" where nothing is kept.
	Holder, HolderKey string

	Only []clause.Expression // what every search is narrowed by; may look at relations in Join

	// Related finds where the resources of another type are kept; nil where conditions
	// cannot look into other types.
	Related func(resource string) []*Catalogue

	// Expand gives the codes of a value set as values of a token; ok is false for one
	// that is not known.
	Expand func(valueSet string) (codes []search.Value, ok bool)
}

// answers tells whether the attribute takes part in the search parameter.
func (a *Attribute) answers(param string) bool {
	if a.Search == param {
		return param != ""
	}
	for _, name := range a.Also {
		if name == param {
			return true
		}
	}
	return false
}

// Params gives the search parameters of the catalogue, in its order. Attributes that
// share a name make one parameter, whose value may be found in any of them.
func (c *Catalogue) Params() []search.Param {
	var params []search.Param
	at := map[string]int{}
	for i := range c.Attributes {
		a := &c.Attributes[i]
		for _, name := range append([]string{a.Search}, a.Also...) {
			if name == "" {
				continue
			}
			if known, ok := at[name]; ok {
				params[known].Sortable = params[known].Sortable || a.Sortable && name == a.Search
				continue
			}
			at[name] = len(params)
			params = append(params, search.Param{
				Name: name, Type: a.Kind, Path: a.Element, Targets: a.Targets,
				Sortable: a.Sortable && name == a.Search, Definition: a.Definition, Documentation: a.Documentation,
			})
		}
	}
	if c.Holder != "" {
		params = append(params, metaParams...)
	}
	return params
}

// Compile turns a parsed search into a query on the tables. Errors: core.Invalid for a
// predicate that has no answer.
func (c *Catalogue) Compile(q *search.Query) (persistence.Query, error) {
	out := persistence.Query{
		Join: append([]string(nil), c.Join...), Limit: q.Count, Cursor: q.Cursor, Offset: q.Offset,
		Total: q.Total == search.TotalAccurate || q.Total == search.TotalEstimate,
	}
	for i := range q.Clauses {
		where, err := c.clause(&q.Clauses[i], &out)
		if err != nil {
			return persistence.Query{}, err
		}
		out.Where = append(out.Where, where)
	}
	for _, key := range q.Sort {
		order, err := c.order(key, &out)
		if err != nil {
			return persistence.Query{}, err
		}
		out.Order = append(out.Order, order)
	}
	return out, nil
}

func (c *Catalogue) order(key search.Sort, out *persistence.Query) (persistence.Order, error) {
	switch key.Param.Name {
	case "_id":
		return persistence.Order{Column: persistence.Column(c.Table, c.UUID), Desc: key.Desc}, nil
	case "_lastUpdated":
		return persistence.Order{Column: persistence.Column(c.Table, c.changed()), Desc: key.Desc}, nil
	}
	for i := range c.Attributes {
		if a := &c.Attributes[i]; a.Sortable && a.Column != "" && a.Search == key.Param.Name {
			return persistence.Order{Column: c.column(a, out), Desc: key.Desc}, nil
		}
	}
	return persistence.Order{}, core.ErrorAt(core.Invalid, "_sort", "%s cannot be sorted by %q", c.Resource, key.Param.Name)
}

// changed names the column of the last change.
func (c *Catalogue) changed() string {
	if c.Changed != "" {
		return c.Changed
	}
	return "ValidityFrom"
}

// column names the attribute's column and makes sure that its relation is joined.
func (c *Catalogue) column(a *Attribute, out *persistence.Query) clause.Column {
	if a.Table == "" {
		return persistence.Column(c.Table, a.Column)
	}
	c.join(a.Table, out)
	return persistence.Column(a.Table, a.Column)
}

func (c *Catalogue) join(relation string, out *persistence.Query) {
	relation = strings.ReplaceAll(relation, "__", ".")
	for _, have := range out.Join {
		if have == relation || strings.HasPrefix(have, relation+".") {
			return
		}
	}
	out.Join = append(out.Join, relation)
}
