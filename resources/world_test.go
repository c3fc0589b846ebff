package resources_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
	"github.com/openimis/openimis-go/resources"
)

// today is the day every test happens on.
var today = time.Date(2026, 11, 20, 9, 30, 0, 0, time.UTC)

func ptr[T any](v T) *T { return &v }

// world is a small country of two districts, each with a ward, a village, a facility, a
// family of two with a policy, and a user who sees only his district.
type world struct {
	*resources.Environment
	region  persistence.Location
	product persistence.Product
	sides   [2]side
}

type side struct {
	district, ward, village persistence.Location
	facility                persistence.HealthFacility
	admin                   persistence.ClaimAdmin
	family                  persistence.Family
	head, member            persistence.Insuree
	policy                  persistence.Policy
	cover                   persistence.InsureePolicy
	user                    persistence.User
}

// each runs the test on a new world on every database.
func each(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) { test(t, newWorld(t, s)) },
		persistencetest.WithClock(core.FixedClock(today)))
}

func newWorld(t *testing.T, s *persistence.Store) *world {
	t.Helper()
	w := &world{Environment: &resources.Environment{
		Store: s, Clock: core.FixedClock(today), Currency: "XTS",
		Insurer: mapping.Insurer{ID: "insurer", Code: "INS", Name: "Scheme of Tests", City: "Capital", District: "Middle", State: "Centre", Email: "ask@example.org"},
	}}
	w.seed(t, func(x *persistence.Session) {
		insert(t, x, &persistence.Language{LanguageCode: "en", LanguageName: "English"})
		for code, word := range map[string]string{"M": "Male", "F": "Female", "O": "Other"} {
			insert(t, x, &persistence.Gender{Code: code, Gender: &word})
		}
		for code, word := range map[string]string{"G": "Government", "C": "Charity", "D": "District organization", "P": "Private organization"} {
			insert(t, x, &persistence.LegalForm{LegalFormCode: code, LegalForms: word})
		}
		for i, word := range []string{"Brother/Sister", "Father/Mother", "Uncle/Aunt", "Son/Daughter"} {
			insert(t, x, &persistence.Relation{RelationID: i + 1, Relation: word})
			insert(t, x, &persistence.Profession{ProfessionID: i + 1, Profession: []string{"Housewife", "Employee", "Self Employee", "Other"}[i]})
			insert(t, x, &persistence.Education{EducationID: i + 1, Education: []string{"Nursery", "Primary school", "Secondary school", "University"}[i]})
		}
		for code, word := range map[string]string{"N": "National ID", "P": "Passport"} {
			insert(t, x, &persistence.IdentificationType{IdentificationCode: code, IdentificationTypes: word})
		}
		insert(t, x, &persistence.FamilyType{FamilyTypeCode: "H", FamilyType: "Household"})
		insert(t, x, &persistence.ConfirmationType{ConfirmationTypeCode: "B", ConfirmationType: "Municipality"})
		w.region = persistence.Location{LocationCode: ptr("T1"), LocationName: ptr("Ultha"), LocationType: "R"}
		insert(t, x, &w.region)
		w.product = persistence.Product{ProductCode: "P1", ProductName: "Basic", DateFrom: persistence.At(today), DateTo: persistence.At(today), MemberCount: 6, InsurancePeriod: 12}
		insert(t, x, &w.product)
		for i := range w.sides {
			w.sides[i].seed(t, x, w, w.product.ProdID, fmt.Sprint(i+1))
		}
	})
	return w
}

func (o *side) seed(t *testing.T, x *persistence.Session, w *world, product int, n string) {
	t.Helper()
	born := persistence.DateOf(1980, time.May, 4)
	o.district = persistence.Location{LocationCode: ptr("T1D" + n), LocationName: ptr("Rapta " + n), LocationType: "D", ParentLocationID: &w.region.LocationID}
	insert(t, x, &o.district)
	o.ward = persistence.Location{LocationCode: ptr("T1D" + n + "W1"), LocationName: ptr("Jamu " + n), LocationType: "W", ParentLocationID: &o.district.LocationID}
	insert(t, x, &o.ward)
	o.village = persistence.Location{LocationCode: ptr("T1D" + n + "W1V1"), LocationName: ptr("Jamula " + n), LocationType: "V", ParentLocationID: &o.ward.LocationID}
	insert(t, x, &o.village)
	o.facility = persistence.HealthFacility{HFCode: "HF" + n, HFName: "Hospital " + n, LegalForm: "G", HFLevel: "H", HFCareType: "B", LocationID: o.district.LocationID}
	insert(t, x, &o.facility)
	o.admin = persistence.ClaimAdmin{ClaimAdminCode: ptr("CA" + n), LastName: ptr("Rushila"), OtherNames: ptr("Dani"), HFID: &o.facility.HFID}
	insert(t, x, &o.admin)
	o.head = persistence.Insuree{CHFID: ptr("07070707" + n), LastName: "Doe", OtherNames: "Jane", DOB: born, Gender: ptr("F"), IsHead: true, Status: ptr("AC")}
	insert(t, x, &o.head)
	o.family = persistence.Family{InsureeID: o.head.InsureeID, LocationID: &o.village.LocationID, FamilyAddress: ptr("5 Tsoka"), Poverty: ptr(false), FamilyType: ptr("H"), ConfirmationNo: ptr("Reg1"), ConfirmationType: ptr("B")}
	insert(t, x, &o.family)
	o.head.FamilyID = &o.family.FamilyID
	if err := x.DB().Model(&o.head).Select("FamilyID").Updates(&o.head).Error; err != nil {
		t.Fatal(err)
	}
	o.member = persistence.Insuree{CHFID: ptr("08080808" + n), LastName: "Doe", OtherNames: "John", DOB: born, Gender: ptr("M"), FamilyID: &o.family.FamilyID, Relationship: ptr(4), HFID: &o.facility.HFID}
	insert(t, x, &o.member)
	o.policy = persistence.Policy{FamilyID: o.family.FamilyID, EnrollDate: born, StartDate: born, ExpiryDate: ptr(persistence.DateOf(2027, 2, 28)), PolicyStatus: ptr(2), ProdID: product}
	insert(t, x, &o.policy)
	o.cover = persistence.InsureePolicy{InsureeID: o.member.InsureeID, PolicyID: o.policy.PolicyID, ExpiryDate: ptr(persistence.DateOf(2027, 2, 28))}
	insert(t, x, &o.cover)
	o.user = persistence.User{LanguageID: "en", LastName: "User", OtherNames: n, LoginName: "user" + n}
	insert(t, x, &o.user)
	insert(t, x, &persistence.UserDistrict{UserID: o.user.UserID, LocationID: o.district.LocationID})
}

func insert[R any](t *testing.T, x *persistence.Session, row *R) {
	t.Helper()
	if err := persistence.Insert(x, row); err != nil {
		t.Fatalf("%T: %v", *row, err)
	}
}

// seed writes as the program itself.
func (w *world) seed(t *testing.T, fn func(x *persistence.Session)) {
	t.Helper()
	if err := w.Store.Tx(w.system(t), func(x *persistence.Session) error { fn(x); return nil }); err != nil {
		t.Fatal(err)
	}
}

func (w *world) system(t testing.TB) context.Context { return persistencetest.System(t) }

// as acts for the user of one district.
func (w *world) as(t testing.TB, side int) context.Context {
	return core.WithPrincipal(t.Context(), core.Principal{UserID: w.sides[side].user.UserID})
}

// decode reads a resource as the engine does.
func decode(t testing.TB, text string) *fhir.Resource {
	t.Helper()
	in, err := fhir.DecodeJSON([]byte(text), fhir.DecodeOptions{})
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return in
}

// show gives a resource as a client sees it.
func show(t testing.TB, entry *fhir.Entry) map[string]any {
	t.Helper()
	text, err := entry.AppendJSON(nil, fhir.EncodeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var tree map[string]any
	if err := json.Unmarshal(text, &tree); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return tree
}

func encode(t testing.TB, tree any) string {
	t.Helper()
	text, err := json.MarshalIndent(tree, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// fails checks the code of an error and that it names the element.
func fails(t testing.TB, err error, code core.Code, path string) {
	t.Helper()
	if err == nil || core.CodeOf(err) != code {
		t.Fatalf("got %v, want %s at %s", err, code, path)
	}
	if !strings.Contains(err.Error(), path) {
		t.Errorf("%q does not name %s", err, path)
	}
}

// find runs a search of one parameter and gives the ids found.
func find(t testing.TB, ctx context.Context, typ rest.Type, name string, modifier search.Modifier, values ...search.Value) []string {
	t.Helper()
	page, err := typ.(rest.Searcher).Search(ctx, query(t, typ, name, modifier, values...))
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, entry := range page.Entries {
		ids = append(ids, entry.ID)
	}
	return ids
}

func query(t testing.TB, typ rest.Type, name string, modifier search.Modifier, values ...search.Value) *search.Query {
	t.Helper()
	q := &search.Query{Type: typ.Definition().Name, Count: 50}
	for i := range typ.Definition().Params {
		if p := &typ.Definition().Params[i]; p.Name == name {
			q.Clauses = []search.Clause{{Param: p, Modifier: modifier, Values: values}}
			return q
		}
	}
	if name == "" {
		return q
	}
	kind := search.Token
	if name == "_lastUpdated" {
		kind = search.Date
	}
	q.Clauses = []search.Clause{{Param: &search.Param{Name: name, Type: kind}, Modifier: modifier, Values: values}}
	return q
}

// golden gives a file of testdata.
func golden(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
