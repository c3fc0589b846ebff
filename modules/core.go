package modules

import (
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/graphql"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/resources"
)

// Core is module core: sign-on, users, roles and rights, the lists of codes that
// resources use, the audit trail and subscriptions; every other module stands on it.
func Core() *core.Module {
	m := module("core", "Sign-on, users, roles and rights, the lists of codes, the audit trail and subscriptions; every other module stands on it.")
	core.Contribute(m, Resource{Name: "CodeSystem", Make: resources.CodeSystem})
	core.Contribute(m, Resource{Name: "ValueSet", Make: resources.ValueSet})
	core.Contribute(m, Resource{Name: "StructureDefinition", Make: resources.StructureDefinition})
	core.Contribute(m, Resource{Name: "ImplementationGuide", Make: resources.ImplementationGuide})
	core.Contribute(m, Resource{Name: "OperationDefinition", Make: resources.OperationDefinition})
	core.Contribute(m, Resource{Name: "Subscription", Make: resources.Subscription, Catalogues: []*mapping.Catalogue{mapping.SubscriptionCatalogue}})
	core.Contribute(m, Resource{Name: "AuditEvent", Make: resources.AuditEvent, Catalogues: []*mapping.Catalogue{mapping.AuditEventCatalogue}})
	core.Contribute(m, graphql.Roles)
	core.Contribute(m, graphql.Accounts)
	core.Contribute(m, graphql.Users)
	core.Contribute(m, graphql.Reports)
	return m
}
