package rest

import (
	"context"
	"slices"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
)

// Judge checks resources against the profiles it knows, beyond what the decoder checks.
type Judge interface {
	// Judge gives what is wrong with a resource by R4, by what it claims in meta.profile and
	// by the profiles asked for. unknown are those of both that it does not know.
	Judge(ctx context.Context, tree *fhir.Object, profiles []string) (issues []fhir.Issue, unknown []string, err error)

	// Claims gives what is wrong by the profiles that the resource, and those in it, claim.
	Claims(ctx context.Context, tree *fhir.Object) (issues []fhir.Issue, unknown []string, err error)
}

// claims refuses a resource that claims a profile and does not meet it. A profile nobody
// knows is no fault; who asks for an OperationOutcome is told. The lenient habits take what
// is claimed on trust. Errors: core.Unprocessable with each place.
func (k *call) claims(in *fhir.Resource) error {
	if k.s.base.Judge == nil || k.s.base.Habits.LenientDecoding || in.Tree == nil {
		return nil
	}
	issues, unknown, err := k.s.base.Judge.Claims(k.ctx, in.Tree)
	if err != nil {
		return err
	}
	for _, canonical := range unknown {
		in.Warnings = append(in.Warnings, core.ErrorAt(core.Invalid, k.t.Name+".meta.profile", "the profile %s is not known here and was not checked", clip(canonical)))
	}
	return fhir.Refusal(issues)
}

// validating is the operation $validate of a type.
// https://hl7.org/fhir/R4/resource-operation-validate.html
func (s *Server) validating(o *offer) Operation {
	return Operation{
		Name: "validate", Definition: "http://hl7.org/fhir/OperationDefinition/Resource-validate", OnType: true, OnInstance: o.reader != nil, Unchecked: true,
		Documentation: "What is wrong with the resource that is posted, alone or in Parameters, or with the instance: by R4, by the profiles it claims and by those in profile.",
		Parameters: []OperationParameter{
			Takes("resource", "Resource", "What is checked; the instance where it is missing."), Takes("mode", "code", "create, update, delete or profile."),
			Takes("profile", "uri", "Profiles to check by, beside those that are claimed.").Repeated(), Gives("return", "OperationOutcome", "What was found.").Needed(),
		},
		Run: func(ctx context.Context, in *Invocation) (*fhir.Entry, error) { return s.validate(ctx, o, in) },
	}
}

// validate answers [base]/[type]/$validate and [base]/[type]/[id]/$validate with an
// OperationOutcome, whatever is found. Errors: core.Invalid for parameters it cannot do
// with; those of a read for an instance.
func (s *Server) validate(ctx context.Context, o *offer, in *Invocation) (*fhir.Entry, error) {
	if err := in.Only("resource", "mode", "profile"); err != nil {
		return nil, err
	}
	mode, err := in.Text("mode")
	if err != nil {
		return nil, err
	}
	if !slices.Contains([]string{"", "create", "update", "delete", "profile"}, mode) {
		return nil, core.ErrorAt(core.Invalid, "mode", "mode is create, update, delete or profile, not %q", clip(mode))
	}
	var profiles []string
	for i := range in.Parameters {
		if p := &in.Parameters[i]; p.Name == "profile" && p.Text != "" {
			profiles = append(profiles, p.Text)
		}
	}
	switch {
	case mode == "profile" && len(profiles) == 0:
		return nil, core.ErrorAt(core.Invalid, "profile", "the mode profile needs a profile")
	case len(profiles) > maxProfiles:
		return nil, core.ErrorAt(core.Invalid, "profile", "%d profiles are the most", maxProfiles)
	case mode == "delete" && in.ID == "" || mode == "update" && in.ID == "":
		return nil, core.ErrorAt(core.Invalid, "mode", "to %s is asked of an instance: [type]/[id]/$validate", mode)
	}
	tree, issues, err := s.toValidate(ctx, o, in, mode)
	if err != nil {
		return nil, err
	}
	if tree != nil {
		found, unknown, err := s.base.Judge.Judge(ctx, tree, profiles)
		if err != nil {
			return nil, err
		}
		issues = joinIssues(issues, found)
		issues = append(issues, notKnown(o.Name, profiles, unknown)...)
	}
	return &fhir.Entry{Resource: &fhir.Resource{Typed: fhir.OutcomeOf(issues)}}, nil
}

// maxProfiles bounds the profiles one request asks for.
const maxProfiles = 20

// toValidate gives the tree to validate with what the decoder found in it; no tree when
// there is nothing to look at.
func (s *Server) toValidate(ctx context.Context, o *offer, in *Invocation, mode string) (*fhir.Object, []fhir.Issue, error) {
	tree, place, err := resourceIn(in)
	if err != nil {
		return nil, nil, err
	}
	switch {
	case tree == nil && in.ID == "":
		return nil, nil, core.ErrorAt(core.Invalid, "resource", "a %s to validate is needed", o.Name)
	case tree == nil || mode == "delete":
		stored, err := s.stored(ctx, o, in.ID)
		if tree == nil {
			tree = stored
		}
		if err != nil {
			return nil, nil, err
		}
	}
	issues := fhir.IssuesOf(fhir.Relocate(in.Hidden, place, tree.String("resourceType")))
	if _, err := fhir.DecodeTree(tree, fhir.DecodeOptions{Type: o.Name}); err != nil {
		issues = append(issues, fhir.IssuesOf(err)...)
	}
	if id := tree.String("id"); mode == "update" && id != in.ID {
		issues = append(issues, fhir.Issue{
			Severity: r4.IssueSeverityError, Type: r4.IssueTypeInvalid, Path: o.Name + ".id", Text: "an update needs the id of the instance, " + in.ID,
		})
	}
	if tree.String("resourceType") != o.Name {
		return nil, issues, nil
	}
	return tree, issues, nil
}

// resourceIn gives the resource of the request and the path it stands at, nil for none.
// Errors: core.Invalid for two of them.
func resourceIn(in *Invocation) (tree *fhir.Object, place string, err error) {
	p, err := in.Get("resource")
	switch {
	case err != nil:
		return nil, "", err
	case p != nil && p.Resource == nil:
		return nil, "", core.ErrorAt(core.Invalid, "resource", "the parameter is a resource")
	case p != nil:
		return p.Resource, "Parameters.parameter[" + p.place + "].resource", nil
	case in.Resource != nil:
		return in.Resource.Tree, in.Resource.Tree.String("resourceType"), nil
	}
	return nil, "", nil
}

// stored gives the instance as it is read. Errors: those of a read.
func (s *Server) stored(ctx context.Context, o *offer, id string) (*fhir.Object, error) {
	if s.base.Authorize != nil {
		if err := s.base.Authorize(ctx, o.Name, Read); err != nil {
			return nil, err
		}
	}
	entry, err := o.reader.Read(ctx, id)
	if err != nil {
		return nil, err
	}
	tree, err := entry.Resource.Object(fhir.EncodeOptions{ID: entry.ID, VersionID: entry.VersionID, LastUpdated: entry.LastUpdated})
	if err != nil {
		return nil, err
	}
	return tree.Copy(), nil // the decoder writes to what it checks, and others may read the same
}

// joinIssues adds what the judge found, but for missing elements the decoder told of.
func joinIssues(decoded, found []fhir.Issue) []fhir.Issue {
	for _, one := range found {
		told := slices.ContainsFunc(decoded, func(d fhir.Issue) bool {
			return one.Type == r4.IssueTypeRequired && d.Type == one.Type && d.Path == one.Path
		})
		if !told {
			decoded = append(decoded, one)
		}
	}
	return decoded
}

// notKnown tells of profiles nobody knows: a fault when one was asked for, since then
// nothing is known of the resource, a warning when it is only claimed.
func notKnown(typ string, asked, unknown []string) []fhir.Issue {
	var list []fhir.Issue
	for _, canonical := range unknown {
		issue := fhir.Issue{Severity: r4.IssueSeverityWarning, Type: r4.IssueTypeNotFound, Path: typ + ".meta.profile", Text: "the profile " + clip(canonical) + " is not known here"}
		if slices.Contains(asked, canonical) {
			issue.Severity, issue.Path = r4.IssueSeverityError, ""
		}
		list = append(list, issue)
	}
	return list
}
