// Package path evaluates FHIRPath expressions on resources held as trees.
//
// It follows http://hl7.org/fhirpath/N1/ with the FHIR rules of
// https://hl7.org/fhir/R4/fhirpath.html: values are collections, an empty collection is
// "unknown", the first name of an expression may be the resource type itself, and a
// choice element is reached by its name without the type (value, not valueQuantity).
//
// What it has today is navigation, indexers, the operators, and the functions listed in
// the table in functions.go. A function that is not there is an error when the expression
// is compiled, never an empty answer. It knows the standard only: no HTTP, no database.
package path
