package fhir

import (
	"errors"
	"strings"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/core"
)

// issueTypes gives the issue type that says most of what a core.Code means.
// https://hl7.org/fhir/R4/valueset-issue-type.html
var issueTypes = map[core.Code]r4.IssueType{
	core.Invalid:            r4.IssueTypeInvalid,
	core.Unauthenticated:    r4.IssueTypeLogin,
	core.Forbidden:          r4.IssueTypeForbidden,
	core.NotFound:           r4.IssueTypeNotFound,
	core.MethodNotAllowed:   r4.IssueTypeNotSupported,
	core.NotAcceptable:      r4.IssueTypeNotSupported,
	core.Conflict:           r4.IssueTypeConflict,
	core.Gone:               r4.IssueTypeDeleted,
	core.PreconditionFailed: r4.IssueTypeConflict,
	core.TooLarge:           r4.IssueTypeTooLong,
	core.UnsupportedMedia:   r4.IssueTypeNotSupported,
	core.Unprocessable:      r4.IssueTypeBusinessRule,
	core.TooMany:            r4.IssueTypeThrottled,
	core.Internal:           r4.IssueTypeException,
	core.Unavailable:        r4.IssueTypeTransient,
	core.TooCostly:          r4.IssueTypeTooCostly,
}

// faultTypes gives the issue type of a fault the codec found.
var faultTypes = map[fault]r4.IssueType{
	structureFault: r4.IssueTypeStructure,
	requiredFault:  r4.IssueTypeRequired,
	valueFault:     r4.IssueTypeValue,
	codeFault:      r4.IssueTypeCodeInvalid,
	tooLongFault:   r4.IssueTypeTooLong,
	invariantFault: r4.IssueTypeInvariant,
	ruleFault:      r4.IssueTypeBusinessRule,
}

// Outcome makes the OperationOutcome of an error: one issue for each fault, with the
// message in details.text, where today's phones look for it, and in diagnostics together
// with the location. Causes are for the log and stay out; so does any error that is no
// core.Error.
// https://hl7.org/fhir/R4/operationoutcome.html
func Outcome(err error) *r4.OperationOutcome {
	var e *core.Error
	if !errors.As(err, &e) {
		e = core.Errorf(core.Internal, "the server met an error it did not expect; the log has the details")
	}
	outcome := &r4.OperationOutcome{}
	for _, one := range e.All() {
		severity := r4.IssueSeverityError
		if one.Code == core.Internal {
			severity = r4.IssueSeverityFatal
		}
		outcome.Issue = append(outcome.Issue, issue(one, severity))
	}
	return outcome
}

// Warnings makes an OperationOutcome of what went well but deserves a word, such as the
// Warnings of a Resource read leniently.
func Warnings(faults ...*core.Error) *r4.OperationOutcome {
	outcome := &r4.OperationOutcome{}
	for _, one := range faults {
		outcome.Issue = append(outcome.Issue, issue(one, r4.IssueSeverityWarning))
	}
	return outcome
}

func issue(e *core.Error, severity r4.IssueSeverity) r4.OperationOutcomeIssue {
	code, known := issueTypes[e.Code]
	if !known {
		code = r4.IssueTypeProcessing
	}
	if kind, ok := issueType(e); ok {
		code = faultTypes[kind]
	}
	text := e.Message
	if text == "" {
		text = string(e.Code)
	}
	diagnostics := text
	if e.Path != "" {
		diagnostics = e.Path + ": " + text
	}
	made := r4.OperationOutcomeIssue{
		Severity:    severity,
		Code:        code,
		Details:     &r4.CodeableConcept{Text: &text},
		Diagnostics: &diagnostics,
	}
	if e.Path != "" {
		made.Expression = []string{strings.ReplaceAll(e.Path, "[x]", "")}
	}
	return made
}
