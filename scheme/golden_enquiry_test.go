package scheme

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/persistence"
)

// enquiryCall is what the calls of enquiry and eligibility say.
type enquiryCall struct {
	CHFID, ServiceCode, ItemCode string
	LocationID                   int `json:"LocationId"`
}

// enquiryCalls reads the calls of a file by the id of their case.
func enquiryCalls(t *testing.T, file string) map[string]enquiryCall {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(goldenFolder(t), file+".json"))
	if os.IsNotExist(err) {
		t.Skipf("no %s.json in %s", file, goldenFolder(t))
	}
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		ID   string
		Call enquiryCall
	}
	if err := json.Unmarshal(raw, &cases); err != nil {
		t.Fatal(err)
	}
	calls := map[string]enquiryCall{}
	for _, c := range cases {
		calls[c.ID] = c.Call
	}
	return calls
}

// goldenCover makes the file of the person with the number of the rows of a case.
func goldenCover(t *testing.T, c *goldenCase, number string) (*CoverFile, *ClaimRows) {
	t.Helper()
	r := goldenWorld(t, c)
	f := &CoverFile{Now: goldenNow, Products: map[int]*persistence.Product{}, Booked: r.Bookings, Policies: r.Policies, Members: r.InsureePolicies}
	for i := range r.Products {
		f.Products[r.Products[i].ProdID] = &r.Products[i]
	}
	for i := range r.Insurees {
		if text(r.Insurees[i].CHFID) == number && r.Insurees[i].ValidityTo == nil {
			f.Insuree = &r.Insurees[i]
		}
	}
	if f.Insuree == nil || f.Insuree.FamilyID == nil {
		return f, r
	}
	for i := range r.Families {
		if r.Families[i].FamilyID == *f.Insuree.FamilyID && r.Families[i].ValidityTo == nil {
			f.FamilyLive = true
			if at := r.Families[i].LocationID; at != nil && *at == 104 {
				f.District = 102
			}
		}
	}
	for i := range r.Insurees {
		if other := &r.Insurees[i]; other.ValidityTo == nil && other.FamilyID != nil && *other.FamilyID == *f.Insuree.FamilyID {
			f.FamilySize++
		}
	}
	return f, r
}

func cash(d *decimal.Decimal) string {
	if d == nil {
		return "NULL"
	}
	return d.StringFixed(2)
}

// enquiryLine writes a standing as the procedure's row says it.
func enquiryLine(s Standing) string {
	code, expiry, kind := "NULL", "NULL", "NULL"
	if s.Product != nil {
		code = fmt.Sprint("P", s.Product.ProdID) // the cases leave arbitrary codes out
	}
	if s.Expiry != nil {
		expiry = s.Expiry.Format("02/01/2006")
	}
	switch s.Ceiling.Kind {
	case GeneralRemainder:
		kind = "1"
	case SplitRemainder:
		kind = "1.1"
	}
	return strings.Join([]string{code, expiry, s.Status, kind, cash(s.Deductible.First), cash(s.Deductible.Second), cash(s.Ceiling.First), cash(s.Ceiling.Second)}, " ")
}

func enquiryDiff(t *testing.T, c *goldenCase, call enquiryCall, book RuleBook) []string {
	t.Helper()
	f, _ := goldenCover(t, c, call.CHFID)
	var got []string
	for _, s := range Enquire(f, call.LocationID, book) {
		got = append(got, enquiryLine(s))
	}
	decoder := json.NewDecoder(strings.NewReader(string(c.Then["result"])))
	decoder.UseNumber()
	var rows []map[string]any
	if err := decoder.Decode(&rows); err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, row := range rows {
		var parts []string
		for _, column := range []string{"ProductCode", "ExpiryDate", "Status", "DedType", "Ded1", "Ded2", "Ceiling1", "Ceiling2"} {
			v := row[column]
			if v == nil {
				v = "NULL"
			}
			parts = append(parts, fmt.Sprint(v))
		}
		want = append(want, strings.Join(parts, " "))
	}
	return linesDiff(got, want)
}

// linesDiff compares two lists whatever their order.
func linesDiff(got, want []string) []string {
	sort.Strings(got)
	sort.Strings(want)
	if strings.Join(got, "\n") == strings.Join(want, "\n") {
		return nil
	}
	return []string{"got", strings.Join(got, "\n"), "expected", strings.Join(want, "\n")}
}

func TestGoldenPolicyEnquiry(t *testing.T) {
	calls := enquiryCalls(t, "policy_enquiry")
	goldenRun(t, "policy_enquiry", func(t *testing.T, c *goldenCase) []string {
		return enquiryDiff(t, c, calls[c.ID], LegacyRules)
	})
}

// eligibilityLine writes an answer as the procedure's output says it.
func eligibilityLine(e Eligibility) string {
	count := func(n *int) string {
		if n == nil {
			return "NULL"
		}
		return fmt.Sprint(*n)
	}
	day := func(d *persistence.Date) string {
		if d == nil {
			return "NULL"
		}
		return d.String()
	}
	out := []string{day(e.Service.Earliest), day(e.Item.Earliest), count(e.Service.Left), count(e.Item.Left), fmt.Sprint(e.Service.OK), fmt.Sprint(e.Item.OK)}
	if p := e.Totals; p != nil {
		out = append(out, fmt.Sprint(p.ProdID))
		for _, n := range []*int{p.Admissions, p.Visits, p.Consultations, p.Surgeries, p.Deliveries, p.Antenatal} {
			out = append(out, count(n))
		}
		for _, d := range []*decimal.Decimal{p.ConsultationAmount, p.SurgeryAmount, p.DeliveryAmount, p.HospitalizationAmount, p.AntenatalAmount} {
			out = append(out, cash(d))
		}
	}
	return strings.Join(out, " ")
}

func goldenAsked(code string, known map[string]Asked) *Asked {
	if code == "" {
		return nil
	}
	a := known[code]
	return &a
}

func goldenEligibility(t *testing.T, c *goldenCase, call enquiryCall) *EligibilityFile {
	t.Helper()
	cover, r := goldenCover(t, c, call.CHFID)
	known := map[string]Asked{}
	for i := range r.RegisterItems {
		if row := &r.RegisterItems[i]; row.ValidityTo == nil {
			known[row.ItemCode] = Asked{Ware: Ware{ItemKind, row.ItemID}, Known: true}
		}
	}
	for i := range r.RegisterServices {
		if row := &r.RegisterServices[i]; row.ValidityTo == nil {
			known[row.ServCode] = Asked{Ware: Ware{ServiceKind, row.ServiceID}, Known: true, Category: text(row.ServCategory)}
		}
	}
	f := &EligibilityFile{CoverFile: *cover, Service: goldenAsked(call.ServiceCode, known), Item: goldenAsked(call.ItemCode, known)}
	for i := range r.ProductItems {
		f.Benefits = append(f.Benefits, benefitOfItem(&r.ProductItems[i]))
	}
	for i := range r.ProductServices {
		f.Benefits = append(f.Benefits, benefitOfService(&r.ProductServices[i]))
	}
	if f.Insuree != nil {
		f.Claims = usedClaims(f.Insuree.InsureeID, r.Claims, r.Items, r.Services)
	}
	return f
}

func eligibilityDiff(t *testing.T, c *goldenCase, call enquiryCall, book RuleBook) []string {
	t.Helper()
	got := eligibilityLine(CheckEligibility(goldenEligibility(t, c, call), book))
	var want map[string]any
	if err := json.Unmarshal(c.Then["result"], &want); err != nil {
		t.Fatal(err)
	}
	var parts []string
	for _, name := range []string{"MinDateService", "MinDateItem", "ServiceLeft", "ItemLeft", "isServiceOK", "isItemOK"} {
		parts = append(parts, goldenText(want[name]))
	}
	for _, row := range want["totals"].([]any) {
		for _, name := range []string{"ProdId", "TotalAdmissionsLeft", "TotalVisitsLeft", "TotalConsultationsLeft", "TotalSurgeriesLeft", "TotalDelivieriesLeft", "TotalAntenatalLeft",
			"ConsultationAmountLeft", "SurgeryAmountLeft", "DeliveryAmountLeft", "HospitalizationAmountLeft", "AntenatalAmountLeft"} {
			parts = append(parts, goldenText(row.(map[string]any)[name]))
		}
	}
	return linesDiff([]string{got}, []string{strings.Join(parts, " ")})
}

func TestGoldenEligibility(t *testing.T) {
	calls := enquiryCalls(t, "eligibility")
	goldenRun(t, "eligibility", func(t *testing.T, c *goldenCase) []string {
		return eligibilityDiff(t, c, calls[c.ID], LegacyRules)
	})
}

// TestGoldenEnquiryCorrected traces each difference of the corrected book to entries of
// the table: with those entries alone on the legacy side the result is the golden one.
func TestGoldenEnquiryCorrected(t *testing.T) {
	named := map[string][]Entry{
		"policy_enquiry": {DeductibleBelowZero, CeilingNeedsThreshold, CapWithoutExtras, OneKindForBoth, ZeroIsDefined, OtherPolicyHides, ClosedBookingsCount},
		"eligibility":    {OtherUsageCounts, NothingUsedUnlimited, OtherClaimsHideCover, LinesCountAsClaims, UnknownIsEligible, WaitingUnknown, OverStillCovers, TotalsOfFirstProduct, AdultByCalendarYear},
	}
	for file, diff := range map[string]func(*testing.T, *goldenCase, enquiryCall, RuleBook) []string{"policy_enquiry": enquiryDiff, "eligibility": eligibilityDiff} {
		t.Run(file, func(t *testing.T) {
			calls, cases, differ := enquiryCalls(t, file), goldenCases(t, file), 0
			onLegacy := CorrectedRules
			for _, e := range named[file] {
				onLegacy.legacy[e] = true
			}
			for i := range cases {
				c := &cases[i]
				if len(c.DependsOn) > 0 || diff(t, c, calls[c.ID], CorrectedRules) == nil {
					continue
				}
				differ++
				if left := diff(t, c, calls[c.ID], onLegacy); left != nil {
					t.Errorf("%s is explained by no entry:\n%s", c.ID, strings.Join(left, "\n"))
				}
				var why []string
				for _, e := range named[file] {
					one := LegacyRules
					one.legacy[e] = false
					if diff(t, c, calls[c.ID], one) != nil {
						why = append(why, Entries[e].Name)
					}
				}
				if len(why) == 0 {
					t.Errorf("%s %s: no single entry makes the difference", c.ID, c.Title)
				}
				t.Logf("%s %s: %s", c.ID, c.Title, strings.Join(why, ", "))
			}
			t.Logf("%d of %d differ", differ, len(cases))
		})
	}
}
