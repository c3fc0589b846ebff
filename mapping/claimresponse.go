package mapping

import (
	"strings"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/persistence"
)

// ClaimResponseOf renders what became of a claim. Its id is that of the claim.
//
// Each line shows the stages the claim went through: as entered (2), checked (4),
// processed (8) and valuated (16), with the price of one unit and the quantity; a
// rejected line shows one stage, rejected (1), and why. The valuated amount is stored for
// the whole line and so is shown with the quantity 1 on the strict base; the other base
// keeps the habit of showing it beside the quantity.
func ClaimResponseOf(v *View, d *ClaimDocument) *r4.ClaimResponse {
	c := &d.Claim
	out := &r4.ClaimResponse{
		Id:         pointer(string(c.ClaimUUID)),
		Identifier: identifiers(c.ClaimUUID, c.ClaimCode),
		Status:     r4.FinancialResourceStatusCodesActive,
		Use:        r4.UseClaim,
		Type:       visitType(c.VisitType),
		Patient:    v.claimPatient(c),
		Created:    v.answered(c),
		Insurer:    v.insurer(),
		Requestor:  v.claimEnterer(c),
		Request:    refer("Claim", string(c.ClaimUUID), c.ClaimCode, ""),
		Outcome:    r4.ClaimProcessingCodesQueued,
	}
	if outcome, ok := claimOutcomes[c.ClaimStatus]; ok {
		out.Outcome = outcome
	}
	lines := d.lines(v)
	for i := range lines {
		out.Item = append(out.Item, v.answerItem(c.ClaimStatus, &lines[i]))
	}
	out.Total = v.answerTotals(c.ClaimStatus, out.Item)
	out.ProcessNote = answerNotes(c, lines)
	if c.FeedbackID != nil && *c.FeedbackID != 0 {
		out.CommunicationRequest = []r4.Reference{{Reference: pointer("CommunicationRequest/" + string(c.ClaimUUID)), Type: pointer("CommunicationRequest")}}
	}
	out.Meta = profile(!v.Compatible && answerConforms(out), claimAnswerProfile)
	return out
}

func answerConforms(out *r4.ClaimResponse) bool {
	whole := len(out.Identifier) == 2 && visitWords[*out.Type.Coding[0].Code] != "" && out.Patient.Reference != nil &&
		out.Insurer.Reference != nil && out.Requestor != nil && len(out.Item) > 0 && len(out.Total) > 0
	for i := range out.Item {
		whole = whole && out.Item[i].Extension[0].ValueReference.Reference != nil
	}
	return whole
}

// answered gives the day the answer was last changed: when the claim was processed,
// submitted, or else entered.
func (v *View) answered(c *persistence.Claim) string {
	switch {
	case c.ProcessStamp != nil:
		return c.ProcessStamp.Date().String()
	case c.DateProcessed != nil:
		return c.DateProcessed.String()
	case c.SubmitStamp != nil:
		return c.SubmitStamp.Date().String()
	}
	return c.DateClaimed.String()
}

// insurer points to the organisation that runs the scheme. It has no row.
func (v *View) insurer() r4.Reference {
	if v.Insurer.ID == "" {
		return r4.Reference{Type: pointer("Organization"), Display: pointer("openIMIS")}
	}
	return *refer("Organization", v.Insurer.ID, v.Insurer.Code, v.Insurer.Name)
}

func (v *View) answerItem(status int, l *claimLine) r4.ClaimResponseItem {
	ref := l.reference()
	if v.Compatible && l.code != "" {
		ref.Display = pointer(l.code)
	}
	return r4.ClaimResponseItem{
		ItemSequence: l.sequence,
		Extension:    []r4.Extension{{Url: extItemReference, ValueReference: ref}},
		Adjudication: v.adjudications(status, l),
	}
}

func (v *View) adjudications(status int, l *claimLine) []r4.ClaimResponseItemAdjudication {
	reason := 0
	if l.reason != nil {
		reason = *l.reason
	}
	stage := func(at int, price, quantity decimal.Decimal) r4.ClaimResponseItemAdjudication {
		return r4.ClaimResponseItemAdjudication{Category: claimStatusConcept(at), Reason: rejection(reason), Amount: v.money(price), Value: number(quantity)}
	}
	if reason != 0 || l.rejected || status == claimStatusRejected {
		return []r4.ClaimResponseItemAdjudication{stage(claimStatusRejected, l.asked, l.provided)}
	}
	list := []r4.ClaimResponseItemAdjudication{stage(claimStatusEntered, l.asked, l.provided)}
	quantity := orElse(l.qtyApproved, l.provided)
	if status >= 4 {
		list = append(list, stage(4, orElse(l.approved, l.asked), quantity))
	}
	if status >= 8 {
		list = append(list, stage(8, orElse(l.adjusted, l.asked), quantity))
	}
	if status >= 16 {
		list = append(list, v.valuated(stage, l, quantity))
	}
	return list
}

// valuated gives the last stage of a line.
func (v *View) valuated(stage func(int, decimal.Decimal, decimal.Decimal) r4.ClaimResponseItemAdjudication, l *claimLine, quantity decimal.Decimal) r4.ClaimResponseItemAdjudication {
	if v.Compatible {
		return stage(16, orElse(l.valuated, l.asked), quantity)
	}
	return stage(16, orElse(l.valuated, decimal.Zero), decimal.NewFromInt(1))
}

// orElse gives the first value, or the second when there is none.
func orElse(d *decimal.Decimal, otherwise decimal.Decimal) decimal.Decimal {
	if d == nil {
		return otherwise
	}
	return *d
}

// answerTotals adds up each stage over the lines. A rejected claim has the total of what
// was rejected; on the compatible base it has none, which is how phones know it.
func (v *View) answerTotals(status int, items []r4.ClaimResponseItem) []r4.ClaimResponseTotal {
	if status == claimStatusRejected && v.Compatible {
		return nil
	}
	sums := map[string]decimal.Decimal{}
	for i := range items {
		for _, a := range items[i].Adjudication {
			code := *a.Category.Coding[0].Code
			price, err1 := decimal.NewFromString(a.Amount.Value.String())
			quantity, err2 := decimal.NewFromString(a.Value.String())
			if err1 == nil && err2 == nil {
				sums[code] = sums[code].Add(price.Mul(quantity).Round(2))
			}
			// What a rejected line asked for was entered with the claim all the same.
			if code == "1" && status != claimStatusRejected {
				sums["2"] = sums["2"].Add(price.Mul(quantity).Round(2))
			}
		}
	}
	var list []r4.ClaimResponseTotal
	for _, at := range []int{1, 2, 4, 8, 16} {
		if (at == claimStatusRejected) != (status == claimStatusRejected) || at > max(status, claimStatusEntered) && status != claimStatusRejected {
			continue
		}
		concept := claimStatusConcept(at)
		list = append(list, r4.ClaimResponseTotal{Category: concept, Amount: *v.money(sums[*concept.Coding[0].Code])})
	}
	return list
}

// answerNotes gives what the reviewer wrote on the claim and its lines. The guide allows
// one note.
func answerNotes(c *persistence.Claim, lines []claimLine) []r4.ClaimResponseProcessNote {
	var parts []string
	if text := plain(c.Adjustment); text != "" {
		parts = append(parts, text)
	}
	for i := range lines {
		if lines[i].note != "" {
			parts = append(parts, lines[i].code+": "+lines[i].note)
		}
	}
	if len(parts) == 0 {
		return nil
	}
	return []r4.ClaimResponseProcessNote{{Text: strings.Join(parts, "\n")}}
}
