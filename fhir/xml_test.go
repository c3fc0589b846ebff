package fhir_test

import (
	"strings"
	"testing"
	"time"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
)

const ns = ` xmlns="http://hl7.org/fhir"`

// xmlFaults are bodies and what has to be said of them.
var xmlFaults = []struct {
	name, body string
	code       core.Code
	path, says string
}{
	{"empty body", ``, core.Invalid, "", "no resource"},
	{"JSON", `{"resourceType":"Patient"}`, core.Invalid, "", "outside its root"},
	{"not closed", `<Patient` + ns + `><active value="true"/>`, core.Invalid, "", "malformed"},
	{"two roots", `<Patient` + ns + `/><Patient` + ns + `/>`, core.Invalid, "", "more than one root"},
	{"invalid UTF-8", "<Patient" + ns + "><id value=\"\xff\"/></Patient>", core.Invalid, "", "UTF-8"},
	{"another encoding", `<?xml version="1.0" encoding="ISO-8859-1"?><Patient` + ns + `/>`, core.Invalid, "", "encoding"},
	{"document type", `<!DOCTYPE Patient [<!ENTITY a "b">]><Patient` + ns + `/>`, core.Invalid, "", "document type"},
	{"billion laughs", `<!DOCTYPE p [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><Patient` + ns + `><id value="&b;"/></Patient>`, core.Invalid, "", "document type"},
	{"undeclared entity", `<Patient` + ns + `><id value="&a;"/></Patient>`, core.Invalid, "", "malformed"},
	{"processing instruction", `<Patient` + ns + `><?php x?></Patient>`, core.Invalid, "", "processing instructions"},
	{"no namespace", `<Patient><active value="true"/></Patient>`, core.Invalid, "", "namespace"},
	{"unknown type", `<Pateint` + ns + `><active value="true"/></Pateint>`, core.Invalid, "", "Pateint"},
	{"10 000 deep", `<Patient` + ns + `>` + strings.Repeat(`<extension url="a">`, 10000), core.Invalid, "", "deeper"},
	{"deep unknown", `<Patient` + ns + `>` + strings.Repeat(`<x>`, 10000) + strings.Repeat(`</x>`, 10000) + `</Patient>`, core.Invalid, "Patient.x", "no element"},
	{"empty resource in contained", `<Patient` + ns + `><contained/></Patient>`, core.Invalid, "Patient.contained[0]", "resourceType is missing"},
	{"two resources in contained", `<Patient` + ns + `><contained><Basic><code><text value="x"/></code></Basic><Basic/></contained></Patient>`, core.Invalid, "Patient.contained[0]", "exactly one resource"},
	{"unknown element", `<Patient` + ns + `><colour value="red"/></Patient>`, core.Invalid, "Patient.colour", "no element"},
	{"unknown attribute", `<Patient` + ns + `><name use="usual"/></Patient>`, core.Invalid, "Patient.name[0].use", "no element"},
	{"attribute as element", `<Patient` + ns + `><extension><url value="x"/></extension></Patient>`, core.Invalid, "Patient.extension[0].url", "no element"},
	{"value on an object", `<Patient` + ns + `><name value="x"/></Patient>`, core.Invalid, "Patient.name[0].value", "no element"},
	{"text between", `<Patient` + ns + `>hello<active value="true"/></Patient>`, core.Invalid, "Patient", "text may not stand"},
	{"twice", `<Patient` + ns + `><active value="true"/><active value="true"/></Patient>`, core.Invalid, "Patient.active", "only once"},
	{"attribute twice", `<Patient` + ns + `><active value="true" value="false"/></Patient>`, core.Invalid, "Patient.active", "twice"},
	{"id twice", `<Patient` + ns + `><name id="a" id="b"/></Patient>`, core.Invalid, "Patient.name[0]", "twice"},
	{"no value", `<Patient` + ns + `><birthDate/></Patient>`, core.Invalid, "Patient.birthDate", "neither a value nor an extension"},
	{"empty value", `<Patient` + ns + `><birthDate value=""/></Patient>`, core.Invalid, "Patient.birthDate", "empty string"},
	{"boolean", `<Patient` + ns + `><active value="1"/></Patient>`, core.Invalid, "Patient.active", "true or false"},
	{"decimal", `<Patient` + ns + `><extension url="x"><valueDecimal value="1,5"/></extension></Patient>`, core.Invalid, "Patient.extension[0].valueDecimal", "number"},
	{"date", `<Patient` + ns + `><birthDate value="2023-02-29"/></Patient>`, core.Invalid, "Patient.birthDate", "date"},
	{"code", `<Patient` + ns + `><gender value="m"/></Patient>`, core.Invalid, "Patient.gender", "male"},
	{"div in the wrong namespace", `<Patient` + ns + `><text><status value="empty"/><div>x</div></text></Patient>`, core.Invalid, "Patient.text.div", "no element"},
	{"script in the div", `<Patient` + ns + `><text><status value="empty"/><div xmlns="http://www.w3.org/1999/xhtml"><script/></div></text></Patient>`, core.Invalid, "Patient.text.div", "<script>"},
	{"required missing", `<Patient` + ns + `><link><type value="refer"/></link></Patient>`, core.Unprocessable, "Patient.link[0].other", "required"},
}

func TestFaultsOfXML(t *testing.T) {
	for _, test := range xmlFaults {
		t.Run(test.name, func(t *testing.T) {
			start := time.Now()
			r, err := fhir.DecodeXML([]byte(test.body), fhir.DecodeOptions{})
			if err == nil {
				t.Fatalf("accepted as %s", encodeJSON(t, r))
			}
			if core.CodeOf(err) != test.code {
				t.Errorf("code %q, want %q", core.CodeOf(err), test.code)
			}
			found := false
			for _, e := range err.(*core.Error).All() {
				found = found || e.Path == test.path && strings.Contains(e.Message, test.says)
			}
			if !found {
				t.Errorf("got %q, want %q at %q", report(err), test.says, test.path)
			}
			if took := time.Since(start); took > time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

func TestXMLAsOthersWriteIt(t *testing.T) {
	r, err := fhir.DecodeXML([]byte("\uFEFF"+`<?xml version="1.0" encoding="UTF-8"?>
<!-- a prefix, elements out of order, attributes in single quotes -->
<f:Patient xmlns:f="http://hl7.org/fhir" xmlns:h="http://www.w3.org/1999/xhtml"
   xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://hl7.org/fhir patient.xsd">
  <f:birthDate id='b' value='1980-01-02'><!-- c --></f:birthDate>
  <f:name><f:given value="A"/><f:family value="&lt;B&#10;C&gt;"/><f:given id="g"/></f:name>
  <f:text><f:status value="generated"/><h:div title="a&amp;b"><h:p>x &amp; y</h:p></h:div></f:text>
  <f:name><f:text value="D"/></f:name>
</f:Patient>
`), fhir.DecodeOptions{})
	if err != nil {
		t.Fatal(report(err))
	}
	sameJSON(t, []byte(`{"resourceType":"Patient","birthDate":"1980-01-02","_birthDate":{"id":"b"},
		"name":[{"given":["A",null],"_given":[null,{"id":"g"}],"family":"<B\nC>"},{"text":"D"}],
		"text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\" title=\"a&amp;b\"><p>x &amp; y</p></div>"}}`),
		encodeJSON(t, r))
}

func TestXMLIsInTheOrderOfTheDefinitions(t *testing.T) {
	r, err := fhir.DecodeJSON([]byte(`{"birthDate":"1980","gender":"male","name":[{"given":["a\"<&\n"],"use":"usual"}],"id":"x","resourceType":"Patient",
		"text":{"div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">a&nbsp;b<br/></div>","status":"generated"},"extension":[{"valueDecimal":1.50,"url":"u"}]}`),
		fhir.DecodeOptions{})
	if err != nil {
		t.Fatal(report(err))
	}
	got, err := r.AppendXML(nil, fhir.EncodeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	want := `<Patient xmlns="http://hl7.org/fhir"><id value="x"/><text><status value="generated"/>` +
		"<div xmlns=\"http://www.w3.org/1999/xhtml\">a\u00a0b<br></br></div></text>" +
		`<extension url="u"><valueDecimal value="1.50"/></extension><name><use value="usual"/><given value="a&quot;&lt;&amp;&#10;"/></name>` +
		`<gender value="male"/><birthDate value="1980"/></Patient>`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	pretty, err := (&fhir.Entry{ID: "y", VersionID: "2", Resource: r}).AppendXML(nil, fhir.EncodeOptions{Pretty: true, Elements: []string{"gender"}})
	if err != nil {
		t.Fatal(err)
	}
	want = `<Patient xmlns="http://hl7.org/fhir">
  <id value="y"/>
  <meta>
    <versionId value="2"/>
    <tag>
      <system value="http://terminology.hl7.org/CodeSystem/v3-ObservationValue"/>
      <code value="SUBSETTED"/>
    </tag>
  </meta>
  <gender value="male"/>
</Patient>`
	if string(pretty) != want {
		t.Errorf("got  %s\nwant %s", pretty, want)
	}
}

func TestLenientXML(t *testing.T) {
	r, err := fhir.DecodeXML([]byte(`<Patient`+ns+`><colour value="red"><x/></colour><active value="true"/></Patient>`), fhir.DecodeOptions{Lenient: true})
	if err != nil {
		t.Fatal(report(err))
	}
	sameJSON(t, []byte(`{"resourceType":"Patient","active":true}`), encodeJSON(t, r))
	if len(r.Warnings) != 1 || r.Warnings[0].Path != "Patient.colour" {
		t.Errorf("warnings %v", r.Warnings)
	}
}
