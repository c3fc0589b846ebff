package cmd_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/openimis/openimis-go/cmd"
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/core/config"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/modules"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/demo"
	"github.com/openimis/openimis-go/persistence/persistencetest"
	"github.com/openimis/openimis-go/resources"
)

// movable is a clock that stands where it was put.
type movable struct {
	mu sync.Mutex
	at time.Time
}

func (m *movable) Now() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.at
}

func (m *movable) pass(d time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.at = m.at.Add(d)
}

// receiver is an endpoint that remembers what it was told.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	status int
	told   []told
}

type told struct {
	resource, body string
	header         http.Header
}

func newReceiver(t *testing.T) *receiver {
	r := &receiver{status: 200}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, _ := io.ReadAll(q.Body)
		r.mu.Lock()
		defer r.mu.Unlock()
		r.told = append(r.told, told{q.Header.Get("X-Openimis-Resource"), string(body), q.Header})
		w.WriteHeader(r.status)
	}))
	t.Cleanup(r.Close)
	return r
}

// answers sets what it answers from now on, and forgets what it was told.
func (r *receiver) answers(status int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.status, r.told = status, nil
}

func (r *receiver) heard() []told {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]told(nil), r.told...)
}

// notified is a demo with a notifier on a clock that can be moved.
type notified struct {
	t        *testing.T
	server   http.Handler
	store    *persistence.Store
	clock    *movable
	parts    cmd.Parts
	notifier *resources.Notifier
	receiver *receiver
}

func eachNotified(t *testing.T, test func(t *testing.T, n *notified)) {
	clock := &movable{at: time.Now().Truncate(time.Second)}
	persistencetest.Each(t, func(t *testing.T, store *persistence.Store) {
		if _, err := demo.Generate(system(), store, demo.Options{}); err != nil {
			t.Fatal(err)
		}
		n := &notified{t: t, store: store, clock: clock, receiver: newReceiver(t)}
		registry, err := core.NewRegistry(modules.All(), nil)
		if err != nil {
			t.Fatal(err)
		}
		n.parts = cmd.Parts{Config: config.Default(), Secret: []byte(strings.Repeat("s", 32)), Store: store, Registry: registry, Clock: clock}
		n.parts.Config.SubscriptionPrivate = true
		n.server = assemble(t, store, func(p *cmd.Parts) { *p = n.parts })
		n.restart()
		n.run()
		test(t, n)
	}, persistencetest.WithClock(clock))
}

// restart has another process go on.
func (n *notified) restart() {
	var err error
	if n.notifier, err = cmd.Notifier(n.parts); err != nil {
		n.t.Fatal(err)
	}
}

// match hands on what waits in the outbox.
func (n *notified) match() {
	n.t.Helper()
	for {
		done, err := n.store.RelayOnce(system(), n.notifier.Match)
		if err != nil {
			n.t.Fatal(err)
		}
		if done == 0 {
			return
		}
	}
}

// run hands on what waits in the outbox and sends what is due.
func (n *notified) run() {
	n.t.Helper()
	n.match()
	for {
		sent, err := n.notifier.SendOnce(system())
		if err != nil {
			n.t.Fatal(err)
		}
		if sent == 0 {
			return
		}
	}
}

func (n *notified) do(method, path, user, body string, want int) string {
	n.t.Helper()
	w := call{method: method, target: "/fhir/" + path, user: user, body: body, header: map[string]string{"Content-Type": asFHIR}}.on(n.server)
	if w.Code != want {
		n.t.Fatalf("%s %s: %d %s, want %d", method, path, w.Code, w.Body, want)
	}
	return w.Body.String()
}

func (n *notified) wish(criteria, channel string) string {
	return fmt.Sprintf(`{"resourceType":"Subscription","status":"requested","reason":"test","criteria":%q,"channel":{"type":"rest-hook","endpoint":%q%s}}`, criteria, n.receiver.URL, channel)
}

// subscribe makes a subscription and gives its id.
func (n *notified) subscribe(user, criteria, channel string) string {
	n.t.Helper()
	var made struct{ ID, Status string }
	if err := json.Unmarshal([]byte(n.do("POST", "Subscription", user, n.wish(criteria, channel), 201)), &made); err != nil || made.Status != "requested" {
		n.t.Fatalf("%+v, %v", made, err)
	}
	return made.ID
}

// handTo makes a user the owner of all subscriptions.
func (n *notified) handTo(user string) {
	n.t.Helper()
	if err := n.store.Tx(system(), func(x *persistence.Session) error {
		owner, err := n.store.Account(x.Context(), user)
		if err != nil {
			return err
		}
		return x.DB().Model(&persistence.SubscriptionState{}).Where("1 = 1").Updates(map[string]any{"user_id": owner.Principal.UserID}).Error
	}); err != nil {
		n.t.Fatal(err)
	}
}

// running does something while the notifier runs.
func (n *notified) running(during func()) {
	ctx, stop := context.WithCancel(context.Background())
	var runs sync.WaitGroup
	runs.Go(func() { n.notifier.Run(ctx) })
	during()
	stop()
	runs.Wait()
}

// enrol enrols somebody whom the user sees, and gives his id.
func (n *notified) enrol(user string) string {
	n.t.Helper()
	var family struct {
		Entry []struct{ Resource struct{ ID string } }
	}
	_ = json.Unmarshal([]byte(n.do("GET", "Group?_count=1", user, "", 200)), &family)
	var made struct{ ID string }
	_ = json.Unmarshal([]byte(n.do("POST", "Patient", user, `{"resourceType":"Patient","name":[{"family":"Brief","given":["Ann"]}],"birthDate":"1980-05-04","extension":[{"url":"`+
		mapping.Guide+`StructureDefinition/patient-group-reference","valueReference":{"reference":"Group/`+family.Entry[0].Resource.ID+`"}}]}`, 201)), &made)
	n.clock.pass(time.Second)
	return made.ID
}

func (n *notified) status(id string) string {
	n.t.Helper()
	var s struct{ Status, Error string }
	_ = json.Unmarshal([]byte(n.do("GET", "Subscription/"+id, "Admin:admin123", "", 200)), &s)
	return strings.TrimSpace(s.Status + " " + s.Error)
}

// village adds a place and gives its reference.
func (n *notified) village(code string) string {
	n.t.Helper()
	filled := strings.NewReplacer("CS/", mapping.Guide+"CodeSystem/", "WARD", codeOfWard(n.t, n.store))
	body := filled.Replace(`{"resourceType":"Location","identifier":[{"type":{"coding":[{"system":"CS/openimis-identifiers","code":"Code"}]},"value":"` + code + `"}],` +
		`"name":"Newly","status":"active","mode":"instance","physicalType":{"coding":[{"system":"CS/location-type","code":"V"}]},"partOf":{"identifier":{"value":"WARD"}}}`)
	var made struct{ ID string }
	_ = json.Unmarshal([]byte(n.do("POST", "Location", "Admin:admin123", body, 201)), &made)
	n.clock.pass(time.Second)
	return "Location/" + made.ID
}

const withSecret = `,"payload":"application/fhir+json","header":["Authorization: Bearer abc-123"],"extension":[{"url":"` + mapping.SecretExtension + `","valueString":"a secret of some length"}]`

func TestSubscriptionIsTold(t *testing.T) {
	eachNotified(t, func(t *testing.T, n *notified) {
		id := n.subscribe("Admin:admin123", "Location?identifier=SUB1", withSecret)
		if n.run(); n.status(id) != "active" {
			t.Fatalf("after the handshake: %s", n.status(id))
		}
		if heard := n.receiver.heard(); len(heard) != 1 || heard[0].body != "" || heard[0].header.Get("Authorization") != "Bearer abc-123" {
			t.Fatalf("handshake: %+v", heard)
		}
		n.receiver.answers(204)
		place := n.village("SUB1")
		n.village("SUB2") // which the criteria do not name
		n.run()
		heard := n.receiver.heard()
		if len(heard) != 1 || heard[0].resource != place || !strings.Contains(heard[0].body, `"SUB1"`) || heard[0].header.Get("Content-Type") != "application/fhir+json" {
			t.Fatalf("%+v", heard)
		}
		at, signature, _ := strings.Cut(strings.TrimPrefix(heard[0].header.Get("X-Openimis-Signature"), "t="), ",v1=")
		mac := hmac.New(sha256.New, []byte("a secret of some length"))
		fmt.Fprintf(mac, "%s.%s.%s.%s", at, heard[0].header.Get("X-Openimis-Delivery"), place, heard[0].body)
		if signature != hex.EncodeToString(mac.Sum(nil)) {
			t.Errorf("the signature %q is not that of the body", signature)
		}
		for _, path := range []string{"Subscription/" + id, "Subscription?_id=" + id, "Subscription/" + id + "/_history"} {
			if shown := n.do("GET", path, "Admin:admin123", "", 200); strings.Contains(shown, "abc-123") || strings.Contains(shown, "a secret") {
				t.Errorf("%s shows secrets: %s", path, shown)
			}
		}
		var states []persistence.SubscriptionState
		var rows []persistence.Subscription
		_ = n.store.Read(system()).DB().Find(&states)
		_ = n.store.Read(system()).DB().Find(&rows)
		if held := fmt.Sprintf("%+v %s", states, *rows[0].JSONExt); len(states) != 1 || strings.Contains(held, "abc-123") || strings.Contains(held, "a secret") {
			t.Errorf("kept in clear: %s", held)
		}
		n.receiver.answers(200)
		n.do("DELETE", "Subscription/"+id, "Admin:admin123", "", 204)
		n.clock.pass(time.Second)
		n.do("DELETE", place, "Admin:admin123", "", 204)
		n.village("SUB1")
		if n.run(); len(n.receiver.heard()) != 0 {
			t.Errorf("a deleted subscription was told %+v", n.receiver.heard())
		}
	})
}

// What cannot be delivered is tried again, later each time, in order; after too often the
// subscription is in error, and what waits is sent when it is asked for again.
func TestSubscriptionIsToldAgain(t *testing.T) {
	eachNotified(t, func(t *testing.T, n *notified) {
		id := n.subscribe("Admin:admin123", "Location", `,"payload":"application/fhir+xml"`)
		n.run()
		n.receiver.answers(500)
		places := []string{n.village("SUB1"), n.village("SUB2")}
		n.match()
		n.restart() // between the match and the delivery
		n.run()
		if heard := n.receiver.heard(); len(heard) != 1 || heard[0].resource != places[0] {
			t.Fatalf("%+v", heard)
		}
		pause := 30 * time.Second
		for attempt := 2; attempt <= 8; attempt++ {
			n.clock.pass(pause - time.Second)
			if n.run(); len(n.receiver.heard()) != attempt-1 {
				t.Fatalf("attempt %d came too early", attempt)
			}
			n.clock.pass(time.Second)
			if n.run(); len(n.receiver.heard()) != attempt {
				t.Fatalf("attempt %d did not come after %s", attempt, pause)
			}
			pause *= 2
		}
		if got := n.status(id); got != "error the endpoint answered 500" {
			t.Fatalf("%s", got)
		}
		n.clock.pass(24 * time.Hour)
		n.receiver.answers(200)
		if n.run(); len(n.receiver.heard()) != 0 {
			t.Fatalf("a subscription in error was told %+v", n.receiver.heard())
		}
		n.do("PUT", "Subscription/"+id, "Admin:admin123", strings.Replace(n.wish("Location", `,"payload":"application/fhir+xml"`), `{`, `{"id":"`+id+`",`, 1), 200)
		n.run()
		heard := n.receiver.heard()
		if len(heard) != 3 || heard[0].resource != places[0] || heard[1].resource != places[1] || heard[2].resource != "" || !strings.HasPrefix(heard[0].body, "<?xml") || n.status(id) != "active" {
			t.Fatalf("%s, %+v", n.status(id), heard)
		}
	})
}

// A process that dies between taking a notification and writing what became of it loses
// nothing.
func TestSubscriptionSurvivesARestart(t *testing.T) {
	eachNotified(t, func(t *testing.T, n *notified) {
		n.subscribe("Admin:admin123", "Location", "")
		n.run()
		n.receiver.answers(200)
		place := n.village("SUB1")
		n.match()
		var taken []persistence.DueDelivery
		err := n.store.Tx(system(), func(x *persistence.Session) (err error) {
			taken, err = persistence.TakeDeliveries(x, persistence.Calls{Most: 10, Each: 10, Under: map[string]int{}}, time.Minute)
			return err
		})
		if err != nil || len(taken) != 1 {
			t.Fatalf("%+v, %v", taken, err)
		}
		n.restart()
		if n.run(); len(n.receiver.heard()) != 0 {
			t.Fatal("two processes have one notification")
		}
		n.clock.pass(time.Minute)
		if n.run(); len(n.receiver.heard()) != 1 || n.receiver.heard()[0].resource != place || n.receiver.heard()[0].body != "" {
			t.Fatalf("%+v", n.receiver.heard())
		}
		// The same event again, as a relay may hand it on, tells nothing twice.
		var event persistence.Outbox
		_ = n.store.Read(system()).DB().Where(persistence.Compare(persistence.Column("", "event_key"), "=", place)).Take(&event)
		if err := n.notifier.Match(context.Background(), core.Event{ID: event.EventID, Name: event.Name, Key: event.EventKey}); err != nil {
			t.Fatal(err)
		}
		if n.run(); len(n.receiver.heard()) != 1 {
			t.Error("an event was told twice")
		}
	})
}

func TestSubscriptionCriteriaOfEveryType(t *testing.T) {
	eachNotified(t, func(t *testing.T, n *notified) {
		keys := map[string]string{"Patient": "Insuree", "Group": "Family", "Contract": "Policy", "Claim": "Claim", "ClaimResponse": "Claim", "Organization": "HealthFacility",
			"Medication": "Item", "ActivityDefinition": "Service", "InsurancePlan": "Product", "Practitioner": "Officer", "Location": "Location"}
		for typ, word := range keys {
			b := readBundle(t, call{target: "/fhir/" + typ + "?_count=1", user: "Admin:admin123"}.on(n.server))
			id := b.Entry[0].Resource.ID
			s := n.subscribe("Admin:admin123", typ+"?_id="+id, "")
			other := n.subscribe("Admin:admin123", typ+"?_id=6f1c4f9e-0000-4000-8000-000000000000", "")
			n.run()
			n.receiver.answers(200)
			if err := n.store.Tx(system(), func(x *persistence.Session) error {
				return x.Publish(core.Event{Name: "x.changed", Key: word + "/" + id})
			}); err != nil {
				t.Fatal(err)
			}
			if n.run(); len(n.receiver.heard()) != 1 || n.receiver.heard()[0].resource != typ+"/"+id || n.receiver.heard()[0].header.Get("X-Openimis-Subscription") != s {
				t.Errorf("%s: %+v", typ, n.receiver.heard())
			}
			for _, done := range []string{s, other} {
				n.do("DELETE", "Subscription/"+done, "Admin:admin123", "", 204)
			}
		}
	})
}

// A subscription sees what its owner sees, and is seen by him and an administrator.
func TestSubscriptionScope(t *testing.T) {
	eachNotified(t, func(t *testing.T, n *notified) {
		mine := readBundle(t, call{target: "/fhir/Patient?_count=1", user: "EO001:officer123"}.on(n.server)).Entry[0].Resource.ID
		other := readBundle(t, call{target: "/fhir/Patient?_count=1", user: "EO004:officer123"}.on(n.server)).Entry[0].Resource.ID
		n.do("GET", "Patient/"+other, "EO001:officer123", "", 404)
		n.do("POST", "Subscription", "EO001:officer123", n.wish("Patient", ""), 403)
		id := n.subscribe("Admin:admin123", "Patient", "")
		n.handTo("EO001")
		n.run()
		n.receiver.answers(200)
		for _, person := range []string{other, mine} {
			if err := n.store.Tx(system(), func(x *persistence.Session) error {
				return x.Publish(core.Event{Name: "insuree.changed", Key: "Insuree/" + person})
			}); err != nil {
				t.Fatal(err)
			}
		}
		if n.run(); len(n.receiver.heard()) != 1 || n.receiver.heard()[0].resource != "Patient/"+mine {
			t.Errorf("%+v", n.receiver.heard())
		}
		n.do("GET", "Subscription/"+id, "Admin:admin123", "", 200)
	})
}

func TestSubscriptionIsRefused(t *testing.T) {
	eachNotified(t, func(t *testing.T, n *notified) {
		for element, wish := range map[string]string{
			"Subscription.criteria":           n.wish("Nothing?x=1", ""),
			"changes of ValueSet":             n.wish("ValueSet", ""),
			"nothing":                         n.wish("Patient?nothing=1", ""),
			"_sort":                           n.wish("Patient?_sort=_id", ""),
			"starts with no known comparison": n.wish("Patient?birthdate=soon", ""),
			"patient":                         n.wish("Claim?patient=Organization/1", ""),
			"Subscription.channel.type":       strings.Replace(n.wish("Patient", ""), "rest-hook", "email", 1),
			"Subscription.channel.endpoint":   strings.Replace(n.wish("Patient", ""), "http://", "ftp://", 1),
			"Subscription.channel.payload":    n.wish("Patient", `,"payload":"text/plain"`),
			"Subscription.channel.header":     n.wish("Patient", `,"header":["Host: inside"]`),
			"Subscription.status":             strings.Replace(n.wish("Patient", ""), "requested", "error", 1),
			"Subscription.channel.extension":  n.wish("Patient", `,"extension":[{"url":"`+mapping.SecretExtension+`","valueString":"short"}]`),
		} {
			if answer := n.do("POST", "Subscription", "Admin:admin123", wish, 422); !strings.Contains(answer, element) {
				t.Errorf("%s is not named in %s", element, answer)
			}
		}
		n.parts.Config.SubscriptionPrivate = false // this machine is no part of the internet
		n.restart()
		id := n.subscribe("Admin:admin123", "Patient", "")
		if n.run(); len(n.receiver.heard()) != 0 || !strings.Contains(n.status(id), "private network") {
			t.Errorf("%s, %+v", n.status(id), n.receiver.heard())
		}
	})
}
