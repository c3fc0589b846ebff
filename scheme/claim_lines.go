package scheme

import (
	"strings"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/persistence"
)

func lineOfItem(r *persistence.ClaimItem) *Line {
	return &Line{
		item: r, Ware: Ware{ItemKind, r.ItemID}, ID: r.ClaimItemID, Status: r.ClaimItemStatus, Reason: r.RejectionReason,
		Provided: r.QtyProvided, Approved: r.QtyApproved, Asked: r.PriceAsked,
		ProdID: r.ProdID, PolicyID: r.PolicyID, Origin: r.PriceOrigin, Limitation: r.Limitation, LimitationValue: r.LimitationValue,
		PriceApproved: r.PriceApproved, PriceAdjusted: r.PriceAdjusted, Valuated: r.PriceValuated,
		Deductible: r.DeductableAmount, Exceeded: r.ExceedCeilingAmount, CategoryCut: r.ExceedCeilingAmountCategory, Remunerated: r.RemuneratedAmount,
	}
}

func lineOfService(r *persistence.ClaimService) *Line {
	return &Line{
		service: r, Ware: Ware{ServiceKind, r.ServiceID}, ID: r.ClaimServiceID, Status: r.ClaimServiceStatus, Reason: r.RejectionReason,
		Provided: r.QtyProvided, Approved: r.QtyApproved, Asked: r.PriceAsked,
		ProdID: r.ProdID, PolicyID: r.PolicyID, Origin: r.PriceOrigin, Limitation: r.Limitation, LimitationValue: r.LimitationValue,
		PriceApproved: r.PriceApproved, PriceAdjusted: r.PriceAdjusted, Valuated: r.PriceValuated,
		Deductible: r.DeductableAmount, Exceeded: r.ExceedCeilingAmount, CategoryCut: r.ExceedCeilingAmountCategory, Remunerated: r.RemuneratedAmount,
	}
}

// store writes what the rules may change into the row the line was made of.
func (l *Line) store() {
	if l.Kind == ItemKind {
		l.fillItem(l.item)
	} else {
		l.fillService(l.service)
	}
}

// fillItem writes what the rules may change into the row.
func (l *Line) fillItem(r *persistence.ClaimItem) {
	r.ClaimItemStatus, r.RejectionReason, r.QtyApproved = l.Status, l.Reason, l.Approved
	r.ProdID, r.PolicyID, r.PriceOrigin, r.Limitation, r.LimitationValue = l.ProdID, l.PolicyID, l.Origin, l.Limitation, l.LimitationValue
	r.PriceAdjusted, r.PriceValuated, r.DeductableAmount = l.PriceAdjusted, l.Valuated, l.Deductible
	r.ExceedCeilingAmount, r.ExceedCeilingAmountCategory, r.RemuneratedAmount = l.Exceeded, l.CategoryCut, l.Remunerated
}

// fillService writes what the rules may change into the row.
func (l *Line) fillService(r *persistence.ClaimService) {
	r.ClaimServiceStatus, r.RejectionReason, r.QtyApproved = l.Status, l.Reason, l.Approved
	r.ProdID, r.PolicyID, r.PriceOrigin, r.Limitation, r.LimitationValue = l.ProdID, l.PolicyID, l.Origin, l.Limitation, l.LimitationValue
	r.PriceAdjusted, r.PriceValuated, r.DeductableAmount = l.PriceAdjusted, l.Valuated, l.Deductible
	r.ExceedCeilingAmount, r.ExceedCeilingAmountCategory, r.RemuneratedAmount = l.Exceeded, l.CategoryCut, l.Remunerated
}

// reason gives the rejection reason, 0 for none.
func (l *Line) reason() int {
	if l.Reason == nil {
		return 0
	}
	return *l.Reason
}

// open tells whether the line is still to be checked: it has no reason yet.
func (l *Line) open(book RuleBook) bool {
	if l.Reason == nil {
		return !book.Legacy(NullReasonEscapes)
	}
	return *l.Reason == 0
}

func registerOfItem(r *persistence.Item) Register {
	return Register{
		Ware: Ware{ItemKind, ownerKey(r.ItemID, r.LegacyID)}, Price: r.ItemPrice, CareType: r.ItemCareType,
		Frequency: number(r.ItemFrequency), Patients: r.ItemPatCat, Span: Span{r.ValidityFrom, r.ValidityTo},
		Deleted: r.ValidityTo != nil && r.LegacyID == nil,
	}
}

func registerOfService(r *persistence.Service) Register {
	var from persistence.DateTime
	if r.ValidityFrom != nil {
		from = *r.ValidityFrom
	}
	return Register{
		Ware: Ware{ServiceKind, ownerKey(r.ServiceID, r.LegacyID)}, Price: r.ServPrice, CareType: r.ServCareType,
		Category: text(r.ServCategory), Frequency: number(r.ServFrequency), Patients: r.ServPatCat, Span: Span{from, r.ValidityTo},
		Deleted: r.ValidityTo != nil && r.LegacyID == nil,
	}
}

// ownerKey gives the key of the live row a row belongs to.
func ownerKey(key int, legacy *int) int {
	if legacy != nil {
		return *legacy
	}
	return key
}

func benefitOfItem(r *persistence.ProductItem) Benefit {
	return Benefit{
		Ware: Ware{ItemKind, r.ItemID}, ID: r.ProdItemID, ProdID: r.ProdID, Origin: text(r.PriceOrigin),
		Limits: map[string]Limit{
			"O": {text(r.LimitationType), r.LimitAdult, r.LimitChild},
			"E": {text(r.LimitationTypeE), r.LimitAdultE, r.LimitChildE},
			"R": {text(r.LimitationTypeR), r.LimitAdultR, r.LimitChildR},
		},
		WaitingAdult: r.WaitingPeriodAdult, WaitingChild: r.WaitingPeriodChild, CountAdult: r.LimitNoAdult, CountChild: r.LimitNoChild,
		ExcludeAdult: text(r.CeilingExclusionAdult), ExcludeChild: text(r.CeilingExclusionChild), Span: Span{r.ValidityFrom, r.ValidityTo},
	}
}

func benefitOfService(r *persistence.ProductService) Benefit {
	return Benefit{
		Ware: Ware{ServiceKind, r.ServiceID}, ID: r.ProdServiceID, ProdID: r.ProdID, Origin: strings.TrimSpace(r.PriceOrigin),
		Limits: map[string]Limit{
			"O": {strings.TrimSpace(r.LimitationType), r.LimitAdult, r.LimitChild},
			"E": {text(r.LimitationTypeE), r.LimitAdultE, r.LimitChildE},
			"R": {text(r.LimitationTypeR), r.LimitAdultR, r.LimitChildR},
		},
		WaitingAdult: r.WaitingPeriodAdult, WaitingChild: r.WaitingPeriodChild, CountAdult: r.LimitNoAdult, CountChild: r.LimitNoChild,
		ExcludeAdult: text(r.CeilingExclusionAdult), ExcludeChild: text(r.CeilingExclusionChild), Span: Span{r.ValidityFrom, r.ValidityTo},
	}
}

// text gives a letter column without padding, "" for NULL.
func text(s *string) string {
	if s == nil {
		return ""
	}
	return strings.TrimSpace(*s)
}

func number(n *int) int {
	if n == nil {
		return 0
	}
	return *n
}

// amount gives a money column, 0 for NULL.
func amount(d *decimal.Decimal) decimal.Decimal {
	if d == nil {
		return decimal.Zero
	}
	return *d
}

// cents rounds half away from zero to two places, as the legacy columns do.
func cents(d decimal.Decimal) decimal.Decimal { return d.Round(2) }

func ptr[T any](v T) *T { return &v }
