package persistence

import (
	"gorm.io/gorm/clause"

	"github.com/shopspring/decimal"
)

// mostMoney is more than any column of money holds.
var mostMoney = decimal.New(1, 16)

// Balance compares what is still to be paid for a policy with an amount: its value without
// its live contributions. Fees for photographs are none.
func Balance(op Comparison, than decimal.Decimal) clause.Expression {
	if !op.valid() {
		return Nothing()
	}
	than = decimal.Max(decimal.Min(than.Round(2), mostMoney), mostMoney.Neg())
	return sqlf(`ROUND(COALESCE([tblPolicy].[PolicyValue], 0) - COALESCE((SELECT SUM([s_m].[Amount]) FROM [tblPremium] [s_m] WHERE [s_m].[PolicyID] = [tblPolicy].[PolicyID]`+
		` AND [s_m].[ValidityTo] IS NULL AND ([s_m].[isPhotoFee] IS NULL OR [s_m].[isPhotoFee] = ?)), 0), 2) `+string(op)+` CAST(? AS decimal(20,2))`, false, than)
}

// Uncovered matches policies that do not cover all live members of the family.
func Uncovered() clause.Expression {
	return sqlf(`EXISTS (SELECT 1 FROM [tblInsuree] [s_i] WHERE [s_i].[FamilyID] = [tblPolicy].[FamilyID] AND [s_i].[ValidityTo] IS NULL AND NOT EXISTS ` +
		`(SELECT 1 FROM [tblInsureePolicy] [s_c] WHERE [s_c].[PolicyId] = [tblPolicy].[PolicyID] AND [s_c].[InsureeID] = [s_i].[InsureeID] AND [s_c].[ValidityTo] IS NULL))`)
}
