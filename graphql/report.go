package graphql

import (
	"slices"
	"strconv"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/scheme/report"
)

// Reports is what module core brings of the reports that are handed out as files.
var Reports = Part{
	Types: []Object{{Name: "ReportGQLType", Fields: []Field{
		Is("name: String", func(r *report.Report) any { return r.Name }),
		Nothing("defaultReport: String"),
		Nothing("definition: String"),
		Is("description: String", func(r *report.Report) any { return r.Title }),
		Is("module: String", func(r *report.Report) any { return r.Module }),
		Is("permission: String", func(r *report.Report) any { return strconv.Itoa(r.Right) }),
	}}},
	Queries: []Field{
		{SDL: "reports: [ReportGQLType]", Resolve: func(c *Call) (any, error) { return mine(c), nil }},
		{SDL: "report(name: String!): ReportGQLType", Resolve: func(c *Call) (any, error) {
			for _, r := range mine(c) {
				if r.Name == c.Args["name"] {
					return r, nil
				}
			}
			return nil, nil
		}},
	},
}

// mine lists the reports the caller may ask for.
func mine(c *Call) []*report.Report {
	who := core.PrincipalOf(c.Context)
	return slices.DeleteFunc(report.All(), func(r *report.Report) bool { return !who.May(r.Rights()...) })
}
