package graphql

import (
	"encoding/json"
	"slices"
	"strconv"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme/report"
)

// Reports is what module core brings of the reports that are handed out as files.
var Reports = Part{
	Types: []Object{{Name: "ReportGQLType", Fields: []Field{
		Is("name: String", func(r *report.Report) any { return r.Name }),
		{SDL: "defaultReport: String", Resolve: func(c *Call) (any, error) { return defaultLayout(c.Source.(*report.Report)) }},
		storedLayout,
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
	SDL: writing("OverrideReportMutationInput", "name: String! definition: String!"),
	Mutations: []Mutation{
		{Field: Field{SDL: "overrideReport(input: OverrideReportMutationInput!): OverrideReportMutationPayload", Rights: []int{report.RightLayout}}, Do: func(c *Change) error {
			return c.Store.Tx(c.Context, func(x *persistence.Session) error {
				return report.Override(x, c.Text("name"), c.Text("definition"))
			})
		}},
	},
}

// defaultLayout gives the layout a report has by default, as text.
func defaultLayout(r *report.Report) (any, error) {
	text, err := json.Marshal(r.Default())
	return string(text), core.Wrap(core.Internal, err, "the layout cannot be written")
}

// storedLayout is how the site lays a report out, null where it does not. Those of all
// reports of the request are fetched together, and only for who may lay them out.
var storedLayout = Field{SDL: "definition: String", Resolve: func(c *Call) (any, error) {
	if !core.PrincipalOf(c.Context).May(report.RightLayout) {
		return nil, nil
	}
	name := c.Source.(*report.Report).Name
	return Later(func() (any, error) {
		if err := c.fetchLayouts(); err != nil {
			return nil, err
		}
		if text, known := c.layouts.found[name]; known {
			return text, nil
		}
		return nil, nil
	}, func() { c.layouts.wanted = append(c.layouts.wanted, name) }), nil
}}

// layoutBatch is how several reports of a request are laid out.
type layoutBatch struct {
	wanted []string
	found  map[string]string
}

func (c *Call) fetchLayouts() error {
	b := &c.layouts
	if len(b.wanted) == 0 {
		return nil
	}
	rows, err := persistence.ReportDefinitions(c.Store.Read(c.Context), b.wanted...)
	if err != nil {
		return err
	}
	if b.wanted = nil; b.found == nil {
		b.found = map[string]string{}
	}
	for i := range rows {
		if _, newer := b.found[rows[i].Name]; !newer {
			b.found[rows[i].Name] = rows[i].Definition
		}
	}
	return c.spend(len(rows))
}

// mine lists the reports the caller may ask for.
func mine(c *Call) []*report.Report {
	who := core.PrincipalOf(c.Context)
	return slices.DeleteFunc(report.All(), func(r *report.Report) bool { return !who.May(r.Rights()...) })
}
