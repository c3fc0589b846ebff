package resources_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/resources"
)

// billing is what each side of the world owes and is owed.
type billing struct {
	*world
	invoices [2]persistence.Invoice // of the family, named by its key
	holders  [2]persistence.PolicyHolder
	employer persistence.Invoice // of the first policy holder
	bills    [2]persistence.Bill // of the facility, named by its UUID

	notices, electronic []persistence.UUID // once pay was called
}

// eachBilling runs the test on a new billing on every database.
func eachBilling(t *testing.T, test func(t *testing.T, b *billing)) {
	t.Helper()
	each(t, func(t *testing.T, w *world) {
		b := &billing{world: w}
		w.seed(t, func(x *persistence.Session) { b.fill(t, x) })
		test(t, b)
	})
}

func contentType(t *testing.T, x *persistence.Session, model string) *int {
	t.Helper()
	kind, err := persistence.ContentTypeOf(x, "app", model)
	if err != nil {
		t.Fatal(err)
	}
	return &kind.ID
}

func (b *billing) fill(t *testing.T, x *persistence.Session) {
	t.Helper()
	money := decimal.RequireFromString
	on := persistence.Day(today.AddDate(0, 0, -10))
	for i := range b.sides {
		o, n := &b.sides[i], fmt.Sprint(i+1)
		b.holders[i] = persistence.PolicyHolder{Code: ptr("PH" + n), TradeName: "Trade " + n, LocationsID: &o.village.LocationID, Email: ptr("a@example.org"), Phone: ptr("1"),
			Address: ptr(persistence.JSON(`{"address": "54 Pasay"}`)), ContactName: ptr(persistence.JSON(`{"name": "John", "surname": "Doe"}`)), LegalForm: ptr(1), ActivityCode: ptr(2)}
		insert(t, x, &b.holders[i])
		b.invoices[i] = persistence.Invoice{Code: "IV-" + n, Status: 1, DateInvoice: &on, CurrencyCode: "USD", AmountNet: money("98"), AmountTotal: money("107.80"), Note: ptr("by hand"),
			SubjectTypeID: contentType(t, x, persistence.KindFamily), SubjectID: ptr(fmt.Sprint(o.family.FamilyID)),
			ThirdpartyTypeID: contentType(t, x, persistence.KindFamily), ThirdpartyID: ptr(fmt.Sprint(o.family.FamilyID))}
		insert(t, x, &b.invoices[i])
		insert(t, x, &persistence.InvoiceLineItem{InvoiceID: b.invoices[i].UUID, LineTypeID: contentType(t, x, persistence.KindPolicy), LineID: ptr(fmt.Sprint(o.policy.PolicyID)), Code: "L1",
			Quantity: 2, UnitPrice: money("55"), Discount: money("0.10"), Deduction: money("1"), AmountNet: money("98"), AmountTotal: money("107.80")})
		b.bills[i] = persistence.Bill{Code: "BL-" + n, Status: 1, DateBill: &on, CurrencyCode: "USD", AmountNet: money("40"), AmountTotal: money("40"),
			SubjectTypeID: contentType(t, x, persistence.KindBatchRun), SubjectID: ptr("1"),
			ThirdpartyTypeID: contentType(t, x, persistence.KindFacility), ThirdpartyID: ptr(string(o.facility.HFUUID))}
		insert(t, x, &b.bills[i])
		insert(t, x, &persistence.BillItem{BillID: b.bills[i].UUID, LineTypeID: contentType(t, x, "claim"), Code: "C1", Quantity: 1, UnitPrice: money("40"), AmountNet: money("40"), AmountTotal: money("40")})
	}
	b.employer = persistence.Invoice{Code: "IV-9", Status: 0, DateInvoice: &on, CurrencyCode: "$", AmountNet: money("10"), AmountTotal: money("10"),
		SubjectTypeID: contentType(t, x, "contract"), SubjectID: ptr("c"), ThirdpartyTypeID: contentType(t, x, persistence.KindPolicyHolder), ThirdpartyID: ptr(string(b.holders[0].UUID))}
	insert(t, x, &b.employer)
}

// pay adds to what the first side owes and is owed, and pays it by notices and by phone,
// so that there are several rows of each kind.
func (b *billing) pay(t *testing.T, x *persistence.Session) {
	t.Helper()
	o := &b.sides[0]
	premium := persistence.Premium{PolicyID: o.policy.PolicyID, Amount: decimal.NewFromInt(60), Receipt: "R1", PayDate: persistence.Day(today), PayType: "M", CreatedDate: persistence.At(today)}
	insert(t, x, &premium)
	insert(t, x, &persistence.Officer{Code: "EO1", LastName: "Ama", OtherNames: "Esi", LocationID: &o.district.LocationID})
	facility, holder := o.facility, b.holders[0]
	facility.HFID, facility.HFUUID, facility.HFCode, holder.UUID, holder.Code = 0, "", "HF9", "", ptr("PH9")
	insert(t, x, &facility)
	insert(t, x, &holder)
	for i := range 4 {
		invoice, bill := b.invoices[0], b.bills[0]
		invoice.UUID, invoice.Code, bill.UUID, bill.Code = "", fmt.Sprintf("IV-P%d", i), "", fmt.Sprintf("BL-P%d", i)
		insert(t, x, &invoice)
		insert(t, x, &bill)
		insert(t, x, &persistence.InvoiceLineItem{InvoiceID: invoice.UUID, Code: "L", Quantity: 1})
		insert(t, x, &persistence.BillItem{BillID: bill.UUID, Code: "L", Quantity: 1})
		notice := persistence.PaymentInvoice{AmountReceived: ptr(decimal.NewFromInt(60))}
		insert(t, x, &notice)
		insert(t, x, &persistence.DetailPaymentInvoice{PaymentID: notice.UUID, SubjectTypeID: contentType(t, x, persistence.KindInvoice), SubjectID: ptr(string(invoice.UUID)), Status: 1})
		payment := persistence.Payment{PaymentStatus: ptr(5), OfficerCode: ptr("EO1")}
		insert(t, x, &payment)
		insert(t, x, &persistence.PaymentDetail{PaymentID: payment.PaymentID, InsuranceNumber: o.head.CHFID, PremiumID: &premium.PremiumID})
		b.notices, b.electronic = append(b.notices, notice.UUID), append(b.electronic, payment.PaymentUUID)
	}
}

// may gives a context of the user of a side with rights.
func (b *billing) may(t testing.TB, side int, rights ...int) context.Context {
	held := map[int]bool{}
	for _, right := range rights {
		held[right] = true
	}
	return core.WithPrincipal(t.Context(), core.Principal{UserID: b.sides[side].user.UserID, Login: b.sides[side].user.LoginName, Rights: held})
}

// codes gives the business codes a search finds.
func codes(t *testing.T, ctx context.Context, typ rest.Type, name string, modifier search.Modifier, values ...search.Value) string {
	t.Helper()
	q := query(t, typ, name, modifier, values...)
	page, err := typ.(rest.Searcher).Search(ctx, q)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	var list []string
	for _, entry := range page.Entries {
		for _, one := range show(t, entry)["identifier"].([]any) {
			if text := encode(t, one); strings.Contains(text, `"Code"`) {
				list = append(list, one.(map[string]any)["value"].(string))
			}
		}
	}
	slices.Sort(list)
	return strings.Join(list, " ")
}

func TestInvoiceShowsWhatIsOwed(t *testing.T) {
	eachBilling(t, func(t *testing.T, b *billing) {
		typ := resources.Invoice(b.Environment)
		ctx := b.may(t, 0, 155101, 156101)
		entry := read(t, ctx, typ, string(b.invoices[0].UUID))
		component := func(kind, factor, amount string) string {
			return fmt.Sprintf(`{"extension": [{"url": "GUIDE/StructureDefinition/unit-price", "valueMoney": {"value": 55.00, "currency": "USD"}}], "type": %q,
				"code": {"coding": [{"system": "GUIDE/CodeSystem/openimis-identifiers", "code": "Code"}], "text": "L1"}, "factor": %s, "amount": {"value": %s, "currency": "USD"}}`, kind, factor, amount)
		}
		identifier := func(kind, value string) string {
			return fmt.Sprintf(`{"type": {"coding": [{"system": "GUIDE/CodeSystem/openimis-identifiers", "code": %q}]}, "value": %q}`, kind, value)
		}
		want := fmt.Sprintf(`{"resourceType": "Invoice", "id": %[1]q, "meta": {"profile": ["GUIDE/StructureDefinition/openimis-invoice-invoice"]},
			"identifier": [%[2]s, %[3]s], "status": "issued", "type": {"coding": [{"system": "GUIDE/CodeSystem/invoice-type", "code": "contribution"}]},
			"recipient": {"reference": "Patient/%[4]s", "type": "Patient", "identifier": %[5]s}, "date": "2026-11-10",
			"issuer": {"reference": "Organization/insurer", "type": "Organization", "identifier": %[6]s, "display": "Scheme of Tests"},
			"lineItem": [{"chargeItemCodeableConcept": {"coding": [{"system": "GUIDE/CodeSystem/invoice-charge-item", "code": "policy"}]}, "priceComponent": [%[7]s]}],
			"totalNet": {"value": 98.00, "currency": "USD"}, "totalGross": {"value": 107.80, "currency": "USD"}, "note": [{"text": "by hand"}]}`,
			b.invoices[0].UUID, identifier("UUID", string(b.invoices[0].UUID)), identifier("Code", "IV-1"), b.sides[0].head.InsureeUUID, identifier("Code", "070707071"), identifier("Code", "INS"),
			strings.Join([]string{component("base", "2", "110.00"), component("discount", "0.1", "-11.00"), component("deduction", "1", "-1.00"), component("tax", "0.1", "9.80")}, ","))
		want = strings.ReplaceAll(want, "GUIDE/", guide)
		if diff := cmp.Diff(show(t, &fhir.Entry{Resource: decode(t, want)}), withoutVersion(show(t, entry))); diff != "" {
			t.Error(diff)
		}
		xml, err := entry.AppendXML(nil, fhir.EncodeOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := fhir.DecodeXML(xml, fhir.DecodeOptions{}); err != nil {
			t.Errorf("the XML does not decode: %v", err)
		}
		for _, c := range []struct {
			id   persistence.UUID
			want []string
			not  string
		}{
			{b.bills[0].UUID, []string{"openimis-invoice-bill", "claim-batch", "Organization/" + string(b.sides[0].facility.HFUUID), `"claim"`}, "invoice-type"},
			{b.employer.UUID, []string{`"draft"`, `"contract"`, "Organization/" + string(b.holders[0].UUID)}, "profile"},
		} {
			text := encode(t, show(t, read(t, ctx, typ, string(c.id))))
			for _, part := range c.want {
				if !strings.Contains(text, part) {
					t.Errorf("%s lacks %s", text, part)
				}
			}
			if strings.Contains(text, c.not) {
				t.Errorf("%s holds %s", text, c.not)
			}
		}
	})
}

// withoutVersion drops what the server counts.
func withoutVersion(tree map[string]any) map[string]any {
	if meta, ok := tree["meta"].(map[string]any); ok {
		delete(meta, "versionId")
		delete(meta, "lastUpdated")
	}
	return tree
}

func TestInvoiceSearch(t *testing.T) {
	eachBilling(t, func(t *testing.T, b *billing) {
		typ := resources.Invoice(b.Environment)
		all := b.may(t, 0, 155101, 156101)
		head, other := string(b.sides[0].head.InsureeUUID), string(b.sides[1].head.InsureeUUID)
		code := func(text string) search.Value { return search.Value{Text: text} }
		number := func(text, low, top string) search.Value {
			return search.Value{Number: text, NumberLow: low, NumberTop: top}
		}
		for _, c := range []struct {
			name  string
			value search.Value
			want  string
		}{
			{"identifier", code("IV-1"), "IV-1"},
			{"identifier", code("IV-2"), ""}, // of another district
			{"identifier", code(string(b.bills[0].UUID)), "BL-1"},
			{"_id", code(string(b.bills[0].UUID)), "BL-1"},
			{"status", code("issued"), "BL-1 IV-1"},
			{"status", code("draft"), "IV-9"},
			{"status", code("active"), ""},
			{"type", code("contribution"), "IV-1"},
			{"type", code("claim-batch"), "BL-1"},
			{"recipient", search.Value{Type: "Patient", Text: head}, "IV-1"},
			{"recipient", code(head), "IV-1"},
			{"recipient", search.Value{Type: "Patient", Text: other}, ""},
			{"recipient", search.Value{Type: "Organization", Text: string(b.sides[0].facility.HFUUID)}, "BL-1"},
			{"recipient", search.Value{Type: "Organization", Text: string(b.holders[0].UUID)}, "IV-9"},
			{"subject", search.Value{Type: "Group", Text: string(b.sides[0].family.FamilyUUID)}, "IV-1"},
			{"totalgross", number("107.80", "107.795", "107.805"), "IV-1"},
			{"totalnet", number("40", "39.5", "40.5"), "BL-1"},
			{"date", search.Value{Low: today.AddDate(0, 0, -10).Truncate(24 * 3600e9), High: today.AddDate(0, 0, -9).Truncate(24 * 3600e9), DateOnly: true}, "BL-1 IV-1 IV-9"},
		} {
			if got := codes(t, all, typ, c.name, "", c.value); got != c.want {
				t.Errorf("%s=%s: %s, not %s", c.name, c.value.Text+c.value.Number, got, c.want)
			}
		}
		if got := codes(t, all, typ, "recipient", search.Missing); got != "BL-1 IV-1 IV-9" {
			t.Errorf("with a recipient: %s", got)
		}
		for rights, want := range map[int]string{155101: "IV-1 IV-9", 156101: "BL-1"} {
			if got := codes(t, b.may(t, 0, rights), typ, "", ""); got != want {
				t.Errorf("with the right %d: %s, not %s", rights, got, want)
			}
		}
		if got := codes(t, b.may(t, 1, 155101, 156101), typ, "", ""); got != "BL-2 IV-2" {
			t.Errorf("the other district: %s", got)
		}
		if _, err := typ.(rest.Reader).Read(b.may(t, 1, 155101, 156101), string(b.invoices[0].UUID)); core.CodeOf(err) != core.NotFound {
			t.Errorf("another district's invoice gives %v", err)
		}
		if _, err := typ.(rest.Reader).Read(b.may(t, 0, 156101), string(b.invoices[0].UUID)); core.CodeOf(err) != core.NotFound {
			t.Errorf("an invoice without the right gives %v", err)
		}
		pagesThrough(t, b.world, typ, 5)
		old := *b.Environment
		old.Compatible = true
		habitual := resources.Invoice(&old)
		for kind, want := range map[string]string{"invoice": "IV-1 IV-9", "bill": "BL-1"} {
			if got := codes(t, all, habitual, "resourceType", "", code(kind)); got != want {
				t.Errorf("resourceType=%s: %s, not %s", kind, got, want)
			}
		}
		if got := codes(t, all, habitual, "code", "", code("BL-1")); got != "BL-1" {
			t.Errorf("code=BL-1: %s", got)
		}
		if got := read(t, all, habitual, "IV-1"); got.ID != string(b.invoices[0].UUID) {
			t.Errorf("read by code gives %s", got.ID)
		}
	})
}

func TestInvoiceVersions(t *testing.T) {
	eachBilling(t, func(t *testing.T, b *billing) {
		typ, ctx, id := resources.Invoice(b.Environment), b.may(t, 0, 155101), string(b.invoices[0].UUID)
		before := read(t, ctx, typ, id)
		b.seed(t, func(x *persistence.Session) {
			row := b.invoices[0]
			row.Status = 3
			if err := persistence.Update(x, &row); err != nil {
				t.Fatal(err)
			}
			b.invoices[0] = row
		})
		after := read(t, ctx, typ, id)
		if before.VersionID == after.VersionID {
			t.Error("a change leaves the version")
		}
		if entry, err := typ.(rest.VersionReader).ReadVersion(ctx, id, after.VersionID); err != nil || show(t, entry)["status"] != "cancelled" {
			t.Errorf("the latest version gives %v, %v", entry, err)
		}
		if _, err := typ.(rest.VersionReader).ReadVersion(ctx, id, before.VersionID); core.CodeOf(err) != core.NotFound {
			t.Errorf("an overwritten version gives %v", err)
		}
		b.seed(t, func(x *persistence.Session) {
			if err := persistence.Delete(x, &b.invoices[0]); err != nil {
				t.Fatal(err)
			}
		})
		if _, err := typ.(rest.Reader).Read(ctx, id); core.CodeOf(err) != core.Gone {
			t.Errorf("a deleted invoice gives %v", err)
		}
		page, err := typ.(rest.Historian).History(ctx, id, rest.HistoryQuery{})
		if err != nil || len(page.Entries) != 1 || !page.Entries[0].Deleted {
			t.Errorf("its history %+v, %v", page, err)
		}
	})
}
