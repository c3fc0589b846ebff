package persistence

import (
	"github.com/google/uuid"

	"github.com/openimis/openimis-go/core"
)

// Outbox is a row of openimis_outbox: an event on its way to the handlers.
type Outbox struct {
	ID       int64    `gorm:"column:id;primaryKey"`
	EventID  string   `gorm:"column:event_id"`  // unique; handlers use it to act once
	Name     string   `gorm:"column:name"`      // what happened
	EventKey string   `gorm:"column:event_key"` // what it happened to
	At       DateTime `gorm:"column:at;type:datetime"`
	UserID   int      `gorm:"column:user_id"`
	Payload  string   `gorm:"column:payload"`
	State    int      `gorm:"column:state"`             // 0 open, 1 handed on, 2 given up
	Due      DateTime `gorm:"column:due;type:datetime"` // not to be touched before: the end of a lease, or of a pause after a fault
	Lease    string   `gorm:"column:lease"`             // who works on it, "" for nobody
	Attempts int      `gorm:"column:attempts"`
	Fault    string   `gorm:"column:fault"` // of the last attempt
}

// TableName names the table.
func (Outbox) TableName() string { return "openimis_outbox" }

// Idempotency is a row of openimis_idempotency: an answer that is given once.
type Idempotency struct {
	Key    string   `gorm:"column:key;primaryKey"`
	Hash   string   `gorm:"column:hash"`   // of what was asked
	Answer string   `gorm:"column:answer"` // what was answered
	At     DateTime `gorm:"column:at;type:datetime"`
}

// TableName names the table.
func (Idempotency) TableName() string { return "openimis_idempotency" }

// ownTables are the tables of this program.
var ownTables = []any{Outbox{}, Idempotency{}}

// Publish writes the event to the outbox within the transaction: it is handed on when
// and only when the transaction commits.
func (x *Session) Publish(e core.Event) error {
	if err := x.mustWrite(); err != nil {
		return err
	}
	if e.ID == "" {
		e.ID = uuid.NewString()
	}
	at := x.now
	if !e.At.IsZero() {
		at = x.store.Wall(e.At)
	}
	row := Outbox{EventID: e.ID, Name: e.Name, EventKey: e.Key, At: at, UserID: e.UserID, Payload: string(e.Payload), Due: x.now}
	return x.db.Create(&row).Error
}
