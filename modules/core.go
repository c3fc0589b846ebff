package modules

import (
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/resources"
)

// Core is module core: sign-on, users, roles and rights, and the lists of codes that
// resources use; every other module stands on it.
func Core() *core.Module {
	m := module("core", "Sign-on, users, roles and rights, and the lists of codes; every other module stands on it.")
	core.Contribute(m, Resource{Name: "CodeSystem", Make: resources.CodeSystem})
	core.Contribute(m, Resource{Name: "ValueSet", Make: resources.ValueSet})
	return m
}
