package persistence

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"

	"gorm.io/gorm"

	"github.com/openimis/openimis-go/core"
)

// fault is a kind of failure of a database, whatever its number there.
type fault int

const (
	faultUnknown    fault = iota
	faultUnique           // a unique key is taken
	faultForeignKey       // a row refers to what is not there, or is referred to
	faultNull             // a column that needs a value has none
	faultCheck            // a check constraint
	faultTooLong          // text longer than its column
	faultValue            // a value the column's type cannot hold
	faultRetry            // lost a race: deadlock, serialization, lock time-out
	faultAway             // no connection, or none that works
)

// raceError marks a failure after which the whole transaction may be run again.
type raceError struct{ cause error }

func (e *raceError) Error() string { return "lost a race with another transaction: " + e.cause.Error() }
func (e *raceError) Unwrap() error { return e.cause }

var errStale = errors.New("the row was changed after it was read")

// translate makes a core.Error of whatever gorm or a driver reports. What is one already
// stays as it is.
func translate(d dialect, err error) error {
	var known *core.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return err
	case errors.Is(err, gorm.ErrRecordNotFound), errors.Is(err, sql.ErrNoRows):
		return &core.Error{Code: core.NotFound, Message: "there is no such row", Cause: err}
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return &core.Error{Code: core.Unavailable, Message: "the database did not answer in time", Cause: err}
	}
	switch d.fault(err) {
	case faultUnique:
		return &core.Error{Code: core.Conflict, Message: "a row with the same unique value exists", Cause: err}
	case faultForeignKey:
		return &core.Error{Code: core.Conflict, Message: "a row refers to one that is not there, or others refer to it", Cause: err}
	case faultNull:
		return &core.Error{Code: core.Unprocessable, Message: "a value that is needed is missing", Cause: err}
	case faultCheck:
		return &core.Error{Code: core.Unprocessable, Message: "a value is not allowed", Cause: err}
	case faultTooLong:
		return &core.Error{Code: core.Unprocessable, Message: "a value is longer than the database can keep", Cause: err}
	case faultValue:
		return &core.Error{Code: core.Unprocessable, Message: "a value is out of the range the database can keep", Cause: err}
	case faultRetry:
		return &core.Error{Code: core.Unavailable, Message: "the database is busy", Cause: &raceError{err}}
	case faultAway:
		return away(err)
	}
	var network net.Error
	if errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, sql.ErrConnDone) || errors.As(err, &network) {
		return away(err)
	}
	return &core.Error{Code: core.Internal, Message: "the database refused a statement", Cause: err}
}

func away(err error) error {
	return &core.Error{Code: core.Unavailable, Message: "the database is not available", Cause: err}
}

// mayRunAgain tells whether the transaction lost a race.
func mayRunAgain(err error) bool {
	var race *raceError
	return errors.As(err, &race)
}
