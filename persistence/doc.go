// Package persistence keeps the legacy openIMIS tables: their rows as GORM models, one
// file a table family; the three databases they live in; history rows and versions; the
// scope every query runs in; the outbox; migrations; demo data and CSV.
//
// It knows tables, columns, keys and the site's time zone, and is the only place that
// does dialects. It must never know FHIR, GraphQL or a rule of insurance.
//
// Conventions of the rows: a live row has no ValidityTo; a change copies the old values
// into a history row (LegacyID = key of the live row, ValidityTo set, a UUID of its own)
// and then alters the live row in place; a deleted row has ValidityTo and no LegacyID.
//
// The way in is a Store. Store.Read gives a Session for reading, Store.Tx one for a
// transaction; both carry the principal of the context, and Select and One show what is
// in his scope (scope.go) and nothing else. Insert, Update and Delete keep the history
// and refuse values a column cannot hold (fits.go). Whoever holds a row across reading
// and writing is protected by its ValidityFrom: a row changed meanwhile makes the
// transaction run again.
//
// Where the databases differ, a dialect knows (dialect*.go); hand-written SQL is there or
// goes through handWritten, so that the T-SQL of every statement can be checked without a
// SQL Server.
//
// GORM: https://gorm.io/docs/
package persistence
