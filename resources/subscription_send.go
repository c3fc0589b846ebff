package resources

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/persistence"
)

// The pace of notifications.
const (
	notifyPause    = time.Second      // between looks for what is due
	notifyAtOnce   = 64               // calls under way at the same time
	notifyEach     = 4                // of them to one endpoint
	notifyTimeout  = 10 * time.Second // for one call
	notifyLease    = time.Minute      // after which another process tries it
	notifyAttempts = 8                // before the subscription is in error
	notifyFirst    = 30 * time.Second // pause after the first failure; doubled after each
	notifyLongest  = time.Hour
	notifyKeep     = 7 * 24 * time.Hour
	notifyEvents   = 100 // in a notification of a topic
)

// Notifier tells subscribers of changes: it finds whom an event concerns and calls them, at
// least once, each subscription in the order of the events.
type Notifier struct {
	env    *Environment
	client *http.Client
	log    *slog.Logger

	mu    sync.Mutex
	under map[string]int // calls under way, by endpoint
	ended chan struct{}  // tells Run that one has ended
}

// NewNotifier makes a notifier of an environment whose Types are set. Endpoints in private
// networks are called only with private. log may be nil.
func NewNotifier(e *Environment, private bool, log *slog.Logger) *Notifier {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Notifier{env: e, log: log, under: map[string]int{}, ended: make(chan struct{}, 1), client: &http.Client{
		Transport: outgoing(private), Timeout: notifyTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Run sends what is due until the context ends. It waits for no call before it begins the
// next, so that a slow endpoint delays only what goes to it.
func (n *Notifier) Run(ctx context.Context) {
	ctx = core.WithPrincipal(ctx, core.SystemPrincipal)
	var calls sync.WaitGroup
	defer calls.Wait()
	failed := func(err error) {
		if err != nil && ctx.Err() == nil {
			n.log.WarnContext(ctx, "a notification was not settled", "error", err)
		}
	}
	cleaned := time.Time{}
	for ctx.Err() == nil {
		begun, err := n.begin(ctx, &calls, failed)
		if err != nil && ctx.Err() == nil {
			n.log.WarnContext(ctx, "notifications were not sent", "error", err)
		}
		if err := n.Beat(ctx); err != nil && ctx.Err() == nil {
			n.log.WarnContext(ctx, "no heartbeats", "error", err)
		}
		if now := n.env.clock().Now(); now.Sub(cleaned) > time.Hour {
			cleaned = now
			if err := n.env.Store.ForgetDeliveries(ctx, now.Add(-notifyKeep)); err != nil && ctx.Err() == nil {
				n.log.WarnContext(ctx, "notifications were not cleaned", "error", err)
			}
		}
		if begun > 0 && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
		case <-n.ended:
		case <-time.After(notifyPause):
		}
	}
}

// SendOnce calls the endpoints of what is due now, one notification for each subscription
// and as many for each endpoint as are called at once, waits for them and gives how many
// there were. An endpoint that fails is not an error of its own.
func (n *Notifier) SendOnce(ctx context.Context) (int, error) {
	ctx = core.WithPrincipal(ctx, core.SystemPrincipal)
	var calls sync.WaitGroup
	var mu sync.Mutex
	var faults []error
	begun, err := n.begin(ctx, &calls, func(err error) {
		mu.Lock()
		defer mu.Unlock()
		faults = append(faults, err)
	})
	calls.Wait()
	return begun, errors.Join(append(faults, err)...)
}

// begin begins to call the endpoints of what is due, as far as there is room, and gives how
// many. Each call is told to settled when it is over.
func (n *Notifier) begin(ctx context.Context, calls *sync.WaitGroup, settled func(error)) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	var due []persistence.DueDelivery
	err := n.env.Store.Tx(ctx, func(x *persistence.Session) (err error) {
		due, err = persistence.TakeDeliveries(x, persistence.Calls{Most: notifyAtOnce, Each: notifyEach, Under: n.under}, notifyLease)
		return err
	})
	if err != nil {
		return 0, err
	}
	for i := range due {
		n.under[due[i].Endpoint]++
		calls.Go(func() {
			settled(n.deliver(ctx, &due[i].Delivery))
			n.end(due[i].Endpoint)
		})
	}
	return len(due), nil
}

// end makes room for another call to the endpoint.
func (n *Notifier) end(endpoint string) {
	n.mu.Lock()
	if n.under[endpoint]--; n.under[endpoint] == 0 {
		delete(n.under, endpoint)
	}
	n.mu.Unlock()
	select {
	case n.ended <- struct{}{}:
	default:
	}
}

// deliver makes one attempt and writes what became of it. Where the process is stopped in
// between, the lease runs out and it is made again.
func (n *Notifier) deliver(ctx context.Context, d *persistence.Delivery) error {
	x := n.env.Store.Read(ctx)
	states, err := persistence.SubscriptionStates(x, []persistence.UUID{d.SubscriptionUUID})
	if err != nil {
		return err
	}
	row, err := persistence.One[persistence.Subscription](x, d.SubscriptionUUID)
	if err != nil && core.CodeOf(err) != core.Gone && core.CodeOf(err) != core.NotFound {
		return err
	}
	state := states[d.SubscriptionUUID]
	if state == nil || row == nil {
		return nil
	}
	var more []persistence.Delivery
	if state.Topic != "" && d.OfEvent() {
		if more, err = persistence.Following(x, d, min(state.MaxCount, notifyEvents)-1); err != nil {
			return err
		}
	}
	fault := n.call(ctx, row, state, d, more)
	if ctx.Err() != nil {
		return nil
	}
	return n.settle(ctx, d, more, state, fault)
}

// settle writes the outcome of an attempt. The first success makes a subscription active;
// too many failures of one notification put it into error, and the notification waits
// until the subscription is asked for again.
func (n *Notifier) settle(ctx context.Context, d *persistence.Delivery, more []persistence.Delivery, s *persistence.SubscriptionState, fault error) error {
	before, text := s.State, ""
	d.State = persistence.OutboxDone
	if s.Fault = ""; fault == nil {
		s.State = persistence.SubscriptionActive
	} else {
		text = fault.Error()
		s.Fault, d.State = text, persistence.OutboxOpen
		pause := min(notifyLongest, notifyFirst<<min(d.Attempts-1, 20))
		d.Due = n.env.clock().Now().Add(pause).UnixMilli()
		if d.Attempts >= notifyAttempts {
			s.State = persistence.SubscriptionError
			n.log.WarnContext(ctx, "subscription in error", "subscription", s.SubscriptionUUID, "error", fault)
		}
	}
	return n.env.Store.Tx(ctx, func(x *persistence.Session) error {
		if err := persistence.SettleDelivery(x, d, more, text); err != nil {
			return err
		}
		return persistence.MoveSubscription(x, s, before)
	})
}

// call sends one notification. What its owner no longer sees is not sent, and counts as
// done.
func (n *Notifier) call(ctx context.Context, row *persistence.Subscription, s *persistence.SubscriptionState, d *persistence.Delivery, more []persistence.Delivery) error {
	body, err := n.body(ctx, s, d, more)
	switch core.CodeOf(err) {
	case core.NotFound, core.Gone, core.Forbidden, core.Unauthenticated:
		return nil
	}
	if err != nil {
		return errors.New("the resource could not be read")
	}
	longest := notifyTimeout
	if asked := time.Duration(s.Timeout) * time.Second; asked > 0 {
		longest = min(longest, asked)
	}
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, row.Endpoint, bytes.NewReader(body))
	if err != nil {
		return errors.New("the endpoint is no address")
	}
	if err := n.address(request, s, d, body); err != nil {
		return err
	}
	answer, err := n.client.Do(request)
	switch {
	case errors.Is(err, errPrivate):
		return errPrivate
	case err != nil:
		return errors.New("the endpoint could not be reached")
	}
	_ = answer.Body.Close() // what it says is nobody's business here
	if answer.StatusCode < 200 || answer.StatusCode > 299 {
		return fmt.Errorf("the endpoint answered %d", answer.StatusCode)
	}
	return nil
}

// body renders the resource as it is now; nothing for a handshake or where no payload is
// wanted. Of a topic it is a Bundle in any case.
func (n *Notifier) body(ctx context.Context, s *persistence.SubscriptionState, d *persistence.Delivery, more []persistence.Delivery) ([]byte, error) {
	if s.Topic != "" {
		return n.notice(ctx, s, d, more)
	}
	if d.Entity == "" {
		return nil, nil
	}
	owner, err := n.owner(ctx, s)
	if err != nil {
		return nil, err
	}
	typ, id, _ := strings.Cut(d.Entity, "/")
	if err := Authorize(owner, typ, rest.Read); err != nil {
		return nil, err
	}
	reader, can := n.env.Types[typ].(rest.Reader)
	if !can {
		return nil, core.Errorf(core.NotFound, "%s is not served here", typ)
	}
	entry, err := reader.Read(owner, id)
	if err != nil || s.Payload == "" {
		return nil, err
	}
	if s.Payload == "application/fhir+xml" {
		return entry.AppendXML([]byte(`<?xml version="1.0" encoding="UTF-8"?>`), fhir.EncodeOptions{})
	}
	return entry.AppendJSON(nil, fhir.EncodeOptions{})
}

// address sets the headers: those of the subscriber, which notification it is and, with a
// secret, the signature over moment and body.
func (n *Notifier) address(r *http.Request, s *persistence.SubscriptionState, d *persistence.Delivery, body []byte) error {
	kept, err := unsealed(n.env.Secret, s)
	if err != nil {
		return errors.New("its headers were kept with another secret of this site: send them again")
	}
	for _, line := range kept.Headers {
		name, value, _ := strings.Cut(line, ":")
		r.Header.Add(strings.TrimSpace(name), strings.TrimSpace(value))
	}
	if len(body) > 0 {
		r.Header.Set("Content-Type", s.Payload)
	}
	r.Header.Set("X-Openimis-Subscription", string(s.SubscriptionUUID))
	r.Header.Set("X-Openimis-Delivery", strconv.FormatInt(d.ID, 10))
	entity := d.Entity
	if s.Topic != "" { // the body says what may be said
		entity = ""
	}
	if entity != "" {
		r.Header.Set("X-Openimis-Resource", entity)
	}
	if kept.Secret != "" {
		at := strconv.FormatInt(n.env.clock().Now().Unix(), 10)
		mac := hmac.New(sha256.New, []byte(kept.Secret))
		fmt.Fprintf(mac, "%s.%d.%s.%s", at, d.ID, entity, body)
		r.Header.Set("X-Openimis-Signature", "t="+at+",v1="+hex.EncodeToString(mac.Sum(nil)))
	}
	return nil
}
