package graphql

import (
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// The rights of this file, as tblRoleRight has them.
const (
	rightAddContract     = 152102
	rightChangeContract  = 152103
	rightDeleteContract  = 152104
	rightSubmitContract  = 152107
	rightApproveContract = 152108 // also to change and counter what was submitted
)

var holderContractColumns = append(heldColumns(func(r *persistence.HolderContract) *persistence.Dated { return &r.Dated }), []column[persistence.HolderContract]{
	{name: "code", typ: "String", at: func(r *persistence.HolderContract) any { return &r.Code }},
	{name: "policyHolderId", typ: "UUID", at: func(r *persistence.HolderContract) any { return &r.PolicyHolderID }},
	{name: "dateApproved", typ: "DateTime", at: func(r *persistence.HolderContract) any { return &r.DateApproved }},
	{name: "datePaymentDue", typ: "Date", at: func(r *persistence.HolderContract) any { return &r.DatePaymentDue }},
	{name: "paymentReference", typ: "String", at: func(r *persistence.HolderContract) any { return &r.PaymentReference }},
}...)

var holderContractPaths = heldPaths(scheme.Paths{"Code": "code", "PolicyHolderUUID": "policyHolderId", "DateApproved": "dateApproved", "DatePaymentDue": "datePaymentDue", "PaymentReference": "paymentReference"})

var contractPersonColumns = []column[persistence.HolderContractDetails]{
	{name: "contractId", typ: "UUID", at: func(r *persistence.HolderContractDetails) any { return &r.ContractID }},
	{name: "insureeId", typ: "Int", at: func(r *persistence.HolderContractDetails) any { return &r.InsureeID }},
	{name: "contributionPlanBundleId", typ: "UUID", at: func(r *persistence.HolderContractDetails) any { return &r.BundleID }},
}

var contractPersonPaths = scheme.Paths{"ContractUUID": "contractId", "InsureeID": "insureeId", "ContributionPlanBundleUUID": "contributionPlanBundleId"}

var holderContractInputs = writing("CreateContractMutationInput", "id: UUID jsonExt: JSONString "+inputOf(holderContractColumns)) +
	writing("UpdateContractMutationInput", "id: UUID! jsonExt: JSONString "+inputOf(holderContractColumns)) +
	writing("DeleteContractMutationInput", "uuids: [UUID]") + writing("SubmitContractMutationInput", "id: UUID!") + writing("CounterContractMutationInput", "id: UUID!") +
	writing("CounterBulkContractMutationInput", "contractUuids: [UUID]! extendedFilters: String") +
	writing("CreateContractDetailsMutationInput", "id: UUID jsonExt: JSONString "+inputOf(contractPersonColumns)) +
	writing("UpdateContractDetailsMutationInput", "id: UUID! jsonExt: JSONString "+inputOf(contractPersonColumns)) +
	writing("DeleteContractDetailsMutationInput", "uuids: [UUID]")

var holderContractMutations = []Mutation{
	{Field: Field{SDL: "createContract(input: CreateContractMutationInput!): CreateContractMutationPayload", Rights: []int{rightAddContract}}, Do: createContract},
	{Field: Field{SDL: "updateContract(input: UpdateContractMutationInput!): UpdateContractMutationPayload", Rights: []int{rightChangeContract, rightApproveContract}}, Do: updateContract},
	{Field: Field{SDL: "deleteContract(input: DeleteContractMutationInput!): DeleteContractMutationPayload", Rights: []int{rightDeleteContract}}, Many: deleteContracts},
	{Field: Field{SDL: "submitContract(input: SubmitContractMutationInput!): SubmitContractMutationPayload", Rights: []int{rightSubmitContract}},
		Do: func(c *Change) error { return alterAt(c, "id", scheme.HolderContracts{}.Submit) }},
	{Field: Field{SDL: "counterContract(input: CounterContractMutationInput!): CounterContractMutationPayload", Rights: []int{rightApproveContract}},
		Do: func(c *Change) error { return alterAt(c, "id", scheme.HolderContracts{}.Counter) }},
	{Field: Field{SDL: "counterBulkContract(input: CounterBulkContractMutationInput!): CounterBulkContractMutationPayload", Rights: []int{rightApproveContract}}, Many: counterContracts},
	{Field: Field{SDL: "createContractDetails(input: CreateContractDetailsMutationInput!): CreateContractDetailsMutationPayload", Rights: []int{rightChangeContract, rightApproveContract}}, Do: addContractPerson},
	{Field: Field{SDL: "updateContractDetails(input: UpdateContractDetailsMutationInput!): UpdateContractDetailsMutationPayload", Rights: []int{rightChangeContract, rightApproveContract}}, Do: changeContractPerson},
	{Field: Field{SDL: "deleteContractDetails(input: DeleteContractDetailsMutationInput!): DeleteContractDetailsMutationPayload", Rights: []int{rightChangeContract, rightApproveContract}}, Many: deleteContractPeople},
}

// negotiates tells whether the caller may change a contract that was submitted.
func negotiates(c *Change) bool { return core.PrincipalOf(c.Context).May(rightApproveContract) }

// contractDraft puts the form into a contract. It leaves out what is empty and what it shows
// only, so that what it does not name stays.
func contractDraft(c *Change, was persistence.HolderContract) (*scheme.HolderContractDraft, error) {
	d := &scheme.HolderContractDraft{Contract: was, Negotiate: negotiates(c), Paths: holderContractPaths}
	if text, given := c.Input["jsonExt"].(string); given {
		d.Contract.JSONExt = extended(was.JSONExt, text)
	}
	return d, fill(&d.Contract, holderContractColumns, c.Input)
}

func createContract(c *Change) error {
	d, err := contractDraft(c, persistence.HolderContract{})
	if err != nil {
		return err
	}
	err = c.Store.Tx(c.Context, func(x *persistence.Session) error { return scheme.HolderContracts{}.Create(x, d) })
	c.Wrote("tblContract", d.Contract.UUID)
	return err
}

func updateContract(c *Change) error {
	return alterAt(c, "id", func(x *persistence.Session, row *persistence.HolderContract) error {
		d, err := contractDraft(c, *row)
		if err != nil {
			return err
		}
		return scheme.HolderContracts{}.Update(x, d)
	})
}

func deleteContracts(c *Change) error {
	return EachOf(c, "uuids", func(r *persistence.HolderContract) string { return r.Code }, scheme.HolderContracts{}.Delete)
}

func counterContracts(c *Change) error {
	if len(textsOf(c.Input["contractUuids"])) == 0 {
		return core.ErrorAt(core.Invalid, "contractUuids", "choose the contracts: all of a list are not countered at once")
	}
	return EachOf(c, "contractUuids", func(r *persistence.HolderContract) string { return r.Code }, scheme.HolderContracts{}.Counter)
}

func personDraft(c *Change, was persistence.HolderContractDetails) (*scheme.ContractPersonDraft, error) {
	d := &scheme.ContractPersonDraft{Row: was, Negotiate: negotiates(c), Paths: contractPersonPaths}
	if text, given := c.Input["jsonExt"].(string); given {
		d.Row.JSONExt = extended(was.JSONExt, text)
	}
	return d, fill(&d.Row, contractPersonColumns, c.Input)
}

func addContractPerson(c *Change) error {
	d, err := personDraft(c, persistence.HolderContractDetails{})
	if err != nil {
		return err
	}
	err = c.Store.Tx(c.Context, func(x *persistence.Session) error { return scheme.ContractPeople{}.Create(x, d) })
	c.Wrote("tblContractDetails", d.Row.UUID)
	return err
}

func changeContractPerson(c *Change) error {
	return alterAt(c, "id", func(x *persistence.Session, row *persistence.HolderContractDetails) error {
		d, err := personDraft(c, *row)
		if err != nil {
			return err
		}
		return scheme.ContractPeople{}.Update(x, d)
	})
}

func deleteContractPeople(c *Change) error {
	return EachOf(c, "uuids", func(r *persistence.HolderContractDetails) string { return string(r.UUID) }, func(x *persistence.Session, row *persistence.HolderContractDetails) error {
		return scheme.ContractPeople{}.Delete(x, row, negotiates(c))
	})
}
