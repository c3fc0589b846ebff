package cmd_test

import (
	"strings"
	"testing"

	"github.com/openimis/openimis-go/cmd"
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/core/config"
	"github.com/openimis/openimis-go/modules"
	"github.com/openimis/openimis-go/persistence"
)

// The insurance numbers of a site are those its settings ask for, on both bases: others are
// refused, and drawn ones are like them.
func TestInsuranceNumbersOfASite(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, func(p *cmd.Parts) { p.Config.NumberLength, p.Config.NumberModulus = 10, 7 })
		person := func(number string) string {
			return `{"resourceType":"Patient","name":[{"use":"usual","family":"Mensah","given":["Ama"]}],"birthDate":"1990-02-28"` + number + `}`
		}
		code := func(number string) string {
			return `,"identifier":[{"type":{"coding":[{"system":"https://openimis.github.io/openimis_fhir_r4_ig/CodeSystem/openimis-identifiers","code":"Code"}]},"value":"` + number + `"}]`
		}
		in := map[string]string{"Content-Type": "application/json"}
		for _, base := range []string{"/fhir", "/api/api_fhir_r4"} {
			for number, says := range map[string]string{"123": "10", "0000000013": "last digit", "": ""} {
				body := person("")
				if number != "" {
					body = person(code(number))
				}
				w := call{method: "POST", target: base + "/Patient", body: body, header: in, user: "Admin:admin123"}.on(s)
				switch {
				case number != "" && (w.Code != 422 || !strings.Contains(w.Body.String(), says) || !strings.Contains(w.Body.String(), "Patient.identifier")):
					t.Errorf("%s %q: %d %s", base, number, w.Code, w.Body)
				case number == "" && w.Code != 201:
					t.Errorf("%s drawn: %d %s", base, w.Code, w.Body)
				}
			}
		}
		var drawn []persistence.Insuree
		x := store.Read(core.WithPrincipal(t.Context(), core.SystemPrincipal))
		if err := x.DB().Where(persistence.Compare(persistence.Column("", "LastName"), "=", "Mensah")).Find(&drawn).Error; err != nil || len(drawn) != 2 {
			t.Fatalf("%d people, %v", len(drawn), err)
		}
		for _, p := range drawn {
			if len(*p.CHFID) != 10 {
				t.Errorf("drawn %s", *p.CHFID)
			}
		}
	})
}

// A rule no number can follow is refused when the program starts.
func TestNumberRuleThatCannotBe(t *testing.T) {
	registry, err := core.NewRegistry(modules.All(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for setting, change := range map[string]func(c *config.Config){
		"insurance-number-length":  func(c *config.Config) { c.NumberLength = 51 },
		"insurance-number-modulus": func(c *config.Config) { c.NumberModulus = 11 },
	} {
		c := config.Default()
		change(&c)
		if _, err := cmd.Assemble(cmd.Parts{Config: c, Registry: registry}); core.CodeOf(err) != core.Invalid || !strings.Contains(err.Error(), setting) {
			t.Errorf("%s: %v", setting, err)
		}
	}
}
