package scheme

import (
	"slices"

	"github.com/openimis/openimis-go/persistence"
)

// The warnings of a renewal prompt. The bits are stored.
const (
	WarnProduct     = 1 // the product is not sold on the day of renewal
	WarnNoOfficer   = 2 // the policy has no officer
	WarnOfficerLeft = 4 // the officer, and whoever stands in for him, has left by then
)

const (
	chainHops     = 20 // how far conversions and substitutes are followed
	photoMonths   = 60 // how long a photograph is good
	minorMonths   = 12 // how long that of a minor is
	minorLegacy   = 18 // days below which the procedure takes somebody for a minor
	monthsInAYear = 12
)

// RenewalRows are the rows the prompts of some policies are planned from.
type RenewalRows struct {
	Policies []persistence.Policy        // all live ones of the families concerned
	Products []persistence.Product       // live and deleted ones, without history
	Officers []persistence.Officer       // live and deleted ones, without history
	Families []persistence.Family        // of the policies
	Insurees []persistence.Insuree       // members of the families
	Places   []persistence.Location      // where the families live, up to their regions
	Prompts  []persistence.PolicyRenewal // of the policies, closed ones too
}

// RenewalFilter says which policies are prompted. What is nil does not limit.
type RenewalFilter struct {
	Days                            int // up to how many days before its expiry a policy is prompted; 0 for any
	Region, District, Ward, Village *int
	Officer                         *int              // of the policy, whoever stands in for him
	From, To                        *persistence.Date // expiry
}

// RenewalPrompt is one prompt to write: for which policy, and whose photographs are due.
type RenewalPrompt struct {
	Renewal persistence.PolicyRenewal
	Photos  []persistence.PolicyRenewalDetail
}

// PlanRenewals gives the prompts that are due for live policies that are active or
// expired (rule 9.8), in the order of the policies. Once they are written it gives none
// for the same rows.
func PlanRenewals(r *RenewalRows, filter *RenewalFilter, today persistence.Date, book RuleBook) []RenewalPrompt {
	plan := newRenewalPlan(r, today, book)
	var prompts []RenewalPrompt
	for i := range r.Policies {
		if prompt := plan.prompt(&r.Policies[i], filter); prompt != nil {
			prompts = append(prompts, *prompt)
		}
	}
	return prompts
}

// renewalPlan finds the rows by their keys.
type renewalPlan struct {
	rows     *RenewalRows
	today    persistence.Date
	book     RuleBook
	products map[int]*persistence.Product
	officers map[int]*persistence.Officer
	families map[int]*persistence.Family
	places   map[int]*persistence.Location
	members  map[int][]*persistence.Insuree
	policies map[int][]*persistence.Policy // by family
	prompts  map[int][]*persistence.PolicyRenewal
}

func newRenewalPlan(r *RenewalRows, today persistence.Date, book RuleBook) *renewalPlan {
	return &renewalPlan{
		rows: r, today: today, book: book,
		products: byKey(r.Products, func(p *persistence.Product) int { return p.ProdID }),
		officers: byKey(r.Officers, func(o *persistence.Officer) int { return o.OfficerID }),
		families: byKey(r.Families, func(f *persistence.Family) int { return f.FamilyID }),
		places:   byKey(r.Places, func(l *persistence.Location) int { return l.LocationID }),
		members:  groupBy(r.Insurees, func(i *persistence.Insuree) int { return number(i.FamilyID) }),
		policies: groupBy(r.Policies, func(p *persistence.Policy) int { return p.FamilyID }),
		prompts:  groupBy(r.Prompts, func(p *persistence.PolicyRenewal) int { return p.PolicyID }),
	}
}

func byKey[R any](rows []R, key func(*R) int) map[int]*R {
	found := make(map[int]*R, len(rows))
	for i := range rows {
		found[key(&rows[i])] = &rows[i]
	}
	return found
}

func groupBy[R any](rows []R, key func(*R) int) map[int][]*R {
	found := map[int][]*R{}
	for i := range rows {
		k := key(&rows[i])
		found[k] = append(found[k], &rows[i])
	}
	return found
}

// prompt plans the prompt for one policy, nil when none is due.
func (plan *renewalPlan) prompt(p *persistence.Policy, filter *RenewalFilter) *RenewalPrompt {
	family := plan.families[p.FamilyID]
	if family == nil || family.ValidityTo != nil || plan.funded(p) || !plan.due(p, filter) || !plan.reached(p, family, filter) || plan.prompted(p, family) {
		return nil
	}
	renewal := persistence.Day(p.ExpiryDate.AddDate(0, 0, 1))
	product := plan.lastProduct(p.ProdID)
	if product == nil || plan.renewed(p, product, renewal) {
		return nil
	}
	warnings := 0
	if renewal.Before(product.DateFrom.Date().Time) || renewal.After(product.DateTo.Date().Time) {
		warnings |= WarnProduct
	}
	officer, warning := plan.officer(p, renewal)
	prompt := &RenewalPrompt{Renewal: persistence.PolicyRenewal{
		RenewalPromptDate: plan.today, RenewalDate: renewal,
		InsureeID: family.InsureeID, PolicyID: p.PolicyID, NewProdID: product.ProdID,
		RenewalWarnings: ptr(warnings | warning), ResponseStatus: ptr(0),
	}}
	if officer != nil {
		prompt.Renewal.NewOfficerID, prompt.Renewal.PhoneNumber = &officer.OfficerID, officer.Phone
	}
	for _, m := range plan.members[p.FamilyID] {
		if m.ValidityTo == nil && plan.photoDue(m) {
			prompt.Photos = append(prompt.Photos, persistence.PolicyRenewalDetail{InsureeID: m.InsureeID})
		}
	}
	return prompt
}

// funded tells whether the policy is one of donations, which nobody renews.
func (plan *renewalPlan) funded(p *persistence.Policy) bool {
	return slices.ContainsFunc(plan.members[p.FamilyID], func(m *persistence.Insuree) bool { return text(m.CHFID) == persistence.FundingNumber })
}

// due tells whether it is time to prompt for the policy.
func (plan *renewalPlan) due(p *persistence.Policy, filter *RenewalFilter) bool {
	status := number(p.PolicyStatus)
	if p.ValidityTo != nil || p.ExpiryDate == nil || status != PolicyActive && status != PolicyExpired {
		return false
	}
	if filter.Days != 0 && p.ExpiryDate.After(plan.today.AddDate(0, 0, filter.Days)) {
		return false
	}
	return (filter.From == nil || !p.ExpiryDate.Before(filter.From.Time)) && (filter.To == nil || !p.ExpiryDate.After(filter.To.Time))
}

// reached tells whether the policy is within the filter's places and officer. The
// procedure reaches only families in a village whose policy has an officer.
func (plan *renewalPlan) reached(p *persistence.Policy, family *persistence.Family, filter *RenewalFilter) bool {
	where := plan.placesOf(family)
	if plan.book.Legacy(NoPromptWithoutOfficer) && (plan.officerOf(p) == nil || where["V"] == 0) {
		return false
	}
	for level, wanted := range map[string]*int{"R": filter.Region, "D": filter.District, "W": filter.Ward, "V": filter.Village} {
		if wanted != nil && where[level] != *wanted {
			return false
		}
	}
	return filter.Officer == nil || p.OfficerID != nil && *p.OfficerID == *filter.Officer
}

// placesOf gives the keys of the places a family lives in by their level.
func (plan *renewalPlan) placesOf(family *persistence.Family) map[string]int {
	where := map[string]int{}
	for _, place := range placesUp(family.LocationID, plan.places) {
		where[place.LocationType] = place.LocationID
	}
	return where
}

// placesUp gives a place and all it lies in, from below.
func placesUp(at *int, places map[int]*persistence.Location) (up []*persistence.Location) {
	for range 8 { // deeper than the tree can be; a cycle in the data ends here
		if at == nil || places[*at] == nil {
			break
		}
		up = append(up, places[*at])
		at = places[*at].ParentLocationID
	}
	return up
}

// prompted tells whether a prompt of the policy prevents a new one.
func (plan *renewalPlan) prompted(p *persistence.Policy, family *persistence.Family) bool {
	for _, old := range plan.prompts[p.PolicyID] {
		if old.ValidityTo == nil || plan.book.Legacy(ClosedPromptBlocks) && old.InsureeID == family.InsureeID {
			return true
		}
	}
	return false
}

// lastProduct follows the conversions of a product to the one policies go on with.
func (plan *renewalPlan) lastProduct(id int) *persistence.Product {
	product := plan.products[id]
	for range chainHops {
		if product == nil || product.ConversionProdID == nil || plan.products[*product.ConversionProdID] == nil {
			break
		}
		product = plan.products[*product.ConversionProdID]
	}
	return product
}

// renewed tells whether the family goes on already: a policy of the product it goes on
// with starts on the day of renewal or later.
func (plan *renewalPlan) renewed(p *persistence.Policy, product *persistence.Product, renewal persistence.Date) bool {
	for _, other := range plan.policies[p.FamilyID] {
		if other.ValidityTo == nil && other.ProdID == product.ProdID && !other.StartDate.Before(renewal.Time) {
			return true
		}
	}
	return false
}

func (plan *renewalPlan) officerOf(p *persistence.Policy) *persistence.Officer {
	if p.OfficerID == nil {
		return nil
	}
	return plan.officers[*p.OfficerID]
}

// officer gives who is to renew the policy: its officer or, when he has left by then, the
// last of those who stand in for one another, even if one before still works. Officers
// who stand in for each other in a ring have no last one: the search ends somewhere, and
// nothing is said about him.
func (plan *renewalPlan) officer(p *persistence.Policy, renewal persistence.Date) (*persistence.Officer, int) {
	officer := plan.officerOf(p)
	if officer == nil {
		return nil, WarnNoOfficer
	}
	if !hasLeft(officer, renewal) {
		return officer, 0
	}
	for range chainHops {
		if officer.OfficerIDSubst == nil || plan.officers[*officer.OfficerIDSubst] == nil {
			if hasLeft(officer, renewal) {
				return officer, WarnOfficerLeft
			}
			return officer, 0
		}
		officer = plan.officers[*officer.OfficerIDSubst]
	}
	return officer, 0
}

func hasLeft(o *persistence.Officer, day persistence.Date) bool {
	return o.WorksTo != nil && o.WorksTo.Date().Before(day.Time)
}

// photoDue tells whether a new photograph of the member is wanted: there is none, or it
// is five years old, for minors one. Months are counted by the calendar.
func (plan *renewalPlan) photoDue(m *persistence.Insuree) bool {
	if m.PhotoDate == nil {
		return true
	}
	age := (plan.today.Year()-m.PhotoDate.Year())*monthsInAYear + int(plan.today.Month()) - int(m.PhotoDate.Month())
	return age >= photoMonths || age >= minorMonths && plan.minor(m)
}

func (plan *renewalPlan) minor(m *persistence.Insuree) bool {
	if plan.book.Legacy(MinorPhotoInDays) {
		return plan.today.Before(m.DOB.AddDate(0, 0, minorLegacy))
	}
	return AgeOn(m.DOB, plan.today) < ageOfMajority
}
