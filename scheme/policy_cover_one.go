package scheme

import (
	"slices"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// Cover puts one member of the family under one of its policies (rule 9.3). path is the
// name errors use for the person. Errors: core.NotFound, core.Gone; core.Unprocessable for
// somebody who is not of the family, and for a family the product has no room for;
// core.Conflict when the policy covers him already.
func (c Policies) Cover(x *persistence.Session, id persistence.UUID, insuree int, path string) (*persistence.InsureePolicy, error) {
	p, err := persistence.One[persistence.Policy](x, id, "Family")
	if err != nil {
		return nil, err
	}
	if err := persistence.Hold[persistence.Family](x, p.Family.FamilyUUID); err != nil {
		return nil, err
	}
	person, err := named[persistence.Insuree](x, insuree, path, "person")
	if err != nil {
		return nil, err
	}
	if person.FamilyID == nil || *person.FamilyID != p.FamilyID {
		return nil, core.ErrorAt(core.Unprocessable, path, "the person is not of the family the policy was sold to")
	}
	rows, err := loadForCover(x, []*persistence.Insuree{person})
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(rows.covers, func(m persistence.InsureePolicy) bool { return m.PolicyID == p.PolicyID }) {
		return nil, core.ErrorAt(core.Conflict, path, "the policy covers the person already")
	}
	cover, err := c.coverBy(rows, p, insuree, x.Now().Date(), false)
	if err != nil {
		return nil, err
	}
	if cover == nil {
		return nil, core.ErrorAt(core.Unprocessable, path, "the family has %d members, more than the product of the policy takes", liveMembers(rows.members))
	}
	if err := persistence.Insert(x, cover); err != nil {
		return nil, err
	}
	return cover, publishPolicies(x, "policy.member-covered", []*persistence.Policy{p})
}

// EndCover makes the day the last one a policy covers a member. It may only become
// earlier. path is the name errors use for the day. Errors: core.NotFound, core.Gone;
// core.Unprocessable for a day outside the cover.
func (c Policies) EndCover(x *persistence.Session, id persistence.UUID, insuree int, last persistence.Date, path string) error {
	p, rows, err := coverRowsOf(x, id, insuree)
	if err != nil {
		return err
	}
	var ended []*persistence.InsureePolicy
	var latest *persistence.Date
	for i := range rows {
		start, end := rows[i].StartDate, rows[i].ExpiryDate
		if start == nil {
			start = &p.StartDate
		}
		if end == nil {
			end = p.ExpiryDate
		}
		if last.Before(start.Time) {
			return core.ErrorAt(core.Unprocessable, path, "the cover begins on %s and cannot end on %s; delete it instead", start, last)
		}
		if end == nil || !last.After(end.Time) {
			rows[i].ExpiryDate = &last
			ended = append(ended, &rows[i])
		} else if latest == nil || end.After(latest.Time) {
			latest = end
		}
	}
	if len(ended) == 0 {
		return core.ErrorAt(core.Unprocessable, path, "the cover ends on %s and cannot be made longer, to %s", latest, last)
	}
	if err := persistence.UpdateMany(x, ended); err != nil {
		return err
	}
	return publishPolicies(x, "policy.member-ended", []*persistence.Policy{p})
}

// RemoveCover takes a member from under a policy, as if he had never been. Errors:
// core.NotFound, core.Gone; core.Conflict when a claim of his was charged to the policy.
func (c Policies) RemoveCover(x *persistence.Session, id persistence.UUID, insuree int) error {
	p, rows, err := coverRowsOf(x, id, insuree)
	if err != nil {
		return err
	}
	switch used, err := claimed(x, p.PolicyID, persistence.Compare(column("tblClaim", "InsureeID"), "=", insuree)); {
	case err != nil:
		return err
	case used:
		return core.Errorf(core.Conflict, "claims of the person were charged to the policy; end the cover instead")
	}
	if err := closeCovers(x, rows); err != nil {
		return err
	}
	return publishPolicies(x, "policy.member-removed", []*persistence.Policy{p})
}

// coverRowsOf gives the policy, held, and the live rows that put the person under it: one,
// but for what an older program left behind.
func coverRowsOf(x *persistence.Session, id persistence.UUID, insuree int) (*persistence.Policy, []persistence.InsureePolicy, error) {
	if err := persistence.Hold[persistence.Policy](x, id); err != nil {
		return nil, nil, err
	}
	p, err := persistence.One[persistence.Policy](x, id)
	if err != nil {
		return nil, nil, err
	}
	l := &loader{db: x.DB()}
	var rows []persistence.InsureePolicy
	find(l, &rows, persistence.Compare(column("tblInsureePolicy", "PolicyId"), "=", p.PolicyID), persistence.Compare(column("tblInsureePolicy", "InsureeID"), "=", insuree),
		persistence.IsNull(column("tblInsureePolicy", "ValidityTo")))
	if l.err == nil && len(rows) == 0 {
		return nil, nil, core.Errorf(core.NotFound, "the policy does not cover the person")
	}
	return p, rows, l.err
}
