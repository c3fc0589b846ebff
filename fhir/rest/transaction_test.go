package rest

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestTransaction(t *testing.T) {
	claimOf := func(full, patient string) string {
		return `{"fullUrl":"` + full + `","resource":` + strings.Replace(claim("x", anna), "Patient/"+anna, patient, 1) + `,"request":{"method":"POST","url":"Claim"}}`
	}
	const (
		urn1 = "urn:uuid:0b3c8f0e-6d3f-4a59-9f43-3f4f4d1c0af1"
		urn2 = "urn:uuid:0b3c8f0e-6d3f-4a59-9f43-3f4f4d1c0af2"
	)
	made := `{"fullUrl":"` + urn2 + `","resource":{"resourceType":"Patient","gender":"male"},"request":{"method":"POST","url":"Patient"}}`
	put := func(id, more string) string {
		return `{"resource":{"resourceType":"Patient","id":"` + id + `","active":true` + more + `},"request":{"method":"PUT","url":"Patient/` + id + `"}}`
	}
	run(t, transacting(nil), []scenario{
		{name: "what is referred to comes first", method: "POST", url: "/fhir", headers: asJSON, body: posted("transaction", claimOf(urn1, urn2), made), status: 200,
			contains: []string{`"type":"transaction-response"`, `"patient":{"reference":"Patient/new3"}`, `"status":"201 Created"`}, absent: []string{"urn:uuid"}},
		{name: "in xml", method: "POST", url: "/fhir", headers: headers{"Content-Type": "application/fhir+json", "Accept": "application/fhir+xml"}, body: posted("transaction", claimOf(urn1, urn2), made), status: 200, contains: []string{`<reference value="Patient/new3"/>`}},
		{name: "a reference relative to the fullUrl", method: "POST", url: "/fhir", headers: asJSON, status: 200,
			body:     posted("transaction", claimOf("http://elsewhere.org/fhir/Claim/7", "Patient/8"), strings.Replace(made, urn2, "http://elsewhere.org/fhir/Patient/8", 1)),
			contains: []string{`"patient":{"reference":"Patient/new3"}`}},
		{name: "a reference by criteria", method: "POST", url: "/fhir", headers: asJSON, body: posted("transaction", claimOf(urn1, "Patient?identifier=B1")), status: 200, contains: []string{`"patient":{"reference":"Patient/` + boris + `"}`}},
		{name: "a reference by criteria to what the transaction makes", method: "POST", url: "/fhir", headers: asJSON, status: 200,
			body:     posted("transaction", `{"resource":{"resourceType":"Patient","identifier":[{"value":"N1"}]},"request":{"method":"POST","url":"Patient"}}`, claimOf(urn1, "Patient?identifier=N1")),
			contains: []string{`"patient":{"reference":"Patient/new3"}`}},
		{name: "a conditional create that matches is referred to", method: "POST", url: "/fhir", headers: asJSON, status: 200,
			body:     posted("transaction", claimOf(urn1, urn2), strings.Replace(made, `"url":"Patient"`, `"url":"Patient","ifNoneExist":"identifier=A1"`, 1)),
			contains: []string{`"patient":{"reference":"Patient/` + anna + `"}`, `"status":"200 OK"`}},
		{name: "criteria that match nothing", method: "POST", url: "/fhir", headers: asJSON, body: posted("transaction", claimOf(urn1, "Patient?identifier=N1")), status: 412, contains: []string{"Bundle.entry[0].resource"}},
		{name: "criteria that match several", method: "POST", url: "/fhir", headers: asJSON, body: posted("transaction", claimOf(urn1, "Patient?gender=male,female")), status: 412},
		{name: "reads come last", method: "POST", url: "/fhir", headers: asJSON, body: posted("transaction", readAnna, put(anna, "")), status: 200, contains: []string{`"active":true`}, absent: []string{"female"}},
		{name: "a fault names its entry", method: "POST", url: "/fhir", headers: asJSON, body: posted("transaction", made, put(anna, `,"birthDate":"1800-01-01"`)), status: 422, contains: []string{"Bundle.entry[1].resource.birthDate"}},
		{name: "faults of all entries", method: "POST", url: "/fhir", headers: asJSON, status: 400,
			body:     posted("transaction", `{"resource":{"resourceType":"Patient","x":1},"request":{"method":"POST","url":"Patient"}}`, `{"request":{"method":"GET","url":"Nosuch/1"}}`),
			contains: []string{"Bundle.entry[0].resource.x", "Bundle.entry[1].request.url"}},
		{name: "an instance twice", method: "POST", url: "/fhir", headers: asJSON, body: posted("transaction", put(anna, ""), deleteAnna), status: 400, contains: []string{"Bundle.entry[1].request.url", "once"}},
		{name: "a fullUrl twice", method: "POST", url: "/fhir", headers: asJSON, body: posted("transaction", made, made), status: 400, contains: []string{"Bundle.entry[1].fullUrl"}},
		{name: "a circle", method: "POST", url: "/fhir", headers: asJSON, status: 422, contains: []string{"refers to itself"},
			body: posted("transaction", claimOf(urn1, urn2), strings.Replace(made, `"gender":"male"`, `"managingOrganization":{"reference":"`+urn1+`"}`, 1))},
		{name: "a right that is missing", method: "POST", url: "/fhir", headers: headers{"Content-Type": "application/fhir+json", "X-User": "clerk"}, body: posted("transaction", made, `{"request":{"method":"DELETE","url":"Location/loc1"}}`), status: 403},
	})
}

// What a transaction did before it failed is taken back.
func TestTransactionIsAllOrNothing(t *testing.T) {
	w := newWorld(t, transacting(nil))
	bad := `{"resource":{"resourceType":"Patient","id":"` + boris + `","birthDate":"1800-01-01"},"request":{"method":"PUT","url":"Patient/` + boris + `"}}`
	if rec := w.do("POST", "/fhir", asJSON, posted("transaction", makeMale, deleteAnna, bad)); rec.Code != 422 {
		t.Fatalf("%d %s", rec.Code, rec.Body)
	}
	if rec := w.do("GET", "/fhir/Patient?_summary=count", nil, ""); !strings.Contains(rec.Body.String(), `"total":2`) {
		t.Errorf("after a transaction that failed: %s", rec.Body)
	}
}

// The answers stand in the order of the entries, whatever order they were done in.
func TestTransactionAnswersInOrder(t *testing.T) {
	w := newWorld(t, transacting(nil))
	rec := w.do("POST", "/fhir", asJSON, posted("transaction", readAnna, makeMale, `{"request":{"method":"DELETE","url":"Patient/`+boris+`"}}`))
	var b struct {
		Entry []struct{ Response struct{ Status string } }
	}
	if err := json.Unmarshal(rec.Body.Bytes(), &b); err != nil || rec.Code != 200 {
		t.Fatalf("%d %v %s", rec.Code, err, rec.Body)
	}
	var got []string
	for _, e := range b.Entry {
		got = append(got, e.Response.Status)
	}
	if want := "200 OK|201 Created|204 No Content"; strings.Join(got, "|") != want {
		t.Errorf("%q, want %q", got, want)
	}
}
