package core_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/openimis/openimis-go/core"
)

func TestDispatch(t *testing.T) {
	var told []string
	note := func(who string, err error) core.EventHandler {
		return func(_ context.Context, e core.Event) error {
			told = append(told, who+" of "+e.Name)
			return err
		}
	}
	broken := errors.New("broken")
	handle := core.Dispatch([]core.Subscription{
		{Name: "claim.submitted", Handle: note("first", broken)},
		{Name: "claim.submitted", Handle: note("second", nil)},
		{Name: "policy.renewed", Handle: note("third", nil)},
		{Handle: note("all", nil)},
	})
	if err := handle(t.Context(), core.Event{Name: "claim.submitted"}); !errors.Is(err, broken) {
		t.Errorf("error = %v, want that of the first, so that the event comes again", err)
	}
	if want := []string{"first of claim.submitted", "second of claim.submitted", "all of claim.submitted"}; !slices.Equal(told, want) {
		t.Errorf("told %q, want %q: one that fails keeps nobody from hearing", told, want)
	}
	if err := handle(t.Context(), core.Event{Name: "policy.renewed"}); err != nil {
		t.Error(err)
	}
}
