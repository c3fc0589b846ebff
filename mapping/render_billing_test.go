package mapping_test

import (
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

var (
	familyKind = &persistence.ContentType{ID: 1, AppLabel: "insuree", Model: persistence.KindFamily}
	policyKind = &persistence.ContentType{ID: 2, AppLabel: "policy", Model: persistence.KindPolicy}
	paidKind   = &persistence.ContentType{ID: 3, AppLabel: "invoice", Model: persistence.KindInvoice}

	invoice = &persistence.Invoice{
		Marked: persistence.Marked{UUID: "00000000-0000-4000-8000-000000000201"}, Code: "IV-1", Status: 1, DateInvoice: ptr(dayOf("2024-05-02")), CurrencyCode: "EUR", AmountNet: amount("98"), AmountTotal: amount("107.80"),
		SubjectKind: familyKind, SubjectID: ptr("1"), ThirdpartyKind: familyKind, ThirdpartyID: ptr("1"), Note: ptr("by hand"),
		Lines: []persistence.InvoiceLineItem{{
			LineKind: policyKind, Code: "BCUL0001", Quantity: 2, UnitPrice: amount("55"), Discount: amount("0.1"), Deduction: amount("1"), AmountNet: amount("98"), AmountTotal: amount("107.80"),
		}},
	}
	bill = &persistence.Bill{
		Marked: persistence.Marked{UUID: "00000000-0000-4000-8000-000000000202"}, Code: "BL-1", Status: 2, DateBill: ptr(dayOf("2024-05-03")), CurrencyCode: "$", AmountNet: amount("40"), AmountTotal: amount("40"),
		SubjectKind: &persistence.ContentType{Model: persistence.KindBatchRun}, SubjectID: ptr("1"), ThirdpartyKind: &persistence.ContentType{Model: persistence.KindFacility}, ThirdpartyID: ptr("7"),
		Lines: []persistence.BillItem{{LineKind: &persistence.ContentType{Model: "claim"}, Code: "C1", Quantity: 1, UnitPrice: amount("40"), AmountNet: amount("40"), AmountTotal: amount("40")}},
	}
	notice = &persistence.PaymentInvoice{
		Marked: persistence.Marked{UUID: "00000000-0000-4000-8000-000000000203", DateCreated: ptr(midnight("2024-05-10"))}, DatePayment: ptr(dayOf("2024-05-09")), AmountReceived: ptr(amount("107.80")), PayerRef: "BANK-1",
		Details: []persistence.DetailPaymentInvoice{{SubjectKind: paidKind, SubjectID: ptr(string(invoice.UUID)), Status: 1, Amount: ptr(amount("107.80"))}},
	}
	holder = &persistence.PolicyHolder{
		Marked: persistence.Marked{UUID: "00000000-0000-4000-8000-000000000204"}, Code: ptr("PH1"), TradeName: "Weavers of Ultha", LocationsID: ptr(4), Address: ptr(persistence.JSON(`{"address": "54 Pasay"}`)),
		Phone: ptr("+220 1"), Fax: ptr("+220 2"), Email: ptr("weavers@example.org"), ContactName: ptr(persistence.JSON(`{"name": "John", "surname": "Doe"}`)), LegalForm: ptr(1), ActivityCode: ptr(2),
	}
	// bareHolder is what a row may be at the least.
	bareHolder = &persistence.PolicyHolder{Marked: persistence.Marked{UUID: "00000000-0000-4000-8000-000000000205"}, TradeName: "Nobody", Address: ptr(persistence.JSON(`[]`)), LegalForm: ptr(9)}
)

// renderedBilling gives the golden files of what is owed and paid.
func renderedBilling(strict, compatible *mapping.View) map[string]any {
	insured := *strict
	insured.Insurer = mapping.Insurer{ID: "insurer", Code: "INS", Name: "Scheme of Tests"}
	parties := mapping.Parties{
		mapping.PartyKey{Kind: persistence.KindFamily, Key: "1"}.Head(): {Type: "Patient", ID: string(head.InsureeUUID), Code: "070707070", Name: "070707070"},
		{Kind: persistence.KindFamily, Key: "1"}:                        {Type: "Group", ID: "00000000-0000-4000-8000-0000000000b9"},
		{Kind: persistence.KindFacility, Key: "7"}:                      {Type: "Organization", ID: string(facility.HFUUID), Code: facility.HFCode, Name: facility.HFCode},
	}
	paid := map[mapping.PartyKey]mapping.PaidInvoice{{Kind: persistence.KindInvoice, Key: string(invoice.UUID)}: {Code: invoice.Code, Currency: invoice.CurrencyCode}}
	owed := func(v *mapping.View, change func(*persistence.Invoice)) any {
		row := *invoice
		change(&row)
		billed := mapping.InvoiceRow(&row)
		return mapping.InvoiceOf(v, &billed, parties)
	}
	owes := func(v *mapping.View, change func(*persistence.Bill)) any {
		row := *bill
		change(&row)
		billed := mapping.BillRow(&row)
		return mapping.InvoiceOf(v, &billed, parties)
	}
	undated := *notice
	undated.DatePayment, undated.Details = nil, nil
	formed := *bareHolder
	formed.ContactName = ptr(persistence.JSON(`{"contactName": "Ada Ropes"}`))
	return map[string]any{
		"Invoice":                    owed(&insured, func(*persistence.Invoice) {}),
		"Invoice-compatible":         owed(compatible, func(*persistence.Invoice) {}),
		"Invoice-draft":              owed(&insured, func(i *persistence.Invoice) { i.Status = 0 }),
		"Invoice-of-nobody":          owed(&insured, func(i *persistence.Invoice) { i.ThirdpartyKind, i.ThirdpartyID = nil, nil }),
		"Invoice-empty":              owed(&insured, func(i *persistence.Invoice) { i.Lines = nil }),
		"Invoice-bill":               owes(&insured, func(*persistence.Bill) {}),
		"Invoice-bill-odd":           owes(&insured, func(b *persistence.Bill) { b.SubjectKind = policyKind }),
		"PaymentNotice":              mapping.PaymentNoticeOf(&insured, notice, paid),
		"PaymentNotice-compatible":   mapping.PaymentNoticeOf(compatible, notice, paid),
		"PaymentNotice-bare":         mapping.PaymentNoticeOf(&insured, &undated, paid),
		"Organization-policy-holder": mapping.PolicyHolderOf(&insured, holder),
		"Organization-bare-holder":   mapping.PolicyHolderOf(&insured, bareHolder),
		"Organization-form-holder":   mapping.PolicyHolderOf(&insured, &formed),
	}
}
