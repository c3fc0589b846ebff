package graphql

import (
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// Claim is what module claim brings: claims, who enters them, and what becomes of them.
var Claim = Part{
	SDL:   claimInputs,
	Types: []Object{claim, claimItem, claimService, claimPartService, claimPartItem, claimAdmin, feedback, claimAttachment, claimAttachmentType},
	Queries: []Field{
		claims.field(),
		{SDL: "fspFromClaim(insureeCode: String!, dateClaimed: Date!): HealthFacilityGQLType", Resolve: firstServicePoint},
		{SDL: "claim(uuid: UUID): ClaimGQLType", Rights: []int{rightClaims}, Resolve: oneClaim},
		{SDL: "claimHistory(claimUuid: String!): ClaimGQLTypeConnection", Rights: []int{rightClaims}, Resolve: claimHistory},
		List[persistence.Claim](`claimWithSameDiagnosis(icd: String!, chfid: String!, offset: Int, before: String, after: String, first: Int, last: Int, status_Gt: Int): ClaimGQLTypeConnection`,
			mapping.Claims, Options{Order: "-dateFrom", Filters: map[string]Filter{"icd": Equals(mapping.Claims, "icd.code"), "chfid": Equals(mapping.Claims, "insuree.chfId")}}),
		List[persistence.ClaimAttachment]("claimAttachments(offset: Int, before: String, after: String, first: Int, last: Int, claim_Uuid: String): ClaimAttachmentGQLTypeConnection",
			mapping.ClaimAttachments, Options{Rights: []int{rightClaims}, Order: "date"}),
		{SDL: "claimAttachmentType(offset: Int, before: String, after: String, first: Int, last: Int): ClaimAttachmentTypeGQLTypeConnection", Resolve: func(c *Call) (any, error) {
			rows, err := Every[persistence.ClaimAttachmentType](c)
			if err != nil {
				return nil, err
			}
			return Page(c, rows)
		}},
		List[persistence.ClaimAdmin](`claimAdmins(search: String, regionUuid: String, districtUuid: String, offset: Int, before: String, after: String, first: Int, last: Int,
			healthFacility_Uuid: String): ClaimAdminGQLTypeConnection`, mapping.ClaimAdmins, Options{Order: "code", Filters: map[string]Filter{
			"search": AnyContains(mapping.ClaimAdmins, "code", "lastName", "otherNames"), "regionUuid": Equals(mapping.ClaimAdmins, "healthFacility.location.parent.uuid"),
			"districtUuid": Equals(mapping.ClaimAdmins, "healthFacility.location.uuid"),
		}}),
		free[persistence.Claim]("validateClaimCode(claimCode: String!): Boolean", mapping.Claims, "code"),
	},
	Mutations: claimMutations,
}

const rightClaims = 111001

var claims = listOf[persistence.Claim](`claims(diagnosisVariance: Int, orderBy: [String], items: [String], services: [String], attachmentStatus: Int, careType: String, showRestored: Boolean,
	offset: Int, before: String, after: String, first: Int, last: Int, code_Icontains: String, status: Int, status_Gt: Int, dateClaimed_Lte: Date, dateClaimed_Gte: Date,
	dateFrom_Lt: Date, dateFrom_Gte: Date, dateTo_Lte: Date, dateProcessed_Lte: Date, dateProcessed_Gte: Date, feedbackStatus: Int, reviewStatus: Int,
	claimed_Lte: Decimal, claimed_Gte: Decimal, visitType: String, preAuthorization: Boolean, icd_Id: ID, admin_Uuid: String, healthFacility_Uuid: String,
	healthFacility_Location_Uuid: String, healthFacility_Location_Parent_Uuid: String, insuree_ChfId: String, batchRun_Id: ID, code: String, codeIsNot: String): ClaimGQLTypeConnection`,
	mapping.Claims, Options{Rights: []int{rightClaims}, Order: "-dateClaimed", Filters: map[string]Filter{
		"items": anyCode(mapping.Claims, "items.item.code"), "services": anyCode(mapping.Claims, "services.service.code"),
		"attachmentStatus": withAttachments, "showRestored": restoredOnly, "diagnosisVariance": aboveAverage, "codeIsNot": isNot(mapping.Claims, "code"),
	}})

// anyCode narrows to claims with one of the codes on them; an empty list narrows nothing.
func anyCode(of *mapping.Catalogue, path string) Filter {
	return func(c *Call, value any, q *persistence.Query) error {
		codes := textsOf(value)
		if len(codes) > 100 {
			return core.ErrorAt(core.Invalid, "items", "100 codes can be named at most")
		}
		var ways []clause.Expression
		for _, code := range codes {
			var one persistence.Query
			if err := Equals(of, path)(c, code, &one); err != nil {
				return err
			}
			ways = append(ways, one.Where...)
		}
		if len(ways) > 0 {
			q.Where = append(q.Where, mapping.AnyOf(ways...))
		}
		return nil
	}
}

// withAttachments narrows to claims with documents (1) or without (2).
func withAttachments(_ *Call, value any, q *persistence.Query) error {
	if value != 1 && value != 2 {
		return nil
	}
	field, err := mapping.Claims.Field([]string{"attachments", "date"})
	if err != nil {
		return err
	}
	some, err := field.Where("Isnull", false)
	if value == 2 {
		some = mapping.Not(some)
	}
	q.Where = append(q.Where, some)
	return err
}

// restoredOnly narrows to claims made from rejected ones.
func restoredOnly(_ *Call, value any, q *persistence.Query) error {
	if value != true {
		return nil
	}
	field, err := mapping.Claims.Field([]string{"restore"})
	if err != nil {
		return err
	}
	where, err := field.Where("Isnull", false)
	q.Where = append(q.Where, where)
	return err
}

// mostVariance is the highest percentage a list asks to be above the average.
const mostVariance = 100_000

// aboveAverage narrows to claims that ask for so many per cent more than is usual with their
// diagnosis.
func aboveAverage(c *Call, value any, q *persistence.Query) error {
	percent, given := value.(int)
	if !given {
		return nil
	}
	if percent < 0 || percent > mostVariance {
		return core.ErrorAt(core.Invalid, "diagnosisVariance", "%d is no percentage between 0 and %d", percent, mostVariance)
	}
	q.Where = append(q.Where, scheme.AboveAverage(percent, c.Store.Read(c.Context).Now()))
	return nil
}

func oneClaim(c *Call) (any, error) {
	text, _ := c.Args["uuid"].(string)
	id, _ := persistence.ParseUUID(text)
	row, err := persistence.One[persistence.Claim](c.Store.Read(c.Context), id)
	if code := core.CodeOf(err); err != nil && (code == core.NotFound || code == core.Gone) {
		return nil, nil
	}
	return row, err
}

// firstServicePoint gives the facility a person is to see first, as it was on the day of a
// claim: claims follow their facility, wherever the patient lives.
func firstServicePoint(c *Call) (any, error) {
	number, _ := c.Args["insureeCode"].(string)
	day, _ := c.Args["dateClaimed"].(persistence.Date)
	key, err := persistence.FirstServicePoint(c.Store.Read(everywhere(c).Context), number, day)
	if err != nil || key == nil {
		return nil, err
	}
	return Later(func() (any, error) { return oneOf[persistence.HealthFacility](c, "HfID", *key, false) }, func() { want[persistence.HealthFacility](c, "HfID", *key) }), nil
}

// claimHistory gives what a claim was before, the latest first.
func claimHistory(c *Call) (any, error) {
	text, _ := c.Args["claimUuid"].(string)
	id, ok := persistence.ParseUUID(text)
	if !ok {
		return nil, core.ErrorAt(core.Invalid, "claimUuid", "%q is no UUID", text)
	}
	versions, err := persistence.Versions[persistence.Claim](c.Store.Read(c.Context), id)
	if err != nil && core.CodeOf(err) != core.NotFound {
		return nil, err
	}
	var past []*persistence.Claim
	for i := range versions {
		if versions[i].ValidityTo != nil {
			past = append(past, &versions[i])
		}
	}
	return Page(c, past)
}

type claimRow = persistence.Claim

var claim = Object{
	Name: "ClaimGQLType",
	Key:  func(row any) any { return row.(*claimRow).ClaimID },
	Load: byKey[claimRow](mapping.Claims),
	Fields: []Field{
		Is("jsonExt: JSONString", func(r *claimRow) any { return extension(r.JSONExt) }),
		Is("validityFrom: DateTime!", func(r *claimRow) any { return r.ValidityFrom }),
		Is("validityTo: DateTime", func(r *claimRow) any { return r.ValidityTo }),
		Is("legacyId: Int", func(r *claimRow) any { return r.LegacyID }),
		Is("uuid: String!", func(r *claimRow) any { return r.ClaimUUID }),
		Is("category: String", func(r *claimRow) any { return r.ClaimCategory }),
		One[claimRow, persistence.Insuree]("insuree: InsureeGQLType!", "InsureeID", func(r *claimRow) any { return r.InsureeID }),
		Is("code: String!", func(r *claimRow) any { return r.ClaimCode }),
		Is("dateFrom: Date!", func(r *claimRow) any { return r.DateFrom.Date() }),
		Is("dateTo: Date", func(r *claimRow) any { return dayOf(r.DateTo) }),
		Is("status: Int!", func(r *claimRow) any { return r.ClaimStatus }),
		One[claimRow, claimRow]("restore: ClaimGQLType", "ClaimID", func(r *claimRow) any { return r.RestoredClaim }),
		Is("adjustment: String", func(r *claimRow) any { return r.Adjustment }),
		Is("claimed: Decimal", func(r *claimRow) any { return r.Claimed }),
		Is("approved: Decimal", func(r *claimRow) any { return r.Approved }),
		Is("reinsured: Decimal", func(r *claimRow) any { return r.Reinsured }),
		valuated,
		Is("dateClaimed: Date!", func(r *claimRow) any { return r.DateClaimed }),
		Is("dateProcessed: Date", func(r *claimRow) any { return r.DateProcessed }),
		Is("dateProcessedTo: Date", func(r *claimRow) any { return r.DateProcessed }),
		Is("feedbackAvailable: Boolean!", func(r *claimRow) any { return r.Feedback }),
		One[claimRow, persistence.Feedback]("feedback: FeedbackGQLType", "FeedbackID", func(r *claimRow) any { return r.FeedbackID }),
		Is("explanation: String", func(r *claimRow) any { return r.Explanation }),
		Is("feedbackStatus: Int", func(r *claimRow) any { return r.FeedbackStatus }),
		Is("reviewStatus: Int", func(r *claimRow) any { return r.ReviewStatus }),
		Is("approvalStatus: Int", func(r *claimRow) any { return r.ApprovalStatus }),
		Is("rejectionReason: Int", func(r *claimRow) any { return r.RejectionReason }),
		Is("auditUserId: Int!", func(r *claimRow) any { return r.AuditUserID }),
		Is("validityFromReview: DateTime", func(r *claimRow) any { return r.ValidityFromReview }),
		Is("validityToReview: DateTime", func(r *claimRow) any { return r.ValidityToReview }),
		One[claimRow, persistence.HealthFacility]("healthFacility: HealthFacilityGQLType!", "HfID", func(r *claimRow) any { return r.HFID }),
		Is("submitStamp: DateTime", func(r *claimRow) any { return r.SubmitStamp }),
		Is("processStamp: DateTime", func(r *claimRow) any { return r.ProcessStamp }),
		Is("remunerated: Decimal", func(r *claimRow) any { return r.Remunerated }),
		Is("guaranteeId: String", func(r *claimRow) any { return r.GuaranteeID }),
		One[claimRow, persistence.ClaimAdmin]("admin: ClaimAdminGQLType", "ClaimAdminId", func(r *claimRow) any { return r.ClaimAdminID }),
		One[claimRow, persistence.HealthFacility]("referFrom: HealthFacilityGQLType", "HfID", func(r *claimRow) any { return r.ReferFrom }),
		One[claimRow, persistence.HealthFacility]("referTo: HealthFacilityGQLType", "HfID", func(r *claimRow) any { return r.ReferTo }),
		Diagnosed[claimRow]("icd: DiagnosisGQLType!", func(r *claimRow) any { return r.ICDID }),
		Diagnosed[claimRow]("icd1: DiagnosisGQLType", func(r *claimRow) any { return r.ICDID1 }),
		Diagnosed[claimRow]("icd2: DiagnosisGQLType", func(r *claimRow) any { return r.ICDID2 }),
		Diagnosed[claimRow]("icd3: DiagnosisGQLType", func(r *claimRow) any { return r.ICDID3 }),
		Diagnosed[claimRow]("icd4: DiagnosisGQLType", func(r *claimRow) any { return r.ICDID4 }),
		Is("visitType: String", func(r *claimRow) any { return r.VisitType }),
		Is("auditUserIdReview: Int", func(r *claimRow) any { return r.AuditUserIDReview }),
		Is("auditUserIdSubmit: Int", func(r *claimRow) any { return r.AuditUserIDSubmit }),
		Is("auditUserIdProcess: Int", func(r *claimRow) any { return r.AuditUserIDProcess }),
		Is("careType: String", func(r *claimRow) any { return r.CareType }),
		Is("preAuthorization: Boolean", func(r *claimRow) any { return r.PreAuthorization != nil && *r.PreAuthorization }),
		Is("patientCondition: String", func(r *claimRow) any { return r.PatientCondition }),
		Is("referralCode: String", func(r *claimRow) any { return r.ReferralCode }),
		Count[claimRow, attached]("attachmentsCount: Int", "claim_id", func(r *claimRow) any { return r.ClaimID }),
		Many[claimRow, persistence.ClaimItem]("items: [ClaimItemGQLType!]!", "ClaimID", func(r *claimRow) any { return r.ClaimID }),
		Many[claimRow, persistence.ClaimService]("services: [ClaimServiceGQLType!]!", "ClaimID", func(r *claimRow) any { return r.ClaimID }),
		Nothing("clientMutationId: String"),
		Is("restoreId: Int", func(r *claimRow) any { return r.RestoredClaim }),
	},
}

// dayOf gives the day of a moment, nil for none.
func dayOf(at *persistence.DateTime) any {
	if at == nil {
		return nil
	}
	return at.Date()
}

// Diagnosed makes a field that is a diagnosis, from the register.
func Diagnosed[R any](sdl string, key func(r *R) any) Field {
	return Field{SDL: sdl, Resolve: func(c *Call) (any, error) {
		registers, err := c.Registers()
		if err != nil {
			return nil, err
		}
		id, _ := plain(key(c.Source.(*R))).(int)
		if found := registers.Diagnoses.ByID(id); found != nil {
			return found, nil
		}
		if fieldOf(sdl).Type.GetKind() == "NonNull" {
			return &persistence.Diagnosis{}, nil
		}
		return nil, nil
	}}
}
