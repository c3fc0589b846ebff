package resources

import (
	"context"
	"slices"
	"strings"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/mapping"
)

var _ rest.Operator = patients{}

const (
	maxTargets    = 20   // systems asked for at once
	longestSource = 2000 // bytes of an identifier
)

// Operations is $ihe-pix.
func (p patients) Operations() []rest.Operation {
	return []rest.Operation{{
		Name: "ihe-pix", Definition: "https://profiles.ihe.net/ITI/PIXm/OperationDefinition/IHE.PIXm.pix", OnType: true, Run: p.crossReference,
		Documentation: "The other identifiers of the person who has the one given, and the Patient. 404 for an identifier nobody has, 400 for one of a system nobody has, 403 for such a target.",
		Parameters: []rest.OperationParameter{
			rest.Takes("sourceIdentifier", "string", "The identifier as system|value, or posted as an Identifier.").Needed(),
			rest.Takes("targetSystem", "uri", "A system whose identifiers are wanted; none stands for all.").Repeated(),
			rest.Gives("targetIdentifier", "Identifier", "Another identifier of the person.").Repeated(),
			rest.Gives("targetId", "Reference", "The Patient.").Repeated(),
		},
	}}
}

// crossReference answers Patient/$ihe-pix, the Patient Identifier Cross-reference Query
// ITI-83 of IHE. Errors: core.Invalid, also for a source of an unknown system;
// core.NotFound; core.Forbidden for an unknown target; core.Conflict.
// https://profiles.ihe.net/ITI/PIXm/ITI-83.html
func (p patients) crossReference(ctx context.Context, in *rest.Invocation) (*fhir.Entry, error) {
	if err := noResource(in, "sourceIdentifier", "targetSystem"); err != nil {
		return nil, err
	}
	source, err := sourceIdentifier(in)
	if err != nil {
		return nil, err
	}
	targets, err := targetSystems(in)
	if err != nil {
		return nil, err
	}
	found, err := p.identified(ctx, search.Value{System: source.System, HasSystem: true, Text: source.Value}, maxCandidates)
	if err != nil {
		return nil, err
	}
	switch {
	case found.Next != "":
		return nil, core.ErrorAt(core.Conflict, "sourceIdentifier", "more than %d people have this identifier, so that it names nobody", maxCandidates)
	case len(found.Entries) == 0:
		if known, err := p.knows(ctx, source.System); err != nil {
			return nil, err
		} else if !known {
			return nil, fhir.UnknownCode(core.Invalid, "sourceIdentifier Assigning Authority not found")
		}
		return nil, core.Errorf(core.NotFound, "sourceIdentifier Patient Identifier not found")
	}
	return p.identities(ctx, source, targets, found.Entries)
}

// identities lists the identifiers of people but the one they were found by.
func (p patients) identities(ctx context.Context, source mapping.Identity, targets []string, people []*fhir.Entry) (*fhir.Entry, error) {
	var identifiers, ids []r4.ParametersParameter
	var listed []mapping.Identity
	met := make([]bool, len(targets))
	for _, person := range people {
		tree, err := person.Resource.Object(fhir.EncodeOptions{})
		if err != nil {
			return nil, err
		}
		for _, one := range mapping.Identities(tree) {
			at := slices.IndexFunc(targets, func(system string) bool { return mapping.SameSystem(system, one.System) })
			if at >= 0 {
				met[at] = true
			}
			if one.Same(source) || at < 0 && len(targets) > 0 || slices.ContainsFunc(listed, one.Same) {
				continue
			}
			listed = append(listed, one)
			identifiers = append(identifiers, r4.ParametersParameter{Name: "targetIdentifier", ValueIdentifier: &r4.Identifier{System: &one.System, Value: &one.Value}})
		}
		ids = append(ids, r4.ParametersParameter{Name: "targetId", ValueReference: &r4.Reference{Reference: ptr("Patient/" + person.ID)}})
	}
	for i, system := range targets {
		if met[i] {
			continue
		}
		if known, err := p.knows(ctx, system); err != nil {
			return nil, err
		} else if !known {
			return nil, fhir.UnknownCode(core.Forbidden, "targetSystem not found")
		}
	}
	return parameters(append(identifiers, ids...)...), nil
}

// identified finds the people in the caller's scope with an identifier.
func (p patients) identified(ctx context.Context, value search.Value, most int) (*rest.Page, error) {
	return p.Search(ctx, &search.Query{Type: p.catalogue.Resource, Count: most, Total: search.TotalNone, Clauses: []search.Clause{
		{Param: &search.Param{Name: "identifier", Type: search.Token}, Values: []search.Value{value}},
	}})
}

// knows tells whether anybody the caller may see has an identifier of the system.
func (p patients) knows(ctx context.Context, system string) (bool, error) {
	page, err := p.identified(ctx, search.Value{System: system, HasSystem: true, AnyCode: true}, 1)
	return err == nil && len(page.Entries) > 0, err
}

// sourceIdentifier reads the identifier somebody is asked by.
func sourceIdentifier(in *rest.Invocation) (source mapping.Identity, err error) {
	given, err := in.Get("sourceIdentifier")
	switch {
	case err != nil:
		return source, err
	case given == nil:
		return source, core.ErrorAt(core.Invalid, "sourceIdentifier", "an identifier is needed: system|value")
	case given.Value != nil:
		source.System, source.Value = given.Value.String("system"), given.Value.String("value")
	default: // a token, whose system is a URI and so has no bar in it
		system, value, _ := strings.Cut(given.Text, "|")
		source.System, source.Value = system, strings.NewReplacer(`\\`, `\`, `\|`, `|`, `\,`, `,`, `\$`, `$`).Replace(value)
	}
	source.System, source.Value = strings.TrimSpace(source.System), strings.TrimSpace(source.Value)
	switch {
	case source.System == "" || source.Value == "":
		return source, core.ErrorAt(core.Invalid, "sourceIdentifier", "both the system and the value of the identifier are needed: system|value")
	case len(source.System)+len(source.Value) > longestSource:
		return source, core.ErrorAt(core.Invalid, "sourceIdentifier", "the identifier is longer than %d bytes", longestSource)
	}
	return source, nil
}

// targetSystems reads the systems whose identifiers are wanted.
func targetSystems(in *rest.Invocation) ([]string, error) {
	var systems []string
	for i := range in.Parameters {
		one := &in.Parameters[i]
		switch {
		case one.Name != "targetSystem":
			continue
		case one.Text == "" || len(one.Text) > longestSource:
			return nil, core.ErrorAt(core.Invalid, "targetSystem", "a target is the URI of a system, of %d bytes at most", longestSource)
		case len(systems) == maxTargets:
			return nil, core.ErrorAt(core.Invalid, "targetSystem", "more than %d systems are asked for at once", maxTargets)
		}
		systems = append(systems, one.Text)
	}
	return systems, nil
}
