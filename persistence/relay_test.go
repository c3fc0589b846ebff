package persistence_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// stepClock is a clock a test moves.
type stepClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *stepClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *stepClock) step(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func publish(t *testing.T, s *persistence.Store, key string, names ...string) {
	t.Helper()
	tx(t, s, func(x *persistence.Session) error {
		for _, name := range names {
			if err := x.Publish(core.Event{Name: name, Key: key, Payload: json.RawMessage(`{"n":1}`)}); err != nil {
				return err
			}
		}
		return nil
	})
}

func TestEventsGoOutOnceCommittedAndInOrder(t *testing.T) {
	clock := &stepClock{now: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)}
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		ctx := persistencetest.System(t)
		publish(t, s, "Claim/1", "a", "b", "c")
		publish(t, s, "Claim/2", "x")
		s.Tx(ctx, func(x *persistence.Session) error {
			if err := x.Publish(core.Event{Name: "never", Key: "Claim/3"}); err != nil {
				t.Error(err)
			}
			return errors.New("rolled back")
		})
		var got []string
		failures := 2
		deliver := func(ctx context.Context, e core.Event) error {
			if e.Name == "b" && failures > 0 {
				failures--
				if failures == 0 {
					panic("handler bug")
				}
				return errors.New("not now")
			}
			if string(e.Payload) != `{"n":1}` || e.ID == "" || e.UserID != -1 || !e.At.Equal(clock.Now()) && e.Name == "a" {
				t.Errorf("event %+v", e)
			}
			got = append(got, e.Key+" "+e.Name)
			return nil
		}
		for range 12 {
			if _, err := s.RelayOnce(ctx, deliver); err != nil {
				t.Fatal(err)
			}
			clock.step(time.Second)
		}
		want := []string{"Claim/1 a", "Claim/2 x", "Claim/1 b", "Claim/1 c"}
		if !slices.Equal(got, want) {
			t.Errorf("delivered %v, want %v", got, want)
		}
		if n, err := s.RelayOnce(ctx, deliver); n != 0 || err != nil {
			t.Errorf("%d events are left, %v", n, err)
		}
	}, persistencetest.WithClock(clock))
}

func TestALostLeaseIsTakenOver(t *testing.T) {
	clock := &stepClock{now: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)}
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		publish(t, s, "Claim/1", "a")
		dying, die := context.WithCancel(persistencetest.System(t))
		s.RelayOnce(dying, func(context.Context, core.Event) error { die(); return nil })
		seen := 0
		deliver := func(context.Context, core.Event) error { seen++; return nil }
		if s.RelayOnce(t.Context(), deliver); seen != 0 {
			t.Error("an event under lease was delivered by another")
		}
		clock.step(time.Minute)
		if s.RelayOnce(t.Context(), deliver); seen != 1 {
			t.Errorf("an event whose relay died was delivered %d times, want 1", seen)
		}
	}, persistencetest.WithClock(clock))
}

func TestRelaysShareTheWork(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		ctx, stop := context.WithTimeout(t.Context(), 30*time.Second)
		defer stop()
		var mu sync.Mutex
		seen := map[string][]string{}
		total := 0
		deliver := func(_ context.Context, e core.Event) error {
			mu.Lock()
			defer mu.Unlock()
			seen[e.Key] = append(seen[e.Key], e.Name)
			if total++; total == 60 {
				stop()
			}
			return nil
		}
		var group sync.WaitGroup
		for range 3 {
			group.Go(func() {
				if err := s.Relay(ctx, deliver); err != nil {
					t.Error(err)
				}
			})
		}
		for i := range 10 {
			for n := range 6 {
				publish(t, s, fmt.Sprint("key", i), fmt.Sprint(n))
			}
		}
		group.Wait()
		for key, names := range seen {
			if !slices.Equal(names, []string{"0", "1", "2", "3", "4", "5"}) {
				t.Errorf("%s was told %v", key, names)
			}
		}
		if len(seen) != 10 {
			t.Errorf("%d of 10 keys were served", len(seen))
		}
	})
}
