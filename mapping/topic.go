package mapping

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/openimis/openimis-go/fhir"
)

// Backport is where the Subscriptions R5 Backport guide has its profiles and extensions.
// https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/
const Backport = "http://hl7.org/fhir/uv/subscriptions-backport/"

// BackportSubscription is the profile a subscription to a topic claims.
const BackportSubscription = backportStructure + "backport-subscription"

const backportStructure = Backport + "StructureDefinition/"

// Topic is something that happens to resources of one type and can be subscribed to.
type Topic struct {
	Name     string   // such as claim-submitted
	Resource string   // type the events are about
	Events   []string // names of the events that are it; none for every change
}

// Topics are those that are offered: the change of each type whose changes are told, and
// what has events of its own.
var Topics = append(changes("Patient", "Group", "Contract", "Coverage", "Claim", "Location", "Organization", "Medication", "ActivityDefinition",
	"InsurancePlan", "Practitioner", "PaymentNotice", "PaymentReconciliation", "Communication"),
	Topic{"claim-submitted", "Claim", []string{"claim.submitted"}},
	Topic{"claim-processed", "ClaimResponse", []string{"claim.processed", "claim.valuated", "claim.rejected", "batch.run"}},
	Topic{"claim-reviewed", "ClaimResponse", []string{"claim.reviewed"}},
	Topic{"claimresponse-changed", "ClaimResponse", nil},
	Topic{"policy-renewed", "Contract", []string{"policy.renewed"}},
	Topic{"policy-expired", "Contract", []string{"policy.expired"}},
	Topic{"policy-active", "Contract", []string{"policy.active"}},
)

func changes(types ...string) []Topic {
	var list []Topic
	for _, typ := range types {
		list = append(list, Topic{Name: strings.ToLower(typ) + "-changed", Resource: typ})
	}
	return list
}

// URL is the canonical of the topic.
func (t *Topic) URL() string { return Guide + "SubscriptionTopic/" + t.Name }

// Takes tells whether an event is one of the topic.
func (t *Topic) Takes(event string) bool {
	return len(t.Events) == 0 || slices.Contains(t.Events, event)
}

// TopicOf gives the topic with the canonical, nil for none.
func TopicOf(canonical string) *Topic {
	for i := range Topics {
		if Topics[i].URL() == canonical {
			return &Topics[i]
		}
	}
	return nil
}

// TopicURLs are the canonicals of all topics.
func TopicURLs() []string {
	urls := make([]string, len(Topics))
	for i := range Topics {
		urls[i] = Topics[i].URL()
	}
	return urls
}

// Contents are the codes of what a notification holds of what it is about.
var Contents = []string{"empty", "id-only", "full-resource"}

// readTopic reads what the backport adds to a subscription: its criteria are a topic.
func (w *WishedSubscription) readTopic(tree *fhir.Object, fault func(element, format string, args ...any)) {
	if w.Topic = TopicOf(w.Text); w.Topic == nil {
		fault("criteria", "there is no such topic; /metadata lists those there are")
		return
	}
	w.Type, w.Criteria = w.Topic.Resource, url.Values{}
	for _, e := range extensionsOf(tree.Object("_criteria"), "backport-filter-criteria") {
		typ, query, found := strings.Cut(e.String("valueString"), "?")
		values, err := url.ParseQuery(query)
		if !found || err != nil || typ != "" && typ != w.Type {
			fault("criteria.extension", "a filter is a search of the topic's type, such as %s?_id=1", w.Type)
			return
		}
		for name, list := range values {
			w.Criteria[name] = append(w.Criteria[name], list...)
		}
	}
	channel := tree.Object("channel")
	w.Heartbeat = w.seconds(channel, "backport-heartbeat-period", "valueUnsignedInt", 7*24*3600, fault)
	w.Timeout = w.seconds(channel, "backport-timeout", "valueUnsignedInt", 3600, fault)
	w.MaxCount = w.seconds(channel, "backport-max-count", "valuePositiveInt", 1_000_000, fault)
	for _, e := range extensionsOf(channel.Object("_payload"), "backport-payload-content") {
		w.Content = e.String("valueCode")
	}
	if !slices.Contains(Contents, w.Content) {
		fault("channel.payload.extension", "the content is needed as backport-payload-content: %s", strings.Join(Contents, ", "))
	}
	if w.Payload == "" {
		w.Payload = "application/fhir+json"
	}
}

// seconds reads an extension whose value is a whole number, 0 for none.
func (w *WishedSubscription) seconds(channel *fhir.Object, name, value string, most int, fault func(element, format string, args ...any)) int {
	list := extensionsOf(channel, name)
	if len(list) == 0 {
		return 0
	}
	number, _ := list[0].Get(value).(fhir.Number)
	n, err := strconv.Atoi(string(number))
	if err != nil || n < 0 || n > most {
		fault("channel.extension", "%s is a whole number up to %d", name, most)
		return 0
	}
	return n
}

func extensionsOf(of *fhir.Object, name string) []*fhir.Object {
	var list []*fhir.Object
	for _, one := range of.List("extension") {
		if e, ok := one.(*fhir.Object); ok && e.String("url") == backportStructure+name {
			list = append(list, e)
		}
	}
	return list
}
