package mapping

import (
	"reflect"
	"strings"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/persistence"
)

// chain makes the predicate of a condition on what a reference points to, or on what
// points here. https://hl7.org/fhir/R4/search.html#chaining
func (c *Catalogue) chain(q *search.Clause, out *persistence.Query) (clause.Expression, error) {
	var any anyOf
	for i := range q.Chains {
		link := &q.Chains[i]
		for _, other := range c.related(link.Type) {
			var matches []clause.Expression
			var err error
			if link.Param != nil {
				matches, err = c.pointedTo(link, other)
			} else {
				matches, err = c.pointing(q.Param.Name, link, other, out)
			}
			if err != nil {
				return nil, err
			}
			any = append(any, matches...)
		}
	}
	if len(any) == 0 && len(c.related(c.Resource)) > 1 {
		return persistence.Nothing(), nil // another place the type is kept in may have an answer
	}
	if len(any) == 0 {
		return nil, core.ErrorAt(core.Invalid, q.Param.Name, "this reference cannot be followed in a search")
	}
	return any, nil
}

func (c *Catalogue) related(resource string) []*Catalogue {
	if c.Related == nil {
		return nil
	}
	return c.Related(resource)
}

// pointing matches rows of ours that point to rows of the other type which meet the
// condition.
func (c *Catalogue) pointing(param string, link *search.Chain, other *Catalogue, out *persistence.Query) ([]clause.Expression, error) {
	var matches []clause.Expression
	for i := range c.Attributes {
		a := &c.Attributes[i]
		if a.Kind != search.Reference || !a.answers(param) || other.UUID == "" {
			continue
		}
		among := func(column clause.Column) (clause.Expression, error) {
			if column.Table != other.Table && tableOf(c.Table, column.Table) != other.Table {
				return persistence.Nothing(), nil // it points to another place the type is kept in
			}
			return other.chosen(column, persistence.Column(other.Table, other.UUID), link)
		}
		var match clause.Expression
		var err error
		switch {
		case a.Follow != nil:
			match, err = a.Follow(among)
		case a.Match == nil && a.Column != "":
			match, err = among(c.column(a, out))
		default:
			continue
		}
		if err != nil {
			return nil, err
		}
		matches = append(matches, match)
	}
	return matches, nil
}

// pointedTo matches rows of ours that rows of the other type point to which meet the
// condition.
func (c *Catalogue) pointedTo(link *search.Chain, other *Catalogue) ([]clause.Expression, error) {
	var matches []clause.Expression
	for i := range other.Attributes {
		a := &other.Attributes[i]
		if a.Kind != search.Reference || !a.answers(link.Param.Name) || a.Match != nil || a.Column == "" || c.UUID == "" {
			continue
		}
		table := a.Table
		if table == "" {
			table = other.Table
		}
		if table != c.Table && tableOf(other.Table, table) != c.Table {
			continue
		}
		match, err := other.chosen(persistence.Column(c.Table, c.UUID), persistence.Column(table, a.Column), link, a.Table)
		if err != nil {
			return nil, err
		}
		matches = append(matches, match)
	}
	return matches, nil
}

// chosen matches when the column is among what the rows that meet the condition have in
// the column pick.
func (c *Catalogue) chosen(column, pick clause.Column, link *search.Chain, relations ...string) (clause.Expression, error) {
	var q persistence.Query
	for _, relation := range relations {
		if relation != "" {
			c.join(relation, &q)
		}
	}
	for _, join := range c.Join {
		if len(c.Only) > 0 { // what narrows every search may look at any of them
			q.Join = append(q.Join, join)
		}
	}
	where, err := c.clause(&link.Clause, &q)
	if err != nil {
		return nil, err
	}
	q.Where = append([]clause.Expression{where}, c.Only...)
	return persistence.Chosen(column, modelOf(c.Table), pick, q), nil
}

// tableOf gives the table behind a relation of a table's model ("Family__Head"), "" when
// there is none.
func tableOf(table, relation string) string {
	model := modelOf(table)
	for _, name := range strings.Split(relation, "__") {
		if model == nil {
			return ""
		}
		field, ok := model.FieldByName(name)
		if !ok {
			return ""
		}
		for model = field.Type; model.Kind() == reflect.Pointer || model.Kind() == reflect.Slice; {
			model = model.Elem()
		}
	}
	named, _ := reflect.New(model).Interface().(interface{ TableName() string })
	if named == nil {
		return ""
	}
	return named.TableName()
}

// modelOf gives the model of a table.
func modelOf(table string) reflect.Type { return models()[table] }

// filter makes the predicate of a _filter. https://hl7.org/fhir/R4/search_filter.html
func (c *Catalogue) filter(f *search.Filter, out *persistence.Query) (clause.Expression, error) {
	switch {
	case f.Clause != nil:
		return c.clause(f.Clause, out)
	case f.Not != nil:
		inner, err := c.filter(f.Not, out)
		return not{settled(inner)}, err
	}
	join := func(list []search.Filter) ([]clause.Expression, error) {
		var all []clause.Expression
		for i := range list {
			one, err := c.filter(&list[i], out)
			if err != nil {
				return nil, err
			}
			all = append(all, one)
		}
		return all, nil
	}
	if len(f.All) > 0 {
		all, err := join(f.All)
		return allOf(all), err
	}
	any, err := join(f.Any)
	return anyOf(any), err
}

// settled is false where the expression is neither true nor false, as SQL finds of a
// column without a value: what has no value is not the value.
func settled(e clause.Expression) clause.Expression { return known{e} }

type known struct{ clause.Expression }

// Build writes the expression so that it is true or false.
func (k known) Build(b clause.Builder) {
	_, _ = b.WriteString("CASE WHEN ")
	k.Expression.Build(b)
	_, _ = b.WriteString(" THEN 1 ELSE 0 END = 1")
}
