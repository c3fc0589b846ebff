package mapping

import (
	"fmt"
	"strings"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/persistence"
)

// items reads the lines.
func (r *claimReading) items(in *r4.Claim) {
	if len(in.Item) == 0 {
		r.fault("Claim.item", "a claim needs an item or a service")
		return
	}
	seen := map[int]bool{}
	unique := true
	for i := range in.Item {
		unique = unique && in.Item[i].Sequence > 0 && !seen[in.Item[i].Sequence]
		seen[in.Item[i].Sequence] = true
	}
	for i := range in.Item {
		r.item(fmt.Sprintf("Claim.item[%d]", i), &in.Item[i], unique)
	}
}

func (r *claimReading) item(path string, item *r4.ClaimItem, numbered bool) {
	target, at := r.itemTarget(path, item)
	quantity, ok1 := r.decimal(path+".quantity.value", item.Quantity == nil, func() any { return item.Quantity.Value })
	price, ok2 := r.decimal(path+".unitPrice.value", item.UnitPrice == nil, func() any { return item.UnitPrice.Value })
	if target == nil || !ok1 || !ok2 {
		return
	}
	var ext *persistence.JSON
	if numbered {
		ext = withSequence(item.Sequence)
	}
	if target.Type == "Medication" {
		row := find(&r.view.Registers.Items, target)
		if row == nil {
			r.fault(at, "there is no Medication %s", name(target))
			return
		}
		r.parts.Paths[fmt.Sprint("item ", len(r.parts.Items))] = path
		r.parts.Items = append(r.parts.Items, persistence.ClaimItem{ItemID: row.ItemID, QtyProvided: quantity, PriceAsked: price, JSONExt: ext})
		return
	}
	row := find(&r.view.Registers.Services, target)
	if row == nil {
		r.fault(at, "there is no ActivityDefinition %s", name(target))
		return
	}
	r.parts.Paths[fmt.Sprint("service ", len(r.parts.Services))] = path
	r.parts.Services = append(r.parts.Services, persistence.ClaimService{ServiceID: row.ServiceID, QtyProvided: quantity, PriceAsked: price, JSONExt: ext})
}

func name(t *Target) string {
	if t.UUID != "" {
		return string(t.UUID)
	}
	return fmt.Sprintf("with the code %q", t.Code)
}

func find[R any](register *persistence.Register[R], t *Target) *R {
	if t.UUID != "" {
		return register.ByUUID(t.UUID)
	}
	return register.ByCode(t.Code)
}

// itemTarget reads what a line is about, and where it says so: in the extension of the
// guide, or else by the code in productOrService, which is all that base R4 asks for. The
// compatible base takes the first extension with a reference whatever its URL, since
// phones name it after the type.
func (r *claimReading) itemTarget(path string, item *r4.ClaimItem) (*Target, string) {
	types, ok := r.lineTypes(path, item)
	if !ok {
		return nil, ""
	}
	ext, i := extensionAt(item.Extension, extItemReference)
	for j := range item.Extension {
		if ext == nil && r.view.Compatible && item.Extension[j].ValueReference != nil {
			ext, i = &item.Extension[j], j
		}
	}
	if ext == nil || ext.ValueReference == nil {
		return r.codedTarget(path+".productOrService", &item.ProductOrService, types)
	}
	at := fmt.Sprintf("%s.extension[%d].value", path, i)
	if literal := plain(ext.ValueReference.Reference); strings.HasPrefix(literal, "#") {
		return r.insideOne(at, literal[1:], types), at
	}
	t, err := ParseReference(at, ext.ValueReference, types...)
	if err != nil {
		r.fail(at, err)
		return nil, at
	}
	return &t, at
}

// lineTypes gives the resource types the category of a line allows.
func (r *claimReading) lineTypes(path string, item *r4.ClaimItem) ([]string, bool) {
	category := ""
	if item.Category != nil {
		category, _ = codeIn(item.Category, systemItemCategory)
		if category == "" {
			category = strings.ToLower(plain(item.Category.Text))
		}
	}
	types := map[string][]string{categoryItem: {"Medication"}, categoryService: {"ActivityDefinition"}, "": {"Medication", "ActivityDefinition"}}[category]
	if types == nil {
		r.fault(path+".category", "the category %q is neither item nor service", category)
	}
	return types, types != nil
}

// codedTarget finds the item or service a concept names by a code or as its text. A code
// both registers know needs the category to tell which is meant.
func (r *claimReading) codedTarget(at string, concept *r4.CodeableConcept, types []string) (*Target, string) {
	code := plain(concept.Text)
	for _, coding := range concept.Coding {
		if coding.Code != nil {
			code = *coding.Code
			break
		}
	}
	if code == "" {
		r.fault(at, "a code is needed, or the extension %s with a reference to the item or service", extItemReference)
		return nil, at
	}
	var known []*Target
	for _, typ := range types {
		t := &Target{Type: typ, Code: code}
		if typ == "Medication" && find(&r.view.Registers.Items, t) != nil || typ == "ActivityDefinition" && find(&r.view.Registers.Services, t) != nil {
			known = append(known, t)
		}
	}
	switch {
	case len(known) == 1:
		return known[0], at
	case len(known) > 1:
		r.fault(at, "%q is the code of an item and of a service; say which in category", code)
	default:
		r.fault(at, "there is no %s with the code %q", strings.Join(types, " or "), code)
	}
	return nil, at
}

// insideOne finds a contained resource of any one of the types.
func (r *claimReading) insideOne(path, id string, types []string) *Target {
	for _, typ := range types {
		o := r.contained[id]
		if o == nil {
			o = r.contained[strings.TrimPrefix(id, typ+"/")]
		}
		if o != nil && o.String("resourceType") == typ {
			return r.inside(path, id, typ)
		}
	}
	return r.inside(path, id, types[0])
}

// decimal reads a number that has to be there.
func (r *claimReading) decimal(path string, absent bool, value func() any) (decimal.Decimal, bool) {
	if !absent {
		if text := numberText(value()); text != "" {
			if d, err := decimal.NewFromString(text); err == nil && d.Exponent() > -20 && d.Exponent() < 20 {
				return d, true
			}
			r.fault(path, "%q is no number openIMIS can hold", text)
			return decimal.Zero, false
		}
	}
	r.fault(path, "a number is needed")
	return decimal.Zero, false
}
