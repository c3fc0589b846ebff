package rest

import (
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/search"
)

// Base is one FHIR base: a path, the types under it and how it behaves.
type Base struct {
	Path string // where it is mounted, such as "/fhir"
	URL  string // absolute URL clients see it under; "" takes scheme and host of each request

	Types      []Type
	Authorize  Authorizer            // nil lets everybody do everything
	Middleware []echo.MiddlewareFunc // runs before each interaction; its errors become OperationOutcomes
	Habits     Habits

	Software Software
	Security Security

	Count     int            // entries a page when the client does not say; 0 is search.DefaultCount
	MaxCount  int            // greatest page; 0 is search.DefaultMaxCount
	MaxBody   int64          // bytes of a body; 0 is 10 MB
	Total     search.Total   // when the client does not say; "" is accurate
	Zone      *time.Location // zone of search values without one; nil is UTC
	Started   time.Time      // date of the CapabilityStatement; zero is now
	Challenge []string       // WWW-Authenticate of a 401; none is Basic
	Log       *slog.Logger   // where failures are told with their cause; nil is slog.Default

	// Transact makes transactions of the store under the types; nil offers none, and leaves
	// a condition and what follows on it to chance.
	Transact   Transactor
	MaxEntries int // entries of a posted Bundle; 0 is 1000

	// Budget is the time a request that only reads may take; 0 is as long as its context.
	Budget time.Duration

	// Jobs does what is asked asynchronously; nil answers everything at once and offers no
	// $export.
	Jobs *Jobs

	// Judge checks resources against profiles; nil offers no $validate, and takes what
	// resources claim on trust.
	Judge Judge

	// Further URLs the same base is known under, for references clients write.
	Aliases []string
}

// Software says what runs behind the base, for its CapabilityStatement.
type Software struct {
	Name        string
	Version     string
	Description string // of the installation
}

// Security says how clients sign on, for the CapabilityStatement.
type Security struct {
	Description string
	Services    []string // codes of http://terminology.hl7.org/CodeSystem/restful-security-service
}

// Route is one method on one path, and which interaction answers there.
type Route struct {
	Method      string
	Path        string // echo pattern, with the path of the base
	Type        string // resource type, "" for the whole system
	Interaction Interaction
}

// Capabilities is the interaction of /metadata, which is open to everybody.
const Capabilities Interaction = "capabilities"

// Router is what a base can be mounted on: *echo.Echo and *echo.Group are.
type Router interface {
	Add(method, path string, handler echo.HandlerFunc, middleware ...echo.MiddlewareFunc) *echo.Route
}

const (
	defaultMaxBody = 10 << 20

	// maxRelated is how many instances one _revinclude may add to a page.
	maxRelated = 1000
)

// Server serves one base.
type Server struct {
	base   Base
	prefix string // path of the base with that of the group it is mounted on
	types  map[string]*offer
	order  []*offer // as registered
	routes []Route
	caps   *capability
	wake   chan struct{} // tells a worker of a new job

	operations []Operation // on the whole system
}

// offer is a registered type with its interactions taken apart.
type offer struct {
	*Definition
	params    []search.Param
	reader    Reader
	batch     BatchReader
	versions  VersionReader
	historian Historian
	changes   []Changes
	searcher  Searcher
	creator   Creator
	idCreator IDCreator
	updater   Updater
	deleter   Deleter
	center    Center
	matcher   Matcher

	operations []Operation
}

// NewServer checks the base and makes it ready to be mounted.
// Errors: a type that is no resource type of R4, registered twice, or whose parameters
// name no search type.
func NewServer(b Base) (*Server, error) {
	s := &Server{base: b, prefix: strings.TrimSuffix(b.Path, "/"), types: map[string]*offer{}, wake: make(chan struct{}, 1)}
	if b.Jobs != nil {
		jobs := *b.Jobs
		jobs.fill()
		s.base.Jobs = &jobs
	}
	s.base.URL = strings.TrimSuffix(b.URL, "/")
	if s.base.Log == nil {
		s.base.Log = slog.Default()
	}
	if s.base.MaxBody <= 0 {
		s.base.MaxBody = defaultMaxBody
	}
	if s.base.MaxEntries <= 0 {
		s.base.MaxEntries = defaultMaxEntries
	}
	if s.base.Total == "" {
		s.base.Total = search.TotalAccurate
	}
	if s.base.Started.IsZero() {
		s.base.Started = time.Now()
	}
	if len(s.base.Challenge) == 0 {
		s.base.Challenge = []string{`Basic realm="FHIR", charset="UTF-8"`}
	}
	for _, t := range b.Types {
		o, err := offered(t)
		if err != nil {
			return nil, err
		}
		if s.types[o.Name] != nil {
			return nil, core.Errorf(core.Internal, "resource type %s is registered twice", o.Name)
		}
		if b.Judge != nil {
			o.operations = append(o.operations, s.validating(o))
		}
		o.operations = append(o.operations, metas(o)...)
		if p, ok := t.(*provenances); ok {
			p.server = s
		}
		if b.Jobs != nil {
			o.operations = append(o.operations, exporting(o)...)
		}
		s.types[o.Name] = o
		s.order = append(s.order, o)
	}
	for from, to := range b.Habits.CreateAnswers {
		if s.types[from] != nil && (s.types[to] == nil || s.types[to].reader == nil) {
			return nil, core.Errorf(core.Internal, "create of %s is answered with %s, which cannot be read", from, to)
		}
	}
	s.operations = append(s.operations, metaOfAll())
	if b.Jobs != nil {
		s.operations = append(s.operations, exportingAll())
	}
	s.define()
	s.plan()
	s.caps = newCapability(s)
	return s, nil
}

func offered(t Type) (*offer, error) {
	o := &offer{Definition: t.Definition()}
	if o.Definition == nil || !fhir.IsResourceType(o.Name) {
		return nil, core.Errorf(core.Internal, "%T is not of a resource type of FHIR R4", t)
	}
	o.params = append(o.params, o.Params...)
	for _, common := range []search.Param{search.ID, search.LastUpdated} {
		if !hasParam(o.params, common.Name) {
			o.params = append(o.params, common)
		}
	}
	for _, p := range o.params {
		switch p.Type {
		case search.Token, search.String, search.Date, search.Reference, search.Numeric, search.Quantity, search.URI:
		default:
			return nil, core.Errorf(core.Internal, "search parameter %s of %s has the unknown type %q", p.Name, o.Name, p.Type)
		}
	}
	o.reader, _ = t.(Reader)
	o.batch, _ = t.(BatchReader)
	o.versions, _ = t.(VersionReader)
	o.historian, _ = t.(Historian)
	if lister, ok := t.(ChangeLister); ok {
		o.changes = lister.Changes()
	}
	o.searcher, _ = t.(Searcher)
	o.creator, _ = t.(Creator)
	o.idCreator, _ = t.(IDCreator)
	o.updater, _ = t.(Updater)
	o.deleter, _ = t.(Deleter)
	o.center, _ = t.(Center)
	o.matcher, _ = t.(Matcher)
	var err error
	o.operations, err = operations(t, o.Name)
	if o.center != nil && o.reader != nil {
		o.operations = append(o.operations, gatheringEverything(o))
	}
	if o.matcher != nil {
		o.operations = append(o.operations, matching(o))
	}
	return o, err
}

func hasParam(params []search.Param, name string) bool {
	for i := range params {
		if params[i].Name == name {
			return true
		}
	}
	return false
}

// params gives the search parameters of a registered type, as the parser asks for them.
func (s *Server) params(name string) ([]search.Param, bool) {
	if o := s.types[name]; o != nil {
		return o.params, true
	}
	return nil, false
}

// plan lists the routes of the base.
func (s *Server) plan() {
	s.route("", Capabilities, "/metadata", http.MethodGet, http.MethodHead)
	s.route("", Capabilities, "", http.MethodOptions)
	s.route("", Batch, "", http.MethodPost)
	s.route("", HistorySystem, "/_history", http.MethodGet, http.MethodHead)
	for i := range s.operations {
		op := &s.operations[i]
		s.route("", op.Interaction(), "/$"+op.Name, op.methods()...)
	}
	s.planJobs()
	for _, o := range s.order {
		typ, instance := "/"+o.Name, "/"+o.Name+"/:id"
		if o.searcher != nil {
			s.route(o.Name, SearchType, typ, http.MethodGet, http.MethodHead)
			s.route(o.Name, SearchType, typ+"/_search", http.MethodPost)
		}
		if o.creator != nil {
			s.route(o.Name, Create, typ, http.MethodPost)
		}
		if o.reader != nil {
			s.route(o.Name, Read, instance, http.MethodGet, http.MethodHead)
		}
		if o.updater != nil {
			s.route(o.Name, Update, instance, http.MethodPut)
		}
		if o.patches() {
			s.route(o.Name, Patch, instance, http.MethodPatch)
		}
		if o.deleter != nil {
			s.route(o.Name, Delete, instance, http.MethodDelete)
		}
		s.planConditional(o, typ)
		if o.historian != nil {
			s.route(o.Name, HistoryInstance, instance+"/_history", http.MethodGet, http.MethodHead)
		}
		if len(o.changes) > 0 {
			s.route(o.Name, HistoryType, typ+"/_history", http.MethodGet, http.MethodHead)
		}
		if o.versions != nil {
			s.route(o.Name, VRead, instance+"/_history/:vid", http.MethodGet, http.MethodHead)
		}
		s.planOperations(o)
	}
}

// planConditional lists the routes of interactions that select the instance by criteria.
func (s *Server) planConditional(o *offer, typ string) {
	if o.searcher == nil {
		return
	}
	if o.updater != nil {
		s.route(o.Name, Update, typ, http.MethodPut)
	}
	if o.patches() {
		s.route(o.Name, Patch, typ, http.MethodPatch)
	}
	if o.deleter != nil {
		s.route(o.Name, Delete, typ, http.MethodDelete)
	}
}

// patches tells whether instances can be read and replaced, and so patched.
func (o *offer) patches() bool { return o.reader != nil && o.updater != nil }

func (s *Server) route(typ string, i Interaction, path string, methods ...string) {
	for _, method := range methods {
		s.routes = append(s.routes, Route{method, path, typ, i})
	}
}

// Routes lists every method on every path the base answers, so that a table of rights can
// be compared with it. Paths with the trailing slash of Habits are not listed apart.
func (s *Server) Routes() []Route {
	list := make([]Route, len(s.routes))
	for i, r := range s.routes {
		r.Path = s.prefix + r.Path
		list[i] = r
	}
	return list
}

// handlers say what answers each interaction.
var handlers map[Interaction]func(*call) (*answer, error)

func init() { // an init, since what answers a Bundle looks its entries up here
	handlers = map[Interaction]func(*call) (*answer, error){
		Capabilities: (*call).capability, Read: (*call).read, VRead: (*call).vread,
		HistoryInstance: (*call).history, SearchType: (*call).search, Create: (*call).create,
		Update: (*call).update, Patch: (*call).patch, Delete: (*call).delete, Batch: (*call).process,
		HistoryType: (*call).historyOfType, HistorySystem: (*call).historyOfSystem,
		JobStatus: (*call).jobStatus, JobCancel: (*call).jobCancel, JobFile: (*call).jobFile,
	}
}

// Mount puts the routes of the base on an echo instance or group. Whatever else is asked
// under its path is answered with 404 or 405.
func (s *Server) Mount(on Router) {
	path := strings.TrimSuffix(s.base.Path, "/")
	for _, r := range s.routes {
		handler := s.handler(s.types[r.Type], r.Interaction, s.answering(r))
		mounted := on.Add(r.Method, path+r.Path, handler)
		s.prefix = strings.TrimSuffix(mounted.Path, r.Path)
		if s.base.Habits.TrailingSlash {
			on.Add(r.Method, path+r.Path+"/", handler)
		}
	}
	nothing := s.handler(nil, "", (*call).nothing)
	for _, p := range []string{"", "/*"} {
		on.Add(echo.RouteNotFound, path+p, nothing)
	}
}
