package rest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/search"
)

// capability is the CapabilityStatement of a base, made once from what is registered. Only
// the URL of the installation may differ between requests.
type capability struct {
	statement r4.CapabilityStatement
}

// capability answers GET and HEAD [base]/metadata, and OPTIONS [base].
// https://hl7.org/fhir/R4/http.html#capabilities
func (k *call) capability() (*answer, error) {
	switch mode := k.values.Get("mode"); mode {
	case "", "full", "normative":
	default:
		return nil, core.ErrorAt(core.Invalid, "mode", "the server describes itself with mode full, not %s", clip(strconv.Quote(mode)))
	}
	o, err := k.subset()
	if err != nil {
		return nil, err
	}
	statement := k.s.caps.statement // a copy; only the fields set here may differ
	base := k.url()
	implementation := *statement.Implementation
	implementation.Url = &base
	statement.Implementation = &implementation
	entry := &fhir.Entry{Resource: &fhir.Resource{Typed: &statement}}
	return &answer{status: http.StatusOK, entry: entry, options: o}, nil
}

func newCapability(s *Server) *capability {
	b := &s.base
	software := r4.CapabilityStatementSoftware{Name: orText(b.Software.Name, "FHIR server"), Version: text(b.Software.Version)}
	c := &capability{statement: r4.CapabilityStatement{
		Status:   r4.PublicationStatusActive,
		Kind:     r4.CapabilityStatementKindInstance,
		Date:     b.Started.Format(time.RFC3339),
		Software: &software,
		Implementation: &r4.CapabilityStatementImplementation{
			Description: orText(b.Software.Description, software.Name),
		},
		FhirVersion: r4.FHIRVersion4_0_1,
		Format:      allFormats(),
		PatchFormat: []string{jsonPatch, mergePatch, "application/fhir+json", "application/fhir+xml"},
		Rest: []r4.CapabilityStatementRest{{
			Mode:        r4.RestfulCapabilityModeServer,
			Security:    b.Security.statement(),
			Interaction: s.systemInteractions(),
			Operation:   declared(s.operations),
		}},
	}}
	if b.Jobs != nil {
		c.statement.Instantiates = []string{bulkData + "CapabilityStatement/bulk-data"}
	}
	for _, o := range s.order {
		c.statement.Rest[0].Resource = append(c.statement.Rest[0].Resource, s.resource(o))
	}
	return c
}

// declared lists operations.
func declared(operations []Operation) []r4.CapabilityStatementRestResourceOperation {
	var list []r4.CapabilityStatementRestResourceOperation
	for i := range operations {
		op := &operations[i]
		list = append(list, r4.CapabilityStatementRestResourceOperation{Name: op.Name, Definition: op.Definition, Documentation: text(op.Documentation)})
	}
	return list
}

// systemInteractions lists what can be asked of the whole system.
func (s *Server) systemInteractions() []r4.CapabilityStatementRestInteraction {
	list := []r4.CapabilityStatementRestInteraction{{Code: r4.SystemRestfulInteractionBatch}, {Code: r4.SystemRestfulInteractionHistorySystem}}
	if s.base.Transact != nil {
		list = append(list, r4.CapabilityStatementRestInteraction{Code: r4.SystemRestfulInteractionTransaction})
	}
	return list
}

// allFormats lists json and xml and the MIME types behind them.
func allFormats() []string {
	list := []string{"json", "xml"}
	for _, f := range formats {
		list = append(list, f.name)
	}
	return list
}

func (s Security) statement() *r4.CapabilityStatementRestSecurity {
	if s.Description == "" && len(s.Services) == 0 {
		return nil
	}
	statement := &r4.CapabilityStatementRestSecurity{Description: text(s.Description)}
	for _, code := range s.Services {
		statement.Service = append(statement.Service, r4.CodeableConcept{Coding: []r4.Coding{{
			System: text("http://terminology.hl7.org/CodeSystem/restful-security-service"), Code: text(code),
		}}})
	}
	return statement
}

// topicExtension names a topic that can be subscribed to.
// https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/StructureDefinition-capabilitystatement-subscriptiontopic-canonical.html
const topicExtension = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/capabilitystatement-subscriptiontopic-canonical"

// resource describes one type by the interfaces it implements.
func (s *Server) resource(o *offer) r4.CapabilityStatementRestResource {
	versioning := r4.ResourceVersionPolicyVersioned
	if o.versions == nil {
		versioning = r4.ResourceVersionPolicyNoVersion
	}
	r := r4.CapabilityStatementRestResource{
		Type:          resourceType(o.Name),
		Profile:       text(o.Profile),
		Documentation: text(o.documentation()),
		Versioning:    &versioning,
		ReadHistory:   pointerTo(o.versions != nil),
		UpdateCreate:  pointerTo(o.idCreator != nil), ConditionalDelete: o.conditionalDelete(),
		ConditionalCreate: pointerTo(o.searcher != nil && o.creator != nil && !s.base.Habits.IgnoreUnknown),
		ConditionalUpdate: pointerTo(o.searcher != nil && o.updater != nil),
		SupportedProfile:  o.Supported,
		ReferencePolicy:   []r4.ReferenceHandlingPolicy{r4.ReferenceHandlingPolicyLiteral},
	}
	for _, topic := range o.Topics {
		r.Extension = append(r.Extension, r4.Extension{Url: topicExtension, ValueCanonical: &topic})
	}
	read := r4.ConditionalReadStatusNotSupported
	if o.reader != nil {
		read = r4.ConditionalReadStatusFullSupport
	}
	r.ConditionalRead = &read
	for _, i := range []struct {
		offered bool
		code    r4.TypeRestfulInteraction
	}{
		{o.reader != nil, r4.TypeRestfulInteractionRead},
		{o.versions != nil, r4.TypeRestfulInteractionVread},
		{o.updater != nil, r4.TypeRestfulInteractionUpdate},
		{o.patches(), r4.TypeRestfulInteractionPatch},
		{o.deleter != nil, r4.TypeRestfulInteractionDelete},
		{o.historian != nil, r4.TypeRestfulInteractionHistoryInstance},
		{len(o.changes) > 0, r4.TypeRestfulInteractionHistoryType},
		{o.creator != nil, r4.TypeRestfulInteractionCreate},
		{o.searcher != nil, r4.TypeRestfulInteractionSearchType},
	} {
		if i.offered {
			r.Interaction = append(r.Interaction, r4.CapabilityStatementRestResourceInteraction{Code: i.code})
		}
	}
	r.Operation = declared(o.operations)
	if o.searcher == nil {
		return r
	}
	for i := range o.params {
		r.SearchParam = append(r.SearchParam, searchParam(o.Name, &o.params[i]))
	}
	r.SearchInclude = s.includes(o)
	r.SearchRevInclude = s.revIncludes(o)
	return r
}

// conditionalDelete tells how many instances criteria may delete: one.
func (o *offer) conditionalDelete() *r4.ConditionalDeleteStatus {
	status := r4.ConditionalDeleteStatusNotSupported
	if o.searcher != nil && o.deleter != nil {
		status = r4.ConditionalDeleteStatusSingle
	}
	return &status
}

// documentation joins what the type says of itself with what it ignores in a body.
func (o *offer) documentation() string {
	if len(o.ServerAssigns) == 0 {
		return o.Documentation
	}
	return strings.TrimSpace(o.Documentation + "\n\nSet by the server, whatever a client sends: " +
		strings.Join(o.ServerAssigns, ", ") + ".")
}

// includes lists the values of _include that add something.
func (s *Server) includes(o *offer) []string {
	var list []string
	for _, p := range referencesOf(o, "*") {
		if slices.ContainsFunc(s.order, func(target *offer) bool {
			return target.batch != nil && (len(p.Targets) == 0 || slices.Contains(p.Targets, target.Name))
		}) {
			list = append(list, o.Name+":"+p.Name)
		}
	}
	if len(list) > 0 {
		list = append(list, o.Name+":*")
	}
	return list
}

// revIncludes lists the values of _revinclude that add something.
func (s *Server) revIncludes(o *offer) []string {
	var list []string
	for _, source := range s.order {
		if source.searcher == nil {
			continue
		}
		for _, p := range referencesOf(source, "*") {
			if len(p.Targets) == 0 || slices.Contains(p.Targets, o.Name) {
				list = append(list, source.Name+":"+p.Name)
			}
		}
	}
	return list
}

var paramTypes = map[search.Type]r4.SearchParamType{
	search.Token: r4.SearchParamTypeToken, search.String: r4.SearchParamTypeString,
	search.Date: r4.SearchParamTypeDate, search.Reference: r4.SearchParamTypeReference,
	search.Numeric: r4.SearchParamTypeNumber, search.Quantity: r4.SearchParamTypeQuantity,
	search.URI: r4.SearchParamTypeUri,
}

func searchParam(typ string, p *search.Param) r4.CapabilityStatementRestResourceSearchParam {
	return r4.CapabilityStatementRestResourceSearchParam{
		Name: p.Name, Type: paramTypes[p.Type], Documentation: text(p.Documentation),
		Definition: text(orText(p.Definition, definitionURL(typ, p.Name))),
	}
}

// person lists the parameters that R4 defines once for all types that stand for people.
var person = []string{
	"address", "address-city", "address-country", "address-postalcode", "address-state", "address-use",
	"birthdate", "email", "family", "gender", "given", "phone", "phonetic", "telecom",
}

// definitionURL gives the URL of the R4 SearchParameter of the name. Most are defined for
// one type, some for several together.
// https://hl7.org/fhir/R4/searchparameter-registry.html
func definitionURL(typ, name string) string {
	const url = "http://hl7.org/fhir/SearchParameter/"
	switch typ {
	case "Patient", "Person", "Practitioner", "PractitionerRole", "RelatedPerson":
		if slices.Contains(person, name) {
			return url + "individual-" + name
		}
	case "Medication":
		if name == "code" {
			return url + "clinical-code"
		}
	}
	return url + typ + "-" + name
}

func resourceType(name string) r4.ResourceType {
	var t r4.ResourceType
	quoted, _ := json.Marshal(name)
	_ = json.Unmarshal(quoted, &t) // the name was checked when the type was registered
	return t
}

func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func orText(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func pointerTo(b bool) *bool { return &b }
