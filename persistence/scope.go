package persistence

import (
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
)

// Scope: which rows a principal sees.
//
// The program itself and administrators see every row. Nobody sees none. A user sees what
// belongs to the districts of tblUsersDistricts (live rows): a district's wards and
// villages with it, and its region, since an address needs all levels. The districts are
// always a sub-select, never a list of keys: SQL Server takes 2100 parameters.
//
//	table                              belongs to
//	tblLocations                       itself, its parents (wards, villages) or its districts (regions)
//	tblHF, tblOfficer                  its district
//	tblClaimAdmin                      its facility
//	tblUsers                           itself, or any of its districts
//	tblUserRole, tblUsersDistricts     its user
//	openimis_staff                     its user, officer or claim administrator
//	tblOfficerVillages                 its officer
//	tblSubscription                    who made it
//	openimis_audit                     who did it, as in tblUsers
//	core_Mutation_Log                  who asked for it
//	tblFamilies                        its village
//	tblInsuree                         its current village, or its family
//	tblPolicy                          its family
//	tblInsureePolicy, tblPremium       its policy
//	tblClaimDedRem                     the policy that pays
//	tblClaim                           its facility; for a user bound to a facility only that one
//	claim lines, photos, feedback      their claim, insured person
//	parts of packages on a claim       its claim
//	claim_ClaimAttachment              its claim
//	tblPolicyHolder, tblBatchRun       its location
//	users, insured persons, bundles
//	and contracts of policy holders    their policy holder
//	tblContractDetails and below       its contract
//	tblInvoice, tblBill                the third party, else what it is for; a bill for a user bound to a facility only that one
//	invoice and bill lines, events     their invoice or bill
//	tblPaymentInvoice                  the invoice or bill it pays
//	tblDetailPaymentInvoice            its payment
//	tblPayment                         the officer's district, or whom or which policy it is for
//	tblPaymentDetails                  its payment
//
// A row without location is national and seen by all. People are thus scoped by where
// they live and claims by where care was given: who may read a claim reads the names on
// it through the claim's joins.
//
// The pseudo family that donations hang on (insurance number 999999999) is hidden from
// everybody but the program itself.
//
// A table named neither here nor among the open ones is an error: a new table must be
// thought about before it can be read.

// FundingNumber is the insurance number of the pseudo family of donations.
const FundingNumber = "999999999"

// open lists the tables without people's data that any signed-in principal reads.
var open = map[string]bool{
	"tblLanguages": true, "tblGender": true, "tblEducations": true, "tblProfessions": true, "tblRelations": true,
	"tblIdentificationTypes": true, "tblFamilyTypes": true, "tblConfirmationTypes": true, "tblPayerType": true,
	"tblLegalForms": true, "tblHFSublevel": true, "tblCeilingInterpretation": true, "tblInsureeStatusReason": true,
	"claim_ClaimAttachment_ClaimAttachmentType": true,
	"tblItems": true, "tblServices": true, "tblICDCodes": true,
	"tblServiceContainedPackage": true, "tblProductContainedPackage": true,
	"tblPLItems": true, "tblPLItemsDetail": true, "tblPLServices": true, "tblPLServicesDetail": true,
	"tblProduct": true, "tblProductItems": true, "tblProductServices": true, "tblRelDistr": true, "tblRelIndex": true,
	"tblContributionPlan": true, "tblContributionPlanBundle": true, "tblContributionPlanBundleDetails": true, "tblPaymentPlan": true,
	"django_content_type": true,
	"tblControls":         true, "tblRole": true, "tblRoleRight": true, "tblHFCatchment": true,
}

const (
	districts = `(SELECT [LocationId] FROM [tblUsersDistricts] WHERE [UserID] = ? AND [ValidityTo] IS NULL)`
	wards     = `(SELECT [LocationId] FROM [tblLocations] WHERE [LocationType] = 'W' AND [ParentLocationId] IN ` + districts + `)`
	villages  = `(SELECT [LocationId] FROM [tblLocations] WHERE [LocationType] = 'V' AND [ParentLocationId] IN ` + wards + `)`
	regions   = `(SELECT [ParentLocationId] FROM [tblLocations] WHERE [LocationType] = 'D' AND [LocationId] IN ` + districts + `)`

	facilityInScope = `(SELECT [HfID] FROM [tblHF] WHERE [LocationId] IN ` + districts + `)`
	familySeen      = `([s_f].[LocationId] IS NULL OR [s_f].[LocationId] IN ` + villages + `)`
	familyOf        = `EXISTS (SELECT 1 FROM [tblFamilies] [s_f] WHERE [s_f].[FamilyID] = `
	policyOf        = `EXISTS (SELECT 1 FROM [tblPolicy] [s_p] JOIN [tblFamilies] [s_f] ON [s_f].[FamilyID] = [s_p].[FamilyID] WHERE [s_p].[PolicyID] = `
)

// scoped gives the predicate of each scoped table; ? stands for the user's key.
var scoped = map[string]string{
	"tblLocations": `[tblLocations].[LocationId] IN ` + districts + ` OR [tblLocations].[LocationId] IN ` + regions +
		` OR [tblLocations].[ParentLocationId] IN ` + districts + ` OR [tblLocations].[ParentLocationId] IN ` + wards,
	"tblHF":            `[tblHF].[LocationId] IN ` + districts,
	"tblOfficer":       officerSeen,
	"tblClaimAdmin":    claimAdminSeen,
	"tblFamilies":      `[tblFamilies].[LocationId] IS NULL OR [tblFamilies].[LocationId] IN ` + villages,
	"tblInsuree":       insureeSeen,
	"tblPolicy":        familyOf + `[tblPolicy].[FamilyID] AND ` + familySeen + `)`,
	"tblInsureePolicy": policyOf + `[tblInsureePolicy].[PolicyId] AND ` + familySeen + `)`,
	"tblPremium":       policyOf + `[tblPremium].[PolicyID] AND ` + familySeen + `)`,
	"tblClaimDedRem":   policyOf + `[tblClaimDedRem].[PolicyID] AND ` + familySeen + `)`,
	"tblClaim":         `[tblClaim].[HFID] IN ` + facilityInScope,
	"tblClaimItems":    claimSeen + `[tblClaimItems].[ClaimID])`,
	"tblClaimServices": claimSeen + `[tblClaimServices].[ClaimID])`,
	"tblFeedback":      claimSeen + `[tblFeedback].[ClaimID])`,

	"tblClaimServicesItems":   serviceOf + `[tblClaimServicesItems].[ClaimServiceID] AND [s_c].[HFID] IN ` + facilityInScope + `)`,
	"tblClaimServicesService": serviceOf + `[tblClaimServicesService].[claimServiceID] AND [s_c].[HFID] IN ` + facilityInScope + `)`,

	"claim_ClaimAttachment": claimSeen + `[claim_ClaimAttachment].[claim_id])`,

	"tblPhotos": `EXISTS (SELECT 1 FROM [tblInsuree] WHERE [tblInsuree].[InsureeID] = [tblPhotos].[InsureeID] AND (` +
		insureeSeen + `))`,
	"tblPolicyHolder":        `[tblPolicyHolder].[LocationsId] IS NULL OR ` + placeSeen(`[tblPolicyHolder].[LocationsId]`),
	"tblPolicyHolderUser":    holderSeen("tblPolicyHolderUser", "PolicyHolderId"),
	"tblPolicyHolderInsuree": holderSeen("tblPolicyHolderInsuree", "PolicyHolderId"),
	"tblContract":            contractSeen,
	"tblContractDetails":     partOf("tblContractDetails", "tblContract", "ContractUUID", contractSeen),

	"tblPolicyHolderContributionPlan": holderSeen("tblPolicyHolderContributionPlan", "PolicyHolderId"),
	"tblContractContributionPlanDetails": partOf("tblContractContributionPlanDetails", "tblContractDetails", "ContractDetailsUUID",
		partOf("tblContractDetails", "tblContract", "ContractUUID", contractSeen)),
	"tblInvoice":              invoiceSeen("tblInvoice"),
	"tblBill":                 invoiceSeen("tblBill"),
	"tblInvoiceLineItem":      partOf("tblInvoiceLineItem", "tblInvoice", "InvoiceId", invoiceSeen("tblInvoice")),
	"tblInvoiceEvent":         partOf("tblInvoiceEvent", "tblInvoice", "InvoiceId", invoiceSeen("tblInvoice")),
	"tblBillLineItem":         partOf("tblBillLineItem", "tblBill", "BillId", invoiceSeen("tblBill")),
	"tblBillEvent":            partOf("tblBillEvent", "tblBill", "BillId", invoiceSeen("tblBill")),
	"tblPaymentInvoice":       paymentSeen(invoiceSeen("tblInvoice"), invoiceSeen("tblBill")),
	"tblDetailPaymentInvoice": partOf("tblDetailPaymentInvoice", "tblPaymentInvoice", "PaymentUUID", paymentSeen(invoiceSeen("tblInvoice"), invoiceSeen("tblBill"))),
	"tblPayment":              electronicSeen,
	"tblPaymentDetails":       `EXISTS (SELECT 1 FROM [tblPayment] WHERE [tblPayment].[PaymentID] = [tblPaymentDetails].[PaymentID] AND (` + electronicSeen + `))`,
	"tblBatchRun":             `[tblBatchRun].[LocationId] IS NULL OR ` + placeSeen(`[tblBatchRun].[LocationId]`),
	"tblUsers":                userSeen(`[tblUsers].[UserID]`),
	"tblUserRole":             userSeen(`[tblUserRole].[UserID]`),
	"tblUsersDistricts":       userSeen(`[tblUsersDistricts].[UserID]`),
	"openimis_staff":          staffSeen,
	"tblOfficerVillages":      `EXISTS (SELECT 1 FROM [tblOfficer] WHERE [tblOfficer].[OfficerID] = [tblOfficerVillages].[OfficerId] AND (` + officerSeen + `))`,
	"tblSubscription":         `EXISTS (SELECT 1 FROM [openimis_subscription] [s_s] WHERE [s_s].[subscription_uuid] = [tblSubscription].[UUID] AND [s_s].[user_id] = ?)`,
	"openimis_audit":          userSeen(`[openimis_audit].[user_id]`),
	"core_Mutation_Log":       `[core_Mutation_Log].[user_id] IN (SELECT [s_b].[id] FROM [core_User] [s_b] WHERE [s_b].[i_user_id] = ? AND [s_b].[ValidityTo] IS NULL)`,
	"tblPayer":                `[tblPayer].[LocationId] IS NULL OR [tblPayer].[LocationId] IN ` + districts + ` OR [tblPayer].[LocationId] IN ` + regions,
}

// holderSeen matches rows of a policy holder the caller sees, and of none.
func holderSeen(table, column string) string {
	key := `[` + table + `].[` + column + `]`
	return key + ` IS NULL OR EXISTS (SELECT 1 FROM [tblPolicyHolder] [s_o] WHERE [s_o].[UUID] = ` + key +
		` AND ([s_o].[LocationsId] IS NULL OR ` + placeSeen(`[s_o].[LocationsId]`) + `))`
}

var contractSeen = holderSeen("tblContract", "PolicyHolderUUID")

// userSeen matches the caller himself and who works in one of his districts.
func userSeen(key string) string {
	return key + ` = ? OR EXISTS (SELECT 1 FROM [tblUsersDistricts] [s_u] WHERE [s_u].[UserID] = ` + key + ` AND [s_u].[ValidityTo] IS NULL AND [s_u].[LocationId] IN ` + districts + `)`
}

const (
	officerSeen    = `[tblOfficer].[LocationId] IS NULL OR [tblOfficer].[LocationId] IN ` + districts
	claimAdminSeen = `[tblClaimAdmin].[HFId] IS NULL OR [tblClaimAdmin].[HFId] IN ` + facilityInScope
)

// staffSeen is the scope of users, and of the others where nobody logs in.
var staffSeen = `[openimis_staff].[user_id] IS NOT NULL AND (` + userSeen(`[openimis_staff].[user_id]`) + `) OR [openimis_staff].[user_id] IS NULL AND (` +
	`EXISTS (SELECT 1 FROM [tblOfficer] WHERE [tblOfficer].[OfficerID] = [openimis_staff].[officer_id] AND (` + officerSeen + `)) OR ` +
	`EXISTS (SELECT 1 FROM [tblClaimAdmin] WHERE [tblClaimAdmin].[ClaimAdminId] = [openimis_staff].[claim_admin_id] AND (` + claimAdminSeen + `)))`

const (
	serviceOf   = `EXISTS (SELECT 1 FROM [tblClaimServices] [s_s] JOIN [tblClaim] [s_c] ON [s_c].[ClaimID] = [s_s].[ClaimID] WHERE [s_s].[ClaimServiceID] = `
	claimSeen   = `EXISTS (SELECT 1 FROM [tblClaim] [s_c] WHERE [s_c].[HFID] IN ` + facilityInScope + ` AND [s_c].[ClaimID] = `
	insureeSeen = `[tblInsuree].[CurrentVillage] IN ` + villages +
		` OR ([tblInsuree].[FamilyID] IS NULL AND ([tblInsuree].[CurrentVillage] IS NULL OR [tblInsuree].[CurrentVillage] = 0))` +
		` OR ` + familyOf + `[tblInsuree].[FamilyID] AND ` + familySeen + `)`
)

// scopedSets say the same as scoped in another way for tables with many rows: the rows in
// scope as a set, which a database can start from. What a listing or a count costs then
// grows with the user's districts and not with the country. For a few rows that are known
// by identity the form above is quicker, since it looks at those rows only.
var scopedSets = map[string]string{
	"tblFamilies":      `[tblFamilies].[FamilyID] IN (` + familiesSeen + `)`,
	"tblPolicy":        `[tblPolicy].[FamilyID] IN (` + familiesSeen + `)`,
	"tblInsureePolicy": `[tblInsureePolicy].[PolicyId] IN (` + policiesSeen + `)`,
	"tblPremium":       `[tblPremium].[PolicyID] IN (` + policiesSeen + `)`,
	"tblInsuree":       `[tblInsuree].[InsureeID] IN (` + insureesSeen + `)`,
}

const (
	insureesSeen = `SELECT [s_i].[InsureeID] FROM [tblInsuree] [s_i] WHERE [s_i].[CurrentVillage] IN ` + villages +
		` UNION ALL SELECT [s_i].[InsureeID] FROM [tblInsuree] [s_i] WHERE [s_i].[FamilyID] IS NULL AND ([s_i].[CurrentVillage] IS NULL OR [s_i].[CurrentVillage] = 0)` +
		` UNION ALL SELECT [s_i].[InsureeID] FROM [tblInsuree] [s_i] JOIN [tblFamilies] [s_f] ON [s_f].[FamilyID] = [s_i].[FamilyID] WHERE [s_f].[LocationId] IN ` + villages +
		` UNION ALL SELECT [s_i].[InsureeID] FROM [tblInsuree] [s_i] JOIN [tblFamilies] [s_f] ON [s_f].[FamilyID] = [s_i].[FamilyID] WHERE [s_f].[LocationId] IS NULL`
	familiesSeen = `SELECT [s_f].[FamilyID] FROM [tblFamilies] [s_f] WHERE [s_f].[LocationId] IN ` + villages +
		` UNION ALL SELECT [s_f].[FamilyID] FROM [tblFamilies] [s_f] WHERE [s_f].[LocationId] IS NULL`
	policiesSeen = `SELECT [s_p].[PolicyID] FROM [tblPolicy] [s_p] JOIN [tblFamilies] [s_f] ON [s_f].[FamilyID] = [s_p].[FamilyID] WHERE [s_f].[LocationId] IN ` + villages +
		` UNION ALL SELECT [s_p].[PolicyID] FROM [tblPolicy] [s_p] JOIN [tblFamilies] [s_f] ON [s_f].[FamilyID] = [s_p].[FamilyID] WHERE [s_f].[LocationId] IS NULL`
)

// claimOfFacility replaces the predicates of claims for a user bound to a facility; ?
// stands for the facility's key.
var claimOfFacility = map[string]string{
	"tblClaim":         `[tblClaim].[HFID] = ?`,
	"tblClaimItems":    `EXISTS (SELECT 1 FROM [tblClaim] [s_c] WHERE [s_c].[HFID] = ? AND [s_c].[ClaimID] = [tblClaimItems].[ClaimID])`,
	"tblClaimServices": `EXISTS (SELECT 1 FROM [tblClaim] [s_c] WHERE [s_c].[HFID] = ? AND [s_c].[ClaimID] = [tblClaimServices].[ClaimID])`,
	"tblFeedback":      `EXISTS (SELECT 1 FROM [tblClaim] [s_c] WHERE [s_c].[HFID] = ? AND [s_c].[ClaimID] = [tblFeedback].[ClaimID])`,

	"tblClaimServicesItems":   serviceOf + `[tblClaimServicesItems].[ClaimServiceID] AND [s_c].[HFID] = ?)`,
	"tblClaimServicesService": serviceOf + `[tblClaimServicesService].[claimServiceID] AND [s_c].[HFID] = ?)`,

	"claim_ClaimAttachment": `EXISTS (SELECT 1 FROM [tblClaim] [s_c] WHERE [s_c].[HFID] = ? AND [s_c].[ClaimID] = [claim_ClaimAttachment].[claim_id])`,

	"tblBill":         billOfFacility,
	"tblBillLineItem": partOf("tblBillLineItem", "tblBill", "BillId", billOfFacility),
	"tblBillEvent":    partOf("tblBillEvent", "tblBill", "BillId", billOfFacility),
}

const fundingFamily = `NOT EXISTS (SELECT 1 FROM [tblInsuree] [s_h] WHERE [s_h].[CHFID] = ? AND [s_h].[ValidityTo] IS NULL AND [s_h].[FamilyID] = `

// funding hides the pseudo family of donations; ? stands for its number.
var funding = map[string]string{
	"tblInsuree":  `([tblInsuree].[CHFID] IS NULL OR [tblInsuree].[CHFID] <> ?)`,
	"tblFamilies": fundingFamily + `[tblFamilies].[FamilyID])`,
	"tblPolicy":   fundingFamily + `[tblPolicy].[FamilyID])`,
	"tblInsureePolicy": `NOT EXISTS (SELECT 1 FROM [tblInsuree] [s_h] WHERE [s_h].[CHFID] = ? AND [s_h].[ValidityTo] IS NULL AND ` +
		`[s_h].[InsureeID] = [tblInsureePolicy].[InsureeID])`,
	"tblPremium": `NOT EXISTS (SELECT 1 FROM [tblInsuree] [s_h] JOIN [tblPolicy] [s_p] ON [s_p].[FamilyID] = [s_h].[FamilyID] WHERE [s_h].[CHFID] = ? ` +
		`AND [s_h].[ValidityTo] IS NULL AND [s_p].[PolicyID] = [tblPremium].[PolicyID])`,
	"tblLocations": `NOT ([tblLocations].[LocationCode] IN ('FR', 'FD', 'FW', 'FV') AND [tblLocations].[LocationName] = 'Funding')`,
}

// scopeOf gives the predicate a principal's reads of the table are bound to, nil for
// none. few says that the other conditions pick a handful of rows.
func scopeOf(x *Session, info *tableInfo, few bool) (clause.Expression, error) {
	p := x.Principal()
	if p.System {
		return nil, nil
	}
	if !p.SignedIn() {
		return Nothing(), nil
	}
	var all []clause.Expression
	if text, ok := funding[info.name]; ok {
		all = append(all, filled(text, FundingNumber))
	}
	if !p.Admin {
		text, isScoped := scoped[info.name]
		if set, ok := scopedSets[info.name]; ok && !few {
			text = set
		}
		switch {
		case p.Facility > 0 && claimOfFacility[info.name] != "":
			all = append(all, filled(claimOfFacility[info.name], p.Facility))
		case isScoped:
			all = append(all, group(filled(text, p.UserID)))
		case !open[info.name]:
			return nil, core.Errorf(core.Internal, "%s has no scope and cannot be read for a user", info.name)
		}
	}
	if len(all) == 0 {
		return nil, nil
	}
	return clause.And(all...), nil
}

// filled puts one value wherever the text asks for one.
func filled(text string, value any) clause.Expression {
	var vars []any
	for i := range text {
		if text[i] == '?' {
			vars = append(vars, value)
		}
	}
	return sqlf(text, vars...)
}
