package path

import (
	"math/big"
	"strings"

	"github.com/shopspring/decimal"
)

// dimension counts the base units a unit is made of: metre, gram, second, mole, kelvin,
// candela, coulomb, radian, international unit, calendar month.
type dimension [10]int8

const (
	secondDimension = 2
	monthDimension  = 9
)

// measure is a unit as so many times the base units.
type measure struct {
	dimension
	factor *big.Rat
}

// atoms are the UCUM units that are converted: length, mass, time, volume, amount and what
// laboratories use of the rest. metric ones take a prefix.
// https://ucum.org/ucum
var atoms = map[string]struct {
	factor    string
	dimension dimension
	metric    bool
}{
	"m": {"1", dimension{1}, true}, "g": {"1", dimension{0, 1}, true}, "s": {"1", dimension{0, 0, 1}, true},
	"mol": {"1", dimension{0, 0, 0, 1}, true}, "K": {"1", dimension{0, 0, 0, 0, 1}, true},
	"cd": {"1", dimension{5: 1}, true}, "C": {"1", dimension{6: 1}, true}, "rad": {"1", dimension{7: 1}, true},
	"[iU]": {"1", dimension{8: 1}, true}, "[IU]": {"1", dimension{8: 1}, true},
	"[in_i]": {"0.0254", dimension{1}, false}, "[ft_i]": {"0.3048", dimension{1}, false},
	"[yd_i]": {"0.9144", dimension{1}, false}, "[mi_i]": {"1609.344", dimension{1}, false},
	"[lb_av]": {"453.59237", dimension{0, 1}, false}, "[oz_av]": {"28.349523125", dimension{0, 1}, false},
	"[gr]": {"0.06479891", dimension{0, 1}, false}, "[stone_av]": {"6350.29318", dimension{0, 1}, false},
	"t": {"1000000", dimension{0, 1}, true}, "u": {"1.66053906892e-24", dimension{0, 1}, true},
	"min": {"60", dimension{0, 0, 1}, false}, "h": {"3600", dimension{0, 0, 1}, false},
	"d": {"86400", dimension{0, 0, 1}, false}, "wk": {"604800", dimension{0, 0, 1}, false},
	"mo": {"2629800", dimension{0, 0, 1}, false}, "a": {"31557600", dimension{0, 0, 1}, false},
	"L": {"0.001", dimension{3}, true}, "l": {"0.001", dimension{3}, true},
	"[gal_us]": {"0.003785411784", dimension{3}, false}, "[pt_us]": {"0.000473176473", dimension{3}, false},
	"[foz_us]": {"0.0000295735295625", dimension{3}, false}, "[tsp_us]": {"0.00000492892159375", dimension{3}, false},
	"[tbs_us]": {"0.00001478676478125", dimension{3}, false}, "[cup_us]": {"0.0002365882365", dimension{3}, false},
	"Hz": {"1", dimension{0, 0, -1}, true}, "N": {"1000", dimension{1, 1, -2}, true},
	"Pa": {"1000", dimension{-1, 1, -2}, true}, "J": {"1000", dimension{2, 1, -2}, true},
	"W": {"1000", dimension{2, 1, -3}, true}, "m[Hg]": {"133322000", dimension{-1, 1, -2}, true},
	"bar": {"100000000", dimension{-1, 1, -2}, true}, "cal": {"4184", dimension{2, 1, -2}, true},
	"kat": {"1", dimension{0, 0, -1, 1}, true}, "A": {"1", dimension{2: -1, 6: 1}, true},
	"U":  {"0.0000000166666666666666666666666667", dimension{0, 0, -1, 1}, true}, // µmol/min
	"eq": {"1", dimension{0, 0, 0, 1}, true}, "osm": {"1", dimension{0, 0, 0, 1}, true},
	"%": {"0.01", dimension{}, false}, "[ppth]": {"0.001", dimension{}, false}, "[ppm]": {"0.000001", dimension{}, false},
	"10*": {"10", dimension{}, false}, "10^": {"10", dimension{}, false},
}

// prefixes of metric units, as powers of ten.
var prefixes = map[string]int32{
	"Y": 24, "Z": 21, "E": 18, "P": 15, "T": 12, "G": 9, "M": 6, "k": 3, "h": 2, "da": 1,
	"d": -1, "c": -2, "m": -3, "u": -6, "n": -9, "p": -12, "f": -15, "a": -18, "z": -21, "y": -24,
}

// calendarMeasure is what a calendar word measures: a year is twelve months, and neither is
// so many days. https://hl7.org/fhirpath/N1/#time-valued-quantities
func calendarMeasure(word string) measure {
	switch word {
	case "year":
		return measure{dimension{monthDimension: 1}, big.NewRat(12, 1)}
	case "month":
		return measure{dimension{monthDimension: 1}, big.NewRat(1, 1)}
	}
	m, _ := parseUnit(calendarUnits[word])
	return m
}

// lasts tells whether it is a duration, by the calendar or by the clock.
func (m measure) lasts() bool {
	return m.dimension == dimension{monthDimension: 1} || m.dimension == dimension{secondDimension: 1}
}

// settled takes a month for its mean length, as the operator ~ does.
func (m measure) settled() measure {
	if m.dimension != (dimension{monthDimension: 1}) {
		return m
	}
	return measure{dimension{secondDimension: 1}, new(big.Rat).Mul(m.factor, big.NewRat(2629800, 1))}
}

// parseUnit reads a UCUM code: units with exponents, joined by . and /, in brackets where
// needed, with {annotations}. ok is false for what the table does not know.
func parseUnit(code string) (measure, bool) {
	if code == "" || len(code) > 100 {
		return measure{}, false
	}
	p := unitParser{rest: code}
	m, ok := p.term(0)
	return m, ok && p.rest == ""
}

type unitParser struct{ rest string }

func (p *unitParser) term(depth int) (measure, bool) {
	total := measure{factor: big.NewRat(1, 1)}
	sign := int8(1)
	if strings.HasPrefix(p.rest, "/") {
		sign, p.rest = -1, p.rest[1:]
	}
	for {
		m, ok := p.component(depth)
		if !ok {
			return total, false
		}
		if !total.multiply(m, sign) {
			return total, false
		}
		switch {
		case strings.HasPrefix(p.rest, "."):
			sign = 1
		case strings.HasPrefix(p.rest, "/"):
			sign = -1
		default:
			return total, true
		}
		p.rest = p.rest[1:]
	}
}

// multiply puts m to the power into the measure; false when an exponent grows out of hand.
func (m *measure) multiply(other measure, power int8) bool {
	for i := range m.dimension {
		n := int(m.dimension[i]) + int(other.dimension[i])*int(power)
		if n > 30 || n < -30 {
			return false
		}
		m.dimension[i] = int8(n)
	}
	factor := other.factor
	if power < 0 {
		factor = new(big.Rat).Inv(factor)
	}
	for range max(power, -power) {
		m.factor = new(big.Rat).Mul(m.factor, factor)
	}
	return m.factor.Num().BitLen() < 1000 && m.factor.Denom().BitLen() < 1000
}

func (p *unitParser) component(depth int) (measure, bool) {
	if strings.HasPrefix(p.rest, "(") {
		if depth > 10 {
			return measure{}, false
		}
		p.rest = p.rest[1:]
		m, ok := p.term(depth + 1)
		if !ok || !strings.HasPrefix(p.rest, ")") {
			return measure{}, false
		}
		p.rest = p.rest[1:]
		return m, true
	}
	if p.annotation() {
		return measure{factor: big.NewRat(1, 1)}, true
	}
	if n := span(p.rest, isDigit); n > 0 && !strings.HasPrefix(p.rest, "10*") && !strings.HasPrefix(p.rest, "10^") {
		factor, ok := new(big.Rat).SetString(p.rest[:n])
		p.rest = p.rest[n:]
		p.annotation()
		return measure{factor: factor}, ok && n < 20 && factor.Sign() > 0
	}
	return p.unit()
}

// annotation skips {text}.
func (p *unitParser) annotation() bool {
	closing := strings.IndexByte(p.rest, '}')
	if !strings.HasPrefix(p.rest, "{") || closing < 0 {
		return false
	}
	p.rest = p.rest[closing+1:]
	return true
}

// unit reads an atom with its prefix and exponent.
func (p *unitParser) unit() (measure, bool) {
	n, bracket := 0, false
	for ; n < len(p.rest); n++ {
		c := p.rest[n]
		if c == '[' || c == ']' {
			bracket = c == '['
			continue
		}
		if !bracket && (strings.IndexByte("./(){}+-", c) >= 0 || isDigit(c) && !(n < 2 && strings.HasPrefix(p.rest, "10"))) {
			break
		}
	}
	m, ok := atom(p.rest[:n])
	if !ok {
		return m, false
	}
	p.rest = p.rest[n:]
	power := int8(1)
	if p.rest != "" && (p.rest[0] == '-' || p.rest[0] == '+' || isDigit(p.rest[0])) {
		if p.rest[0] == '-' {
			power = -1
		}
		p.rest = strings.TrimLeft(p.rest[:1], "+-") + p.rest[1:]
		digits := span(p.rest, isDigit)
		if digits == 0 || digits > 2 {
			return m, false
		}
		exponent := int8(0)
		for _, c := range p.rest[:digits] {
			exponent = exponent*10 + int8(c-'0')
		}
		power, p.rest = power*exponent, p.rest[digits:]
	}
	p.annotation()
	raised := measure{factor: big.NewRat(1, 1)}
	if power > 24 || power < -24 {
		return raised, false
	}
	return raised, raised.multiply(m, power)
}

func atom(code string) (measure, bool) {
	if a, known := atoms[code]; known {
		factor, ok := new(big.Rat).SetString(a.factor)
		return measure{a.dimension, factor}, ok
	}
	for n := 1; n <= 2 && n < len(code); n++ {
		power, isPrefix := prefixes[code[:n]]
		a, known := atoms[code[n:]]
		if !isPrefix || !known || !a.metric {
			continue
		}
		factor, ok := new(big.Rat).SetString(a.factor)
		return measure{a.dimension, factor.Mul(factor, decimal.New(1, power).Rat())}, ok
	}
	return measure{}, false
}

// convert turns a value from one measure into another, to 28 digits after the point.
func convert(value decimal.Decimal, from, to measure) decimal.Decimal {
	r := value.Rat()
	r.Mul(r, from.factor)
	r.Quo(r, to.factor)
	d, err := decimal.NewFromString(r.FloatString(28))
	if err != nil {
		return value
	}
	return trimmed(d)
}
