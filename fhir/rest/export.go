package rest

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/search"
)

// bulkData is where the Bulk Data Access guide keeps its definitions.
const bulkData = "http://hl7.org/fhir/uv/bulkdata/"

// exportTakes are the parameters of each export.
var exportTakes = []OperationParameter{
	Takes("_outputFormat", "string", "application/fhir+ndjson, application/ndjson or ndjson."),
	Takes("_since", "instant", "Only what changed since then; what was deleted is told too."),
	Takes("_type", "string", "Resource types, divided by commas.").Repeated(),
	Takes("_typeFilter", "string", "Searches such as Claim?status=active, divided by commas; of several on a type any may find it.").Repeated(),
	Takes("_elements", "string", "Elements to write, such as Patient.name, divided by commas.").Repeated(),
}

// exportTakesPeople are those of exports of people.
var exportTakesPeople = append(slices.Clone(exportTakes), Takes("patient", "Reference", "Only what is about these people.").Repeated())

// exporting are the exports of a type: of all people and what is about them, and of the
// members of a group. https://hl7.org/fhir/uv/bulkdata/STU2/export.html
func exporting(o *offer) []Operation {
	switch {
	case o.center != nil && o.searcher != nil:
		return []Operation{{
			Name: "export", Definition: bulkData + "OperationDefinition/patient-export", OnType: true, begins: true, Parameters: exportTakesPeople,
			Documentation: "Everything about every person the caller may see, as files of NDJSON.", answer: (*call).exportPatients,
		}}
	case o.Name == "Group" && o.reader != nil:
		return []Operation{{
			Name: "export", Definition: bulkData + "OperationDefinition/group-export", OnInstance: true, begins: true, Parameters: exportTakesPeople,
			Documentation: "Everything about the members of the group, as files of NDJSON.", answer: (*call).exportGroup,
		}}
	}
	return nil
}

// exportingAll is the export of the whole system.
func exportingAll() Operation {
	return Operation{
		Name: "export", Definition: bulkData + "OperationDefinition/export", begins: true, Parameters: exportTakes, answer: (*call).exportSystem,
		Documentation: "Everything the caller may see, as files of NDJSON.",
	}
}

// exportSystem answers GET and POST [base]/$export.
func (k *call) exportSystem(in *Invocation) (*answer, error) {
	e := &export{k: k}
	for _, o := range k.s.order {
		e.offer(o)
	}
	return e.begin(in)
}

// exportPatients answers GET and POST [base]/Patient/$export.
func (k *call) exportPatients(in *Invocation) (*answer, error) {
	e := &export{k: k, center: k.t}
	e.offerAround(k.t)
	return e.begin(in)
}

// exportGroup answers GET and POST [base]/Group/[id]/$export. Errors: those of a read of
// the group.
func (k *call) exportGroup(in *Invocation) (*answer, error) {
	if err := k.authorize(Read); err != nil {
		return nil, err
	}
	group, err := k.t.reader.Read(k.ctx, in.ID)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(k.s.order, func(o *offer) bool { return o.Name == "Patient" && o.center != nil })
	if at < 0 {
		return nil, core.Errorf(core.NotFound, "people are not served here")
	}
	e := &export{k: k, center: k.s.order[at], only: []string{}}
	for _, reference := range fhir.References(group.Resource.Typed, "member.entity") {
		if _, typ, id := fhir.SplitReference(reference); typ == e.center.Name && !slices.Contains(e.only, id) {
			e.only = append(e.only, id)
		}
	}
	e.offerAround(e.center)
	return e.begin(in)
}

// export is a request for files on its way to a job.
type export struct {
	k      *call
	center *offer   // people, when only what is about them is wanted
	only   []string // ids of the members of the group; nil for all people
	picked []string // ids of the people that were asked for; nil for all
	around []exportType

	types    []string            // _type; nil for all there are
	filters  map[string][]string // _typeFilter: queries by type
	elements map[string][]string // _elements by type, "" for all types
	since    time.Time
}

// exportType is a type that can be exported, and by which parameters it is about people.
type exportType struct {
	*offer
	params []string
}

func (e *export) offer(o *offer, params ...string) {
	if o != nil && o.searcher != nil {
		e.around = append(e.around, exportType{o, params})
	}
}

func (e *export) offerAround(center *offer) {
	e.offer(center, search.ID.Name)
	for _, a := range center.center.Around() {
		e.offer(e.k.s.types[a.Type], a.Params...)
	}
}

// begin reads the parameters and makes a job of them. Errors: core.Invalid that names the
// parameter; core.Forbidden for a type asked by name that the caller may not read.
func (e *export) begin(in *Invocation) (*answer, error) {
	if e.k.c == nil {
		return nil, core.Errorf(core.Invalid, "an export is not begun from within a Bundle")
	}
	if in.Resource != nil {
		return nil, core.ErrorAt(core.Invalid, "resource", "parameters are posted in a Parameters resource")
	}
	for i := range in.Parameters {
		if err := e.read(&in.Parameters[i]); err != nil {
			return nil, err
		}
	}
	if n := len(e.people()); n > search.DefaultMaxValues {
		return nil, core.ErrorAt(core.Unprocessable, "patient", "%d people are more than the %d an export may pick; export all, or some after the others", n, search.DefaultMaxValues)
	}
	w := &work{}
	for i := range e.around {
		if err := e.part(w, &e.around[i]); err != nil {
			return nil, err
		}
	}
	if err := e.unknown(); err != nil {
		return nil, err
	}
	if len(w.Parts) == 0 && len(w.Left) > 0 {
		return nil, core.Errorf(core.Forbidden, "nothing of this may be exported: %s", strings.Join(w.Left, "; "))
	}
	return e.k.begin(w)
}

// read takes one parameter. Those of the guide that are not offered are refused, unless
// handling is lenient.
func (e *export) read(p *Parameter) error {
	switch p.Name {
	case "_outputFormat":
		return readOutputFormat(p.Text)
	case "_since":
		low, _, err := e.k.span(p.Name, p.Text)
		e.since = low
		return err
	case "_type":
		return e.readTypes(p.Text)
	case "_typeFilter":
		return e.readFilters(p.Text)
	case "_elements":
		return e.readElements(p.Text)
	case "patient":
		return e.readPatient(p)
	}
	if e.k.prefer.lenient {
		return nil
	}
	return core.ErrorAt(core.Invalid, clip(p.Name), "this parameter is not supported here; those that are: _outputFormat, _since, _type, _typeFilter, _elements, patient")
}

func (e *export) readTypes(text string) error {
	for _, name := range strings.Split(text, ",") {
		if !fhir.IsResourceType(name) {
			return core.ErrorAt(core.Invalid, "_type", "%s is no resource type of FHIR R4", clip(strconv.Quote(name)))
		}
		if !slices.Contains(e.types, name) {
			e.types = append(e.types, name)
		}
	}
	return nil
}

// notInFilters are parameters that say how to answer a search, not what is found.
var notInFilters = []string{"_count", "_sort", "_include", "_revinclude", "_include:iterate", "_revinclude:iterate", "_summary", "_elements", "_total", "_format", "_pretty", search.CursorParam}

// readFilters takes queries on types, divided by commas; a comma of a value is encoded.
func (e *export) readFilters(text string) error {
	for _, filter := range strings.Split(text, ",") {
		typ, query, found := strings.Cut(filter, "?")
		values, err := url.ParseQuery(query)
		if !found || err != nil || !fhir.IsResourceType(typ) {
			return core.ErrorAt(core.Invalid, "_typeFilter", "%s is not of the form Type?parameter=value", clip(strconv.Quote(filter)))
		}
		for _, name := range notInFilters {
			if values.Has(name) {
				return core.ErrorAt(core.Invalid, "_typeFilter", "%s has no place in a filter", name)
			}
		}
		if e.filters == nil {
			e.filters = map[string][]string{}
		}
		e.filters[typ] = append(e.filters[typ], query)
	}
	return nil
}

// readElements takes names of elements, of one type (Patient.name) or of all (id).
func (e *export) readElements(text string) error {
	for _, name := range strings.Split(text, ",") {
		typ, element, typed := strings.Cut(name, ".")
		if !typed {
			typ, element = "", name
		}
		if element == "" || typed && !fhir.IsResourceType(typ) {
			return core.ErrorAt(core.Invalid, "_elements", "%s is no element of a resource", clip(strconv.Quote(name)))
		}
		if e.elements == nil {
			e.elements = map[string][]string{}
		}
		e.elements[typ] = append(e.elements[typ], element)
	}
	return nil
}

// readPatient takes a person the export is about; of a group only members.
func (e *export) readPatient(p *Parameter) error {
	if e.center == nil {
		return core.ErrorAt(core.Invalid, p.Name, "people are picked at Patient/$export and Group/[id]/$export only")
	}
	reference := p.Text
	if p.Value != nil {
		reference = p.Value.String("reference")
	}
	base, typ, id := fhir.SplitReference(reference)
	if typ != e.center.Name || !search.IsID(id) || base != "" && !slices.Contains(e.k.bases(), base) {
		return core.ErrorAt(core.Invalid, p.Name, "%s is no reference to a %s of this server", clip(strconv.Quote(reference)), e.center.Name)
	}
	e.picked = append(e.picked, id)
	return nil
}

// part adds a type to the work. What the caller may not read is left out when he did not
// ask for it by name.
func (e *export) part(w *work, t *exportType) error {
	named := slices.Contains(e.types, t.Name)
	if len(e.types) > 0 && !named {
		return nil
	}
	if err := e.k.mayExport(t.offer); err != nil {
		if code := core.CodeOf(err); named || code != core.Forbidden && code != core.Unauthenticated {
			return err
		}
		w.Left = append(w.Left, t.Name+" is left out: "+err.Error())
		return nil
	}
	p := part{Type: t.Name, Since: e.since, Elements: slices.Concat(e.elements[""], e.elements[t.Name])}
	for _, filter := range orOne(e.filters[t.Name]) {
		for _, param := range orOne(t.params) {
			query, err := e.query(filter, param)
			if err != nil {
				return err
			}
			p.Queries = append(p.Queries, query)
		}
	}
	k := *e.k
	k.t = t.offer
	q, err := k.partQuery(&p)
	if err != nil {
		return inFilter(t.Name, err)
	}
	for _, typ := range q.Types() {
		if err := k.mayLookInto(typ); err != nil {
			return err
		}
	}
	w.Parts = append(w.Parts, p)
	return nil
}

// inFilter places a fault of a query in the parameter it came with.
func inFilter(typ string, err error) error {
	var fault *core.Error
	if !errors.As(err, &fault) || fault.Code != core.Invalid {
		return err
	}
	return core.ErrorAt(core.Invalid, "_typeFilter", "%s", strings.Join([]string{typ, fault.Path, fault.Message}, ": "))
}

// orOne gives one empty text for no texts.
func orOne(list []string) []string {
	if len(list) == 0 {
		return []string{""}
	}
	return list
}

// query joins a filter with what the export asks of every type. param is a parameter that
// refers to people, or the id of people themselves.
func (e *export) query(filter, param string) (string, error) {
	values, err := url.ParseQuery(filter)
	if err != nil {
		return "", err
	}
	if !e.since.IsZero() {
		values.Add("_lastUpdated", "ge"+e.since.UTC().Format(time.RFC3339Nano))
	}
	people := e.people()
	switch {
	case param == "":
	case people == nil && param != search.ID.Name:
		values.Add(param+":missing", "false")
	case people != nil && param == search.ID.Name:
		values.Add(param, strings.Join(people, ","))
	case people != nil:
		values.Add(param, e.center.Name+"/"+strings.Join(people, ","+e.center.Name+"/"))
	}
	return values.Encode(), nil
}

// people are the ids of the people the export is about, nil for all. An id nobody has
// stands for nobody.
func (e *export) people() []string {
	switch {
	case e.only == nil:
		return e.picked
	case e.picked == nil:
		return orNobody(e.only)
	}
	return orNobody(slices.DeleteFunc(slices.Clone(e.picked), func(id string) bool { return !slices.Contains(e.only, id) }))
}

func orNobody(ids []string) []string {
	if len(ids) == 0 {
		return []string{"nobody"}
	}
	return ids
}

// mayExport asks whether the caller may read and search the type.
func (k *call) mayExport(o *offer) error {
	if k.s.base.Authorize == nil {
		return nil
	}
	for _, i := range []Interaction{SearchType, Read} {
		if i == Read && o.reader == nil {
			continue
		}
		if err := k.s.base.Authorize(k.ctx, o.Name, i); err != nil {
			return err
		}
	}
	return nil
}

// unknown refuses what was asked of types that are not exported here.
func (e *export) unknown() error {
	asked := map[string][]string{"_type": e.types}
	for typ := range e.filters {
		asked["_typeFilter"] = append(asked["_typeFilter"], typ)
	}
	for typ := range e.elements {
		if typ != "" {
			asked["_elements"] = append(asked["_elements"], typ)
		}
	}
	for _, parameter := range []string{"_type", "_typeFilter", "_elements"} {
		slices.Sort(asked[parameter])
		for _, typ := range asked[parameter] {
			known := slices.ContainsFunc(e.around, func(t exportType) bool { return t.Name == typ })
			if !known && !e.k.prefer.lenient {
				return core.ErrorAt(core.Invalid, parameter, "%s is not exported here", typ)
			}
		}
	}
	return nil
}
