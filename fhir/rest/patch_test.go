package rest

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
)

func TestPatch(t *testing.T) {
	const path = "/fhir/Patient/" + anna
	as := func(kind string, more ...string) headers {
		h := headers{"Content-Type": kind}
		for i := 0; i < len(more); i += 2 {
			h[more[i]] = more[i+1]
		}
		return h
	}
	const toOther = `[{"op":"test","path":"/gender","value":"female"},{"op":"replace","path":"/gender","value":"other"}]`
	run(t, transacting(nil), []scenario{
		{name: "json patch", method: "PATCH", url: path, headers: as(jsonPatch), body: toOther, status: 200, header: headers{"ETag": `W/"2"`}, contains: []string{`"gender":"other"`, `"birthDate":"1990-05-01"`}},
		{name: "json patch, answer in xml", method: "PATCH", url: path, headers: as(jsonPatch, "Accept", "application/fhir+xml"), body: toOther, status: 200, contains: []string{`<gender value="other"/>`}},
		{name: "merge patch", method: "PATCH", url: path, headers: as(mergePatch), body: `{"gender":null,"active":true}`, status: 200, contains: []string{`"active":true`}, absent: []string{"gender"}},
		{name: "minimal", method: "PATCH", url: path, headers: as(mergePatch, "Prefer", "return=minimal"), body: `{"active":true}`, status: 200, absent: []string{"e"}},
		{name: "by criteria", method: "PATCH", url: "/fhir/Patient?identifier=A1", headers: as(mergePatch), body: `{"active":true}`, status: 200, contains: []string{anna}},
		{name: "by criteria without a match", method: "PATCH", url: "/fhir/Patient?identifier=N1", headers: as(mergePatch), body: `{"active":true}`, status: 404},
		{name: "by criteria with several matches", method: "PATCH", url: "/fhir/Patient?gender=male,female", headers: as(mergePatch), body: `{"active":true}`, status: 412},
		{name: "right version", method: "PATCH", url: path, headers: as(mergePatch, "If-Match", `W/"1"`), body: `{"active":true}`, status: 200},
		{name: "other version", method: "PATCH", url: path, headers: as(mergePatch, "If-Match", `W/"9"`), body: `{"active":true}`, status: 412},
		{name: "test that fails", method: "PATCH", url: path, headers: as(jsonPatch), body: `[{"op":"test","path":"/gender","value":"male"}]`, status: 422, contains: []string{"test of the patch"}},
		{name: "place that is not there", method: "PATCH", url: path, headers: as(jsonPatch), body: `[{"op":"replace","path":"/contact/0/gender","value":"male"}]`, status: 422, contains: []string{"/contact/0/gender"}},
		{name: "operation that is none", method: "PATCH", url: path, headers: as(jsonPatch), body: `[{"op":"burn","path":"/gender"}]`, status: 400, contains: []string{"burn"}},
		{name: "operation without a value", method: "PATCH", url: path, headers: as(jsonPatch), body: `[{"op":"add","path":"/gender"}]`, status: 400, contains: []string{"value"}},
		{name: "what is no patch", method: "PATCH", url: path, headers: as(jsonPatch), body: `{"gender":"other"}`, status: 400},
		{name: "what is no merge patch", method: "PATCH", url: path, headers: as(mergePatch), body: `[1]`, status: 400},
		{name: "against the definitions", method: "PATCH", url: path, headers: as(mergePatch), body: `{"gender":"blue"}`, status: 400, contains: []string{"Patient.gender"}},
		{name: "against a rule", method: "PATCH", url: path, headers: as(mergePatch), body: `{"birthDate":"1800-01-01"}`, status: 422, contains: []string{"Patient.birthDate"}},
		{name: "of the id", method: "PATCH", url: path, headers: as(mergePatch), body: `{"id":"x"}`, status: 422, contains: []string{"Patient.id"}},
		{name: "of the type", method: "PATCH", url: path, headers: as(mergePatch), body: `{"resourceType":"Claim"}`, status: 400},
		{name: "copies that grow", method: "PATCH", url: path, headers: as(jsonPatch), body: growing(40), status: 422},
		{name: "not there", method: "PATCH", url: "/fhir/Patient/x", headers: as(mergePatch), body: `{"active":true}`, status: 404},
		{name: "media type that is none", method: "PATCH", url: path, headers: as("text/plain"), body: toOther, status: 415, contains: []string{jsonPatch}},
		{name: "fhirpath patch", method: "PATCH", url: path, headers: asJSON, body: fhirpathPatch, status: 200, header: headers{"ETag": `W/"2"`}, contains: []string{`"gender":"other"`}},
		{name: "fhirpath patch in xml", method: "PATCH", url: path, headers: asXML, status: 200, contains: []string{`<gender value="other"/>`},
			body: `<Parameters xmlns="http://hl7.org/fhir"><parameter><name value="operation"/><part><name value="type"/><valueCode value="replace"/></part><part><name value="path"/><valueString value="Patient.gender"/></part><part><name value="value"/><valueCode value="other"/></part></parameter></Parameters>`},
		{name: "fhirpath patch that cannot be", method: "PATCH", url: path, headers: asJSON, body: strings.Replace(fhirpathPatch, "Patient.gender", "Patient.maritalStatus", 1), status: 422, contains: []string{"Parameters.parameter[0]"}},
		{name: "fhirpath patch in a transaction", method: "POST", url: "/fhir", headers: asJSON, body: posted("transaction", `{"resource":`+fhirpathPatch+`,"request":{"method":"PATCH","url":"Patient/`+anna+`"}}`), status: 200, contains: []string{`"gender":"other"`}},
		{name: "another resource", method: "PATCH", url: path, headers: asJSON, body: `{"resourceType":"Patient"}`, status: 400},
		{name: "in a transaction", method: "POST", url: "/fhir", headers: asJSON, body: posted("transaction",
			`{"resource":{"resourceType":"Binary","contentType":"`+jsonPatch+`","data":"`+base64.StdEncoding.EncodeToString([]byte(toOther))+`"},"request":{"method":"PATCH","url":"Patient/`+anna+`"}}`),
			status: 200, contains: []string{`"gender":"other"`, `"status":"200 OK"`}},
		{name: "in a transaction, as no Binary", method: "POST", url: "/fhir", headers: asJSON, body: posted("transaction",
			`{"resource":{"resourceType":"Patient"},"request":{"method":"PATCH","url":"Patient/`+anna+`"}}`), status: 400, contains: []string{"Bundle.entry[0]"}},
	})
}

// growing doubles an element again and again.
func growing(times int) string {
	patch := `[{"op":"add","path":"/contact","value":[{"name":{"text":"a long enough name to begin with"}}]}`
	for i := range times {
		patch += fmt.Sprintf(`,{"op":"copy","from":"/contact","path":"/contact/0/x%d"}`, i)
	}
	return patch + "]"
}

const fhirpathPatch = `{"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"type","valueCode":"replace"},{"name":"path","valueString":"Patient.gender"},{"name":"value","valueCode":"other"}]}]}`
