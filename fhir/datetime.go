package fhir

import (
	"errors"
	"time"
)

var errNoDate = errors.New("is not a date as FHIR writes it (YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm:ss±zz:zz)")

// ParseDateTime reads a date, dateTime or instant and gives the span it covers: low, and
// high which is no longer in it, so that "2024-02" runs from 1 February to 1 March. A value
// without time of day has dateOnly set and its ends at midnight UTC, for the caller to put
// into a time zone. It also takes a time of day without seconds or without zone, as search
// values may have; the span is then a minute long, or in UTC.
// Errors: a plain error when the text is no such value or names a day that does not exist.
// https://hl7.org/fhir/R4/datatypes.html#dateTime
func ParseDateTime(s string) (low, high time.Time, dateOnly bool, err error) {
	v, ok := scanDateTime(s)
	if !ok {
		return time.Time{}, time.Time{}, false, errNoDate
	}
	low = time.Date(v.year, time.Month(v.month), v.day, v.hour, v.minute, v.second, v.nano, v.zone)
	switch v.precision {
	case yearPrecision:
		high = low.AddDate(1, 0, 0)
	case monthPrecision:
		high = low.AddDate(0, 1, 0)
	case dayPrecision:
		high = low.AddDate(0, 0, 1)
	case minutePrecision:
		high = low.Add(time.Minute)
	case secondPrecision:
		high = low.Add(time.Second)
	default:
		high = low.Add(v.step)
	}
	return low, high, v.precision <= dayPrecision, nil
}

type precision byte

const (
	yearPrecision precision = iota
	monthPrecision
	dayPrecision
	minutePrecision
	secondPrecision
	fractionPrecision
)

// dateTime is a scanned value.
type dateTime struct {
	year, month, day     int
	hour, minute, second int
	nano                 int
	step                 time.Duration // what one unit of the last digit of the fraction is
	zone                 *time.Location
	zoned                bool
	precision            precision
}

func scanDateTime(s string) (dateTime, bool) {
	v := dateTime{month: 1, day: 1, zone: time.UTC}
	var ok bool
	if v.year, s, ok = digits(s, 4); !ok || v.year == 0 {
		return v, false
	}
	if s == "" {
		return v, true
	}
	if v.month, s, ok = after(s, '-', 2); !ok || v.month < 1 || v.month > 12 {
		return v, false
	}
	if v.precision = monthPrecision; s == "" {
		return v, true
	}
	if v.day, s, ok = after(s, '-', 2); !ok || v.day < 1 || v.day > daysIn(v.year, v.month) {
		return v, false
	}
	if v.precision = dayPrecision; s == "" {
		return v, true
	}
	if s[0] != 'T' {
		return v, false
	}
	if s, ok = v.scanTime(s[1:]); !ok {
		return v, false
	}
	return v, v.scanZone(s)
}

// scanTime reads hh:mm, hh:mm:ss or hh:mm:ss.fff and gives what follows.
func (v *dateTime) scanTime(s string) (string, bool) {
	var ok bool
	if v.hour, s, ok = digits(s, 2); !ok || v.hour > 23 {
		return s, false
	}
	if v.minute, s, ok = after(s, ':', 2); !ok || v.minute > 59 {
		return s, false
	}
	v.precision = minutePrecision
	if s == "" || s[0] != ':' {
		return s, true
	}
	if v.second, s, ok = after(s, ':', 2); !ok || v.second > 60 { // 60 is a leap second
		return s, false
	}
	v.precision = secondPrecision
	if s == "" || s[0] != '.' {
		return s, true
	}
	n := 1
	for v.step = time.Second; n < len(s) && s[n] >= '0' && s[n] <= '9'; n++ {
		if v.step > 1 {
			v.step /= 10
			v.nano += int(s[n]-'0') * int(v.step)
		}
	}
	v.precision = fractionPrecision
	return s[n:], n > 1
}

func (v *dateTime) scanZone(s string) bool {
	switch {
	case s == "":
		return true
	case s == "Z":
		v.zoned = true
		return true
	case s[0] != '+' && s[0] != '-':
		return false
	}
	hours, rest, ok := digits(s[1:], 2)
	if !ok {
		return false
	}
	minutes, rest, ok := after(rest, ':', 2)
	if !ok || rest != "" || hours > 14 || minutes > 59 || hours == 14 && minutes > 0 {
		return false
	}
	offset := hours*3600 + minutes*60
	if s[0] == '-' {
		offset = -offset
	}
	v.zone, v.zoned = time.FixedZone("", offset), true
	return true
}

func digits(s string, n int) (int, string, bool) {
	if len(s) < n {
		return 0, s, false
	}
	value := 0
	for i := range n {
		if s[i] < '0' || s[i] > '9' {
			return 0, s, false
		}
		value = value*10 + int(s[i]-'0')
	}
	return value, s[n:], true
}

func after(s string, sign byte, n int) (int, string, bool) {
	if s == "" || s[0] != sign {
		return 0, s, false
	}
	return digits(s[1:], n)
}

func daysIn(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// isDate, isDateTime, isInstant and isTime tell whether the text is a value of the type,
// stricter than ParseDateTime, which also serves search.

func isDate(s string) bool {
	v, ok := scanDateTime(s)
	return ok && v.precision <= dayPrecision
}

func isDateTime(s string) bool {
	v, ok := scanDateTime(s)
	return ok && (v.precision <= dayPrecision || v.precision >= secondPrecision && v.zoned)
}

func isInstant(s string) bool {
	v, ok := scanDateTime(s)
	return ok && v.precision >= secondPrecision && v.zoned
}

func isTime(s string) bool {
	var v dateTime
	rest, ok := v.scanTime(s)
	return ok && rest == "" && v.precision >= secondPrecision
}

// FormatInstant writes an instant with milliseconds, as meta.lastUpdated is.
func FormatInstant(t time.Time) string { return t.Format("2006-01-02T15:04:05.000Z07:00") }
