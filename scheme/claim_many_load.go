package scheme

import (
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/persistence"
)

// manyRows are the rows of many claims, sorted by what they belong to.
type manyRows struct {
	x        *persistence.Session
	l        *loader
	outcomes map[persistence.UUID]*ClaimOutcome
	all      ClaimRows // as loaded; Claims and lines only those of other claims

	earlier  map[int][]persistence.Claim        // by insuree: what counts as earlier, with the claims at hand
	items    map[int][]persistence.ClaimItem    // by claim
	services map[int][]persistence.ClaimService // by claim
	bookings map[int][]persistence.ClaimDedRem  // by policy
	policies map[int][]persistence.Policy       // by family
	members  map[int][]persistence.InsureePolicy
	wares    map[Ware]*ClaimRows // registers, prices and benefits of one item or service

	oldBookings []persistence.ClaimDedRem
	newBookings []persistence.ClaimDedRem
	prompted    []*persistence.Claim
}

// newManyRows loads the claims that meet all conditions with their lines, in the caller's
// scope.
func newManyRows(x *persistence.Session, where ...clause.Expression) (*manyRows, error) {
	m := &manyRows{x: x, l: &loader{db: x.DB(), rows: &ClaimRows{}}, outcomes: map[persistence.UUID]*ClaimOutcome{}}
	page, err := persistence.Select[persistence.Claim](x, persistence.Query{Where: where, Join: []string{"Insuree.Family", "HF"}})
	if err != nil || len(page.Rows) == 0 {
		return m, err
	}
	byClaim := map[int]*ClaimOutcome{}
	for _, claim := range page.Rows {
		out := &ClaimOutcome{Claim: claim}
		m.outcomes[claim.ClaimUUID], byClaim[claim.ClaimID] = out, out
	}
	keys := keysOf(page.Rows, func(c *persistence.Claim) int { return c.ClaimID })
	var items []persistence.ClaimItem
	var services []persistence.ClaimService
	find(m.l, &items, persistence.In(column("tblClaimItems", "ClaimID"), keys), persistence.IsNull(column("tblClaimItems", "ValidityTo")))
	find(m.l, &services, persistence.In(column("tblClaimServices", "ClaimID"), keys), persistence.IsNull(column("tblClaimServices", "ValidityTo")))
	for _, l := range items {
		byClaim[l.ClaimID].Items = append(byClaim[l.ClaimID].Items, l)
	}
	for _, l := range services {
		byClaim[l.ClaimID].Services = append(byClaim[l.ClaimID].Services, l)
	}
	for _, out := range byClaim {
		sortLines(out)
	}
	m.l.rows.Items, m.l.rows.Services = items, services // the loader asks for what they name
	m.people(page.Rows)
	return m, m.l.err
}

// people takes over the joined rows.
func (m *manyRows) people(claims []persistence.Claim) {
	insurees, places := map[int]bool{}, map[int]bool{}
	for i := range claims {
		c := &claims[i]
		if c.Insuree != nil && !insurees[c.InsureeID] {
			insurees[c.InsureeID] = true
			m.l.rows.Insurees = append(m.l.rows.Insurees, *c.Insuree)
		}
		if c.HF != nil && !places[c.HFID] {
			places[c.HFID] = true
			m.l.rows.Facilities = append(m.l.rows.Facilities, *c.HF)
		}
	}
}

func (m *manyRows) loadForSubmission() {
	m.l.registers()
	m.prices()
	m.cover()
	m.before()
}

func (m *manyRows) loadForProcessing() {
	m.l.registers()
	m.prices()
	m.cover()
	r := m.l.rows
	items, services := m.lists()
	findIn(m.l, &r.ItemLists, column("tblPLItems", "PLItemID"), items)
	findIn(m.l, &r.ServiceLists, column("tblPLServices", "PLServiceID"), services)
	findIn(m.l, &r.Bookings, column("tblClaimDedRem", "PolicyID"), keysOf(r.Policies, func(p *persistence.Policy) int { return p.PolicyID }))
}

// lists gives the price lists of the facilities.
func (m *manyRows) lists() (items, services []int) {
	for i := range m.l.rows.Facilities {
		hf := &m.l.rows.Facilities[i]
		if hf.PLItemID != nil {
			items = append(items, *hf.PLItemID)
		}
		if hf.PLServiceID != nil {
			services = append(services, *hf.PLServiceID)
		}
	}
	return items, services
}

// prices loads the rows of the facilities' price lists for the lines, closed ones too.
func (m *manyRows) prices() {
	items, services := m.lists()
	findIn(m.l, &m.l.rows.ItemPrices, column("tblPLItemsDetail", "ItemID"), m.l.itemKeys(), persistence.In(column("tblPLItemsDetail", "PLItemID"), items))
	findIn(m.l, &m.l.rows.ServicePrices, column("tblPLServicesDetail", "ServiceID"), m.l.serviceKeys(), persistence.In(column("tblPLServicesDetail", "PLServiceID"), services))
}

// cover loads the families' policies, their products and members, and what the products
// pay for the lines.
func (m *manyRows) cover() {
	r := m.l.rows
	families := keysOf(r.Insurees, func(i *persistence.Insuree) int { return number(i.FamilyID) })
	findIn(m.l, &r.Policies, column("tblPolicy", "FamilyID"), families, persistence.IsNull(column("tblPolicy", "ValidityTo")))
	m.l.benefits()
}

// before loads the insurees' other claims that count as usage, with their lines of the
// same items and services, as far as anything will be counted.
func (m *manyRows) before() {
	items, services, any := m.l.counted()
	if m.l.err != nil || !any && len(items) == 0 && len(services) == 0 {
		return
	}
	insurees := keysOf(m.l.rows.Insurees, func(i *persistence.Insuree) int { return i.InsureeID })
	m.l.usage([]clause.Expression{persistence.In(column("tblClaim", "InsureeID"), insurees), persistence.Compare(column("tblClaim", "ClaimStatus"), ">", StatusEntered)},
		items, services, &m.all)
}

// sort puts the rows where rowsOf finds them.
func (m *manyRows) sort() {
	r := m.l.rows
	m.earlier, m.items, m.services = map[int][]persistence.Claim{}, map[int][]persistence.ClaimItem{}, map[int][]persistence.ClaimService{}
	m.bookings, m.policies, m.members, m.wares = map[int][]persistence.ClaimDedRem{}, map[int][]persistence.Policy{}, map[int][]persistence.InsureePolicy{}, map[Ware]*ClaimRows{}
	own := map[int]bool{}
	for _, out := range m.outcomes {
		own[out.Claim.ClaimID] = true
		m.changed(out)
	}
	for _, c := range m.all.Claims {
		if !own[c.ClaimID] {
			m.earlier[c.InsureeID] = append(m.earlier[c.InsureeID], c)
		}
	}
	for _, l := range m.all.Items {
		if !own[l.ClaimID] {
			m.items[l.ClaimID] = append(m.items[l.ClaimID], l)
		}
	}
	for _, l := range m.all.Services {
		if !own[l.ClaimID] {
			m.services[l.ClaimID] = append(m.services[l.ClaimID], l)
		}
	}
	for _, p := range r.Policies {
		m.policies[p.FamilyID] = append(m.policies[p.FamilyID], p)
	}
	for _, i := range r.InsureePolicies {
		m.members[i.PolicyID] = append(m.members[i.PolicyID], i)
	}
	for _, b := range r.Bookings {
		m.bookings[*b.PolicyID] = append(m.bookings[*b.PolicyID], b)
	}
	m.sortWares()
}

// sortWares puts what is known of each item and service together.
func (m *manyRows) sortWares() {
	r := m.l.rows
	of := func(kind Kind, id int) *ClaimRows {
		w := m.wares[Ware{kind, id}]
		if w == nil {
			w = &ClaimRows{}
			m.wares[Ware{kind, id}] = w
		}
		return w
	}
	for _, row := range r.RegisterItems {
		w := of(ItemKind, ownerKey(row.ItemID, row.LegacyID))
		w.RegisterItems = append(w.RegisterItems, row)
	}
	for _, row := range r.RegisterServices {
		w := of(ServiceKind, ownerKey(row.ServiceID, row.LegacyID))
		w.RegisterServices = append(w.RegisterServices, row)
	}
	for _, row := range r.ItemPrices {
		w := of(ItemKind, row.ItemID)
		w.ItemPrices = append(w.ItemPrices, row)
	}
	for _, row := range r.ServicePrices {
		w := of(ServiceKind, row.ServiceID)
		w.ServicePrices = append(w.ServicePrices, row)
	}
	for _, row := range r.ProductItems {
		w := of(ItemKind, row.ItemID)
		w.ProductItems = append(w.ProductItems, row)
	}
	for _, row := range r.ProductServices {
		w := of(ServiceKind, row.ServiceID)
		w.ProductServices = append(w.ProductServices, row)
	}
}

// changed puts the present state of a claim at hand among what later claims count.
func (m *manyRows) changed(out *ClaimOutcome) {
	c := &out.Claim
	list := m.earlier[c.InsureeID]
	for at := range list {
		if list[at].ClaimID == c.ClaimID {
			list[at] = *c
			m.items[c.ClaimID], m.services[c.ClaimID] = out.Items, out.Services
			return
		}
	}
	m.earlier[c.InsureeID] = append(list, *c)
	m.items[c.ClaimID], m.services[c.ClaimID] = out.Items, out.Services
}

// rowsOf gives the rows that concern one claim. Its lines are copies: the rules may write
// to them and fail.
func (m *manyRows) rowsOf(out *ClaimOutcome) *ClaimRows {
	c := &out.Claim
	r := &ClaimRows{Claims: []persistence.Claim{*c}, Products: m.l.rows.Products, ItemLists: m.l.rows.ItemLists, ServiceLists: m.l.rows.ServiceLists}
	r.Items = append(r.Items, out.Items...)
	r.Services = append(r.Services, out.Services...)
	if c.HF != nil {
		r.Facilities = []persistence.HealthFacility{*c.HF}
	}
	if c.Insuree != nil {
		r.Insurees = []persistence.Insuree{*c.Insuree}
		if f := c.Insuree.Family; f != nil {
			r.Families = []persistence.Family{*f}
		}
		if c.Insuree.FamilyID != nil {
			r.Policies = m.policies[*c.Insuree.FamilyID]
		}
	}
	for i := range r.Policies {
		r.InsureePolicies = append(r.InsureePolicies, m.members[r.Policies[i].PolicyID]...)
		r.Bookings = append(r.Bookings, m.bookings[r.Policies[i].PolicyID]...)
	}
	for _, e := range m.earlier[c.InsureeID] {
		if e.ClaimID != c.ClaimID && e.ClaimStatus > StatusEntered {
			r.Claims = append(r.Claims, e)
			r.Items = append(r.Items, m.items[e.ClaimID]...)
			r.Services = append(r.Services, m.services[e.ClaimID]...)
		}
	}
	m.addWares(r, out)
	return r
}

// addWares adds what is known of the claim's items and services.
func (m *manyRows) addWares(r *ClaimRows, out *ClaimOutcome) {
	add := func(w *ClaimRows) {
		if w == nil {
			return
		}
		r.RegisterItems, r.RegisterServices = append(r.RegisterItems, w.RegisterItems...), append(r.RegisterServices, w.RegisterServices...)
		r.ItemPrices, r.ServicePrices = append(r.ItemPrices, w.ItemPrices...), append(r.ServicePrices, w.ServicePrices...)
		r.ProductItems, r.ProductServices = append(r.ProductItems, w.ProductItems...), append(r.ProductServices, w.ProductServices...)
	}
	for _, id := range keysOf(out.Items, func(l *persistence.ClaimItem) int { return l.ItemID }) {
		add(m.wares[Ware{ItemKind, id}])
	}
	for _, id := range keysOf(out.Services, func(l *persistence.ClaimService) int { return l.ServiceID }) {
		add(m.wares[Ware{ServiceKind, id}])
	}
}
