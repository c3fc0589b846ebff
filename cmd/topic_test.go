package cmd_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

const backport = mapping.Backport + "StructureDefinition/"

// topicWish is a subscription to a topic as a client posts it.
func (n *notified) topicWish(topic, filter, content, channel string) string {
	criteria := ""
	if filter != "" {
		criteria = fmt.Sprintf(`,"_criteria":{"extension":[{"url":%q,"valueString":%q}]}`, backport+"backport-filter-criteria", filter)
	}
	return fmt.Sprintf(`{"resourceType":"Subscription","meta":{"profile":[%q]},"status":"requested","reason":"test","criteria":%q%s,"channel":{"type":"rest-hook","endpoint":%q,`+
		`"payload":"application/fhir+json","_payload":{"extension":[{"url":%q,"valueCode":%q}]}%s}}`,
		mapping.BackportSubscription, mapping.Guide+"SubscriptionTopic/"+topic, criteria, n.receiver.URL, backport+"backport-payload-content", content, channel)
}

func (n *notified) subscribeTopic(topic, filter, content, channel string) string {
	n.t.Helper()
	var made struct{ ID string }
	_ = json.Unmarshal([]byte(n.do("POST", "Subscription", "Admin:admin123", n.topicWish(topic, filter, content, channel), 201)), &made)
	return made.ID
}

// notice is a notification of a topic, as far as tests look at it.
type notice struct {
	Type, Kind, Status, Topic, Since string
	Numbers, Focus, Entries          []string
	Resources                        int
}

func noticeOf(t *testing.T, body string) notice {
	t.Helper()
	var b struct {
		ResourceType, Type string
		Entry              []struct {
			FullURL  string `json:"fullUrl"`
			Resource *struct {
				ResourceType string
				Parameter    []struct {
					Name, ValueCode, ValueCanonical, ValueString string
					Part                                         []struct {
						Name, ValueString string
						ValueReference    struct{ Reference string }
					}
				}
			}
			Request struct{ Method, URL string }
		}
	}
	if err := json.Unmarshal([]byte(body), &b); err != nil || b.ResourceType != "Bundle" || len(b.Entry) == 0 || b.Entry[0].Resource == nil || b.Entry[0].Resource.ResourceType != "Parameters" {
		t.Fatalf("%v: %s", err, body)
	}
	got := notice{Type: b.Type}
	for _, p := range b.Entry[0].Resource.Parameter {
		switch p.Name {
		case "type":
			got.Kind = p.ValueCode
		case "status":
			got.Status = p.ValueCode
		case "topic":
			got.Topic = p.ValueCanonical[strings.LastIndexByte(p.ValueCanonical, '/')+1:]
		case "events-since-subscription-start":
			got.Since = p.ValueString
		case "notification-event":
			for _, part := range p.Part {
				switch part.Name {
				case "event-number":
					got.Numbers = append(got.Numbers, part.ValueString)
				case "focus":
					got.Focus = append(got.Focus, strings.TrimPrefix(part.ValueReference.Reference, "http://127.0.0.1:8000/fhir/"))
				}
			}
		}
	}
	for _, e := range b.Entry[1:] {
		got.Entries = append(got.Entries, strings.TrimPrefix(e.FullURL, "http://127.0.0.1:8000/fhir/"))
		if e.Resource != nil {
			got.Resources++
		}
	}
	return got
}

func (n *notified) expectNotice(what string, want notice) {
	n.t.Helper()
	heard := n.receiver.heard()
	if len(heard) != 1 {
		n.t.Fatalf("%s: %d notifications: %+v", what, len(heard), heard)
	}
	if got := noticeOf(n.t, heard[0].body); fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) || heard[0].resource != "" {
		n.t.Errorf("%s: got  %+v\nwant %+v", what, got, want)
	}
	n.receiver.answers(200)
}

func TestTopicNotifications(t *testing.T) {
	eachNotified(t, func(t *testing.T, n *notified) {
		for content, want := range map[string]struct{ focus, resource bool }{"empty": {}, "id-only": {focus: true}, "full-resource": {true, true}} {
			id := n.subscribeTopic("location-changed", "Location?identifier=T1,T3", content, "")
			n.run()
			n.expectNotice("handshake", notice{Type: "history", Kind: "handshake", Status: "requested", Topic: "location-changed", Since: "0"})
			for _, number := range []int{1, 3} { // the deletion in between is an event too
				n.village("OTHER" + content[:1] + strconv.Itoa(number))
				code := "T" + strconv.Itoa(number)
				place := n.village(code)
				n.run()
				told := notice{Type: "history", Kind: "event-notification", Status: "active", Topic: "location-changed", Since: strconv.Itoa(number), Numbers: []string{strconv.Itoa(number)}}
				if want.focus {
					told.Focus, told.Entries = []string{place}, []string{place}
				}
				if want.resource {
					told.Resources = 1
				}
				n.expectNotice(content, told)
				n.do("DELETE", place, "Admin:admin123", "", 204)
				n.clock.pass(time.Second)
				n.run()
				n.receiver.answers(200)
			}
			n.do("DELETE", "Subscription/"+id, "Admin:admin123", "", 204)
		}
	})
}

func TestTopicSubscriptionReadsBack(t *testing.T) {
	eachNotified(t, func(t *testing.T, n *notified) {
		channel := fmt.Sprintf(`,"extension":[{"url":%q,"valueUnsignedInt":60},{"url":%q,"valueUnsignedInt":5},{"url":%q,"valuePositiveInt":20},{"url":%q,"valueString":"a secret of some length"}]`,
			backport+"backport-heartbeat-period", backport+"backport-timeout", backport+"backport-max-count", mapping.SecretExtension)
		id := n.subscribeTopic("patient-changed", "Patient?gender=female", "id-only", channel)
		shown := n.do("GET", "Subscription/"+id, "Admin:admin123", "", 200)
		for _, want := range []string{`"profile":["` + mapping.BackportSubscription + `"]`, "SubscriptionTopic/patient-changed", `"valueString":"Patient?gender=female"`,
			`"valueUnsignedInt":60`, `"valuePositiveInt":20`, `"valueCode":"id-only"`} {
			if !strings.Contains(shown, want) {
				t.Errorf("%s is not in %s", want, shown)
			}
		}
		if strings.Contains(shown, "a secret") {
			t.Errorf("the secret is shown: %s", shown)
		}
		xml := call{target: "/fhir/Subscription/" + id, user: "Admin:admin123", header: map[string]string{"Accept": "application/fhir+xml"}}.on(n.server).Body.String()
		w := call{method: "POST", target: "/fhir/Subscription", user: "Admin:admin123", header: map[string]string{"Content-Type": "application/fhir+xml"},
			body: strings.NewReplacer(`value="active"`, `value="requested"`, "application/fhir+json", "application/fhir+xml").Replace(xml)}.on(n.server)
		if w.Code != 201 {
			t.Fatalf("in XML: %d %s", w.Code, w.Body)
		}
		n.run()
		if heard := n.receiver.heard(); len(heard) != 2 || !strings.HasPrefix(heard[1].body, "<?xml") && !strings.HasPrefix(heard[0].body, "<?xml") {
			t.Errorf("%+v", heard)
		}
		if metadata := n.do("GET", "metadata", "Admin:admin123", "", 200); !strings.Contains(metadata, "SubscriptionTopic/claim-submitted") || !strings.Contains(metadata, `"name":"status"`) {
			t.Error("/metadata does not tell of the topics")
		}
	})
}

// Events are numbered without a gap, go out many at once where that is asked for, and can be
// asked for again; failures end in error.
func TestTopicEventsAreNumbered(t *testing.T) {
	eachNotified(t, func(t *testing.T, n *notified) {
		id := n.subscribeTopic("location-changed", "", "id-only", fmt.Sprintf(`,"extension":[{"url":%q,"valuePositiveInt":3}]`, backport+"backport-max-count"))
		n.run()
		n.receiver.answers(500)
		var places []string
		for i := range 5 {
			places = append(places, n.village("N"+strconv.Itoa(i)))
		}
		n.run()
		n.receiver.answers(200)
		n.clock.pass(time.Minute)
		n.run()
		heard := n.receiver.heard()
		if len(heard) != 2 {
			t.Fatalf("%+v", heard)
		}
		first, second := noticeOf(t, heard[0].body), noticeOf(t, heard[1].body)
		if !slices.Equal(append(first.Numbers, second.Numbers...), []string{"1", "2", "3", "4", "5"}) || !slices.Equal(append(first.Focus, second.Focus...), places) {
			t.Errorf("%+v %+v", first, second)
		}
		again := noticeOf(t, n.do("GET", "Subscription/"+id+"/$events?eventsSinceNumber=2&eventsUntilNumber=4&content=full-resource", "Admin:admin123", "", 200))
		if again.Kind != "query-event" || !slices.Equal(again.Numbers, []string{"2", "3", "4"}) || again.Resources != 3 || again.Since != "5" {
			t.Errorf("$events: %+v", again)
		}
		if answer := n.do("GET", "Subscription/"+id+"/$events?eventsSinceNumber=x", "Admin:admin123", "", 400); !strings.Contains(answer, "eventsSinceNumber") {
			t.Error(answer)
		}
		n.do("GET", "Subscription/"+id+"/$events?content=all", "Admin:admin123", "", 400)
		n.do("GET", "Subscription/"+id+"/$events", "EO001:officer123", "", 403)
		n.do("GET", "Subscription/6f1c4f9e-0000-4000-8000-000000000000/$status", "Admin:admin123", "", 404)
		n.receiver.answers(500)
		n.village("LAST")
		for range 9 {
			n.run()
			n.clock.pass(2 * time.Hour)
		}
		for _, path := range []string{"Subscription/" + id + "/$status", "Subscription/$status?status=error", "Subscription/$status?id=" + id} {
			if state := noticeOf(t, n.do("GET", path, "Admin:admin123", "", 200)); state.Type != "searchset" || state.Kind != "query-status" || state.Status != "error" || state.Since != "6" {
				t.Errorf("%s: %+v", path, state)
			}
		}
	})
}

func TestTopicHeartbeat(t *testing.T) {
	eachNotified(t, func(t *testing.T, n *notified) {
		beat := func() {
			t.Helper()
			if err := n.notifier.Beat(system()); err != nil {
				t.Fatal(err)
			}
			n.run()
		}
		n.subscribeTopic("location-changed", "", "empty", fmt.Sprintf(`,"extension":[{"url":%q,"valueUnsignedInt":60}]`, backport+"backport-heartbeat-period"))
		n.run()
		n.receiver.answers(200)
		n.clock.pass(59 * time.Second)
		if beat(); len(n.receiver.heard()) != 0 {
			t.Fatalf("too early: %+v", n.receiver.heard())
		}
		n.clock.pass(time.Second)
		beat()
		beat()
		n.expectNotice("heartbeat", notice{Type: "history", Kind: "heartbeat", Status: "active", Topic: "location-changed", Since: "0"})
	})
}

// Topics with events of their own are told of these alone, by whomever they were made.
func TestTopicsOfEvents(t *testing.T) {
	eachNotified(t, func(t *testing.T, n *notified) {
		claim := readBundle(t, call{target: "/fhir/Claim?_count=1", user: "Admin:admin123"}.on(n.server)).Entry[0].Resource.ID
		cover := readBundle(t, call{target: "/fhir/Coverage?_count=1", user: "Admin:admin123"}.on(n.server)).Entry[0].Resource.ID
		for _, topic := range []string{"claim-submitted", "claim-processed", "coverage-changed"} {
			n.subscribeTopic(topic, "", "id-only", "")
		}
		n.run()
		n.receiver.answers(200)
		for _, step := range []struct{ event, key, payload, want string }{
			{"claim.submitted", "Claim/" + claim, "", "claim-submitted Claim/" + claim},
			{"claim.processed", "Claim/" + claim, "", "claim-processed ClaimResponse/" + claim},
			{"batch.run", "BatchRun/1", `{"changed":{"Claim":["` + claim + `"]}}`, "claim-processed ClaimResponse/" + claim},
			{"claim.feedback", "Claim/" + claim, "", ""},
			{"policy.changed", "Policy/" + cover[:36], "", "coverage-changed Coverage/" + cover},
		} {
			if err := n.store.Tx(system(), func(x *persistence.Session) error {
				return x.Publish(core.Event{Name: step.event, Key: step.key, Payload: json.RawMessage(step.payload)})
			}); err != nil {
				t.Fatal(err)
			}
			n.run()
			var told []string
			for _, heard := range n.receiver.heard() {
				got := noticeOf(t, heard.body)
				told = append(told, got.Topic+" "+strings.Join(got.Focus, " "))
			}
			if step.want == "" && len(told) > 0 || step.want != "" && !slices.Contains(told, step.want) || step.event != "policy.changed" && len(told) > 1 {
				t.Errorf("%s: told %q, want %q", step.event, told, step.want)
			}
			n.receiver.answers(200)
		}
	})
}

func TestTopicSubscriptionIsRefused(t *testing.T) {
	eachNotified(t, func(t *testing.T, n *notified) {
		long := fmt.Sprintf(`,"extension":[{"url":%q,"valueUnsignedInt":99999999}]`, backport+"backport-heartbeat-period")
		for element, wish := range map[string]string{
			"Subscription.criteria":                  n.topicWish("nothing-changed", "", "empty", ""),
			"Subscription.criteria.extension":        n.topicWish("patient-changed", "Claim?status=active", "empty", ""),
			"nothing":                                n.topicWish("patient-changed", "Patient?nothing=1", "empty", ""),
			"Subscription.channel.payload.extension": n.topicWish("patient-changed", "", "everything", ""),
			"Subscription.channel.extension":         n.topicWish("patient-changed", "", "empty", long),
		} {
			if answer := n.do("POST", "Subscription", "Admin:admin123", wish, 422); !strings.Contains(answer, element) {
				t.Errorf("%s is not named in %s", element, answer)
			}
		}
	})
}
