package path

import (
	"cmp"
	"fmt"
	"strings"
	"time"
)

// Temporal is a date, a dateTime or a time with the precision it was written in.
// http://hl7.org/fhirpath/N1/#date
type Temporal struct {
	kind      temporalKind
	precision precision
	field     [6]int // year to second, as far as the precision goes
	nano      int
	digits    int // of the fraction of a second
	zoned     bool
	offset    int // of the time zone in minutes
}

type temporalKind byte

const (
	dateKind temporalKind = iota
	dateTimeKind
	timeKind
)

type precision int

const (
	yearPrecision precision = iota
	monthPrecision
	dayPrecision
	hourPrecision
	minutePrecision
	secondPrecision // with or without a fraction, as N1 has it
)

func (t Temporal) typeName() string {
	switch t.kind {
	case dateKind:
		return "Date"
	case timeKind:
		return "Time"
	}
	return "DateTime"
}

// parseLiteral reads what follows the @ of a literal.
func parseLiteral(s string) (Temporal, bool) {
	if rest, is := strings.CutPrefix(s, "T"); is {
		return parseTime(rest)
	}
	return parseTemporal(s)
}

// parseTemporal reads a date, or a dateTime when there is a T.
func parseTemporal(s string) (Temporal, bool) {
	var t Temporal
	rest, ok := t.scan(s, yearPrecision, dayPrecision)
	if !ok || t.field[0] == 0 {
		return t, false
	}
	if rest == "" {
		return t, t.exists()
	}
	if rest[0] != 'T' {
		return t, false
	}
	t.kind = dateTimeKind
	if rest = rest[1:]; rest == "" {
		return t, t.exists()
	}
	if t.precision == dayPrecision && isDigit(rest[0]) {
		if rest, ok = t.scan(rest, hourPrecision, secondPrecision); !ok {
			return t, false
		}
	}
	return t, t.scanZone(rest) && t.exists()
}

// parseTime reads hh, hh:mm, hh:mm:ss or hh:mm:ss.fff.
func parseTime(s string) (Temporal, bool) {
	t := Temporal{kind: timeKind}
	rest, ok := t.scan(s, hourPrecision, secondPrecision)
	return t, ok && rest == "" && t.exists()
}

var widths = [6]int{4, 2, 2, 2, 2, 2}
var signs = [6]byte{0, '-', '-', 0, ':', ':'}

// scan reads the fields from one precision to another and gives what follows them.
func (t *Temporal) scan(s string, from, to precision) (string, bool) {
	for p := from; p <= to; p++ {
		if p > from {
			if s == "" || s[0] != signs[p] || len(s) < 3 || !isDigit(s[1]) || !isDigit(s[2]) {
				break
			}
			s = s[1:]
		}
		n := 0
		if len(s) < widths[p] {
			return s, false
		}
		for i := range widths[p] {
			if !isDigit(s[i]) {
				return s, false
			}
			n = n*10 + int(s[i]-'0')
		}
		t.field[p], t.precision = n, p
		s = s[widths[p]:]
	}
	if t.precision != secondPrecision || len(s) < 2 || s[0] != '.' || !isDigit(s[1]) {
		return s, true
	}
	unit := int(time.Second)
	for s = s[1:]; s != "" && isDigit(s[0]); s = s[1:] {
		if unit > 1 {
			unit /= 10
			t.nano += int(s[0]-'0') * unit
			t.digits++
		}
	}
	return s, true
}

func (t *Temporal) scanZone(s string) bool {
	switch {
	case s == "":
		return true
	case s == "Z":
		t.zoned = true
		return true
	case len(s) != 6 || s[0] != '+' && s[0] != '-' || s[3] != ':':
		return false
	}
	for _, i := range []int{1, 2, 4, 5} {
		if !isDigit(s[i]) {
			return false
		}
	}
	hours, minutes := int(s[1]-'0')*10+int(s[2]-'0'), int(s[4]-'0')*10+int(s[5]-'0')
	t.zoned, t.offset = true, hours*60+minutes
	if s[0] == '-' {
		t.offset = -t.offset
	}
	return minutes < 60 && t.offset >= -14*60 && t.offset <= 14*60
}

// temporalSpan gives how many bytes at the start of s belong to a literal.
func temporalSpan(s string) int {
	n := 0
	take := func(pattern string) bool {
		if len(s)-n < len(pattern) {
			return false
		}
		for i := range len(pattern) {
			if c := s[n+i]; pattern[i] == '0' && !isDigit(c) || pattern[i] != '0' && c != pattern[i] {
				return false
			}
		}
		n += len(pattern)
		return true
	}
	if take("0000") && take("-00") {
		take("-00")
	}
	if !take("T") {
		return n
	}
	if take("00") && take(":00") && take(":00") && take(".0") {
		n += span(s[n:], isDigit)
	}
	if !take("Z") && !take("+00:00") {
		take("-00:00")
	}
	return n
}

// exists tells whether there are such a day and time.
func (t *Temporal) exists() bool {
	if t.kind != timeKind {
		if t.precision >= monthPrecision && (t.field[1] < 1 || t.field[1] > 12) {
			return false
		}
		if t.precision >= dayPrecision && (t.field[2] < 1 || t.field[2] > daysIn(t.field[0], t.field[1])) {
			return false
		}
	}
	return t.field[3] < 24 && t.field[4] < 60 && t.field[5] <= 60 // 60 is a leap second
}

func daysIn(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// String writes the value as it is in FHIR, without the @ of a literal.
func (t Temporal) String() string {
	var b strings.Builder
	first := yearPrecision
	if t.kind == timeKind {
		first = hourPrecision
	}
	for p := first; p <= t.precision; p++ {
		if p == hourPrecision && first != p {
			b.WriteByte('T')
		} else if p != first {
			b.WriteByte(signs[p])
		}
		fmt.Fprintf(&b, "%0*d", widths[p], t.field[p])
	}
	if t.digits > 0 {
		b.WriteString("." + fmt.Sprintf("%09d", t.nano)[:t.digits])
	}
	switch {
	case t.zoned && t.offset == 0:
		b.WriteByte('Z')
	case t.zoned:
		sign, offset := '+', t.offset
		if offset < 0 {
			sign, offset = '-', -offset
		}
		fmt.Fprintf(&b, "%c%02d:%02d", sign, offset/60, offset%60)
	}
	return b.String()
}

// Time gives the first moment the value covers, in the zone when it has none of its own.
// A time of day is on 1 January of year 0.
func (t Temporal) Time(zone *time.Location) time.Time {
	if t.zoned {
		zone = time.FixedZone("", t.offset*60)
	}
	month, day := max(t.field[1], 1), max(t.field[2], 1)
	return time.Date(t.field[0], time.Month(month), day, t.field[3], t.field[4], t.field[5], t.nano, zone)
}

// temporalOf makes a dateTime of a moment, with milliseconds and zone.
func temporalOf(now time.Time) Temporal {
	_, offset := now.Zone()
	return Temporal{
		kind: dateTimeKind, precision: secondPrecision, nano: now.Nanosecond() / 1e6 * 1e6, digits: 3,
		field: [6]int{now.Year(), int(now.Month()), now.Day(), now.Hour(), now.Minute(), now.Second()},
		zoned: true, offset: offset / 60,
	}
}

// span of the time zones: a value without one may be that much earlier or later.
const (
	eastmost = 14 * time.Hour
	westmost = 12 * time.Hour
)

// compare orders two values of one kind, or a date and a dateTime; known is false where
// the precision, or a zone that only one of them has, does not tell.
// http://hl7.org/fhirpath/N1/#comparison
func (t Temporal) compare(u Temporal) (order int, known bool) {
	timed := t.kind != timeKind && t.precision >= hourPrecision && u.precision >= hourPrecision
	switch {
	case timed && t.zoned && u.zoned && t.offset != u.offset:
		t, u = t.inUTC(), u.inUTC()
	case timed && t.zoned != u.zoned:
		distance := t.Time(time.UTC).Sub(u.Time(time.UTC))
		if u.zoned {
			distance = -distance
		}
		switch { // distance of the zoned one from the other, were that in UTC
		case distance > westmost+time.Hour:
			order = 1
		case distance < -eastmost-time.Hour:
			order = -1
		default:
			return 0, false
		}
		if u.zoned {
			order = -order
		}
		return order, true
	}
	first := yearPrecision
	if t.kind == timeKind {
		first = hourPrecision
	}
	for p := first; p <= min(t.precision, u.precision); p++ {
		if order := cmp.Compare(t.field[p], u.field[p]); order != 0 {
			return order, true
		}
	}
	if t.precision != u.precision {
		return 0, false
	}
	return cmp.Compare(t.nano, u.nano), true
}

// inUTC moves a value with a zone to UTC. One to the hour keeps the minutes of its zone.
func (t Temporal) inUTC() Temporal {
	m := t.Time(time.UTC).UTC()
	if t.precision == hourPrecision && m.Minute() != 0 {
		t.precision = minutePrecision
	}
	t.field = [6]int{m.Year(), int(m.Month()), m.Day(), m.Hour(), m.Minute(), m.Second()}
	t.offset = 0
	return t
}
