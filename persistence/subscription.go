package persistence

import (
	"context"
	"maps"
	"slices"
	"time"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
)

// Subscription is a row of tblSubscription: a wish to be told of changes over HTTP.
type Subscription struct {
	Marked
	DateValidFrom   DateTime  `gorm:"column:DateValidFrom;type:datetime2(7)"`
	DateValidTo     *DateTime `gorm:"column:DateValidTo;type:datetime2(7)"`
	ReplacementUUID *UUID     `gorm:"column:ReplacementUUID;type:uniqueidentifier"`
	// 0 off, 1 active.
	Status int `gorm:"column:Status;type:smallint"`
	// 0 REST hook.
	Channel  int    `gorm:"column:Channel;type:smallint"`
	Endpoint string `gorm:"column:Endpoint;type:nvarchar(255)"`
	// A JSON object: resource, resource_type and database fields; of ours the criteria.
	Criteria *string  `gorm:"column:Criteria;type:nvarchar(max)"`
	Expiring DateTime `gorm:"column:Expiring;type:datetime2(7)"`
}

// TableName names the table.
func (Subscription) TableName() string { return "tblSubscription" }

// SubscriptionResult is a row of tblSubscriptionNotificationResult: what came of one attempt.
type SubscriptionResult struct {
	UUID           UUID     `gorm:"column:UUID;primaryKey;type:uniqueidentifier"`
	SubscriptionID UUID     `gorm:"column:subscription_id;type:uniqueidentifier" legacy:"references:tblSubscription.UUID"`
	Succeeded      bool     `gorm:"column:notified_successfully;type:bit"`
	At             DateTime `gorm:"column:Expiring;type:datetime2(7)"` // of the attempt, whatever the column is called
	Error          *string  `gorm:"column:error;type:nvarchar(max)"`
}

// TableName names the table.
func (SubscriptionResult) TableName() string { return "tblSubscriptionNotificationResult" }

// The states of a subscription.
const (
	SubscriptionRequested = 0 // its endpoint has not answered yet
	SubscriptionActive    = 1
	SubscriptionError     = 2 // its endpoint failed too often
	SubscriptionOff       = 3
)

// SubscriptionState is a row of openimis_subscription: what a subscription made here has
// beyond the legacy columns.
type SubscriptionState struct {
	SubscriptionUUID UUID   `gorm:"column:subscription_uuid;primaryKey"`
	UserID           int    `gorm:"column:user_id"` // whose rights and scope it has
	Type             string `gorm:"column:type"`    // resource type of the criteria
	Criteria         string `gorm:"column:criteria"`
	Payload          string `gorm:"column:payload"` // MIME type, "" for none
	Sealed           string `gorm:"column:sealed"`  // headers and secret, encrypted
	State            int    `gorm:"column:state"`
	Fault            string `gorm:"column:fault"` // of the last attempt

	// Of a subscription to a topic.
	Topic     string `gorm:"column:topic"`     // its canonical, "" for a subscription to a search
	Content   string `gorm:"column:content"`   // empty, id-only or full-resource
	Heartbeat int    `gorm:"column:heartbeat"` // seconds without a notification until one is sent anyway, 0 for none
	Timeout   int    `gorm:"column:timeout"`   // seconds a call may take, 0 for what is usual
	MaxCount  int    `gorm:"column:max_count"` // events a notification may hold, 0 for one
	Events    int64  `gorm:"column:events"`    // how many there were
	Told      int64  `gorm:"column:told"`      // when it was notified last, in milliseconds since 1970 in UTC
}

// TableName names the table.
func (SubscriptionState) TableName() string { return "openimis_subscription" }

// Delivery is a row of openimis_delivery: a notification on its way. Moments are
// milliseconds since 1970 in UTC.
type Delivery struct {
	ID               int64  `gorm:"column:id;primaryKey"`
	SubscriptionUUID UUID   `gorm:"column:subscription_uuid"`
	EventID          string `gorm:"column:event_id"`
	Entity           string `gorm:"column:entity"` // what changed, such as "Claim/1b4e…"; "" for the handshake
	At               int64  `gorm:"column:at"`
	State            int    `gorm:"column:state"` // as of the outbox
	Due              int64  `gorm:"column:due"`   // not to be touched before
	Attempts         int    `gorm:"column:attempts"`
	Fault            string `gorm:"column:fault"`
	Kind             int    `gorm:"column:kind"`
	Number           int64  `gorm:"column:number"` // of the event, counted for each subscription to a topic; 0 for none
}

// The kinds of notification.
const (
	DeliveryEvent     = 0
	DeliveryHandshake = 1
	DeliveryHeartbeat = 2
	DeliveryDeletion  = 3 // an event, whose resource is gone
)

// OfEvent tells whether the notification is of an event.
func (d *Delivery) OfEvent() bool { return d.Kind == DeliveryEvent || d.Kind == DeliveryDeletion }

// TableName names the table.
func (Delivery) TableName() string { return "openimis_delivery" }

// SubscriptionStates gives the states of subscriptions by their UUIDs.
func SubscriptionStates(x *Session, ids []UUID) (map[UUID]*SubscriptionState, error) {
	rows, err := Beside[SubscriptionState](x, Query{Where: []clause.Expression{In(Column("", "subscription_uuid"), ids)}})
	found := map[UUID]*SubscriptionState{}
	for i := range rows {
		found[rows[i].SubscriptionUUID] = &rows[i]
	}
	return found, err
}

// SubscriptionOf gives the subscription a state is of, nil when it was deleted.
func SubscriptionOf(x *Session, s *SubscriptionState) (*Subscription, error) {
	rows, err := Beside[Subscription](x, Query{Where: []clause.Expression{In(Column("", "UUID"), []UUID{s.SubscriptionUUID})}})
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

// Subscribed gives the active subscriptions to a resource type.
func Subscribed(x *Session, typ string) ([]SubscriptionState, error) {
	var rows []SubscriptionState
	err := x.db.Where(sqlf(`[type] = ? AND [state] = ?`, typ, SubscriptionActive)).Order("subscription_uuid").Find(&rows).Error
	return rows, err
}

// Queue puts notifications of one subscription and one event behind those that wait. What
// was queued already is not queued twice.
func Queue(x *Session, list ...Delivery) error {
	if err := x.mustWrite(); err != nil || len(list) == 0 {
		return err
	}
	if err := Alone(x, "delivery:"+string(list[0].SubscriptionUUID)); err != nil {
		return err
	}
	var known []string
	err := x.db.Model(&Delivery{}).Where(In(Column("", "subscription_uuid"), []UUID{list[0].SubscriptionUUID})).
		Where(sqlf(`[event_id] = ?`, list[0].EventID)).Pluck("entity", &known).Error
	if err != nil {
		return err
	}
	now := x.store.clock.Now().UnixMilli()
	var fresh []Delivery
	for _, d := range list {
		if !slices.Contains(known, d.Entity) {
			d.At, d.Due = now, now
			fresh = append(fresh, d)
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	if err := x.numberEvents(fresh); err != nil {
		return err
	}
	return x.db.CreateInBatches(fresh, 100).Error
}

// firstOfSubscription matches a delivery no open one of the same subscription is in front of.
const firstOfSubscription = `NOT EXISTS (SELECT 1 FROM [openimis_delivery] [o_b] WHERE [o_b].[subscription_uuid] = [openimis_delivery].[subscription_uuid] AND [o_b].[state] = 0 AND [o_b].[id] < [openimis_delivery].[id])` +
	` AND EXISTS (SELECT 1 FROM [openimis_subscription] [o_s] WHERE [o_s].[subscription_uuid] = [openimis_delivery].[subscription_uuid] AND [o_s].[state] IN (0, 1))`

// Calls is how much may be called at the same time.
type Calls struct {
	Most  int            // notifications in all
	Each  int            // to one endpoint
	Under map[string]int // how many are under way already, by endpoint; never nil
}

// free gives how many more may be called, and the endpoints that may not.
func (c *Calls) free() (left int, full []string) {
	left = c.Most
	for endpoint, n := range c.Under {
		if left -= n; n >= c.Each {
			full = append(full, endpoint)
		}
	}
	return left, full
}

// DueDelivery is a notification that is due, and where it goes.
type DueDelivery struct {
	Delivery
	Endpoint string
}

// TakeDeliveries takes the first notification of each subscription that is due, for so long
// as the lease: another process takes it over after that. Those to an endpoint that has its
// share wait, and keep no others waiting.
func TakeDeliveries(x *Session, calls Calls, lease time.Duration) ([]DueDelivery, error) {
	left, full := calls.free()
	if left <= 0 {
		return nil, nil
	}
	now := x.store.clock.Now().UnixMilli()
	due := x.db.Where(sqlf(`[state] = 0 AND [due] <= ?`, now)).Where(sqlf(firstOfSubscription))
	if len(full) > 0 {
		due = due.Where(sqlf(`[subscription_uuid] NOT IN (SELECT [UUID] FROM [tblSubscription] WHERE ?)`, In(Column("tblSubscription", "Endpoint"), full)))
	}
	var seen []Delivery
	if err := due.Order("id").Limit(left).Find(&seen).Error; err != nil || len(seen) == 0 {
		return nil, err
	}
	endpoints, err := x.endpointsOf(seen)
	if err != nil {
		return nil, err
	}
	under := maps.Clone(calls.Under)
	var taken []DueDelivery
	for _, d := range seen {
		endpoint := endpoints[d.SubscriptionUUID]
		if under[endpoint] >= calls.Each {
			continue
		}
		result := x.db.Model(&Delivery{}).Where(sqlf(`[id] = ? AND [state] = 0 AND [attempts] = ? AND [due] = ?`, d.ID, d.Attempts, d.Due)).
			Updates(map[string]any{"due": now + lease.Milliseconds(), "attempts": d.Attempts + 1})
		if result.Error != nil {
			return nil, result.Error
		}
		if result.RowsAffected == 1 {
			d.Attempts++
			under[endpoint]++
			taken = append(taken, DueDelivery{d, endpoint})
		}
	}
	return taken, nil
}

// endpointsOf gives where the notifications of subscriptions go.
func (x *Session) endpointsOf(list []Delivery) (map[UUID]string, error) {
	ids := make([]UUID, len(list))
	for i := range list {
		ids[i] = list[i].SubscriptionUUID
	}
	var rows []Subscription
	if err := x.db.Select("UUID", "Endpoint").Where(In(Column("tblSubscription", "UUID"), ids)).Find(&rows).Error; err != nil {
		return nil, err
	}
	endpoints := make(map[UUID]string, len(rows))
	for i := range rows {
		endpoints[rows[i].UUID] = rows[i].Endpoint
	}
	return endpoints, nil
}

// SettleDelivery writes what became of an attempt, with a line for the legacy reports. Those
// of more that went out with it are done when it is.
func SettleDelivery(x *Session, d *Delivery, more []Delivery, fault string) error {
	if err := x.mustWrite(); err != nil {
		return err
	}
	change := map[string]any{"state": d.State, "due": d.Due, "fault": fault}
	if err := x.db.Model(&Delivery{}).Where(sqlf(`[id] = ? AND [attempts] = ?`, d.ID, d.Attempts)).Updates(change).Error; err != nil {
		return err
	}
	if fault == "" {
		if err := x.settleMore(d, more); err != nil {
			return err
		}
	}
	result := SubscriptionResult{UUID: NewUUID(), SubscriptionID: d.SubscriptionUUID, Succeeded: fault == "", At: x.now}
	if fault != "" {
		result.Error = &fault
	}
	return x.db.Create(&result).Error
}

// SetSubscriptionState writes what has become of a subscription.
func SetSubscriptionState(x *Session, s *SubscriptionState) error {
	if err := x.mustWrite(); err != nil {
		return err
	}
	return x.db.Model(&SubscriptionState{}).Where(s.key()).Updates(map[string]any{"state": s.State, "fault": s.Fault}).Error
}

func (s *SubscriptionState) key() clause.Expression {
	return In(Column("", "subscription_uuid"), []UUID{s.SubscriptionUUID})
}

// KeepSubscription writes all of what a subscription has beyond the legacy columns.
func KeepSubscription(x *Session, s *SubscriptionState) error {
	if err := x.mustWrite(); err != nil {
		return err
	}
	if err := x.db.Where(s.key()).Delete(&SubscriptionState{}).Error; err != nil {
		return err
	}
	return x.db.Create(s).Error
}

// Owner gives the account of a user by his key. Errors: core.NotFound when he is gone.
func (s *Store) Owner(x *Session, userID int) (core.Principal, error) {
	var users []User
	if err := x.db.Where(Compare(Column("", "UserID"), "=", userID)).Where(IsNull(Column("", "ValidityTo"))).Limit(1).Find(&users).Error; err != nil {
		return core.Principal{}, err
	}
	if len(users) == 0 {
		return core.Principal{}, core.Errorf(core.NotFound, "there is no such user")
	}
	account, err := s.Account(x.ctx, users[0].LoginName)
	if err != nil {
		return core.Principal{}, err
	}
	return account.Principal, nil
}

// Hurry has what waits for a subscription tried now, its attempts counted anew.
func Hurry(x *Session, id UUID) error {
	return x.db.Model(&Delivery{}).Where(In(Column("", "subscription_uuid"), []UUID{id})).Where(sqlf(`[state] = 0`)).
		Updates(map[string]any{"due": x.store.clock.Now().UnixMilli(), "attempts": 0}).Error
}

// MoveSubscription writes the state of a subscription that was in another one before, in
// the legacy column too. One that was changed meanwhile is left alone.
func MoveSubscription(x *Session, s *SubscriptionState, before int) error {
	if err := x.mustWrite(); err != nil {
		return err
	}
	result := x.db.Model(&SubscriptionState{}).Where(s.key()).Where(sqlf(`[state] = ?`, before)).Updates(map[string]any{"state": s.State, "fault": s.Fault})
	if result.Error != nil || result.RowsAffected == 0 || s.State == before {
		return result.Error
	}
	row, err := One[Subscription](x, s.SubscriptionUUID)
	if core.CodeOf(err) == core.Gone {
		return nil
	}
	if err != nil {
		return err
	}
	row.Status = 0
	if s.State == SubscriptionActive {
		row.Status = 1
	}
	return Update(x, row)
}

// ForgetDeliveries deletes notifications from before the moment that were sent, and those
// of subscriptions that are off.
func (s *Store) ForgetDeliveries(ctx context.Context, before time.Time) error {
	return s.writer.WithContext(ctx).Where(sqlf(`[at] < ? AND ([state] = ? OR [subscription_uuid] IN (SELECT [subscription_uuid] FROM [openimis_subscription] WHERE [state] = ?))`,
		before.UnixMilli(), OutboxDone, SubscriptionOff)).Delete(&Delivery{}).Error
}
