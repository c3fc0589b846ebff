package graphql

import (
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// The rights of this file, as tblRoleRight has them.
const (
	rightRunBatch  = 111101
	rightBatchRuns = 111102
)

// Batch is what module claim_batch brings: the runs that pay what waits for relative prices,
// and the indexes they drew. Whoever may see claims sees the runs: their list is narrowed by
// them.
var Batch = Part{
	SDL:   writing("ProcessBatchMutationInput", "locationId: Int year: Int month: Int"),
	Types: []Object{batchRun, batchRunSummary},
	Queries: []Field{
		List[persistence.BatchRun](`batchRuns(orderBy: [String], offset: Int, before: String, after: String, first: Int, last: Int,
			location_Isnull: Boolean, location_Uuid: String): BatchRunGQLTypeConnection`, mapping.BatchRuns, Options{Rights: []int{rightBatchRuns, rightClaims}, Order: "-runDate"}),
		List[persistence.RelativeIndex](`batchRunsSummaries(accountType: Int, accountYear: Int, accountMonth: Int, accountRegion: Int, accountDistrict: Int, accountProduct: Int,
			accountCareType: String, before: String, after: String, first: Int, last: Int): BatchRunSummaryConnection`, mapping.RelativeIndexes, Options{
			Rights: []int{rightBatchRuns}, Order: "-year,-month,product__id,careType", Filters: map[string]Filter{
				"accountType": Equals(mapping.RelativeIndexes, "type"), "accountYear": Equals(mapping.RelativeIndexes, "year"), "accountMonth": Equals(mapping.RelativeIndexes, "month"),
				"accountRegion": drawnIn, "accountDistrict": Equals(mapping.RelativeIndexes, "location.id"), "accountProduct": Equals(mapping.RelativeIndexes, "product.id"),
				"accountCareType": Equals(mapping.RelativeIndexes, "careType"),
			}}),
	},
	Mutations: []Mutation{
		{Field: Field{SDL: "processBatch(input: ProcessBatchMutationInput!): ProcessBatchMutationPayload", Rights: []int{rightRunBatch}}, Do: processBatch},
	},
}

var batchRun = Object{
	Name: "BatchRunGQLType",
	Key:  func(row any) any { return row.(*persistence.BatchRun).RunID },
	Load: byKey[persistence.BatchRun](mapping.BatchRuns),
	Fields: []Field{
		Is("validityFrom: DateTime!", func(r *persistence.BatchRun) any { return r.ValidityFrom }),
		Is("validityTo: DateTime", func(r *persistence.BatchRun) any { return r.ValidityTo }),
		Is("legacyId: Int", func(r *persistence.BatchRun) any { return r.LegacyID }),
		Place("location: LocationGQLType", func(r *persistence.BatchRun) any { return r.LocationID }),
		Is("runDate: DateTime!", func(r *persistence.BatchRun) any { return r.RunDate }),
		Is("auditUserId: Int!", func(r *persistence.BatchRun) any { return r.AuditUserID }),
		Is("runYear: Int!", func(r *persistence.BatchRun) any { return r.RunYear }),
		Is("runMonth: Int!", func(r *persistence.BatchRun) any { return r.RunMonth }),
	},
}

// batchRunSummary is a relative index: what one unit of relative price was worth in a
// period.
var batchRunSummary = Object{
	Name: "BatchRunSummaryGQLType",
	Key:  func(row any) any { return row.(*persistence.RelativeIndex).RelIndexID },
	Fields: []Field{
		Is("runYear: Int", func(r *persistence.RelativeIndex) any { return r.RelYear }),
		Is("runMonth: Int", func(r *persistence.RelativeIndex) any { return r.RelPeriod }),
		{SDL: "productLabel: String", Resolve: productLabel},
		Is("careType: String", func(r *persistence.RelativeIndex) any { return r.RelCareType }),
		Is("calcDate: String", func(r *persistence.RelativeIndex) any { return r.CalcDate.Date().String() }),
		Is("index: Float", func(r *persistence.RelativeIndex) any {
			if r.RelIndex == nil {
				return nil
			}
			return r.RelIndex.InexactFloat64()
		}),
	},
}

// productLabel names the product of an index.
func productLabel(c *Call) (any, error) {
	key := c.Source.(*persistence.RelativeIndex).ProdID
	return Later(func() (any, error) {
		rows, err := rowsBy[persistence.Product](c, "ProdID", key)
		if err != nil || len(rows) == 0 {
			return nil, err
		}
		return rows[0].ProductCode + " - " + rows[0].ProductName, nil
	}, func() { want[persistence.Product](c, "ProdID", key) }), nil
}

// drawnIn narrows to the indexes of runs for a region or one of its districts.
func drawnIn(c *Call, value any, q *persistence.Query) error {
	var region, districts persistence.Query
	if err := Equals(mapping.RelativeIndexes, "location.id")(c, value, &region); err != nil {
		return err
	}
	if err := Equals(mapping.RelativeIndexes, "location.parent.id")(c, value, &districts); err != nil {
		return err
	}
	q.Where = append(q.Where, mapping.AnyOf(append(region.Where, districts.Where...)...))
	return nil
}

// processBatch runs the batch of a place and month, of the nation where no place is given.
func processBatch(c *Change) error {
	var form struct {
		Location *int `graphql:"locationId"`
		Year     int  `graphql:"year"`
		Month    int  `graphql:"month"`
	}
	if err := c.Into(&form); err != nil {
		return err
	}
	return c.Store.Tx(c.Context, func(x *persistence.Session) error {
		_, err := scheme.Batches{Rules: c.Rules}.Run(x, form.Location, form.Year, form.Month)
		return err
	})
}
