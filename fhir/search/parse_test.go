package search

import (
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/openimis/openimis-go/core"
)

var testParams = map[string][]Param{
	"Patient": {
		{Name: "identifier", Type: Token},
		{Name: "name", Type: String, Sortable: true},
		{Name: "birthdate", Type: Date, Sortable: true},
		{Name: "link", Type: Reference, Targets: []string{"Patient", "RelatedPerson"}},
	},
	"Claim": {
		{Name: "patient", Type: Reference, Targets: []string{"Patient"}},
		{Name: "subject", Type: Reference},
		{Name: "total", Type: Quantity},
		{Name: "probability", Type: Numeric},
		{Name: "url", Type: URI},
		{Name: "status", Type: Token},
		{Name: "enterer", Type: Reference, Targets: []string{"Device"}},
	},
}

func testOptions() Options {
	return Options{
		Bases: []string{"https://here/fhir", "http://here:8000/fhir/"},
		Zone:  time.FixedZone("here", 2*3600),
		Params: func(name string) ([]Param, bool) {
			params, ok := testParams[name]
			return params, ok
		},
	}
}

func parse(t *testing.T, typ, raw string, o Options) (*Query, []*core.Error, error) {
	t.Helper()
	values, err := url.ParseQuery(raw)
	if err != nil {
		t.Fatal(err)
	}
	return Parse(typ, testParams[typ], values, o)
}

func TestValues(t *testing.T) {
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }
	utc := func(s string) time.Time {
		at, err := time.Parse(time.RFC3339Nano, s)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	for _, c := range []struct {
		typ, raw string
		modifier Modifier
		want     []Value
	}{
		{"Claim", "status=active", "", []Value{{Text: "active"}}},
		{"Claim", "status=active,draft", "", []Value{{Text: "active"}, {Text: "draft"}}},
		{"Claim", "status:not=active", Not, []Value{{Text: "active"}}},
		{"Patient", "identifier=http://x|12", "", []Value{{System: "http://x", HasSystem: true, Text: "12"}}},
		{"Patient", "identifier=|12", "", []Value{{HasSystem: true, Text: "12"}}},
		{"Patient", "identifier=http://x|", "", []Value{{System: "http://x", HasSystem: true, AnyCode: true}}},
		{"Patient", `identifier=a\|b`, "", []Value{{Text: "a|b"}}},
		{"Patient", `identifier=a\\|b`, "", []Value{{System: `a\`, HasSystem: true, Text: "b"}}},
		{"Patient", `name=O'Neil\, Jr,M\$\\`, "", []Value{{Text: "O'Neil, Jr"}, {Text: `M$\`}}},
		{"Patient", `name=a\b`, "", []Value{{Text: `a\b`}}},
		{"Patient", `name=a\`, "", []Value{{Text: `a\`}}},
		{"Patient", "name:exact=Ann", Exact, []Value{{Text: "Ann"}}},
		{"Patient", "name:contains=nn", Contains, []Value{{Text: "nn"}}},
		{"Claim", "url=http://a/b?c=d", "", []Value{{Text: "http://a/b?c=d"}}},

		{"Patient", "birthdate=2024", "", []Value{{Text: "2024", Prefix: Eq, DateOnly: true, Low: day(2024, 1, 1), High: day(2025, 1, 1)}}},
		{"Patient", "birthdate=ge2024-02", "", []Value{{Text: "2024-02", Prefix: Ge, DateOnly: true, Low: day(2024, 2, 1), High: day(2024, 3, 1)}}},
		{"Patient", "birthdate=ap2024-02-29", "", []Value{{Text: "2024-02-29", Prefix: Ap, DateOnly: true, Low: day(2024, 2, 29), High: day(2024, 3, 1)}}},
		{"Patient", "_lastUpdated=lt2024-02-29T10:00Z", "", []Value{{Text: "2024-02-29T10:00Z", Prefix: Lt, Low: utc("2024-02-29T10:00:00Z"), High: utc("2024-02-29T10:01:00Z")}}},
		{"Patient", "_lastUpdated=2024-02-29T10:00:05", "", []Value{{Text: "2024-02-29T10:00:05", Prefix: Eq, Low: utc("2024-02-29T08:00:05Z"), High: utc("2024-02-29T08:00:06Z")}}},
		{"Patient", "_lastUpdated=2024-02-29T10:00:05.25%2B01:00", "", []Value{{Text: "2024-02-29T10:00:05.25+01:00", Prefix: Eq, Low: utc("2024-02-29T09:00:05.25Z"), High: utc("2024-02-29T09:00:05.26Z")}}},
		{"Patient", "_lastUpdated=2024-02-29T10:00:05+01:00", "", []Value{{Text: "2024-02-29T10:00:05 01:00", Prefix: Eq, Low: utc("2024-02-29T09:00:05Z"), High: utc("2024-02-29T09:00:06Z")}}},

		{"Claim", "probability=100", "", []Value{{Text: "100", Prefix: Eq, Number: "100", NumberLow: "99.5", NumberTop: "100.5"}}},
		{"Claim", "probability=gt100.00", "", []Value{{Text: "100.00", Prefix: Gt, Number: "100.00", NumberLow: "99.995", NumberTop: "100.005"}}},
		{"Claim", "probability=1e2", "", []Value{{Text: "1e2", Prefix: Eq, Number: "1e2", NumberLow: "95", NumberTop: "105"}}},
		{"Claim", "probability=-0.8", "", []Value{{Text: "-0.8", Prefix: Eq, Number: "-0.8", NumberLow: "-0.85", NumberTop: "-0.75"}}},
		{"Claim", "probability=ap200", "", []Value{{Text: "200", Prefix: Ap, Number: "200", NumberLow: "199.5", NumberTop: "200.5"}}},
		{"Claim", "total=le5.4|urn:iso:std:iso:4217|EUR", "", []Value{{Prefix: Le, Number: "5.4", NumberLow: "5.35", NumberTop: "5.45", HasSystem: true, System: "urn:iso:std:iso:4217", Text: "EUR"}}},
		{"Claim", "total=5||EUR", "", []Value{{Prefix: Eq, Number: "5", NumberLow: "4.5", NumberTop: "5.5", HasSystem: true, Text: "EUR"}}},
		{"Claim", "total=5", "", []Value{{Prefix: Eq, Number: "5", NumberLow: "4.5", NumberTop: "5.5"}}},

		{"Claim", "patient=1", "", []Value{{Text: "1"}}},
		{"Claim", "patient=Patient/1", "", []Value{{Text: "1", Type: "Patient"}}},
		{"Claim", "patient:Patient=1", "", []Value{{Text: "1", Type: "Patient"}}},
		{"Claim", "patient:Patient=Patient/1", "", []Value{{Text: "1", Type: "Patient"}}},
		{"Claim", "patient=https://here/fhir/Patient/1", "", []Value{{Text: "1", Type: "Patient"}}},
		{"Claim", "patient=http://here:8000/fhir/Patient/1", "", []Value{{Text: "1", Type: "Patient"}}},
		{"Claim", "patient=https://there/fhir/Patient/1", "", []Value{{Text: "1", Type: "Patient", URL: "https://there/fhir/Patient/1"}}},
		{"Claim", "subject=urn:uuid:0d", "", []Value{{URL: "urn:uuid:0d"}}},
		{"Patient", "_id=a,b", "", []Value{{Text: "a"}, {Text: "b"}}},
	} {
		q, warnings, err := parse(t, c.typ, c.raw, testOptions())
		if err != nil || len(warnings) > 0 || len(q.Clauses) != 1 {
			t.Errorf("%s?%s: %v %v %+v", c.typ, c.raw, err, warnings, q)
			continue
		}
		clause := q.Clauses[0]
		if clause.Modifier != c.modifier {
			t.Errorf("%s?%s: modifier %q", c.typ, c.raw, clause.Modifier)
		}
		for i := range clause.Values { // instants compare by what they mean, not by zone
			clause.Values[i].Low, clause.Values[i].High = clause.Values[i].Low.UTC(), clause.Values[i].High.UTC()
		}
		for i := range c.want {
			c.want[i].Low, c.want[i].High = c.want[i].Low.UTC(), c.want[i].High.UTC()
		}
		if !reflect.DeepEqual(clause.Values, c.want) {
			t.Errorf("%s?%s:\n got %+v\nwant %+v", c.typ, c.raw, clause.Values, c.want)
		}
	}
}

func TestRefused(t *testing.T) {
	for _, c := range []struct{ typ, raw, path, says string }{
		{"Patient", "nam=x", "nam", "no search parameter"},
		{"Patient", "name:text=x", "name:text", "modifier :text"},
		{"Patient", "name:=x", "name:", "modifier"},
		{"Patient", "name:not=x", "name:not", "modifier"},
		{"Patient", "name=", "name", "empty"},
		{"Patient", "name=a,,b", "name", "empty"},
		{"Patient", "name:missing=yes", "name:missing", "true or false"},
		{"Patient", "birthdate=2023-02-29", "birthdate", "no date"},
		{"Patient", "birthdate=xx2023", "birthdate", "comparison"},
		{"Patient", "birthdate=2023-1-1", "birthdate", "no date"},
		{"Patient", "birthdate=0000", "birthdate", "no date"},
		{"Patient", "birthdate=2023-01-01T10", "birthdate", "no date"},
		{"Patient", "birthdate=2023-01-01T10:00:00,5Z", "birthdate", "no date"},
		{"Patient", "identifier=|", "identifier", "system or a code"},
		{"Patient", "identifier=a|b|c", "identifier", "system|code"},
		{"Patient", "_id=1'%20OR%20'1'='1", "_id", "not an id"},
		{"Claim", "patient=Practitioner/1", "patient", "does not refer to Practitioner"},
		{"Claim", "patient:Practitioner=1", "patient:Practitioner", "does not refer"},
		{"Claim", "subject:Patient=Group/1", "subject:Patient", "modifier says"},
		{"Claim", "subject=Patient/1/_history/2", "subject", "version"},
		{"Claim", "subject=%231", "subject", "not an id"},
		{"Claim", "subject=a/b/c", "subject", "no reference"},
		{"Claim", "probability=1e9999999", "probability", "no number"},
		{"Claim", "probability=1.", "probability", "no number"},
		{"Claim", "probability=NaN", "probability", "no number"},
		{"Claim", "probability=eq", "probability", "comparison"},
		{"Claim", "total=5|EUR", "total", "quantity"},
		{"Claim", "total=5||", "total", "code or unit"},
		{"Patient", "_count=-1", "_count", "no number"},
		{"Patient", "_count=ten", "_count", "no number"},
		{"Patient", "_count=1&_count=2", "_count", "2 times"},
		{"Patient", "_count:exact=1", "_count:exact", "modifier"},
		{"Patient", "_sort=link", "_sort", "cannot be sorted"},
		{"Patient", "_sort=name,-name", "_sort", "twice"},
		{"Patient", "_summary=maybe", "_summary", "_summary is"},
		{"Patient", "_total=many", "_total", "_total is"},
		{"Patient", "_elements=name.given", "_elements", "no name"},
		{"Patient", "_elements=", "_elements", "no name"},
		{"Claim", "_include=Claim", "_include", "form"},
		{"Claim", "_include=Claim:status", "_include", "no reference"},
		{"Claim", "_include=Claim:enterer", "_include", "no reference"},
		{"Claim", "_include=Claim:patient:Group", "_include", "no reference"},
		{"Claim", "_include=Patient:link", "_include", "a search on Claim"},
		{"Claim", "_include=Nothing:link", "_include", "no resource type"},
		{"Patient", "_revinclude=Claim:enterer", "_revinclude", "no reference"},
		{"Patient", "_revinclude=*", "_revinclude", "names the type"},
		{"Patient", "name=a%00b", "name", "control"},
		{"Patient", "name=a%ff", "name", "UTF-8"},
		{"Patient", "na%0ame=a", "na?me", "control"},
		{"Patient", "name=" + strings.Repeat("x", 5000), "name", "longer"},
		{"Patient", "name=a," + strings.Repeat("x", 5000), "name", "longer"},
		{"Patient", "name=" + strings.Repeat("x,", 600) + "x", "name", "more than 500"},
		{"Patient", strings.Repeat("name=x&", 51) + "name=x", "", "52 parameters"},
		{"Patient", "_cursor=", "_cursor", "one _cursor"},
		{"Patient", "_cursor=a&_cursor=b", "_cursor", "one _cursor"},
	} {
		q, _, err := parse(t, c.typ, c.raw, testOptions())
		if err == nil {
			t.Errorf("%s?%.60s is accepted: %+v", c.typ, c.raw, q)
			continue
		}
		fault := err.(*core.Error)
		if fault.Code != core.Invalid || fault.Path != c.path || !strings.Contains(fault.Message, c.says) {
			t.Errorf("%s?%.60s: code %s, path %q, %q", c.typ, c.raw, fault.Code, fault.Path, fault.Message)
		}
	}
}

func TestEveryFaultIsNamed(t *testing.T) {
	_, _, err := parse(t, "Patient", "foo=1&name:text=x&birthdate=x&name=ok", testOptions())
	if err == nil || len(err.(*core.Error).All()) != 3 {
		t.Fatalf("three faults are not three: %v", err)
	}
}

func TestLenient(t *testing.T) {
	o := testOptions()
	o.Lenient = true
	q, warnings, err := parse(t, "Patient", "foo=1&name=ok&birthdate=x&_count=-1&_sort=link", o)
	if err != nil || len(warnings) != 4 {
		t.Fatalf("warnings %v, error %v", warnings, err)
	}
	if len(q.Clauses) != 1 || q.Given.Encode() != "name=ok" || q.Count != DefaultCount {
		t.Errorf("query %+v", q)
	}
	if _, _, err = parse(t, "Patient", "name=%00", o); err == nil {
		t.Error("a control character passes a lenient search")
	}
}

func TestControls(t *testing.T) {
	q, _, err := parse(t, "Claim", "_count=9999&_sort=-_lastUpdated,_id&_total=none&_summary=data"+
		"&_elements=id,item&_include=Claim:patient&_include=Claim:patient&_include=Claim:*&_format=json&_pretty=true&_cursor=abc", testOptions())
	if err != nil {
		t.Fatal(err)
	}
	if q.Count != DefaultMaxCount || q.Given.Get("_count") != "200" {
		t.Errorf("count %d, given %v", q.Count, q.Given)
	}
	if len(q.Sort) != 2 || !q.Sort[0].Desc || q.Sort[0].Param.Name != "_lastUpdated" || q.Sort[1].Desc {
		t.Errorf("sort %+v", q.Sort)
	}
	if q.Total != TotalNone || q.Summary != "data" || len(q.Elements) != 2 || q.Cursor != "abc" {
		t.Errorf("query %+v", q)
	}
	if len(q.Includes) != 2 || q.Includes[0] != (Include{Source: "Claim", Param: "patient"}) || q.Includes[1].Param != "*" {
		t.Errorf("includes %+v", q.Includes)
	}
	if q.Given.Has(CursorParam) || q.Given.Get("_format") != "json" {
		t.Errorf("given %v", q.Given)
	}
	q, _, err = parse(t, "Patient", "_revinclude=Claim:patient&_revinclude=Claim:*&_summary=count", testOptions())
	if err != nil || len(q.RevIncludes) != 2 || q.Count != 0 || q.Total != TotalAccurate {
		t.Errorf("%+v %v", q, err)
	}
	if q, _, err = parse(t, "Patient", "_count=99999999999999999999999", testOptions()); err != nil || q.Count != DefaultMaxCount {
		t.Errorf("%+v %v", q, err)
	}
	if q, _, err = parse(t, "Patient", "name=a&name=b&name:missing=false", testOptions()); err != nil || len(q.Clauses) != 3 {
		t.Errorf("%+v %v", q, err)
	}
}

func TestNumberedPages(t *testing.T) {
	o := testOptions()
	o.PageParam, o.Count, o.CountFallback, o.IgnoreUnknown, o.Ignored = "page-offset", 10, true, true, []string{"contained"}
	q, warnings, err := parse(t, "Patient", "page-offset=3&_count=0&foo=1&contained=x&name=a", o)
	if err != nil || len(warnings) != 0 || q.Offset != 20 || q.Count != 10 {
		t.Errorf("%+v %v %v", q, warnings, err)
	}
	if q.Given.Has("foo") || q.Given.Has("page-offset") {
		t.Errorf("given %v", q.Given)
	}
	for _, bad := range []string{"0", "-1", "x", "99999999999999999999", "922337203685477580", "1000000"} {
		if _, _, err := parse(t, "Patient", "page-offset="+bad, o); core.CodeOf(err) != core.Invalid {
			t.Errorf("page %s: %v", bad, err)
		}
	}
	if _, _, err = parse(t, "Patient", "birthdate=x", o); err == nil {
		t.Error("a bad value of a known parameter is passed over")
	}
}

// FuzzParse: whatever is asked, the parser answers with a query or a core.Invalid, and
// what it says it understood makes the same query again.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"name=a\\,b,c&identifier=s|v&birthdate=ge2024-01-01T10:00:00.5%2B02:00&_sort=-name&_count=3",
		"patient=Patient/1,https://here/fhir/Patient/2&_include=*&total=5.40||EUR&probability=ap1e3&status:not=x",
		"name:missing=true&_elements=a,b&_summary=true&_revinclude=Claim:patient&_cursor=x", "_count=-1&%00=%ff",
	} {
		f.Add(seed, false)
	}
	f.Fuzz(func(t *testing.T, raw string, lenient bool) {
		values, err := url.ParseQuery(raw)
		if err != nil {
			return
		}
		for typ, params := range testParams {
			o := testOptions()
			o.Lenient = lenient
			q, _, err := Parse(typ, params, values, o)
			if err != nil {
				if core.CodeOf(err) != core.Invalid {
					t.Fatalf("%q: %v", raw, err)
				}
				continue
			}
			o.Lenient = false
			again, _, err := Parse(typ, params, q.Given, o)
			if err != nil {
				t.Fatalf("%q: what was given is refused: %v", raw, err)
			}
			again.Cursor = q.Cursor
			if !reflect.DeepEqual(q, again) {
				t.Fatalf("%q:\n%+v\n%+v", raw, q, again)
			}
		}
	})
}
