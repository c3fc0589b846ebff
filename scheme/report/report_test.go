package report

import (
	"fmt"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/persistence"
)

// Every report has what the door, the UI and the writers of files ask of it.
func TestReportsAreWhole(t *testing.T) {
	names := map[string]bool{}
	for _, r := range All() {
		if names[r.Name] || Named(r.Name).Title != r.Title || r.Title == "" || r.Module == "" || r.Right < 131201 || r.Right > 131223 {
			t.Errorf("%s: %+v", r.Name, r)
		}
		names[r.Name] = true
		given, columns := map[string]bool{}, map[string]bool{}
		for _, p := range r.Parameters {
			if given[p.Name] || p.Title == "" {
				t.Errorf("%s: parameter %q", r.Name, p.Name)
			}
			given[p.Name] = true
		}
		for _, c := range r.Columns {
			if columns[c.Name] || c.Title == "" || c.Total && c.Kind != Number && c.Kind != Money {
				t.Errorf("%s: column %q", r.Name, c.Name)
			}
			columns[c.Name] = true
		}
	}
	if len(names) != 17 || Named("none") != nil {
		t.Errorf("%d reports", len(names))
	}
}

func TestTotals(t *testing.T) {
	table := Table{Columns: []Column{{Name: "a"}, {Name: "n", Kind: Number, Total: true}, {Name: "m", Kind: Money, Total: true}, {Name: "s", Kind: Share}}}
	table.Rows = [][]any{{"x", 2, decimal.New(5, -1), nil}, {"y", nil, nil, nil}}
	if got := fmt.Sprint(table.Totals()); got != "[<nil> 2 0.5 <nil>]" {
		t.Error(got)
	}
	table.Rows = table.Rows[:1]
	if table.Totals() != nil {
		t.Error("one row has a total")
	}
}

// Of what was paid for a policy the registration comes first, then the assembly.
func TestCategories(t *testing.T) {
	money := func(text string) *decimal.Decimal {
		d := decimal.RequireFromString(text)
		return &d
	}
	lump := &persistence.Product{RegistrationLumpSum: money("500"), RegistrationFee: money("9"), GeneralAssemblyLumpSum: money("100")}
	each := &persistence.Product{RegistrationLumpSum: money("0"), RegistrationFee: money("20.50"), GeneralAssemblyFee: money("10")}
	for _, c := range []struct {
		name    string
		product *persistence.Product
		isNew   bool
		members int
		paid    string
		want    string
	}{
		{"paid in full", lump, true, 4, "2000", "[500 100 1400]"},
		{"a renewal", lump, false, 4, "2000", "[0 100 1900]"},
		{"not enough", lump, true, 4, "550", "[500 50 0]"},
		{"by head", each, true, 3, "1000", "[61.5 30 908.5]"},
		{"nobody insured", each, true, 0, "1000", "[0 0 1000]"},
		{"no fees", &persistence.Product{}, true, 3, "10", "[0 0 10]"},
		{"no product", nil, true, 3, "10", "[0 0 10]"},
		{"paid back", lump, true, 3, "-10", "[0 0 -10]"},
	} {
		if got := fmt.Sprint(categories(c.product, c.isNew, c.members, decimal.RequireFromString(c.paid))); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestMonths(t *testing.T) {
	for _, c := range []struct {
		year, month, quarter int
		want                 string
	}{
		{2024, 2, 0, "[[2024-02-01 2024-02-29]]"},
		{2025, 0, 1, "[[2025-01-01 2025-01-31] [2025-02-01 2025-02-28] [2025-03-01 2025-03-31]]"},
		{2025, 12, 1, "[[2025-12-01 2025-12-31]]"},
	} {
		if got := fmt.Sprint(monthsOf(c.year, c.month, c.quarter)); got != c.want {
			t.Errorf("%v: %s", c, got)
		}
	}
	if n := len(monthsOf(2025, 0, 0)); n != 12 {
		t.Errorf("%d months", n)
	}
}
