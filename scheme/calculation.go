package scheme

import (
	"encoding/json"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/persistence"
)

// PercentOfIncome is the calculation rule by which somebody contributes a share of what he
// earns, by its UUID in the Django application. The plan says the rate in percent and the
// person the income, both in the member calculation_rule of the column Json_ext.
const PercentOfIncome = persistence.UUID("0e1b6dd4-04a0-4ee6-ac47-2a99cfa5e9a8")

// ruled are the values that a row gives to a calculation rule. Forms write numbers, and
// texts where nobody touched what they suggest.
type ruled struct {
	Rule struct {
		Rate   *stated `json:"rate"`
		Income *stated `json:"income"`
	} `json:"calculation_rule"`
}

// stated is a decimal that a document holds as number or text. What is neither counts as
// none, as what has more digits than money has.
type stated decimal.NullDecimal

const mostDigits = 18

// UnmarshalJSON reads either form.
func (n *stated) UnmarshalJSON(text []byte) error {
	var d decimal.Decimal
	if err := d.UnmarshalJSON(text); err == nil && d.Exponent() <= mostDigits && d.Exponent() >= -mostDigits && len(text) <= 2*mostDigits {
		*n = stated{Decimal: d, Valid: true}
	}
	return nil
}

func ruledBy(ext *persistence.JSON) ruled {
	var r ruled
	if ext == nil || json.Unmarshal([]byte(*ext), &r) != nil {
		return ruled{}
	}
	return r
}

// contributed is what somebody contributes by a plan, 0 where the rule of the plan is not
// known here, or rate or income are missing. The contract's word on the income goes before
// that of the policy holder.
func contributed(plan *persistence.ContributionPlan, contract, holder *persistence.JSON) decimal.Decimal {
	rate := ruledBy(plan.JSONExt).Rule.Rate
	income := ruledBy(contract).Rule.Income
	if income == nil || !income.Valid {
		income = ruledBy(holder).Rule.Income
	}
	if plan.Calculation == nil || *plan.Calculation != PercentOfIncome || rate == nil || !rate.Valid || income == nil || !income.Valid {
		return decimal.Zero
	}
	return cents(income.Decimal.Mul(rate.Decimal).Div(decimal.NewFromInt(100)))
}
