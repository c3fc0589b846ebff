package persistence

import (
	"gorm.io/gorm/clause"
)

// numberEvents gives new events of a subscription to a topic their numbers, without a gap.
// The caller is alone with the subscription.
func (x *Session) numberEvents(list []Delivery) error {
	if !list[0].OfEvent() {
		return nil
	}
	var state SubscriptionState
	key := In(Column("", "subscription_uuid"), []UUID{list[0].SubscriptionUUID})
	if err := x.db.Where(key).Limit(1).Find(&state).Error; err != nil || state.Topic == "" {
		return err
	}
	for i := range list {
		state.Events++
		list[i].Number = state.Events
	}
	return x.db.Model(&SubscriptionState{}).Where(key).Updates(map[string]any{"events": state.Events}).Error
}

// settleMore notes that further events went out with one, and when.
func (x *Session) settleMore(d *Delivery, more []Delivery) error {
	now := x.store.clock.Now().UnixMilli()
	err := x.db.Model(&SubscriptionState{}).Where(In(Column("", "subscription_uuid"), []UUID{d.SubscriptionUUID})).Updates(map[string]any{"told": now}).Error
	if err != nil || len(more) == 0 {
		return err
	}
	ids := make([]int64, len(more))
	for i := range more {
		ids[i] = more[i].ID
	}
	return x.db.Model(&Delivery{}).Where(In(Column("", "id"), ids)).Updates(map[string]any{"state": OutboxDone}).Error
}

// Following gives the events that wait right behind one of the same subscription, at most
// so many.
func Following(x *Session, d *Delivery, most int) ([]Delivery, error) {
	var waiting []Delivery
	if most <= 0 {
		return nil, nil
	}
	err := x.db.Where(In(Column("", "subscription_uuid"), []UUID{d.SubscriptionUUID})).Where(sqlf(`[state] = 0 AND [id] > ?`, d.ID)).
		Order("id").Limit(most).Find(&waiting).Error
	for i := range waiting {
		if !waiting[i].OfEvent() {
			return waiting[:i], err
		}
	}
	return waiting, err
}

// EventsOf gives the events of a subscription to a topic with numbers from low to high that
// are still kept, at most so many, in order.
func EventsOf(x *Session, id UUID, low, high int64, most int) ([]Delivery, error) {
	var list []Delivery
	err := x.db.Where(In(Column("", "subscription_uuid"), []UUID{id})).Where(sqlf(`[number] >= ? AND [number] <= ? AND [number] > 0`, low, high)).
		Order("number").Limit(most).Find(&list).Error
	return list, err
}

// QueueHeartbeats queues a heartbeat for active subscriptions that were told nothing for as
// long as they asked, at most so many, and gives how many. Of several processes one does.
func QueueHeartbeats(x *Session, most int) (int, error) {
	if err := x.mustWrite(); err != nil {
		return 0, err
	}
	now := x.store.clock.Now().UnixMilli()
	due, err := HeartbeatsDue(x, most)
	queued := 0
	for i := range due {
		s := &due[i]
		result := x.db.Model(&SubscriptionState{}).Where(s.key()).Where(sqlf(`[told] = ?`, s.Told)).Updates(map[string]any{"told": now})
		if result.Error != nil {
			return queued, result.Error
		}
		if result.RowsAffected == 0 {
			continue
		}
		queued++
		if err := Queue(x, Delivery{SubscriptionUUID: s.SubscriptionUUID, EventID: string(NewUUID()), Kind: DeliveryHeartbeat}); err != nil {
			return queued, err
		}
	}
	return queued, err
}

// HeartbeatsDue gives active subscriptions that were told nothing for as long as they asked.
func HeartbeatsDue(x *Session, most int) ([]SubscriptionState, error) {
	var due []SubscriptionState
	lives := clause.And(sqlf(`[s].[UUID] = [openimis_subscription].[subscription_uuid]`), Compare(clause.Column{Table: "s", Name: "isDeleted"}, "=", false),
		Compare(clause.Column{Table: "s", Name: "Expiring"}, ">", x.now))
	err := x.db.Where(sqlf(`[state] = ? AND [heartbeat] > 0 AND [told] + [heartbeat] * 1000 <= ?`, SubscriptionActive, x.store.clock.Now().UnixMilli())).
		Where(sqlf(`NOT EXISTS (SELECT 1 FROM [openimis_delivery] [o_d] WHERE [o_d].[subscription_uuid] = [openimis_subscription].[subscription_uuid] AND [o_d].[state] = 0)`)).
		Where(sqlf(`EXISTS (SELECT 1 FROM [tblSubscription] [s] WHERE ?)`, lives)).
		Order("subscription_uuid").Limit(most).Find(&due).Error
	return due, err
}

// CoversOf gives the live covers of policies, and those with the keys, with their policies.
func CoversOf(x *Session, policies []UUID, keys []int) ([]InsureePolicy, error) {
	var rows []InsureePolicy
	err := x.db.Joins("Policy").Where(clause.Or(
		clause.And(In(Column("Policy", "PolicyUUID"), policies), IsNull(Column("tblInsureePolicy", "ValidityTo"))),
		In(Column("tblInsureePolicy", "InsureePolicyID"), keys),
	)).Find(&rows).Error
	return rows, err
}
