package rest

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// FuzzRequest: whatever is sent, the answer is no 5xx, and every error is an
// OperationOutcome the codec reads.
func FuzzRequest(f *testing.F) {
	f.Add(0, "Patient", "gender=male&_count=1", "*/*", "application/json", `W/"1"`, "return=minimal", "")
	f.Add(1, "Patient", "", "application/fhir+xml;q=0.3, text/*", "application/fhir+json", "*", "handling=lenient", `{"resourceType":"Patient"}`)
	f.Add(2, "Patient/"+anna, "_format=xml&_pretty=true", "", "application/fhir+xml", `"x"`, "", `<Patient xmlns="http://hl7.org/fhir"/>`)
	f.Add(3, "Patient/"+boris, "", "", "", "", "", "")
	f.Add(1, "Patient/_search", "_include=*", "", "application/x-www-form-urlencoded", "", "", "identifier=A1&_revinclude=Claim:patient")
	f.Add(0, "Patient/"+anna+"/_history/1", "_elements=a,b", "text/html", "", "W/", "", "")
	f.Add(0, "metadata", "_summary=true", "", "", "", "", "")
	f.Add(0, "Patient/$echo", "word=a&flag=%00", "", "", "", "", "")
	f.Add(1, "Patient/"+anna+"/$move", "", "", "application/fhir+json", "", "", `{"resourceType":"Parameters","parameter":[{"name":"coding","valueCoding":{"code":"c"}},{"name":"number","valueDecimal":1.0}]}`)
	f.Add(1, "Patient/$echo", "", "", "application/fhir+xml", "", "", `<Parameters xmlns="http://hl7.org/fhir"><parameter><name value="patient"/><resource><Patient/></resource></parameter></Parameters>`)
	methods := []string{"GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS"}
	f.Fuzz(func(t *testing.T, method int, path, query, accept, contentType, match, prefer, body string) {
		if strings.HasSuffix(path, "/panic") {
			return
		}
		for _, change := range []func(*Base){withOperations(nil), withOperations(older)} {
			w := newWorld(t, change)
			prefix := w.server.base.Path
			r := httptest.NewRequest(methods[uint(method)%uint(len(methods))], "/", strings.NewReader(body))
			r.URL = &url.URL{Path: prefix + "/" + path, RawQuery: query}
			r.Header = http.Header{"Accept": {accept}, "Content-Type": {contentType}, "If-Match": {match}, "If-None-Match": {match}, "Prefer": {prefer}}
			rec := httptest.NewRecorder()
			w.echo.ServeHTTP(rec, r)
			if rec.Code >= 500 {
				t.Fatalf("%s %s?%s: %d %s\n%s", r.Method, path, query, rec.Code, rec.Body, w.log)
			}
			if strings.Contains(path, "..") || rec.Code < 400 {
				continue // echo itself answers what cannot be under the base
			}
			if strings.HasPrefix(r.URL.Path, prefix+"/") {
				checkBody(t, rec, r.Method)
			}
		}
	})
}
