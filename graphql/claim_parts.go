package graphql

import (
	"strings"

	"github.com/google/uuid"

	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// The lines of claims. Their ids are plain numbers, since the forms of claims send them back
// as such.

var claimItem = Object{Name: "ClaimItemGQLType", Fields: []Field{
	Is("jsonExt: JSONString", func(r *persistence.ClaimItem) any { return extension(r.JSONExt) }),
	Is("validityFrom: DateTime!", func(r *persistence.ClaimItem) any { return r.ValidityFrom }),
	Is("validityTo: DateTime", func(r *persistence.ClaimItem) any { return r.ValidityTo }),
	Is("legacyId: Int", func(r *persistence.ClaimItem) any { return r.LegacyID }),
	Is("id: ID!", func(r *persistence.ClaimItem) any { return keyText(r.ClaimItemID) }),
	One[persistence.ClaimItem, persistence.Item]("item: ItemGQLType!", "ItemID", func(r *persistence.ClaimItem) any { return r.ItemID }),
	covered(func(r *persistence.ClaimItem) (claim, key int, stored *int) {
		return r.ClaimID, r.ClaimItemID, r.ProdID
	}, func(c scheme.Cover) map[int]int { return c.Items }),
	Is("status: Int!", func(r *persistence.ClaimItem) any { return r.ClaimItemStatus }),
	Is("availability: Boolean!", func(r *persistence.ClaimItem) any { return r.Availability }),
	Is("qtyProvided: Decimal!", func(r *persistence.ClaimItem) any { return r.QtyProvided }),
	Is("qtyApproved: Decimal", func(r *persistence.ClaimItem) any { return r.QtyApproved }),
	Is("priceAsked: Decimal!", func(r *persistence.ClaimItem) any { return r.PriceAsked }),
	Is("priceAdjusted: Decimal", func(r *persistence.ClaimItem) any { return r.PriceAdjusted }),
	Is("priceApproved: Decimal", func(r *persistence.ClaimItem) any { return r.PriceApproved }),
	Is("priceValuated: Decimal", func(r *persistence.ClaimItem) any { return r.PriceValuated }),
	Is("explanation: String", func(r *persistence.ClaimItem) any { return r.Explanation }),
	Is("justification: String", func(r *persistence.ClaimItem) any { return r.Justification }),
	Is("rejectionReason: Int", func(r *persistence.ClaimItem) any { return r.RejectionReason }),
	Is("auditUserId: Int!", func(r *persistence.ClaimItem) any { return r.AuditUserID }),
	Is("validityFromReview: DateTime", func(r *persistence.ClaimItem) any { return r.ValidityFromReview }),
	Is("validityToReview: DateTime", func(r *persistence.ClaimItem) any { return r.ValidityToReview }),
	Is("auditUserIdReview: Int", func(r *persistence.ClaimItem) any { return r.AuditUserIDReview }),
	Is("limitationValue: Decimal", func(r *persistence.ClaimItem) any { return r.LimitationValue }),
	Is("limitation: String", func(r *persistence.ClaimItem) any { return r.Limitation }),
	Is("remuneratedAmount: Decimal", func(r *persistence.ClaimItem) any { return r.RemuneratedAmount }),
	Is("deductableAmount: Decimal", func(r *persistence.ClaimItem) any { return r.DeductableAmount }),
	Is("exceedCeilingAmount: Decimal", func(r *persistence.ClaimItem) any { return r.ExceedCeilingAmount }),
	Is("priceOrigin: String", func(r *persistence.ClaimItem) any { return r.PriceOrigin }),
	Is("exceedCeilingAmountCategory: Decimal", func(r *persistence.ClaimItem) any { return r.ExceedCeilingAmountCategory }),
}}

var claimService = Object{Name: "ClaimServiceGQLType", Fields: []Field{
	Is("jsonExt: JSONString", func(r *persistence.ClaimService) any { return extension(r.JSONExt) }),
	Is("validityFrom: DateTime!", func(r *persistence.ClaimService) any { return r.ValidityFrom }),
	Is("validityTo: DateTime", func(r *persistence.ClaimService) any { return r.ValidityTo }),
	Is("legacyId: Int", func(r *persistence.ClaimService) any { return r.LegacyID }),
	Is("id: ID!", func(r *persistence.ClaimService) any { return keyText(r.ClaimServiceID) }),
	One[persistence.ClaimService, persistence.Service]("service: ServiceGQLType!", "ServiceID", func(r *persistence.ClaimService) any { return r.ServiceID }),
	covered(func(r *persistence.ClaimService) (claim, key int, stored *int) {
		return r.ClaimID, r.ClaimServiceID, r.ProdID
	}, func(c scheme.Cover) map[int]int { return c.Services }),
	Is("status: Int!", func(r *persistence.ClaimService) any { return r.ClaimServiceStatus }),
	Is("qtyProvided: Decimal!", func(r *persistence.ClaimService) any { return r.QtyProvided }),
	Is("qtyApproved: Decimal", func(r *persistence.ClaimService) any { return r.QtyApproved }),
	Is("priceAsked: Decimal!", func(r *persistence.ClaimService) any { return r.PriceAsked }),
	Is("priceAdjusted: Decimal", func(r *persistence.ClaimService) any { return r.PriceAdjusted }),
	Is("priceApproved: Decimal", func(r *persistence.ClaimService) any { return r.PriceApproved }),
	Is("priceValuated: Decimal", func(r *persistence.ClaimService) any { return r.PriceValuated }),
	Is("explanation: String", func(r *persistence.ClaimService) any { return r.Explanation }),
	Is("justification: String", func(r *persistence.ClaimService) any { return r.Justification }),
	Is("rejectionReason: Int", func(r *persistence.ClaimService) any { return r.RejectionReason }),
	Is("auditUserId: Int!", func(r *persistence.ClaimService) any { return r.AuditUserID }),
	Is("validityFromReview: DateTime", func(r *persistence.ClaimService) any { return r.ValidityFromReview }),
	Is("validityToReview: DateTime", func(r *persistence.ClaimService) any { return r.ValidityToReview }),
	Is("auditUserIdReview: Int", func(r *persistence.ClaimService) any { return r.AuditUserIDReview }),
	Is("limitationValue: Decimal", func(r *persistence.ClaimService) any { return r.LimitationValue }),
	Is("limitation: String", func(r *persistence.ClaimService) any { return r.Limitation }),
	Is("remuneratedAmount: Decimal", func(r *persistence.ClaimService) any { return r.RemuneratedAmount }),
	Is("deductableAmount: Decimal", func(r *persistence.ClaimService) any { return r.DeductableAmount }),
	Is("exceedCeilingAmount: Decimal", func(r *persistence.ClaimService) any { return r.ExceedCeilingAmount }),
	Is("priceOrigin: String", func(r *persistence.ClaimService) any { return r.PriceOrigin }),
	Is("exceedCeilingAmountCategory: Decimal", func(r *persistence.ClaimService) any { return r.ExceedCeilingAmountCategory }),
	Many[persistence.ClaimService, persistence.ClaimServiceService]("services: [ClaimServiceServiceGQLType!]!", "claimServiceID", func(r *persistence.ClaimService) any { return r.ClaimServiceID }),
	Many[persistence.ClaimService, persistence.ClaimServiceItem]("items: [ClaimServiceItemGQLType!]!", "ClaimServiceID", func(r *persistence.ClaimService) any { return r.ClaimServiceID }),
}}

// A service that was given as a part of a package.
var claimPartService = Object{Name: "ClaimServiceServiceGQLType", Fields: []Field{
	One[persistence.ClaimServiceService, persistence.Service]("service: ServiceGQLType!", "ServiceID", func(r *persistence.ClaimServiceService) any { return r.ServiceID }),
	Is("qtyProvided: Int", func(r *persistence.ClaimServiceService) any { return r.QtyProvided }),
	Is("qtyDisplayed: Int", func(r *persistence.ClaimServiceService) any { return r.QtyDisplayed }),
	Is("priceAsked: Decimal", func(r *persistence.ClaimServiceService) any { return r.Price }),
}}

// An item that was given as a part of a package.
var claimPartItem = Object{Name: "ClaimServiceItemGQLType", Fields: []Field{
	One[persistence.ClaimServiceItem, persistence.Item]("item: ItemGQLType!", "ItemID", func(r *persistence.ClaimServiceItem) any { return r.ItemID }),
	Is("qtyProvided: Int", func(r *persistence.ClaimServiceItem) any { return r.QtyProvided }),
	Is("qtyDisplayed: Int", func(r *persistence.ClaimServiceItem) any { return r.QtyDisplayed }),
	Is("priceAsked: Decimal", func(r *persistence.ClaimServiceItem) any { return r.Price }),
}}

var claimAdmin = Object{
	Name: "ClaimAdminGQLType",
	Key:  func(row any) any { return row.(*persistence.ClaimAdmin).ClaimAdminID },
	Load: byKey[persistence.ClaimAdmin](mapping.ClaimAdmins),
	Fields: []Field{
		Is("validityFrom: DateTime!", func(r *persistence.ClaimAdmin) any { return momentOf(r.ValidityFrom) }),
		Is("validityTo: DateTime", func(r *persistence.ClaimAdmin) any { return r.ValidityTo }),
		Is("legacyId: Int", func(r *persistence.ClaimAdmin) any { return r.LegacyID }),
		Is("uuid: String!", func(r *persistence.ClaimAdmin) any { return r.ClaimAdminUUID }),
		Is("code: String", func(r *persistence.ClaimAdmin) any { return r.ClaimAdminCode }),
		Is("lastName: String", func(r *persistence.ClaimAdmin) any { return r.LastName }),
		Is("otherNames: String", func(r *persistence.ClaimAdmin) any { return r.OtherNames }),
		Is("dob: Date", func(r *persistence.ClaimAdmin) any { return r.DOB }),
		Is("emailId: String", func(r *persistence.ClaimAdmin) any { return r.EmailID }),
		Is("phone: String", func(r *persistence.ClaimAdmin) any { return r.Phone }),
		One[persistence.ClaimAdmin, persistence.HealthFacility]("healthFacility: HealthFacilityGQLType", "HfID", func(r *persistence.ClaimAdmin) any { return r.HFID }),
		Is("hasLogin: Boolean", func(r *persistence.ClaimAdmin) any { return r.HasLogin }),
		Is("auditUserId: Int", func(r *persistence.ClaimAdmin) any { return r.AuditUserID }),
	},
}

var feedback = Object{Name: "FeedbackGQLType", Fields: []Field{
	Is("validityFrom: DateTime!", func(r *persistence.Feedback) any { return r.ValidityFrom }),
	Is("validityTo: DateTime", func(r *persistence.Feedback) any { return r.ValidityTo }),
	Is("legacyId: Int", func(r *persistence.Feedback) any { return r.LegacyID }),
	Is("id: ID!", func(r *persistence.Feedback) any { return keyText(r.FeedbackID) }),
	Is("uuid: String!", func(r *persistence.Feedback) any { return r.FeedbackUUID }),
	Is("careRendered: Boolean", func(r *persistence.Feedback) any { return r.CareRendered }),
	Is("paymentAsked: Boolean", func(r *persistence.Feedback) any { return r.PaymentAsked }),
	Is("drugPrescribed: Boolean", func(r *persistence.Feedback) any { return r.DrugPrescribed }),
	Is("drugReceived: Boolean", func(r *persistence.Feedback) any { return r.DrugReceived }),
	Is("asessment: Int", func(r *persistence.Feedback) any { return r.Asessment }),
	Is("officerId: Int", func(r *persistence.Feedback) any { return r.CHFOfficerCode }),
	Is("feedbackDate: DateTime", func(r *persistence.Feedback) any { return r.FeedbackDate }),
	Is("auditUserId: Int!", func(r *persistence.Feedback) any { return r.AuditUserID }),
}}

var claimAttachmentType = Object{
	Name: "ClaimAttachmentTypeGQLType",
	Key:  func(row any) any { return row.(*persistence.ClaimAttachmentType).ClaimAttachmentTypeID },
	Fields: []Field{
		Is("validityFrom: DateTime!", func(r *persistence.ClaimAttachmentType) any { return r.ValidityFrom }),
		Is("validityTo: DateTime", func(r *persistence.ClaimAttachmentType) any { return r.ValidityTo }),
		Is("legacyId: Int", func(r *persistence.ClaimAttachmentType) any { return r.LegacyID }),
		Is("claimAttachmentType: String!", func(r *persistence.ClaimAttachmentType) any { return r.ClaimAttachmentType }),
		Is("isAutogenerated: Boolean!", func(r *persistence.ClaimAttachmentType) any { return r.IsAutogenerated }),
		Is("claimGeneralType: ClaimAttachmentTypeClaimGeneralType!", func(r *persistence.ClaimAttachmentType) any { return generalType(r.ClaimGeneralType) }),
	},
}

var claimAttachment = Object{
	Name: "ClaimAttachmentGQLType",
	Key:  func(row any) any { return hyphened(&row.(*persistence.ClaimAttachment).ID) },
	Fields: []Field{
		Is("validityFrom: DateTime!", func(r *persistence.ClaimAttachment) any { return r.ValidityFrom }),
		Is("validityTo: DateTime", func(r *persistence.ClaimAttachment) any { return r.ValidityTo }),
		Is("legacyId: UUID", func(r *persistence.ClaimAttachment) any { return hyphened(r.LegacyID) }),
		Is("generalType: ClaimAttachmentGeneralType!", func(r *persistence.ClaimAttachment) any { return generalType(r.GeneralType) }),
		Is("type: String", func(r *persistence.ClaimAttachment) any { return r.Type }),
		One[persistence.ClaimAttachment, persistence.ClaimAttachmentType]("predefinedType: ClaimAttachmentTypeGQLType", "ClaimAttachmentTypeId",
			func(r *persistence.ClaimAttachment) any { return r.PredefinedTypeID }),
		Is("title: String", func(r *persistence.ClaimAttachment) any { return r.Title }),
		Is("date: Date!", func(r *persistence.ClaimAttachment) any { return r.Date }),
		Is("filename: String", func(r *persistence.ClaimAttachment) any { return r.Filename }),
		Is("mime: String", func(r *persistence.ClaimAttachment) any { return r.Mime }),
		Is("module: String", func(r *persistence.ClaimAttachment) any { return r.Module }),
		Is("url: String", func(r *persistence.ClaimAttachment) any { return r.Url }),
		Is("document: String", func(r *persistence.ClaimAttachment) any { return r.Document }),
		Is("doc: String", func(r *persistence.ClaimAttachment) any { return r.Document }),
	},
}

// generalType gives the kind of a document: a file unless it is said to be elsewhere.
func generalType(kind string) string {
	if strings.TrimSpace(kind) == "URL" {
		return "URL"
	}
	return "FILE"
}

// hyphened writes a key of 32 hex digits as a UUID, nil for none.
func hyphened(key *string) any {
	if key == nil {
		return nil
	}
	id, err := uuid.Parse(strings.TrimSpace(*key))
	if err != nil {
		return *key
	}
	return id.String()
}

// attached is a document of a claim without the document.
type attached struct {
	ID         string                `gorm:"column:id;primaryKey;autoIncrement:false;type:char(32)"`
	ValidityTo *persistence.DateTime `gorm:"column:ValidityTo;type:datetime2(7)"`
	ClaimID    int                   `gorm:"column:claim_id;type:int"`
}

// TableName names the table.
func (attached) TableName() string { return "claim_ClaimAttachment" }

// Count makes a field that is how many live rows of another table have the row's key in a
// column.
func Count[R, To any](sdl, column string, key func(r *R) any) Field {
	return Field{SDL: sdl, Resolve: func(c *Call) (any, error) {
		value := plain(key(c.Source.(*R)))
		return Later(func() (any, error) {
			rows, err := rowsBy[To](c, column, value)
			return len(rows), err
		}, func() { want[To](c, column, value) }), nil
	}}
}
