package profile

import (
	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/fhir"
)

// Terminology knows which codes are in a value set.
type Terminology interface {
	// Holds tells whether the code is in the value set; system is "" for a primitive code,
	// which names none. known is false where the value set is not known, or cannot be listed.
	Holds(valueSet, system, code string) (holds, known bool)
}

// bound checks a value against the binding of a rule.
// https://hl7.org/fhir/R4/terminologies.html#strength
func (v *validation) bound(r *rule, s *spot) {
	b := r.binding
	if b == nil || v.o.Terminology == nil || b.strength != "required" && b.strength != "extensible" {
		return
	}
	member, known := v.member(s, b.valueSet)
	if !known || member {
		return
	}
	issue := fhir.Issue{Severity: r4.IssueSeverityError, Type: r4.IssueTypeCodeInvalid, Path: s.String(), Profile: r.profile, Element: r.id}
	issue.Text = codeText(s) + " is not in the value set " + b.valueSet
	if b.strength == "extensible" {
		issue.Severity = r4.IssueSeverityWarning
		issue.Text += ", whose codes are to be used where one fits"
	}
	v.report(issue)
}

// member tells whether a code, Coding, CodeableConcept or Quantity is in a value set. Of a
// concept one coding is enough.
func (v *validation) member(s *spot, valueSet string) (member, known bool) {
	o, is := s.value.(*fhir.Object)
	if !is {
		if text := s.text(); text != "" && v.o.Terminology != nil {
			return v.o.Terminology.Holds(valueSet, "", text)
		}
		return false, false
	}
	if v.o.Terminology == nil {
		return false, false
	}
	if s.typ.Name != "CodeableConcept" {
		if o.String("code") == "" {
			return false, false
		}
		return v.coding(o, valueSet)
	}
	// Without any coding there is no code of the set; asking for one that no set has tells
	// whether the set is known.
	codings := o.List("coding")
	if len(codings) == 0 {
		_, known = v.o.Terminology.Holds(valueSet, "", "")
		return false, known
	}
	for _, one := range codings {
		coding, is := one.(*fhir.Object)
		if !is {
			continue
		}
		holds, sure := v.coding(coding, valueSet)
		member, known = member || holds, known || sure
	}
	return member, known
}

// coding tells whether a coding is in a value set. One without a system says nothing.
func (v *validation) coding(o *fhir.Object, valueSet string) (member, known bool) {
	if o.String("system") == "" {
		_, known = v.o.Terminology.Holds(valueSet, "", "")
		return false, known
	}
	return v.o.Terminology.Holds(valueSet, o.String("system"), o.String("code"))
}

// codeText names a code for people.
func codeText(s *spot) string {
	o, is := s.value.(*fhir.Object)
	if !is {
		return "the code " + quoted(s.text())
	}
	if codings := o.List("coding"); len(codings) > 0 {
		if coding, is := codings[0].(*fhir.Object); is {
			return "the code " + quoted(coding.String("code")) + " of " + clip(coding.String("system"))
		}
	}
	if o.String("code") == "" {
		return "a concept without a code"
	}
	return "the code " + quoted(o.String("code")) + " of " + clip(o.String("system"))
}

func quoted(s string) string { return `"` + clip(s) + `"` }
