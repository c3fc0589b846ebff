package scheme

import (
	"slices"

	"github.com/openimis/openimis-go/persistence"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// loader fills ClaimRows for one claim. The number of statements depends on which kinds
// of lines the claim has, never on how many lines, policies or earlier claims there are.
type loader struct {
	db   *gorm.DB
	rows *ClaimRows
	err  error
}

// find loads the rows that meet all conditions, unless a load failed before.
func find[R any](l *loader, into *[]R, conditions ...clause.Expression) {
	if l.err != nil {
		return
	}
	tx := l.db
	for _, c := range conditions {
		tx = tx.Where(c)
	}
	l.err = tx.Find(into).Error
}

// findIn loads the rows with one of the keys that meet all conditions: no keys take no
// statement, more than one can carry take several.
func findIn[R, K any](l *loader, into *[]R, key clause.Column, keys []K, conditions ...clause.Expression) {
	for some := range slices.Chunk(keys, 900) {
		var rows []R
		find(l, &rows, append([]clause.Expression{persistence.In(key, some)}, conditions...)...)
		*into = append(*into, rows...)
	}
}

func column(table, name string) clause.Column { return persistence.Column(table, name) }

// loadForSubmission loads what the checks of submission read. The claim carries Insuree
// with Family, and HF; items and services are its lines.
func loadForSubmission(x *persistence.Session, claim *persistence.Claim, items []persistence.ClaimItem, services []persistence.ClaimService) (*ClaimRows, error) {
	l := newLoader(x, claim, items, services)
	l.registers()
	l.prices()
	l.cover()
	l.earlier(claim)
	return l.rows, l.err
}

// loadForProcessing loads what choosing the cover and valuing the lines read.
func loadForProcessing(x *persistence.Session, claim *persistence.Claim, items []persistence.ClaimItem, services []persistence.ClaimService) (*ClaimRows, error) {
	l := newLoader(x, claim, items, services)
	l.registers()
	l.prices()
	l.lists()
	l.cover()
	findIn(l, &l.rows.Bookings, column("tblClaimDedRem", "PolicyID"), keysOf(l.rows.Policies, func(p *persistence.Policy) int { return p.PolicyID }))
	return l.rows, l.err
}

func newLoader(x *persistence.Session, claim *persistence.Claim, items []persistence.ClaimItem, services []persistence.ClaimService) *loader {
	l := &loader{db: x.DB(), rows: &ClaimRows{Claims: []persistence.Claim{*claim}, Items: items, Services: services}}
	if claim.Insuree != nil {
		l.rows.Insurees = []persistence.Insuree{*claim.Insuree}
		if claim.Insuree.Family != nil {
			l.rows.Families = []persistence.Family{*claim.Insuree.Family}
		}
	}
	if claim.HF != nil {
		l.rows.Facilities = []persistence.HealthFacility{*claim.HF}
	}
	return l
}

func (l *loader) itemKeys() []int {
	return keysOf(l.rows.Items, func(r *persistence.ClaimItem) int { return r.ItemID })
}

func (l *loader) serviceKeys() []int {
	return keysOf(l.rows.Services, func(r *persistence.ClaimService) int { return r.ServiceID })
}

// registers loads the register rows of the lines with their history.
func (l *loader) registers() {
	if keys := l.itemKeys(); len(keys) > 0 {
		find(l, &l.rows.RegisterItems, clause.Or(persistence.In(column("tblItems", "ItemID"), keys), persistence.In(column("tblItems", "LegacyID"), keys)))
	}
	if keys := l.serviceKeys(); len(keys) > 0 {
		find(l, &l.rows.RegisterServices, clause.Or(persistence.In(column("tblServices", "ServiceID"), keys), persistence.In(column("tblServices", "LegacyID"), keys)))
	}
}

// prices loads the facility's price list rows of the lines, closed ones too.
func (l *loader) prices() {
	if len(l.rows.Facilities) == 0 {
		return
	}
	hf := &l.rows.Facilities[0]
	if hf.PLItemID != nil {
		findIn(l, &l.rows.ItemPrices, column("tblPLItemsDetail", "ItemID"), l.itemKeys(), persistence.Compare(column("tblPLItemsDetail", "PLItemID"), "=", *hf.PLItemID))
	}
	if hf.PLServiceID != nil {
		findIn(l, &l.rows.ServicePrices, column("tblPLServicesDetail", "ServiceID"), l.serviceKeys(), persistence.Compare(column("tblPLServicesDetail", "PLServiceID"), "=", *hf.PLServiceID))
	}
}

// lists loads the facility's price lists themselves.
func (l *loader) lists() {
	if len(l.rows.Facilities) == 0 {
		return
	}
	hf := &l.rows.Facilities[0]
	if hf.PLItemID != nil && len(l.rows.Items) > 0 {
		find(l, &l.rows.ItemLists, persistence.Compare(column("tblPLItems", "PLItemID"), "=", *hf.PLItemID))
	}
	if hf.PLServiceID != nil && len(l.rows.Services) > 0 {
		find(l, &l.rows.ServiceLists, persistence.Compare(column("tblPLServices", "PLServiceID"), "=", *hf.PLServiceID))
	}
}

// cover loads the family's policies, their products and members, and what the products
// pay for the lines.
func (l *loader) cover() {
	if len(l.rows.Insurees) == 0 || l.rows.Insurees[0].FamilyID == nil {
		return
	}
	find(l, &l.rows.Policies, persistence.Compare(column("tblPolicy", "FamilyID"), "=", *l.rows.Insurees[0].FamilyID), persistence.IsNull(column("tblPolicy", "ValidityTo")))
	l.benefits()
}

// benefits loads the products and members of the policies, and what the products pay for
// the lines.
func (l *loader) benefits() {
	policies := keysOf(l.rows.Policies, func(p *persistence.Policy) int { return p.PolicyID })
	products := keysOf(l.rows.Policies, func(p *persistence.Policy) int { return p.ProdID })
	if len(policies) == 0 {
		return
	}
	find(l, &l.rows.Products, persistence.In(column("tblProduct", "ProdID"), products))
	findIn(l, &l.rows.InsureePolicies, column("tblInsureePolicy", "PolicyId"), policies, persistence.IsNull(column("tblInsureePolicy", "ValidityTo")))
	findIn(l, &l.rows.ProductItems, column("tblProductItems", "ItemID"), l.itemKeys(), persistence.In(column("tblProductItems", "ProdID"), products))
	findIn(l, &l.rows.ProductServices, column("tblProductServices", "ServiceID"), l.serviceKeys(), persistence.In(column("tblProductServices", "ProdID"), products))
}

// counted tells what the checks will count among earlier claims: the items and services
// with a frequency or a number per period, and whether any product limits claims of a
// category. Most claims need none of it, and a person may have hundreds of claims.
func (l *loader) counted() (items, services []int, claims bool) {
	wares := map[Ware]bool{}
	for i := range l.rows.RegisterItems {
		r := registerOfItem(&l.rows.RegisterItems[i])
		wares[r.Ware] = wares[r.Ware] || r.Frequency > 0
	}
	for i := range l.rows.RegisterServices {
		r := registerOfService(&l.rows.RegisterServices[i])
		wares[r.Ware] = wares[r.Ware] || r.Frequency > 0
	}
	for i := range l.rows.ProductItems {
		b := &l.rows.ProductItems[i]
		w := Ware{ItemKind, b.ItemID}
		wares[w] = wares[w] || b.LimitNoAdult != nil || b.LimitNoChild != nil
	}
	for i := range l.rows.ProductServices {
		b := &l.rows.ProductServices[i]
		w := Ware{ServiceKind, b.ServiceID}
		wares[w] = wares[w] || b.LimitNoAdult != nil || b.LimitNoChild != nil
	}
	for _, key := range l.itemKeys() {
		if wares[Ware{ItemKind, key}] {
			items = append(items, key)
		}
	}
	for _, key := range l.serviceKeys() {
		if wares[Ware{ServiceKind, key}] {
			services = append(services, key)
		}
	}
	for i := range l.rows.Products {
		for _, category := range []string{"S", "D", "A", "H", "C", "V"} {
			if maximum, _ := categoryMaximum(&l.rows.Products[i], category); maximum != nil {
				claims = true
			}
		}
	}
	return items, services, claims
}

// earlier loads the insuree's other claims that count as usage, with their lines of the
// same items and services, as far as anything will be counted.
func (l *loader) earlier(claim *persistence.Claim) {
	itemKeys, serviceKeys, anyClaim := l.counted()
	if l.err != nil || !anyClaim && len(itemKeys) == 0 && len(serviceKeys) == 0 {
		return
	}
	ofInsuree := []clause.Expression{
		persistence.Compare(column("tblClaim", "InsureeID"), "=", claim.InsureeID),
		persistence.Compare(column("tblClaim", "ClaimStatus"), ">", StatusEntered),
	}
	found := &ClaimRows{}
	l.usage(ofInsuree, itemKeys, serviceKeys, found)
	for i := range found.Claims {
		if found.Claims[i].ClaimID != claim.ClaimID {
			l.rows.Claims = append(l.rows.Claims, found.Claims[i])
		}
	}
	for i := range found.Items {
		if found.Items[i].ClaimID != claim.ClaimID {
			l.rows.Items = append(l.rows.Items, found.Items[i])
		}
	}
	for i := range found.Services {
		if found.Services[i].ClaimID != claim.ClaimID {
			l.rows.Services = append(l.rows.Services, found.Services[i])
		}
	}
}

// usage loads the live claims that meet the conditions, only what counting reads of them,
// with their lines of the items and services.
func (l *loader) usage(conditions []clause.Expression, itemKeys, serviceKeys []int, into *ClaimRows) {
	narrow := &loader{db: l.db.Select("ClaimID", "InsureeID", "DateFrom", "DateTo", "ClaimStatus", "ClaimCategory", "ValidityTo"), err: l.err}
	find(narrow, &into.Claims, append([]clause.Expression{persistence.IsNull(column("tblClaim", "ValidityTo"))}, conditions...)...)
	l.err = narrow.err
	findIn(l, &into.Items, column("tblClaimItems", "ItemID"), itemKeys, persistence.IsNull(column("tblClaimItems", "ValidityTo")),
		persistence.Exists("tblClaim", "ClaimID", column("tblClaimItems", "ClaimID"), conditions...))
	findIn(l, &into.Services, column("tblClaimServices", "ServiceID"), serviceKeys, persistence.IsNull(column("tblClaimServices", "ValidityTo")),
		persistence.Exists("tblClaim", "ClaimID", column("tblClaimServices", "ClaimID"), conditions...))
}

// keysOf gives the different keys of the rows in their order.
func keysOf[R any](rows []R, key func(*R) int) []int {
	seen := map[int]bool{}
	var keys []int
	for i := range rows {
		if k := key(&rows[i]); !seen[k] {
			seen[k] = true
			keys = append(keys, k)
		}
	}
	return keys
}
