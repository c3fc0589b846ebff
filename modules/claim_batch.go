package modules

import (
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/graphql"
)

// ClaimBatch is module claim_batch: the monthly runs that pay what waits for relative
// prices.
func ClaimBatch() *core.Module {
	m := module("claim_batch", "Monthly runs that pay what waits for relative prices.", "core", "location", "product", "claim")
	core.Contribute(m, graphql.Batch)
	return m
}
