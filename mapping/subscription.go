package mapping

import (
	"encoding/json"
	"net/url"
	"strings"
	"time"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/persistence"
)

// SecretExtension is the extension of a channel that carries the secret notifications are
// signed with. It is taken and never shown.
const SecretExtension = Guide + "StructureDefinition/subscription-secret"

// forever is when a subscription without an end ends: the column cannot be empty.
var forever = persistence.DateTime{Time: time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)}

// SubscriptionCatalogue is the catalogue of subscriptions.
var SubscriptionCatalogue = &Catalogue{
	Resource: "Subscription", Table: "tblSubscription", UUID: "UUID", Holder: "tblSubscription", HolderKey: "UUID", Changed: "DateUpdated", Profile: structure("openimis-subscription"),
	Attributes: []Attribute{
		{Name: "endpoint", Column: "Endpoint", Element: "channel.endpoint", Search: "url", Kind: search.URI, Writable: true, Required: true,
			Documentation: "The address notifications are sent to."},
		{Name: "channel", Column: "Channel", Element: "channel.type", Search: "type", Kind: search.Token, Writable: true, Required: true,
			System: "http://hl7.org/fhir/subscription-channel-type", Codes: Codes{"rest-hook": {0}}, Documentation: "Always rest-hook."},
		{Name: "status", Column: "Status", Element: "status", Writable: true},
		{Name: "criteria", Column: "Criteria", Element: "criteria", Writable: true, Required: true},
		{Name: "expiring", Column: "Expiring", Element: "end", Writable: true},
	},
}

// WishedSubscription is what a client wants of a subscription.
type WishedSubscription struct {
	Endpoint string
	Type     string     // resource type of the criteria
	Criteria url.Values // its search parameters
	Text     string     // the criteria as sent
	Payload  string     // MIME type, "" for an empty body
	Headers  []string   // lines to be sent along
	Secret   string     // notifications are signed with; "" for none
	Off      bool
	End      *time.Time

	Topic     *Topic // what is subscribed to in place of a search; nil for none
	Content   string // of notifications of a topic
	Heartbeat int    // seconds
	Timeout   int    // seconds
	MaxCount  int    // events a notification may hold
}

// SubscriptionInto reads what a client wants, of the tree what the struct has no place for.
// Errors: core.Unprocessable naming the element.
func SubscriptionInto(in *r4.Subscription, tree *fhir.Object) (*WishedSubscription, error) {
	w := &WishedSubscription{Text: strings.TrimSpace(in.Criteria), Headers: in.Channel.Header, Off: in.Status == r4.SubscriptionStatusOff}
	var faults []*core.Error
	fault := func(element, format string, args ...any) {
		faults = append(faults, core.ErrorAt(core.Unprocessable, "Subscription."+element, format, args...))
	}
	if in.Status == r4.SubscriptionStatusError {
		fault("status", "only the server says that a subscription is in error; ask for requested, active or off")
	}
	if in.Channel.Type != r4.SubscriptionChannelTypeRestHook {
		fault("channel.type", "only rest-hook is offered")
	}
	if w.Endpoint = strings.TrimSpace(plain(in.Channel.Endpoint)); !isEndpoint(w.Endpoint) {
		fault("channel.endpoint", "an address of http or https without user, of 255 characters at most, is needed")
	}
	w.Payload = plain(in.Channel.Payload)
	if strings.Contains(w.Text, "://") {
		w.readTopic(tree, fault)
	} else {
		var query string
		w.Type, query, _ = strings.Cut(w.Text, "?")
		var err error
		if w.Criteria, err = url.ParseQuery(query); err != nil || !fhir.IsResourceType(w.Type) {
			fault("criteria", "a search is needed, such as Claim?status=active, or the canonical of a topic")
		}
	}
	switch w.Payload {
	case "", "application/fhir+json", "application/fhir+xml":
	default:
		fault("channel.payload", "application/fhir+json, application/fhir+xml or nothing is offered")
	}
	for _, line := range w.Headers {
		name, value, found := strings.Cut(line, ":")
		if !found || !isHeaderName(strings.TrimSpace(name)) || strings.ContainsAny(value, "\r\n\x00") {
			fault("channel.header", "a header is written Name: value, and is not one of Host, Content-Type, Content-Length or of this server's own")
			break
		}
	}
	if e, _ := extensionAt(in.Channel.Extension, SecretExtension); e != nil {
		if w.Secret = plain(e.ValueString); len(w.Secret) < 16 || len(w.Secret) > 256 {
			fault("channel.extension", "the secret has 16 to 256 characters")
		}
	}
	if in.End != nil {
		low, _, _, err := fhir.ParseDateTime(*in.End)
		if err != nil || low.Year() > 9000 {
			fault("end", "an instant is needed")
		}
		w.End = &low
	}
	return w, core.Join(faults...)
}

func isEndpoint(text string) bool {
	u, err := url.Parse(text)
	return err == nil && len(text) <= 255 && (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != "" && u.User == nil && u.Fragment == ""
}

func isHeaderName(name string) bool {
	for _, r := range name {
		if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_') {
			return false
		}
	}
	lower := strings.ToLower(name)
	return name != "" && lower != "host" && lower != "content-type" && lower != "content-length" && lower != "transfer-encoding" && lower != "connection" && !strings.HasPrefix(lower, "x-openimis-")
}

// Into writes the wish into the row. The criteria are kept so that the legacy application,
// which takes them for names of columns, does not act on them.
func (w *WishedSubscription) Into(row *persistence.Subscription, wall func(time.Time) persistence.DateTime) error {
	held, err := json.Marshal(map[string]string{"resource": "fhir", "criteria": w.Text})
	if err != nil {
		return core.Wrap(core.Internal, err, "the criteria cannot be written")
	}
	text := string(held)
	row.Endpoint, row.Criteria, row.Expiring = w.Endpoint, &text, forever
	if w.End != nil {
		row.Expiring = wall(*w.End)
	}
	return nil
}

// StateInto writes the wish into what a subscription has beyond the legacy columns.
func (w *WishedSubscription) StateInto(s *persistence.SubscriptionState) {
	s.Type, s.Criteria, s.Payload, s.Topic = w.Type, w.Text, w.Payload, ""
	s.Content, s.Heartbeat, s.Timeout, s.MaxCount = w.Content, w.Heartbeat, w.Timeout, w.MaxCount
	if w.Topic != nil {
		s.Topic, s.Criteria = w.Topic.URL(), w.Type+"?"+w.Criteria.Encode()
	}
}

// subscriptionStatus are the codes of the states.
var subscriptionStatus = map[int]r4.SubscriptionStatus{
	persistence.SubscriptionRequested: r4.SubscriptionStatusRequested, persistence.SubscriptionActive: r4.SubscriptionStatusActive,
	persistence.SubscriptionError: r4.SubscriptionStatusError, persistence.SubscriptionOff: r4.SubscriptionStatusOff,
}

// SubscriptionWord is the code of a state.
func SubscriptionWord(state int) string { return subscriptionStatus[state].Code() }

// SubscriptionOf renders a subscription; state is nil for one of the legacy application,
// which this server shows and does not serve.
func SubscriptionOf(v *View, row *persistence.Subscription, state *persistence.SubscriptionState) *r4.Subscription {
	out := &r4.Subscription{
		Id: pointer(string(row.UUID)), Status: r4.SubscriptionStatusOff,
		Channel: r4.SubscriptionChannel{Type: r4.SubscriptionChannelTypeRestHook, Endpoint: filled(row.Endpoint)},
	}
	if row.Expiring.Year() < forever.Year() {
		out.End = pointer(fhir.FormatInstant(v.Instant(row.Expiring)))
	}
	if state == nil {
		out.Criteria, out.Reason = legacyCriteria(plain(row.Criteria)), "Made by the legacy application"
		if row.Status == 1 {
			out.Status = r4.SubscriptionStatusActive
		}
		return out
	}
	out.Status, out.Criteria, out.Error = subscriptionStatus[state.State], state.Criteria, filled(state.Fault)
	out.Channel.Payload = filled(state.Payload)
	if state.Topic != "" {
		out.Criteria, out.Meta = state.Topic, &r4.Meta{Profile: []string{BackportSubscription}}
	}
	return out
}

// legacyResources are the resource types by the names the legacy application has for them.
var legacyResources = map[string]string{"patient": "Patient", "organisation": "Organization", "invoice": "Invoice"}

// legacyCriteria shows the database look-ups of the legacy application as far as they are
// a search: the resource type and its kind.
func legacyCriteria(text string) string {
	var held map[string]any
	if json.Unmarshal([]byte(text), &held) != nil {
		return "Basic"
	}
	name, _ := held["resource"].(string)
	typ := legacyResources[strings.ToLower(name)]
	if typ == "" {
		return "Basic"
	}
	if kind, _ := held["resource_type"].(string); kind != "" {
		return typ + "?type=" + url.QueryEscape(kind)
	}
	return typ
}
