package resources

import (
	"context"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// kindsOfNotice are the codes of the kinds of notification.
var kindsOfNotice = map[int]string{
	persistence.DeliveryEvent: "event-notification", persistence.DeliveryDeletion: "event-notification", persistence.DeliveryHandshake: "handshake", persistence.DeliveryHeartbeat: "heartbeat",
}

// Beat queues heartbeats of subscriptions that were told nothing for as long as they asked.
func (n *Notifier) Beat(ctx context.Context) error {
	ctx = core.WithPrincipal(ctx, core.SystemPrincipal)
	if due, err := persistence.HeartbeatsDue(n.env.Store.Read(ctx), 1); err != nil || len(due) == 0 {
		return err
	}
	return n.env.Store.Tx(ctx, func(x *persistence.Session) error {
		_, err := persistence.QueueHeartbeats(x, matchedAtOnce)
		return err
	})
}

// notice renders a notification of a topic, in the rights and the scope of its owner.
func (n *Notifier) notice(ctx context.Context, s *persistence.SubscriptionState, d *persistence.Delivery, more []persistence.Delivery) ([]byte, error) {
	owner, err := n.owner(ctx, s)
	if err != nil {
		return nil, err
	}
	var events []mapping.TopicEvent
	told := *s
	switch d.Kind {
	case persistence.DeliveryEvent, persistence.DeliveryDeletion:
		list := append([]persistence.Delivery{*d}, more...)
		if events, err = n.env.topicEvents(owner, s, list, s.Content); err != nil {
			return nil, err
		}
	case persistence.DeliveryHandshake:
		told.State = persistence.SubscriptionRequested
	}
	entry := &fhir.Entry{Resource: &fhir.Resource{Tree: mapping.TopicNotification(n.env.URL+"/", kindsOfNotice[d.Kind], n.env.clock().Now(), &told, events)}}
	if s.Payload == "application/fhir+xml" {
		return entry.AppendXML([]byte(`<?xml version="1.0" encoding="UTF-8"?>`), fhir.EncodeOptions{})
	}
	return entry.AppendJSON(nil, fhir.EncodeOptions{})
}

// topicEvents gives events with as much of what they are about as the content has and the
// caller sees; reading is one set of statements. Errors: core.Forbidden without the right
// to read the type.
func (e *Environment) topicEvents(ctx context.Context, s *persistence.SubscriptionState, list []persistence.Delivery, content string) ([]mapping.TopicEvent, error) {
	if err := Authorize(ctx, s.Type, rest.Read); err != nil {
		return nil, err
	}
	events := make([]mapping.TopicEvent, len(list))
	var ids, gone []string
	for i, d := range list {
		events[i] = mapping.TopicEvent{Number: d.Number, At: time.UnixMilli(d.At).In(e.Store.Timezone()), Gone: d.Kind == persistence.DeliveryDeletion}
		if id := strings.TrimPrefix(d.Entity, s.Type+"/"); events[i].Gone {
			gone = append(gone, id)
		} else {
			ids = append(ids, id)
		}
	}
	reader, can := e.Types[s.Type].(rest.BatchReader)
	if content == "empty" || !can || len(list) == 0 {
		return events, nil
	}
	slices.Sort(ids)
	entries, err := reader.ReadAll(ctx, slices.Compact(ids))
	if err != nil {
		return nil, err
	}
	seen, left := map[string]*fhir.Object{}, map[string]bool{}
	if len(gone) > 0 {
		gone, err = e.among(ctx, &search.Query{Type: s.Type, Total: search.TotalNone}, gone, true)
		if err != nil {
			return nil, err
		}
	}
	for _, id := range gone {
		left[s.Type+"/"+id] = true
	}
	for _, entry := range entries {
		tree, err := entry.Resource.Object(fhir.EncodeOptions{ID: entry.ID, VersionID: entry.VersionID, LastUpdated: entry.LastUpdated})
		if err != nil {
			return nil, err
		}
		seen[s.Type+"/"+entry.ID] = tree
	}
	for i, d := range list {
		tree := seen[d.Entity]
		if events[i].Gone && left[d.Entity] {
			events[i].Entity = d.Entity
		}
		if events[i].Gone || tree == nil {
			continue
		}
		if events[i].Entity = d.Entity; content == "full-resource" {
			events[i].Resource = tree
		}
	}
	return events, nil
}

// covers gives the ids of the covers that policies have and of those with a key, among ids
// of policies and covers and keys of covers.
func covers(x *persistence.Session, ids []string) ([]string, error) {
	var list []string
	for some := range slices.Chunk(ids, matchedAtOnce) {
		var policies []persistence.UUID
		var keys []int
		for _, id := range some {
			if uuid, ok := persistence.ParseUUID(id); ok {
				policies = append(policies, uuid)
			} else if key, err := strconv.Atoi(id); err == nil {
				keys = append(keys, key)
			} else {
				list = append(list, id)
			}
		}
		found, err := persistence.CoversOf(x, policies, keys)
		if err != nil {
			return nil, err
		}
		for _, c := range found {
			list = append(list, mapping.CoverageID(c.Policy.PolicyUUID, c.InsureeID))
		}
	}
	return list, nil
}

// Operations are $status and $events of the backport of subscriptions.
func (s subscriptions) Operations() []rest.Operation {
	const definitions = mapping.Backport + "OperationDefinition/"
	return []rest.Operation{
		{
			Name: "status", Definition: definitions + "backport-subscription-status", OnType: true, OnInstance: true, Run: s.status,
			Parameters: []rest.OperationParameter{
				rest.Takes("id", "id", "Of a subscription; on an instance there is none."), rest.Takes("status", "code", "Only those in this state."),
				rest.Gives("return", "Bundle", "A set of Parameters, one for each subscription.").Needed(),
			},
			Documentation: "The state of subscriptions to topics the caller sees.",
		},
		{
			Name: "events", Definition: definitions + "backport-subscription-events", OnInstance: true, Run: s.events,
			Parameters: []rest.OperationParameter{
				rest.Takes("eventsSinceNumber", "string", "The first number."), rest.Takes("eventsUntilNumber", "string", "The last number."),
				rest.Takes("content", "code", "empty, id-only or full-resource; what the subscription has when there is none."),
				rest.Gives("return", "Bundle", "A notification with the events.").Needed(),
			},
			Documentation: "Events of a subscription to a topic again, at most 100 of those of the last week.",
		},
	}
}

// status answers $status.
func (s subscriptions) status(ctx context.Context, in *rest.Invocation) (*fhir.Entry, error) {
	if err := noResource(in, "id", "status"); err != nil {
		return nil, err
	}
	wanted := map[string]bool{}
	ids, words := []string{}, []string{}
	for _, p := range in.Parameters {
		for _, text := range strings.Split(p.Text, ",") {
			if p.Name == "id" {
				ids = append(ids, strings.TrimPrefix(text, "Subscription/"))
			} else {
				words = append(words, text)
			}
		}
	}
	if in.ID != "" {
		if len(ids) > 0 {
			return nil, core.ErrorAt(core.Invalid, "id", "the address names the subscription already")
		}
		ids = []string{in.ID}
		if _, err := s.Read(ctx, in.ID); err != nil {
			return nil, err
		}
	}
	for _, id := range ids {
		wanted[id] = true
	}
	x := s.env.Store.Read(ctx)
	page, err := persistence.Select[persistence.Subscription](x, persistence.Query{Limit: mostStates})
	if err != nil {
		return nil, err
	}
	var uuids []persistence.UUID
	for i := range page.Rows {
		if id := page.Rows[i].UUID; len(ids) == 0 || wanted[string(id)] {
			uuids = append(uuids, id)
		}
	}
	known, err := persistence.SubscriptionStates(x, uuids)
	if err != nil {
		return nil, err
	}
	var states []*persistence.SubscriptionState
	for _, id := range uuids {
		if state := known[id]; state != nil && state.Topic != "" && (len(words) == 0 || slices.Contains(words, mapping.SubscriptionWord(state.State))) {
			states = append(states, state)
		}
	}
	return &fhir.Entry{Resource: &fhir.Resource{Tree: mapping.SubscriptionStates(s.env.URL+"/", states)}}, nil
}

// mostStates is how many subscriptions $status looks at.
const mostStates = 1000

// events answers $events.
func (s subscriptions) events(ctx context.Context, in *rest.Invocation) (*fhir.Entry, error) {
	if err := noResource(in, "eventsSinceNumber", "eventsUntilNumber", "content"); err != nil {
		return nil, err
	}
	low, err := eventNumber(in, "eventsSinceNumber", 1)
	if err != nil {
		return nil, err
	}
	high, err := eventNumber(in, "eventsUntilNumber", math.MaxInt64)
	if err != nil {
		return nil, err
	}
	content, err := in.Text("content")
	if err != nil {
		return nil, err
	}
	if content != "" && !slices.Contains(mapping.Contents, content) {
		return nil, core.ErrorAt(core.Invalid, "content", "%q is none of %s", content, strings.Join(mapping.Contents, ", "))
	}
	x := s.env.Store.Read(ctx)
	row, err := s.one(x, in.ID)
	if err != nil {
		return nil, err
	}
	states, err := persistence.SubscriptionStates(x, []persistence.UUID{row.UUID})
	if err != nil {
		return nil, err
	}
	state := states[row.UUID]
	if state == nil || state.Topic == "" {
		return nil, core.ErrorAt(core.Unprocessable, "Subscription.criteria", "only events of a subscription to a topic are numbered")
	}
	if content == "" {
		content = state.Content
	}
	list, err := persistence.EventsOf(x, row.UUID, low, high, notifyEvents)
	if err != nil {
		return nil, err
	}
	events, err := s.env.topicEvents(ctx, state, list, content)
	if err != nil {
		return nil, err
	}
	return &fhir.Entry{Resource: &fhir.Resource{Tree: mapping.TopicNotification(s.env.URL+"/", "query-event", s.env.clock().Now(), state, events)}}, nil
}

// eventNumber reads the number of an event. Errors: core.Invalid.
func eventNumber(in *rest.Invocation, name string, otherwise int64) (int64, error) {
	text, err := in.Text(name)
	if err != nil || text == "" {
		return otherwise, err
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return 0, core.ErrorAt(core.Invalid, name, "the number of an event is needed")
	}
	return n, nil
}
