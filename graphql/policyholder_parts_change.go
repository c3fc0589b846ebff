package graphql

import (
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// How the insured persons and bundles of policy holders are kept.
var (
	keepHolderInsurees = keeping[persistence.PolicyHolderInsuree]{
		name: "PolicyHolderInsuree", right: rightHolderInsurees, of: scheme.HolderInsurees,
		paths: heldPaths(scheme.Paths{"PolicyHolderId": "policyHolderId", "InsureeId": "insureeId", "ContributionPlanBundleId": "contributionPlanBundleId"}),
		columns: []column[persistence.PolicyHolderInsuree]{
			{name: "policyHolderId", typ: "UUID", at: func(r *persistence.PolicyHolderInsuree) any { return &r.PolicyHolderID }},
			{name: "insureeId", typ: "Int", at: func(r *persistence.PolicyHolderInsuree) any { return &r.InsureeID }},
			{name: "contributionPlanBundleId", typ: "UUID", at: func(r *persistence.PolicyHolderInsuree) any { return &r.BundleID }},
		},
		dated:  func(r *persistence.PolicyHolderInsuree) *persistence.Dated { return &r.Dated },
		called: func(r *persistence.PolicyHolderInsuree) string { return string(r.UUID) },
	}
	keepHolderBundles = keeping[persistence.PolicyHolderBundle]{
		name: "PolicyHolderContributionPlanBundle", right: rightHolderBundles, of: scheme.HolderBundles,
		paths: heldPaths(scheme.Paths{"PolicyHolderId": "policyHolderId", "ContributionPlanBundleId": "contributionPlanBundleId"}),
		columns: []column[persistence.PolicyHolderBundle]{
			{name: "policyHolderId", typ: "UUID", at: func(r *persistence.PolicyHolderBundle) any { return &r.PolicyHolderID }},
			{name: "contributionPlanBundleId", typ: "UUID", at: func(r *persistence.PolicyHolderBundle) any { return &r.BundleID }},
		},
		dated:  func(r *persistence.PolicyHolderBundle) *persistence.Dated { return &r.Dated },
		called: func(r *persistence.PolicyHolderBundle) string { return string(r.UUID) },
	}
)
