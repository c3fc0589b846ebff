package persistence

import "gorm.io/gorm/clause"

// CostlyClaims matches claims that ask for percent per cent, or more, of what the claims of
// their main diagnosis ask for on average. The average is of the live claims in one of the
// states that are dated from one day on and before another, whoever may see them.
func CostlyClaims(percent int, states []int, from, before Date) clause.Expression {
	column := func(name string) clause.Column { return clause.Column{Table: "s_a", Name: name} }
	return sqlf(`EXISTS (SELECT 1 FROM (SELECT [s_a].[ICDID] AS [icd], AVG([s_a].[Claimed]) AS [mean] FROM [tblClaim] [s_a] WHERE ? AND ? AND ? AND ? GROUP BY [s_a].[ICDID]) [s_m]`+
		` WHERE [s_m].[icd] = [tblClaim].[ICDID] AND [tblClaim].[Claimed] >= [s_m].[mean] * ? / 100)`,
		IsNull(column("ValidityTo")), In(column("ClaimStatus"), states), Compare(column("DateClaimed"), ">=", from), Compare(column("DateClaimed"), "<", before), percent)
}
