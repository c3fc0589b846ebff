package resources

import (
	"slices"
	"strings"

	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/mapping"
)

// operationDefinitions serves what the operations of a base take and give.
type operationDefinitions struct{ *definitions }

var _ rest.Keeper = operationDefinitions{}

// OperationDefinition serves the definitions of the operations there are: read and search.
// What HL7 or IHE define is the base of ours, which say what of it is here.
// https://hl7.org/fhir/R4/operationdefinition.html
func OperationDefinition(*Environment) rest.Type {
	return operationDefinitions{newDefinitions("OperationDefinition",
		"What the operations of this base take and give; base is the definition of HL7 or IHE that /metadata names. Read only.",
		nil, title,
		search.Param{Name: "code", Type: search.Token, Path: "code", Sortable: true, Documentation: "The name of the operation without the dollar."},
		search.Param{Name: "base", Type: search.URI, Path: "base", Documentation: "The canonical of the definition it follows."},
		search.Param{Name: "kind", Type: search.Token, Path: "kind", Documentation: "Always operation."},
		search.Param{Name: "system", Type: search.Token, Path: "system", Documentation: "Whether it can be asked of the whole system."},
		search.Param{Name: "type", Type: search.Token, Path: "type", Documentation: "Whether it can be asked of a type."},
		search.Param{Name: "instance", Type: search.Token, Path: "instance", Documentation: "Whether it can be asked of an instance."},
	)}
}

// Keep takes the definitions in and gives them URLs.
func (d operationDefinitions) Keep(operations []*fhir.Object) {
	d.list = nil
	for _, one := range operations {
		own := &fhir.Object{}
		for _, m := range one.Members {
			if m.Name == "base" && strings.HasPrefix(one.String("base"), mapping.Guide) {
				continue
			}
			own.Members = append(own.Members, m)
			if m.Name == "id" {
				own.Members = append(own.Members, fhir.Member{Name: "url", Value: mapping.Guide + "OperationDefinition/" + one.String("id")})
			}
		}
		d.list = append(d.list, own)
	}
	slices.SortFunc(d.list, func(a, b *fhir.Object) int { return strings.Compare(a.String("id"), b.String("id")) })
}
