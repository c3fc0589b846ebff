package resources

import (
	"context"
	"slices"

	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/persistence"
)

// timeline gives the states of one policy, the newest first. A state begins whenever the
// policy, a cover or a contribution changed. Statements: two for the policy, one each for
// covers and contributions, and those for what they point to.
func (c contracts) timeline(x *persistence.Session, id string) ([]state[persistence.Policy], error) {
	uuid, ok := persistence.ParseUUID(id)
	if !ok {
		return nil, c.absent(id)
	}
	policies, err := persistence.Versions[persistence.Policy](x, uuid)
	if err != nil {
		return nil, err
	}
	members, premiums, err := contractLines(x, []int{policies[0].PolicyID}, false)
	if err != nil {
		return nil, err
	}
	var moments []persistence.DateTime
	for i := range policies {
		policies[i].PolicyUUID = uuid // history rows carry one of their own
		moments = append(moments, policies[i].ValidityFrom)
	}
	first := policies[len(policies)-1].ValidityFrom
	covers := linesOf(members, func(m *persistence.InsureePolicy) lineTime {
		return lineTime{m.InsureePolicyID, m.LegacyID, startOf(m), m.ValidityTo}
	})
	paid := linesOf(premiums, func(p *persistence.Premium) lineTime {
		return lineTime{p.PremiumID, p.LegacyID, p.ValidityFrom, p.ValidityTo}
	})
	moments = append(append(moments, covers.moments()...), paid.moments()...)
	end := policies[0].ValidityTo
	moments = slices.DeleteFunc(moments, func(m persistence.DateTime) bool { return m.Before(first.Time) || end != nil && !m.Before(end.Time) })
	slices.SortFunc(moments, func(a, b persistence.DateTime) int { return b.Compare(a.Time) })
	moments = slices.CompactFunc(moments, func(a, b persistence.DateTime) bool { return a.Equal(b.Time) })

	var states []state[persistence.Policy]
	if end != nil {
		gone := policies[0]
		gone.ValidityFrom, gone.Members, gone.Premiums = *end, []persistence.InsureePolicy{}, []persistence.Premium{}
		states = append(states, state[persistence.Policy]{row: gone, deleted: true})
	}
	for _, at := range moments {
		row := policies[len(policies)-1]
		for i := range policies {
			if !policies[i].ValidityFrom.After(at.Time) && !closedBefore(&policies[i], i, end) {
				row = policies[i]
				break
			}
		}
		row.ValidityFrom = at // when this state began, whatever of it changed
		row.Members, row.Premiums = covers.at(at), paid.at(at)
		for i := range row.Members {
			row.Members[i].ValidityTo = nil
		}
		for i := range row.Premiums {
			row.Premiums[i].ValidityTo = nil
		}
		states = append(states, state[persistence.Policy]{row: row})
	}
	return states, nil
}

// closedBefore tells whether a row stands for the deletion only: the closed row begins
// with it, unless the legacy application closed it without a copy.
func closedBefore(p *persistence.Policy, at int, end *persistence.DateTime) bool {
	return end != nil && at == 0 && !p.ValidityFrom.Before(end.Time)
}

// lineTime says of which line a row is a state, and when.
type lineTime struct {
	key    int
	legacy *int
	from   persistence.DateTime
	to     *persistence.DateTime
}

func (l lineTime) root() int {
	if l.legacy != nil {
		return *l.legacy
	}
	return l.key
}

// lineStates are all kept states of the lines of one policy.
type lineStates[L any] struct {
	rows  []L
	times []lineTime
}

func linesOf[L any](rows []L, time func(*L) lineTime) lineStates[L] {
	s := lineStates[L]{rows: rows, times: make([]lineTime, len(rows))}
	for i := range rows {
		s.times[i] = time(&rows[i])
	}
	return s
}

// moments gives when lines changed: the beginning of each state, and the end of each line.
func (s lineStates[L]) moments() []persistence.DateTime {
	var list []persistence.DateTime
	for _, t := range s.times {
		list = append(list, t.from)
		if t.legacy == nil && t.to != nil {
			list = append(list, *t.to)
		}
	}
	return list
}

// at gives the lines as they were at a moment, in the order they were written.
func (s lineStates[L]) at(at persistence.DateTime) []L {
	best := map[int]int{} // line → its state
	for i, t := range s.times {
		if t.from.After(at.Time) {
			continue
		}
		j, known := best[t.root()]
		if !known || s.times[j].from.Before(t.from.Time) || s.times[j].from.Equal(t.from.Time) && t.legacy == nil {
			best[t.root()] = i
		}
	}
	var roots []int
	for root, i := range best {
		if to := s.times[i].to; to == nil || to.After(at.Time) {
			roots = append(roots, root)
		}
	}
	slices.Sort(roots)
	lines := make([]L, len(roots))
	for i, root := range roots {
		lines[i] = s.rows[best[root]]
	}
	return lines
}

// History lists the versions of a policy, the newest first. Errors: core.NotFound.
func (c contracts) History(ctx context.Context, id string, q rest.HistoryQuery) (*rest.Page, error) {
	x := c.env.Store.Read(ctx)
	list, err := c.timeline(x, id)
	if err != nil {
		return nil, err
	}
	return c.versions(ctx, x, list, q)
}

// ReadVersion reads one version. Errors: core.NotFound, core.Gone for the deletion.
func (c contracts) ReadVersion(ctx context.Context, id, version string) (*fhir.Entry, error) {
	x := c.env.Store.Read(ctx)
	list, err := c.timeline(x, id)
	if err != nil {
		return nil, err
	}
	return readVersion(list, "Contract/"+id, version, c.stamp, func(one []state[persistence.Policy]) ([]*fhir.Entry, error) { return c.past(ctx, x, one) })
}
