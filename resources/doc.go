// Package resources says what the server offers of each FHIR resource type: one file a
// type, with its interactions, its search parameters, its rights and its profile. A
// resource is a thin door: it asks the catalogue for a query, the store for rows, the
// converter for the resource.
//
// It knows the interfaces of the REST engine, the catalogues and the store. It must never
// know HTTP, SQL or the rules of the scheme.
//
// Specification: https://hl7.org/fhir/R4/http.html
package resources
