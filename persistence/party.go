package persistence

import (
	"slices"
	"strings"

	"gorm.io/gorm/clause"
)

// A generic key of the Django application is two columns: the kind of a row, a key of
// django_content_type, and the row's key as a text. A row of a legacy table may be named
// by its number or by its UUID; both are found in the table.

// party is a kind of row that generic keys point to.
type party struct {
	table, key, uuid string
	seen             string // the keys in a user's scope; ? stands for the user's key
}

// text is what a generic key holds of a row of the set.
func (p party) text(set string) string {
	text := `SELECT CAST([s_k].[` + p.key + `] AS varchar(36)) FROM [` + p.table + `] [s_k] WHERE [s_k].[` + p.key + `] IN (` + set + `)`
	if p.uuid != "" {
		text += ` UNION ALL SELECT CAST([s_k].[` + p.uuid + `] AS varchar(36)) FROM [` + p.table + `] [s_k] WHERE [s_k].[` + p.key + `] IN (` + set + `)`
	}
	return text
}

// parties are the kinds whose rows belong to a place.
var parties = map[string]party{
	KindInsuree:  {"tblInsuree", "InsureeID", "InsureeUUID", insureesSeen},
	KindFamily:   {"tblFamilies", "FamilyID", "FamilyUUID", familiesSeen},
	KindPolicy:   {"tblPolicy", "PolicyID", "PolicyUUID", policiesSeen},
	KindFacility: {"tblHF", "HfID", "HfUUID", `SELECT [HfID] FROM [tblHF] WHERE [LocationId] IN ` + districts},
	KindPolicyHolder: {"tblPolicyHolder", "UUID", "", `SELECT [s_o].[UUID] FROM [tblPolicyHolder] [s_o] WHERE [s_o].[LocationsId] IS NULL OR ` +
		placeSeen(`[s_o].[LocationsId]`)},
	KindBatchRun: {"tblBatchRun", "RunID", "", `SELECT [s_r].[RunID] FROM [tblBatchRun] [s_r] WHERE [s_r].[LocationId] IS NULL OR ` + placeSeen(`[s_r].[LocationId]`)},
}

// placeSeen matches a place of the user's: a district of his, what lies in it, and its region.
func placeSeen(column string) string {
	return strings.ReplaceAll(`(@ IN `+districts+` OR @ IN `+wards+` OR @ IN `+villages+` OR @ IN `+regions+`)`, "@", column)
}

// partySeen matches a generic key that points to something in the user's scope. What is
// of another kind is in nobody's.
func partySeen(typeColumn, idColumn string) string {
	kinds := make([]string, 0, len(parties))
	for kind := range parties {
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds) // the same statement every time
	var any []string
	for _, kind := range kinds {
		any = append(any, `([s_t].[model] = '`+kind+`' AND `+idColumn+` IN (`+parties[kind].text(parties[kind].seen)+`))`)
	}
	return `EXISTS (SELECT 1 FROM [django_content_type] [s_t] WHERE [s_t].[id] = ` + typeColumn + ` AND (` + strings.Join(any, ` OR `) + `))`
}

// invoiceSeen matches invoices or bills: the third party decides, and where there is none
// what they are for.
func invoiceSeen(table string) string {
	column := func(name string) string { return `[` + table + `].[` + name + `]` }
	return partySeen(column("ThirdpartyType"), column("ThirdpartyId")) +
		` OR (` + column("ThirdpartyId") + ` IS NULL AND ` + partySeen(column("SubjectType"), column("SubjectId")) + `)`
}

// paymentSeen matches payments for an invoice or bill that is seen.
func paymentSeen(invoice, bill string) string {
	of := func(kind, table, seen string) string {
		return `([s_dt].[model] = '` + kind + `' AND [s_d].[SubjectId] IN (SELECT CAST([` + table + `].[UUID] AS varchar(36)) FROM [` + table + `] WHERE ` + seen + `))`
	}
	return `EXISTS (SELECT 1 FROM [tblDetailPaymentInvoice] [s_d] JOIN [django_content_type] [s_dt] ON [s_dt].[id] = [s_d].[SubjectType] ` +
		`WHERE [s_d].[PaymentUUID] = [tblPaymentInvoice].[UUID] AND (` + of(KindInvoice, "tblInvoice", invoice) + ` OR ` + of(KindBill, "tblBill", bill) + `))`
}

// partOf matches rows of a table that belong to a row of another that is seen, by its UUID.
func partOf(table, root, column, seen string) string {
	return `EXISTS (SELECT 1 FROM [` + root + `] WHERE [` + root + `].[UUID] = [` + table + `].[` + column + `] AND (` + seen + `))`
}

// billOfFacility matches the bills of one facility; ? stands for its key.
var billOfFacility = `EXISTS (SELECT 1 FROM [django_content_type] [s_t] WHERE [s_t].[id] = [tblBill].[ThirdpartyType] AND [s_t].[model] = '` + KindFacility +
	`' AND [tblBill].[ThirdpartyId] IN (` + parties[KindFacility].text(`?`) + `))`

// electronicSeen matches electronic payments: brought in by an officer of the user's
// districts, or for somebody or a policy in his scope.
const electronicSeen = `[tblPayment].[OfficerCode] IN (SELECT [s_e].[Code] FROM [tblOfficer] [s_e] WHERE [s_e].[ValidityTo] IS NULL AND [s_e].[LocationId] IN ` + districts + `)` +
	` OR EXISTS (SELECT 1 FROM [tblPaymentDetails] [s_d] WHERE [s_d].[PaymentID] = [tblPayment].[PaymentID] AND [s_d].[ValidityTo] IS NULL AND (` +
	`[s_d].[InsuranceNumber] IN (SELECT [s_n].[CHFID] FROM [tblInsuree] [s_n] WHERE [s_n].[ValidityTo] IS NULL AND [s_n].[InsureeID] IN (` + insureesSeen + `))` +
	` OR [s_d].[PremiumID] IN (SELECT [s_m].[PremiumId] FROM [tblPremium] [s_m] WHERE [s_m].[PolicyID] IN (` + policiesSeen + `))))`

// PartyIs matches rows of the table whose generic key points to the row of the kind with
// the UUID.
func PartyIs(table, typeColumn, idColumn, kind string, id UUID) clause.Expression {
	p := parties[kind]
	set := `SELECT [s_w].[` + p.key + `] FROM [` + p.table + `] [s_w] WHERE ?`
	return pointsTo(table, typeColumn, idColumn, kind, p.text(set), In(clause.Column{Table: "s_w", Name: p.identity()}, []UUID{id}))
}

// HeadIs matches rows of the table whose generic key points to a family whose head is the
// insured person with the UUID.
func HeadIs(table, typeColumn, idColumn string, id UUID) clause.Expression {
	set := `SELECT [s_f].[FamilyID] FROM [tblFamilies] [s_f] JOIN [tblInsuree] [s_w] ON [s_w].[InsureeID] = [s_f].[InsureeID] WHERE ?`
	return pointsTo(table, typeColumn, idColumn, KindFamily, parties[KindFamily].text(set), In(clause.Column{Table: "s_w", Name: "InsureeUUID"}, []UUID{id}))
}

func pointsTo(table, typeColumn, idColumn, kind, texts string, which clause.Expression) clause.Expression {
	text := `[` + table + `].[` + idColumn + `] IN (` + texts + `) AND EXISTS (SELECT 1 FROM [django_content_type] [s_t] WHERE [s_t].[id] = [` +
		table + `].[` + typeColumn + `] AND [s_t].[model] = '` + kind + `')`
	vars := make([]any, strings.Count(text, "?"))
	for i := range vars {
		vars[i] = which
	}
	return sqlf(text, vars...)
}

// identity names the column of the row's UUID.
func (p party) identity() string {
	if p.uuid == "" {
		return p.key
	}
	return p.uuid
}

// PaidBy matches payments with a detail that points to an invoice or bill with one of the
// UUIDs.
func PaidBy(kind string, ids ...UUID) clause.Expression {
	return sqlf(`EXISTS (SELECT 1 FROM [tblDetailPaymentInvoice] [s_d] JOIN [django_content_type] [s_dt] ON [s_dt].[id] = [s_d].[SubjectType] `+
		`WHERE [s_d].[PaymentUUID] = [tblPaymentInvoice].[UUID] AND [s_dt].[model] = ? AND ?)`, kind, In(clause.Column{Table: "s_d", Name: "SubjectId"}, ids))
}

// PaidAs matches payments with a detail in one of the states.
func PaidAs(states ...int) clause.Expression {
	return sqlf(`EXISTS (SELECT 1 FROM [tblDetailPaymentInvoice] [s_d] WHERE [s_d].[PaymentUUID] = [tblPaymentInvoice].[UUID] AND ?)`,
		In(clause.Column{Table: "s_d", Name: "Status"}, states))
}
