package tables

import (
	"database/sql/driver"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/openimis/openimis-go/persistence"
)

// The words that stand for values made at the time of loading.
const (
	tokenNull  = `\N`
	tokenNow   = "@now"
	tokenNewID = "@newid"
)

// cells turns the cells of a load into values for the database. Two columns of one load
// see the same present moment.
type cells struct {
	now persistence.DateTime
}

// value reads a cell of a column. The problem is what is wrong with it, "" for nothing.
func (c *cells) value(column *Column, cell Field) (v driver.Value, problem string) {
	if !cell.Quoted {
		switch cell.Text {
		case tokenNull:
			return c.missing(column)
		case tokenNow:
			return c.present(column)
		case tokenNewID:
			return generated(column)
		}
	}
	if column.Nullable && none(column, cell.Text) {
		return nil, ""
	}
	return c.parse(column, cell.Text)
}

// none tells whether the text is a sentinel for "nothing" in a nullable column: 0 or a
// blank code in a reference, a blank where only a document could stand.
func none(column *Column, text string) bool {
	switch {
	case column.Kind == JSON:
		return text == ""
	case column.Refers == nil:
		return false
	case column.Kind == Int:
		return text == "0"
	}
	return strings.TrimSpace(text) == ""
}

// missing gives what stands in a column for which there is no value: NULL where that is
// allowed, the column's default otherwise.
func (c *cells) missing(column *Column) (driver.Value, string) {
	if column.Nullable {
		return nil, ""
	}
	if column.HasDefault {
		return c.value(column, Field{Text: column.Default})
	}
	return nil, "is NULL, but the column needs a value"
}

// absent gives the value of a column the file does not have: its default if there is one.
func (c *cells) absent(column *Column) (driver.Value, string) {
	if column.HasDefault {
		return c.value(column, Field{Text: column.Default})
	}
	return c.missing(column)
}

func (c *cells) present(column *Column) (driver.Value, string) {
	switch column.Kind {
	case DateTime:
		v, err := c.now.Value()
		return v, problemOf(err)
	case Date:
		return c.now.Date().String(), ""
	}
	return nil, "@now stands in a column that is no date"
}

func generated(column *Column) (driver.Value, string) {
	switch {
	case column.Kind == UUID, column.Kind == Text && column.Size == 36:
		return string(persistence.NewUUID()), ""
	case column.Kind == HexUUID:
		return strings.ReplaceAll(string(persistence.NewUUID()), "-", ""), ""
	}
	return nil, "@newid stands in a column that is no UUID"
}

func problemOf(err error) string {
	if err != nil {
		return err.Error()
	}
	return ""
}

// parse reads literal text.
func (c *cells) parse(column *Column, text string) (driver.Value, string) {
	switch column.Kind {
	case Int:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, shown(text) + " is not a whole number"
		}
		if n < column.Min || n > column.Max {
			return nil, fmt.Sprintf("%s is not between %d and %d", shown(text), column.Min, column.Max)
		}
		return n, ""
	case Bool:
		return parseBool(column, text)
	case Decimal:
		return parseDecimal(column, text)
	case Date, DateTime:
		return parseTime(column, text)
	case UUID:
		if u, ok := persistence.ParseUUID(text); ok {
			return string(u), ""
		}
		return nil, shown(text) + " is not a UUID"
	case HexUUID:
		if u, err := uuid.Parse(text); err == nil && (len(text) == 36 || len(text) == 32) {
			return strings.ReplaceAll(u.String(), "-", ""), ""
		}
		return nil, shown(text) + " is not a UUID"
	case JSON:
		if !json.Valid([]byte(text)) {
			return nil, shown(text) + " is not JSON"
		}
		return text, ""
	case Bytes:
		return parseBytes(column, text)
	}
	if column.Size > 0 && len(text) > column.Size {
		if n := utf8.RuneCountInString(text); n > column.Size {
			return nil, fmt.Sprintf("%s has %d characters, the column holds %d", shown(text), n, column.Size)
		}
	}
	return text, ""
}

func parseBool(column *Column, text string) (driver.Value, string) {
	var yes bool
	switch strings.ToLower(text) {
	case "0", "false":
	case "1", "true":
		yes = true
	default:
		return nil, shown(text) + " is neither 0 nor 1"
	}
	if column.bit {
		v, err := persistence.Bit(yes).Value()
		return v, problemOf(err)
	}
	return yes, ""
}

// parseDecimal checks a number without passing through a float and gives it with the
// digits as written, less what the column's scale makes superfluous.
func parseDecimal(column *Column, text string) (driver.Value, string) {
	digits := strings.TrimPrefix(text, "-")
	whole, fraction, _ := strings.Cut(digits, ".")
	if whole+fraction == "" || !allDigits(whole) || !allDigits(fraction) {
		return nil, shown(text) + " is not a number"
	}
	if column.Precision == 0 {
		return text, ""
	}
	if fraction = strings.TrimRight(fraction, "0"); len(fraction) > column.Scale {
		return nil, fmt.Sprintf("%s has more than %d digits after the point", shown(text), column.Scale)
	}
	whole = strings.TrimLeft(whole, "0")
	if len(whole) > column.Precision-column.Scale {
		return nil, fmt.Sprintf("%s has more than %d digits before the point", shown(text), column.Precision-column.Scale)
	}
	if whole == "" {
		whole = "0"
	}
	if fraction != "" {
		whole += "." + fraction
	}
	if strings.HasPrefix(text, "-") && whole != "0" {
		whole = "-" + whole
	}
	return whole, ""
}

func allDigits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return true
}

var timeLayouts = []string{"2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04"}

// The years all three databases can hold in every date type.
const firstYear, lastYear = 1753, 9999

func parseTime(column *Column, text string) (driver.Value, string) {
	at, ok := readTime(text)
	if !ok {
		return nil, shown(text) + " is not a date that exists, written YYYY-MM-DD or YYYY-MM-DDThh:mm:ss"
	}
	if at.Year() < firstYear || at.Year() > lastYear {
		return nil, fmt.Sprintf("%s is not between the years %d and %d", shown(text), firstYear, lastYear)
	}
	if column.Kind == Date {
		return at.Format(time.DateOnly), ""
	}
	v, err := persistence.At(at).Value()
	return v, problemOf(err)
}

func readTime(text string) (time.Time, bool) {
	if len(text) == len(time.DateOnly) {
		at, err := time.Parse(time.DateOnly, text)
		return at, err == nil
	}
	for _, layout := range timeLayouts { // each also takes a fraction of a second
		if at, err := time.Parse(layout, text); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}

func parseBytes(column *Column, text string) (driver.Value, string) {
	if text == "" {
		return []byte{}, ""
	}
	raw, err := hex.DecodeString(strings.TrimPrefix(text, "0x"))
	if err != nil || !strings.HasPrefix(text, "0x") {
		return nil, shown(text) + " is not 0x and hexadecimal digits"
	}
	if column.Size > 0 && len(raw) > column.Size {
		return nil, fmt.Sprintf("%s has %d bytes, the column holds %d", shown(text), len(raw), column.Size)
	}
	return raw, ""
}
