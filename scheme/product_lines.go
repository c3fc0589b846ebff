package scheme

import (
	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/persistence"
)

// The lines of products.
var (
	productItems = lines[persistence.ProductItem, int]{"ProdID",
		func(l *persistence.ProductItem) int { return l.ItemID },
		func(l *persistence.ProductItem, product int) { l.ProdID = product }}
	productServices = lines[persistence.ProductService, int]{"ProdID",
		func(l *persistence.ProductService) int { return l.ServiceID },
		func(l *persistence.ProductService, product int) { l.ProdID = product }}
	productShares = lines[persistence.RelativeDistribution, shareKey]{"ProdID",
		shareOf,
		func(l *persistence.RelativeDistribution, product int) { l.ProdID = product }}
)

// shareKey says what a product has one share of the contributions for.
type shareKey struct {
	kind   int // periods of a year: 12, 4 or 1
	care   string
	period int
}

func shareOf(r *persistence.RelativeDistribution) shareKey {
	return shareKey{r.DistrType, text(&r.DistrCareType), r.Period}
}

// writeLines makes the lines of the product those of the draft.
func (d *ProductDraft) writeLines(x *persistence.Session) error {
	if d.Items != nil {
		if err := productItems.write(x, d.Product.ProdID, d.Items); err != nil {
			return err
		}
	}
	if d.Services != nil {
		if err := productServices.write(x, d.Product.ProdID, d.Services); err != nil {
			return err
		}
	}
	if d.Distribution != nil {
		return productShares.write(x, d.Product.ProdID, d.Distribution)
	}
	return nil
}

// checkLines looks for what is wrong with the lines.
func (d *ProductDraft) checkLines(c *draftCheck) {
	each(c, "item", d.Items, func(l *persistence.ProductItem) { fits(c, l); c.benefit(benefitOfItem(l)) })
	once(c, "item", "ItemID", d.Items, productItems.key)
	missing[persistence.Item](c, "item", "ItemID", "item", d.Items, productItems.key)
	each(c, "service", d.Services, func(l *persistence.ProductService) { fits(c, l); c.benefit(benefitOfService(l)) })
	once(c, "service", "ServiceID", d.Services, productServices.key)
	missing[persistence.Service](c, "service", "ServiceID", "service", d.Services, productServices.key)
	d.checkShares(c)
}

// benefit checks how one item or service is covered.
func (c *draftCheck) benefit(b Benefit) {
	c.letter("PriceOrigin", b.Origin, "POR", false)
	for _, visit := range []struct{ letter, suffix string }{{"O", ""}, {"R", "R"}, {"E", "E"}} {
		limit := b.Limits[visit.letter]
		c.letter("LimitationType"+visit.suffix, limit.Type, "CF", visit.suffix != "")
		if limit.Type != "C" {
			continue
		}
		for _, share := range []struct {
			name  string
			value *decimal.Decimal
		}{{"LimitAdult", limit.Adult}, {"LimitChild", limit.Child}} {
			if amount(share.value).GreaterThan(decimal.New(100, 0)) {
				c.fault(share.name+visit.suffix, "the scheme pays %s %%, which is more than all", share.value)
			}
		}
	}
	c.letter("CeilingExclusionAdult", b.ExcludeAdult, "BHN", true)
	c.letter("CeilingExclusionChild", b.ExcludeChild, "BHN", true)
}

// checkShares checks the shares of the contributions set aside for relative prices: one
// for each period of a kind and care, of 0 to 1, where 1 is everything (rule 7.2); and
// that the periods the product draws prices in have them.
func (d *ProductDraft) checkShares(c *draftCheck) {
	if d.Distribution == nil && d.Product.ProdID != 0 {
		return
	}
	counted := map[shareKey]int{}
	each(c, "share", d.Distribution, func(r *persistence.RelativeDistribution) {
		fits(c, r)
		c.letter("DistrCareType", r.DistrCareType, "BIO", false)
		switch {
		case r.DistrType != 12 && r.DistrType != 4 && r.DistrType != 1:
			c.fault("DistrType", "%d is none of 12, 4 and 1", r.DistrType)
		case r.Period < 1 || r.Period > r.DistrType:
			c.fault("Period", "%d is not between 1 and %d", r.Period, r.DistrType)
		}
		if amount(r.DistrPerc).GreaterThan(decimal.New(1, 0)) {
			c.fault("DistrPerc", "%s is more than 1, which is everything", r.DistrPerc)
		}
		counted[shareKey{kind: r.DistrType, care: text(&r.DistrCareType)}]++
	})
	once(c, "share", "Period", d.Distribution, shareOf)
	for _, care := range []string{"B", "I", "O"} {
		for _, kind := range []int{12, 4, 1} {
			if n := counted[shareKey{kind: kind, care: care}]; n != 0 && n < kind {
				c.fault("DistrPerc", "%d shares of care %s were given; there are %d", n, care, kind)
			}
		}
	}
	for _, drawn := range []struct {
		name, care string
		period     *string
	}{{"PeriodRelPrices", "B", d.Product.PeriodRelPrices}, {"PeriodRelPricesIP", "I", d.Product.PeriodRelPricesIP}, {"PeriodRelPricesOP", "O", d.Product.PeriodRelPricesOP}} {
		kind := map[string]int{"M": 12, "Q": 4, "Y": 1}[text(drawn.period)]
		if kind > 0 && counted[shareKey{kind: kind, care: drawn.care}] == 0 {
			c.fault(drawn.name, "the shares of its %d periods are missing", kind)
		}
	}
}
