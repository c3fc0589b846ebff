package rest

import (
	"net/http"
	"strings"
	"testing"
)

func TestHistory(t *testing.T) {
	w := newWorld(t, nil)
	const path = "/fhir/Patient/" + anna
	w.do("PUT", path, asJSON, `{"resourceType":"Patient","id":"`+anna+`","gender":"other"}`)
	w.do("DELETE", path, nil, "")

	rec := w.do("GET", path+"/_history", nil, "")
	b := bundleOf(t, rec)
	if b.Type != "history" || *b.Total != 3 || len(b.Entry) != 3 {
		t.Fatalf("%s", rec.Body)
	}
	body := rec.Body.String()
	for _, part := range []string{
		`"request":{"method":"DELETE","url":"Patient/` + anna + `"},"response":{"status":"204","etag":"W/\"3\"","lastModified":"2024-03-01T10:00:04.500Z"}`,
		`"request":{"method":"PUT","url":"Patient/` + anna + `"},"response":{"status":"200","etag":"W/\"2\""`,
		`"request":{"method":"POST","url":"Patient"},"response":{"status":"201","etag":"W/\"1\""`,
		`"fullUrl":"https://example.org/fhir/Patient/` + anna + `"`,
	} {
		if !strings.Contains(body, part) {
			t.Errorf("no %s in %s", part, body)
		}
	}
	if b.Entry[0].Resource.ID != "" || b.Entry[1].Resource.ID != anna {
		t.Errorf("%s", body)
	}
	for _, format := range []string{"xml", "json&_pretty=true"} {
		rec := w.do("GET", path+"/_history?_format="+format, nil, "")
		if rec.Code != http.StatusOK || !contains(rec.Body.String(), "DELETE", "2024-03-01T10:00:04.500Z") {
			t.Errorf("%d %s", rec.Code, rec.Body)
		}
		checkBody(t, rec, "GET")
	}

	var seen []string
	for url := path + "/_history?_count=1&_pretty=false"; url != ""; {
		rec := w.do("GET", strings.TrimPrefix(url, "https://example.org"), nil, "")
		seen = append(seen, bundleOf(t, rec).Entry[0].Resource.ID)
		if len(seen) == 2 && (linkOf(t, rec, "previous") != "https://example.org"+path+"/_history?_count=1&_pretty=false" || linkOf(t, rec, "self") != url) {
			t.Errorf("links: %s", rec.Body)
		}
		url = linkOf(t, rec, "next")
	}
	if len(seen) != 3 {
		t.Errorf("paging saw %v", seen)
	}
	rec = w.do("GET", path+"/_history?_since=2024-03-01T10:00:03.500Z", nil, "")
	if len(bundleOf(t, rec).Entry) != 2 {
		t.Errorf("since: %s", rec.Body)
	}
	run(t, nil, []scenario{
		{name: "unknown instance", method: "GET", url: "/fhir/Patient/x/_history", status: 404},
		{name: "head", method: "HEAD", url: path + "/_history", status: 200},
		{name: "total alone", method: "GET", url: path + "/_history?_count=0", status: 200, contains: []string{`"total":1`}, absent: []string{`"entry"`}},
		{name: "bad count", method: "GET", url: path + "/_history?_count=-1", status: 400, contains: []string{"_count"}},
		{name: "bad since", method: "GET", url: path + "/_history?_since=yesterday", status: 400, contains: []string{"_since"}},
		{name: "bad cursor", method: "GET", url: path + "/_history?_cursor=x", status: 400, contains: []string{"_cursor"}},
		{name: "unknown parameter", method: "GET", url: path + "/_history?_what=2024", status: 400, contains: []string{"_what"}},
		{name: "unknown parameter, lenient", method: "GET", url: path + "/_history?_what=2024", headers: headers{"Prefer": "handling=lenient"}, status: 200, absent: []string{"_what"}},
		{name: "write", method: "POST", url: path + "/_history", status: 405},
	})
}
