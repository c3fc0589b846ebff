package fhir_test

import (
	"encoding/json"
	"os"
	"testing"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/fhir"
)

// benchClaim is an openIMIS claim of about 3 kB.
func benchClaim(b *testing.B) ([]byte, *fhir.Resource) {
	data, err := os.ReadFile("testdata/claim-openimis.json")
	if err != nil {
		b.Fatal(err)
	}
	r, err := fhir.DecodeJSON(data, fhir.DecodeOptions{})
	if err != nil {
		b.Fatal(err)
	}
	compact, err := r.AppendJSON(nil, fhir.EncodeOptions{})
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(compact)))
	b.ReportAllocs()
	return compact, r
}

func BenchmarkClaimStructToJSON(b *testing.B) {
	_, r := benchClaim(b)
	out := &fhir.Resource{Typed: r.Typed}
	buffer := make([]byte, 0, 8192)
	for b.Loop() {
		if _, err := out.AppendJSON(buffer, fhir.EncodeOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkClaimStructToJSONByEncodingJSON(b *testing.B) {
	_, r := benchClaim(b)
	for b.Loop() {
		if _, err := json.Marshal(r.Typed); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkClaimWithResidueToJSON(b *testing.B) {
	_, r := benchClaim(b)
	rendered, err := fhir.ToObject(r.Typed)
	if err != nil {
		b.Fatal(err)
	}
	sent := &fhir.Object{Members: append([]fhir.Member{{Name: "language", Value: "sw"}}, rendered.Members...)}
	out := &fhir.Resource{Typed: r.Typed, Residue: fhir.Diff(rendered, sent, fhir.Keys{})}
	buffer := make([]byte, 0, 8192)
	for b.Loop() {
		if _, err := out.AppendJSON(buffer, fhir.EncodeOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkClaimToXML(b *testing.B) {
	_, r := benchClaim(b)
	out := &fhir.Resource{Typed: r.Typed}
	buffer := make([]byte, 0, 8192)
	for b.Loop() {
		if _, err := out.AppendXML(buffer, fhir.EncodeOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkClaimFromJSON(b *testing.B) {
	data, _ := benchClaim(b)
	for b.Loop() {
		if _, err := fhir.DecodeJSON(data, fhir.DecodeOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkClaimFromJSONByEncodingJSON(b *testing.B) {
	data, _ := benchClaim(b)
	for b.Loop() {
		var claim r4.Claim
		if err := json.Unmarshal(data, &claim); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkClaimFromXML(b *testing.B) {
	_, r := benchClaim(b)
	data, err := r.AppendXML(nil, fhir.EncodeOptions{})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := fhir.DecodeXML(data, fhir.DecodeOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}
