package scheme

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/shopspring/decimal"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// PhoneClaim is a claim as phones send it: everything by code.
type PhoneClaim struct {
	Facility, Administrator string
	Code, CHFID             string
	From                    persistence.DateTime
	To                      *persistence.DateTime
	Claimed                 persistence.Date
	Diagnoses               []string // the main one first, up to four more
	VisitType               string   // E, O or R; "" for O
	Guarantee, Explanation  string
	Items, Services         []PhoneClaimLine
}

// PhoneClaimLine is an item or service of it.
type PhoneClaimLine struct {
	Code        string
	Quantity    decimal.Decimal
	Price       decimal.Decimal // of one; 0 for that of the price list, or of the register
	Explanation string
}

// PhoneClaimCode is what a phone is answered about a claim. The numbers are those of
// uspUpdateClaimFromPhone, which never answered 6.
type PhoneClaimCode int

// The answers.
const (
	PhoneClaimAccepted      PhoneClaimCode = 0
	PhoneClaimFacility      PhoneClaimCode = 1 // unknown, or not the sender's
	PhoneClaimRepeated      PhoneClaimCode = 2 // another claim has the code
	PhoneClaimInsuree       PhoneClaimCode = 3 // unknown
	PhoneClaimPeriod        PhoneClaimCode = 4 // it ends before it begins
	PhoneClaimDiagnosis     PhoneClaimCode = 5 // one of them is unknown
	PhoneClaimItem          PhoneClaimCode = 7 // one of them is unknown
	PhoneClaimService       PhoneClaimCode = 8 // one of them is unknown
	PhoneClaimAdministrator PhoneClaimCode = 9 // missing where one is needed, or unknown
	PhoneClaimRejected      PhoneClaimCode = 10
	PhoneClaimFailed        PhoneClaimCode = -1 // anything else
)

// PhoneClaimAnswer gives the answer to what Claims.FromPhone came to (rule 6). A claim
// that was stored and then rejected by the checks has an answer of its own.
func PhoneClaimAnswer(out *ClaimOutcome, err error) PhoneClaimCode {
	if err == nil {
		if out.Claim.ClaimStatus == StatusRejected {
			return PhoneClaimRejected
		}
		return PhoneClaimAccepted
	}
	var e *core.Error
	if !errors.As(err, &e) {
		return PhoneClaimFailed
	}
	element, part, _ := strings.Cut(e.Path, "[")
	switch {
	case element == "facility":
		return PhoneClaimFacility
	case element == "code" && e.Code == core.Conflict:
		return PhoneClaimRepeated
	case element == "insuree":
		return PhoneClaimInsuree
	case element == "period":
		return PhoneClaimPeriod
	case element == "diagnosis":
		return PhoneClaimDiagnosis
	case element == "item" && strings.HasSuffix(part, ".code"):
		return PhoneClaimItem
	case element == "service" && strings.HasSuffix(part, ".code"):
		return PhoneClaimService
	case element == "administrator":
		return PhoneClaimAdministrator
	}
	return PhoneClaimFailed
}

// FromPhone stores a claim a phone sent and, with submit, checks it at once (rule 6). The
// patient is found whatever the sender's districts. The same claim sent again is not
// written again. Errors: as Enter; core.Unprocessable for the first code that is not
// known, named by "facility", "insuree", "diagnosis[0]", "item[0].code", "service[0].code"
// or "administrator".
func (c Claims) FromPhone(x *persistence.Session, p *PhoneClaim, submit bool) (*ClaimOutcome, error) {
	d := &ClaimDraft{Content: p.digest(), Paths: map[string]string{"quantity": ".quantity", "price": ".price"}}
	for i := range p.Items {
		d.Paths[fmt.Sprint("item ", i)] = fmt.Sprintf("item[%d]", i)
	}
	for i := range p.Services {
		d.Paths[fmt.Sprint("service ", i)] = fmt.Sprintf("service[%d]", i)
	}
	r := &phoneClaim{x: x, sent: p, draft: d}
	for _, step := range []func() error{r.facility, r.insuree, r.period, r.diagnoses, r.lines, r.administrator, r.prices} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return c.Enter(x, d, submit)
}

// digest tells one sent claim from another.
func (p *PhoneClaim) digest() string {
	raw, err := json.Marshal(p)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

// phoneClaim turns what was sent into a draft, in the order phones expect faults in.
type phoneClaim struct {
	x     *persistence.Session
	sent  *PhoneClaim
	draft *ClaimDraft
}

func unknownCode(path, what, code string) error {
	return core.ErrorAt(core.Unprocessable, path, "there is no %s %q", what, code)
}

func (r *phoneClaim) facility() error {
	page, err := persistence.Select[persistence.HealthFacility](r.x, persistence.Query{Few: true, Limit: 1,
		Where: []clause.Expression{persistence.Text(persistence.Column("", "HFCode"), persistence.Same, r.sent.Facility)}})
	if err != nil {
		return err
	}
	if len(page.Rows) == 0 {
		return unknownCode("facility", "facility", r.sent.Facility)
	}
	r.draft.Claim.HFID, r.draft.Claim.HF = page.Rows[0].HFID, &page.Rows[0]
	return nil
}

func (r *phoneClaim) insuree() error {
	l := &loader{db: r.x.DB().Joins("Family").Limit(1)}
	var people []persistence.Insuree
	find(l, &people, persistence.Text(column("tblInsuree", "CHFID"), persistence.Same, r.sent.CHFID), persistence.IsNull(column("tblInsuree", "ValidityTo")))
	if l.err != nil {
		return l.err
	}
	if len(people) == 0 || r.sent.CHFID == persistence.FundingNumber {
		return unknownCode("insuree", "person with the insurance number", r.sent.CHFID)
	}
	r.draft.Claim.InsureeID, r.draft.Claim.Insuree = people[0].InsureeID, &people[0]
	return nil
}

// period fills in what needs no look-up, and refuses a stay that ends before it begins.
func (r *phoneClaim) period() error {
	c, p := &r.draft.Claim, r.sent
	c.ClaimCode, c.DateFrom, c.DateTo, c.DateClaimed = strings.TrimSpace(p.Code), p.From, p.To, p.Claimed
	c.VisitType, c.GuaranteeID, c.Explanation = optional(p.VisitType), optional(p.Guarantee), optional(p.Explanation)
	if p.To != nil && p.To.Date().Before(p.From.Date().Time) {
		return core.ErrorAt(core.Unprocessable, "period", "care ended on %s, before it began on %s", p.To.Date(), p.From.Date())
	}
	return nil
}

func (r *phoneClaim) diagnoses() error {
	registers, err := r.x.Store().Registers(r.x.Context())
	if err != nil {
		return err
	}
	c := &r.draft.Claim
	columns := []**int{nil, &c.ICDID1, &c.ICDID2, &c.ICDID3, &c.ICDID4}
	if len(r.sent.Diagnoses) == 0 || len(r.sent.Diagnoses) > len(columns) {
		return core.ErrorAt(core.Unprocessable, "diagnosis", "a claim has one to %d diagnoses", len(columns))
	}
	for i, code := range r.sent.Diagnoses {
		row := registers.Diagnoses.ByCode(code)
		switch {
		case row == nil:
			return unknownCode(fmt.Sprintf("diagnosis[%d]", i), "diagnosis", code)
		case i == 0:
			c.ICDID = row.ICDID
		default:
			*columns[i] = &row.ICDID
		}
	}
	return nil
}

// lines finds the items and services, with the prices of the register where none is sent.
func (r *phoneClaim) lines() error {
	registers, err := r.x.Store().Registers(r.x.Context())
	if err != nil {
		return err
	}
	for i, line := range r.sent.Items {
		row := registers.Items.ByCode(line.Code)
		if row == nil {
			return unknownCode(fmt.Sprintf("item[%d].code", i), "item", line.Code)
		}
		r.draft.Items = append(r.draft.Items, persistence.ClaimItem{ItemID: row.ItemID, QtyProvided: line.Quantity, PriceAsked: priceOr(line.Price, &row.ItemPrice), Explanation: optional(line.Explanation)})
	}
	for i, line := range r.sent.Services {
		row := registers.Services.ByCode(line.Code)
		if row == nil {
			return unknownCode(fmt.Sprintf("service[%d].code", i), "service", line.Code)
		}
		r.draft.Services = append(r.draft.Services, persistence.ClaimService{ServiceID: row.ServiceID, QtyProvided: line.Quantity, PriceAsked: priceOr(line.Price, &row.ServPrice), Explanation: optional(line.Explanation)})
	}
	return nil
}

// priceOr gives the price that was sent, the other one for none.
func priceOr(sent decimal.Decimal, other *decimal.Decimal) decimal.Decimal {
	if sent.IsZero() {
		return amount(other)
	}
	return sent
}

// administrator finds who sends the claim. The form may leave him out unless the settings
// make him mandatory.
func (r *phoneClaim) administrator() error {
	l := &loader{db: r.x.DB()}
	if strings.TrimSpace(r.sent.Administrator) == "" {
		var controls []persistence.Control
		find(l, &controls, persistence.Compare(column("tblControls", "FieldName"), "=", "ClaimAdministrator"))
		if l.err == nil && len(controls) > 0 && text(&controls[0].Adjustibility) == "M" {
			return core.ErrorAt(core.Unprocessable, "administrator", "a claim needs its administrator")
		}
		return l.err
	}
	var rows []persistence.ClaimAdmin
	find(l, &rows, persistence.Text(column("tblClaimAdmin", "ClaimAdminCode"), persistence.Same, r.sent.Administrator), persistence.IsNull(column("tblClaimAdmin", "ValidityTo")))
	for i := range rows {
		if number(rows[i].HFID) == 0 || number(rows[i].HFID) == r.draft.Claim.HFID {
			r.draft.Claim.ClaimAdminID, r.draft.Claim.ClaimAdmin = &rows[i].ClaimAdminID, &rows[i]
			return l.err
		}
	}
	if l.err != nil {
		return l.err
	}
	return unknownCode("administrator", "claim administrator of the facility", r.sent.Administrator)
}

// prices takes the prices of the facility's lists where none is sent and the list has one
// of its own.
func (r *phoneClaim) prices() error {
	l := newLoader(r.x, &r.draft.Claim, r.draft.Items, r.draft.Services)
	l.prices()
	for i := range l.rows.ItemPrices {
		for j := range r.draft.Items {
			if row := &l.rows.ItemPrices[i]; row.ValidityTo == nil && row.ItemID == r.draft.Items[j].ItemID && row.PriceOverule != nil {
				r.draft.Items[j].PriceAsked = priceOr(r.sent.Items[j].Price, row.PriceOverule)
			}
		}
	}
	for i := range l.rows.ServicePrices {
		for j := range r.draft.Services {
			if row := &l.rows.ServicePrices[i]; row.ValidityTo == nil && row.ServiceID == r.draft.Services[j].ServiceID && row.PriceOverule != nil {
				r.draft.Services[j].PriceAsked = priceOr(r.sent.Services[j].Price, row.PriceOverule)
			}
		}
	}
	return l.err
}
