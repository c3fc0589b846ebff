// Package fhir holds the standard and nothing else: the table of R4 definitions, resources
// as trees, the JSON and XML codecs, what a resource says beyond its columns (Residue).
//
// Specification: https://hl7.org/fhir/R4/. It knows no openIMIS word and no database; the
// search grammar is in fhir/search, the REST engine in fhir/rest.
package fhir
