package resources_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/resources"
)

const eligibilityQuestion = `{
 "resourceType": "CoverageEligibilityRequest", "status": "active", "purpose": ["benefits"], "created": "2026-11-20",
 "identifier": [{"value": "Q-1"}],
 "patient": {"reference": "Patient/PATIENT"}, "insurer": {"display": "the scheme"},
 "item": [
  {"category": {"coding": [{"system": "GUIDE/CodeSystem/coverage-item-category", "code": "item"}]}, "productOrService": {"text": "0182"}},
  {"category": {"coding": [{"system": "GUIDE/CodeSystem/coverage-item-category", "code": "service"}]}, "productOrService": {"text": "M1"}}]
}`

// entitled limits the product of the world and has the member use some of it: of 5 tablets
// 2, of 3 consultations 1, of 100 the patient pays first 40, of 1000 at the most 300.
func entitled(t *testing.T, w *claimWorld) *claimWorld {
	t.Helper()
	money := func(text string) *decimal.Decimal { return ptr(decimal.RequireFromString(text)) }
	w.seed(t, func(x *persistence.Session) {
		o := &w.sides[0]
		update(t, x, &persistence.Product{ProdID: w.product.ProdID}, map[string]any{
			"MaxNoConsultation": 3, "MaxAmountConsultation": "500.00", "DedInsuree": "100.00", "MaxInsuree": "1000.00"})
		update(t, x, &o.policy, map[string]any{"ExpiryDate": "2027-02-28"})
		if err := x.DB().Model(&persistence.ProductItem{}).Where("1 = 1").Updates(map[string]any{"LimitNoAdult": 5, "WaitingPeriodAdult": 6}).Error; err != nil {
			t.Fatal(err)
		}
		if err := x.DB().Model(&persistence.ProductService{}).Where("1 = 1").Updates(map[string]any{"LimitNoAdult": 1}).Error; err != nil {
			t.Fatal(err)
		}
		claim := persistence.Claim{InsureeID: o.member.InsureeID, HFID: o.facility.HFID, ClaimCode: "USED", DateFrom: persistence.At(today.AddDate(0, -1, 0)), DateClaimed: persistence.Day(today),
			ICDID: w.diagnoses[0].ICDID, ClaimStatus: 16, ClaimCategory: ptr("C")}
		insert(t, x, &claim)
		insert(t, x, &persistence.ClaimItem{ClaimID: claim.ClaimID, ItemID: w.tablet.ItemID, ProdID: &w.product.ProdID, ClaimItemStatus: 1, RejectionReason: ptr(0), QtyProvided: *money("2"), PriceAsked: *money("10")})
		insert(t, x, &persistence.ClaimService{ClaimID: claim.ClaimID, ServiceID: w.consultation.ServiceID, ProdID: &w.product.ProdID, ClaimServiceStatus: 1, RejectionReason: ptr(0), QtyProvided: *money("1"), PriceAsked: *money("400")})
		insert(t, x, &persistence.ClaimDedRem{ClaimID: claim.ClaimID, PolicyID: &o.policy.PolicyID, InsureeID: &o.member.InsureeID, DedG: money("40"), RemG: money("300")})
	})
	return w
}

func (w *claimWorld) questions() rest.Type {
	return resources.CoverageEligibilityRequest(w.Environment)
}

func (w *claimWorld) entitlements() rest.Type {
	return resources.CoverageEligibilityResponse(w.Environment)
}

// asker may see the policies of his district.
func (w *claimWorld) asker(t testing.TB, side int, more ...int) context.Context {
	return w.clerk(t, side, append(more, 101201)...)
}

// told writes an answer short: one line a policy with its period, then one line for each
// item with what is said of it.
func told(tree map[string]any) string {
	var out strings.Builder
	insurance, _ := tree["insurance"].([]any)
	for _, one := range insurance {
		cover := one.(map[string]any)
		period := cover["benefitPeriod"].(map[string]any)
		fmt.Fprintf(&out, "%v..%v inforce=%v\n", period["start"], period["end"], cover["inforce"])
		for _, each := range cover["item"].([]any) {
			item := each.(map[string]any)
			code := item["category"].(map[string]any)["coding"].([]any)[0].(map[string]any)["code"]
			fmt.Fprintf(&out, "%v excluded=%v", code, item["excluded"])
			benefits, _ := item["benefit"].([]any)
			for _, b := range benefits {
				benefit := b.(map[string]any)
				kind := benefit["type"].(map[string]any)["coding"].([]any)[0].(map[string]any)["code"]
				for name, v := range benefit {
					if money, ok := v.(map[string]any); ok && name == "allowedMoney" {
						v = fmt.Sprint(money["value"], " ", money["currency"])
					}
					if strings.HasPrefix(name, "allowed") {
						fmt.Fprintf(&out, ", %v=%v", kind, v)
					}
				}
			}
			out.WriteString("\n")
		}
	}
	return strings.TrimSpace(out.String())
}

func TestEligibilityTellsWhatIsLeft(t *testing.T) {
	const strict = `1980-05-04..2027-02-28 inforce=true
benefit excluded=<nil>, consultations_left=2, consultation_amount=500 XTS, total_deduction=60 XTS, total_ceiling=700 XTS
service excluded=true, min_date_item=1980-05-04, service_left=0
item excluded=false, min_date_item=1980-11-04, item_left=3`
	const habitual = `1980-05-04..2027-02-28 inforce=<nil>
benefit excluded=<nil>, consultations_left=2, consultation_amount=500 <nil>
service excluded=true, min_date_item=1980-05-04
item excluded=false, min_date_item=1980-11-04, item_left=3`
	eachClaim(t, func(t *testing.T, w *claimWorld) {
		entitled(t, w)
		for name, c := range map[string]struct {
			w    *claimWorld
			want string
		}{"strict": {w, strict}, "compatible": {w.compatible(), habitual}} {
			t.Run(name, func(t *testing.T) {
				entry := create(t, c.w.asker(t, 0), c.w.questions(), w.claim(eligibilityQuestion))
				if entry.Type != "CoverageEligibilityResponse" {
					t.Errorf("answered with a %s", entry.Type)
				}
				tree := show(t, entry)
				if got := told(tree); got != c.want {
					t.Errorf("got\n%s\nwant\n%s", got, c.want)
				}
				text := encode(t, tree)
				if strings.Contains(text, "Doe") || !strings.Contains(text, *w.sides[0].member.CHFID) {
					t.Errorf("of the person the number alone should be named:\n%s", text)
				}
				again := read(t, c.w.asker(t, 0), c.w.entitlements(), entry.ID)
				if got := told(show(t, again)); got != c.want {
					t.Errorf("read again\n%s", got)
				}
				operation := c.w.questions().(rest.Operator).Operations()[0]
				for _, in := range []*rest.Invocation{
					{Resource: decode(t, w.claim(eligibilityQuestion))},
					{Parameters: []rest.Parameter{{Name: "resource", Resource: decode(t, w.claim(eligibilityQuestion)).Tree}}},
				} {
					entry, err := operation.Run(c.w.asker(t, 0), in)
					if err != nil {
						t.Fatal(err)
					}
					if got := told(show(t, entry)); got != c.want {
						t.Errorf("$submit answers\n%s", got)
					}
				}
				checkXML(t, entry)
			})
		}
	})
}

// checkXML reads the resource back from XML.
func checkXML(t *testing.T, entry *fhir.Entry) {
	t.Helper()
	text, err := entry.AppendXML(nil, fhir.EncodeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fhir.DecodeXML(text, fhir.DecodeOptions{Type: entry.Type, Lenient: true}); err != nil {
		t.Errorf("%v\n%s", err, text)
	}
}

func TestEligibilityIsAskedWithinTheScope(t *testing.T) {
	eachClaim(t, func(t *testing.T, w *claimWorld) {
		entitled(t, w)
		byNumber := strings.Replace(w.claim(eligibilityQuestion), "Patient/"+string(w.sides[0].member.InsureeUUID), "Patient/"+*w.sides[0].member.CHFID, 1)
		enquiries := func() (n int64) {
			w.seed(t, func(x *persistence.Session) {
				if err := x.DB().Model(&persistence.Outbox{}).Where("name = ?", "insuree.enquired").Count(&n).Error; err != nil {
					t.Fatal(err)
				}
			})
			return n
		}
		creator := w.questions().(rest.Creator)
		_, err := creator.Create(w.asker(t, 1), decode(t, byNumber))
		fails(t, err, core.Unprocessable, "CoverageEligibilityRequest.patient")
		if n := enquiries(); n != 0 {
			t.Errorf("%d enquiries recorded", n)
		}
		for i, right := range []int{101105, 111002} {
			entry, err := creator.Create(w.asker(t, 1, right), decode(t, byNumber))
			if err != nil {
				t.Fatal(err)
			}
			if told(show(t, entry)) == "" {
				t.Error("nothing is told")
			}
			if n := enquiries(); n != int64(i+1) {
				t.Errorf("%d enquiries recorded, want %d", n, i+1)
			}
		}
		id := string(w.sides[0].member.InsureeUUID)
		for _, absent := range []string{id, "x", id + ".i0", id + ".s1.i1", id + ".i99999", "0b3c8f0e-6d3f-4a59-9f43-3f4f4d1c0a01"} {
			_, err := w.entitlements().(rest.Reader).Read(w.asker(t, 1), absent)
			if core.CodeOf(err) != core.NotFound {
				t.Errorf("%s: %v", absent, err)
			}
		}
	})
}

func TestEligibilityRefusesWhatItCannotAnswer(t *testing.T) {
	eachClaim(t, func(t *testing.T, w *claimWorld) {
		for _, c := range []struct{ old, new, path string }{
			{`"status": "active"`, `"status": "draft"`, "CoverageEligibilityRequest.status"},
			{`"benefits"`, `"discovery"`, "CoverageEligibilityRequest.purpose"},
			{`Patient/PATIENT`, `Group/PATIENT`, "CoverageEligibilityRequest.patient.reference"},
			{`Patient/PATIENT`, `Patient/1`, "CoverageEligibilityRequest.patient"},
			{`"text": "0182"`, `"text": "9999"`, "CoverageEligibilityRequest.item[0].productOrService"},
			{`"productOrService": {"text": "M1"}`, `"quantity": {"value": 1}`, "CoverageEligibilityRequest.item[1].productOrService"},
			{`"code": "service"`, `"code": "item"`, "CoverageEligibilityRequest.item[1]"},
			{`"code": "service"`, `"code": "meal"`, "CoverageEligibilityRequest.item[1].category"},
			{`"patient":`, `"servicedDate": "2026-01-01", "patient":`, "CoverageEligibilityRequest.servicedDate"},
			{`"patient":`, `"servicedPeriod": {"start": "2026-01-01"}, "patient":`, "CoverageEligibilityRequest.servicedPeriod"},
			{`"patient":`, `"insurance": [{"coverage": {"reference": "Coverage/0b3c8f0e-6d3f-4a59-9f43-3f4f4d1c0a01-7"}}], "patient":`, "CoverageEligibilityRequest.insurance[0].coverage"},
			{`"patient":`, `"insurance": [{"coverage": {"reference": "Coverage/7"}}], "patient":`, "CoverageEligibilityRequest.insurance[0].coverage"},
		} {
			_, err := w.questions().(rest.Creator).Create(w.asker(t, 0, 101105), decode(t, w.claim(strings.Replace(eligibilityQuestion, c.old, c.new, 1))))
			fails(t, err, core.Unprocessable, c.path)
		}
		one := strings.Replace(eligibilityQuestion, `"patient":`, `"insurance": [{"coverage": {"reference": "Coverage/POLICY-`+fmt.Sprint(w.sides[0].member.InsureeID)+`"}}], "patient":`, 1)
		if got := told(show(t, create(t, w.asker(t, 0), w.questions(), w.claim(one)))); !strings.Contains(got, "item excluded=false") {
			t.Errorf("asked about one cover: %s", got)
		}
		run := w.questions().(rest.Operator).Operations()[0].Run
		for _, in := range []*rest.Invocation{
			{}, {Resource: decode(t, w.active())}, {Parameters: []rest.Parameter{{Name: "other", Text: "x"}}},
			{Parameters: []rest.Parameter{{Name: "resource", Text: "x"}}}, {Parameters: []rest.Parameter{{Name: "resource", Resource: decode(t, w.active()).Tree}}},
		} {
			if _, err := run(w.asker(t, 0), in); core.CodeOf(err) != core.Invalid {
				t.Errorf("%+v: %v", in, err)
			}
		}
	})
}

// TestEligibilityOfNobody keeps the habit of the compatible base: a number nobody has is
// answered, without any cover.
func TestEligibilityOfNobody(t *testing.T) {
	eachClaim(t, func(t *testing.T, w *claimWorld) {
		c := w.compatible()
		entry := create(t, c.asker(t, 0), c.questions(), strings.Replace(w.claim(eligibilityQuestion), "Patient/"+string(w.sides[0].member.InsureeUUID), "Patient/777", 1))
		tree := show(t, entry)
		if entry.ID != "" || tree["insurance"] != nil || !strings.Contains(encode(t, tree), "777") {
			t.Errorf("%s", encode(t, tree))
		}
	})
}

// TestEligibilityStatementsAreConstant asks again after the person has used much more.
func TestEligibilityStatementsAreConstant(t *testing.T) {
	eachClaim(t, func(t *testing.T, w *claimWorld) {
		entitled(t, w)
		count := func() int {
			ctx, counter := persistence.CountStatements(w.asker(t, 0))
			create(t, ctx, w.questions(), w.claim(eligibilityQuestion))
			return counter.Count()
		}
		count()
		before := count()
		w.seed(t, func(x *persistence.Session) {
			for i := range 20 {
				claim := persistence.Claim{InsureeID: w.sides[0].member.InsureeID, HFID: w.sides[0].facility.HFID, ClaimCode: fmt.Sprint("C", i), DateFrom: persistence.At(today), DateClaimed: persistence.Day(today),
					ICDID: w.diagnoses[0].ICDID, ClaimStatus: 4}
				insert(t, x, &claim)
				insert(t, x, &persistence.ClaimItem{ClaimID: claim.ClaimID, ItemID: w.tablet.ItemID, ClaimItemStatus: 1, RejectionReason: ptr(0), QtyProvided: decimal.NewFromInt(1)})
			}
		})
		if after := count(); after != before || before > 12 {
			t.Errorf("%d statements before, %d after", before, after)
		}
	})
}

func TestClaimIsSubmittedByOperation(t *testing.T) {
	eachClaim(t, func(t *testing.T, w *claimWorld) {
		operations := w.claims().(rest.Operator).Operations()
		run := operations[slices.IndexFunc(operations, func(o rest.Operation) bool { return o.Name == "submit" })].Run
		status := func(entry *fhir.Entry) string {
			tree := show(t, entry)
			return fmt.Sprint(tree["resourceType"], " ", tree["outcome"])
		}
		const checked = "ClaimResponse partial"

		entered := create(t, w.claimant(t), w.claims(), w.draft())
		entry, err := run(w.claimant(t), &rest.Invocation{ID: entered.ID})
		if err != nil || entry.ID != entered.ID || status(entry) != checked {
			t.Fatalf("entered: %v %v", entry, err)
		}
		_, err = run(w.claimant(t), &rest.Invocation{ID: entered.ID})
		fails(t, err, core.Conflict, "")

		sent := decode(t, strings.Replace(w.draft(), "CODE1", "CODE2", 1))
		if entry, err = run(w.claimant(t), &rest.Invocation{Resource: sent}); err != nil || status(entry) != checked {
			t.Fatalf("sent: %v %v", entry, err)
		}
		again := create(t, w.claimant(t), w.claims(), strings.Replace(w.draft(), "CODE1", "CODE3", 1))
		changed := strings.Replace(strings.Replace(w.draft(), "CODE1", "CODE3", 1), `"resourceType": "Claim",`, `"resourceType": "Claim", "id": "`+again.ID+`",`, 1)
		in := &rest.Invocation{Parameters: []rest.Parameter{{Name: "resource", Resource: decode(t, changed).Tree}}}
		if entry, err = run(w.claimant(t), in); err != nil || entry.ID != again.ID || status(entry) != checked {
			t.Fatalf("sent in place: %v %v", entry, err)
		}
		for name, ctx := range map[string]context.Context{"may not enter": w.clerk(t, 0, 111007), "may not submit": w.clerk(t, 0, 111002)} {
			_, err = run(ctx, &rest.Invocation{Resource: decode(t, strings.Replace(w.active(), "CODE1", "CODE4", 1))})
			if core.CodeOf(err) != core.Forbidden {
				t.Errorf("%s: %v", name, err)
			}
		}
		_, err = run(w.claimant(t), &rest.Invocation{ID: "0b3c8f0e-6d3f-4a59-9f43-3f4f4d1c0a01"})
		fails(t, err, core.NotFound, "")
		_, err = run(w.clerk(t, 1, 111001, 111007), &rest.Invocation{ID: entered.ID})
		fails(t, err, core.NotFound, "")
	})
}
