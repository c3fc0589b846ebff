package demo

import (
	"fmt"

	"github.com/shopspring/decimal"

	p "github.com/openimis/openimis-go/persistence"
)

// product is an insurance product with as much of its conditions as the rows that follow
// from it need.
type product struct {
	id         int
	regionIdx  int   // where it is sold, -1 for everywhere
	lumpSum    cents // for the family, or …
	adult      cents // … for each person
	child      cents
	coinsured  int   // per cent of items the scheme pays
	cap        cents // most the scheme pays for a simple service, 0 for no such limit
	deductible cents // of each insured person
	ceiling    cents // of each insured person, 0 for none
	perPolicy  cents // ceiling of the policy, 0 for none
	waiting    int   // months before surgery is covered in a new policy
	relative   bool  // prices wait for the month's index
	cycles     bool  // starts only in January and July
}

// relativeIndex is what months already valuated pay of the relative prices, in per cent.
const relativeIndex = 85

// productCodes are the codes of the products in the order of their keys.
var productCodes = []string{"HB01", "HP01", "CR01", "SF01"}

func (g *world) makeProducts() {
	g.products = []*product{
		{id: 1, regionIdx: 0, lumpSum: units(10_000), coinsured: 100},
		{id: 2, regionIdx: -1, adult: units(4_000), child: units(2_000), coinsured: 80, cap: units(2_000), deductible: units(200), ceiling: units(30_000), waiting: 3},
		{id: 3, regionIdx: 1, lumpSum: units(8_000), coinsured: 100, relative: true},
		{id: 4, regionIdx: -1, adult: units(3_000), child: units(3_000), coinsured: 100, perPolicy: units(40_000), cycles: true},
	}
	names := []string{"Household Basic", "Household Plus", "Community Cover", "Schools and Firms"}
	line := struct{ item, service int }{}
	for i, product := range g.products {
		row := p.Product{
			ProdID: product.id, ProdUUID: g.draw.uuid(kindProduct, product.id), ProductCode: productCodes[i], ProductName: names[i], InsurancePeriod: 12,
			DateFrom: at(g.day(1500), 0), DateTo: at(after(g.today, 1500), 0), LumpSum: product.lumpSum.decimal(), MemberCount: 8, GracePeriod: 1, GracePeriodRenewal: ptr(1),
			MaxInstallments: ptr(3), WaitingPeriod: ptr(1), RenewalDiscountPerc: ptr(0), RenewalDiscountPeriod: ptr(0), AdministrationPeriod: ptr(0),
			MaxNoConsultation: ptr(60), MaxNoSurgery: ptr(6), MaxNoDelivery: ptr(3), MaxNoHospitalizaion: ptr(20), MaxNoVisits: ptr(60), MaxNoAntenatal: ptr(20),
			CeilingInterpretation: ptr("I"), Level1: ptr("D"), AccCodePremiums: ptr(fmt.Sprintf("70%02d", product.id)), AccCodeRemuneration: ptr(fmt.Sprintf("60%02d", product.id)),
			ShareContribution: decimalOf(100), WeightPopulation: decimalOf(0), WeightNumberFamilies: decimalOf(0), WeightInsuredPopulation: decimalOf(100),
			WeightNumberInsuredFamilies: decimalOf(0), WeightNumberVisits: decimalOf(0), WeightAdjustedAmount: decimalOf(0), ValidityFrom: g.opened(), AuditUserID: 1,
		}
		if product.regionIdx >= 0 {
			row.LocationID = ptr(g.districts[3*product.regionIdx].region)
		}
		if product.adult > 0 {
			row.PremiumAdult, row.PremiumChild = product.adult.pointer(), product.child.pointer()
		}
		row.DedInsuree, row.MaxInsuree, row.MaxPolicy = orNull(product.deductible), orNull(product.ceiling), orNull(product.perPolicy)
		if product.ceiling > 0 {
			row.CeilingType = ptr("I")
		}
		if product.perPolicy > 0 {
			row.CeilingType, row.Threshold, row.MaxPolicyExtraMember = ptr("P"), ptr(6), units(5_000).pointer()
		}
		if product.relative {
			row.PeriodRelPrices = ptr("M")
		}
		if product.cycles {
			row.StartCycle1, row.StartCycle2 = ptr("01-01"), ptr("01-07")
		}
		if product.id == 1 {
			row.ConversionProdID = ptr(2) // a basic family may move up
		}
		g.w.put(row)
		for _, item := range g.items {
			line.item++
			g.w.put(g.itemCover(line.item, product, item))
		}
		for _, service := range g.services {
			line.service++
			g.w.put(g.serviceCover(line.service, product, service))
		}
	}
	g.distribution()
	g.payers()
}

func decimalOf(n int) *decimal.Decimal { return units(n).pointer() }

func orNull(amount cents) *decimal.Decimal {
	if amount == 0 {
		return nil
	}
	return amount.pointer()
}

func (pr *product) origin() string {
	if pr.relative {
		return "R"
	}
	return "P"
}

func (g *world) itemCover(key int, pr *product, item *article) p.ProductItem {
	percent := units(pr.coinsured).pointer()
	return p.ProductItem{
		ProdItemID: key, ProdID: pr.id, ItemID: item.id, LimitationType: ptr("C"), LimitationTypeE: ptr("C"), LimitationTypeR: ptr("C"), PriceOrigin: ptr(pr.origin()),
		LimitAdult: percent, LimitChild: percent, LimitAdultE: percent, LimitChildE: percent, LimitAdultR: percent, LimitChildR: percent,
		LimitNoAdult: ptr(400), LimitNoChild: ptr(400), ValidityFrom: g.opened(), AuditUserID: 1,
	}
}

// limit gives how a product limits a service: C with per cent, or F with an amount.
func (pr *product) limit(service *article) (kind string, value cents) {
	if pr.cap > 0 && service.category == 'O' {
		return "F", pr.cap
	}
	return "C", units(100)
}

func (g *world) serviceCover(key int, pr *product, service *article) p.ProductService {
	kind, value := pr.limit(service)
	limit := value.pointer()
	row := p.ProductService{
		ProdServiceID: key, ProdID: pr.id, ServiceID: service.id, LimitationType: kind, LimitationTypeE: &kind, LimitationTypeR: &kind, PriceOrigin: pr.origin(),
		LimitAdult: limit, LimitChild: limit, LimitAdultE: limit, LimitChildE: limit, LimitAdultR: limit, LimitChildR: limit,
		LimitNoAdult: ptr(100), LimitNoChild: ptr(100), ValidityFrom: g.opened(), AuditUserID: 1,
	}
	if service.category == 'S' && pr.waiting > 0 {
		row.WaitingPeriodAdult, row.WaitingPeriodChild = &pr.waiting, &pr.waiting
	}
	return row
}

// distribution writes how the relative product spreads its money over the months, all of it
// in the year, and the runs that valuated the last two.
func (g *world) distribution() {
	relative := g.products[2]
	for month := 1; month <= 12; month++ {
		share := cents(8)
		if month == 12 {
			share = 12
		}
		g.w.put(p.RelativeDistribution{DistrID: month, DistrType: 12, DistrCareType: "B", ProdID: relative.id, Period: month, DistrPerc: share.pointer(), ValidityFrom: g.opened(), AuditUserID: 1})
	}
	region, lag := g.districts[3].region, g.lag()
	for back := lag + 1; back >= lag; back-- {
		g.keys.batch++
		month := months(g.firstOfMonth(), -back)
		ran := g.ran(g.keys.batch)
		g.w.put(
			p.BatchRun{RunID: g.keys.batch, LocationID: &region, RunDate: ran, ValidityFrom: ran, AuditUserID: 1, RunYear: month.Year(), RunMonth: int(month.Month())},
			p.RelativeIndex{
				RelIndexID: g.keys.batch, ProdID: relative.id, RelType: 12, RelCareType: "B", RelYear: month.Year(), RelPeriod: int(month.Month()), CalcDate: ran,
				RelIndex: cents(relativeIndex).pointer(), ValidityFrom: ran, AuditUserID: 1, LocationID: &region,
			},
		)
	}
}

// runDay is the day of the month on which the month before is valuated.
const runDay = 20

func (g *world) firstOfMonth() p.Date { return p.DateOf(g.today.Year(), g.today.Month(), 1) }

// lag says how many months back the last month lies that has been valuated.
func (g *world) lag() int {
	if g.today.Day() > runDay {
		return 1
	}
	return 2
}

// run gives the batch run that valuated a claim of the relative product dated on the day,
// 0 for none yet. There are two runs; months before both are taken to have gone with the
// first.
func (g *world) run(day p.Date) int {
	last := months(g.firstOfMonth(), -g.lag())
	switch {
	case !day.Before(months(last, 1).Time):
		return 0
	case !day.Before(last.Time):
		return 2
	}
	return 1
}

// ran says when the run with the key was: in the month after the one it valuated.
func (g *world) ran(run int) p.DateTime {
	return at(after(months(g.firstOfMonth(), run-1-g.lag()), runDay-1), 9)
}

func (g *world) payers() {
	for i, row := range []struct{ kind, name string }{{"G", "Ministry of Social Works"}, {"C", "Growers' Co-operative of Northmark"}} {
		g.w.put(p.Payer{
			PayerID: i + 1, PayerUUID: g.draw.uuid(kindPayer, i+1), PayerType: row.kind, PayerName: row.name, PayerAddress: ptr(streetNames[i] + " 1"), LocationID: ptr(g.districts[0].region),
			Phone: ptr(fmt.Sprintf("+999 58 000000%d", i)), EMail: ptr(fmt.Sprintf("payer%d@example.org", i+1)), ValidityFrom: g.opened(), AuditUserID: 1,
		})
	}
}
