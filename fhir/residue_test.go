package fhir_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/openimis/openimis-go/fhir"
)

func parse(t testing.TB, text string) *fhir.Object {
	t.Helper()
	o, err := fhir.ParseJSON([]byte(text))
	if err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return o
}

// stored takes a residue through its text, as the database does.
func stored(t interface{ Fatal(...any) }, r *fhir.Residue) *fhir.Residue {
	if r == nil {
		return nil
	}
	text, err := r.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	if len(text) != r.Size() {
		t.Fatal("size ", r.Size(), " of ", string(text))
	}
	var back fhir.Residue
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	return &back
}

// residues are what the columns rendered, what was sent, what the columns render later, and
// what a reader has to see then.
var residues = []struct {
	name                        string
	rendered, sent, later, want string
	keys                        fhir.Keys
	addOnly                     bool
	without                     string // must not stand in the residue
}{
	{name: "nothing beyond",
		rendered: `{"resourceType":"Patient","active":true}`, sent: `{"active":true,"resourceType":"Patient"}`},
	{name: "members only sent stay when another changes",
		rendered: `{"resourceType":"Patient","gender":"male"}`,
		sent:     `{"resourceType":"Patient","gender":"male","maritalStatus":{"text":"m"},"contained":[{"resourceType":"Basic","id":"b"}]}`,
		later:    `{"resourceType":"Patient","gender":"female"}`,
		want:     `{"resourceType":"Patient","gender":"female","maritalStatus":{"text":"m"},"contained":[{"resourceType":"Basic","id":"b"}]}`},
	{name: "another form of a decimal holds while the column does",
		rendered: `{"resourceType":"Claim","total":{"value":1.0,"currency":"TZS"}}`,
		sent:     `{"resourceType":"Claim","total":{"value":1.00,"currency":"TZS"}}`,
		later:    `{"resourceType":"Claim","total":{"value":2.0,"currency":"TZS"}}`,
		want:     `{"resourceType":"Claim","total":{"value":2.0,"currency":"TZS"}}`},
	{name: "a less exact date gives way to a new one",
		rendered: `{"resourceType":"Patient","birthDate":"1980-01-01"}`,
		sent:     `{"resourceType":"Patient","birthDate":"1980","_birthDate":{"id":"x"}}`,
		later:    `{"resourceType":"Patient","birthDate":"1981-01-01"}`,
		want:     `{"resourceType":"Patient","birthDate":"1981-01-01"}`},
	{name: "a split name gives way as a whole",
		rendered: `{"resourceType":"Patient","name":[{"use":"usual","family":"M","given":["Amina Zawadi"]}]}`,
		sent:     `{"resourceType":"Patient","name":[{"use":"usual","family":"M","given":["Amina","Zawadi"],"_given":[null,{"id":"g"}],"prefix":["Ms"]},{"text":"Mama Juma"}]}`,
		later:    `{"resourceType":"Patient","name":[{"use":"usual","family":"M","given":["Fatuma"]}]}`,
		want:     `{"resourceType":"Patient","name":[{"use":"usual","family":"M","given":["Fatuma"],"prefix":["Ms"]},{"text":"Mama Juma"}]}`},
	{name: "an element rendered but not sent comes back when it changes",
		rendered: `{"resourceType":"Patient","active":true,"language":"en"}`,
		sent:     `{"resourceType":"Patient"}`,
		later:    `{"resourceType":"Patient","active":false,"language":"en"}`,
		want:     `{"resourceType":"Patient","active":false}`},
	{name: "add only removes nothing", addOnly: true,
		rendered: `{"resourceType":"Patient","active":true,"telecom":[{"system":"email","value":"e"}]}`,
		sent:     `{"resourceType":"Patient","telecom":[{"system":"fax","value":"f"}],"language":"sw"}`,
		later:    `{"resourceType":"Patient","active":true,"telecom":[{"system":"email","value":"e"}]}`,
		want:     `{"resourceType":"Patient","active":true,"language":"sw","telecom":[{"system":"fax","value":"f"},{"system":"email","value":"e"}]}`},
	{name: "entries are told apart by identity, whatever their order",
		rendered: `{"resourceType":"Patient","telecom":[{"system":"phone","value":"1"},{"system":"email","value":"e"}]}`,
		sent:     `{"resourceType":"Patient","telecom":[{"system":"fax","value":"9"},{"system":"email","value":"e","rank":1},{"system":"phone","value":"1"}]}`,
		later:    `{"resourceType":"Patient","telecom":[{"system":"phone","value":"2"},{"system":"email","value":"n"}]}`,
		want:     `{"resourceType":"Patient","telecom":[{"system":"fax","value":"9"},{"system":"email","value":"n","rank":1},{"system":"phone","value":"2"}]}`},
	{name: "what was said of an entry goes with it",
		rendered: `{"resourceType":"Claim","item":[{"sequence":1,"quantity":{"value":1}},{"sequence":2,"quantity":{"value":2}}]}`,
		sent:     `{"resourceType":"Claim","item":[{"sequence":1,"quantity":{"value":1,"unit":"a"}},{"sequence":2,"quantity":{"value":2,"unit":"b"}}]}`,
		later:    `{"resourceType":"Claim","item":[{"sequence":2,"quantity":{"value":3}},{"sequence":3,"quantity":{"value":4}}]}`,
		want:     `{"resourceType":"Claim","item":[{"sequence":2,"quantity":{"value":3,"unit":"b"}},{"sequence":3,"quantity":{"value":4}}]}`},
	{name: "extensions by url", without: "secret",
		rendered: `{"resourceType":"Patient","extension":[{"url":"a","valueString":"secret"},{"url":"b","valueBoolean":true}]}`,
		sent:     `{"resourceType":"Patient","extension":[{"url":"z","valueCode":"c"},{"url":"b","valueBoolean":true},{"url":"a","valueString":"secret","id":"i"}]}`,
		later:    `{"resourceType":"Patient","extension":[{"url":"a","valueString":"new"},{"url":"b","valueBoolean":false},{"url":"y","valueCode":"k"}]}`,
		want:     `{"resourceType":"Patient","extension":[{"url":"z","valueCode":"c"},{"url":"b","valueBoolean":false},{"url":"a","valueString":"new","id":"i"},{"url":"y","valueCode":"k"}]}`},
	{name: "a column that comes to hold what was sent wins over it",
		rendered: `{"resourceType":"Patient"}`,
		sent:     `{"resourceType":"Patient","telecom":[{"system":"phone","value":"old","rank":2},{"system":"fax","value":"f"}],"address":[{"use":"home","text":"old","city":"c"}],"deceasedDateTime":"2020"}`,
		later:    `{"resourceType":"Patient","telecom":[{"system":"phone","value":"new"}],"address":[{"use":"home","text":"new"}],"deceasedBoolean":true}`,
		want:     `{"resourceType":"Patient","telecom":[{"system":"phone","value":"new","rank":2},{"system":"fax","value":"f"}],"address":[{"use":"home","text":"new","city":"c"}],"deceasedBoolean":true}`},
	{name: "assigned elements stay the server's", keys: fhir.Keys{Assigned: []string{"identifier"}},
		rendered: `{"resourceType":"Patient","id":"srv","identifier":[{"type":{"coding":[{"code":"UUID"}]},"value":"u"},{"type":{"coding":[{"code":"Code"}]},"value":"1"}]}`,
		sent:     `{"resourceType":"Patient","id":"mine","meta":{"versionId":"3","lastUpdated":"2020-01-01T00:00:00Z","tag":[{"code":"t"}]},"identifier":[{"type":{"coding":[{"code":"Code"}]},"value":"1","use":"usual"},{"system":"s","value":"2"}]}`,
		later:    `{"resourceType":"Patient","id":"srv","identifier":[{"type":{"coding":[{"code":"UUID"}]},"value":"u"},{"type":{"coding":[{"code":"Code"}]},"value":"1"}]}`,
		want:     `{"resourceType":"Patient","id":"srv","meta":{"tag":[{"code":"t"}]},"identifier":[{"type":{"coding":[{"code":"Code"}]},"value":"1","use":"usual"},{"system":"s","value":"2"},{"type":{"coding":[{"code":"UUID"}]},"value":"u"}]}`},
	{name: "a key of the caller's", keys: fhir.Keys{By: map[string]string{"class": "value"}},
		rendered: `{"resourceType":"Coverage","class":[{"type":{"text":"plan"},"value":"a"},{"type":{"text":"plan"},"value":"b"}]}`,
		sent:     `{"resourceType":"Coverage","class":[{"type":{"text":"plan"},"value":"b","name":"B"},{"type":{"text":"plan"},"value":"a"}]}`,
		later:    `{"resourceType":"Coverage","class":[{"type":{"text":"new"},"value":"b"}]}`,
		want:     `{"resourceType":"Coverage","class":[{"type":{"text":"new"},"value":"b","name":"B"}]}`},
}

func TestResidue(t *testing.T) {
	for _, test := range residues {
		t.Run(test.name, func(t *testing.T) {
			rendered, sent := parse(t, test.rendered), parse(t, test.sent)
			r := stored(t, fhir.Diff(rendered, sent, test.keys))
			if test.later == "" {
				if r != nil {
					t.Errorf("got the residue %s, want none", r.Patch.AppendJSON(nil))
				}
				return
			}
			if text := string(r.Patch.AppendJSON(nil)); test.without != "" && strings.Contains(text, test.without) {
				t.Errorf("%q of the columns stands in %s", test.without, text)
			}
			if len(test.keys.Assigned) == 0 && !test.addOnly {
				sameJSON(t, []byte(test.sent), r.Apply(rendered).AppendJSON(nil))
			}
			r.AddOnly = test.addOnly
			sameJSON(t, []byte(test.want), r.Apply(parse(t, test.later)).AppendJSON(nil))
			sameJSON(t, []byte(test.rendered), rendered.AppendJSON(nil))
		})
	}
}

// TestExamplesAreKeptWhole renders what a struct keeps of an example, as a mapping with a
// column for everything would, or only parts of it, and wants the example back.
func TestExamplesAreKeptWhole(t *testing.T) {
	eachExample(t, func(t *testing.T, name string, data []byte) {
		r := decodeExample(t, name, data)
		if r == nil {
			return
		}
		rendered := r.Tree
		if r.Typed != nil {
			var err error
			if rendered, err = fhir.ToObject(r.Typed); err != nil {
				t.Fatal(err)
			}
		}
		for _, less := range []int{1, 2, 3} {
			columns := &fhir.Object{}
			for i, m := range rendered.Members {
				if i%less == 0 || m.Name == "resourceType" || m.Name == "id" {
					columns.Members = append(columns.Members, m)
				}
			}
			residue := stored(t, fhir.Diff(columns, r.Tree, fhir.Keys{}))
			out, err := (&fhir.Resource{Typed: nil, Tree: residue.Apply(columns)}).Object(fhir.EncodeOptions{})
			if err != nil {
				t.Fatal(err)
			}
			sameJSON(t, withoutVersion(t, data), withoutVersion(t, out.AppendJSON(nil)))
		}
	})
}

// withoutVersion takes out what the server says of a resource and never keeps.
func withoutVersion(t *testing.T, data []byte) []byte {
	t.Helper()
	o := parse(t, string(data))
	o.Set("id", nil)
	if meta := o.Object("meta"); meta != nil {
		meta.Set("versionId", nil)
		meta.Set("lastUpdated", nil)
		if len(meta.Members) == 0 {
			o.Set("meta", nil)
		}
	}
	return o.AppendJSON(nil)
}

var (
	memberNames = []string{"url", "use", "system", "value", "code", "sequence", "type", "extension", "telecom", "identifier", "coding", "given", "_given", "name", "deep"}
	leafValues  = []string{"a", "b", "c", "phone", "home"}
)

// drawObject makes a random tree that has much in common with others it makes.
func drawObject(t *rapid.T, depth int, mark string) *fhir.Object {
	o := &fhir.Object{}
	for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom(memberNames), 1, 4, rapid.ID[string]).Draw(t, "names") {
		o.Members = append(o.Members, fhir.Member{Name: name, Value: drawValue(t, depth, mark)})
	}
	return o
}

func drawValue(t *rapid.T, depth int, mark string) any {
	kind := rapid.IntRange(0, 9).Draw(t, "kind")
	switch {
	case kind < 4 || depth == 0:
		return rapid.SampledFrom(leafValues).Draw(t, "leaf") + mark
	case kind == 4:
		return fhir.Number(rapid.SampledFrom([]string{"1", "1.0", "1.00", "2"}).Draw(t, "number"))
	case kind < 7:
		return drawObject(t, depth-1, mark)
	}
	list := make([]any, rapid.IntRange(1, 4).Draw(t, "length"))
	objects := kind != 7
	for i := range list {
		if objects {
			list[i] = drawObject(t, depth-1, mark)
		} else {
			list[i] = rapid.SampledFrom(leafValues).Draw(t, "leaf") + mark
		}
	}
	return list
}

func TestResidueGivesBackWhatWasSent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rendered, sent := drawObject(t, 3, ""), drawObject(t, 3, "")
		if rapid.Bool().Draw(t, "alike") {
			sent = disturb(t, rendered)
		}
		r := stored(t, fhir.Diff(rendered, sent, fhir.Keys{}))
		got, want := r.Apply(rendered).AppendJSON(nil), sent.AppendJSON(nil)
		if a, b := plainOf(t, got), plainOf(t, want); a != b {
			t.Fatalf("rendered %s\nsent %s\ngot  %s\npatch %s", rendered.AppendJSON(nil), want, got, r.Patch.AppendJSON(nil))
		}
	})
}

func TestColumnsAlwaysWin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rendered := drawObject(t, 3, "")
		sent := disturb(t, rendered)
		later := drawObject(t, 3, "!")
		r := stored(t, fhir.Diff(rendered, sent, fhir.Keys{}))
		got := string(r.Apply(later).AppendJSON(nil))
		want := map[string]int{}
		leaves(later, func(leaf string) { want[leaf]++ })
		have := map[string]int{}
		leaves(parseRapid(t, got), func(leaf string) { have[leaf]++ })
		for leaf, n := range want {
			if strings.HasSuffix(leaf, "!") && have[leaf] < n {
				t.Fatalf("%s is lost: rendered %s\nsent %s\nlater %s\ngot %s", leaf,
					rendered.AppendJSON(nil), sent.AppendJSON(nil), later.AppendJSON(nil), got)
			}
		}
	})
}

// disturb makes a tree that differs here and there.
func disturb(t *rapid.T, o *fhir.Object) *fhir.Object {
	out := &fhir.Object{}
	for _, m := range o.Members {
		switch rapid.IntRange(0, 5).Draw(t, "change") {
		case 0:
			continue
		case 1:
			m.Value = drawValue(t, 2, "")
		case 2, 3:
			switch value := m.Value.(type) {
			case *fhir.Object:
				m.Value = disturb(t, value)
			case []any:
				m.Value = disturbList(t, value)
			}
		}
		out.Members = append(out.Members, m)
	}
	if out.Get("extra") == nil && rapid.Bool().Draw(t, "extra") {
		out.Members = append(out.Members, fhir.Member{Name: "extra", Value: drawValue(t, 1, "")})
	}
	if len(out.Members) == 0 {
		out.Members = append(out.Members, fhir.Member{Name: "url", Value: "a"})
	}
	return out
}

func disturbList(t *rapid.T, list []any) []any {
	out := []any{}
	for _, item := range rapid.Permutation(list).Draw(t, "order") {
		if o, ok := item.(*fhir.Object); ok && rapid.Bool().Draw(t, "inside") {
			item = disturb(t, o)
		}
		if rapid.IntRange(0, 3).Draw(t, "keep") > 0 {
			out = append(out, item)
		}
	}
	if len(out) == 0 {
		return list
	}
	return out
}

func leaves(value any, f func(string)) {
	switch value := value.(type) {
	case *fhir.Object:
		for _, m := range value.Members {
			leaves(m.Value, f)
		}
	case []any:
		for _, item := range value {
			leaves(item, f)
		}
	case string:
		f(value)
	}
}

func parseRapid(t *rapid.T, text string) *fhir.Object {
	o, err := fhir.ParseJSON([]byte(text))
	if err != nil {
		t.Fatal(err, text)
	}
	return o
}

func plainOf(t *rapid.T, data []byte) string {
	d := json.NewDecoder(strings.NewReader(string(data)))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(v)
}
