package mapping_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// goods is a catalogue made for this test: one attribute of every kind of search.
var goods = &mapping.Catalogue{
	Resource: "Basic", Table: "tblItems", UUID: "ItemUUID", Clock: core.FixedClock(time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)),
	Attributes: []mapping.Attribute{
		{Name: "code", Column: "ItemCode", Search: "code", Kind: search.Token, System: mapping.Guide + "CodeSystem/goods", Sortable: true},
		{Name: "name", Column: "ItemName", Search: "name", Also: []string{"text"}, Kind: search.String, Sortable: true},
		{Name: "package", Column: "ItemPackage", Search: "package", Also: []string{"text"}, Kind: search.String},
		{Name: "link", Column: "ItemName", Search: "link", Kind: search.URI},
		{Name: "price", Column: "ItemPrice", Search: "price", Kind: search.Quantity, System: "urn:iso:std:iso:4217|XTS"},
		{Name: "amount", Column: "ItemPrice", Search: "amount", Kind: search.Numeric, Sortable: true},
		{Name: "days", Column: "ItemFrequency", Search: "days", Kind: search.Numeric},
		{Name: "since", Column: "ValidityFrom", Search: "since", Kind: search.Date},
		{Name: "kind", Column: "ItemType", Search: "kind", Kind: search.Token, Codes: mapping.Codes{"drug": {"D"}, "other": {"M", nil}}},
		{Name: "patients", Column: "ItemPatCat", Search: "patients", Kind: search.Token},
		{Name: "twin", Column: "ItemUUID", Search: "twin", Kind: search.Reference, Targets: []string{"Basic"}},
		{Name: "only", Search: "only", Kind: search.Token, Match: func(_ search.Modifier, v search.Value) (clause.Expression, error) {
			if v.Text == "none" {
				return persistence.Nothing(), nil
			}
			return mapping.Not(persistence.Nothing()), nil
		}},
	},
}

const twin = "0f0e0d0c-0000-4000-8000-00000000000a"

func TestCompile(t *testing.T) {
	clock := core.FixedClock(time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)) // 12:53:09 in the zone of the site
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		err := s.Tx(persistencetest.System(t), func(x *persistence.Session) error {
			for _, item := range []persistence.Item{
				{ItemUUID: twin, ItemCode: "a", ItemName: "Aspirin", ItemPackage: ptr("100%"), ItemPrice: decimal.RequireFromString("1.50"), ItemFrequency: ptr(3), ItemType: "D", ItemPatCat: 15},
				{ItemCode: "A", ItemName: "aspirin forte", ItemPackage: ptr(" "), ItemPrice: decimal.RequireFromString("1.54"), ItemFrequency: ptr(10), ItemType: "M", ItemPatCat: 1},
				{ItemCode: "b", ItemName: "Bandage_x", ItemPackage: ptr("asp"), ItemPrice: decimal.RequireFromString("20"), ItemType: "M", ItemPatCat: 1},
			} {
				item.ItemCareType = "B"
				if err := persistence.Insert(x, &item); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for query, want := range map[string]string{
			"": "A a b", "code=a": "a", "code=A": "A", "code=a,b": "a b", "code=c": "", "code:not=a": "A b", "code:not=a,b": "A",
			"code=CodeSystem/goods|a": "a", "code=" + mapping.Guide + "CodeSystem/goods|a": "a", "code=" + mapping.Guide + "/CodeSystem/goods|a": "a",
			"code=http://example.org|a": "", "code=" + mapping.Guide + "CodeSystem/goods|": "A a b", "code=|a": "", "code:missing=true": "", "code:missing=false": "A a b",
			"name=ASP": "A a", "name:exact=Aspirin": "a", "name:exact=aspirin": "", "name:contains=AGE_": "b", "name:contains=_": "b", "name=%25": "", "name=' OR 1=1 --": "",
			"package=100%25": "a", "package:missing=true": "A", "package:missing=false": "a b", "text=asp": "A a b", "text:contains=forte": "A",
			"link=Aspirin": "a", "link=aspirin": "", "link=Asp": "",
			"amount=1.5": "A a", "amount=1.50": "a", "amount=2": "A a", "amount=20": "b", "amount=20.0": "b", "amount=ne1.50": "A b", "amount=gt1.5": "A b", "amount=ge1.5": "A a b",
			"amount=lt1.54": "a", "amount=le1.54": "A a", "amount=sa1.54": "b", "amount=eb20": "A a", "amount=ap1.4": "A a", "amount=2e1": "b",
			"price=1.50": "a", "price=1.50|urn:iso:std:iso:4217|XTS": "a", "price=1.50||XTS": "", "price=1.50|urn:iso:std:iso:4217|EUR": "", "price=gt1.5": "A b",
			"days=3": "a", "days=3.0": "a", "days=3.5": "", "days=gt2.5": "A a", "days=lt3.5": "a", "days=le3.5": "a", "days=ge3.5": "A", "days=ne3": "A", "days=lt99999999999": "A a", "days:missing=true": "b",
			"kind=drug": "a", "kind=other": "A b", "kind:not=drug": "A b", "kind=nonsense": "", "patients=1": "A b", "patients=nonsense": "", "patients=99999999999": "",
			"twin=" + twin: "a", "twin=Basic/" + strings.ToUpper(twin): "a", "twin=nonsense": "", "twin=http://example.org/Basic/" + twin: "",
			"only=all": "A a b", "only:missing=true": "", "only:missing=false": "A a b", "only=none": "", "only:not=none": "A a b", "_id=" + twin: "a",
			"since=2024-05-06": "A a b", "since=2024": "A a b", "since=gt2024-05-06": "", "since=2024-05-06T07:08:09Z": "A a b", "since=2024-05-06T12:53:09%2B05:45": "A a b",
			"since=lt2024-05-06T07:08:09Z": "", "since=le2024-05-06T07:08:09Z": "A a b", "since=gt2024-05-06T07:08:08Z": "A a b", "since=ne2024-05-06": "", "since=eb2024-05-07": "A a b",
			"since=ap2024-01-01": "A a b", "since=ap2021-01-01": "", "_lastUpdated=ge2024-05-06T07:08:09Z": "A a b", "_lastUpdated=sa2024-05-06": "",
			"_sort=amount": "a A b", "_sort=-amount": "b A a", "_sort=-_lastUpdated,-amount": "b A a",
		} {
			if got, err := goodsFound(t, s, query); err != nil || got != want {
				t.Errorf("%s: %q, not %q (%v)", query, got, want, err)
			}
		}
		for _, query := range []string{"twin=Patient/1", "kind:exact=x", "nothing=1", "_sort=price", "since:not=2024", "price:missing=x"} {
			if got, err := goodsFound(t, s, query); core.CodeOf(err) != core.Invalid {
				t.Errorf("%s: %q %v", query, got, err)
			}
		}
	}, persistencetest.WithClock(clock))
}

func goodsFound(t *testing.T, s *persistence.Store, text string) (string, error) {
	t.Helper()
	values, err := url.ParseQuery(strings.ReplaceAll(text, "|", "%7C"))
	if err != nil {
		t.Fatal(err)
	}
	parsed, _, err := search.Parse("Basic", goods.Params(), values, search.Options{})
	if err != nil {
		return "", err
	}
	q, err := goods.Compile(parsed)
	if err != nil {
		return "", err
	}
	page, err := persistence.Select[persistence.Item](s.Read(persistencetest.System(t)), q)
	if err != nil {
		return "", err
	}
	var codes []string
	for _, item := range page.Rows {
		codes = append(codes, item.ItemCode)
	}
	if !strings.Contains(text, "_sort") {
		slices.Sort(codes)
	}
	return strings.Join(codes, " "), nil
}

// Every line of every catalogue names a column there is, and every parameter that R4 does
// not have says where it is defined.
func TestCataloguesNameColumns(t *testing.T) {
	for _, c := range []*mapping.Catalogue{mapping.Patient, mapping.Group, mapping.Location, mapping.Organization} {
		for i := range c.Attributes {
			a := &c.Attributes[i]
			if !c.Has(a) {
				t.Errorf("%s: there is no column %s %s", c.Resource, a.Table, a.Column)
			}
		}
		if fmt.Sprint(c.Params()) == "[]" {
			t.Errorf("%s has no search parameters", c.Resource)
		}
	}
}
