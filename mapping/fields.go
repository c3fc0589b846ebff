package mapping

import (
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// The same attributes under the names of openIMIS. A field is the name of an attribute, or
// a way through links to one: "location.parent.uuid". What a door knows as
// location_Parent_Uuid or location__parent__uuid is split into such a way by the door.

// Link is a step from the rows of a catalogue to those of another table.
type Link struct {
	Name     string // the openIMIS word, such as "headInsuree"
	Column   string // column of the catalogue's table
	Table    string // table it leads to; "" where only its key or code is looked at
	Pick     string // column of that table that Column is compared with
	Relation string // to-one relation of the model, for sorting; "" for none
}

// fieldCatalogues are the catalogues that links lead to.
var fieldCatalogues = []*Catalogue{Patient, Group, Location, Organization, MedicationCatalogue, ActivityDefinitionCatalogue,
	ItemPriceLists, ServicePriceLists, itemPriceDetails, servicePriceDetails, Products,
	Claims, claimItems, claimServices, ClaimAttachments, BatchRuns, RelativeIndexes, ClaimAdmins, Officers, officerVillages, Diagnoses, Users, userRoles, userDistricts, Roles, RoleRights, Payers,
	Policies, Premiums, Payments, paymentDetails, contentTypes, Invoices, Bills, InvoicePayments,
	ContributionPlans, ContributionPlanBundles, ContributionPlanBundleDetails, HolderContracts, HolderContractDetails}

func catalogueOf(table string) *Catalogue {
	for _, c := range fieldCatalogues {
		if c.Table == table {
			return c
		}
	}
	return nil
}

// Field is one column looked at under the name of openIMIS.
type Field struct {
	catalogue *Catalogue
	links     []*Link // what is gone through
	column    string
	model     string // table of the column
}

// Field finds the column at the end of a way. Errors: core.Invalid.
func (c *Catalogue) Field(path []string) (*Field, error) {
	f := &Field{catalogue: c}
	at := c
	for i, name := range path {
		last := i == len(path)-1
		if last {
			if f.column = at.columnOf(name); f.column != "" {
				f.model = at.Table
				return f, nil
			}
		}
		link := at.link(name)
		rest := path[i+1:]
		switch {
		case link == nil:
			return nil, core.Errorf(core.Invalid, "there is no field %s", strings.Join(path, "."))
		case last || len(rest) == 1 && (rest[0] == "id" || rest[0] == "code") && (link.Table == "" || rest[0] == "id"):
			f.column, f.model = link.Column, at.Table // the key itself: no need to go there
			return f, nil
		case link.Table == "":
			return nil, core.Errorf(core.Invalid, "there is no field %s", strings.Join(path, "."))
		}
		f.links = append(f.links, link)
		at = catalogueOf(link.Table)
		if at == nil {
			return nil, core.Errorf(core.Internal, "no catalogue is kept of %s", link.Table)
		}
	}
	return nil, core.Errorf(core.Invalid, "a field needs a name")
}

func (c *Catalogue) link(name string) *Link {
	for i := range c.Links {
		if c.Links[i].Name == name {
			return &c.Links[i]
		}
	}
	return nil
}

// columnOf gives the column of the catalogue's own table that has the name, "" for none.
func (c *Catalogue) columnOf(name string) string {
	switch name {
	case "uuid":
		return c.UUID
	case "id":
		return primaryKey(c.Table)
	case "validityFrom":
		return c.changed()
	case "validityTo":
		return "ValidityTo"
	}
	for i := range c.Attributes {
		if a := &c.Attributes[i]; a.Name == name && a.Table == "" && a.Column != "" && a.Column != primaryKey(c.Table) && c.link(name) == nil {
			return a.Column
		}
	}
	return ""
}

// primaryKey names the primary key of a table.
func primaryKey(table string) string {
	model := modelOf(table)
	if model == nil {
		return ""
	}
	for _, field := range reflect.VisibleFields(model) {
		column, rest, found := strings.Cut(strings.TrimPrefix(field.Tag.Get("gorm"), "column:"), ";")
		if found && strings.HasPrefix(rest, "primaryKey") {
			return column
		}
	}
	return ""
}

// Kind tells of what Go type the column's values are.
func (f *Field) Kind() reflect.Type { return columnType(f.model, "", f.column) }

// Lookups are the ways a field is compared: with nothing, equal.
var Lookups = []string{"", "Iexact", "Icontains", "Istartswith", "Gt", "Gte", "Lt", "Lte", "Isnull", "In", "Ne"}

// Where makes the predicate that the field compares with the value as the lookup says. The
// value is a string, bool, int, float64, decimal, Date, DateTime, or a list of them.
// Errors: core.Invalid for a value the field cannot be compared with.
func (f *Field) Where(lookup string, value any) (clause.Expression, error) {
	return f.where(f.catalogue, f.links, lookup, value)
}

func (f *Field) where(at *Catalogue, links []*Link, lookup string, value any) (clause.Expression, error) {
	if len(links) == 0 {
		return f.compare(persistence.Column(at.Table, f.column), lookup, value)
	}
	link := links[0]
	inner, err := f.where(catalogueOf(link.Table), links[1:], lookup, value)
	if err != nil {
		return nil, err
	}
	return persistence.Chosen(persistence.Column(at.Table, link.Column), modelOf(link.Table), persistence.Column(link.Table, link.Pick),
		persistence.Query{Where: []clause.Expression{inner}}), nil
}

var comparisons = map[string]persistence.Comparison{"": "=", "Gt": ">", "Gte": ">=", "Lt": "<", "Lte": "<="}

func (f *Field) compare(column clause.Column, lookup string, value any) (clause.Expression, error) {
	switch lookup {
	case "Isnull":
		if value == true {
			return persistence.IsNull(column), nil
		}
		return Not(persistence.IsNull(column)), nil
	case "Ne":
		same, err := f.compare(column, "", value)
		return anyOf{persistence.IsNull(column), not{same}}, err
	case "In":
		list, _ := value.([]any)
		any := anyOf{persistence.Nothing()}
		for _, one := range list {
			match, err := f.compare(column, "", one)
			if err != nil {
				return nil, err
			}
			any = append(any, match)
		}
		return any, nil
	}
	holds := contentOf(f.model, "", f.column)
	if how, ok := map[string]persistence.TextMatch{"Icontains": persistence.Includes, "Istartswith": persistence.StartsWith, "Iexact": persistence.SameFold}[lookup]; ok {
		if text, isText := value.(string); isText && holds == holdsText {
			return persistence.Text(column, how, text), nil
		}
		return nil, f.refuse()
	}
	op, known := comparisons[lookup]
	if !known {
		return nil, f.refuse()
	}
	if text, isText := value.(string); isText && op == "=" {
		s := searched{Attribute: &Attribute{Column: f.column}, column: column, holds: holds}
		s.least, s.most = bounds(f.model, "", f.column)
		return s.equals(text), nil
	}
	return f.ordered(column, holds, op, value)
}

func (f *Field) refuse() error {
	return core.Errorf(core.Invalid, "%s cannot be compared so", f.column)
}

// ordered compares a column that has an order with a value of its kind.
func (f *Field) ordered(column clause.Column, holds content, op persistence.Comparison, value any) (clause.Expression, error) {
	switch v := value.(type) {
	case bool:
		if holds == holdsBool && op == "=" {
			return persistence.Compare(column, op, v), nil
		}
	case int:
		switch holds {
		case holdsInt:
			least, most := bounds(f.model, "", f.column)
			if int64(v) < least || int64(v) > most {
				return persistence.Nothing(), nil
			}
			return persistence.Compare(column, op, v), nil
		case holdsDecimal:
			return persistence.Compare(column, op, decimal.NewFromInt(int64(v))), nil
		}
	case float64:
		if holds == holdsDecimal {
			return persistence.Compare(column, op, decimal.NewFromFloat(v)), nil
		}
	case decimal.Decimal:
		if holds == holdsDecimal {
			return persistence.Compare(column, op, v), nil
		}
	case persistence.DateTime:
		switch holds {
		case holdsDateTime:
			return persistence.Compare(column, op, v), nil
		case holdsDate:
			return persistence.Compare(column, op, v.Date()), nil
		}
	case persistence.Date:
		switch holds {
		case holdsDate:
			return persistence.Compare(column, op, v), nil
		case holdsDateTime:
			return onDay(column, op, v), nil
		}
	}
	return nil, f.refuse()
}

// onDay compares a moment with a whole day.
func onDay(column clause.Column, op persistence.Comparison, day persistence.Date) clause.Expression {
	begin, end := persistence.At(day.Time), persistence.At(day.Add(24*time.Hour))
	switch op {
	case "=":
		return allOf{persistence.Compare(column, ">=", begin), persistence.Compare(column, "<", end)}
	case ">":
		return persistence.Compare(column, ">=", end)
	case "<=":
		return persistence.Compare(column, "<", end)
	}
	return persistence.Compare(column, op, begin)
}

// OrderBy sorts the query by the field. Errors: core.Invalid for a field that cannot be
// sorted by.
func (f *Field) OrderBy(desc bool, q *persistence.Query) error {
	column := persistence.Column(f.catalogue.Table, f.column)
	if len(f.links) > 0 {
		var relations []string
		for _, link := range f.links {
			if link.Relation == "" {
				return core.ErrorAt(core.Invalid, "orderBy", "it cannot be sorted by a field of %s", link.Name)
			}
			relations = append(relations, link.Relation)
		}
		f.catalogue.join(strings.Join(relations, "."), q)
		column = persistence.Column(strings.Join(relations, "__"), f.column)
	}
	if !slices.ContainsFunc(q.Order, func(o persistence.Order) bool { return o.Column == column }) {
		q.Order = append(q.Order, persistence.Order{Column: column, Desc: desc})
	}
	return nil
}
