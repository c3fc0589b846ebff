package scheme

import (
	"encoding/json"
	"fmt"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// CapitationRequest says whose capitation is to be worked out.
type CapitationRequest struct {
	Region, District *int // nil or 0 for all
	Product          int
	Year, Month      int
	Levels           map[string]string // names of facility levels for the report; a level without one stands for itself
}

// CapitationOutcome is what was stored.
type CapitationOutcome struct {
	Payments []persistence.CapitationPayment // by facility
	Repeated bool                            // they were there already; nothing was written
}

// Capitate works out what the facilities of a place are paid by capitation for a month and
// stores it (rule 8.1), unless that was done before. A product whose period does not end
// with the month gives nothing. It publishes one event when it stores anything. Errors:
// core.Invalid for a month there is not, core.NotFound for an unknown product.
func (b Batches) Capitate(x *persistence.Session, r CapitationRequest) (*CapitationOutcome, error) {
	if _, err := batchRequest(x, nil, r.Year, r.Month); err != nil {
		return nil, err
	}
	var products []persistence.Product
	l := &loader{db: x.DB()}
	find(l, &products, persistence.Compare(column("tblProduct", "ProdID"), "=", r.Product), persistence.IsNull(column("tblProduct", "ValidityTo")))
	if l.err != nil {
		return nil, l.err
	}
	if len(products) == 0 {
		return nil, core.ErrorAt(core.NotFound, "product", "there is no product %d", r.Product)
	}
	w, ok := CapitationPeriod(&products[0], r.Year, r.Month, b.Rules)
	if !ok {
		return &CapitationOutcome{}, nil
	}
	key := fmt.Sprintf("capitation/%d/%d/%d", r.Product, r.Year, r.Month)
	if _, _, err := persistence.Reserve(x, key, ""); err != nil { // others wait until this is done
		return nil, err
	}
	out, err := b.capitate(x, r, &products[0], w)
	if err != nil {
		return nil, err
	}
	return out, persistence.Release(x, key)
}

// capitate does the work of Capitate for a period that ended.
func (b Batches) capitate(x *persistence.Session, r CapitationRequest, product *persistence.Product, w Window) (*CapitationOutcome, error) {
	facts := &capitationFacts{x: x, product: product}
	list := facts.facilities(number(r.Region), number(r.District))
	if facts.err != nil || len(list) == 0 {
		return &CapitationOutcome{}, facts.err
	}
	if before, err := capitatedBefore(x, r, list); err != nil || len(before) > 0 {
		return &CapitationOutcome{Payments: before, Repeated: true}, err
	}
	first := persistence.Day(w.To.AddDate(0, 0, 1-w.To.Day()))
	facts.locations()
	facts.villages(list, number(r.Region), number(r.District), first, w.To)
	if CountsClaims(product) {
		facts.claims(list, first, w.To, b.Rules)
	}
	contributed := facts.contributed(w, r.Region, r.District, b.Rules)
	if facts.err != nil {
		return nil, facts.err
	}
	rows := CapitationPayments(product, contributed, list, b.Rules)
	for i := range rows {
		facts.place(&rows[i], list[i].Facility, &r)
	}
	if err := persistence.InsertMany(x, rows); err != nil {
		return nil, err
	}
	payload, err := json.Marshal(map[string]any{"product": product.ProdUUID, "year": r.Year, "month": r.Month, "facilities": len(rows)})
	if err != nil {
		return nil, core.Wrap(core.Internal, err, "cannot write the event")
	}
	event := core.Event{Name: "capitation.made", Key: fmt.Sprintf("Capitation/%d-%d-%d", product.ProdID, r.Year, r.Month), UserID: x.Principal().UserID, Payload: payload}
	return &CapitationOutcome{Payments: rows}, x.Publish(event)
}

// place fills in when and where the payment is for.
func (c *capitationFacts) place(row *persistence.CapitationPayment, hf *persistence.HealthFacility, r *CapitationRequest) {
	row.Year, row.Month = r.Year, r.Month
	if name := r.Levels[hf.HFLevel]; name != "" {
		row.HFLevel = &name
	}
	if district := c.places[hf.LocationID]; district != nil {
		row.DistrictCode, row.DistrictName = district.LocationCode, district.LocationName
	}
	if region := c.parent(hf.LocationID); region != nil {
		row.RegionCode, row.RegionName = region.LocationCode, region.LocationName
	}
}

// capitatedBefore gives the payments of the facilities that are stored already.
func capitatedBefore(x *persistence.Session, r CapitationRequest, list []CapitationFacility) ([]persistence.CapitationPayment, error) {
	var stored, ours []persistence.CapitationPayment
	l := &loader{db: x.DB()}
	find(l, &stored, persistence.Compare(column("tblCapitationPayment", "ProductID"), "=", r.Product), persistence.IsNull(column("tblCapitationPayment", "ValidityTo")),
		persistence.Compare(column("tblCapitationPayment", "year"), "=", r.Year), persistence.Compare(column("tblCapitationPayment", "month"), "=", r.Month))
	asked := map[int]bool{}
	for i := range list {
		asked[list[i].Facility.HFID] = true
	}
	for i := range stored {
		if asked[stored[i].HFID] {
			ours = append(ours, stored[i])
		}
	}
	return ours, l.err
}
