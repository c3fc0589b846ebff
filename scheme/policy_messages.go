package scheme

import (
	"strings"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/persistence"
)

// RenewalMessageRows are the rows the messages of some renewal prompts are written from.
type RenewalMessageRows struct {
	Renewals []persistence.PolicyRenewal
	Photos   []persistence.PolicyRenewalDetail // of the prompts
	Policies []persistence.Policy              // that end
	Products []persistence.Product             // they go on with
	Officers []persistence.Officer             // who are to renew them
	Insurees []persistence.Insuree             // heads of the families, and whose photographs are due
	Families []persistence.Family              // of the policies
	Places   []persistence.Location            // where the families live, up to their regions
}

// RenewalMessage is a text message about a renewal: to whom and what.
type RenewalMessage struct {
	RenewalID int
	Phone     string
	Text      string
	Family    bool // it goes to the family, otherwise to the officer
}

// PlanRenewalMessages writes the messages of live prompts nobody answered yet (rule 9.9),
// in the order of the prompts: one to the officer, when he wants messages, and one to the
// head of the family by the template. Nobody without a telephone gets one, nor does the
// family without a template. The template may hold @@InsuranceID, @@LastName,
// @@OtherNames, @@ProductCode, @@ProductName and @@ExpiryDate.
func PlanRenewalMessages(r *RenewalMessageRows, template string, book RuleBook) []RenewalMessage {
	plan := newRenewalMessagePlan(r, book)
	var messages []RenewalMessage
	for i := range r.Renewals {
		renewal := &r.Renewals[i]
		if renewal.ValidityTo != nil || number(renewal.ResponseStatus) != promptOpen {
			continue
		}
		if phone := plan.officerPhone(renewal); phone != "" {
			messages = append(messages, RenewalMessage{RenewalID: renewal.RenewalID, Phone: phone, Text: plan.officerText(renewal)})
		}
		if head := plan.insurees[renewal.InsureeID]; head != nil && text(head.Phone) != "" && strings.TrimSpace(template) != "" {
			messages = append(messages, RenewalMessage{RenewalID: renewal.RenewalID, Phone: text(head.Phone), Text: plan.familyText(renewal, head, template), Family: true})
		}
	}
	return messages
}

// renewalMessagePlan finds the rows by their keys.
type renewalMessagePlan struct {
	book     RuleBook
	photos   map[int][]*persistence.PolicyRenewalDetail // by prompt
	policies map[int]*persistence.Policy
	products map[int]*persistence.Product
	officers map[int]*persistence.Officer
	insurees map[int]*persistence.Insuree
	families map[int]*persistence.Family
	places   map[int]*persistence.Location
}

func newRenewalMessagePlan(r *RenewalMessageRows, book RuleBook) *renewalMessagePlan {
	return &renewalMessagePlan{
		book:     book,
		photos:   groupBy(r.Photos, func(d *persistence.PolicyRenewalDetail) int { return d.RenewalID }),
		policies: byKey(r.Policies, func(p *persistence.Policy) int { return p.PolicyID }),
		products: byKey(r.Products, func(p *persistence.Product) int { return p.ProdID }),
		officers: byKey(r.Officers, func(o *persistence.Officer) int { return o.OfficerID }),
		insurees: byKey(r.Insurees, func(i *persistence.Insuree) int { return i.InsureeID }),
		families: byKey(r.Families, func(f *persistence.Family) int { return f.FamilyID }),
		places:   byKey(r.Places, func(l *persistence.Location) int { return l.LocationID }),
	}
}

// officerPhone gives where the officer is reached, "" when he is not or does not want to be.
func (plan *renewalMessagePlan) officerPhone(renewal *persistence.PolicyRenewal) string {
	officer := plan.officers[number(renewal.NewOfficerID)]
	if officer == nil || officer.PhoneCommunication == nil || !*officer.PhoneCommunication {
		return ""
	}
	if phone := text(renewal.PhoneNumber); phone != "" {
		return phone
	}
	return text(officer.Phone)
}

// officerText tells the officer whom to visit: a line each for the day, number and name,
// district, ward, village and product, then whose photographs are due.
func (plan *renewalMessagePlan) officerText(renewal *persistence.PolicyRenewal) string {
	number, name := personLine(plan.subject(renewal))
	where, product := plan.placeNames(renewal), ""
	if p := plan.products[renewal.NewProdID]; p != nil {
		product = p.ProductCode + " " + p.ProductName
	}
	lines := []string{"--Renewal--", renewal.RenewalDate.String(), number, name, where["D"], where["W"], where["V"], product}
	if photos := plan.photoLines(renewal); len(photos) > 0 {
		lines = append(append(lines, "--Photos--"), photos...)
	}
	return strings.Join(lines, "\n")
}

// subject gives the person the message is about, nil for none. The procedure has the person
// whose photograph is due first in his place.
func (plan *renewalMessagePlan) subject(renewal *persistence.PolicyRenewal) *persistence.Insuree {
	if !plan.book.Legacy(RenewalNamesPhoto) {
		return plan.insurees[renewal.InsureeID]
	}
	for _, photo := range plan.photos[renewal.RenewalID] {
		if photo.ValidityTo == nil {
			return plan.insurees[photo.InsureeID]
		}
	}
	return nil
}

// photoLines names whose photographs are due; HOF is the head of the family.
func (plan *renewalMessagePlan) photoLines(renewal *persistence.PolicyRenewal) (lines []string) {
	for _, photo := range plan.photos[renewal.RenewalID] {
		switch person := plan.insurees[photo.InsureeID]; {
		case photo.ValidityTo != nil || person == nil:
		case photo.InsureeID == renewal.InsureeID:
			lines = append(lines, "HOF")
		default:
			number, name := personLine(person)
			lines = append(lines, number+" "+name)
		}
	}
	return lines
}

// personLine gives number and name of a person, nothing for nobody.
func personLine(person *persistence.Insuree) (number, name string) {
	if person == nil {
		return "", ""
	}
	return text(person.CHFID), person.LastName + " " + person.OtherNames
}

// placeNames gives the names of the places the family lives in by their level.
func (plan *renewalMessagePlan) placeNames(renewal *persistence.PolicyRenewal) map[string]string {
	names := map[string]string{}
	policy := plan.policies[renewal.PolicyID]
	if policy == nil || plan.families[policy.FamilyID] == nil {
		return names
	}
	for _, place := range placesUp(plan.families[policy.FamilyID].LocationID, plan.places) {
		names[place.LocationType] = text(place.LocationName)
	}
	return names
}

// familyText fills the template for the head of the family.
func (plan *renewalMessagePlan) familyText(renewal *persistence.PolicyRenewal, head *persistence.Insuree, template string) string {
	var code, name, expiry string
	if product := plan.products[renewal.NewProdID]; product != nil {
		code, name = product.ProductCode, product.ProductName
	}
	if policy := plan.policies[renewal.PolicyID]; policy != nil && policy.ExpiryDate != nil {
		expiry = policy.ExpiryDate.String()
	}
	return strings.NewReplacer("@@InsuranceID", text(head.CHFID), "@@LastName", head.LastName, "@@OtherNames", head.OtherNames,
		"@@ProductCode", code, "@@ProductName", name, "@@ExpiryDate", expiry).Replace(template)
}

// RenewalMessageFilter says which prompts messages are wanted of.
type RenewalMessageFilter struct {
	From, To     persistence.Date // days of the prompts, both included
	After, Limit int              // the next prompts behind the key, at most 500
}

// RenewalMessages gives the messages of prompts, and the key of the last prompt looked at:
// the After of the next call, 0 when there are no more. It writes nothing; whoever sends
// them says by MarkRenewalMessages what became of them. It is for the caller of the
// nightly run, whose scope does not count.
func (c Policies) RenewalMessages(x *persistence.Session, f *RenewalMessageFilter, template string) (messages []RenewalMessage, last int, err error) {
	r, prompted := &RenewalMessageRows{}, column("tblPolicyRenewals", "RenewalPromptDate")
	l := &loader{db: x.DB().Order(clause.OrderByColumn{Column: column("tblPolicyRenewals", "RenewalID")}).Limit(f.Limit)}
	find(l, &r.Renewals, persistence.Compare(prompted, ">=", f.From), persistence.Compare(prompted, "<=", f.To),
		persistence.Compare(column("tblPolicyRenewals", "RenewalID"), ">", f.After), persistence.IsNull(column("tblPolicyRenewals", "ValidityTo")))
	if l.err != nil || len(r.Renewals) == 0 {
		return nil, 0, l.err
	}
	l = &loader{db: x.DB()}
	l.renewalMessages(r)
	return PlanRenewalMessages(r, template, c.Rules), r.Renewals[len(r.Renewals)-1].RenewalID, l.err
}

// renewalMessages loads what the messages of the prompts are written from.
func (l *loader) renewalMessages(r *RenewalMessageRows) {
	renewals := r.Renewals
	findIn(l, &r.Photos, column("tblPolicyRenewalDetails", "RenewalID"), keysOf(renewals, func(r *persistence.PolicyRenewal) int { return r.RenewalID }), persistence.IsNull(column("tblPolicyRenewalDetails", "ValidityTo")))
	findIn(l, &r.Policies, column("tblPolicy", "PolicyID"), keysOf(renewals, func(r *persistence.PolicyRenewal) int { return r.PolicyID }))
	findIn(l, &r.Products, column("tblProduct", "ProdID"), keysOf(renewals, func(r *persistence.PolicyRenewal) int { return r.NewProdID }))
	findIn(l, &r.Officers, column("tblOfficer", "OfficerID"), keysOf(renewals, func(r *persistence.PolicyRenewal) int { return number(r.NewOfficerID) }))
	people := append([]persistence.PolicyRenewalDetail{}, r.Photos...)
	for i := range renewals {
		people = append(people, persistence.PolicyRenewalDetail{InsureeID: renewals[i].InsureeID})
	}
	findIn(l, &r.Insurees, column("tblInsuree", "InsureeID"), keysOf(people, func(d *persistence.PolicyRenewalDetail) int { return d.InsureeID }))
	findIn(l, &r.Families, column("tblFamilies", "FamilyID"), keysOf(r.Policies, func(p *persistence.Policy) int { return p.FamilyID }))
	r.Places = l.places(r.Families)
}

// The fate of the message to the officer. The numbers are stored.
const (
	messageSent   = 0
	messageFailed = 1
)

// MarkRenewalMessages notes on the prompts whether the message to the officer could be
// sent, by the key of the prompt. Prompts that are not live any more are passed over, as
// are those that say so already. It gives how many were changed.
func (c Policies) MarkRenewalMessages(x *persistence.Session, sent map[int]bool) (int, error) {
	keys := make([]int, 0, len(sent))
	for key := range sent {
		keys = append(keys, key)
	}
	l := &loader{db: x.DB().Order(clause.OrderByColumn{Column: column("tblPolicyRenewals", "RenewalID")})}
	var renewals []persistence.PolicyRenewal
	findIn(l, &renewals, column("tblPolicyRenewals", "RenewalID"), keys, persistence.IsNull(column("tblPolicyRenewals", "ValidityTo")))
	if l.err != nil {
		return 0, l.err
	}
	var changed []*persistence.PolicyRenewal
	for i := range renewals {
		status := messageFailed
		if sent[renewals[i].RenewalID] {
			status = messageSent
		}
		if renewals[i].SMSStatus != status {
			renewals[i].SMSStatus = status
			changed = append(changed, &renewals[i])
		}
	}
	if len(changed) == 0 {
		return 0, nil
	}
	if err := persistence.UpdateMany(x, changed); err != nil {
		return 0, err
	}
	return len(changed), announceMany(x, "policy.renewal-messages", changed, func(some []*persistence.PolicyRenewal) (string, map[string]any) {
		ids := make([]persistence.UUID, len(some))
		for i, renewal := range some {
			ids[i] = renewal.RenewalUUID
		}
		return "PolicyRenewal/" + string(ids[0]), map[string]any{"renewals": ids}
	})
}
