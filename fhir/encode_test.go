package fhir_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
)

func pointer[T any](v T) *T { return &v }

func TestStructsAreWrittenWithoutTheirFaults(t *testing.T) {
	tests := []struct {
		name  string
		typed any
		want  string
	}{
		{"nothing set", &r4.Patient{}, `{"resourceType":"Patient"}`},
		{"by value", r4.Patient{Active: pointer(false)}, `{"resourceType":"Patient","active":false}`},
		{"one of a choice", &r4.Claim{Status: -1, Use: r4.UseClaim, Diagnosis: []r4.ClaimDiagnosis{{Sequence: 1, DiagnosisCodeableConcept: r4.CodeableConcept{Text: pointer("x")}}}},
			`{"resourceType":"Claim","use":"claim","diagnosis":[{"sequence":1,"diagnosisCodeableConcept":{"text":"x"}}]}`},
		{"empty lists, objects and texts", &r4.Patient{Name: []r4.HumanName{{}, {Given: []string{"", "a"}}, {Family: pointer("")}}, Contact: []r4.PatientContact{{}}, MaritalStatus: &r4.CodeableConcept{}},
			`{"resourceType":"Patient","name":[{"given":["a"]}]}`},
		{"decimals as given", &r4.Patient{Extension: []r4.Extension{{Url: "u", ValueDecimal: pointer(json.Number("1.500"))}}},
			`{"resourceType":"Patient","extension":[{"url":"u","valueDecimal":1.500}]}`},
		{"no escapes but those of JSON", &r4.Patient{Language: pointer("<a>&\u2028\"\\\n\x01é\xff")},
			"{\"resourceType\":\"Patient\",\"language\":\"<a>&\u2028\\\"\\\\\\n\\u0001é\uFFFD\"}"},
		{"a code that does not exist", &r4.Patient{Gender: pointer(r4.AdministrativeGender(99))}, `{"resourceType":"Patient"}`},
		{"an embedded resource", &r4.Bundle{Type: r4.BundleTypeSearchset, Entry: []r4.BundleEntry{{Resource: json.RawMessage(`{"resourceType":"Patient"}`)}, {}}},
			`{"resourceType":"Bundle","type":"searchset","entry":[{"resource":{"resourceType":"Patient"}}]}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := string(encodeJSON(t, &fhir.Resource{Typed: test.typed})); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
			tree, err := fhir.ToObject(test.typed)
			if err != nil {
				t.Fatal(err)
			}
			if got := string(tree.AppendJSON(nil)); got != test.want {
				t.Errorf("as a tree: got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestServersIDAndMeta(t *testing.T) {
	at := time.Date(2026, 3, 4, 5, 6, 7, 8e6, time.FixedZone("", 3*3600))
	typed := &r4.Patient{Id: pointer("old"), Meta: &r4.Meta{VersionId: pointer("1"), Profile: []string{"p"}}, Active: pointer(true)}
	tree := parse(t, `{"resourceType":"Patient","active":true}`)
	tests := []struct {
		name string
		e    fhir.Entry
		o    fhir.EncodeOptions
		want string
	}{
		{"struct", fhir.Entry{ID: "a", VersionID: "v2", LastUpdated: at, Resource: &fhir.Resource{Typed: typed}}, fhir.EncodeOptions{},
			`{"resourceType":"Patient","id":"a","meta":{"versionId":"v2","lastUpdated":"2026-03-04T05:06:07.008+03:00","profile":["p"]},"active":true}`},
		{"tree", fhir.Entry{ID: "a", VersionID: "v2", LastUpdated: at, Resource: &fhir.Resource{Tree: tree}}, fhir.EncodeOptions{},
			`{"resourceType":"Patient","id":"a","meta":{"versionId":"v2","lastUpdated":"2026-03-04T05:06:07.008+03:00"},"active":true}`},
		{"as it is", fhir.Entry{Resource: &fhir.Resource{Typed: typed}}, fhir.EncodeOptions{},
			`{"resourceType":"Patient","id":"old","meta":{"versionId":"1","profile":["p"]},"active":true}`},
		{"residue", fhir.Entry{ID: "a", Resource: &fhir.Resource{Typed: typed, Residue: &fhir.Residue{Patch: parse(t, `{"language":{"+":"sw"},"contained":{"+":[{"resourceType":"Basic"}]}}`)}}}, fhir.EncodeOptions{},
			`{"resourceType":"Patient","id":"a","meta":{"versionId":"1","profile":["p"]},"language":"sw","contained":[{"resourceType":"Basic"}],"active":true}`},
		{"pretty", fhir.Entry{ID: "a", Resource: &fhir.Resource{Tree: tree}}, fhir.EncodeOptions{Pretty: true},
			"{\n  \"resourceType\": \"Patient\",\n  \"id\": \"a\",\n  \"active\": true\n}"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := test.e.AppendJSON([]byte("before "), test.o)
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != "before "+test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
	if *typed.Id != "old" || *typed.Meta.VersionId != "1" || len(tree.Members) != 2 {
		t.Error("writing changed the resource")
	}
	if _, err := (&fhir.Entry{Deleted: true}).AppendJSON(nil, fhir.EncodeOptions{}); core.CodeOf(err) != core.Internal {
		t.Errorf("got %v for an entry without content", err)
	}
}

func TestSummaryAndElements(t *testing.T) {
	tag := `"meta":{"tag":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationValue","code":"SUBSETTED"}]}`
	body := `{"resourceType":"Claim","id":"c","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>"},
		"extension":[{"url":"u","valueCode":"v"}],"status":"active","type":{"text":"t"},"use":"claim","patient":{"reference":"Patient/1"},"created":"2026-01-01",
		"_created":{"id":"k"},"provider":{"reference":"Organization/1"},"priority":{"text":"p"},"insurance":[{"sequence":1,"focal":true,"coverage":{"display":"c"},"businessArrangement":"b"}],
		"item":[{"sequence":1,"productOrService":{"text":"x"}}],"total":{"value":1.0}}`
	mandatory := `"status":"active","type":{"text":"t"},"use":"claim","patient":{"reference":"Patient/1"},"created":"2026-01-01","_created":{"id":"k"},"provider":{"reference":"Organization/1"},"priority":{"text":"p"}`
	insurance := `"insurance":[{"sequence":1,"focal":true,"coverage":{"display":"c"}}]`
	whole := `"insurance":[{"sequence":1,"focal":true,"coverage":{"display":"c"},"businessArrangement":"b"}]`
	text := `"text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>"}`
	tests := []struct {
		name string
		o    fhir.EncodeOptions
		want string
	}{
		{"true", fhir.EncodeOptions{Summary: "true"}, `{"resourceType":"Claim","id":"c",` + tag + `,` + mandatory + `,` + insurance + `}`},
		{"text", fhir.EncodeOptions{Summary: "text"}, `{"resourceType":"Claim","id":"c",` + tag + `,` + text + `,` + mandatory + `,` + whole + `}`},
		{"data", fhir.EncodeOptions{Summary: "data"}, `{"resourceType":"Claim","id":"c",` + tag + `,"extension":[{"url":"u","valueCode":"v"}],` + mandatory + `,` + whole + `,"item":[{"sequence":1,"productOrService":{"text":"x"}}],"total":{"value":1.0}}`},
		{"false", fhir.EncodeOptions{Summary: "false"}, body},
		{"elements", fhir.EncodeOptions{Elements: []string{"total", "unknown"}}, `{"resourceType":"Claim","id":"c",` + tag + `,` + mandatory + `,` + whole + `,"total":{"value":1.0}}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r, err := fhir.DecodeJSON([]byte(body), fhir.DecodeOptions{})
			if err != nil {
				t.Fatal(report(err))
			}
			got, err := r.AppendJSON(nil, test.o)
			if err != nil {
				t.Fatal(err)
			}
			sameJSON(t, []byte(test.want), got)
			r.Tree = nil // the same from the struct, which has no _created
			got, err = r.AppendJSON(nil, test.o)
			if err != nil {
				t.Fatal(err)
			}
			sameJSON(t, []byte(strings.Replace(strings.Replace(test.want, `,"_created":{"id":"k"}`, "", 1), "\n\t\t\"_created\":{\"id\":\"k\"},", "", 1)), got)
		})
	}
	r := &fhir.Resource{Tree: parse(t, `{"resourceType":"Patient","deceasedBoolean":false,"meta":{"tag":[{"code":"SUBSETTED"}]},"name":[{"text":"n"}],"photo":[{"url":"u"}]}`)}
	got, err := r.AppendJSON(nil, fhir.EncodeOptions{Elements: []string{"name"}})
	if err != nil {
		t.Fatal(err)
	}
	sameJSON(t, []byte(`{"resourceType":"Patient","deceasedBoolean":false,"meta":{"tag":[{"code":"SUBSETTED"}]},"name":[{"text":"n"}]}`), got)
}
