// Package conformance runs FHIR TestScripts against a server, this one or any other, and
// reports what passed and what did not.
//
// It follows https://hl7.org/fhir/R4/testscript.html and
// https://hl7.org/fhir/R4/testing.html. What a script asks that the runner cannot do makes
// the test fail or be skipped with the reason, never pass. It stands on the standard
// alone: it knows FHIR and HTTP, and must never import what it tests.
package conformance
