package scheme

import (
	"sort"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/persistence"
)

// ClaimRows are loaded rows: enough to check and value one claim or several. Rows that
// do not concern a claim do no harm; File picks what does.
type ClaimRows struct {
	Claims   []persistence.Claim
	Items    []persistence.ClaimItem
	Services []persistence.ClaimService

	Insurees   []persistence.Insuree
	Families   []persistence.Family
	Facilities []persistence.HealthFacility

	RegisterItems    []persistence.Item    // with history and deleted rows
	RegisterServices []persistence.Service // with history and deleted rows
	ItemLists        []persistence.ItemPriceList
	ServiceLists     []persistence.ServicePriceList
	ItemPrices       []persistence.ItemPriceListDetail
	ServicePrices    []persistence.ServicePriceListDetail

	Products        []persistence.Product
	ProductItems    []persistence.ProductItem
	ProductServices []persistence.ProductService
	Policies        []persistence.Policy
	InsureePolicies []persistence.InsureePolicy
	Bookings        []persistence.ClaimDedRem
}

// Kind tells items from services.
type Kind int

// The two kinds of lines.
const (
	ItemKind Kind = iota
	ServiceKind
)

// Ware is one item or service of the register.
type Ware struct {
	Kind Kind
	ID   int
}

// Line is an item line or a service line of a claim. Quantities are in the unit of the
// register, prices per unit; Valuated, Deductible, Exceeded, CategoryCut and Remunerated
// are amounts of the whole line.
type Line struct {
	Ware
	ID     int
	Status int  // 1 passed, 2 rejected
	Reason *int // nil or 0: not rejected

	Provided decimal.Decimal
	Approved *decimal.Decimal // quantity
	Asked    decimal.Decimal  // unit price

	ProdID, PolicyID *int
	Origin           *string // P price list, O own price, R relative
	Limitation       *string // C co-insurance, F fixed
	LimitationValue  *decimal.Decimal

	PriceApproved, PriceAdjusted, Valuated         *decimal.Decimal
	Deductible, Exceeded, CategoryCut, Remunerated *decimal.Decimal

	item    *persistence.ClaimItem // the row the line was made of: one of the two
	service *persistence.ClaimService
}

// Register is one state of an item or service in the register.
type Register struct {
	Ware
	Price     decimal.Decimal
	CareType  string
	Category  string // S D A H C O V, or blank
	Frequency int    // days
	Patients  int    // bit mask: 1 male, 2 female, 4 adult, 8 child
	Span
	Deleted bool // the closed present row
}

// Price is a row of the facility's price list.
type Price struct {
	ID       int
	Overrule *decimal.Decimal
	Span
}

// Span is the time a row was or is in force; To is nil while it is.
type Span struct {
	From persistence.DateTime
	To   *persistence.DateTime
}

// Covers tells whether the row was in force on the day, at midnight. An open row reaches
// to now and no further, so a day in the future is never covered.
func (s Span) Covers(day persistence.Date, now persistence.DateTime) bool {
	end := now
	if s.To != nil {
		end = *s.To
	}
	return !s.From.After(day.Time) && !day.After(end.Time)
}

// Benefit is what a product pays for one item or service.
type Benefit struct {
	Ware
	ID, ProdID   int
	Origin       string
	Limits       map[string]Limit // by visit type: O, E, R
	WaitingAdult *int             // months
	WaitingChild *int
	CountAdult   *int // quantity within one policy period
	CountChild   *int
	ExcludeAdult string // ceiling exclusion: B, H, N or blank
	ExcludeChild string
	Span
}

// Limit is the limitation of a benefit for one visit type.
type Limit struct {
	Type         string // C, F or blank
	Adult, Child *decimal.Decimal
}

// EarlierClaim is another claim of the same insuree, or the present one as it is stored.
type EarlierClaim struct {
	ID       int
	Status   int
	Category string
	Target   persistence.Date
	Lines    []*Line
}

// ClaimFile is one claim with everything the rules read about it. Rules that write
// change Claim, Lines and NewBookings of the file, never a stored row.
type ClaimFile struct {
	Claim persistence.Claim
	Lines []*Line // items in key order, then services in key order
	Now   persistence.DateTime

	Insuree    *persistence.Insuree
	FamilyLive bool
	Facility   *persistence.HealthFacility

	Registers map[Ware][]Register
	Prices    map[Ware][]Price // of the facility's lists, by key
	ListLive  map[Kind]bool    // whether the facility's list itself is in force

	Policies []persistence.Policy // of the family, by key
	Products map[int]*persistence.Product
	Benefits map[Ware][]Benefit
	Members  []persistence.InsureePolicy // of the family's policies
	Earlier  []EarlierClaim
	Booked   []persistence.ClaimDedRem

	NewBookings []persistence.ClaimDedRem
}

// Target gives the day all checks look at: the last day of care.
func (f *ClaimFile) Target() persistence.Date { return targetDate(&f.Claim) }

// Stay tells whether the care took longer than a day.
func (f *ClaimFile) Stay() bool { return !f.Target().Equal(f.Claim.DateFrom.Date().Time) }

func targetDate(c *persistence.Claim) persistence.Date {
	if c.DateTo != nil {
		return c.DateTo.Date()
	}
	return c.DateFrom.Date()
}

// File makes the file of the claim with the key; ok is false when there is none.
func (r *ClaimRows) File(claimID int, now persistence.DateTime) (f *ClaimFile, ok bool) {
	f = &ClaimFile{Now: now}
	for i := range r.Claims {
		if r.Claims[i].ClaimID == claimID {
			f.Claim, ok = r.Claims[i], true
		}
	}
	if !ok {
		return nil, false
	}
	f.Lines = r.lines(claimID)
	r.fillPeople(f)
	r.fillRegisters(f)
	r.fillPrices(f)
	r.fillCover(f)
	r.fillEarlier(f)
	return f, true
}

func (r *ClaimRows) lines(claimID int) []*Line {
	var items, services []*Line
	for i := range r.Items {
		if row := &r.Items[i]; row.ClaimID == claimID && row.ValidityTo == nil {
			items = append(items, lineOfItem(row))
		}
	}
	for i := range r.Services {
		if row := &r.Services[i]; row.ClaimID == claimID && row.ValidityTo == nil {
			services = append(services, lineOfService(row))
		}
	}
	byKey := func(lines []*Line) {
		sort.SliceStable(lines, func(a, b int) bool { return lines[a].ID < lines[b].ID })
	}
	byKey(items)
	byKey(services)
	return append(items, services...)
}

func (r *ClaimRows) fillPeople(f *ClaimFile) {
	for i := range r.Insurees {
		if r.Insurees[i].InsureeID == f.Claim.InsureeID {
			f.Insuree = &r.Insurees[i]
		}
	}
	for i := range r.Facilities {
		if r.Facilities[i].HFID == f.Claim.HFID {
			f.Facility = &r.Facilities[i]
		}
	}
	if f.Insuree == nil || f.Insuree.FamilyID == nil {
		return
	}
	for i := range r.Families {
		if r.Families[i].FamilyID == *f.Insuree.FamilyID {
			f.FamilyLive = r.Families[i].ValidityTo == nil
		}
	}
}

func (r *ClaimRows) fillRegisters(f *ClaimFile) {
	f.Registers = map[Ware][]Register{}
	for i := range r.RegisterItems {
		add := registerOfItem(&r.RegisterItems[i])
		f.Registers[add.Ware] = append(f.Registers[add.Ware], add)
	}
	for i := range r.RegisterServices {
		add := registerOfService(&r.RegisterServices[i])
		f.Registers[add.Ware] = append(f.Registers[add.Ware], add)
	}
}

func (r *ClaimRows) fillPrices(f *ClaimFile) {
	f.Prices, f.ListLive = map[Ware][]Price{}, map[Kind]bool{}
	if f.Facility == nil {
		return
	}
	if list := f.Facility.PLItemID; list != nil {
		for i := range r.ItemLists {
			if r.ItemLists[i].PLItemID == *list {
				f.ListLive[ItemKind] = r.ItemLists[i].ValidityTo == nil
			}
		}
		for i := range r.ItemPrices {
			if row := &r.ItemPrices[i]; row.PLItemID == *list {
				w := Ware{ItemKind, row.ItemID}
				f.Prices[w] = append(f.Prices[w], Price{row.PLItemDetailID, row.PriceOverule, Span{row.ValidityFrom, row.ValidityTo}})
			}
		}
	}
	if list := f.Facility.PLServiceID; list != nil {
		for i := range r.ServiceLists {
			if r.ServiceLists[i].PLServiceID == *list {
				f.ListLive[ServiceKind] = r.ServiceLists[i].ValidityTo == nil
			}
		}
		for i := range r.ServicePrices {
			if row := &r.ServicePrices[i]; row.PLServiceID == *list {
				w := Ware{ServiceKind, row.ServiceID}
				f.Prices[w] = append(f.Prices[w], Price{row.PLServiceDetailID, row.PriceOverule, Span{row.ValidityFrom, row.ValidityTo}})
			}
		}
	}
	for _, prices := range f.Prices {
		sort.SliceStable(prices, func(a, b int) bool { return prices[a].ID < prices[b].ID })
	}
}

func (r *ClaimRows) fillCover(f *ClaimFile) {
	f.Products, f.Benefits = map[int]*persistence.Product{}, map[Ware][]Benefit{}
	if f.Insuree == nil || f.Insuree.FamilyID == nil {
		return
	}
	ofFamily := map[int]bool{}
	for i := range r.Policies {
		if r.Policies[i].FamilyID == *f.Insuree.FamilyID {
			f.Policies = append(f.Policies, r.Policies[i])
			ofFamily[r.Policies[i].PolicyID] = true
		}
	}
	sort.SliceStable(f.Policies, func(a, b int) bool { return f.Policies[a].PolicyID < f.Policies[b].PolicyID })
	for i := range r.Products {
		f.Products[r.Products[i].ProdID] = &r.Products[i]
	}
	for i := range r.ProductItems {
		b := benefitOfItem(&r.ProductItems[i])
		f.Benefits[b.Ware] = append(f.Benefits[b.Ware], b)
	}
	for i := range r.ProductServices {
		b := benefitOfService(&r.ProductServices[i])
		f.Benefits[b.Ware] = append(f.Benefits[b.Ware], b)
	}
	for _, list := range f.Benefits {
		sort.SliceStable(list, func(a, b int) bool { return list[a].ID < list[b].ID })
	}
	for _, m := range r.InsureePolicies {
		if ofFamily[m.PolicyID] {
			f.Members = append(f.Members, m)
		}
	}
	for _, b := range r.Bookings {
		if b.PolicyID != nil && ofFamily[*b.PolicyID] {
			f.Booked = append(f.Booked, b)
		}
	}
}

func (r *ClaimRows) fillEarlier(f *ClaimFile) {
	for i := range r.Claims {
		c := &r.Claims[i]
		if c.InsureeID != f.Claim.InsureeID || c.ValidityTo != nil || c.ClaimStatus <= StatusEntered {
			continue
		}
		f.Earlier = append(f.Earlier, EarlierClaim{
			ID: c.ClaimID, Status: c.ClaimStatus, Category: text(c.ClaimCategory), Target: targetDate(c), Lines: r.lines(c.ClaimID),
		})
	}
}
