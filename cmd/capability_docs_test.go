package cmd_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/cmd"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// probes ask for one row of the table of capabilities each: a request, or after "claims" an
// interaction that some type claims. A request that is answered by less than 300, or by 304,
// is a yes. ID and VERSION are those of a person.
var probes = map[string]string{
	"read":                               "GET Patient/ID",
	"conditional read":                   "GET Patient/ID If-None-Match W/\"VERSION\"",
	"vread":                              "GET Patient/ID/_history/VERSION",
	"history of an instance":             "GET Patient/ID/_history",
	"history of a type":                  "GET Patient/_history",
	"history of the system":              "GET _history",
	"create":                             "claims create",
	"conditional create":                 "claims conditional-create",
	"update":                             "claims update",
	"update as create":                   "claims update-create",
	"update with `If-Match`":             "PATCH Patient/ID If-Match W/\"VERSION\" application/merge-patch+json {}",
	"conditional update":                 "claims conditional-update",
	"JSON Patch":                         "PATCH Patient/ID application/json-patch+json []",
	"JSON Merge Patch":                   "PATCH Patient/ID application/merge-patch+json {}",
	"FHIRPath Patch":                     `PATCH Patient/ID application/fhir+json {"resourceType":"Parameters"}`,
	"conditional patch":                  "PATCH Patient?_id=ID application/merge-patch+json {}",
	"delete":                             "claims delete",
	"conditional delete of one":          "claims conditional-delete",
	"batch":                              `POST . application/fhir+json {"resourceType":"Bundle","type":"batch"}`,
	"transaction":                        `POST . application/fhir+json {"resourceType":"Bundle","type":"transaction"}`,
	"capabilities":                       "GET metadata",
	"JSON":                               "GET Patient/ID Accept application/fhir+json",
	"XML":                                "GET Patient/ID Accept application/fhir+xml",
	"RDF (Turtle)":                       "GET Patient/ID Accept application/fhir+turtle",
	"search by GET":                      "GET Patient?gender=female",
	"search by POST":                     "POST Patient/_search application/x-www-form-urlencoded gender=female",
	"search of the whole system":         "GET ?_id=ID",
	"search of a compartment":            "GET Patient/ID/Claim",
	"paging by links":                    "GET Patient?_count=1",
	"`_sort`":                            "GET Patient?_sort=family",
	"`_total`":                           "GET Patient?_total=accurate",
	"`_summary`":                         "GET Patient?_summary=true",
	"`_elements`":                        "GET Patient?_elements=name",
	"`_include`":                         "GET Patient?_include=Patient:general-practitioner",
	"`_revinclude`":                      "GET Patient?_revinclude=Claim:patient",
	"`_include:iterate`":                 "GET Claim?_include=Claim:patient&_include:iterate=Patient:general-practitioner",
	"`_contained`":                       "GET Patient?_contained=true",
	"`_id`":                              "GET Patient?_id=ID",
	"`_lastUpdated`":                     "GET Patient?_lastUpdated=ge2000",
	"`_filter`":                          "GET Patient?_filter=gender+eq+female",
	"`_has`":                             "GET Patient?_has:Claim:patient:status=active",
	"chained parameters":                 "GET Claim?patient.gender=female",
	"`_text`, `_content`":                "GET Patient?_text=a",
	"`_list`":                            "GET Patient?_list=a",
	"`_query`":                           "GET Patient?_query=a",
	"token":                              "GET Patient?gender=female",
	"string":                             "GET Patient?family=a",
	"date":                               "GET Patient?birthdate=lt2000",
	"reference":                          "GET Claim?patient=Patient/ID",
	"uri":                                "GET CodeSystem?url=http://example.org",
	"number":                             "GET RiskAssessment?probability=1",
	"composite":                          "GET Group?characteristic-value=a$b",
	"special: `near`":                    "GET Location?near=1|1|1|km",
	"`:missing`":                         "GET Patient?birthdate:missing=true",
	"`:exact`":                           "GET Patient?family:exact=a",
	"`:contains`":                        "GET Patient?family:contains=a",
	"`:not`":                             "GET Patient?gender:not=male",
	"`:identifier`":                      "GET Claim?patient:identifier=1",
	"`:[type]`":                          "GET Claim?patient:Patient=ID",
	"`:in`, `:not-in`":                   "GET Claim?visit-type:in=https://openimis.github.io/openimis_fhir_r4_ig/ValueSet/claim-visit-type",
	"`:below` of codes":                  "GET Claim?visit-type:below=E",
	"`:above`":                           "GET Claim?visit-type:above=E",
	"`:text`":                            "GET Claim?visit-type:text=E",
	"`$validate`":                        "GET Patient/ID/$validate",
	"`$expand`":                          "GET ValueSet/claim-status/$expand",
	"`$lookup`":                          "GET CodeSystem/$lookup?system=https://openimis.github.io/openimis_fhir_r4_ig/CodeSystem/claim-status&code=1",
	"`$validate-code`":                   "GET CodeSystem/claim-status/$validate-code?code=1",
	"`Patient/$everything`":              "GET Patient/ID/$everything",
	"`Patient/$match`":                   `POST Patient/$match application/fhir+json {"resourceType":"Patient","identifier":[{"value":"1"}]}`,
	"`Patient/$ihe-pix`":                 "GET Patient/$ihe-pix?sourceIdentifier=https://openimis.github.io/openimis_fhir_r4_ig/NamingSystem/patient-code%7C100001145",
	"`$meta`":                            "GET Patient/ID/$meta",
	"`$meta-add`, `$meta-delete`":        `POST Patient/ID/$meta-add application/fhir+json {"resourceType":"Parameters","parameter":[{"name":"meta","valueMeta":{"tag":[{"code":"x"}]}}]}`,
	"OperationDefinition":                "GET OperationDefinition/Patient-match",
	"Provenance":                         "GET Provenance?target=Patient/ID",
	"subscriptions to topics, `$status`": "GET Subscription/$status",
	"`$translate`":                       "GET ConceptMap/$translate?code=1",
	"`$subsumes`":                        "GET CodeSystem/$subsumes?codeA=1&codeB=2&system=a",
	"`$diff`, `$graphql`, `$lastn`":      "GET Patient/ID/$graphql",
	"`$convert`, `$snapshot`, `$apply`":  "GET StructureDefinition/openimis-patient/$snapshot",
}

// capabilityRow is a row of the table in docs/conformance.md.
type capabilityRow struct{ name, here, note string }

func capabilityRows(t *testing.T) []capabilityRow {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "docs", "conformance.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(text), "\n## Capabilities\n")
	section, _, _ = strings.Cut(section, "\n## ")
	if !found {
		t.Fatal("docs/conformance.md has no table of capabilities")
	}
	var rows []capabilityRow
	for _, line := range strings.Split(section, "\n") {
		if cells := strings.Split(line, " | "); len(cells) == 3 && strings.HasPrefix(line, "| ") && cells[0] != "| R4" {
			rows = append(rows, capabilityRow{strings.TrimPrefix(cells[0], "| "), cells[1], strings.TrimSpace(strings.TrimSuffix(cells[2], "|"))})
		}
	}
	return rows
}

// The table of capabilities says what the server does: each row is asked for, and what is
// not here has a reason.
func TestCapabilityTable(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, func(p *cmd.Parts) { p.Config.Audit = "off" })
		claimed := strings.Join(readClaims(t, s, "/fhir").lines("/fhir"), "\n")
		try := claimTry{t, s, "/fhir", asFHIR}
		told := map[string]bool{}
		for _, row := range capabilityRows(t) {
			told[row.name] = true
			probe, known := probes[row.name]
			if !known {
				t.Errorf("nothing asks for %q", row.name)
				continue
			}
			here := "no"
			if interaction, is := strings.CutPrefix(probe, "claims "); is && strings.Contains(claimed, " "+interaction+"\n") || !is && try.probe(probe) {
				here = "yes"
			}
			if row.here != here {
				t.Errorf("%s: the table says %q, and it is %s (%s)", row.name, row.here, here, probe)
			}
			if row.here == "no" && row.note == "" {
				t.Errorf("%s: no, and why?", row.name)
			}
		}
		for name := range probes {
			if !told[name] {
				t.Errorf("the table has no row %q", name)
			}
		}
	})
}

// probe asks for one row; the words of a probe are method, target, header with value, type
// of the body, body.
func (c claimTry) probe(probe string) bool {
	id, version := c.first(&typeClaims{Type: "Patient", Interaction: []struct{ Code string }{{"search-type"}}})
	words := strings.Fields(strings.NewReplacer("ID", id, "VERSION", version).Replace(probe))
	one := call{method: words[0], target: c.base + "/" + words[1], user: "Admin:admin123", header: map[string]string{"Accept": asFHIR}}
	if words[1] == "." || strings.HasPrefix(words[1], "?") {
		one.target = c.base + strings.TrimPrefix(words[1], ".")
	}
	for rest := words[2:]; len(rest) > 1; rest = rest[2:] {
		if strings.Contains(rest[0], "/") {
			one.header["Content-Type"], one.body = rest[0], rest[1]
		} else {
			one.header[rest[0]] = rest[1]
		}
	}
	w := one.on(c.h)
	if w.Code >= 500 {
		c.t.Errorf("%s: %d %s", probe, w.Code, w.Body)
	}
	return w.Code < 300 || w.Code == 304
}

// Every search parameter R4 has for a type that is served works, or the documentation says
// why it does not; testdata/r4-search.txt lists them, a type and a name in a line.
func TestSearchParametersOfR4(t *testing.T) {
	read := func(path ...string) string {
		text, err := os.ReadFile(filepath.Join(path...))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	s := assemble(t, persistencetest.SQLite(t), nil)
	claimed := map[string]bool{}
	for _, r := range readClaims(t, s, "/fhir").Rest[0].Resource {
		for _, p := range r.SearchParam {
			claimed[r.Type+" "+p.Name] = true
		}
	}
	absent := map[string]bool{}
	_, table, _ := strings.Cut(read("..", "docs", "conformance.md"), "\n## Search parameters of R4 that are not here\n")
	table, _, _ = strings.Cut(table, "\n## ")
	for _, line := range strings.Split(table, "\n") {
		cells := strings.Split(strings.Trim(line, "| "), " | ")
		if len(cells) != 2 || cells[0] == "Why" {
			continue
		}
		for _, of := range strings.Split(cells[1], "; ") {
			typ, names, _ := strings.Cut(of, ": ")
			for _, name := range strings.Split(names, ", ") {
				absent[typ+" "+name] = true
			}
		}
	}
	list := strings.Split(strings.TrimSpace(read("testdata", "r4-search.txt")), "\n")
	for _, param := range list {
		if claimed[param] == absent[param] {
			t.Errorf("%s: /metadata claims it %v, the documentation says that it is not here %v", param, claimed[param], absent[param])
		}
		delete(absent, param)
	}
	for param := range absent {
		t.Errorf("%s is no search parameter of R4", param)
	}
	if len(list) < 300 {
		t.Errorf("only %d parameters were compared", len(list))
	}
}
