package graphql

import (
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// The states of a line as the review form sends them.
const lineRejected = 2

func saveReview(c *Change) error {
	var in struct {
		Adjustment *string     `graphql:"adjustment"`
		Items      []claimLine `graphql:"items"`
		Services   []claimLine `graphql:"services"`
		Deliver    bool        `graphql:"submitReview"`
	}
	if err := c.Into(&in); err != nil {
		return err
	}
	id, err := c.UUID("claimUuid")
	if err != nil {
		return err
	}
	review := scheme.ClaimReview{Adjustment: said(in.Adjustment), Deliver: in.Deliver}
	for _, lines := range []struct {
		kind scheme.Kind
		of   []claimLine
	}{{scheme.ItemKind, in.Items}, {scheme.ServiceKind, in.Services}} {
		for _, l := range lines.of {
			review.Lines = append(review.Lines, scheme.LineReview{
				Kind: lines.kind, ID: l.ID, Quantity: l.QtyApproved, Price: l.PriceApproved, Rejected: l.Status == lineRejected, Justification: said(l.Justification),
			})
		}
	}
	c.Wrote("tblClaim", id)
	return c.Store.Tx(c.Context, func(x *persistence.Session) error {
		_, err := casesOf(c).Review(x, id, review)
		return err
	})
}

func deliverFeedback(c *Change) error {
	id, err := c.UUID("claimUuid")
	if err != nil {
		return err
	}
	var in struct {
		Feedback struct {
			CareRendered   bool                  `graphql:"careRendered"`
			PaymentAsked   bool                  `graphql:"paymentAsked"`
			DrugPrescribed bool                  `graphql:"drugPrescribed"`
			DrugReceived   bool                  `graphql:"drugReceived"`
			Mark           int                   `graphql:"asessment"`
			Officer        *int                  `graphql:"officerId"`
			Date           *persistence.DateTime `graphql:"feedbackDate"`
		} `graphql:"feedback"`
	}
	if err := c.Into(&in); err != nil {
		return err
	}
	f := in.Feedback
	c.Wrote("tblClaim", id)
	return c.Store.Tx(c.Context, func(x *persistence.Session) error {
		_, err := casesOf(c).Receive(x, id, scheme.FeedbackAnswers{
			CareRendered: f.CareRendered, PaymentAsked: f.PaymentAsked, DrugPrescribed: f.DrugPrescribed, DrugReceived: f.DrugReceived,
			Mark: f.Mark, Officer: f.Officer, Date: f.Date,
		})
		return err
	})
}
