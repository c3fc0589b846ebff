package graphql

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	gql "github.com/graphql-go/graphql"
	"github.com/graphql-go/graphql/language/parser"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/core/security"
	"github.com/openimis/openimis-go/persistence"
)

// The pace of workers.
const (
	carriers      = 4           // mutations carried out at the same time, of one user one
	carryLease    = time.Minute // after which another process takes one over whose worker died
	carryRenew    = 20 * time.Second
	carryPoll     = time.Second // between looks when nobody wakes
	carryPause    = time.Second // after the first failure that may pass; doubled after each
	carryAttempts = 5           // before a mutation is given up
)

// sealedInput is the purpose inputs are sealed for.
const sealedInput = "mutation"

// errBroken is what became of a mutation that broke off.
var errBroken = core.Errorf(core.Internal, "it broke off")

// taskOf makes the task of an input that is to be done later, nil for one that is done at
// once.
func (m *Mutation) taskOf(c *Call, input map[string]any) (*persistence.MutationTask, error) {
	if !c.Later || m.AtOnce {
		return nil, nil
	}
	text, err := json.Marshal(readable(input, func(string) bool { return true }))
	if err != nil {
		return nil, core.Wrap(core.Internal, err, "an input that cannot be written")
	}
	sealed, err := security.Seal(c.Secret, sealedInput, string(text))
	return &persistence.MutationTask{Input: sealed}, err
}

// Work carries out mutations that wait until ctx ends, and finishes those in hand. It looks
// for them when woken, and by itself; woken may be nil.
func (d *Door) Work(ctx context.Context, woken <-chan struct{}) {
	ctx = core.WithPrincipal(ctx, core.SystemPrincipal)
	var all sync.WaitGroup
	for range carriers {
		all.Go(func() {
			for ctx.Err() == nil {
				found, err := d.workOnce(ctx)
				if err != nil && ctx.Err() == nil {
					d.env.Log.WarnContext(ctx, "mutations wait", "error", err)
				}
				if found && err == nil {
					continue
				}
				select {
				case <-ctx.Done():
				case <-woken:
				case <-time.After(carryPoll):
				}
			}
		})
	}
	all.Wait()
}

// workOnce carries out the mutation that has waited longest, if there is one.
func (d *Door) workOnce(ctx context.Context) (found bool, err error) {
	task, err := d.env.Store.TakeMutation(ctx, carryLease)
	if task == nil || err != nil {
		return false, err
	}
	ctx = context.WithoutCancel(ctx) // what is begun is finished
	renewing, stop := context.WithCancel(ctx)
	var renewed sync.WaitGroup
	renewed.Go(func() { d.renew(renewing, task) })
	defer renewed.Wait()
	defer stop()
	fault := d.carry(ctx, task)
	if fault == nil {
		return true, nil
	}
	d.env.Log.WarnContext(ctx, "a mutation was not carried out", "mutation", task.MutationID, "field", task.Field, "attempt", task.Attempts, "error", fault)
	if task.Attempts >= carryAttempts {
		r := newRequest(d.env)
		r.task = task
		return true, d.give(ctx, r, fault)
	}
	return true, d.env.Store.KeepMutation(ctx, task, carryPause<<(task.Attempts-1), true)
}

// give gives a task up.
func (d *Door) give(ctx context.Context, r *request, fault error) error {
	return (&Change{Call: &Call{request: r, Context: ctx}, log: r.task.Log}).fail(fault)
}

// renew keeps the task from being taken by others.
func (d *Door) renew(ctx context.Context, task *persistence.MutationTask) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(carryRenew):
		}
		if err := d.env.Store.KeepMutation(ctx, task, carryLease, false); err != nil && ctx.Err() == nil {
			d.env.Log.WarnContext(ctx, "a lease was not made longer", "error", err)
		}
	}
}

// carry carries a mutation out with the rights and in the scope its user has now. It gives
// why it is not settled.
func (d *Door) carry(ctx context.Context, task *persistence.MutationTask) error {
	r := newRequest(d.env)
	r.task, r.outcome = task, errBroken
	who, err := d.env.Store.JobOwner(ctx, task.UserID)
	if code := core.CodeOf(err); code == core.NotFound || code == core.Unauthenticated {
		return d.give(ctx, r, core.Errorf(core.Forbidden, "who asked for it is no user any more"))
	}
	if err != nil {
		return err
	}
	ctx = core.WithPrincipal(ctx, who)
	var input map[string]any
	text, err := security.Unseal(d.env.Secret, sealedInput, task.Input)
	if err == nil {
		err = json.Unmarshal([]byte(text), &input)
	}
	field := d.schema.MutationType().Fields()[task.Field]
	if err != nil || field == nil {
		return core.Errorf(core.Internal, "%s cannot be read here: another secret, or a module that is off: %v", task.Field, err)
	}
	document, err := parser.Parse(parser.ParseParams{Source: fmt.Sprintf("mutation ($input: %s) { %s(input: $input) { internalId } }", field.Args[0].Type, task.Field)})
	if err != nil {
		return core.Wrap(core.Internal, err, "no document")
	}
	gql.Execute(gql.ExecuteParams{
		Schema: d.schema, AST: document, Args: map[string]any{"input": input}, Context: context.WithValue(ctx, requestKey{}, r), Root: map[string]any{},
	})
	return r.outcome
}
