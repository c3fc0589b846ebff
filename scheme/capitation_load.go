package scheme

import (
	"github.com/shopspring/decimal"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/persistence"
)

// capitationFacts loads what capitation counts, each kind of row with one statement.
type capitationFacts struct {
	x       *persistence.Session
	product *persistence.Product
	err     error

	places map[int]*persistence.Location
}

// find loads the rows that meet all conditions.
func findFacts[R any](c *capitationFacts, tx *gorm.DB, into *[]R, conditions ...clause.Expression) {
	if c.err != nil {
		return
	}
	for _, condition := range conditions {
		tx = tx.Where(condition)
	}
	c.err = tx.Find(into).Error
}

// join selects from a table with others joined to it by equal columns.
func (c *capitationFacts) join(table string, selected clause.Expr, group clause.Column, joins ...[2]clause.Column) *gorm.DB {
	from := clause.From{}
	for _, on := range joins {
		from.Joins = append(from.Joins, clause.Join{Table: clause.Table{Name: on[0].Table},
			ON: clause.Where{Exprs: []clause.Expression{clause.Eq{Column: on[0], Value: on[1]}}}})
	}
	return c.x.DB().Table(table).Clauses(clause.Select{Expression: selected}, from, clause.GroupBy{Columns: []clause.Column{group}})
}

// locations loads the location tree.
func (c *capitationFacts) locations() {
	var rows []persistence.Location
	findFacts(c, c.x.DB(), &rows, persistence.IsNull(column("tblLocations", "ValidityTo")))
	c.places = make(map[int]*persistence.Location, len(rows))
	for i := range rows {
		c.places[rows[i].LocationID] = &rows[i]
	}
}

// parent gives the place right above, nil for a region or an unknown place.
func (c *capitationFacts) parent(place int) *persistence.Location {
	if l := c.places[place]; l != nil && l.ParentLocationID != nil {
		return c.places[*l.ParentLocationID]
	}
	return nil
}

// inPlace gives the conditions for live facilities of a district, of a region, or of the
// nation at one of the product's levels.
func (c *capitationFacts) inPlace(region, district int) []clause.Expression {
	var levels []string
	for _, l := range capitationLevels(c.product) {
		if text(l[0]) != "" {
			levels = append(levels, text(l[0]))
		}
	}
	conditions := []clause.Expression{persistence.IsNull(column("tblHF", "ValidityTo")), persistence.In(column("tblHF", "HFLevel"), levels)}
	switch {
	case district > 0:
		conditions = append(conditions, persistence.Compare(column("tblHF", "LocationId"), "=", district))
	case region > 0:
		conditions = append(conditions, persistence.Exists("tblLocations", "LocationId", column("tblHF", "LocationId"),
			persistence.Compare(column("tblLocations", "ParentLocationId"), "=", region)))
	}
	return conditions
}

// facilities gives the facilities of the place the product pays by capitation, by key.
func (c *capitationFacts) facilities(region, district int) []CapitationFacility {
	var rows []persistence.HealthFacility
	findFacts(c, c.x.DB().Order(clause.OrderByColumn{Column: column("tblHF", "HfID")}), &rows, c.inPlace(region, district)...)
	var list []CapitationFacility
	for i := range rows {
		if PaidByCapitation(c.product, &rows[i]) {
			list = append(list, CapitationFacility{Facility: &rows[i]})
		}
	}
	return list
}

// counted is a number or an amount found for one place or facility.
type counted struct {
	Key    int             `gorm:"column:Key"`
	Number int             `gorm:"column:Number"`
	Amount decimal.Decimal `gorm:"column:Amount"`
}

func countsByKey(rows []counted) map[int]counted {
	found := make(map[int]counted, len(rows))
	for _, r := range rows {
		found[r.Key] = r
	}
	return found
}

func keyAlias() clause.Column    { return clause.Column{Name: "Key"} }
func numberAlias() clause.Column { return clause.Column{Name: "Number"} }

// insured counts the people of each village the product insures on the day, or their
// families by the head of each.
func (c *capitationFacts) insured(on persistence.Date, heads bool) map[int]counted {
	member, policy, insuree, family := "tblInsureePolicy", "tblPolicy", "tblInsuree", "tblFamilies"
	place := column(family, "LocationId")
	what, home := column(member, "InsureeID"), [2]clause.Column{column(family, "FamilyID"), column(insuree, "FamilyID")}
	if heads {
		what, home = column(family, "FamilyID"), [2]clause.Column{column(family, "InsureeID"), column(insuree, "InsureeID")}
	}
	selected := clause.Expr{SQL: "? AS ?, COUNT(DISTINCT ?) AS ?", Vars: []any{place, keyAlias(), what, numberAlias()}}
	tx := c.join(member, selected, place,
		[2]clause.Column{column(policy, "PolicyID"), column(member, "PolicyId")},
		[2]clause.Column{column(insuree, "InsureeID"), column(member, "InsureeID")}, home)
	var rows []counted
	conditions := []clause.Expression{
		persistence.Compare(column(policy, "ProdID"), "=", c.product.ProdID),
		persistence.Compare(column(member, "EffectiveDate"), "<=", on), persistence.Compare(column(member, "ExpiryDate"), ">", on),
		clause.Not(persistence.IsNull(place)),
	}
	for _, table := range []string{member, policy, insuree, family} {
		conditions = append(conditions, persistence.IsNull(column(table, "ValidityTo")))
	}
	findFacts(c, tx, &rows, conditions...)
	return countsByKey(rows)
}

// villages fills in the villages each facility served on the first day and who of them
// was insured on the last.
func (c *capitationFacts) villages(list []CapitationFacility, region, district int, first, last persistence.Date) {
	var served []persistence.HealthFacilityCatchment
	catchment := "tblHFCatchment"
	findFacts(c, c.x.DB(), &served,
		persistence.Exists("tblHF", "HfID", column(catchment, "HFID"), c.inPlace(region, district)...),
		persistence.Compare(column(catchment, "ValidityFrom"), "<=", persistence.DateTime(first)),
		clause.Or(persistence.IsNull(column(catchment, "ValidityTo")), persistence.Compare(column(catchment, "ValidityTo"), ">", persistence.DateTime(first))))
	people, families := c.insured(last, false), c.insured(last, true)
	at := map[int]*CapitationFacility{}
	for i := range list {
		at[list[i].Facility.HFID] = &list[i]
	}
	for i := range served {
		f, place := at[served[i].HFID], c.places[served[i].LocationID]
		if f == nil || place == nil {
			continue
		}
		f.Villages = append(f.Villages, CapitationVillage{
			Percent:    number(served[i].Catchment),
			Population: number(place.MalePopulation) + number(place.FemalePopulation) + number(place.OtherPopulation),
			Families:   number(place.Families),
			Insured:    people[place.LocationID].Number, InsuredHouseholds: families[place.LocationID].Number,
		})
	}
}

// claims fills in the claims processed in the month and their amounts.
func (c *capitationFacts) claims(list []CapitationFacility, first, last persistence.Date, book RuleBook) {
	facility := column("tblClaim", "HFID")
	processed := []clause.Expression{
		persistence.IsNull(column("tblClaim", "ValidityTo")), persistence.Compare(column("tblClaim", "ClaimStatus"), ">", StatusChecked),
		persistence.Compare(column("tblClaim", "DateProcessed"), ">=", first), persistence.Compare(column("tblClaim", "DateProcessed"), "<=", last),
	}
	found, amounts := make([]clause.Expression, 2), make([]map[int]counted, 2)
	for i, kind := range [][2]string{{"tblClaimItems", "ClaimItemStatus"}, {"tblClaimServices", "ClaimServiceStatus"}} {
		lines := []clause.Expression{persistence.Compare(column(kind[0], "ProdID"), "=", c.product.ProdID)}
		if !book.Legacy(RejectedLinesCapitated) {
			lines = append(lines, persistence.Compare(column(kind[0], kind[1]), "=", linePassed))
		}
		found[i] = persistence.Exists(kind[0], "ClaimID", column("tblClaim", "ClaimID"), lines...)
		selected := clause.Expr{SQL: "? AS ?, SUM(?) AS ?", Vars: []any{facility, keyAlias(), column(kind[0], "PriceAdjusted"), clause.Column{Name: "Amount"}}}
		tx := c.join("tblClaim", selected, facility, [2]clause.Column{column(kind[0], "ClaimID"), column("tblClaim", "ClaimID")})
		var rows []counted
		findFacts(c, tx.Where(clause.Not(persistence.IsNull(column(kind[0], "PriceAdjusted")))), &rows,
			append(append(lines, persistence.IsNull(column(kind[0], "ValidityTo"))), processed...)...)
		amounts[i] = countsByKey(rows)
	}
	var rows []counted
	selected := clause.Expr{SQL: "? AS ?, COUNT(*) AS ?", Vars: []any{facility, keyAlias(), numberAlias()}}
	findFacts(c, c.join("tblClaim", selected, facility), &rows, append(processed, clause.Or(found...))...)
	claims := countsByKey(rows)
	for i := range list {
		key := list[i].Facility.HFID
		list[i].Claims = claims[key].Number
		list[i].Adjusted = cents(amounts[0][key].Amount.Add(amounts[1][key].Amount)) // SQLite adds up as floating point
	}
}

// contributed adds up the contributions that pay for days of the period. Under the legacy
// book a run finds them only for the product's own place or the one right above it.
func (c *capitationFacts) contributed(w Window, region, district *int, book RuleBook) decimal.Decimal {
	if book.Legacy(CapitationOwnPlaceOnly) && !c.ownPlace(region, district) {
		return decimal.Zero
	}
	if c.err != nil {
		return decimal.Zero
	}
	list, err := loadContributions(c.x, []int{c.product.ProdID}, w)
	c.err = err
	sum, _ := AllocatedContributions(list, c.product.ProdID, w, true, book)
	return sum
}

func (c *capitationFacts) ownPlace(region, district *int) bool {
	asked := region
	if number(district) > 0 {
		asked = district
	}
	own := number(c.product.LocationID)
	if asked == nil {
		return false
	}
	above := c.parent(own)
	return *asked == own || above != nil && above.LocationID == *asked
}
