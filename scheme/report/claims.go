package report

import (
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// claimStatuses are the states of claims by the codes the UI sends.
var claimStatuses = map[string]string{"1": "Rejected", "2": "Entered", "4": "Checked", "8": "Processed", "16": "Valuated"}

var claimReports = []*Report{
	{
		Name: "claims_overview", Module: "claim", Title: "Claims overview", Right: 131213,
		Parameters: slices.Concat(period("date_start", "date_end"), places("requested_"), claimFilters()),
		Columns: []Column{
			{Name: "code", Title: "Claim", Kind: Short}, {Name: "date_claimed", Title: "Claimed on", Kind: Day}, {Name: "health_facility", Title: "Health facility"},
			{Name: "insurance_number", Title: "Insurance no.", Kind: Short}, {Name: "insured_person", Title: "Insured person"},
			{Name: "date_from", Title: "Care from", Kind: Day}, {Name: "date_to", Title: "Care to", Kind: Day}, {Name: "status", Title: "Status", Kind: Short},
			{Name: "claimed", Title: "Claimed", Kind: Money, Total: true}, {Name: "approved", Title: "Approved", Kind: Money, Total: true},
			{Name: "valuated", Title: "Valuated", Kind: Money, Total: true}, {Name: "paid", Title: "To be paid", Kind: Money, Total: true},
		},
		rows: claimsOverview,
	},
	{
		Name: "claim_history", Module: "claim", Title: "Claim history of an insured person", Right: 131223,
		Parameters: slices.Concat(period("date_start", "date_end"), []Parameter{required(insuree("requested_insuree_id"))}, places("requested_"), claimFilters()),
		Columns: []Column{
			{Name: "code", Title: "Claim", Kind: Short}, {Name: "date_from", Title: "Care from", Kind: Day}, {Name: "health_facility", Title: "Health facility"},
			{Name: "status", Title: "Status", Kind: Short}, {Name: "line", Title: "Item or service"}, {Name: "quantity", Title: "Quantity", Kind: Money},
			{Name: "price", Title: "Price", Kind: Money}, {Name: "valuated", Title: "Valuated", Kind: Money, Total: true},
			{Name: "paid", Title: "To be paid", Kind: Money, Total: true}, {Name: "rejection", Title: "Rejected because"},
		},
		rows: claimHistory,
	},
	{
		Name: "claim_percentage_referrals", Module: "claim", Title: "Percentage of referrals", Right: 131214,
		Parameters: slices.Concat(period("date_start", "date_end"), []Parameter{required(location("region_id", "Region")), required(location("district_id", "District"))}),
		Columns: []Column{
			{Name: "health_facility", Title: "Health facility"}, {Name: "level", Title: "Level", Kind: Short}, {Name: "claims", Title: "Claims", Kind: Number, Total: true},
			{Name: "referrals", Title: "Of patients referred", Kind: Number, Total: true}, {Name: "share", Title: "Per cent", Kind: Share},
		},
		rows: referrals,
	},
	{
		Name: "claims_primary_operational_indicators", Module: "claim", Title: "Primary operational indicators: claims", Right: 131202,
		Parameters: slices.Concat([]Parameter{
			required(location("requested_region_id", "Region")), location("requested_district_id", "District"), required(integer("requested_year", "Year", 1900, 9998)),
			integer("requested_quarter", "Quarter", 0, 4), integer("requested_month", "Month", 0, 12), product("requested_product_id"), facility("requested_hf_id"),
		}),
		Columns: []Column{
			{Name: "month", Title: "Month", Kind: Short}, {Name: "health_facility", Title: "Health facility"}, {Name: "claims", Title: "Claims", Kind: Number, Total: true},
			{Name: "rejected", Title: "Rejected", Kind: Number, Total: true}, {Name: "rejected_share", Title: "Per cent", Kind: Share},
			{Name: "claimed", Title: "Claimed", Kind: Money, Total: true}, {Name: "average", Title: "Average claimed", Kind: Money},
			{Name: "valuated", Title: "Valuated", Kind: Money, Total: true}, {Name: "paid", Title: "To be paid", Kind: Money, Total: true},
		},
		rows: claimIndicators,
	},
}

func claimFilters() []Parameter {
	return []Parameter{facility("requested_hf_id"), product("requested_product_id"), choice("requested_claim_status", "Status", claimStatuses)}
}

// claimsAsked gives the conditions that both lists of claims have.
func (q *question) claimsAsked() []clause.Expression {
	where := slices.Concat(
		moments(column("", "DateFrom"), q.days["date_start"], q.days["date_end"]),
		q.in(column("HF", "LocationId"), "requested_region_id", "requested_district_id"),
		q.same("requested_hf_id", column("", "HFID")), q.ofProduct("requested_product_id"))
	if status, err := strconv.Atoi(q.words["requested_claim_status"]); err == nil {
		where = append(where, persistence.Compare(column("", "ClaimStatus"), "=", status))
	}
	return where
}

// ofProduct matches claims that have a line the product pays.
func (q *question) ofProduct(parameter string) []clause.Expression {
	key, asked := q.keys[parameter]
	if !asked {
		return nil
	}
	return []clause.Expression{clause.Or(
		persistence.Exists("tblClaimItems", "ClaimID", column("tblClaim", "ClaimID"), persistence.Compare(column("tblClaimItems", "ProdID"), "=", key)),
		persistence.Exists("tblClaimServices", "ClaimID", column("tblClaim", "ClaimID"), persistence.Compare(column("tblClaimServices", "ProdID"), "=", key)))}
}

func claimStatus(c *persistence.Claim) string {
	name := scheme.StatusName(c.ClaimStatus)
	return strings.ToUpper(name[:1]) + name[1:]
}

func facilityOf(h *persistence.HealthFacility) string {
	if h == nil {
		return ""
	}
	return named(h.HFCode, h.HFName)
}

func personOf(p *persistence.Insuree) (number, name string) {
	if p == nil {
		return "", ""
	}
	return text(p.CHFID), named(p.OtherNames, p.LastName)
}

func dayOf(moment *persistence.DateTime) any {
	if moment == nil {
		return nil
	}
	return moment.Date()
}

func claimsOverview(q *question) error {
	claims, err := list[persistence.Claim](q, persistence.Query{
		Where: q.claimsAsked(), Join: []string{"HF", "Insuree"}, Order: []persistence.Order{{Column: column("HF", "HFCode")}, {Column: column("", "DateFrom")}},
	})
	for i := range claims {
		c := &claims[i]
		insurance, name := personOf(c.Insuree)
		q.add(c.ClaimCode, c.DateClaimed, facilityOf(c.HF), insurance, name, c.DateFrom.Date(), dayOf(c.DateTo), claimStatus(c),
			value(c.Claimed), value(c.Approved), value(c.Valuated), value(c.Remunerated))
	}
	return err
}

func claimHistory(q *question) error {
	claims, err := list[persistence.Claim](q, persistence.Query{
		Where: append(q.claimsAsked(), q.same("requested_insuree_id", column("", "InsureeID"))...), Join: []string{"HF"},
		Order: []persistence.Order{{Column: column("", "DateFrom")}},
	})
	if err != nil {
		return err
	}
	lines, err := linesOf(q.x, q.places, claims)
	for i := range claims {
		c := &claims[i]
		for _, l := range lines[c.ClaimID] {
			q.add(c.ClaimCode, c.DateFrom.Date(), facilityOf(c.HF), claimStatus(c), named(l.code, l.name), l.quantity, l.price, value(l.valuated), value(l.paid), l.rejection)
		}
	}
	return err
}

func referrals(q *question) error {
	where := slices.Concat(moments(column("", "DateFrom"), q.days["date_start"], q.days["date_end"]), q.in(column("HF", "LocationId"), "region_id", "district_id"))
	lines, err := persistence.Count[persistence.Claim](q.x, persistence.Tally{
		Where: where, Join: []string{"HF"}, By: []clause.Column{column("HF", "HFCode"), column("HF", "HFName"), column("HF", "HFLevel"), column("", "VisitType")},
	})
	type line struct{ claims, referred int }
	found := map[[3]string]line{}
	for _, l := range lines {
		at := [3]string{l.By[0], l.By[1], l.By[2]}
		sum := found[at]
		sum.claims += l.Count
		if l.By[3] == "R" {
			sum.referred += l.Count
		}
		found[at] = sum
	}
	for _, at := range sorted(found) {
		sum := found[at]
		q.add(named(at[0], at[1]), at[2], sum.claims, sum.referred, share(int64(sum.referred), int64(sum.claims)))
	}
	return err
}

func claimIndicators(q *question) error {
	where := slices.Concat(q.in(column("HF", "LocationId"), "requested_region_id", "requested_district_id"), q.same("requested_hf_id", column("", "HFID")), q.ofProduct("requested_product_id"))
	for _, month := range monthsOf(q.keys["requested_year"], q.keys["requested_month"], q.keys["requested_quarter"]) {
		lines, err := persistence.Count[persistence.Claim](q.x, persistence.Tally{
			Where: slices.Concat(where, moments(column("", "DateFrom"), month[0], month[1])), Join: []string{"HF"},
			By:  []clause.Column{column("HF", "HFCode"), column("HF", "HFName"), column("", "ClaimStatus")},
			Sum: []clause.Column{column("", "Claimed"), column("", "Valuated"), column("", "Remunerated")},
		})
		if err != nil {
			return err
		}
		type sums struct {
			claims, rejected        int
			claimed, valuated, paid decimal.Decimal
		}
		found := map[[2]string]sums{}
		for _, l := range lines {
			at := [2]string{l.By[0], l.By[1]}
			s := found[at]
			s.claims += l.Count
			if l.Number(2) == scheme.StatusRejected {
				s.rejected += l.Count
			}
			s.claimed, s.valuated, s.paid = s.claimed.Add(l.Sum[0]), s.valuated.Add(l.Sum[1]), s.paid.Add(l.Sum[2])
			found[at] = s
		}
		for _, at := range sorted(found) {
			s := found[at]
			q.add(month[0].Format("2006-01"), named(at[0], at[1]), s.claims, s.rejected, share(int64(s.rejected), int64(s.claims)),
				s.claimed, average(s.claimed, s.claims), s.valuated, s.paid)
		}
	}
	return nil
}
