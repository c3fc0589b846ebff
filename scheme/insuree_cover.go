package scheme

import (
	"strconv"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/persistence"
)

// cover gives who joined a family the covers of its policies that still take members (rules
// 9.3 and 10.5). Who is no longer insured gets none; who is insured again gets those of
// the policies he was never on.
func (c Insurees) cover(e *enrolment) error {
	again := ended(e.was) && !ended(e.row)
	if !e.joins && !again {
		return nil
	}
	_, err := Policies{Rules: c.Rules}.CoverNewMember(e.x, e.row.InsureeID, false)
	return err
}

// endCover ends the covers of a person who became inactive or died, on that day (rule
// 10.5).
func (e *enrolment) endCover() error {
	if e.was.InsureeID == 0 || text(e.row.Status) == text(e.was.Status) || !ended(e.row) {
		return nil
	}
	day := e.x.Now().Date()
	if e.row.StatusDate != nil {
		day = *e.row.StatusDate
	}
	covers, err := runningCovers(e.x, []int{e.row.InsureeID})
	if err != nil {
		return err
	}
	for i := range covers {
		covers[i].ExpiryDate = &day
	}
	return persistence.UpdateMany(e.x, pointers(covers))
}

// cancelCovers closes the covers of people that have not expired: they left the family
// whose policies gave them.
func cancelCovers(x *persistence.Session, insurees []int) error {
	covers, err := runningCovers(x, insurees)
	if err != nil {
		return err
	}
	return closeCovers(x, covers)
}

// closeCovers closes covers and announces it: a policy tells only of the covers it has left.
func closeCovers(x *persistence.Session, covers []persistence.InsureePolicy) error {
	if err := persistence.DeleteMany(x, pointers(covers)); err != nil {
		return err
	}
	return announceMany(x, "cover.deleted", covers, func(some []persistence.InsureePolicy) (string, map[string]any) {
		keys := make([]string, len(some))
		for i := range some {
			keys[i] = strconv.Itoa(some[i].InsureePolicyID)
		}
		return "InsureePolicy/" + keys[0], map[string]any{"ids": keys}
	})
}

// runningCovers gives the live covers of people that have not expired.
func runningCovers(x *persistence.Session, insurees []int) ([]persistence.InsureePolicy, error) {
	l := &loader{db: x.DB()}
	expiry := column("tblInsureePolicy", "ExpiryDate")
	var covers []persistence.InsureePolicy
	findIn(l, &covers, column("tblInsureePolicy", "InsureeID"), insurees, persistence.IsNull(column("tblInsureePolicy", "ValidityTo")),
		clause.Or(persistence.IsNull(expiry), persistence.Compare(expiry, ">=", x.Now().Date())))
	return covers, l.err
}

// coverJoined gives people who joined a family together the covers of its policies, each as
// if he had come alone, in their order (rule 9.3), announces the policies and tells which
// covers were written. It takes a constant number of statements.
func (c Policies) coverJoined(x *persistence.Session, joined []*persistence.Insuree, activate bool) ([]persistence.InsureePolicy, error) {
	if len(joined) == 0 {
		return nil, nil
	}
	rows, err := loadForCover(x, joined)
	if err != nil {
		return nil, err
	}
	type place struct{ insuree, policy int }
	covered := map[place]bool{}
	for i := range rows.covers {
		covered[place{rows.covers[i].InsureeID, rows.covers[i].PolicyID}] = true
	}
	late := map[int]bool{}
	for _, p := range joined {
		late[p.InsureeID] = true
	}
	everybody := rows.members
	var covers []persistence.InsureePolicy
	var policies []*persistence.Policy
	for _, p := range joined {
		delete(late, p.InsureeID)
		rows.members = without(everybody, late)
		if ended(p) {
			continue
		}
		for i := range rows.policies {
			policy := &rows.policies[i]
			if covered[place{p.InsureeID, policy.PolicyID}] {
				continue
			}
			cover, err := c.coverBy(rows, policy, p.InsureeID, x.Now().Date(), activate)
			if err != nil {
				return nil, err
			}
			if cover != nil {
				covers, policies = append(covers, *cover), append(policies, policy)
			}
		}
	}
	if err := persistence.InsertMany(x, covers); err != nil {
		return nil, err
	}
	return covers, publishPolicies(x, "policy.member-covered", distinct(policies))
}

// without gives the people who are not among those with the keys.
func without(people []persistence.Insuree, keys map[int]bool) []persistence.Insuree {
	var left []persistence.Insuree
	for i := range people {
		if !keys[people[i].InsureeID] {
			left = append(left, people[i])
		}
	}
	return left
}

// distinct gives each policy once, in their order.
func distinct(policies []*persistence.Policy) []*persistence.Policy {
	seen := map[int]bool{}
	var once []*persistence.Policy
	for _, p := range policies {
		if !seen[p.PolicyID] {
			seen[p.PolicyID] = true
			once = append(once, p)
		}
	}
	return once
}
