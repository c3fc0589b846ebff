package cmd_test

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/cmd/server"
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/persistence"
)

// origin is what the tests look at in a Provenance.
type origin struct {
	ResourceType, ID, Recorded string
	Target                     []struct{ Reference string }
	Activity                   struct{ Coding []struct{ Code string } }
	Agent                      []struct {
		Who struct {
			Display    string
			Identifier struct{ Value string }
		}
	}
}

func (o *origin) line() string {
	return o.Activity.Coding[0].Code + " by " + o.Agent[0].Who.Display
}

func readOrigins(t *testing.T, w *httptest.ResponseRecorder) (list []origin, next string) {
	t.Helper()
	var b struct {
		Link  []struct{ Relation, URL string }
		Entry []struct{ Resource json.RawMessage }
	}
	if err := json.Unmarshal(w.Body.Bytes(), &b); err != nil || w.Code != 200 {
		t.Fatalf("%d %v %s", w.Code, err, w.Body)
	}
	for _, e := range b.Entry {
		if strings.Contains(string(e.Resource), `"resourceType":"Provenance"`) {
			var o origin
			if err := json.Unmarshal(e.Resource, &o); err != nil {
				t.Fatal(err)
			}
			list = append(list, o)
		}
	}
	for _, l := range b.Link {
		if at, err := url.Parse(l.URL); l.Relation == "next" && err == nil {
			next = at.RequestURI()
		}
	}
	return list, next
}

func linesOf(list []origin) string {
	var lines []string
	for i := range list {
		lines = append(lines, list[i].line())
	}
	return strings.Join(lines, ", ")
}

// Every write of a person has its provenance, who and when, also what the older application
// writes; each names a version that can be read, and can be read itself, in both formats.
func TestProvenanceOfEveryWrite(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		asFHIR := map[string]string{"Content-Type": "application/fhir+json"}
		w := call{method: "POST", target: "/fhir/Patient", user: "EO001:officer123", header: asFHIR, body: `{"resourceType":"Patient","name":[{"family":"Prov","given":["Ann"]}],"gender":"female","birthDate":"1990-01-01"}`}.on(s)
		var made struct{ ID string }
		if err := json.Unmarshal(w.Body.Bytes(), &made); err != nil || w.Code != 201 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		at := "/fhir/Patient/" + made.ID
		if w := (call{method: "PATCH", target: at, user: "Admin:admin123", header: map[string]string{"Content-Type": "application/json-patch+json"}, body: `[{"op":"replace","path":"/gender","value":"male"}]`}).on(s); w.Code != 200 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		err := store.Tx(core.WithPrincipal(t.Context(), core.SystemPrincipal), func(x *persistence.Session) error { // as the older application does
			row, err := persistence.One[persistence.Insuree](x, persistence.UUID(made.ID))
			if err != nil {
				return err
			}
			row.Phone = new(string)
			*row.Phone = "12345678"
			return persistence.Update(x, row)
		})
		if err != nil {
			t.Fatal(err)
		}
		if w := (call{method: "DELETE", target: at, user: "Admin:admin123"}).on(s); w.Code != 204 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		const want = "DELETE by Admin, UPDATE by openIMIS, UPDATE by Admin, CREATE by EO001"
		for _, query := range []string{"target=Patient/" + made.ID, "patient=" + made.ID, "patient=Patient/" + made.ID} {
			list, _ := readOrigins(t, call{target: "/fhir/Provenance?" + query, user: "Admin:admin123"}.on(s))
			if got := linesOf(list); got != want {
				t.Errorf("%s: %s, want %s", query, got, want)
			}
			for i, o := range list {
				status := 200
				if i == 0 {
					status = 410
				}
				if w := (call{target: "/fhir/" + o.Target[0].Reference, user: "Admin:admin123"}).on(s); w.Code != status {
					t.Errorf("%s: %d, want %d", o.Target[0].Reference, w.Code, status)
				}
				w := call{target: "/fhir/Provenance/" + o.ID + "?_format=xml", user: "Admin:admin123"}.on(s)
				if _, err := fhir.DecodeXML(w.Body.Bytes(), fhir.DecodeOptions{}); w.Code != 200 || err != nil || !strings.Contains(w.Body.String(), o.Target[0].Reference) {
					t.Errorf("%s: %d %v %s", o.ID, w.Code, err, w.Body)
				}
			}
		}
		for query, want := range map[string]string{
			"patient=" + made.ID + "&agent=EO001":                    "CREATE by EO001",
			"patient=" + made.ID + "&agent=eo001":                    "CREATE by EO001",
			"patient=" + made.ID + "&agent=nobody":                   "",
			"patient=" + made.ID + "&recorded=lt2000-01-01":          "",
			"patient=" + made.ID + "&recorded=ge2000-01-01&_count=1": "DELETE by Admin",
			"agent=EO001&recorded=ge2000-01-01&_count=1":             "CREATE by EO001",
		} {
			if list, _ := readOrigins(t, call{target: "/fhir/Provenance?" + query, user: "Admin:admin123"}.on(s)); linesOf(list) != want {
				t.Errorf("%s: %s, want %s", query, linesOf(list), want)
			}
		}
	})
}

// Who may not read a type is not told who wrote it, other districts stay out of sight, what
// cannot be asked is named, and _revinclude brings the provenance along.
func TestProvenanceIsAskedFor(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		id := busyPatient(t, s, "CA001:claims123")
		cover := readBundle(t, call{target: "/fhir/Coverage?_count=11", user: "Admin:admin123"}.on(s))
		one, many := cover.Entry[0].Resource.ID, "Coverage/x"
		for _, e := range cover.Entry {
			many += ",Coverage/" + e.Resource.ID
		}
		for _, c := range []struct {
			target, user string
			status       int
			says         string
		}{
			{"Provenance?target=Patient/" + id, "", 401, ""},
			{"Provenance?target=Patient/" + id, "CA001:claims123", 200, `"total":1,`},
			{"Provenance?target=Patient/" + id, "manager:manager123", 403, ""},
			{"Provenance?target=Patient/00000000-0000-4000-8000-000000000000", "Admin:admin123", 200, `"total":0`},
			{"Provenance?target=Coverage/" + one, "Admin:admin123", 200, "Coverage/" + one + "/_history/"},
			{"Provenance?target=Coverage/" + one + ",Coverage/" + cover.Entry[1].Resource.ID, "Admin:admin123", 200, "Coverage/" + cover.Entry[1].Resource.ID + "/_history/"},
			{"Provenance?target=" + many, "Admin:admin123", 400, `"expression":["target"]`},
			{"Provenance?target=CodeSystem/group-type", "Admin:admin123", 400, `"expression":["target"]`},
			{"Provenance?target=" + id, "Admin:admin123", 200, "Patient/" + id + "/_history/"},
			{"Provenance?target=" + id, "manager:manager123", 200, `"total":0`},
			{"Provenance?patient:missing=true&_count=50", "Admin:admin123", 200, "Provenance"},
			{"Provenance?target=Patient/" + id + "&patient=" + id, "Admin:admin123", 400, `"target"`},
			{"Provenance?recorded=soon", "Admin:admin123", 400, `"recorded"`},
			{"Provenance?recorded=ne2020-01-01", "Admin:admin123", 400, `"recorded"`},
			{"Provenance?agent:not=x", "Admin:admin123", 400, "agent:not"},
			{"Provenance?_sort=recorded", "Admin:admin123", 400, "_sort"},
			{"Provenance?_cursor=nonsense", "Admin:admin123", 400, "_cursor"},
			{"Provenance?patient=" + id + "&_cursor=nonsense", "Admin:admin123", 400, "_cursor"},
			{"Provenance?nonsense=1", "Admin:admin123", 400, "nonsense"},
			{"Provenance/nonsense", "Admin:admin123", 404, ""},
			{"Provenance/1.2.3", "Admin:admin123", 404, ""},
			{"Provenance/99999999999999999999.a.1", "Admin:admin123", 404, ""},
			{"Patient?_id=" + id + "&_revinclude=Provenance:target", "CA001:claims123", 200, "Patient/" + id + "/_history/"},
			{"Patient?_count=50&_revinclude=Provenance:target&_format=xml", "CA001:claims123", 200, "<Provenance"},
			{"Patient/" + id + "?_format=json", "CA001:claims123", 200, "Patient"},
		} {
			if w := (call{target: "/fhir/" + c.target, user: c.user}).on(s); w.Code != c.status || !strings.Contains(w.Body.String(), c.says) {
				t.Errorf("%s by %s: %d %.700s", c.target, c.user, w.Code, w.Body)
			}
		}
		seen := provenanceOfAll(t, s, "CA001:claims123")
		for _, reference := range seen {
			if w := (call{target: "/fhir/" + reference, user: "CA001:claims123"}).on(s); w.Code != 200 && w.Code != 410 {
				t.Fatalf("%s: %d", reference, w.Code)
			}
			if len(seen) > 500 {
				break
			}
		}
		for _, typ := range []string{"Patient/", "Claim/", "Location/"} {
			if !slices.ContainsFunc(seen, func(reference string) bool { return strings.HasPrefix(reference, typ) }) {
				t.Errorf("nothing of %s", typ)
			}
		}
		if less := provenanceOfAll(t, s, "manager:manager123"); slices.ContainsFunc(less, func(reference string) bool { return strings.HasPrefix(reference, "Patient/") }) {
			t.Error("a manager, who may not read people, sees who wrote them")
		}
	})
}

// provenanceOfAll pages through everything that was written.
func provenanceOfAll(t *testing.T, s *server.Server, user string) []string {
	t.Helper()
	var seen []string
	for target, pages := "/fhir/Provenance?_count=500", 0; target != ""; pages++ {
		list, next := readOrigins(t, call{target: target, user: user}.on(s))
		if len(list) == 0 || pages > 20 {
			t.Fatalf("page %d has %d entries", pages, len(list))
		}
		for _, o := range list {
			if slices.Contains(seen, o.Target[0].Reference) {
				t.Fatal(fmt.Errorf("%s is there twice", o.Target[0].Reference))
			}
			seen = append(seen, o.Target[0].Reference)
		}
		target = next
	}
	return seen
}
