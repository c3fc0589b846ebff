package rest

import "testing"

func TestNegotiation(t *testing.T) {
	const path = "/fhir/Patient/" + anna
	for _, c := range []struct {
		accept, format, want string // want "" is 406
	}{
		{"", "", "application/fhir+json; charset=utf-8"},
		{"*/*", "", "application/fhir+json; charset=utf-8"},
		{"application/*", "", "application/fhir+json; charset=utf-8"},
		{"text/*", "", "text/json; charset=utf-8"},
		{"application/json", "", "application/json; charset=utf-8"},
		{"text/json", "", "text/json; charset=utf-8"},
		{"application/fhir+json; fhirVersion=4.0", "", "application/fhir+json; charset=utf-8; fhirVersion=4.0"},
		{"application/fhir+json; fhirVersion=3.0", "", ""},
		{"application/fhir+json; fhirVersion=3.0, application/fhir+xml; fhirVersion=4.0", "", "application/fhir+xml; charset=utf-8; fhirVersion=4.0"},
		{"application/fhir+xml", "", "application/fhir+xml; charset=utf-8"},
		{"APPLICATION/XML", "", "application/xml; charset=utf-8"},
		{"text/xml", "", "text/xml; charset=utf-8"},
		{"text/html", "", ""},
		{"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "", "application/xml; charset=utf-8"},
		{"application/fhir+json;q=0.1, application/fhir+xml;q=0.2", "", "application/fhir+xml; charset=utf-8"},
		{"application/fhir+xml, application/fhir+json", "", "application/fhir+xml; charset=utf-8"},
		{"*/*, application/fhir+xml", "", "application/fhir+xml; charset=utf-8"},
		{"application/fhir+json;q=0, */*", "", "application/json; charset=utf-8"},
		{"application/fhir+json;q=2", "", ""},
		{"application/fhir+json;q=x", "", ""},
		{"application/fhir+json;q=NaN", "", ""},
		{",", "", ""},
		{"text/html", "json", "application/fhir+json; charset=utf-8"},
		{"application/fhir+xml", "json", "application/fhir+json; charset=utf-8"},
		{"application/fhir+json", "xml", "application/fhir+xml; charset=utf-8"},
		{"", "text/xml", "text/xml; charset=utf-8"},
		{"", "application/fhir+xml", "application/fhir+xml; charset=utf-8"}, // the + arrives as a space
		{"", "application/fhir%2Bxml", "application/fhir+xml; charset=utf-8"},
		{"", "Application/JSON;fhirVersion=4.0", "application/json; charset=utf-8"},
		{"", "application/json%3BfhirVersion=5.0", ""},
		{"", "ttl", ""},
	} {
		w := newWorld(t, nil)
		url := path
		if c.format != "" {
			url += "?_format=" + c.format
		}
		rec := w.do("GET", url, headers{"Accept": c.accept}, "")
		if c.accept == "" {
			rec = w.do("GET", url, nil, "")
		}
		switch {
		case c.format == "Application/JSON;fhirVersion=4.0": // a bare semicolon is no valid query
			if rec.Code != 400 {
				t.Errorf("%q: %d", c.format, rec.Code)
			}
		case c.want == "" && rec.Code != 406:
			t.Errorf("Accept %q, _format %q: %d", c.accept, c.format, rec.Code)
		case c.want != "" && rec.Header().Get("Content-Type") != c.want:
			t.Errorf("Accept %q, _format %q: %d %q", c.accept, c.format, rec.Code, rec.Header().Get("Content-Type"))
		}
		checkBody(t, rec, "GET")
	}
}

func TestBodyFormat(t *testing.T) {
	const body = `{"resourceType":"Patient","gender":"male"}`
	const asXML = `<Patient xmlns="http://hl7.org/fhir"><gender value="male"/></Patient>`
	for _, c := range []struct {
		contentType, body string
		status            int
	}{
		{"application/fhir+json", body, 201},
		{"application/fhir+json; charset=UTF-8; fhirVersion=4.0", body, 201},
		{"application/json", body, 201},
		{"text/json", body, 201},
		{"application/fhir+xml", asXML, 201},
		{"application/xml", asXML, 201},
		{"text/xml;charset=utf-8", asXML, 201},
		{"application/fhir+json; fhirVersion=3.0", body, 415},
		{"application/json; charset=latin1", body, 415},
		{"", body, 415},
		{"text/plain", body, 415},
		{"application/x-www-form-urlencoded", body, 415},
		{";;", body, 415},
		{"application/fhir+xml", body, 400},
		{"application/fhir+json", asXML, 400},
	} {
		w := newWorld(t, nil)
		h := headers{"Content-Type": c.contentType}
		if c.contentType == "" {
			h = nil
		}
		rec := w.do("POST", "/fhir/Patient", h, c.body)
		if rec.Code != c.status {
			t.Errorf("%q: %d %s", c.contentType, rec.Code, rec.Body)
		}
		checkBody(t, rec, "POST")
	}
}

func TestPrefer(t *testing.T) {
	for _, c := range []struct {
		header string
		want   preferences
	}{
		{"return=minimal", preferences{answer: "minimal"}},
		{`respond-async, RETURN="operationoutcome"; handling=lenient`, preferences{answer: "OperationOutcome", lenient: true, async: true}},
		{"handling=strict", preferences{strict: true}},
		{"return=everything", preferences{}},
		{"return=minimal, return=representation", preferences{answer: "minimal"}},
		{"=;,=,", preferences{}},
	} {
		if got := readPrefer([]string{c.header}); got != c.want {
			t.Errorf("%q: %+v", c.header, got)
		}
	}
}
