package graphql

import (
	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// The rights of this file, as tblRoleRight has them.
const (
	rightAddPolicy    = 101202
	rightChangePolicy = 101203
	rightDeletePolicy = 101204
	rightRenewPolicy  = 101205
)

const policyFields = `id: Int uuid: String enrollDate: Date! startDate: Date! expiryDate: Date! value: Decimal! productId: Int! familyId: Int! officerId: Int!
	isPaid: Boolean receipt: String payerUuid: String contributionPlanId: UUID`

var policyInputs = writing("CreatePolicyMutationInput", policyFields) + writing("UpdatePolicyMutationInput", policyFields) + writing("RenewPolicyMutationInput", policyFields) +
	writing("SuspendPoliciesMutationInput", "uuids: [String]") + writing("DeletePoliciesMutationInput", "uuids: [String]")

var policyMutations = []Mutation{
	{Field: Field{SDL: "createPolicy(input: CreatePolicyMutationInput!): CreatePolicyMutationPayload", Rights: []int{rightAddPolicy}}, Do: createPolicy},
	{Field: Field{SDL: "updatePolicy(input: UpdatePolicyMutationInput!): UpdatePolicyMutationPayload", Rights: []int{rightChangePolicy}}, Do: updatePolicy},
	{Field: Field{SDL: "renewPolicy(input: RenewPolicyMutationInput!): RenewPolicyMutationPayload", Rights: []int{rightRenewPolicy}}, Do: renewPolicy},
	{Field: Field{SDL: "suspendPolicies(input: SuspendPoliciesMutationInput!): SuspendPoliciesMutationPayload", Rights: []int{rightChangePolicy}}, Many: suspendPolicies},
	{Field: Field{SDL: "deletePolicies(input: DeletePoliciesMutationInput!): DeletePoliciesMutationPayload", Rights: []int{rightDeletePolicy}}, Many: deletePolicies},
}

// policyPaths are the names clients use for what a sale is made of.
var policyPaths = map[string]string{
	"family": "familyId", "product": "productId", "officer": "officerId", "enrolled": "enrollDate", "period": "startDate", "start": "startDate", "expiry": "expiryDate",
}

// policyForm is the form of policies. Period and value are what policyValues told the
// client.
type policyForm struct {
	Enrolled persistence.Date `graphql:"enrollDate"`
	Start    persistence.Date `graphql:"startDate"`
	Expiry   persistence.Date `graphql:"expiryDate"`
	Value    decimal.Decimal  `graphql:"value"`
	Product  int              `graphql:"productId"`
	Family   int              `graphql:"familyId"`
	Officer  int              `graphql:"officerId"`
	Paid     bool             `graphql:"isPaid"`
	Receipt  string           `graphql:"receipt"`
}

func (f *policyForm) read(c *Change) error {
	if c.Text("contributionPlanId") != "" {
		return core.ErrorAt(core.Unprocessable, "contributionPlanId", "there are no contribution plans here")
	}
	return c.Into(f)
}

func (f *policyForm) draft() scheme.PolicyDraft {
	return scheme.PolicyDraft{FamilyID: f.Family, ProdID: f.Product, OfficerID: f.Officer, Enrolled: f.Enrolled, Paths: policyPaths}
}

func (f *policyForm) terms() *scheme.Terms {
	return &scheme.Terms{Start: f.Start, Expiry: f.Expiry, Value: f.Value}
}

func createPolicy(c *Change) error { return sellPolicy(c, &scheme.PolicySale{}) }

func renewPolicy(c *Change) error {
	before, ok := persistence.ParseUUID(c.Text("uuid"))
	if !ok {
		return core.ErrorAt(core.Invalid, "uuid", "%q is no UUID", c.Text("uuid"))
	}
	return sellPolicy(c, &scheme.PolicySale{Renewal: true, Before: before})
}

// sellPolicy sells a policy; one that is paid has its whole value booked in cash, on the day
// of enrolment.
func sellPolicy(c *Change, sale *scheme.PolicySale) error {
	var form policyForm
	if err := form.read(c); err != nil {
		return err
	}
	sale.PolicyDraft, sale.Terms = form.draft(), form.terms()
	if form.Paid && !core.PrincipalOf(c.Context).May(rightAddPremium) {
		return core.ErrorAt(core.Forbidden, "isPaid", "you may sell policies but not book contributions: right %d is needed", rightAddPremium)
	}
	return c.Store.Tx(c.Context, func(x *persistence.Session) error {
		if form.Paid {
			payer, err := payerNamed(x, c)
			if err != nil {
				return err
			}
			sale.Paid = []scheme.ContributionDraft{{
				Amount: form.Value, Receipt: form.Receipt, PayDate: form.Enrolled, PayType: "C", PayerID: payer,
				Paths: map[string]string{"amount": "value", "date": "enrollDate", "payer": "payerUuid"},
			}}
		}
		p, err := scheme.Policies{Rules: c.Rules}.Sell(x, sale)
		if err == nil {
			c.Wrote("tblPolicy", p.PolicyUUID)
		}
		return err
	})
}

func updatePolicy(c *Change) error {
	var form policyForm
	if err := form.read(c); err != nil {
		return err
	}
	return Alter(c, func(x *persistence.Session, row *persistence.Policy) error {
		draft := form.draft()
		_, err := scheme.Policies{Rules: c.Rules}.Amend(x, row.PolicyUUID, &draft, form.terms())
		return err
	})
}

func suspendPolicies(c *Change) error {
	return eachPolicy(c, func(x *persistence.Session, id persistence.UUID) error {
		_, err := scheme.Policies{Rules: c.Rules}.Suspend(x, id)
		return err
	})
}

func deletePolicies(c *Change) error {
	return eachPolicy(c, scheme.Policies{Rules: c.Rules}.Delete)
}

// eachPolicy does the same with every policy the input names. People know one by its product,
// the head of the family and its first day.
func eachPolicy(c *Change, do func(x *persistence.Session, id persistence.UUID) error) error {
	title := func(p *persistence.Policy) string {
		name := p.StartDate.String()
		if p.Family != nil && p.Family.Head != nil {
			name = nameOf(p.Family.Head) + ", " + name
		}
		if p.Product != nil {
			name = p.Product.ProductCode + ", " + name
		}
		return name
	}
	return EachOf(c, "uuids", title, func(x *persistence.Session, row *persistence.Policy) error { return do(x, row.PolicyUUID) }, "Product", "Family.Head")
}

// payerNamed gives the key of the payer the input names, nil for none.
func payerNamed(x *persistence.Session, c *Change) (*int, error) {
	text := c.Text("payerUuid")
	if text == "" {
		return nil, nil
	}
	id, ok := persistence.ParseUUID(text)
	if !ok {
		return nil, core.ErrorAt(core.Invalid, "payerUuid", "%q is no UUID", text)
	}
	row, err := persistence.One[persistence.Payer](x, id)
	if code := core.CodeOf(err); code == core.NotFound || code == core.Gone {
		return nil, core.ErrorAt(core.Unprocessable, "payerUuid", "there is no such payer")
	}
	if err != nil {
		return nil, err
	}
	return &row.PayerID, nil
}
