package rest

import (
	"net/http"
	"testing"
)

func TestRead(t *testing.T) {
	const path = "/fhir/Patient/" + anna
	run(t, nil, []scenario{
		{name: "json", method: "GET", url: path, status: 200,
			header:   headers{"Content-Type": "application/fhir+json; charset=utf-8", "ETag": `W/"1"`, "Last-Modified": "Fri, 01 Mar 2024 10:00:01 GMT"},
			contains: []string{`{"resourceType":"Patient","id":"` + anna + `"`, `"versionId":"1"`, `"lastUpdated":"2024-03-01T10:00:01.500Z"`}},
		{name: "xml", method: "GET", url: path, headers: headers{"Accept": "application/fhir+xml"}, status: 200,
			header: headers{"Content-Type": "application/fhir+xml; charset=utf-8"}, contains: []string{`<Patient xmlns="http://hl7.org/fhir">`, `<versionId value="1"/>`}},
		{name: "head", method: "HEAD", url: path, status: 200, header: headers{"ETag": `W/"1"`}},
		{name: "pretty", method: "GET", url: path + "?_pretty=true", status: 200, contains: []string{"\n  \"id\": \""}},
		{name: "pretty xml", method: "GET", url: path + "?_pretty=true&_format=xml", status: 200, contains: []string{"\n  <id value="}},
		{name: "bad pretty", method: "GET", url: path + "?_pretty=very", status: 400, contains: []string{`"expression":["_pretty"]`}},
		{name: "unknown", method: "GET", url: "/fhir/Patient/x", status: 404, contains: []string{`"code":"not-found"`}},
		{name: "no id at all", method: "GET", url: "/fhir/Patient/a_b", status: 404},
		{name: "id with encoded slash", method: "GET", url: "/fhir/Patient/a%2Fb", status: 404},
		{name: "id with control character", method: "GET", url: "/fhir/Patient/a%00b", status: 404},
		{name: "bad query", method: "GET", url: path + "?a=%zz", status: 400},
		{name: "elements", method: "GET", url: path + "?_elements=gender", status: 200, contains: []string{"female", "SUBSETTED"}, absent: []string{"birthDate"}},
		{name: "bad elements", method: "GET", url: path + "?_elements=a.b", status: 400},
		{name: "summary", method: "GET", url: path + "?_summary=data", status: 200, contains: []string{"SUBSETTED"}},
		{name: "summary count", method: "GET", url: path + "?_summary=count", status: 400},
		{name: "etag", method: "GET", url: path, headers: headers{"If-None-Match": `"7", W/"1"`}, status: 304, header: headers{"ETag": `W/"1"`}},
		{name: "any etag", method: "GET", url: path, headers: headers{"If-None-Match": `*`}, status: 304},
		{name: "older etag wins over date", method: "GET", url: path, headers: headers{"If-None-Match": `W/"0"`, "If-Modified-Since": "Fri, 01 Mar 2030 10:00:01 GMT"}, status: 200},
		{name: "not modified since", method: "GET", url: path, headers: headers{"If-Modified-Since": "Fri, 01 Mar 2024 10:00:01 GMT"}, status: 304},
		{name: "modified since", method: "GET", url: path, headers: headers{"If-Modified-Since": "Fri, 01 Mar 2024 10:00:00 GMT"}, status: 200},
		{name: "date nobody can read", method: "GET", url: path, headers: headers{"If-Modified-Since": "yesterday"}, status: 200},
		{name: "not signed in", method: "GET", url: path, headers: headers{"X-User": "nobody"}, status: 401,
			header: headers{"WWW-Authenticate": `Basic realm="FHIR", charset="UTF-8"`}, contains: []string{`"code":"login"`}},
		{name: "no right", method: "GET", url: "/fhir/Location/loc1", headers: headers{"X-User": "clerk"}, status: 403, contains: []string{`"code":"forbidden"`}},
		{name: "type of R4 not here", method: "GET", url: "/fhir/Device/1", status: 404, contains: []string{"not supported here"}},
		{name: "no type", method: "GET", url: "/fhir/patient/" + anna, status: 404, contains: []string{"no resource type"}},
		{name: "trailing slash", method: "GET", url: path + "/", status: 404},
		{name: "method not offered", method: "POST", url: path, status: 405, header: headers{"Allow": "GET, HEAD, PUT, PATCH, DELETE"}, contains: []string{`"code":"not-supported"`}},
		{name: "method nobody knows", method: "BREW", url: path, status: 405},
		{name: "interaction the type lacks", method: "DELETE", url: "/fhir/ClaimResponse/1", status: 405, header: headers{"Allow": "GET, HEAD"}},
		{name: "read of a type that is only searched", method: "GET", url: "/fhir/Group/1", status: 404},
		{name: "operation", method: "POST", url: path + "/$everything", status: 404},
		{name: "options", method: "OPTIONS", url: path, status: 204, header: headers{"Allow": "GET, HEAD, PUT, PATCH, DELETE"}},
		{name: "panic", method: "GET", url: "/fhir/Patient/panic", status: 500, contains: []string{`"severity":"fatal"`}, absent: []string{"floor"}},
	})
}

func TestPanicIsLoggedWithItsCause(t *testing.T) {
	w := newWorld(t, nil)
	w.do("GET", "/fhir/Patient/panic", nil, "")
	if log := w.log.String(); !contains(log, "a hole in the floor", "memory_test.go") {
		t.Errorf("log: %s", log)
	}
}

func TestReadOfDeleted(t *testing.T) {
	w := newWorld(t, nil)
	w.do("DELETE", "/fhir/Patient/"+boris, nil, "")
	if rec := w.do("GET", "/fhir/Patient/"+boris, nil, ""); rec.Code != http.StatusGone || !contains(rec.Body.String(), `"code":"deleted"`) {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
}
