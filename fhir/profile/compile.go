package profile

import (
	"strconv"
	"strings"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
)

// rule is what a profile asks of one element, or of one slice of it.
type rule struct {
	id      string // of the element in the profile
	profile string // canonical of the profile that says it
	name    string // of the element, without [x]
	slice   string // name of the slice, "" for the element itself

	min, max   int // max is unbounded for any number
	types      []typeRule
	fixed      any
	pattern    any
	maxLength  int
	binding    *binding
	invariants []*invariant

	slicing  *slicing
	slices   []*rule
	children []*rule
}

const unbounded = -1

// typeRule is one type an element may have, with the profiles it has to meet.
type typeRule struct {
	name     string
	profiles []string
	targets  []string // canonicals of profiles a reference may point to
}

// binding says which codes an element may have.
type binding struct {
	strength string // required, extensible
	valueSet string
}

// maxElements bounds the elements of one StructureDefinition.
const maxElements = 20_000

// maxBases bounds how many profiles one stands on.
const maxBases = 50

// compile makes the rules of a definition, on those of its base.
func (s *Set) compile(url string) (*Profile, error) {
	if p := s.compiled[url]; p != nil {
		return p, nil
	}
	source := s.sources[url]
	if source == nil {
		return nil, core.ErrorAt(core.Invalid, "baseDefinition", "the base %q is not known", clip(url))
	}
	if s.open[url] {
		return nil, core.ErrorAt(core.Invalid, "baseDefinition", "the profile is built on itself")
	}
	if len(s.open) == maxBases {
		return nil, core.ErrorAt(core.Invalid, "baseDefinition", "the profile stands on more than %d others", maxBases)
	}
	s.open[url] = true
	defer delete(s.open, url)
	p := &Profile{URL: url, Name: source.String("name"), Type: source.String("type")}
	elements := source.Object("differential").List("element")
	base, err := s.base(source)
	switch {
	case err == nil && len(elements) > 0:
		p.root = base
	case source.Object("snapshot") != nil:
		elements = source.Object("snapshot").List("element")
		p.root = &rule{id: p.Type, profile: url, name: p.Type, max: unbounded}
	case err != nil:
		return nil, err
	default:
		p.root = base
	}
	if len(elements) > maxElements {
		return nil, core.ErrorAt(core.Invalid, "differential", "it has %d elements; %d are the most", len(elements), maxElements)
	}
	c := compiler{profile: p, at: map[string]string{}}
	for _, one := range elements {
		if element, is := one.(*fhir.Object); is {
			if err := c.element(element); err != nil {
				return nil, err
			}
		}
	}
	s.compiled[url] = p
	return p, nil
}

// base gives a copy of the rules the profile starts from.
func (s *Set) base(source *fhir.Object) (*rule, error) {
	canonical, typ := source.String("baseDefinition"), source.String("type")
	if name := typeOfCore(canonical); name != "" || canonical == "" {
		return &rule{id: typ, profile: source.String("url"), name: typ, max: unbounded}, nil
	}
	url, _, _ := strings.Cut(canonical, "|")
	p, err := s.compile(url)
	if err != nil && s.sources[url] != nil {
		return nil, core.ErrorAt(core.Invalid, "baseDefinition", "%s: %s", url, messageOf(err))
	}
	if err != nil {
		return nil, err
	}
	if p.Type != typ {
		return nil, core.ErrorAt(core.Invalid, "type", "the profile is one of %s and its base one of %s", typ, p.Type)
	}
	return p.root.clone(), nil
}

func (r *rule) clone() *rule {
	copied := *r
	copied.children, copied.slices = make([]*rule, len(r.children)), make([]*rule, len(r.slices))
	for i, child := range r.children {
		copied.children[i] = child.clone()
	}
	for i, slice := range r.slices {
		copied.slices[i] = slice.clone()
	}
	copied.invariants = r.invariants[:len(r.invariants):len(r.invariants)]
	return &copied
}

// compiler puts the elements of one definition into the tree of rules.
type compiler struct {
	profile *Profile
	at      map[string]string // the id last met for a path, for elements without one
}

// element adds what one ElementDefinition says.
// https://hl7.org/fhir/R4/elementdefinition.html
func (c *compiler) element(e *fhir.Object) error {
	id := c.idOf(e)
	r, err := c.place(id)
	if err != nil {
		return err
	}
	r.id, r.profile = id, c.profile.URL
	if n, is := e.Get("min").(fhir.Number); is {
		if r.min, err = strconv.Atoi(string(n)); err != nil || r.min < 0 {
			return core.ErrorAt(core.Invalid, id, "min %q is no number of elements", clip(string(n)))
		}
	}
	if text := e.String("max"); text == "*" {
		r.max = unbounded
	} else if text != "" {
		if r.max, err = strconv.Atoi(text); err != nil || r.max < 0 {
			return core.ErrorAt(core.Invalid, id, "max %q is no number of elements", clip(text))
		}
	}
	if n, is := e.Get("maxLength").(fhir.Number); is {
		r.maxLength, _ = strconv.Atoi(string(n))
	}
	if types := typesOf(e); types != nil {
		r.types = types
	}
	for _, m := range e.Members {
		switch {
		case strings.HasPrefix(m.Name, "fixed"):
			r.fixed = m.Value
		case strings.HasPrefix(m.Name, "pattern"):
			r.pattern = m.Value
		}
	}
	if b := e.Object("binding"); b != nil && b.String("valueSet") != "" {
		r.binding = &binding{strength: b.String("strength"), valueSet: b.String("valueSet")}
	}
	if s := e.Object("slicing"); s != nil {
		r.slicing = slicingOf(s)
	}
	return c.invariants(r, e)
}

// invariants adds the constraints of the element. Those of R4 are checked for every
// resource and left out here.
func (c *compiler) invariants(r *rule, e *fhir.Object) error {
	for _, one := range e.List("constraint") {
		o, is := one.(*fhir.Object)
		if !is || o.String("expression") == "" || ofCore(o) {
			continue
		}
		made := &invariant{
			key: o.String("key"), warning: o.String("severity") == "warning", human: o.String("human"), source: o.String("expression"),
		}
		if _, err := made.compile(); err != nil {
			return core.ErrorAt(core.Invalid, r.id, "the constraint %s cannot be read: %s", clip(made.key), messageOf(err))
		}
		r.invariants = append(r.invariants, made)
	}
	return nil
}

// ofCore tells whether a constraint is one that snapshots repeat from R4.
func ofCore(constraint *fhir.Object) bool {
	key := constraint.String("key")
	return key == "ele-1" || key == "ext-1" || strings.HasPrefix(key, "dom-") || typeOfCore(constraint.String("source")) != ""
}

func typesOf(e *fhir.Object) []typeRule {
	var list []typeRule
	for _, one := range e.List("type") {
		o, is := one.(*fhir.Object)
		if !is || strings.HasPrefix(o.String("code"), "http://hl7.org/fhirpath/") {
			continue
		}
		list = append(list, typeRule{name: o.String("code"), profiles: texts(o.List("profile")), targets: texts(o.List("targetProfile"))})
	}
	return list
}

func texts(list []any) []string {
	var out []string
	for _, one := range list {
		if s, is := one.(string); is {
			out = append(out, s)
		}
	}
	return out
}

// idOf gives the id of an element, made of path and slice names where it has none.
// https://hl7.org/fhir/R4/elementdefinition.html#id
func (c *compiler) idOf(e *fhir.Object) string {
	at := e.String("path")
	id := e.String("id")
	if id == "" || !strings.HasPrefix(id, c.profile.Type) {
		id = at
		if dot := strings.LastIndexByte(at, '.'); dot > 0 {
			if parent := c.at[at[:dot]]; parent != "" {
				id = parent + at[dot:]
			}
		}
		if slice := e.String("sliceName"); slice != "" {
			id += ":" + slice
		}
	}
	c.at[at] = id
	return id
}

// place finds or makes the rule an id names. Errors: core.Invalid for an element that R4
// does not have there.
func (c *compiler) place(id string) (*rule, error) {
	parts := strings.Split(id, ".")
	if parts[0] != c.profile.Type {
		return nil, core.ErrorAt(core.Invalid, clip(id), "the element is none of %s", c.profile.Type)
	}
	if len(parts) > 40 {
		return nil, core.ErrorAt(core.Invalid, clip(id), "the element is too deep")
	}
	r, typ := c.profile.root, fhir.TypeOf(c.profile.Type)
	for _, part := range parts[1:] {
		name, slice, _ := strings.Cut(part, ":")
		name = strings.TrimSuffix(name, "[x]")
		if typ != nil {
			element, member := typ.Element(name), (*fhir.Type)(nil)
			if element == nil { // the spelling of a choice with its type
				if element, member = typ.Member(name); element == nil {
					return nil, core.ErrorAt(core.Invalid, clip(id), "%s has no element %q", typ.Name, clip(name))
				}
				slice, name = name, element.Name
			}
			typ = typeBelow(element, member, slice)
		}
		r = r.child(name, c.profile.URL)
		if slice != "" {
			r = r.sliceOf(slice, typ)
		}
	}
	return r, nil
}

// typeBelow gives the type of an element, nil where a choice leaves it open.
func typeBelow(e *fhir.Element, member *fhir.Type, slice string) *fhir.Type {
	switch {
	case member != nil:
		return member
	case !e.Choice:
		return fhir.TypeOf(e.Types[0].Name)
	case strings.HasPrefix(slice, e.Name):
		suffix := strings.TrimPrefix(slice, e.Name)
		for _, t := range e.Types {
			if strings.EqualFold(t.Name, suffix) {
				return fhir.TypeOf(t.Name)
			}
		}
	}
	return nil
}

func (r *rule) child(name, profile string) *rule {
	for _, c := range r.children {
		if c.name == name {
			return c
		}
	}
	made := &rule{id: r.id + "." + name, profile: profile, name: name, max: unbounded}
	r.children = append(r.children, made)
	return made
}

// sliceOf finds or makes a slice. typ is set where the name says the type of a choice.
func (r *rule) sliceOf(name string, typ *fhir.Type) *rule {
	for _, s := range r.slices {
		if s.slice == name {
			return s
		}
	}
	made := &rule{id: r.id + ":" + name, profile: r.profile, name: r.name, slice: name, max: unbounded}
	if typ != nil && strings.EqualFold(name, r.name+typ.Name) {
		made.types = []typeRule{{name: typ.Name}}
	}
	r.slices = append(r.slices, made)
	return made
}

// find gives the rule for a child, nil when the profile says nothing of it.
func (r *rule) find(name string) *rule {
	for _, c := range r.children {
		if c.name == name {
			return c
		}
	}
	return nil
}
