package persistence

import (
	"errors"

	"github.com/openimis/openimis-go/core"
)

// Hook is a module's wish to be asked before something happens. Modules contribute it; what
// happens after the fact they hear as a core.Subscription.
type Hook struct {
	Event string // its name, such as "claim.submitted"; "" for every event

	// Before is called in the transaction of the change when all of it is written, and reads
	// and writes there as use cases do. An error takes the change back: a core.Error is what
	// the user reads at whatever door, any other is a fault of the program. It may be called
	// again for a transaction that lost a race.
	Before func(x *Session, e core.Event) error
}

// Ask has the hooks asked before events are published. It is called once, before the store
// is used.
func (s *Store) Ask(hooks []Hook) { s.hooks = hooks }

// errVetoed marks what a hook forbade.
var errVetoed = errors.New("a module forbade it")

// Vetoed tells whether a change failed because a hook forbade it.
func Vetoed(err error) bool { return errors.Is(err, errVetoed) }

// before asks the hooks, each about all the events it is for, in the order in which modules
// depend on each other.
func (x *Session) before(events []core.Event) error {
	for _, hook := range x.store.hooks {
		for _, e := range events {
			if hook.Event != "" && hook.Event != e.Name {
				continue
			}
			if err := hook.Before(x, e); err != nil {
				return veto(e, err)
			}
		}
	}
	return nil
}

// veto gives the error of a hook as the change fails with it. A lost race stays one.
func veto(e core.Event, err error) error {
	var fault *core.Error
	if !errors.As(err, &fault) {
		return core.Wrap(core.Internal, err, "a hook of %s failed", e.Name)
	}
	if fault.Code == core.Internal || fault.Code == core.Unavailable {
		return err
	}
	marked := *fault
	marked.Cause = errVetoed
	return &marked
}
