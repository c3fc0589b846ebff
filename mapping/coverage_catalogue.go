package mapping

import (
	"time"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/persistence"
)

const financialStatus = "http://hl7.org/fhir/fm-status"

var patientTarget = []string{"Patient"}

// CoverageCatalogue says how the covers of members are searched; today is asked at every
// search, since the status of a cover depends on the day.
func CoverageCatalogue(today func() persistence.Date) *Catalogue {
	in := func(relation, column string) clause.Column { return persistence.Column(relation, column) }
	dates := coverDates{
		status: in("Policy", "PolicyStatus"),
		start:  []clause.Column{in("tblInsureePolicy", "StartDate"), in("Policy", "StartDate")},
		end:    []clause.Column{in("tblInsureePolicy", "ExpiryDate"), in("Policy", "ExpiryDate")},
	}
	return &Catalogue{
		Resource: "Coverage", Table: "tblInsureePolicy", Holder: "tblInsureePolicy", HolderKey: "InsureePolicyID", Profile: structure("openimis-coverage"),
		Join: []string{"Policy.Product", "Policy.Family.Head", "Insuree"},
		Attributes: coverAttributes(dates, today,
			Attribute{Table: "Policy", Column: "PolicyUUID"}, Attribute{Table: "Insuree", Column: "InsureeUUID"},
			Attribute{Table: "Policy__Family__Head", Column: "InsureeUUID"}, "Policy__Product"),
	}
}

// PolicyCoverageCatalogue says how whole policies are searched as Coverages of the head.
func PolicyCoverageCatalogue(today func() persistence.Date) *Catalogue {
	dates := coverDates{
		status: persistence.Column("tblPolicy", "PolicyStatus"),
		start:  []clause.Column{persistence.Column("tblPolicy", "StartDate")},
		end:    []clause.Column{persistence.Column("tblPolicy", "ExpiryDate")},
	}
	head := Attribute{Table: "Family__Head", Column: "InsureeUUID"}
	return &Catalogue{
		Resource: "Coverage", Table: "tblPolicy", UUID: "PolicyUUID", Profile: structure("openimis-coverage"),
		Join:       []string{"Product", "Family.Head"},
		Attributes: coverAttributes(dates, today, Attribute{Column: "PolicyUUID"}, head, head, "Product"),
	}
}

func coverAttributes(dates coverDates, today func() persistence.Date, uuid, member, head Attribute, product string) []Attribute {
	uuid.Name, uuid.Element, uuid.Search, uuid.Kind = "uuid", "identifier", "identifier", search.Token
	uuid.Documentation = "The UUID of the policy."
	member.Name, member.Element, member.Search, member.Also = "insuree", "beneficiary", "beneficiary", []string{"patient"}
	member.Kind, member.Targets, member.Documentation = search.Reference, patientTarget, "The person covered."
	head.Name, head.Element, head.Search, head.Kind = "head", "policyHolder", "policy-holder", search.Reference
	head.Targets, head.Documentation = patientTarget, "The head of the family the policy was sold to."
	payor := head
	payor.Element, payor.Search = "payor", "payor"
	return []Attribute{
		uuid, member, head, payor,
		{
			Name: "status", Element: "status", Search: "status", Kind: search.Token, Match: dates.statusMatch(today),
			Documentation: "draft while not paid, active, cancelled when suspended or past its last day.",
		},
		always("class-type", coverageClass, "plan"),
		{
			Name: "productCode", Table: product, Column: "ProductCode", Element: "class.value", Search: "class-value",
			Kind: search.String, Documentation: "The code of the product.",
		},
		{
			Name: "period", Element: "period", Search: "period", Kind: search.Date, Match: dates.periodMatch,
			Definition: searchParameter("Coverage-period"), Documentation: "From the first to the last day of the cover.",
		},
	}
}

// coverDates names the columns the state and period of a cover are in: where the first
// column of start and end is empty, the second counts.
type coverDates struct {
	status     clause.Column
	start, end []clause.Column
}

// fallback compares the first of the columns that is not empty; it is false, never
// unknown, when all are.
func fallback(columns []clause.Column, op persistence.Comparison, value any) clause.Expression {
	any := anyOf{}
	var before allOf
	for _, column := range columns {
		any = append(any, append(append(allOf{}, before...), held(column, persistence.Compare(column, op, value))))
		before = append(before, persistence.IsNull(column))
	}
	return any
}

func empty(columns []clause.Column) clause.Expression {
	var all allOf
	for _, column := range columns {
		all = append(all, persistence.IsNull(column))
	}
	return all
}

// statusMatch answers as CoverageStatus renders.
func (d coverDates) statusMatch(today func() persistence.Date) matcher {
	is := func(states ...int) clause.Expression { return held(d.status, persistence.In(d.status, states)) }
	return oneSystem(financialStatus, func(code string) clause.Expression {
		past := fallback(d.end, "<", today())
		switch code {
		case "active":
			return AllOf(is(PolicyActive), Not(past))
		case "cancelled":
			return AnyOf(is(PolicySuspended, PolicyExpired), AllOf(is(PolicyActive), past))
		case "draft":
			return Not(is(PolicyActive, PolicySuspended, PolicyExpired))
		}
		return persistence.Nothing()
	})
}

func (d coverDates) periodMatch(modifier search.Modifier, v search.Value) (clause.Expression, error) {
	if modifier != search.NoModifier {
		return nil, refused(modifier)
	}
	s := span{
		noStart: empty(d.start), noEnd: empty(d.end),
		start: func(op persistence.Comparison, at time.Time) clause.Expression {
			return fallback(d.start, op, persistence.Day(dayAtOrAfter(at)))
		},
		end: func(op persistence.Comparison, at time.Time) clause.Expression {
			return fallback(d.end, op, persistence.Day(dayAtOrBefore(at)))
		},
	}
	return s.match(v)
}

// CompileCoverage compiles a search on covers of members, whose id and moment of change
// are made of two rows. Errors: core.Invalid.
func CompileCoverage(c *Catalogue, q *search.Query) (persistence.Query, error) {
	plain := *q
	plain.Clauses = nil
	var own []clause.Expression
	for i := range q.Clauses {
		var where clause.Expression
		var err error
		switch asked := &q.Clauses[i]; asked.Param.Name {
		case "_id":
			where, err = coverIDs(asked)
		case "_lastUpdated":
			where, err = c.coverUpdated(asked)
		default:
			plain.Clauses = append(plain.Clauses, *asked)
			continue
		}
		if err != nil {
			return persistence.Query{}, err
		}
		own = append(own, where)
	}
	for _, key := range q.Sort {
		if name := key.Param.Name; name == "_id" || name == "_lastUpdated" {
			return persistence.Query{}, core.ErrorAt(core.Invalid, "_sort", "Coverage cannot be sorted by %q", name)
		}
	}
	query, err := c.Compile(&plain)
	query.Where = append(query.Where, own...)
	return query, err
}

func coverIDs(asked *search.Clause) (clause.Expression, error) {
	if asked.Modifier == search.Missing {
		return everything(!asked.Missing), nil
	}
	if asked.Modifier != search.NoModifier && asked.Modifier != search.Not {
		return nil, core.ErrorAt(core.Invalid, "_id", "the modifier %q is not supported on this parameter", asked.Modifier)
	}
	any := anyOf{persistence.Nothing()}
	for _, value := range asked.Values {
		policy, insuree, ok := ParseCoverageID(value.Text)
		if !ok {
			continue
		}
		any = append(any, AllOf(
			persistence.In(persistence.Column("Policy", "PolicyUUID"), []persistence.UUID{policy}),
			persistence.Compare(persistence.Column("tblInsureePolicy", "InsureeID"), "=", insuree)))
	}
	if asked.Modifier == search.Not {
		return Not(any), nil
	}
	return any, nil
}

// coverUpdated compares the later of the two moments of change: it is at or after a
// moment when one of them is, and before it when both are.
func (c *Catalogue) coverUpdated(asked *search.Clause) (clause.Expression, error) {
	if asked.Modifier == search.Missing {
		return everything(!asked.Missing), nil
	}
	if asked.Modifier != search.NoModifier {
		return nil, core.ErrorAt(core.Invalid, "_lastUpdated", "the modifier %q is not supported on this parameter", asked.Modifier)
	}
	member := searched{
		Attribute: &Attribute{Search: "_lastUpdated"}, holds: holdsDateTime, column: persistence.Column("tblInsureePolicy", "ValidityFrom"),
	}
	policy := member
	policy.column = persistence.Column("Policy", "ValidityFrom")
	both := func(prefix search.Prefix, v search.Value) (all, any clause.Expression, err error) {
		v.Prefix = prefix
		a, err := member.date(c.now(), v)
		if err != nil {
			return nil, nil, err
		}
		b, err := policy.date(c.now(), v)
		a = AllOf(Not(persistence.IsNull(member.column)), a)
		return AllOf(AnyOf(persistence.IsNull(member.column), a), b), AnyOf(a, b), err
	}
	any := anyOf{}
	for _, v := range asked.Values {
		switch v.Prefix {
		case search.Gt, search.Ge, search.Sa:
			_, later, err := both(v.Prefix, v)
			if err != nil {
				return nil, err
			}
			any = append(any, later)
		case search.Lt, search.Le, search.Eb:
			earlier, _, err := both(v.Prefix, v)
			if err != nil {
				return nil, err
			}
			any = append(any, earlier)
		case search.Eq, search.Ne, search.Ap, "":
			if v.Prefix == search.Ap {
				slack := c.now().Sub(v.Low).Abs() / 10
				v.Low, v.High = v.Low.Add(-slack), v.High.Add(slack)
			}
			_, from, err := both(search.Ge, v)
			if err != nil {
				return nil, err
			}
			until, _, err := both(search.Le, v)
			if err != nil {
				return nil, err
			}
			within := AllOf(from, until)
			if v.Prefix == search.Ne {
				within = Not(within)
			}
			any = append(any, within)
		default:
			return nil, core.ErrorAt(core.Invalid, "_lastUpdated", "the prefix %q is not supported", v.Prefix)
		}
	}
	return any, nil
}

// OneCover keeps one row where a member was put under the same policy more than once, as
// the older server did at every change of a person: the first, which covers from the
// earliest day.
func OneCover() clause.Expression {
	const table, other = "tblInsureePolicy", "earlier_cover"
	mine := func(name string) clause.Column { return persistence.Column(table, name) }
	its := func(name string) clause.Column { return clause.Column{Table: other, Name: name} }
	return clause.Expr{
		SQL: "NOT EXISTS (SELECT 1 FROM ? WHERE ? = ? AND ? = ? AND ? IS NULL AND ? < ?)",
		Vars: []any{
			clause.Table{Name: table, Alias: other}, its("PolicyId"), mine("PolicyId"), its("InsureeID"), mine("InsureeID"),
			its("ValidityTo"), its("InsureePolicyID"), mine("InsureePolicyID"),
		},
	}
}

// NoCover holds for rows whose member is not, or no longer, covered by their policy.
func NoCover() clause.Expression {
	const table, other = "tblInsureePolicy", "live_cover"
	mine := func(name string) clause.Column { return persistence.Column(table, name) }
	its := func(name string) clause.Column { return clause.Column{Table: other, Name: name} }
	return AnyOf(Not(persistence.IsNull(persistence.Column("Policy", "ValidityTo"))), clause.Expr{
		SQL:  "NOT EXISTS (SELECT 1 FROM ? WHERE ? = ? AND ? = ? AND ? IS NULL)",
		Vars: []any{clause.Table{Name: table, Alias: other}, its("PolicyId"), mine("PolicyId"), its("InsureeID"), mine("InsureeID"), its("ValidityTo")},
	})
}
