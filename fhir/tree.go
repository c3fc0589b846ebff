package fhir

import "github.com/openimis/openimis-go/core"

// ParseJSON reads a JSON object as a tree without asking whether it is valid FHIR, for
// tools that look at what some server or file says. Errors: core.Invalid.
func ParseJSON(data []byte) (*Object, error) {
	value, twice, err := parseJSON(data)
	if err != nil {
		return nil, err
	}
	if len(twice) > 0 {
		return nil, twice[0]
	}
	tree, is := value.(*Object)
	if !is {
		return nil, core.Errorf(core.Invalid, "a JSON object is needed, not %s", describe(value))
	}
	return tree, nil
}
