package resources_test

import (
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/resources"
)

func TestElectronicPayments(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		typ := resources.PaymentReconciliation(w.Environment)
		var officer persistence.Officer
		w.seed(t, func(x *persistence.Session) {
			officer = persistence.Officer{Code: "EO1", LastName: "Ama", OtherNames: "Esi", LocationID: &w.sides[0].district.LocationID}
			insert(t, x, &officer)
			premium := persistence.Premium{PolicyID: w.sides[0].policy.PolicyID, Amount: decimal.NewFromInt(60), Receipt: "R1", PayDate: persistence.Day(today), PayType: "M", CreatedDate: persistence.At(today)}
			insert(t, x, &premium)
			asked, received := persistence.At(today.AddDate(0, 0, -3)), persistence.At(today.AddDate(0, 0, -2))
			for state, number := range map[int]string{5: "TX5", 4: "TX4", 2: "TX2", -3: "TX-3"} {
				p := persistence.Payment{PaymentStatus: ptr(state), TransactionNo: &number, ReceiptNo: ptr("RC" + number), OfficerCode: ptr("EO1"), ExpectedAmount: ptr(decimal.NewFromInt(100)), RequestDate: &asked}
				if state >= 4 {
					p.ReceivedAmount, p.ReceivedDate, p.PaymentDate = ptr(decimal.NewFromInt(90)), &received, &received
				}
				if state < 0 {
					p.RejectedReason = ptr("refused by the bank")
				}
				insert(t, x, &p)
				matched := persistence.PaymentDetail{PaymentID: p.PaymentID, InsuranceNumber: w.sides[0].head.CHFID, Amount: ptr(decimal.NewFromInt(60))}
				if state == 5 {
					matched.PremiumID = &premium.PremiumID
				}
				insert(t, x, &matched)
				insert(t, x, &persistence.PaymentDetail{PaymentID: p.PaymentID, InsuranceNumber: ptr("999"), Amount: ptr(decimal.NewFromInt(30))})
			}
			insert(t, x, &persistence.Payment{ReceiptNo: ptr("OTHER"), ReceivedDate: &received})
		})
		ctx := w.as(t, 0)
		code := func(text string) search.Value { return search.Value{Text: text} }
		for _, c := range []struct {
			name  string
			value search.Value
			want  string
		}{
			{"", search.Value{}, "RCTX-3 RCTX2 RCTX4 RCTX5"},
			{"identifier", code("RCTX5"), "RCTX5"},
			{"payment-identifier", code("TX4"), "RCTX4"},
			{"status", code("draft"), "RCTX2"},
			{"status", code("cancelled"), "RCTX-3"},
			{"outcome", code("complete"), "RCTX5"},
			{"outcome", code("partial"), "RCTX4"},
			{"outcome", code("error"), "RCTX-3"},
			{"requestor", search.Value{Type: "Practitioner", Text: string(officer.OfficerUUID)}, "RCTX-3 RCTX2 RCTX4 RCTX5"},
			{"disposition", code("refused"), "RCTX-3"},
			{"created", search.Value{Low: today.AddDate(0, 0, -4), High: today.AddDate(0, 0, -1), DateOnly: true}, "RCTX-3 RCTX2 RCTX4 RCTX5"},
			{"created", search.Value{Low: today, High: today.AddDate(0, 0, 1), DateOnly: true}, ""},
			{"payment-date", search.Value{Low: today.AddDate(0, 0, -3), High: today.AddDate(0, 0, -1), DateOnly: true}, "RCTX4 RCTX5"},
		} {
			var values []search.Value
			if c.name != "" {
				values = []search.Value{c.value}
			}
			if got := codes(t, ctx, typ, c.name, "", values...); got != c.want {
				t.Errorf("%s=%s: %s, not %s", c.name, c.value.Text, got, c.want)
			}
		}
		if got := codes(t, w.as(t, 1), typ, "", ""); got != "" {
			t.Errorf("another district sees %s", got)
		}
		ids := find(t, ctx, typ, "identifier", "", code("RCTX5"))
		entry := read(t, ctx, typ, ids[0])
		text := encode(t, show(t, entry))
		for _, part := range []string{`"active"`, `"complete"`, "2026-11-18", `"value": 90`, "TX5", "Practitioner/" + string(officer.OfficerUUID), "Contract/" + string(w.sides[0].policy.PolicyUUID), `"999"`} {
			if !strings.Contains(text, part) {
				t.Errorf("%s lacks %s", text, part)
			}
		}
		xml, err := entry.AppendXML(nil, fhir.EncodeOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := fhir.DecodeXML(xml, fhir.DecodeOptions{}); err != nil {
			t.Errorf("the XML does not decode: %v", err)
		}
		unmatched := encode(t, show(t, read(t, ctx, typ, find(t, ctx, typ, "identifier", "", code("RCTX4"))[0])))
		if !strings.Contains(unmatched, "Patient/"+string(w.sides[0].head.InsureeUUID)) || strings.Contains(unmatched, "Contract/") {
			t.Errorf("what is not matched shows %s", unmatched)
		}
		if _, err := typ.(rest.Reader).Read(w.as(t, 1), ids[0]); core.CodeOf(err) != core.NotFound {
			t.Errorf("another district's payment gives %v", err)
		}
	})
}
