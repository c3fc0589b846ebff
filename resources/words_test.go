package resources_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/resources"
)

// asked is one search that has to find a resource.
type asked struct {
	param    string
	modifier search.Modifier
	value    search.Value
}

// askedOf gives the searches that have to find a resource for what it shows beyond columns.
func askedOf(shown map[string]any) []asked {
	var all []asked
	text := func(o map[string]any, name string) string { s, _ := o[name].(string); return s }
	objects := func(of any) []map[string]any {
		var found []map[string]any
		list, _ := of.([]any)
		for _, one := range list {
			if o, is := one.(map[string]any); is {
				found = append(found, o)
			}
		}
		return found
	}
	token := func(param, system, value string) {
		if value != "" {
			all = append(all, asked{param, "", search.Value{Text: value}}, asked{param, "", search.Value{Text: value, System: system, HasSystem: true}})
		}
		if system != "" {
			all = append(all, asked{param, "", search.Value{System: system, HasSystem: true, AnyCode: true}})
		}
	}
	for _, id := range objects(shown["identifier"]) {
		token("identifier", text(id, "system"), text(id, "value"))
		kind, _ := id["type"].(map[string]any)
		for _, coding := range objects(kind["coding"]) {
			if text(id, "value") != "" && text(coding, "system") != "" && text(coding, "code") != "" {
				all = append(all, asked{"identifier", search.OfType, search.Value{OfSystem: text(coding, "system"), OfCode: text(coding, "code"), Text: text(id, "value")}})
			}
		}
	}
	meta, _ := shown["meta"].(map[string]any)
	for param, name := range map[string]string{"_tag": "tag", "_security": "security"} {
		for _, coding := range objects(meta[name]) {
			token(param, text(coding, "system"), text(coding, "code"))
		}
	}
	if source := text(meta, "source"); source != "" {
		all = append(all, asked{"_source", "", search.Value{Text: source}})
	}
	return all
}

// labelled adds drawn identifiers, tags, labels and a source to a resource, and a system
// and a further type to the business code.
func labelled(t *rapid.T, in *fhir.Resource) *fhir.Resource {
	o := in.Tree
	drawn := func(what string, from ...string) string { return rapid.SampledFrom(from).Draw(t, what) }
	object := func(pairs ...string) *fhir.Object {
		made := &fhir.Object{}
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i+1] != "" {
				made.Set(pairs[i], pairs[i+1])
			}
		}
		return made
	}
	system := func() string { return drawn("system", "", "urn:a", "urn:b", guide+"/CodeSystem/openimis-identifiers") }
	coding := func() *fhir.Object { return object("system", system(), "code", drawn("code", "MR", "NI", "a|b")) }
	ids := o.List("identifier")
	for _, id := range ids {
		if drawn("code has a system", "", "yes") != "" {
			id.(*fhir.Object).Set("system", drawn("system of the code", "urn:a", "urn:c"))
		}
		if kind := id.(*fhir.Object).Object("type"); kind != nil && drawn("code has a type more", "", "yes") != "" {
			kind.Set("coding", append(kind.List("coding"), coding()))
		}
	}
	for range rapid.IntRange(0, 3).Draw(t, "identifiers") {
		id := object("system", system(), "value", drawn("value", "1", "2", "Ü", `a\|b`))
		if drawn("type", "", "yes") != "" {
			kind := &fhir.Object{}
			kind.Set("coding", []any{coding()})
			id.Set("type", kind)
		}
		if len(id.Members) > 0 {
			ids = append(ids, id)
		}
	}
	if len(ids) > 0 {
		o.Set("identifier", ids)
	}
	meta := &fhir.Object{}
	for _, name := range []string{"tag", "security"} {
		if drawn(name, "", "yes") != "" {
			meta.Set(name, []any{coding(), coding()})
		}
	}
	if source := drawn("source", "", "urn:x", "http://example.org/a#1"); source != "" {
		meta.Set("source", source)
	}
	if len(meta.Members) > 0 {
		o.Set("meta", meta)
	}
	labelled, err := fhir.DecodeJSON(o.AppendJSON(nil), fhir.DecodeOptions{})
	if err != nil {
		t.Fatalf("%v\n%s", err, o.AppendJSON(nil))
	}
	return labelled
}

// Whatever identifier, tag, label or source a resource shows, it is found by; and by none
// that it shows no more.
func TestWhatIsShownIsFound(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		n := 300_000
		for _, name := range []string{"Patient", "Organization", "Medication", "Practitioner of a district"} {
			f := forms[name]
			typ := f.typ(w.Environment)
			t.Run(name, func(t *testing.T) {
				found := func(a asked, id string) bool {
					q := query(t, typ, a.param, a.modifier, a.value)
					q.Clauses = append(q.Clauses, search.Clause{Param: &search.ID, Values: []search.Value{{Text: id}}})
					page, err := typ.(rest.Searcher).Search(system(t), q)
					return err == nil && len(page.Entries) == 1
				}
				total := 0
				rapid.Check(t, func(rt *rapid.T) {
					n++
					entry, err := typ.(rest.Creator).Create(system(t), labelled(rt, f.draw(rt, w, n)))
					if err != nil {
						rt.Fatal(err)
					}
					before := askedOf(show(t, entry))
					if entry, err = typ.(rest.Updater).Update(system(t), entry.ID, labelled(rt, f.draw(rt, w, n)), ""); err != nil {
						rt.Fatal(err)
					}
					now := askedOf(show(t, entry))
					total += len(now)
					for _, a := range rapid.Permutation(append(slices.Clone(now), before...)).Draw(rt, "searches")[:6] {
						if want := slices.Contains(now, a); found(a, entry.ID) != want {
							rt.Errorf("%s:%s=%+v finds it: %v\n%s", a.param, a.modifier, a.value, !want, jsonOf(rt, entry))
						}
					}
				})
				if total < 800 {
					t.Errorf("only %d searches were tried", total)
				}
			})
		}
	})
}

// Every form of a search by an identifier no column holds, wherever identifiers are asked for.
func TestForeignIdentifiers(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		patients, system := resources.Patient(w.Environment), w.system(t)
		groups, places := resources.Group(w.Environment), resources.Location(w.Environment)
		w.Types = map[string]rest.Type{"Patient": patients, "Group": groups, "Location": places}
		foreign := `,"identifier":[{"type":{"coding":[{"system":"` + guide + `CodeSystem/openimis-identifiers","code":"Code"},{"system":"urn:kinds","code":"NI"}]},"system":"urn:cards","value":"%s"},
			{"type":{"coding":[{"system":"urn:kinds","code":"MR"}]},"system":"urn:clinic","value":"%s"},{"value":"%s"}],
			"meta":{"tag":[{"system":"urn:tags","code":"%[2]s"}],"security":[{"code":"R"}],"source":"urn:from:%[2]s"}`
		make := func(card, clinic, bare string) string {
			entry, err := patients.(rest.Creator).Create(system, decode(t, aPatient(fmt.Sprintf(foreign, card, clinic, bare))))
			if err != nil {
				t.Fatal(err)
			}
			return entry.ID
		}
		a, b := make("900000001", "A-1", "bare|1"), make("900000002", "B-1", "900000001")
		names := map[string]string{a: "a", b: "b"}
		known := search.Options{Params: func(name string) ([]search.Param, bool) {
			if w.Types[name] == nil {
				return nil, false
			}
			return w.Types[name].Definition().Params, true
		}}
		run := func(typ rest.Type, text string) string {
			values, err := url.ParseQuery(strings.ReplaceAll(text, "|", "%7C"))
			if err != nil {
				t.Fatal(err)
			}
			q, _, err := search.Parse(typ.Definition().Name, typ.Definition().Params, values, known)
			if err != nil {
				return err.Error()
			}
			page, err := typ.(rest.Searcher).Search(system, q)
			if err != nil {
				return err.Error()
			}
			var got []string
			for _, entry := range page.Entries {
				if name := names[entry.ID]; name != "" {
					got = append(got, name)
				}
			}
			slices.Sort(got)
			return strings.Join(got, " ")
		}
		for query, want := range map[string]string{
			"identifier=urn:clinic|A-1":                 "a",
			"identifier=A-1":                            "a",
			"identifier=|A-1":                           "",
			"identifier=urn:other|A-1":                  "",
			"identifier=urn:clinic|a-1":                 "",
			"identifier=urn:clinic|":                    "a b",
			"identifier=urn:cards|":                     "a b",
			"identifier=urn:nothing|":                   "",
			"identifier=urn:clinic|A-1,urn:clinic|B-1":  "a b",
			"identifier=urn:cards|900000001":            "a",
			"identifier=urn:clinic|900000001":           "",
			"identifier=900000001":                      "a b",
			"identifier=|900000001":                     "b",
			`identifier=bare\|1`:                        "a",
			`identifier=|bare\|1`:                       "a",
			"identifier=" + a:                           "a",
			"identifier=urn:cards|" + a:                 "",
			"identifier:not=urn:clinic|A-1":             "b",
			"identifier:not=A-1,900000001":              "",
			"identifier:not=nobody":                     "a b",
			"identifier:missing=true":                   "",
			"identifier:of-type=urn:kinds|MR|A-1":       "a",
			"identifier:of-type=urn:kinds|NI|900000001": "a",
			"identifier:of-type=urn:kinds|NI|A-1":       "",
			"identifier:of-type=urn:kinds|MR|900000001": "",
			"identifier:of-type=" + guide + "CodeSystem/openimis-identifiers|Code|900000001": "a",
			"identifier:of-type=" + guide + "CodeSystem/openimis-identifiers|UUID|" + a:      "a",
			"identifier:of-type=" + guide + "CodeSystem/openimis-identifiers|Code|A-1":       "",
			`_filter=identifier eq "urn:clinic|A-1"`:                                         "a",
			`_filter=identifier ne "urn:clinic|A-1" and identifier eq "urn:clinic|B-1"`:      "b",
			"_tag=urn:tags|A-1":          "a",
			"_tag=A-1,B-1":               "a b",
			"_tag=urn:tags|":             "a b",
			"_tag=|A-1":                  "",
			"_tag:not=A-1":               "b",
			"_tag:missing=false":         "a b",
			"_tag:missing=true":          "",
			"_security=|R&_tag=B-1":      "b",
			"_security=R&identifier=A-1": "a",
			"_source=urn:from:A-1":       "a",
			"_source=urn:from":           "",
			"_source:missing=false":      "a b",
			"identifier:of-type=MR|A-1":  `[identifier:of-type] write system|code|value, of-type`,
			"identifier:of-type=a||b":    `[identifier:of-type]`,
			"gender:of-type=a|b|c":       `[gender:of-type]`,
			"phone=urn:x|1":              `[phone]`,
		} {
			got := run(patients, query)
			if !strings.Contains(want, "[") && got != want || strings.Contains(want, "[") && !strings.Contains(got, strings.Trim(strings.SplitN(want, "]", 2)[0], "[")) {
				t.Errorf("%s: %q, not %q", query, got, want)
			}
		}
		entry, err := groups.(rest.Creator).Create(system, decode(t, aGroup(w.sides[0].village, identifiedBy("900000001"), byID(persistence.UUID(a)))))
		if err != nil {
			t.Fatal(err)
		}
		names[entry.ID] = "family"
		for query, want := range map[string]string{
			"member.identifier=urn:clinic|A-1": "family", "member:identifier=urn:clinic|A-1": "family", "member.identifier=urn:clinic|B-1": "",
			"member._tag=A-1": "family", "member.identifier=A-1": "family",
		} {
			if got := run(groups, query); got != want {
				t.Errorf("Group?%s: %q, not %q", query, got, want)
			}
		}
		if got := run(patients, "_has:Group:member:identifier=900000001"); got != "a" && !strings.Contains(got, "followed") {
			t.Errorf("_has: %q", got)
		}
		t.Run("the number of one is no code of the other", func(t *testing.T) {
			habitual := &resources.Environment{Store: w.Store, Clock: w.Clock, Compatible: true}
			read, err := resources.Patient(habitual).(rest.Reader).Read(system, "900000001")
			if err != nil || read.ID != a {
				t.Errorf("%v, %v", read, err)
			}
			if _, err := resources.Patient(habitual).(rest.Reader).Read(system, "A-1"); core.CodeOf(err) != core.NotFound {
				t.Errorf("a foreign identifier is taken for a number: %v", err)
			}
		})
		t.Run("deleted", func(t *testing.T) {
			if err := patients.(rest.Deleter).Delete(system, b, ""); err != nil {
				t.Fatal(err)
			}
			if got := run(patients, "identifier=urn:clinic|B-1"); got != "" {
				t.Errorf("found: %s", got)
			}
		})
		t.Run("migrated anew", func(t *testing.T) {
			w.seed(t, func(x *persistence.Session) {
				for _, of := range []any{&persistence.Word{}, &persistence.Setting{}} {
					if err := x.DB().Where("1 = 1").Delete(of).Error; err != nil {
						t.Fatal(err)
					}
				}
			})
			if got := run(patients, "identifier=urn:clinic|A-1"); got != "" {
				t.Fatalf("found without words: %s", got)
			}
			if _, err := w.Store.Migrate(system, false); err != nil {
				t.Fatal(err)
			}
			if got := run(patients, "identifier=urn:clinic|A-1") + run(patients, "identifier=urn:clinic|B-1"); got != "a" {
				t.Errorf("found %q after the migration", got)
			}
		})
		t.Run("a foreign program", func(t *testing.T) {
			w.seed(t, func(x *persistence.Session) {
				err := x.DB().Model(&persistence.Insuree{}).Where(persistence.In(persistence.Column("", "InsureeUUID"), []persistence.UUID{persistence.UUID(a)})).
					UpdateColumn("JsonExt", persistence.JSON(`{"theirs": 1}`)).Error
				if err != nil {
					t.Fatal(err)
				}
			})
			if got := run(patients, "identifier=urn:clinic|A-1"); got != "" {
				t.Errorf("found after its document was replaced: %s", got)
			}
		})
	})
}
