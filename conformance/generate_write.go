package conformance

import (
	"github.com/openimis/openimis-go/fhir"
)

// changed gives a copy of the fixture with another text in one element, and the FHIRPath
// of the element; "" when it has none that may be changed freely.
func (g *generator) changed(value string) (*fhir.Object, string) {
	tree := g.sample.fixture.Copy()
	withID(tree, "${resourceId}")
	if names := objects(tree.Get("name")); len(names) > 0 && names[0].String("family") != "" {
		names[0].Set("family", value)
		return tree, g.typ + ".name.first().family"
	}
	for _, name := range []string{"title", "name", "description"} {
		if tree.String(name) != "" {
			tree.Set(name, value)
			return tree, g.typ + "." + name
		}
	}
	if code := tree.Object("code"); code.String("text") != "" {
		code.Set("text", value)
		return tree, g.typ + ".code.text"
	}
	return tree, ""
}

func (g *generator) update() {
	if !g.can("update") {
		return
	}
	tree, element := g.changed("Amended")
	g.fixture("update", tree)
	actions := []any{g.request("update", g.typ, "Replace it.", "params", "/${resourceId}", "requestHeader", returned(), "responseId", "updated", "sourceId", "update"), okay("It is replaced."),
		check("It is valid.", "validateProfileId", "resource-profile")}
	actions = append(actions, g.request("read", g.typ, "Read it again.", "params", "/${resourceId}", "responseId", "read-updated"), okay("It is there."))
	if element != "" {
		actions = append(actions, check("It has changed.", "expression", element, "operator", "equals", "value", "Amended"))
		if g.versioned() && g.can("vread") {
			actions = append(actions, check("It has a new version.", "expression", g.typ+".meta.versionId", "operator", "notEquals", "value", "${versionId}"))
		}
	}
	g.test("Update", "PUT it with a change.", actions...)
}

// patch replaces one element by FHIRPath Patch.
// https://hl7.org/fhir/R4/fhirpatch.html
func (g *generator) patch() {
	_, element := g.changed("Patched")
	if !g.can("patch") || element == "" {
		return
	}
	part := func(name, value string) any { return object("name", name, "valueString", value) }
	g.fixture("patch", object("resourceType", "Parameters", "parameter", []any{
		object("name", "operation", "part", []any{part("type", "replace"), part("path", element), part("value", "Patched")}),
	}))
	g.test("Patch", "PATCH one element.", g.request("patch", g.typ, "Replace the element.", "params", "/${resourceId}", "sourceId", "patch"), okay("It is patched."),
		g.request("read", g.typ, "Read it again.", "params", "/${resourceId}"), okay("It is there."),
		check("It has changed.", "expression", element, "operator", "equals", "value", "Patched"))
}

// byIdentifier is the search that finds what was created, "" when there is none.
func (g *generator) byIdentifier() string {
	if lastIdentifier(g.sample.fixture) == "" || !has(g.claims, "searchParam", "name", "identifier") {
		return ""
	}
	return "identifier=${identifier}"
}

// identifier declares the variable byIdentifier needs, once.
func (g *generator) identifier() {
	for _, v := range g.variables {
		if text(v.(*fhir.Object), "name") == "identifier" {
			return
		}
	}
	g.variable("identifier", "create", "identifier.value.last()")
}

func (g *generator) conditionalCreate() {
	condition := g.byIdentifier()
	if !flag(g.claims, "conditionalCreate") || condition == "" {
		return
	}
	g.identifier()
	g.test("ConditionalCreate", "What is there already is not created again.",
		g.request("create", g.typ, "Create it if it is not there.", "sourceId", "create", "requestHeader", append(returned(), object("field", "If-None-Exist", "value", condition))),
		okay("It is there already."), check("The answer is the one that is there.", "headerField", "Location", "operator", "contains", "value", g.typ+"/${resourceId}"))
}

func (g *generator) conditionalUpdate() {
	condition := g.byIdentifier()
	if !flag(g.claims, "conditionalUpdate") || !g.can("update") || condition == "" {
		return
	}
	g.identifier()
	g.test("ConditionalUpdate", "What a search finds is replaced.",
		g.request("update", g.typ, "Replace what the search finds.", "params", "?"+condition, "requestHeader", returned(), "sourceId", "update"), okay("It is replaced."),
		check("It is the one that was created.", "expression", g.typ+".id", "operator", "equals", "value", "${resourceId}"))
}

func (g *generator) delete() {
	gone := func() []any {
		return []any{g.request("read", g.typ, "Read what is gone.", "params", "/${resourceId}"), check("It is gone.", "operator", "in", "responseCode", "404,410")}
	}
	condition := g.byIdentifier()
	if kind := text(g.claims, "conditionalDelete"); (kind == "single" || kind == "multiple") && condition != "" {
		g.identifier()
		g.test("ConditionalDelete", "What a search finds is deleted.", append([]any{
			g.request("delete", g.typ, "Delete what the search finds.", "params", "?"+condition), check("It is deleted.", "operator", "in", "responseCode", "200,204"),
		}, gone()...)...)
		return
	}
	g.test("Delete", "DELETE it.", append([]any{
		g.request("delete", g.typ, "Delete it.", "params", "/${resourceId}"), check("It is deleted.", "operator", "in", "responseCode", "200,204"),
	}, gone()...)...)
}
