package persistence

import (
	"reflect"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/shopspring/decimal"
	"gorm.io/gorm/schema"

	"github.com/openimis/openimis-go/core"
)

// The databases disagree on what they do with a value their column cannot hold: one
// refuses it, one cuts it, SQLite keeps it. So every value is held against the legacy
// type before it is written, and the answer is the same everywhere.

// limit is what a column can hold.
type limit struct {
	field      *schema.Field
	characters int             // of a text; 0 for no limit
	scale      int32           // digits behind the point
	bound      decimal.Decimal // a decimal has to be smaller
	low, high  int64           // of an integer
	isInteger  bool            // low and high count
	from, to   time.Time       // of a date
}

var limits sync.Map // reflect.Type → []limit

// fit checks the values of a row and rounds decimals to the digits the column keeps.
// Errors: core.Unprocessable with the column as its path.
func fit(info *tableInfo, row reflect.Value) error {
	var faults []*core.Error
	for _, l := range limitsOf(info) {
		switch l.field {
		case info.from, info.to, info.legacy: // our own hand writes them
			continue
		}
		if l.field == info.key && info.keyedByUUID() { // nor this, and PostgreSQL gives it with dashes
			continue
		}
		value := valueOf(l.field, row)
		if value.Kind() == reflect.Pointer {
			if value.IsNil() {
				continue
			}
			value = value.Elem()
		}
		if fault := l.check(value); fault != "" {
			faults = append(faults, core.ErrorAt(core.Unprocessable, info.name+"."+l.field.DBName, "%s", fault))
		}
	}
	return core.Join(faults...)
}

// Fits tells what the columns cannot hold of a row, as writing it would. Errors:
// core.Unprocessable with all faults, each with "table.column" as its path.
func Fits[R any](row *R) error {
	info, err := infoFor[R]()
	if err != nil {
		return err
	}
	return fit(info, reflect.ValueOf(row).Elem())
}

func (l limit) check(value reflect.Value) string {
	switch v := value.Interface().(type) {
	case decimal.Decimal:
		rounded := v.Round(l.scale)
		if rounded.Abs().GreaterThanOrEqual(l.bound) {
			return "the amount is too large"
		}
		value.Set(reflect.ValueOf(rounded))
		return ""
	case DateTime:
		return l.checkTime(v.Time)
	case Date:
		return l.checkTime(v.Time)
	}
	switch value.Kind() {
	case reflect.String:
		return l.checkText(value.String())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		if l.isInteger && (value.Int() < l.low || value.Int() > l.high) {
			return "the number is not between " + strconv.FormatInt(l.low, 10) + " and " + strconv.FormatInt(l.high, 10)
		}
	}
	return ""
}

func (l limit) checkText(text string) string {
	switch {
	case !utf8.ValidString(text):
		return "the text is not valid UTF-8"
	case strings.ContainsRune(text, 0):
		return "the text holds the character NUL"
	case l.characters > 0 && len(text) > l.characters && utf8.RuneCountInString(text) > l.characters:
		return "the text is longer than " + strconv.Itoa(l.characters) + " characters"
	}
	return ""
}

func (l limit) checkTime(t time.Time) string {
	if t.Before(l.from) || t.After(l.to) {
		return "the date is not between " + l.from.Format(dateLayout) + " and " + l.to.Format(dateLayout)
	}
	return ""
}

// limitsOf reads the limits of a model from the types in its tags.
func limitsOf(info *tableInfo) []limit {
	if known, ok := limits.Load(info.schema.ModelType); ok {
		return known.([]limit)
	}
	var all []limit
	for _, column := range info.schema.DBNames {
		if l, ok := limitOf(info.schema.FieldsByDBName[column]); ok {
			all = append(all, l)
		}
	}
	limits.Store(info.schema.ModelType, all)
	return all
}

func limitOf(field *schema.Field) (limit, bool) {
	l := limit{field: field, from: time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), to: time.Date(9999, 12, 31, 23, 59, 59, 999e6, time.UTC)}
	base, size, _ := strings.Cut(legacyTypeOf(field), "(")
	size = strings.TrimSuffix(size, ")")
	switch base {
	case "nvarchar", "varchar", "char", "nchar", "ntext", "text":
		l.characters, _ = strconv.Atoi(size) // "max" and none are no limit
	case "decimal", "numeric":
		precision, scale, _ := strings.Cut(size, ",")
		digits, _ := strconv.Atoi(precision)
		places, _ := strconv.Atoi(scale)
		l.scale, l.bound = int32(places), decimal.New(1, int32(digits-places))
	case "tinyint":
		l.isInteger, l.high = true, 255
	case "smallint":
		l.isInteger, l.low, l.high = true, -32768, 32767
	case "int":
		l.isInteger, l.low, l.high = true, -1<<31, 1<<31-1
	case "datetime":
		l.from = time.Date(firstYear, 1, 1, 0, 0, 0, 0, time.UTC)
	case "smalldatetime":
		l.from, l.to = time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2079, 6, 6, 23, 59, 0, 0, time.UTC)
	case "date", "datetime2":
	default:
		return l, false
	}
	return l, true
}
