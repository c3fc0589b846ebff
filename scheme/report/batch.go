package report

import (
	"slices"
	"strconv"

	"github.com/shopspring/decimal"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// RightBatchPreview is needed to see what facilities are to be paid.
const RightBatchPreview = 111103

// The two ways to put what is to be paid together.
const (
	byFacility = "H"
	byProduct  = "P"
)

// batch is asked as the other reports are; its tables depend on what is asked.
var batch = &Report{Parameters: []Parameter{
	location("locationId", "Location"), product("prodId"), run("runId"), facility("hfId"),
	choice("hfLevel", "Level", map[string]string{"D": "Dispensary", "C": "Health centre", "H": "Hospital"}), day("dateFrom", "From"), day("dateTo", "To"),
	required(choice("group", "Grouped by", map[string]string{byFacility: "Health facility", byProduct: "Product"})),
	choice("showClaims", "Claims", map[string]string{"true": "shown", "false": "not shown"}),
}}

func run(name string) Parameter {
	return row(name, "Batch run", func(r *persistence.BatchRun) string {
		return strconv.Itoa(r.RunYear) + "-" + strconv.Itoa(r.RunMonth) + ", run on " + r.RunDate.Date().String()
	})
}

var batchSums = []Column{
	{Name: "claims", Title: "Claims", Kind: Number, Total: true}, {Name: "claimed", Title: "Claimed", Kind: Money, Total: true}, {Name: "approved", Title: "Approved", Kind: Money, Total: true},
	{Name: "valuated", Title: "Valuated", Kind: Money, Total: true}, {Name: "paid", Title: "To be paid", Kind: Money, Total: true},
}

// Batch tells what facilities are to be paid for claims that batch runs valuated, by
// facility or by product, with the claims one by one when asked. given and the errors are
// those of Report.Make.
func Batch(x *persistence.Session, given func(name string) string) (*Document, error) {
	q, err := begin(x, batch, given)
	if err != nil {
		return nil, err
	}
	var tables []Table
	if q.words["group"] == byFacility {
		err = q.paidToFacilities()
		tables = append(tables, Table{Title: "Health facilities", Columns: append([]Column{{Name: "region", Title: "Region"}, {Name: "district", Title: "District"}, {Name: "health_facility", Title: "Health facility"}}, batchSums...)})
	} else {
		err = q.paidByProducts()
		tables = append(tables, Table{Title: "Products", Columns: []Column{
			{Name: "product", Title: "Product"}, {Name: "lines", Title: "Items and services", Kind: Number, Total: true},
			{Name: "valuated", Title: "Valuated", Kind: Money, Total: true}, {Name: "paid", Title: "To be paid", Kind: Money, Total: true},
		}})
	}
	if err != nil {
		return nil, err
	}
	tables[0].Rows, q.lines = q.lines, nil
	if q.words["showClaims"] == "true" {
		if err := q.paidClaims(); err != nil {
			return nil, err
		}
		tables = append(tables, Table{Title: "Claims", Rows: q.lines, Columns: append([]Column{
			{Name: "health_facility", Title: "Health facility"}, {Name: "code", Title: "Claim", Kind: Short}, {Name: "insurance_number", Title: "Insurance no.", Kind: Short},
			{Name: "insured_person", Title: "Insured person"}, {Name: "date_from", Title: "Care from", Kind: Day},
		}, batchSums[1:]...)})
	}
	return &Document{Name: "batch run", Title: "Claims to be paid", Made: x.Now(), Facts: q.facts, Tables: tables}, nil
}

// paid are the conditions for the claims asked for; none needs a relation.
func (q *question) paid() []clause.Expression {
	claim := func(name string) clause.Column { return column("tblClaim", name) }
	where := slices.Concat(
		[]clause.Expression{persistence.Compare(claim("ClaimStatus"), "=", scheme.StatusValuated), clause.Not(persistence.IsNull(claim("RunID")))},
		q.same("runId", claim("RunID")), q.same("hfId", claim("HFID")), q.ofProduct("prodId"))
	if first, asked := q.days["dateFrom"]; asked {
		where = append(where, persistence.Compare(claim("DateProcessed"), ">=", first))
	}
	if last, asked := q.days["dateTo"]; asked {
		where = append(where, persistence.Compare(claim("DateProcessed"), "<=", last))
	}
	if key, asked := q.keys["locationId"]; asked {
		where = append(where, persistence.Exists("tblHF", "HfID", claim("HFID"), persistence.Below(column("tblHF", "LocationId"), key)))
	}
	if level, asked := q.words["hfLevel"]; asked {
		where = append(where, persistence.Exists("tblHF", "HfID", claim("HFID"), persistence.Text(column("tblHF", "HFLevel"), persistence.Same, level)))
	}
	return where
}

func (q *question) paidToFacilities() error {
	lines, err := persistence.Count[persistence.Claim](q.x, persistence.Tally{
		Where: q.paid(), Join: []string{"HF"}, By: []clause.Column{column("HF", "LocationId"), column("HF", "HFCode"), column("HF", "HFName")},
		Sum: []clause.Column{column("", "Claimed"), column("", "Approved"), column("", "Valuated"), column("", "Remunerated")},
	})
	found := map[[4]string]*persistence.Tallied{}
	for i := range lines {
		region, district := q.districts(lines[i].Number(0))
		found[[4]string{region, district, lines[i].By[1], lines[i].By[2]}] = &lines[i]
	}
	for _, at := range sorted(found) {
		l := found[at]
		q.add(at[0], at[1], named(at[2], at[3]), l.Count, l.Sum[0], l.Sum[1], l.Sum[2], l.Sum[3])
	}
	return err
}

// paidByProducts adds up the lines of the claims, since a claim may be paid by several products.
func (q *question) paidByProducts() error {
	products, err := q.products()
	if err != nil {
		return err
	}
	tally := func(table string) persistence.Tally {
		return persistence.Tally{
			Where: append(q.same("prodId", column("", "ProdID")), persistence.Exists("tblClaim", "ClaimID", column(table, "ClaimID"), q.paid()...), clause.Not(persistence.IsNull(column("", "ProdID")))),
			By:    []clause.Column{column("", "ProdID")}, Sum: []clause.Column{column("", "PriceValuated"), column("", "RemuneratedAmount")},
		}
	}
	items, err := persistence.Count[persistence.ClaimItem](q.x, tally("tblClaimItems"))
	if err != nil {
		return err
	}
	services, err := persistence.Count[persistence.ClaimService](q.x, tally("tblClaimServices"))
	type sums struct {
		lines          int
		valuated, paid decimal.Decimal
	}
	found := map[[2]string]sums{}
	for _, l := range append(items, services...) {
		at := [2]string{productOf(products[l.Number(0)]), l.By[0]}
		s := found[at]
		s.lines, s.valuated, s.paid = s.lines+l.Count, s.valuated.Add(l.Sum[0]), s.paid.Add(l.Sum[1])
		found[at] = s
	}
	for _, at := range sorted(found) {
		q.add(at[0], found[at].lines, found[at].valuated, found[at].paid)
	}
	return err
}

func (q *question) paidClaims() error {
	claims, err := list[persistence.Claim](q, persistence.Query{
		Where: q.paid(), Join: []string{"HF", "Insuree"}, Order: []persistence.Order{{Column: column("HF", "HFCode")}, {Column: column("", "ClaimCode")}},
	})
	for i := range claims {
		c := &claims[i]
		insurance, name := personOf(c.Insuree)
		q.add(facilityOf(c.HF), c.ClaimCode, insurance, name, c.DateFrom.Date(), value(c.Claimed), value(c.Approved), value(c.Valuated), value(c.Remunerated))
	}
	return err
}
