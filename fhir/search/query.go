package search

import (
	"net/url"
	"time"

	"github.com/openimis/openimis-go/core"
)

// Type is the type of a search parameter.
type Type string

// The parameter types of R4 that this server has.
const (
	Token     Type = "token"
	String    Type = "string"
	Date      Type = "date"
	Reference Type = "reference"
	Numeric   Type = "number"
	Quantity  Type = "quantity"
	URI       Type = "uri"
	Special   Type = "special" // _has and _filter
)

// Param is one search parameter of one resource type.
type Param struct {
	Name          string   // as typed: "birthdate"
	Type          Type     //
	Path          string   // element it searches, relative to the resource: "birthDate", "insurance.coverage"
	Targets       []string // resource types a reference may point to
	Sortable      bool     // _sort accepts it
	Definition    string   // canonical URL of the SearchParameter; "" for the R4 one of the name
	Documentation string   // one sentence for the CapabilityStatement
}

// Modifier is what follows the colon of a parameter name.
type Modifier string

// The modifiers this server has. A reference may also carry a resource type as modifier;
// the parser turns that into Value.Type, and :identifier into a chain.
const (
	NoModifier Modifier = ""
	Exact      Modifier = "exact"
	Contains   Modifier = "contains"
	Not        Modifier = "not"
	Missing    Modifier = "missing"
	In         Modifier = "in"      // of the value set
	NotIn      Modifier = "not-in"  // of no code of the value set
	Below      Modifier = "below"   // the code or one under it
	OfType     Modifier = "of-type" // the identifier of the type
)

// Prefix is the comparison in front of a date, number or quantity.
type Prefix string

// The prefixes of R4.
const (
	Eq Prefix = "eq"
	Ne Prefix = "ne"
	Gt Prefix = "gt"
	Lt Prefix = "lt"
	Ge Prefix = "ge"
	Le Prefix = "le"
	Sa Prefix = "sa"
	Eb Prefix = "eb"
	Ap Prefix = "ap"
)

// Value is one typed value. Which fields are set depends on the type of the parameter.
type Value struct {
	Text string // as sent: the string, the uri, the code of a token, the id of a reference

	System    string // token, quantity: system before the bar
	HasSystem bool   // there was a bar; an empty System then means "no system" in a token, "any" in a quantity
	AnyCode   bool   // token: "system|", any code of the system

	OfSystem, OfCode string // token with of-type: the type of the identifier, whose value is Text

	Type string // reference: resource type, "" when only an id was sent
	URL  string // reference: the absolute URL when it points to another server

	Prefix    Prefix    // date, number, quantity
	Low, High time.Time // date: the span the value covers, High excluded
	DateOnly  bool      // date: no time of day was sent; Low and High are then days in UTC

	Number    string // number, quantity: the decimal as sent
	NumberLow string // number, quantity: lower end of the implied range, as a decimal
	NumberTop string // number, quantity: upper end of the implied range
}

// Clause is one parameter of the request. Its values are alternatives; the clauses of a
// query all have to hold.
type Clause struct {
	Param    *Param
	Modifier Modifier
	Values   []Value
	Missing  bool // with the modifier missing: what was asked

	// In place of values: what has to hold at the other end of a reference, for one of
	// the chains; or a whole condition.
	Chains []Chain
	Filter *Filter
}

// OfValues refuses what looks beyond the values of the resource itself, for types that
// compare values alone. Errors: core.Invalid.
func (c *Clause) OfValues() error {
	switch {
	case c.Filter != nil || len(c.Chains) > 0:
		return core.ErrorAt(core.Invalid, c.Param.Name, "conditions on other resources, and _filter, are not supported on this type")
	case c.Modifier == In, c.Modifier == NotIn, c.Modifier == Below, c.Modifier == OfType:
		return core.ErrorAt(core.Invalid, c.Param.Name+":"+string(c.Modifier), "the modifier :%s is not supported on this type", c.Modifier)
	}
	return nil
}

// Sort is one key of _sort.
type Sort struct {
	Param *Param
	Desc  bool
}

// Include is one _include or _revinclude.
type Include struct {
	Source string // resource type that holds the reference
	Param  string // its search parameter, "*" for all
	Target string // resource type pointed to, "" for any

	Iterate bool // from what was included too
}

// Total says how exact Bundle.total has to be.
type Total string

// The values of _total.
const (
	TotalNone     Total = "none"
	TotalEstimate Total = "estimate"
	TotalAccurate Total = "accurate"
)

// Query is one search on one resource type.
type Query struct {
	Type        string
	Clauses     []Clause
	Sort        []Sort
	Count       int    // entries a page, at least 1; 0 when only the total is asked
	Cursor      string // where the page starts, as the page before gave it; "" for the first
	Offset      int    // entries to pass over; only on bases with numbered pages
	Total       Total
	Includes    []Include
	RevIncludes []Include
	Summary     string   // _summary: "", true, text, data, count, false
	Elements    []string // _elements

	// Given holds the parameters that were understood, as they were sent, without the
	// place of the page. Parsed again they make the same query, so links are made of it.
	Given url.Values
}

// AnyOf makes one query of several on the same type: it finds what any of them finds. All
// but the conditions is that of the first.
func AnyOf(list []*Query) *Query {
	if len(list) == 1 {
		return list[0]
	}
	joined := *list[0]
	joined.Clauses = nil
	var any []Filter
	for _, q := range list {
		if len(q.Clauses) == 0 { // finds everything
			return &joined
		}
		var all []Filter
		for i := range q.Clauses {
			all = append(all, Filter{Clause: &q.Clauses[i]})
			if q.Clauses[i].Filter != nil {
				all[i] = *q.Clauses[i].Filter
			}
		}
		any = append(any, Filter{All: all})
	}
	joined.Clauses = []Clause{{Param: &filterParam, Filter: &Filter{Any: any}}}
	return &joined
}
