package resources_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
	"github.com/openimis/openimis-go/resources"
)

// saleDay is the day policies are sold on in these tests.
var saleDay = time.Date(2021, 7, 29, 9, 30, 0, 0, time.UTC)

// contractWorld is the world with products to sell and officers who sell them.
//
// RX01 costs 1000 a family and runs from the first of July, for a year; who enrols in
// July is in time. RX02 costs 100 for the first member, 20 for each further adult, 5 a
// member to register and 1 a member for the assembly, from the day of enrolment on, and
// may be paid in two instalments within two months: a family of two adults pays
// 100 + 20 + 2×5 + 2×1 = 132, and 122 when it renews.
type contractWorld struct {
	*world
	fixed, each persistence.Product
	officers    [2]persistence.Officer // of the two districts
	payer       persistence.Payer
}

func eachContract(t *testing.T, test func(t *testing.T, w *contractWorld)) {
	t.Helper()
	clock := &passing{}
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := &contractWorld{world: newWorld(t, s)}
		w.Clock, w.Currency = clock, "EUR"
		w.seed(t, func(x *persistence.Session) { w.sell(t, x) })
		test(t, w)
	}, persistencetest.WithClock(clock))
}

// passing is a clock on which a second passes whenever it is looked at.
type passing struct{ seconds atomic.Int64 }

// Now gives the next second of the day.
func (p *passing) Now() time.Time { return saleDay.Add(time.Duration(p.seconds.Add(1)) * time.Second) }

func (w *contractWorld) sell(t *testing.T, x *persistence.Session) {
	from, to := persistence.At(time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)), persistence.At(time.Date(2030, 12, 31, 0, 0, 0, 0, time.UTC))
	w.fixed = persistence.Product{ProductCode: "RX01", ProductName: "Regional fixed enrolment", DateFrom: from, DateTo: to, LocationID: &w.region.LocationID,
		InsurancePeriod: 12, MemberCount: 6, LumpSum: decimal.NewFromInt(1000), StartCycle1: ptr("01-07"), GracePeriod: 1, MaxInstallments: ptr(3)}
	insert(t, x, &w.fixed)
	w.each = persistence.Product{ProductCode: "RX02", ProductName: "Each", DateFrom: from, DateTo: to, InsurancePeriod: 12, MemberCount: 3,
		LumpSum: decimal.NewFromInt(100), Threshold: ptr(1), PremiumAdult: ptr(decimal.NewFromInt(20)), RegistrationFee: ptr(decimal.NewFromInt(5)),
		GeneralAssemblyFee: ptr(decimal.NewFromInt(1)), WaitingPeriod: ptr(2), MaxInstallments: ptr(2)}
	insert(t, x, &w.each)
	if err := x.DB().Model(&persistence.Product{}).Where("1 = 1").UpdateColumn("ValidityFrom", from).Error; err != nil {
		t.Fatal(err)
	}
	for i := range w.officers {
		w.officers[i] = persistence.Officer{Code: fmt.Sprint("EO", i+1), LastName: "Roberts", OtherNames: "Jeb", LocationID: &w.sides[i].district.LocationID}
		insert(t, x, &w.officers[i])
	}
	insert(t, x, &persistence.PayerType{Code: "D", PayerType: "Donor"})
	w.payer = persistence.Payer{PayerType: "D", PayerName: "Helping Hands"}
	insert(t, x, &w.payer)
	insert(t, x, &persistence.IMISDefaults{ActivationOption: 1})
}

// contract is a Contract to be, of the family of the first side and RX02.
type contract struct {
	family, product, officer string // references; "-" leaves one out
	issued                   string
	status, more             string // more members of the Contract
	asset                    string // more members of the asset
	premiums                 []string
}

func premium(receipt, amount, day, kind string, more ...string) string {
	return fmt.Sprintf(`{"url":"%[1]sStructureDefinition/contract-premium","extension":[
		{"url":"category","valueCodeableConcept":{"coding":[{"system":"%[1]sCodeSystem/contract-premium-category","code":"C"}]}},
		{"url":"amount","valueMoney":{"value":%[2]s,"currency":"EUR"}},{"url":"receipt","valueString":"%[3]s"},{"url":"date","valueDate":"%[4]s"},
		{"url":"type","valueCodeableConcept":{"coding":[{"system":"%[1]sCodeSystem/contract-premium-type","code":"%[5]s"}]}}%[6]s]}`, guide, amount, receipt, day, kind, strings.Join(more, ""))
}

func (w *contractWorld) text(c contract) string {
	or := func(said, usual string) string {
		if said == "" {
			return usual
		}
		return said
	}
	reference := func(name, said, usual string, list bool) string {
		said = or(said, usual)
		switch {
		case said == "-":
			return ""
		case list:
			return fmt.Sprintf(`,"%s":[{"reference":"%s"}]`, name, said)
		}
		return fmt.Sprintf(`,"%s":{"reference":"%s"}`, name, said)
	}
	text := `{"resourceType":"Contract"`
	if c.status != "" {
		text += `,"status":"` + c.status + `"`
	}
	if issued := or(c.issued, "2021-07-29"); issued != "-" {
		text += `,"issued":"` + issued + `"`
	}
	text += reference("subject", c.family, "Group/"+string(w.sides[0].family.FamilyUUID), true) +
		reference("author", c.officer, "Practitioner/"+string(w.officers[0].OfficerUUID), false) + c.more
	asset := strings.TrimPrefix(reference("entityReference", c.product, "InsurancePlan/"+string(w.each.ProdUUID), false), ",")
	if asset != "" {
		asset = `,"valuedItem":[{` + asset + `}]`
	}
	if asset += c.asset; c.premiums != nil {
		asset += `,"extension":[` + strings.Join(c.premiums, ",") + `]`
	}
	return text + `,"term":[{"offer":{"party":[{"reference":[{"reference":"Patient/` + string(w.sides[0].head.InsureeUUID) + `"}],"role":{"coding":[{"system":"` + guide +
		`CodeSystem/contract-resource-party-role","code":"beneficiary"}]}}]},"asset":[{` + strings.TrimPrefix(asset, ",") + `}]}]}`
}

// sold gives what matters of a Contract in one line: status, value, period, cover, members
// and contributions.
func sold(t testing.TB, entry *fhir.Entry) string {
	t.Helper()
	tree := show(t, entry)
	asset := tree["term"].([]any)[0].(map[string]any)["asset"].([]any)[0].(map[string]any)
	at := func(name string) map[string]any { return asset[name].([]any)[0].(map[string]any) }
	line := fmt.Sprint(tree["status"], " ", at("valuedItem")["net"].(map[string]any)["value"], " ", at("period")["start"], "/", at("period")["end"], " ", at("usePeriod")["start"])
	members, _ := asset["typeReference"].([]any)
	line += fmt.Sprint(" ", len(members))
	premiums, _ := asset["extension"].([]any)
	for _, one := range premiums {
		for _, part := range one.(map[string]any)["extension"].([]any) {
			if p := part.(map[string]any); p["url"] == "receipt" {
				line += fmt.Sprint(" ", p["valueString"])
			}
		}
	}
	return line
}

// clerk acts for somebody of the first district who has the rights, or those of a clerk.
func (w *contractWorld) clerk(t testing.TB, rights ...int) context.Context {
	if rights == nil {
		rights = []int{101201, 101202, 101203, 101204, 101205, 101302}
	}
	held := map[int]bool{}
	for _, right := range rights {
		held[right] = true
	}
	return core.WithPrincipal(t.Context(), core.Principal{UserID: w.sides[0].user.UserID, Login: "EO1", Rights: held})
}

func (w *contractWorld) typ() rest.Type { return resources.Contract(w.Environment) }

// asXML reads the resource anew from XML.
func asXML(t testing.TB, text string) *fhir.Resource {
	t.Helper()
	entry := &fhir.Entry{Resource: decode(t, text)}
	inXML, err := entry.AppendXML(nil, fhir.EncodeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	in, err := fhir.DecodeXML(inXML, fhir.DecodeOptions{})
	if err != nil {
		t.Fatalf("%v\n%s", err, inXML)
	}
	return in
}

// valued gives the valued item of RX02 with more members.
func (w *contractWorld) valued(more string) string {
	return `,"valuedItem":[{"entityReference":{"reference":"InsurancePlan/` + string(w.each.ProdUUID) + `"},` + more + `}]`
}

// count tells how many rows the tables of policies have, history included.
func (w *contractWorld) count(t testing.TB) string {
	t.Helper()
	var counts [3]int64
	db := w.Store.Read(w.system(t)).DB()
	for i, model := range []any{&persistence.Policy{}, &persistence.InsureePolicy{}, &persistence.Premium{}} {
		if err := db.Model(model).Count(&counts[i]).Error; err != nil {
			t.Fatal(err)
		}
	}
	return fmt.Sprint(counts)
}

// pathsOf lists the elements an error names.
func pathsOf(err error) (paths []string) {
	var fault *core.Error
	if errors.As(err, &fault) {
		for _, one := range fault.All() {
			paths = append(paths, one.Path)
		}
	}
	return paths
}

// decodeLeniently reads a resource as the compatible base does.
func decodeLeniently(text string) (*fhir.Resource, error) {
	return fhir.DecodeJSON([]byte(text), fhir.DecodeOptions{Lenient: true})
}
