package resources

import (
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// documents gives the claims with what hangs on them: one statement each for items,
// services, attachments and covers, whatever the number of claims, and one for each
// to-one relation the rows came without.
func documents(x *persistence.Session, rows []persistence.Claim) ([]mapping.ClaimDocument, error) {
	if err := relate(x, rows); err != nil {
		return nil, err
	}
	if err := withLines(x, rows); err != nil {
		return nil, err
	}
	keys := make([]int, len(rows))
	for i := range rows {
		keys[i] = rows[i].ClaimID
	}
	attached, err := byClaim(x, "claim_id", keys, func(a *persistence.ClaimAttachment) int { return a.ClaimID })
	if err != nil {
		return nil, err
	}
	if err := pastAttachments(x, rows, attached); err != nil {
		return nil, err
	}
	out := make([]mapping.ClaimDocument, len(rows))
	for i := range rows {
		out[i] = mapping.ClaimDocument{Claim: rows[i], Items: rows[i].Items, Services: rows[i].Services, Attachments: attached[rows[i].ClaimID]}
	}
	return out, covered(x, out)
}

// relate loads the people and facilities of claims that came without them, as those of a
// history do.
func relate(x *persistence.Session, rows []persistence.Claim) error {
	err := attach(x, rows,
		func(c *persistence.Claim) *int { return unless(c.Insuree != nil, &c.InsureeID) },
		func(c *persistence.Claim, i *persistence.Insuree) { c.Insuree = i })
	if err != nil {
		return err
	}
	err = attach(x, rows,
		func(c *persistence.Claim) *int { return unless(c.HF != nil, &c.HFID) },
		func(c *persistence.Claim, hf *persistence.HealthFacility) { c.HF = hf })
	if err != nil {
		return err
	}
	return attach(x, rows,
		func(c *persistence.Claim) *int { return unless(c.ClaimAdmin != nil, c.ClaimAdminID) },
		func(c *persistence.Claim, admin *persistence.ClaimAdmin) { c.ClaimAdmin = admin })
}

// withLines loads the lines of claims that came without. The rows of a history carry the
// lines of their time.
func withLines(x *persistence.Session, rows []persistence.Claim) error {
	var keys []int
	past := false
	for i := range rows {
		if rows[i].Items == nil || rows[i].Services == nil {
			keys = append(keys, rows[i].ClaimID)
			past = past || rows[i].ValidityTo != nil
		}
	}
	if len(keys) == 0 {
		return nil
	}
	if past {
		return pastLines(x, rows)
	}
	items, err := byClaim(x, "ClaimID", keys, func(l *persistence.ClaimItem) int { return l.ClaimID })
	if err != nil {
		return err
	}
	services, err := byClaim(x, "ClaimID", keys, func(l *persistence.ClaimService) int { return l.ClaimID })
	if err != nil {
		return err
	}
	for i := range rows {
		if rows[i].Items == nil || rows[i].Services == nil {
			rows[i].Items, rows[i].Services = some(items[rows[i].ClaimID]), some(services[rows[i].ClaimID])
		}
	}
	return nil
}

// some gives a list that is not nil: the lines are known.
func some[L any](list []L) []L {
	if list == nil {
		return []L{}
	}
	return list
}

func pastLines(x *persistence.Session, rows []persistence.Claim) error {
	states, err := persistence.ClaimStates(x, rows)
	for i := range states {
		rows[i].Items, rows[i].Services = some(states[i].Items), some(states[i].Services)
	}
	return err
}

// pastAttachments adds the attachments of states that are over: those that were live in
// the middle of the state, since the moments the columns of the two tables hold for one
// change may differ by their precision.
func pastAttachments(x *persistence.Session, rows []persistence.Claim, attached map[int][]persistence.ClaimAttachment) error {
	root := func(row *persistence.Claim) int {
		if row.LegacyID != nil {
			return *row.LegacyID
		}
		return row.ClaimID
	}
	var claims []int
	for i := range rows {
		if rows[i].ValidityTo != nil {
			claims = append(claims, root(&rows[i]))
		}
	}
	if len(claims) == 0 {
		return nil
	}
	all, err := persistence.Beside[persistence.ClaimAttachment](x, persistence.Query{
		Where: []clause.Expression{persistence.In(persistence.Column("", "claim_id"), claims)}, Past: true,
	})
	if err != nil {
		return err
	}
	for i := range rows {
		row := &rows[i]
		if row.ValidityTo == nil {
			continue
		}
		middle := row.ValidityFrom.Add(row.ValidityTo.Sub(row.ValidityFrom.Time) / 2)
		for _, a := range all {
			if a.ClaimID == root(row) && !a.ValidityFrom.After(middle) && (a.ValidityTo == nil || a.ValidityTo.After(middle)) {
				attached[row.ClaimID] = append(attached[row.ClaimID], a)
			}
		}
	}
	return nil
}

// byClaim loads the live rows of a table that hang on the claims, by claim and in key
// order.
func byClaim[L any](x *persistence.Session, column string, keys []int, claim func(*L) int) (map[int][]L, error) {
	rows, err := persistence.Beside[L](x, persistence.Query{Where: []clause.Expression{persistence.In(persistence.Column("", column), keys)}})
	if err != nil {
		return nil, err
	}
	found := map[int][]L{}
	for i := range rows {
		found[claim(&rows[i])] = append(found[claim(&rows[i])], rows[i])
	}
	return found, nil
}

// covered names the policy each claim is made on: that of its lines once they have one,
// else the one that covers the insuree on the last day of care.
func covered(x *persistence.Session, list []mapping.ClaimDocument) error {
	var keys []int
	for i := range list {
		keys = append(keys, list[i].Claim.InsureeID)
	}
	members, err := persistence.Beside[persistence.InsureePolicy](x, persistence.Query{Join: []string{"Policy"}, Where: []clause.Expression{
		persistence.In(persistence.Column("", "InsureeID"), keys), persistence.IsNull(persistence.Column("Policy", "ValidityTo")),
	}})
	if err != nil {
		return err
	}
	for i := range list {
		list[i].Policy = mapping.CoverOf(&list[i], members)
	}
	return nil
}
