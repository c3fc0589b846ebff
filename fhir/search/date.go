package search

import (
	"fmt"
	"time"
)

// prefixes are the comparisons of R4. What ap reaches is left to the caller, who has the clock.
// https://hl7.org/fhir/R4/search.html#prefix
var prefixes = map[string]Prefix{
	"eq": Eq, "ne": Ne, "gt": Gt, "lt": Lt, "ge": Ge, "le": Le, "sa": Sa, "eb": Eb, "ap": Ap,
}

// cutPrefix takes the comparison off the front of a value; eq when there is none.
func cutPrefix(text string) (prefix Prefix, rest, problem string) {
	if text == "" || text[0] < 'a' || text[0] > 'z' {
		return Eq, text, ""
	}
	if len(text) > 2 {
		if prefix, ok := prefixes[text[:2]]; ok {
			return prefix, text[2:], ""
		}
	}
	return "", "", fmt.Sprintf("%q starts with no known comparison (eq ne gt lt ge le sa eb ap)", text)
}

// parseDate reads a date or instant of any precision with its comparison.
// https://hl7.org/fhir/R4/search.html#date
func parseDate(text string, zone *time.Location) (Value, string) {
	prefix, rest, problem := cutPrefix(text)
	if problem != "" {
		return Value{}, problem
	}
	low, high, dateOnly, ok := span(rest, zone)
	if !ok {
		return Value{}, fmt.Sprintf("%q is no date: write YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm[:ss][zone]", rest)
	}
	return Value{Text: rest, Prefix: prefix, Low: low, High: high, DateOnly: dateOnly}, ""
}

// span gives the time a date covers: a year for 2024, a second for 2024-01-01T10:00:00Z.
func span(text string, zone *time.Location) (low, high time.Time, dateOnly, ok bool) {
	var years, months, days int
	layout := ""
	switch len(text) {
	case 4:
		layout, years = "2006", 1
	case 7:
		layout, months = "2006-01", 1
	case 10:
		layout, days = "2006-01-02", 1
	default:
		return instant(text, zone)
	}
	low, err := time.Parse(layout, text)
	if err != nil || low.Year() == 0 {
		return time.Time{}, time.Time{}, false, false
	}
	return low, low.AddDate(years, months, days), true, true
}

// instant reads a date with a time. A + in a URL that nobody encoded arrives as a space.
func instant(text string, zone *time.Location) (low, high time.Time, dateOnly, ok bool) {
	const toMinute = len("2006-01-02T15:04")
	if len(text) < toMinute || text[10] != 'T' {
		return
	}
	clock, offset := text, ""
	for i := toMinute; i < len(text); i++ {
		if c := text[i]; c == 'Z' || c == '+' || c == '-' || c == ' ' {
			clock, offset = text[:i], text[i:]
			break
		}
	}
	layout, width := "2006-01-02T15:04", time.Minute
	if len(clock) > toMinute {
		layout, width = "2006-01-02T15:04:05", time.Second
		if digits := len(clock) - len(layout) - 1; digits > 0 {
			if digits > 9 || clock[len(layout)] != '.' {
				return
			}
			for width = time.Second; digits > 0; digits-- {
				width /= 10
			}
		} else if len(clock) != len(layout) {
			return
		}
	}
	if offset != "" {
		if offset[0] == ' ' {
			offset = "+" + offset[1:]
		}
		layout += "Z07:00"
	}
	low, err := time.ParseInLocation(layout, clock+offset, zone)
	if err != nil || low.Year() <= 0 {
		return time.Time{}, time.Time{}, false, false
	}
	return low, low.Add(width), false, true
}
