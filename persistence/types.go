package persistence

import (
	"database/sql/driver"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
)

// DateTime is a moment on the wall clock of the site, without zone, as the legacy tables
// hold it. The digits are kept in UTC so that arithmetic has no gaps; Store.Instant and
// Store.Wall convert to and from instants with the site's time zone.
type DateTime struct{ time.Time }

// Date is a calendar day.
type Date struct{ time.Time }

const (
	dateTimeLayout = "2006-01-02 15:04:05.000"
	dateLayout     = "2006-01-02"
)

// At makes a DateTime of the digits of t, whatever zone they are in, cut to milliseconds.
func At(t time.Time) DateTime {
	return DateTime{time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond()/1e6*1e6, time.UTC)}
}

// Day makes a Date of the digits of t.
func Day(t time.Time) Date {
	return Date{time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)}
}

// DateOf makes a Date of year, month and day.
func DateOf(year int, month time.Month, day int) Date {
	return Date{time.Date(year, month, day, 0, 0, 0, 0, time.UTC)}
}

// ParseDate reads YYYY-MM-DD.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(dateLayout, s)
	return Date{t}, err
}

// Date gives the calendar day of the moment.
func (d DateTime) Date() Date { return Day(d.Time) }

// String gives YYYY-MM-DD hh:mm:ss.mmm.
func (d DateTime) String() string { return d.Time.Format(dateTimeLayout) }

// String gives YYYY-MM-DD.
func (d Date) String() string { return d.Time.Format(dateLayout) }

// Value writes the digits. SQL Server reads the T form whatever its language settings,
// PostgreSQL reads it in the session's time zone, SQLite keeps it as text that sorts.
// Digits behind the milliseconds are written only where a row had them, as rows of the
// Django application on PostgreSQL do: a datetime column refuses them.
func (d DateTime) Value() (driver.Value, error) {
	if d.Nanosecond()%1e6 != 0 {
		return d.Time.Format("2006-01-02T15:04:05.9999999"), nil
	}
	return d.Time.Format("2006-01-02T15:04:05.000"), nil
}

// Value writes YYYY-MM-DD.
func (d Date) Value() (driver.Value, error) { return d.String(), nil }

// Scan takes the digits a driver gives, all of them: a page that starts behind a row must
// know exactly where the row is.
func (d *DateTime) Scan(src any) error {
	t, err := scanTime(src)
	*d = DateTime{time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond()/100*100, time.UTC)}
	return err
}

// Scan takes the digits a driver gives and drops the time of day.
func (d *Date) Scan(src any) error {
	t, err := scanTime(src)
	*d = Day(t)
	return err
}

func scanTime(src any) (time.Time, error) {
	var text string
	switch v := src.(type) {
	case time.Time:
		return v, nil
	case string:
		text = v
	case []byte:
		text = string(v)
	default:
		return time.Time{}, fmt.Errorf("persistence: cannot read a date from %T", src)
	}
	for _, layout := range []string{"2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999", dateLayout, time.RFC3339Nano, "2006-01-02 15:04:05.999999999-07:00"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("persistence: %q is not a date", text)
}

// UUID is a row's public identity in lower-case text form.
type UUID string

// NewUUID draws a random UUID.
func NewUUID() UUID { return UUID(uuid.NewString()) }

// ParseUUID reads a UUID in any of the usual spellings; ok is false for anything else.
func ParseUUID(s string) (u UUID, ok bool) {
	if len(s) != 36 {
		return "", false
	}
	parsed, err := uuid.Parse(s)
	return UUID(parsed.String()), err == nil
}

// Value writes the text form.
func (u UUID) Value() (driver.Value, error) { return string(u), nil }

// Scan reads text, or the sixteen bytes SQL Server sends, whose first three groups are
// little-endian.
func (u *UUID) Scan(src any) error {
	switch v := src.(type) {
	case string:
		*u = UUID(strings.ToLower(v))
	case [16]byte:
		*u = UUID(uuid.UUID(v).String())
	case []byte:
		if len(v) != 16 {
			*u = UUID(strings.ToLower(string(v)))
			return nil
		}
		b := [16]byte{v[3], v[2], v[1], v[0], v[5], v[4], v[7], v[6]}
		copy(b[8:], v[8:])
		h := hex.EncodeToString(b[:])
		*u = UUID(h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:])
	case nil:
		*u = ""
	default:
		return fmt.Errorf("persistence: cannot read a UUID from %T", src)
	}
	return nil
}

// Bit is a yes or no in one of the two columns that are bit(1) on PostgreSQL and not
// boolean: it travels as the digit every database takes for its kind.
type Bit bool

// Value writes 1 or 0.
func (b Bit) Value() (driver.Value, error) {
	if b {
		return "1", nil
	}
	return "0", nil
}

// Scan reads what the databases give for either kind.
func (b *Bit) Scan(src any) error {
	switch v := src.(type) {
	case bool:
		*b = Bit(v)
	case int64:
		*b = v != 0
	case string:
		*b = v == "1"
	case []byte:
		*b = string(v) == "1"
	default:
		return fmt.Errorf("persistence: cannot read a bit from %T", src)
	}
	return nil
}

// JSON is the text of a JSON document in a JsonExt column.
type JSON string

// Value writes the text.
func (j JSON) Value() (driver.Value, error) { return string(j), nil }

// Scan reads the text.
func (j *JSON) Scan(src any) error {
	switch v := src.(type) {
	case string:
		*j = JSON(v)
	case []byte:
		*j = JSON(v)
	case nil:
		*j = ""
	default:
		return fmt.Errorf("persistence: cannot read JSON from %T", src)
	}
	return nil
}
