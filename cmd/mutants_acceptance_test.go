package cmd_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// value is a JSON value that keeps the order of its members and may be made wrong: names
// twice, literals no parser wants.
type value struct {
	text  string // a scalar as written; "" for the others
	names []string
	kids  []*value
	list  bool
}

func parseValue(text string) *value {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	return readValue(d)
}

// readValue reads what is known to be JSON.
func readValue(d *json.Decoder) *value {
	token, err := d.Token()
	if err != nil {
		panic(err)
	}
	delim, nested := token.(json.Delim)
	if !nested {
		text, _ := json.Marshal(token)
		return &value{text: string(text)}
	}
	v := &value{list: delim == '['}
	for d.More() {
		if !v.list {
			name, _ := d.Token()
			v.names = append(v.names, name.(string))
		}
		v.kids = append(v.kids, readValue(d))
	}
	_, _ = d.Token()
	return v
}

func (v *value) write(b *strings.Builder) {
	switch {
	case v.text != "":
		b.WriteString(v.text)
		return
	case v.list:
		b.WriteByte('[')
	default:
		b.WriteByte('{')
	}
	for i, kid := range v.kids {
		if i > 0 {
			b.WriteByte(',')
		}
		if !v.list {
			name, _ := json.Marshal(v.names[i])
			b.Write(name)
			b.WriteByte(':')
		}
		kid.write(b)
	}
	if v.list {
		b.WriteByte(']')
	} else {
		b.WriteByte('}')
	}
}

func (v *value) String() string {
	var b strings.Builder
	v.write(&b)
	return b.String()
}

// place is where a value stands in the one around it.
type place struct {
	in *value
	at int
}

func (p place) value() *value { return p.in.kids[p.at] }

// places lists all values inside.
func (v *value) places() []place {
	var found []place
	for i, kid := range v.kids {
		found = append(append(found, place{v, i}), kid.places()...)
	}
	return found
}

func (v *value) drop(at int) {
	v.kids = slices.Delete(v.kids, at, at+1)
	if !v.list {
		v.names = slices.Delete(v.names, at, at+1)
	}
}

func (v *value) insert(at int, name string, kid *value) {
	v.kids = slices.Insert(v.kids, at, kid)
	if !v.list {
		v.names = slices.Insert(v.names, at, name)
	}
}

// Values nobody should send, by what they stand in for. Some are right where they land.
var (
	oddTexts = []string{
		`""`, `" "`, `"a"`, `"\u0000"`, `"a\u0000b"`, `"\u0001\u001f"`, `"\ud800"`, `"\udc00x"`, `"\ufffe"`, `"\n"`, `"e\u0301"`, `"🩺"`, `"مرحبا"`, `"İıßſK"`,
		`"'; DROP TABLE \"tblInsuree\"; --"`, `"' OR '1'='1"`, `"%"`, `"_%[a-z]!"`, `"\\"`, `"<script>"`, `"$1"`, `"?"`, `"@p1"`, `"{{7*7}}"`, `"null"`, `"NaN"`, `"-1"`,
		`"M"`, `"O"`, `"draft"`, `"active"`, `"prov"`, `"ins"`, `"bus"`, `"V"`, `"R"`, `"unknown"`, `"X"`,
		strconv.Quote(strings.Repeat("x", 9)), strconv.Quote(strings.Repeat("long ", 21)), strconv.Quote(strings.Repeat("ŵ", 256)), strconv.Quote(strings.Repeat("y", 5000)), strconv.Quote(strings.Repeat("z", 70000)),
	}
	oddNumbers = []string{
		"0", "-0", "-1", "1.5", "-0.01", "0.005", "1e2", "1E-2", "255", "256", "-32769", "32768", "2147483647", "2147483648", "-2147483649", "9999999999999999.99", "10000000000000000", "99999999999999999999999999",
		"123456789.123456789", "0.00000000000000000001", "1e17", "1e400", "1e-400", "1e99999", "-1e999999999", "1e-999999999", "1e2147483648", "9223372036854775808", strings.Repeat("9", 400), "0." + strings.Repeat("3", 400),
	}
	oddDates = []string{
		`"0001-01-01"`, `"0000-01-01"`, `"9999-12-31"`, `"1752-12-31"`, `"1753-01-01"`, `"1899-12-31"`, `"1900-01-01"`, `"2079-06-06"`, `"2079-06-07"`, `"2023-02-29"`, `"2024-02-30"`, `"2024-13-01"`, `"2024-00-00"`, `"2024"`, `"2024-05"`, `"24-05-01"`,
		`"2024-05-01T10:00:00Z"`, `"2024-05-01T24:00:00Z"`, `"2024-05-01T10:00:60+14:00"`, `"9999-12-31T23:59:59-14:00"`, `"0001-01-01T00:00:00+14:00"`, `"2024-05-01T10:00:00.123456789+05:45"`, `"-2024-01-01"`, `"12024-01-01"`, `"01/02/2024"`, `"today"`,
	}
	oddReferences = []string{
		`"Patient/00000000-0000-0000-0000-000000000000"`, `"Patient/"`, `"Patient"`, `"/"`, `"#"`, `"#nothing"`, `"urn:uuid:3f0d3a3b-7c4d-4d7f-9d46-0d3c4c8c0a11"`, `"http://elsewhere.example/fhir/Patient/1"`, `"Organization/openimis-insurer"`,
		`"Group/00000000-0000-0000-0000-000000000000"`, `"Location/x' OR 1=1 --"`, `"Location/../Patient/1"`, `"Practitioner/1/_history/1"`, `"Medication/ "`, `"ActivityDefinition/` + strings.Repeat("7", 300) + `"`, `"Nonsense/1"`, `"Patient/A\u0000"`, `"https://[::1"`, `"%zz"`,
	}
	oddKinds = []string{`null`, `true`, `"text"`, `17`, `[]`, `{}`, `[[]]`, `[null]`, `{"a":1}`, `{"reference":"Patient/1"}`, `{"coding":[{}]}`, `{"value":1}`, `[{}]`, `""`}
	isDate   = regexp.MustCompile(`^"\d{4}-\d{2}-\d{2}`)
	isRef    = regexp.MustCompile(`^"[A-Z][A-Za-z]+/`)
)

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// oddValue gives what a scalar might be replaced with, of its own kind most of the time.
func (s *seeds) oddValue(r *rand.Rand, old string) string {
	switch {
	case r.IntN(8) == 0:
		return pick(r, oddKinds)
	case isDate.MatchString(old) && r.IntN(6) > 0:
		return pick(r, oddDates)
	case isRef.MatchString(old) && r.IntN(6) > 0:
		if r.IntN(2) == 0 { // one that is there, of a right or a wrong type
			typ := pick(r, []string{"Patient", "Organization", "Location", "Claim", "Coverage", "Group", "Practitioner", "Medication"})
			return strconv.Quote(typ + "/" + pick(r, s.known[typ]))
		}
		return pick(r, oddReferences)
	case old != "" && old[0] != '"' && r.IntN(6) > 0:
		return pick(r, oddNumbers)
	}
	return pick(r, oddTexts)
}

// mutateJSON changes the structure or the values of a resource; it stays JSON, but for a
// few literals.
func (s *seeds) mutateJSON(r *rand.Rand, body string) string {
	root := parseValue(body)
	for range 1 + r.IntN(3) {
		all := root.places()
		if len(all) == 0 {
			break
		}
		p := pick(r, all)
		name := ""
		if !p.in.list {
			name = p.in.names[p.at]
		}
		switch r.IntN(20) {
		case 0, 1:
			p.in.drop(p.at)
		case 2:
			p.in.insert(p.at, name, p.value())
		case 3:
			p.in.kids[p.at] = &value{text: pick(r, oddKinds)}
		case 4:
			q := pick(r, all)
			p.in.kids[p.at], q.in.kids[q.at] = q.value(), p.value()
		case 5:
			p.in.kids[p.at] = &value{list: true, kids: []*value{p.value(), p.value()}}
		case 6:
			depth := pick(r, []int{2, 40, 900})
			p.in.kids[p.at] = &value{text: strings.Repeat("[", depth) + strings.Repeat("]", depth)}
		case 7:
			p.in.insert(p.at, pick(r, []string{"unknown", "_" + name, "extension", "id", "contained", "text", "implicitRules", "modifierExtension", "resourceType", ""}), &value{text: pick(r, oddKinds)})
		case 8:
			if !p.in.list {
				p.in.names[p.at] = pick(r, []string{name + "X", strings.ToUpper(name), "value" + name, "fhir_comments", "id"})
			}
		case 9: // many of the same
			if v := p.value(); v.list && len(v.kids) > 0 {
				for range pick(r, []int{1, 30, 300}) {
					v.kids = append(v.kids, v.kids[0])
				}
			}
		case 10:
			p.value().kids, p.value().names = nil, nil
		default: // a scalar gets another value
			scalars := slices.DeleteFunc(all, func(p place) bool { return p.value().text == "" })
			if len(scalars) > 0 {
				p = pick(r, scalars)
				p.in.kids[p.at] = &value{text: s.oddValue(r, p.value().text)}
			}
		}
		if entangled(root, 0) {
			return body
		}
	}
	return root.String()
}

// entangled tells whether a swap put a value into itself.
func entangled(v *value, depth int) bool {
	if depth > 60 {
		return true
	}
	return slices.ContainsFunc(v.kids, func(kid *value) bool { return entangled(kid, depth+1) })
}

var attribute = regexp.MustCompile(`(value|url|id)="[^"]*"`)
var element = regexp.MustCompile(`</?[a-zA-Z]+|/>`)

// mutateXML does to XML what mutateJSON does to JSON, by its text.
func (s *seeds) mutateXML(r *rand.Rand, body string) string {
	if !attribute.MatchString(body) { // nothing left of it
		return body
	}
	if r.IntN(12) == 0 {
		return pick(r, []string{
			`<!DOCTYPE x [<!ENTITY a "b">]>` + strings.Replace(body, `value="`, `value="&a;`, 1),
			strings.Replace(body, "http://hl7.org/fhir", "http://hl7.org/fhir/none", 1),
			"\ufeff" + body, body + body, `<?xml version="1.1" encoding="latin1"?>` + body, strings.Repeat("<a>", 2000),
		})
	}
	if r.IntN(6) == 0 {
		at := pick(r, element.FindAllStringIndex(body, -1))
		return body[:at[0]] + pick(r, []string{"", "<x/>", "</", "<!-- -->", "<![CDATA[x]]>", "<extension>", "text"}) + body[at[1]:]
	}
	at := pick(r, attribute.FindAllStringIndex(body, -1))
	text := body[at[0]:at[1]]
	name, old, _ := strings.Cut(text, "=")
	var odd any
	if json.Unmarshal([]byte(s.oddValue(r, old)), &odd) != nil || odd == nil {
		odd = ""
	}
	escaped := strings.NewReplacer("&", "&amp;", "<", "&lt;", `"`, "&quot;", "\x00", "&#0;", "\x01", "&#1;").Replace(fmt.Sprint(odd))
	return body[:at[0]] + name + `="` + escaped + `"` + body[at[1]:]
}

// mutateBytes damages a text without looking at what it says.
func mutateBytes(r *rand.Rand, body string) string {
	b := []byte(body)
	for range 1 + r.IntN(3) {
		if len(b) == 0 {
			break
		}
		at := r.IntN(len(b))
		end := min(len(b), at+1+r.IntN(20))
		switch r.IntN(7) {
		case 0:
			b[at] ^= 1 << r.IntN(8)
		case 1:
			b = slices.Delete(b, at, end)
		case 2:
			b = slices.Insert(b, at, pick(r, [][]byte{{0}, {0xff, 0xfe}, {0xc0, 0x80}, {0xed, 0xa0, 0x80}, []byte("{"), []byte("]"), []byte(`"`), []byte(`\u0000`), []byte(","), []byte("<"), {0x1b}})...)
		case 3:
			b = b[:at]
		case 4:
			b = slices.Insert(b, at, bytes.Clone(b[at:end])...)
		case 5:
			b[at] = byte(r.IntN(256))
		default:
			to := r.IntN(len(b))
			b[at], b[to] = b[to], b[at]
		}
	}
	return string(b)
}

// Reset forgets what was printed.
func (o *output) Reset() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.text.Reset()
}
