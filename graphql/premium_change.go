package graphql

import (
	"strings"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// The rights of this file, as tblRoleRight has them.
const (
	rightAddPremium    = 101302
	rightChangePremium = 101303
	rightDeletePremium = 101304
)

const premiumFields = `id: Int uuid: String policyUuid: String! payerUuid: String amount: Decimal receipt: String payDate: Date payType: String
	isOffline: Boolean isPhotoFee: Boolean action: String`

var premiumInputs = writing("CreatePremiumMutationInput", premiumFields) + writing("UpdatePremiumMutationInput", premiumFields) + writing("DeletePremiumsMutationInput", "uuids: [String]")

var premiumMutations = []Mutation{
	{Field: Field{SDL: "createPremium(input: CreatePremiumMutationInput!): CreatePremiumMutationPayload", Rights: []int{rightAddPremium}}, Do: createPremium},
	{Field: Field{SDL: "updatePremium(input: UpdatePremiumMutationInput!): UpdatePremiumMutationPayload", Rights: []int{rightChangePremium}}, Do: updatePremium},
	{Field: Field{SDL: "deletePremium(input: DeletePremiumsMutationInput!): DeletePremiumsMutationPayload", Rights: []int{rightDeletePremium}}, Many: deletePremiums},
}

// premiumForm is the form of contributions.
type premiumForm struct {
	Policy   string            `graphql:"policyUuid"`
	Amount   *decimal.Decimal  `graphql:"amount"`
	Receipt  *string           `graphql:"receipt"`
	PayDate  *persistence.Date `graphql:"payDate"`
	PayType  *string           `graphql:"payType"`
	PhotoFee *bool             `graphql:"isPhotoFee"`
	Action   string            `graphql:"action"` // ENFORCE, WAIT, SUSPEND
}

// fill puts the form into a draft; what it does not name stays.
func (f *premiumForm) fill(x *persistence.Session, c *Change, d *scheme.ContributionDraft) error {
	put(&d.Amount, f.Amount)
	put(&d.Receipt, f.Receipt)
	put(&d.PayDate, f.PayDate)
	put(&d.PayType, f.PayType)
	put(&d.PhotoFee, f.PhotoFee)
	d.Action = scheme.PaymentAction(strings.ToLower(f.Action))
	d.Paths = map[string]string{"date": "payDate", "type": "payType", "payer": "payerUuid"}
	if _, named := c.Input["payerUuid"]; !named {
		return nil
	}
	var err error
	d.PayerID, err = payerNamed(x, c)
	return err
}

// put sets what is given.
func put[V any](target *V, value *V) {
	if value != nil {
		*target = *value
	}
}

func createPremium(c *Change) error {
	var form premiumForm
	if err := c.Into(&form); err != nil {
		return err
	}
	policy, ok := persistence.ParseUUID(form.Policy)
	if !ok {
		return core.ErrorAt(core.Invalid, "policyUuid", "%q is no UUID", form.Policy)
	}
	return c.Store.Tx(c.Context, func(x *persistence.Session) error {
		draft := &scheme.ContributionDraft{}
		if err := form.fill(x, c, draft); err != nil {
			return err
		}
		_, premium, err := scheme.Policies{Rules: c.Rules}.Contribute(x, policy, draft)
		if code := core.CodeOf(err); code == core.NotFound || code == core.Gone {
			return core.ErrorAt(code, "policyUuid", "there is no such policy")
		}
		if err == nil {
			c.Wrote("tblPremium", premium.PremiumUUID)
			c.Wrote("tblPolicy", policy)
		}
		return err
	})
}

func updatePremium(c *Change) error {
	var form premiumForm
	if err := c.Into(&form); err != nil {
		return err
	}
	return Alter(c, func(x *persistence.Session, row *persistence.Premium) error {
		draft := &scheme.ContributionDraft{Amount: row.Amount, Receipt: row.Receipt, PayDate: row.PayDate, PayType: row.PayType, PayerID: row.PayerID, PhotoFee: row.IsPhotoFee != nil && *row.IsPhotoFee}
		if err := form.fill(x, c, draft); err != nil {
			return err
		}
		p, err := scheme.Policies{Rules: c.Rules}.Correct(x, row, draft)
		if err == nil && !strings.EqualFold(string(p.PolicyUUID), form.Policy) {
			err = core.ErrorAt(core.Conflict, "policyUuid", "a contribution stays with its policy: delete it and enter another")
		}
		return err
	})
}

func deletePremiums(c *Change) error {
	return EachOf(c, "uuids", func(r *persistence.Premium) string { return r.Receipt }, scheme.Policies{Rules: c.Rules}.Withdraw)
}
