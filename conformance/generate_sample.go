package conformance

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
)

// sample is what a script is made of: an instance that shows which values there are, and
// the fixture to send, nil when the type is only read.
type sample struct {
	example *fhir.Object
	fixture *fhir.Object
	query   string // finds the example again: "identifier=…", or "_count=1"
	why     string // there is no example
	lookups []lookup
}

// lookup is an instance of the server that a fixture refers to.
type lookup struct {
	variable, typ, query string
}

func sampleOf(ctx context.Context, r *Runner, claims *fhir.Object, typ, folder string) (*sample, error) {
	s := &sample{query: "_count=1"}
	searches := has(claims, "interaction", "code", "search-type")
	if searches {
		found, err := r.ask(ctx, typ+"?_count=1")
		if err != nil {
			return nil, err
		}
		for _, entry := range objects(found.Get("entry")) {
			s.example = entry.Object("resource")
			break
		}
	}
	if identifier := lastIdentifier(s.example); identifier != "" && has(claims, "searchParam", "name", "identifier") {
		s.query = "identifier=" + url.QueryEscape(identifier)
	}
	if !has(claims, "interaction", "code", "create") {
		if s.why = "the server has no instance to read"; !searches {
			s.why = "it can be neither searched nor created"
		}
		return s, nil
	}
	if folder == "" {
		s.derive(typ)
	} else if err := s.load(folder, typ); err != nil {
		return nil, err
	}
	if s.fixture != nil {
		s.refer(s.fixture, typ)
		s.example = s.fixture
	}
	s.why = "it has no fixture, and the server has no instance to make one of"
	return s, nil
}

// ask reads something of the server as a resource.
func (r *Runner) ask(ctx context.Context, address string) (*fhir.Object, error) {
	x := &run{runner: r, script: &Script{}, messages: map[string]*message{}}
	if _, err := x.operate(ctx, &Operation{Code: "read", URL: address, Accept: "json"}); err != nil {
		return nil, err
	}
	if x.last.status != 200 {
		return nil, core.Errorf(core.Invalid, "%s is answered with %d: %s", x.last.url, x.last.status, x.last.problem())
	}
	return x.last.resource()
}

// load reads the fixture of a type from the folder, if it has one.
func (s *sample) load(folder, typ string) error {
	file := filepath.Join(folder, strings.ToLower(typ)+".json")
	if _, err := os.Stat(file); err != nil {
		return nil
	}
	data, err := readFile(file)
	if err != nil {
		return err
	}
	if s.fixture, err = fhir.ParseJSON(withoutMark(data)); err != nil {
		return core.ErrorAt(core.Invalid, file, "%v", err)
	}
	if got := s.fixture.String("resourceType"); got != typ {
		return core.ErrorAt(core.Invalid, file, "it holds %q, not a %s", got, typ)
	}
	return nil
}

// derive makes a fixture of the instance: without what the server assigns, and with new
// identifiers.
func (s *sample) derive(typ string) {
	if s.example == nil {
		return
	}
	id := s.example.String("id")
	o := s.example.Copy()
	for _, name := range []string{"id", "meta", "text", "contained"} {
		o.Set(name, nil)
	}
	var identifiers []any
	for _, each := range objects(o.Get("identifier")) {
		if value := text(each, "value"); value != "" && value != id {
			each.Set("value", fresh(value))
			identifiers = append(identifiers, each)
		}
	}
	if _, isList := o.Get("identifier").([]any); isList {
		o.Set("identifier", nil)
		if len(identifiers) > 0 {
			o.Set("identifier", identifiers)
		}
	}
	s.fixture = o
}

// fresh gives a placeholder of the length and sort of a value.
func fresh(value string) string {
	kind := "CD"
	switch {
	case strings.Trim(value, "0123456789") == "":
		kind = "D"
	case strings.Trim(strings.ToLower(value), letters) == "":
		kind = "C"
	}
	return "${" + kind + strconv.Itoa(min(len(value), 20)) + "}"
}

func lastIdentifier(o *fhir.Object) string {
	list := objects(o.Get("identifier"))
	for i := len(list) - 1; i >= 0; i-- {
		if value := text(list[i], "value"); value != "" && value != o.String("id") {
			return value
		}
	}
	return ""
}

var query = regexp.MustCompile(`^([A-Z][A-Za-z]+)\?(.+)$`)

// refer replaces references to instances of the server by variables that a search fills.
func (s *sample) refer(value any, typ string) {
	switch v := value.(type) {
	case []any:
		for _, each := range v {
			s.refer(each, typ)
		}
	case *fhir.Object:
		if reference := v.String("reference"); reference != "" {
			if found := s.lookup(v, reference); found != "" {
				v.Set("reference", found)
			}
		}
		for _, m := range v.Members {
			s.refer(m.Value, typ)
		}
	}
}

func (s *sample) lookup(o *fhir.Object, reference string) string {
	typ, ask := "", ""
	if m := query.FindStringSubmatch(reference); m != nil {
		typ, ask = m[1], m[2]
	} else if _, t, id := fhir.SplitReference("/" + reference); t != "" && !strings.Contains(reference, "${") {
		typ, ask = t, "_id="+id
		if code := text(o.Object("identifier"), "value"); code != "" {
			ask = "identifier=" + url.QueryEscape(code)
		}
	}
	if typ == "" {
		return ""
	}
	for _, l := range s.lookups {
		if l.typ == typ && l.query == ask {
			return typ + "/${" + l.variable + "}"
		}
	}
	l := lookup{fmt.Sprintf("%sId%d", strings.ToLower(typ[:1])+typ[1:], len(s.lookups)+1), typ, ask}
	s.lookups = append(s.lookups, l)
	return typ + "/${" + l.variable + "}"
}

// rendered gives a resource as text with line breaks.
func rendered(format string, tree *fhir.Object) ([]byte, error) {
	if format == "xml" {
		return tree.AppendXML([]byte(`<?xml version="1.0" encoding="UTF-8"?>`+"\n"), true)
	}
	var b bytes.Buffer
	err := json.Indent(&b, tree.AppendJSON(nil), "", "  ")
	return b.Bytes(), err
}
