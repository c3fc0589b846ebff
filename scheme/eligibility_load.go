package scheme

import (
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/persistence"
)

// LoadCover loads what an enquiry about the person reads. The person carries Family. The
// number of statements is the same however many policies and bookings there are.
func LoadCover(x *persistence.Session, insuree *persistence.Insuree) (*CoverFile, error) {
	l := &loader{db: x.DB()}
	f := &CoverFile{Insuree: insuree, Now: x.Now(), Products: map[int]*persistence.Product{}}
	f.FamilyLive = insuree.Family != nil && insuree.Family.ValidityTo == nil
	find(l, &f.Members, persistence.Compare(column("tblInsureePolicy", "InsureeID"), "=", insuree.InsureeID), persistence.IsNull(column("tblInsureePolicy", "ValidityTo")))
	of := persistence.In(column("tblPolicy", "PolicyID"), keysOf(f.Members, func(m *persistence.InsureePolicy) int { return m.PolicyID }))
	if insuree.FamilyID != nil {
		ofFamily := persistence.Compare(column("tblPolicy", "FamilyID"), "=", *insuree.FamilyID)
		if of = ofFamily; len(f.Members) > 0 {
			of = clause.Or(ofFamily, persistence.In(column("tblPolicy", "PolicyID"), keysOf(f.Members, func(m *persistence.InsureePolicy) int { return m.PolicyID })))
		}
		if l.err == nil {
			var size int64
			l.err = l.db.Model(&persistence.Insuree{}).Where(persistence.Compare(column("tblInsuree", "FamilyID"), "=", *insuree.FamilyID)).
				Where(persistence.IsNull(column("tblInsuree", "ValidityTo"))).Count(&size).Error
			f.FamilySize = int(size)
		}
	}
	find(l, &f.Policies, of, persistence.IsNull(column("tblPolicy", "ValidityTo")))
	if len(f.Policies) == 0 {
		return f, l.err
	}
	var products []persistence.Product
	find(l, &products, persistence.In(column("tblProduct", "ProdID"), keysOf(f.Policies, func(p *persistence.Policy) int { return p.ProdID })))
	for i := range products {
		f.Products[products[i].ProdID] = &products[i]
	}
	find(l, &f.Booked, clause.Or(
		persistence.In(column("tblClaimDedRem", "PolicyID"), keysOf(f.Policies, func(p *persistence.Policy) int { return p.PolicyID })),
		persistence.Compare(column("tblClaimDedRem", "InsureeID"), "=", insuree.InsureeID)))
	return f, l.err
}

// LoadEligibility loads beside that what the question about an item, a service or neither
// reads.
func LoadEligibility(x *persistence.Session, insuree *persistence.Insuree, service, item *Asked) (*EligibilityFile, error) {
	cover, err := LoadCover(x, insuree)
	if err != nil {
		return nil, err
	}
	f := &EligibilityFile{CoverFile: *cover, Service: service, Item: item}
	l := &loader{db: x.DB()}
	if err := f.loadBenefits(l); err != nil {
		return nil, err
	}
	var claims []persistence.Claim
	var items []persistence.ClaimItem
	var services []persistence.ClaimService
	mine := persistence.Compare(column("tblClaim", "InsureeID"), "=", insuree.InsureeID)
	narrow := &loader{db: l.db.Select("ClaimID", "InsureeID", "DateFrom", "DateTo", "ClaimStatus", "ClaimCategory", "ValidityTo")}
	find(narrow, &claims, mine)
	if l.err = narrow.err; l.err != nil {
		return nil, l.err
	}
	submitted := []clause.Expression{mine, persistence.Compare(column("tblClaim", "ClaimStatus"), ">", StatusEntered), persistence.IsNull(column("tblClaim", "ValidityTo"))}
	find(l, &items, persistence.Exists("tblClaim", "ClaimID", column("tblClaimItems", "ClaimID"), submitted...))
	find(l, &services, persistence.Exists("tblClaim", "ClaimID", column("tblClaimServices", "ClaimID"), submitted...))
	f.Claims = usedClaims(insuree.InsureeID, claims, items, services)
	return f, l.err
}

// loadBenefits loads what the person's products pay for what is asked about.
func (f *EligibilityFile) loadBenefits(l *loader) error {
	products := keysOf(f.Policies, func(p *persistence.Policy) int { return p.ProdID })
	if len(products) == 0 {
		return nil
	}
	if f.Item != nil && f.Item.Known {
		var rows []persistence.ProductItem
		find(l, &rows, persistence.In(column("tblProductItems", "ProdID"), products), persistence.Compare(column("tblProductItems", "ItemID"), "=", f.Item.ID),
			persistence.IsNull(column("tblProductItems", "ValidityTo")))
		for i := range rows {
			f.Benefits = append(f.Benefits, benefitOfItem(&rows[i]))
		}
	}
	if f.Service != nil && f.Service.Known {
		var rows []persistence.ProductService
		find(l, &rows, persistence.In(column("tblProductServices", "ProdID"), products), persistence.Compare(column("tblProductServices", "ServiceID"), "=", f.Service.ID),
			persistence.IsNull(column("tblProductServices", "ValidityTo")))
		for i := range rows {
			f.Benefits = append(f.Benefits, benefitOfService(&rows[i]))
		}
	}
	return l.err
}

// usedClaims puts the person's claims together with their lines, closed rows too.
func usedClaims(insuree int, claims []persistence.Claim, items []persistence.ClaimItem, services []persistence.ClaimService) []UsedClaim {
	var list []UsedClaim
	at := map[int]int{}
	for i := range claims {
		c := &claims[i]
		if c.InsureeID != insuree {
			continue
		}
		at[c.ClaimID] = len(list)
		list = append(list, UsedClaim{ID: c.ClaimID, Live: c.ValidityTo == nil, Status: c.ClaimStatus, Category: text(c.ClaimCategory), Target: targetDate(c)})
	}
	add := func(claim int, live bool, l *Line) {
		if i, ok := at[claim]; ok {
			quantity := l.Provided
			if l.Approved != nil {
				quantity = *l.Approved
			}
			list[i].Lines = append(list[i].Lines, UsedLine{Ware: l.Ware, Live: live, Status: l.Status, Reason: l.Reason, ProdID: l.ProdID, Quantity: quantity})
		}
	}
	for i := range items {
		add(items[i].ClaimID, items[i].ValidityTo == nil, lineOfItem(&items[i]))
	}
	for i := range services {
		add(services[i].ClaimID, services[i].ValidityTo == nil, lineOfService(&services[i]))
	}
	return list
}

// NoteEnquiry records that the caller asked about a person outside his districts; door says
// how.
func NoteEnquiry(x *persistence.Session, insuree *persistence.Insuree, door string) error {
	return announce(x, "insuree.enquired", "Insuree/"+string(insuree.InsureeUUID), map[string]any{"door": door})
}
