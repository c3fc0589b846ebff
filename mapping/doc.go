// Package mapping says how the legacy rows and the FHIR resources correspond: one
// catalogue of attributes for each resource, and two converters, row → FHIR and
// FHIR → row. The documents of phones that more than one door takes in are read here too.
//
// It knows columns and FHIR elements. It must never know HTTP, rights or a rule of the
// scheme; converters do not talk to the database, except Resolve, which turns a reference
// into a key.
//
// Facts: the openIMIS FHIR R4 implementation guide, https://openimis.github.io/openimis_fhir_r4_ig/
package mapping
