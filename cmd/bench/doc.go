// Package bench measures the program against what it cannot be faster than: for each
// kind of request the same SQL statements on the same database, followed by an echo
// handler that writes the same bytes. Both sides run in one process, in turns, through
// the same HTTP client, so that a busy machine slows both alike.
//
// It knows HTTP, a store and what a few requests look like. What it measures it never
// changes to look better: the server is assembled as serve does it.
package bench
