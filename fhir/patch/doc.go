// Package patch changes a resource as a client describes the change: by JSON Patch, by
// JSON Merge Patch or by FHIRPath Patch.
//
// It follows https://hl7.org/fhir/R4/http.html#patch, RFC 6902, RFC 7396 and
// https://hl7.org/fhir/R4/fhirpatch.html. It knows trees and nothing else: whether the
// result is a resource the decoder says, whether it may be stored those who store it.
package patch
