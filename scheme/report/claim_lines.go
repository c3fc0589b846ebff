package report

import (
	"slices"

	"github.com/shopspring/decimal"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// RightPrintClaim is needed to print a claim.
const RightPrintClaim = 111006

// claimLine is an item or a service on a claim.
type claimLine struct {
	service        bool
	code, name     string
	quantity       decimal.Decimal // as approved, else as asked
	price          decimal.Decimal // for one, as approved, else as asked
	valuated, paid *decimal.Decimal
	rejection      string // in words, "" for a line that passed
}

// amount is what the line comes to.
func (l *claimLine) amount() decimal.Decimal { return l.quantity.Mul(l.price).Round(2) }

// linesOf gives the lines of claims by the key of the claim, services first: two statements
// for every nine hundred claims.
func linesOf(x *persistence.Session, registers *persistence.Registers, claims []persistence.Claim) (map[int][]claimLine, error) {
	lines := map[int][]claimLine{}
	for some := range slices.Chunk(claims, 900) {
		keys := make([]int, len(some))
		for i := range some {
			keys[i] = some[i].ClaimID
		}
		services, err := persistence.Select[persistence.ClaimService](x, persistence.Query{
			Where: []clause.Expression{persistence.In(column("", "ClaimID"), keys)}, Limit: mostLines, Few: true})
		if err != nil {
			return nil, err
		}
		items, err := persistence.Select[persistence.ClaimItem](x, persistence.Query{
			Where: []clause.Expression{persistence.In(column("", "ClaimID"), keys)}, Limit: mostLines, Few: true})
		if err != nil {
			return nil, err
		}
		if services.Next+items.Next != "" {
			return nil, core.Errorf(core.Unprocessable, "the claims have too many lines; ask for fewer claims at a time")
		}
		for i := range services.Rows {
			l := &services.Rows[i]
			line := claimLine{service: true, quantity: orElse(l.QtyApproved, l.QtyProvided), price: orElse(l.PriceApproved, l.PriceAsked),
				valuated: l.PriceValuated, paid: l.RemuneratedAmount, rejection: rejection(l.ClaimServiceStatus, l.RejectionReason)}
			if service := registers.Services.ByID(l.ServiceID); service != nil {
				line.code, line.name = service.ServCode, service.ServName
			}
			lines[l.ClaimID] = append(lines[l.ClaimID], line)
		}
		for i := range items.Rows {
			l := &items.Rows[i]
			line := claimLine{quantity: orElse(l.QtyApproved, l.QtyProvided), price: orElse(l.PriceApproved, l.PriceAsked),
				valuated: l.PriceValuated, paid: l.RemuneratedAmount, rejection: rejection(l.ClaimItemStatus, l.RejectionReason)}
			if item := registers.Items.ByID(l.ItemID); item != nil {
				line.code, line.name = item.ItemCode, item.ItemName
			}
			lines[l.ClaimID] = append(lines[l.ClaimID], line)
		}
	}
	return lines, nil
}

// mostLines is how many services, and how many items, some claims may have.
const mostLines = 20_000

func orElse(first *decimal.Decimal, second decimal.Decimal) decimal.Decimal {
	if first != nil {
		return *first
	}
	return second
}

// lineRejected is the state of a line that was rejected.
const lineRejected = 2

func rejection(status int, reason *int) string {
	if status != lineRejected {
		return ""
	}
	if words, known := persistence.RejectionReasons[number(reason)]; known && number(reason) != 0 {
		return words
	}
	return "Rejected"
}

var lineColumns = []Column{
	{Name: "code", Title: "Code", Kind: Short}, {Name: "name", Title: "Name"}, {Name: "quantity", Title: "Quantity", Kind: Money}, {Name: "price", Title: "Price", Kind: Money},
	{Name: "amount", Title: "Amount", Kind: Money, Total: true}, {Name: "valuated", Title: "Valuated", Kind: Money, Total: true},
	{Name: "paid", Title: "To be paid", Kind: Money, Total: true}, {Name: "rejection", Title: "Rejected because"},
}

var (
	visitTypes = map[string]string{"E": "Emergency", "R": "Referral", "O": "Other", "": "Other"}
	careTypes  = map[string]string{"I": "In-patient", "O": "Out-patient"}
)

// Claim gives the paper of one claim in the caller's scope. Errors: core.NotFound.
func Claim(x *persistence.Session, id persistence.UUID) (*Document, error) {
	registers, err := x.Store().Registers(x.Context())
	if err != nil {
		return nil, err
	}
	c, err := persistence.One[persistence.Claim](x, id, "HF", "Insuree", "ClaimAdmin")
	if err != nil {
		return nil, err
	}
	lines, err := linesOf(x, registers, []persistence.Claim{*c})
	if err != nil {
		return nil, err
	}
	tables := []Table{{Title: "Services", Columns: lineColumns}, {Title: "Items", Columns: lineColumns}}
	for _, l := range lines[c.ClaimID] {
		t := &tables[0]
		if !l.service {
			t = &tables[1]
		}
		t.Rows = append(t.Rows, []any{l.code, l.name, l.quantity, l.price, l.amount(), value(l.valuated), value(l.paid), l.rejection})
	}
	return &Document{Name: "claim " + c.ClaimCode, Title: "Claim " + c.ClaimCode, Made: x.Now(), Facts: claimFacts(c, registers), Tables: tables}, nil
}

// claimFacts is the head of the paper of a claim. What is not known is left out.
func claimFacts(c *persistence.Claim, registers *persistence.Registers) []Fact {
	number, name := personOf(c.Insuree)
	birth, gender := "", ""
	if c.Insuree != nil {
		birth, gender = c.Insuree.DOB.String(), label(registers.Genders, text(c.Insuree.Gender))
	}
	care := c.DateFrom.Date().String()
	if c.DateTo != nil && c.DateTo.Date() != c.DateFrom.Date() {
		care += " to " + c.DateTo.Date().String()
	}
	administrator := ""
	if a := c.ClaimAdmin; a != nil {
		administrator = named(text(a.ClaimAdminCode), text(a.OtherNames), text(a.LastName))
	}
	facts := []Fact{
		{"Health facility", facilityOf(c.HF)}, {"Claim administrator", administrator}, {"Claim", c.ClaimCode}, {"Status", claimStatus(c)},
		{"Insurance no.", number}, {"Insured person", name}, {"Born", birth}, {"Gender", gender},
		{"Care", care}, {"Claimed on", c.DateClaimed.String()}, {"Visit", label(visitTypes, text(c.VisitType))}, {"Care type", label(careTypes, text(c.CareType))},
		{"Diagnosis", diagnosis(registers, &c.ICDID)}, {"Further diagnosis", diagnosis(registers, c.ICDID1)}, {"Further diagnosis", diagnosis(registers, c.ICDID2)},
		{"Further diagnosis", diagnosis(registers, c.ICDID3)}, {"Further diagnosis", diagnosis(registers, c.ICDID4)},
		{"Guarantee", text(c.GuaranteeID)}, {"Explanation", text(c.Explanation)}, {"Adjustment", text(c.Adjustment)},
		{"Claimed", amount(c.Claimed)}, {"Approved", amount(c.Approved)}, {"Valuated", amount(c.Valuated)}, {"To be paid", amount(c.Remunerated)},
	}
	return slices.DeleteFunc(facts, func(f Fact) bool { return f.Value == "" })
}

func diagnosis(registers *persistence.Registers, key *int) string {
	if d := registers.Diagnoses.ByID(number(key)); d != nil {
		return named(d.ICDCode, d.ICDName)
	}
	return ""
}

func amount(d *decimal.Decimal) string {
	if d == nil {
		return ""
	}
	return d.StringFixed(2)
}
