// Package conformance runs FHIR TestScripts against a server, this one or any other,
// reports what passed and what did not, and writes scripts for what a server claims.
//
// It follows https://hl7.org/fhir/R4/testscript.html and
// https://hl7.org/fhir/R4/testing.html. Load reads a script, JSON or XML, of R4 or as STU3
// and R5 spell it; Runner.Run plays it; Console, JSONLines, JUnit, TestReports and HTML tell
// what came of it; Generate makes scripts of a CapabilityStatement. docs/conformance.md says
// where the standard leaves room and what is done there.
//
// What a script asks that the runner cannot do makes the test fail or be skipped with the
// reason, never pass. The package stands on the standard alone: it knows FHIR and HTTP, and
// must never import what it tests.
package conformance
