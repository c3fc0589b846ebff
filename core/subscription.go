package core

import (
	"context"
	"errors"
	"fmt"
)

// Subscription is a module's wish to be told of events after they happened. Modules
// contribute it; the handler must act once by Event.ID.
type Subscription struct {
	Name   string // of the event, such as "claim.submitted"; "" for every event
	Handle EventHandler
}

// Dispatch makes one handler of the subscriptions. An event is handled when every
// subscription did: one that fails has the event handed to all of them again later.
func Dispatch(subscriptions []Subscription) EventHandler {
	return func(ctx context.Context, e Event) error {
		var faults []error
		for _, s := range subscriptions {
			if s.Name != "" && s.Name != e.Name {
				continue
			}
			if err := s.Handle(ctx, e); err != nil {
				faults = append(faults, fmt.Errorf("%s: %w", e.Name, err))
			}
		}
		return errors.Join(faults...)
	}
}
