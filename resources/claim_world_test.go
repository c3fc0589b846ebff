package resources_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
	"github.com/openimis/openimis-go/resources"
)

// claimWorld is a world in which claims can be made: the first facility has price lists
// and the product pays for what is on them. A tablet costs 10 and is paid in full, a
// consultation costs 400 and is paid at 80 per cent; a bandage is in no price list.
type claimWorld struct {
	*world
	tablet, bandage persistence.Item
	consultation    persistence.Service
	diagnoses       []persistence.Diagnosis
	product         persistence.Product
}

func eachClaim(t *testing.T, test func(t *testing.T, w *claimWorld)) {
	t.Helper()
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) { test(t, newClaimWorld(t, s)) },
		persistencetest.WithClock(core.FixedClock(today)))
}

// longAgo is since when the registers of the world are in force.
var longAgo = persistence.At(today.AddDate(-3, 0, 0))

func newClaimWorld(t *testing.T, s *persistence.Store) *claimWorld {
	t.Helper()
	w := &claimWorld{world: newWorld(t, s)}
	money := func(n int64) decimal.Decimal { return decimal.NewFromInt(n) }
	w.seed(t, func(x *persistence.Session) {
		w.tablet = persistence.Item{ItemCode: "0182", ItemName: "Tablet", ItemType: "D", ItemPrice: money(10), ItemCareType: "B", ItemPatCat: 15, MaximumAmount: ptr(money(1000))}
		insert(t, x, &w.tablet)
		w.bandage = persistence.Item{ItemCode: "0999", ItemName: "Bandage", ItemType: "M", ItemPrice: money(3), ItemCareType: "B", ItemPatCat: 15}
		insert(t, x, &w.bandage)
		w.consultation = persistence.Service{ServCode: "M1", ServName: "Consultation", ServType: "C", ServLevel: "S", ServPrice: money(400), ServCareType: "B", ServPatCat: 15, ServCategory: ptr("C")}
		insert(t, x, &w.consultation)
		for _, code := range []string{"A01", "G44", "B50", "J00", "K30"} {
			row := persistence.Diagnosis{ICDCode: code, ICDName: "Diagnosis " + code}
			insert(t, x, &row)
			w.diagnoses = append(w.diagnoses, row)
		}
		items := persistence.ItemPriceList{PLItemName: "Items", DatePL: longAgo.Date()}
		insert(t, x, &items)
		services := persistence.ServicePriceList{PLServName: "Services", DatePL: longAgo.Date()}
		insert(t, x, &services)
		insert(t, x, &persistence.ItemPriceListDetail{PLItemID: items.PLItemID, ItemID: w.tablet.ItemID})
		insert(t, x, &persistence.ServicePriceListDetail{PLServiceID: services.PLServiceID, ServiceID: w.consultation.ServiceID})
		w.product.ProdID = w.sides[0].policy.ProdID
		insert(t, x, &persistence.ProductItem{ProdID: w.product.ProdID, ItemID: w.tablet.ItemID, PriceOrigin: ptr("P"), LimitationType: ptr("C"), LimitAdult: ptr(money(100)), LimitChild: ptr(money(100))})
		insert(t, x, &persistence.ProductService{ProdID: w.product.ProdID, ServiceID: w.consultation.ServiceID, PriceOrigin: "P", LimitationType: "C", LimitAdult: ptr(money(80)), LimitChild: ptr(money(80))})
		for i := range w.sides {
			o := &w.sides[i]
			o.facility.PLItemID, o.facility.PLServiceID = &items.PLItemID, &services.PLServiceID
			o.policy.EffectiveDate, o.cover.EffectiveDate = &o.policy.StartDate, &o.policy.StartDate
			update(t, x, &o.facility, map[string]any{"PLItemID": items.PLItemID, "PLServiceID": services.PLServiceID})
			update(t, x, &o.policy, map[string]any{"EffectiveDate": o.policy.StartDate})
			update(t, x, &o.cover, map[string]any{"EffectiveDate": o.policy.StartDate})
		}
		for _, row := range []any{&persistence.Item{}, &persistence.Service{}, &persistence.ItemPriceListDetail{}, &persistence.ServicePriceListDetail{}, &persistence.ProductItem{}, &persistence.ProductService{}} {
			if err := x.DB().Model(row).Where("1 = 1").Update("ValidityFrom", longAgo).Error; err != nil {
				t.Fatal(err)
			}
		}
	})
	return w
}

// update changes columns of a row in place, as no rule would.
func update(t *testing.T, x *persistence.Session, row any, columns map[string]any) {
	t.Helper()
	if err := x.DB().Model(row).Updates(columns).Error; err != nil {
		t.Fatal(err)
	}
}

// claimant acts for a claim administrator of the first district.
func (w *claimWorld) claimant(t testing.TB) context.Context {
	return w.clerk(t, 0, 111001, 111002, 111004, 111007, 111010)
}

// clerk acts for the user of one district with some rights.
func (w *claimWorld) clerk(t testing.TB, side int, rights ...int) context.Context {
	p := core.Principal{UserID: w.sides[side].user.UserID, Rights: map[int]bool{}}
	for _, right := range rights {
		p.Rights[right] = true
	}
	return core.WithPrincipal(t.Context(), p)
}

func (w *claimWorld) claims() rest.Type { return resources.Claim(w.Environment) }

func (w *claimWorld) answers() rest.Type { return resources.ClaimResponse(w.Environment) }

// compatible gives the same world seen through the base with today's clients' habits.
func (w *claimWorld) compatible() *claimWorld {
	env, copied, same := *w.Environment, *w.world, *w
	env.Compatible, env.Currency = true, "$"
	copied.Environment = &env
	same.world = &copied
	return &same
}

// claim fills in a Claim of the first facility for its member. Words in capitals stand
// for what the world gave the rows.
func (w *claimWorld) claim(text string) string {
	o := &w.sides[0]
	return strings.NewReplacer(
		"PATIENT", string(o.member.InsureeUUID), "NUMBER", *o.member.CHFID, "FACILITY", string(o.facility.HFUUID),
		"ADMIN", string(o.admin.ClaimAdminUUID), "TABLET", string(w.tablet.ItemUUID), "BANDAGE", string(w.bandage.ItemUUID),
		"CONSULTATION", string(w.consultation.ServiceUUID), "POLICY", string(o.policy.PolicyUUID),
		"GUIDE/", "https://openimis.github.io/openimis_fhir_r4_ig/",
	).Replace(text)
}

// plainClaim is a claim over two tablets and a consultation: 420 in all.
const plainClaim = `{
 "resourceType": "Claim", "status": "STATUS", "use": "claim", "created": "2026-11-03",
 "identifier": [{"type": {"coding": [{"system": "GUIDE/CodeSystem/openimis-identifiers", "code": "Code"}]}, "value": "CODE1"}],
 "type": {"coding": [{"system": "GUIDE/CodeSystem/claim-visit-type", "code": "O", "display": "Other"}]},
 "priority": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/processpriority", "code": "normal", "display": "Normal"}]},
 "patient": {"reference": "Patient/PATIENT"}, "provider": {"reference": "Organization/FACILITY"}, "enterer": {"reference": "Practitioner/ADMIN"},
 "billablePeriod": {"start": "2026-11-02", "end": "2026-11-02"},
 "diagnosis": [{"sequence": 1, "diagnosisCodeableConcept": {"coding": [{"system": "GUIDE/CodeSystem/diagnosis-ICD10-level1", "code": "A01"}]}}],
 "insurance": [{"sequence": 1, "focal": true, "coverage": {"display": "the family's policy"}}],
 "item": [
  {"sequence": 1, "extension": [{"url": "GUIDE/StructureDefinition/claim-item-reference", "valueReference": {"reference": "ActivityDefinition/CONSULTATION"}}],
   "category": {"coding": [{"system": "GUIDE/CodeSystem/claim-item-category", "code": "service"}]}, "productOrService": {"text": "Consultation"},
   "quantity": {"value": 1}, "unitPrice": {"value": 400.00, "currency": "EUR"}},
  {"sequence": 2, "extension": [{"url": "GUIDE/StructureDefinition/claim-item-reference", "valueReference": {"reference": "Medication/TABLET"}}],
   "category": {"coding": [{"system": "GUIDE/CodeSystem/claim-item-category", "code": "item"}]}, "productOrService": {"text": "Tablet"},
   "quantity": {"value": 2}, "unitPrice": {"value": 10, "currency": "EUR"}}
 ],
 "total": {"value": 420, "currency": "EUR"}
}`

// draft gives the plain claim as one to be stored only.
func (w *claimWorld) draft() string {
	return strings.Replace(w.claim(plainClaim), "STATUS", "draft", 1)
}

// active gives the plain claim as one to be submitted.
func (w *claimWorld) active() string {
	return strings.Replace(w.claim(plainClaim), "STATUS", "active", 1)
}

func encodeAny(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

func value(text string) search.Value { return search.Value{Text: text} }
