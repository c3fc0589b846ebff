package modules

import (
	"github.com/openimis/openimis-go/core"
)

// Claim is module claim: claims of health facilities, checked and priced, and the answers to them.
func Claim() *core.Module {
	return module("claim", "Claims of health facilities, checked and priced, and the answers to them.", "core", "location", "insuree", "medical", "policy", "practitioner")
}
