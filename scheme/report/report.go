package report

import (
	"slices"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// RightAll opens every report; each has a right of its own beside it.
const RightAll = 131200

// Report is a question that can be asked again and again.
type Report struct {
	Name       string // in addresses and in the UI
	Module     string // whose it is
	Title      string
	Right      int
	Parameters []Parameter
	Columns    []Column
	rows       func(q *question) error
}

// All lists the reports, those of a module together.
func All() []*Report {
	return slices.Concat(claimReports, contributionReports, userReports, peopleReports, policyReports, productReports)
}

// Named gives the report with the name, nil for none.
func Named(name string) *Report {
	for _, r := range All() {
		if r.Name == name {
			return r
		}
	}
	return nil
}

// Rights lists the rights of which one is needed.
func (r *Report) Rights() []int { return []int{RightAll, r.Right} }

// mostRows is how long a report may be.
const mostRows = 10_000

// Make answers the report in the caller's scope; given gives what was sent for a
// parameter, "" for nothing. The statements it takes do not grow with the rows.
// Errors: core.Invalid names a parameter that is missing or no value of its kind;
// core.NotFound one that names nothing the caller sees; core.Unprocessable when the answer
// is too long.
func (r *Report) Make(x *persistence.Session, given func(name string) string) (*Document, error) {
	q, err := begin(x, r, given)
	if err != nil {
		return nil, err
	}
	if err := r.rows(q); err != nil {
		return nil, err
	}
	return &Document{
		Name: r.Name, Title: r.Title, Made: x.Now(), Facts: q.facts, Asked: q.asked,
		Tables: []Table{{Columns: r.Columns, Rows: q.lines}},
	}, nil
}

// question is a report being answered.
type question struct {
	x      *persistence.Session
	report *Report
	places *persistence.Registers
	facts  []Fact
	asked  map[string]string
	lines  [][]any

	// What was asked, by the names of the parameters; what was left out is not there.
	keys  map[string]int
	days  map[string]persistence.Date
	words map[string]string
}

// begin reads what is asked.
func begin(x *persistence.Session, r *Report, given func(name string) string) (*question, error) {
	places, err := x.Store().Registers(x.Context())
	if err != nil {
		return nil, err
	}
	q := &question{x: x, report: r, places: places, asked: map[string]string{}, keys: map[string]int{}, days: map[string]persistence.Date{}, words: map[string]string{}}
	return q, q.ask(given)
}

// add adds a row of the answer.
func (q *question) add(values ...any) { q.lines = append(q.lines, values) }

// column names a column of a table or of a joined relation.
func column(table, name string) clause.Column { return persistence.Column(table, name) }

// same matches rows whose column is the key asked for, every row when none was.
func (q *question) same(parameter string, column clause.Column) []clause.Expression {
	key, asked := q.keys[parameter]
	if !asked {
		return nil
	}
	return []clause.Expression{persistence.Compare(column, "=", key)}
}

// in matches rows whose column is a location that lies in all the places asked for.
func (q *question) in(column clause.Column, parameters ...string) (where []clause.Expression) {
	for _, parameter := range parameters {
		if key, asked := q.keys[parameter]; asked {
			where = append(where, persistence.Below(column, key))
		}
	}
	return where
}

// between matches rows whose day is one of those from the first to the last, both asked for.
func (q *question) between(column clause.Column, first, last string) []clause.Expression {
	return during(column, q.days[first], q.days[last])
}

func during(column clause.Column, first, last persistence.Date) []clause.Expression {
	return []clause.Expression{persistence.Compare(column, ">=", first), persistence.Compare(column, "<=", last)}
}

// from and to give the whole days as moments: from the beginning of the first, before to.
func moments(column clause.Column, first, last persistence.Date) []clause.Expression {
	return []clause.Expression{
		persistence.Compare(column, ">=", persistence.DateTime(first)),
		persistence.Compare(column, "<", persistence.DateTime(persistence.Day(last.AddDate(0, 0, 1)))),
	}
}

// list gives the rows that a report shows one by one.
func list[R any](q *question, query persistence.Query) ([]R, error) {
	query.Limit = mostRows
	page, err := persistence.Select[R](q.x, query)
	if err != nil {
		return nil, err
	}
	if page.Next != "" {
		return nil, core.Errorf(core.Unprocessable, "the answer has more than %d rows; ask for a shorter time or a smaller place", mostRows)
	}
	return page.Rows, nil
}

// place gives the names of the location on a level, R, D, W or V, and above; "" for none.
func (q *question) place(key *int, level string) string {
	if key == nil {
		return ""
	}
	for _, location := range q.places.LocationPath(*key) {
		if location.LocationType == level {
			return text(location.LocationName)
		}
	}
	return ""
}

func text(p *string) string {
	if p == nil {
		return ""
	}
	return *p
}

// value gives what a pointer points to, nil for none.
func value[T any](p *T) any {
	if p == nil {
		return nil
	}
	return *p
}

func number(p *int) int {
	if p == nil {
		return 0
	}
	return *p
}

// label gives the word for a code, the code itself for one nobody has a word for.
func label(words map[string]string, code string) string {
	if word, known := words[code]; known {
		return word
	}
	return code
}
