package graphql

import (
	"cmp"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// How people stand with policies: what is left of deductibles and ceilings, and what of the
// contributions is still to be paid.

const standingArgs = "activeOrLastExpiredOnly: Boolean, orderBy: String, targetDate: Date, before: String, after: String, first: Int, last: Int"

// standing is a policy as it stands for a family or for one of its members.
type standing struct {
	policy             *persistence.Policy
	product            *persistence.Product
	officer            *persistence.Officer // an empty one for none
	effective, expiry  *persistence.Date    // of the member's cover, or of the policy
	deductible, limits scheme.Remainder
	paid               decimal.Decimal
}

// balance is what is still to be paid.
func (s *standing) balance() decimal.Decimal {
	if s.policy.PolicyValue == nil {
		return s.paid.Neg()
	}
	return s.policy.PolicyValue.Sub(s.paid)
}

func floatOf(amount *decimal.Decimal) any {
	if amount == nil {
		return nil
	}
	return amount.InexactFloat64()
}

// general gives an amount that counts for all care, parted one of those for hospital and
// other care.
func general(r scheme.Remainder) any {
	if r.Kind != scheme.GeneralRemainder {
		return nil
	}
	return floatOf(r.First)
}

func parted(r scheme.Remainder, part *decimal.Decimal) any {
	if r.Kind != scheme.SplitRemainder {
		return nil
	}
	return floatOf(part)
}

// policyStanding shows them.
var policyStanding = Object{
	Name: "PolicyByFamilyOrInsureeGQLType",
	Key:  func(row any) any { return row.(*standing).policy.PolicyID },
	Fields: append(standingShown(),
		Nothing("contributionPlanCode: String"), Nothing("contributionPlanName: String")),
}

func standingShown() []Field {
	var fields []Field
	for _, f := range standingFields {
		fields = append(fields, Is(f.sdl, f.give))
	}
	return fields
}

// standingFields give the values of a standing; a list can be sorted by any of them.
var standingFields = []struct {
	sdl  string
	give func(s *standing) any
}{
	{"policyId: Int", func(s *standing) any { return s.policy.PolicyID }},
	{"policyUuid: String", func(s *standing) any { return s.policy.PolicyUUID }},
	{"policyValue: Float", func(s *standing) any { return floatOf(s.policy.PolicyValue) }},
	{"productCode: String", func(s *standing) any { return plain(said(&s.product.ProductCode)) }},
	{"productName: String", func(s *standing) any { return plain(said(&s.product.ProductName)) }},
	{"startDate: Date", func(s *standing) any { return s.policy.StartDate }},
	{"enrollDate: Date", func(s *standing) any { return s.policy.EnrollDate }},
	{"effectiveDate: Date", func(s *standing) any { return s.effective }},
	{"expiryDate: Date", func(s *standing) any { return s.expiry }},
	{"officerCode: String", func(s *standing) any { return plain(said(&s.officer.Code)) }},
	{"officerName: String", func(s *standing) any {
		name := s.officer.OtherNames + " " + s.officer.LastName
		return plain(said(&name))
	}},
	{"status: Int", func(s *standing) any { return s.policy.PolicyStatus }},
	{"ded: Float", func(s *standing) any { return general(s.deductible) }},
	{"dedInPatient: Float", func(s *standing) any { return parted(s.deductible, s.deductible.First) }},
	{"dedOutPatient: Float", func(s *standing) any { return parted(s.deductible, s.deductible.Second) }},
	{"ceiling: Float", func(s *standing) any { return general(s.limits) }},
	{"ceilingInPatient: Float", func(s *standing) any { return parted(s.limits, s.limits.First) }},
	{"ceilingOutPatient: Float", func(s *standing) any { return parted(s.limits, s.limits.Second) }},
	{"balance: Float", func(s *standing) any { return s.balance().InexactFloat64() }},
	{"validityFrom: Date", func(s *standing) any { return s.policy.ValidityFrom.Date() }},
	{"validityTo: Date", func(s *standing) any { return dayOf(s.policy.ValidityTo) }},
	{"maxInstallments: Int", func(s *standing) any { return s.product.MaxInstallments }},
}

// policiesByFamily gives how a family stands with its policies; what is left is that of the
// head.
func policiesByFamily(c *Call) (any, error) {
	id, ok := persistence.ParseUUID(c.Args["familyUuid"].(string))
	if !ok {
		return nil, core.ErrorAt(core.Invalid, "familyUuid", "%q is no UUID", c.Args["familyUuid"])
	}
	x := c.Store.Read(c.Context)
	family, err := persistence.One[persistence.Family](x, id, "Head")
	if code := core.CodeOf(err); err != nil && (code == core.NotFound || code == core.Gone) {
		return Page[standing](c, nil)
	}
	if err != nil {
		return nil, err
	}
	head := family.Head
	if head == nil {
		head = &persistence.Insuree{}
	}
	head.FamilyID, head.Family = &family.FamilyID, family
	f, err := scheme.LoadCover(x, head)
	if err != nil {
		return nil, err
	}
	var rows []*standing
	for i := range f.Policies {
		if p := &f.Policies[i]; p.FamilyID == family.FamilyID {
			rows = append(rows, &standing{policy: p, effective: p.EffectiveDate, expiry: p.ExpiryDate})
		}
	}
	return standings(c, f, rows)
}

// policiesByInsuree gives how a person stands with the policies he is on.
func policiesByInsuree(c *Call) (any, error) {
	person, wide, err := enquired(c)
	if err != nil {
		return nil, err
	}
	if person == nil {
		return Page[standing](c, nil)
	}
	f, err := scheme.LoadCover(c.Store.Read(c.Context), person)
	if err != nil {
		return nil, err
	}
	var rows []*standing
	known := map[int]bool{}
	for i := range f.Members {
		m := &f.Members[i]
		if p := f.Policy(m.PolicyID); p != nil && !known[m.PolicyID] {
			known[m.PolicyID] = true
			rows = append(rows, &standing{policy: p, effective: m.EffectiveDate, expiry: m.ExpiryDate})
		}
	}
	return standings(wide, f, rows)
}

// standings narrows the rows as the arguments ask, fills and sorts them, and gives the page.
func standings(c *Call, f *scheme.CoverFile, rows []*standing) (any, error) {
	if day, asked := c.Args["targetDate"].(persistence.Date); asked {
		rows = slices.DeleteFunc(rows, func(s *standing) bool {
			return day.Before(s.policy.StartDate.Time) || s.expiry != nil && day.After(s.expiry.Time)
		})
	}
	if c.Args["activeOrLastExpiredOnly"] == true {
		rows = current(rows)
	}
	if err := fillStandings(c, f, rows); err != nil {
		return nil, err
	}
	if order, _ := c.Args["orderBy"].(string); order != "" {
		if err := sortStandings(rows, order); err != nil {
			return nil, err
		}
	}
	return Page(c, rows)
}

// current leaves of each product the policies that have not expired or, where all have, the
// last of them.
func current(rows []*standing) []*standing {
	live, last := map[int]bool{}, map[int]*standing{}
	expired := func(s *standing) bool {
		return s.policy.PolicyStatus != nil && *s.policy.PolicyStatus == scheme.PolicyExpired
	}
	for _, s := range rows {
		product, before := s.policy.ProdID, last[s.policy.ProdID]
		live[product] = live[product] || !expired(s)
		if before == nil || before.expiry != nil && (s.expiry == nil || s.expiry.After(before.expiry.Time)) {
			last[product] = s
		}
	}
	return slices.DeleteFunc(rows, func(s *standing) bool {
		if live[s.policy.ProdID] {
			return expired(s)
		}
		return last[s.policy.ProdID] != s
	})
}

// fillStandings adds products, officers, contributions and what is left: one statement each
// for officers and contributions.
func fillStandings(c *Call, f *scheme.CoverFile, rows []*standing) error {
	left := map[int]scheme.Standing{}
	for _, s := range scheme.Standings(f, c.Rules) {
		left[s.Policy.PolicyID] = s
	}
	for _, s := range rows {
		want[persistence.Officer](c, "OfficerID", plain(s.policy.OfficerID))
		want[persistence.Premium](c, "PolicyID", s.policy.PolicyID)
	}
	for _, s := range rows {
		s.product, s.officer = f.Products[s.policy.ProdID], &persistence.Officer{}
		if s.product == nil {
			s.product = &persistence.Product{}
		}
		s.deductible, s.limits = left[s.policy.PolicyID].Deductible, left[s.policy.PolicyID].Ceiling
		found, err := rowsBy[persistence.Officer](c, "OfficerID", plain(s.policy.OfficerID))
		if err != nil {
			return err
		}
		if len(found) > 0 {
			s.officer = found[0]
		}
		if s.paid, err = paidFor(c, s.policy.PolicyID, 0); err != nil {
			return err
		}
	}
	return nil
}

// sortStandings sorts by a field, with a minus downwards; what has no value comes first.
func sortStandings(rows []*standing, order string) error {
	name, down := strings.CutPrefix(strings.TrimSpace(order), "-")
	for _, f := range standingFields {
		if fieldOf(f.sdl).Name.Value != pathOf(name)[0] {
			continue
		}
		slices.SortStableFunc(rows, func(a, b *standing) int {
			way := compared(plain(f.give(a)), plain(f.give(b)))
			if down {
				return -way
			}
			return way
		})
		return nil
	}
	return core.ErrorAt(core.Invalid, "orderBy", "it cannot be sorted by %q", order)
}

// compared compares two values of one kind as plain gives them.
func compared(a, b any) int {
	switch a := a.(type) {
	case int:
		if b, same := b.(int); same {
			return cmp.Compare(a, b)
		}
	case float64:
		if b, same := b.(float64); same {
			return cmp.Compare(a, b)
		}
	case nil:
		if b != nil {
			return -1
		}
		return 0
	}
	if b == nil {
		return 1
	}
	return strings.Compare(textual(a), textual(b))
}

// textual gives a text, or the digits of a day.
func textual(v any) string {
	text, _ := written(v).(string)
	return text
}

// enquired finds the person with the number. Who may enquire or claim finds anybody, which
// is recorded where the person is of another district; the call is the one to answer with.
// nil for nobody.
func enquired(c *Call) (*persistence.Insuree, *Call, error) {
	number, _ := c.Args["chfId"].(string)
	var q persistence.Query
	if err := Equals(mapping.Patient, "chfId")(c, number, &q); err != nil {
		return nil, c, err
	}
	q.Join, q.Limit, q.Few = []string{"Family"}, 1, true
	found, err := persistence.Select[persistence.Insuree](c.Store.Read(c.Context), q)
	if err != nil {
		return nil, c, err
	}
	if len(found.Rows) > 0 {
		return &found.Rows[0], c, nil
	}
	if !core.PrincipalOf(c.Context).May(rightEnquire, rightClaim) {
		return nil, c, nil
	}
	var person *persistence.Insuree
	err = c.Store.Tx(c.Context, func(x *persistence.Session) error {
		var err error
		if person, err = mapping.FindPerson(x, "chfId", mapping.Target{Type: "Patient", Code: number}); err != nil {
			return err
		}
		return scheme.NoteEnquiry(x, person, "GraphQL")
	})
	if core.CodeOf(err) == core.Unprocessable {
		return nil, c, nil
	}
	return person, everywhere(c), err
}
