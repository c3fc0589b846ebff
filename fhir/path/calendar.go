package path

import (
	"strings"
	"time"

	"github.com/shopspring/decimal"
)

// calendarUnits are the words for durations, with the UCUM codes of those that are always
// of the same length.
// http://hl7.org/fhirpath/N1/#time-valued-quantities
var calendarUnits = map[string]string{
	"year": "", "month": "", "week": "wk", "day": "d",
	"hour": "h", "minute": "min", "second": "s", "millisecond": "ms",
}

// calendarUnit gives the singular of a word for a duration, "" for another word.
func calendarUnit(word string) string {
	if _, is := calendarUnits[word]; is {
		return word
	}
	singular := strings.TrimSuffix(word, "s")
	if _, is := calendarUnits[singular]; is && singular != word {
		return singular
	}
	return ""
}

// durationUnit gives the calendar word of the unit of a quantity that is added to a date.
// The UCUM codes for year and month are of a fixed length and cannot be added.
func (q Quantity) durationUnit() string {
	if word := calendarUnit(q.Unit); word != "" {
		return word
	}
	if !q.Calendar && q.foreign == "" {
		for word, code := range calendarUnits {
			if code == q.Unit && code != "" {
				return word
			}
		}
	}
	return ""
}

// units of a duration in milliseconds, where it is always the same.
var milliseconds = map[string]int64{
	"millisecond": 1, "second": 1000, "minute": 60_000, "hour": 3_600_000, "day": 86_400_000, "week": 7 * 86_400_000,
}

// add moves a date or time by a duration. A unit finer than the precision of the value is
// turned into whole units of that precision first; only seconds may have a fraction.
// ok is false when the result is outside the years 1 to 9999.
// http://hl7.org/fhirpath/N1/#datetime-arithmetic
func (t Temporal) add(q Quantity) (sum Temporal, ok bool, err error) {
	unit := q.durationUnit()
	if unit == "" {
		return t, false, fault("%q cannot be added to a date or time: years, months, weeks, days, hours, minutes, seconds and milliseconds can", clip(q.Unit))
	}
	if q.Value.Abs().Cmp(maxDuration) > 0 {
		return t, false, nil
	}
	amount := q.Value
	if unit != "second" && unit != "millisecond" {
		amount = amount.Truncate(0)
	}
	if unit == "year" || unit == "month" {
		if t.kind == timeKind {
			return t, false, fault("a %s cannot be added to a time of day", unit)
		}
		months := amount.IntPart()
		if unit == "year" {
			months *= 12
		}
		return t.addMonths(months)
	}
	ms := amount.Mul(decimal.NewFromInt(milliseconds[unit]))
	if t.kind != timeKind && t.precision < dayPrecision {
		days := ms.IntPart() / milliseconds["day"]
		if t.precision == yearPrecision {
			return t.addMonths(days / 365 * 12)
		}
		return t.addMonths(days / 30)
	}
	return t.addDuration(ms)
}

// maxDuration keeps what is added within what time.Duration can count.
var maxDuration = decimal.NewFromInt(1e13)

// addMonths keeps the day, or takes the last of a shorter month.
func (t Temporal) addMonths(months int64) (Temporal, bool, error) {
	if t.precision == yearPrecision {
		t.field[0] += int(months / 12)
		return t, t.field[0] >= 1 && t.field[0] <= 9999, nil
	}
	total := int64(t.field[0])*12 + int64(t.field[1]) - 1 + months
	if total < 12 || total >= 10_000*12 {
		return t, false, nil
	}
	t.field[0], t.field[1] = int(total/12), int(total%12)+1
	if t.precision >= dayPrecision {
		t.field[2] = min(t.field[2], daysIn(t.field[0], t.field[1]))
	}
	return t, true, nil
}

func (t Temporal) addDuration(ms decimal.Decimal) (Temporal, bool, error) {
	step := [6]int64{2: milliseconds["day"], 3: milliseconds["hour"], 4: milliseconds["minute"], 5: 1}[t.precision]
	whole := ms.IntPart() / step * step
	at := t.Time(time.UTC)
	days := whole / milliseconds["day"]
	if t.kind == timeKind {
		days = 0 // a time of day goes round the clock
	}
	if days > 4_000_000 || days < -4_000_000 {
		return t, false, nil
	}
	at = at.AddDate(0, 0, int(days)).Add(time.Duration(whole%milliseconds["day"]) * time.Millisecond)
	if t.kind != timeKind && (at.Year() < 1 || at.Year() > 9999) {
		return t, false, nil
	}
	fields := [6]int{at.Year(), int(at.Month()), at.Day(), at.Hour(), at.Minute(), at.Second()}
	first := yearPrecision
	if t.kind == timeKind {
		first = hourPrecision
	}
	for p := first; p <= t.precision; p++ {
		t.field[p] = fields[p]
	}
	if t.precision == secondPrecision {
		if t.nano = at.Nanosecond(); t.nano%1e9 != 0 && t.digits < 3 {
			t.digits = 3
		}
	}
	return t, true, nil
}
