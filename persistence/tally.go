package persistence

import (
	"fmt"
	"strconv"
	"time"

	"github.com/shopspring/decimal"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
)

// Tally asks how many live rows of a table there are in the caller's scope, and what they
// come to, put together by some of their columns.
type Tally struct {
	Where []clause.Expression // all have to hold
	Join  []string            // to-one relations whose columns are named, as in Query
	By    []clause.Column     // numbers, codes and days
	Sum   []clause.Column     // numbers to add up
	Past  bool                // also rows that were deleted and the states before changes
}

// Tallied is one line of the answer to a Tally.
type Tallied struct {
	By    []string // the values rows have in common: digits, codes, YYYY-MM-DD; "" for none
	Count int
	Sum   []decimal.Decimal
}

// Number gives a value as a number, 0 where it is none.
func (t *Tallied) Number(i int) int {
	n, _ := strconv.Atoi(t.By[i])
	return n
}

// mostTallied is how many lines one tally may have.
const mostTallied = 100_000

// Count answers a tally of the table of R in one statement, in no order.
// Errors: core.Unprocessable for more lines than anybody can look through.
func Count[R any](x *Session, t Tally) ([]Tallied, error) {
	info, err := infoFor[R]()
	if err != nil {
		return nil, err
	}
	base, err := live[R](x, info, Query{Where: t.Where, Past: t.Past})
	if err != nil {
		return nil, err
	}
	for _, join := range t.Join {
		base = base.Joins(join)
	}
	base = base.Clauses(clause.Select{Expression: t.selected()})
	if len(t.By) > 0 {
		base = base.Clauses(clause.GroupBy{Columns: t.By})
	}
	return t.read(base)
}

// selected writes what is selected: the columns rows are put together by, how many they
// are, and the sums.
func (t *Tally) selected() clause.Expression {
	return build(func(b clause.Builder) {
		for _, column := range t.By {
			b.WriteQuoted(column)
			b.WriteString(", ")
		}
		b.WriteString("COUNT(*)")
		for _, column := range t.Sum {
			b.WriteString(", COALESCE(SUM(")
			b.WriteQuoted(column)
			b.WriteString("), 0)")
		}
	})
}

func (t *Tally) read(tx *gorm.DB) (lines []Tallied, err error) {
	rows, err := tx.Rows()
	if err != nil {
		return nil, err
	}
	defer func() {
		if closed := rows.Close(); err == nil {
			err = closed
		}
	}()
	values := make([]any, len(t.By)+1+len(t.Sum))
	for i := range values {
		values[i] = new(any)
	}
	for rows.Next() {
		if err := rows.Scan(values...); err != nil {
			return nil, err
		}
		line, err := t.line(values)
		if err != nil {
			return nil, err
		}
		if lines = append(lines, line); len(lines) > mostTallied {
			return nil, core.Errorf(core.Unprocessable, "the answer has more than %d lines; ask for less at a time", mostTallied)
		}
	}
	return lines, rows.Err()
}

// line reads one line of the answer. SQLite adds up as floating point, so that sums are
// cut to cents.
func (t *Tally) line(values []any) (line Tallied, err error) {
	at := func(i int) any { return *values[i].(*any) }
	for i := range t.By {
		line.By = append(line.By, commonValue(at(i)))
	}
	if line.Count, err = strconv.Atoi(commonValue(at(len(t.By)))); err != nil {
		return line, err
	}
	for i := range t.Sum {
		var sum decimal.Decimal
		if err := sum.Scan(at(len(t.By) + 1 + i)); err != nil {
			return line, err
		}
		line.Sum = append(line.Sum, sum.Round(2))
	}
	return line, nil
}

// commonValue spells what a driver gives in the same way on every database.
func commonValue(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case []byte:
		return commonValue(string(v))
	case time.Time:
		return v.Format(dateLayout)
	case string:
		if day, err := scanTime(v); err == nil {
			return day.Format(dateLayout)
		}
		return v
	}
	return fmt.Sprint(value)
}

const below = `? IN (SELECT [LocationId] FROM [tblLocations] WHERE [LocationId] = ? OR [ParentLocationId] = ?` +
	` OR [ParentLocationId] IN (SELECT [LocationId] FROM [tblLocations] WHERE [ParentLocationId] = ?` +
	` OR [ParentLocationId] IN (SELECT [LocationId] FROM [tblLocations] WHERE [ParentLocationId] = ?)))`

// Below matches rows whose column holds the key of a location or of one below it.
func Below(column clause.Column, location int) clause.Expression {
	return build(func(b clause.Builder) {
		sqlf(below, build(func(b clause.Builder) { b.WriteQuoted(column) }), location, location, location, location).Build(b)
	})
}
