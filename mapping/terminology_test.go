package mapping_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// siteRegisters are registers as a site may have them: padded, without words, with keys
// that are not in the order of the alphabet.
var siteRegisters = &persistence.Registers{
	Relations:         map[int]string{10: "Neighbour", 9: " Cousin ", 1: ""},
	Educations:        map[int]string{1: "None"},
	Professions:       map[int]string{},
	FamilyTypes:       map[string]string{"H": "Household", " C": "Council", " ": "blank"},
	LegalForms:        map[string]string{"G": "Government"},
	ConfirmationTypes: map[string]string{"A": "Local council"},
}

func listOf(t *testing.T, id string) *mapping.CodeList {
	t.Helper()
	for _, l := range mapping.CodeLists {
		if l.ID == id {
			return l
		}
	}
	t.Fatalf("there is no list %s", id)
	return nil
}

func TestCodeLists(t *testing.T) {
	id, name := regexp.MustCompile(`^[A-Za-z0-9.-]{1,64}$`), regexp.MustCompile(`^[A-Z][A-Za-z0-9_]{0,254}$`)
	word := regexp.MustCompile(`^\S+( \S+)*$`)
	seen := map[string]bool{}
	for _, l := range mapping.CodeLists {
		if !id.MatchString(l.ID) || !name.MatchString(l.Name()) || l.Title == "" || l.About == "" {
			t.Errorf("%q: name %q, title %q, about %q", l.ID, l.Name(), l.Title, l.About)
		}
		if seen[l.ID] {
			t.Errorf("%s is there twice", l.ID)
		}
		seen[l.ID] = true
		codes := map[string]bool{}
		for _, c := range l.Concepts(siteRegisters) {
			if !word.MatchString(c.Code) || strings.TrimSpace(c.Display) == "" {
				t.Errorf("%s: %+v", l.ID, c)
			}
			if key := c.System + "|" + c.Code; codes[key] {
				t.Errorf("%s has %s twice", l.ID, key)
			} else {
				codes[key] = true
			}
		}
		if len(codes) == 0 && !l.Site {
			t.Errorf("%s has no code", l.ID)
		}
	}
}

func TestConceptsOfARegister(t *testing.T) {
	system := mapping.Guide + "CodeSystem/"
	for id, want := range map[string][]mapping.Concept{
		"patient-contact-relationship": {{system + "patient-contact-relationship", "1", "1"}, {system + "patient-contact-relationship", "9", "Cousin"}, {system + "patient-contact-relationship", "10", "Neighbour"}},
		"group-type":                   {{system + "group-type", "C", "Council"}, {system + "group-type", "H", "Household"}},
		"patient-profession":           {},
	} {
		if got := listOf(t, id).Concepts(siteRegisters); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", id, got, want)
		}
	}
}

func TestVersionOfAList(t *testing.T) {
	list := []mapping.Concept{{System: "s", Code: "a", Display: "b"}}
	first := mapping.VersionOf(list)
	if again := mapping.VersionOf(slices.Clone(list)); again != first || len(first) != 8 {
		t.Errorf("%q, then %q", first, again)
	}
	for _, other := range []mapping.Concept{{System: "s", Code: "a", Display: "c"}, {System: "s", Code: "ab"}, {System: "t", Code: "a", Display: "b"}} {
		if mapping.VersionOf([]mapping.Concept{other}) == first {
			t.Errorf("%+v has the same version", other)
		}
	}
}

// What the guide fixes is served whole: every code of its systems is in ours, save in the
// lists that belong to the site, and in those of resources that are not here.
func TestCodesOfTheGuide(t *testing.T) {
	file := filepath.Join("..", "..", "shared", "reference", "fhir-examples", "terminology", "codesystems.bundle.json")
	text, err := os.ReadFile(file)
	if err != nil && os.Getenv("CI") == "" {
		t.Skip("absent: " + file)
	}
	var guide struct {
		Entry []struct {
			Resource struct {
				ID, URL string
				Concept []struct{ Code string }
			}
		}
	}
	if err := json.Unmarshal(text, &guide); err != nil {
		t.Fatal(err)
	}
	compared := 0
	for _, entry := range guide.Entry {
		at := slices.IndexFunc(mapping.CodeLists, func(l *mapping.CodeList) bool { return l.Defines() && l.System() == entry.Resource.URL })
		if at < 0 || mapping.CodeLists[at].Site {
			continue
		}
		compared++
		var ours []string
		for _, c := range mapping.CodeLists[at].Concepts(siteRegisters) {
			ours = append(ours, c.Code)
		}
		for _, c := range entry.Resource.Concept {
			if !slices.Contains(ours, c.Code) {
				t.Errorf("%s lacks %s", entry.Resource.ID, c.Code)
			}
		}
	}
	if compared < 20 {
		t.Errorf("only %d systems were compared", compared)
	}
}

// Each value set of the guide is here, with its codes: no more and no less, save in lists of
// the site and where the guide is wrong.
func TestSetsOfTheGuide(t *testing.T) {
	file := filepath.Join("..", "..", "shared", "reference", "fhir-examples", "terminology", "valuesets.bundle.json")
	text, err := os.ReadFile(file)
	if err != nil && os.Getenv("CI") == "" {
		t.Skip("absent: " + file)
	}
	var guide struct {
		Entry []struct {
			Resource struct {
				ID      string
				Compose struct {
					Include []struct {
						System  string
						Concept []struct{ Code string }
					}
				}
			}
		}
	}
	if err := json.Unmarshal(text, &guide); err != nil {
		t.Fatal(err)
	}
	for _, entry := range guide.Entry {
		set := entry.Resource
		at := slices.IndexFunc(mapping.CodeLists, func(l *mapping.CodeList) bool { return l.ID == set.ID })
		if at < 0 {
			t.Errorf("%s is not here", set.ID)
			continue
		}
		l := mapping.CodeLists[at]
		if l.Site || l.ID == "patient-marital-status" { // whose UNK is of another system than the guide says
			continue
		}
		var ours, theirs []string
		for _, c := range l.Members(siteRegisters) {
			ours = append(ours, c.System+"|"+c.Code)
		}
		for _, in := range set.Compose.Include {
			for _, c := range in.Concept {
				theirs = append(theirs, in.System+"|"+c.Code)
			}
		}
		slices.Sort(ours)
		slices.Sort(theirs)
		if len(theirs) > 0 && !slices.Equal(ours, theirs) {
			t.Errorf("%s: %v, the guide has %v", set.ID, ours, theirs)
		}
	}
	if len(guide.Entry) < 50 {
		t.Errorf("only %d sets were compared", len(guide.Entry))
	}
}
