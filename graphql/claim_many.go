package graphql

import (
	"slices"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

func submitClaims(c *Change) error {
	ids, err := c.UUIDs("uuids")
	if filters := c.Text("additionalFilters"); err == nil && len(ids) == 0 && filters != "" {
		ids, err = enteredClaims(c, filters)
	}
	if err != nil {
		return err
	}
	return manyClaims(c, ids, claimCounts{Header: "Claims submitted"}, func(x *persistence.Session, ids []persistence.UUID) ([]scheme.ClaimResult, error) {
		return casesOf(c).SubmitMany(x, ids)
	})
}

// mostFiltered is how many claims can be submitted by the filters of a list.
const mostFiltered = 10_000

// enteredClaims gives the claims in the list with the filters that can be submitted.
func enteredClaims(c *Change, filters string) ([]persistence.UUID, error) {
	args, err := claims.said(filters)
	if err != nil {
		return nil, core.ErrorAt(core.Invalid, "additionalFilters", "%v", err)
	}
	list := *c.Call
	list.Args = args
	q, err := claims.query(&list)
	if err != nil {
		return nil, err
	}
	if err := Equals(mapping.Claims, "status")(&list, scheme.StatusEntered, &q); err != nil {
		return nil, err
	}
	q.Limit = mostFiltered + 1
	found, err := persistence.Select[claimRow](c.Store.Read(c.Context), q)
	switch {
	case err != nil:
		return nil, err
	case len(found.Rows) == 0:
		return nil, core.ErrorAt(core.Invalid, "additionalFilters", "no claim that is entered meets these filters")
	case len(found.Rows) > mostFiltered:
		return nil, core.ErrorAt(core.Invalid, "additionalFilters", "these filters leave more than %d claims: submit them in parts", mostFiltered)
	}
	ids := make([]persistence.UUID, len(found.Rows))
	for i := range ids {
		ids[i] = found.Rows[i].ClaimUUID
	}
	return ids, nil
}

func processClaims(c *Change) error {
	ids, err := c.UUIDs("uuids")
	if err != nil {
		return err
	}
	return manyClaims(c, ids, claimCounts{Header: "Claims processed"}, func(x *persistence.Session, ids []persistence.UUID) ([]scheme.ClaimResult, error) {
		return casesOf(c).ProcessMany(x, ids)
	})
}

// claimCounts are what the journal shows of many claims.
type claimCounts struct {
	Header           string `json:"header"`
	Submitted        int    `json:"submitted"`
	Checked          int    `json:"checked"`
	Processed        int    `json:"processed"`
	Valuated         int    `json:"valuated"`
	Rejected         int    `json:"rejected"`
	ItemsPassed      int    `json:"items_passed"`
	ItemsRejected    int    `json:"items_rejected"`
	ServicesPassed   int    `json:"services_passed"`
	ServicesRejected int    `json:"services_rejected"`
}

// count adds what became of a claim.
func (n *claimCounts) count(out *scheme.ClaimOutcome) {
	n.Submitted++
	switch out.Claim.ClaimStatus {
	case scheme.StatusRejected:
		n.Rejected++
	case scheme.StatusChecked:
		n.Checked++
	case scheme.StatusProcessed:
		n.Processed++
	case scheme.StatusValuated:
		n.Valuated++
	}
	for i := range out.Items {
		if out.Items[i].ClaimItemStatus == lineRejected {
			n.ItemsRejected++
		} else {
			n.ItemsPassed++
		}
	}
	for i := range out.Services {
		if out.Services[i].ClaimServiceStatus == lineRejected {
			n.ServicesRejected++
		} else {
			n.ServicesPassed++
		}
	}
}

// manyClaims carries a rule out over claims, as many in one transaction as the rule takes:
// what it says of one does not hold up the others.
func manyClaims(c *Change, ids []persistence.UUID, counts claimCounts, do claimRule) error {
	switch {
	case len(ids) == 0:
		return core.ErrorAt(core.Invalid, "uuids", "nothing is named")
	case len(ids) > mostFiltered:
		return core.ErrorAt(core.Invalid, "uuids", "%d claims can be named at once", mostFiltered)
	}
	var faults Faults
	for some := range slices.Chunk(ids, scheme.ManyClaims) {
		results, err := someClaims(c, some, do)
		if err != nil {
			return err
		}
		for _, r := range results {
			if r.Err != nil {
				faults = append(faults, Fault{string(r.ID), r.Err})
				continue
			}
			counts.count(r.Outcome)
		}
	}
	c.Report(map[string]any{"claim_stats": counts})
	if len(faults) > 0 {
		return titled(c, faults)
	}
	return nil
}

// titled gives faults of claims the numbers of the claims for titles, as far as the caller
// sees them.
func titled(c *Change, faults Faults) error {
	ids := make([]persistence.UUID, len(faults))
	for i := range faults {
		ids[i] = persistence.UUID(faults[i].Title)
	}
	claims, err := persistence.SelectMany[persistence.Claim](c.Store.Read(c.Context), ids)
	if err != nil {
		return err
	}
	for i, id := range ids {
		if claim := claims[id]; claim != nil {
			faults[i].Title = claim.ClaimCode
		}
	}
	return faults
}

// claimRule is what is done to claims in one transaction.
type claimRule func(x *persistence.Session, ids []persistence.UUID) ([]scheme.ClaimResult, error)

// someClaims carries a rule out in one transaction. Where a module forbids it for one claim,
// it is carried out over each half, so that the others are done without that one.
func someClaims(c *Change, ids []persistence.UUID, do claimRule) (results []scheme.ClaimResult, err error) {
	err = c.some("tblClaim", ids, func(x *persistence.Session, left []persistence.UUID) (done []persistence.UUID, err error) {
		results, err = do(x, left)
		for _, r := range results {
			if r.Err == nil {
				done = append(done, r.ID)
			}
		}
		return done, err
	})
	switch {
	case !persistence.Vetoed(err):
		return results, err
	case len(ids) == 1:
		return []scheme.ClaimResult{{ID: ids[0], Err: err}}, nil
	}
	first, err := someClaims(c, ids[:len(ids)/2], do)
	if err != nil {
		return nil, err
	}
	second, err := someClaims(c, ids[len(ids)/2:], do)
	return append(first, second...), err
}
