package fhir

import (
	"slices"
	"strconv"

	"github.com/openimis/openimis-go/core"
)

// DecodeOptions say how strictly a resource is read.
type DecodeOptions struct {
	// Type is the resource type the request needs; "" for any.
	Type string
	// Lenient drops unknown elements, with a warning each, and lets pass missing required
	// elements and codes outside their required binding, such as the currency "$". Types,
	// primitive formats and the shape of lists are checked all the same: what is wrong
	// there cannot be carried.
	Lenient bool
}

// DecodeJSON reads a resource in JSON and checks it against the R4 definitions: names,
// types, cardinalities, primitive formats and required bindings. The Tree of the result
// holds everything sent; Typed is nil for a type the program has no use for.
//
// Errors: core.Invalid when the text is no JSON, or what it says is not as the definitions
// have it; core.Unprocessable when only required elements are missing. Each fault names its
// element in Path, and up to 20 faults are reported.
//
// https://hl7.org/fhir/R4/json.html
func DecodeJSON(data []byte, o DecodeOptions) (*Resource, error) {
	value, twice, err := parseJSON(data)
	if err != nil {
		return nil, err
	}
	tree, ok := value.(*Object)
	if !ok {
		return nil, faulty(core.Invalid, "", structureFault, "a resource is a JSON object, not %s", describe(value))
	}
	typ := tree.String("resourceType")
	for _, f := range twice {
		if typ != "" && len(f.Path) > 0 {
			f.Path = typ + "." + f.Path
		}
	}
	return finish(tree, o, twice)
}

// DecodeTree checks a tree that is there already, such as a patched one, and makes the
// resource of it. Errors: as DecodeJSON.
func DecodeTree(tree *Object, o DecodeOptions) (*Resource, error) { return finish(tree, o, nil) }

// finish checks a tree read from JSON or XML and makes the resource of it.
func finish(tree *Object, o DecodeOptions, found []*core.Error) (*Resource, error) {
	c := checker{lenient: o.Lenient, faults: found}
	if t := c.resourceType(tree, "", o.Type); t != nil {
		c.object(t, tree, []byte(t.Name), true)
	}
	if len(c.faults) > 0 {
		return nil, join(c.faults)
	}
	r := &Resource{Tree: tree, Warnings: c.warnings}
	r.Typed = typedOf(tree)
	return r, nil
}

// checker walks a tree along the definitions.
type checker struct {
	lenient  bool
	faults   []*core.Error
	warnings []*core.Error
}

func (c *checker) fault(path []byte, kind fault, format string, args ...any) {
	if len(c.faults) < 4*maxFaults {
		c.faults = append(c.faults, faulty(core.Invalid, string(path), kind, format, args...))
	}
}

// resourceType finds the type of a resource; expected is "" for any.
func (c *checker) resourceType(o *Object, path, expected string) *Type {
	value := o.Get("resourceType")
	name, ok := value.(string)
	at := []byte(path)
	switch {
	case value == nil:
		c.fault(at, structureFault, "resourceType is missing")
	case !ok:
		c.fault(at, structureFault, "resourceType has to be a string, not %s", describe(value))
	case !IsResourceType(name):
		c.fault(at, structureFault, "%q is not a resource type of FHIR R4", clip(name))
	case expected != "" && name != expected:
		c.fault([]byte(name), structureFault, "the resource is a %s where a %s is needed", name, expected)
	default:
		return TypeOf(name)
	}
	return nil
}

func clip(s string) string {
	if len(s) > 60 {
		return s[:60] + "…"
	}
	return s
}

// object checks the members of an object of the type. path is its location and is built on
// by appending: each level cuts it back to its own length.
func (c *checker) object(t *Type, o *Object, path []byte, resource bool) {
	if len(o.Members) == 0 {
		c.fault(path, structureFault, "an object may not be empty")
		return
	}
	t.load()
	var small [48]presence
	seen := small[:]
	if len(t.elements) > len(seen) {
		seen = make([]presence, len(t.elements))
	}
	kept := o.Members[:0]
	mark := len(path)
	for _, m := range o.Members {
		if m.Name == "resourceType" && resource {
			kept = append(kept, m)
			continue
		}
		name, shadow := m.Name, false
		if len(name) > 1 && name[0] == '_' {
			name, shadow = name[1:], true
		}
		def, ok := t.member(name)
		if !ok || shadow && !def.extensible() {
			path = append(append(path[:mark], '.'), m.Name...)
			c.unknown(t, m.Name, name, path)
			path = path[:mark]
			continue
		}
		kept = append(kept, m)
		path = append(append(path[:mark], '.'), name...)
		c.variant(&seen[def.element.order], def, name, path)
		if shadow {
			c.shadow(def, m.Value, o.Get(name), path)
		} else {
			c.member(def, m.Value, o, name, path)
		}
		path = path[:mark]
	}
	clear(o.Members[len(kept):])
	if o.Members = kept; len(kept) == 0 && c.lenient {
		c.fault(path, structureFault, "nothing is left of the object without its unknown elements")
	}
	if !c.lenient {
		c.required(t, seen, path)
	}
}

// extensible tells whether the element is a primitive with an id and extensions of its own.
// What XML writes as an attribute has none, and neither has the XHTML of a narrative.
func (m member) extensible() bool {
	return m.typ != nil && m.typ.Kind == PrimitiveKind && m.typ.Name != "xhtml" && !m.element.attribute
}

// presence is what has been seen of an element: nothing, or which member brought it.
type presence struct{ name string }

// variant notes that the element is there and refuses a second type of one choice.
func (c *checker) variant(seen *presence, def member, name string, path []byte) {
	if seen.name != "" && seen.name != name {
		c.fault(path, structureFault, "%s and %s cannot both be given: they are one choice", seen.name, name)
	}
	seen.name = name
}

func (c *checker) unknown(t *Type, written, name string, path []byte) {
	if c.lenient && len(c.warnings) >= maxFaults || len(c.faults) >= 4*maxFaults {
		return
	}
	hint := ""
	if known := t.alike(name); known != "" && known != name {
		hint = "; did you mean " + known + "?"
	}
	if c.lenient {
		c.warnings = append(c.warnings, faulty(core.Invalid, string(path), structureFault,
			"the unknown element %q was left out%s", clip(written), hint))
		return
	}
	c.fault(path, structureFault, "%s has no element %q%s", t.Name, clip(written), hint)
}

func (c *checker) required(t *Type, seen []presence, path []byte) {
	for i := range t.elements {
		e := &t.elements[i]
		if e.Min == 0 || seen[i].name != "" || len(c.faults) >= 4*maxFaults {
			continue
		}
		name := e.Name
		if e.Choice {
			name += "[x]"
		}
		c.faults = append(c.faults, faulty(core.Unprocessable, string(path)+"."+name, requiredFault,
			"%s.%s is required and missing", t.Name, name))
	}
}

// member checks one member that is not the shadow of a primitive.
func (c *checker) member(def member, value any, parent *Object, name string, path []byte) {
	e := def.element
	list, isList := value.([]any)
	switch {
	case isList && !e.List():
		c.fault(path, structureFault, "%s may be given once and is not an array", name)
		return
	case !isList && e.List():
		c.fault(path, structureFault, "%s has to be an array, not %s", name, describe(value))
		return
	case !isList:
		c.value(def, value, path)
		return
	case len(list) == 0:
		c.fault(path, structureFault, "an array may not be empty")
		return
	}
	if e.Max > 0 && len(list) > e.Max && !c.lenient {
		c.fault(path, structureFault, "%s may be given %d times at most, not %d", name, e.Max, len(list))
	}
	if len(list) < e.Min && !c.lenient {
		c.fault(path, requiredFault, "%s has to be given %d times at least, not %d", name, e.Min, len(list))
	}
	var shadows []any
	if def.typ.Kind == PrimitiveKind {
		shadows = parent.List("_" + name)
	}
	mark := len(path)
	for i, item := range list {
		path = append(strconv.AppendInt(append(path[:mark], '['), int64(i), 10), ']')
		if item == nil && i < len(shadows) && shadows[i] != nil {
			continue
		}
		c.value(def, item, path)
	}
}

// value checks one value of an element.
func (c *checker) value(def member, value any, path []byte) {
	if value == nil {
		c.fault(path, structureFault, "null may stand only for a primitive in an array that has extensions instead")
		return
	}
	if def.typ.Kind == PrimitiveKind {
		c.primitive(def, value, path)
		return
	}
	o, ok := value.(*Object)
	if !ok {
		c.fault(path, structureFault, "has to be a %s object, not %s", def.typ.Name, describe(value))
		return
	}
	if def.typ.Kind == AbstractKind || def.typ.Kind == ResourceKind {
		expected := ""
		if def.typ.Kind == ResourceKind {
			expected = def.typ.Name
		}
		if t := c.resourceType(o, string(path), expected); t != nil {
			c.object(t, o, path, true)
		}
		return
	}
	c.object(def.typ, o, path, false)
	c.concept(def.element, o, path)
}

// concept checks the required binding of a CodeableConcept: one of its codings has to be of
// the value set. https://hl7.org/fhir/R4/terminologies.html#4.1.3
func (c *checker) concept(e *Element, o *Object, path []byte) {
	if c.lenient || e.Codings == nil {
		return
	}
	for _, one := range o.List("coding") {
		coding, is := one.(*Object)
		if is && slices.Contains(e.Codings, coding.String("system")+"|"+coding.String("code")) {
			return
		}
	}
	c.fault(path, codeFault, "no coding is one of %s", listed(e.Codings))
}

func (c *checker) primitive(def member, value any, path []byte) {
	if def.element.currency && c.lenient {
		if s, ok := value.(string); ok && s != "" {
			return
		}
	}
	if wrong := checkPrimitive(def.typ.Name, value); wrong != "" {
		c.fault(path, valueFault, "%s", wrong)
		return
	}
	code, _ := value.(string)
	if def.element.currency && !isCurrency(code) {
		c.fault(path, codeFault, "%q is not a currency code of ISO 4217", clip(code))
		return
	}
	if c.lenient || def.element.Codes == nil {
		return
	}
	for _, known := range def.element.Codes {
		if known == code {
			return
		}
	}
	c.fault(path, codeFault, "%q is not one of the codes %s", clip(code), listed(def.element.Codes))
}

func isCurrency(s string) bool {
	return len(s) == 3 && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'A' && s[1] <= 'Z' && s[2] >= 'A' && s[2] <= 'Z'
}

func listed(codes []string) string {
	text := ""
	for i, code := range codes {
		if i == 12 {
			return text + ", …"
		}
		if i > 0 {
			text += ", "
		}
		text += code
	}
	return text
}

// shadow checks the id and extensions of a primitive, which JSON keeps under "_name".
// https://hl7.org/fhir/R4/json.html#primitive
func (c *checker) shadow(def member, value, partner any, path []byte) {
	list, isList := value.([]any)
	if isList != def.element.List() {
		c.fault(path, structureFault, "the extensions of %s have to have the same shape as its value", def.element.Name)
		return
	}
	if !isList {
		c.shadowOne(value, path)
		return
	}
	partners, _ := partner.([]any)
	if partner != nil && len(partners) != len(list) {
		c.fault(path, structureFault, "the array of extensions has %d entries, that of values %d", len(list), len(partners))
	}
	mark, present := len(path), false
	for i, item := range list {
		path = append(strconv.AppendInt(append(path[:mark], '['), int64(i), 10), ']')
		if item == nil {
			if i >= len(partners) || partners[i] == nil {
				c.fault(path, structureFault, "has neither a value nor an extension")
			}
			continue
		}
		present = true
		c.shadowOne(item, path)
	}
	if !present {
		c.fault(path[:mark], structureFault, "an array of extensions needs at least one entry that is not null")
	}
}

func (c *checker) shadowOne(value any, path []byte) {
	o, ok := value.(*Object)
	if !ok {
		c.fault(path, structureFault, "the extensions of a primitive are an object, not %s", describe(value))
		return
	}
	c.object(TypeOf("Element"), o, path, false)
}
