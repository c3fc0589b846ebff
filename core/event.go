package core

import (
	"encoding/json"
	"time"
)

// Event says that something happened to one thing. It is written to the outbox in the
// transaction that made it happen and handed on afterwards, at least once.
type Event struct {
	ID      string          // unique; handlers use it to act once
	Name    string          // such as "claim.submitted"
	Key     string          // what it happened to, such as "Claim/1b4e…"; events of one key stay in order
	At      time.Time       // when
	UserID  int             // who, as an audit id
	Payload json.RawMessage // details for the handlers, may be empty
}
