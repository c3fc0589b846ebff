package resources

import (
	"context"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

var _ rest.Matcher = patients{}

// maxCandidates is how many people each way to look gives at most.
const maxCandidates = 200

// Candidates finds people in the caller's scope who may be the one described.
// Errors: core.Unprocessable for a description that is not enough.
func (p patients) Candidates(ctx context.Context, described *fhir.Object) ([]*fhir.Entry, error) {
	ways, err := mapping.PatientCandidates(described)
	if err != nil {
		return nil, err
	}
	x := p.env.Store.Read(ctx)
	var rows []persistence.Insuree
	seen := map[int]bool{}
	for _, way := range ways {
		page, err := persistence.Select[persistence.Insuree](x, persistence.Query{
			Where: []clause.Expression{way}, Join: p.catalogue.Join, Limit: maxCandidates, Few: true,
		})
		if err != nil {
			return nil, err
		}
		for i := range page.Rows {
			if row := &page.Rows[i]; !seen[row.InsureeID] {
				seen[row.InsureeID] = true
				rows = append(rows, *row)
			}
		}
	}
	return p.entries(ctx, x, rows)
}
