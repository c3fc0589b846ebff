package resources

import (
	"context"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

const aboutPaymentReconciliations = "Electronic payments of contributions (tblPayment) and what they pay for: the contract where a payment was matched with a policy, else the insured person. " +
	"Read only: the payment gateway writes them. The guide has no profile of this type."

// PaymentReconciliation serves electronic payments: read, versions and search.
// https://hl7.org/fhir/R4/paymentreconciliation.html
func PaymentReconciliation(e *Environment) rest.Type {
	return newTable(e, mapping.PaymentReconciliationCatalogue, aboutPaymentReconciliations, renderPayments)
}

// renderPayments renders payments: one statement each for details, officers, premiums,
// policies and people, however many there are.
func renderPayments(_ context.Context, x *persistence.Session, v *mapping.View, rows []persistence.Payment) ([]*fhir.Resource, error) {
	keys := make([]int, len(rows))
	var codes []string
	for i := range rows {
		keys[i] = int(rows[i].PaymentID)
		if rows[i].LegacyID != nil { // a version of the past has the details of today
			keys[i] = int(*rows[i].LegacyID)
		}
		if code := text(rows[i].OfficerCode); code != "" {
			codes = append(codes, code)
		}
	}
	parts, err := paymentParts(x, keys)
	if err != nil {
		return nil, err
	}
	officers, err := byText(x, "Code", codes, func(o *persistence.Officer) string { return o.Code })
	if err != nil {
		return nil, err
	}
	out := make([]*fhir.Resource, len(rows))
	for i := range rows {
		out[i] = &fhir.Resource{Typed: mapping.PaymentReconciliationOf(v, &mapping.PaymentDocument{
			Payment: rows[i], Officer: officers[text(rows[i].OfficerCode)], Details: parts[keys[i]],
		})}
	}
	return out, nil
}

// paymentParts gives the details of payments with the policies and people they are for.
func paymentParts(x *persistence.Session, keys []int) (map[int][]mapping.PaymentPart, error) {
	details, err := byClaim(x, "PaymentID", keys, func(d *persistence.PaymentDetail) int { return int(d.PaymentID) })
	if err != nil {
		return nil, err
	}
	var premiumKeys []int
	var numbers []string
	for _, list := range details {
		for _, detail := range list {
			if detail.PremiumID != nil {
				premiumKeys = append(premiumKeys, *detail.PremiumID)
			}
			if number := text(detail.InsuranceNumber); number != "" {
				numbers = append(numbers, number)
			}
		}
	}
	premiums, err := keyed(x, "PremiumId", premiumKeys, func(p *persistence.Premium) int { return p.PremiumID })
	if err != nil {
		return nil, err
	}
	var policyKeys []int
	for _, premium := range premiums {
		policyKeys = append(policyKeys, premium.PolicyID)
	}
	policies, err := keyed(x, "PolicyID", policyKeys, func(p *persistence.Policy) int { return p.PolicyID })
	if err != nil {
		return nil, err
	}
	people, err := byText(x, "CHFID", numbers, func(i *persistence.Insuree) string { return text(i.CHFID) })
	if err != nil {
		return nil, err
	}
	parts := map[int][]mapping.PaymentPart{}
	for key, list := range details {
		for _, detail := range list {
			part := mapping.PaymentPart{PaymentDetail: detail, Insuree: people[text(detail.InsuranceNumber)]}
			if detail.PremiumID != nil && premiums[*detail.PremiumID] != nil {
				part.Policy = policies[premiums[*detail.PremiumID].PolicyID]
			}
			parts[key] = append(parts[key], part)
		}
	}
	return parts, nil
}

// byText loads live rows by a business code in one statement.
func byText[R any](x *persistence.Session, column string, codes []string, codeOf func(*R) string) (map[string]*R, error) {
	found := map[string]*R{}
	if len(codes) == 0 {
		return found, nil
	}
	rows, err := persistence.Beside[R](x, persistence.Query{Where: []clause.Expression{persistence.In(persistence.Column("", column), codes)}})
	for i := range rows {
		found[codeOf(&rows[i])] = &rows[i]
	}
	return found, err
}
