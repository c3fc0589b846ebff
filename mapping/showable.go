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
// The sign that stands for a currency on the compatible base is not touched; it is put
// there by the server. pruned tells whether anything had to go; in is the resource that is
// left, nil when it cannot be made valid.
func showable(tree *fhir.Object) (pruned bool, in *fhir.Resource) {
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
			if !strings.HasSuffix(f.Path, ".currency") {
				prune(tree, f)
			}
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

// prune takes out the element at fault; where one is missing, what it is missing from.
func prune(tree *fhir.Object, f *core.Error) {
	steps := strings.Split(f.Path, ".")[1:] // behind the resource type
	if f.Code == core.Unprocessable && len(steps) > 0 {
		steps = steps[:len(steps)-1]
	}
	remove(tree, steps)
}

// remove takes the element at the end of the steps out, and what is empty without it.
func remove(o *fhir.Object, steps []string) {
	if o == nil || len(steps) == 0 {
		return
	}
	name, index, listed := strings.Cut(strings.TrimSuffix(steps[0], "]"), "[")
	if !listed {
		if next := o.Object(name); next != nil && len(steps) > 1 {
			if remove(next, steps[1:]); len(next.Members) > 0 {
				return
			}
		}
		o.Set(name, nil)
		return
	}
	list, at := o.List(name), 0
	if at, _ = strconv.Atoi(index); at >= len(list) {
		return
	}
	if next, ok := list[at].(*fhir.Object); ok && len(steps) > 1 {
		if remove(next, steps[1:]); len(next.Members) > 0 {
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
