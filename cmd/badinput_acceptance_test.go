package cmd_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// nowhere is a UUID nothing has.
const nowhere = "00000000-0000-0000-0000-00000000dead"

// badInput is a request nobody should make.
type badInput struct {
	name string
	call
	status int
	at     string // what the issue has to name: an element, a parameter; "" where there is none
	says   string // in details.text
}

// Every kind of bad input the issue names is refused with a clear 4xx that names what is
// wrong, and nothing is written.
func TestBadInput(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		known := readSeeds(t, s)
		for _, c := range badInputs(t, store, s, known) {
			t.Run(c.name, func(t *testing.T) {
				if c.user == "" {
					c.user = admin
				}
				before := fmt.Sprint(rowCounts(t, store))
				w := c.on(s)
				if after := fmt.Sprint(rowCounts(t, store)); after != before {
					t.Errorf("something was written:\n%s\n%s", before, after)
				}
				if w.Code != c.status {
					t.Fatalf("%d %.600s, want %d", w.Code, w.Body, c.status)
				}
				if c.status < 400 || c.method == "HEAD" {
					return
				}
				if fault := refusal(c.call, w); fault != "" {
					t.Fatal(fault)
				}
				if body := plainOutcome(t, w.Body.Bytes()); !strings.Contains(body.named, c.at) || !strings.Contains(body.text, c.says) {
					t.Errorf("names %q, says %q; want %q and %q", body.named, body.text, c.at, c.says)
				}
			})
		}
	})
}

// said is what an OperationOutcome says of its first issue.
type said struct{ named, text string }

func plainOutcome(t *testing.T, body []byte) said {
	t.Helper()
	var o struct {
		Issue []struct {
			Expression  []string
			Diagnostics string
			Details     struct{ Text string }
		}
	}
	if err := json.Unmarshal(body, &o); err != nil || len(o.Issue) == 0 {
		return said{text: string(body)} // XML: looked at as it is
	}
	return said{strings.Join(o.Issue[0].Expression, " ") + " " + o.Issue[0].Diagnostics, o.Issue[0].Details.Text}
}

func badInputs(t *testing.T, store *persistence.Store, h http.Handler, known *seeds) []badInput {
	t.Helper()
	const asJSON, asXML = "application/fhir+json", "application/fhir+xml"
	post := func(typ, body string) call {
		return call{method: "POST", target: "/fhir/" + typ, body: body, header: map[string]string{"Content-Type": asJSON}}
	}
	postXML := func(typ, body string) call {
		return call{method: "POST", target: "/fhir/" + typ, body: body, header: map[string]string{"Content-Type": asXML}}
	}
	get := func(path string) call { return call{target: path} }
	patient, claim, location, facility := known.new("Patient", "B00001"), known.new("Claim active", "B00002"), known.new("Location", "B00003"), known.new("Organization", "B00004")
	swap := func(body, old, with string) string {
		t.Helper()
		if !strings.Contains(body, old) {
			t.Fatalf("%q is not in %s", old, body)
		}
		return strings.Replace(body, old, with, 1)
	}
	field := func(body, name string) string { // a member of the seed and its value, as written
		t.Helper()
		var members map[string]json.RawMessage
		if err := json.Unmarshal([]byte(body), &members); err != nil || members[name] == nil {
			t.Fatalf("no %s in %s", name, body)
		}
		return fmt.Sprintf("%q:%s", name, members[name])
	}
	xml := func(text string) string { return `<Patient xmlns="http://hl7.org/fhir">` + text + `</Patient>` }
	ids := known.known["Patient"]
	head := readBundle(t, call{target: "/fhir/Patient?is-head=true&_count=1", user: admin}.on(h)).Entry[0].Resource.ID
	region := readBundle(t, call{target: "/fhir/Location?physicaltype=R&_count=1", user: admin}.on(h)).Entry[0].Resource.ID
	drop := url.QueryEscape(`'; DROP TABLE "tblInsuree"; --`)
	long := strings.Repeat("a", 11<<20)
	lenient := func(c call) call {
		c.header = map[string]string{"Prefer": "handling=lenient"}
		return c
	}
	return []badInput{
		{"JSON cut off", post("Patient", patient[:len(patient)/2]), 400, "", "JSON"},
		{"JSON with a comma too many", post("Patient", swap(patient, `"gender"`, `,"gender"`)), 400, "", "JSON"},
		{"no JSON at all", post("Claim", "hello"), 400, "", "JSON"},
		{"empty body", post("Patient", ""), 400, "", ""},
		{"a JSON array", post("Patient", "["+patient+"]"), 400, "", "object"},
		{"a member twice", post("Patient", swap(patient, `"resourceType"`, `"gender":"male","gender":"female","resourceType"`)), 400, "Patient.gender", "twice"},
		{"XML cut off", postXML("Patient", `<Patient xmlns="http://hl7.org/fhir"><gender value="male"/>`), 400, "", "XML"},
		{"XML of another kind", postXML("Patient", `<a><b/></a>`), 400, "", ""},
		{"XML with an entity", postXML("Patient", `<!DOCTYPE p [<!ENTITY e SYSTEM "file:///etc/passwd">]>`+xml(`<gender value="&e;"/>`)), 400, "", ""},
		{"JSON said to be XML", postXML("Patient", patient), 400, "", "XML"},
		{"body in no format of FHIR", call{method: "POST", target: "/fhir/Patient", body: patient, header: map[string]string{"Content-Type": "text/csv"}}, 415, "", ""},

		{"wrong resourceType", post("Patient", location), 400, "Location", "where a Patient is needed"},
		{"wrong resourceType in XML", postXML("Patient", `<Location xmlns="http://hl7.org/fhir"><name value="x"/></Location>`), 400, "", "Location"},
		{"resourceType of nothing", post("Patient", swap(patient, `"resourceType":"Patient"`, `"resourceType":"Nonsense"`)), 400, "", `"Nonsense" is not a resource type`},
		{"without resourceType", post("Patient", `{"gender":"male"}`), 400, "", "resourceType is missing"},
		{"another id than that of the URL", call{method: "PUT", target: "/fhir/Patient/" + ids[0], body: known.same("Patient", ids[1], "B00005"), header: map[string]string{"Content-Type": asJSON}}, 400, "Patient.id", ""},
		{"unknown element", post("Patient", swap(patient, `"resourceType"`, `"shoeSize":43,"resourceType"`)), 400, "Patient.shoeSize", "shoeSize"},

		{"claim for nobody", post("Claim", swap(claim, field(claim, "patient"), `"patient":{"reference":"Patient/`+nowhere+`"}`)), 422, "Claim.patient", nowhere},
		{"claim from nowhere", post("Claim", swap(claim, field(claim, "provider"), `"provider":{"reference":"Organization/`+nowhere+`"}`)), 422, "Claim.provider", nowhere},
		{"claim of nobody", post("Claim", swap(claim, field(claim, "enterer"), `"enterer":{"reference":"Practitioner/`+nowhere+`"}`)), 422, "Claim.enterer", nowhere},
		{"claim for an article nobody has", post("Claim", swap(claim, "Medication/", "Medication/"+nowhere[:4])), 422, "Claim.item[0]", ""},
		{"location in no location", post("Location", swap(location, field(location, "partOf"), `"partOf":{"reference":"Location/`+nowhere+`"}`)), 422, "Location.partOf", nowhere},
		{"facility in no district", post("Organization", swap(facility, `"reference":"Location/`, `"reference":"Location/x`)), 422, "Organization.address", ""},
		{"person in no family", post("Patient", swap(patient, `"reference":"Group/`, `"reference":"Group/x`)), 422, "Patient.extension", ""},
		{"reference to another type", post("Claim", swap(claim, field(claim, "patient"), `"patient":{"reference":"Location/`+region+`"}`)), 422, "Claim.patient", ""},

		{"born on a day that never was", post("Patient", swap(patient, field(patient, "birthDate"), `"birthDate":"2023-02-29"`)), 400, "Patient.birthDate", "2023-02-29"},
		{"born in a month that never was, in XML", postXML("Patient", xml(`<birthDate value="2023-13-01"/>`)), 400, "", "2023-13-01"},
		{"created on a day that never was", post("Claim", swap(claim, field(claim, "created"), `"created":"2026-06-31"`)), 400, "Claim.created", "2026-06-31"},
		{"search for a day that never was", get("/fhir/Patient?birthdate=2023-02-30"), 400, "birthdate", "2023-02-30"},
		{"a birth before the calendar of the columns", post("Patient", swap(patient, field(patient, "birthDate"), `"birthDate":"0001-01-01"`)), 422, "Patient.birthDate", ""},

		{"11 MB", post("Patient", swap(patient, `"resourceType"`, `"implicitRules":"`+long+`","resourceType"`)), 413, "", ""},
		{"11 MB of blanks", post("Patient", strings.Repeat(" ", 11<<20)), 413, "", ""},
		{"11 MB in XML", postXML("Patient", xml("<!--"+long+"-->")), 413, "", ""},
		{"11 MB to the other base", call{method: "POST", target: "/api/api_fhir_r4/Claim/", body: long}, 413, "", ""},
		{"10 000 arrays deep", post("Patient", `{"resourceType":"Patient","name":`+strings.Repeat("[", 10000)+strings.Repeat("]", 10000)+`}`), 400, "", "deep"},
		{"10 000 objects deep", post("Patient", `{"resourceType":"Patient","extension":[`+strings.Repeat(`{"url":"http://x","extension":[`, 10000)+strings.Repeat(`]}`, 10000)+`]}`), 400, "", "deep"},
		{"10 000 elements deep", postXML("Patient", xml(strings.Repeat(`<extension url="http://x">`, 10000)+strings.Repeat(`</extension>`, 10000))), 400, "", "deep"},
		{"10 000 open brackets", post("Patient", strings.Repeat("[", 10000)), 400, "", ""},

		{"SQL as a name", get("/fhir/Patient?family=" + drop), 200, "", ""},
		{"SQL as an identifier", get("/fhir/Claim?identifier=" + drop), 200, "", ""},
		{"SQL as a gender", get("/fhir/Patient?gender=" + url.QueryEscape("' OR 1=1 --")), 200, "", ""},
		{"SQL as a reference", get("/fhir/Claim?patient=" + url.QueryEscape("x' OR '1'='1")), 400, "patient", ""},
		{"SQL as a date", get("/fhir/Patient?birthdate=" + url.QueryEscape("2020-01-01' OR 1=1")), 400, "birthdate", ""},
		{"SQL as an order", get("/fhir/Patient?_sort=" + url.QueryEscape("1; DROP TABLE x")), 400, "_sort", ""},
		{"SQL as an id", get("/fhir/Patient/" + url.PathEscape("' OR 1=1")), 404, "", ""},
		{"SQL as a code on the other base", get("/api/api_fhir_r4/Patient/" + url.PathEscape("' OR 1=1") + "/"), 404, "", ""},

		{"a count below nothing", get("/fhir/Patient?_count=-1"), 400, "_count", "-1"},
		{"a count that is none", get("/fhir/Patient?_count=many"), 400, "_count", "many"},
		{"a count below nothing on the other base", get("/api/api_fhir_r4/Patient/?_count=-1"), 200, "", ""},
		{"a cursor somebody made up", get("/fhir/Patient?_cursor=abc"), 400, "_cursor", ""},

		{"unknown parameter", get("/fhir/Patient?shoe-size=43"), 400, "shoe-size", "shoe-size"},
		{"unknown parameter, leniently", lenient(get("/fhir/Patient?shoe-size=43")), 200, "", ""},
		{"unknown parameter on the other base", get("/api/api_fhir_r4/Patient/?shoe-size=43"), 200, "", ""},
		{"unknown modifier", get("/fhir/Patient?family:sounds=x"), 400, "family:sounds", ""},
		{"unknown type", get("/fhir/Shoe"), 404, "", "Shoe"},

		{"UTF-8 that is none", post("Patient", swap(patient, `"resourceType"`, "\"language\":\"\xff\xfe\",\"resourceType\"")), 400, "", "UTF-8"},
		{"UTF-8 that is none, in XML", postXML("Patient", xml("<language value=\"\xff\xfe\"/>")), 400, "", "UTF-8"},
		{"UTF-8 that is none, in a search", get("/fhir/Patient?family=%ff%fe"), 400, "family", "UTF-8"},
		{"half a character", post("Patient", swap(patient, `"resourceType"`, `"language":"\ud800","resourceType"`)), 400, "", "half of a surrogate pair"},
		{"NUL", post("Patient", swap(patient, `"contact":[{"name":{"family":"`, `"contact":[{"name":{"family":"\u0000`)), 400, "Patient.contact[0].name.family", ""},
		{"NUL in a search", get("/fhir/Patient?family=a%00b"), 400, "family", ""},

		{"a claim of another facility", byUser("CA001:claims123", post("Claim", otherFacility(t, h, claim))), 422, "Claim.provider", ""},
		{"another facility's claim", byUser("CA001:claims123", get("/fhir/Claim/"+foreignClaim(t, store))), 404, "", ""},
		{"delete a head with family", call{method: "DELETE", target: "/fhir/Patient/" + head}, 409, "Patient", "head"},
		{"delete a location with children", call{method: "DELETE", target: "/fhir/Location/" + region}, 409, "Location", ""},
		{"delete with an old version", call{method: "DELETE", target: "/fhir/Patient/" + head, header: map[string]string{"If-Match": `W/"1.00000000"`}}, 412, "", ""},
	}
}

func byUser(user string, c call) call {
	c.user = user
	return c
}

// otherFacility makes sure that the claim is of a facility the clerk of the first facility
// does not work for.
func otherFacility(t *testing.T, h http.Handler, claim string) string {
	t.Helper()
	var body struct{ Provider struct{ Reference string } }
	if err := json.Unmarshal([]byte(claim), &body); err != nil {
		t.Fatal(err)
	}
	w := call{target: "/fhir/Claim?_summary=count&provider=" + body.Provider.Reference, user: "CA001:claims123"}.on(h)
	if b := readBundle(t, w); b.Total != 0 {
		t.Fatalf("the clerk sees %d claims of %s", b.Total, body.Provider.Reference)
	}
	return claim
}

// foreignClaim gives a claim of a facility that is not the first.
func foreignClaim(t *testing.T, store *persistence.Store) string {
	t.Helper()
	var row persistence.Claim
	x := store.Read(core.WithPrincipal(t.Context(), core.SystemPrincipal))
	err := x.DB().Where(persistence.Compare(persistence.Column("", "HFID"), ">", 1), persistence.IsNull(persistence.Column("", "ValidityTo"))).Take(&row).Error
	if err != nil {
		t.Fatal(err)
	}
	return string(row.ClaimUUID)
}

// A body without a length is cut off where the limit is.
func TestEndlessBody(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		before := fmt.Sprint(rowCounts(t, store))
		for _, target := range []string{"/fhir/Patient", "/fhir/Patient/_search", "/api/api_fhir_r4/Patient/", "/api/api_fhir_r4/login/"} {
			kind := "application/fhir+json"
			if strings.HasSuffix(target, "_search") {
				kind = "application/x-www-form-urlencoded"
			}
			w := call{method: "POST", target: target, body: strings.Repeat(" ", 11<<20), user: admin, header: map[string]string{"Content-Type": kind}}.chunked(s)
			if w.Code != http.StatusRequestEntityTooLarge {
				t.Errorf("%s: %d %.300s", target, w.Code, w.Body)
			}
		}
		if after := fmt.Sprint(rowCounts(t, store)); after != before {
			t.Errorf("something was written:\n%s\n%s", before, after)
		}
	})
}
