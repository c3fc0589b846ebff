package fhir

import (
	"errors"
	"strings"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/core"
)

// Issue is one finding about a resource.
// https://hl7.org/fhir/R4/operationoutcome.html
type Issue struct {
	Severity r4.IssueSeverity
	Type     r4.IssueType
	Path     string // FHIRPath of the place, such as "Patient.name[0].family"
	Text     string

	Profile string // canonical of the profile that asks for it; "" for R4 itself
	Element string // id of the element in the profile, or the key of an invariant
}

// Errs tells whether the issue makes the resource unfit.
func (i *Issue) Errs() bool {
	return i.Severity == r4.IssueSeverityError || i.Severity == r4.IssueSeverityFatal
}

// source says what asks for it, for people.
func (i *Issue) source() string {
	switch {
	case i.Profile != "" && i.Element != "":
		return " (" + i.Element + " of " + i.Profile + ")"
	case i.Profile != "":
		return " (" + i.Profile + ")"
	case i.Element != "":
		return " (" + i.Element + ")"
	}
	return ""
}

// IssuesOf makes issues of the faults the codec found, as Outcome does.
func IssuesOf(err error) []Issue {
	var e *core.Error
	if !errors.As(err, &e) {
		return nil
	}
	var list []Issue
	for _, one := range e.All() {
		made := issue(one, r4.IssueSeverityError)
		list = append(list, Issue{Severity: made.Severity, Type: made.Code, Path: strings.Join(made.Expression, ""), Text: one.Message})
	}
	return list
}

// OutcomeOf makes the OperationOutcome of issues. Where there is none it says that all is
// well, since an outcome needs an issue.
func OutcomeOf(issues []Issue) *r4.OperationOutcome {
	outcome := &r4.OperationOutcome{}
	for i := range issues {
		one := &issues[i]
		said := one.Text + one.source()
		if one.Path != "" {
			said = one.Path + ": " + said
		}
		made := r4.OperationOutcomeIssue{
			Severity: one.Severity, Code: one.Type, Details: &r4.CodeableConcept{Text: &one.Text}, Diagnostics: &said,
		}
		if one.Path != "" {
			made.Expression = []string{one.Path}
		}
		outcome.Issue = append(outcome.Issue, made)
	}
	if len(issues) == 0 {
		well := "nothing was found that is wrong"
		outcome.Issue = []r4.OperationOutcomeIssue{{
			Severity: r4.IssueSeverityInformation, Code: r4.IssueTypeInformational, Details: &r4.CodeableConcept{Text: &well}, Diagnostics: &well,
		}}
	}
	return outcome
}

// Refusal makes the error of a resource that breaks a profile it claims: core.Unprocessable
// with each place, nil when no issue is an error.
func Refusal(issues []Issue) error {
	var faults []*core.Error
	for i := range issues {
		if one := &issues[i]; one.Errs() {
			faults = append(faults, faulty(core.Unprocessable, one.Path, kindOf(one.Type), "%s%s", one.Text, one.source()))
		}
	}
	if len(faults) == 0 {
		return nil
	}
	return join(faults)
}

// kindOf gives the fault that answers with the issue type.
func kindOf(t r4.IssueType) fault {
	for kind, typ := range faultTypes {
		if typ == t {
			return kind
		}
	}
	return structureFault
}
