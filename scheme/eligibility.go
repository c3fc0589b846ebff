package scheme

import (
	"strings"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/persistence"
)

// EligibilityFile is one insured person with what the question reads whether an item or a
// service would be paid (rule 9.12): loaded rows, never changed.
type EligibilityFile struct {
	CoverFile
	Service, Item *Asked    // nil when not asked about
	Benefits      []Benefit // what the products pay for the two
	Claims        []UsedClaim
}

// Asked is the item or service a question is about. The zero Ware is one nobody knows.
type Asked struct {
	Ware
	Known    bool
	Category string // of a service: S D A H C O V, or blank
}

// AskedService makes the question about a service; nil is one nobody knows.
func AskedService(row *persistence.Service) *Asked {
	a := &Asked{Ware: Ware{Kind: ServiceKind}}
	if row != nil {
		a.ID, a.Known, a.Category = row.ServiceID, true, strings.TrimSpace(text(row.ServCategory))
	}
	return a
}

// AskedItem makes the question about an item; nil is one nobody knows.
func AskedItem(row *persistence.Item) *Asked {
	a := &Asked{Ware: Ware{Kind: ItemKind}}
	if row != nil {
		a.ID, a.Known = row.ItemID, true
	}
	return a
}

// UsedClaim is a claim of the person, with its lines, that may have used up some cover.
type UsedClaim struct {
	ID       int
	Live     bool
	Status   int
	Category string
	Target   persistence.Date
	Lines    []UsedLine
}

// UsedLine is one line of a UsedClaim.
type UsedLine struct {
	Ware
	Live     bool
	Status   int // 1 passed, 2 rejected
	Reason   *int
	ProdID   *int
	Quantity decimal.Decimal // approved, or else provided
}

// Eligibility answers whether care would be paid today, and how much of it.
type Eligibility struct {
	Service, Item Allowance
	Totals        *Totals // nil for a person without any product
}

// Allowance is what is allowed of one item or service.
type Allowance struct {
	Listed   bool              // some policy in force pays for it at all
	Earliest *persistence.Date // first day it is paid; nil when that is not known
	Left     *int              // quantity; nil for any
	OK       bool              // it would be paid today
}

// Totals are what one product allows still: claims of each category (nil for any number)
// and the greatest amount of one claim (nil for any).
type Totals struct {
	ProdID int

	Admissions, Visits, Consultations, Surgeries, Deliveries, Antenatal *int

	ConsultationAmount, SurgeryAmount, DeliveryAmount, HospitalizationAmount, AntenatalAmount *decimal.Decimal
}

// CheckEligibility answers over all the person's policies (rule 9.12).
func CheckEligibility(f *EligibilityFile, book RuleBook) Eligibility {
	e := Eligibility{Totals: f.totals(book)}
	e.Service = f.allowance(f.Service, e.Totals, book)
	e.Item = f.allowance(f.Item, nil, book)
	return e
}

// Under narrows the file to one policy, so that the same rules answer for it alone.
func (f *EligibilityFile) Under(policy int) *EligibilityFile {
	one := *f
	one.Members = nil
	for _, m := range f.Members {
		if m.PolicyID == policy {
			one.Members = append(one.Members, m)
		}
	}
	return &one
}

// allowance answers for one item or service. Not asking is no obstacle.
func (f *EligibilityFile) allowance(asked *Asked, totals *Totals, book RuleBook) Allowance {
	if asked == nil {
		return Allowance{OK: true}
	}
	a := Allowance{}
	today := f.Now.Date()
	var future *persistence.Date
	unlimited := false
	var list []entitlement
	list, a.Listed = f.entitlements(asked, book)
	for _, o := range list {
		if o.earliest != nil && o.earliest.After(today.Time) {
			future = sooner(future, o.earliest)
			continue
		}
		a.Earliest = sooner(a.Earliest, o.earliest)
		if o.left == nil {
			unlimited = unlimited || o.earliest != nil
		} else if a.Left == nil || *o.left > *a.Left {
			a.Left = o.left
		}
	}
	if unlimited {
		a.Left = nil
	}
	usable := a.Earliest != nil || future == nil
	if a.Earliest == nil {
		a.Earliest = future
	}
	a.OK = usable && !exhausted(a.Left, book) && totals.allow(asked.Category) && (a.Listed || book.Legacy(UnknownIsEligible))
	return a
}

func sooner(a, b *persistence.Date) *persistence.Date {
	if a == nil || b != nil && b.Before(a.Time) {
		return b
	}
	return a
}

// exhausted tells whether nothing is left of a quantity.
func exhausted(left *int, book RuleBook) bool {
	if left == nil {
		return false
	}
	return *left == 0 || *left < 0 && !book.Legacy(UnknownIsEligible)
}

// allow tells whether the totals leave room for a service of the category. Only surgery,
// consultation and delivery have totals that count.
func (t *Totals) allow(category string) bool {
	if t == nil {
		return true
	}
	room := func(count *int, most *decimal.Decimal) bool {
		return (count == nil || *count != 0) && (most == nil || most.IsPositive())
	}
	switch category {
	case "S":
		return room(t.Surgeries, t.SurgeryAmount)
	case "C":
		return room(t.Consultations, t.ConsultationAmount)
	case "D":
		return room(t.Deliveries, t.DeliveryAmount)
	}
	return true
}

// totals gives what one of the person's products allows still.
func (f *EligibilityFile) totals(book RuleBook) *Totals {
	var product *persistence.Product
	var place *place
	for _, p := range f.places(book) {
		candidate := f.Products[p.policy.ProdID]
		if candidate == nil || candidate.ValidityTo != nil {
			continue
		}
		if product == nil || book.Legacy(TotalsOfFirstProduct) && candidate.ProdID < product.ProdID ||
			!book.Legacy(TotalsOfFirstProduct) && endsLater(p.member, place.member) {
			product, place = candidate, p
		}
	}
	if product == nil {
		return nil
	}
	left := func(category string) *int {
		maximum, _ := categoryMaximum(product, category)
		if maximum == nil {
			return nil
		}
		return ptr(max(0, *maximum-f.counted(category, place, book)))
	}
	return &Totals{
		ProdID: product.ProdID, Admissions: left("H"), Visits: left("V"), Consultations: left("C"),
		Surgeries: left("S"), Deliveries: left("D"), Antenatal: left("A"),
		ConsultationAmount: product.MaxAmountConsultation, SurgeryAmount: product.MaxAmountSurgery, DeliveryAmount: product.MaxAmountDelivery,
		HospitalizationAmount: product.MaxAmountHospitalization, AntenatalAmount: product.MaxAmountAntenatal,
	}
}

func endsLater(a, b *persistence.InsureePolicy) bool {
	return a.ExpiryDate != nil && (b.ExpiryDate == nil || a.ExpiryDate.After(b.ExpiryDate.Time))
}

// counted gives how many claims of the category count against the product of a place.
func (f *EligibilityFile) counted(category string, p *place, book RuleBook) int {
	count := 0
	for i := range f.Claims {
		c := &f.Claims[i]
		of := c.Category
		if !book.Legacy(LinesCountAsClaims) && of == "" {
			of = "V"
		}
		if !c.Live || c.Status <= StatusEntered || of != category {
			continue
		}
		if !book.Legacy(LinesCountAsClaims) {
			if within(p.member.EffectiveDate, p.member.ExpiryDate, c.Target) {
				count++
			}
			continue
		}
		lines := c.servicesOf(p.policy.ProdID)
		switch category {
		case "V":
			count += lines
		case "H":
			count += lines * f.placesAt(c.Target)
		default:
			count += min(lines, 1)
		}
	}
	return count
}

// servicesOf counts the accepted service lines under a product.
func (c *UsedClaim) servicesOf(product int) int {
	count := 0
	for _, l := range c.Lines {
		if l.Kind == ServiceKind && l.Live && l.Reason != nil && *l.Reason == ReasonNone && l.ProdID != nil && *l.ProdID == product {
			count++
		}
	}
	return count
}

// placesAt counts the policies the person was on, on a day.
func (f *EligibilityFile) placesAt(day persistence.Date) int {
	count := 0
	for i := range f.Members {
		if f.Insuree != nil && memberAt(&f.Members[i], f.Insuree.InsureeID, day) {
			count++
		}
	}
	return count
}
