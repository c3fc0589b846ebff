package rest

import (
	"mime"
	"strconv"
	"strings"

	"github.com/openimis/openimis-go/core"
)

// output is how the answer is written.
type output struct {
	xml         bool
	pretty      bool
	contentType string
}

// outputKey is where a request keeps an output that its URL and headers do not tell.
const outputKey = "fhir.output"

// keepOutput keeps the output for an error that is met later.
func (k *call) keepOutput() {
	if k.c != nil {
		k.c.Set(outputKey, k.out)
	}
}

// media is a format of the answer under one of its names.
type media struct {
	name   string
	xml    bool
	header string // as Content-Type
}

// formats are the names a format goes by; the client gets the name it asked for.
// https://hl7.org/fhir/R4/http.html#mime-type
var formats = []media{
	{"application/fhir+json", false, "application/fhir+json; charset=utf-8"},
	{"application/json", false, "application/json; charset=utf-8"},
	{"text/json", false, "text/json; charset=utf-8"},
	{"application/fhir+xml", true, "application/fhir+xml; charset=utf-8"},
	{"application/xml", true, "application/xml; charset=utf-8"},
	{"text/xml", true, "text/xml; charset=utf-8"},
}

// release is the value of the MIME type parameter fhirVersion that this engine speaks.
const release = "4.0"

func (s *Server) preferred() int {
	if s.base.Habits.PlainJSON {
		return 1
	}
	return 0
}

// negotiate settles the format of the answer: _format before Accept before the default of
// the base. https://hl7.org/fhir/R4/http.html#parameters
// Errors: core.NotAcceptable, core.Invalid for a _pretty that is no boolean.
func (k *call) negotiate() error {
	k.out = outputOf(formats[k.s.preferred()])
	if k.values != nil {
		if err := k.readPretty(); err != nil {
			return err
		}
		if format := k.values.Get("_format"); format != "" {
			return k.readFormat(format)
		}
	}
	accept := k.r.Header["Accept"]
	if len(accept) == 0 {
		return nil
	}
	header := accept[0]
	if len(accept) > 1 {
		header = strings.Join(accept, ",")
	}
	for _, f := range formats { // what nearly every client sends
		if header == f.name {
			k.setOutput(f)
			return nil
		}
	}
	f, version, ok := k.s.choose(header)
	if !ok {
		return core.Errorf(core.NotAcceptable, "the server writes FHIR 4.0 in JSON and XML; Accept asks %s", clip(strconv.Quote(header)))
	}
	k.setOutput(f)
	if version {
		k.out.contentType += "; fhirVersion=" + release
	}
	return nil
}

func outputOf(f media) output { return output{xml: f.xml, contentType: f.header} }

func (k *call) setOutput(f media) { k.out.xml, k.out.contentType = f.xml, f.header }

func (k *call) readPretty() error {
	switch pretty := k.values.Get("_pretty"); pretty {
	case "", "false":
		k.out.pretty = false
	case "true":
		k.out.pretty = true
	default:
		return core.ErrorAt(core.Invalid, "_pretty", "_pretty is true or false, not %s", clip(strconv.Quote(pretty)))
	}
	return nil
}

// readFormat reads _format: json, xml or a MIME type. A + in it that nobody encoded
// arrives as a space.
func (k *call) readFormat(format string) error {
	name, parameters, _ := strings.Cut(format, ";")
	name = strings.ReplaceAll(strings.ToLower(strings.TrimSpace(name)), " ", "+")
	switch name {
	case "json":
		if k.out.xml {
			k.setOutput(formats[k.s.preferred()])
		}
		return nil
	case "xml":
		k.setOutput(formats[3])
		return nil
	}
	for _, f := range formats {
		if f.name == name && rightRelease(parameters) {
			k.setOutput(f)
			return nil
		}
	}
	return core.ErrorAt(core.NotAcceptable, "_format", "the server writes FHIR 4.0 in JSON and XML, not %s", clip(strconv.Quote(format)))
}

func rightRelease(parameters string) bool {
	for _, p := range strings.Split(parameters, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(p), "=")
		if strings.EqualFold(name, "fhirVersion") {
			value = strings.Trim(value, `"`)
			return value == release || value == "4.0.1"
		}
	}
	return true
}

// accepted is one range of an Accept header.
type accepted struct {
	name    string
	quality float64
	version bool // names the release
}

// choose finds the format the client likes best: the highest quality, then the range that
// names the format rather than a wildcard, then the order the client wrote.
// https://www.rfc-editor.org/rfc/rfc9110#field.accept
func (s *Server) choose(header string) (best media, version, ok bool) {
	var ranges []accepted
	for _, part := range strings.Split(header, ",") {
		if len(ranges) == 50 {
			break
		}
		if r, ok := readRange(part); ok {
			ranges = append(ranges, r)
		}
	}
	preferred := s.preferred()
	score := 0.0
	for i := range formats {
		f := formats[(i+preferred)%len(formats)]
		at, exactness := bestRange(ranges, f.name)
		if at < 0 || ranges[at].quality <= 0 {
			continue
		}
		value := ranges[at].quality*1000 + float64(exactness)*0.1 - float64(at)*0.001
		if value > score {
			best, score, version, ok = f, value, ranges[at].version, true
		}
	}
	return best, version, ok
}

// bestRange finds the range that speaks most exactly of the format, -1 for none.
func bestRange(ranges []accepted, name string) (at, exactness int) {
	at, exactness = -1, -1
	for i, r := range ranges {
		e := -1
		switch {
		case r.name == name:
			e = 2
		case strings.HasSuffix(r.name, "/*") && r.name != "*/*" && strings.HasPrefix(name, r.name[:len(r.name)-1]):
			e = 1
		case r.name == "*/*" || r.name == "*":
			e = 0
		}
		if e > exactness {
			at, exactness = i, e
		}
	}
	return at, exactness
}

func readRange(text string) (accepted, bool) {
	name, parameters, _ := strings.Cut(text, ";")
	r := accepted{name: strings.ToLower(strings.TrimSpace(name)), quality: 1}
	if r.name == "" || !rightRelease(parameters) {
		return r, false
	}
	for _, p := range strings.Split(parameters, ";") {
		key, value, _ := strings.Cut(strings.TrimSpace(p), "=")
		switch strings.ToLower(key) {
		case "q":
			q, err := strconv.ParseFloat(value, 64)
			if err != nil || !(q >= 0 && q <= 1) {
				return r, false
			}
			r.quality = q
		case "fhirversion":
			r.version = true
		}
	}
	return r, true
}

// bodyFormat tells whether the body is XML. Errors: core.UnsupportedMedia.
func (k *call) bodyFormat() (xml bool, err error) {
	header := k.r.Header.Get("Content-Type")
	if header == "" && k.s.base.Habits.LenientDecoding {
		return false, nil
	}
	name, parameters, err := mime.ParseMediaType(header)
	if err == nil && goodParameters(parameters) {
		for _, f := range formats {
			if f.name == name {
				return f.xml, nil
			}
		}
	}
	return false, core.Errorf(core.UnsupportedMedia,
		"the body has to be FHIR 4.0 in JSON (application/fhir+json) or XML (application/fhir+xml) in UTF-8; Content-Type says %s", clip(strconv.Quote(header)))
}

func goodParameters(parameters map[string]string) bool {
	if version, ok := parameters["fhirversion"]; ok && version != release && version != "4.0.1" {
		return false
	}
	switch strings.ToLower(parameters["charset"]) {
	case "", "utf-8", "utf8", "us-ascii":
		return true
	}
	return false
}
