package resources

import (
	"slices"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// CompatibleCount is how many entries a page of the compatible base has when the client
// does not say.
const CompatibleCount = 10

// CompatibleHabits are the ways of the compatible base that hold for every type. What
// single types do differently is in deviations and, where the rendering differs, in their
// converters, which ask View.Compatible:
//
//	Contract       words for status and stage that are no codes of R4
//	Coverage       one for each policy, of the head of the family; read only
//	Practitioner   name of use "usual", extension with the code of the facility
//	Medication     amount without denominator
//	InsurancePlan  order of the periods
//	amounts        the configured sign in place of an ISO 4217 code
var CompatibleHabits = rest.Habits{
	TrailingSlash:   true,
	PageParam:       "page-offset",
	CountFallback:   true,
	AnswerOne:       []string{"identifier", "code"},
	CodeIDs:         "identifier",
	LenientDecoding: true,
	CreateAnswers:   map[string]string{"Claim": "ClaimResponse"},
	EmptyEntry:      true,
	Ignored:         []string{"format", "contained"},
	IgnoreUnknown:   true, // the older server passes over what it does not know
	PlainJSON:       true,
}

// deviations lists the search parameters of the older server that R4 does not have, by
// resource type and table.
var deviations = []struct {
	resource, table string
	attributes      []mapping.Attribute
}{
	{"Patient", "tblInsuree", []mapping.Attribute{refDate("tblInsuree"), claimDateFrom}},
	{"Claim", "tblClaim", []mapping.Attribute{refDate("tblClaim")}},
	{"Contract", "tblPolicy", []mapping.Attribute{refDate("tblPolicy"), refEndDate("tblPolicy")}},
	{"Coverage", "tblPolicy", []mapping.Attribute{refDate("tblPolicy"), refEndDate("tblPolicy")}},
	{"Location", "tblLocations", []mapping.Attribute{physicalType}},
	{"Organization", "tblHF", []mapping.Attribute{code("HFCode")}},
	{"Organization", "tblPolicyHolder", []mapping.Attribute{code("PolicyHolderCode")}},
	{"Practitioner", "tblClaimAdmin", []mapping.Attribute{code("ClaimAdminCode"), oneKind("ca", "eo")}},
	{"Practitioner", "tblOfficer", []mapping.Attribute{code("Code"), oneKind("eo", "ca")}},
	{"PractitionerRole", "tblClaimAdmin", []mapping.Attribute{code("ClaimAdminCode"), oneKind("ca", "eo")}},
	{"PractitionerRole", "tblOfficer", []mapping.Attribute{code("Code"), oneKind("eo", "ca")}},
	{"Invoice", "tblInvoice", []mapping.Attribute{code("Code"), oneKind("invoice", "bill")}},
	{"Invoice", "tblBill", []mapping.Attribute{code("Code"), oneKind("bill", "invoice")}},
}

// deviating adds to a catalogue what the compatible base has beside it.
func deviating(c *mapping.Catalogue) []mapping.Attribute {
	attributes := slices.Clip(c.Attributes)
	for _, d := range deviations {
		if d.resource == c.Resource && d.table == c.Table {
			attributes = append(attributes, d.attributes...)
		}
	}
	return attributes
}

func ownParameter(id string) string { return mapping.Guide + "SearchParameter/" + id }

// refDate keeps what was changed on the day or later.
func refDate(table string) mapping.Attribute {
	return day("refDate", "Changed on this day or later.", persistence.Column(table, "ValidityFrom"), ">=")
}

// refEndDate keeps what was changed before the day.
func refEndDate(table string) mapping.Attribute {
	return day("refEndDate", "Changed before this day.", persistence.Column(table, "ValidityFrom"), "<")
}

func day(name, documentation string, column clause.Column, op persistence.Comparison) mapping.Attribute {
	return mapping.Attribute{
		Name: name, Element: "meta.lastUpdated", Search: name, Kind: search.Date,
		Definition: ownParameter(name), Documentation: documentation,
		Match: onDay(name, func(d persistence.Date) clause.Expression {
			return persistence.Compare(column, op, persistence.At(d.Time))
		}),
	}
}

// claimDateFrom keeps people with a claim of the day or later.
var claimDateFrom = mapping.Attribute{
	Name: "claimDateFrom", Element: "id", Search: "claimDateFrom", Kind: search.Date,
	Definition: ownParameter("claimDateFrom"), Documentation: "Has a claim that was claimed on this day or later.",
	Match: onDay("claimDateFrom", func(d persistence.Date) clause.Expression {
		return persistence.Exists("tblClaim", "InsureeID", persistence.Column("tblInsuree", "InsureeID"),
			persistence.Compare(persistence.Column("tblClaim", "DateClaimed"), ">=", d))
	}),
}

// onDay makes the match of a parameter that takes one calendar day without prefix.
func onDay(name string, match func(persistence.Date) clause.Expression) func(search.Modifier, search.Value) (clause.Expression, error) {
	return func(modifier search.Modifier, v search.Value) (clause.Expression, error) {
		if modifier != search.NoModifier || v.Prefix != search.Eq && v.Prefix != "" || !v.DateOnly {
			return nil, core.ErrorAt(core.Invalid, name, "a calendar day is needed, such as 2024-05-31")
		}
		return match(persistence.Day(v.Low)), nil
	}
}

// physicalType with the value si asks for health facilities in place of the location
// tree; sites answers it. Other values choose a level of the tree.
var physicalType = mapping.Attribute{
	Name: "type", Column: "LocationType", Element: "physicalType", Search: "physicalType", Kind: search.Token,
	Definition: ownParameter("physicalType"), Documentation: "si health facilities; R, D, W or V one level of the location tree.",
}

// code is what the older server calls identifier on some types.
func code(column string) mapping.Attribute {
	return mapping.Attribute{
		Name: "code", Column: column, Element: "identifier", Search: "code", Kind: search.Token,
		Definition: ownParameter("code"), Documentation: "The business code.",
	}
}

// oneKind is the parameter resourceType, by which the older server tells the kinds of
// rows of a type apart, for the rows of the first kind.
func oneKind(kind, other string) mapping.Attribute {
	return mapping.Attribute{
		Name: "resourceType", Element: "type", Search: "resourceType", Kind: search.Token,
		Definition: ownParameter("resourceType"), Documentation: "The kind of rows: ca claim administrators, eo enrolment officers; invoice, bill.",
		Match: func(modifier search.Modifier, v search.Value) (clause.Expression, error) {
			switch {
			case modifier != search.NoModifier || v.Text != kind && v.Text != other:
				return nil, core.ErrorAt(core.Invalid, "resourceType", "%s or %s is needed", min(kind, other), max(kind, other))
			case v.Text == kind:
				return mapping.Not(persistence.Nothing()), nil
			}
			return persistence.Nothing(), nil
		},
	}
}
