// Package core holds the building blocks every room stands on: the error type, the
// principal, the clock, events, the registry of modules and what they contribute,
// configuration, and the ports a database has to fill.
//
// It knows neither FHIR nor insurance and must never learn of them: it imports no other
// package of this program.
package core
