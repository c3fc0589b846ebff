package layout

import (
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/shopspring/decimal"
)

// truth tells whether a value counts as yes.
func truth(value any) bool {
	switch v := value.(type) {
	case nil:
		return false
	case bool:
		return v
	case string:
		return v != ""
	case decimal.Decimal:
		return !v.IsZero()
	case *Rows:
		return len(v.Lines) > 0
	}
	return true
}

// compared compares two values of one kind; those of two kinds are neither equal nor before
// or after each other.
func compared(sign string, a, b any) any {
	order, alike := 0, true
	switch x := a.(type) {
	case nil:
		alike = b == nil
	case bool:
		y, same := b.(bool)
		if alike = same; x != y {
			order = 1
		}
	case string:
		y, same := b.(string)
		alike, order = same, strings.Compare(x, y)
	case decimal.Decimal:
		y, same := b.(decimal.Decimal)
		if alike = same; same {
			order = x.Cmp(y)
		}
	case time.Time:
		y, same := dayOf(b)
		alike, order = same, x.Compare(y)
	default:
		alike = false
	}
	if !alike {
		return sign == "!="
	}
	switch sign {
	case "==":
		return order == 0
	case "!=":
		return order != 0
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	}
	return order >= 0
}

// dayOf takes a day, or a text that is one.
func dayOf(value any) (time.Time, bool) {
	switch v := value.(type) {
	case time.Time:
		return v, true
	case string:
		for _, form := range []string{"2006-01-02", "2006-01-02 15:04", "2006-01-02 15:04:05"} {
			if t, err := time.Parse(form, v); err == nil {
				return t, true
			}
		}
	}
	return time.Time{}, false
}

// places is how exactly is divided; longest how many letters a text has at most.
const (
	places  = 8
	longest = 2000
)

// calculated adds, takes away, multiplies and divides numbers, and joins texts.
func calculated(sign string, a, b any) any {
	if x, isText := a.(string); isText && sign == "+" {
		if y, isText := b.(string); isText {
			return short(x + y)
		}
		return nil
	}
	x, ok := a.(decimal.Decimal)
	y, same := b.(decimal.Decimal)
	switch {
	case !ok || !same:
		return nil
	case sign == "+":
		return bounded(x.Add(y))
	case sign == "-":
		return bounded(x.Sub(y))
	case sign == "*":
		return bounded(x.Mul(y))
	case y.IsZero():
		return nil
	}
	return bounded(x.DivRound(y, places))
}

// bounded gives up on numbers no report has, which would only take time.
func bounded(d decimal.Decimal) any {
	if d.NumDigits() > 40 || d.Exponent() < -20 {
		if d = d.Round(places); d.NumDigits() > 40 {
			return nil
		}
	}
	return d
}

var digits = regexp.MustCompile(`^-?[0-9]{1,25}(\.[0-9]{1,15})?$`)

// numberOf reads a number without an exponent, of which a short one could be endless.
func numberOf(text string) (decimal.Decimal, bool) {
	if !digits.MatchString(text) {
		return decimal.Zero, false
	}
	d, err := decimal.NewFromString(text)
	return d, err == nil
}

// short cuts a text off that is too long.
func short(text string) string {
	if len(text) <= longest {
		return text
	}
	cut := longest
	for !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut]
}

// functions are what expressions may call.
var functions = map[string]func(args []any) any{
	"abs": ofNumber(func(d decimal.Decimal) decimal.Decimal { return d.Abs() }), "ceil": ofNumber(decimal.Decimal.Ceil), "floor": ofNumber(decimal.Decimal.Floor),
	"int": ofNumber(func(d decimal.Decimal) decimal.Decimal { return d.Truncate(0) }),
	"round": func(args []any) any {
		to := decimal.Zero
		if len(args) == 2 {
			to, _ = args[1].(decimal.Decimal)
			args = args[:1]
		}
		n := int32(max(0, min(places, to.IntPart())))
		return ofNumber(func(d decimal.Decimal) decimal.Decimal { return d.Round(n) })(args)
	},
	"len": func(args []any) any {
		if len(args) == 1 {
			switch v := args[0].(type) {
			case string:
				return decimal.NewFromInt(int64(utf8.RuneCountInString(v)))
			case *Rows:
				return decimal.NewFromInt(int64(len(v.Lines)))
			}
		}
		return nil
	},
	"str": func(args []any) any {
		if len(args) != 1 {
			return nil
		}
		return plain(args[0])
	},
}

func ofNumber(do func(d decimal.Decimal) decimal.Decimal) func(args []any) any {
	return func(args []any) any {
		if len(args) == 1 {
			if d, ok := args[0].(decimal.Decimal); ok {
				return do(d)
			}
		}
		return nil
	}
}

// plain spells a value that has no pattern.
func plain(value any) string {
	switch v := value.(type) {
	case string:
		return short(v)
	case bool:
		if v {
			return "True"
		}
		return "False"
	case decimal.Decimal:
		return v.String()
	case time.Time:
		if v.Hour() == 0 && v.Minute() == 0 {
			return v.Format("2006-01-02")
		}
		return v.Format("2006-01-02 15:04")
	}
	return ""
}
