package rest

import (
	"context"
	"strings"
	"testing"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/fhir"
)

func TestCreate(t *testing.T) {
	const body = `{"resourceType":"Patient","id":"mine","gender":"male"}`
	merged := func(more headers) headers {
		h := headers{"Content-Type": "application/fhir+json"}
		for k, v := range more {
			h[k] = v
		}
		return h
	}
	created := headers{"Location": "https://example.org/fhir/Patient/new3/_history/1", "ETag": `W/"1"`, "Last-Modified": "Fri, 01 Mar 2024 10:00:03 GMT"}
	run(t, nil, []scenario{
		{name: "json", method: "POST", url: "/fhir/Patient", headers: asJSON, body: body, status: 201, header: created,
			contains: []string{`"id":"new3"`, `"gender":"male"`}, absent: []string{"mine"}},
		{name: "xml", method: "POST", url: "/fhir/Patient", headers: asXML, status: 201, header: created,
			body: `<Patient xmlns="http://hl7.org/fhir"><gender value="male"/></Patient>`, contains: []string{`<id value="new3"/>`}},
		{name: "minimal", method: "POST", url: "/fhir/Patient", headers: merged(headers{"Prefer": "return=minimal"}), body: body, status: 201, header: created, absent: []string{"e"}},
		{name: "outcome", method: "POST", url: "/fhir/Patient", headers: merged(headers{"Prefer": "return=OperationOutcome"}), body: body, status: 201, header: created,
			contains: []string{"OperationOutcome", "Patient/new3 was created"}},
		{name: "representation", method: "POST", url: "/fhir/Patient", headers: merged(headers{"Prefer": "return=representation"}), body: body, status: 201, contains: []string{`"gender"`}},
		{name: "unknown element", method: "POST", url: "/fhir/Patient", headers: asJSON, body: `{"resourceType":"Patient","gendre":"male"}`, status: 400, contains: []string{"Patient.gendre"}},
		{name: "unknown element, lenient", method: "POST", url: "/fhir/Patient", headers: merged(headers{"Prefer": "handling=lenient, return=OperationOutcome"}),
			body: `{"resourceType":"Patient","gendre":"male","active":true}`, status: 201, contains: []string{`"warning"`, "gendre"}},
		{name: "other type", method: "POST", url: "/fhir/Patient", headers: asJSON, body: `{"resourceType":"Claim"}`, status: 400},
		{name: "no json", method: "POST", url: "/fhir/Patient", headers: asJSON, body: `{"resourceType":`, status: 400},
		{name: "nothing", method: "POST", url: "/fhir/Patient", headers: asJSON, status: 400, contains: []string{"no body"}},
		{name: "invalid utf-8", method: "POST", url: "/fhir/Patient", headers: asJSON, body: "{\"resourceType\":\"Patient\",\"language\":\"\xff\"}", status: 400},
		{name: "deep", method: "POST", url: "/fhir/Patient", headers: asJSON, body: strings.Repeat(`{"extension":[`, 10000), status: 400},
		{name: "incomplete", method: "POST", url: "/fhir/Claim", headers: asJSON, body: `{"resourceType":"Claim","status":"active"}`, status: 422, contains: []string{"Claim.use"}},
		{name: "not signed in", method: "POST", url: "/fhir/Patient", headers: merged(headers{"X-User": "nobody"}), body: body, status: 401},
		{name: "not offered", method: "POST", url: "/fhir/ClaimResponse", headers: asJSON, body: `{}`, status: 405, header: headers{"Allow": ""}},
	})
	run(t, func(b *Base) { b.MaxBody = 100 }, []scenario{
		{name: "too large by length", method: "POST", url: "/fhir/Patient", headers: asJSON, body: `{"resourceType":"Patient","language":"` + strings.Repeat("x", 100) + `"}`, status: 413, contains: []string{`"too-long"`}},
		{name: "just fits", method: "POST", url: "/fhir/Patient", headers: asJSON, body: body + strings.Repeat(" ", 100-len(body)), status: 201},
	})
}

func TestTooLargeWithoutLength(t *testing.T) {
	w := newWorld(t, func(b *Base) { b.MaxBody = 1000 })
	rec := w.stream("POST", "/fhir/Patient", strings.Repeat("x", 5000))
	if rec.Code != 413 {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
	if rec = w.stream("POST", "/fhir/Patient", `{"resourceType":"Patient","active":true}`+strings.Repeat(" ", 900)); rec.Code != 201 {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
}

// answering is a type that keeps nothing: a create is answered with an instance of another.
type answering struct{ onlySearch }

func (answering) Create(context.Context, *fhir.Resource) (*fhir.Entry, error) {
	return &fhir.Entry{Type: "Claim", ID: "c1", Resource: &fhir.Resource{Typed: &r4.Basic{Code: r4.CodeableConcept{Text: text("x")}}}}, nil
}

func TestCreateLocatesWhatItAnswers(t *testing.T) {
	run(t, func(b *Base) {
		b.Types = append(b.Types, answering{onlySearch{newMemory(Definition{Name: "Basic"}), newMemory(Definition{Name: "Basic"})}})
	}, []scenario{{
		name: "location", method: "POST", url: "/fhir/Basic", headers: asJSON, body: `{"resourceType":"Basic","code":{"text":"x"}}`, status: 201,
		header: headers{"Location": "https://example.org/fhir/Claim/c1"},
	}})
}
