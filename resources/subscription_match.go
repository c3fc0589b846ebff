package resources

import (
	"context"
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// shownAs are the resource types that show what an event is about, by the word in front of
// its key. A FHIR type stands for itself.
var shownAs = map[string][]string{
	"Insuree": {"Patient"}, "Family": {"Group"}, "Policy": {"Contract", "Coverage"}, "InsureePolicy": {"Coverage"}, "Claim": {"Claim", "ClaimResponse"},
	"HealthFacility": {"Organization"}, "Item": {"Medication"}, "Service": {"ActivityDefinition"}, "Product": {"InsurancePlan"},
	"Officer": {"Practitioner"}, "ClaimAdmin": {"Practitioner"}, "Payment": {"PaymentReconciliation"},
}

// announced are the resource types whose changes are told.
var announced = func() map[string]bool {
	types := map[string]bool{
		"Patient": true, "Group": true, "Contract": true, "Coverage": true, "Claim": true, "Location": true, "Organization": true, "Medication": true,
		"ActivityDefinition": true, "InsurancePlan": true, "Practitioner": true, "PaymentNotice": true, "Communication": true,
	}
	for _, shown := range shownAs {
		for _, typ := range shown {
			types[typ] = true
		}
	}
	return types
}()

// happening is what an event did to things that are shown as one resource type.
type happening struct {
	typ  string
	gone bool // they were deleted
	ids  []string
}

// happenings takes an event apart: its key says what it is about, and events that tell of
// many things list them in their payload, as ids of that kind or by kind. Those of the
// latter that were deleted have a list of their own.
func happenings(e core.Event) []happening {
	word, id, found := strings.Cut(e.Key, "/")
	if !found || e.Name == "insuree.enquired" { // a question changes nothing
		return nil
	}
	ids := []string{id}
	var listed struct {
		IDs      []string       `json:"ids"`
		Policies []string       `json:"policies"`
		Claims   map[string]any `json:"claims"`

		Changed map[string][]string `json:"changed"`
		Deleted map[string][]string `json:"deleted"`
	}
	if json.Unmarshal(e.Payload, &listed) == nil {
		ids = append(append(ids, listed.IDs...), listed.Policies...)
		for claim := range listed.Claims {
			ids = append(ids, claim)
		}
	}
	list := about(word, strings.HasSuffix(e.Name, ".deleted"), ids)
	for _, word := range slices.Sorted(maps.Keys(listed.Changed)) {
		list = append(list, about(word, false, listed.Changed[word])...)
	}
	for _, word := range slices.Sorted(maps.Keys(listed.Deleted)) {
		list = append(list, about(word, true, listed.Deleted[word])...)
	}
	return list
}

// about gives what happened to things of a kind by the types they are shown as.
func about(word string, gone bool, ids []string) []happening {
	types := shownAs[word]
	if len(ids) == 0 {
		return nil
	}
	if types == nil && announced[word] {
		types = []string{word}
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	var list []happening
	for _, typ := range types {
		list = append(list, happening{typ, gone, ids})
	}
	return list
}

// matchedAtOnce is how many of the things an event is about are looked for in one search.
const matchedAtOnce = 100

// Match queues a notification for every subscription whose criteria a changed resource
// meets, or met before it was deleted, as far as its owner may see it. It is the handler of
// every event.
func (n *Notifier) Match(ctx context.Context, e core.Event) error {
	ctx = core.WithPrincipal(ctx, core.SystemPrincipal)
	for _, h := range happenings(e) {
		wanting, err := persistence.Subscribed(n.env.Store.Read(ctx), h.typ)
		if err == nil && h.typ == "Coverage" && len(wanting) > 0 {
			h.ids, err = covers(n.env.Store.Read(ctx), h.ids)
		}
		if err != nil {
			return err
		}
		for i := range wanting {
			if wants(&wanting[i], e.Name, h.gone) {
				if err := n.match(ctx, &wanting[i], h, e.ID); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// wants tells whether an event can concern a subscription. One to a search hears of no
// deletion: what is gone meets no criteria.
func wants(s *persistence.SubscriptionState, event string, gone bool) bool {
	if s.Topic == "" {
		return !gone
	}
	t := mapping.TopicOf(s.Topic)
	return t != nil && t.Takes(event) // none is one that is offered no more
}

func (n *Notifier) match(ctx context.Context, s *persistence.SubscriptionState, h happening, event string) error {
	x := n.env.Store.Read(ctx)
	row, err := persistence.SubscriptionOf(x, s)
	if err != nil {
		return err
	}
	if row == nil || !row.Expiring.After(x.Now().Time) {
		return nil
	}
	owner, err := n.owner(ctx, s)
	if err != nil {
		return err
	}
	if Authorize(owner, s.Type, rest.SearchType) != nil {
		return nil
	}
	kind := persistence.DeliveryEvent
	if h.gone {
		kind = persistence.DeliveryDeletion
	}
	var found []persistence.Delivery
	for some := range slices.Chunk(h.ids, matchedAtOnce) {
		ids, err := n.matching(owner, s, some, h.gone)
		if err != nil {
			return err
		}
		for _, id := range ids {
			found = append(found, persistence.Delivery{SubscriptionUUID: s.SubscriptionUUID, EventID: event, Entity: s.Type + "/" + id, Kind: kind})
		}
	}
	if len(found) == 0 {
		return nil
	}
	return n.env.Store.Tx(ctx, func(x *persistence.Session) error { return persistence.Queue(x, found...) })
}

// matching gives those of the ids that meet the criteria in the owner's scope or, when they
// are gone, met them.
func (n *Notifier) matching(owner context.Context, s *persistence.SubscriptionState, ids []string, gone bool) ([]string, error) {
	_, query, _ := strings.Cut(s.Criteria, "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, nil // checked when it was made
	}
	q, err := n.env.criteria(s.Type, values)
	if err != nil { // a parameter that is offered no more
		return nil, nil
	}
	found, err := n.env.among(owner, q, ids, gone)
	switch core.CodeOf(err) {
	case core.Invalid, core.Forbidden, core.Unauthenticated: // what was checked when it was made holds no more
		return nil, nil
	}
	return found, err
}

// departing is a type that finds instances that were deleted.
type departing interface {
	departed(ctx context.Context, q *search.Query) ([]string, error)
}

// among gives those of the ids a search finds in the caller's scope, of live instances or
// of those that are gone. What a type cannot tell is not found.
func (e *Environment) among(ctx context.Context, q *search.Query, ids []string, gone bool) ([]string, error) {
	which := search.Clause{Param: &search.ID}
	for _, id := range ids {
		which.Values = append(which.Values, search.Value{Text: id})
	}
	q.Clauses, q.Count = append(q.Clauses, which), len(ids)
	if gone {
		if t, can := e.Types[q.Type].(departing); can {
			return t.departed(ctx, q)
		}
		return nil, nil
	}
	searcher, can := e.Types[q.Type].(rest.Searcher)
	if !can {
		return nil, nil
	}
	page, err := searcher.Search(ctx, q)
	if err != nil {
		return nil, err
	}
	found := make([]string, len(page.Entries))
	for i, entry := range page.Entries {
		found[i] = entry.ID
	}
	return found, nil
}

// owner gives a context in which its owner acts, with the rights he has now; nobody where
// he is gone.
func (n *Notifier) owner(ctx context.Context, s *persistence.SubscriptionState) (context.Context, error) {
	who, err := n.env.Store.Owner(n.env.Store.Read(ctx), s.UserID)
	if err != nil && core.CodeOf(err) != core.NotFound {
		return nil, err
	}
	return core.WithPrincipal(ctx, who), nil
}
