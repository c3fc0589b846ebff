package resources

import (
	"context"
	"slices"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// communicationRequests serves requests for feedback. They have no versions of their own:
// a claim is one only while its feedback is selected, delivered or bypassed.
type communicationRequests struct{ rows *table[persistence.Claim] }

var _ interface {
	rest.Type
	rest.Reader
	rest.BatchReader
	rest.Searcher
} = communicationRequests{}

const aboutCommunicationRequests = "Requests for feedback on the care a claim is for, under the id of the claim: those selected for feedback, delivered and bypassed. " +
	"Read only: the selection of claims makes them."

// CommunicationRequest serves requests for feedback: read and search.
// https://hl7.org/fhir/R4/communicationrequest.html
func CommunicationRequest(e *Environment) rest.Type {
	t := newTable(e, mapping.CommunicationRequestCatalogue, aboutCommunicationRequests, renderCommunicationRequests)
	t.catalogue.Only = []clause.Expression{mapping.FeedbackAsked()}
	return communicationRequests{t}
}

// Definition describes the type.
func (c communicationRequests) Definition() *rest.Definition { return c.rows.Definition() }

// Read reads the request on a claim. Errors: core.NotFound, core.Gone.
func (c communicationRequests) Read(ctx context.Context, id string) (*fhir.Entry, error) {
	x := c.rows.env.Store.Read(ctx)
	row, err := c.rows.one(x, id)
	if err != nil {
		return nil, err
	}
	if !mapping.IsFeedbackAsked(row) {
		return nil, c.rows.absent(id)
	}
	return c.rows.entry(ctx, x, row)
}

// ReadAll reads several requests; those that are not there are left out.
func (c communicationRequests) ReadAll(ctx context.Context, ids []string) ([]*fhir.Entry, error) {
	entries, err := c.rows.ReadAll(ctx, ids)
	return slices.DeleteFunc(entries, func(e *fhir.Entry) bool {
		request, ok := e.Resource.Typed.(*r4.CommunicationRequest)
		return ok && request.StatusReason == nil // which only a claim that asks for feedback has
	}), err
}

// Search finds requests. Errors: core.Invalid.
func (c communicationRequests) Search(ctx context.Context, q *search.Query) (*rest.Page, error) {
	return c.rows.Search(ctx, q)
}

// renderCommunicationRequests renders claims as requests: one statement each for patients,
// administrators, prompts, feedback and officers, however many there are.
func renderCommunicationRequests(_ context.Context, x *persistence.Session, v *mapping.View, rows []persistence.Claim) ([]*fhir.Resource, error) {
	keys := make([]int, len(rows))
	for i := range rows {
		keys[i] = rows[i].ClaimID
	}
	officers := map[int]*persistence.Officer{}
	if !v.Compatible {
		var err error
		if officers, err = officersAsked(x, keys); err != nil {
			return nil, err
		}
	}
	out := make([]*fhir.Resource, len(rows))
	for i := range rows {
		out[i] = &fhir.Resource{Typed: mapping.CommunicationRequestOf(v, &rows[i], officers[rows[i].ClaimID])}
	}
	return out, nil
}

// officersAsked gives the officer who was prompted last for each claim, else the one who
// brought the feedback.
func officersAsked(x *persistence.Session, claims []int) (map[int]*persistence.Officer, error) {
	prompts, err := persistence.Beside[persistence.FeedbackPrompt](x, persistence.Query{Where: []clause.Expression{
		persistence.In(persistence.Column("", "ClaimID"), claims), persistence.IsNull(persistence.Column("", "LegacyID")),
	}, Past: true})
	if err != nil {
		return nil, err
	}
	given, err := byClaim(x, "ClaimID", claims, func(f *persistence.Feedback) int { return *f.ClaimID })
	if err != nil {
		return nil, err
	}
	who := map[int]int{}
	for claim, rows := range given {
		if rows[0].CHFOfficerCode != nil {
			who[claim] = *rows[0].CHFOfficerCode
		}
	}
	for i := range prompts {
		if prompts[i].OfficerID != nil {
			who[*prompts[i].ClaimID] = *prompts[i].OfficerID
		}
	}
	var keys []int
	for _, key := range who {
		keys = append(keys, key)
	}
	found, err := keyed(x, "OfficerID", keys, func(o *persistence.Officer) int { return o.OfficerID })
	if err != nil {
		return nil, err
	}
	officers := map[int]*persistence.Officer{}
	for claim, key := range who {
		if officer := found[key]; officer != nil {
			officers[claim] = officer
		}
	}
	return officers, nil
}
