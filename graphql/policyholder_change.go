package graphql

import (
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// holderColumns are what the form of policy holders shows and takes, but for the place.
var holderColumns = []column[persistence.PolicyHolder]{
	{name: "code", typ: "String", at: func(r *persistence.PolicyHolder) any { return &r.Code }},
	{name: "tradeName", typ: "String!", at: func(r *persistence.PolicyHolder) any { return &r.TradeName }},
	{name: "address", typ: "JSONString", at: func(r *persistence.PolicyHolder) any { return &r.Address }},
	{name: "phone", typ: "String", at: func(r *persistence.PolicyHolder) any { return &r.Phone }},
	{name: "fax", typ: "String", at: func(r *persistence.PolicyHolder) any { return &r.Fax }},
	{name: "email", typ: "String", at: func(r *persistence.PolicyHolder) any { return &r.Email }},
	{name: "contactName", typ: "JSONString", at: func(r *persistence.PolicyHolder) any { return &r.ContactName }},
	{name: "legalForm", typ: "Int", at: func(r *persistence.PolicyHolder) any { return &r.LegalForm }},
	{name: "activityCode", typ: "Int", at: func(r *persistence.PolicyHolder) any { return &r.ActivityCode }},
	{name: "accountancyAccount", typ: "String", at: func(r *persistence.PolicyHolder) any { return &r.AccountancyAccount }},
	{name: "bankAccount", typ: "JSONString", at: func(r *persistence.PolicyHolder) any { return &r.BankAccount }},
	{name: "paymentReference", typ: "String", at: func(r *persistence.PolicyHolder) any { return &r.PaymentReference }},
	{name: "dateValidFrom", typ: "DateTime", at: func(r *persistence.PolicyHolder) any { return &r.DateValidFrom }},
	{name: "dateValidTo", typ: "DateTime", at: func(r *persistence.PolicyHolder) any { return &r.DateValidTo }},
}

var holderPaths = scheme.Paths{
	"PolicyHolderCode": "code", "TradeName": "tradeName", "LocationsId": "locationsId", "Address": "address", "Phone": "phone", "Fax": "fax", "Email": "email",
	"ContactName": "contactName", "LegalForm": "legalForm", "ActivityCode": "activityCode", "AccountancyAccount": "accountancyAccount", "bankAccount": "bankAccount",
	"PaymentReference": "paymentReference", "DateValidFrom": "dateValidFrom", "DateValidTo": "dateValidTo",
}

// holderDraft puts the form into a policy holder. The form leaves out what is empty, so that
// it is cleared, but for the code, the name and the day it begins.
func holderDraft(c *Change, was persistence.PolicyHolder) (*scheme.PolicyHolderDraft, error) {
	input := map[string]any{"locationsId": nil}
	for _, col := range holderColumns {
		if col.name != "code" && col.name != "tradeName" && col.name != "dateValidFrom" {
			input[col.name] = nil
		}
	}
	for name, value := range c.Input {
		input[name] = value
	}
	d := &scheme.PolicyHolderDraft{Holder: was, Paths: holderPaths}
	if err := fill(&d.Holder, holderColumns, input); err != nil {
		return nil, err
	}
	d.Holder.LocationsID = nil
	if key, given := input["locationsId"].(int); given {
		d.Holder.LocationsID = &key
	}
	if text, given := input["jsonExt"].(string); given {
		d.Holder.JSONExt = extended(was.JSONExt, text)
	}
	return d, nil
}

func createHolder(c *Change) error {
	draft, err := holderDraft(c, persistence.PolicyHolder{})
	if err != nil {
		return err
	}
	err = c.Store.Tx(c.Context, func(x *persistence.Session) error { return scheme.PolicyHolders{}.Create(x, draft) })
	c.Wrote("tblPolicyHolder", draft.Holder.UUID)
	return err
}

func updateHolder(c *Change) error {
	return alterAt(c, "id", func(x *persistence.Session, row *persistence.PolicyHolder) error {
		draft, err := holderDraft(c, *row)
		if err != nil {
			return err
		}
		return scheme.PolicyHolders{}.Update(x, draft)
	})
}

func deleteHolders(c *Change) error {
	return EachOf(c, "uuids", func(r *persistence.PolicyHolder) string { return orElse(r.Code, r.TradeName) }, scheme.PolicyHolders{}.Delete)
}
