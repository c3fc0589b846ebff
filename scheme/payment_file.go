package scheme

import (
	"strings"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/persistence"
)

// PaymentRows are the rows that decide about what a payment is for.
type PaymentRows struct {
	Officers []persistence.Officer  // with the code of the payment
	Products []persistence.Product  // with the codes of the details, and those of the policies; with history
	Insurees []persistence.Insuree  // live members of the families of the insurance numbers
	Families []persistence.Family   // of them
	Policies []persistence.Policy   // live ones of the families
	Premiums []persistence.Premium  // live ones of the policies
	Places   []persistence.Location // where families live and officers work, up to the regions
}

// paymentFile finds the rows by what a detail names.
type paymentFile struct {
	rows     *PaymentRows
	today    persistence.Date
	book     RuleBook
	families map[int]*persistence.Family
	places   map[int]*persistence.Location
	members  map[int][]*persistence.Insuree
}

func newPaymentFile(r *PaymentRows, today persistence.Date, book RuleBook) *paymentFile {
	return &paymentFile{
		rows: r, today: today, book: book,
		families: byKey(r.Families, func(f *persistence.Family) int { return f.FamilyID }),
		places:   byKey(r.Places, func(l *persistence.Location) int { return l.LocationID }),
		members:  groupBy(r.Insurees, func(i *persistence.Insuree) int { return number(i.FamilyID) }),
	}
}

// family gives the family of the insurance number, nil for none.
func (f *paymentFile) family(chfid string) *persistence.Family {
	for i := range f.rows.Insurees {
		if text(f.rows.Insurees[i].CHFID) == strings.TrimSpace(chfid) {
			return f.families[number(f.rows.Insurees[i].FamilyID)]
		}
	}
	return nil
}

// product gives the live product with the code, nil for none.
func (f *paymentFile) product(code string) *persistence.Product {
	for i := range f.rows.Products {
		if p := &f.rows.Products[i]; p.ValidityTo == nil && strings.EqualFold(p.ProductCode, strings.TrimSpace(code)) {
			return p
		}
	}
	return nil
}

// officer gives the officer with the code, nil for none.
func (f *paymentFile) officer(code string) *persistence.Officer {
	for i := range f.rows.Officers {
		if strings.EqualFold(f.rows.Officers[i].Code, strings.TrimSpace(code)) {
			return &f.rows.Officers[i]
		}
	}
	return nil
}

// sold tells whether the product is sold at the place or in a place it lies in.
func (f *paymentFile) sold(product *persistence.Product, place *int) bool {
	if number(product.LocationID) == 0 {
		return true
	}
	for _, at := range placesUp(place, f.places) {
		if at.LocationID == *product.LocationID {
			return true
		}
	}
	return false
}

// newest gives the last policy of the family and product in one of the states, nil for
// none. One of another product counts when that was converted to this one and converted
// is set.
func (f *paymentFile) newest(family *persistence.Family, product *persistence.Product, converted bool, states ...int) *persistence.Policy {
	var found *persistence.Policy
	for i := range f.rows.Policies {
		p := &f.rows.Policies[i]
		if p.FamilyID != family.FamilyID || p.ProdID != product.ProdID && !(converted && f.becomes(p.ProdID, product.ProdID)) {
			continue
		}
		for _, state := range states {
			if number(p.PolicyStatus) == state && (found == nil || p.PolicyID > found.PolicyID) {
				found = p
			}
		}
	}
	return found
}

// becomes tells whether a product was converted to the other.
func (f *paymentFile) becomes(from, to int) bool {
	for i := range f.rows.Products {
		if p := &f.rows.Products[i]; p.ProdID == from && number(p.ConversionProdID) == to {
			return true
		}
	}
	return false
}

// price gives the value of a policy of the product for the members on the day.
func (f *paymentFile) price(product *persistence.Product, members []persistence.Insuree, stage string, day persistence.Date, before *persistence.Date) (PolicyPrice, error) {
	price, err := PricePolicy(&Pricing{ProdID: product.ProdID, Versions: f.rows.Products, Members: members, Stage: stage, Enrolled: day, Before: before, Today: f.today}, f.book)
	if err == nil {
		err = price.Err()
	}
	return price, err
}

// membersOf gives the members of a family.
func (f *paymentFile) membersOf(family *persistence.Family) (members []persistence.Insuree) {
	for _, m := range f.members[family.FamilyID] {
		members = append(members, *m)
	}
	return members
}

// loadForPayment loads what decides about details with the numbers and product codes, of
// an officer with the code: the number of statements does not depend on theirs. With hold
// nobody else sells anything to the families meanwhile.
func loadForPayment(x *persistence.Session, officer string, details []persistence.PaymentDetail, hold bool) (*PaymentRows, error) {
	r, l := &PaymentRows{}, &loader{db: x.DB()}
	numbers, codes := texts(details, func(d *persistence.PaymentDetail) *string { return d.InsuranceNumber }), texts(details, func(d *persistence.PaymentDetail) *string { return d.ProductCode })
	if strings.TrimSpace(officer) != "" {
		find(l, &r.Officers, persistence.Text(column("tblOfficer", "Code"), persistence.SameFold, strings.TrimSpace(officer)), persistence.IsNull(column("tblOfficer", "ValidityTo")))
	}
	var named []persistence.Insuree
	find(l, &named, persistence.In(column("tblInsuree", "CHFID"), numbers), persistence.IsNull(column("tblInsuree", "ValidityTo")))
	families := keysOf(named, func(i *persistence.Insuree) int { return number(i.FamilyID) })
	if hold {
		l.db = x.DB().Clauses(clause.Locking{Strength: "UPDATE"})
	}
	find(l, &r.Families, persistence.In(column("tblFamilies", "FamilyID"), families), persistence.IsNull(column("tblFamilies", "ValidityTo")))
	l.db = x.DB()
	find(l, &r.Insurees, persistence.In(column("tblInsuree", "FamilyID"), families), persistence.IsNull(column("tblInsuree", "ValidityTo")))
	find(l, &r.Policies, persistence.In(column("tblPolicy", "FamilyID"), families), persistence.IsNull(column("tblPolicy", "ValidityTo")))
	findIn(l, &r.Premiums, column("tblPremium", "PolicyID"), keysOf(r.Policies, func(p *persistence.Policy) int { return p.PolicyID }), persistence.IsNull(column("tblPremium", "ValidityTo")))
	var products []persistence.Product
	sold := keysOf(r.Policies, func(p *persistence.Policy) int { return p.ProdID })
	find(l, &products, clause.Or(persistence.In(column("tblProduct", "ProductCode"), codes), persistence.In(column("tblProduct", "ProdID"), sold)), persistence.IsNull(column("tblProduct", "ValidityTo")))
	keys := keysOf(products, func(p *persistence.Product) int { return p.ProdID })
	find(l, &r.Products, clause.Or(persistence.In(column("tblProduct", "ProdID"), keys), persistence.In(column("tblProduct", "LegacyID"), keys)))
	places := keysOf(r.Families, func(f *persistence.Family) int { return number(f.LocationID) })
	for i := range r.Officers {
		places = append(places, number(r.Officers[i].LocationID))
	}
	r.Places = l.above(places)
	return r, l.err
}

// texts gives the different texts of the rows that are not blank.
func texts[R any](rows []R, of func(*R) *string) []string {
	seen := map[string]bool{}
	var found []string
	for i := range rows {
		if t := text(of(&rows[i])); t != "" && !seen[t] {
			seen[t] = true
			found = append(found, t)
		}
	}
	return found
}
