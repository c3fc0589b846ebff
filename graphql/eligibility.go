package graphql

import (
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/scheme"
)

// eligibilityAnswer is what a person is entitled to today.
var eligibilityAnswer = Object{Name: "EligibilityGQLType", Fields: []Field{
	In("prodId: String"), In("totalAdmissionsLeft: Int"), In("totalVisitsLeft: Int"), In("totalConsultationsLeft: Int"), In("totalSurgeriesLeft: Int"),
	In("totalDeliveriesLeft: Int"), In("totalAntenatalLeft: Int"), In("consultationAmountLeft: Float"), In("surgeryAmountLeft: Float"), In("deliveryAmountLeft: Float"),
	In("hospitalizationAmountLeft: Float"), In("antenatalAmountLeft: Float"), In("minDateService: Date"), In("minDateItem: Date"), In("serviceLeft: Int"), In("itemLeft: Int"),
	In("isItemOk: Boolean"), In("isServiceOk: Boolean"),
}}

// eligibility answers what a person is entitled to in all, and of an item or service where
// its code is given; null for nobody.
func eligibility(c *Call) (any, error) {
	service, item, err := asked(c)
	if err != nil {
		return nil, err
	}
	person, _, err := enquired(c)
	if err != nil || person == nil {
		return nil, err
	}
	f, err := scheme.LoadEligibility(c.Store.Read(c.Context), person, service, item)
	if err != nil {
		return nil, err
	}
	found := scheme.CheckEligibility(f, c.Rules)
	answer := map[string]any{
		"minDateService": found.Service.Earliest, "serviceLeft": found.Service.Left, "isServiceOk": found.Service.OK,
		"minDateItem": found.Item.Earliest, "itemLeft": found.Item.Left, "isItemOk": found.Item.OK,
	}
	if t := found.Totals; t != nil {
		answer["prodId"] = keyText(t.ProdID)
		answer["totalAdmissionsLeft"], answer["totalVisitsLeft"], answer["totalConsultationsLeft"] = t.Admissions, t.Visits, t.Consultations
		answer["totalSurgeriesLeft"], answer["totalDeliveriesLeft"], answer["totalAntenatalLeft"] = t.Surgeries, t.Deliveries, t.Antenatal
		answer["consultationAmountLeft"], answer["surgeryAmountLeft"] = floatOf(t.ConsultationAmount), floatOf(t.SurgeryAmount)
		answer["deliveryAmountLeft"], answer["hospitalizationAmountLeft"] = floatOf(t.DeliveryAmount), floatOf(t.HospitalizationAmount)
		answer["antenatalAmountLeft"] = floatOf(t.AntenatalAmount)
	}
	return answer, nil
}

// asked finds the item and service a question is about. Errors: core.Invalid for an unknown
// code.
func asked(c *Call) (service, item *scheme.Asked, err error) {
	registers, err := c.Registers()
	if err != nil {
		return nil, nil, err
	}
	if code, named := c.Args["serviceCode"].(string); named {
		row := registers.Services.ByCode(code)
		if row == nil {
			return nil, nil, core.ErrorAt(core.Invalid, "serviceCode", "there is no service with the code %q", code)
		}
		service = scheme.AskedService(row)
	}
	if code, named := c.Args["itemCode"].(string); named {
		row := registers.Items.ByCode(code)
		if row == nil {
			return nil, nil, core.ErrorAt(core.Invalid, "itemCode", "there is no item with the code %q", code)
		}
		item = scheme.AskedItem(row)
	}
	return service, item, nil
}
