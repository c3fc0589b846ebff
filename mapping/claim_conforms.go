package mapping

import (
	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
)

// claimConforms tells whether a claim keeps to the guide's profile.
// https://openimis.github.io/openimis_fhir_r4_ig/StructureDefinition-openimis-claim.html
func claimConforms(c *r4.Claim) bool {
	return identified(c.Identifier, true) &&
		c.Status == r4.FinancialResourceStatusCodesActive && c.Use == r4.UseClaim &&
		coded1(&c.Type, systemVisitType, visitWords) && coded1(&c.Priority, systemPriority, map[string]string{"normal": ""}) &&
		points(&c.Patient) && points(&c.Provider) && points(c.Enterer) &&
		c.BillablePeriod != nil && c.BillablePeriod.Start != nil && c.Total != nil && c.Total.Value != nil &&
		len(c.Insurance) == 1 && c.Insurance[0].Focal && (points(&c.Insurance[0].Coverage) || c.Insurance[0].Coverage.Display != nil) &&
		claimDiagnosesConform(c.Diagnosis) && claimInfoConforms(c.SupportingInfo) && claimItemsConform(c.Item) && !claimHasProhibited(c)
}

// coded1 tells whether a concept has one coding of the system with a known code.
func coded1(c *r4.CodeableConcept, system string, known map[string]string) bool {
	if len(c.Coding) != 1 || c.Coding[0].System == nil || *c.Coding[0].System != system || c.Coding[0].Code == nil {
		return false
	}
	_, ok := known[*c.Coding[0].Code]
	return ok
}

func points(ref *r4.Reference) bool {
	return ref != nil && (ref.Reference != nil || ref.Identifier != nil)
}

// claimHasProhibited looks for the elements the profile does not allow.
func claimHasProhibited(c *r4.Claim) bool {
	return c.Insurer != nil || c.SubType != nil || c.FundsReserve != nil || len(c.Related) > 0 || c.Prescription != nil ||
		c.OriginalPrescription != nil || c.Payee != nil || c.Referral != nil || c.Facility != nil || len(c.CareTeam) > 0 ||
		len(c.Procedure) > 0 || c.Accident != nil
}

func claimDiagnosesConform(list []r4.ClaimDiagnosis) bool {
	for i := range list {
		if len(list[i].DiagnosisCodeableConcept.Coding) == 0 {
			return false
		}
	}
	return len(list) > 0 && len(list) <= 5
}

func claimInfoConforms(list []r4.ClaimSupportingInfo) bool {
	seen := map[string]bool{}
	for i := range list {
		info := &list[i]
		if !coded1(&info.Category, systemInfoCategory, claimInfoWords) {
			return false
		}
		category := *info.Category.Coding[0].Code
		if category == infoAttachment && info.ValueAttachment == nil || category != infoAttachment && (info.ValueString == nil || seen[category]) {
			return false
		}
		seen[category] = true
	}
	return true
}

func claimItemsConform(list []r4.ClaimItem) bool {
	for i := range list {
		item := &list[i]
		ext, _ := extensionAt(item.Extension, extItemReference)
		if ext == nil || ext.Url != extItemReference || !points(ext.ValueReference) || item.Category == nil || !coded1(item.Category, systemItemCategory, claimItemWords) {
			return false
		}
		if item.ProductOrService.Text == nil || len(item.ProductOrService.Coding) > 0 || item.UnitPrice == nil || item.UnitPrice.Value == nil {
			return false
		}
		if q := item.Quantity; q == nil || q.Value == nil || q.Unit != nil || q.System != nil || q.Code != nil {
			return false
		}
	}
	return len(list) > 0
}
