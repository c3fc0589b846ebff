package main

import (
	"fmt"
	"go/format"
	"slices"
	"strings"
	"testing"
)

func TestEachComparisonHasItsNeighbours(t *testing.T) {
	for _, c := range []struct {
		expression string
		want       []string
	}{
		{"a == b", []string{"a == b -> a != b"}},
		{"a != nil", []string{"a != nil -> a == nil"}},
		{"a < b", []string{"a < b -> a <= b"}},
		{"a >= b", []string{"a >= b -> a > b"}},
		{"a && b", []string{"a && b -> a || b"}},
		{"a < 1 || b", []string{"a < 1 || b -> a < 1 && b", "a < 1 -> a <= 1"}},
		{"a && b && c", []string{"… b && c -> … b || c", "a && b -> a || b"}},
		{"a.LessThan(b)", []string{"a.LessThan(b) -> a.LessThanOrEqual(b)"}},
		{"a.GreaterThanOrEqual(b)", []string{"a.GreaterThanOrEqual(b) -> a.GreaterThan(b)"}},
		{"a.Equal(b)", []string{"a.Equal(b) -> !a.Equal(b)"}},
		{"a.Before(b)", []string{"a.Before(b) -> !a.After(b)", "a.Before(b) -> !a.Before(b)"}},
		{"!a.After(b)", []string{"a.After(b) -> !a.Before(b)", "a.After(b) -> !a.After(b)"}},
		{"a.IsZero()", []string{"a.IsZero() -> !a.IsZero()"}},
		{"a.IsPositive()", []string{"a.IsPositive() -> !a.IsPositive()", "a.IsPositive() -> !a.IsNegative()"}},
		{"f(a == b).Equal(c)", []string{"f(a == b).Equal(c) -> !f(a == b).Equal(c)", "a == b -> a != b"}},
		{"slices.Equal(a, b)", nil},
		{"bytes.Equal(a)", nil},
		{"a + b*c", nil},
	} {
		s, err := parse("x.go", []byte("package scheme\n\nimport \"bytes\"\n\nfunc f() {\n\t_ = "+c.expression+"\n}\n"), 7)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := format.Source([]byte(s.choices())); err != nil {
			t.Errorf("%s becomes no Go: %v\n%s", c.expression, err, s.choices())
		}
		s, _ = parse("x.go", s.text, 7)
		s.choices()
		var got []string
		for _, m := range s.mutants {
			got = append(got, strings.TrimPrefix(m.name(), "x.go f: "))
			if m.line != 6 || m.site < 7 || m.change < 1 {
				t.Errorf("%s: %+v", c.expression, m)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.expression, got, c.want)
		}
	}
}

func TestAlikeMutantsAreNumbered(t *testing.T) {
	s, err := parse("x.go", []byte("package scheme\n\nfunc f() { _, _ = a == b, a == b }\nfunc g() { _ = a == b }\n"), 1)
	if err != nil {
		t.Fatal(err)
	}
	s.choices()
	var got []string
	for _, m := range s.mutants {
		got = append(got, m.name())
	}
	if want := "[x.go f: a == b -> a != b x.go f: a == b -> a != b (2) x.go g: a == b -> a != b]"; fmt.Sprint(got) != want {
		t.Errorf("%v", got)
	}
}

func TestEquivalentsHaveReasons(t *testing.T) {
	list, err := readEquivalent("# remark\n\nx.go f: a < b -> a <= b\n\tboth are\n\tthe same\n")
	if err != nil || list["x.go f: a < b -> a <= b"] != "both are the same" || len(list) != 1 {
		t.Errorf("%q, %v", list, err)
	}
	for _, wrong := range []string{"x.go f: a\n", "\treason\n", "x.go f: a\n\tr\nx.go f: a\n\tr\n"} {
		if _, err := readEquivalent(wrong); err == nil {
			t.Errorf("%q was taken", wrong)
		}
	}
	if _, err := readEquivalent(equivalentText); err != nil {
		t.Error(err)
	}
}
