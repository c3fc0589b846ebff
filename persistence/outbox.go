package persistence

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/openimis/openimis-go/core"
)

// Outbox is a row of openimis_outbox: an event on its way to the handlers. Moments are
// milliseconds since 1970 in UTC.
type Outbox struct {
	ID       int64  `gorm:"column:id;primaryKey"`
	EventID  string `gorm:"column:event_id"`  // unique; handlers use it to act once
	Name     string `gorm:"column:name"`      // what happened
	EventKey string `gorm:"column:event_key"` // what it happened to
	At       int64  `gorm:"column:at"`
	UserID   int    `gorm:"column:user_id"`
	Payload  string `gorm:"column:payload"`
	State    int    `gorm:"column:state"`
	Due      int64  `gorm:"column:due"`   // not to be touched before: the end of a lease, or of a pause after a fault
	Lease    string `gorm:"column:lease"` // who works on it, "" for nobody
	Attempts int    `gorm:"column:attempts"`
	Fault    string `gorm:"column:fault"` // of the last attempt
}

// TableName names the table.
func (Outbox) TableName() string { return "openimis_outbox" }

// The states of an event in the outbox.
const (
	OutboxOpen    = 0 // waits or is being handed on
	OutboxDone    = 1 // handed on
	OutboxGivenUp = 2 // failed too often; needs a person
)

// ownTables are the tables of this program.
var ownTables = []any{Outbox{}, Idempotency{}, Setting{}, Audit{}, SubscriptionState{}, Delivery{}, watchRow{}, Noticed{}, checksums{}, MutationLog{}, MutationRow{}, MutationTask{}, ModuleConfiguration{}, FieldControl{}, ReportDefinition{}, Word{}, Job{}}

// Publish writes the event to the outbox within the transaction: it is handed on when
// and only when the transaction commits. An event without ID, time or user gets a new
// one, now and the principal's. The hooks of modules are asked first. Errors: what they
// forbid it with.
func (x *Session) Publish(e core.Event) error { return x.PublishMany([]core.Event{e}) }

// PublishMany publishes events as Publish does, many with each statement.
func (x *Session) PublishMany(events []core.Event) error {
	if err := x.mustWrite(); err != nil {
		return err
	}
	events = slices.Clone(events)
	for i := range events {
		e := &events[i]
		if e.ID == "" {
			e.ID = uuid.NewString()
		}
		if e.At.IsZero() {
			e.At = x.store.clock.Now()
		}
		if e.UserID == 0 {
			e.UserID = x.Principal().UserID
		}
	}
	if err := x.before(events); err != nil {
		return err
	}
	return x.publish(events)
}

// publish writes events nobody is asked about.
func (x *Session) publish(events []core.Event) error {
	if len(events) == 0 {
		return nil
	}
	rows := make([]Outbox, len(events))
	for i, e := range events {
		rows[i] = Outbox{EventID: e.ID, Name: e.Name, EventKey: e.Key, At: e.At.UnixMilli(), UserID: e.UserID, Payload: string(e.Payload), Due: x.store.clock.Now().UnixMilli()}
	}
	if err := x.audit(events); err != nil {
		return err
	}
	x.touch(Outbox{}.TableName())
	return x.db.CreateInBatches(rows, 100).Error
}

// event gives the event back as it was published.
func (o Outbox) event() core.Event {
	e := core.Event{ID: o.EventID, Name: o.Name, Key: o.EventKey, At: time.UnixMilli(o.At).UTC(), UserID: o.UserID}
	if o.Payload != "" {
		e.Payload = []byte(o.Payload)
	}
	return e
}
