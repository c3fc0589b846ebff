package mapping

import (
	"strings"
	"time"
	"unicode/utf8"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/persistence"
)

// maxClues is how many identifiers and names of a description are looked for; longestClue
// is how many bytes an identifier may have, since no more of it is compared.
const (
	maxClues    = 10
	longestClue = 200
)

// clues are what of a description people are looked for by.
type clues struct {
	codes     []string // insurance numbers and others
	words     []string // of identifiers that no column holds
	uuids     []persistence.UUID
	families  []string
	givens    []string
	low, high *persistence.Date // birth, high excluded
	day       bool              // the birth is known to the day
}

// PatientCandidates gives the conditions by which people are looked for who may be the one
// described: each is answered by an index (number, UUID or other identifier, day of birth,
// family or given name as it is written), and narrowed by the rest. There are at most four.
// Errors: core.Unprocessable for a description that is not enough.
func PatientCandidates(described *fhir.Object) ([]clause.Expression, error) {
	c, err := cluesOf(described)
	if err != nil {
		return nil, err
	}
	var list []clause.Expression
	if len(c.words) > 0 {
		list = append(list, c.identified())
	}
	if c.low != nil && c.day && len(c.families)+len(c.givens) > 0 {
		list = append(list, AllOf(c.bornOn(), c.namedLike()))
	}
	spelled := c.spelled()
	if len(c.families) > 0 && len(c.givens) > 0 {
		list = append(list,
			AllOf(persistence.In(insured("LastName"), spelled), beginning("OtherNames", c.givens, 2)),
			AllOf(persistence.In(insured("OtherNames"), spelled), beginning("LastName", c.givens, 2)))
	} else if len(spelled) > 0 && c.low != nil {
		list = append(list, AllOf(AnyOf(persistence.In(insured("LastName"), spelled), persistence.In(insured("OtherNames"), spelled)), c.bornWithin()))
	}
	if len(list) == 0 {
		return nil, core.ErrorAt(core.Unprocessable, "Patient", "too little to look for: an identifier is needed, or a name with another name or a birth date")
	}
	return list, nil
}

// identified matches people with one of the identifiers, in a column or beyond.
func (c *clues) identified() clause.Expression {
	var known anyOf
	if len(c.codes) > 0 {
		known = append(known, persistence.In(insured("CHFID"), c.codes))
	}
	if len(c.uuids) > 0 {
		known = append(known, persistence.In(insured("InsureeUUID"), c.uuids))
	}
	key := persistence.Column(Patient.Table, Patient.HolderKey)
	if len(known) == 0 {
		return persistence.Spelt(key, Patient.Holder, c.words...)
	}
	return persistence.SpeltOr(key, modelOf(Patient.Table), Patient.Holder, c.words, persistence.Query{Where: []clause.Expression{known}})
}

func insured(name string) clause.Column { return persistence.Column("tblInsuree", name) }

func cluesOf(described *fhir.Object) (*clues, error) {
	c := &clues{}
	for _, one := range described.List("identifier") {
		id, _ := one.(*fhir.Object)
		value := strings.TrimSpace(id.String("value"))
		if value == "" || len(c.words) == maxClues || len(value) > longestClue {
			continue
		}
		c.words = append(c.words, Patient.spelt("identifier", search.NoModifier, search.Value{Text: value})...)
		if utf8.RuneCountInString(value) > longestNumber {
			continue // no number here is that long
		}
		c.codes = append(c.codes, value)
		if uuid, ok := persistence.ParseUUID(value); ok {
			c.uuids = append(c.uuids, uuid)
		}
	}
	for _, one := range described.List("name") {
		name, _ := one.(*fhir.Object)
		c.families = nameClue(c.families, name.String("family"))
		for _, given := range name.List("given") {
			text, _ := given.(string)
			c.givens = nameClue(c.givens, text)
		}
	}
	birth := described.String("birthDate")
	if birth == "" {
		return c, nil
	}
	low, high, day, err := fhir.ParseDateTime(birth)
	if err != nil || !day {
		return nil, core.ErrorAt(core.Invalid, "Patient.birthDate", "the birth date is no date")
	}
	first, next := persistence.Day(low), persistence.Day(high)
	c.low, c.high, c.day = &first, &next, len(birth) == len("2006-01-02")
	return c, nil
}

// nameClue adds a name; one that is longer than any here finds nobody.
func nameClue(list []string, name string) []string {
	name = strings.TrimSpace(name)
	if name == "" || len(list) == maxClues || utf8.RuneCountInString(name) > longestName {
		return list
	}
	return append(list, name)
}

// bornOn matches the day of birth, and the one with day and month exchanged.
func (c *clues) bornOn() clause.Expression {
	days := []clause.Expression{persistence.Compare(insured("DOB"), "=", *c.low)}
	if d := c.low.Day(); d <= 12 && d != int(c.low.Month()) {
		days = append(days, persistence.Compare(insured("DOB"), "=", persistence.DateOf(c.low.Year(), time.Month(d), int(c.low.Month()))))
	}
	return AnyOf(days...)
}

func (c *clues) bornWithin() clause.Expression {
	return AllOf(persistence.Compare(insured("DOB"), ">=", *c.low), persistence.Compare(insured("DOB"), "<", *c.high))
}

// namedLike matches names that begin alike, in either field.
func (c *clues) namedLike() clause.Expression {
	all := append(append([]string(nil), c.families...), c.givens...)
	return AnyOf(beginning("LastName", all, 1), beginning("OtherNames", all, 1))
}

// beginning matches a column that begins with the first letters of any of the names.
func beginning(name string, any []string, letters int) clause.Expression {
	var list []clause.Expression
	for _, one := range any {
		runes := []rune(one)
		list = append(list, persistence.Text(insured(name), persistence.StartsWith, string(runes[:min(len(runes), letters)])))
	}
	return AnyOf(list...)
}

// spelled gives the family names, or the given ones where there is none, as they are likely
// to be written, for an index tells capitals apart.
func (c *clues) spelled() []string {
	names := c.families
	if len(names) == 0 {
		names = c.givens
	}
	var list []string
	for _, one := range names {
		small := strings.ToLower(one)
		first, size := utf8.DecodeRuneInString(small)
		list = append(list, one, strings.ToUpper(one), strings.ToUpper(string(first))+small[size:], small)
	}
	return list
}
