package report

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// Parameter is something that may be asked.
type Parameter struct {
	Name     string // in the address
	Title    string
	Required bool
	read     func(q *question, p *Parameter, given string) (shown string, err error)
}

// required makes a parameter that must be given.
func required(p Parameter) Parameter {
	p.Required = true
	return p
}

// day is a parameter that is a day.
func day(name, title string) Parameter {
	return Parameter{Name: name, Title: title, read: func(q *question, p *Parameter, given string) (string, error) {
		d, err := persistence.ParseDate(given)
		if err != nil || d.Year() < 1800 || d.Year() > 9998 {
			return "", core.ErrorAt(core.Invalid, p.Name, "%q is no day; write YYYY-MM-DD", given)
		}
		q.days[p.Name] = d
		return d.String(), nil
	}}
}

// period is two parameters for the first and the last day.
func period(first, last string) []Parameter {
	to := day(last, "To")
	read := to.read
	to.read = func(q *question, p *Parameter, given string) (string, error) {
		shown, err := read(q, p, given)
		if err == nil && q.days[last].Before(q.days[first].Time) {
			return "", core.ErrorAt(core.Invalid, last, "it is before %s", first)
		}
		return shown, err
	}
	return []Parameter{required(day(first, "From")), required(to)}
}

// integer is a parameter that is a number within bounds.
func integer(name, title string, least, most int) Parameter {
	return Parameter{Name: name, Title: title, read: func(q *question, p *Parameter, given string) (string, error) {
		n, err := strconv.Atoi(given)
		if err != nil || n < least || n > most {
			return "", core.ErrorAt(core.Invalid, p.Name, "%q is no number from %d to %d", given, least, most)
		}
		q.keys[p.Name] = n
		return given, nil
	}}
}

// choice is a parameter that is one of a few codes.
func choice(name, title string, words map[string]string) Parameter {
	return Parameter{Name: name, Title: title, read: func(q *question, p *Parameter, given string) (string, error) {
		word, known := words[given]
		if !known {
			var codes []string
			for code := range words {
				codes = append(codes, code)
			}
			slices.Sort(codes)
			return "", core.ErrorAt(core.Invalid, p.Name, "%q is none of %s", given, strings.Join(codes, ", "))
		}
		q.words[p.Name] = given
		return word, nil
	}}
}

// row is a parameter that is the key of a row the caller sees.
func row[R any](name, title string, show func(*R) string) Parameter {
	return Parameter{Name: name, Title: title, read: func(q *question, p *Parameter, given string) (string, error) {
		key, err := strconv.ParseInt(given, 10, 32)
		if err != nil || key < 1 {
			return "", core.ErrorAt(core.Invalid, p.Name, "%q is no key of a row", given)
		}
		found, err := persistence.OneByKey[R](q.x, int(key))
		if code := core.CodeOf(err); err != nil && (code == core.NotFound || code == core.Gone) {
			return "", core.ErrorAt(core.NotFound, p.Name, "there is none with the key %s", given)
		}
		if err != nil {
			return "", err
		}
		q.keys[p.Name] = int(key)
		return show(found), nil
	}}
}

func location(name, title string) Parameter {
	return row(name, title, func(r *persistence.Location) string { return named(text(r.LocationCode), text(r.LocationName)) })
}

// places are the region and the district to look at.
func places(prefix string) []Parameter {
	return []Parameter{location(prefix+"region_id", "Region"), location(prefix+"district_id", "District")}
}

func product(name string) Parameter {
	return row(name, "Product", func(r *persistence.Product) string { return named(r.ProductCode, r.ProductName) })
}

func facility(name string) Parameter {
	return row(name, "Health facility", func(r *persistence.HealthFacility) string { return named(r.HFCode, r.HFName) })
}

func officer(name string) Parameter {
	return row(name, "Enrolment officer", func(r *persistence.Officer) string { return named(r.Code, r.OtherNames, r.LastName) })
}

func insuree(name string) Parameter {
	return row(name, "Insured person", func(r *persistence.Insuree) string { return named(text(r.CHFID), r.OtherNames, r.LastName) })
}

func user(name string) Parameter {
	return row(name, "User", func(r *persistence.User) string { return named(r.LoginName, r.OtherNames, r.LastName) })
}

// named puts a code and names together.
func named(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return strings.TrimSpace(s) == "" }), " ")
}

// ask reads all parameters. What the UI's scripts write for nothing is nothing.
func (q *question) ask(given func(name string) string) error {
	for i := range q.report.Parameters {
		p := &q.report.Parameters[i]
		sent := strings.TrimSpace(given(p.Name))
		switch sent {
		case "", "0", "undefined", "null", "NaN":
			if p.Required {
				return core.ErrorAt(core.Invalid, p.Name, "it is missing")
			}
			continue
		}
		shown, err := p.read(q, p, sent)
		if err != nil {
			return err
		}
		q.facts = append(q.facts, Fact{p.Title, shown})
		q.asked[p.Name] = shown
	}
	return nil
}

// monthsOf gives the first and last days of the months of a year, of one of them, or of a
// quarter.
func monthsOf(year, month, quarter int) (list [][2]persistence.Date) {
	for m := 1; m <= 12; m++ {
		if month != 0 && m != month || month == 0 && quarter != 0 && (m+2)/3 != quarter {
			continue
		}
		first := persistence.DateOf(year, time.Month(m), 1)
		list = append(list, [2]persistence.Date{first, persistence.Day(first.AddDate(0, 1, -1))})
	}
	return list
}
