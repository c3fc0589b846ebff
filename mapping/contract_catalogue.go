package mapping

import (
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/persistence"
)

const systemContractStatus = "http://hl7.org/fhir/contract-status"

// ContractCatalogue says how policies are searched; today is asked at every search, since
// the status of a policy depends on the day.
func ContractCatalogue(today func() persistence.Date) *Catalogue {
	return &Catalogue{
		Resource: "Contract", Table: "tblPolicy", UUID: "PolicyUUID", Holder: "tblPolicy", HolderKey: "PolicyID", Profile: structure("openimis-contract"),
		Join: []string{"Product", "Family.Head", "Officer"},
		Attributes: []Attribute{
			{Name: "uuid", Column: "PolicyUUID", Element: "identifier", Search: "identifier", Kind: search.Token, Documentation: "The UUID of the policy."},
			{Name: "status", Element: "status", Search: "status", Kind: search.Token, Writable: true, Match: contractStatusMatch(today),
				Documentation: "offered while not paid, executable when paid and not activated yet, executed while active, disputed when suspended, terminated past its last day."},
			{Name: "enrollDate", Column: "EnrollDate", Element: "issued", Search: "issued", Kind: search.Date, Sortable: true, Writable: true, Required: true,
				Documentation: "The day of enrolment."},
			{Name: "family", Table: "Family", Column: "FamilyUUID", Element: "subject", Search: "subject", Kind: search.Reference, Targets: []string{"Group"}, Writable: true, Required: true,
				Documentation: "The family the policy was sold to."},
			{Name: "insuree", Column: "PolicyID", Element: "term.asset.typeReference", Search: "patient", Kind: search.Reference, Targets: patientTarget, Match: withCovered, Writable: true,
				Documentation: "A person the policy covers."},
			{Name: "policyStage", Column: "PolicyStage", Element: "legalState", Writable: true},
			{Name: "officer", Column: "OfficerID", Element: "author", Writable: true, Required: true},
			{Name: "product", Column: "ProdID", Element: "term.asset.valuedItem.entityReference", Writable: true, Required: true},
			{Name: "value", Column: "PolicyValue", Element: "term.asset.valuedItem.net"},
			{Name: "startDate", Column: "StartDate", Element: "term.asset.period.start"},
			{Name: "effectiveDate", Column: "EffectiveDate", Element: "term.asset.usePeriod.start"},
			{Name: "expiryDate", Column: "ExpiryDate", Element: "term.asset.period.end"},
		},
	}
}

// contractStatusMatch answers as ContractState tells.
func contractStatusMatch(today func() persistence.Date) matcher {
	status, expiry := persistence.Column("tblPolicy", "PolicyStatus"), persistence.Column("tblPolicy", "ExpiryDate")
	is := func(states ...int) clause.Expression { return held(status, persistence.In(status, states)) }
	return oneSystem(systemContractStatus, func(code string) clause.Expression {
		past := held(expiry, persistence.Compare(expiry, "<", today()))
		switch code {
		case ContractCode(PolicyIdle):
			return Not(is(PolicyActive, PolicySuspended, PolicyExpired, PolicyReady))
		case ContractCode(PolicyActive):
			return AllOf(is(PolicyActive), Not(past))
		case ContractCode(PolicySuspended):
			return is(PolicySuspended)
		case ContractCode(PolicyReady):
			return is(PolicyReady)
		case ContractCode(PolicyExpired):
			return AnyOf(is(PolicyExpired), AllOf(is(PolicyActive), past))
		}
		return persistence.Nothing()
	})
}

// withCovered matches the policies that cover a person.
func withCovered(modifier search.Modifier, v search.Value) (clause.Expression, error) {
	if modifier != search.NoModifier {
		return nil, core.ErrorAt(core.Invalid, "patient", "the modifier %q is not supported on this parameter", modifier)
	}
	id, ok := persistence.ParseUUID(v.Text)
	if !ok || v.URL != "" || v.Type != "" && v.Type != "Patient" {
		return persistence.Nothing(), nil
	}
	return persistence.Exists("tblInsureePolicy", "PolicyId", persistence.Column("tblPolicy", "PolicyID"),
		persistence.Exists("tblInsuree", "InsureeID", persistence.Column("tblInsureePolicy", "InsureeID"),
			persistence.In(persistence.Column("tblInsuree", "InsureeUUID"), []persistence.UUID{id}))), nil
}

// CompileContract compiles a search on policies, which change when what hangs on them
// does. Errors: core.Invalid.
func CompileContract(c *Catalogue, q *search.Query) (persistence.Query, error) {
	plain := *q
	plain.Clauses = nil
	var own []clause.Expression
	for i := range q.Clauses {
		if q.Clauses[i].Param.Name != "_lastUpdated" {
			plain.Clauses = append(plain.Clauses, q.Clauses[i])
			continue
		}
		where, err := c.contractUpdated(&q.Clauses[i])
		if err != nil {
			return persistence.Query{}, err
		}
		own = append(own, where)
	}
	for _, key := range q.Sort {
		if key.Param.Name == "_lastUpdated" {
			return persistence.Query{}, core.ErrorAt(core.Invalid, "_sort", "Contract cannot be sorted by %q", key.Param.Name)
		}
	}
	query, err := c.Compile(&plain)
	query.Where = append(query.Where, own...)
	return query, err
}

// contractUpdated compares the last moment at which a policy, a cover or a contribution
// changed: it is at or after a moment when one of theirs is, and before it when none is.
func (c *Catalogue) contractUpdated(asked *search.Clause) (clause.Expression, error) {
	if asked.Modifier == search.Missing {
		return everything(!asked.Missing), nil
	}
	if asked.Modifier != search.NoModifier {
		return nil, core.ErrorAt(core.Invalid, "_lastUpdated", "the modifier %q is not supported on this parameter", asked.Modifier)
	}
	any := anyOf{}
	for _, v := range asked.Values {
		if v.Prefix == search.Ap {
			slack := c.now().Sub(v.Low).Abs() / 10
			v.Low, v.High = v.Low.Add(-slack), v.High.Add(slack)
		}
		from, err := c.contractChanged(search.Ge, v)
		if err != nil {
			return nil, err
		}
		behind, err := c.contractChanged(search.Gt, v)
		if err != nil {
			return nil, err
		}
		switch v.Prefix {
		case search.Ge:
			any = append(any, from)
		case search.Gt, search.Sa:
			any = append(any, behind)
		case search.Lt, search.Eb:
			any = append(any, Not(from))
		case search.Le:
			any = append(any, Not(behind))
		case search.Ne:
			any = append(any, Not(AllOf(from, Not(behind))))
		case search.Eq, search.Ap, "":
			any = append(any, AllOf(from, Not(behind)))
		default:
			return nil, core.ErrorAt(core.Invalid, "_lastUpdated", "the prefix %q is not supported", v.Prefix)
		}
	}
	return any, nil
}

// contractChanged matches policies of which something changed at the time, as the prefix
// compares it.
func (c *Catalogue) contractChanged(prefix search.Prefix, v search.Value) (clause.Expression, error) {
	v.Prefix = prefix
	moment := func(table, name string) (clause.Expression, error) {
		column := persistence.Column(table, name)
		s := searched{Attribute: &Attribute{Search: "_lastUpdated"}, holds: holdsDateTime, column: column}
		at, err := s.date(c.now(), v)
		return AllOf(Not(persistence.IsNull(column)), at), err
	}
	own, err := moment("tblPolicy", "ValidityFrom")
	if err != nil {
		return nil, err
	}
	changed := anyOf{own}
	for _, line := range [][2]string{{"tblInsureePolicy", "PolicyId"}, {"tblPremium", "PolicyID"}} {
		table, key := line[0], line[1]
		from, err := moment(table, "ValidityFrom")
		if err != nil {
			return nil, err
		}
		to, err := moment(table, "ValidityTo")
		if err != nil {
			return nil, err
		}
		changed = append(changed, clause.Expr{
			SQL: "EXISTS (SELECT 1 FROM ? WHERE ? = ? AND ? IS NULL AND ?)",
			Vars: []any{
				clause.Table{Name: table}, persistence.Column(table, key), persistence.Column("tblPolicy", "PolicyID"),
				persistence.Column(table, "LegacyID"), AnyOf(from, to),
			},
		})
	}
	return changed, nil
}
