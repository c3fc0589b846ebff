package resources

import (
	"context"
	"encoding/json"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/core/security"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// subscriptions serves wishes to be told of changes.
type subscriptions struct {
	*table[persistence.Subscription]
}

var _ interface {
	rest.Creator
	rest.Updater
	rest.Deleter
} = subscriptions{}

const aboutSubscriptions = "Wishes to be told over HTTP of changes that match a search (tblSubscription). A new or changed one is requested until its endpoint has answered an empty POST, then active. " +
	"It has the rights and the scope of who made it, who alone sees it beside an administrator. Headers and the signing secret are taken and never shown."

// Subscription serves subscriptions: read, the latest version, search, create, update and
// delete. https://hl7.org/fhir/R4/subscription.html
func Subscription(e *Environment) rest.Type {
	t := newTable(e, mapping.SubscriptionCatalogue, aboutSubscriptions, renderSubscriptions)
	t.definition.Topics, t.definition.Supported = mapping.TopicURLs(), append(t.definition.Supported, mapping.BackportSubscription)
	return subscriptions{t}
}

// renderSubscriptions renders subscriptions with their states, which one statement gives.
func renderSubscriptions(_ context.Context, x *persistence.Session, v *mapping.View, rows []persistence.Subscription) ([]*fhir.Resource, error) {
	ids := make([]persistence.UUID, len(rows))
	for i := range rows {
		ids[i] = rows[i].UUID
	}
	states, err := persistence.SubscriptionStates(x, ids)
	if err != nil {
		return nil, err
	}
	out := make([]*fhir.Resource, len(rows))
	for i := range rows {
		out[i] = &fhir.Resource{Typed: mapping.SubscriptionOf(v, &rows[i], states[rows[i].UUID])}
	}
	return out, nil
}

// Create takes a wish and asks its endpoint whether it listens. Errors: core.Unprocessable
// naming the element; core.Forbidden without the right to search what the criteria name.
func (s subscriptions) Create(ctx context.Context, in *fhir.Resource) (*fhir.Entry, error) {
	wish, err := s.wish(ctx, in)
	if err != nil {
		return nil, err
	}
	return s.write(ctx, func(x *persistence.Session) (*persistence.Subscription, error) {
		row := &persistence.Subscription{Marked: persistence.Marked{UUID: persistence.NewUUID()}, DateValidFrom: x.Now()}
		state := &persistence.SubscriptionState{SubscriptionUUID: row.UUID, UserID: x.Principal().UserID}
		if err := s.put(ctx, x, row, state, wish, in); err != nil {
			return nil, err
		}
		return row, persistence.Insert(x, row)
	})
}

// Update replaces a wish; it is asked anew whether its endpoint listens. What waits to be
// sent is sent then. Errors: as Create.
func (s subscriptions) Update(ctx context.Context, id string, in *fhir.Resource, match rest.Match) (*fhir.Entry, error) {
	wish, err := s.wish(ctx, in)
	if err != nil {
		return nil, err
	}
	return s.write(ctx, func(x *persistence.Session) (*persistence.Subscription, error) {
		row, err := s.one(x, id)
		if err != nil {
			return nil, err
		}
		if err := s.matches(row, match); err != nil {
			return nil, err
		}
		states, err := persistence.SubscriptionStates(x, []persistence.UUID{row.UUID})
		if err != nil {
			return nil, err
		}
		state := states[row.UUID]
		if state == nil { // of the legacy application: whoever changes it takes it over
			state = &persistence.SubscriptionState{SubscriptionUUID: row.UUID, UserID: x.Principal().UserID}
		}
		if err := s.put(ctx, x, row, state, wish, in); err != nil {
			return nil, err
		}
		return row, persistence.Update(x, row)
	})
}

// Delete ends a subscription; what waits to be sent never is.
func (s subscriptions) Delete(ctx context.Context, id string, match rest.Match) error {
	return s.remove(ctx, id, match, func(x *persistence.Session, row *persistence.Subscription) error {
		if err := persistence.Delete(x, row); err != nil {
			return err
		}
		if err := persistence.SetSubscriptionState(x, &persistence.SubscriptionState{SubscriptionUUID: row.UUID, State: persistence.SubscriptionOff}); err != nil {
			return err
		}
		return s.announce(x, "deleted", row)
	})
}

// wish reads what is wanted and checks that the criteria are a search the caller may make.
func (s subscriptions) wish(ctx context.Context, in *fhir.Resource) (*mapping.WishedSubscription, error) {
	typed, ok := in.Typed.(*r4.Subscription)
	if !ok {
		return nil, core.Errorf(core.Invalid, "a Subscription is needed")
	}
	wish, err := mapping.SubscriptionInto(typed, in.Tree)
	if err != nil {
		return nil, err
	}
	if !announced[wish.Type] {
		return nil, core.ErrorAt(core.Unprocessable, "Subscription.criteria", "changes of %s are not told", wish.Type)
	}
	if err := Authorize(ctx, wish.Type, rest.SearchType); err != nil {
		return nil, err
	}
	if err := s.tried(ctx, wish); err != nil {
		return nil, err
	}
	if (len(wish.Headers) > 0 || wish.Secret != "") && len(s.env.Secret) == 0 {
		return nil, core.ErrorAt(core.Unprocessable, "Subscription.channel.header", "this installation has no secret to keep headers with")
	}
	return wish, nil
}

// tried makes the search of the criteria once, since not all that can be read has an answer.
func (s subscriptions) tried(ctx context.Context, wish *mapping.WishedSubscription) error {
	q, err := s.env.criteria(wish.Type, wish.Criteria)
	if searcher, can := s.env.Types[wish.Type].(rest.Searcher); err == nil && can {
		q.Count = 1
		_, err = searcher.Search(ctx, q)
	}
	if core.CodeOf(err) == core.Invalid {
		return core.ErrorAt(core.Unprocessable, "Subscription.criteria", "%s", err)
	}
	return err
}

// channelSecrets is what of a channel is kept encrypted.
type channelSecrets struct {
	Headers []string `json:"headers,omitempty"`
	Secret  string   `json:"secret,omitempty"`
}

const sealedFor = "subscription"

// put writes the wish into the rows and has the endpoint asked. Without headers or secret
// in a replacement those that were given before stay: they cannot be read back.
func (s subscriptions) put(ctx context.Context, x *persistence.Session, row *persistence.Subscription, state *persistence.SubscriptionState, wish *mapping.WishedSubscription, in *fhir.Resource) error {
	if err := wish.Into(row, s.env.Store.Wall); err != nil {
		return err
	}
	wish.StateInto(state)
	state.Fault, state.State = "", persistence.SubscriptionRequested
	row.Status = 0
	if wish.Off {
		state.State = persistence.SubscriptionOff
	}
	if err := s.seal(state, wish); err != nil {
		return err
	}
	if err := persistence.KeepSubscription(x, state); err != nil {
		return err
	}
	if !wish.Off {
		handshake := persistence.Delivery{SubscriptionUUID: row.UUID, EventID: string(persistence.NewUUID()), Kind: persistence.DeliveryHandshake}
		if err := persistence.Queue(x, handshake); err != nil {
			return err
		}
		if err := persistence.Hurry(x, row.UUID); err != nil {
			return err
		}
	}
	withoutSecrets(in.Tree, subscriptionWord(state.State))
	return s.keep(ctx, x, row, in)
}

func (s subscriptions) seal(state *persistence.SubscriptionState, wish *mapping.WishedSubscription) error {
	if len(wish.Headers) == 0 && wish.Secret == "" {
		return nil
	}
	kept, err := unsealed(s.env.Secret, state)
	if err != nil {
		return err
	}
	if len(wish.Headers) > 0 {
		kept.Headers = wish.Headers
	}
	if wish.Secret != "" {
		kept.Secret = wish.Secret
	}
	text, err := json.Marshal(kept)
	if err != nil {
		return core.Wrap(core.Internal, err, "the headers cannot be written")
	}
	state.Sealed, err = security.Seal(s.env.Secret, sealedFor, string(text))
	return err
}

func unsealed(secret []byte, state *persistence.SubscriptionState) (channelSecrets, error) {
	var kept channelSecrets
	if state.Sealed == "" {
		return kept, nil
	}
	text, err := security.Unseal(secret, sealedFor, state.Sealed)
	if err == nil {
		err = json.Unmarshal([]byte(text), &kept)
	}
	return kept, err
}

// subscriptionWord is the code of the state of one that was just written.
func subscriptionWord(state int) string {
	if state == persistence.SubscriptionOff {
		return "off"
	}
	return "requested"
}

// withoutSecrets takes out of what was sent what must not be kept with it: the secrets, and
// what the server says itself.
func withoutSecrets(tree *fhir.Object, status string) {
	if tree == nil {
		return
	}
	tree.Set("status", status)
	tree.Set("error", nil)
	channel := tree.Object("channel")
	if channel == nil {
		return
	}
	for _, name := range []string{"header", "_header"} {
		channel.Set(name, nil)
	}
	var kept []any
	for _, one := range channel.List("extension") {
		if e, ok := one.(*fhir.Object); ok && e.String("url") != mapping.SecretExtension {
			kept = append(kept, e)
		}
	}
	if channel.Set("extension", nil); kept != nil {
		channel.Set("extension", kept)
	}
}

// criteria parses the criteria of a subscription as a search of the type. Errors:
// core.Invalid naming the parameter.
func (e *Environment) criteria(typ string, values map[string][]string) (*search.Query, error) {
	t := e.Types[typ]
	if t == nil {
		return nil, core.Errorf(core.Invalid, "%s is not served here", typ)
	}
	for _, name := range []string{"_count", "_sort", "_include", "_revinclude", "_summary", "_elements", "_total", search.CursorParam} {
		if _, given := values[name]; given {
			return nil, core.ErrorAt(core.Invalid, name, "%s is no criterion", name)
		}
	}
	q, _, err := search.Parse(typ, t.Definition().Params, values, search.Options{
		Zone: e.Store.Timezone(), Total: search.TotalNone, Params: func(name string) ([]search.Param, bool) {
			if other := e.Types[name]; other != nil {
				return other.Definition().Params, true
			}
			return nil, false
		},
	})
	return q, err
}
