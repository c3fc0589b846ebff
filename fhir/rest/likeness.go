package rest

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/openimis/openimis-go/fhir"
)

// How much each thing counts that a description and an instance may have in common. Only
// what both say is compared; what is compared counts against full, so that little said,
// however well it agrees, is no certainty.
const (
	weightIdentifier = 60
	weightFamily     = 20
	weightGiven      = 15
	weightBirth      = 20
	weightGender     = 5
	weightPhone      = 10
	weightPlace      = 5

	full = 60
)

// Grades of a match. https://hl7.org/fhir/R4/valueset-match-grade.html
const (
	certainMatch  = "certain"
	probableMatch = "probable"
	possibleMatch = "possible"
)

// The scores, in hundredths, from which on a match is possible or probable.
const (
	leastPossible = 50
	leastProbable = 80
	leastCertain  = 95
)

// likeness is what of a person is compared: texts folded to small letters without accents.
type likeness struct {
	identifiers []identity
	names       []personName
	birth       string
	gender      string
	phones      []string // digits alone
	places      []string // towns and villages
}

type identity struct{ system, kind, value string }

type personName struct {
	family string
	given  []string
}

// verdict is how well an instance agrees with a description.
type verdict struct {
	points int // hundredths
	grade  string
}

// scoreText gives a score as FHIR has it: a decimal from 0 to 1.
func scoreText(points int) string {
	if points >= 100 {
		return "1"
	}
	return "0." + strconv.Itoa(100 + points)[1:]
}

// likenessOf reads a person off a resource. What a description may hold in excess is cut:
// a list has few entries that count, a text few letters.
func likenessOf(tree *fhir.Object) *likeness {
	l := &likeness{birth: clipped(tree.String("birthDate")), gender: clipped(tree.String("gender"))}
	if l.gender == "unknown" {
		l.gender = ""
	}
	for _, one := range objects(tree, "identifier") {
		id := identity{system: clipped(one.String("system")), value: clipped(strings.TrimSpace(one.String("value")))}
		for _, coding := range objects(one.Object("type"), "coding") {
			id.kind = clipped(coding.String("code"))
		}
		if id.value != "" {
			l.identifiers = append(l.identifiers, id)
		}
	}
	for _, one := range objects(tree, "name") {
		name := personName{family: folded(one.String("family"))}
		for _, given := range texts(one, "given") {
			name.given = append(name.given, strings.Fields(folded(given))...)
		}
		if name.family != "" || len(name.given) > 0 {
			l.names = append(l.names, name)
		}
	}
	for _, one := range objects(tree, "telecom") {
		if digits := digitsOf(clipped(one.String("value"))); len(digits) >= 6 && one.String("system") != "email" {
			l.phones = append(l.phones, digits)
		}
	}
	for _, one := range objects(tree, "address") {
		if city := folded(one.String("city")); city != "" {
			l.places = append(l.places, city)
		}
	}
	return l
}

// mostEntries is how many entries of a list are looked at.
const mostEntries = 20

func objects(tree *fhir.Object, name string) []*fhir.Object {
	var list []*fhir.Object
	for _, one := range tree.List(name) {
		if o, ok := one.(*fhir.Object); ok && len(list) < mostEntries {
			list = append(list, o)
		}
	}
	return list
}

func texts(tree *fhir.Object, name string) []string {
	var list []string
	for _, one := range tree.List(name) {
		if text, ok := one.(string); ok && len(list) < mostEntries {
			list = append(list, text)
		}
	}
	return list
}

// clipped cuts a text to what is compared of it.
func clipped(text string) string {
	if len(text) > 200 {
		return strings.ToValidUTF8(text[:200], "")
	}
	return text
}

// folded writes a name without capitals, accents and marks between its letters.
func folded(text string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(clipped(text))) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(r)
		case unicode.IsSpace(r) || r == '-':
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func digitsOf(text string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, text)
}

// compare scores an instance. Certain is one that agrees in all that was compared and has
// an identifier in common, or family name, given names, birth date and gender. One with an
// identifier in common is possible at least.
func (l *likeness) compare(held *likeness) verdict {
	points, possible := 0, 0
	add := func(weight, agreement int) { // agreement in hundredths; below 0 when one side says nothing
		if agreement >= 0 {
			points, possible = points+weight*agreement, possible+weight
		}
	}
	identified := identifiersAgree(l.identifiers, held.identifiers)
	family, given := namesAgree(l.names, held.names)
	birth, gender := birthsAgree(l.birth, held.birth), sameOr(l.gender, held.gender)
	add(weightIdentifier, identified)
	add(weightFamily, family)
	add(weightGiven, given)
	add(weightBirth, birth)
	add(weightGender, gender)
	add(weightPhone, anyAgrees(l.phones, held.phones, phonesAgree))
	add(weightPlace, anyAgrees(l.places, held.places, func(a, b string) int { return sameOr(a, b) }))
	m := verdict{points: points / max(possible, full)}
	proved := identified == 100 || family == 100 && given == 100 && birth == 100 && gender == 100
	switch {
	case m.points >= leastCertain && proved:
		m.grade = certainMatch
	case m.points >= leastProbable:
		m.grade = probableMatch
	case m.points >= leastPossible || identified == 100:
		m.grade = possibleMatch
	}
	return m
}

// sameOr compares texts; -1 when one of them is missing.
func sameOr(a, b string) int {
	switch {
	case a == "" || b == "":
		return -1
	case a == b:
		return 100
	}
	return 0
}

func anyAgrees(a, b []string, compare func(a, b string) int) int {
	best := -1
	for _, one := range a {
		for _, other := range b {
			best = max(best, compare(one, other))
		}
	}
	return best
}

// phonesAgree compares the last eight digits: what stands before them is the country.
func phonesAgree(a, b string) int {
	tail := func(s string) string { return s[max(0, len(s)-8):] }
	return sameOr(tail(a), tail(b))
}

// identifiersAgree looks for an identifier in common. Numbers of one kind that differ speak
// against it, less so when only one character does.
func identifiersAgree(sent, held []identity) int {
	best := -1
	for _, a := range sent {
		for _, b := range held {
			alike := a.system != "" && a.system == b.system || a.kind != "" && a.kind == b.kind && (a.system == "" || b.system == "" || a.system == b.system)
			bare := a.system == "" && a.kind == ""
			switch {
			case !alike && !bare:
			case a.value == b.value:
				return 100
			case alike && distance(a.value, b.value) == 1:
				best = max(best, 50)
			case alike:
				best = max(best, 0)
			}
		}
	}
	return best
}

// namesAgree compares each name with each and gives the best pair. Names in the wrong
// fields count nearly as much.
func namesAgree(sent, held []personName) (family, given int) {
	family, given = -1, -1
	for _, a := range sent {
		for _, b := range held {
			f, g := wordsAgree(a.family, b.family), givenAgree(a.given, b.given)
			if max(f, 0)*weightFamily+max(g, 0)*weightGiven > max(family, 0)*weightFamily+max(given, 0)*weightGiven || family < 0 && given < 0 {
				family, given = f, g
			}
			if a.family == "" || len(a.given) == 0 {
				continue
			}
			f, g = wordsAgree(strings.Join(a.given, " "), b.family)*90/100, givenAgree(strings.Fields(a.family), b.given)*90/100
			if max(f, 0)*weightFamily+max(g, 0)*weightGiven > max(family, 0)*weightFamily+max(given, 0)*weightGiven {
				family, given = f, g
			}
		}
	}
	return family, given
}

// wordsAgree compares two names by the letters that differ: up to a quarter of them may.
func wordsAgree(a, b string) int {
	if a == "" || b == "" || a == b {
		return sameOr(a, b)
	}
	longest := max(len([]rune(a)), len([]rune(b)))
	if d := distance(a, b); d*4 <= longest {
		return 100 - 100*d/longest
	}
	return 0
}

// givenAgree compares given names word by word; those one side has in excess cost a little.
func givenAgree(a, b []string) int {
	if len(a) == 0 || len(b) == 0 {
		return -1
	}
	few, many := a, b
	if len(few) > len(many) {
		few, many = many, few
	}
	sum := 0
	for _, one := range few {
		best := 0
		for _, other := range many {
			best = max(best, wordsAgree(one, other))
		}
		sum += best
	}
	agreement := sum / len(few)
	if len(few) != len(many) {
		agreement = agreement * 9 / 10
	}
	return agreement
}

// birthsAgree compares dates of birth. Less than a day was sent: what it covers counts
// less. Day and month exchanged, or one digit wrong, is a slip of the pen.
func birthsAgree(sent, held string) int {
	switch {
	case sent == "" || held == "" || sent == held:
		return sameOr(sent, held)
	case strings.HasPrefix(held, sent+"-"):
		return 40 + 5*len(sent) // 60 for a year, 75 for a month
	case len(sent) == 10 && len(held) == 10 && sent[:4] == held[:4] && sent[5:7] == held[8:] && sent[8:] == held[5:7]:
		return 70
	case len(sent) == 10 && distance(sent, held) == 1:
		return 60
	}
	return 0
}

// distance counts the letters to be changed, added, dropped or exchanged with their
// neighbour to make one text of the other.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	before, last, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			row[j] = slices.Min([]int{last[j] + 1, row[j-1] + 1, last[j-1] + cost})
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(y)]
}
