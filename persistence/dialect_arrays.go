package persistence

import (
	"slices"
	"strings"
)

// Where values may go as one array of texts a column, many rows are changed by one
// statement whose text does not depend on how many there are: the database plans it once.
// The types carry no length, so that a text too long is refused and not cut.

// arrayRows renders the rows the arrays make up, with names c0, c1, …
func arrayRows(n int) string {
	var arrays, names strings.Builder
	for i := range n {
		if i > 0 {
			arrays.WriteByte(',')
			names.WriteByte(',')
		}
		arrays.WriteString("?::text[]")
		names.WriteString(arrayName(i))
	}
	return "unnest(" + arrays.String() + ") AS r(" + names.String() + ")"
}

func arrayName(i int) string {
	const digits = "0123456789"
	return "c" + digits[i/100%10:i/100%10+1] + digits[i/10%10:i/10%10+1] + digits[i%10:i%10+1]
}

// copyByArrays renders an INSERT of copies of stored rows. The given columns come from
// arrays of those types, the first of which is the key of the row to copy.
func copyByArrays(table, key string, columns, given, types []string) string {
	var into, from strings.Builder
	for i, column := range columns {
		if i > 0 {
			into.WriteByte(',')
			from.WriteByte(',')
		}
		into.WriteString(quoteName(column))
		if n := slices.Index(given, column); n >= 0 {
			from.WriteString("r." + arrayName(n) + "::" + types[n])
		} else {
			from.WriteString("t." + quoteName(column))
		}
	}
	return "INSERT INTO " + quoteName(table) + " (" + into.String() + ") SELECT " + from.String() + " FROM " + arrayRows(len(given)) +
		" JOIN " + quoteName(table) + " AS t ON t." + quoteName(key) + " = r." + arrayName(0) + "::" + types[0]
}

// updateFromArrays renders an UPDATE of as many rows as the arrays have values; the first
// column is the key.
func updateFromArrays(table string, columns, types []string) string {
	var set strings.Builder
	for i, column := range columns {
		if i == 0 {
			continue
		}
		if i > 1 {
			set.WriteByte(',')
		}
		set.WriteString(quoteName(column) + " = r." + arrayName(i) + "::" + types[i])
	}
	return "UPDATE " + quoteName(table) + " AS t SET " + set.String() + " FROM " + arrayRows(len(columns)) +
		" WHERE t." + quoteName(columns[0]) + " = r." + arrayName(0) + "::" + types[0]
}
