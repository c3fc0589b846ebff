package mapping

import (
	"errors"
	"strconv"
	"strings"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
)

// mostRepairs bounds how often a tree is read again; each reading finds up to 20 faults.
const mostRepairs = 25

// showable takes out of a tree what base R4 does not allow: a code outside its required
// binding, or whatever lacks a part it has to have. A lenient reading takes such things in,
// but kept beside the columns they would be shown to readers who asked for no leniency.
// A currency that the columns are shown with stays, such as the sign the compatible base
// puts in place of a code. pruned tells whether anything had to go; in is the resource that is
// left, nil when it cannot be made valid.
func showable(tree, shown *fhir.Object) (pruned bool, in *fhir.Resource) {
	ours := currencies(shown, map[string]bool{})
	for range mostRepairs {
		text := tree.AppendJSON(nil)
		in, err := fhir.DecodeJSON(text, fhir.DecodeOptions{})
		if err == nil {
			return pruned, in
		}
		var fault *core.Error
		if !errors.As(err, &fault) {
			return pruned, nil
		}
		before := len(text)
		for _, f := range lastFirst(fault.All()) {
			prune(tree, shown, f, ours)
		}
		if len(tree.AppendJSON(nil)) == before { // only currencies
			in, _ = fhir.DecodeJSON(text, fhir.DecodeOptions{Lenient: true})
			return pruned, in
		}
		pruned = true
	}
	return true, nil
}

// lastFirst turns faults round, so that taking one entry out of a list leaves the places
// of those still to come as they are.
func lastFirst(faults []*core.Error) []*core.Error {
	turned := make([]*core.Error, len(faults))
	for i, f := range faults {
		turned[len(faults)-1-i] = f
	}
	return turned
}

// currencies collects what stands as a currency anywhere in a tree.
func currencies(value any, found map[string]bool) map[string]bool {
	switch v := value.(type) {
	case *fhir.Object:
		if v == nil {
			return found
		}
		for _, m := range v.Members {
			if text, ok := m.Value.(string); ok && m.Name == "currency" {
				found[text] = true
			}
			currencies(m.Value, found)
		}
	case []any:
		for _, one := range v {
			currencies(one, found)
		}
	}
	return found
}

// prune takes out the element at fault, unless it is a currency of ours. Where an element
// is missing it is put back as the columns are shown, or else what it is missing from goes.
func prune(tree, shown *fhir.Object, f *core.Error, ours map[string]bool) {
	steps := strings.Split(f.Path, ".")[1:] // behind the resource type
	if f.Code == core.Unprocessable && len(steps) > 0 {
		last := len(steps) - 1
		in, from := inside(tree, steps[:last]), inside(shown, steps[:last])
		if in != nil && from != nil && from.Get(steps[last]) != nil {
			in.Set(steps[last], from.Get(steps[last]))
			return
		}
		steps = steps[:last]
	}
	remove(tree, steps, ours)
}

// inside gives the object the steps lead to, nil for none.
func inside(o *fhir.Object, steps []string) *fhir.Object {
	for _, step := range steps {
		name, index, listed := strings.Cut(strings.TrimSuffix(step, "]"), "[")
		if !listed {
			o = o.Object(name)
			continue
		}
		list := o.List(name)
		at, err := strconv.Atoi(index)
		if err != nil || at >= len(list) {
			return nil
		}
		o, _ = list[at].(*fhir.Object)
	}
	return o
}

// remove takes the element at the end of the steps out, and what is empty without it.
func remove(o *fhir.Object, steps []string, ours map[string]bool) {
	if o == nil || len(steps) == 0 {
		return
	}
	name, index, listed := strings.Cut(strings.TrimSuffix(steps[0], "]"), "[")
	if !listed {
		if next := o.Object(name); next != nil && len(steps) > 1 {
			if remove(next, steps[1:], ours); len(next.Members) > 0 {
				return
			}
		}
		if name != "currency" || !ours[o.String(name)] {
			o.Set(name, nil)
		}
		return
	}
	list := o.List(name)
	at, err := strconv.Atoi(index)
	if err != nil || at >= len(list) {
		return
	}
	if next, ok := list[at].(*fhir.Object); ok && len(steps) > 1 {
		if remove(next, steps[1:], ours); len(next.Members) > 0 {
			return
		}
	}
	kept := append(append([]any(nil), list[:at]...), list[at+1:]...)
	if len(kept) == 0 {
		o.Set(name, nil)
		return
	}
	o.Set(name, kept)
}
