// Package profile judges resources: by the invariants of R4 and by profiles, which say in
// StructureDefinitions what some community asks beyond it.
//
// A Set holds the profiles and extensions that are known. Add compiles a
// StructureDefinition, from its differential on a base that is known or from its snapshot,
// to a tree of rules. Validate walks a resource once along the definitions of R4 and once
// along each profile that is claimed in meta.profile or asked for, and gives an fhir.Issue
// for each fault, with its place, the profile and the element of it that asks.
//
// ReadPackage reads the definitions of another guide from its package.
//
// What R4 says of names, types, numbers of elements and codes is checked by the decoder of
// package fhir; Validate takes a tree that was decoded. It checks:
//
//   - invariants, from the table invariants.gz, and the targets of references;
//   - cardinality, type, fixed values and patterns, length, bindings, invariants;
//   - slices told apart by value, pattern, existence, type and profile, open or closed;
//   - extensions by their own definition, where it is known;
//   - contained resources and those of a Bundle, each with what it claims.
//
// Nothing is said of a profile or a value set that nobody knows. The work of one validation
// and the number of issues are bounded, so that no input can hold up a server.
//
// https://hl7.org/fhir/R4/profiling.html, https://hl7.org/fhir/R4/validation.html
package profile
