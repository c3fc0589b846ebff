package cmd_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/cmd"
	"github.com/openimis/openimis-go/cmd/server"
	"github.com/openimis/openimis-go/core/bus"
	"github.com/openimis/openimis-go/graphql"
	"github.com/openimis/openimis-go/persistence"
)

// later has mutations wait for workers, over the RabbitMQ there is.
func later(t *testing.T, roles ...string) func(*cmd.Parts) {
	return func(p *cmd.Parts) {
		p.Config.AsyncMutations, p.Config.Roles = true, roles
		if address := os.Getenv("OPENIMIS_TEST_AMQP"); address != "" {
			b, err := bus.Open(address, nil)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = b.Close() })
			p.Bus = b
		}
	}
}

// atWork has processes work until the function it gives is called, which waits for what is
// in hand.
func atWork(processes ...*server.Server) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var all sync.WaitGroup
	for _, s := range processes {
		all.Go(func() { s.Work(ctx) })
	}
	return func() {
		cancel()
		all.Wait()
	}
}

// settled waits until a mutation is settled and gives its state.
func settled(t *testing.T, s http.Handler, id string) any {
	t.Helper()
	for range 600 {
		if found := lines(t, s, id); len(found) == 1 && found[0] != 0.0 {
			return found[0]
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("%s is not settled: %v", id, lines(t, s, id))
	return nil
}

// waiting counts the tasks.
func waiting(t *testing.T, store *persistence.Store) int64 {
	t.Helper()
	var n int64
	if err := store.Read(system()).DB().Model(&persistence.MutationTask{}).Count(&n).Error; err != nil {
		t.Fatal(err)
	}
	return n
}

// A mutation is answered at once and waits, whatever happens to the process that took it, for
// two workers, which do each once and those of one user in their order.
func TestWorkers(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		p := &breaking{}
		front := probingWith(t, store, p, later(t, "fhir", "graphql"))
		if first, again := send(t, front, "w-0", "enterPayer", map[string]any{"name": "Weir 0"}), send(t, front, "w-0", "enterPayer", map[string]any{"name": "Weir 0"}); first == "" || first != again {
			t.Errorf("received: %q and %q", first, again)
		}
		for i := 1; i < 10; i++ {
			send(t, front, fmt.Sprint("w-", i), "enterPayer", map[string]any{"name": fmt.Sprint("Weir ", i)})
		}
		if !alike(lines(t, front, "w-0"), 0.0) || waiting(t, store) != 10 || len(payers(t, front, "Weir")) != 0 {
			t.Errorf("before there is a worker: %v, %d wait, payers %v", lines(t, front, "w-0"), waiting(t, store), payers(t, front, "Weir"))
		}
		if status, fault := mutate(t, front, "Admin:admin123", "changeUserLanguage", map[string]any{"languageId": "fr"}); status != 2 {
			t.Errorf("the language waits for nobody: %v %s", status, fault)
		}
		stop := atWork(probingWith(t, store, p, later(t, "worker")), probingWith(t, store, p, later(t, "worker")))
		defer stop()
		if state := settled(t, front, "w-9"); state != 2.0 || waiting(t, store) != 0 || len(payers(t, front, "Weir")) != 10 {
			t.Errorf("carried out: %v, %d wait, payers %v", state, waiting(t, store), payers(t, front, "Weir"))
		}
		var names []string
		if err := store.Read(system()).DB().Model(&persistence.Payer{}).Where(persistence.Compare(persistence.Column("", "PayerName"), ">=", "Weir")).Where(persistence.Compare(persistence.Column("", "PayerName"), "<", "Weis")).
			Order(clause.OrderByColumn{Column: clause.Column{Name: "PayerID"}}).Pluck("PayerName", &names).Error; err != nil || !slices.IsSorted(names) {
			t.Errorf("the order: %v %v", names, err)
		}
		// A worker that breaks off has it tried again.
		p.fall = true
		send(t, front, "w-b", "enterPayer", map[string]any{"name": "Weir broken"})
		if state := settled(t, front, "w-b"); state != 2.0 || p.fall || len(payers(t, front, "Weir broken")) != 1 {
			t.Errorf("broken off: %v, payers %v", state, payers(t, front, "Weir broken"))
		}
	})
}

// A worker acts for the user as he is when it does, with all of what he sent.
func TestWorkerActsForUser(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		front := probingWith(t, store, &breaking{}, later(t, "fhir", "graphql"))
		user := map[string]any{
			"username": "linus", "lastName": "Lind", "otherNames": "Linus", "password": "Secret-123!", "language": "en", "roles": []int{7}, "districts": []int{}, "userTypes": []string{"INTERACTIVE"},
		}
		send(t, front, "u-1", "createUser", user)
		stop := atWork(probingWith(t, store, &breaking{}, later(t, "worker")))
		if state := settled(t, front, "u-1"); state != 2.0 {
			t.Fatalf("the user: %v", state)
		}
		stop()
		who := "linus:Secret-123!"
		region := at(asked(t, front, "Admin:admin123", `{ locations(type: "R", first: 1) { edges { node { uuid } } } }`, nil), "locations", "edges", "node", "uuid")
		form := func(name string) map[string]any {
			return map[string]any{"name": name, "type": "D", "locationUuid": region}
		}
		if status, _ := mutate(t, front, who, "createPayer", form("Lindwater")); status != 0 {
			t.Fatalf("a payer is entered at once: %v", status)
		}
		if err := store.Tx(system(), func(x *persistence.Session) error {
			return x.DB().Where(persistence.Compare(persistence.Column("", "RoleID"), "=", 7)).Delete(&persistence.UserRole{}).Error
		}); err != nil {
			t.Fatal(err)
		}
		defer atWork(probingWith(t, store, &breaking{}, later(t, "worker")))()
		for range 600 {
			if waiting(t, store) == 0 {
				break
			}
			time.Sleep(50 * time.Millisecond)
		}
		node := at(asked(t, front, who, `{ mutationLogs(first: 1) { edges { node { status error } } } }`, nil), "mutationLogs", "edges", "node")
		if at(node, "status") != 1.0 || len(payers(t, front, "Lindwater")) != 0 {
			t.Errorf("without the right: %v, payers %v", node, payers(t, front, "Lindwater"))
		}
	})
}

// A worker that is stopped finishes what it has in hand, and leaves the rest.
func TestWorkerStops(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		begun, proceed := make(chan struct{}), make(chan struct{})
		p := &breaking{after: func(*graphql.Change) error {
			begun <- struct{}{}
			<-proceed
			return nil
		}}
		front := probingWith(t, store, p, later(t, "fhir", "graphql"))
		send(t, front, "s-1", "enterPayer", map[string]any{"name": "Lock one"})
		send(t, front, "s-2", "enterPayer", map[string]any{"name": "Lock two"})
		stop := atWork(probingWith(t, store, p, later(t, "worker")))
		<-begun
		stopped := make(chan struct{})
		go func() {
			stop()
			close(stopped)
		}()
		time.Sleep(100 * time.Millisecond) // it is told before it goes on
		close(proceed)
		<-stopped
		if !alike(lines(t, front, "s-1"), 2.0) || !alike(lines(t, front, "s-2"), 0.0) || waiting(t, store) != 1 {
			t.Errorf("in hand %v, the next %v, %d wait", lines(t, front, "s-1"), lines(t, front, "s-2"), waiting(t, store))
		}
	})
}
