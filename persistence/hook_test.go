package persistence_test

import (
	"errors"
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// A hook is asked about its events only, with all that was set for them, and takes the
// transaction back with its error.
func TestHook(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		var told core.Event
		var answer error
		s.Ask([]persistence.Hook{{Event: "thing.done", Before: func(_ *persistence.Session, e core.Event) error {
			told = e
			return answer
		}}})
		for _, c := range []struct {
			name, event string
			answer      error
			want        core.Code
			vetoed      bool
		}{
			{"another event", "thing.undone", core.Errorf(core.Conflict, "never"), "", false},
			{"no objection", "thing.done", nil, "", false},
			{"a veto", "thing.done", core.ErrorAt(core.Unprocessable, "thing", "not today"), core.Unprocessable, true},
			{"a fault", "thing.done", errors.New("broken"), core.Internal, false},
			{"the database is away", "thing.done", core.Errorf(core.Unavailable, "away"), core.Unavailable, false},
		} {
			answer, told = c.answer, core.Event{}
			err := s.Tx(persistencetest.System(t), func(x *persistence.Session) error { return x.Publish(core.Event{Name: c.event, Key: "Thing/1"}) })
			if (err == nil) != (c.want == "") || err != nil && core.CodeOf(err) != c.want || persistence.Vetoed(err) != c.vetoed {
				t.Errorf("%s: %v", c.name, err)
			}
			if asked := c.event == "thing.done"; asked != (told.ID != "") || asked && (told.At.IsZero() || told.Key != "Thing/1") {
				t.Errorf("%s: the hook was told %+v", c.name, told)
			}
		}
		var n int64
		if err := s.Read(persistencetest.System(t)).DB().Model(&persistence.Outbox{}).Count(&n).Error; err != nil || n != 2 {
			t.Errorf("%d events are in the outbox, want 2: %v", n, err)
		}
	})
}
