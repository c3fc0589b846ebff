package scheme

import (
	"fmt"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// Products are the use cases on insurance products. Each runs inside the transaction of
// the session it is given, writes rows with their history and publishes one event. Lines
// stay under the key of the live product and have histories of their own, as the
// procedures keep them (rule 11); policies and claims look their prices up there.
type Products struct{}

// ProductDraft is a product as it is to be. Lines need only say what they cover and how:
// the product fills in its key.
type ProductDraft struct {
	Product      persistence.Product
	Items        []persistence.ProductItem          // nil: as they are
	Services     []persistence.ProductService       // nil: as they are
	Distribution []persistence.RelativeDistribution // nil: as it is

	// Paths gives the names errors use: for columns of tblProduct and of the lines, and
	// for "item 0", "service 0" and "share 0" and so on.
	Paths Paths
}

// Create stores a new product. Errors: core.Unprocessable for what a product cannot be,
// core.Conflict for a code that is taken; with all faults.
func (p Products) Create(x *persistence.Session, d *ProductDraft) error {
	d.Product.ProdID = 0
	defaultWeights(&d.Product)
	if err := p.check(x, d); err != nil {
		return err
	}
	if err := persistence.Insert(x, &d.Product); err != nil {
		return err
	}
	return p.written(x, d, "product.created")
}

// Update changes a product, which must carry the ValidityFrom it was read with. Errors:
// core.NotFound, core.Gone, and those of Create; core.Conflict when it was changed since.
func (p Products) Update(x *persistence.Session, d *ProductDraft) error {
	if _, err := persistence.OneByKey[persistence.Product](x, d.Product.ProdID); err != nil {
		return err
	}
	if err := p.check(x, d); err != nil {
		return err
	}
	if err := persistence.Update(x, &d.Product); err != nil {
		return err
	}
	return p.written(x, d, "product.changed")
}

// Duplicate stores a new product with those lines of another that the draft does not have
// itself. Errors: those of Create, core.NotFound and core.Gone for the other.
func (p Products) Duplicate(x *persistence.Session, source persistence.UUID, d *ProductDraft) error {
	from, err := persistence.One[persistence.Product](x, source)
	if err != nil {
		return err
	}
	if d.Items == nil {
		if d.Items, err = productItems.live(x, from.ProdID); err != nil {
			return err
		}
	}
	if d.Services == nil {
		if d.Services, err = productServices.live(x, from.ProdID); err != nil {
			return err
		}
	}
	if d.Distribution == nil {
		if d.Distribution, err = productShares.live(x, from.ProdID); err != nil {
			return err
		}
	}
	d.Product.ProdUUID = ""
	return p.Create(x, d)
}

// Delete closes a product, as it was read, and its lines. Errors: core.Gone; core.Conflict
// while policies or other products need it, and when it was changed since.
func (Products) Delete(x *persistence.Session, product *persistence.Product) error {
	err := refuseWhileUsed(x, "", product.ProdID,
		use[persistence.Policy]{"ProdID", "policies"},
		use[persistence.Product]{"ConversionProdID", "products that convert to it"},
		use[persistence.PolicyRenewal]{"NewProdID", "renewals"},
	)
	if err != nil {
		return err
	}
	if err := productItems.close(x, product.ProdID); err != nil {
		return err
	}
	if err := productServices.close(x, product.ProdID); err != nil {
		return err
	}
	if err := productShares.close(x, product.ProdID); err != nil {
		return err
	}
	if err := persistence.Delete(x, product); err != nil {
		return err
	}
	return publishRows(x, "product.deleted", "Product", product.ProdUUID)
}

// written writes the lines of a product that was written.
func (Products) written(x *persistence.Session, d *ProductDraft, event string) error {
	if err := d.writeLines(x); err != nil {
		return err
	}
	return publishRows(x, event, "Product", d.Product.ProdUUID)
}

// defaultWeights gives a product that says nothing of capitation what the columns of the
// legacy database give it: everything by the number of insured persons.
func defaultWeights(p *persistence.Product) {
	if p.ShareContribution == nil {
		p.ShareContribution = ptr(decimal.New(100, 0))
	}
	for _, weight := range weightsOf(p) {
		if *weight != nil {
			return
		}
	}
	for _, weight := range weightsOf(p) {
		*weight = ptr(decimal.Zero)
	}
	p.WeightInsuredPopulation = ptr(decimal.New(100, 0))
}

// check looks for everything that is wrong with the draft.
func (Products) check(x *persistence.Session, d *ProductDraft) error {
	p, c := &d.Product, &draftCheck{x: x, paths: d.Paths}
	fits(c, p)
	c.needed("ProductCode", p.ProductCode, "the code of the product")
	c.needed("ProductName", p.ProductName, "the name of the product")
	c.productTime(p)
	c.productMoney(p)
	c.capitation(p)
	d.checkLines(c)
	c.productPlaces(p)
	refuseTaken(c, unique{"ProductCode", "code", "product", persistence.Same}, p.ProductCode, p)
	return c.done()
}

// productTime checks when a product is sold and how long it covers.
func (c *draftCheck) productTime(p *persistence.Product) {
	if p.DateFrom.IsZero() {
		c.fault("DateFrom", "the first day of sale is missing")
	}
	if p.DateTo.IsZero() {
		c.fault("DateTo", "the last day of sale is missing")
	} else if p.DateTo.Before(p.DateFrom.Time) {
		c.fault("DateTo", "it is sold until %s, before it is sold from %s", p.DateTo.Date(), p.DateFrom.Date())
	}
	if p.InsurancePeriod == 0 {
		c.fault("InsurancePeriod", "a product covers a month at least")
	}
	before := true
	for i, cycle := range []*string{p.StartCycle1, p.StartCycle2, p.StartCycle3, p.StartCycle4} {
		name, day := fmt.Sprint("StartCycle", i+1), cycleText(cycle)
		if _, err := time.Parse("02-01-2006", day+"-2000"); day != "" && err != nil {
			c.fault(name, "%q is no day; day-month is needed, such as 01-06", day)
		} else if day != "" && !before {
			c.fault(name, "the cycle before it is missing")
		}
		before = day != ""
	}
}

// productMoney checks discounts, deductibles and ceilings.
func (c *draftCheck) productMoney(p *persistence.Product) {
	c.within("RenewalDiscountPerc", p.RenewalDiscountPerc, 0, 100)
	c.within("EnrolmentDiscountPerc", p.EnrolmentDiscountPerc, 0, 100)
	c.letter("CeilingInterpretation", text(p.CeilingInterpretation), "HI", true)
	c.letter("CeilingType", text(p.CeilingType), "TIP", true)
	c.letter("PeriodRelPrices", text(p.PeriodRelPrices), "MQY", true)
	c.letter("PeriodRelPricesOP", text(p.PeriodRelPricesOP), "MQY", true)
	c.letter("PeriodRelPricesIP", text(p.PeriodRelPricesIP), "MQY", true)
	only := text(p.CeilingType)
	for _, block := range limitBlocks(p) {
		set := false
		for _, kind := range []string{"Ded", "Max"} {
			general := false
			for _, care := range []string{"", "OP", "IP"} {
				if amount(block.amounts[kind+care]).IsZero() {
					continue
				}
				set = true
				name := kind + care + block.name
				switch {
				case only != "" && only != block.letter:
					c.fault(name, "deductibles and ceilings are per treatment, per insured person or per policy; the product has another one of these")
				case care != "" && general:
					c.fault(name, "it is given in general already; either in general, or for out- and in-patients")
				}
				general = general || care == ""
			}
		}
		if set && only == "" {
			only = block.letter
		}
	}
}

// limitBlock is one of the three ways a product sets deductibles (Ded) and ceilings (Max),
// in general, for out-patients (OP) and in-patients (IP).
type limitBlock struct {
	letter, name string
	amounts      map[string]*decimal.Decimal
}

// limitBlocks gives them in the order a claim looks at them (rule 4.3).
func limitBlocks(p *persistence.Product) []limitBlock {
	return []limitBlock{
		{"T", "Treatment", map[string]*decimal.Decimal{"Ded": p.DedTreatment, "DedOP": p.DedOPTreatment, "DedIP": p.DedIPTreatment,
			"Max": p.MaxTreatment, "MaxOP": p.MaxOPTreatment, "MaxIP": p.MaxIPTreatment}},
		{"I", "Insuree", map[string]*decimal.Decimal{"Ded": p.DedInsuree, "DedOP": p.DedOPInsuree, "DedIP": p.DedIPInsuree,
			"Max": p.MaxInsuree, "MaxOP": p.MaxOPInsuree, "MaxIP": p.MaxIPInsuree}},
		{"P", "Policy", map[string]*decimal.Decimal{"Ded": p.DedPolicy, "DedOP": p.DedOPPolicy, "DedIP": p.DedIPPolicy,
			"Max": p.MaxPolicy, "MaxOP": p.MaxOPPolicy, "MaxIP": p.MaxIPPolicy}},
	}
}

// weightsOf gives the six weights of capitation in the order of their columns.
func weightsOf(p *persistence.Product) []**decimal.Decimal {
	return []**decimal.Decimal{&p.WeightPopulation, &p.WeightNumberFamilies, &p.WeightInsuredPopulation, &p.WeightNumberInsuredFamilies, &p.WeightNumberVisits, &p.WeightAdjustedAmount}
}

// capitation checks what is paid by capitation, and to which facilities.
func (c *draftCheck) capitation(p *persistence.Product) {
	full := decimal.New(100, 0)
	if amount(p.ShareContribution).GreaterThan(full) {
		c.fault("ShareContribution", "%s is more than 100 %%", p.ShareContribution)
	}
	var sum decimal.Decimal
	for _, weight := range weightsOf(p) {
		sum = sum.Add(amount(*weight))
	}
	if !sum.IsZero() && !sum.Equal(full) {
		c.fault("WeightPopulation", "the six weights of capitation make %s; they make 100 or are all 0", sum)
	}
	var sublevels []string
	for i, at := range [][2]*string{{p.Level1, p.Sublevel1}, {p.Level2, p.Sublevel2}, {p.Level3, p.Sublevel3}, {p.Level4, p.Sublevel4}} {
		c.letter(fmt.Sprint("Level", i+1), text(at[0]), "DCH", true)
		if text(at[1]) != "" && text(at[0]) == "" {
			c.fault(fmt.Sprint("Sublevel", i+1), "a sub-level needs its level")
		}
		sublevels = append(sublevels, text(at[1]))
	}
	if strings.Join(sublevels, "") == "" || c.err != nil {
		return
	}
	var known []persistence.HealthFacilitySublevel
	l := &loader{db: c.x.DB()}
	find(l, &known)
	if c.failed(l.err) {
		return
	}
	letters := ""
	for i := range known {
		letters += known[i].HFSublevel
	}
	for i, letter := range sublevels {
		c.letter(fmt.Sprint("Sublevel", i+1), letter, letters, true)
	}
}

// productPlaces checks where a product is sold and what it is renewed with.
func (c *draftCheck) productPlaces(p *persistence.Product) {
	if p.LocationID != nil {
		c.place("LocationId", *p.LocationID, "RD")
	}
	if p.ConversionProdID == nil || c.err != nil {
		return
	}
	var live []persistence.Product
	l := &loader{db: c.x.DB()}
	find(l, &live, persistence.IsNull(column("", "ValidityTo")))
	if c.failed(l.err) {
		return
	}
	products := byKey(live, func(p *persistence.Product) int { return p.ProdID })
	next := products[*p.ConversionProdID]
	if next == nil {
		c.fault("ConversionProdID", "there is no such product")
	}
	for range len(live) {
		if next == nil {
			return
		}
		if next.ProdID == p.ProdID {
			c.refuse(core.Unprocessable, "ConversionProdID", "product %s would be renewed with itself in the end", p.ProductCode)
			return
		}
		if next.ConversionProdID == nil {
			return
		}
		next = products[*next.ConversionProdID]
	}
}
