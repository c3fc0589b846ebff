package scheme

import (
	"errors"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// Quotation is what a policy would be. Nothing of it is stored.
type Quotation struct {
	Policy   *persistence.Policy // idle, with its period and value
	Warnings []string            // why it could not be sold so
}

// Quote tells what a policy would cost, and from when to when it would cover, before it is
// sold (rules 9.1, 9.2). before is the policy a renewal follows on, "" for none; without a
// product it goes on as that one would. The officer may be missing. Of policies it would lie
// over nothing is said: who asks may mean one of them. The sale refuses it. Errors:
// core.Unprocessable for a family, product or price that is not there, and for a stage that
// is none; core.NotFound and core.Gone for the policy before.
func (c Policies) Quote(x *persistence.Session, d *PolicyDraft, stage string, before persistence.UUID) (*Quotation, error) {
	q := &Quotation{}
	if stage != StageNew && stage != StageRenewal {
		return nil, core.ErrorAt(core.Unprocessable, d.path("stage"), "%q is no stage: N is new, R is a renewal", stage)
	}
	var old *persistence.Policy
	var until *persistence.Date
	if stage == StageRenewal && before != "" {
		var err error
		if old, err = persistence.One[persistence.Policy](x, before); err != nil {
			return nil, err
		}
		until = old.ExpiryDate
		if err := q.warn(requireRenewable(old)); err != nil {
			return nil, err
		}
		if d.ProdID == 0 {
			if d.ProdID, err = c.soldOn(x, old.ProdID, d); err != nil {
				return nil, err
			}
		}
	}
	family, err := named[persistence.Family](x, d.FamilyID, d.path("family"), "family")
	if err != nil {
		return nil, err
	}
	s, err := loadSale(x, d, family)
	if err != nil {
		return nil, err
	}
	if err := q.warn(checkSale(s, x.Now().Date())); err != nil {
		return nil, err
	}
	return q, c.quote(x, q, s, stage, old, until)
}

// quote works out period and value of the sale.
func (c Policies) quote(x *persistence.Session, q *Quotation, s *sale, stage string, old *persistence.Policy, until *persistence.Date) error {
	period, err := s.period(stage, until)
	if err != nil {
		return err
	}
	price, err := c.price(x, s, stage, until)
	if err != nil {
		return err
	}
	q.Policy = s.policy(stage, period, price)
	if s.draft.OfficerID == 0 {
		q.Policy.OfficerID = nil
	}
	if old != nil {
		return q.warn(refuseRenewed(x, old, s.draft.ProdID))
	}
	return nil
}

// period gives the time the policy covers; until is the last day of the policy before, nil
// when it is not known.
func (s *sale) period(stage string, until *persistence.Date) (Period, error) {
	if stage == StageRenewal {
		return RenewalPeriod(s.product, until, s.draft.Enrolled)
	}
	return PolicyPeriod(s.product, s.draft.Enrolled, stage)
}

// warn takes what a sale would be refused for; other errors it gives back.
func (q *Quotation) warn(err error) error {
	var known *core.Error
	if code := core.CodeOf(err); !errors.As(err, &known) || code != core.Unprocessable && code != core.Conflict {
		return err
	}
	for _, one := range known.All() {
		q.Warnings = append(q.Warnings, one.Message)
	}
	return nil
}
