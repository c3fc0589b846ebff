package conformance

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/openimis/openimis-go/fhir"
)

// baseProfile is the canonical before the name of a type for the resources of R4 itself.
const baseProfile = "http://hl7.org/fhir/StructureDefinition/"

// checkProfile checks a resource against a profile: the definitions of R4 itself by
// reading strictly, others by the hook of the runner or $validate of the server.
func (x *run) checkProfile(id string, m *message) error {
	tree, err := m.resource()
	if err != nil {
		return err
	}
	canonical := ""
	for _, p := range x.script.Profiles {
		if p.ID == id {
			canonical = p.Canonical
		}
	}
	if canonical == "" {
		return fmt.Errorf("there is no profile %q", id)
	}
	typ := tree.String("resourceType")
	base, ofBase := strings.CutPrefix(canonical, baseProfile)
	if ofBase && fhir.IsResourceType(base) {
		if base != typ {
			return fmt.Errorf("the body holds %q, not %s", typ, base)
		}
		return strictly(m)
	}
	if x.runner.Validate != nil {
		return x.runner.Validate(context.Background(), canonical, tree)
	}
	return x.validate(canonical, typ, m)
}

// strictly reads a message once more, as the definitions have it.
func strictly(m *message) error {
	decode := fhir.DecodeJSON
	if format(m.contentType) == "xml" {
		decode = fhir.DecodeXML
	}
	_, err := decode(m.body, fhir.DecodeOptions{})
	return err
}

// validate asks the server, where it claims to know how.
// https://hl7.org/fhir/R4/resource-operation-validate.html
func (x *run) validate(canonical, typ string, m *message) error {
	ctx := context.Background()
	statement, err := x.runner.Metadata(ctx)
	if err != nil {
		return unsupported{"validation without a CapabilityStatement"}
	}
	claimed := has(resourceOf(statement, typ), "operation", "name", "validate")
	for _, rest := range objects(statement.Get("rest")) {
		claimed = claimed || has(rest, "operation", "name", "validate")
	}
	if !claimed {
		return unsupported{"validateProfileId with " + canonical + ", which the server has no $validate for,"}
	}
	before := x.last
	defer func() { x.last = before }()
	x.messages[validated] = m
	defer delete(x.messages, validated)
	_, err = x.operate(ctx, &Operation{
		Code: "$validate", Resource: typ, SourceID: validated, Params: "?profile=" + url.QueryEscape(canonical), ContentType: m.contentType,
	})
	if err != nil {
		return err
	}
	for _, issue := range objects(x.last.tree.Get("issue")) {
		if severity := text(issue, "severity"); severity == "error" || severity == "fatal" {
			return fmt.Errorf("the profile %s: %s", canonical, x.last.problem())
		}
	}
	if x.last.status != http.StatusOK {
		return fmt.Errorf("$validate is answered with %d: %s", x.last.status, x.last.problem())
	}
	return nil
}

// validated is the id a message has while it is validated; no script can name it.
const validated = "\x00validated"

// checkLinks checks the links of a page: that it says where it is, that there is a next
// page when not all is shown, and that each link is a whole URL.
// https://hl7.org/fhir/R4/http.html#paging
func (x *run) checkLinks(m *message) error {
	tree, err := m.resource()
	if err != nil {
		return err
	}
	links := map[string]string{}
	for _, link := range objects(tree.Get("link")) {
		relation, address := text(link, "relation"), text(link, "url")
		if !strings.Contains(address, "://") {
			return fmt.Errorf("the link %s is no whole URL: %q", relation, address)
		}
		links[relation] = address
	}
	if links["self"] == "" && links["first"] == "" {
		return fmt.Errorf("the bundle has neither a link self nor first")
	}
	shown := 0
	for _, entry := range objects(tree.Get("entry")) {
		if mode := text(entry.Object("search"), "mode"); mode == "" || mode == "match" {
			shown++
		}
	}
	first := links["previous"] == "" && links["prev"] == ""
	if total := text(tree, "total"); first && shown > 0 && total != "" && order(total, fmt.Sprint(shown)) > 0 && links["next"] == "" {
		return fmt.Errorf("%s match, %d are shown, and there is no link next", total, shown)
	}
	return nil
}
