package scheme

import (
	"github.com/shopspring/decimal"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/persistence"
)

// batchChunk is how many claims the batch holds at a time.
const batchChunk = 500

// loadContributions adds up the contributions of the products that may pay for days of
// the period, those for the same days in one row: one statement however many there are.
func loadContributions(x *persistence.Session, products []int, w Window) ([]Contribution, error) {
	premium, policy := "tblPremium", "tblPolicy"
	groups := []clause.Column{column(policy, "ProdID"), column(premium, "PayDate"), column(policy, "EffectiveDate"), column(policy, "ExpiryDate")}
	selected := clause.Expr{SQL: "?, ?, ?, ?, SUM(?) AS ?", Vars: []any{groups[0], groups[1], groups[2], groups[3], column(premium, "Amount"), clause.Column{Name: "Amount"}}}
	tx := x.DB().Table(premium).Clauses(
		clause.Select{Expression: selected},
		clause.From{Joins: []clause.Join{{Table: clause.Table{Name: policy}, ON: clause.Where{Exprs: []clause.Expression{
			clause.Eq{Column: column(policy, "PolicyID"), Value: column(premium, "PolicyID")}}}}}},
		clause.GroupBy{Columns: groups})
	for _, c := range []clause.Expression{
		persistence.IsNull(column(premium, "ValidityTo")), persistence.IsNull(column(policy, "ValidityTo")),
		persistence.In(column(policy, "ProdID"), products), persistence.Compare(column(policy, "PolicyStatus"), "<>", 1),
		persistence.Compare(column(policy, "ExpiryDate"), ">=", w.From), persistence.Compare(column(policy, "EffectiveDate"), "<=", w.To),
		persistence.Compare(column(premium, "PayDate"), "<=", w.To),
	} {
		tx = tx.Where(c)
	}
	var list []Contribution
	err := tx.Find(&list).Error
	for i := range list {
		list[i].Amount = cents(list[i].Amount) // SQLite adds up as floating point
	}
	return list, err
}

// loadProducts gives the live products sold in exactly that place, nil for the nation.
func loadProducts(x *persistence.Session, location *int) (rows []persistence.Product, err error) {
	place := persistence.IsNull(column("tblProduct", "LocationId"))
	if location != nil {
		place = persistence.Compare(column("tblProduct", "LocationId"), "=", *location)
	}
	err = x.DB().Where(place).Where(persistence.IsNull(column("tblProduct", "ValidityTo"))).Find(&rows).Error
	return rows, err
}

func productKeys(rows []persistence.Product) []int {
	return keysOf(rows, func(p *persistence.Product) int { return p.ProdID })
}

// loadShares gives what was set aside for relative prices of the products.
func loadShares(x *persistence.Session, products []int) (rows []persistence.RelativeDistribution, err error) {
	err = x.DB().Where(persistence.In(column("tblRelDistr", "ProdID"), products)).Where(persistence.IsNull(column("tblRelDistr", "ValidityTo"))).Find(&rows).Error
	return rows, err
}

// batchClaims are claims held together with their rows, so that what changed can be
// written.
type batchClaims struct {
	claims   []persistence.Claim
	items    []persistence.ClaimItem
	services []persistence.ClaimService
	files    []*BatchClaim
}

// batchReader reads claims in chunks by key; it remembers facilities and runs it has seen.
type batchReader struct {
	x          *persistence.Session
	facilities map[int]*persistence.HealthFacility
	runs       map[int]bool // key → not undone
}

func newBatchReader(x *persistence.Session) *batchReader {
	return &batchReader{x: x, facilities: map[int]*persistence.HealthFacility{}, runs: map[int]bool{}}
}

// inPeriod gives the conditions for live claims processed in the period that have a
// passed line of one of the products.
func inPeriod(w Window, products []int) []clause.Expression {
	until, last := persistence.Comparison("<"), persistence.DateTime(persistence.Day(w.To.AddDate(0, 0, 1)))
	if w.midnight {
		until, last = "<=", persistence.DateTime(w.To)
	}
	return []clause.Expression{
		persistence.IsNull(column("tblClaim", "ValidityTo")),
		persistence.Compare(column("tblClaim", "ProcessStamp"), ">=", persistence.DateTime(w.From)),
		persistence.Compare(column("tblClaim", "ProcessStamp"), until, last),
		clause.Or(
			persistence.Exists("tblClaimItems", "ClaimID", column("tblClaim", "ClaimID"),
				persistence.In(column("tblClaimItems", "ProdID"), products), persistence.Compare(column("tblClaimItems", "ClaimItemStatus"), "=", linePassed)),
			persistence.Exists("tblClaimServices", "ClaimID", column("tblClaim", "ClaimID"),
				persistence.In(column("tblClaimServices", "ProdID"), products), persistence.Compare(column("tblClaimServices", "ClaimServiceStatus"), "=", linePassed))),
	}
}

// each hands all claims that meet the conditions to do, in chunks by ascending key. The
// statements are a handful for each chunk.
func (r *batchReader) each(conditions []clause.Expression, do func(chunk *batchClaims) error) error {
	for after := 0; ; {
		chunk := &batchClaims{}
		tx := r.x.DB().Where(persistence.Compare(column("tblClaim", "ClaimID"), ">", after))
		for _, c := range conditions {
			tx = tx.Where(c)
		}
		err := tx.Order(clause.OrderByColumn{Column: column("tblClaim", "ClaimID")}).Limit(batchChunk).Find(&chunk.claims).Error
		if err != nil || len(chunk.claims) == 0 {
			return err
		}
		after = chunk.claims[len(chunk.claims)-1].ClaimID
		if err := r.fill(chunk); err != nil {
			return err
		}
		if err := do(chunk); err != nil {
			return err
		}
	}
}

// fill loads what belongs to the claims of the chunk.
func (r *batchReader) fill(chunk *batchClaims) error {
	keys := keysOf(chunk.claims, func(c *persistence.Claim) int { return c.ClaimID })
	l := &loader{db: r.x.DB()}
	find(l, &chunk.items, persistence.In(column("tblClaimItems", "ClaimID"), keys), persistence.IsNull(column("tblClaimItems", "ValidityTo")))
	find(l, &chunk.services, persistence.In(column("tblClaimServices", "ClaimID"), keys), persistence.IsNull(column("tblClaimServices", "ValidityTo")))
	r.places(l, chunk)
	if l.err != nil {
		return l.err
	}
	lines := map[int][]*Line{}
	for i := range chunk.items {
		lines[chunk.items[i].ClaimID] = append(lines[chunk.items[i].ClaimID], lineOfItem(&chunk.items[i]))
	}
	for i := range chunk.services {
		lines[chunk.services[i].ClaimID] = append(lines[chunk.services[i].ClaimID], lineOfService(&chunk.services[i]))
	}
	for i := range chunk.claims {
		c := &chunk.claims[i]
		chunk.files = append(chunk.files, &BatchClaim{Claim: c, Facility: r.facilities[c.HFID], Lines: lines[c.ClaimID], OfRun: c.RunID != nil && r.runs[*c.RunID]})
	}
	return nil
}

// places loads the facilities and runs of the claims that were not seen before.
func (r *batchReader) places(l *loader, chunk *batchClaims) {
	var facilities, runs []int
	for i := range chunk.claims {
		c := &chunk.claims[i]
		if _, known := r.facilities[c.HFID]; !known {
			r.facilities[c.HFID] = nil
			facilities = append(facilities, c.HFID)
		}
		if c.RunID == nil {
			continue
		}
		if _, known := r.runs[*c.RunID]; !known {
			r.runs[*c.RunID] = false
			runs = append(runs, *c.RunID)
		}
	}
	if len(facilities) > 0 {
		var rows []persistence.HealthFacility
		find(l, &rows, persistence.In(column("tblHF", "HfID"), facilities))
		for i := range rows {
			r.facilities[rows[i].HFID] = &rows[i]
		}
	}
	if len(runs) > 0 {
		var rows []persistence.BatchRun
		find(l, &rows, persistence.In(column("tblBatchRun", "RunID"), runs), persistence.IsNull(column("tblBatchRun", "ValidityTo")))
		for i := range rows {
			r.runs[rows[i].RunID] = true
		}
	}
}

// write writes the claims that changed, with those of their lines that did.
func (chunk *batchClaims) write(x *persistence.Session, changed map[int]bool) error {
	var claims []*persistence.Claim
	var items []*persistence.ClaimItem
	var services []*persistence.ClaimService
	for _, c := range chunk.files {
		if !changed[c.Claim.ClaimID] {
			continue
		}
		claims = append(claims, c.Claim)
		for _, l := range c.Lines {
			switch {
			case !l.differs():
			case l.Kind == ItemKind:
				l.store()
				items = append(items, l.item)
			default:
				l.store()
				services = append(services, l.service)
			}
		}
	}
	if err := persistence.UpdateMany(x, claims); err != nil {
		return err
	}
	if err := persistence.UpdateMany(x, items); err != nil {
		return err
	}
	return persistence.UpdateMany(x, services)
}

// differs tells whether the batch changed the line: its status or what is paid for it.
func (l *Line) differs() bool {
	var status int
	var paid *decimal.Decimal
	if l.Kind == ItemKind {
		status, paid = l.item.ClaimItemStatus, l.item.RemuneratedAmount
	} else {
		status, paid = l.service.ClaimServiceStatus, l.service.RemuneratedAmount
	}
	if status != l.Status || (paid == nil) != (l.Remunerated == nil) {
		return true
	}
	return paid != nil && !paid.Equal(*l.Remunerated)
}
