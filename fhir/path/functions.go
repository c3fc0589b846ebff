package path

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/shopspring/decimal"
)

// function is one FHIRPath function and how many arguments it takes.
type function struct {
	min, max int
	apply    func(r *evaluation, input []item, arguments []node) ([]item, error)
}

// functions is the table of what an expression may call.
// http://hl7.org/fhirpath/N1/#functions
var functions map[string]function

func init() { // filled here because select and where evaluate expressions in turn
	functions = map[string]function{
		"exists":  {0, 1, func(r *evaluation, in []item, a []node) ([]item, error) { return r.exists(in, a, true) }},
		"empty":   {0, 0, func(r *evaluation, in []item, a []node) ([]item, error) { return one(len(in) == 0), nil }},
		"not":     {0, 0, not},
		"all":     {1, 1, all},
		"allTrue": {0, 0, func(r *evaluation, in []item, a []node) ([]item, error) { return allTrue(in) }},
		"count": {0, 0, func(r *evaluation, in []item, a []node) ([]item, error) {
			return one(decimal.NewFromInt(int64(len(in)))), nil
		}},
		"distinct": {0, 0, func(r *evaluation, in []item, a []node) ([]item, error) { return distinct(in), nil }},
		"isDistinct": {0, 0, func(r *evaluation, in []item, a []node) ([]item, error) {
			return one(len(distinct(in)) == len(in)), nil
		}},
		"first":  {0, 0, func(r *evaluation, in []item, a []node) ([]item, error) { return in[:min(1, len(in))], nil }},
		"last":   {0, 0, func(r *evaluation, in []item, a []node) ([]item, error) { return in[max(0, len(in)-1):], nil }},
		"tail":   {0, 0, func(r *evaluation, in []item, a []node) ([]item, error) { return in[min(1, len(in)):], nil }},
		"single": {0, 0, single},
		"skip":   {1, 1, func(r *evaluation, in []item, a []node) ([]item, error) { return r.cut(in, a, false) }},
		"take":   {1, 1, func(r *evaluation, in []item, a []node) ([]item, error) { return r.cut(in, a, true) }},
		"where":  {1, 1, where},
		"select": {1, 1, selectEach},
		"iif":    {2, 3, iif},
		"hasValue": {0, 0, func(r *evaluation, in []item, a []node) ([]item, error) {
			return one(len(in) == 1 && textOf(in[0].value) != ""), nil
		}},
		"toString":   {0, 0, each(func(i item) any { return textOf(i.value) })},
		"toInteger":  {0, 0, each(toNumber)},
		"toDecimal":  {0, 0, each(toNumber)},
		"length":     {0, 0, each(func(i item) any { return decimal.NewFromInt(int64(len([]rune(textOf(i.value))))) })},
		"lower":      {0, 0, each(func(i item) any { return strings.ToLower(textOf(i.value)) })},
		"upper":      {0, 0, each(func(i item) any { return strings.ToUpper(textOf(i.value)) })},
		"trim":       {0, 0, each(func(i item) any { return strings.TrimSpace(textOf(i.value)) })},
		"startsWith": {1, 1, textTest(func(s, a string) (bool, error) { return strings.HasPrefix(s, a), nil })},
		"endsWith":   {1, 1, textTest(func(s, a string) (bool, error) { return strings.HasSuffix(s, a), nil })},
		"contains":   {1, 1, textTest(func(s, a string) (bool, error) { return strings.Contains(s, a), nil })},
		"matches": {1, 1, textTest(func(s, a string) (bool, error) {
			re, err := regexp.Compile(a)
			if err != nil {
				return false, fmt.Errorf("FHIRPath: %q is not a regular expression", a)
			}
			return re.MatchString(s), nil
		})},
		"join": {0, 1, join},
	}
}

func (r *evaluation) exists(input []item, arguments []node, wanted bool) ([]item, error) {
	if len(arguments) == 1 {
		kept, err := where(r, input, arguments)
		return one((len(kept) > 0) == wanted), err
	}
	return one((len(input) > 0) == wanted), nil
}

func not(_ *evaluation, input []item, _ []node) ([]item, error) {
	value, known, err := truth(input)
	if err != nil || !known {
		return nil, err
	}
	return one(!value), nil
}

func where(r *evaluation, input []item, arguments []node) ([]item, error) {
	var out []item
	for i := range input {
		result, err := r.evaluate(arguments[0], input[i:i+1])
		if err != nil {
			return nil, err
		}
		if keep, known, err := truth(result); err != nil {
			return nil, err
		} else if known && keep {
			out = append(out, input[i])
		}
	}
	return out, nil
}

func all(r *evaluation, input []item, arguments []node) ([]item, error) {
	kept, err := where(r, input, arguments)
	return one(len(kept) == len(input)), err
}

func allTrue(input []item) ([]item, error) {
	for _, each := range input {
		if b, is := each.value.(bool); !is || !b {
			return one(false), nil
		}
	}
	return one(true), nil
}

func selectEach(r *evaluation, input []item, arguments []node) ([]item, error) {
	var out []item
	for i := range input {
		result, err := r.evaluate(arguments[0], input[i:i+1])
		if err != nil {
			return nil, err
		}
		out = append(out, result...)
	}
	return out, nil
}

func iif(r *evaluation, input []item, arguments []node) ([]item, error) {
	condition, err := r.evaluate(arguments[0], input)
	if err != nil {
		return nil, err
	}
	value, known, err := truth(condition)
	switch {
	case err != nil:
		return nil, err
	case known && value:
		return r.evaluate(arguments[1], input)
	case len(arguments) == 3:
		return r.evaluate(arguments[2], input)
	}
	return nil, nil
}

func single(_ *evaluation, input []item, _ []node) ([]item, error) {
	if len(input) > 1 {
		return nil, fmt.Errorf("FHIRPath: single() found %d values", len(input))
	}
	return input, nil
}

// cut is take and skip.
func (r *evaluation) cut(input []item, arguments []node, take bool) ([]item, error) {
	count, err := r.evaluate(arguments[0], input)
	if err != nil || len(count) != 1 {
		return nil, err
	}
	d, is := count[0].value.(decimal.Decimal)
	if !is {
		return nil, fmt.Errorf("FHIRPath: take and skip need a number")
	}
	at := int(min(max(d.IntPart(), 0), int64(len(input))))
	if take {
		return input[:at], nil
	}
	return input[at:], nil
}

func distinct(input []item) []item {
	var out []item
next:
	for _, candidate := range input {
		for _, kept := range out {
			if equal(kept.value, candidate.value) {
				continue next
			}
		}
		out = append(out, candidate)
	}
	return out
}

// each makes a function that turns every value into another; nil leaves it out.
func each(turn func(item) any) func(*evaluation, []item, []node) ([]item, error) {
	return func(_ *evaluation, input []item, _ []node) ([]item, error) {
		var out []item
		for _, i := range input {
			if value := turn(i); value != nil {
				out = append(out, item{value: value})
			}
		}
		return out, nil
	}
}

// textTest makes a function that asks something of one text and one argument.
func textTest(test func(s, argument string) (bool, error)) func(*evaluation, []item, []node) ([]item, error) {
	return func(r *evaluation, input []item, arguments []node) ([]item, error) {
		argument, err := r.evaluate(arguments[0], input)
		if err != nil || len(input) == 0 || len(argument) == 0 {
			return nil, err
		}
		if len(input) > 1 {
			return nil, fmt.Errorf("FHIRPath: one text expected, %d values found", len(input))
		}
		result, err := test(textOf(input[0].value), textOf(argument[0].value))
		return one(result), err
	}
}

func join(r *evaluation, input []item, arguments []node) ([]item, error) {
	separator := ""
	if len(arguments) == 1 {
		s, err := r.evaluate(arguments[0], input)
		if err != nil {
			return nil, err
		}
		separator = joined(s)
	}
	texts := make([]string, len(input))
	for i := range input {
		texts[i] = textOf(input[i].value)
	}
	return one(strings.Join(texts, separator)), nil
}

func joined(items []item) string {
	var b strings.Builder
	for _, i := range items {
		b.WriteString(textOf(i.value))
	}
	return b.String()
}

func toNumber(i item) any {
	switch v := i.value.(type) {
	case decimal.Decimal:
		return v
	case string:
		if d, err := decimal.NewFromString(v); err == nil {
			return d
		}
	case bool:
		if v {
			return decimal.NewFromInt(1)
		}
		return decimal.Zero
	}
	return nil
}

// Text gives a value as text: numbers as digits, truths as true or false, nothing for an
// object.
func Text(value any) string { return textOf(value) }

func textOf(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case bool:
		if v {
			return "true"
		}
		return "false"
	case decimal.Decimal:
		return v.String()
	}
	return ""
}
