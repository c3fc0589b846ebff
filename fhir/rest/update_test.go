package rest

import "testing"

func TestUpdate(t *testing.T) {
	const path = "/fhir/Patient/" + anna
	const body = `{"resourceType":"Patient","id":"` + anna + `","gender":"other"}`
	with := func(name, value string) headers { return headers{"Content-Type": "application/fhir+json", name: value} }
	run(t, nil, []scenario{
		{name: "json", method: "PUT", url: path, headers: asJSON, body: body, status: 200, header: headers{"ETag": `W/"2"`, "Location": "-", "Content-Location": "https://example.org" + path + "/_history/2"}, contains: []string{`"gender":"other"`, `"versionId":"2"`}},
		{name: "xml", method: "PUT", url: path, headers: asXML, body: `<Patient xmlns="http://hl7.org/fhir"><id value="` + anna + `"/><gender value="other"/></Patient>`, status: 200, contains: []string{`<gender value="other"/>`}},
		{name: "right version", method: "PUT", url: path, headers: with("If-Match", `W/"1"`), body: body, status: 200},
		{name: "strong tag", method: "PUT", url: path, headers: with("If-Match", `"1"`), body: body, status: 200},
		{name: "any version", method: "PUT", url: path, headers: with("If-Match", `*`), body: body, status: 200},
		{name: "other version", method: "PUT", url: path, headers: with("If-Match", `W/"7"`), body: body, status: 412, header: headers{"Content-Location": "-"}, contains: []string{"the version is 1"}},
		{name: "bare version", method: "PUT", url: path, headers: with("If-Match", `1`), body: body, status: 400, contains: []string{"If-Match"}},
		{name: "two versions", method: "PUT", url: path, headers: with("If-Match", `W/"1", W/"2"`), body: body, status: 400},
		{name: "empty version", method: "PUT", url: path, headers: with("If-Match", `""`), body: body, status: 400},
		{name: "minimal", method: "PUT", url: path, headers: with("Prefer", "return=minimal"), body: body, status: 200, header: headers{"ETag": `W/"2"`, "Content-Location": "https://example.org" + path + "/_history/2"}, absent: []string{"e"}},
		{name: "outcome", method: "PUT", url: path, headers: with("Prefer", "return=OperationOutcome"), body: body, status: 200, header: headers{"Content-Location": "-"}, contains: []string{"was updated"}},
		{name: "other id in body", method: "PUT", url: path, headers: asJSON, body: `{"resourceType":"Patient","id":"x"}`, status: 400, contains: []string{"Patient.id"}},
		{name: "no id in body", method: "PUT", url: path, headers: asJSON, body: `{"resourceType":"Patient","active":true}`, status: 400, contains: []string{"Patient.id"}},
		{name: "other type", method: "PUT", url: path, headers: asJSON, body: `{"resourceType":"Organization","id":"` + anna + `"}`, status: 400},
		{name: "not there", method: "PUT", url: "/fhir/Patient/x", headers: asJSON, body: `{"resourceType":"Patient","id":"x"}`, status: 404},
		{name: "against a rule", method: "PUT", url: path, headers: asJSON, body: `{"resourceType":"Patient","id":"` + anna + `","birthDate":"1800-01-01"}`, status: 422, contains: []string{`"expression":["Patient.birthDate"]`}},
		{name: "wrong media type before the body", method: "PUT", url: path, headers: with("Content-Type", "text/plain"), body: body, status: 415},
	})
}
