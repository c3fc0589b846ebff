package rest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/labstack/echo/v4"
)

// discard is an answer nobody reads.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }
func (d *discard) WriteHeader(int)             {}

func serve(b *testing.B, e *echo.Echo, url string) {
	r := httptest.NewRequest(http.MethodGet, url, nil)
	r.Header.Set("Accept", "application/fhir+json")
	d := &discard{header: http.Header{}}
	b.ReportAllocs()
	for b.Loop() {
		clear(d.header)
		e.ServeHTTP(d, r)
	}
}

// BenchmarkRead is one read through the engine, the type answering from memory.
func BenchmarkRead(b *testing.B) {
	serve(b, newWorld(b, nil).echo, "/fhir/Patient/"+anna)
}

// BenchmarkReadFloor is echo writing the same bytes.
func BenchmarkReadFloor(b *testing.B) {
	body := newWorld(b, nil).do("GET", "/fhir/Patient/"+anna, nil, "").Body.Bytes()
	e := echo.New()
	e.GET("/fhir/Patient/:id", func(c echo.Context) error { return c.Blob(200, "application/fhir+json", body) })
	serve(b, e, "/fhir/Patient/"+anna)
}

// BenchmarkSearch100 is a page of a hundred, the type answering from memory.
func BenchmarkSearch100(b *testing.B) {
	w := newWorld(b, nil)
	for i := range 100 {
		w.claims.put(claim(fmt.Sprintf("x%d", i), anna))
	}
	serve(b, w.echo, "/fhir/Claim?_count=100&_total=none")
}
