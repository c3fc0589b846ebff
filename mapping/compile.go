package mapping

import (
	"slices"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/persistence"
)

// clause makes the predicate of one parameter: any of its values in any of the columns
// that answer to the name.
func (c *Catalogue) clause(q *search.Clause, out *persistence.Query) (clause.Expression, error) {
	switch {
	case q.Filter != nil:
		return c.filter(q.Filter, out)
	case len(q.Chains) > 0:
		return c.chain(q, out)
	case q.Modifier == search.In || q.Modifier == search.NotIn:
		return c.inValueSet(q, out)
	case isMetaParam(q.Param.Name):
		return c.said(q)
	}
	columns, err := c.columns(q, out)
	if err != nil {
		return nil, err
	}
	if q.Modifier == search.Missing {
		for _, column := range columns {
			if column.Column == "" { // worked out for every instance
				return everything(!q.Missing), nil
			}
		}
		return missing(columns, q.Missing), nil
	}
	if q.Param.Name == "identifier" && !slices.ContainsFunc(columns, func(s searched) bool { return s.Match != nil }) {
		return c.identified(q, columns)
	}
	modifier := q.Modifier
	switch modifier {
	case search.Not, search.Below: // no code list here has codes under others
		modifier = search.NoModifier
	}
	var any anyOf
	for _, value := range q.Values {
		for _, column := range columns {
			match, err := column.match(c, modifier, value)
			if err != nil {
				return nil, err
			}
			if !persistence.IsNothing(match) {
				any = append(any, match)
			}
		}
	}
	if len(any) == 0 {
		any = append(any, persistence.Nothing())
	}
	if q.Modifier != search.Not {
		return any, nil
	}
	for _, column := range columns {
		if column.Column == "" {
			return not{any}, nil
		}
	}
	// What has no value at all is also not the value; SQL would leave it out.
	return anyOf{missing(columns, true), not{any}}, nil
}

// everything makes the predicate that is met by all, or by none.
func everything(all bool) clause.Expression {
	if all {
		return Not(persistence.Nothing())
	}
	return persistence.Nothing()
}

// inValueSet makes the predicate that a code is one of a value set, or none of it.
// https://hl7.org/fhir/R4/search.html#modifiers
func (c *Catalogue) inValueSet(q *search.Clause, out *persistence.Query) (clause.Expression, error) {
	plain := search.Clause{Param: q.Param}
	if q.Modifier == search.NotIn {
		plain.Modifier = search.Not
	}
	for _, value := range q.Values {
		codes, known := []search.Value(nil), false
		if c.Expand != nil {
			codes, known = c.Expand(value.Text)
		}
		if !known {
			return nil, core.ErrorAt(core.Invalid, q.Param.Name, "there is no value set %q here", value.Text)
		}
		plain.Values = append(plain.Values, codes...)
	}
	return c.clause(&plain, out)
}

// columns gives what the parameter looks into.
func (c *Catalogue) columns(q *search.Clause, out *persistence.Query) ([]searched, error) {
	name := q.Param.Name
	switch name {
	case "_id":
		if c.UUID == "" {
			return nil, core.ErrorAt(core.Invalid, name, "ids of %s are made of several columns; ask for them by _id alone", c.Resource)
		}
		return []searched{c.searched(&Attribute{Column: c.UUID, Kind: search.Token, Search: name}, out)}, nil
	case "_lastUpdated":
		return []searched{c.searched(&Attribute{Column: c.changed(), Kind: search.Date, Search: name}, out)}, nil
	}
	var columns []searched
	for i := range c.Attributes {
		if a := &c.Attributes[i]; a.answers(name) {
			columns = append(columns, c.searched(a, out))
		}
	}
	if len(columns) == 0 {
		return nil, core.ErrorAt(core.Invalid, name, "%s has no search parameter %q", c.Resource, name)
	}
	return columns, nil
}

// searched is one column a parameter looks into.
type searched struct {
	*Attribute
	column clause.Column
	holds  content

	least, most int64 // what a column of whole numbers can hold
}

func (c *Catalogue) searched(a *Attribute, out *persistence.Query) searched {
	s := searched{Attribute: a}
	if a.Column != "" {
		s.column = c.column(a, out)
		s.holds = contentOf(c.Table, a.Table, a.Column)
		s.least, s.most = bounds(c.Table, a.Table, a.Column)
	}
	return s
}

func (s searched) match(c *Catalogue, modifier search.Modifier, value search.Value) (clause.Expression, error) {
	if s.Match != nil {
		return s.Match(modifier, value)
	}
	switch s.Kind {
	case search.Token:
		return s.token(modifier, value)
	case search.String:
		return s.text(modifier, value)
	case search.URI:
		if modifier != search.NoModifier {
			return nil, s.refuse(modifier)
		}
		return persistence.Text(s.column, persistence.Same, value.Text), nil
	case search.Reference:
		return s.reference(modifier, value)
	case search.Date:
		if modifier != search.NoModifier {
			return nil, s.refuse(modifier)
		}
		return s.date(c.now(), value)
	case search.Numeric, search.Quantity:
		if modifier != search.NoModifier {
			return nil, s.refuse(modifier)
		}
		return s.number(value)
	}
	return nil, core.ErrorAt(core.Invalid, s.Search, "a search of type %q is not supported", s.Kind)
}

func (s searched) refuse(modifier search.Modifier) error {
	return core.ErrorAt(core.Invalid, s.Search, "the modifier %q is not supported on this parameter", modifier)
}

// text matches the beginning of a text, ignoring case.
// https://hl7.org/fhir/R4/search.html#string
func (s searched) text(modifier search.Modifier, value search.Value) (clause.Expression, error) {
	switch modifier {
	case search.NoModifier:
		return persistence.Text(s.column, persistence.StartsWith, value.Text), nil
	case search.Exact:
		return persistence.Text(s.column, persistence.Same, value.Text), nil
	case search.Contains:
		return persistence.Text(s.column, persistence.Includes, value.Text), nil
	}
	return nil, s.refuse(modifier)
}

// token matches a code or identifier.
// https://hl7.org/fhir/R4/search.html#token
func (s searched) token(modifier search.Modifier, value search.Value) (clause.Expression, error) {
	if modifier != search.NoModifier {
		return nil, s.refuse(modifier)
	}
	if value.HasSystem && value.System != "" && s.System == "" {
		// The system of an identifier, if its sender gave one, is no column: an answer
		// from the columns alone would be wrong.
		return nil, core.ErrorAt(core.Invalid, s.Search, "the values of this parameter have no system; search for the bare value")
	}
	if value.HasSystem && value.System != "" && !SameSystem(s.System, value.System) || value.HasSystem && value.System == "" && s.System != "" {
		return nothing(s.column), nil
	}
	if value.AnyCode {
		return missing([]searched{s}, false), nil
	}
	if s.Codes == nil {
		return s.equals(value.Text), nil
	}
	var any anyOf
	for _, held := range s.Codes[value.Text] {
		switch held := held.(type) {
		case nil:
			any = append(any, missing([]searched{s}, true))
		case string:
			any = append(any, persistence.Text(s.column, persistence.Same, held))
		default:
			any = append(any, persistence.Compare(s.column, "=", held))
		}
	}
	if len(any) == 0 {
		return nothing(s.column), nil
	}
	return any, nil
}

// reference matches what the row points to, by the UUID of the row pointed to.
// https://hl7.org/fhir/R4/search.html#reference
func (s searched) reference(modifier search.Modifier, value search.Value) (clause.Expression, error) {
	if modifier != search.NoModifier {
		return nil, s.refuse(modifier)
	}
	if value.Type != "" && !oneOf(s.Targets, value.Type) {
		return nil, core.ErrorAt(core.Invalid, s.Search, "this parameter never points to a %s", value.Type)
	}
	if value.URL != "" {
		return nothing(s.column), nil
	}
	return s.equals(value.Text), nil
}

func oneOf(list []string, value string) bool {
	for _, have := range list {
		if have == value {
			return true
		}
	}
	return false
}

// nothing matches no row.
func nothing(clause.Column) clause.Expression { return persistence.Nothing() }

// anyOf holds when one of the expressions does. gorm.Or depends on where it stands among
// its neighbours; these brackets do not.
type anyOf []clause.Expression

// Build writes the expressions between brackets.
func (any anyOf) Build(b clause.Builder) { brackets(b, any, " OR ") }

// allOf holds when all of the expressions do.
type allOf []clause.Expression

// Build writes the expressions between brackets.
func (all allOf) Build(b clause.Builder) { brackets(b, all, " AND ") }

func brackets(b clause.Builder, list []clause.Expression, word string) {
	_ = b.WriteByte('(')
	for i, one := range list {
		if i > 0 {
			_, _ = b.WriteString(word)
		}
		one.Build(b)
	}
	_ = b.WriteByte(')')
}

// not holds when the expression is false.
type not struct{ clause.Expression }

// Build writes the expression between brackets after NOT.
func (n not) Build(b clause.Builder) {
	_, _ = b.WriteString("NOT (")
	n.Expression.Build(b)
	_ = b.WriteByte(')')
}

// AnyOf holds when one of the expressions does; for the Match functions of a catalogue.
func AnyOf(list ...clause.Expression) clause.Expression { return anyOf(list) }

// AllOf holds when all of the expressions do; for the Match functions of a catalogue.
func AllOf(list ...clause.Expression) clause.Expression { return allOf(list) }

// Not holds when the expression is false; for the Match functions of a catalogue.
func Not(e clause.Expression) clause.Expression { return not{e} }
