package rest

import (
	"net/http"
	"strings"
	"testing"
)

// older is a base for clients that were written before it.
func older(b *Base) {
	b.Path, b.URL, b.Count = "/api/old", "https://example.org/api/old", 10
	b.Habits = Habits{
		TrailingSlash: true, PageParam: "page-offset", CountFallback: true, AnswerOne: []string{"identifier"},
		CodeIDs: "identifier", LenientDecoding: true, CreateAnswers: map[string]string{"Claim": "ClaimResponse"},
		EmptyEntry: true, Ignored: []string{"contained"}, IgnoreUnknown: true, PlainJSON: true,
	}
}

func TestHabits(t *testing.T) {
	run(t, older, []scenario{
		{name: "slash", method: "GET", url: "/api/old/Patient/" + anna + "/", status: 200, header: headers{"Content-Type": "application/json; charset=utf-8"}},
		{name: "no slash", method: "GET", url: "/api/old/Patient/" + anna, status: 200},
		{name: "fhir json when asked", method: "GET", url: "/api/old/Patient/" + anna, headers: headers{"Accept": "application/fhir+json"}, status: 200, header: headers{"Content-Type": "application/fhir+json; charset=utf-8"}},
		{name: "format json", method: "GET", url: "/api/old/Patient/?_format=json", status: 200, header: headers{"Content-Type": "application/json; charset=utf-8"}},
		{name: "search with slash", method: "GET", url: "/api/old/Patient/?gender=male", status: 200, contains: []string{boris}, absent: []string{anna}},
		{name: "metadata with slash", method: "GET", url: "/api/old/metadata/", status: 200, contains: []string{"https://example.org/api/old"}},
		{name: "empty entry", method: "GET", url: "/api/old/Patient/?gender=other", status: 200, contains: []string{`"entry":[]`}},
		{name: "empty entry, xml", method: "GET", url: "/api/old/Patient/?gender=other&_format=xml", status: 200, absent: []string{`<entry`}},
		{name: "one by identifier", method: "GET", url: "/api/old/Patient/?identifier=A1", status: 200, header: headers{"ETag": `W/"1"`}, contains: []string{`{"resourceType":"Patient"`}, absent: []string{"Bundle"}},
		{name: "none by identifier", method: "GET", url: "/api/old/Patient/?identifier=ZZ", status: 200, contains: []string{"Bundle", `"entry":[]`}},
		{name: "unknown parameter", method: "GET", url: "/api/old/Patient/?foo=1&contained=1&gender=male", status: 200, contains: []string{boris}, absent: []string{"outcome", "foo"}},
		{name: "bad value of a known parameter", method: "GET", url: "/api/old/Patient/?birthdate=x", status: 400, contains: []string{`"details":{"text":`}},
		{name: "empty parameter", method: "GET", url: "/api/old/Patient/?identifier=&gender=male", status: 200, contains: []string{boris}, absent: []string{anna}},
		{name: "zero count", method: "GET", url: "/api/old/Patient/?_count=0", status: 200, contains: []string{anna, boris}},
		{name: "silly count", method: "GET", url: "/api/old/Patient/?_count=many", status: 200, contains: []string{anna, boris}},
		{name: "by code", method: "GET", url: "/api/old/Patient/A1/", status: 200, contains: []string{anna}},
		{name: "by unknown code", method: "GET", url: "/api/old/Patient/ZZ/", status: 404},
		{name: "by code with a slash", method: "GET", url: "/api/old/Patient/Z%2FZ/", status: 404},
		{name: "control character in a code", method: "GET", url: "/api/old/Patient/Z%00Z/", status: 404},
		{name: "method not offered", method: "TRACE", url: "/api/old/Patient/", status: 405, header: headers{"Allow": "GET, HEAD, POST, PUT, PATCH, DELETE"}},
		{name: "unknown type", method: "GET", url: "/api/old/Device/", status: 404},
		{name: "page behind the last", method: "GET", url: "/api/old/Patient/?page-offset=9", status: 200, contains: []string{`"entry":[]`, `"total":2`}},
		{name: "page zero", method: "GET", url: "/api/old/Patient/?page-offset=0", status: 400, contains: []string{"page-offset"}},
		{name: "update by code", method: "PUT", url: "/api/old/Patient/A1/", body: `{"resourceType":"Patient","id":"A1","gender":"other"}`, status: 200, contains: []string{anna, `"other"`}},
		{name: "update without id", method: "PUT", url: "/api/old/Patient/A1/", body: `{"resourceType":"Patient","gender":"other","unheard":1}`, status: 200, contains: []string{anna, `"other"`}},
		{name: "update with another id", method: "PUT", url: "/api/old/Patient/A1/", body: `{"resourceType":"Patient","id":"B1"}`, status: 400},
		{name: "lenient body, strict asked", method: "POST", url: "/api/old/Patient/", headers: headers{"Prefer": "handling=strict"}, body: `{"resourceType":"Patient","unheard":1}`, status: 400},
		{name: "not signed in", method: "GET", url: "/api/old/Patient/", headers: headers{"X-User": "nobody"}, status: 401, contains: []string{`"details":{"text":"sign in first"}`}},
	})
}

func TestCreateAnsweredWithAnotherType(t *testing.T) {
	w := newWorld(t, older)
	w.responses.put(`{"resourceType":"ClaimResponse","id":"new3","status":"active","type":{"text":"x"},"use":"claim","patient":{"display":"x"},
		"created":"2024-03-01","insurer":{"display":"x"},"outcome":"complete","total":[{"category":{"text":"submitted"},"amount":{"value":10.50}}]}`)
	rec := w.do("POST", "/api/old/Claim/", nil, strings.Replace(claim("c9", anna), `"c9"`, `"c9","unheard":true`, 1))
	if rec.Code != http.StatusCreated || !contains(rec.Body.String(), `{"resourceType":"ClaimResponse","id":"new3"`, `10.50`) {
		t.Fatalf("%d %s", rec.Code, rec.Body)
	}
	if got := rec.Header().Get("Location"); got != "https://example.org/api/old/Claim/new3/_history/1" {
		t.Errorf("Location %s", got)
	}
}

func TestNumberedPages(t *testing.T) {
	w := newWorld(t, older)
	for i := range 25 {
		w.patients.put(`{"resourceType":"Patient","id":"` + strings.Repeat("p", i+1) + `","gender":"other"}`)
	}
	seen, pages := 0, 0
	for url := example + "/api/old/Patient?gender=other"; url != ""; pages++ {
		rec := w.do("GET", strings.TrimPrefix(url, example), nil, "")
		seen += len(bundleOf(t, rec).Entry)
		if got := linkOf(t, rec, "self"); got != url {
			t.Errorf("self %s, asked %s", got, url)
		}
		if got := linkOf(t, rec, "previous"); (got != "") != (pages > 0) {
			t.Errorf("page %d, previous %q", pages, got)
		}
		url = linkOf(t, rec, "next")
	}
	if pages != 3 || seen != 25 {
		t.Errorf("%d pages, %d entries", pages, seen)
	}
}

func TestSeveralOfOneCode(t *testing.T) {
	w := newWorld(t, older)
	w.patients.put(`{"resourceType":"Patient","id":"twin","identifier":[{"value":"A1"}]}`)
	if rec := w.do("GET", "/api/old/Patient/A1/", nil, ""); rec.Code != http.StatusConflict {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
	if b := bundleOf(t, w.do("GET", "/api/old/Patient/?identifier=A1", nil, "")); len(b.Entry) != 2 {
		t.Errorf("%+v", b)
	}
}
