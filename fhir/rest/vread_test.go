package rest

import "testing"

func TestVRead(t *testing.T) {
	w := newWorld(t, nil)
	const path = "/fhir/Patient/" + anna
	w.do("PUT", path, asJSON, `{"resourceType":"Patient","id":"`+anna+`","gender":"other"}`)
	w.do("DELETE", path, nil, "")
	for _, c := range []struct {
		version string
		headers headers
		status  int
		text    string
	}{
		{"1", nil, 200, `"gender":"female"`},
		{"2", nil, 200, `"gender":"other"`},
		{"2", headers{"Accept": "text/xml"}, 200, `<gender value="other"/>`},
		{"2", headers{"If-None-Match": `W/"2"`}, 304, ""},
		{"3", nil, 410, "deletion"},
		{"4", nil, 404, "no version"},
		{"a%20b", nil, 404, "no version"},
	} {
		rec := w.do("GET", path+"/_history/"+c.version, c.headers, "")
		if rec.Code != c.status || !contains(rec.Body.String(), c.text) {
			t.Errorf("version %s: %d %s", c.version, rec.Code, rec.Body)
		}
		if c.status == 200 && rec.Header().Get("ETag") != `W/"`+c.version+`"` {
			t.Errorf("version %s: %v", c.version, rec.Header())
		}
		checkBody(t, rec, "GET")
	}
	run(t, nil, []scenario{
		{name: "delete of a version", method: "DELETE", url: path + "/_history/1", status: 405, header: headers{"Allow": "GET, HEAD"}},
		{name: "not offered", method: "GET", url: "/fhir/ClaimResponse/1/_history/1", status: 404},
	})
}
