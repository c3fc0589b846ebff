package search

import (
	"fmt"
	"strings"
	"testing"
)

// told writes a clause so that a test can compare it.
func told(c *Clause) string {
	if c.Filter != nil {
		return toldFilter(c.Filter)
	}
	if len(c.Chains) > 0 {
		var parts []string
		for i := range c.Chains {
			link := &c.Chains[i]
			if link.Param != nil {
				parts = append(parts, fmt.Sprintf("%s by %s [%s]", link.Type, link.Param.Name, told(&link.Clause)))
				continue
			}
			parts = append(parts, fmt.Sprintf("%s to %s [%s]", c.Param.Name, link.Type, told(&link.Clause)))
		}
		return strings.Join(parts, " | ")
	}
	text := c.Param.Name
	if c.Modifier != NoModifier {
		text += ":" + string(c.Modifier)
	}
	if c.Modifier == Missing {
		return fmt.Sprintf("%s=%v", text, c.Missing)
	}
	for i, v := range c.Values {
		text += map[bool]string{true: "=", false: ","}[i == 0] + string(v.Prefix) + v.System + map[bool]string{true: "|"}[v.HasSystem] + v.Text + v.Number
	}
	return text
}

func toldFilter(f *Filter) string {
	list := func(word string, all []Filter) string {
		var parts []string
		for i := range all {
			parts = append(parts, toldFilter(&all[i]))
		}
		return "(" + strings.Join(parts, " "+word+" ") + ")"
	}
	switch {
	case f.Not != nil:
		return "not " + toldFilter(f.Not)
	case f.Clause != nil:
		return told(f.Clause)
	case len(f.All) > 0:
		return list("and", f.All)
	}
	return list("or", f.Any)
}

func TestChains(t *testing.T) {
	for raw, want := range map[string]string{
		"patient.name=Ann":                              "patient to Patient [name=Ann]",
		"patient:Patient.name:exact=Ann,Bob":            "patient to Patient [name:exact=Ann,Bob]",
		"patient.birthdate=ge2000-01-01":                "patient to Patient [birthdate=ge2000-01-01]",
		"patient.name:missing=true":                     "patient to Patient [name:missing=true]",
		"patient.link.identifier=s|1":                   "patient to Patient [link to Patient [identifier=s|1]]",
		"patient:identifier=s|1":                        "patient to Patient [identifier=s|1]",
		"patient._has:Claim:patient:status=active":      "patient to Patient [Claim by patient [status=active]]",
		"status:in=http://vs":                           "status:in=http://vs",
		"status:not-in=http://vs,ValueSet/2":            "status:not-in=http://vs,ValueSet/2",
		"status:below=x":                                "status:below=x",
		"enterer.name=x":                                "",
		"patient.nosuch=x":                              "",
		"patient:Device.name=x":                         "",
		"status.name=x":                                 "",
		"patient.birthdate=never":                       "",
		"subject.name=x":                                "", // it may point to anything, so to nothing that is known
		"patient.link.link.link.link.identifier=1":      "",
		"nosuch.name=x":                                 "",
		"patient.=x":                                    "",
		"patient.name=" + strings.Repeat("x", 1<<20):    "",
		"patient.link" + strings.Repeat(".link", 10000): "",
	} {
		q, _, err := parse(t, "Claim", raw, testOptions())
		switch {
		case want == "" && err == nil:
			t.Errorf("%.60s is taken", raw)
		case want != "" && err != nil:
			t.Errorf("%s: %v", raw, err)
		case want != "":
			if got := told(&q.Clauses[0]); got != want {
				t.Errorf("%s: %s, want %s", raw, got, want)
			}
		}
	}
}

func TestHas(t *testing.T) {
	for raw, want := range map[string]string{
		"_has:Claim:patient:status=active":             "Claim by patient [status=active]",
		"_has:Claim:patient:status:not=active":         "Claim by patient [status:not=active]",
		"_has:Claim:patient:patient.name=x":            "Claim by patient [patient to Patient [name=x]]",
		"_has:Patient:link:_has:Claim:patient:total=5": "Patient by link [Claim by patient [total=eq5]]",
		"_has:Claim:subject:status=active":             "Claim by subject [status=active]",
		"_has:Claim:enterer:status=active":             "",
		"_has:Claim:patient=active":                    "",
		"_has:Claim:patient:nosuch=1":                  "",
		"_has:Nosuch:patient:status=1":                 "",
		"_has:Claim:status:status=1":                   "",
		"_has=1":                                       "",
	} {
		q, _, err := parse(t, "Patient", raw, testOptions())
		switch {
		case want == "" && err == nil:
			t.Errorf("%s is taken", raw)
		case want != "" && err != nil:
			t.Errorf("%s: %v", raw, err)
		case want != "":
			if got := told(&q.Clauses[0]); got != want {
				t.Errorf("%s: %s, want %s", raw, got, want)
			}
			if types := q.Types(); len(types) == 0 || types[0] != strings.Split(raw, ":")[1] {
				t.Errorf("%s looks into %q", raw, types)
			}
		}
	}
}

func TestFilters(t *testing.T) {
	for text, want := range map[string]string{
		`name eq "Ann"`:                                    "name:exact=Ann",
		`name co nn and birthdate ge 2000-01-01`:           "(name:contains=nn and birthdate=ge2000-01-01)",
		`name sw A or name sw B and not (identifier eq 1)`: "(name=A or (name=B and not identifier=1))",
		`(name sw A or name sw B) and identifier eq "s|1"`: "((name=A or name=B) and identifier=s|1)",
		`not (name eq "A B" or identifier ne x)`:           "not (name:exact=A B or not identifier=x)",
		`birthdate pr true`:                                "birthdate:missing=false",
		`birthdate pr false`:                               "birthdate:missing=true",
		`identifier in http://vs`:                          "identifier:in=http://vs",
		`identifier ni http://vs`:                          "not identifier:in=http://vs",
		`link re Patient/1`:                                "link=1",
		`link.name eq "a,b"`:                               "link to Patient [name:exact=a,b]",
		`name eq "quoted \"word\""`:                        `name:exact=quoted "word"`,
		`((((((((((name eq x))))))))))`:                    "name:exact=x",
		`name eq`:                                          "",
		`name`:                                             "",
		``:                                                 "",
		`name eq "A`:                                       "",
		`name like x`:                                      "",
		`nosuch eq 1`:                                      "",
		`(name eq x`:                                       "",
		`name eq x)`:                                       "",
		`not name eq x`:                                    "",
		`birthdate pr maybe`:                               "",
		`birthdate ge soon`:                                "",
		`name eq x and`:                                    "",
		strings.Repeat("(", 5000) + "name eq x" + strings.Repeat(")", 5000): "",
		strings.Repeat("name eq x or ", 100) + "name eq x":                  "",
	} {
		values := map[string][]string{"_filter": {text}}
		q, _, err := Parse("Patient", testParams["Patient"], values, testOptions())
		switch {
		case want == "" && err == nil:
			t.Errorf("%.60s is taken", text)
		case want != "" && err != nil:
			t.Errorf("%s: %v", text, err)
		case want != "":
			if got := told(&q.Clauses[0]); got != want {
				t.Errorf("%s: %s, want %s", text, got, want)
			}
		}
	}
}

// FuzzFilter: no filter makes the parser panic or hang.
func FuzzFilter(f *testing.F) {
	for _, text := range []string{`name eq "Ann"`, `not (name co x) or birthdate ge 2000 and (link.name sw "y")`, `((`, `name pr true`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		_, _, _ = Parse("Patient", testParams["Patient"], map[string][]string{"_filter": {text}}, testOptions())
	})
}
