package cmd_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// What the Django application keeps of contribution plans, payment plans, contracts and
// users of policy holders is listed as the pages ask for it.
func TestPlanAndContractLists(t *testing.T) {
	const admin = "Admin:admin123"
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, unlimited)
		if err := store.Tx(persistencetest.System(t), plans); err != nil {
			t.Fatal(err)
		}
		const now = "isDeleted: false, applyDefaultValidityFilter: true, first: 10"
		const mine = now + `, code_Icontains: "t-"`
		out := asked(t, s, admin, `{
			contributionPlan(`+mine+`, showHistory: false, orderBy: ["code"]) { totalCount edges { node { id code name calculation jsonExt benefitPlan benefitPlanType_Model periodicity dateValidFrom dateValidTo isDeleted } } }
			contributionPlanBundle(`+mine+`, orderBy: ["-code"]) { totalCount edges { node { id code name periodicity dateValidFrom dateValidTo isDeleted replacementUuid } } }
			paymentPlan(`+mine+`, orderBy: ["code"]) { totalCount edges { node { id code name calculation jsonExt benefitPlan benefitPlanType benefitPlanTypeName periodicity isDeleted } } }
			contract(`+mine+`, orderBy: ["code"]) { totalCount edges { node { id code amountNotified amountRectified amountDue dateApproved datePaymentDue state paymentReference amendment policyHolder { id code tradeName } } } }
			policyHolderUser(`+now+`, orderBy: ["id"]) { totalCount edges { node { id policyHolder { code tradeName } user { id username iUser { otherNames lastName } } } } }
		}`, nil)
		for list, want := range map[string]map[string]any{
			"contributionPlan":       {"code": "T-CP1", "periodicity": 12.0, "isDeleted": false},
			"contributionPlanBundle": {"code": "T-CB1", "name": "everything"},
			"paymentPlan":            {"code": "T-PP1", "calculation": calculation},
			"contract":               {"code": "T-C1", "amountDue": 12.5, "state": 7.0, "datePaymentDue": "2024-03-01"},
			"policyHolderUser":       {},
		} {
			node, _ := at(out, list, "edges", "node").(map[string]any)
			if at(out, list, "totalCount") != 1.0 {
				t.Errorf("%s: %v", list, at(out, list))
			}
			for field, value := range want {
				if node[field] != value {
					t.Errorf("%s.%s is %v, want %v", list, field, node[field], value)
				}
			}
		}
		var product map[string]any
		text, _ := at(out, "contributionPlan", "edges", "node", "benefitPlan").(string)
		var inner string
		if err := errors.Join(json.Unmarshal([]byte(text), &inner), json.Unmarshal([]byte(inner), &product)); err != nil || product["id"] != 1.0 || product["code"] == nil || at(out, "contributionPlan", "edges", "node", "benefitPlanType_Model") != "product" {
			t.Errorf("what is contributed for: %v", at(out, "contributionPlan"))
		}
		if at(out, "contract", "edges", "node", "policyHolder", "code") == nil || at(out, "policyHolderUser", "edges", "node", "policyHolder", "tradeName") == nil {
			t.Errorf("policy holders: %v", out)
		}
		if who := at(out, "policyHolderUser", "edges", "node", "user"); at(who, "username") != "Admin" || at(who, "iUser", "lastName") == nil {
			t.Errorf("the user is %v", who)
		}
		for _, c := range []struct {
			list string
			want float64
		}{
			{`contributionPlan(code_Icontains: "T-", first: 1)`, 2}, // one is over
			{`contributionPlan(applyDefaultValidityFilter: true, dateValidTo_Lte: "2021-01-01T00:00:00", first: 1)`, 1},
			{`contributionPlan(benefitPlan_Id: "1", name_Icontains: "MONTH", first: 1)`, 1},
			{`contributionPlan(benefitPlan_Id: "99", first: 1)`, 0},
			{`paymentPlan(calculation: "` + calculation + `", periodicity: 1, first: 1)`, 1},
			{`contract(amountFrom: "12.50", amountTo: "13", state: 7, first: 1)`, 1},
			{`contract(amountFrom: "12.51", first: 1)`, 0},
			{`contract(isDeleted: true, first: 1)`, 0},
			{`contributionPlanBundle(insuranceProduct: 1, calculation: "` + calculation + `", first: 1)`, 1},
			{`contributionPlanBundle(insuranceProduct: 99, first: 1)`, 0},
			{`contributionPlanBundleDetails(isDeleted: false, orderBy: ["contributionPlan"], first: 1)`, 2},
			{`policyHolderInsuree(isDeleted: false, orderBy: ["insuree"], first: 1)`, 24},
			{`policyHolderInsuree(insuree_ChfId_Istartswith: "x", first: 1)`, 0},
			{`policyHolderContributionPlanBundle(isDeleted: false, first: 1)`, 4},
			{`contractDetails(isDeleted: false, orderBy: ["-insuree"], insuree_ChfId_Istartswith: "1", first: 1)`, 24},
			{`contractContributionPlanDetails(contributionPlan_BenefitPlan_Id: 1, orderBy: ["contributionPlan"], first: 1)`, 0},
		} {
			for _, list := range asked(t, s, admin, fmt.Sprintf(`{ %s { totalCount } }`, c.list), nil).(map[string]any) {
				if got := at(list, "totalCount"); got != c.want {
					t.Errorf("%s: %v, want %v", c.list, got, c.want)
				}
			}
		}
		for list := range out.(map[string]any) {
			if refusal := decoded(t, ask(s, call{user: "doctor:doctor123"}, `{ `+list+` { totalCount } }`, nil)); at(refusal, "data", list) != nil || at(refusal, "errors") == nil {
				t.Errorf("%s without the right: %v", list, refusal)
			}
		}
	})
}

const calculation = "0e1b6dd4-04a0-4ee6-ac47-2a99cfa5e9a8"

// plans enters one of each, and a contribution plan that is over.
func plans(x *persistence.Session) error {
	var holder persistence.PolicyHolder
	if err := x.DB().Order(`"UUID"`).First(&holder).Error; err != nil {
		return err
	}
	var who persistence.CoreUser
	if err := x.DB().Where("username = ?", "Admin").First(&who).Error; err != nil {
		return err
	}
	kind, err := persistence.ContentTypeOf(x, "product", "product")
	if err != nil {
		return err
	}
	start, end := persistence.At(x.Now().AddDate(-6, 0, 0)), persistence.At(x.Now().AddDate(-5, -11, 0))
	due, err := persistence.ParseDate("2024-03-01")
	if err != nil {
		return err
	}
	rule := persistence.UUID(calculation)
	user := strings.ReplaceAll(who.ID, "-", "") // as Django's char(32) has it
	return errors.Join(
		persistence.InsertMany(x, []persistence.ContributionPlan{
			{Plan: persistence.Plan{Code: new("T-CP1"), Name: new("monthly"), Calculation: &rule, Periodicity: new(12), BenefitPlanTypeID: &kind.ID, BenefitPlanID: new("1"), Dated: persistence.Dated{DateValidFrom: &start}}},
			{Plan: persistence.Plan{Code: new("T-CP0"), Dated: persistence.Dated{DateValidFrom: &start, DateValidTo: &end}}},
		}),
		persistence.Insert(x, &persistence.ContributionPlanBundle{Code: new("T-CB1"), Name: new("everything")}),
		persistence.Insert(x, &persistence.PaymentPlan{Plan: persistence.Plan{Code: new("T-PP1"), Calculation: &rule, Periodicity: new(1)}}),
		persistence.Insert(x, &persistence.HolderContract{Code: "T-C1", PolicyHolderID: &holder.UUID, AmountDue: new(decimal.RequireFromString("12.5")), State: new(7), DatePaymentDue: &due}),
		persistence.Insert(x, &persistence.PolicyHolderUser{PolicyHolderID: holder.UUID, CoreUserID: &user}),
	)
}
