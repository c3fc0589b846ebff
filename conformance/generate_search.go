package conformance

import (
	"strings"

	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/path"
)

// valuesOf are where the value of a search parameter stands when its element has another
// name; "$" stands for the name of the parameter as an element.
var valuesOf = map[string][]string{
	"_id":             {"id"},
	"_lastUpdated":    {"meta.lastUpdated"},
	"identifier":      {"identifier.value.last()"},
	"family":          {"name.family.first()"},
	"given":           {"name.given.first()"},
	"name":            {"name.family.first()", "name", "code.text"},
	"birthdate":       {"birthDate"},
	"phone":           {"telecom.where(system = 'phone').value.first()"},
	"email":           {"telecom.where(system = 'email').value.first()"},
	"telecom":         {"telecom.value.first()"},
	"address":         {"address.city.first()", "address.line.first()"},
	"address-city":    {"address.city.first()"},
	"address-state":   {"address.state.first()"},
	"address-country": {"address.country.first()"},
	"physicaltype":    {"physicalType.coding.code.first()"},
	"partof":          {"partOf.reference"},
	"patient":         {"patient.reference", "beneficiary.reference", "subject.where(reference.startsWith('Patient/')).reference.first()"},
	"target":          {"target.reference.first().replaceMatches('/_history/.*', '')"}, // a search names no version
	"class-type":      {"class.type.coding.code.first()"},
	"class-value":     {"class.value.first()"},
	"created":         {"created"},
	"code":            {"code.coding.code.first()", "concept.code.first()"},
}

// generic are where a value stands in an element of the parameter's own name.
var generic = []string{"$.coding.code.first()", "$.reference.first()", "$.start", "$.value", "$.first()"}

// where gives the FHIRPath of the value a search by the parameter finds the example with,
// "" when it has none.
func where(example *fhir.Object, parameter string) string {
	candidates := valuesOf[parameter]
	name := camel(parameter)
	for _, g := range generic {
		candidates = append(candidates, strings.ReplaceAll(g, "$", name))
	}
	for _, candidate := range candidates {
		e, err := path.Compile(candidate)
		if err != nil {
			continue
		}
		values, err := e.Evaluate(nil, example)
		if err == nil && len(values) == 1 && values[0].String() != "" {
			return candidate
		}
	}
	return ""
}

// camel turns policy-holder into policyHolder.
func camel(name string) string {
	words := strings.Split(strings.TrimPrefix(name, "_"), "-")
	for i := 1; i < len(words); i++ {
		if words[i] != "" {
			words[i] = strings.ToUpper(words[i][:1]) + words[i][1:]
		}
	}
	return strings.Join(words, "")
}

// searches adds a search by each parameter, with the value the resource was read with, by
// GET and once by POST.
func (g *generator) searches() {
	byID := ""
	if has(g.claims, "searchParam", "name", "_id") {
		byID = "&_id=${resourceId}"
	}
	found := check("It is found.", "expression", "Bundle.entry.where(resource.id = '${resourceId}').exists()")
	for _, p := range objects(g.claims.Get("searchParam")) {
		name := text(p, "name")
		from := where(g.sample.example, name)
		assigned := g.sample.fixture != nil && (name == "_id" || name == "_lastUpdated")
		if assigned {
			from = valuesOf[name][0]
		}
		if from == "" || !g.can("read") {
			g.untested = append(g.untested, name)
			continue
		}
		variable := "search-" + name
		g.variable(variable, "read", g.typ+"."+from)
		prefix := ""
		if strings.HasSuffix(from, ".start") { // a period is found by what it touches
			prefix = "ge"
		}
		params := "?" + name + "=" + prefix + "${" + variable + "}" + byID
		if name == "_id" {
			params = "?_id=${" + variable + "}"
		}
		actions := append([]any{g.request("search", g.typ, "Search by "+name+".", "params", params)}, g.page("searchset")...)
		g.test("Search-"+name, "Search by the parameter "+name+" ("+text(p, "type")+").", append(actions, found)...)
	}
	if byID != "" {
		actions := append([]any{g.request("search", g.typ, "Search by POST.", "method", "post", "params", "?_id=${resourceId}", "contentType", "application/x-www-form-urlencoded")}, g.page("searchset")...)
		g.test("SearchByPost", "Search with the parameters in the body.", append(actions, found)...)
	}
}
