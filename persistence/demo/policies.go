package demo

import (
	"fmt"

	p "github.com/openimis/openimis-go/persistence"
)

// The states of a policy.
const (
	idle      = 1
	active    = 2
	suspended = 4
	expired   = 8
	ready     = 16
)

// policy is a policy with what claims use of it.
type policy struct {
	id      int
	product *product
	status  int
	stage   string
	start   p.Date
	expiry  p.Date
	covers  map[int]p.Date // insured person to the day the cover begins
	used    cents          // of the policy's ceiling
	spent   map[int]*spent // of each person's deductible and ceiling
	members int
}

type spent struct{ deducted, paid cents }

// enrol gives a family its policies. Twenty families in a row show every state.
func (g *world) enrol(f *family) {
	product := g.sold(f)
	switch f.number % 20 {
	case 0: // never insured
	case 11, 12:
		g.policy(f, product, expired, "N", g.day(g.draw.between(400, 700)))
	case 13, 18:
		first := g.policy(f, product, expired, "N", g.day(g.draw.between(380, 650)))
		g.policy(f, product, active, "R", after(first.expiry, 1))
	case 14:
		g.policy(f, product, idle, "N", g.day(g.draw.between(5, 40)))
	case 15:
		g.policy(f, product, ready, "N", g.day(g.draw.between(1, 12)))
	case 16:
		g.policy(f, product, suspended, "N", g.day(g.draw.between(60, 300)))
	default:
		g.policy(f, product, active, "N", g.day(g.draw.between(20, 355)))
	}
}

// sold draws a product that is sold where the family lives.
func (g *world) sold(f *family) *product {
	local := g.products[0]
	if f.district.regionIdx == 1 {
		local = g.products[2]
	}
	return pick(g.draw, []*product{local, local, local, g.products[1], g.products[1], g.products[3]})
}

// policy writes one policy with premiums and the cover of each member.
func (g *world) policy(f *family, product *product, status int, stage string, start p.Date) *policy {
	enrolled := start
	if product.cycles && stage == "N" && status == active {
		start = g.cycle()
		enrolled = after(start, -10)
	}
	g.keys.policy++
	made := &policy{
		id: g.keys.policy, product: product, status: status, stage: stage, start: start, expiry: after(months(start, 12), -1),
		covers: map[int]p.Date{}, spent: map[int]*spent{}, members: len(f.members),
	}
	value := product.lumpSum
	for _, member := range f.members {
		if adult(member.born, start) {
			value += product.adult
		} else {
			value += product.child
		}
	}
	row := p.Policy{
		PolicyID: made.id, PolicyUUID: g.draw.uuid(kindPolicy, made.id), FamilyID: f.id, EnrollDate: enrolled, StartDate: start, ExpiryDate: &made.expiry, PolicyStatus: &status,
		PolicyValue: value.pointer(), ProdID: product.id, OfficerID: &f.district.officer, PolicyStage: &stage, ValidityFrom: at(enrolled, 12), AuditUserID: 1,
		IsOffline: ptr(false), RenewalOrder: ptr(0),
	}
	if stage == "R" {
		row.RenewalOrder = ptr(1)
	}
	if status != idle && status != ready {
		row.EffectiveDate = &start
	}
	if status == active && f.number%10 == 1 {
		g.formerPolicy(&row)
	}
	g.w.put(row)
	f.policies = append(f.policies, made)
	g.premiums(f, made, value, enrolled)
	g.invoice(f, made, value, enrolled)
	for i, member := range f.members {
		begins := start
		if i > 0 && i == len(f.members)-1 && f.number%20 == 6 {
			begins = after(start, 10) // joined the family later
		}
		g.cover(made, row, member, begins)
	}
	if status == active && made.expiry.Before(after(g.today, 30).Time) {
		g.renewal(f, made)
	}
	return made
}

// cycle gives the start of the running half year.
func (g *world) cycle() p.Date {
	if g.today.Month() >= 7 {
		return p.DateOf(g.today.Year(), 7, 1)
	}
	return p.DateOf(g.today.Year(), 1, 1)
}

// formerPolicy writes the policy as it was before its premium came in.
func (g *world) formerPolicy(live *p.Policy) {
	g.keys.policy++
	former := *live
	former.PolicyID, former.LegacyID = g.keys.policy, &live.PolicyID
	former.PolicyUUID = g.draw.uuid(kindPolicy, former.PolicyID)
	former.PolicyStatus, former.EffectiveDate = ptr(idle), nil
	former.ValidityTo = ptr(at(live.EnrollDate, 13))
	live.ValidityFrom = *former.ValidityTo
	g.w.put(former)
}

func (g *world) premiums(f *family, made *policy, value cents, paid p.Date) {
	parts := []cents{value}
	switch {
	case made.status == idle:
		parts = []cents{value / 2} // the rest is still to come
	case made.id%5 == 0:
		parts = []cents{value / 2, value - value/2}
	}
	for i, amount := range parts {
		g.keys.premium++
		key := g.keys.premium
		row := p.Premium{
			PremiumID: key, PremiumUUID: g.draw.uuid(kindPremium, key), PolicyID: made.id, Amount: amount.decimal(), Receipt: fmt.Sprintf("R%07d", key), PayDate: after(paid, i),
			PayType: string("CCMB"[key%4]), ValidityFrom: at(after(paid, i), 13), AuditUserID: 1, IsPhotoFee: ptr(false), IsOffline: ptr(false),
			CreatedDate: at(after(paid, i), 0), // PostgreSQL keeps the day only
		}
		if key%12 == 0 {
			row.PayerID = ptr(1 + key/12%2)
		}
		g.w.put(row)
		if row.PayType == "M" {
			g.electronic(f, made, key, amount, row.PayDate)
		}
	}
	if made.status == idle {
		g.awaited(f, made, value-value/2)
	}
}

func (g *world) cover(made *policy, of p.Policy, member *person, begins p.Date) {
	g.keys.cover++
	row := p.InsureePolicy{
		InsureePolicyID: g.keys.cover, InsureeID: member.id, PolicyID: made.id, EnrollmentDate: &of.EnrollDate, StartDate: &begins, ExpiryDate: &made.expiry,
		ValidityFrom: ptr(at(of.EnrollDate, 13)), AuditUserID: ptr(1), IsOffline: ptr(false),
	}
	if of.EffectiveDate != nil {
		row.EffectiveDate = &begins
	}
	if made.status == active || made.status == expired {
		made.covers[member.id] = begins
		made.spent[member.id] = &spent{}
	}
	g.w.put(row)
}

// renewal writes the prompt to renew a policy that is about to run out.
func (g *world) renewal(f *family, made *policy) {
	g.keys.renewal++
	prompted := after(made.expiry, -30)
	g.w.put(p.PolicyRenewal{
		RenewalID: g.keys.renewal, RenewalUUID: g.draw.uuid(kindRenewal, g.keys.renewal), RenewalPromptDate: prompted, RenewalDate: after(made.expiry, 1), NewOfficerID: &f.district.officer,
		PhoneNumber: ptr(fmt.Sprintf("+999 57 %07d", f.district.officer*4099)), InsureeID: f.members[0].id, PolicyID: made.id, NewProdID: made.product.id, RenewalWarnings: ptr(0),
		ValidityFrom: at(prompted, 2), AuditCreateUser: ptr(-1), ResponseStatus: ptr(0),
	})
	for _, member := range f.members {
		g.keys.renewalDetail++
		g.w.put(p.PolicyRenewalDetail{RenewalDetailID: g.keys.renewalDetail, RenewalID: g.keys.renewal, InsureeID: member.id, ValidityFrom: at(prompted, 2), AuditCreateUser: -1})
	}
}
