package cmd_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/openimis/openimis-go/cmd"
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// audited is what the tests look at in an AuditEvent.
type audited struct {
	ID       string
	Type     struct{ Code string }
	Subtype  []struct{ Code string }
	Action   string
	Outcome  string
	Recorded string
	Agent    []struct {
		Name    string
		Network struct{ Address string }
	}
	Entity []struct {
		What   struct{ Reference string }
		Query  []byte
		Detail []struct{ Type, ValueString string }
	}
}

// line says in one line who did what with what outcome.
func (a audited) line() string {
	about, query := "", ""
	for _, e := range a.Entity {
		if e.What.Reference != "" {
			about = " " + e.What.Reference
		}
		if len(e.Query) > 0 {
			query = " ?" + string(e.Query)
		}
	}
	return fmt.Sprintf("%s %s %s %s%s%s", a.Agent[0].Name, a.Action, a.Subtype[0].Code, a.Outcome, about, query)
}

// trail reads the audit as Admin, the oldest first, without what reading it adds.
func trail(t *testing.T, s http.Handler, query string) []audited {
	t.Helper()
	w := call{target: "/fhir/AuditEvent?_count=100&" + query, user: "Admin:admin123"}.on(s)
	var b struct {
		Entry []struct{ Resource audited }
	}
	if err := json.Unmarshal(w.Body.Bytes(), &b); err != nil || w.Code != 200 {
		t.Fatalf("%d %s, %v", w.Code, w.Body, err)
	}
	var list []audited
	for i := len(b.Entry) - 1; i >= 0; i-- {
		if e := b.Entry[i].Resource; !strings.Contains(e.line(), "_count=100") {
			list = append(list, e)
		}
	}
	return list
}

func TestAuditOfEveryAccess(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		found := readBundle(t, call{target: "/fhir/Patient?identifier=100001145", user: "CA001:claims123"}.on(s))
		patient := found.Entry[0].Resource.ID
		for _, c := range []struct {
			name string
			call call
			code int
			line string // "" for none
		}{
			{"a search", call{target: "/fhir/Patient?identifier=100001145", user: "CA001:claims123"}, 200, "CA001 E search-type 0 ?identifier=100001145"},
			{"a read", call{target: "/fhir/Patient/" + patient, user: "CA001:claims123"}, 200, "CA001 R read 0 Patient/" + patient},
			{"a posted search", call{method: "POST", target: "/fhir/Patient/_search", body: "identifier=100001145", user: "CA001:claims123", header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}}, 200,
				"CA001 E search-type 0 ?identifier=100001145"},
			{"what is not there", call{target: "/fhir/Patient/6f1c4f9e-0000-4000-8000-000000000000", user: "CA001:claims123"}, 404, "CA001 R read 4 Patient/6f1c4f9e-0000-4000-8000-000000000000"},
			{"what is not allowed", call{method: "DELETE", target: "/fhir/Patient/" + patient, user: "CA001:claims123"}, 403, "CA001 D delete 4 Patient/" + patient},
			{"a create", call{method: "POST", target: "/fhir/Medication", body: `{"resourceType":"Medication"}`, user: "CA001:claims123"}, 403, "CA001 C create 4"},
			{"a wrong password", call{target: "/fhir/Patient/" + patient, user: "CA001:guess"}, 401, "CA001 E 110122 4"},
			{"a wrong password at login", call{method: "POST", target: "/fhir/login", body: `{"username":"CA001","password":"guess"}`}, 401, "CA001 E 110122 4"},
			{"a login", call{method: "POST", target: "/fhir/login", body: `{"username":"CA001","password":"claims123"}`}, 200, "CA001 E 110122 0"},
			{"metadata", call{target: "/fhir/metadata", user: "CA001:claims123"}, 200, ""},
			{"health", call{target: "/livez"}, 200, ""},
		} {
			t.Run(c.name, func(t *testing.T) {
				before := len(trail(t, s, ""))
				c.call.header = with(c.call.header, "X-Request-Id", "request-1")
				if w := c.call.on(s); w.Code != c.code {
					t.Fatalf("%d %s, want %d", w.Code, w.Body, c.code)
				}
				lines := trail(t, s, "")[before:]
				if c.line == "" && len(lines) == 0 {
					return
				}
				if len(lines) != 1 || lines[0].line() != c.line || lines[0].Agent[0].Network.Address != "192.0.2.1" {
					t.Fatalf("%+v, want %q", lines, c.line)
				}
				if all := fmt.Sprintf("%+v", lines); strings.Contains(all, "guess") || strings.Contains(all, "claims123") {
					t.Errorf("the audit holds a password: %s", all)
				}
			})
		}
	})
}

func with(header map[string]string, name, value string) map[string]string {
	all := map[string]string{name: value}
	for k, v := range header {
		all[k] = v
	}
	return all
}

// A change and its line are written in one transaction, an entry of a Bundle has a line of
// its own, and what a transaction took back is not said to have been done.
func TestAuditOfChanges(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		filled := strings.NewReplacer("CS/", mapping.Guide+"CodeSystem/", "WARD", codeOfWard(t, store))
		place := func(code string) string {
			return filled.Replace(`{"resourceType":"Location","identifier":[{"type":{"coding":[{"system":"CS/openimis-identifiers","code":"Code"}]},"value":"` + code + `"}],` +
				`"name":"Newly","status":"active","mode":"instance","physicalType":{"coding":[{"system":"CS/location-type","code":"V"}]},"partOf":{"identifier":{"value":"WARD"}}}`)
		}
		w := call{method: "POST", target: "/fhir/Location", body: place("AUD1"), user: "Admin:admin123", header: map[string]string{"Content-Type": asFHIR}}.on(s)
		if w.Code != 201 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		var made struct{ ID string }
		_ = json.Unmarshal(w.Body.Bytes(), &made)
		var rows []persistence.Audit // before anything is flushed
		if err := store.Read(system()).DB().Where(persistence.Compare(persistence.Column("", "interaction"), "=", "create")).Find(&rows).Error; err != nil || len(rows) != 1 || rows[0].Event != "location.created" || rows[0].Outcome != 0 {
			t.Fatalf("%+v, %v", rows, err)
		}
		if lines := trail(t, s, "action=C"); len(lines) != 1 || lines[0].line() != "Admin C create 0 Location/"+made.ID {
			t.Errorf("%+v", lines)
		}
		post := func(kind, entries string) int {
			return call{method: "POST", target: "/fhir", body: `{"resourceType":"Bundle","type":"` + kind + `","entry":[` + entries + `]}`, user: "Admin:admin123", header: map[string]string{"Content-Type": asFHIR}}.on(s).Code
		}
		create := `{"resource":` + place("AUD2") + `,"request":{"method":"POST","url":"Location"}}`
		if code := post("transaction", create+`,{"request":{"method":"GET","url":"Location/6f1c4f9e-0000-4000-8000-000000000000"}}`); code != 404 {
			t.Fatalf("%d", code)
		}
		if lines := trail(t, s, "subtype=batch"); len(lines) != 1 || lines[0].line() != "Admin E batch 4" {
			t.Errorf("%+v", lines)
		}
		if lines := trail(t, s, "action=C"); len(lines) != 1 {
			t.Errorf("what was taken back: %+v", lines)
		}
		if code := post("batch", create+`,{"request":{"method":"GET","url":"Location/`+made.ID+`"}}`); code != 200 {
			t.Fatalf("%d", code)
		}
		lines := trail(t, s, "entity=Location/"+made.ID)
		if len(lines) != 2 || lines[1].line() != "Admin R read 0 Location/"+made.ID {
			t.Errorf("%+v", lines)
		}
		if lines := trail(t, s, "action=C"); len(lines) != 2 {
			t.Errorf("%+v", lines)
		}
	})
}

func TestAuditSearch(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		found := readBundle(t, call{target: "/fhir/Patient?identifier=100001145", user: "CA001:claims123"}.on(s))
		patient := "Patient/" + found.Entry[0].Resource.ID
		call{target: "/fhir/" + patient, user: "CA001:claims123"}.on(s)
		call{target: "/fhir/Patient/none", user: "EO001:officer123"}.on(s)
		call{target: "/fhir/Patient", user: "EO001:wrong"}.on(s)
		today := time.Now().UTC().Format("2006-01-02")
		for query, want := range map[string]int{
			"patient=" + patient: 1, "entity=" + patient: 1, "agent=ca001": 2, "agent=nobody": 0, "agent-name=CA0": 2, "altid=EO001": 2, "outcome=4": 2, "outcome=0&agent=CA001": 2,
			"action=R": 2, "type=rest&agent=EO001": 1, "type=110114": 1, "subtype=read": 2, "subtype=110122": 1, "date=ge" + today + "&agent=CA001": 2, "date=lt2020": 0,
			"_lastUpdated=ge" + today + "&agent=CA001": 2, "_lastUpdated=lt2020": 0, "date:missing=true": 0, "address=192.0.2.1&agent=CA001": 2, "entity-type=Patient&agent=CA001": 2,
			"agent=CA001&_sort=-date": 2, "date=ap" + today + "&agent=CA001": 2,
		} {
			if lines := trail(t, s, query); len(lines) != want {
				t.Errorf("%s: %d lines, want %d: %+v", query, len(lines), want, lines)
			}
		}
		for query, code := range map[string]int{"entity=1": 400, "patient=Claim/1": 400, "nothing=1": 400, "date=x": 400} {
			if w := (call{target: "/fhir/AuditEvent?" + query, user: "Admin:admin123"}).on(s); w.Code != code {
				t.Errorf("%s: %d %s", query, w.Code, w.Body)
			}
		}
		one := trail(t, s, "patient="+patient)[0].ID
		for _, c := range []struct {
			call call
			code int
			says string
		}{
			{call{target: "/fhir/AuditEvent/" + one, user: "Admin:admin123"}, 200, `"reference":"` + patient + `"`},
			{call{target: "/fhir/AuditEvent/" + one, user: "Admin:admin123", header: map[string]string{"Accept": "application/fhir+xml"}}, 200, `<reference value="` + patient + `"/>`},
			{call{target: "/fhir/AuditEvent/" + one, user: "CA001:claims123"}, 403, "131207"},
			{call{target: "/fhir/AuditEvent", user: "EO001:officer123"}, 403, "131207"},
			{call{method: "DELETE", target: "/fhir/AuditEvent/" + one, user: "Admin:admin123"}, 405, ""},
		} {
			if w := c.call.on(s); w.Code != c.code || !strings.Contains(w.Body.String(), c.says) {
				t.Errorf("%s: %d %s", c.call.target, w.Code, w.Body)
			}
		}
	})
}

func TestAuditKinds(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		for kind, want := range map[string]string{"all": "read delete 110122", "reads": "read 110122", "writes": "delete 110122", "off": ""} {
			s := assemble(t, store, func(p *cmd.Parts) { p.Config.Audit = kind })
			if err := store.FlushAudit(system()); err != nil {
				t.Fatal(err)
			}
			if _, err := store.ForgetAudit(system(), time.Now().Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
			call{target: "/fhir/Medication/none", user: "Admin:admin123"}.on(s)
			call{method: "DELETE", target: "/fhir/Medication/none", user: "Admin:admin123"}.on(s)
			call{target: "/fhir/Medication/none", user: "Admin:wrong"}.on(s)
			var got []string
			for _, line := range trail(t, s, "") {
				got = append(got, line.Subtype[0].Code)
			}
			if strings.Join(got, " ") != want {
				t.Errorf("%s: %q, want %q", kind, got, want)
			}
		}
	})
	p := cmd.Parts{}
	p.Config.Audit = "some"
	if _, err := cmd.Assemble(p); core.CodeOf(err) != core.Invalid {
		t.Errorf("an unknown kind: %v", err)
	}
}

func system() context.Context { return core.WithPrincipal(context.Background(), core.SystemPrincipal) }
