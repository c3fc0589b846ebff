package scheme

import (
	"slices"
	"strings"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// OpenRenewal is a prompt that waits for an officer, with what he needs to follow it.
type OpenRenewal struct {
	Renewal persistence.PolicyRenewal
	Officer *persistence.Officer // whose prompt it is: himself, or somebody he stands in for
	Head    *persistence.Insuree // of the family, with his telephone; nil when he is not there
	Product *persistence.Product // the policy goes on with; nil when it is not there
	Village string               // where the family lives
}

// StandsInFor gives the keys of the officer and of everybody he stands in for, directly or
// because he stands in for somebody who does (rule 9.10).
func StandsInFor(officers []persistence.Officer, officer int) []int {
	keys := []int{officer}
	for i := 0; i < len(keys); i++ { // keys grows; who is in it already ends a ring
		for j := range officers {
			if o := &officers[j]; number(o.OfficerIDSubst) == keys[i] && !slices.Contains(keys, o.OfficerID) {
				keys = append(keys, o.OfficerID)
			}
		}
	}
	return keys
}

// OpenRenewals gives the next prompts behind the key after that nobody answered yet of an
// officer and of those he stands in for (rule 9.10), at most limit of them, 500 or fewer.
// The officer is named by his code, whatever the caller's scope: a door lets an officer
// ask for himself. Errors: core.NotFound.
func (c Policies) OpenRenewals(x *persistence.Session, officer string, after, limit int) ([]OpenRenewal, error) {
	var officers []persistence.Officer
	l := &loader{db: x.DB().Select("OfficerID", "Code", "OfficerIDSubst")}
	find(l, &officers, persistence.IsNull(column("tblOfficer", "ValidityTo")))
	if l.err != nil {
		return nil, l.err
	}
	at := slices.IndexFunc(officers, func(o persistence.Officer) bool { return strings.EqualFold(o.Code, officer) })
	if at < 0 {
		return nil, core.ErrorAt(core.NotFound, "officer", "there is no officer %q", officer)
	}
	r, response := &RenewalMessageRows{}, column("tblPolicyRenewals", "ResponseStatus")
	l = &loader{db: x.DB().Order(clause.OrderByColumn{Column: column("tblPolicyRenewals", "RenewalID")}).Limit(limit)}
	findIn(l, &r.Renewals, column("tblPolicyRenewals", "NewOfficerID"), StandsInFor(officers, officers[at].OfficerID),
		persistence.IsNull(column("tblPolicyRenewals", "ValidityTo")), persistence.Compare(column("tblPolicyRenewals", "RenewalID"), ">", after),
		clause.Or(persistence.IsNull(response), persistence.Compare(response, "=", promptOpen)))
	slices.SortFunc(r.Renewals, func(a, b persistence.PolicyRenewal) int { return a.RenewalID - b.RenewalID })
	r.Renewals = r.Renewals[:min(limit, len(r.Renewals))]
	if l.err != nil || len(r.Renewals) == 0 {
		return nil, l.err
	}
	l = &loader{db: x.DB()}
	l.renewalMessages(r)
	return openRenewals(r), l.err
}

// openRenewals puts the rows of each prompt together.
func openRenewals(r *RenewalMessageRows) []OpenRenewal {
	plan := newRenewalMessagePlan(r, CorrectedRules)
	list := make([]OpenRenewal, len(r.Renewals))
	for i := range r.Renewals {
		renewal := &r.Renewals[i]
		list[i] = OpenRenewal{
			Renewal: *renewal, Officer: plan.officers[number(renewal.NewOfficerID)], Head: plan.insurees[renewal.InsureeID],
			Product: plan.products[renewal.NewProdID], Village: plan.placeNames(renewal)["V"],
		}
	}
	return list
}
