package scheme

import (
	"encoding/json"
	"strconv"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// Claims are the use cases on claims. Each runs inside the transaction of the session it
// is given, writes rows with their history and publishes one event.
type Claims struct {
	Rules RuleBook

	// GlobalCodes makes a claim code unique among all live claims; otherwise it is unique
	// within the facility.
	GlobalCodes bool

	// MaxRestores is how often one rejected claim may be restored; 0 for as often as needed.
	MaxRestores int
}

// ClaimDraft is a claim as somebody wants it to stand. The header's own columns are set;
// key, state and amounts are not: the use cases fill them in.
type ClaimDraft struct {
	Claim       persistence.Claim
	Items       []persistence.ClaimItem
	Services    []persistence.ClaimService
	Attachments []persistence.ClaimAttachment

	// Holds names what the draft says of what not every door asks: columns of keptColumns, and
	// "Attachments". The rest stays as it is on a claim the draft replaces.
	Holds []string

	// Content tells one sent claim from another beyond what the rows hold, such as a hash of
	// the body; "" when the sender's door knows no more than the rows.
	Content string

	// Registers hold the highest prices; nil for those of the store.
	Registers *persistence.Registers

	// Paths gives the names errors use: for "code", "facility", "period", and for each
	// line by "item 0" or "service 0". A name that is not there stands for itself.
	Paths map[string]string
}

// ClaimOutcome is what a use case left behind.
type ClaimOutcome struct {
	Claim       persistence.Claim
	Items       []persistence.ClaimItem
	Services    []persistence.ClaimService
	Attachments []persistence.ClaimAttachment
	Repeated    bool // the same claim was there already; nothing was written
}

func (d *ClaimDraft) path(name string) string {
	if p, ok := d.Paths[name]; ok {
		return p
	}
	return name
}

// Enter stores a new claim as entered and, when submit is set, checks it at once: then
// it is stored in the state the checks leave it in. A claim that is there already with
// the same content is not written again.
// Errors: core.Unprocessable for a value the scheme does not allow, core.Forbidden for a
// facility that is not the caller's, core.Conflict for a code that is taken.
func (c Claims) Enter(x *persistence.Session, d *ClaimDraft, submit bool) (*ClaimOutcome, error) {
	if err := prepare(x, d); err != nil {
		return nil, err
	}
	if d.Claim.ClaimUUID == "" {
		d.Claim.ClaimUUID = persistence.NewUUID()
	}
	if twin, err := c.reserve(x, d, 0); err != nil || twin != nil {
		return twin, err
	}
	d.Claim.ClaimStatus = StatusEntered
	event := "claim.entered"
	if submit {
		event = "claim.submitted"
		if err := c.check(x, &d.Claim, d.Items, d.Services); err != nil {
			return nil, err
		}
	}
	if err := persistence.Insert(x, &d.Claim); err != nil {
		return nil, err
	}
	if err := insertLines(x, d.Claim.ClaimID, d.Items, d.Services, d.Attachments); err != nil {
		return nil, err
	}
	return &ClaimOutcome{Claim: d.Claim, Items: d.Items, Services: d.Services, Attachments: d.Attachments}, publish(x, event, &d.Claim)
}

// prepare checks the draft and fills in what a new claim starts with.
func prepare(x *persistence.Session, d *ClaimDraft) error {
	if err := checkDraft(d); err != nil {
		return err
	}
	if err := checkFacility(x, d); err != nil {
		return err
	}
	if err := checkMaximumAmounts(x, d); err != nil {
		return err
	}
	c := &d.Claim
	c.Claimed = ptr(claimedAmount(d.Items, d.Services))
	c.Feedback, c.FeedbackStatus, c.ReviewStatus, c.ApprovalStatus, c.RejectionReason = false, ptr(1), ptr(1), ptr(1), ptr(0)
	for i := range d.Items {
		l := &d.Items[i]
		l.ClaimItemStatus, l.RejectionReason, l.Availability = linePassed, ptr(ReasonNone), true
	}
	for i := range d.Services {
		l := &d.Services[i]
		l.ClaimServiceStatus, l.RejectionReason = linePassed, ptr(ReasonNone)
	}
	return nil
}

// claimedAmount gives what a claim asks for: quantity by price of each line.
func claimedAmount(items []persistence.ClaimItem, services []persistence.ClaimService) decimal.Decimal {
	sum := decimal.Zero
	for i := range items {
		sum = sum.Add(cents(items[i].QtyProvided.Mul(items[i].PriceAsked)))
	}
	for i := range services {
		sum = sum.Add(cents(services[i].QtyProvided.Mul(services[i].PriceAsked)))
	}
	return sum
}

// check runs the checks of submission on a claim and its lines and writes their result
// into the rows given.
func (c Claims) check(x *persistence.Session, claim *persistence.Claim, items []persistence.ClaimItem, services []persistence.ClaimService) error {
	belongTo(claim.ClaimID, items, services)
	rows, err := loadForSubmission(x, claim, items, services)
	if err != nil {
		return err
	}
	f, _ := rows.File(claim.ClaimID, x.Now())
	CheckClaim(f, c.Rules, x.Principal().UserID)
	for _, l := range f.Lines {
		l.store()
	}
	*claim = f.Claim
	copy(items, rows.Items)
	copy(services, rows.Services)
	return nil
}

func belongTo(claim int, items []persistence.ClaimItem, services []persistence.ClaimService) {
	for i := range items {
		items[i].ClaimID = claim
	}
	for i := range services {
		services[i].ClaimID = claim
	}
}

func insertLines(x *persistence.Session, claim int, items []persistence.ClaimItem, services []persistence.ClaimService, attachments []persistence.ClaimAttachment) error {
	belongTo(claim, items, services)
	for i := range attachments {
		attachments[i].ClaimID = claim
	}
	if err := persistence.InsertMany(x, items); err != nil {
		return err
	}
	if err := persistence.InsertMany(x, services); err != nil {
		return err
	}
	return persistence.InsertMany(x, attachments)
}

// publish announces what happened to a claim.
func publish(x *persistence.Session, name string, c *persistence.Claim) error {
	e, err := eventOf(x, name, c)
	if err != nil {
		return err
	}
	return x.Publish(e)
}

// eventOf makes the event of what happened to a claim. The payload holds no names.
func eventOf(x *persistence.Session, name string, c *persistence.Claim) (core.Event, error) {
	payload, err := json.Marshal(map[string]any{"claim": c.ClaimUUID, "code": c.ClaimCode, "facility": c.HFID, "status": c.ClaimStatus})
	if err != nil {
		return core.Event{}, core.Wrap(core.Internal, err, "cannot write the event")
	}
	return core.Event{Name: name, Key: "Claim/" + string(c.ClaimUUID), UserID: x.Principal().UserID, Payload: payload}, nil
}

// statusNames are the states of a claim in words.
var statusNames = map[int]string{
	StatusRejected: "rejected", StatusEntered: "entered", StatusChecked: "checked", StatusProcessed: "processed", StatusValuated: "valuated",
}

// StatusName gives the state of a claim in a word, its number when it is none.
func StatusName(status int) string {
	if name, ok := statusNames[status]; ok {
		return name
	}
	return strconv.Itoa(status)
}

// requireStatus refuses what the state of the claim does not allow.
func requireStatus(c *persistence.Claim, needed int, what string) error {
	if c.ClaimStatus == needed {
		return nil
	}
	return core.Errorf(core.Conflict, "the claim is %s (%d); only a claim that is %s (%d) can be %s",
		StatusName(c.ClaimStatus), c.ClaimStatus, StatusName(needed), needed, what)
}
