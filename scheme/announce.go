package scheme

import (
	"encoding/json"
	"slices"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// toldAtOnce is how many things one event lists. However much a use case changes, a row of
// the outbox stays small, and who handles it is done before the relay gives it to another.
const toldAtOnce = 500

// announce publishes one event. The payload holds no names.
func announce(x *persistence.Session, name, key string, payload map[string]any) error {
	raw, err := json.Marshal(payload)
	if err != nil {
		return core.Wrap(core.Internal, err, "cannot write the event")
	}
	return x.Publish(core.Event{Name: name, Key: key, UserID: x.Principal().UserID, Payload: raw})
}

// announceMany publishes what happened to many things, an event for each toldAtOnce of
// them: event gives what one says of some. Of nothing there is none.
func announceMany[T any](x *persistence.Session, name string, things []T, event func(some []T) (key string, payload map[string]any)) error {
	for some := range slices.Chunk(things, toldAtOnce) {
		key, payload := event(some)
		if err := announce(x, name, key, payload); err != nil {
			return err
		}
	}
	return nil
}

// upTo takes the next things to tell of off a list.
func upTo(list *[]persistence.UUID) []persistence.UUID {
	some := (*list)[:min(len(*list), toldAtOnce)]
	*list = (*list)[len(some):]
	return some
}
