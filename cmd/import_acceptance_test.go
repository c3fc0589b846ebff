package cmd_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/core/security"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
	"github.com/openimis/openimis-go/persistence/tables"
)

// referenceData is the demonstration data of the legacy application.
const referenceData = "../../shared/reference/demo-data"

// The reference data is imported as it is, and everything in it can be read: each type has
// as many resources as there are current rows, but for what docs/import.md leaves out, and
// paging to the end meets each of them once, whatever the order, the size of the pages and
// the format.
func TestReferenceData(t *testing.T) {
	if _, err := os.Stat(referenceData); err != nil && os.Getenv("CI") == "" {
		t.Skip("absent: " + referenceData)
	}
	persistencetest.Each(t, func(t *testing.T, store *persistence.Store) {
		key := security.NewPrivateKey()
		system := core.WithPrincipal(t.Context(), core.SystemPrincipal)
		_, err := tables.Import(system, store, tables.ImportOptions{Dir: referenceData, Finish: func(x *persistence.Session) error {
			_, err := tables.SetAdminPassword(x, key, security.HashPassword("admin123", key))
			return err
		}})
		if err != nil {
			t.Fatal(err)
		}
		s := assemble(t, store, nil)
		for _, typ := range referenceTypes {
			t.Run(typ.name, func(t *testing.T) {
				want := typ.beside
				for _, model := range typ.rows {
					want += liveOf(t, store, model)
				}
				r := &reader{t: t, call: func(target string) []byte {
					w := call{target: target, user: admin}.on(s)
					if w.Code != 200 {
						t.Fatalf("%s: %d %.500s", target, w.Code, w.Body)
					}
					return w.Body.Bytes()
				}}
				t.Logf("%d current", want)
				r.all(typ.name, want, typ.sorts)
			})
		}
	})
}

// referenceTypes says what rows each type shows.
var referenceTypes = []struct {
	name   string
	rows   []any
	beside int      // resources that have no row
	sorts  []string // orders to page in
}{
	{name: "Patient", rows: []any{&persistence.Insuree{}}, sorts: []string{"_id", "-family", "birthdate", "-_lastUpdated"}},
	{name: "Coverage", rows: []any{&persistence.InsureePolicy{}}},
	{name: "Claim", rows: []any{&persistence.Claim{}}, sorts: []string{"_id", "created", "-_lastUpdated"}},
	{name: "ClaimResponse", rows: []any{&persistence.Claim{}}, sorts: []string{"-_lastUpdated"}},
	{name: "Organization", rows: []any{&persistence.HealthFacility{}}, beside: 1, sorts: []string{"name", "-_lastUpdated"}},
	{name: "Location", rows: []any{&persistence.Location{}}, sorts: []string{"name", "-_id", "_lastUpdated"}},
	{name: "Group", rows: []any{&persistence.Family{}}, sorts: []string{"-_lastUpdated"}},
	{name: "Practitioner", rows: []any{&persistence.ClaimAdmin{}, &persistence.Officer{}}},
	{name: "Medication", rows: []any{&persistence.Item{}}, sorts: []string{"-_lastUpdated"}},
	{name: "ActivityDefinition", rows: []any{&persistence.Service{}}, sorts: []string{"-_lastUpdated"}},
	{name: "InsurancePlan", rows: []any{&persistence.Product{}}, sorts: []string{"-_lastUpdated"}},
}

func liveOf(t *testing.T, store *persistence.Store, model any) int {
	t.Helper()
	var n int64
	x := store.Read(core.WithPrincipal(t.Context(), core.SystemPrincipal)).DB()
	if err := x.Model(model).Where(persistence.IsNull(persistence.Column("", "ValidityTo"))).Count(&n).Error; err != nil {
		t.Fatal(err)
	}
	return int(n)
}

// reader pages through a type.
type reader struct {
	t    *testing.T
	call func(target string) []byte
}

func (r *reader) all(typ string, want int, sorts []string) {
	entries, order := r.pages(typ, "json", "_count=7")
	if len(entries) != want {
		r.t.Errorf("%d in all, want %d", len(entries), want)
	}
	for _, query := range append([]string{"_count=1", "_count=3", "_count=50", "_count=200"}, prefixed("_count=4&_sort=", sorts)...) {
		again, place := r.pages(typ, "json", query)
		same(r.t, query, entries, again)
		if !strings.Contains(query, "_sort") && !slices.Equal(place, order) {
			r.t.Errorf("%s: in another order", query)
		}
	}
	for _, query := range []string{"_count=5", "_count=200"} {
		again, _ := r.pages(typ, "xml", query)
		same(r.t, query+" in XML", entries, again)
	}
	for id, text := range entries {
		if got := ordered(r.t, r.call("/fhir/"+typ+"/"+id)); got != text {
			r.t.Errorf("read:\n%s\nfound:\n%s", got, text)
		}
		in, err := fhir.DecodeXML(r.call("/fhir/"+typ+"/"+id+"?_format=xml"), fhir.DecodeOptions{})
		if err != nil {
			r.t.Errorf("%s in XML: %v", id, err)
		} else if got := ordered(r.t, in.Tree.AppendJSON(nil)); got != text {
			r.t.Errorf("read in XML:\n%s\nfound:\n%s", got, text)
		}
	}
	habitual := r.numbered(typ)
	if typ == "Coverage" { // there it is one for each policy
		return
	}
	for id := range entries {
		if !habitual[id] {
			r.t.Errorf("%s is not on the other base", id)
		}
	}
	if len(habitual) != len(entries) {
		r.t.Errorf("%d on the other base, %d here", len(habitual), len(entries))
	}
}

// ordered writes JSON with its members in order of their names: XML has an order of its own.
func ordered(t *testing.T, text []byte) string {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var value any
	if err := d.Decode(&value); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func prefixed(prefix string, list []string) []string {
	out := make([]string, len(list))
	for i, one := range list {
		out[i] = prefix + one
	}
	return out
}

func same(t *testing.T, query string, want, got map[string]string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d in all, want %d", query, len(got), len(want))
	}
	for id, text := range want {
		if got[id] != text {
			t.Errorf("%s:\n%s\nwant:\n%s", query, got[id], text)
			return
		}
	}
}

// searched is what is looked at in a Bundle.
type searched struct {
	Total int
	Link  []struct{ Relation, URL string }
	Entry []struct{ Resource json.RawMessage }
}

// pages follows the links to the end and gives what it met, by id and in order. What comes
// in XML is turned into JSON.
func (r *reader) pages(typ, format, query string) (entries map[string]string, order []string) {
	r.t.Helper()
	entries = map[string]string{}
	next, pages := "/fhir/"+typ+"?_total=accurate&_format="+format+"&"+query, 0
	var total int
	for ; next != ""; pages++ {
		text := r.call(next)
		if format == "xml" {
			in, err := fhir.DecodeXML(text, fhir.DecodeOptions{})
			if err != nil {
				r.t.Fatalf("%s: %v", next, err)
			}
			text = in.Tree.AppendJSON(nil)
		} else if _, err := fhir.DecodeJSON(text, fhir.DecodeOptions{}); err != nil {
			r.t.Fatalf("%s: %v", next, err)
		}
		var b searched
		if err := json.Unmarshal(text, &b); err != nil {
			r.t.Fatal(err)
		}
		total = b.Total
		for _, e := range b.Entry {
			var key struct{ ID string }
			if err := json.Unmarshal(e.Resource, &key); err != nil {
				r.t.Fatal(err)
			}
			if entries[key.ID] != "" {
				r.t.Errorf("%s: %s twice", query, key.ID)
			}
			entries[key.ID] = ordered(r.t, e.Resource)
			order = append(order, key.ID)
		}
		if pages > 2000 {
			r.t.Fatalf("%s: no end", query)
		}
		next = nextOf(text)
	}
	if total != len(entries) {
		r.t.Errorf("%s: the total is %d, there are %d", query, total, len(entries))
	}
	return entries, order
}

// numbered pages through the type on the base with numbered pages and gives the ids.
func (r *reader) numbered(typ string) map[string]bool {
	r.t.Helper()
	ids := map[string]bool{}
	for page := 1; page < 500; page++ {
		var b struct {
			Total int
			Entry []struct{ Resource struct{ ID string } }
		}
		if err := json.Unmarshal(r.call(fmt.Sprintf("/api/api_fhir_r4/%s/?page-offset=%d", typ, page)), &b); err != nil {
			r.t.Fatal(err)
		}
		for _, e := range b.Entry {
			if ids[e.Resource.ID] {
				r.t.Errorf("page %d: %s twice", page, e.Resource.ID)
			}
			ids[e.Resource.ID] = true
		}
		if len(b.Entry) == 0 {
			if b.Total != len(ids) {
				r.t.Errorf("the total is %d, there are %d", b.Total, len(ids))
			}
			break
		}
	}
	return ids
}
