package resources

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// schemeDay is the day of the tests of coverages and registers.
var schemeDay = core.FixedClock(time.Date(2024, 6, 15, 6, 0, 0, 0, time.UTC))

// schemeWorld is a small scheme: one product, two families of which one has no head
// recorded, policies in every state, and staff of both kinds.
type schemeWorld struct {
	store    *persistence.Store
	strict   *Environment
	habitual *Environment

	district, region persistence.Location
	product, next    persistence.Product
	head, wife, boy  persistence.Insuree
	loner            persistence.Insuree
	facility         persistence.HealthFacility
	policies         map[string]*persistence.Policy // by state
	covers           map[string]*persistence.InsureePolicy
}

func of[T any](v T) *T { return &v }

func date(s string) persistence.Date {
	d, err := persistence.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// eachScheme runs the test on a fresh scheme in every kind of database.
func eachScheme(t *testing.T, test func(t *testing.T, w *schemeWorld)) {
	t.Helper()
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		test(t, newSchemeWorld(t, s))
	}, persistencetest.WithClock(schemeDay))
}

func newSchemeWorld(t *testing.T, s *persistence.Store) *schemeWorld {
	t.Helper()
	w := &schemeWorld{
		store:    s,
		strict:   &Environment{Store: s, Clock: schemeDay, Currency: "EUR"},
		habitual: &Environment{Store: s, Clock: schemeDay, Currency: "$", Compatible: true},
		policies: map[string]*persistence.Policy{}, covers: map[string]*persistence.InsureePolicy{},
	}
	err := s.Tx(persistencetest.System(t), func(x *persistence.Session) error {
		i := inserter{t: t, x: x}
		w.places(&i)
		w.people(&i)
		w.sold(&i)
		w.registers(&i)
		w.staff(&i)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

type inserter struct {
	t *testing.T
	x *persistence.Session
}

func put[R any](i *inserter, row *R) {
	i.t.Helper()
	if err := persistence.Insert(i.x, row); err != nil {
		i.t.Fatalf("%T: %v", *row, err)
	}
}

func (w *schemeWorld) places(i *inserter) {
	w.region = persistence.Location{LocationCode: of("R1"), LocationName: of("Ultha"), LocationType: "R"}
	put(i, &w.region)
	w.district = persistence.Location{LocationCode: of("R1D1"), LocationName: of("Rapta"), LocationType: "D", ParentLocationID: &w.region.LocationID}
	put(i, &w.district)
	put(i, &persistence.LegalForm{LegalFormCode: "G", LegalForms: "Government"})
	w.facility = persistence.HealthFacility{HFCode: "RAHF01", HFName: "Rapta Hospital", LegalForm: "G", HFLevel: "H", HFCareType: "B", LocationID: w.district.LocationID}
	put(i, &w.facility)
}

func (w *schemeWorld) people(i *inserter) {
	person := func(number, last, other string) persistence.Insuree {
		row := persistence.Insuree{CHFID: of(number), LastName: last, OtherNames: other, DOB: date("1980-01-01")}
		put(i, &row)
		return row
	}
	w.head = person("070707070", "Macintyre", "James")
	w.wife = person("070707081", "Macintyre", "Mary")
	w.boy = person("070707092", "Macintyre", "Peter")
	w.loner = person("080808081", "Zola", "Ann")
}

// sold sells one policy in every state, each a year from 2024 on unless it says otherwise.
func (w *schemeWorld) sold(i *inserter) {
	w.next = persistence.Product{ProductCode: "FC1", ProductName: "Fixed Cover", InsurancePeriod: 12, MemberCount: 4,
		DateFrom: persistence.At(date("2025-01-01").Time), DateTo: persistence.At(date("2030-12-31").Time)}
	put(i, &w.next)
	w.product = persistence.Product{ProductCode: "BC1", ProductName: "Basic Cover", InsurancePeriod: 12, MemberCount: 6, LumpSum: decimal.NewFromInt(100),
		ConversionProdID: &w.next.ProdID, LocationID: &w.region.LocationID, Threshold: of(4), MaxInstallments: of(2),
		DateFrom: persistence.At(date("2017-01-01").Time), DateTo: persistence.At(date("2030-12-31").Time)}
	put(i, &w.product)
	put(i, &persistence.Product{ProductCode: "OLD", ProductName: "Old Cover", InsurancePeriod: 12, MemberCount: 6,
		DateFrom: persistence.At(date("2010-01-01").Time), DateTo: persistence.At(date("2024-06-14").Time)})
	family := persistence.Family{InsureeID: w.head.InsureeID}
	put(i, &family)
	for _, one := range []struct {
		state  string
		status *int
		end    *persistence.Date
	}{
		{"idle", of(1), of(date("2024-12-31"))}, {"active", of(2), of(date("2024-12-31"))}, {"over", of(2), of(date("2024-06-14"))},
		{"last day", of(2), of(date("2024-06-15"))}, {"suspended", of(4), of(date("2024-12-31"))}, {"expired", of(8), of(date("2023-12-31"))},
		{"ready", of(16), of(date("2024-12-31"))}, {"unknown", nil, nil},
	} {
		p := &persistence.Policy{FamilyID: family.FamilyID, ProdID: w.product.ProdID, EnrollDate: date("2023-12-20"), StartDate: date("2024-01-01"),
			ExpiryDate: one.end, PolicyStatus: one.status}
		if one.state == "expired" {
			p.EnrollDate, p.StartDate = date("2022-12-20"), date("2023-01-01")
		}
		put(i, p)
		w.policies[one.state] = p
		c := &persistence.InsureePolicy{PolicyID: p.PolicyID, InsureeID: w.wife.InsureeID}
		put(i, c)
		w.covers[one.state] = c
	}
	for name, c := range map[string]*persistence.InsureePolicy{
		"head": {PolicyID: w.policies["active"].PolicyID, InsureeID: w.head.InsureeID, EffectiveDate: of(date("2024-01-01"))},
		"boy":  {PolicyID: w.policies["active"].PolicyID, InsureeID: w.boy.InsureeID, EffectiveDate: of(date("2024-03-01")), ExpiryDate: of(date("2024-05-31"))},
	} {
		put(i, c)
		w.covers[name] = c
	}
	put(i, &persistence.InsureePolicy{PolicyID: w.policies["active"].PolicyID, InsureeID: w.boy.InsureeID}) // once more, by mistake
	headless := persistence.Family{InsureeID: w.loner.InsureeID}
	put(i, &headless)
	gone := &persistence.Policy{FamilyID: headless.FamilyID, ProdID: w.product.ProdID, EnrollDate: date("2023-12-20"), StartDate: date("2024-01-01"), PolicyStatus: of(2)}
	put(i, gone)
	c := &persistence.InsureePolicy{PolicyID: gone.PolicyID, InsureeID: w.loner.InsureeID}
	put(i, c)
	w.policies["gone"], w.covers["gone"] = gone, c
	if err := persistence.Delete(i.x, gone); err != nil {
		i.t.Fatal(err)
	}
}

func (w *schemeWorld) registers(i *inserter) {
	for n := range 23 {
		put(i, &persistence.Item{ItemCode: fmt.Sprintf("%04d", n), ItemName: fmt.Sprintf("Item %02d", 22-n), ItemType: []string{"D", "M"}[n%2],
			ItemPrice: decimal.New(int64(n)*100, -2), ItemCareType: "B", ItemPatCat: 15})
	}
	for n, category := range []*string{of("S"), of("C"), of("H"), of("V"), of(" "), nil} {
		put(i, &persistence.Service{ServCode: fmt.Sprintf("S%d", n), ServName: fmt.Sprintf("Service %d", n), ServType: []string{"P", "C"}[n%2], ServLevel: "S",
			ServPrice: decimal.NewFromInt(5), ServCareType: []string{"O", "I", "B"}[n%3], ServPatCat: n, ServCategory: category})
	}
}

// staff hires seven administrators and eight officers.
func (w *schemeWorld) staff(i *inserter) {
	for n := range 7 {
		a := &persistence.ClaimAdmin{ClaimAdminCode: of(fmt.Sprintf("CA%d", n)), LastName: of(fmt.Sprintf("Admin%d", n)), OtherNames: of("Ann"), HFID: &w.facility.HFID, Phone: of("1")}
		if n == 6 {
			a.HFID, a.LastName, a.OtherNames = nil, nil, nil
		}
		put(i, a)
	}
	var before *int
	for n := range 8 {
		o := &persistence.Officer{Code: fmt.Sprintf("EO%d", n), LastName: fmt.Sprintf("Officer%d", n), OtherNames: "Bob", LocationID: &w.district.LocationID, OfficerIDSubst: before}
		if n == 7 {
			o.LocationID, o.WorksTo = nil, of(persistence.At(date("2024-12-31").Time))
		}
		put(i, o)
		before = &o.OfficerID
	}
}

// queryOf reads a search as a URL has it.
func queryOf(t *testing.T, typ rest.Type, query string) *search.Query {
	t.Helper()
	q, err := parsed(typ, query)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func parsed(typ rest.Type, query string) (*search.Query, error) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, err
	}
	o := search.Options{Count: 100, MaxCount: 1000, MaxParams: 100, MaxValues: 100, MaxOffset: 10000, Zone: persistencetest.Zone}
	q, _, err := search.Parse(typ.Definition().Name, typ.Definition().Params, values, o)
	return q, err
}

// ask runs a search as a URL has it.
func ask(t *testing.T, ctx context.Context, typ rest.Type, query string) (*rest.Page, error) {
	t.Helper()
	q, err := parsed(typ, query)
	if err != nil {
		return nil, err
	}
	return typ.(rest.Searcher).Search(ctx, q)
}

// found gives what a search finds: the codes of its resources, sorted unless the search is.
func found(t *testing.T, typ rest.Type, query string) []string {
	t.Helper()
	page, err := ask(t, persistencetest.System(t), typ, query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	var list []string
	for _, entry := range page.Entries {
		list = append(list, codeOf(t, entry))
	}
	values, _ := url.ParseQuery(query)
	if !values.Has("_sort") {
		slices.Sort(list)
	}
	return list
}

// tree gives the resource of an entry as JSON.
func tree(t *testing.T, entry *fhir.Entry) map[string]any {
	t.Helper()
	text, err := entry.AppendJSON(nil, fhir.EncodeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	object := map[string]any{}
	if err := json.Unmarshal(text, &object); err != nil {
		t.Fatal(err)
	}
	return object
}

// codeOf gives the business code of a resource, or its id when it has none.
func codeOf(t *testing.T, entry *fhir.Entry) string {
	t.Helper()
	object := tree(t, entry)
	identifiers, _ := object["identifier"].([]any)
	for _, one := range identifiers {
		id := one.(map[string]any)
		if id["type"].(map[string]any)["coding"].([]any)[0].(map[string]any)["code"] == "Code" {
			return id["value"].(string)
		}
	}
	return entry.ID
}

// walk pages through a search to its end, then back, and gives what it saw.
func walk(t *testing.T, typ rest.Type, query string) (there, back []string) {
	t.Helper()
	q := queryOf(t, typ, query)
	page := func() *rest.Page {
		p, err := typ.(rest.Searcher).Search(persistencetest.System(t), q)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	p := page()
	for n := 0; ; n++ {
		for _, entry := range p.Entries {
			there = append(there, codeOf(t, entry))
		}
		if p.Next == "" || n > 100 {
			break
		}
		q.Cursor = p.Next
		p = page()
	}
	for n := 0; n <= 100; n++ {
		for _, entry := range slices.Backward(p.Entries) {
			back = append(back, codeOf(t, entry))
		}
		if p.Prev == "" {
			break
		}
		q.Cursor = p.Prev
		p = page()
	}
	slices.Reverse(back)
	return there, back
}
