package scheme

import (
	"slices"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// NotificationCandidates gives the keys of the next policies behind the key after whose
// families may have to be told something today. A run asks for them, limit at a time, and
// plans each lot with Notifications.
func (c Policies) NotificationCandidates(x *persistence.Session, s *NotificationSettings, after, limit int) ([]int, error) {
	policy, told, today := "tblPolicy", "tblIndicationOfPolicyNotifications", x.Now().Date()
	ahead := func(days int) persistence.Date { return persistence.Day(today.AddDate(0, 0, days)) }
	failed := func(name string) clause.Expression {
		return persistence.Compare(column(told, name), "<", persistence.At(persistence.DateOf(failedBefore, 1, 1).Time))
	}
	effective := column(policy, "EffectiveDate")
	var keys []int
	err := x.DB().Model(&persistence.Policy{}).Where(persistence.IsNull(column(policy, "ValidityTo"))).
		Where(persistence.In(column(policy, "PolicyStatus"), []int{PolicyActive, PolicyExpired})).
		Where(persistence.Compare(column(policy, "PolicyID"), ">", after)).
		Where(clause.Or(
			clause.And(persistence.Compare(effective, ">=", ahead(-s.Relevance)), persistence.Compare(effective, "<=", today)),
			persistence.In(column(policy, "ExpiryDate"), []persistence.Date{ahead(s.Before), today, ahead(-s.After)}),
			persistence.Exists(told, "PolicyID", column(policy, "PolicyID"), clause.Or(failed("NotificationOnActivationSent"), failed("NotificationOnRenewalSent"))),
		)).
		Order(clause.OrderByColumn{Column: column(policy, "PolicyID")}).Limit(limit).Pluck("PolicyID", &keys).Error
	return keys, err
}

// Notifications plans what is to be told of the policies with the keys, at most 500. It
// writes nothing; whoever sends the messages says by MarkNotifications what came of them,
// and of those that are not to be sent as well.
func (c Policies) Notifications(x *persistence.Session, keys []int, s *NotificationSettings) ([]Notification, error) {
	r, l := &NotificationRows{}, &loader{db: x.DB()}
	var asked []persistence.Policy
	find(l, &asked, persistence.In(column("tblPolicy", "PolicyID"), keys), persistence.IsNull(column("tblPolicy", "ValidityTo")))
	families := keysOf(asked, func(p *persistence.Policy) int { return p.FamilyID })
	find(l, &r.Families, persistence.In(column("tblFamilies", "FamilyID"), families), persistence.IsNull(column("tblFamilies", "ValidityTo")))
	find(l, &r.Policies, persistence.In(column("tblPolicy", "FamilyID"), families), persistence.IsNull(column("tblPolicy", "ValidityTo")))
	find(l, &r.Wishes, persistence.In(column("tblFamilySMS", "familyid"), families))
	findIn(l, &r.Heads, column("tblInsuree", "InsureeID"), keysOf(r.Families, func(f *persistence.Family) int { return f.InsureeID }), persistence.IsNull(column("tblInsuree", "ValidityTo")))
	findIn(l, &r.Products, column("tblProduct", "ProdID"), keysOf(r.Policies, func(p *persistence.Policy) int { return p.ProdID }))
	find(l, &r.Premiums, persistence.In(column("tblPremium", "PolicyID"), keys), persistence.IsNull(column("tblPremium", "ValidityTo")))
	find(l, &r.Told, persistence.In(column("tblIndicationOfPolicyNotifications", "PolicyID"), keys))
	if l.err != nil {
		return nil, l.err
	}
	var list []Notification
	for _, n := range PlanNotifications(r, s, x.Now().Date()) {
		if slices.Contains(keys, n.PolicyID) {
			list = append(list, n)
		}
	}
	return list, nil
}

// NotificationResult is what came of a notification: sent, failed, or the status it was
// planned with.
type NotificationResult struct {
	PolicyID int
	Kind     NotificationKind
	Status   int
	Details  string // why, for people
}

// MarkNotifications keeps what came of notifications: the moment of each that is settled,
// so that it does not come again, and that it failed of those that are to be tried again.
// Errors: core.Unprocessable for one that was neither sent nor given up.
func (c Policies) MarkNotifications(x *persistence.Session, results []NotificationResult) error {
	if len(results) == 0 {
		return nil
	}
	l := &loader{db: x.DB()}
	var told []persistence.PolicyNotification
	keys := keysOf(results, func(r *NotificationResult) int { return r.PolicyID })
	findIn(l, &told, column("tblIndicationOfPolicyNotifications", "PolicyID"), keys)
	if l.err != nil {
		return l.err
	}
	known, fresh := byKey(told, func(n *persistence.PolicyNotification) int { return n.PolicyID }), map[int]*persistence.PolicyNotification{}
	details := make([]persistence.PolicyNotificationDetail, len(results))
	for i := range results {
		r := &results[i]
		if r.Status <= NotificationPlanned || r.Status > NotificationInvalid || !slices.Contains(notificationKinds, r.Kind) {
			return core.ErrorAt(core.Unprocessable, "status", "%d is no result of a notification of the kind %q", r.Status, r.Kind)
		}
		row := known[r.PolicyID]
		if row == nil {
			if fresh[r.PolicyID] == nil {
				fresh[r.PolicyID] = &persistence.PolicyNotification{PolicyID: r.PolicyID}
			}
			row = fresh[r.PolicyID]
		}
		*toldColumn(row, r.Kind) = ptr(x.Now())
		if r.Status == NotificationFailed {
			*toldColumn(row, r.Kind) = ptr(failedMoment)
		}
		details[i] = persistence.PolicyNotificationDetail{PolicyID: r.PolicyID, Kind: string(r.Kind), Status: r.Status, Details: optional(r.Details)}
	}
	rows := make([]persistence.PolicyNotification, 0, len(fresh))
	for _, key := range keys {
		if fresh[key] != nil {
			rows = append(rows, *fresh[key])
		}
	}
	if err := persistence.InsertMany(x, rows); err != nil {
		return err
	}
	if err := persistence.UpdateMany(x, pointers(told)); err != nil {
		return err
	}
	if err := persistence.InsertMany(x, details); err != nil {
		return err
	}
	return announceNotified(x, keys)
}

// announceNotified announces that families were told of their policies.
func announceNotified(x *persistence.Session, keys []int) error {
	l := &loader{db: x.DB().Order(clause.OrderByColumn{Column: column("tblPolicy", "PolicyID")})}
	var policies []persistence.Policy
	findIn(l, &policies, column("tblPolicy", "PolicyID"), keys)
	if l.err != nil {
		return l.err
	}
	return publishPolicies(x, "policy.notified", pointers(policies))
}
