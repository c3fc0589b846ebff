package mapping_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/mapping"
)

// rules gives what a StructureDefinition of the guide says by element, without its words.
func rules(definition map[string]any) map[string]any {
	out := map[string]any{}
	for _, name := range []string{"url", "name", "type", "baseDefinition", "kind", "context", "derivation"} {
		out[name] = definition[name]
	}
	elements, _ := definition["differential"].(map[string]any)["element"].([]any)
	for _, one := range elements {
		e := one.(map[string]any)
		for _, words := range []string{"short", "definition", "mapping", "path", "sliceName"} {
			delete(e, words)
		}
		if slicing, is := e["slicing"].(map[string]any); is {
			delete(slicing, "ordered")
			delete(slicing, "description")
		}
		for _, list := range []string{"constraint", "type"} {
			all, _ := e[list].([]any)
			for _, each := range all {
				for _, words := range []string{"human", "source", "extension"} {
					delete(each.(map[string]any), words)
				}
			}
		}
		if len(e) > 1 {
			out[e["id"].(string)] = e
		}
	}
	return out
}

// Every profile and extension of the guide is here and asks the same, element by element.
func TestGuideProfilesAreTheGuides(t *testing.T) {
	ours := map[string]map[string]any{}
	for _, definition := range mapping.GuideProfiles() {
		text, err := (&fhir.Resource{Tree: definition}).AppendJSON(nil, fhir.EncodeOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := fhir.DecodeJSON(text, fhir.DecodeOptions{}); err != nil {
			t.Errorf("%s is no StructureDefinition: %v", definition.String("id"), err)
		}
		read := map[string]any{}
		if err := json.Unmarshal(text, &read); err != nil {
			t.Fatal(err)
		}
		if strings.TrimSpace(definition.String("title")) == "" || !strings.HasSuffix(definition.String("description"), ".") {
			t.Errorf("%s: title %q, description %q", definition.String("id"), definition.String("title"), definition.String("description"))
		}
		ours[definition.String("id")] = read
	}
	compared := 0
	for _, folder := range []string{"profiles", "extensions"} {
		files, err := filepath.Glob(filepath.Join(filepath.Dir(profiles), folder, "*.json"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			theirs := map[string]any{}
			if err := json.Unmarshal(text, &theirs); err != nil {
				t.Fatal(err)
			}
			id := theirs["id"].(string)
			if ours[id] == nil {
				t.Errorf("%s is not here", id)
				continue
			}
			compared++
			want, got := rules(theirs), rules(ours[id])
			for element := range want {
				if !reflect.DeepEqual(got[element], want[element]) {
					t.Errorf("%s: %s is %v, in the guide %v", id, element, got[element], want[element])
				}
			}
			for element := range got {
				if want[element] == nil && got[element] != nil {
					t.Errorf("%s: %s is not in the guide: %v", id, element, got[element])
				}
			}
		}
	}
	if compared == 0 && os.Getenv("CI") == "" {
		t.Skip("absent: " + profiles)
	}
	if compared != len(ours) {
		t.Errorf("%d of our %d profiles are in the guide", compared, len(ours))
	}
}
