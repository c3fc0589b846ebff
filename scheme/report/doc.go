// Package report holds what the program tells in tables: the reports the React UI offers,
// and the papers printed of claims and of what facilities are to be paid. Each is one
// definition: which right it needs, what may be asked, its columns, and how its rows come
// from the database in the caller's scope. It must never know the form it is handed out
// in: PDF, XLSX and CSV are made of the same Document.
//
// Names, parameters and rights are those of the openIMIS back end, whose UI sends them.
package report
