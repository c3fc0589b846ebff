package rest

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

const example = "https://example.org"

func TestSearch(t *testing.T) {
	both := []string{anna, boris}
	run(t, nil, []scenario{
		{name: "all", method: "GET", url: "/fhir/Patient", status: 200, header: headers{"Content-Type": "application/fhir+json; charset=utf-8"},
			contains: append(both, `{"resourceType":"Bundle","type":"searchset","total":2,"link":[{"relation":"self","url":"https://example.org/fhir/Patient"}`,
				`"fullUrl":"https://example.org/fhir/Patient/`+anna+`"`, `"search":{"mode":"match"}`, `"versionId":"1"`)},
		{name: "xml", method: "GET", url: "/fhir/Patient?identifier=A1&_format=xml", status: 200, contains: []string{`<Bundle xmlns="http://hl7.org/fhir">`, `<total value="1"/>`, `<mode value="match"/>`, anna}, absent: []string{boris}},
		{name: "pretty", method: "GET", url: "/fhir/Patient?identifier=A1&_pretty=true", status: 200, contains: []string{"\n  \"type\": \"searchset\"", `"versionId": "1"`}},
		{name: "head", method: "HEAD", url: "/fhir/Patient", status: 200},
		{name: "token", method: "GET", url: "/fhir/Patient?gender=male", status: 200, contains: []string{boris}, absent: []string{anna}},
		{name: "date", method: "GET", url: "/fhir/Patient?birthdate=1990", status: 200, contains: []string{anna}, absent: []string{boris}},
		{name: "nothing found", method: "GET", url: "/fhir/Patient?gender=other", status: 200, contains: []string{`"total":0`}, absent: []string{`"entry"`}},
		{name: "nothing found in xml", method: "GET", url: "/fhir/Patient?gender=other&_format=xml", status: 200, contains: []string{`<total value="0"/>`}, absent: []string{`<entry`}},
		{name: "count only", method: "GET", url: "/fhir/Patient?_summary=count", status: 200, contains: []string{`"total":2`}, absent: []string{`"entry"`, "next"}},
		{name: "count zero", method: "GET", url: "/fhir/Patient?_count=0", status: 200, contains: []string{`"total":2`}, absent: []string{`"entry"`}},
		{name: "no total", method: "GET", url: "/fhir/Patient?_total=none", status: 200, contains: both, absent: []string{`"total"`}},
		{name: "elements", method: "GET", url: "/fhir/Patient?_elements=gender", status: 200, contains: []string{"female", "SUBSETTED"}, absent: []string{"birthDate"}},
		{name: "unknown parameter", method: "GET", url: "/fhir/Patient?gendre=male", status: 400, contains: []string{`"expression":["gendre"]`}},
		{name: "two faults", method: "GET", url: "/fhir/Patient?gendre=male&birthdate=x", status: 400, contains: []string{`["gendre"]`, `["birthdate"]`}},
		{name: "lenient", method: "GET", url: "/fhir/Patient?gendre=male&gender=male", headers: headers{"Prefer": "handling=lenient"}, status: 200,
			contains: []string{boris, `"mode":"outcome"`, `{"fullUrl":"urn:uuid:`, `"severity":"warning"`, `"url":"https://example.org/fhir/Patient?gender=male"`}, absent: []string{anna, "gendre=male"}},
		{name: "lenient xml", method: "GET", url: "/fhir/Patient?gendre=male&_format=xml", headers: headers{"Prefer": "handling=lenient"}, status: 200, contains: []string{`<fullUrl value="urn:uuid:`, `<mode value="outcome"/>`}},
		{name: "sql", method: "GET", url: "/fhir/Patient?gender='%20OR%201=1--", status: 200, contains: []string{`"total":0`}},
		{name: "control character", method: "GET", url: "/fhir/Patient?gender=a%00", status: 400},
		{name: "bad encoding", method: "GET", url: "/fhir/Patient?gender=%", status: 400},
		{name: "bad format keeps the default", method: "GET", url: "/fhir/Patient?_format=csv", status: 406},
		{name: "negative count", method: "GET", url: "/fhir/Patient?_count=-1", status: 400, contains: []string{"_count"}},
		{name: "cursor of another server", method: "GET", url: "/fhir/Patient?_cursor=zzz", status: 400, contains: []string{"_cursor"}},
		{name: "not offered", method: "GET", url: "/fhir/ClaimResponse", status: 405},
		{name: "no right", method: "GET", url: "/fhir/Location", headers: headers{"X-User": "clerk"}, status: 403},
		{name: "post", method: "POST", url: "/fhir/Patient/_search", headers: form, body: "gender=male", status: 200, contains: []string{boris, `"url":"https://example.org/fhir/Patient?gender=male"`}, absent: []string{anna}},
		{name: "post with url parameters", method: "POST", url: "/fhir/Patient/_search?gender=male", headers: form, body: "identifier=A1&_format=xml", status: 200, contains: []string{`<total value="0"/>`}},
		{name: "post with fault and format", method: "POST", url: "/fhir/Patient/_search", headers: form, body: "foo=A1&_format=xml", status: 400, contains: []string{`<OperationOutcome`}},
		{name: "post json", method: "POST", url: "/fhir/Patient/_search", headers: asJSON, body: "{}", status: 415},
		{name: "post bad form", method: "POST", url: "/fhir/Patient/_search", headers: form, body: "a=%zz", status: 400},
		{name: "get on _search", method: "GET", url: "/fhir/Patient/_search", status: 405, header: headers{"Allow": "POST"}},
	})
}

func TestPagesWorkAsGiven(t *testing.T) {
	w := newWorld(t, nil)
	for i := range 7 {
		w.patients.put(fmt.Sprintf(`{"resourceType":"Patient","id":"p%d","gender":"other"}`, i))
	}
	seen := map[string]int{}
	pages, last := 0, ""
	for url := example + "/fhir/Patient?gender=other&_count=3&_sort=-birthdate"; url != ""; pages++ {
		rec := w.do("GET", strings.TrimPrefix(url, example), nil, "")
		for _, e := range bundleOf(t, rec).Entry {
			seen[e.Resource.ID]++
		}
		first := linkOf(t, rec, "first")
		if first != example+"/fhir/Patient?_count=3&_sort=-birthdate&gender=other" {
			t.Errorf("first is %s", first)
		}
		if pages > 0 {
			if before := linkOf(t, rec, "previous"); before == "" || before != linkOf(t, rec, "prev") {
				t.Errorf("previous is %q", before)
			}
			if linkOf(t, rec, "self") != url {
				t.Errorf("self is %s, asked was %s", linkOf(t, rec, "self"), url)
			}
		}
		last, url = url, linkOf(t, rec, "next")
	}
	if pages != 3 || len(seen) != 7 {
		t.Errorf("%d pages, %v", pages, seen)
	}
	rec := w.do("GET", strings.TrimPrefix(last, example), nil, "")
	rec = w.do("GET", strings.TrimPrefix(linkOf(t, rec, "previous"), example), nil, "")
	if got := entriesOf(t, rec); got != "match Patient/p3, match Patient/p4, match Patient/p5" {
		t.Errorf("the page before is %s", got)
	}
}

func TestBaseOfTheRequest(t *testing.T) {
	w := newWorld(t, func(b *Base) { b.URL = "" })
	rec := w.do("GET", "http://clinic:8000/fhir/Patient", headers{"X-Forwarded-Host": "evil", "X-Forwarded-Proto": "gopher", "Forwarded": "host=evil"}, "")
	if got := linkOf(t, rec, "self"); got != "http://clinic:8000/fhir/Patient" {
		t.Errorf("self is %s", got)
	}
	rec = w.do("GET", "https://clinic/fhir/Claim?patient=https://clinic/fhir/Patient/"+anna, nil, "")
	if b := bundleOf(t, rec); *b.Total != 2 || b.Entry[0].FullURL != "https://clinic/fhir/Claim/c1" {
		t.Errorf("%s", rec.Body)
	}
	if rec.Code != http.StatusOK {
		t.Error(rec.Code)
	}
}
