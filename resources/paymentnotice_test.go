package resources_test

import (
	"context"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/resources"
)

// notice is a PaymentNotice for the invoice or bill; words are replaced in turns.
func notice(invoice persistence.UUID, words ...string) string {
	text := `{"resourceType": "PaymentNotice", "status": "active", "request": {"reference": "Invoice/INVOICE"}, "created": "2026-11-20",
		"payment": {"reference": "PaymentReconciliation/rec-1"}, "paymentDate": "2026-11-19", "recipient": {"reference": "Organization/insurer"},
		"amount": {"value": 107.80, "currency": "USD"}, "paymentStatus": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/paymentstatus", "code": "paid"}]}}`
	return strings.NewReplacer(append(words, "INVOICE", string(invoice))...).Replace(text)
}

func (b *billing) payer(t testing.TB, side int) context.Context {
	return b.may(t, side, 155101, 156101, 155201, 155202, 155203, 155204)
}

// status gives the status of an invoice or bill as a client sees it.
func (b *billing) status(t *testing.T, id persistence.UUID) string {
	t.Helper()
	return show(t, read(t, b.payer(t, 0), resources.Invoice(b.Environment), string(id)))["status"].(string)
}

func TestPaymentNoticePays(t *testing.T) {
	eachBilling(t, func(t *testing.T, b *billing) {
		typ, ctx := resources.PaymentNotice(b.Environment), b.payer(t, 0)
		sent := notice(b.invoices[0].UUID)
		entry := create(t, ctx, typ, sent)
		sameResource(t, sent, show(t, entry))
		again := read(t, ctx, typ, entry.ID)
		sameResource(t, sent, show(t, again))
		if again.VersionID != entry.VersionID {
			t.Errorf("written as version %s, read as %s", entry.VersionID, again.VersionID)
		}
		if !strings.Contains(encode(t, show(t, again)["meta"]), "openimis-payment-notice") {
			t.Error("the profile is met and not claimed")
		}
		xml, err := again.AppendXML(nil, fhir.EncodeOptions{})
		if err != nil {
			t.Fatal(err)
		}
		back, err := fhir.DecodeXML(xml, fhir.DecodeOptions{})
		if err != nil {
			t.Fatal(err)
		}
		sameResource(t, sent, show(t, &fhir.Entry{Resource: &fhir.Resource{Tree: back.Tree}}))
		if got := b.status(t, b.invoices[0].UUID); got != "balanced" {
			t.Errorf("the invoice is %s", got)
		}
		bill := create(t, ctx, typ, notice(b.bills[0].UUID, "107.80", "40"))
		if got := b.status(t, b.bills[0].UUID); got != "balanced" {
			t.Errorf("the bill is %s", got)
		}
		for _, c := range []struct {
			name  string
			value search.Value
			want  []string
		}{
			{"identifier", search.Value{Text: entry.ID}, []string{entry.ID}},
			{"status", search.Value{Text: "active"}, []string{entry.ID, bill.ID}},
			{"status", search.Value{Text: "cancelled"}, nil},
			{"request", search.Value{Type: "Invoice", Text: string(b.invoices[0].UUID)}, []string{entry.ID}},
			{"request", search.Value{Text: string(b.bills[0].UUID)}, []string{bill.ID}},
			{"payment-status", search.Value{Text: "paid"}, []string{entry.ID, bill.ID}},
			{"payment-status", search.Value{Text: "cleared"}, nil},
			{"created", search.Value{Low: today.AddDate(0, 0, -1), High: today.AddDate(0, 0, 1)}, []string{entry.ID, bill.ID}},
		} {
			got := find(t, ctx, typ, c.name, "", c.value)
			if len(got) != len(c.want) || !strings.Contains(strings.Join(got, " "), strings.Join(c.want[:min(1, len(c.want))], "")) {
				t.Errorf("%s=%s finds %v, not %v", c.name, c.value.Text, got, c.want)
			}
		}
		if got := find(t, b.payer(t, 1), typ, "", ""); len(got) != 0 {
			t.Errorf("another district sees %v", got)
		}
		if _, err := typ.(rest.Reader).Read(b.payer(t, 1), entry.ID); core.CodeOf(err) != core.NotFound {
			t.Errorf("another district's payment gives %v", err)
		}
	})
}

func TestPaymentNoticeThatIsRefused(t *testing.T) {
	eachBilling(t, func(t *testing.T, b *billing) {
		typ, ctx := resources.PaymentNotice(b.Environment), b.payer(t, 0)
		invoice := b.invoices[0].UUID
		for _, c := range []struct {
			name, body string
			code       core.Code
			path       string
		}{
			{"a draft", notice(invoice, `"active"`, `"draft"`), core.Unprocessable, "PaymentNotice.status"},
			{"another amount", notice(invoice, "107.80", "107.79"), core.Unprocessable, "PaymentNotice.amount.value: the amount is 107.79 while 107.80 is open"},
			{"three places", notice(invoice, "107.80", "107.801"), core.Unprocessable, "PaymentNotice.amount.value"},
			{"another currency", notice(invoice, "USD", "EUR"), core.Unprocessable, "PaymentNotice.amount.currency"},
			{"no request", notice(invoice, `"request": {"reference": "Invoice/INVOICE"}, `, ""), core.Unprocessable, "PaymentNotice.request"},
			{"a request of another type", notice(invoice, "Invoice/INVOICE", "Claim/1"), core.Unprocessable, "PaymentNotice.request"},
			{"an unknown invoice", notice(persistence.NewUUID()), core.Unprocessable, "PaymentNotice.request"},
			{"another district's invoice", notice(b.invoices[1].UUID), core.Unprocessable, "PaymentNotice.request"},
			{"a draft invoice", notice(b.employer.UUID, "107.80", "10", "USD", "XTS"), core.Conflict, "PaymentNotice.request"},
			{"another payment", notice(invoice, "PaymentReconciliation/rec-1", "Claim/1"), core.Unprocessable, "PaymentNotice.payment"},
			{"an unknown payment status", notice(invoice, `"paid"`, `"maybe"`), core.Unprocessable, "PaymentNotice.paymentStatus"},
			{"half a day", notice(invoice, "2026-11-19", "2026-11"), core.Unprocessable, "PaymentNotice.paymentDate"},
			{"more than fits", notice(invoice, "107.80", "99999999999999999999"), core.Unprocessable, "amount"},
		} {
			t.Run(c.name, func(t *testing.T) {
				_, err := typ.(rest.Creator).Create(ctx, decode(t, c.body))
				fails(t, err, c.code, c.path)
			})
		}
		if got := b.status(t, invoice); got != "issued" {
			t.Errorf("the invoice is %s after all that", got)
		}
		create(t, ctx, typ, notice(invoice))
		_, err := typ.(rest.Creator).Create(ctx, decode(t, notice(invoice)))
		fails(t, err, core.Conflict, "PaymentNotice.request")
	})
}

func TestPaymentNoticeIsTakenBack(t *testing.T) {
	eachBilling(t, func(t *testing.T, b *billing) {
		typ, ctx, invoice := resources.PaymentNotice(b.Environment), b.payer(t, 0), b.invoices[0].UUID
		update := func(id, text string) (*fhir.Entry, error) {
			return typ.(rest.Updater).Update(ctx, id, decode(t, text), "")
		}
		entry := create(t, ctx, typ, notice(invoice))
		_, err := update(entry.ID, notice(invoice, "107.80", "1"))
		fails(t, err, core.Conflict, "PaymentNotice.amount.value")
		_, err = update(entry.ID, notice(b.bills[0].UUID))
		fails(t, err, core.Conflict, "PaymentNotice.request")
		fails(t, typ.(rest.Deleter).Delete(ctx, entry.ID, ""), core.Conflict, "PaymentNotice.status")
		if _, err := typ.(rest.Updater).Update(ctx, entry.ID, decode(t, notice(invoice)), "1.abc"); core.CodeOf(err) != core.PreconditionFailed {
			t.Errorf("another version gives %v", err)
		}
		cancelled := notice(invoice, `"active"`, `"cancelled"`)
		changed, err := update(entry.ID, cancelled)
		if err != nil {
			t.Fatal(err)
		}
		sameResource(t, cancelled, show(t, changed))
		sameResource(t, cancelled, show(t, read(t, ctx, typ, entry.ID)))
		if got := b.status(t, invoice); got != "issued" {
			t.Errorf("the invoice is %s once its payment is cancelled", got)
		}
		if _, err := typ.(rest.VersionReader).ReadVersion(ctx, entry.ID, entry.VersionID); core.CodeOf(err) != core.NotFound {
			t.Errorf("the overwritten version gives %v", err)
		}
		if _, err := typ.(rest.VersionReader).ReadVersion(ctx, entry.ID, changed.VersionID); err != nil {
			t.Error(err)
		}
		_, err = update(entry.ID, notice(invoice))
		fails(t, err, core.Conflict, "PaymentNotice.status")
		second := create(t, ctx, typ, notice(invoice)) // what was suspended can be paid again
		cleared := notice(invoice, `"paid"`, `"cleared"`)
		if _, err := update(second.ID, cleared); err != nil {
			t.Fatal(err)
		}
		_, err = update(second.ID, cancelled)
		fails(t, err, core.Conflict, "PaymentNotice.status")
		if err := typ.(rest.Deleter).Delete(ctx, entry.ID, ""); err != nil {
			t.Fatal(err)
		}
		if _, err := typ.(rest.Reader).Read(ctx, entry.ID); core.CodeOf(err) != core.Gone {
			t.Errorf("a deleted payment gives %v", err)
		}
		refused := create(t, ctx, typ, notice(b.bills[0].UUID, `"active"`, `"entered-in-error"`, "107.80", "40"))
		if got := show(t, refused)["status"]; got != "entered-in-error" {
			t.Errorf("what was entered in error shows as %s", got)
		}
	})
}

// Clients of the older server name a bill by a type FHIR does not have.
func TestPaymentNoticeOfOlderClients(t *testing.T) {
	eachBilling(t, func(t *testing.T, b *billing) {
		old := *b.Environment
		old.Compatible = true
		typ, ctx := resources.PaymentNotice(&old), b.payer(t, 0)
		for _, reference := range []string{`"reference": "bill/INVOICE"`, `"type": "BILL", "identifier": {"value": "BL-1"}`} {
			text := notice(b.bills[0].UUID, `"reference": "Invoice/INVOICE"`, strings.ReplaceAll(reference, "INVOICE", string(b.bills[0].UUID)), "107.80", "40")
			in, err := fhir.DecodeJSON([]byte(text), fhir.DecodeOptions{Lenient: true})
			if err != nil {
				t.Fatal(err)
			}
			entry, err := typ.(rest.Creator).Create(ctx, in)
			if err != nil {
				t.Fatalf("%s: %v", reference, err)
			}
			got := show(t, entry)["request"].(map[string]any)
			if !strings.HasPrefix(got["reference"].(string), "Invoice/") {
				t.Errorf("%s shows as %s", reference, encode(t, got))
			}
			if _, err := typ.(rest.Updater).Update(ctx, entry.ID, decode(t, notice(b.bills[0].UUID, `"active"`, `"cancelled"`, "107.80", "40")), ""); err != nil {
				t.Fatal(err)
			}
		}
	})
}
