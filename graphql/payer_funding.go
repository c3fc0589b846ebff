package graphql

import "github.com/openimis/openimis-go/persistence"

// fundings makes the field of a payer that is what he gave to products. Those of all payers
// of the request are fetched together. Who sees the payer sees them.
var fundings = Field{SDL: "fundings(before: String, after: String, first: Int, last: Int): FundingConnection", Resolve: func(c *Call) (any, error) {
	payer := c.Source.(*persistence.Payer).PayerID
	return Later(func() (any, error) {
		if err := c.fetchFundings(); err != nil {
			return nil, err
		}
		return Page(c, c.fundings.found[payer])
	}, func() { c.fundings.wanted = append(c.fundings.wanted, payer) }), nil
}}

// fundingBatch is what several payers of a request gave.
type fundingBatch struct {
	wanted []int
	found  map[int][]*persistence.Funding
}

func (c *Call) fetchFundings() error {
	b := &c.fundings
	if len(b.wanted) == 0 {
		return nil
	}
	rows, err := persistence.Fundings(c.Store.Read(c.Context), b.wanted)
	if err != nil {
		return err
	}
	if b.wanted = nil; b.found == nil {
		b.found = map[int][]*persistence.Funding{}
	}
	for i := range rows {
		b.found[*rows[i].PayerID] = append(b.found[*rows[i].PayerID], &rows[i])
	}
	return c.spend(len(rows))
}

// funding is money an institution gave to a product.
var funding = Object{
	Name: "FundingGQLType",
	Key:  func(row any) any { return row.(*persistence.Funding).PremiumID },
	Fields: []Field{
		Is("isDeleted: Boolean!", func(r *persistence.Funding) any { return r.ValidityTo != nil }),
		Nothing("jsonExt: JSONString"),
		Is("dateCreated: DateTime", func(r *persistence.Funding) any { return r.CreatedDate }),
		Is("dateUpdated: DateTime", func(r *persistence.Funding) any { return r.ValidityFrom }),
		Is("version: Int!", func(*persistence.Funding) any { return 1 }),
		One[persistence.Funding, persistence.Product]("product: ProductGQLType", "ProdID", func(r *persistence.Funding) any { return r.ProdID }),
		Is("amount: Decimal", func(r *persistence.Funding) any { return r.Amount }),
		Is("payDate: Date", func(r *persistence.Funding) any { return r.PayDate }),
		Is("status: FundingStatus!", func(*persistence.Funding) any { return "P" }), // it is booked once it is paid
		Is("receipt: String!", func(r *persistence.Funding) any { return r.Receipt }),
		Is("uuid: UUID", func(r *persistence.Funding) any { return r.PremiumUUID }),
	},
}
