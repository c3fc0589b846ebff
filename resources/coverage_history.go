package resources

import (
	"context"
	"slices"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// timeline gives the states of one cover, the newest first. A state begins whenever the
// policy or the member's row changed; it ends the list with the deletion when either was
// closed. Statements: two for the policy, one for the member's rows, and three for what
// they point to.
func (c *coverage) timeline(x *persistence.Session, id string) ([]state[persistence.InsureePolicy], error) {
	uuid, insuree, ok := mapping.ParseCoverageID(id)
	if !ok {
		return nil, c.absent(id)
	}
	policies, err := persistence.Versions[persistence.Policy](x, uuid)
	if err != nil {
		return nil, err
	}
	for i := range policies {
		policies[i].PolicyUUID = uuid // history rows carry one of their own
	}
	members, err := c.memberRows(x, policies[0].PolicyID, insuree)
	if err != nil {
		return nil, err
	}
	if len(members) == 0 {
		return nil, c.absent(id)
	}
	if err := fillPolicies(x, policies); err != nil {
		return nil, err
	}
	var states []state[persistence.InsureePolicy]
	for _, at := range changes(policies, members) {
		states = append(states, coverAt(policies, members, at))
	}
	return states, nil
}

// memberRows gives every kept state of the first of the member's rows under the policy,
// the newest first, with the member.
func (c *coverage) memberRows(x *persistence.Session, policy, insuree int) ([]persistence.InsureePolicy, error) {
	rows, err := persistence.Beside[persistence.InsureePolicy](x, persistence.Query{Where: []clause.Expression{
		persistence.Compare(persistence.Column("", "PolicyId"), "=", policy), persistence.Compare(persistence.Column("", "InsureeID"), "=", insuree),
	}, Past: true})
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	root := coverRoot(rows)
	rows = slices.DeleteFunc(rows, func(row persistence.InsureePolicy) bool {
		return row.InsureePolicyID != root && (row.LegacyID == nil || *row.LegacyID != root)
	})
	slices.SortStableFunc(rows, func(a, b persistence.InsureePolicy) int {
		if byTime := startOf(&b).Compare(startOf(&a).Time); byTime != 0 {
			return byTime
		}
		return boolOrder(a.LegacyID == nil, b.LegacyID == nil)
	})
	return rows, fill(x, rows, "InsureeID",
		func(r *persistence.InsureePolicy) *int { return &r.InsureeID },
		func(r *persistence.InsureePolicy) **persistence.Insuree { return &r.Insuree },
		func(i *persistence.Insuree) int { return i.InsureeID })
}

// coverRoot gives the key of the row the cover stands on: the first live one, or the last
// that was closed.
func coverRoot(rows []persistence.InsureePolicy) int {
	live, closed := 0, 0
	for i := range rows {
		key := rows[i].InsureePolicyID
		switch {
		case rows[i].LegacyID != nil:
		case rows[i].ValidityTo != nil:
			closed = max(closed, key)
		case live == 0 || key < live:
			live = key
		}
	}
	if live != 0 {
		return live
	}
	return closed
}

func boolOrder(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

func startOf(row *persistence.InsureePolicy) persistence.DateTime {
	if row.ValidityFrom == nil {
		return persistence.DateTime{}
	}
	return *row.ValidityFrom
}

// changes gives the moments at which a cover changed, the newest first: from when the
// member came under the policy until one of them was closed.
func changes(policies []persistence.Policy, members []persistence.InsureePolicy) []persistence.DateTime {
	var moments []persistence.DateTime
	begin := startOf(&members[len(members)-1])
	for i := range members {
		moments = append(moments, startOf(&members[i]))
	}
	for i := range policies {
		if policies[i].ValidityFrom.After(begin.Time) {
			moments = append(moments, policies[i].ValidityFrom)
		}
	}
	end := closedAt(policies, members)
	if end != nil {
		moments = slices.DeleteFunc(moments, func(m persistence.DateTime) bool { return m.After(end.Time) })
		moments = append(moments, *end)
	}
	slices.SortFunc(moments, func(a, b persistence.DateTime) int { return b.Compare(a.Time) })
	return slices.CompactFunc(moments, func(a, b persistence.DateTime) bool { return a.Equal(b.Time) })
}

// closedAt tells when the cover ended, nil while it lives.
func closedAt(policies []persistence.Policy, members []persistence.InsureePolicy) *persistence.DateTime {
	end := policies[0].ValidityTo
	for i := range members {
		if to := members[i].ValidityTo; members[i].LegacyID == nil && to != nil && (end == nil || to.Before(end.Time)) {
			end = to
		}
	}
	return end
}

// coverAt puts a cover together as it was at a moment.
func coverAt(policies []persistence.Policy, members []persistence.InsureePolicy, at persistence.DateTime) state[persistence.InsureePolicy] {
	member := members[len(members)-1]
	for i := range members {
		if !startOf(&members[i]).After(at.Time) {
			member = members[i]
			break
		}
	}
	policy := policies[len(policies)-1]
	for i := range policies {
		if !policies[i].ValidityFrom.After(at.Time) {
			policy = policies[i]
			break
		}
	}
	end := closedAt(policies, members)
	deleted := end != nil && !end.After(at.Time)
	if deleted { // the moment of the deletion is that of its version
		member.ValidityFrom = &at
	}
	member.Policy = &policy
	return state[persistence.InsureePolicy]{row: member, deleted: deleted}
}

// History lists the versions of a cover, the newest first. Errors: core.NotFound.
func (c *coverage) History(ctx context.Context, id string, q rest.HistoryQuery) (*rest.Page, error) {
	x := c.env.Store.Read(ctx)
	list, err := c.timeline(x, id)
	if err != nil {
		return nil, err
	}
	return c.versions(ctx, x, list, q)
}

// ReadVersion reads one version. Errors: core.NotFound, core.Gone for the deletion.
func (c *coverage) ReadVersion(ctx context.Context, id, version string) (*fhir.Entry, error) {
	x := c.env.Store.Read(ctx)
	list, err := c.timeline(x, id)
	if err != nil {
		return nil, err
	}
	return readVersion(list, "Coverage/"+id, version, c.stamp, func(one []state[persistence.InsureePolicy]) ([]*fhir.Entry, error) { return c.past(ctx, x, one) })
}
