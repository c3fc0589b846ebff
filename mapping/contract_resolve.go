package mapping

import (
	"fmt"
	"slices"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// ContractRows are the rows a Contract names; nil for what it does not.
type ContractRows struct {
	Family  *persistence.Family
	Product *persistence.Product
	Officer *persistence.Officer
	Payers  map[string]int // key by name
}

// ResolveContract finds what a Contract names, in the caller's scope. All faults are
// reported together. Errors: core.Unprocessable naming the elements.
func ResolveContract(x *persistence.Session, parts *ContractParts) (*ContractRows, error) {
	var faults []*core.Error
	keep := func(err error) error {
		if known, ok := err.(*core.Error); ok && known.Code == core.Unprocessable {
			faults = append(faults, known)
			return nil
		}
		return err
	}
	out := &ContractRows{}
	var err error
	if parts.Subject != nil {
		if out.Family, err = familyOf(x, parts.Paths["family"], *parts.Subject); keep(err) != nil {
			return nil, err
		}
	}
	if parts.Product != nil {
		if out.Product, err = Find[persistence.Product](x, products, pathProduct, *parts.Product); keep(err) != nil {
			return nil, err
		}
	}
	if parts.Officer != nil {
		if out.Officer, err = Find[persistence.Officer](x, OfficerPractitioners, "Contract.author", *parts.Officer); keep(err) != nil {
			return nil, err
		}
	}
	if out.Payers, err = payersOf(x, parts.Premiums); keep(err) != nil {
		return nil, err
	}
	return out, core.Join(faults...)
}

// products is the catalogue of products, to find one by; what it asks of the day is no
// part of that.
var products = InsurancePlanCatalogue(func() persistence.Date { return persistence.Date{} })

// FindProduct gives the product with the code. Errors: core.Unprocessable at path.
func FindProduct(x *persistence.Session, path, code string) (*persistence.Product, error) {
	return Find[persistence.Product](x, products, path, Target{Type: "InsurancePlan", Code: code})
}

// familyOf gives the family itself, or the one a person heads, with its head.
func familyOf(x *persistence.Session, path string, t Target) (*persistence.Family, error) {
	if t.Type == "Group" {
		return Find[persistence.Family](x, Group, path, t)
	}
	person, err := Find[persistence.Insuree](x, Patient, path, t)
	if err != nil {
		return nil, err
	}
	if person.Family == nil || person.Family.ValidityTo != nil || person.Family.InsureeID != person.InsureeID {
		return nil, core.ErrorAt(core.Unprocessable, path, "%s/%s heads no family; name the Group", t.Type, person.InsureeUUID)
	}
	return person.Family, nil
}

// payersOf finds the institutions that paid by their names.
func payersOf(x *persistence.Session, premiums []PremiumPart) (map[string]int, error) {
	var names []string
	for i := range premiums {
		if name := premiums[i].Payer; name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	found := map[string]int{}
	if len(names) == 0 {
		return found, nil
	}
	page, err := persistence.Select[persistence.Payer](x, persistence.Query{
		Where: []clause.Expression{persistence.In(persistence.Column("tblPayer", "PayerName"), names)}, Limit: 2*mostPremiums + 1, Few: true,
	})
	if err != nil {
		return nil, err
	}
	count := map[string]int{}
	for i := range page.Rows {
		name := plain(&page.Rows[i].PayerName)
		found[name] = page.Rows[i].PayerID
		count[name]++
	}
	var faults []*core.Error
	for i := range premiums {
		switch name := premiums[i].Payer; {
		case name == "" || count[name] == 1:
		case count[name] == 0:
			faults = append(faults, core.ErrorAt(core.Unprocessable, premiums[i].Path, "there is no payer with the name %q", name))
		default:
			faults = append(faults, core.ErrorAt(core.Unprocessable, premiums[i].Path, "more than one payer has the name %q", name))
		}
	}
	return found, core.Join(faults...)
}

// names tells whether the target names the row with the UUID and the business code.
func (t Target) names(id persistence.UUID, code string) bool {
	if t.UUID != "" {
		return t.UUID == id
	}
	return t.Code != "" && t.Code == code
}

// NamesPerson tells whether the target names the person.
func (t Target) NamesPerson(person *persistence.Insuree) bool {
	return person != nil && t.names(person.InsureeUUID, plain(person.CHFID))
}

// Unbooked gives the contributions of a Contract that the policy does not have yet. One
// that is booked is known by its receipt, and has to be there, as it was booked.
// Errors: core.Conflict naming the elements.
func (parts *ContractParts) Unbooked(booked []persistence.Premium) (fresh []PremiumPart, err error) {
	var live []*persistence.Premium
	for i := range booked {
		if booked[i].ValidityTo == nil {
			live = append(live, &booked[i])
		}
	}
	take := func(is func(p *persistence.Premium) bool) bool {
		i := slices.IndexFunc(live, is)
		if i >= 0 {
			live = slices.Delete(live, i, i+1)
		}
		return i >= 0
	}
	var unmatched []PremiumPart
	for _, said := range parts.Premiums {
		if !take(said.is) {
			unmatched = append(unmatched, said)
		}
	}
	var faults []*core.Error
	for _, said := range unmatched {
		receipt := func(p *persistence.Premium) bool { return plain(&p.Receipt) == said.Receipt }
		if i := slices.IndexFunc(live, receipt); i >= 0 {
			faults = append(faults, core.ErrorAt(core.Conflict, said.Path, "the contribution with the receipt %q is booked otherwise: %s", said.Receipt, premiumText(live[i])))
			take(receipt)
			continue
		}
		fresh = append(fresh, said)
	}
	for _, p := range live {
		faults = append(faults, core.ErrorAt(core.Conflict, pathAsset+".extension", "the contribution with the receipt %q is booked and cannot be taken away: %s", plain(&p.Receipt), premiumText(p)))
	}
	return fresh, core.Join(faults...)
}

// is tells whether a contribution is booked as it is said.
func (said PremiumPart) is(p *persistence.Premium) bool {
	payer := ""
	if p.Payer != nil {
		payer = plain(&p.Payer.PayerName)
	}
	return plain(&p.Receipt) == said.Receipt && p.Amount.Equal(said.Amount) && p.PayDate.Equal(said.PayDate.Time) && plain(&p.PayType) == said.PayType &&
		(p.IsPhotoFee != nil && *p.IsPhotoFee) == said.PhotoFee && payer == said.Payer
}

func premiumText(p *persistence.Premium) string {
	text := fmt.Sprintf("%s on %s by %s", p.Amount.StringFixed(2), p.PayDate, plain(&p.PayType))
	if p.Payer != nil {
		text += " from " + plain(&p.Payer.PayerName)
	}
	return text
}
