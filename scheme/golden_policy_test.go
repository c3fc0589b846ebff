package scheme

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/persistence"
)

func init() {
	goldenFixed["tblPolicyRenewals"] = map[string]any{"RenewalPromptDate": "2010-01-01"}
}

// goldenPolicyCall are the parameters of the procedures on policies.
type goldenPolicyCall struct {
	Procedure                          string
	ProdID, FamilyID, PolicyID         int
	PreviousPolicyID, InsureeID        int
	EnrolDate, EnrollDate, PolicyStage string
	Activate                           bool
	RemindingInterval                  *int
	More                               string
}

// goldenPolicyCalls reads the calls of a file by case.
func goldenPolicyCalls(t *testing.T, file string) map[string]goldenPolicyCall {
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
		Call goldenPolicyCall
	}
	if err := json.Unmarshal(raw, &cases); err != nil {
		t.Fatal(err)
	}
	calls := map[string]goldenPolicyCall{}
	for _, c := range cases {
		calls[c.ID] = c.Call
	}
	return calls
}

// goldenPolicyWorld are the rows the rules on policies read.
type goldenPolicyWorld struct {
	products []persistence.Product
	families []persistence.Family
	insurees []persistence.Insuree
	policies []persistence.Policy
	premiums []persistence.Premium
	officers []persistence.Officer
	prompts  []persistence.PolicyRenewal
}

func goldenPolicyRows(t *testing.T, c *goldenCase) *goldenPolicyWorld {
	t.Helper()
	w := &goldenPolicyWorld{}
	goldenRows(t, c, &w.products)
	goldenRows(t, c, &w.families)
	goldenRows(t, c, &w.insurees)
	goldenRows(t, c, &w.policies)
	goldenRows(t, c, &w.premiums)
	goldenRows(t, c, &w.officers)
	goldenRows(t, c, &w.prompts)
	return w
}

func (w *goldenPolicyWorld) policy(t *testing.T, id int) *persistence.Policy {
	t.Helper()
	for i := range w.policies {
		if w.policies[i].PolicyID == id {
			return &w.policies[i]
		}
	}
	t.Fatalf("policy %d is not given", id)
	return nil
}

func (w *goldenPolicyWorld) product(t *testing.T, id int) *persistence.Product {
	t.Helper()
	for i := range w.products {
		if w.products[i].ProdID == id {
			return &w.products[i]
		}
	}
	t.Fatalf("product %d is not given", id)
	return nil
}

// members gives the insurees of a family, those of none for family 0.
func (w *goldenPolicyWorld) members(family int) (members []persistence.Insuree) {
	for _, m := range w.insurees {
		if number(m.FamilyID) == family {
			members = append(members, m)
		}
	}
	return members
}

func goldenDay(t *testing.T, text string) persistence.Date {
	t.Helper()
	day, err := persistence.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return day
}

// goldenResult compares the answer of a procedure; what is not in got is not compared.
func goldenResult(t *testing.T, c *goldenCase, got map[string]string) (diffs []string) {
	t.Helper()
	var want map[string]any
	if err := json.Unmarshal(c.Then["result"], &want); err != nil {
		t.Fatal(err)
	}
	for name, value := range got {
		if w := goldenText(want[name]); w != value {
			diffs = append(diffs, fmt.Sprintf("%s is %s, expected %s", name, value, w))
		}
	}
	return diffs
}

// goldenNew compares the rows a procedure inserted with those the rules made.
func goldenNew[R any](t *testing.T, c *goldenCase, table, id, key string, rows []R) []string {
	t.Helper()
	var all, fresh []map[string]any
	if err := json.Unmarshal(c.Then[table], &all); err != nil {
		t.Fatal(err)
	}
	for _, row := range all {
		if row[id] == "<new>" {
			delete(row, id)
			fresh = append(fresh, row)
		}
	}
	if len(fresh) != len(rows) {
		return []string{fmt.Sprintf("%d new rows of %s, expected %d", len(rows), table, len(fresh))}
	}
	raw, err := json.Marshal(fresh)
	if err != nil {
		t.Fatal(err)
	}
	copied := *c
	copied.Then = map[string]json.RawMessage{table: raw}
	return goldenDiff(t, &copied, key, rows)
}

// goldenPolicyRun runs a file under the legacy book, and then under the corrected one:
// what differs there must be traced to entries of the book.
func goldenPolicyRun(t *testing.T, file string, run func(t *testing.T, c *goldenCase, call goldenPolicyCall, book RuleBook) []string) {
	calls := goldenPolicyCalls(t, file)
	goldenRun(t, file, func(t *testing.T, c *goldenCase) []string { return run(t, c, calls[c.ID], LegacyRules) })
	t.Run("corrected", func(t *testing.T) {
		traced := map[string][]string{}
		for _, c := range goldenCases(t, file) {
			if goldenNever[c.ID] != "" || len(c.DependsOn) > 0 {
				continue
			}
			diffs := run(t, &c, calls[c.ID], CorrectedRules)
			if len(diffs) == 0 {
				continue
			}
			entries := goldenTrace(t, func(book RuleBook) bool { return len(run(t, &c, calls[c.ID], book)) == 0 })
			if entries == "" {
				t.Errorf("%s %s: no entry explains\n%s", c.ID, c.Title, strings.Join(diffs, "\n"))
			}
			traced[entries] = append(traced[entries], c.ID)
		}
		for entries, ids := range traced {
			t.Logf("%s: %v differ by %s", file, ids, entries)
		}
	})
}

// goldenTrace finds the entries, one or two, that make a case pass when the corrected
// book follows the procedures in them; "" when none do.
func goldenTrace(t *testing.T, passes func(book RuleBook) bool) string {
	t.Helper()
	for i, first := range Entries {
		for _, second := range Entries[i:] {
			book, err := NewRuleBook("corrected", map[string]string{first.Name: "legacy", second.Name: "legacy"})
			if err != nil {
				t.Fatal(err)
			}
			if passes(book) {
				if single, _ := NewRuleBook("corrected", map[string]string{second.Name: "legacy"}); passes(single) {
					return second.Name
				}
				if single, _ := NewRuleBook("corrected", map[string]string{first.Name: "legacy"}); passes(single) {
					return first.Name
				}
				return first.Name + " and " + second.Name
			}
		}
	}
	return ""
}

func goldenDate(d *persistence.Date) string {
	if d == nil {
		return "NULL"
	}
	return d.String()
}

func TestGoldenPolicyPeriod(t *testing.T) {
	goldenPolicyRun(t, "policy_period", func(t *testing.T, c *goldenCase, call goldenPolicyCall, book RuleBook) []string {
		w := goldenPolicyRows(t, c)
		if call.Procedure == "uspLastDateForPayment" {
			p := w.policy(t, call.PolicyID)
			return goldenResult(t, c, map[string]string{"LastDate": goldenDate(LastDateForPayment(p, w.product(t, p.ProdID), book))})
		}
		period, err := PolicyPeriod(w.product(t, call.ProdID), goldenDay(t, call.EnrolDate), call.PolicyStage)
		if err != nil {
			t.Fatal(err)
		}
		return goldenResult(t, c, map[string]string{
			"StartDate": period.Start.String(), "ExpiryDate": period.Expiry.String(), "HasCycle": strconv.FormatBool(period.Cycle),
		})
	})
}

// goldenPricing gives what the price of a call depends on.
func goldenPricing(t *testing.T, w *goldenPolicyWorld, call goldenPolicyCall) *Pricing {
	t.Helper()
	q := &Pricing{ProdID: call.ProdID, Versions: w.products, Stage: call.PolicyStage, Today: goldenNow.Date()}
	family := call.FamilyID
	if call.PolicyID != 0 {
		p := w.policy(t, call.PolicyID)
		q.ProdID, q.Enrolled, family = p.ProdID, p.EnrollDate, p.FamilyID
	} else {
		q.Enrolled = goldenDay(t, call.EnrollDate)
	}
	if call.PreviousPolicyID != 0 {
		q.Before = w.policy(t, call.PreviousPolicyID).ExpiryDate
	}
	q.Members = w.members(family)
	return q
}

func TestGoldenPolicyValue(t *testing.T) {
	goldenPolicyRun(t, "policy_value", func(t *testing.T, c *goldenCase, call goldenPolicyCall, book RuleBook) []string {
		w := goldenPolicyRows(t, c)
		price, err := PricePolicy(goldenPricing(t, w, call), book)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]string{"ErrorCode": strconv.Itoa(int(price.Fault))}
		if price.Fault != ProductUnknown { // then there is no value to speak of
			got["PolicyValue"] = price.Value.StringFixed(2)
			got["ReturnValue"] = price.Value.Truncate(0).String()
		}
		return goldenResult(t, c, got)
	})
}

func TestGoldenAddInsureePolicy(t *testing.T) {
	goldenPolicyRun(t, "add_insuree_policy", func(t *testing.T, c *goldenCase, call goldenPolicyCall, book RuleBook) []string {
		w := goldenPolicyRows(t, c)
		family := 0
		for _, m := range w.insurees {
			if m.InsureeID == call.InsureeID {
				family = number(m.FamilyID)
			}
		}
		var covers []persistence.InsureePolicy
		for i := range w.policies {
			p := &w.policies[i]
			if p.FamilyID != family || p.ValidityTo != nil {
				continue
			}
			members := w.members(family)
			price, err := PricePolicy(&Pricing{ProdID: p.ProdID, Versions: w.products, Members: members, Stage: policyStage(p), Enrolled: p.EnrollDate, Today: goldenNow.Date()}, book)
			if err != nil {
				t.Fatal(err)
			}
			q := &Covering{
				Policy: p, Members: liveMembers(members), Most: w.product(t, p.ProdID).MemberCount,
				Price: price, Paid: paidFor(w.premiums, p.PolicyID), Activate: call.Activate,
			}
			if cover := CoverMember(q, call.InsureeID, book); cover != nil {
				covers = append(covers, *cover)
			}
		}
		return goldenNew(t, c, "tblInsureePolicy", "InsureePolicyId", "PolicyId", covers)
	})
}

func TestGoldenPolicyStatus(t *testing.T) {
	goldenPolicyRun(t, "policy_status", func(t *testing.T, c *goldenCase, _ goldenPolicyCall, _ RuleBook) []string {
		w := goldenPolicyRows(t, c)
		for i := range w.policies {
			ExpirePolicy(&w.policies[i], goldenNow.Date())
		}
		return goldenDiff(t, c, "PolicyID", w.policies)
	})
}

// goldenRenewalFilter reads the parameters a call lists as text.
func goldenRenewalFilter(t *testing.T, call goldenPolicyCall) *RenewalFilter {
	t.Helper()
	filter := &RenewalFilter{Days: 14} // the settings row of the cases
	if call.RemindingInterval != nil {
		filter.Days = *call.RemindingInterval
	}
	for _, part := range strings.Split(call.More, ",") {
		name, value, _ := strings.Cut(strings.TrimPrefix(part, "@"), "=")
		n, _ := strconv.Atoi(value)
		switch name {
		case "RegionId":
			filter.Region = &n
		case "DistrictId":
			filter.District = &n
		case "WardId":
			filter.Ward = &n
		case "VillageId":
			filter.Village = &n
		case "OfficerId":
			filter.Officer = &n
		case "DateFrom":
			filter.From = ptr(goldenDay(t, strings.Trim(value, "'")))
		case "DateTo":
			filter.To = ptr(goldenDay(t, strings.Trim(value, "'")))
		case "":
		default:
			t.Fatalf("parameter %s is not known", part)
		}
	}
	return filter
}

// goldenTree are the places every case has: a village in a ward, a district and a region.
func goldenTree() (places []persistence.Location) {
	for i, level := range []string{"R", "D", "W", "V"} {
		place := persistence.Location{LocationID: 101 + i, LocationType: level}
		if i > 0 {
			place.ParentLocationID = ptr(100 + i)
		}
		places = append(places, place)
	}
	return places
}

func TestGoldenPolicyRenewals(t *testing.T) {
	goldenPolicyRun(t, "policy_renewals", func(t *testing.T, c *goldenCase, call goldenPolicyCall, book RuleBook) []string {
		w := goldenPolicyRows(t, c)
		rows := &RenewalRows{Policies: w.policies, Products: w.products, Officers: w.officers, Families: w.families, Insurees: w.insurees, Places: goldenTree(), Prompts: w.prompts}
		var prompts []persistence.PolicyRenewal
		var photos []persistence.PolicyRenewalDetail
		for _, prompt := range PlanRenewals(rows, goldenRenewalFilter(t, call), goldenNow.Date(), book) {
			prompts, photos = append(prompts, prompt.Renewal), append(photos, prompt.Photos...)
		}
		diffs := goldenNew(t, c, "tblPolicyRenewals", "RenewalID", "PolicyID", prompts)
		return append(diffs, goldenNew(t, c, "tblPolicyRenewalDetails", "RenewalDetailID", "InsureeID", photos)...)
	})
}

func TestGoldenInsuranceNumber(t *testing.T) {
	goldenRun(t, "insurance_number", func(t *testing.T, c *goldenCase) []string {
		var result struct{ CHFID string }
		if err := json.Unmarshal(c.Then["result"], &result); err != nil {
			t.Fatal(err)
		}
		if err := CHFNumber.Check(result.CHFID); err != nil {
			return []string{result.CHFID + ": " + err.Error()}
		}
		return nil
	})
}
