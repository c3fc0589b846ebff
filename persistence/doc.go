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
package persistence
