// Package tables moves whole legacy tables in and out of a database as CSV files, one
// file a table: import checks every cell, key and reference before it writes, and writes
// all or nothing; export writes what import reads.
//
// It knows what the models say of the tables (columns, types, defaults, references) and
// nothing of what the rows mean; it must never know a rule of insurance, a FHIR resource
// or a dialect. The quoting rules are those of RFC 4180
// (https://www.rfc-editor.org/rfc/rfc4180).
package tables
