package persistence

import (
	"time"

	"gorm.io/gorm/clause"
)

// Column names a column of a table, or of a joined relation by its name: Column("HF", "HfUUID").
// A nested relation is named with two underscores: "Family__Head".
func Column(table, name string) clause.Column { return clause.Column{Table: table, Name: name} }

// TextMatch says how Text compares.
type TextMatch int

// The ways to compare text.
const (
	Same       TextMatch = iota // exactly, case and accents as written
	StartsWith                  // ignoring case
	Includes                    // anywhere, ignoring case
	SameFold                    // the whole, ignoring case
)

// Text matches a text column in the same way on every database; wildcards in the value
// are plain characters.
func Text(column clause.Column, how TextMatch, value string) clause.Expression { return nil }

// Comparison is one of = <> < <= > >=.
type Comparison string

// Instant compares a wall-clock column with an instant, in the site's time zone.
func Instant(column clause.Column, op Comparison, at time.Time) clause.Expression { return nil }

// Compare compares a column with a value of its type: number, Date, DateTime, decimal.
func Compare(column clause.Column, op Comparison, value any) clause.Expression { return nil }

// In matches any of the values; with none it matches nothing.
func In[V any](column clause.Column, values []V) clause.Expression { return nil }

// IsNull matches rows without a value in the column.
func IsNull(column clause.Column) clause.Expression { return nil }

// Exists matches when a live row of the table has the column equal to the outer column
// and meets all conditions. The inner table is known by its name.
func Exists(table, column string, outer clause.Column, conditions ...clause.Expression) clause.Expression {
	return nil
}
