package persistence

import (
	"reflect"
	"strings"
	"time"

	"gorm.io/gorm/clause"
)

// Column names a column of a table, or of a joined relation by its name: Column("HF", "HfUUID").
// A nested relation is named with two underscores: "Family__Head". With no table it is a
// column of the table selected from.
func Column(table, name string) clause.Column {
	if table == "" {
		table = clause.CurrentTable
	}
	return clause.Column{Table: table, Name: name}
}

// orderedBy sorts by a column of the table selected from.
func orderedBy(column string) clause.OrderByColumn {
	return clause.OrderByColumn{Column: Column("", column)}
}

// TextMatch says how Text compares.
type TextMatch int

// The ways to compare text.
const (
	Same       TextMatch = iota // exactly, case and accents as written
	StartsWith                  // ignoring case
	Includes                    // anywhere, ignoring case
	SameFold                    // the whole, ignoring case
)

// build is a predicate that is a function.
type build func(b clause.Builder)

// Build writes the predicate.
func (f build) Build(b clause.Builder) { f(b) }

// nothing matches no row.
type nothing struct{}

// Build writes what is never true.
func (nothing) Build(b clause.Builder) { _, _ = b.WriteString("1 = 0") }

// Nothing matches no row.
func Nothing() clause.Expression { return nothing{} }

// IsNothing tells whether the predicate is known to match no row. Among alternatives it
// is better left out: SQLite uses no index when it is one of them.
func IsNothing(e clause.Expression) bool {
	_, is := e.(nothing)
	return is
}

var likeEscapes = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// Text matches a text column in the same way on every database; wildcards in the value
// are plain characters. A value no text column can hold matches nothing.
func Text(column clause.Column, how TextMatch, value string) clause.Expression {
	if strings.ContainsRune(value, 0) {
		return Nothing()
	}
	value = strings.ToValidUTF8(value, "\uFFFD")
	return build(func(b clause.Builder) {
		d := dialectOf(b)
		switch how {
		case StartsWith:
			d.like(b, column, likeEscapes.Replace(value)+"%")
		case Includes:
			d.like(b, column, "%"+likeEscapes.Replace(value)+"%")
		case SameFold:
			d.sameFold(b, column, value)
		default:
			d.same(b, column, value)
		}
	})
}

// Comparison is one of = <> < <= > >=.
type Comparison string

func (c Comparison) valid() bool {
	switch c {
	case "=", "<>", "<", "<=", ">", ">=":
		return true
	}
	return false
}

// The years a datetime column can hold on every database.
const (
	firstYear = 1753
	lastYear  = 9999
)

// Instant compares a wall-clock column with an instant, in the site's time zone. An
// instant beyond what a column can hold is taken as the nearest that can be held.
func Instant(column clause.Column, op Comparison, at time.Time) clause.Expression {
	return build(func(b clause.Builder) {
		d := dialectOf(b)
		writeComparison(b, column, op, func() { d.wallTime(b, clamp(At(at.In(d.zone())))) })
	})
}

func clamp(d DateTime) DateTime {
	switch {
	case d.Year() < firstYear:
		return DateTime{time.Date(firstYear, 1, 1, 0, 0, 0, 0, time.UTC)}
	case d.Year() > lastYear:
		return DateTime{time.Date(lastYear, 12, 31, 23, 59, 59, 0, time.UTC)}
	}
	return d
}

// Compare compares a column with a value of its type: number, text, Date, DateTime,
// decimal. A Date is for columns of days, a DateTime for columns of moments.
func Compare(column clause.Column, op Comparison, value any) clause.Expression {
	return build(func(b clause.Builder) {
		writeComparison(b, column, op, func() {
			switch v := value.(type) {
			case DateTime:
				dialectOf(b).wallTime(b, clamp(v))
			case Date:
				b.AddVar(b, clamp(DateTime(v)).Date())
			default:
				b.AddVar(b, value)
			}
		})
	})
}

func writeComparison(b clause.Builder, column clause.Column, op Comparison, value func()) {
	if !op.valid() {
		b.WriteString("1 = 0")
		return
	}
	b.WriteQuoted(column)
	b.WriteString(" " + string(op) + " ")
	value()
}

// In matches any of the values; with none it matches nothing. More values than one
// statement can carry on every database (some two thousand) are a mistake of the caller:
// such a set belongs into a sub-select.
func In[V any](column clause.Column, values []V) clause.Expression {
	if len(values) == 0 {
		return Nothing()
	}
	return build(func(b clause.Builder) {
		var vars []any
		for _, value := range values {
			if u, ok := any(value).(UUID); ok {
				vars = append(vars, dialectOf(b).uuidValues(u)...)
			} else {
				vars = append(vars, value)
			}
		}
		b.WriteQuoted(column)
		if len(vars) == 1 {
			b.WriteString(" = ")
			b.AddVar(b, vars[0])
			return
		}
		b.WriteString(" IN (")
		for i := range padded(len(vars)) {
			if i > 0 {
				b.WriteByte(',')
			}
			b.AddVar(b, vars[min(i, len(vars)-1)])
		}
		b.WriteByte(')')
	})
}

// padded rounds the length of a list up, so that lists of all lengths share a few
// prepared statements.
func padded(n int) int {
	for _, size := range []int{2, 4, 8, 16, 32, 64, 128, 256, 512, 1024} {
		if n <= size {
			return size
		}
	}
	return n
}

// IsNull matches rows without a value in the column.
func IsNull(column clause.Column) clause.Expression {
	return build(func(b clause.Builder) {
		b.WriteQuoted(column)
		b.WriteString(" IS NULL")
	})
}

// Exists matches when a live row of the table has the column equal to the outer column
// and meets all conditions. The inner table is known by its name, so it cannot be the
// table selected from.
func Exists(table, column string, outer clause.Column, conditions ...clause.Expression) clause.Expression {
	return build(func(b clause.Builder) {
		b.WriteString("EXISTS (SELECT 1 FROM ")
		b.WriteQuoted(table)
		b.WriteString(" WHERE ")
		b.WriteQuoted(clause.Column{Table: table, Name: column})
		b.WriteString(" = ")
		b.WriteQuoted(outer)
		if info := infosByName()[table]; info != nil && info.to != nil {
			b.WriteString(" AND ")
			b.WriteQuoted(clause.Column{Table: table, Name: info.to.DBName})
			b.WriteString(" IS NULL")
		}
		if info := infosByName()[table]; info != nil && info.marks != nil {
			b.WriteString(" AND ")
			Compare(clause.Column{Table: table, Name: info.marks.deleted.DBName}, "=", false).Build(b)
		}
		for _, condition := range conditions {
			b.WriteString(" AND (")
			condition.Build(b)
			b.WriteByte(')')
		}
		b.WriteByte(')')
	})
}

// sqlText is hand-written SQL with [names] quoted as the dialect wants and ? for values.
// It may use only what all three databases know.
type sqlText struct {
	text string
	vars []any
}

// sqlf makes a predicate of hand-written SQL.
func sqlf(text string, vars ...any) clause.Expression { return sqlText{text, vars} }

// Build writes the text.
func (s sqlText) Build(b clause.Builder) {
	rest, next := s.text, 0
	for {
		i := strings.IndexAny(rest, "[?")
		if i < 0 {
			b.WriteString(rest)
			return
		}
		b.WriteString(rest[:i])
		if rest[i] == '?' {
			if e, ok := s.vars[next].(clause.Expression); ok && reflect.TypeOf(e) != nil {
				e.Build(b)
			} else {
				b.AddVar(b, s.vars[next])
			}
			next++
			rest = rest[i+1:]
			continue
		}
		end := strings.IndexByte(rest[i:], ']')
		b.WriteQuoted(clause.Column{Name: rest[i+1 : i+end]})
		rest = rest[i+end+1:]
	}
}
