package graphql

import (
	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// What pays the lines of a claim, and how much, as far as the columns do not say it. The form
// of reviews lets nobody decide on a line without a product, and the product is stored no
// earlier than the claim is processed.

// covered makes the product of a line: the stored one, or of a checked claim the one that
// would pay. line gives the claim, the line and the stored product.
func covered[R any](line func(r *R) (claim, key int, stored *int), of func(scheme.Cover) map[int]int) Field {
	return Field{SDL: "product: ProductGQLType", Resolve: func(c *Call) (any, error) {
		claim, key, stored := line(c.Source.(*R))
		if stored != nil {
			return Later(func() (any, error) { return oneOf[persistence.Product](c, "ProdID", *stored, false) }, func() { want[persistence.Product](c, "ProdID", *stored) }), nil
		}
		return Later(func() (any, error) {
			if err := c.fetchCovers(); err != nil {
				return nil, err
			}
			return oneOf[persistence.Product](c, "ProdID", of(c.covers.found)[key], false)
		}, func() { c.covers.want(claim) }), nil
	}}
}

// coverBatch is what would pay the lines of several claims of a request.
type coverBatch struct {
	known  map[int]bool // claims asked for before
	wanted []int
	found  scheme.Cover
}

func (b *coverBatch) want(claim int) {
	if b.known == nil {
		b.known = map[int]bool{}
		b.found = scheme.Cover{Items: map[int]int{}, Services: map[int]int{}}
	}
	if !b.known[claim] {
		b.known[claim], b.wanted = true, append(b.wanted, claim)
	}
}

func (c *Call) fetchCovers() error {
	b := &c.covers
	if len(b.wanted) == 0 {
		return nil
	}
	found, err := scheme.Claims{Rules: c.Rules}.Covering(c.Store.Read(c.Context), b.wanted)
	if err != nil {
		return err
	}
	b.wanted = nil
	for _, part := range []struct{ from, into map[int]int }{{found.Items, b.found.Items}, {found.Services, b.found.Services}} {
		for line, product := range part.from {
			part.into[line] = product
			want[persistence.Product](c, "ProdID", product)
		}
	}
	return nil
}

// valuated is what a valuated claim is worth. The column is filled by other programs only;
// where it is empty, it is the sum of the lines.
var valuated = Field{SDL: "valuated: Decimal", Resolve: func(c *Call) (any, error) {
	claim := c.Source.(*claimRow)
	if claim.Valuated != nil || claim.ClaimStatus != scheme.StatusValuated {
		return plain(claim.Valuated), nil
	}
	return Later(func() (any, error) {
		items, err := rowsBy[persistence.ClaimItem](c, "ClaimID", claim.ClaimID)
		if err != nil {
			return nil, err
		}
		services, err := rowsBy[persistence.ClaimService](c, "ClaimID", claim.ClaimID)
		if err != nil {
			return nil, err
		}
		sum := decimal.Zero
		for _, l := range items {
			sum = sum.Add(worth(l.PriceValuated))
		}
		for _, l := range services {
			sum = sum.Add(worth(l.PriceValuated))
		}
		return sum, nil
	}, func() {
		want[persistence.ClaimItem](c, "ClaimID", claim.ClaimID)
		want[persistence.ClaimService](c, "ClaimID", claim.ClaimID)
	}), nil
}}

// worth is an amount of a line, nothing for one that was not valued.
func worth(amount *decimal.Decimal) decimal.Decimal {
	if amount == nil {
		return decimal.Zero
	}
	return *amount
}
