package scheme

import (
	"github.com/openimis/openimis-go/persistence"
	"gorm.io/gorm/clause"
)

// defaultRenewalDays is the interval of prompts where the settings hold none.
const defaultRenewalDays = 14

// Expire marks the next policies whose last day is over as expired (rule 9.7), at most
// limit of them, and gives how many there were: fewer than limit when none are left. It
// is for the caller of the nightly run, whose scope does not count.
func (c Policies) Expire(x *persistence.Session, limit int) (int, error) {
	today, status := x.Now().Date(), column("tblPolicy", "PolicyStatus")
	var rows []persistence.Policy
	err := x.DB().Where(persistence.IsNull(column("tblPolicy", "ValidityTo"))).
		Where(persistence.Compare(column("tblPolicy", "ExpiryDate"), "<", today)).
		Where(clause.Or(persistence.IsNull(status), persistence.Compare(status, "<>", PolicyExpired))).
		Order(clause.OrderByColumn{Column: column("tblPolicy", "PolicyID")}).Limit(limit).Find(&rows).Error
	if err != nil {
		return 0, err
	}
	var changed []*persistence.Policy
	for i := range rows {
		if ExpirePolicy(&rows[i], today) {
			changed = append(changed, &rows[i])
		}
	}
	if err := persistence.UpdateMany(x, changed); err != nil {
		return 0, err
	}
	return len(changed), publishPolicies(x, "policy.expired", changed)
}

// RenewalDays gives how many days before its expiry a policy is prompted by the settings
// of the installation; 0 is any number of days.
func (c Policies) RenewalDays(x *persistence.Session) (int, error) {
	var settings []persistence.IMISDefaults
	if err := x.DB().Limit(1).Find(&settings).Error; err != nil {
		return 0, err
	}
	if len(settings) == 0 || settings[0].PolicyRenewalInterval == nil {
		return defaultRenewalDays, nil
	}
	return *settings[0].PolicyRenewalInterval, nil
}

// RenewalCandidates gives the keys of the next policies behind the key after that may be
// due for a prompt: live, active or expired, within the dates of the filter and without
// an open prompt. A nightly run asks for them, limit at a time, and prompts each lot.
func (c Policies) RenewalCandidates(x *persistence.Session, filter *RenewalFilter, after, limit int) ([]int, error) {
	expiry := column("tblPolicy", "ExpiryDate")
	tx := x.DB().Model(&persistence.Policy{}).
		Where(persistence.IsNull(column("tblPolicy", "ValidityTo"))).
		Where(persistence.In(column("tblPolicy", "PolicyStatus"), []int{PolicyActive, PolicyExpired})).
		Where(persistence.Compare(column("tblPolicy", "PolicyID"), ">", after)).
		Where(clause.Not(persistence.Exists("tblPolicyRenewals", "PolicyID", column("tblPolicy", "PolicyID"))))
	if filter.Days != 0 {
		tx = tx.Where(persistence.Compare(expiry, "<=", persistence.Day(x.Now().AddDate(0, 0, filter.Days))))
	}
	if filter.From != nil {
		tx = tx.Where(persistence.Compare(expiry, ">=", *filter.From))
	}
	if filter.To != nil {
		tx = tx.Where(persistence.Compare(expiry, "<=", *filter.To))
	}
	if filter.Officer != nil {
		tx = tx.Where(persistence.Compare(column("tblPolicy", "OfficerID"), "=", *filter.Officer))
	}
	var keys []int
	err := tx.Order(clause.OrderByColumn{Column: column("tblPolicy", "PolicyID")}).Limit(limit).Pluck("PolicyID", &keys).Error
	return keys, err
}

// Prompt writes the prompts that are due for the policies with the keys, at most 500, and
// gives them. Prompting the same policies again writes nothing: two runs at once wait for
// each other.
func (c Policies) Prompt(x *persistence.Session, keys []int, filter *RenewalFilter) ([]RenewalPrompt, error) {
	rows, wanted, err := loadForRenewal(x, keys)
	if err != nil || len(wanted) == 0 {
		return nil, err
	}
	var prompts []RenewalPrompt
	for _, prompt := range PlanRenewals(rows, filter, x.Now().Date(), c.Rules) {
		if wanted[prompt.Renewal.PolicyID] != nil {
			prompts = append(prompts, prompt)
		}
	}
	if err := insertPrompts(x, prompts); err != nil {
		return nil, err
	}
	policies := make([]*persistence.Policy, len(prompts))
	for i := range prompts {
		policies[i] = wanted[prompts[i].Renewal.PolicyID]
	}
	return prompts, publishPolicies(x, "policy.renewal-prompted", policies)
}

// insertPrompts writes the prompts, then the members whose photographs are due.
func insertPrompts(x *persistence.Session, prompts []RenewalPrompt) error {
	renewals := make([]persistence.PolicyRenewal, len(prompts))
	for i := range prompts {
		renewals[i] = prompts[i].Renewal
	}
	if err := persistence.InsertMany(x, renewals); err != nil {
		return err
	}
	var photos []persistence.PolicyRenewalDetail
	for i := range prompts {
		prompts[i].Renewal = renewals[i]
		for j := range prompts[i].Photos {
			prompts[i].Photos[j].RenewalID = renewals[i].RenewalID
		}
		photos = append(photos, prompts[i].Photos...)
	}
	return persistence.InsertMany(x, photos)
}

// loadForRenewal locks the policies and loads what their prompts are planned from, in a
// number of statements that depends on the depth of the tree of places alone. It gives
// the locked policies by key too.
func loadForRenewal(x *persistence.Session, keys []int) (*RenewalRows, map[int]*persistence.Policy, error) {
	var locked []persistence.Policy
	if len(keys) == 0 {
		return nil, nil, nil
	}
	err := x.DB().Clauses(clause.Locking{Strength: "UPDATE"}).Where(persistence.In(column("tblPolicy", "PolicyID"), keys)).
		Where(persistence.IsNull(column("tblPolicy", "ValidityTo"))).Find(&locked).Error
	if err != nil || len(locked) == 0 {
		return nil, nil, err
	}
	r, l := &RenewalRows{}, &loader{db: x.DB()}
	families := keysOf(locked, func(p *persistence.Policy) int { return p.FamilyID })
	find(l, &r.Policies, persistence.In(column("tblPolicy", "FamilyID"), families), persistence.IsNull(column("tblPolicy", "ValidityTo")))
	find(l, &r.Families, persistence.In(column("tblFamilies", "FamilyID"), families), persistence.IsNull(column("tblFamilies", "ValidityTo")))
	find(l, &r.Insurees, persistence.In(column("tblInsuree", "FamilyID"), families), persistence.IsNull(column("tblInsuree", "ValidityTo")))
	find(l, &r.Prompts, persistence.In(column("tblPolicyRenewals", "PolicyID"), keys))
	products := &loader{db: x.DB().Select("ProdID", "ConversionProdID", "DateFrom", "DateTo"), err: l.err}
	find(products, &r.Products, persistence.IsNull(column("tblProduct", "LegacyID")))
	officers := &loader{db: x.DB().Select("OfficerID", "OfficerIDSubst", "Phone", "WorksTo"), err: products.err}
	find(officers, &r.Officers, persistence.IsNull(column("tblOfficer", "LegacyID")))
	l.err = officers.err
	r.Places = l.places(r.Families)
	return r, byKey(locked, func(p *persistence.Policy) int { return p.PolicyID }), l.err
}

// places climbs from the places families live in to their regions.
func (l *loader) places(families []persistence.Family) []persistence.Location {
	return l.above(keysOf(families, func(f *persistence.Family) int { return number(f.LocationID) }))
}

// above gives the places with the keys and all they lie in, a level a statement.
func (l *loader) above(level []int) (places []persistence.Location) {
	for range 8 { // deeper than the tree can be; a cycle in the data ends here
		var rows []persistence.Location
		find(l, &rows, persistence.In(column("tblLocations", "LocationId"), level))
		if l.err != nil || len(rows) == 0 {
			break
		}
		places = append(places, rows...)
		level = keysOf(rows, func(p *persistence.Location) int { return number(p.ParentLocationID) })
	}
	return places
}
