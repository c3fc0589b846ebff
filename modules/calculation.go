package modules

import (
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/graphql"
)

// Calculation is module calculation: rules that a scheme adds to those of this program.
func Calculation() *core.Module {
	m := module("calculation", "Rules that a scheme adds to those of this program.", "core")
	core.Contribute(m, graphql.Calculation)
	return m
}
