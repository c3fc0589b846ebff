package modules

import (
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/graphql"
)

// Contract is module contract: contribution and payment plans, and contracts of policy holders.
func Contract() *core.Module {
	m := module("contract", "Contribution and payment plans, and contracts of policy holders.", "core", "location", "product")
	core.Contribute(m, graphql.Plans)
	core.Contribute(m, graphql.HolderContracts)
	core.Contribute(m, graphql.PolicyHolderParts)
	return m
}
