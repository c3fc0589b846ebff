package path_test

import "testing"

// http://hl7.org/fhirpath/N1/#operations

func TestEquality(t *testing.T) {
	check(t, []example{
		{"1 = 1.0", "true"},
		{"1 != 2", "true"},
		{"'a' = 'A'", "false"},
		{"'a' = 1", "false"},
		{"true = 'true'", "false"},
		{"{} = {}", ""},
		{"1 = {}", ""},
		{"(1 | 2) = (1 | 2)", "true"},
		{"(1 | 2) = (2 | 1)", "false"},
		{"(1 | 2) = 1", "false"},
		{"(@2020 | @2021) = (@2020-01 | @2022)", "false"},
		{"Patient.name = Patient.name", "true"},
		{"Patient.name[0] = Patient.name[1]", "false"},
		{"Patient.birthDate = @1980-02-29", "true"},
		{"Patient.birthDate = @1980-02", ""},
		{"Patient.birthDate = @1981", "false"},
		{"Patient.birthDate = '1980-02-29'", "true"},
		{"'1980-02-29' = Patient.birthDate", "true"},
		{"Patient.birthDate != @T10:00", "true"},
		{"@2020-01-01T10:00:00 = @2020-01-01T10:00:00.000", "true"},
		{"@2020-01-01T10:00:00Z = @2020-01-01T13:00:00+03:00", "true"},
		{"@2020-01-01T10:00:00Z = @2020-01-01T10:00:00", ""},
		{"@2020-01-01T10:00:00Z = @2020-01-03T10:00:00", "false"},
		{"@T10:00 = @T10:00:00", ""},
		{"1 'g' = 1000 'mg'", "true"},
		{"1 'g' = 1 'm'", "false"},
		{"1 '[lb_av]' = 453.59237 'g'", "true"},
		{"1 'wk' = 7 days", "true"},
		{"1 year = 12 months", "true"},
		{"1 year = 1 'a'", ""},
		{"1 month = 30 days", ""},
		{"1 'parsec' = 1 'm'", ""},
		{"1 'parsec' = 1 'parsec'", "true"},
		{"1 'L' = 1000 'cm3'", "true"},
		{"100 '%' = 1", "true"},
		{"Patient.extension('http://x/income').value = 1.5005 'kg'", "true"},
		{"Patient.extension('http://x/age').value = 44 years", "true"},
		{"1 ~ 1.0", "true"},
		{"1.1 ~ 1", "true"},
		{"1.6 ~ 1", "false"},
		{"'A  b' ~ 'a B'", "true"},
		{"{} ~ {}", "true"},
		{"{} ~ 1", "false"},
		{"(1 | 2) ~ (2 | 1)", "true"},
		{"(1 | 2) !~ (2 | 3)", "true"},
		{"@2020 ~ @2020-01", "false"},
		{"4 'g' ~ 4040 'mg'", "true"},
		{"1 year ~ 1 'a'", "true"},
		{"Patient.name ~ Patient.name", "true"},
	})
}

func TestComparison(t *testing.T) {
	check(t, []example{
		{"1 < 1.5", "true"},
		{"'a' < 'b'", "true"},
		{"'a' >= 'b'", "false"},
		{"{} < 1", ""},
		{"@2020-02 < @2020-02-01", ""},
		{"@2020-01 < @2020-02-01", "true"},
		{"@2020-01-01T10:00:00+03:00 < @2020-01-01T08:00:00Z", "true"},
		{"@T10:30 <= @T10:31", "true"},
		{"999 'g' < 1 'kg'", "true"},
		{"1 'kg' > 1 'm'", ""},
		{"8 days > 1 week", "true"},
		{"50 '%' < 1", "true"},
		{"1 < 2 'g'", ""},
		{"Patient.birthDate > @1980-01-01", "true"},
		{"Patient.birthDate < '1980-03'", "true"},
		{"Patient.multipleBirth >= 2 and Patient.active", "true"},
	})
}

// Three values: true, false and unknown, which is empty.
func TestLogic(t *testing.T) {
	check(t, []example{
		{"true and true", "true"}, {"true and false", "false"}, {"true and {}", ""}, {"{} and false", "false"}, {"{} and {}", ""},
		{"false or true", "true"}, {"false or false", "false"}, {"false or {}", ""}, {"{} or true", "true"},
		{"true xor false", "true"}, {"true xor true", "false"}, {"true xor {}", ""},
		{"true implies false", "false"}, {"true implies {}", ""}, {"false implies {}", "true"}, {"{} implies true", "true"}, {"{} implies false", ""},
		{"'text' and true", "true"},
		{"false and Patient.name.single().exists()", "false"},
	})
}

func TestMembership(t *testing.T) {
	check(t, []example{
		{"'a' in ('a' | 'b')", "true"},
		{"1 in {}", "false"},
		{"{} in (1 | 2)", ""},
		{"(1 | 2) contains 2.0", "true"},
		{"{} contains 1", "false"},
		{"Patient.gender in ('male' | 'female')", "true"},
	})
}

func TestArithmetic(t *testing.T) {
	check(t, []example{
		{"2 + 3 * 4 - 1", "13"},
		{"(2 + 3) * 4", "20"},
		{"-2 + 3", "1"},
		{"- 2 * -3", "6"},
		{"0.1 + 0.2", "0.3"},
		{"2147483647 + 1", ""},
		{"1 / 3", "0.3333333333333333"},
		{"4 / 2", "2"},
		{"7 / 0", ""},
		{"7 div 2", "3"},
		{"-7 div 2", "-3"},
		{"7.5 div 2", "3"},
		{"7 div 0 | 7 mod 0 | 7.5 mod 0", ""},
		{"7 mod 2", "1"},
		{"2.2 mod 1.8", "0.4"},
		{"'a' + 'b'", "ab"},
		{"'a' + {}", ""},
		{"'a' & {} & 'b'", "ab"},
		{"Patient.multipleBirth + 1", "3"},
		{"1 'kg' + 500 'g'", "1.5 'kg'"},
		{"1 'kg' - 1 'm'", ""},
		{"2 'cm' * 3 'cm' = 6 'cm2'", "true"},
		{"2 * 3 'cm'", "6 'cm'"},
		{"6 'g' / 2 'L' = 3 'g/L'", "true"},
		{"6 'g' / 3", "2 'g'"},
		{"6 'kg' / 3 'g'", "2000 '1'"},
		{"6 'kg' / 0 'g'", ""},
		{"1 '10*24' / 0.000001", "1000000000000000000000000000000 '1'"},
		{"6 'TAB' / 2 'TAB'", "3 '1'"},
	})
}

func TestDateArithmetic(t *testing.T) {
	check(t, []example{
		{"@2020-01-31 + 1 month", "2020-02-29"},
		{"@2020-02-29 + 1 year", "2021-02-28"},
		{"@2020-03-31 - 13 months", "2019-02-28"},
		{"@2020-01-01 + 7.9 days", "2020-01-08"},
		{"@2020-01-01 + 1 week", "2020-01-08"},
		{"@2020-01-01 + 1 'wk'", "2020-01-08"},
		{"@2020-01-01 + 47 hours", "2020-01-02"},
		{"@2020 + 23 months", "2021"},
		{"@2020 + 800 days", "2022"},
		{"@2020-01 + 65 days", "2020-03"},
		{"@2020-01-01T10:00 + 90 seconds", "2020-01-01T10:01"},
		{"@2020-01-01T23:59:59.9Z + 200 milliseconds", "2020-01-02T00:00:00.100Z"},
		{"@2020-01-01T00:00:00 - 1 's'", "2019-12-31T23:59:59"},
		{"@T23:30 + 1 hour", "00:30"},
		{"@9999-12-31 + 1 day", ""},
		{"@0001-01-01 - 1 year", ""},
		{"@2020-01-01 + {}", ""},
		{"Patient.birthDate + 18 years <= today()", "true"},
	})
}

func TestPrecedence(t *testing.T) {
	check(t, []example{
		{"1 + 2 * 3 = 7 and true", "true"},
		{"(1 | 1 is Integer).count()", "2"},
		{"true or false and false", "true"},
		{"false implies false implies false", "false"},
		{"1 | 2 = 2 | 1", "false"},
		{"'a' & 'b' = 'ab'", "true"},
		{"-Patient.name.count() = -2", "true"},
		{"1 in (1 | 2) and 'contains'.contains('in')", "true"},
	})
}
