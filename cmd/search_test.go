package cmd_test

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/cmd/server"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// found walks a search to its end and gives the ids, and of each the texts at a path.
func found(t *testing.T, s *server.Server, search string, path ...string) map[string][]string {
	t.Helper()
	ids := map[string][]string{}
	next := "/fhir/" + search
	for next != "" {
		w := call{target: next, user: "Admin:admin123"}.on(s)
		var page struct {
			Link  []struct{ Relation, URL string }
			Entry []struct {
				Resource map[string]any
				Search   struct{ Mode string }
			}
		}
		if err := json.Unmarshal(w.Body.Bytes(), &page); err != nil || w.Code != 200 {
			t.Fatalf("%s: %d %v %s", next, w.Code, err, w.Body)
		}
		for _, e := range page.Entry {
			if e.Search.Mode == "match" {
				id, _ := e.Resource["id"].(string)
				ids[id] = textsAt(e.Resource, path)
			}
		}
		next = ""
		for _, l := range page.Link {
			if l.Relation == "next" {
				next = l.URL
			}
		}
	}
	return ids
}

// textsAt gives the texts at a path, through every list on it.
func textsAt(value any, path []string) []string {
	switch v := value.(type) {
	case []any:
		var all []string
		for _, one := range v {
			all = append(all, textsAt(one, path)...)
		}
		return all
	case map[string]any:
		if len(path) > 0 {
			return textsAt(v[path[0]], path[1:])
		}
	case string:
		if len(path) == 0 {
			return []string{v}
		}
	}
	return nil
}

// keysOf gives the keys in order.
func keysOf(m map[string][]string) []string {
	var keys []string
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// Conditions on other resources find what a client finds that fetches both and compares.
func TestChainedSearches(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		claims := found(t, s, "Claim?_count=200", "patient", "reference")
		women := found(t, s, "Patient?gender=female&_count=200")
		active := found(t, s, "Claim?status=active&_count=200", "patient", "reference")
		patients := map[string]int{} // who has the most claims, so that there is something to find
		headID := []string{""}
		for _, patient := range claims {
			id := strings.TrimPrefix(patient[0], "Patient/")
			if patients[id]++; patients[id] > patients[headID[0]] {
				headID[0] = id
			}
		}
		head := found(t, s, "Patient?_id="+headID[0], "identifier", "value")[headID[0]][0]
		if len(headID) != 1 || len(claims) == 0 || len(women) == 0 {
			t.Fatalf("the demo has %d claims, %d women and %d of the number %s", len(claims), len(women), len(headID), head)
		}
		ofWomen := map[string][]string{}
		for id, patient := range claims {
			if _, is := women[strings.TrimPrefix(patient[0], "Patient/")]; is {
				ofWomen[id] = nil
			}
		}
		withClaim := map[string][]string{}
		for _, patient := range active {
			withClaim[strings.TrimPrefix(patient[0], "Patient/")] = nil
		}
		womenWithClaim := map[string][]string{}
		for id := range withClaim {
			if _, is := women[id]; is {
				womenWithClaim[id] = nil
			}
		}
		same := func(search string, want map[string][]string) {
			t.Helper()
			if got := found(t, s, search); len(want) == 0 || !slices.Equal(keysOf(got), keysOf(want)) {
				t.Errorf("%s: %d found, want %d", search, len(got), len(want))
			}
		}
		same("Claim?patient.gender=female&_count=200", ofWomen)
		same("Claim?patient:Patient.gender=female&_count=200", ofWomen)
		same("Claim?_filter="+url.QueryEscape("patient.gender eq female")+"&_count=200", ofWomen)
		same("Patient?_has:Claim:patient:status=active&_count=200", withClaim)
		same("Patient?_has:Claim:patient:status=active&gender=female&_count=200", womenWithClaim)
		same("Patient?_filter="+url.QueryEscape("gender eq female and not (gender eq male)")+"&_count=200", women)
		same("Claim?patient:identifier="+head, found(t, s, "Claim?patient="+headID[0]))
		same("Group?member.identifier="+head, found(t, s, "Group?member="+headID[0]))
		family := keysOf(found(t, s, "Group?member="+headID[0]))
		same("Patient?group.member.identifier="+head+"&_count=200", found(t, s, "Patient?group="+family[0]+"&_count=200"))
		regions, districts := found(t, s, "Location?partof:missing=true"), map[string][]string{}
		for id, parent := range found(t, s, "Location?_count=200", "partOf", "reference") {
			if len(parent) == 1 && slices.Contains(keysOf(regions), strings.TrimPrefix(parent[0], "Location/")) {
				districts[id] = nil
			}
		}
		same("Location?partof.partof:missing=true&partof:missing=false&_count=200", districts)
		facility := keysOf(found(t, s, "Organization?identifier=A1H001"))
		same("Claim?provider.identifier=A1H001&_count=200", found(t, s, "Claim?provider="+facility[0]+"&_count=200"))
		same("Organization?location.name=Amberfield", found(t, s, "Organization?_filter="+url.QueryEscape(`location.name sw "Amberfield"`)))
		same("ClaimResponse?request.patient.gender=female&_count=200", ofWomen)
		same("Claim?visit-type:in="+url.QueryEscape(mapping.Guide+"ValueSet/claim-visit-type")+"&_count=200", claims)
		if none := found(t, s, "Claim?visit-type:not-in="+url.QueryEscape(mapping.Guide+"ValueSet/claim-visit-type")); len(none) != 0 {
			t.Errorf("%d claims have a kind of visit that is none", len(none))
		}
		for search, says := range map[string]string{
			"Claim?patient.nosuch=1":                     "nosuch",
			"Claim?provider.patient=1":                   "patient",
			"Coverage?_has:Claim:patient:status=active":  "refers to Coverage",
			"Claim?visit-type:in=http://nowhere":         "value set",
			"Claim?_filter=patient.gender+like+female":   "like",
			"Patient?_has:Coverage:payor:identifier=1,x": "",
		} {
			w := call{target: "/fhir/" + search, user: "Admin:admin123"}.on(s)
			if says != "" && (w.Code != 400 || !strings.Contains(w.Body.String(), says)) {
				t.Errorf("%s: %d %s", search, w.Code, w.Body)
			}
		}
		// A claim administrator sees the claims of his facility and the people of his
		// district, so a condition on people of elsewhere finds nothing for him.
		mine := readBundle(t, call{target: "/fhir/Claim?patient.gender=female&_summary=count", user: "CA001:claims123"}.on(s)).Total
		if mine > len(ofWomen) {
			t.Errorf("a claim administrator finds %d claims, all together are %d", mine, len(ofWomen))
		}
	})
}
