package rest

import "testing"

func TestDelete(t *testing.T) {
	const path = "/fhir/Patient/" + boris
	run(t, nil, []scenario{
		{name: "plain", method: "DELETE", url: path, status: 204},
		{name: "outcome", method: "DELETE", url: path, headers: headers{"Prefer": "return=OperationOutcome"}, status: 200, contains: []string{"is deleted"}},
		{name: "right version", method: "DELETE", url: path, headers: headers{"If-Match": `W/"1"`}, status: 204},
		{name: "other version", method: "DELETE", url: path, headers: headers{"If-Match": `W/"2"`}, status: 412},
		{name: "malformed version", method: "DELETE", url: path, headers: headers{"If-Match": `W/1`}, status: 400},
		{name: "not there", method: "DELETE", url: "/fhir/Patient/x", status: 404},
		{name: "in use", method: "DELETE", url: "/fhir/Patient/head", status: 409, contains: []string{`"code":"conflict"`}},
		{name: "no right", method: "DELETE", url: "/fhir/Location/loc1", headers: headers{"X-User": "clerk"}, status: 403},
	})
	w := newWorld(t, nil)
	for i := 0; i < 2; i++ {
		if rec := w.do("DELETE", path, nil, ""); rec.Code != 204 {
			t.Errorf("delete %d answers %d", i+1, rec.Code)
		}
	}
}
