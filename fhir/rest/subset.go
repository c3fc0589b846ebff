package rest

import (
	"strconv"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/search"
)

// subset reads _summary and _elements outside of a search. Errors: core.Invalid.
func (k *call) subset() (o fhir.EncodeOptions, err error) {
	if k.values == nil {
		return o, nil
	}
	switch o.Summary = k.values.Get("_summary"); o.Summary {
	case "", "true", "text", "data", "false":
	default:
		return o, core.ErrorAt(core.Invalid, "_summary", "_summary is true, text, data or false here, not %s", clip(strconv.Quote(o.Summary)))
	}
	for _, text := range k.values["_elements"] {
		names, problem := search.Elements(text)
		if problem != "" {
			return o, core.ErrorAt(core.Invalid, "_elements", "%s", problem)
		}
		o.Elements = append(o.Elements, names...)
	}
	return o, nil
}
