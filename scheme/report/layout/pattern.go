package layout

import (
	"regexp"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/core"
)

// marks are the signs between the digits of a number.
type marks struct{ group, decimal string }

// locales have the marks of the languages the designer offers.
var locales = map[string]marks{
	"": {",", "."}, "en": {",", "."}, "de": {".", ","}, "es": {".", ","}, "fr": {" ", ","}, "it": {".", ","}, "pt": {".", ","},
}

// numberPattern is a pattern such as $ #,##0.00; what is no part of the number stands
// before and after it.
var numberPattern = regexp.MustCompile(`^([^#0,.]*)([#,]*0+|#[#,]*)(?:\.(0*)(#*))?([^#0,.]*)$`)

// checkPattern tells whether a pattern can be used for values of the type.
func checkPattern(pattern, typ string) error {
	switch {
	case pattern == "":
	case len(pattern) > 60:
		return core.Errorf(core.Invalid, "the pattern is longer than 60 letters")
	case (typ == Decimal || typ == sum || typ == average) && !numberPattern.MatchString(pattern):
		return core.Errorf(core.Invalid, "%q is no pattern of a number, such as #,##0.00", pattern)
	case typ == Date && numberPattern.MatchString(pattern):
		return core.Errorf(core.Invalid, "%q is no pattern of a date, such as dd.MM.yyyy", pattern)
	}
	return nil
}

// spelled writes a value by a pattern, as plain does where the pattern is not for it.
func (p *Page) spelled(value any, pattern string) string {
	switch v := value.(type) {
	case decimal.Decimal:
		if parts := numberPattern.FindStringSubmatch(pattern); parts != nil {
			return p.number(v, parts)
		}
	case time.Time:
		if pattern != "" && !numberPattern.MatchString(pattern) {
			return dateText(v, pattern)
		}
	}
	return plain(value)
}

// number writes a number by the parts of a pattern.
func (p *Page) number(d decimal.Decimal, parts []string) string {
	least, most := min(len(parts[3]), 15), min(len(parts[3])+len(parts[4]), 15)
	whole, rest, _ := strings.Cut(d.Abs().StringFixed(int32(most)), ".")
	for len(rest) > least && rest[len(rest)-1] == '0' {
		rest = rest[:len(rest)-1]
	}
	signs := locales[p.Locale]
	if p.Group != "" {
		signs.group = p.Group
	}
	if least := strings.Count(parts[2], "0"); len(whole) < least {
		whole = strings.Repeat("0", least-len(whole)) + whole
	}
	var b strings.Builder
	if d.Round(int32(most)).IsNegative() {
		b.WriteByte('-')
	}
	b.WriteString(strings.ReplaceAll(parts[1], "$", p.Currency))
	for i, digit := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 && strings.Contains(parts[2], ",") {
			b.WriteString(signs.group)
		}
		b.WriteRune(digit)
	}
	if rest != "" {
		b.WriteString(signs.decimal + rest)
	}
	b.WriteString(strings.ReplaceAll(parts[5], "$", p.Currency))
	return b.String()
}

// dateLetters are the letters of patterns of dates, longest first, with Go's for them.
var dateLetters = [][2]string{
	{"yyyy", "2006"}, {"yy", "06"}, {"MMMM", "January"}, {"MMM", "Jan"}, {"MM", "01"}, {"M", "1"}, {"dd", "02"}, {"d", "2"},
	{"EEEE", "Monday"}, {"EEE", "Mon"}, {"HH", "15"}, {"hh", "03"}, {"h", "3"}, {"mm", "04"}, {"ss", "05"}, {"a", "PM"},
}

// dateText writes a moment by a pattern. Other letters stand for themselves.
func dateText(t time.Time, pattern string) string {
	var b strings.Builder
next:
	for pattern != "" {
		for _, letters := range dateLetters {
			if rest, found := strings.CutPrefix(pattern, letters[0]); found {
				b.WriteString(t.Format(letters[1]))
				pattern = rest
				continue next
			}
		}
		if rest, found := strings.CutPrefix(pattern, "H"); found { // Go has no hour without its zero
			b.WriteString(strings.TrimPrefix(t.Format("15"), "0"))
			pattern = rest
			continue
		}
		b.WriteByte(pattern[0])
		pattern = pattern[1:]
	}
	return b.String()
}
