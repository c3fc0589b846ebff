package modules

import "github.com/openimis/openimis-go/core"

// All lists the modules of this program.
func All() []*core.Module {
	return []*core.Module{
		Core(), Location(), Medical(), Insuree(), Product(), Policy(), Practitioner(), Claim(), ClaimBatch(), Calculation(), Invoice(), Payment(), Contract(),
	}
}

// module makes a module of this program's version.
func module(name, summary string, dependsOn ...string) *core.Module {
	return &core.Module{Name: name, Version: core.Version, Summary: summary, DependsOn: dependsOn}
}
