package rest

import (
	"context"
	"time"

	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/search"
)

// Type is what a server offers of one resource type. Its interactions are the interfaces
// below that it also implements; the CapabilityStatement is made from the same.
type Type interface {
	Definition() *Definition
}

// Definition describes a resource type to clients and to the search parser.
type Definition struct {
	Name          string         // "Patient"
	Profile       string         // canonical of the profile every instance conforms to, or ""
	Supported     []string       // canonicals of further profiles
	Params        []search.Param // beside _id and _lastUpdated, which every type has
	Documentation string         // one paragraph in markdown
	ServerAssigns []string       // elements a client's value is ignored for, such as "id"
	Topics        []string       // canonicals of the topics that can be subscribed to, of Subscription
}

// Reader reads the current version of an instance.
// Errors: core.NotFound, core.Gone.
// https://hl7.org/fhir/R4/http.html#read
type Reader interface {
	Read(ctx context.Context, id string) (*fhir.Entry, error)
}

// BatchReader reads several instances in a constant number of statements, for _include.
// Ids that are not there, or not in scope, are left out.
type BatchReader interface {
	ReadAll(ctx context.Context, ids []string) ([]*fhir.Entry, error)
}

// VersionReader reads one version of an instance.
// Errors: core.NotFound; core.Gone when that version is the deletion.
// https://hl7.org/fhir/R4/http.html#vread
type VersionReader interface {
	ReadVersion(ctx context.Context, id, version string) (*fhir.Entry, error)
}

// Historian lists the versions of an instance, the newest first. Of the page, Next need
// only be non-empty when there is more and no Total; the engine counts the offset itself.
// Errors: core.NotFound.
// https://hl7.org/fhir/R4/http.html#history
type Historian interface {
	History(ctx context.Context, id string, q HistoryQuery) (*Page, error)
}

// HistoryQuery narrows a history.
type HistoryQuery struct {
	Count  int       // entries a page, at least 1
	Offset int       // entries to pass over
	Since  time.Time // zero for all

	// With High set, only versions in force at some moment from Low to before High.
	Low, High time.Time
}

// ChangeLister lists what happened to all instances of a type. A type whose instances are
// kept in several places lists each of them apart; the engine joins the lists. One that
// keeps no versions lists nothing.
// https://hl7.org/fhir/R4/http.html#history
type ChangeLister interface {
	Changes() []Changes
}

// Changes gives at most Count changes, the newest first. Errors: core.Invalid for a cursor
// that is none.
type Changes func(ctx context.Context, q ChangesQuery) ([]Change, error)

// Change is a version of an instance, or its deletion.
type Change struct {
	*fhir.Entry
	Cursor string // to go on behind it
}

// ChangesQuery narrows a list of changes.
type ChangesQuery struct {
	Count     int
	Since     time.Time // not before; zero for all
	Until     time.Time // not after, or before when Before is set; zero for all
	Before    bool
	Low, High time.Time // as in HistoryQuery
	Author    string    // only what he made; "" for all
	Cursor    string    // of the last change seen
}

// ManyHistorian lists all versions of several instances in a constant number of statements;
// those of one instance together, the newest first. What is not there, or not in scope, is
// left out. A type that can do so for one at a time only gives nil.
type ManyHistorian interface {
	Histories() func(ctx context.Context, ids []string) ([]*fhir.Entry, error)
}

// Searcher finds instances.
// Errors: core.Invalid for a predicate that cannot be answered; nothing is ever ignored.
// https://hl7.org/fhir/R4/http.html#search
type Searcher interface {
	Search(ctx context.Context, q *search.Query) (*Page, error)
}

// Creator creates an instance under an id of its own choice.
// Errors: core.Unprocessable, core.Conflict, core.Forbidden.
// https://hl7.org/fhir/R4/http.html#create
type Creator interface {
	Create(ctx context.Context, in *fhir.Resource) (*fhir.Entry, error)
}

// IDCreator creates an instance under an id of the client's choice, when a client updates
// one that is not there.
// Errors: as Creator; core.Unprocessable for an id the store cannot take.
// https://hl7.org/fhir/R4/http.html#upsert
type IDCreator interface {
	CreateAs(ctx context.Context, id string, in *fhir.Resource) (*fhir.Entry, error)
}

// Updater replaces an instance. match is checked inside the transaction.
// Errors: as Creator, and core.NotFound, core.Gone, core.PreconditionFailed.
// https://hl7.org/fhir/R4/http.html#update
type Updater interface {
	Update(ctx context.Context, id string, in *fhir.Resource, match Match) (*fhir.Entry, error)
}

// Deleter deletes an instance. Deleting what is deleted already succeeds.
// Errors: core.NotFound, core.Conflict while something refers to it, core.PreconditionFailed.
// https://hl7.org/fhir/R4/http.html#delete
type Deleter interface {
	Delete(ctx context.Context, id string, match Match) error
}

// Center is a type whose instances others are about, as a Patient is. With Reader it offers
// $everything.
// https://hl7.org/fhir/R4/patient-operation-everything.html
type Center interface {
	Around() []Around
}

// Around says how the instances of a type are found that are about one of a Center.
type Around struct {
	Type   string
	Params []string // its search parameters of which any may refer to the Center
	Date   string   // search parameter, or chain of them, of the time of care; "" for what has none
}

// Matcher finds instances that may be the person a resource describes, in a constant number
// of statements; the engine scores them. It offers $match.
// Errors: core.Unprocessable for a description that is not enough to look for.
// https://hl7.org/fhir/R4/patient-operation-match.html
type Matcher interface {
	Candidates(ctx context.Context, described *fhir.Object) ([]*fhir.Entry, error)
}

// Operator offers operations beside the interactions.
// https://hl7.org/fhir/R4/operations.html
type Operator interface {
	Operations() []Operation
}

// Operation is one operation on a resource type, on its instances, or on both.
type Operation struct {
	Name         string // without the dollar: "lookup"
	Definition   string // canonical of its OperationDefinition
	OnType       bool   // [base]/[type]/$name
	OnInstance   bool   // [base]/[type]/[id]/$name
	AffectsState bool   // it may change something, so that it can only be posted

	// Parameters are what it takes and gives, for its OperationDefinition.
	Parameters []OperationParameter

	// Unchecked hands in the posted resource, or the one in a parameter, as a tree that may be
	// no valid FHIR.
	Unchecked bool

	// Documentation is one sentence for the CapabilityStatement.
	Documentation string

	// Run does it. What it gives is the body of the answer: most often a Parameters
	// resource, which has no id and no version.
	// Errors: core.Invalid for parameters it cannot do with; nothing is ever ignored.
	Run func(ctx context.Context, in *Invocation) (*fhir.Entry, error)

	// answer does it in place of Run where the engine itself answers. begins tells that it
	// begins a job, so that it may be got but there is no head of it.
	answer func(k *call, in *Invocation) (*answer, error)
	begins bool
}

// Invocation is what a client asks of an operation.
type Invocation struct {
	ID         string         // of the instance, "" when the type is asked
	Parameters []Parameter    // of the URL, sorted by name, and then of the body
	Resource   *fhir.Resource // what was posted in place of Parameters, nil for nothing

	// Hidden are faults of an unchecked body that its tree does not show; nil for none.
	Hidden error
}

// Parameter is one parameter of an operation; one of its values is set.
type Parameter struct {
	Name     string
	Text     string       // value of a primitive type, as sent
	Value    *fhir.Object // value of a complex type, such as a Coding
	Resource *fhir.Object // a whole resource

	place string // index in the body
}

// Match is the version If-Match names, "" when the request has none.
type Match string

// Page is one page of a search or history.
type Page struct {
	Entries []*fhir.Entry
	Next    string // cursor of the following page, "" when this is the last
	Prev    string // cursor of the page before, "" when this is the first
	Total   *int   // matches in all, nil when not counted
}

// Interaction is the code of an interaction in a CapabilityStatement.
type Interaction string

// The interactions on a type and its instances.
const (
	Read            Interaction = "read"
	VRead           Interaction = "vread"
	HistoryInstance Interaction = "history-instance"
	HistoryType     Interaction = "history-type"
	SearchType      Interaction = "search-type"
	Create          Interaction = "create"
	Update          Interaction = "update"
	Patch           Interaction = "patch"
	Delete          Interaction = "delete"
)

// The interactions on the whole system. Who may post a Bundle also needs the rights of
// what its entries ask.
const (
	HistorySystem Interaction = "history-system"
	Batch         Interaction = "batch"
	Transaction   Interaction = "transaction"
)

// Authorizer says whether the caller in ctx may do that. It answers nil, a
// core.Unauthenticated or a core.Forbidden error.
type Authorizer func(ctx context.Context, typ string, interaction Interaction) error
