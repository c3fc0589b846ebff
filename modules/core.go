package modules

import "github.com/openimis/openimis-go/core"

// Core is module core: sign-on, users, roles and rights; every other module stands on it.
func Core() *core.Module {
	return module("core", "Sign-on, users, roles and rights; every other module stands on it.")
}
