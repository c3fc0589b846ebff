package conformance

import (
	"context"
	"fmt"
	"strings"
)

// maxCalls bounds how deeply commons may call commons.
const maxCalls = 20

// verdict is what the actions of a phase came to.
type verdict struct {
	failure  error // what ends the test: a failed assertion, or an operation that cannot be done
	cannot   error // the first assertion the runner cannot check
	warnings []string
	groups   []*alternatives
}

// alternatives are assertions of which one has to hold.
type alternatives struct {
	name  string
	holds bool
	last  error
}

func (v *verdict) fail(err error) {
	if v.failure == nil {
		v.failure = err
	}
}

// anyOf notes an assertion of a group.
func (v *verdict) anyOf(name string, err error) {
	for _, g := range v.groups {
		if g.name == name {
			g.holds = g.holds || err == nil
			g.last = err
			return
		}
	}
	v.groups = append(v.groups, &alternatives{name, err == nil, err})
}

// close judges the groups once all of their assertions were tried.
func (v *verdict) close() {
	for _, g := range v.groups {
		if !g.holds {
			v.fail(fmt.Errorf("none of the alternatives %s holds; the last: %w", g.name, g.last))
		}
	}
}

// actions runs actions until one ends the phase.
func (x *run) actions(ctx context.Context, actions []Action, found *verdict) {
	for i, action := range actions {
		if !x.action(ctx, action, i, found) {
			return
		}
	}
}

// action runs one action and tells whether the next may run.
func (x *run) action(ctx context.Context, action Action, i int, found *verdict) bool {
	switch {
	case action.Common != "":
		return x.common(ctx, action.Common, found)
	case action.Operation != nil:
		if err := x.step(ctx, action.Operation); err != nil {
			found.fail(err)
			return false
		}
		return true
	case action.Assert != nil && len(action.Assert.Rules) > 0:
		return x.rules(ctx, action.Assert, found)
	case action.Assert != nil:
		return x.judge(action.Assert, found)
	}
	found.fail(unsupported{fmt.Sprintf("action %d, which is neither operation nor assert,", i+1)})
	return false
}

// judge checks one assertion and notes what it came to.
func (x *run) judge(a *Assert, found *verdict) bool {
	err := x.assert(a)
	step := Step{Assert: true, Text: a.says(), Outcome: Passed}
	if err != nil {
		step.Message = strings.TrimPrefix(err.Error(), a.says()+": ")
	}
	goOn := true
	switch {
	case a.AnyOf != "":
		found.anyOf(a.AnyOf, err)
		if err != nil {
			step.Outcome = Warned
		}
	case err == nil:
	case isUnsupported(err):
		step.Outcome = Skipped
		if found.cannot == nil && !a.WarningOnly {
			found.cannot = err
		}
	case a.WarningOnly:
		step.Outcome = Warned
		found.warnings = append(found.warnings, err.Error())
	default:
		step.Outcome = Failed
		found.fail(err)
		goOn = a.GoOn
	}
	x.steps = append(x.steps, step)
	return goOn
}

// step sends an operation and notes what it came to.
func (x *run) step(ctx context.Context, o *Operation) error {
	sent, err := x.operate(ctx, o)
	step := Step{Text: o.says(), Outcome: Passed, Exchange: sent}
	if err != nil {
		step.Outcome, step.Message = Failed, err.Error()
		if isUnsupported(err) {
			step.Outcome = Skipped
		}
	}
	x.steps = append(x.steps, step)
	return err
}

// common runs actions kept elsewhere in the script: a common, or another test, by its key,
// id or name.
func (x *run) common(ctx context.Context, key string, found *verdict) bool {
	if x.calls++; x.calls > maxCalls {
		found.fail(fmt.Errorf("the actions %q call each other without end", key))
		return false
	}
	defer func() { x.calls-- }()
	for _, list := range [][]Test{x.script.Commons, x.script.Tests} {
		for _, test := range list {
			if key == test.Key || key == test.ID || key == test.Name {
				x.actions(ctx, test.Actions, found)
				return found.failure == nil
			}
		}
	}
	found.fail(unsupported{"the call of " + key + ", which is not in the script,"})
	return false
}

// rules runs the assertions a rule of STU3 names, with its parameters as variables.
func (x *run) rules(ctx context.Context, a *Assert, found *verdict) bool {
	for _, called := range a.Rules {
		if err := x.rule(ctx, called, nil, found); err != nil {
			x.steps = append(x.steps, Step{Assert: true, Text: a.says(), Outcome: Skipped, Message: err.Error()})
			if found.cannot == nil && !a.WarningOnly {
				found.cannot = err
			}
		}
		if found.failure != nil {
			return false
		}
	}
	return true
}

func (x *run) rule(ctx context.Context, called Rule, params map[string]string, found *verdict) error {
	missing := unsupported{"the rule " + called.ID + ", whose script is not beside this one,"}
	for _, declared := range x.script.Rules {
		if declared.ID != called.ID {
			continue
		}
		params = merged(declared.Params, called.Params, params)
		document, err := x.referenced(declared.Reference)
		if err != nil {
			return missing
		}
		script, err := Parse(document.body)
		if err != nil || len(script.Tests) == 0 {
			return missing
		}
		before := x.params
		x.params = params
		defer func() { x.params = before }()
		for _, test := range script.Tests {
			if len(called.Set) > 0 || len(declared.Set) > 0 {
				x.params = merged(params, setParams(declared.Set, test), setParams(called.Set, test))
			}
			x.actions(ctx, test.Actions, found)
		}
		return nil
	}
	return missing
}

// setParams gives the parameters a ruleset has for one of its rules.
func setParams(set []Rule, test Test) map[string]string {
	for _, rule := range set {
		if rule.ID == test.ID || rule.ID == test.Name {
			return rule.Params
		}
	}
	return nil
}

func merged(maps ...map[string]string) map[string]string {
	all := map[string]string{}
	for _, m := range maps {
		for name, value := range m {
			all[name] = value
		}
	}
	return all
}
