package mapping

import (
	"slices"
	"strings"
	"sync"

	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/search"
)

// ProfilesOf lists the canonicals of the guide's profiles of a resource type.
func ProfilesOf(resource string) []string {
	var list []string
	for _, definition := range GuideProfiles() {
		if definition.String("type") == resource {
			list = append(list, definition.String("url"))
		}
	}
	return list
}

// GuideItself gives the guide, which lists what belongs to it.
// https://hl7.org/fhir/R4/implementationguide.html
var GuideItself = sync.OnceValue(func() *fhir.Object {
	var list []any
	for _, definition := range GuideProfiles() {
		list = append(list, object("reference", object("reference", "StructureDefinition/"+definition.String("id")), "name", definition.String("title")))
	}
	for _, l := range CodeLists {
		if l.Defines() {
			list = append(list, object("reference", object("reference", "CodeSystem/"+l.ID), "name", l.Title))
		}
		list = append(list, object("reference", object("reference", "ValueSet/"+l.ID), "name", l.Title))
	}
	return object("resourceType", "ImplementationGuide", "id", "openimis-fhir-r4-ig", "url", Guide+"ImplementationGuide/openimis-fhir-r4-ig",
		"version", guideVersion, "name", "OpenIMISFHIRR4IG", "title", "openIMIS on FHIR R4", "status", "active",
		"description", "How openIMIS says people, policies, facilities and claims in FHIR R4.", "packageId", "openimis.fhir.r4.ig",
		"license", "CC0-1.0", "fhirVersion", []any{"4.0.1"}, "definition", object("resource", list))
})

// AddSearchParameter adds the definition of a parameter of the guide to the list, or the
// type to the one that is there. https://hl7.org/fhir/R4/searchparameter.html
func AddSearchParameter(list []*fhir.Object, typ string, p *search.Param) []*fhir.Object {
	id := p.Definition[strings.LastIndexByte(p.Definition, '/')+1:]
	at := slices.IndexFunc(list, func(o *fhir.Object) bool { return o.String("id") == id })
	if at >= 0 {
		o := list[at]
		if base := o.List("base"); !slices.Contains(base, any(typ)) {
			o.Set("base", append(base, typ))
		}
		return list
	}
	o := object("resourceType", "SearchParameter", "id", id, "url", p.Definition, "version", guideVersion, "name", parameterName(id), "status", "active",
		"description", p.Documentation, "code", p.Name, "base", []any{typ}, "type", string(p.Type))
	var targets []any
	for _, target := range p.Targets {
		targets = append(targets, target)
	}
	if len(targets) > 0 {
		o.Set("target", targets)
	}
	return append(list, o)
}

// parameterName makes a name for programs of an id: PatientIsHead.
func parameterName(id string) string {
	var name strings.Builder
	for _, word := range strings.FieldsFunc(id, func(r rune) bool { return r == '-' || r == '.' }) {
		name.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return name.String()
}
