package graphql

import (
	"strconv"

	"github.com/shopspring/decimal"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// The rights of this file, as tblRoleRight has them. The back end asks for rightPayerChanges
// where 121803 would be expected.
const (
	rightPayers       = 121801
	rightAddPayer     = 121802
	rightPayerChanges = 122103
	rightDeletePayer  = 121804
)

const payerInputs = "name: String! email: String phone: String fax: String address: String locationUuid: UUID! type: String! "

// Payers is what module payment brings of institutions that pay for others.
var Payers = Part{
	SDL: `enum PayerType { C D G L O P } enum FundingStatus { N P A R }
		` + writing("CreatePayerMutationInput", payerInputs) + writing("UpdatePayerMutationInput", payerInputs+"uuid: UUID!") + writing("DeletePayerMutationInput", "uuids: [String]") +
		writing("AddFundingMutationInput", "payerId: ID! productId: ID! payDate: Date! amount: Decimal! receipt: String!"),
	Types: []Object{payer, funding},
	Queries: []Field{
		List[persistence.Payer](`payers(showHistory: Boolean, search: String, orderBy: [String], offset: Int, before: String, after: String, first: Int, last: Int,
			name_Icontains: String, email_Icontains: String, phone_Icontains: String, location: Int, type: String): PayerGQLTypeConnection`,
			mapping.Payers, Options{Rights: []int{rightPayers}, Order: "name", Filters: map[string]Filter{"search": AnyContains(mapping.Payers, "name", "email", "phone")}}),
		{SDL: "payer(uuid: UUID): PayerGQLType", Rights: []int{rightPayers}, Resolve: payerWith},
	},
	Mutations: []Mutation{
		{Field: Field{SDL: "createPayer(input: CreatePayerMutationInput!): CreatePayerMutationPayload", Rights: []int{rightAddPayer}}, Do: createPayer},
		{Field: Field{SDL: "updatePayer(input: UpdatePayerMutationInput!): UpdatePayerMutationPayload", Rights: []int{rightPayerChanges}}, Do: updatePayer},
		{Field: Field{SDL: "deletePayer(input: DeletePayerMutationInput!): DeletePayerMutationPayload", Rights: []int{rightDeletePayer}}, Many: deletePayers},
		{Field: Field{SDL: "addFunding(input: AddFundingMutationInput!): AddFundingMutationPayload", Rights: []int{rightPayerChanges}}, Do: addFunding},
	},
}

var payer = Object{
	Name: "PayerGQLType",
	Key:  func(row any) any { return row.(*persistence.Payer).PayerID },
	Fields: []Field{
		Is("validityFrom: DateTime!", func(r *persistence.Payer) any { return r.ValidityFrom }),
		Is("validityTo: DateTime", func(r *persistence.Payer) any { return r.ValidityTo }),
		Is("legacyId: Int", func(r *persistence.Payer) any { return r.LegacyID }),
		Is("uuid: String!", func(r *persistence.Payer) any { return r.PayerUUID }),
		Is("type: PayerType!", func(r *persistence.Payer) any { return r.PayerType }),
		Is("name: String!", func(r *persistence.Payer) any { return r.PayerName }),
		Is("address: String", func(r *persistence.Payer) any { return r.PayerAddress }),
		Place("location: LocationGQLType", func(r *persistence.Payer) any { return r.LocationID }),
		Is("phone: String", func(r *persistence.Payer) any { return r.Phone }),
		Is("fax: String", func(r *persistence.Payer) any { return r.Fax }),
		Is("email: String", func(r *persistence.Payer) any { return r.EMail }),
		Is("auditUserId: Int!", func(r *persistence.Payer) any { return r.AuditUserID }),
		fundings,
	},
}

// payerWith gives one payer in the caller's scope, null for none.
func payerWith(c *Call) (any, error) {
	id, _ := c.Args["uuid"].(string)
	found, err := persistence.Select[persistence.Payer](c.Store.Read(c.Context), persistence.Query{
		Where: []clause.Expression{persistence.In(persistence.Column("", "PayerUUID"), []persistence.UUID{persistence.UUID(id)})}, Limit: 1, Few: true,
	})
	if err != nil || len(found.Rows) == 0 {
		return nil, err
	}
	return &found.Rows[0], nil
}

// payerInput is the form of payers. What it leaves out is cleared.
type payerInput struct {
	Name    string  `graphql:"name"`
	Email   *string `graphql:"email"`
	Phone   *string `graphql:"phone"`
	Fax     *string `graphql:"fax"`
	Address *string `graphql:"address"`
	Type    string  `graphql:"type"`
}

var payerPaths = scheme.Paths{
	"PayerName": "name", "PayerType": "type", "PayerAddress": "address", "LocationId": "locationUuid", "Phone": "phone", "Fax": "fax", "eMail": "email", "": "uuid",
}

// fillPayer puts the form into a row.
func fillPayer(c *Change, row *persistence.Payer) error {
	var form payerInput
	if err := c.Into(&form); err != nil {
		return err
	}
	place, err := placeIn(c, "locationUuid")
	row.PayerName, row.PayerType, row.PayerAddress, row.LocationID = form.Name, form.Type, form.Address, place
	row.Phone, row.Fax, row.EMail = form.Phone, form.Fax, form.Email
	return err
}

func createPayer(c *Change) error {
	draft := &scheme.PayerDraft{Paths: payerPaths}
	if err := fillPayer(c, &draft.Payer); err != nil {
		return err
	}
	err := c.Store.Tx(c.Context, func(x *persistence.Session) error { return scheme.Payers{}.Create(x, draft) })
	c.Wrote("tblPayer", draft.Payer.PayerUUID)
	return err
}

func updatePayer(c *Change) error {
	return Alter(c, func(x *persistence.Session, row *persistence.Payer) error {
		draft := &scheme.PayerDraft{Payer: *row, Paths: payerPaths}
		if err := fillPayer(c, &draft.Payer); err != nil {
			return err
		}
		return scheme.Payers{}.Update(x, draft)
	})
}

func deletePayers(c *Change) error {
	return EachOf(c, "uuids", func(r *persistence.Payer) string { return r.PayerName }, scheme.Payers{}.Delete)
}

// fundingInput is money an institution gives to a product.
type fundingInput struct {
	Payer   string           `graphql:"payerId"`
	Product string           `graphql:"productId"`
	PayDate persistence.Date `graphql:"payDate"`
	Amount  decimal.Decimal  `graphql:"amount"`
	Receipt string           `graphql:"receipt"`
}

func addFunding(c *Change) error {
	var form fundingInput
	if err := c.Into(&form); err != nil {
		return err
	}
	draft := &scheme.FundDraft{Amount: form.Amount, Receipt: form.Receipt, PayDate: form.PayDate, Paths: map[string]string{"product": "productId", "payer": "payerId", "date": "payDate"}}
	var err error
	if draft.PayerID, err = strconv.Atoi(KeyOf(form.Payer)); err != nil {
		return core.ErrorAt(core.Invalid, "payerId", "%q is no id", form.Payer)
	}
	if draft.ProdID, err = strconv.Atoi(KeyOf(form.Product)); err != nil {
		return core.ErrorAt(core.Invalid, "productId", "%q is no id", form.Product)
	}
	return c.Store.Tx(c.Context, func(x *persistence.Session) error {
		_, _, err := scheme.Policies{Rules: c.Rules}.Fund(x, draft)
		return err
	})
}
