package bus_test

import (
	"os"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/core/bus"
)

// Everybody who waits for a topic is woken, by whatever process, and nobody else.
func TestWake(t *testing.T) {
	each(t, func(t *testing.T, open func() *bus.Bus) {
		topic := "openimis-test-" + uuid.NewString()
		sender, other := open(), open()
		first, err := other.Woken(t.Context(), topic)
		if err != nil {
			t.Fatal(err)
		}
		second, err := other.Woken(t.Context(), topic+"-other")
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			sender.Wake(topic)
		}
		select {
		case <-first:
		case <-time.After(30 * time.Second):
			t.Error("nobody was woken")
		}
		if len(second) != 0 {
			t.Error("another topic was woken")
		}
	})
}

// each runs the test on a bus within the process and, where there is one, on RabbitMQ.
func each(t *testing.T, test func(t *testing.T, open func() *bus.Bus)) {
	opener := func(t *testing.T, address string, one *bus.Bus) func() *bus.Bus {
		return func() *bus.Bus {
			if one != nil {
				return one
			}
			b, err := bus.Open(address, nil)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = b.Close() })
			return b
		}
	}
	t.Run("memory", func(t *testing.T) { test(t, opener(t, bus.Memory, opener(t, bus.Memory, nil)())) })
	if address := os.Getenv("OPENIMIS_TEST_AMQP"); address != "" {
		t.Run("amqp", func(t *testing.T) { test(t, opener(t, address, nil)) })
	}
}

func TestOpenRefuses(t *testing.T) {
	for address, want := range map[string]core.Code{"kafka://host": core.Invalid, "": core.Invalid, "amqp://me:hunter2@127.0.0.1:1": core.Unavailable} {
		if b, err := bus.Open(address, nil); core.CodeOf(err) != want || b != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
}
