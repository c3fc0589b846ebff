package cmd_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// concepts is what a phone looks at in a code system.
type concepts struct {
	ResourceType, ID, URL string
	Count                 int
	Concept               []struct{ Code, Display string }
}

func readConcepts(t *testing.T, h http.Handler, target, user string) concepts {
	t.Helper()
	w := call{target: target, user: user}.on(h)
	var c concepts
	if w.Code != 200 {
		t.Fatalf("%s: %d %s", target, w.Code, w.Body)
	}
	if err := json.Unmarshal(w.Body.Bytes(), &c); err != nil {
		t.Fatal(err)
	}
	return c
}

// The exact URLs of the older server answer one code system each: whole, under its
// canonical, with words for every code.
func TestCodeSystemURLsOfTodaysClients(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		for name, id := range map[string]string{
			"patient-education-level": "", "patient-profession": "", "patient-identification-type": "", "patient-contact-relationship": "",
			"group-type": "", "group-confirmation-type": "", "diagnosis": "diagnosis-ICD10-level1", "organization-hf-legal-form": "",
			"organization-hf-level": "", "organization-ph-legal-form": "", "organization-ph-activity": "",
		} {
			if id == "" {
				id = name
			}
			for _, slash := range []string{"/", ""} {
				got := readConcepts(t, s, "/api/api_fhir_r4/CodeSystem/"+name+slash, "Admin:admin123")
				if got.ResourceType != "CodeSystem" || got.ID != id || got.URL != mapping.Guide+"CodeSystem/"+id {
					t.Errorf("%s: %s/%s, %s", name, got.ResourceType, got.ID, got.URL)
				}
				if len(got.Concept) == 0 || got.Count != len(got.Concept) {
					t.Errorf("%s: %d concepts, count %d", name, len(got.Concept), got.Count)
				}
				for _, c := range got.Concept {
					if c.Code == "" || c.Display == "" {
						t.Errorf("%s: %+v", name, c)
					}
				}
			}
		}
		if w := (call{target: "/fhir/CodeSystem/diagnosis", user: "Admin:admin123"}).on(s); w.Code != 404 {
			t.Errorf("the strict base knows the alias: %d", w.Code)
		}
	})
}

// A claims phone signs in and downloads its registers; the diagnoses are what is live, in
// one answer however many they are.
func TestPhoneDownloadsDiagnoses(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		token := login(t, s, "CA001", "claims123")
		registers, err := store.Registers(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		live := map[string]string{}
		for _, row := range registers.Diagnoses.All() {
			live[row.ICDCode] = row.ICDName
		}
		w := call{target: "/api/api_fhir_r4/CodeSystem/diagnosis/", bearer: token}.on(s)
		if kind := w.Header().Get("Content-Type"); w.Code != 200 || !strings.HasPrefix(kind, "application/json") {
			t.Fatalf("%d %s", w.Code, kind)
		}
		got := concepts{}
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		if len(got.Concept) != len(live) || len(live) == 0 {
			t.Errorf("%d diagnoses, %d rows", len(got.Concept), len(live))
		}
		for _, c := range got.Concept {
			if live[c.Code] != c.Display {
				t.Errorf("%s means %q, not %q", c.Code, c.Display, live[c.Code])
			}
		}
	})
}

const posted = `{"resourceType":"Parameters","parameter":[`

func TestTerminologyScenarios(t *testing.T) {
	asked := func(pairs ...string) string {
		values := url.Values{}
		for i := 0; i < len(pairs); i += 2 {
			values.Add(pairs[i], pairs[i+1])
		}
		return "?" + values.Encode()
	}
	system, set := mapping.Guide+"CodeSystem/", mapping.Guide+"ValueSet/"
	body := map[string]string{"Content-Type": "application/fhir+json"}
	xmlBody := map[string]string{"Content-Type": "application/fhir+xml", "Accept": "application/fhir+xml"}
	cases := []struct {
		name   string
		call   call
		status int
		says   string // in JSON, after the spaces are gone
		xml    string
	}{
		{"read", call{target: "CodeSystem/claim-status"}, 200, `"content":"complete","count":5,"concept":[{"code":"1","display":"Rejected"}`, `<code value="1"/><display value="Rejected"/>`},
		{"read a set", call{target: "ValueSet/claim-status"}, 200, `"compose":{"include":[{"system":"` + system + `claim-status"}]}`, `<system value="` + system + `claim-status"/>`},
		{"a set of HL7's codes", call{target: "ValueSet/coverage-status"}, 200, `"system":"http://hl7.org/fhir/fm-status","concept":[{"code":"active","display":"Active"}`, `<code value="active"/>`},
		{"no code system of our own", call{target: "CodeSystem/coverage-status"}, 404, "not-found", "not-found"},
		{"unknown", call{target: "CodeSystem/weather"}, 404, "not-found", "not-found"},
		{"search by url", call{target: "CodeSystem" + asked("url", system+"claim-visit-type")}, 200, `"total":1,`, `<total value="1"/>`},
		{"search by name", call{target: "ValueSet" + asked("name", "claimvisit")}, 200, `"total":1,`, `<total value="1"/>`},
		{"search by _id and status", call{target: "CodeSystem" + asked("_id", "group-type", "status", "active")}, 200, `"total":1,`, `<id value="group-type"/>`},
		{"search by a code", call{target: "CodeSystem" + asked("code", system+"claim-status|16")}, 200, `"id":"claim-status"`, `<id value="claim-status"/>`},
		{"search without an answer", call{target: "CodeSystem" + asked("status", "draft")}, 200, `"total":0`, `<total value="0"/>`},
		{"modifier in", call{target: "CodeSystem" + asked("code:in", set+"claim-status")}, 400, "code:in", "code:in"},
		{"lookup", call{target: "CodeSystem/$lookup" + asked("system", system+"organization-hf-level", "code", "H")}, 200, `{"name":"display","valueString":"Hospital"}`, `<valueString value="Hospital"/>`},
		{"lookup of a posted coding", call{method: "POST", target: "CodeSystem/$lookup", header: body,
			body: posted + `{"name":"coding","valueCoding":{"system":"` + system + `claim-visit-type","code":"E"}}]}`}, 200, `"valueString":"Emergency"`, ""},
		{"lookup in XML", call{method: "POST", target: "CodeSystem/$lookup", header: xmlBody,
			body: `<Parameters xmlns="http://hl7.org/fhir"><parameter><name value="system"/><valueUri value="` + system + `claim-visit-type"/></parameter><parameter><name value="code"/><valueCode value="R"/></parameter></Parameters>`}, 200, "", `<valueString value="Referrals"/>`},
		{"lookup of no code", call{target: "CodeSystem/$lookup" + asked("system", system+"organization-hf-level", "code", "X")}, 404, `"expression":["code"]`, ""},
		{"lookup in no system", call{target: "CodeSystem/$lookup" + asked("system", "http://example.org", "code", "X")}, 404, `"expression":["system"]`, ""},
		{"lookup without system", call{target: "CodeSystem/$lookup" + asked("code", "X")}, 400, `"expression":["system"]`, ""},
		{"lookup of another version", call{target: "CodeSystem/$lookup" + asked("system", system+"organization-hf-level", "code", "H", "version", "7")}, 404, "version", ""},
		{"lookup with what it does not have", call{target: "CodeSystem/$lookup" + asked("code", "X", "mood", "y")}, 400, `"expression":["mood"]`, ""},
		{"valid", call{target: "CodeSystem/$validate-code" + asked("url", system+"location-type", "code", "W")}, 200, `{"name":"result","valueBoolean":true}`, `<valueBoolean value="true"/>`},
		{"valid on the instance", call{target: "CodeSystem/location-type/$validate-code" + asked("code", "W", "display", "municipality/ward")}, 200, `"valueBoolean":true`, ""},
		{"wrong words", call{target: "CodeSystem/location-type/$validate-code" + asked("code", "W", "display", "Region")}, 200, `"valueBoolean":false`, ""},
		{"not valid", call{target: "CodeSystem/location-type/$validate-code" + asked("code", "Q")}, 200, `"valueBoolean":false`, `<valueBoolean value="false"/>`},
		{"nothing to validate", call{target: "CodeSystem/location-type/$validate-code"}, 400, `"expression":["code"]`, ""},
		{"instance and url", call{target: "CodeSystem/location-type/$validate-code" + asked("code", "W", "url", system+"group-type")}, 200, `"valueBoolean":true`, ""},
		{"system in place of url", call{target: "CodeSystem/$validate-code" + asked("system", system+"location-type", "code", "W")}, 200, `"valueBoolean":true`, `<valueBoolean value="true"/>`},
		{"system and url", call{target: "CodeSystem/$validate-code" + asked("system", system+"location-type", "url", system+"location-type", "code", "Q")}, 200, `"valueBoolean":false`, ""},
		{"another system than url", call{target: "CodeSystem/$validate-code" + asked("system", system+"group-type", "url", system+"location-type", "code", "W")}, 400, `"expression":["system"]`, ""},
		{"expand an instance and a url", call{target: "ValueSet/claim-visit-type/$expand" + asked("url", set+"claim-status")}, 200, `"url":"` + set + `claim-visit-type"`, ""},
		{"one coding of a concept is enough", call{method: "POST", target: "ValueSet/patient-marital-status/$validate-code", header: body,
			body: posted + `{"name":"codeableConcept","valueCodeableConcept":{"coding":[{"system":"http://example.org","code":"M"},{"system":"http://terminology.hl7.org/CodeSystem/v3-NullFlavor","code":"UNK"}]}}]}`}, 200, `"valueBoolean":true`, ""},
		{"code in a set", call{target: "ValueSet/$validate-code" + asked("url", set+"usage-context-gender-type", "system", "http://hl7.org/fhir/administrative-gender", "code", "female")}, 200, `"valueBoolean":true`, ""},
		{"code of another system", call{target: "ValueSet/$validate-code" + asked("url", set+"usage-context-gender-type", "system", "http://example.org", "code", "female")}, 200, `"valueBoolean":false`, ""},
		{"code without system", call{target: "ValueSet/$validate-code" + asked("url", set+"usage-context-gender-type", "code", "female")}, 400, `"expression":["system"]`, ""},
		{"expand", call{target: "ValueSet/$expand" + asked("url", set+"claim-visit-type")}, 200, `"total":3,"contains":[{"system":"` + system + `claim-visit-type","code":"E","display":"Emergency"}`, `<code value="E"/>`},
		{"expand with a filter", call{target: "ValueSet/claim-rejection-reasons/$expand" + asked("filter", "SURGERIES")}, 200, `"contains":[{"system":"` + system + `claim-rejection-reasons","code":"14"`, `<code value="14"/>`},
		{"expand a page", call{target: "ValueSet/claim-visit-type/$expand" + asked("offset", "1", "count", "1")}, 200, `"total":3,"offset":1,"parameter":[{"name":"offset","valueInteger":1},{"name":"count","valueInteger":1}],"contains":[{"system":"` + system + `claim-visit-type","code":"O","display":"Other"}]`, `<code value="O"/>`},
		{"expand behind the end", call{target: "ValueSet/claim-visit-type/$expand" + asked("offset", "9")}, 200, `"total":3,"offset":9`, ""},
		{"expand for the total", call{target: "ValueSet/claim-visit-type/$expand" + asked("count", "0")}, 200, `"total":3`, ""},
		{"expand a wrong page", call{target: "ValueSet/claim-visit-type/$expand" + asked("offset", "-1")}, 400, `"expression":["offset"]`, ""},
		{"expand what is posted", call{method: "POST", target: "ValueSet/$expand", header: body, body: `{"resourceType":"ValueSet","status":"active"}`}, 400, "Parameters", ""},
		{"expand nothing", call{target: "ValueSet/$expand"}, 400, `"expression":["url"]`, ""},
		{"declared", call{target: "metadata"}, 200, `{"name":"expand","definition":"http://hl7.org/fhir/OperationDefinition/ValueSet-expand"`, `<name value="lookup"/>`},
	}
	gaps := regexp.MustCompile(`>\s+<`)
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		for _, base := range []string{"/fhir/", "/api/api_fhir_r4/"} {
			for _, c := range cases {
				if base != "/fhir/" && strings.Contains(c.name, "modifier") {
					continue // the compatible base passes over modifiers on what it knows not
				}
				c.call.target, c.call.user = base+strings.TrimPrefix(c.call.target, base), "Admin:admin123"
				if c.says != "" {
					w := c.call.on(s)
					if w.Code != c.status || !strings.Contains(w.Body.String(), c.says) {
						t.Errorf("%s%s: %d %s, want %d and %s", base, c.name, w.Code, w.Body, c.status, c.says)
					}
					if _, err := fhir.DecodeJSON(w.Body.Bytes(), fhir.DecodeOptions{}); err != nil && base == "/fhir/" {
						t.Errorf("%s: no valid R4: %v", c.name, err)
					}
				}
				if c.xml == "" {
					continue
				}
				inXML := c.call
				if inXML.header == nil {
					inXML.header = map[string]string{"Accept": "application/fhir+xml"}
				}
				w := inXML.on(s)
				if w.Code != c.status || !strings.Contains(gaps.ReplaceAllString(w.Body.String(), "><"), c.xml) {
					t.Errorf("%s%s in XML: %d %s, want %d and %s", base, c.name, w.Code, w.Body, c.status, c.xml)
				}
				if _, err := fhir.DecodeXML(w.Body.Bytes(), fhir.DecodeOptions{}); err != nil && base == "/fhir/" {
					t.Errorf("%s: no valid R4 in XML: %v", c.name, err)
				}
			}
		}
	})
}

// Lists about people, families and claims ask for the rights of what they are used in, at
// every door to them.
func TestListsAskForRights(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		diagnosis := mapping.Guide + "CodeSystem/diagnosis-ICD10-level1"
		for _, c := range []struct {
			target, user string
			status       int
		}{
			{"/fhir/CodeSystem/diagnosis-ICD10-level1", "", 401},
			{"/fhir/CodeSystem/diagnosis-ICD10-level1", "manager:manager123", 403},
			{"/fhir/CodeSystem/diagnosis-ICD10-level1", "CA001:claims123", 200},
			{"/fhir/ValueSet/diagnosis-ICD10-level1", "manager:manager123", 403},
			{"/fhir/ValueSet/diagnosis-ICD10-level1/$expand", "manager:manager123", 403},
			{"/fhir/CodeSystem/$lookup?code=A00&system=" + url.QueryEscape(diagnosis), "manager:manager123", 403},
			{"/fhir/CodeSystem/$validate-code?code=A00&url=" + url.QueryEscape(diagnosis), "manager:manager123", 403},
			{"/api/api_fhir_r4/CodeSystem/diagnosis/", "manager:manager123", 403},
			{"/api/api_fhir_r4/CodeSystem/patient-profession/", "manager:manager123", 403},
			{"/api/api_fhir_r4/CodeSystem/group-type/", "manager:manager123", 403},
			{"/api/api_fhir_r4/CodeSystem/organization-hf-legal-form/", "manager:manager123", 200},
			{"/api/api_fhir_r4/CodeSystem/patient-profession/", "EO001:officer123", 200},
		} {
			if w := (call{target: c.target, user: c.user}).on(s); w.Code != c.status {
				t.Errorf("%s as %s: %d, want %d", c.target, c.user, w.Code, c.status)
			}
		}
		all := readBundle(t, call{target: "/fhir/CodeSystem?_summary=true&_count=100", user: "Admin:admin123"}.on(s))
		some := readBundle(t, call{target: "/fhir/CodeSystem?_summary=true&_count=100", user: "manager:manager123"}.on(s))
		if all.Total-some.Total != 7 || len(all.Entry) != all.Total {
			t.Errorf("an administrator sees %d lists, a manager %d", all.Total, some.Total)
		}
	})
}

// Every code of the guide's systems that any resource shows is in the code system as it is
// served, with the words it is shown with.
func TestEveryCodeShownIsServed(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		served := map[string]map[string]string{}
		for _, l := range mapping.CodeLists {
			if l.Defines() {
				words := map[string]string{}
				for _, c := range readConcepts(t, s, "/fhir/CodeSystem/"+l.ID, "Admin:admin123").Concept {
					words[c.Code] = c.Display
				}
				served[l.System()] = words
			}
		}
		seen := map[string]bool{}
		for _, base := range []string{"/fhir/", "/api/api_fhir_r4/"} {
			for _, typ := range []string{"Patient", "Group", "Coverage", "Claim", "ClaimResponse", "Location", "Organization", "Practitioner", "PractitionerRole", "InsurancePlan", "Medication", "ActivityDefinition", "Contract", "Invoice", "Location?physicalType=si"} {
				w := call{target: base + typ, user: "Admin:admin123"}.on(s)
				if strings.Contains(typ, "?") && base == "/fhir/" {
					continue
				}
				if !strings.Contains(typ, "?") {
					w = call{target: base + typ + "?_count=200", user: "Admin:admin123"}.on(s)
				}
				if w.Code != 200 {
					t.Fatalf("%s%s: %d %s", base, typ, w.Code, w.Body)
				}
				var tree any
				if err := json.Unmarshal(w.Body.Bytes(), &tree); err != nil {
					t.Fatal(err)
				}
				codings(tree, func(system, code, display string) {
					if !strings.HasPrefix(system, mapping.Guide) {
						return
					}
					words, held := served[system][code]
					if seen[system] = true; !held || display != "" && display != words {
						t.Errorf("%s%s shows %s|%s %q; served is %q", base, typ, system, code, display, words)
					}
				})
			}
		}
		if len(seen) < 20 {
			t.Errorf("only %d systems were seen: %v", len(seen), seen)
		}
	})
}

// codings visits everything in a tree that is a Coding with system and code.
func codings(tree any, visit func(system, code, display string)) {
	switch v := tree.(type) {
	case map[string]any:
		system, _ := v["system"].(string)
		code, coded := v["code"].(string)
		if display, _ := v["display"].(string); coded && system != "" {
			visit(system, code, display)
		}
		for _, child := range v {
			codings(child, visit)
		}
	case []any:
		for _, child := range v {
			codings(child, visit)
		}
	}
}
