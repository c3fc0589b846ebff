package rest

import (
	"strings"
	"testing"
)

func posted(kind string, entries ...string) string {
	return `{"resourceType":"Bundle","type":"` + kind + `","entry":[` + strings.Join(entries, ",") + `]}`
}

const (
	makeMale   = `{"fullUrl":"urn:uuid:0b3c8f0e-6d3f-4a59-9f43-3f4f4d1c0aff","resource":{"resourceType":"Patient","gender":"male"},"request":{"method":"POST","url":"Patient"}}`
	readAnna   = `{"request":{"method":"GET","url":"Patient/` + anna + `"}}`
	deleteAnna = `{"request":{"method":"DELETE","url":"Patient/` + anna + `"}}`
)

func TestBatch(t *testing.T) {
	run(t, nil, []scenario{
		{name: "each on its own", method: "POST", url: "/fhir", headers: asJSON, status: 200,
			body: posted("batch", makeMale, `{"request":{"method":"GET","url":"Patient/nosuch"}}`, readAnna, deleteAnna),
			contains: []string{`"type":"batch-response"`, `"status":"201 Created","location":"https://example.org/fhir/Patient/new3/_history/1","etag":"W/\"1\""`,
				`"status":"404 Not Found","outcome":{"resourceType":"OperationOutcome"`, `"fullUrl":"https://example.org/fhir/Patient/` + anna + `"`, `"status":"204 No Content"`}},
		{name: "in xml", method: "POST", url: "/fhir", headers: asXML, status: 200,
			body:     `<Bundle xmlns="http://hl7.org/fhir"><type value="batch"/><entry><resource><Patient><gender value="male"/></Patient></resource><request><method value="POST"/><url value="Patient"/></request></entry><entry><request><method value="GET"/><url value="Patient?gender=male"/></request></entry></Bundle>`,
			contains: []string{`<type value="batch-response"/>`, `<status value="201 Created"/>`, `<type value="searchset"/>`}},
		{name: "pretty", method: "POST", url: "/fhir?_pretty=true", headers: asJSON, body: posted("batch", readAnna), status: 200, contains: []string{"\n"}},
		{name: "a search, a history, an absolute URL", method: "POST", url: "/fhir", headers: asJSON, status: 200,
			body:     posted("batch", `{"request":{"method":"GET","url":"Patient?gender=male&_count=1"}}`, `{"request":{"method":"GET","url":"https://example.org/fhir/Patient/`+anna+`/_history"}}`, `{"request":{"method":"HEAD","url":"/Patient/`+anna+`"}}`),
			contains: []string{`"resource":{"resourceType":"Bundle","type":"searchset","total":1`, `"type":"history"`}},
		{name: "conditions", method: "POST", url: "/fhir", headers: asJSON, status: 200,
			body: posted("batch", `{"resource":{"resourceType":"Patient","gender":"male"},"request":{"method":"POST","url":"Patient","ifNoneExist":"identifier=A1"}}`,
				`{"request":{"method":"GET","url":"Patient/`+anna+`","ifNoneMatch":"W/\"1\""}}`, `{"resource":{"resourceType":"Patient","id":"`+anna+`"},"request":{"method":"PUT","url":"Patient/`+anna+`","ifMatch":"W/\"7\""}}`),
			contains: []string{`"status":"200 OK"`, `"status":"304 Not Modified"`, `"status":"412 Precondition Failed"`}},
		{name: "minimal", method: "POST", url: "/fhir", headers: headers{"Content-Type": "application/fhir+json", "Prefer": "return=minimal"}, body: posted("batch", makeMale), status: 200, contains: []string{`"201 Created"`}, absent: []string{"gender"}},
		{name: "a fault is one of its entry alone", method: "POST", url: "/fhir", headers: asJSON, status: 200,
			body:     posted("batch", `{"resource":{"resourceType":"Patient","gendre":"male"},"request":{"method":"POST","url":"Patient"}}`, makeMale),
			contains: []string{"Bundle.entry[0].resource.gendre", `"400 Bad Request"`, `"201 Created"`}},
		{name: "a right that is missing", method: "POST", url: "/fhir", headers: headers{"Content-Type": "application/fhir+json", "X-User": "clerk"}, status: 200,
			body: posted("batch", `{"request":{"method":"GET","url":"Location/loc1"}}`, readAnna), contains: []string{`"403 Forbidden"`, `"200 OK"`}},
		{name: "not signed in", method: "POST", url: "/fhir", headers: headers{"Content-Type": "application/fhir+json", "X-User": "nobody"}, body: posted("batch", readAnna), status: 401},
		{name: "URLs that are none", method: "POST", url: "/fhir", headers: asJSON, status: 200,
			body: posted("batch", `{"request":{"method":"GET","url":"https://elsewhere.org/fhir/Patient/1"}}`, `{"request":{"method":"GET","url":"Nosuch/1"}}`,
				`{"request":{"method":"PUT","url":"ClaimResponse/1"},"resource":{"resourceType":"ClaimResponse"}}`, `{"request":{"method":"GET","url":"metadata"}}`, `{"request":{"method":"GET","url":"../admin"}}`),
			contains: []string{"Bundle.entry[0].request.url", "Bundle.entry[1].request.url", `"405 Method Not Allowed"`, "Bundle.entry[3]", "Bundle.entry[4]"}, absent: []string{`"200 OK"`}},
		{name: "an entry without a request", method: "POST", url: "/fhir", headers: asJSON, body: posted("batch", `{"fullUrl":"urn:x"}`, readAnna), status: 200, contains: []string{"Bundle.entry[0].request", `"200 OK"`}},
		{name: "a resource without a request", method: "POST", url: "/fhir", headers: asJSON, body: posted("batch", `{"resource":{"resourceType":"Patient"}}`), status: 400, contains: []string{"Bundle.entry[0].request"}},
		{name: "a panic in an entry", method: "POST", url: "/fhir", headers: asJSON, body: posted("batch", `{"request":{"method":"GET","url":"Patient/panic"}}`), status: 500},
		{name: "no entries", method: "POST", url: "/fhir", headers: asJSON, body: `{"resourceType":"Bundle","type":"batch"}`, status: 200, contains: []string{"batch-response"}},
		{name: "another type", method: "POST", url: "/fhir", headers: asJSON, body: posted("collection", readAnna), status: 422, contains: []string{"Bundle.type"}},
		{name: "no Bundle", method: "POST", url: "/fhir", headers: asJSON, body: `{"resourceType":"Patient"}`, status: 400},
		{name: "no body", method: "POST", url: "/fhir", headers: asJSON, status: 400},
		{name: "no transactions here", method: "POST", url: "/fhir", headers: asJSON, body: posted("transaction", readAnna), status: 422, contains: []string{"Bundle.type"}},
	})
	run(t, func(b *Base) { b.MaxEntries = 1 }, []scenario{
		{name: "too many entries", method: "POST", url: "/fhir", headers: asJSON, body: posted("batch", readAnna, readAnna), status: 413, contains: []string{"Bundle.entry"}},
	})
}
