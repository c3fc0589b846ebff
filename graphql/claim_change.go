package graphql

import (
	"slices"
	"strconv"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/mapping"
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

func submitClaims(c *Change) error {
	ids, err := c.UUIDs("uuids")
	if filters := c.Text("additionalFilters"); err == nil && len(ids) == 0 && filters != "" {
		ids, err = enteredClaims(c, filters)
	}
	if err != nil {
		return err
	}
	return manyClaims(c, ids, claimCounts{Header: "Claims submitted"}, func(x *persistence.Session, ids []persistence.UUID) ([]scheme.ClaimResult, error) {
		return casesOf(c).SubmitMany(x, ids)
	})
}

// mostFiltered is how many claims can be submitted by the filters of a list.
const mostFiltered = 10_000

// enteredClaims gives the claims in the list with the filters that can be submitted.
func enteredClaims(c *Change, filters string) ([]persistence.UUID, error) {
	args, err := claims.said(filters)
	if err != nil {
		return nil, core.ErrorAt(core.Invalid, "additionalFilters", "%v", err)
	}
	list := *c.Call
	list.Args = args
	q, err := claims.query(&list)
	if err != nil {
		return nil, err
	}
	if err := Equals(mapping.Claims, "status")(&list, scheme.StatusEntered, &q); err != nil {
		return nil, err
	}
	q.Limit = mostFiltered + 1
	found, err := persistence.Select[claimRow](c.Store.Read(c.Context), q)
	switch {
	case err != nil:
		return nil, err
	case len(found.Rows) == 0:
		return nil, core.ErrorAt(core.Invalid, "additionalFilters", "no claim that is entered meets these filters")
	case len(found.Rows) > mostFiltered:
		return nil, core.ErrorAt(core.Invalid, "additionalFilters", "these filters leave more than %d claims: submit them in parts", mostFiltered)
	}
	ids := make([]persistence.UUID, len(found.Rows))
	for i := range ids {
		ids[i] = found.Rows[i].ClaimUUID
	}
	return ids, nil
}

func processClaims(c *Change) error {
	ids, err := c.UUIDs("uuids")
	if err != nil {
		return err
	}
	return manyClaims(c, ids, claimCounts{Header: "Claims processed"}, func(x *persistence.Session, ids []persistence.UUID) ([]scheme.ClaimResult, error) {
		return casesOf(c).ProcessMany(x, ids)
	})
}

// claimCounts are what the journal shows of many claims.
type claimCounts struct {
	Header           string `json:"header"`
	Submitted        int    `json:"submitted"`
	Checked          int    `json:"checked"`
	Processed        int    `json:"processed"`
	Valuated         int    `json:"valuated"`
	Rejected         int    `json:"rejected"`
	ItemsPassed      int    `json:"items_passed"`
	ItemsRejected    int    `json:"items_rejected"`
	ServicesPassed   int    `json:"services_passed"`
	ServicesRejected int    `json:"services_rejected"`
}

// count adds what became of a claim.
func (n *claimCounts) count(out *scheme.ClaimOutcome) {
	n.Submitted++
	switch out.Claim.ClaimStatus {
	case scheme.StatusRejected:
		n.Rejected++
	case scheme.StatusChecked:
		n.Checked++
	case scheme.StatusProcessed:
		n.Processed++
	case scheme.StatusValuated:
		n.Valuated++
	}
	for i := range out.Items {
		if out.Items[i].ClaimItemStatus == lineRejected {
			n.ItemsRejected++
		} else {
			n.ItemsPassed++
		}
	}
	for i := range out.Services {
		if out.Services[i].ClaimServiceStatus == lineRejected {
			n.ServicesRejected++
		} else {
			n.ServicesPassed++
		}
	}
}

// manyClaims carries a rule out over claims, as many in one transaction as the rule takes:
// what it says of one does not hold up the others.
func manyClaims(c *Change, ids []persistence.UUID, counts claimCounts, do claimRule) error {
	switch {
	case len(ids) == 0:
		return core.ErrorAt(core.Invalid, "uuids", "nothing is named")
	case len(ids) > mostFiltered:
		return core.ErrorAt(core.Invalid, "uuids", "%d claims can be named at once", mostFiltered)
	}
	var faults Faults
	for some := range slices.Chunk(ids, scheme.ManyClaims) {
		results, err := someClaims(c, some, do)
		if err != nil {
			return err
		}
		for _, r := range results {
			if r.Err != nil {
				faults = append(faults, Fault{string(r.ID), r.Err})
				continue
			}
			counts.count(r.Outcome)
		}
	}
	c.Report(map[string]any{"claim_stats": counts})
	if len(faults) > 0 {
		return titled(c, faults)
	}
	return nil
}

// titled gives faults of claims the numbers of the claims for titles, as far as the caller
// sees them.
func titled(c *Change, faults Faults) error {
	ids := make([]persistence.UUID, len(faults))
	for i := range faults {
		ids[i] = persistence.UUID(faults[i].Title)
	}
	claims, err := persistence.SelectMany[persistence.Claim](c.Store.Read(c.Context), ids)
	if err != nil {
		return err
	}
	for i, id := range ids {
		if claim := claims[id]; claim != nil {
			faults[i].Title = claim.ClaimCode
		}
	}
	return faults
}

// claimRule is what is done to claims in one transaction.
type claimRule func(x *persistence.Session, ids []persistence.UUID) ([]scheme.ClaimResult, error)

// someClaims carries a rule out in one transaction. Where a module forbids it for one claim,
// it is carried out over each half, so that the others are done without that one.
func someClaims(c *Change, ids []persistence.UUID, do claimRule) (results []scheme.ClaimResult, err error) {
	err = c.some("tblClaim", ids, func(x *persistence.Session, left []persistence.UUID) (done []persistence.UUID, err error) {
		results, err = do(x, left)
		for _, r := range results {
			if r.Err == nil {
				done = append(done, r.ID)
			}
		}
		return done, err
	})
	switch {
	case !persistence.Vetoed(err):
		return results, err
	case len(ids) == 1:
		return []scheme.ClaimResult{{ID: ids[0], Err: err}}, nil
	}
	first, err := someClaims(c, ids[:len(ids)/2], do)
	if err != nil {
		return nil, err
	}
	second, err := someClaims(c, ids[len(ids)/2:], do)
	return append(first, second...), err
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

// The states of a line as the review form sends them.
const lineRejected = 2

func saveReview(c *Change) error {
	var in struct {
		Adjustment *string     `graphql:"adjustment"`
		Items      []claimLine `graphql:"items"`
		Services   []claimLine `graphql:"services"`
		Deliver    bool        `graphql:"submitReview"`
	}
	if err := c.Into(&in); err != nil {
		return err
	}
	id, err := c.UUID("claimUuid")
	if err != nil {
		return err
	}
	review := scheme.ClaimReview{Adjustment: said(in.Adjustment), Deliver: in.Deliver}
	for _, lines := range []struct {
		kind scheme.Kind
		of   []claimLine
	}{{scheme.ItemKind, in.Items}, {scheme.ServiceKind, in.Services}} {
		for _, l := range lines.of {
			review.Lines = append(review.Lines, scheme.LineReview{
				Kind: lines.kind, ID: l.ID, Quantity: l.QtyApproved, Price: l.PriceApproved, Rejected: l.Status == lineRejected, Justification: said(l.Justification),
			})
		}
	}
	c.Wrote("tblClaim", id)
	return c.Store.Tx(c.Context, func(x *persistence.Session) error {
		_, err := casesOf(c).Review(x, id, review)
		return err
	})
}

func deliverFeedback(c *Change) error {
	id, err := c.UUID("claimUuid")
	if err != nil {
		return err
	}
	var in struct {
		Feedback struct {
			CareRendered   bool                  `graphql:"careRendered"`
			PaymentAsked   bool                  `graphql:"paymentAsked"`
			DrugPrescribed bool                  `graphql:"drugPrescribed"`
			DrugReceived   bool                  `graphql:"drugReceived"`
			Mark           int                   `graphql:"asessment"`
			Officer        *int                  `graphql:"officerId"`
			Date           *persistence.DateTime `graphql:"feedbackDate"`
		} `graphql:"feedback"`
	}
	if err := c.Into(&in); err != nil {
		return err
	}
	f := in.Feedback
	c.Wrote("tblClaim", id)
	return c.Store.Tx(c.Context, func(x *persistence.Session) error {
		_, err := casesOf(c).Receive(x, id, scheme.FeedbackAnswers{
			CareRendered: f.CareRendered, PaymentAsked: f.PaymentAsked, DrugPrescribed: f.DrugPrescribed, DrugReceived: f.DrugReceived,
			Mark: f.Mark, Officer: f.Officer, Date: f.Date,
		})
		return err
	})
}
