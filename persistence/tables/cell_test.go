package tables

import (
	"strings"
	"testing"
	"time"

	"github.com/openimis/openimis-go/persistence"
)

func TestCell(t *testing.T) {
	c := &cells{now: persistence.At(time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC))}
	for _, test := range []struct {
		name, table, column, text string
		quoted                    bool
		want                      any
		problem                   string
	}{
		{"NULL where it may be", "tblInsuree", "CHFID", `\N`, false, nil, ""},
		{"quoted it is text", "tblInsuree", "CHFID", `\N`, true, `\N`, ""},
		{"NULL becomes the default", "tblClaim", "ClaimStatus", `\N`, false, int64(2), ""},
		{"NULL without default", "tblInsuree", "LastName", `\N`, false, nil, "needs a value"},
		{"quoted default", "tblPolicy", "PolicyStage", "R", false, "R", ""},
		{"now", "tblInsuree", "ValidityFrom", "@now", false, "2026-03-04T05:06:07.000", ""},
		{"now as a day", "tblInsuree", "DOB", "@now", false, "2026-03-04", ""},
		{"now where no date stands", "tblInsuree", "LastName", "@now", false, nil, "no date"},
		{"new id where no UUID stands", "tblInsuree", "LastName", "@newid", false, nil, "no UUID"},
		{"0 refers to nothing", "tblClaim", "FeedbackID", "0", false, nil, ""},
		{"0 in a logical reference", "tblInsuree", "CurrentVillage", "0", false, nil, ""},
		{"0 where a number is needed", "tblFamilies", "InsureeID", "0", false, int64(0), ""},
		{"blank code refers to nothing", "tblInsuree", "TypeOfId", " ", false, nil, ""},
		{"blank code that is no reference stays", "tblServices", "ServCategory", " ", false, " ", ""},
		{"number too large", "tblClaim", "ClaimStatus", "256", false, nil, "not between 0 and 255"},
		{"no number", "tblClaim", "ClaimID", "1x", false, nil, `"1x" is not a whole number`},
		{"yes", "tblInsuree", "IsHead", "1", false, true, ""},
		{"a digit for a bit", "tblPayment", "SmsRequired", "true", false, "1", ""},
		{"perhaps", "tblInsuree", "IsHead", "2", false, nil, "neither 0 nor 1"},
		{"money", "tblPremium", "Amount", "0010.50", false, "10.5", ""},
		{"negative money", "tblPremium", "Amount", "-0.10", false, "-0.1", ""},
		{"no negative zero", "tblPremium", "Amount", "-0.00", false, "0", ""},
		{"fine money", "tblPremium", "Amount", "1.005", false, nil, "more than 2 digits after the point"},
		{"too much money", "tblPremium", "Amount", "99999999999999999", false, nil, "more than 16 digits before"},
		{"exponent", "tblPremium", "Amount", "1e3", false, nil, "not a number"},
		{"date", "tblInsuree", "DOB", "2020-02-29", false, "2020-02-29", ""},
		{"date with a time", "tblClaim", "DateProcessed", "2019-04-22T06:52:00", false, "2019-04-22", ""},
		{"no such day", "tblInsuree", "DOB", "2021-02-29", false, nil, "not a date that exists"},
		{"before SQL Server's time", "tblInsuree", "DOB", "0001-01-01", false, nil, "not between the years"},
		{"moment", "tblInsuree", "ValidityFrom", "2018-03-27 06:43:15.817", false, "2018-03-27T06:43:15.817", ""},
		{"UUID in capitals", "tblInsuree", "InsureeUUID", "0539AFEB-21A1-4B3F-9478-23E6F41B0024", false, "0539afeb-21a1-4b3f-9478-23e6f41b0024", ""},
		{"no UUID", "tblInsuree", "InsureeUUID", "0539afeb", false, nil, "not a UUID"},
		{"UUID without dashes", "core_User", "id", "0539AFEB21A14B3F947823E6F41B0024", false, "0539afeb21a14b3f947823e6f41b0024", ""},
		{"too long", "tblGender", "Code", "MF", false, nil, "has 2 characters, the column holds 1"},
		{"length counts characters", "tblGender", "Code", "é", false, "é", ""},
		{"no JSON", "tblInsuree", "JsonExt", "{", false, nil, "not JSON"},
		{"empty JSON", "tblInsuree", "JsonExt", "", false, nil, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, problem := c.value(Named(test.table).Column(test.column), Field{Text: test.text, Quoted: test.quoted})
			if got != test.want || (problem == "") != (test.problem == "") || !strings.Contains(problem, test.problem) {
				t.Errorf("got %v, %q; want %v, %q", got, problem, test.want, test.problem)
			}
		})
	}
}

// Every reference of every model points to the key of a table that exists.
func TestReferencesPointToKeys(t *testing.T) {
	for _, table := range All() {
		for _, column := range table.Columns {
			if column.Refers == nil {
				continue
			}
			target := Named(column.Refers.Table)
			if target == nil || target.Key == nil || !strings.EqualFold(target.Key.Name, column.Refers.Column) {
				t.Errorf("%s.%s points to %v, which is no key", table.Name, column.Name, *column.Refers)
			}
		}
	}
	for name := range logical {
		table, column, _ := strings.Cut(name, ".")
		if Named(table) == nil || Named(table).Column(column) == nil || Named(table).Column(column).Name != column {
			t.Errorf("%s is in the list of logical references but no column", name)
		}
	}
}
