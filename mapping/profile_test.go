package mapping_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/mapping"
)

const profiles = "../../shared/reference/fhir-examples/profiles"

// differential is one element of a profile. Only what a differential says about the
// number and the value of elements is read.
type differential struct {
	ID       string          `json:"id"`
	Min      int             `json:"min"`
	Max      string          `json:"max"`
	Types    []typeOfElement `json:"type"`
	Patterns map[string]any  `json:"-"`
}

type typeOfElement struct {
	Profile []string `json:"profile"`
}

func (d *differential) UnmarshalJSON(data []byte) error {
	type plain differential
	if err := json.Unmarshal(data, (*plain)(d)); err != nil {
		return err
	}
	all := map[string]any{}
	if err := json.Unmarshal(data, &all); err != nil {
		return err
	}
	d.Patterns = map[string]any{}
	for name, value := range all {
		if strings.HasPrefix(name, "pattern") || strings.HasPrefix(name, "fixed") {
			d.Patterns[name] = value
		}
	}
	return nil
}

// contradictions are rules of the guide that it breaks itself.
var contradictions = map[string]string{
	"InsurancePlan.plan.generalCost": "one at the most, while six slices of it are allowed",
}

// unattainable are profiles whose slices share one URL. A validator finds every element in
// more than one slice, so a rendering follows their elements and does not claim them.
var unattainable = map[string]bool{"openimis-coverage": true, "openimis-insurance-plan": true}

// profileCheck finds what a resource breaks of one profile.
type profileCheck struct {
	elements []differential
	found    []string
}

func loadProfile(t *testing.T, url string) *profileCheck {
	t.Helper()
	file := filepath.Join(profiles, "StructureDefinition-"+url[strings.LastIndexByte(url, '/')+1:]+".json")
	data, err := os.ReadFile(file)
	if os.IsNotExist(err) && os.Getenv("CI") == "" {
		t.Skip("absent: " + file)
	}
	if err != nil {
		t.Fatal(err)
	}
	var definition struct {
		URL          string
		Differential struct{ Element []differential }
	}
	if err := json.Unmarshal(data, &definition); err != nil {
		t.Fatal(err)
	}
	if definition.URL != url {
		t.Fatalf("%s defines %s", file, definition.URL)
	}
	return &profileCheck{elements: definition.Differential.Element}
}

// run checks the resource against every element of the profile.
func (c *profileCheck) run(resource map[string]any) []string {
	c.found = nil
	for _, e := range c.elements {
		parts := strings.Split(e.ID, ".")
		if contradictions[e.ID] != "" || len(parts) < 2 {
			continue
		}
		parents := []any{resource}
		for i := 1; i < len(parts)-1; i++ {
			var next []any
			for _, parent := range parents {
				next = append(next, c.children(parent, strings.Join(parts[:i+1], "."))...)
			}
			parents = next
		}
		for _, parent := range parents {
			c.element(e, c.children(parent, e.ID))
		}
	}
	return c.found
}

func (c *profileCheck) element(e differential, values []any) {
	if len(values) < e.Min {
		c.found = append(c.found, fmt.Sprintf("%s: %d, at least %d", e.ID, len(values), e.Min))
	}
	if e.Max != "" && e.Max != "*" && fmt.Sprint(len(values)) > e.Max && len(e.Max) == 1 {
		c.found = append(c.found, fmt.Sprintf("%s: %d, at most %s", e.ID, len(values), e.Max))
	}
	for _, pattern := range e.Patterns {
		for _, value := range values {
			if !fits(pattern, value) {
				c.found = append(c.found, fmt.Sprintf("%s: %v is not %v", e.ID, value, pattern))
			}
		}
	}
}

// children gives the values of the element with the id in one parent; of a slice, those
// that belong to it.
func (c *profileCheck) children(parent any, id string) []any {
	object, ok := parent.(map[string]any)
	if !ok {
		return nil
	}
	name, slice, sliced := strings.Cut(id[strings.LastIndexByte(id, '.')+1:], ":")
	var values []any
	for key, value := range object {
		if key != name && !(strings.HasSuffix(name, "[x]") && strings.HasPrefix(key, strings.TrimSuffix(name, "[x]"))) {
			continue
		}
		if list, isList := value.([]any); isList {
			values = append(values, list...)
		} else {
			values = append(values, value)
		}
	}
	if !sliced || strings.HasSuffix(name, "[x]") {
		return values
	}
	var within []any
	for _, value := range values {
		if c.belongs(value, id, slice) {
			within = append(within, value)
		}
	}
	return within
}

// belongs tells whether a value is of a slice: by the URL of an extension, or by the
// patterns below the slice that tell slices apart. Slices that share one URL are told
// apart by the id the server gives them.
func (c *profileCheck) belongs(value any, id, slice string) bool {
	shared := map[string]int{}
	within := id[:strings.LastIndexByte(id, '.')+1]
	for _, e := range c.elements {
		if e.ID[:strings.LastIndexByte(e.ID, '.')+1] != within {
			continue // the same extension on another element is no rival
		}
		for _, t := range e.Types {
			for _, url := range t.Profile {
				shared[url]++
			}
		}
	}
	discriminated := false
	for _, e := range c.elements {
		if e.ID == id {
			for _, t := range e.Types {
				for _, url := range t.Profile {
					object := value.(map[string]any)
					if object["url"] != url {
						return false
					}
					return shared[url] == 1 || object["id"] == slice
				}
			}
		}
		below, ok := strings.CutPrefix(e.ID, id+".")
		if !ok || len(e.Patterns) == 0 {
			continue
		}
		discriminated = true
		values := []any{value}
		at := id
		for _, part := range strings.Split(below, ".") {
			at += "." + part
			var next []any
			for _, v := range values {
				next = append(next, c.children(v, at)...)
			}
			values = next
		}
		for _, pattern := range e.Patterns {
			if len(values) == 0 || !fits(pattern, values[0]) {
				return false
			}
		}
	}
	return discriminated
}

// fits tells whether a value holds everything a pattern has.
func fits(pattern, value any) bool {
	switch p := pattern.(type) {
	case map[string]any:
		v, ok := value.(map[string]any)
		for name := range p {
			ok = ok && fits(p[name], v[name])
		}
		return ok
	case []any:
		v, ok := value.([]any)
		for _, one := range p {
			some := false
			for i := range v {
				some = some || fits(one, v[i])
			}
			ok = ok && some
		}
		return ok
	}
	return reflect.DeepEqual(pattern, value)
}

// profileOf says which profile a rendering would claim.
var profileOf = map[string]string{
	"Coverage": "openimis-coverage", "InsurancePlan": "openimis-insurance-plan", "Medication": "openimis-medication",
	"ActivityDefinition": "openimis-activitiy-definition",
	"Practitioner-CA":    "openimis-claim-administrator-practitioner", "Practitioner-EO": "openimis-enrolment-officer-practitioner",
	"Invoice": "openimis-invoice-invoice", "Invoice-bill": "openimis-invoice-bill", "PaymentNotice": "openimis-payment-notice",
	"Organization":        "openimis-policy-holder-organization",
	"PractitionerRole-CA": "openimis-claim-administrator-practitioner-role", "PractitionerRole-EO": "openimis-enrolment-officer-practitioner-role",
}

// TestProfilesAreClaimedTruly checks every rendering of the strict base against the files
// of the guide: one that claims its profile breaks none of it, one that does not claim it
// breaks something or holds a code the guide does not know.
func TestProfilesAreClaimedTruly(t *testing.T) {
	for name, typed := range rendered(t) {
		if strings.HasSuffix(name, "compatible") || strings.HasSuffix(name, "phone") {
			continue
		}
		t.Run(name, func(t *testing.T) {
			resource := map[string]any{}
			if err := json.Unmarshal(encode(t, typed), &resource); err != nil {
				t.Fatal(err)
			}
			kind := resource["resourceType"].(string)
			text := string(encode(t, typed))
			for _, code := range []string{"CA", "EO"} {
				if profileOf[kind+"-"+code] != "" && strings.Contains(text, `"code": "`+code+`"`) {
					kind += "-" + code
				}
			}
			if strings.HasPrefix(name, "Invoice-bill") {
				kind = "Invoice-bill"
			}
			url := mapping.Guide + "StructureDefinition/" + profileOf[kind]
			claimed := strings.Contains(text, url+`"`)
			faults := loadProfile(t, url).run(resource)
			unknownCode := name == "Medication-odd" || name == "Invoice-draft" || name == "Invoice-bill-odd"
			switch {
			case claimed && len(faults) > 0:
				t.Errorf("claims %s and breaks it: %s", url, strings.Join(faults, "; "))
			case claimed && unattainable[profileOf[kind]]:
				t.Errorf("claims %s, which nothing can meet", url)
			case !claimed && len(faults) == 0 && !unknownCode && !unattainable[profileOf[kind]]:
				t.Errorf("conforms to %s and does not say so", url)
			}
		})
	}
}

// TestProfileCheckSees makes sure the check finds what is wrong.
func TestProfileCheckSees(t *testing.T) {
	strict, _ := views(t)
	resource := map[string]any{}
	if err := json.Unmarshal(encode(t, mapping.InsurancePlanOf(strict, product)), &resource); err != nil {
		t.Fatal(err)
	}
	check := loadProfile(t, mapping.Guide+"StructureDefinition/openimis-insurance-plan")
	for _, spoil := range []func(){
		func() { delete(resource, "name") },
		func() { resource["alias"] = []any{"x"} },
		func() { resource["extension"] = resource["extension"].([]any)[1:] },
		func() { resource["identifier"] = resource["identifier"].([]any)[:1] },
	} {
		before := len(check.run(resource))
		spoil()
		if after := len(check.run(resource)); after <= before {
			t.Errorf("%d faults after %d", after, before)
		}
	}
}
