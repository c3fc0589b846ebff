package graphql

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"sync"

	gql "github.com/graphql-go/graphql"
	"github.com/graphql-go/graphql/gqlerrors"
	"github.com/graphql-go/graphql/language/ast"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/core/mail"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// Environment is what the fields stand on: the store and the settings of the installation.
type Environment struct {
	Store            *persistence.Store
	Clock            core.Clock // nil for the machine's
	Log              *slog.Logger
	Rules            scheme.RuleBook
	Numbers          scheme.NumberRule // which insurance numbers are good
	GlobalClaimCodes bool              // whether a claim code is unique among all claims, not only within the facility
	Limits           Limits            // the zero value for DefaultLimits
	Introspection    bool              // whether the schema may be asked for
	Later            bool              // whether mutations wait for a worker
	Secret           []byte            // of the site, to seal what waits and to sign links
	Wake             func()            // wakes workers; nil for nobody
	Mail             *mail.Sender      // sends links for a new password; nil where there is no mail
	PasswordPage     string            // address of the page such a link leads to

	links   chan string // log-in names of who waits for one
	objects map[string]*Object
	exports map[string]Field // by the list they are of
}

// Door answers documents.
type Door struct {
	env       *Environment
	schema    gql.Schema
	documents documents
}

// New makes a door of what modules bring. Errors: core.Internal.
func New(env *Environment, parts []Part) (*Door, error) {
	if env.Limits == (Limits{}) {
		env.Limits = DefaultLimits
	}
	if env.Log == nil {
		env.Log = slog.New(slog.DiscardHandler)
	}
	if env.Clock == nil {
		env.Clock = core.SystemClock{}
	}
	if env.Wake == nil {
		env.Wake = func() {}
	}
	env.links = make(chan string, waitingLinks)
	schema, err := NewSchema(env, parts)
	if err != nil {
		return nil, err
	}
	return &Door{env: env, schema: schema, documents: documents{schema: schema, limits: env.Limits}}, nil
}

// Schema gives the schema, for comparing it with what clients expect.
func (d *Door) Schema() gql.Schema { return d.schema }

// Answer carries out a request body and gives the answer with its HTTP status: 200 for
// what was executed, also where a field failed, 400 for what cannot be read or is not
// valid, 401 where somebody has to sign in, 503 where the database is away.
func (d *Door) Answer(ctx context.Context, body []byte) (status int, answer any) {
	var in struct {
		Query     string         `json:"query"`
		Variables map[string]any `json:"variables"`
	}
	if err := json.Unmarshal(body, &in); err != nil || in.Query == "" {
		return refuse(http.StatusBadRequest, gqlerrors.NewFormattedError("the body is not JSON with a query"))
	}
	document, faults := d.documents.get(in.Query)
	if len(faults) > 0 {
		return refuse(http.StatusBadRequest, faults...)
	}
	if !d.env.Introspection && introspects(document) {
		return refuse(http.StatusBadRequest, gqlerrors.NewFormattedError("the schema is not shown here"))
	}
	r := newRequest(d.env)
	result := gql.Execute(gql.ExecuteParams{
		Schema: d.schema, AST: document, Args: in.Variables, Context: context.WithValue(ctx, requestKey{}, r), Root: map[string]any{},
	})
	switch code := r.worst(); {
	case ctx.Err() != nil:
		return refuse(http.StatusServiceUnavailable, gqlerrors.NewFormattedError("the request took too long"))
	case code == core.Unauthenticated || code == core.Unavailable || code == core.TooMany:
		return refuse(code.Status(), result.Errors...)
	case result.Data == nil && !r.began:
		return refuse(http.StatusBadRequest, result.Errors...) // a variable of the wrong type
	}
	data := result.Data
	if data == nil {
		data = map[string]any{} // the UI reads into it
	}
	out := map[string]any{"data": data}
	if len(result.Errors) > 0 {
		out["errors"] = result.Errors
	}
	return http.StatusOK, out
}

func refuse(status int, faults ...gqlerrors.FormattedError) (int, any) {
	return status, map[string]any{"errors": faults}
}

// introspects tells whether the document asks for the schema. __typename alone is no
// question for it.
func introspects(document *ast.Document) bool {
	for _, definition := range document.Definitions {
		var set *ast.SelectionSet
		switch d := definition.(type) {
		case *ast.OperationDefinition:
			set = d.SelectionSet
		case *ast.FragmentDefinition:
			set = d.SelectionSet
		}
		if asks(set, "__schema", nil) || asks(set, "__type", nil) {
			return true
		}
	}
	return false
}

// asks tells whether a selection has the field, itself or in a fragment.
func asks(set *ast.SelectionSet, name string, fragments map[string]ast.Definition) bool {
	if set == nil {
		return false
	}
	for _, selection := range set.Selections {
		switch s := selection.(type) {
		case *ast.Field:
			if s.Name.Value == name {
				return true
			}
		case *ast.InlineFragment:
			if asks(s.SelectionSet, name, fragments) {
				return true
			}
		case *ast.FragmentSpread:
			if f, ok := fragments[s.Name.Value].(*ast.FragmentDefinition); ok && asks(f.SelectionSet, name, fragments) {
				return true
			}
		}
	}
	return false
}

// Asks tells whether the field's selection has a field of the name.
func (c *Call) Asks(name string) bool {
	for _, field := range c.Info.FieldASTs {
		if asks(field.SelectionSet, name, c.Info.Fragments) {
			return true
		}
	}
	return false
}

// request is one document being executed.
type request struct {
	*Environment
	loaders   map[loaderKey]*loader
	nodes     map[any]string // type names of the rows node(id:) found
	registers *persistence.Registers
	written   map[string]*writtenBatch
	fundings  fundingBatch
	layouts   layoutBatch
	covers    coverBatch
	rows      int
	began     bool
	task      *persistence.MutationTask // what a worker carries out; nil in a request
	outcome   error                     // of the task: nil when it is settled

	mu   sync.Mutex
	code core.Code
}

func newRequest(env *Environment) *request {
	return &request{Environment: env, loaders: map[loaderKey]*loader{}, nodes: map[any]string{}, written: map[string]*writtenBatch{}}
}

type requestKey struct{}

func requestOf(ctx context.Context) *request { return ctx.Value(requestKey{}).(*request) }

// mostRows is how many rows one request may load: lists in lists in lists have no other end.
const mostRows = 50_000

// spend counts rows that were loaded. Errors: core.Invalid when there are too many.
func (r *request) spend(rows int) error {
	if r.rows += rows; r.rows > mostRows {
		return core.Errorf(core.Invalid, "this asks for more than %d rows; ask for fewer at a time", mostRows)
	}
	return nil
}

// Registers gives the registers, the same ones during the whole request.
func (c *Call) Registers() (*persistence.Registers, error) {
	var err error
	if c.request.registers == nil {
		c.request.registers, err = c.Store.Registers(c.Context)
	}
	return c.request.registers, err
}

// failed turns an error into what the client may read, and notes it for the status.
func (r *request) failed(err error) error {
	if err == nil {
		return nil
	}
	code := core.CodeOf(err)
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		code = core.Unavailable
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.code == "" || code == core.Unauthenticated || code == core.Unavailable {
		r.code = code
	}
	return errors.New(r.words(err))
}

// words gives what a client may read of an error.
func (r *request) words(err error) string {
	var fault *core.Error
	if !errors.As(err, &fault) || fault.Code == core.Internal {
		r.Log.Error("internal error", "error", err)
		return "the server failed on this request; its log says more"
	}
	if fault.Path != "" {
		return fault.Path + ": " + fault.Message
	}
	return fault.Message
}

func (r *request) worst() core.Code {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.code
}

// settled gives a value as the library takes it.
func (r *request) settled(value any) any {
	fetch, isLater := value.(later)
	if !isLater {
		return value
	}
	return func() (any, error) {
		value, err := fetch()
		return value, r.failed(err)
	}
}
