package profile

import (
	"strings"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/fhir"
)

// base checks what R4 asks of a value and of all below it, extensions by their own
// definition, and each resource by what it claims.
func (v *validation) base(s *spot) {
	if !v.visit() {
		return
	}
	if s.isResource() && s.parent != nil {
		resource, outer := v.resource, v.outer
		v.resource = s.object()
		if s.element.Name != "contained" {
			v.outer = v.resource
		}
		defer func() { v.resource, v.outer = resource, outer }()
	}
	v.core(s)
	children := s.children()
	for i := range children {
		v.base(&children[i])
	}
	if s.isResource() {
		v.claimed(s)
	}
}

// core checks the invariants of R4 for one value.
func (v *validation) core(s *spot) {
	for _, i := range invariantsOf(s.typ) {
		v.hold(i, s, "")
	}
	if s.parent != nil && s.parent.typ != nil {
		if name := s.parent.typ.Name + "." + s.element.Name; name != s.typ.Name {
			for _, i := range baseInvariants()[name] {
				v.hold(i, s, "")
			}
		}
	}
	if s.onlyID() {
		v.report(fhir.Issue{
			Severity: r4.IssueSeverityError, Type: r4.IssueTypeInvariant, Path: s.String(), Element: "ele-1", Text: "an element has to have a value or children",
		})
	}
	switch s.typ.Name {
	case "Reference":
		v.targets(s)
	case "Coding":
		if system := s.object().String("system"); system != "" && !absolute(system) {
			v.report(fhir.Issue{Severity: r4.IssueSeverityError, Type: r4.IssueTypeValue, Path: s.String() + ".system", Text: "a code system is named by an absolute URI"})
		}
	case "Extension":
		if url := s.object().String("url"); !absolute(url) && s.parent != nil && s.parent.typ.Name != "Extension" {
			v.report(fhir.Issue{Severity: r4.IssueSeverityError, Type: r4.IssueTypeValue, Path: s.String() + ".url", Text: "an extension is named by an absolute URI"})
		}
		if p := v.set.Find(s.object().String("url")); p != nil && p.Type == "Extension" {
			v.meets(p, s)
		}
	}
}

// absolute tells whether a URI starts with a scheme.
func absolute(uri string) bool {
	scheme, _, found := strings.Cut(uri, ":")
	return found && scheme != "" && !strings.ContainsAny(scheme, "/?#")
}

// onlyID tells whether an element breaks ele-1, which is checked without FHIRPath since it
// is about every element.
func (s *spot) onlyID() bool {
	o := s.object()
	if o == nil || s.isResource() || len(o.Members) != 1 || o.Members[0].Name != "id" {
		return false
	}
	_, is := s.value.(*fhir.Object)
	return is || s.value == nil
}

// claims checks the profiles that a resource and those in it claim, and nothing else.
func (v *validation) claims(s *spot) {
	if !v.visit() {
		return
	}
	children := s.children()
	for i := range children {
		if c := &children[i]; c.isResource() || s.isResource() && s.typ.Name == "Bundle" && c.element.Name == "entry" {
			v.claims(c)
		}
	}
	if s.isResource() {
		resource, outer := v.resource, v.outer
		v.resource = s.object()
		if s.element == nil || s.element.Name != "contained" {
			v.outer = v.resource
		}
		v.claimed(s)
		v.resource, v.outer = resource, outer
	}
}

// claimed checks a resource against the profiles in its meta.profile.
func (v *validation) claimed(s *spot) {
	for _, canonical := range texts(s.object().Object("meta").List("profile")) {
		if p := v.set.Find(canonical); p != nil {
			v.meets(p, s)
		}
	}
}

// targets checks that a reference points to a type R4 allows there.
func (v *validation) targets(s *spot) {
	if s.element == nil {
		return
	}
	for i := range s.element.Types {
		ref := &s.element.Types[i]
		if ref.Name != "Reference" || len(ref.Targets) == 0 {
			continue
		}
		if typ := v.pointedAt(s); typ != "" && !contains(ref.Targets, typ) {
			v.report(fhir.Issue{
				Severity: r4.IssueSeverityError, Type: r4.IssueTypeStructure, Path: s.String(),
				Text: "the reference is to a " + typ + "; allowed is " + strings.Join(ref.Targets, ", "),
			})
		}
	}
}

// points checks that a reference points to what one of the profiles is for and, where the
// target is in the same resource or Bundle, that it meets one of them.
func (v *validation) points(r *rule, canonicals []string, s *spot) {
	typ := v.pointedAt(s)
	if typ == "" || len(canonicals) == 0 {
		return
	}
	target := v.resolve(s)
	var types []string
	for _, canonical := range canonicals {
		allowed, p := typeOfCore(canonical), v.set.Find(canonical)
		if p != nil {
			allowed = p.Type
		}
		if allowed == "" || allowed == "Resource" {
			return // nobody can tell
		}
		if allowed == typ {
			if target == nil || p == nil || v.reached(p, target) {
				return
			}
		}
		types = append(types, allowed)
	}
	if contains(types, typ) {
		v.fault(r, s, r4.IssueTypeStructure, "the "+typ+" it points to meets none of the profiles "+strings.Join(canonicals, ", "))
		return
	}
	v.fault(r, s, r4.IssueTypeStructure, "the reference is to a "+typ+"; allowed is "+strings.Join(types, ", "))
}

// reached tells whether the target of a reference meets a profile. A target that is being
// checked already, as where references go in a circle, is taken to.
func (v *validation) reached(p *Profile, target *spot) bool {
	key := meeting{p, target.object()}
	if v.going[key] {
		return true
	}
	v.going[key] = true
	resource, outer := v.resource, v.outer
	v.resource = target.object()
	if v.root.String("resourceType") == "Bundle" {
		v.outer = v.resource
	}
	defer func() {
		delete(v.going, key)
		v.resource, v.outer = resource, outer
	}()
	return v.conforms(p, target)
}

// pointedAt gives the type of what a reference points to, "" when it does not tell.
func (v *validation) pointedAt(s *spot) string {
	o := s.object()
	reference := o.String("reference")
	if found := v.resolve(s); found != nil {
		return found.typ.Name
	}
	if _, typ, _ := fhir.SplitReference(reference); fhir.IsResourceType(typ) {
		return typ
	}
	if typ := o.String("type"); fhir.IsResourceType(typ) {
		return typ
	}
	return ""
}

// resolve finds what a reference points to in the same resource or Bundle, nil when it is
// not there.
func (v *validation) resolve(s *spot) *spot {
	o := s.object()
	if o == nil {
		return nil
	}
	found, _ := v.find(o.String("reference"))
	if found == nil {
		return nil
	}
	target := at(found)
	if target.typ == nil {
		return nil
	}
	return target
}

// find resolves a reference within what is validated.
func (v *validation) find(reference string) (*fhir.Object, error) {
	if id, contained := strings.CutPrefix(reference, "#"); contained {
		if id == "" {
			return v.outer, nil
		}
		for _, one := range v.outer.List("contained") {
			if o, is := one.(*fhir.Object); is && o.String("id") == id {
				return o, nil
			}
		}
		return nil, nil
	}
	if reference == "" || v.root.String("resourceType") != "Bundle" {
		return nil, nil
	}
	_, typ, id := fhir.SplitReference(reference)
	for _, one := range v.root.List("entry") {
		entry, is := one.(*fhir.Object)
		if !is {
			continue
		}
		v.steps--
		resource, url := entry.Object("resource"), entry.String("fullUrl")
		if resource == nil {
			continue
		}
		if url == reference || id != "" && reference == typ+"/"+id && resource.String("resourceType") == typ && resource.String("id") == id {
			return resource, nil
		}
	}
	return nil, nil
}
