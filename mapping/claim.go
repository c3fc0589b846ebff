package mapping

import (
	"encoding/json"
	"sort"
	"strings"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/persistence"
)

// ClaimDocument is a claim with the rows that hang on it. The claim carries Insuree, HF
// and ClaimAdmin; the lines are live ones.
type ClaimDocument struct {
	Claim       persistence.Claim
	Items       []persistence.ClaimItem
	Services    []persistence.ClaimService
	Attachments []persistence.ClaimAttachment
	Policy      persistence.UUID // of the cover the claim is made on; "" when there is none
}

// claimLine is what items and services have in common.
type claimLine struct {
	sequence    int
	category    string // item or service
	typ         string // resource type of what was given
	id          persistence.UUID
	code        string
	provided    decimal.Decimal
	asked       decimal.Decimal
	reason      *int
	rejected    bool
	qtyApproved *decimal.Decimal
	approved    *decimal.Decimal // unit price
	adjusted    *decimal.Decimal
	valuated    *decimal.Decimal
	note        string
}

// lines gives the lines in the order of their sequence: the one they were sent with, or
// items and then services counted from one. Claim and ClaimResponse count alike.
func (d *ClaimDocument) lines(v *View) []claimLine {
	list := make([]claimLine, 0, len(d.Items)+len(d.Services))
	sent := true
	for i := range d.Items {
		row := &d.Items[i]
		line := claimLine{
			sequence: lineSequence(row.JSONExt), category: categoryItem, typ: "Medication", provided: row.QtyProvided, asked: row.PriceAsked,
			reason: row.RejectionReason, rejected: row.ClaimItemStatus == lineRejected, qtyApproved: row.QtyApproved, approved: row.PriceApproved, adjusted: row.PriceAdjusted, valuated: row.PriceValuated,
			note: plain(row.Justification),
		}
		if register := v.Registers.Items.ByID(row.ItemID); register != nil {
			line.id, line.code = register.ItemUUID, strings.TrimSpace(register.ItemCode)
		}
		sent = sent && line.sequence > 0
		list = append(list, line)
	}
	for i := range d.Services {
		row := &d.Services[i]
		line := claimLine{
			sequence: lineSequence(row.JSONExt), category: categoryService, typ: "ActivityDefinition", provided: row.QtyProvided, asked: row.PriceAsked,
			reason: row.RejectionReason, rejected: row.ClaimServiceStatus == lineRejected, qtyApproved: row.QtyApproved, approved: row.PriceApproved, adjusted: row.PriceAdjusted, valuated: row.PriceValuated,
			note: plain(row.Justification),
		}
		if register := v.Registers.Services.ByID(row.ServiceID); register != nil {
			line.id, line.code = register.ServiceUUID, strings.TrimSpace(register.ServCode)
		}
		sent = sent && line.sequence > 0
		list = append(list, line)
	}
	if sent && distinct(list) {
		sort.SliceStable(list, func(a, b int) bool { return list[a].sequence < list[b].sequence })
		return list
	}
	for i := range list {
		list[i].sequence = i + 1
	}
	return list
}

func distinct(list []claimLine) bool {
	seen := map[int]bool{}
	for i := range list {
		if seen[list[i].sequence] {
			return false
		}
		seen[list[i].sequence] = true
	}
	return true
}

// reference points to the item or service; its code is its text.
func (l *claimLine) reference() *r4.Reference {
	if l.id == "" {
		return &r4.Reference{Type: pointer(l.typ), Display: pointer("not in the register any more")}
	}
	return refer(l.typ, string(l.id), l.code, "")
}

// lineSequence gives the number a line was sent with, 0 when none was kept.
func lineSequence(ext *persistence.JSON) int {
	if ext == nil || !strings.Contains(string(*ext), ResidueKey) {
		return 0
	}
	var document struct {
		Own struct {
			Sequence int `json:"sequence"`
		} `json:"_fhir"`
	}
	if json.Unmarshal([]byte(*ext), &document) != nil {
		return 0
	}
	return document.Own.Sequence
}

// withSequence keeps the number a line was sent with.
func withSequence(n int) *persistence.JSON {
	text, err := json.Marshal(map[string]any{ResidueKey: map[string]int{"sequence": n}})
	if err != nil {
		return nil
	}
	return pointer(persistence.JSON(text))
}

// ClaimOf renders a claim as it was submitted. Nothing a legacy row may hold makes it
// fail.
func ClaimOf(v *View, d *ClaimDocument) *r4.Claim {
	c := &d.Claim
	out := &r4.Claim{
		Id:             pointer(string(c.ClaimUUID)),
		Identifier:     identifiers(c.ClaimUUID, c.ClaimCode),
		Status:         r4.FinancialResourceStatusCodesActive,
		Use:            r4.UseClaim,
		Type:           visitType(c.VisitType),
		Patient:        v.claimPatient(c),
		BillablePeriod: v.claimPeriod(c),
		Created:        c.DateClaimed.String(),
		Provider:       v.claimProvider(c),
		Enterer:        v.claimEnterer(c),
		Priority:       concept(systemPriority, "normal", "Normal"),
		Insurance:      []r4.ClaimInsurance{v.claimInsurance(d)},
		Diagnosis:      v.claimDiagnoses(c),
		SupportingInfo: v.claimInfo(d),
		Total:          v.money(claimTotal(d)),
	}
	if c.ClaimStatus == claimStatusEntered && !v.Compatible {
		out.Status = r4.FinancialResourceStatusCodesDraft
	}
	lines := d.lines(v)
	out.Item = make([]r4.ClaimItem, len(lines))
	for i := range lines {
		out.Item[i] = v.claimItem(&lines[i])
	}
	out.Meta = profile(!v.Compatible && claimConforms(out), claimProfile)
	return out
}

// claimTotal gives what the claim asks for; a row that does not say has its lines.
func claimTotal(d *ClaimDocument) decimal.Decimal {
	if d.Claim.Claimed != nil {
		return *d.Claim.Claimed
	}
	sum := decimal.Zero
	for i := range d.Items {
		sum = sum.Add(d.Items[i].QtyProvided.Mul(d.Items[i].PriceAsked).Round(2))
	}
	for i := range d.Services {
		sum = sum.Add(d.Services[i].QtyProvided.Mul(d.Services[i].PriceAsked).Round(2))
	}
	return sum
}

// shown gives a code as display on the compatible base, whose clients look for it there.
func (v *View) shown(code string) string {
	if v.Compatible {
		return code
	}
	return ""
}

func (v *View) claimPatient(c *persistence.Claim) r4.Reference {
	if c.Insuree == nil {
		return r4.Reference{Type: pointer("Patient"), Display: pointer("not recorded")}
	}
	return *refer("Patient", string(c.Insuree.InsureeUUID), plain(c.Insuree.CHFID), v.shown(plain(c.Insuree.CHFID)))
}

func (v *View) claimProvider(c *persistence.Claim) r4.Reference {
	if c.HF == nil {
		return r4.Reference{Type: pointer("Organization"), Display: pointer("not recorded")}
	}
	return *refer("Organization", string(c.HF.HFUUID), c.HF.HFCode, v.shown(c.HF.HFCode))
}

func (v *View) claimEnterer(c *persistence.Claim) *r4.Reference {
	if c.ClaimAdmin == nil {
		return nil
	}
	code := plain(c.ClaimAdmin.ClaimAdminCode)
	return refer("Practitioner", string(c.ClaimAdmin.ClaimAdminUUID), code, v.shown(code))
}

func (v *View) claimPeriod(c *persistence.Claim) *r4.Period {
	period := &r4.Period{Start: pointer(c.DateFrom.Date().String())}
	switch {
	case c.DateTo != nil:
		period.End = pointer(c.DateTo.Date().String())
	case v.Compatible:
		period.End = period.Start
	}
	return period
}

// claimInsurance points to the cover. The element is required, so a claim without cover
// says so in words.
func (v *View) claimInsurance(d *ClaimDocument) r4.ClaimInsurance {
	out := r4.ClaimInsurance{Sequence: 1, Focal: true}
	switch {
	case d.Policy == "":
		out.Coverage = r4.Reference{Type: pointer("Coverage"), Display: pointer("no cover on the date of care")}
	case v.Compatible:
		out.Coverage = *refer("Coverage", string(d.Policy), "", "")
	default:
		out.Coverage = *refer("Coverage", CoverageID(d.Policy, d.Claim.InsureeID), "", "")
	}
	return out
}

func (v *View) claimDiagnoses(c *persistence.Claim) []r4.ClaimDiagnosis {
	var list []r4.ClaimDiagnosis
	for _, key := range []*int{&c.ICDID, c.ICDID1, c.ICDID2, c.ICDID3, c.ICDID4} {
		if key == nil {
			continue
		}
		if row := v.Registers.Diagnoses.ByID(*key); row != nil {
			list = append(list, r4.ClaimDiagnosis{Sequence: len(list) + 1, DiagnosisCodeableConcept: concept(systemDiagnosis, row.ICDCode, row.ICDName)})
		}
	}
	return list
}

func (v *View) claimInfo(d *ClaimDocument) []r4.ClaimSupportingInfo {
	var list []r4.ClaimSupportingInfo
	add := func(category string) *r4.ClaimSupportingInfo {
		list = append(list, r4.ClaimSupportingInfo{Sequence: len(list) + 1, Category: concept(systemInfoCategory, category, claimInfoWords[category])})
		return &list[len(list)-1]
	}
	if text := filled(plain(d.Claim.GuaranteeID)); text != nil {
		add(infoGuarantee).ValueString = text
	}
	if text := filled(plain(d.Claim.Explanation)); text != nil {
		add(infoExplanation).ValueString = text
	}
	for i := range d.Attachments {
		add(infoAttachment).ValueAttachment = attachmentOf(&d.Attachments[i])
	}
	return list
}

func attachmentOf(row *persistence.ClaimAttachment) *r4.Attachment {
	out := &r4.Attachment{ContentType: filled(plain(row.Mime)), Data: filled(plain(row.Document)), Url: filled(plain(row.Url)), Title: filled(plain(row.Title))}
	if out.Title == nil {
		out.Title = filled(plain(row.Filename))
	}
	if !row.Date.IsZero() {
		out.Creation = pointer(row.Date.String())
	}
	return out
}

func (v *View) claimItem(l *claimLine) r4.ClaimItem {
	category := concept(systemItemCategory, l.category, claimItemWords[l.category])
	if v.Compatible {
		category.Text = pointer(l.category)
	}
	out := r4.ClaimItem{
		Extension: []r4.Extension{{Url: extItemReference, ValueReference: l.reference()}},
		Sequence:  l.sequence,
		Category:  &category,
		Quantity:  &r4.Quantity{Value: number(l.provided)},
		UnitPrice: v.money(l.asked),
	}
	if out.ProductOrService.Text = filled(l.code); out.ProductOrService.Text == nil {
		out.ProductOrService.Text = pointer("not in the register any more")
	}
	return out
}
