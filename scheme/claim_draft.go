package scheme

import (
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// largest is the first amount a decimal(18,2) column cannot hold.
var largest = decimal.New(1, 16)

// checkDraft looks for values no claim may have. Errors: core.Unprocessable with all of
// them.
func checkDraft(d *ClaimDraft) error {
	var faults []*core.Error
	fault := func(path, format string, args ...any) {
		faults = append(faults, core.ErrorAt(core.Unprocessable, path, format, args...))
	}
	if strings.TrimSpace(d.Claim.ClaimCode) == "" {
		fault(d.path("code"), "a claim needs a code")
	}
	if to := d.Claim.DateTo; to != nil && to.Date().Before(d.Claim.DateFrom.Date().Time) {
		fault(d.path("period"), "care ended on %s, before it began on %s", to.Date(), d.Claim.DateFrom.Date())
	}
	if v := text(d.Claim.VisitType); !slices.Contains([]string{"", "E", "O", "R"}, v) {
		fault(d.path("visitType"), "the visit type %q is none of E, O and R", v)
	}
	line := func(name string, quantity, price decimal.Decimal) {
		if !quantity.IsPositive() {
			fault(d.path(name)+d.path("quantity"), "the quantity %s is not above 0", quantity)
		}
		if price.IsNegative() {
			fault(d.path(name)+d.path("price"), "the price %s is below 0", price)
		}
		checkSize(fault, d.path(name)+d.path("quantity"), quantity)
		checkSize(fault, d.path(name)+d.path("price"), price)
		if product := quantity.Mul(price); len(faults) == 0 && product.GreaterThanOrEqual(largest) {
			fault(d.path(name), "quantity by price is more than can be stored")
		}
	}
	for i := range d.Items {
		line(fmt.Sprint("item ", i), d.Items[i].QtyProvided, d.Items[i].PriceAsked)
	}
	for i := range d.Services {
		line(fmt.Sprint("service ", i), d.Services[i].QtyProvided, d.Services[i].PriceAsked)
	}
	if len(faults) == 0 && claimedAmount(d.Items, d.Services).GreaterThanOrEqual(largest) {
		fault(d.path("claimed"), "the sum of the lines is more than can be stored")
	}
	return core.Join(faults...)
}

// checkSize refuses numbers the columns would change.
func checkSize(fault func(string, string, ...any), path string, value decimal.Decimal) {
	if value.Abs().GreaterThanOrEqual(largest) {
		fault(path, "the number has more than 16 digits before the point")
		return
	}
	if !value.Equal(cents(value)) {
		fault(path, "the number %s has more than two digits behind the point", value)
	}
}

// checkFacility makes sure that the facility is one the caller may claim for, and that
// the draft carries its row. Errors: core.Unprocessable for one out of scope,
// core.Forbidden when the caller is bound to another facility.
func checkFacility(x *persistence.Session, d *ClaimDraft) error {
	if own := x.Principal().Facility; own > 0 && own != d.Claim.HFID {
		return core.ErrorAt(core.Forbidden, d.path("facility"), "your account may claim for its own facility only")
	}
	hf, err := persistence.OneByKey[persistence.HealthFacility](x, d.Claim.HFID)
	switch core.CodeOf(err) {
	case core.NotFound, core.Gone:
		return core.ErrorAt(core.Unprocessable, d.path("facility"), "there is no such facility")
	}
	d.Claim.HF = hf
	return err
}

// checkMaximumAmounts refuses prices above what the register allows for one unit.
func checkMaximumAmounts(x *persistence.Session, d *ClaimDraft) error {
	registers := d.Registers
	if registers == nil {
		var err error
		if registers, err = x.Store().Registers(x.Context()); err != nil {
			return err
		}
	}
	var faults []*core.Error
	refuse := func(name string, price decimal.Decimal, maximum *decimal.Decimal) {
		if maximum != nil && price.GreaterThan(*maximum) {
			faults = append(faults, core.ErrorAt(core.Unprocessable, d.path(name)+d.path("price"), "the price %s is above the maximum of %s", price, maximum))
		}
	}
	for i := range d.Items {
		if row := registers.Items.ByID(d.Items[i].ItemID); row != nil {
			refuse(fmt.Sprint("item ", i), d.Items[i].PriceAsked, row.MaximumAmount)
		}
	}
	for i := range d.Services {
		if row := registers.Services.ByID(d.Services[i].ServiceID); row != nil {
			refuse(fmt.Sprint("service ", i), d.Services[i].PriceAsked, row.MaximumAmount)
		}
	}
	return core.Join(faults...)
}
