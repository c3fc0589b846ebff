package graphql

import (
	"strconv"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// The rights of this file, as tblRoleRight has them.
const (
	rightDeleteClaim  = 111004
	rightSubmitClaim  = 111007
	rightReviewClaim  = 111008
	rightGiveFeedback = 111009
	rightChangeClaim  = 111010
	rightProcessClaim = 111011
)

// claimLineInput is what the forms of claims and of reviews send of a line. Amounts worked
// out by the scheme are taken and mean nothing, and so do the parts of a package of an item,
// which has none: the newest form sends them.
const claimLineInput = `id: Int status: TinyInt! qtyProvided: Decimal qtyApproved: Decimal priceAsked: Decimal priceAdjusted: Decimal priceApproved: Decimal priceValuated: Decimal
	explanation: String justification: String rejectionReason: SmallInt validityFromReview: DateTime validityToReview: DateTime limitationValue: Decimal limitation: String
	remuneratedAmount: Decimal deductableAmount: Decimal exceedCeilingAmount: Decimal priceOrigin: String exceedCeilingAmountCategory: Decimal
	serviceItemSet: [ClaimSubItemInputType] serviceServiceSet: [ClaimSubServiceInputType]`

const claimForm = `id: Int uuid: String code: ClaimCodeInputType! autogenerate: Boolean insureeId: Int! dateFrom: Date! dateTo: Date icdId: Int! icd1Id: Int icd2Id: Int icd3Id: Int icd4Id: Int
	reviewStatus: TinyInt dateClaimed: Date! dateProcessed: Date healthFacilityId: Int! referFromId: Int referToId: Int batchRunId: Int category: String visitType: String adminId: Int
	guaranteeId: ClaimGuaranteeIdInputType explanation: String adjustment: String jsonExt: JSONString restore: UUID feedbackAvailable: Boolean feedbackStatus: TinyInt
	feedback: FeedbackInputType careType: String preAuthorization: Boolean patientCondition: String referralCode: String items: [ClaimItemInputType] services: [ClaimServiceInputType]`

var claimInputs = `
	enum ClaimAttachmentGeneralType { URL FILE }
	enum ClaimAttachmentTypeClaimGeneralType { URL FILE }
	input ClaimSubItemInputType { id: Int subItemCode: String! qtyProvided: Decimal qtyAsked: Decimal priceAsked: Decimal }
	input ClaimSubServiceInputType { id: Int subServiceCode: String! qtyProvided: Decimal qtyAsked: Decimal priceAsked: Decimal }
	input ClaimItemInputType { itemId: Int! ` + claimLineInput + ` }
	input ClaimServiceInputType { serviceId: Int! legacyId: Int validityTo: DateTime auditUserIdReview: Int policyId: Int ` + claimLineInput + ` }
	input FeedbackInputType { id: Int careRendered: Boolean paymentAsked: Boolean drugPrescribed: Boolean drugReceived: Boolean asessment: SmallInt officerId: Int
		feedbackDate: DateTime validityFrom: DateTime validityTo: DateTime }
	input ClaimAttachmentInputType { ` + attachmentForm + ` }
	` + writing("CreateClaimMutationInput", claimForm+` attachments: [ClaimAttachmentInputType]`) + writing("UpdateClaimMutationInput", claimForm) +
	writing("SubmitClaimsMutationInput", "uuids: [String] additionalFilters: String") +
	writing("DeliverClaimFeedbackMutationInput", "claimUuid: String feedback: FeedbackInputType!") +
	writing("SaveClaimReviewMutationInput", "claimUuid: String adjustment: String items: [ClaimItemInputType] services: [ClaimServiceInputType] submitReview: Boolean") +
	writing("SelectClaimsForReviewMutationInput", "uuids: [String]") + writing("BypassClaimsReviewMutationInput", "uuids: [String]") +
	writing("SkipClaimsReviewMutationInput", "uuids: [String]") + writing("DeliverClaimsReviewMutationInput", "uuids: [String]") +
	writing("SelectClaimsForFeedbackMutationInput", "uuids: [String]") + writing("BypassClaimsFeedbackMutationInput", "uuids: [String]") +
	writing("SkipClaimsFeedbackMutationInput", "uuids: [String]") + writing("ProcessClaimsMutationInput", "uuids: [String]") +
	writing("DeleteClaimsMutationInput", "uuids: [String]") + writing("CreateAttachmentMutationInput", attachmentForm+" claimUuid: String!") +
	writing("UpdateAttachmentMutationInput", attachmentForm+" claimUuid: String!") + writing("DeleteAttachmentMutationInput", "id: String")

var claimMutations = []Mutation{
	claimMutation("createClaim", "CreateClaim", rightClaim, createClaim),
	claimMutation("updateClaim", "UpdateClaim", rightChangeClaim, updateClaim),
	manyMutation("submitClaims", "SubmitClaims", rightSubmitClaim, submitClaims),
	manyMutation("processClaims", "ProcessClaims", rightProcessClaim, processClaims),
	manyMutation("deleteClaims", "DeleteClaims", rightDeleteClaim, eachClaim(func(c *Change, x *persistence.Session, id persistence.UUID) error { return casesOf(c).Remove(x, id) })),
	manyMutation("selectClaimsForReview", "SelectClaimsForReview", rightChangeClaim, marking(scheme.ReviewTrack, scheme.StepSelected)),
	manyMutation("skipClaimsReview", "SkipClaimsReview", rightChangeClaim, marking(scheme.ReviewTrack, scheme.StepNotSelected)),
	manyMutation("bypassClaimsReview", "BypassClaimsReview", rightChangeClaim, marking(scheme.ReviewTrack, scheme.StepBypassed)),
	manyMutation("selectClaimsForFeedback", "SelectClaimsForFeedback", rightChangeClaim, marking(scheme.FeedbackTrack, scheme.StepSelected)),
	manyMutation("skipClaimsFeedback", "SkipClaimsFeedback", rightChangeClaim, marking(scheme.FeedbackTrack, scheme.StepNotSelected)),
	manyMutation("bypassClaimsFeedback", "BypassClaimsFeedback", rightChangeClaim, marking(scheme.FeedbackTrack, scheme.StepBypassed)),
	claimMutation("saveClaimReview", "SaveClaimReview", rightReviewClaim, saveReview),
	manyMutation("deliverClaimsReview", "DeliverClaimsReview", rightReviewClaim, eachClaim(func(c *Change, x *persistence.Session, id persistence.UUID) error {
		_, err := casesOf(c).Review(x, id, scheme.ClaimReview{Deliver: true})
		return err
	})),
	claimMutation("deliverClaimFeedback", "DeliverClaimFeedback", rightGiveFeedback, deliverFeedback),
	attachmentMutation("create", "Create", attach),
	attachmentMutation("update", "Update", reattach),
	attachmentMutation("delete", "Delete", detach),
}

func claimMutation(field, input string, right int, do func(c *Change) error) Mutation {
	return Mutation{Field: Field{SDL: field + "(input: " + input + "MutationInput!): " + input + "MutationPayload", Rights: []int{right}}, Do: do}
}

func manyMutation(field, input string, right int, do func(c *Change) error) Mutation {
	m := claimMutation(field, input, right, nil)
	m.Many = do
	return m
}

func casesOf(c *Change) scheme.Claims {
	return scheme.Claims{Rules: c.Rules, GlobalCodes: c.GlobalClaimCodes}
}

// eachClaim carries something out for each claim of the list uuids.
func eachClaim(do func(c *Change, x *persistence.Session, id persistence.UUID) error) func(c *Change) error {
	return func(c *Change) error {
		return EachOf(c, "uuids", func(r *claimRow) string { return r.ClaimCode }, func(x *persistence.Session, row *claimRow) error { return do(c, x, row.ClaimUUID) })
	}
}

func marking(track scheme.Track, to int) func(c *Change) error {
	return eachClaim(func(c *Change, x *persistence.Session, id persistence.UUID) error {
		return casesOf(c).Mark(x, []persistence.UUID{id}, track, to)
	})
}

// claimInput is the form of a claim.
type claimInput struct {
	Code        string            `graphql:"code"`
	InsureeID   int               `graphql:"insureeId"`
	DateFrom    persistence.Date  `graphql:"dateFrom"`
	DateTo      *persistence.Date `graphql:"dateTo"`
	ICDID       int               `graphql:"icdId"`
	ICDID1      *int              `graphql:"icd1Id"`
	ICDID2      *int              `graphql:"icd2Id"`
	ICDID3      *int              `graphql:"icd3Id"`
	ICDID4      *int              `graphql:"icd4Id"`
	DateClaimed persistence.Date  `graphql:"dateClaimed"`
	HFID        int               `graphql:"healthFacilityId"`
	ReferFrom   *int              `graphql:"referFromId"`
	ReferTo     *int              `graphql:"referToId"`
	VisitType   *string           `graphql:"visitType"`
	AdminID     *int              `graphql:"adminId"`
	GuaranteeID *string           `graphql:"guaranteeId"`
	Explanation *string           `graphql:"explanation"`
	Adjustment  *string           `graphql:"adjustment"`
	CareType    *string           `graphql:"careType"`
	PreAuth     *bool             `graphql:"preAuthorization"`
	Condition   *string           `graphql:"patientCondition"`
	Referral    *string           `graphql:"referralCode"`
	Items       []claimLine       `graphql:"items"`
	Services    []claimLine       `graphql:"services"`
}

// claimLine is a line on the form.
type claimLine struct {
	ID            int              `graphql:"id"`
	ItemID        int              `graphql:"itemId"`
	ServiceID     int              `graphql:"serviceId"`
	Status        int              `graphql:"status"`
	QtyProvided   decimal.Decimal  `graphql:"qtyProvided"`
	PriceAsked    decimal.Decimal  `graphql:"priceAsked"`
	QtyApproved   *decimal.Decimal `graphql:"qtyApproved"`
	PriceApproved *decimal.Decimal `graphql:"priceApproved"`
	Explanation   *string          `graphql:"explanation"`
	Justification *string          `graphql:"justification"`
}

// claimFormHolds is what the form asks of a claim beyond what every door does. It has no
// documents.
var claimFormHolds = []string{"Adjustment", "ReferFrom", "ReferTo", "CareType", "PreAuthorization", "PatientCondition", "ReferralCode"}

// claimDraft turns the form into a claim as it is to be.
func claimDraft(c *Change) (*scheme.ClaimDraft, error) {
	var in claimInput
	if err := c.Into(&in); err != nil {
		return nil, err
	}
	d := &scheme.ClaimDraft{Holds: claimFormHolds, Paths: map[string]string{"facility": "healthFacilityId", "period": "dateFrom", "administrator": "adminId"}}
	d.Claim = claimRow{
		ClaimCode: in.Code, InsureeID: in.InsureeID, DateFrom: persistence.At(in.DateFrom.Time), ICDID: in.ICDID, ICDID1: in.ICDID1, ICDID2: in.ICDID2, ICDID3: in.ICDID3, ICDID4: in.ICDID4,
		DateClaimed: in.DateClaimed, HFID: in.HFID, ReferFrom: in.ReferFrom, ReferTo: in.ReferTo, VisitType: said(in.VisitType), ClaimAdminID: in.AdminID, GuaranteeID: said(in.GuaranteeID),
		Explanation: said(in.Explanation), Adjustment: said(in.Adjustment), CareType: said(in.CareType), PreAuthorization: in.PreAuth, PatientCondition: said(in.Condition), ReferralCode: said(in.Referral),
	}
	if in.DateTo != nil {
		day := persistence.At(in.DateTo.Time)
		d.Claim.DateTo = &day
	}
	for i, l := range in.Items {
		d.Paths["item "+strconv.Itoa(i)] = "items[" + strconv.Itoa(i) + "]"
		d.Items = append(d.Items, persistence.ClaimItem{
			ItemID: l.ItemID, QtyProvided: l.QtyProvided, PriceAsked: l.PriceAsked, Explanation: said(l.Explanation), Justification: said(l.Justification), Availability: true,
		})
	}
	for i, l := range in.Services {
		d.Paths["service "+strconv.Itoa(i)] = "services[" + strconv.Itoa(i) + "]"
		d.Services = append(d.Services, persistence.ClaimService{
			ServiceID: l.ServiceID, QtyProvided: l.QtyProvided, PriceAsked: l.PriceAsked, Explanation: said(l.Explanation), Justification: said(l.Justification),
		})
	}
	return d, nil
}

func createClaim(c *Change) error {
	draft, err := claimDraft(c)
	if err != nil {
		return err
	}
	draft.Claim.JSONExt = extended(nil, c.Text("jsonExt"))
	return c.Store.Tx(c.Context, func(x *persistence.Session) error {
		var out *scheme.ClaimOutcome
		if draft.Attachments, err = attachmentsOf(c, x); err != nil {
			return err
		}
		if from, ok := persistence.ParseUUID(c.Text("restore")); ok {
			out, err = casesOf(c).Restore(x, from, func(d *scheme.ClaimDraft) { *d = *draft }, false)
		} else {
			out, err = casesOf(c).Enter(x, draft, false)
		}
		if err == nil {
			c.Wrote("tblClaim", out.Claim.ClaimUUID)
		}
		return err
	})
}

func updateClaim(c *Change) error {
	draft, err := claimDraft(c)
	if err != nil {
		return err
	}
	return Alter(c, func(x *persistence.Session, row *claimRow) error {
		draft.Claim.JSONExt = row.JSONExt
		if sent, given := c.Input["jsonExt"].(string); given {
			draft.Claim.JSONExt = extended(row.JSONExt, sent)
		}
		_, err := casesOf(c).Replace(x, row.ClaimUUID, draft, false)
		return err
	})
}
