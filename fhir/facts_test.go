package fhir_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"testing"
	"time"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
)

func TestDefinitions(t *testing.T) {
	if n := len(fhir.ResourceTypes()); n != 146 { // and the abstract Resource and DomainResource make 148
		t.Errorf("%d resource types", n)
	}
	e, typ := fhir.ElementAt("Claim.item.detail.subDetail.unitPrice")
	if e == nil || typ.Name != "Money" || e.List() || e.Summary {
		t.Errorf("unitPrice: %+v of %v", e, typ)
	}
	e, typ = fhir.ElementAt("Patient.deceasedDateTime")
	if e == nil || !e.Choice || !e.Modifier || typ.Name != "dateTime" {
		t.Errorf("deceased: %+v of %v", e, typ)
	}
	if e, _ = fhir.ElementAt("Bundle.entry.link.relation"); e == nil || e.Min != 1 {
		t.Errorf("a content reference is not followed: %+v", e)
	}
	if e, _ = fhir.ElementAt("Patient.generalPractitioner"); e == nil || !reflect.DeepEqual(e.Types[0].Targets, []string{"Organization", "Practitioner", "PractitionerRole"}) {
		t.Errorf("targets: %+v", e)
	}
	if e, _ = fhir.ElementAt("Patient.name.nothing"); e != nil {
		t.Errorf("an element that is not there: %+v", e)
	}
	if fhir.IsResourceType("HumanName") || fhir.IsResourceType("Resource") || !fhir.IsResourceType("Claim") {
		t.Error("resource types are not told from others")
	}
}

func TestParseDateTime(t *testing.T) {
	tests := []struct {
		text, low, high string
		dateOnly, bad   bool
	}{
		{text: "2024", low: "2024-01-01T00:00:00Z", high: "2025-01-01T00:00:00Z", dateOnly: true},
		{text: "2024-02", low: "2024-02-01T00:00:00Z", high: "2024-03-01T00:00:00Z", dateOnly: true},
		{text: "2024-02-29", low: "2024-02-29T00:00:00Z", high: "2024-03-01T00:00:00Z", dateOnly: true},
		{text: "2024-12-31T23:59", low: "2024-12-31T23:59:00Z", high: "2025-01-01T00:00:00Z"},
		{text: "2024-01-01T10:00:00+03:00", low: "2024-01-01T07:00:00Z", high: "2024-01-01T07:00:01Z"},
		{text: "2024-01-01T10:00:00.25Z", low: "2024-01-01T10:00:00.25Z", high: "2024-01-01T10:00:00.26Z"},
		{text: "2024-01-01T10:00:00.123456789123Z", low: "2024-01-01T10:00:00.123456789Z", high: "2024-01-01T10:00:00.12345679Z"},
		{text: "2016-12-31T23:59:60Z", low: "2017-01-01T00:00:00Z", high: "2017-01-01T00:00:01Z"},
		{text: "2023-02-29", bad: true}, {text: "2024-13", bad: true}, {text: "2024-00-01", bad: true}, {text: "0000", bad: true},
		{text: "24", bad: true}, {text: "2024-1-1", bad: true}, {text: "2024-01-01T", bad: true}, {text: "2024-01-01T24:00:00Z", bad: true},
		{text: "2024-01-01T10:00:00+15:00", bad: true}, {text: "2024-01-01 10:00", bad: true}, {text: "", bad: true}, {text: "2024-01-01T10:00:00.Z", bad: true},
	}
	for _, test := range tests {
		low, high, dateOnly, err := fhir.ParseDateTime(test.text)
		if test.bad {
			if err == nil {
				t.Errorf("%q is taken for %v", test.text, low)
			}
			continue
		}
		gotLow, gotHigh := low.UTC().Format(time.RFC3339Nano), high.UTC().Format(time.RFC3339Nano)
		if err != nil || gotLow != test.low || gotHigh != test.high || dateOnly != test.dateOnly {
			t.Errorf("%q: %s to %s, date only %v, %v", test.text, gotLow, gotHigh, dateOnly, err)
		}
	}
}

func TestCompareDecimals(t *testing.T) {
	tests := []struct {
		a, b  string
		order int
		ok    bool
	}{
		{"1.50", "1.5", 0, true}, {"1E2", "100", 0, true}, {"-1", "1", -1, true}, {"0.1", "0.09", 1, true},
		{"x", "1", 0, false}, {"1e999999999", "1", 0, false}, {"01", "1", 0, false},
	}
	for _, test := range tests {
		if order, ok := fhir.CompareDecimals(test.a, test.b); order != test.order || ok != test.ok {
			t.Errorf("%s and %s: %d, %v", test.a, test.b, order, ok)
		}
	}
}

func TestReferences(t *testing.T) {
	claim := r4.Claim{
		Patient:   r4.Reference{Reference: pointer("Patient/1")},
		Enterer:   &r4.Reference{Display: pointer("no literal")},
		Insurance: []r4.ClaimInsurance{{Coverage: r4.Reference{Reference: pointer("Coverage/1")}}, {}, {Coverage: r4.Reference{Reference: pointer("Coverage/2")}}},
		Item:      []r4.ClaimItem{{LocationReference: &r4.Reference{Reference: pointer("Location/1")}, Udi: []r4.Reference{{Reference: pointer("Device/1")}}}},
	}
	tests := map[string][]string{
		"patient": {"Patient/1"}, "enterer": nil, "insurance.coverage": {"Coverage/1", "Coverage/2"}, "item.location": {"Location/1"},
		"item.locationReference": {"Location/1"}, "item.udi": {"Device/1"}, "facility": nil, "item.productOrService": nil, "created": nil, "nothing.there": nil, "": nil,
	}
	for path, want := range tests {
		for _, typed := range []any{claim, &claim} {
			if got := fhir.References(typed, path); !reflect.DeepEqual(got, want) {
				t.Errorf("%q: %q, want %q", path, got, want)
			}
		}
	}
	if got := fhir.References(nil, "patient"); got != nil {
		t.Errorf("nothing has the references %q", got)
	}
}

func TestOutcome(t *testing.T) {
	cause := errors.New("secret of the database")
	err := core.Join(
		&core.Error{Code: core.Conflict, Message: "it exists already", Path: "Claim.identifier[0]", Cause: cause},
		core.Errorf(core.NotFound, "no such patient"))
	got := encodeJSON(t, &fhir.Resource{Typed: fhir.Outcome(err)})
	sameJSON(t, []byte(`{"resourceType":"OperationOutcome","issue":[
		{"severity":"error","code":"conflict","details":{"text":"it exists already"},"diagnostics":"Claim.identifier[0]: it exists already","expression":["Claim.identifier[0]"]},
		{"severity":"error","code":"not-found","details":{"text":"no such patient"},"diagnostics":"no such patient"}]}`), got)

	codes := map[core.Code]string{
		core.Invalid: "invalid", core.Unauthenticated: "login", core.Forbidden: "forbidden", core.NotFound: "not-found", core.MethodNotAllowed: "not-supported",
		core.NotAcceptable: "not-supported", core.Conflict: "conflict", core.Gone: "deleted", core.PreconditionFailed: "conflict", core.TooLarge: "too-long",
		core.UnsupportedMedia: "not-supported", core.Unprocessable: "business-rule", core.TooMany: "throttled", core.Internal: "exception", core.Unavailable: "transient",
	}
	for code, want := range codes {
		issue := fhir.Outcome(&core.Error{Code: code}).Issue[0]
		if issue.Code.Code() != want || *issue.Details.Text == "" {
			t.Errorf("%s: %s, %q", code, issue.Code.Code(), *issue.Details.Text)
		}
	}
	for body, want := range map[string]string{
		`{"resourceType":"Patient","x":1}`: "structure", `{"resourceType":"Patient","birthDate":"x"}`: "value",
		`{"resourceType":"Patient","gender":"x"}`: "code-invalid", `{"resourceType":"Medication","ingredient":[{"isActive":true}]}`: "required",
	} {
		_, err := fhir.DecodeJSON([]byte(body), fhir.DecodeOptions{})
		issue := fhir.Outcome(err).Issue[0]
		if issue.Code.Code() != want || len(issue.Expression) != 1 {
			t.Errorf("%s: %s at %q", body, issue.Code.Code(), issue.Expression)
		}
		if want == "required" && issue.Expression[0] != "Medication.ingredient[0].item" {
			t.Errorf("%q is no FHIRPath", issue.Expression[0])
		}
	}
	unknown := fhir.Outcome(cause).Issue[0]
	if unknown.Severity != r4.IssueSeverityFatal || unknown.Code != r4.IssueTypeException || *unknown.Details.Text == cause.Error() {
		t.Errorf("a foreign error: %+v", unknown)
	}
	warning := fhir.Warnings(core.Errorf(core.Invalid, "left out")).Issue[0]
	if warning.Severity != r4.IssueSeverityWarning || *warning.Details.Text != "left out" {
		t.Errorf("warning: %+v", warning)
	}
	if _, err := json.Marshal(fhir.Outcome(err)); err != nil {
		t.Error(err)
	}
}

func TestSplitReference(t *testing.T) {
	tests := []struct{ reference, base, typ, id string }{
		{"Patient/1", "", "Patient", "1"},
		{"Patient/1/_history/2", "", "Patient", "1"},
		{"https://example.org/fhir/Patient/a-1/_history/2", "https://example.org/fhir", "Patient", "a-1"},
		{"#org", "", "", ""}, {"urn:uuid:c757873d-ec9a-4326-a141-556f43239520", "", "", ""}, {"", "", "", ""},
		{"Patient/", "", "", ""}, {"/1", "", "", ""}, {"patient/1", "", "", ""}, {"https://example.org", "", "", ""},
	}
	for _, test := range tests {
		base, typ, id := fhir.SplitReference(test.reference)
		if base != test.base || typ != test.typ || id != test.id {
			t.Errorf("%q: %q, %q, %q", test.reference, base, typ, id)
		}
	}
}

func TestEscapesAreRead(t *testing.T) {
	r, err := fhir.DecodeJSON([]byte(`{"resourceType":"Patient","language":"\u0073w","name":[{"text":"\ud83d\ude42 \"\\\/\t\u00e9"}]}`), fhir.DecodeOptions{})
	if err != nil {
		t.Fatal(report(err))
	}
	if p := r.Typed.(*r4.Patient); *p.Language != "sw" || *p.Name[0].Text != "🙂 \"\\/\té" {
		t.Errorf("read as %q, %q", *p.Language, *p.Name[0].Text)
	}
}
