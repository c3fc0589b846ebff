package graphql

import (
	"reflect"
	"strings"

	"github.com/openimis/openimis-go/core"
)

// column is a column that clients read and write under one name. A table of them is what a
// wide row shows and what its form takes.
type column[R any] struct {
	name string
	typ  string            // as the type shows it; forms take it without the exclamation mark
	at   func(r *R) any    // pointer to the field of the row
	word map[string]string // letters of the column by the words of an enum; nil for values as they are
}

// shownOf makes the fields of an object.
func shownOf[R any](columns []column[R]) []Field {
	fields := make([]Field, len(columns))
	for i, col := range columns {
		fields[i] = Is(col.name+": "+col.typ, func(r *R) any {
			value := plain(reflect.ValueOf(col.at(r)).Elem().Interface())
			if col.word == nil {
				return value
			}
			for word, letter := range col.word {
				if value == letter {
					return word
				}
			}
			return nil
		})
	}
	return fields
}

// inputOf declares the fields of an input.
func inputOf[R any](columns []column[R]) string {
	var b strings.Builder
	for _, col := range columns {
		b.WriteString(col.name + ": " + strings.TrimSuffix(col.typ, "!") + " ")
	}
	return b.String()
}

// fill puts what an input gives into a row; what it does not name stays, and null clears.
func fill[R any](row *R, columns []column[R], input map[string]any) error {
	for _, col := range columns {
		value, given := input[col.name]
		if !given {
			continue
		}
		target := reflect.ValueOf(col.at(row)).Elem()
		if value == nil {
			target.SetZero()
			continue
		}
		if word, ok := value.(string); ok && col.word != nil {
			value = col.word[word]
		}
		if err := set(target, value); err != nil {
			return core.ErrorAt(core.Invalid, col.name, "%v", err)
		}
	}
	return nil
}
