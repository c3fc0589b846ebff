package conformance

import (
	"fmt"

	"github.com/openimis/openimis-go/fhir"
)

// covers tells whether a resource holds at least what the fixture does: every element with
// the same value, every list entry somewhere in the list. It names the first that is not.
func covers(got, fixture any, at string) error {
	switch f := fixture.(type) {
	case *fhir.Object:
		g, is := got.(*fhir.Object)
		if !is || g == nil {
			return fmt.Errorf("%s is missing", at)
		}
		for _, m := range f.Members {
			if err := covers(g.Get(m.Name), m.Value, at+"."+m.Name); err != nil {
				return err
			}
		}
		return nil
	case []any:
		g, is := got.([]any)
		if !is {
			return fmt.Errorf("%s is missing", at)
		}
		for i, wanted := range f {
			if !anyCovers(g, wanted) {
				return fmt.Errorf("%s[%d] of the fixture is not in the response", at, i)
			}
		}
		return nil
	case fhir.Number:
		g, is := got.(fhir.Number)
		if order, numbers := fhir.CompareDecimals(string(f), string(g)); is && numbers && order == 0 {
			return nil
		}
	default:
		if got == fixture {
			return nil
		}
	}
	return fmt.Errorf("%s is %v, not %v", at, got, fixture)
}

// coveredInBundle tells whether one resource of the type in a bundle holds what the
// fixture does.
func coveredInBundle(bundle, fixture *fhir.Object, typ string) error {
	err := fmt.Errorf("no %s is in the bundle", typ)
	for _, entry := range objects(bundle.Get("entry")) {
		resource := entry.Object("resource")
		if resource.String("resourceType") != typ {
			continue
		}
		if err = covers(resource, fixture, typ); err == nil {
			return nil
		}
	}
	return err
}

func anyCovers(list []any, wanted any) bool {
	for _, candidate := range list {
		if covers(candidate, wanted, "") == nil {
			return true
		}
	}
	return false
}
