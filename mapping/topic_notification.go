package mapping

import (
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/persistence"
)

// TopicEvent is an event of a subscription to a topic, as it is told.
type TopicEvent struct {
	Number   int64
	At       time.Time
	Entity   string       // such as Claim/1b4e…; "" when it is not told
	Resource *fhir.Object // nil when it is not told
	Gone     bool         // it was deleted
}

// SubscriptionStatus renders the state of a subscription to a topic as Parameters, which
// stand for SubscriptionStatus in R4. kind is handshake, heartbeat, event-notification,
// query-status or query-event. base is the address references start with.
// https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/StructureDefinition-backport-subscription-status-r4.html
func SubscriptionStatus(base, kind string, s *persistence.SubscriptionState, events []TopicEvent) *fhir.Object {
	parameter := []any{
		object("name", "subscription", "valueReference", object("reference", base+"Subscription/"+string(s.SubscriptionUUID))),
		object("name", "topic", "valueCanonical", s.Topic),
		object("name", "status", "valueCode", subscriptionStatus[s.State].Code()),
		object("name", "type", "valueCode", kind),
		object("name", "events-since-subscription-start", "valueString", strconv.FormatInt(s.Events, 10)),
	}
	for _, e := range events {
		part := []any{
			object("name", "event-number", "valueString", strconv.FormatInt(e.Number, 10)),
			object("name", "timestamp", "valueInstant", fhir.FormatInstant(e.At)),
		}
		if e.Entity != "" {
			part = append(part, object("name", "focus", "valueReference", object("reference", base+e.Entity)))
		}
		parameter = append(parameter, object("name", "notification-event", "part", part))
	}
	if s.Fault != "" {
		parameter = append(parameter, object("name", "error", "valueCodeableConcept", object("text", s.Fault)))
	}
	return object("resourceType", "Parameters", "id", uuid.NewString(),
		"meta", object("profile", []any{backportStructure + "backport-subscription-status-r4"}), "parameter", parameter)
}

// TopicNotification renders a notification: a history Bundle whose first entry is the
// status, and whose others are what the events are about.
// https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/StructureDefinition-backport-subscription-notification-r4.html
func TopicNotification(base, kind string, now time.Time, s *persistence.SubscriptionState, events []TopicEvent) *fhir.Object {
	status := SubscriptionStatus(base, kind, s, events)
	entries := []any{object("fullUrl", "urn:uuid:"+status.String("id"), "resource", status,
		"request", object("method", "GET", "url", base+"Subscription/"+string(s.SubscriptionUUID)+"/$status"),
		"response", object("status", "200"))}
	told := map[string]bool{}
	for _, e := range events {
		if e.Entity == "" || told[e.Entity] {
			continue
		}
		told[e.Entity] = true
		method, status := "PUT", "200"
		if e.Gone {
			method, status = "DELETE", "204"
		}
		entry := object("fullUrl", base+e.Entity)
		if e.Resource != nil {
			entry.Set("resource", e.Resource)
		}
		entry.Set("request", object("method", method, "url", e.Entity))
		entry.Set("response", object("status", status))
		entries = append(entries, entry)
	}
	return object("resourceType", "Bundle", "id", uuid.NewString(), "meta", object("profile", []any{backportStructure + "backport-subscription-notification-r4"}),
		"type", "history", "timestamp", fhir.FormatInstant(now), "entry", entries)
}

// SubscriptionStates renders the answer to $status: a set of status Parameters.
func SubscriptionStates(base string, states []*persistence.SubscriptionState) *fhir.Object {
	var entries []any
	for _, s := range states {
		status := SubscriptionStatus(base, "query-status", s, nil)
		entries = append(entries, object("fullUrl", "urn:uuid:"+status.String("id"), "resource", status, "search", object("mode", "match")))
	}
	set := object("resourceType", "Bundle", "type", "searchset", "total", fhir.Number(strconv.Itoa(len(states))))
	if len(entries) > 0 {
		set.Set("entry", entries)
	}
	return set
}
