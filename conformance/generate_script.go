package conformance

import (
	"strings"

	"github.com/openimis/openimis-go/fhir"
)

// script fills the generator with the groups of tests the server claims.
func (g *generator) script() {
	for _, l := range g.sample.lookups {
		id := "found-" + l.variable
		g.variables = append(g.variables, object("name", l.variable, "expression", "Bundle.entry.first().resource.id", "sourceId", id))
		g.setup = append(g.setup, g.request("search", l.typ, "An instance the fixture refers to.", "params", "?"+l.query, "responseId", id), okay("there is a "+l.typ))
	}
	if g.sample.fixture != nil {
		g.create()
	} else {
		g.find()
	}
	g.read()
	if g.can("search-type") {
		g.searches()
	}
	if g.sample.fixture != nil {
		g.conditionalCreate()
		g.update()
		g.patch()
		g.conditionalUpdate()
	}
	g.history()
	if g.sample.fixture != nil && g.can("delete") {
		g.delete()
	}
}

// request is an operation in the format of the script; more are further elements.
func (g *generator) request(code, typ, description string, more ...any) *fhir.Object {
	o := object("type", object("system", "http://terminology.hl7.org/CodeSystem/testscript-operation-codes", "code", code),
		"resource", typ, "description", description, "accept", g.media, "contentType", g.media, "encodeRequestUrl", true)
	for i := 0; i+1 < len(more); i += 2 {
		o.Set(more[i].(string), more[i+1])
	}
	return object("operation", o)
}

func check(description string, more ...any) *fhir.Object {
	o := object("description", description, "warningOnly", false)
	for i := 0; i+1 < len(more); i += 2 {
		o.Set(more[i].(string), more[i+1])
	}
	return object("assert", o)
}

func okay(description string) *fhir.Object { return check(description, "response", "okay") }

// test adds a test.
func (g *generator) test(name, description string, actions ...any) {
	g.tests = append(g.tests, object("id", name, "name", name, "description", description, "action", actions))
}

func (g *generator) variable(name, source, expression string) {
	g.variables = append(g.variables, object("name", name, "expression", expression, "sourceId", source))
}

// fixture adds a fixture that stands in a file beside the script.
func (g *generator) fixture(id string, tree *fhir.Object) {
	file := "_reference/" + strings.ToLower(g.name()) + "-" + id + "." + g.format
	g.files[file] = tree
	g.fixtures = append(g.fixtures, object("id", id, "autocreate", false, "autodelete", false, "resource", object("reference", file)))
}

// returned asks for the resource in the answer to a write.
func returned() []any {
	return []any{object("field", "Prefer", "value", "return=representation")}
}

func (g *generator) create() {
	tree := g.sample.fixture.Copy()
	code, params := "create", ""
	if g.clientID {
		withID(tree, "${UUID-ST}")
		code, params = "updateCreate", "/${UUID-ST}"
	}
	g.fixture("create", tree)
	g.variable("resourceId", "created", "id")
	sent := g.request(code, g.typ, "Create it.", "requestHeader", returned(), "responseId", "created", "sourceId", "create")
	if params != "" {
		sent.Object("operation").Set("params", params)
	}
	actions := []any{sent, check("It is created.", "response", "created"), check("The answer says where it is.", "headerField", "Location", "operator", "contains", "value", g.typ+"/"),
		check("The answer is in the format asked for.", "contentType", g.media), check("It is a "+g.typ+".", "resource", g.typ),
		check("It is valid.", "validateProfileId", "resource-profile")}
	if g.versioned() {
		actions = append(actions, check("The answer names the version.", "headerField", "ETag", "operator", "notEmpty"))
	}
	g.test("Create", "POST a new "+g.typ+".", actions...)
	if g.can("delete") {
		g.teardown = append(g.teardown, g.request("delete", g.typ, "Delete it, if it is still there.", "params", "/${resourceId}"))
	}
}

func (g *generator) versioned() bool {
	v := text(g.claims, "versioning")
	return v == "versioned" || v == "versioned-update"
}

// withID puts the id in front, where it belongs.
func withID(tree *fhir.Object, id string) {
	tree.Set("id", nil)
	tree.Members = append([]fhir.Member{{Name: "resourceType", Value: tree.String("resourceType")}, {Name: "id", Value: id}}, rest(tree)...)
}

func rest(tree *fhir.Object) []fhir.Member {
	var members []fhir.Member
	for _, m := range tree.Members {
		if m.Name != "resourceType" && m.Name != "id" {
			members = append(members, m)
		}
	}
	return members
}

// find looks for the instance that is read.
func (g *generator) find() {
	g.variable("resourceId", "found", "Bundle.entry.first().resource.id")
	g.setup = append(g.setup, g.request("search", g.typ, "An instance the server has.", "params", "?"+g.sample.query, "responseId", "found"),
		okay("The search is answered."), check("There is one.", "expression", "Bundle.entry.exists()"))
}

func (g *generator) read() {
	if !g.can("read") {
		return
	}
	actions := []any{g.request("read", g.typ, "Read it.", "params", "/${resourceId}", "responseId", "read")}
	actions = append(actions, okay("It is there."), check("The answer is in the format asked for.", "contentType", g.media), check("It is a "+g.typ+".", "resource", g.typ),
		check("It is the one that was asked for.", "expression", g.typ+".id", "operator", "equals", "value", "${resourceId}"), check("It is valid.", "validateProfileId", "resource-profile"))
	if g.sample.fixture != nil {
		actions = append(actions, check("It holds what was sent.", "minimumId", "create"))
	}
	if g.versioned() {
		actions = append(actions, check("The answer names the version.", "headerField", "ETag", "operator", "notEmpty"), check("So does the resource.", "expression", g.typ+".meta.versionId", "operator", "notEmpty"))
	}
	g.test("Read", "GET it by its id.", actions...)
	g.test("ReadUnknown", "What is not there is 404 with an OperationOutcome.", g.request("read", g.typ, "Read an id nobody has.", "params", "/00000000-0000-0000-0000-${D12}"),
		check("It is not there.", "response", "notFound"), check("The answer says why.", "resource", "OperationOutcome"))
	if g.can("vread") {
		g.variable("versionId", "read", "meta.versionId")
		g.test("VRead", "GET the version that was read.", g.request("vread", g.typ, "Read the version.", "params", "/${resourceId}/_history/${versionId}"), okay("It is there."),
			check("It is that version.", "expression", g.typ+".meta.versionId", "operator", "equals", "value", "${versionId}"), check("It is valid.", "validateProfileId", "resource-profile"))
	}
}

// page are the checks of every bundle.
func (g *generator) page(kind string) []any {
	return []any{okay("It is answered."), check("The answer is in the format asked for.", "contentType", g.media), check("It is a Bundle.", "resource", "Bundle"),
		check("Of the right type.", "expression", "Bundle.type", "operator", "equals", "value", kind), check("It is valid.", "validateProfileId", "bundle-profile"), check("Its links lead somewhere.", "navigationLinks", true)}
}

func (g *generator) history() {
	if g.can("history-instance") {
		g.test("HistoryInstance", "Every version of it is listed.", append(append([]any{g.request("history", g.typ, "Its history.", "params", "/${resourceId}/_history")}, g.page("history")...),
			check("It is in its history.", "expression", "Bundle.entry.where(resource.id = '${resourceId}').exists()"))...)
	}
	if g.can("history-type") {
		g.test("HistoryType", "The versions of all of them are listed.", append([]any{g.request("history", g.typ, "The history of the type.", "params", "/_history?_count=5")}, g.page("history")...)...)
	}
}
