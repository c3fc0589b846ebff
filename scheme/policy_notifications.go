package scheme

import (
	"strings"
	"time"

	"github.com/openimis/openimis-go/persistence"
)

// NotificationKind is what a family is told of a policy. The names are stored.
type NotificationKind string

// The kinds of notifications.
const (
	NotifyActivated    NotificationKind = "activation_of_policy"      // a new policy is active
	NotifyRenewed      NotificationKind = "renewal_of_policy"         // a renewal is active
	NotifyEffective    NotificationKind = "starting_of_policy"        // its first day is today
	NotifyBeforeExpiry NotificationKind = "need_for_renewal"          // it ends in some days, and none follows
	NotifyExpired      NotificationKind = "expiration_of_policy"      // it ends today, and none follows
	NotifyReminder     NotificationKind = "reminder_after_expiration" // it ended some days ago, and none follows
)

// notificationKinds are the kinds in the order families are told.
var notificationKinds = []NotificationKind{NotifyActivated, NotifyRenewed, NotifyEffective, NotifyBeforeExpiry, NotifyExpired, NotifyReminder}

// The results of a notification. The numbers are stored.
const (
	NotificationPlanned  = 0 // it is to be sent
	NotificationSent     = 1
	NotificationRefused  = 2 // the family does not want messages
	NotificationObsolete = 3 // it failed before and came too late
	NotificationFailed   = 4
	NotificationInvalid  = 5 // there is no telephone or no text
)

// NotificationSettings say which families are told what.
type NotificationSettings struct {
	Kinds     map[NotificationKind]bool              // those that are on; all are off by default
	Templates map[string]map[NotificationKind]string // by language
	Language  string                                 // of families that name none, or one without templates
	Before    int                                    // how many days before its end a policy's renewal is called for
	After     int                                    // how many days after its end a family is reminded
	Relevance int                                    // for how many days it is worth telling that a policy is active
	FirstHour int                                    // of the day in which messages are sent
	LastHour  int                                    // the same
}

// DefaultNotifications are the settings of a new installation: nothing is on.
func DefaultNotifications() NotificationSettings {
	return NotificationSettings{Language: "en", Before: 14, After: 5, Relevance: 5, FirstHour: 8, LastHour: 20}
}

// OpenAt tells whether messages may be sent at the moment.
func (s *NotificationSettings) OpenAt(now persistence.DateTime) bool {
	return now.Hour() >= s.FirstHour && now.Hour() <= s.LastHour
}

// NotificationRows are the rows notifications of some policies are planned from.
type NotificationRows struct {
	Policies []persistence.Policy    // all live ones of the families concerned
	Products []persistence.Product   // of them
	Families []persistence.Family    // of the policies
	Heads    []persistence.Insuree   // of the families
	Wishes   []persistence.FamilySMS // of the families, closed ones too
	Premiums []persistence.Premium   // live ones of the policies
	Told     []persistence.PolicyNotification
}

// Notification is what a family is to be told, or why it is not.
type Notification struct {
	PolicyID int
	Kind     NotificationKind
	Status   int    // planned, refused, obsolete or invalid
	Phone    string // where it goes, when it is planned
	Text     string
}

// PlanNotifications gives what families are to be told of their policies on the day, each
// thing once. A family is told when it agreed to messages, in its language. A message that
// failed is tried again as long as it is relevant. Templates may hold @@InsuranceID,
// @@Name, @@EffectiveDate, @@ExpiryDate, @@ProductCode, @@ProductName and
// @@AmountToBePaid, which is what is left to pay for the policy.
func PlanNotifications(r *NotificationRows, s *NotificationSettings, today persistence.Date) []Notification {
	plan := newNotificationPlan(r, s, today)
	var list []Notification
	for i := range r.Policies {
		for _, kind := range notificationKinds {
			if n := plan.notification(&r.Policies[i], kind); n != nil {
				list = append(list, *n)
			}
		}
	}
	return list
}

// notificationPlan finds the rows by their keys.
type notificationPlan struct {
	rows     *NotificationRows
	settings *NotificationSettings
	today    persistence.Date
	products map[int]*persistence.Product
	families map[int]*persistence.Family
	heads    map[int]*persistence.Insuree
	wishes   map[int]*persistence.FamilySMS
	told     map[int]*persistence.PolicyNotification
	policies map[int][]*persistence.Policy // by family
}

func newNotificationPlan(r *NotificationRows, s *NotificationSettings, today persistence.Date) *notificationPlan {
	plan := &notificationPlan{
		rows: r, settings: s, today: today, wishes: map[int]*persistence.FamilySMS{},
		products: byKey(r.Products, func(p *persistence.Product) int { return p.ProdID }),
		families: byKey(r.Families, func(f *persistence.Family) int { return f.FamilyID }),
		heads:    byKey(r.Heads, func(i *persistence.Insuree) int { return i.InsureeID }),
		told:     byKey(r.Told, func(n *persistence.PolicyNotification) int { return n.PolicyID }),
		policies: groupBy(r.Policies, func(p *persistence.Policy) int { return p.FamilyID }),
	}
	for i := range r.Wishes {
		if w := &r.Wishes[i]; w.ValidityTo == nil {
			plan.wishes[w.FamilyID] = w
		}
	}
	return plan
}

// notification plans one kind for a policy, nil when it is not due.
func (plan *notificationPlan) notification(p *persistence.Policy, kind NotificationKind) *Notification {
	if p.ValidityTo != nil || !plan.settings.Kinds[kind] || plan.funded(p) {
		return nil
	}
	told := toldAt(plan.told[p.PolicyID], kind)
	failed := told != nil && told.Year() < failedBefore
	due, late := plan.due(p, kind)
	switch {
	case told != nil && !failed && (!plan.daily(kind) || told.Date() == plan.today):
		return nil
	case late && failed:
		return &Notification{PolicyID: p.PolicyID, Kind: kind, Status: NotificationObsolete}
	case !due:
		return nil
	}
	return plan.message(p, kind)
}

// head gives the head of the family of a policy, nil for none.
func (plan *notificationPlan) head(p *persistence.Policy) *persistence.Insuree {
	if family := plan.families[p.FamilyID]; family != nil {
		return plan.heads[family.InsureeID]
	}
	return nil
}

// funded tells whether the policy is one of donations, of which there is nobody to tell.
func (plan *notificationPlan) funded(p *persistence.Policy) bool {
	head := plan.head(p)
	return head != nil && text(head.CHFID) == persistence.FundingNumber
}

// daily tells whether a kind is due on certain days and not just once.
func (plan *notificationPlan) daily(kind NotificationKind) bool {
	return kind != NotifyActivated && kind != NotifyRenewed
}

// due tells whether the family is to be told now; late that it is too late to.
func (plan *notificationPlan) due(p *persistence.Policy, kind NotificationKind) (due, late bool) {
	active := number(p.PolicyStatus) == PolicyActive
	on := func(day *persistence.Date, days int) bool {
		return day != nil && *day == persistence.Day(plan.today.AddDate(0, 0, days))
	}
	switch kind {
	case NotifyActivated, NotifyRenewed:
		if !active || p.EffectiveDate == nil || (policyStage(p) == StageRenewal) != (kind == NotifyRenewed) {
			return false, false
		}
		late = p.EffectiveDate.Before(plan.today.AddDate(0, 0, -plan.settings.Relevance))
		return !late && !p.EffectiveDate.After(plan.today.Time), late
	case NotifyEffective:
		return active && on(p.EffectiveDate, 0), false
	case NotifyBeforeExpiry:
		return active && on(p.ExpiryDate, plan.settings.Before) && !plan.followed(p), false
	case NotifyExpired:
		return (active || number(p.PolicyStatus) == PolicyExpired) && on(p.ExpiryDate, 0) && !plan.followed(p), false
	case NotifyReminder:
		return (active || number(p.PolicyStatus) == PolicyExpired) && on(p.ExpiryDate, -plan.settings.After) && !plan.followed(p), false
	}
	return false, false
}

// followed tells whether the family goes on with the product, or the one it became.
func (plan *notificationPlan) followed(p *persistence.Policy) bool {
	next := 0
	if product := plan.products[p.ProdID]; product != nil {
		next = number(product.ConversionProdID)
	}
	for _, other := range plan.policies[p.FamilyID] {
		if other.ValidityTo == nil && (other.ProdID == p.ProdID || other.ProdID == next) && other.StartDate.After(p.ExpiryDate.Time) {
			return true
		}
	}
	return false
}

// message writes what the family is told, or why it is not.
func (plan *notificationPlan) message(p *persistence.Policy, kind NotificationKind) *Notification {
	n := &Notification{PolicyID: p.PolicyID, Kind: kind, Status: NotificationRefused}
	wish := plan.wishes[p.FamilyID]
	if wish == nil || wish.ApprovalOfSMS == nil || !*wish.ApprovalOfSMS {
		return n
	}
	head, template := plan.head(p), plan.settings.template(text(wish.LanguageOfSMS), kind)
	if head == nil || text(head.Phone) == "" || template == "" {
		n.Status = NotificationInvalid
		return n
	}
	n.Status, n.Phone, n.Text = NotificationPlanned, text(head.Phone), plan.fill(p, head, template)
	return n
}

// template gives the text of a kind in the language, or in that of the settings.
func (s *NotificationSettings) template(language string, kind NotificationKind) string {
	if t := strings.TrimSpace(s.Templates[language][kind]); t != "" {
		return t
	}
	return strings.TrimSpace(s.Templates[s.Language][kind])
}

// fill fills a template in.
func (plan *notificationPlan) fill(p *persistence.Policy, head *persistence.Insuree, template string) string {
	var code, name string
	if product := plan.products[p.ProdID]; product != nil {
		code, name = product.ProductCode, product.ProductName
	}
	day := func(d *persistence.Date) string {
		if d == nil {
			return ""
		}
		return d.String()
	}
	left := amount(p.PolicyValue).Sub(paidFor(plan.rows.Premiums, p.PolicyID))
	if left.IsNegative() {
		left = amount(nil)
	}
	return strings.NewReplacer("@@InsuranceID", text(head.CHFID), "@@Name", head.LastName+" "+head.OtherNames,
		"@@EffectiveDate", day(p.EffectiveDate), "@@ExpiryDate", day(p.ExpiryDate), "@@ProductCode", code, "@@ProductName", name,
		"@@AmountToBePaid", left.StringFixed(2)).Replace(template)
}

// failedBefore is the first year a message can really have been sent in; failedMoment is
// what is stored for one that failed, in the middle of the year 1 whatever the zone.
const failedBefore = 1753

var failedMoment = persistence.At(time.Date(1, 7, 1, 12, 0, 0, 0, time.UTC))

// toldAt gives when the family was told, nil for never.
func toldAt(n *persistence.PolicyNotification, kind NotificationKind) *persistence.DateTime {
	if n == nil {
		return nil
	}
	return *toldColumn(n, kind)
}

// toldColumn gives the column of a kind.
func toldColumn(n *persistence.PolicyNotification, kind NotificationKind) **persistence.DateTime {
	switch kind {
	case NotifyActivated:
		return &n.Activated
	case NotifyRenewed:
		return &n.Renewed
	case NotifyEffective:
		return &n.Effective
	case NotifyBeforeExpiry:
		return &n.BeforeExpiry
	case NotifyExpired:
		return &n.OnExpiration
	}
	return &n.AfterExpiration
}
