package resources

import (
	"context"
	"encoding/json"
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
	"Insuree": {"Patient"}, "Family": {"Group"}, "Policy": {"Contract", "Coverage"}, "Claim": {"Claim", "ClaimResponse"},
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

// changed gives the ids of what the event is about, by resource type. Events that tell of
// many things list them in their payload.
func changed(e core.Event) map[string][]string {
	word, id, found := strings.Cut(e.Key, "/")
	if !found || e.Name == "insuree.enquired" { // a question changes nothing
		return nil
	}
	types := shownAs[word]
	if types == nil && announced[word] {
		types = []string{word}
	}
	ids := []string{id}
	var listed struct {
		IDs      []string       `json:"ids"`
		Policies []string       `json:"policies"`
		Claims   map[string]any `json:"claims"`
	}
	if json.Unmarshal(e.Payload, &listed) == nil {
		ids = append(append(ids, listed.IDs...), listed.Policies...)
		for claim := range listed.Claims {
			ids = append(ids, claim)
		}
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	about := map[string][]string{}
	for _, typ := range types {
		about[typ] = ids
	}
	return about
}

// matchedAtOnce is how many of the things an event is about are looked for in one search.
const matchedAtOnce = 100

// Match queues a notification for every subscription whose criteria a changed resource
// meets, as far as its owner may see it. It is the handler of every event.
func (n *Notifier) Match(ctx context.Context, e core.Event) error {
	ctx = core.WithPrincipal(ctx, core.SystemPrincipal)
	for typ, ids := range changed(e) {
		wanting, err := persistence.Subscribed(n.env.Store.Read(ctx), typ)
		if err == nil && typ == "Coverage" && len(wanting) > 0 {
			ids, err = covers(n.env.Store.Read(ctx), ids)
		}
		if err != nil {
			return err
		}
		for i := range wanting {
			if topic := wanting[i].Topic; topic != "" {
				if t := mapping.TopicOf(topic); t == nil || !t.Takes(e.Name) { // offered no more, or something else
					continue
				}
			}
			if err := n.match(ctx, &wanting[i], ids, e.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

func (n *Notifier) match(ctx context.Context, s *persistence.SubscriptionState, ids []string, event string) error {
	x := n.env.Store.Read(ctx)
	var rows []persistence.Subscription
	if err := x.DB().Where(persistence.In(persistence.Column("", "UUID"), []persistence.UUID{s.SubscriptionUUID})).Find(&rows).Error; err != nil {
		return err
	}
	if len(rows) == 0 || rows[0].IsDeleted || !rows[0].Expiring.After(x.Now().Time) {
		return nil
	}
	owner, err := n.owner(ctx, s)
	if err != nil {
		return err
	}
	if Authorize(owner, s.Type, rest.SearchType) != nil {
		return nil
	}
	var found []persistence.Delivery
	for some := range slices.Chunk(ids, matchedAtOnce) {
		entities, err := n.matching(owner, s, some)
		if err != nil {
			return err
		}
		for _, entity := range entities {
			found = append(found, persistence.Delivery{SubscriptionUUID: s.SubscriptionUUID, EventID: event, Entity: entity})
		}
	}
	if len(found) == 0 {
		return nil
	}
	return n.env.Store.Tx(ctx, func(x *persistence.Session) error { return persistence.Queue(x, found...) })
}

// matching gives those of the ids that meet the criteria in the owner's scope.
func (n *Notifier) matching(owner context.Context, s *persistence.SubscriptionState, ids []string) ([]string, error) {
	_, query, _ := strings.Cut(s.Criteria, "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, nil // checked when it was made
	}
	q, err := n.env.criteria(s.Type, values)
	searcher, can := n.env.Types[s.Type].(rest.Searcher)
	if err != nil || !can { // a parameter that is offered no more
		return nil, nil
	}
	which := search.Clause{Param: &search.ID}
	for _, id := range ids {
		which.Values = append(which.Values, search.Value{Text: id})
	}
	q.Clauses, q.Count = append(q.Clauses, which), len(ids)
	page, err := searcher.Search(owner, q)
	switch core.CodeOf(err) {
	case core.Invalid, core.Forbidden, core.Unauthenticated: // what was checked when it was made holds no more
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var entities []string
	for _, entry := range page.Entries {
		entities = append(entities, s.Type+"/"+entry.ID)
	}
	return entities, nil
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
