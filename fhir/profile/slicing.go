package profile

import (
	"strings"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/fhir"
)

// slicing says how slices of an element are told apart.
// https://hl7.org/fhir/R4/profiling.html#slicing
type slicing struct {
	by      []discriminator
	closed  bool
	atEnd   bool // what is in no slice comes last
	ordered bool
}

type discriminator struct {
	kind string // value, pattern, exists, type, profile
	path string // "$this" or elements parted by dots
}

// slicingOf reads ElementDefinition.slicing.
func slicingOf(o *fhir.Object) *slicing {
	s := &slicing{closed: o.String("rules") == "closed", atEnd: o.String("rules") == "openAtEnd"}
	s.ordered, _ = o.Get("ordered").(bool)
	for _, one := range o.List("discriminator") {
		if d, is := one.(*fhir.Object); is {
			s.by = append(s.by, discriminator{kind: d.String("type"), path: strings.TrimPrefix(d.String("path"), "$this.")})
		}
	}
	return s
}

// byURL is how extensions are sliced where a profile does not say it, byType how choices
// are, whatever a profile says.
var (
	byURL  = &slicing{by: []discriminator{{"value", "url"}}}
	byType = []discriminator{{"type", "$this"}}
)

// how gives the slicing of the values of a rule, nil when nobody says how.
func (r *rule) how(values []*spot) *slicing {
	s := r.slicing
	if s == nil && (r.name == "extension" || r.name == "modifierExtension") {
		return byURL
	}
	if len(values) > 0 && values[0].element.Choice {
		made := slicing{by: byType}
		if s != nil {
			made.closed = s.closed
		}
		return &made
	}
	return s
}

// slice puts each value into its slice and checks it there.
func (v *validation) slice(r *rule, parent *spot, values []*spot) {
	if len(r.slices) == 0 {
		return
	}
	how := r.how(values)
	if how == nil || len(how.by) == 0 && len(values) > 0 {
		return // nobody says which value is in which slice
	}
	within := make([][]*spot, len(r.slices))
	last, loose := 0, false
	for _, s := range values {
		found, clear := -1, true
		for i, slice := range r.slices {
			in, known := v.belongs(how, slice, s)
			clear = clear && known
			if !in {
				continue
			}
			if found >= 0 && !strings.HasPrefix(slice.slice, r.slices[found].slice+"/") {
				v.fault(r, s, r4.IssueTypeStructure, "the value is in more than one slice: "+r.slices[found].slice+" and "+slice.slice)
			}
			found = i
			within[i] = append(within[i], s)
		}
		switch {
		case found < 0 && parent.typ.Name == "Extension" && r.name == "extension" && !absolute(s.object().String("url")):
			v.fault(r, s, r4.IssueTypeStructure, "the extension has no part "+quoted(s.object().String("url"))+", only "+sliceNames(r))
		case found < 0 && how.closed && clear:
			v.fault(r, s, r4.IssueTypeStructure, "the value is in none of the slices "+sliceNames(r)+", and nothing else is allowed")
		case found < 0:
			loose = true
		case loose && how.atEnd:
			v.fault(r, s, r4.IssueTypeStructure, "values of the slice "+r.slices[found].slice+" have to come before those in no slice")
		case how.ordered && found < last:
			v.fault(r, s, r4.IssueTypeStructure, "the slices have to come in the order "+sliceNames(r))
		}
		last = max(last, found)
	}
	for i, slice := range r.slices {
		v.count(slice, parent, within[i])
		for _, s := range within[i] {
			v.value(slice, s)
		}
	}
}

func sliceNames(r *rule) string {
	var names []string
	for _, s := range r.slices {
		names = append(names, s.slice)
	}
	return strings.Join(names, ", ")
}

// belongs tells whether a value is in a slice; known is false where a discriminator says
// nothing that could be compared.
func (v *validation) belongs(how *slicing, slice *rule, s *spot) (in, known bool) {
	in, known = len(how.by) > 0, len(how.by) > 0
	for _, d := range how.by {
		met, sure := v.tells(d, slice, s)
		in, known = in && met && sure, known && sure
	}
	return in, known
}

// tells checks one discriminator: what the slice says at its path against what is there.
func (v *validation) tells(d discriminator, slice *rule, s *spot) (met, known bool) {
	var steps []string
	if d.path != "$this" && d.path != "" {
		steps = splitSteps(d.path)
	}
	values := v.walk([]*spot{s}, slice, steps)
	switch d.kind {
	case "exists":
		return v.exists(slice, steps, len(values) > 0)
	case "type":
		return v.ofType(slice, steps, values)
	case "profile":
		return v.ofProfile(slice, steps, values)
	}
	expected := v.expected(slice, steps)
	if expected == nil {
		return false, false
	}
	for _, value := range values {
		if expected(value) {
			return true, true
		}
	}
	return false, true
}

// splitSteps parts a path at its dots, but for those within brackets.
func splitSteps(path string) []string {
	var steps []string
	depth, start := 0, 0
	for i, c := range path {
		switch {
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == '.' && depth == 0:
			steps = append(steps, path[start:i])
			start = i + 1
		}
	}
	return append(steps, path[start:])
}

// extensionStep takes extension('url') apart, and extension[slice] as some profiles write.
func (v *validation) extensionStep(step string, r *rule) (url string, is bool) {
	if text, ok := strings.CutPrefix(step, "extension("); ok {
		return strings.Trim(strings.TrimSuffix(text, ")"), `'"`), true
	}
	name, ok := strings.CutPrefix(step, "extension[")
	if !ok || r == nil {
		return "", ok
	}
	if extensions := r.find("extension"); extensions != nil {
		for _, slice := range extensions.slices {
			if slice.slice == strings.TrimSuffix(name, "]") && len(slice.types) > 0 && len(slice.types[0].profiles) > 0 {
				return slice.types[0].profiles[0], true
			}
		}
	}
	return "", true
}

// walk follows a path through the values.
func (v *validation) walk(values []*spot, slice *rule, steps []string) []*spot {
	for _, step := range steps {
		var next []*spot
		url, extension := v.extensionStep(step, slice)
		for _, s := range values {
			switch {
			case step == "resolve()":
				if found := v.resolve(s); found != nil {
					next = append(next, found)
				}
			case strings.HasPrefix(step, "ofType("):
				if s.typ.Name == strings.TrimSuffix(strings.TrimPrefix(step, "ofType("), ")") {
					next = append(next, s)
				}
			case extension:
				for _, child := range named(s.children(), "extension") {
					if child.object().String("url") == url {
						next = append(next, child)
					}
				}
			default:
				next = append(next, s.below(step)...)
			}
		}
		values = next
	}
	return values
}

// below gives the children of the name, which may be that of a choice with its type.
func (s *spot) below(name string) []*spot {
	name = strings.TrimSuffix(name, "[x]")
	children := s.children()
	if list := named(children, name); len(list) > 0 {
		return list
	}
	var list []*spot
	for i := range children {
		c := &children[i]
		if c.element.Choice && strings.EqualFold(c.element.Name+c.typ.Name, name) {
			list = append(list, c)
		}
	}
	return list
}

// rulesAt gives the rules a slice has at the end of a path: its own, and those of the
// profile its type has to meet. passed is told each rule on the way with the steps left.
func (v *validation) rulesAt(r *rule, steps []string, passed func(*rule, []string)) []*rule {
	passed(r, steps)
	list := []*rule{r}
	for _, t := range r.types {
		for _, url := range t.profiles {
			if p := v.set.Find(url); p != nil {
				list = append(list, p.root)
			}
		}
	}
	if len(steps) == 0 {
		return list
	}
	var found []*rule
	for _, one := range list {
		for _, next := range v.step(one, steps[0]) {
			found = append(found, v.rulesAt(next, steps[1:], passed)...)
		}
	}
	return found
}

// step gives the rules one step below.
func (v *validation) step(r *rule, step string) []*rule {
	if step == "resolve()" || strings.HasPrefix(step, "ofType(") {
		return []*rule{r}
	}
	if url, is := v.extensionStep(step, r); is {
		var list []*rule
		if extensions := r.find("extension"); extensions != nil {
			for _, slice := range extensions.slices {
				if len(slice.types) > 0 && len(slice.types[0].profiles) > 0 && slice.types[0].profiles[0] == url {
					list = append(list, slice)
				}
			}
		}
		return list
	}
	step = strings.TrimSuffix(step, "[x]")
	for _, child := range r.children {
		if child.name == step || strings.HasPrefix(step, child.name) && choiceNamed(child.name, step) {
			return []*rule{child}
		}
	}
	return nil
}

// choiceNamed tells whether a name is that of a choice followed by a type.
func choiceNamed(choice, name string) bool {
	suffix := strings.TrimPrefix(name, choice)
	return suffix != "" && (fhir.TypeOf(suffix) != nil || fhir.TypeOf(strings.ToLower(suffix[:1])+suffix[1:]) != nil)
}

// expected gives what a value at the path has to be for the slice, nil when nothing says.
func (v *validation) expected(slice *rule, steps []string) func(*spot) bool {
	var found func(*spot) bool
	v.rulesAt(slice, steps, func(r *rule, left []string) {
		if found != nil {
			return
		}
		switch {
		case r.fixed != nil:
			found = oneOf(inside(r.fixed, left), same)
		case r.pattern != nil:
			found = oneOf(inside(r.pattern, left), fits)
		case len(left) == 0 && r.binding != nil && r.binding.strength == "required" && v.o.Terminology != nil:
			valueSet := r.binding.valueSet
			if _, known := v.o.Terminology.Holds(valueSet, "", ""); known {
				found = func(s *spot) bool { member, _ := v.member(s, valueSet); return member }
			}
		}
	})
	return found
}

// oneOf tells whether a value is one of those wanted; nil when there is none.
func oneOf(wanted []any, match func(wanted, value any) bool) func(*spot) bool {
	if len(wanted) == 0 {
		return nil
	}
	return func(s *spot) bool {
		for _, one := range wanted {
			if match(one, s.value) {
				return true
			}
		}
		return false
	}
}

// inside follows a path through a fixed value.
func inside(value any, steps []string) []any {
	values := []any{value}
	for _, step := range steps {
		var next []any
		for _, one := range values {
			o, is := one.(*fhir.Object)
			if !is {
				continue
			}
			switch below := o.Get(step).(type) {
			case nil:
			case []any:
				next = append(next, below...)
			default:
				next = append(next, below)
			}
		}
		values = next
	}
	return values
}

// exists compares whether something is there with whether the slice wants it.
func (v *validation) exists(slice *rule, steps []string, there bool) (met, known bool) {
	for _, r := range v.rulesAt(slice, steps, func(*rule, []string) {}) {
		switch {
		case r.max == 0:
			return !there, true
		case r.min > 0:
			return there, true
		}
	}
	return false, false
}

func (v *validation) ofType(slice *rule, steps []string, values []*spot) (met, known bool) {
	for _, r := range v.rulesAt(slice, steps, func(*rule, []string) {}) {
		for _, t := range r.types {
			known = true
			for _, s := range values {
				met = met || s.typ.Name == t.name
			}
		}
	}
	return met, known
}

func (v *validation) ofProfile(slice *rule, steps []string, values []*spot) (met, known bool) {
	for _, r := range v.rulesAt(slice, steps, func(*rule, []string) {}) {
		for _, t := range r.types {
			for _, url := range append(t.profiles[:len(t.profiles):len(t.profiles)], t.targets...) {
				p := v.set.Find(url)
				known = known || p != nil
				for _, s := range values {
					met = met || p != nil && v.conforms(p, s)
				}
			}
		}
	}
	return met, known
}
