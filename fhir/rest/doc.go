// Package rest is the REST engine of FHIR R4 on echo: it negotiates formats, reads
// requests, asks the registered types, and writes resources, Bundles and OperationOutcomes.
// What a type can do is said by the interfaces in types.go it implements, its operations
// ($name) by Operator; routes, status 405 and the CapabilityStatement all come from the same.
//
// Specification: https://hl7.org/fhir/R4/http.html. It knows no table, no scheme and no
// client by name: the habits of older clients are fields of Habits, off by default.
//
// Every error is answered as an OperationOutcome in the negotiated format:
//
//	400 request not understood        401 no credentials (WWW-Authenticate)
//	403 right missing                 404 no such type, instance or path
//	405 interaction not offered       406 no common format
//	409 state forbids it              410 deleted
//	412 If-Match names another version  413 body too large
//	415 body format not understood    422 a rule forbids it
//	429 too many requests (Retry-After)
//	500 a bug, logged with its cause  503 not now (Retry-After); also a passed deadline
package rest
