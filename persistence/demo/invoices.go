package demo

import (
	"fmt"
	"slices"
	"strconv"

	p "github.com/openimis/openimis-go/persistence"
)

// The states of an invoice or bill.
const (
	drafted    = 0
	issued     = 1
	settled    = 2
	cancelled  = 3
	deferred   = 5 // its payment was taken back
	reconciled = 7
)

// currency is the one the demo is in.
const currency = "USD"

// kinds are the kinds of rows that invoices, bills and payments name, by module and model
// of the Django application; their keys count from 1.
var kinds = []struct{ app, model string }{
	{"insuree", p.KindFamily}, {"policy", p.KindPolicy}, {"location", p.KindFacility}, {"policyholder", p.KindPolicyHolder},
	{"claim_batch", p.KindBatchRun}, {"claim", "claim"}, {"invoice", p.KindInvoice}, {"invoice", p.KindBill},
	{"insuree", p.KindInsuree}, {"product", kindProductModel},
}

const kindProductModel = "product"

func (g *world) contentTypes() {
	for i, kind := range kinds {
		g.w.put(p.ContentType{ID: i + 1, AppLabel: kind.app, Model: kind.model})
	}
}

// kind gives the key of a kind of rows.
func kind(model string) *int {
	for i := range kinds {
		if kinds[i].model == model {
			return ptr(i + 1)
		}
	}
	return nil
}

// recorder gives the core_User behind whatever is recorded here: that of the administrator.
func (g *world) recorder() *p.UUID { return ptr(g.draw.uuid(kindCoreUser, 1)) }

// marked gives the columns of a new row, made at a moment.
func (g *world) marked(kind uint16, key int, made p.DateTime) p.Marked {
	return p.Marked{UUID: g.draw.uuid(kind, key), DateCreated: &made, DateUpdated: &made, Version: 1, UserCreatedUUID: g.recorder(), UserUpdatedUUID: g.recorder()}
}

// policyHolders writes who insures people together: one in each district but the last.
func (g *world) policyHolders() {
	for i, trade := range []string{"Amberfield Weavers", "Birchwater Ferries", "Cedarholm Teachers' Union", "Dunmere Town Council"} {
		key, here := i+1, g.districts[i]
		row := p.PolicyHolder{
			Marked: g.marked(kindPolicyHolder, key, g.opened()),
			Code:   ptr(fmt.Sprintf("PH%03d", key)), TradeName: trade, LocationsID: &here.villages[0], Address: ptr(p.JSON(fmt.Sprintf(`{"address": "%s %d"}`, streetNames[i], key*3))),
			Phone: ptr(fmt.Sprintf("99956000%04d", key)), Email: ptr(fmt.Sprintf("holder%d@example.org", key)),
			ContactName: ptr(p.JSON(fmt.Sprintf(`{"contactName": "%s %s"}`, femaleNames[i], familyNames[i*3]))),
			LegalForm:   ptr([]int{2, 1, 5, 4}[i]), ActivityCode: ptr([]int{2, 4, 5, 5}[i]), DateValidFrom: ptr(g.opened()),
		}
		here.holder = &holder{id: row.UUID}
		g.w.put(row)
	}
}

// invoice asks for the contribution of a policy, for one in four of those in force and for
// every one that is not. The head pays, and for every third family the policy holder of the
// district.
func (g *world) invoice(f *family, made *policy, value cents, enrolled p.Date) {
	state := map[int]int{suspended: deferred, ready: settled, expired: reconciled, active: settled}[made.status]
	switch {
	case made.status == idle:
		state = []int{issued, drafted, cancelled}[g.keys.invoice%3]
	case made.id%4 != 1 && (made.status == active || made.status == expired):
		return
	case made.id%8 == 1:
		state = reconciled
	}
	g.keys.invoice++
	key, recorded := g.keys.invoice, at(enrolled, 12)
	head := f.members[slices.IndexFunc(f.members, func(m *person) bool { return m.head })]
	row := p.Invoice{
		Marked:        g.marked(kindInvoice, key, recorded),
		SubjectTypeID: kind(p.KindFamily), SubjectID: ptr(strconv.Itoa(f.id)), ThirdpartyTypeID: kind(p.KindInsuree), ThirdpartyID: ptr(strconv.Itoa(head.id)),
		Code: fmt.Sprintf("IV%07d", key), DateInvoice: &enrolled, DateDue: ptr(after(enrolled, 30)), AmountNet: value.decimal(), AmountTotal: value.decimal(),
		Status: state, CurrencyCode: currency,
	}
	if f.id%3 == 0 && f.district.holder != nil {
		row.ThirdpartyTypeID, row.ThirdpartyID = kind(p.KindPolicyHolder), ptr(string(f.district.holder.id))
	}
	if state == settled || state == reconciled {
		row.DatePayed = &enrolled
	}
	g.w.put(row, p.InvoiceLineItem{
		Marked:    g.marked(kindInvoiceLine, key, recorded),
		InvoiceID: row.UUID, LineTypeID: kind(p.KindPolicy), LineID: ptr(strconv.Itoa(made.id)), Code: productCodes[made.product.id-1], Quantity: 1,
		UnitPrice: value.decimal(), AmountNet: value.decimal(), AmountTotal: value.decimal(),
	})
	g.notice(p.KindInvoice, row.UUID, state, value, enrolled)
}

// bill is what the scheme owes a facility for the claims that one run valuated.
type bill struct {
	run, facility int
	claims        []billed
	total         cents
}

type billed struct {
	id   int
	code string
	paid cents
}

// owe puts a claim on the bill of its facility and run.
func (g *world) owe(run, facility int, claim billed) {
	at := slices.IndexFunc(g.bills, func(b *bill) bool { return b.run == run && b.facility == facility })
	if at < 0 {
		at = len(g.bills)
		g.bills = append(g.bills, &bill{run: run, facility: facility})
	}
	g.bills[at].claims = append(g.bills[at].claims, claim)
	g.bills[at].total += claim.paid
}

// settleBills writes the bills for the families made since the last time. Those of the
// first run are paid by and by, those of the last one are still open.
func (g *world) settleBills() {
	for _, b := range g.bills {
		if b.total == 0 {
			continue
		}
		g.keys.bill++
		ran := g.ran(b.run)
		day, state := ran.Date(), issued
		if b.run == 1 {
			state = []int{reconciled, settled, deferred}[g.keys.paidBill%3]
			g.keys.paidBill++
		}
		row := p.Bill{
			Marked:        g.marked(kindBill, g.keys.bill, ran),
			SubjectTypeID: kind(p.KindBatchRun), SubjectID: ptr(strconv.Itoa(b.run)), ThirdpartyTypeID: kind(p.KindFacility), ThirdpartyID: ptr(strconv.Itoa(b.facility)),
			Code: fmt.Sprintf("BL%07d", g.keys.bill), DateBill: &day, DateDue: ptr(after(day, 30)), AmountNet: b.total.decimal(), AmountTotal: b.total.decimal(),
			Status: state, CurrencyCode: currency,
		}
		if state == settled || state == reconciled {
			row.DatePayed = &day
		}
		g.w.put(row)
		for _, claim := range b.claims {
			g.w.put(p.BillItem{
				Marked: g.marked(kindBillLine, claim.id, ran),
				BillID: row.UUID, LineTypeID: kind("claim"), LineID: ptr(strconv.Itoa(claim.id)), Code: claim.code, Quantity: 1,
				UnitPrice: claim.paid.decimal(), AmountNet: claim.paid.decimal(), AmountTotal: claim.paid.decimal(),
			})
		}
		g.notice(p.KindBill, row.UUID, state, b.total, day)
	}
	g.bills = g.bills[:0]
}
