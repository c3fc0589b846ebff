package main

import (
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// A package of three functions: the test of the first looks at the border, that of the
// second does not, and nothing tests the third. The mutant of the second that is the same
// is in the list, and so is one that is caught.
func TestMutantsOfASmallPackage(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":  "module small\n\ngo 1.26\n",
		"rule.go": "package scheme\n\nfunc Adult(years int) bool { return years >= 18 }\n\nfunc Loop(n int) (steps int) {\n\tfor i := 0; i != n; i++ {\n\t\tsteps++\n\t}\n\tif steps > 0 && n > 0 {\n\t\treturn steps\n\t}\n\treturn 0\n}\n\nfunc Untested(a, b string) bool { return a == b }\n",
		"rule_test.go": "package scheme\n\nimport \"testing\"\n\nfunc TestAdult(t *testing.T) {\n\tif !Adult(18) || Adult(17) {\n\t\tt.Error(\"not 18\")\n\t}\n}\n\n" +
			"func TestLoop(t *testing.T) {\n\tif Loop(3) != 3 {\n\t\tt.Error(\"not 3\")\n\t}\n}\n\nfunc TestGolden(t *testing.T) { t.Error(\"is left out\") }\n",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r, err := measure(io.Discard, folder, "^TestGolden", nil, draw{}, map[string]string{
		"rule.go Loop: steps > 0 -> steps >= 0": "0 steps are 0", "rule.go Adult: years >= 18 -> years > 18": "it is not", "rule.go Gone: a -> b": "it is gone",
	})
	if err != nil {
		t.Fatal(err)
	}
	// caught: 18 years, the loop that does not run. Lived: && or ||, n >= 0, and what no
	// test comes by.
	if got := r.total(); got != (tally{caught: 2, lived: 3, equivalent: 1}) {
		t.Errorf("%+v\n%q", got, r.living)
	}
	if len(r.faults) != 2 {
		t.Errorf("faults of the list: %q", r.faults)
	}
	if _, err := measure(io.Discard, folder, "^$", nil, draw{}, nil); err == nil {
		t.Error("tests that fail without a mutant were taken")
	}
	if _, err := measure(io.Discard, folder, "^TestGolden", []string{"none.go"}, draw{}, nil); err == nil {
		t.Error("a file that is not there was taken")
	}
}

func TestADrawTakesOfEachFileInProportion(t *testing.T) {
	var all []mutant
	for file, n := range []int{60, 30, 9, 1} {
		for i := range n {
			all = append(all, mutant{file: string(rune('a' + file)), line: i})
		}
	}
	count := func(drawn []mutant) map[string]int {
		files := map[string]int{}
		for i, m := range drawn {
			if files[m.file]++; i > 0 && drawn[i-1].file == m.file && drawn[i-1].line >= m.line {
				t.Errorf("%v is drawn twice or late", m)
			}
		}
		return files
	}
	if got := count(draw{20, 1}.of(all)); !maps.Equal(got, map[string]int{"a": 12, "b": 6, "c": 2, "d": 1}) {
		t.Errorf("of 60, 30, 9 and 1 were drawn %v", got)
	}
	if !slices.Equal(draw{20, 1}.of(all), draw{20, 1}.of(all)) || slices.Equal(draw{20, 1}.of(all), draw{20, 2}.of(all)) {
		t.Error("the seed does not decide what is drawn")
	}
	for _, size := range []int{0, 100, 101} {
		if got := (draw{size, 1}).of(all); len(got) != 100 {
			t.Errorf("a draw of %d has %d", size, len(got))
		}
	}
}
