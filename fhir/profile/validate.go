package profile

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/path"
)

// Options say how a resource is validated.
type Options struct {
	Profiles    []string    // canonicals to check beside those the resource claims
	Terminology Terminology // nil leaves bindings unchecked
	Now         func() time.Time

	// ProfilesOnly leaves out what R4 itself asks.
	ProfilesOnly bool
}

// Bounds of one validation: values looked at, steps of FHIRPath, and issues given.
const (
	maxVisits = 400_000
	maxSteps  = 2_000_000
	maxIssues = 100
)

// Validate gives what is wrong with a resource that package fhir has decoded, in the order
// of the tree. A canonical nobody knows gives no issue; Unknown tells them.
func (s *Set) Validate(tree *fhir.Object, o Options) []fhir.Issue {
	v := newValidation(s, tree, o)
	root := at(tree)
	if root.typ == nil {
		return nil
	}
	if o.ProfilesOnly {
		v.claims(root)
	} else {
		v.base(root)
	}
	for _, canonical := range o.Profiles {
		if p := s.Find(canonical); p != nil {
			v.meets(p, root)
		}
	}
	return v.issues
}

// Unknown lists the profiles a resource claims, at its root, that the set does not hold.
func (s *Set) Unknown(tree *fhir.Object) []string {
	var list []string
	for _, canonical := range texts(tree.Object("meta").List("profile")) {
		if s.Find(canonical) == nil && typeOfCore(canonical) == "" {
			list = append(list, canonical)
		}
	}
	return list
}

// validation is one run over a resource.
type validation struct {
	set    *Set
	o      Options
	issues []fhir.Issue
	told   map[fhir.Issue]bool

	root     *fhir.Object // what Validate was given
	resource *fhir.Object // around the element that is looked at
	outer    *fhir.Object // the resource that contains it, or itself

	visits int
	steps  int
	met    map[meeting]bool // profiles that were checked for a value
	going  map[meeting]bool // targets of references that are being checked
	spent  bool
	muted  int // issues are counted and not kept
	faults int // errors while muted
}

// meeting is a profile and a value that was checked against it.
type meeting struct {
	profile *Profile
	value   *fhir.Object
}

func newValidation(s *Set, tree *fhir.Object, o Options) *validation {
	return &validation{
		set: s, o: o, root: tree, resource: tree, outer: tree, steps: maxSteps, visits: maxVisits,
		told: map[fhir.Issue]bool{}, met: map[meeting]bool{}, going: map[meeting]bool{},
	}
}

func (v *validation) report(issue fhir.Issue) {
	if issue.Errs() {
		v.faults++
	}
	if v.muted > 0 || v.told[issue] || len(v.issues) > maxIssues {
		return
	}
	v.told[issue] = true
	if len(v.issues) == maxIssues {
		issue = fhir.Issue{Severity: r4.IssueSeverityError, Type: r4.IssueTypeTooLong, Text: "there are more faults than the " + strconv.Itoa(maxIssues) + " told here"}
	}
	v.issues = append(v.issues, issue)
}

func (v *validation) fault(r *rule, s *spot, typ r4.IssueType, text string) {
	v.report(fhir.Issue{Severity: r4.IssueSeverityError, Type: typ, Path: s.String(), Text: text, Profile: r.profile, Element: r.id})
}

// visit counts a value; false when the validation has cost too much.
func (v *validation) visit() bool {
	v.visits--
	if v.visits >= 0 && v.steps > 0 {
		return true
	}
	if !v.spent {
		v.spent = true
		v.muted, v.told = 0, map[fhir.Issue]bool{}
		v.report(fhir.Issue{Severity: r4.IssueSeverityError, Type: r4.IssueTypeTooCostly, Path: v.root.String("resourceType"), Text: "the resource is too costly to validate whole"})
	}
	return false
}

// meets checks a value against a profile, once but for where nothing is told.
func (v *validation) meets(p *Profile, s *spot) {
	o := s.object()
	if o == nil {
		return
	}
	if key := (meeting{p, o}); v.muted == 0 {
		if v.met[key] {
			return
		}
		v.met[key] = true
	}
	if s.typ.Name != p.Type {
		v.report(fhir.Issue{
			Severity: r4.IssueSeverityError, Type: r4.IssueTypeStructure, Path: s.String(), Profile: p.URL,
			Text: "the profile is for " + p.Type + ", and this is a " + s.typ.Name,
		})
		return
	}
	v.value(p.root, s)
}

// conforms tells whether a value meets a profile, without saying why not.
func (v *validation) conforms(p *Profile, s *spot) bool {
	if s.typ.Name != p.Type {
		return false
	}
	before := v.faults
	v.muted++
	v.value(p.root, s)
	if v.muted > 0 {
		v.muted--
	}
	return v.faults == before
}

// value checks one value against a rule and all below it.
func (v *validation) value(r *rule, s *spot) {
	if !v.visit() {
		return
	}
	if !v.typed(r, s) {
		return
	}
	switch {
	case r.fixed != nil && !same(r.fixed, s.value):
		v.fault(r, s, r4.IssueTypeValue, "the value has to be "+shown(r.fixed))
	case r.pattern != nil && !fits(r.pattern, s.value):
		v.fault(r, s, r4.IssueTypeValue, "the value has to hold "+shown(r.pattern))
	}
	if text, is := s.value.(string); is && r.maxLength > 0 && utf8.RuneCountInString(text) > r.maxLength {
		v.fault(r, s, r4.IssueTypeTooLong, "the text may have "+strconv.Itoa(r.maxLength)+" characters at most")
	}
	v.bound(r, s)
	for _, i := range r.invariants {
		v.hold(i, s, r.profile)
	}
	if len(r.children) == 0 {
		return
	}
	children := s.children()
	for _, child := range r.children {
		values := named(children, child.name)
		v.count(child, s, values)
		if child.max == 0 {
			continue
		}
		for _, one := range values {
			v.value(child, one)
		}
		v.slice(child, s, values)
	}
}

// count checks how often an element, or a slice of it, is there.
func (v *validation) count(r *rule, parent *spot, values []*spot) {
	what := r.name
	if r.slice != "" {
		what += " of the slice " + r.slice
	}
	if len(values) < r.min {
		text := what + " is required and missing"
		if len(values) > 0 || r.min > 1 {
			text = what + " has to be there " + strconv.Itoa(r.min) + " times at least, not " + strconv.Itoa(len(values))
		}
		v.report(fhir.Issue{
			Severity: r4.IssueSeverityError, Type: r4.IssueTypeRequired, Path: parent.String() + "." + r.name, Text: text, Profile: r.profile, Element: r.id,
		})
	}
	if r.max == unbounded || len(values) <= r.max {
		return
	}
	if r.max == 0 {
		for _, s := range values {
			v.fault(r, s, r4.IssueTypeStructure, what+" is not allowed")
		}
		return
	}
	v.fault(r, values[r.max], r4.IssueTypeStructure, what+" may be there "+strconv.Itoa(r.max)+" times at most, not "+strconv.Itoa(len(values)))
}

// typed checks the type of a value and the profiles it has to meet; false when it is of a
// type the rule does not allow.
func (v *validation) typed(r *rule, s *spot) bool {
	if len(r.types) == 0 || s.parent == nil {
		return true
	}
	var allowed []string
	var of *typeRule
	for i := range r.types {
		allowed = append(allowed, r.types[i].name)
		if r.types[i].name == s.typ.Name {
			of = &r.types[i]
		}
	}
	if of == nil {
		if s.element.Choice || s.isResource() && s.element.Types[0].Name == "Resource" && allowed[0] != "Resource" && allowed[0] != "DomainResource" {
			v.fault(r, s, r4.IssueTypeStructure, "the value is a "+s.typ.Name+"; allowed is "+strings.Join(allowed, ", "))
			return false
		}
		return true
	}
	if s.typ.Name == "Reference" {
		v.points(r, of.targets, s)
		return true
	}
	v.profiled(r, of.profiles, s)
	return true
}

// profiled checks that a value meets one of the profiles.
func (v *validation) profiled(r *rule, canonicals []string, s *spot) {
	var known []*Profile
	for _, canonical := range canonicals {
		p := v.set.Find(canonical)
		if p == nil {
			return // nobody can tell
		}
		known = append(known, p)
	}
	switch {
	case len(known) == 0:
	case s.typ.Name == "Extension":
		if url := s.object().String("url"); v.set.Find(url) == nil || !contains(canonicals, url) {
			v.fault(r, s, r4.IssueTypeStructure, "the extension has to be "+strings.Join(canonicals, " or "))
		} else {
			v.meets(v.set.Find(url), s)
		}
	case len(known) == 1:
		v.meets(known[0], s)
	default:
		for _, p := range known {
			if v.conforms(p, s) {
				return
			}
		}
		v.fault(r, s, r4.IssueTypeStructure, "the value meets none of the profiles "+strings.Join(canonicals, ", "))
	}
}

func contains(list []string, s string) bool {
	for _, one := range list {
		if one == s {
			return true
		}
	}
	return false
}

// hold evaluates an invariant on a value.
func (v *validation) hold(i *invariant, s *spot, profile string) {
	issue := fhir.Issue{Severity: r4.IssueSeverityError, Type: r4.IssueTypeInvariant, Path: s.String(), Text: i.human, Profile: profile, Element: i.key}
	if i.warning {
		issue.Severity = r4.IssueSeverityWarning
	}
	holds, err := v.evaluate(i, s)
	switch {
	case path.TooCostly(err):
		v.steps = 0
		v.visit()
	case err != nil:
		issue.Severity, issue.Type = r4.IssueSeverityWarning, r4.IssueTypeProcessing
		issue.Text = "the rule could not be evaluated: " + messageOf(err)
		v.report(issue)
	case !holds:
		v.report(issue)
	}
}

func (v *validation) evaluate(i *invariant, s *spot) (bool, error) {
	expression, err := i.compile()
	if err != nil {
		return false, err
	}
	env := path.Env{
		Now: v.o.Now, Resource: v.resource, Root: v.outer, Left: &v.steps, Resolve: v.find,
		MemberOf: func(value path.Item, valueSet string) (bool, bool, error) {
			if value.Definition() == nil {
				return false, false, nil
			}
			member, known := v.member(&spot{typ: value.Definition(), value: value.Raw()}, valueSet)
			return member, known, nil
		},
		ConformsTo: func(value path.Item, canonical string) (bool, error) {
			o, is := value.Raw().(*fhir.Object)
			p := v.set.Find(canonical)
			if !is || p == nil || value.Definition() == nil {
				return true, nil
			}
			return v.conforms(p, &spot{index: -1, typ: value.Definition(), value: o}), nil
		},
	}
	found, err := expression.EvaluateItem(&env, s.item())
	if err != nil {
		return false, err
	}
	if len(found) == 0 { // unknown breaks no rule: ref-1 gives it for every reference that has no URL
		return true, nil
	}
	return found.True()
}
