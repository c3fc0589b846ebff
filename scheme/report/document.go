package report

import (
	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/persistence"
)

// Document is what is printed: facts on top, tables below.
type Document struct {
	Name   string // of the file, without its ending
	Title  string
	Made   persistence.DateTime
	Facts  []Fact
	Asked  map[string]string // what was asked, in words, by the names of the parameters
	Tables []Table
}

// Fact is one line above the tables.
type Fact struct{ Title, Value string }

// Table is rows under columns.
type Table struct {
	Title   string // "" for the only one
	Columns []Column
	Rows    [][]any // one value a column, of its kind
}

// Column says what stands in a column.
type Column struct {
	Name  string // for programs
	Title string // for people
	Kind  Kind
	Total bool // a number that is added up below the table
}

// Kind is what the values of a column are. A value may be nil in every kind.
type Kind int

// The kinds of columns.
const (
	Words  Kind = iota // string
	Short              // string of a few letters, such as a code
	Day                // persistence.Date
	Moment             // persistence.DateTime
	Number             // int
	Money              // decimal.Decimal
	Share              // decimal.Decimal, per cent
)

// Totals adds up the columns that have a total, the others are nil; it is nil when none
// has, or when there is nothing to add up.
func (t *Table) Totals() []any {
	if len(t.Rows) < 2 {
		return nil
	}
	totals, any := make([]any, len(t.Columns)), false
	for i, column := range t.Columns {
		if !column.Total {
			continue
		}
		any = true
		if column.Kind == Number {
			sum := 0
			for _, row := range t.Rows {
				n, _ := row[i].(int)
				sum += n
			}
			totals[i] = sum
			continue
		}
		sum := decimal.Zero
		for _, row := range t.Rows {
			d, _ := row[i].(decimal.Decimal)
			sum = sum.Add(d)
		}
		totals[i] = sum
	}
	if !any {
		return nil
	}
	return totals
}
