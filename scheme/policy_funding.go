package scheme

import (
	"slices"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// FundDraft is money an institution gives to a product and not to a family. The keys are
// those of rows; they are looked for in the caller's scope.
type FundDraft struct {
	ProdID, PayerID int
	Amount          decimal.Decimal
	Receipt         string
	PayDate         persistence.Date

	// Paths gives the names errors use: for "product", "payer", "amount", "receipt" and
	// "date". A name that is not there stands for itself.
	Paths map[string]string
}

// fundName is what the pseudo places, family and person of donations are called.
const fundName = "Funding"

// fundPlaces are the codes of the pseudo places of donations by level, from the top.
var fundPlaces = []struct{ level, code string }{{"R", "FR"}, {"D", "FD"}, {"W", "FW"}, {"V", "FV"}}

// Fund books what an institution gives to a product (rule 9.6): a contribution by funding
// to an active policy of a pseudo family, which stands for the place the product is sold
// in and is made on demand. Nobody but the program sees these rows. Errors:
// core.Unprocessable for a value that cannot be, and for a payer from elsewhere;
// core.Conflict for a receipt that was used for the product.
func (c Policies) Fund(x *persistence.Session, d *FundDraft) (*persistence.Policy, *persistence.Premium, error) {
	booking := &ContributionDraft{Amount: d.Amount, Receipt: d.Receipt, PayDate: d.PayDate, PayType: "F", PayerID: &d.PayerID, Paths: d.Paths}
	if err := checkBooking(x, booking); err != nil {
		return nil, nil, err
	}
	product, err := fundedProduct(x, d, booking)
	if err != nil {
		return nil, nil, err
	}
	if err := refuseReceipt(x, d.ProdID, booking); err != nil {
		return nil, nil, err
	}
	head, err := fundFamily(x, product.LocationID)
	if err != nil {
		return nil, nil, err
	}
	p := FundPolicy(product, d.PayDate, d.Amount, c.Rules)
	p.FamilyID = *head.FamilyID
	if err := persistence.Insert(x, p); err != nil {
		return nil, nil, err
	}
	cover := &persistence.InsureePolicy{
		InsureeID: head.InsureeID, PolicyID: p.PolicyID, IsOffline: ptr(false),
		EnrollmentDate: &p.EnrollDate, StartDate: &p.StartDate, EffectiveDate: p.EffectiveDate, ExpiryDate: p.ExpiryDate,
	}
	if err := persistence.Insert(x, cover); err != nil {
		return nil, nil, err
	}
	premium := &persistence.Premium{
		PolicyID: p.PolicyID, PayerID: &d.PayerID, Amount: d.Amount, Receipt: d.Receipt, PayDate: d.PayDate, PayType: booking.PayType,
		IsPhotoFee: ptr(false), IsOffline: ptr(false), CreatedDate: x.Now(),
	}
	if err := persistence.Insert(x, premium); err != nil {
		return nil, nil, err
	}
	return p, premium, publishPolicies(x, "policy.funded", []*persistence.Policy{p})
}

// FundPolicy gives the policy a fund pays for, without its family: active from the day of
// payment, for the period of the product, worth what was given (rule 9.6).
func FundPolicy(product *persistence.Product, paid persistence.Date, given decimal.Decimal, book RuleBook) *persistence.Policy {
	expiry := addMonths(paid.Time, product.InsurancePeriod)
	if !book.Legacy(FundEndsLate) {
		expiry = expiry.AddDate(0, 0, -1)
	}
	return &persistence.Policy{
		ProdID: product.ProdID, EnrollDate: paid, StartDate: paid, EffectiveDate: &paid, ExpiryDate: ptr(persistence.Day(expiry)),
		PolicyStatus: ptr(PolicyActive), PolicyStage: ptr(StageNew), PolicyValue: &given, IsOffline: ptr(false),
	}
}

// PayerFits tells whether a payer may fund a product: one of both is there for the whole
// nation, or they are of the same place, or one of places of which one lies in the other.
// The places are those of both with all they lie in.
func PayerFits(payer, product *int, places []persistence.Location) bool {
	if number(payer) == 0 || number(product) == 0 {
		return true
	}
	return liesIn(*payer, *product, places) || liesIn(*product, *payer, places)
}

// liesIn tells whether a place is the outer one or lies in it.
func liesIn(place, outer int, places []persistence.Location) bool {
	for range len(places) + 1 { // a cycle in the data ends here
		if place == outer {
			return true
		}
		at := slices.IndexFunc(places, func(l persistence.Location) bool { return l.LocationID == place })
		if at < 0 {
			return false
		}
		place = number(places[at].ParentLocationID)
	}
	return false
}

// fundedProduct finds what the draft names and refuses a payer who does not fit.
func fundedProduct(x *persistence.Session, d *FundDraft, booking *ContributionDraft) (*persistence.Product, error) {
	product, err := named[persistence.Product](x, d.ProdID, booking.path("product"), "product")
	if err != nil {
		return nil, err
	}
	payer, err := named[persistence.Payer](x, d.PayerID, booking.path("payer"), "payer")
	if err != nil {
		return nil, err
	}
	l := &loader{db: x.DB()}
	places := l.above([]int{number(product.LocationID), number(payer.LocationID)})
	if l.err == nil && !PayerFits(payer.LocationID, product.LocationID, places) {
		return nil, core.ErrorAt(core.Unprocessable, booking.path("payer"), "payer %q is not of a place where product %s is sold", payer.PayerName, product.ProductCode)
	}
	return product, l.err
}

// fundFamily gives the head of the pseudo family of a place, nil for the nation. Places,
// family and person are made when they are not there. Two funds at once wait for each
// other.
func fundFamily(x *persistence.Session, place *int) (*persistence.Insuree, error) {
	if place != nil && *place == 0 {
		place = nil
	}
	const key = "funding"
	if _, _, err := persistence.Reserve(x, key, ""); err != nil {
		return nil, err
	}
	var heads []persistence.Insuree
	l := &loader{db: x.DB().Joins("Family")}
	find(l, &heads, persistence.Text(column("tblInsuree", "CHFID"), persistence.Same, persistence.FundingNumber), persistence.IsNull(column("tblInsuree", "ValidityTo")))
	if l.err != nil {
		return nil, l.err
	}
	head := fundHead(heads, place)
	if head == nil {
		var err error
		if head, err = makeFundFamily(x, place); err != nil {
			return nil, err
		}
	}
	return head, persistence.Release(x, key)
}

// fundHead picks the head of the live pseudo family of the place.
func fundHead(heads []persistence.Insuree, place *int) *persistence.Insuree {
	for i := range heads {
		family := heads[i].Family
		if family != nil && family.ValidityTo == nil && number(family.LocationID) == number(place) {
			return &heads[i]
		}
	}
	return nil
}

// makeFundFamily writes the pseudo family of a place and its one member.
func makeFundFamily(x *persistence.Session, place *int) (*persistence.Insuree, error) {
	if err := makeFundPlaces(x); err != nil {
		return nil, err
	}
	family := &persistence.Family{LocationID: place, Poverty: ptr(false), IsOffline: ptr(false)}
	if err := persistence.Insert(x, family); err != nil {
		return nil, err
	}
	head := &persistence.Insuree{
		CHFID: ptr(persistence.FundingNumber), LastName: fundName, OtherNames: fundName, DOB: x.Now().Date(),
		IsHead: true, FamilyID: &family.FamilyID, IsOffline: ptr(false),
	}
	if err := persistence.Insert(x, head); err != nil {
		return nil, err
	}
	// The family waited for its head: that is no change with a history.
	family.InsureeID = head.InsureeID
	return head, persistence.Update(x, family)
}

// makeFundPlaces writes the pseudo places that are not there.
func makeFundPlaces(x *persistence.Session) error {
	l := &loader{db: x.DB()}
	var known []persistence.Location
	find(l, &known, persistence.In(column("tblLocations", "LocationCode"), []string{"FR", "FD", "FW", "FV"}),
		persistence.Compare(column("tblLocations", "LocationName"), "=", fundName), persistence.IsNull(column("tblLocations", "ValidityTo")))
	if l.err != nil {
		return l.err
	}
	var parent *int
	for _, level := range fundPlaces {
		at := slices.IndexFunc(known, func(l persistence.Location) bool { return text(l.LocationCode) == level.code })
		if at < 0 {
			place := persistence.Location{LocationCode: ptr(level.code), LocationName: ptr(fundName), LocationType: level.level, ParentLocationID: parent}
			if err := persistence.Insert(x, &place); err != nil {
				return err
			}
			known = append(known, place)
			at = len(known) - 1
		}
		parent = ptr(known[at].LocationID)
	}
	return nil
}
