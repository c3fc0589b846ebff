package rest

import (
	"context"
	"fmt"
	"testing"

	"github.com/openimis/openimis-go/core"
)

func TestIncludes(t *testing.T) {
	const claims = "match Claim/c1, match Claim/c2"
	for _, c := range []struct {
		name, url, user, want string
	}{
		{"one", "Claim?_include=Claim:patient", "", claims + ", include Patient/" + anna},
		{"with target", "Claim?_include=Claim:patient:Patient", "", claims + ", include Patient/" + anna},
		{"absolute reference of this base", "Claim?_include=Claim:provider", "", claims + ", include Organization/org1"},
		{"all", "Claim?_include=Claim:*", "", claims + ", include Patient/" + anna + ", include Organization/org1, include Location/loc1"},
		{"star", "Claim?_include=*", "", claims + ", include Patient/" + anna + ", include Organization/org1, include Location/loc1"},
		{"type the caller may not read", "Claim?_include=Claim:*", "clerk", claims + ", include Patient/" + anna + ", include Organization/org1"},
		{"twice", "Claim?_include=Claim:patient&_include=*&_include=Claim:patient", "", claims + ", include Patient/" + anna + ", include Organization/org1, include Location/loc1"},
		{"back", "Patient?_revinclude=Claim:patient", "", "match Patient/" + anna + ", match Patient/" + boris + ", include Claim/c1, include Claim/c2"},
		{"back, all", "Patient?_revinclude=Claim:*", "", "match Patient/" + anna + ", match Patient/" + boris + ", include Claim/c1, include Claim/c2"},
		{"both ways", "Patient?identifier=A1&_include=Patient:organization&_revinclude=Claim:patient", "", "match Patient/" + anna + ", include Organization/org1, include Claim/c1, include Claim/c2"},
		{"on from what was included", "Claim?_include=Claim:patient&_include:iterate=Patient:organization", "", claims + ", include Patient/" + anna + ", include Organization/org1"},
		{"on from what was included back", "Organization?_revinclude=Patient:organization&_revinclude:iterate=Claim:patient", "", "match Organization/org1, include Patient/" + anna + ", include Claim/c1, include Claim/c2"},
		{"from what nobody included", "Claim?_include:iterate=Patient:organization", "", claims},
		{"nothing found", "Patient?identifier=zz&_include=*&_revinclude=Claim:patient", "", ""},
		{"count only", "Patient?_count=0&_revinclude=Claim:patient", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, nil)
			if got := entriesOf(t, w.do("GET", "/fhir/"+c.url, headers{"X-User": c.user}, "")); got != c.want {
				t.Errorf("\n got %s\nwant %s", got, c.want)
			}
		})
	}
	run(t, nil, []scenario{
		{name: "unknown parameter", method: "GET", url: "/fhir/Claim?_include=Claim:insurer", status: 400, contains: []string{"_include"}},
		{name: "unknown type", method: "GET", url: "/fhir/Patient?_revinclude=Device:patient", status: 400, contains: []string{"_revinclude"}},
		{name: "parameter that points elsewhere", method: "GET", url: "/fhir/Patient?_revinclude=Claim:provider", status: 400},
		{name: "iterate without a type", method: "GET", url: "/fhir/Claim?_include:iterate=*", status: 400, contains: []string{"_include:iterate"}},
		{name: "iterate by another modifier", method: "GET", url: "/fhir/Claim?_include:often=Claim:patient", status: 400},
		{name: "a chain into a type the caller may not search", method: "GET", url: "/fhir/Claim?facility._id=loc1", headers: headers{"X-User": "clerk"}, status: 403},
		{name: "a filter into a type the caller may not search", method: "GET", url: "/fhir/Claim?_filter=facility._id+eq+loc1", headers: headers{"X-User": "clerk"}, status: 403},
		{name: "elements are of the matches", method: "GET", url: "/fhir/Claim?_include=Claim:patient&_elements=status", status: 200, contains: []string{`"birthDate":"1990-05-01"`}, absent: []string{`"facility"`}},
		{name: "xml", method: "GET", url: "/fhir/Claim?_include=Claim:patient&_format=xml", status: 200, contains: []string{`<mode value="include"/>`, `<birthDate value="1990-05-01"/>`}},
	})
}

// TestIncludesCostTheSame counts the calls: one for each type included and each reference
// followed back, whatever the size of the page.
func TestIncludesCostTheSame(t *testing.T) {
	w := newWorld(t, nil)
	for i := range 50 {
		w.patients.put(fmt.Sprintf(`{"resourceType":"Patient","id":"p%d"}`, i))
		w.claims.put(claim(fmt.Sprintf("x%d", i), fmt.Sprintf("p%d", i)))
	}
	w.do("GET", "/fhir/Claim?_include=*&_count=100", nil, "")
	if w.claims.searches != 1 || w.patients.batches != 1 || w.organizations.batches != 1 {
		t.Errorf("include: %d searches, %d and %d batches", w.claims.searches, w.patients.batches, w.organizations.batches)
	}
	w.do("GET", "/fhir/Patient?_revinclude=Claim:patient&_count=100", nil, "")
	if w.patients.searches != 1 || w.claims.searches != 2 {
		t.Errorf("revinclude: %d and %d searches", w.patients.searches, w.claims.searches)
	}
}

func TestRevIncludeSaysWhatItCut(t *testing.T) {
	w := newWorld(t, nil)
	for i := range maxRelated + 5 {
		w.claims.put(claim(fmt.Sprintf("x%d", i), boris))
	}
	rec := w.do("GET", "/fhir/Patient?identifier=B1&_revinclude=Claim:patient", nil, "")
	b := bundleOf(t, rec)
	if len(b.Entry) != 1+maxRelated+1 || b.Entry[len(b.Entry)-1].Search.Mode != "outcome" {
		t.Errorf("%d entries", len(b.Entry))
	}
}

func TestIncludeFailsWithTheAuthorizer(t *testing.T) {
	w := newWorld(t, func(b *Base) {
		b.Authorize = func(_ context.Context, typ string, _ Interaction) error {
			if typ == "Patient" {
				return core.Errorf(core.Unavailable, "the user store is away")
			}
			return nil
		}
	})
	if rec := w.do("GET", "/fhir/Claim?_include=Claim:patient", nil, ""); rec.Code != 503 {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
}
