package scheme

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// allNotifications are settings with every kind on and a text for each in English, and one
// in French.
func allNotifications() *NotificationSettings {
	s := DefaultNotifications()
	s.Kinds, s.Templates = map[NotificationKind]bool{}, map[string]map[NotificationKind]string{"en": {}, "fr": {NotifyActivated: "Bienvenue @@Name"}}
	for _, kind := range notificationKinds {
		s.Kinds[kind], s.Templates["en"][kind] = true, string(kind)+" @@InsuranceID @@Name @@EffectiveDate @@ExpiryDate @@ProductCode @@ProductName @@AmountToBePaid"
	}
	return &s
}

// notifyWorld is an active policy of 100, of which 30 is paid, effective since two days
// before 2023-06-01, for a family that agreed to messages in English.
func notifyWorld(t testing.TB) *NotificationRows {
	return &NotificationRows{
		Policies: []persistence.Policy{{PolicyID: 1, FamilyID: 1, ProdID: 1, PolicyStatus: ptr(PolicyActive), PolicyStage: ptr("N"), PolicyValue: ptr(money("100")),
			StartDate: policyDay(t, "2023-05-30"), EffectiveDate: ptr(policyDay(t, "2023-05-30")), ExpiryDate: ptr(policyDay(t, "2024-05-29"))}},
		Products: []persistence.Product{{ProdID: 1, ProductCode: "P", ProductName: "Product"}, {ProdID: 2}},
		Families: []persistence.Family{{FamilyID: 1, InsureeID: 1}},
		Heads:    []persistence.Insuree{{InsureeID: 1, CHFID: ptr("11"), LastName: "Doe", OtherNames: "Jane", Phone: ptr("099")}},
		Wishes:   []persistence.FamilySMS{{FamilyID: 1, ApprovalOfSMS: ptr(true), LanguageOfSMS: ptr("en")}},
		Premiums: []persistence.Premium{{PolicyID: 1, Amount: money("30")}},
	}
}

// notificationText says what is told, or why not.
func notificationText(list []Notification) string {
	var out []string
	for _, n := range list {
		out = append(out, strings.TrimSpace(fmt.Sprintf("%d %s %d %s %s", n.PolicyID, n.Kind, n.Status, n.Phone, n.Text)))
	}
	return strings.Join(out, "; ")
}

// TestNotifications has the cases of the notifications of policies on 2023-06-01.
func TestNotifications(t *testing.T) {
	text := func(kind NotificationKind, effective, expiry string) string {
		return fmt.Sprintf("1 %s 0 099 %s 11 Doe Jane %s %s P Product 70.00", kind, kind, effective, expiry)
	}
	activated := text(NotifyActivated, "2023-05-30", "2024-05-29")
	told := func(kind NotificationKind, at string) func(*NotificationRows, *NotificationSettings) {
		return func(r *NotificationRows, _ *NotificationSettings) {
			r.Told = []persistence.PolicyNotification{{PolicyID: 1}}
			moment := persistence.At(policyDay(t, at).Time)
			*toldColumn(&r.Told[0], kind) = &moment
		}
	}
	since := func(day string) func(*NotificationRows, *NotificationSettings) {
		return func(r *NotificationRows, _ *NotificationSettings) {
			r.Policies[0].EffectiveDate = ptr(policyDay(t, day))
		}
	}
	ends := func(status int, day string) func(*NotificationRows, *NotificationSettings) {
		return func(r *NotificationRows, _ *NotificationSettings) {
			r.Policies[0].PolicyStatus, r.Policies[0].ExpiryDate = &status, ptr(policyDay(t, day))
			r.Policies[0].StartDate, r.Policies[0].EffectiveDate = policyDay(t, "2022-07-01"), ptr(policyDay(t, "2022-07-01"))
		}
	}
	follows := func(product int, start string) func(*NotificationRows, *NotificationSettings) {
		return func(r *NotificationRows, s *NotificationSettings) {
			ends(PolicyActive, "2023-06-01")(r, s)
			r.Policies = append(r.Policies, persistence.Policy{PolicyID: 2, FamilyID: 1, ProdID: product, PolicyStatus: ptr(PolicyIdle), StartDate: policyDay(t, start)})
		}
	}
	both := func(a, b func(*NotificationRows, *NotificationSettings)) func(*NotificationRows, *NotificationSettings) {
		return func(r *NotificationRows, s *NotificationSettings) { a(r, s); b(r, s) }
	}
	for _, c := range []struct {
		name   string
		change func(r *NotificationRows, s *NotificationSettings)
		want   string
	}{
		{"a new policy", func(*NotificationRows, *NotificationSettings) {}, activated},
		{"of no stage", func(r *NotificationRows, _ *NotificationSettings) { r.Policies[0].PolicyStage = nil }, activated},
		{"a renewal", func(r *NotificationRows, _ *NotificationSettings) { r.Policies[0].PolicyStage = ptr("R") }, text(NotifyRenewed, "2023-05-30", "2024-05-29")},
		{"everything is off", func(_ *NotificationRows, s *NotificationSettings) { s.Kinds = nil }, ""},
		{"idle", func(r *NotificationRows, _ *NotificationSettings) { r.Policies[0].PolicyStatus = ptr(PolicyIdle) }, ""},
		{"a history row", func(r *NotificationRows, _ *NotificationSettings) {
			r.Policies[0].ValidityTo = ptr(persistence.At(policyDay(t, "2023-05-31").Time))
		}, ""},
		{"the pseudo family of donations", func(r *NotificationRows, _ *NotificationSettings) { r.Heads[0].CHFID = ptr(persistence.FundingNumber) }, ""},
		{"not effective", func(r *NotificationRows, _ *NotificationSettings) { r.Policies[0].EffectiveDate = nil }, ""},
		{"effective tomorrow", since("2023-06-02"), ""},
		{"effective five days ago", since("2023-05-27"), text(NotifyActivated, "2023-05-27", "2024-05-29")},
		{"effective six days ago", since("2023-05-26"), ""},
		{"effective today", since("2023-06-01"), text(NotifyActivated, "2023-06-01", "2024-05-29") + "; " + text(NotifyEffective, "2023-06-01", "2024-05-29")},
		{"told already", told(NotifyActivated, "2023-05-30"), ""},
		{"it failed", told(NotifyActivated, "0001-07-01"), activated},
		{"it failed, and is too late", both(since("2023-05-26"), told(NotifyActivated, "0001-07-01")), "1 activation_of_policy 3"},
		{"told of its start today", both(both(since("2023-06-01"), told(NotifyEffective, "2023-06-01")), func(_ *NotificationRows, s *NotificationSettings) { s.Kinds[NotifyActivated] = false }), ""},
		{"told of its start before, as the day was moved", both(both(since("2023-06-01"), told(NotifyEffective, "2023-05-31")), func(_ *NotificationRows, s *NotificationSettings) { s.Kinds[NotifyActivated] = false }), text(NotifyEffective, "2023-06-01", "2024-05-29")},

		{"it ends in fourteen days", ends(PolicyActive, "2023-06-15"), text(NotifyBeforeExpiry, "2022-07-01", "2023-06-15")},
		{"in fifteen days", ends(PolicyActive, "2023-06-16"), ""},
		{"in thirteen days", ends(PolicyActive, "2023-06-14"), ""},
		{"suspended, in fourteen days", ends(PolicySuspended, "2023-06-15"), ""},
		{"it ends today", ends(PolicyActive, "2023-06-01"), text(NotifyExpired, "2022-07-01", "2023-06-01")},
		{"it ends today and is expired", ends(PolicyExpired, "2023-06-01"), text(NotifyExpired, "2022-07-01", "2023-06-01")},
		{"told today that it ends", both(ends(PolicyActive, "2023-06-01"), told(NotifyExpired, "2023-06-01")), ""},
		{"it ended five days ago", ends(PolicyExpired, "2023-05-27"), text(NotifyReminder, "2022-07-01", "2023-05-27")},
		{"suspended, five days ago", ends(PolicySuspended, "2023-05-27"), ""},
		{"it has no end", func(r *NotificationRows, s *NotificationSettings) {
			ends(PolicyActive, "2023-06-01")(r, s)
			r.Policies[0].ExpiryDate = nil
		}, ""},
		{"the family goes on", follows(1, "2023-06-02"), ""},
		{"with the product it became", both(follows(2, "2023-06-02"), func(r *NotificationRows, _ *NotificationSettings) { r.Products[0].ConversionProdID = ptr(2) }), ""},
		{"another product is none that follows", follows(2, "2023-06-02"), text(NotifyExpired, "2022-07-01", "2023-06-01")},
		{"nor is a policy that began before", follows(1, "2023-06-01"), text(NotifyExpired, "2022-07-01", "2023-06-01")},

		{"the family says nothing of messages", func(r *NotificationRows, _ *NotificationSettings) { r.Wishes = nil }, "1 activation_of_policy 2"},
		{"it wants none", func(r *NotificationRows, _ *NotificationSettings) { r.Wishes[0].ApprovalOfSMS = ptr(false) }, "1 activation_of_policy 2"},
		{"it wanted some before", func(r *NotificationRows, _ *NotificationSettings) {
			r.Wishes[0].ValidityTo = ptr(persistence.At(policyDay(t, "2023-05-31").Time))
		}, "1 activation_of_policy 2"},
		{"no telephone", func(r *NotificationRows, _ *NotificationSettings) { r.Heads[0].Phone = nil }, "1 activation_of_policy 5"},
		{"no head", func(r *NotificationRows, _ *NotificationSettings) { r.Heads = nil }, "1 activation_of_policy 5"},
		{"no text", func(_ *NotificationRows, s *NotificationSettings) { s.Templates = nil }, "1 activation_of_policy 5"},
		{"in French", func(r *NotificationRows, _ *NotificationSettings) { r.Wishes[0].LanguageOfSMS = ptr("fr") }, "1 activation_of_policy 0 099 Bienvenue Doe Jane"},
		{"in a language without texts", func(r *NotificationRows, _ *NotificationSettings) { r.Wishes[0].LanguageOfSMS = ptr("de") }, activated},
		{"in no language", func(r *NotificationRows, _ *NotificationSettings) { r.Wishes[0].LanguageOfSMS = nil }, activated},
		{"more is paid than it is worth", func(r *NotificationRows, _ *NotificationSettings) { r.Premiums[0].Amount = money("130") }, strings.Replace(activated, "70.00", "0.00", 1)},
		{"a product that is not there", func(r *NotificationRows, _ *NotificationSettings) { r.Products = nil }, strings.Replace(activated, " P Product ", "   ", 1)},
	} {
		r, s := notifyWorld(t), allNotifications()
		c.change(r, s)
		if got := notificationText(PlanNotifications(r, s, policyDay(t, "2023-06-01"))); got != c.want {
			t.Errorf("%s:\n%s\nexpected\n%s", c.name, got, c.want)
		}
	}
	for hour, open := range map[int]bool{7: false, 8: true, 20: true, 21: false} {
		if s := DefaultNotifications(); s.OpenAt(persistence.At(policyDay(t, "2023-06-01").Add(time.Duration(hour)*time.Hour))) != open {
			t.Errorf("at %d: %t", hour, !open)
		}
	}
}

// TestNotificationsComeOnce runs the notifications over a database.
func TestNotificationsComeOnce(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		w := enrol(t, s, nil)
		settings := allNotifications()
		first, second := w.policy(t, PolicyActive, "2023-06-15"), w.policy(t, PolicyActive, "2024-05-31") // the second begins before the first ends
		w.policy(t, PolicyExpired, "2023-05-20")                                                          // over for too long
		w.write(t, func(x *persistence.Session) error {
			w.members[0].Phone, w.members[0].FamilyID = ptr("099"), &w.family.FamilyID
			if err := persistence.Update(x, &w.members[0]); err != nil {
				return err
			}
			return persistence.Insert(x, &persistence.FamilySMS{FamilyID: w.family.FamilyID, ApprovalOfSMS: ptr(true), LanguageOfSMS: ptr("en")})
		})
		ask := func() string {
			t.Helper()
			x := s.Read(persistencetest.System(t))
			keys, err := Policies{}.NotificationCandidates(x, settings, 0, 10)
			if err != nil {
				t.Fatal(err)
			}
			list, err := Policies{}.Notifications(x, keys, settings)
			if err != nil {
				t.Fatal(err)
			}
			var out []string
			for _, n := range list {
				out = append(out, fmt.Sprint(n.PolicyID, n.Kind, n.Status))
			}
			return fmt.Sprint(keys, out)
		}
		mark := func(results ...NotificationResult) {
			t.Helper()
			w.write(t, func(x *persistence.Session) error { return Policies{}.MarkNotifications(x, results) })
		}
		both := fmt.Sprint([]int{first.PolicyID, second.PolicyID}, []string{fmt.Sprint(first.PolicyID, NotifyBeforeExpiry, 0), fmt.Sprint(second.PolicyID, NotifyActivated, 0), fmt.Sprint(second.PolicyID, NotifyEffective, 0)})
		if got := ask(); got != both {
			t.Errorf("%s, expected %s", got, both)
		}
		mark(NotificationResult{second.PolicyID, NotifyActivated, NotificationFailed, "no signal"}, NotificationResult{second.PolicyID, NotifyEffective, NotificationSent, ""},
			NotificationResult{first.PolicyID, NotifyBeforeExpiry, NotificationSent, ""})
		again := fmt.Sprint([]int{first.PolicyID, second.PolicyID}, []string{fmt.Sprint(second.PolicyID, NotifyActivated, 0)})
		if got := ask(); got != again {
			t.Errorf("after one failed: %s, expected %s", got, again)
		}
		w.write(t, func(x *persistence.Session) error { // a week later it would be too late
			second.EffectiveDate = ptr(policyDay(t, "2023-05-20"))
			return persistence.Update(x, &second)
		})
		late := fmt.Sprint([]int{first.PolicyID, second.PolicyID}, []string{fmt.Sprint(second.PolicyID, NotifyActivated, 3)})
		if got := ask(); got != late {
			t.Errorf("too late: %s, expected %s", got, late)
		}
		mark(NotificationResult{second.PolicyID, NotifyActivated, NotificationObsolete, ""})
		if got := ask(); got != fmt.Sprint([]int{first.PolicyID}, []string{}) {
			t.Errorf("given up: %s", got)
		}
		var details []persistence.PolicyNotificationDetail
		if err := s.Read(persistencetest.System(t)).DB().Order(clause.OrderByColumn{Column: column("tblIndicationOfPolicyNotificationsDetails", "id")}).Find(&details).Error; err != nil {
			t.Fatal(err)
		}
		log := ""
		for _, d := range details {
			log += fmt.Sprint(d.Kind, " ", d.Status, " ", text(d.Details), "; ")
		}
		if log != "activation_of_policy 4 no signal; starting_of_policy 1 ; need_for_renewal 1 ; activation_of_policy 3 ; " {
			t.Errorf("details %s", log)
		}
		if got := w.events(t); got != "policy.notified policy.notified" {
			t.Errorf("events %q", got)
		}
		for _, bad := range []NotificationResult{{first.PolicyID, NotifyActivated, NotificationPlanned, ""}, {first.PolicyID, NotifyActivated, 6, ""}, {first.PolicyID, "gossip", 1, ""}} {
			err := s.Tx(persistencetest.System(t), func(x *persistence.Session) error {
				return Policies{}.MarkNotifications(x, []NotificationResult{bad})
			})
			wantCode(t, fmt.Sprint(bad), err, core.Unprocessable, "no result")
		}
	})
}
