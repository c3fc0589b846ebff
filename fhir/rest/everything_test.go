package rest

import (
	"fmt"
	"strings"
	"testing"
)

// centered makes Patient the center of claims and answers.
type centered struct{ *memory }

func (centered) Around() []Around {
	return []Around{
		{Type: "Claim", Params: []string{"patient"}, Date: "created"},
		{Type: "Observation", Params: []string{"subject"}},
		{Type: "Group", Params: []string{"member"}},
	}
}

func withCenter(b *Base) { b.Types[0] = centered{b.Types[0].(*memory)} }

func TestEverything(t *testing.T) {
	const one = "/fhir/Patient/" + anna + "/$everything"
	parameters := func(parts string) string { return `{"resourceType":"Parameters","parameter":[` + parts + `]}` }
	run(t, withCenter, []scenario{
		{name: "with what is referred to", method: "GET", url: one + "?_type=Patient,Claim,Organization,Location", status: 200,
			contains: []string{`"type":"searchset"`, `"fullUrl":"https://example.org/fhir/Claim/c2"`, `"Organization","id":"org1"`, `"Location","id":"loc1"`, `"mode":"include"`}, absent: []string{`"total"`, boris}},
		{name: "xml", method: "GET", url: one + "?_type=Patient&_format=xml", status: 200, contains: []string{`<fullUrl value="https://example.org/fhir/Patient/` + anna + `"/>`}, absent: []string{"Claim"}},
		{name: "posted", method: "POST", url: one, headers: asJSON, body: parameters(`{"name":"_type","valueCode":"Claim"},{"name":"_type","valueCode":"Location"},{"name":"_count","valueInteger":1}`), status: 200,
			contains: []string{"Claim/c1", "Location/loc1", "$everything?_count=1&_type=Claim%2CLocation&_cursor=Claim.1"}, absent: []string{"Claim/c2", `"id":"org1"`}},
		{name: "what may not be seen", method: "GET", url: one + "?_type=Patient,Claim,Location", headers: headers{"X-User": "clerk"}, status: 200,
			contains: []string{"OperationOutcome", "resources of the type Location are left out", `"mode":"outcome"`}, absent: []string{"loc1\",\"name"}},
		{name: "nothing changed since", method: "GET", url: one + "?_type=Patient&_since=2024-05-01T00:00:00Z", status: 200, absent: []string{"entry"}},
		{name: "nobody", method: "GET", url: "/fhir/Patient/nobody/$everything", status: 404},
		{name: "not signed in", method: "GET", url: one, headers: headers{"X-User": "nobody"}, status: 401},
		{name: "wrong day", method: "GET", url: one + "?start=2024-02-30", status: 400, contains: []string{`"expression":["start"]`}},
		{name: "wrong moment", method: "GET", url: one + "?_since=yesterday", status: 400, contains: []string{`"expression":["_since"]`}},
		{name: "wrong type", method: "GET", url: one + "?_type=Claim,Nonsense", status: 400, contains: []string{`"expression":["_type"]`}},
		{name: "wrong count", method: "GET", url: one + "?_count=0", status: 400, contains: []string{`"expression":["_count"]`}},
		{name: "wrong place", method: "GET", url: one + "?_cursor=Patient.1", status: 400, contains: []string{`"expression":["_cursor"]`}},
		{name: "unknown parameter", method: "GET", url: one + "?_sort=x", status: 400, contains: []string{`"expression":["_sort"]`}},
		{name: "another resource", method: "POST", url: one, headers: asJSON, body: `{"resourceType":"Patient"}`, status: 400, contains: []string{`"expression":["resource"]`}},
		{name: "a very long value", method: "POST", url: one, headers: asJSON, body: parameters(`{"name":"start","valueDate":"` + strings.Repeat("9", 1<<20) + `"}`), status: 400, contains: []string{"Parameters.parameter[0].valueDate"}},
		{name: "a very long type", method: "POST", url: one, headers: asJSON, body: parameters(`{"name":"_type","valueCode":"` + strings.Repeat("A", 1<<20) + `"}`), status: 400, contains: []string{`"expression":["_type"]`}},
		{name: "declared", method: "GET", url: "/fhir/metadata", status: 200, contains: []string{`{"name":"everything","definition":"http://hl7.org/fhir/OperationDefinition/Patient-everything"`}},
	})
}

// Whatever the size of the pages, all of it comes, once each, and no page is empty; the
// number of searches does not depend on how much is found.
func TestEverythingByPages(t *testing.T) {
	for _, all := range []bool{false, true} {
		for count := 1; count <= 12; count++ {
			w := newWorld(t, withCenter)
			for i := range 8 {
				w.claims.put(claim(fmt.Sprintf("d%d", i), anna))
			}
			target, want := "/fhir/Patient/"+anna+"/$everything", 11
			if all {
				target, want = "/fhir/Patient/$everything", 12
			}
			seen := map[string]int{}
			for url, page := fmt.Sprintf("%s?_type=Patient,Claim&_count=%d", target, count), 0; url != ""; page++ {
				rec := w.do("GET", url, nil, "")
				entries := bundleOf(t, rec).Entry
				if len(entries) == 0 || len(entries) > count || page > 12 {
					t.Fatalf("page %d of %d has %d entries", page, count, len(entries))
				}
				for _, e := range entries {
					seen[e.Resource.ID]++
				}
				url = linkOf(t, rec, "next")
			}
			if len(seen) != want {
				t.Errorf("%d resources by pages of %d, want %d", len(seen), count, want)
			}
			for id, times := range seen {
				if times != 1 {
					t.Errorf("%s is there %d times", id, times)
				}
			}
		}
	}
	w := newWorld(t, withCenter)
	w.do("GET", "/fhir/Patient/"+anna+"/$everything?_type=Claim,Location,Organization", nil, "")
	few := w.claims.searches + w.locations.batches + w.organizations.batches
	for i := range 30 {
		w.claims.put(claim(fmt.Sprintf("d%d", i), anna))
	}
	w.do("GET", "/fhir/Patient/"+anna+"/$everything?_type=Claim,Location,Organization&_count=100", nil, "")
	if many := w.claims.searches + w.locations.batches + w.organizations.batches - few; many != few || few == 0 {
		t.Errorf("%d calls for two claims, %d for thirty more", few, many)
	}
}
