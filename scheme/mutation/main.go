package main

import (
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"
)

func main() {
	folder := flag.String("package", "scheme", "folder of the package")
	skip := flag.String("skip", "^TestGolden", "tests to leave out")
	sample := flag.Int("sample", 0, "try about so many mutants, drawn from each file in proportion; 0 is all")
	seed := flag.Uint64("seed", 1, "of the draw")
	least := flag.Float64("least", 85, "per cent of the mutants that must be caught")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "mutation [flags] [file.go …]: how many mutants of the files, all without any, do the tests catch?")
		flag.PrintDefaults()
	}
	flag.Parse()
	equivalent, err := readEquivalent(equivalentText)
	var r *report
	if err == nil {
		r, err = measure(os.Stdout, *folder, *skip, flag.Args(), draw{*sample, *seed}, equivalent)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutation:", err)
		os.Exit(2)
	}
	r.print()
	if r.total().score() < *least {
		fmt.Printf("fewer than %.0f %% were caught\n", *least)
		os.Exit(1)
	}
}

// measure tries the mutants of the files, all without any, and gives what became of them;
// those that live it tells out. skip is the pattern of tests to leave out, d the draw of
// the mutants to try. Errors: tests that fail without a mutant, a file without comparisons.
func measure(out io.Writer, folder, skip string, files []string, d draw, equivalent map[string]string) (*report, error) {
	leftOut, err := regexp.Compile(skip)
	if err != nil {
		return nil, err
	}
	scratch, err := os.MkdirTemp("", "openimis-mutation-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(scratch)
	progress("building the tests with all mutants\n")
	b, err := build(folder, scratch)
	if err != nil {
		return nil, err
	}
	wanted, err := only(b.mutants, files)
	if err != nil {
		return nil, err
	}
	wanted = d.of(wanted)
	tests, err := b.tests(leftOut)
	progress("\n")
	if err != nil {
		return nil, err
	}
	r := &report{equivalent: equivalent, files: map[string]tally{}, out: out}
	start := time.Now()
	for i, m := range wanted {
		became, err := b.try(m, tests)
		if err != nil {
			return nil, err
		}
		r.add(m, became)
		progress("\r%d of %d mutants, %d live, %s ", i+1, len(wanted), len(r.living), time.Since(start).Round(time.Second))
	}
	progress("\n")
	if len(files) == 0 {
		r.missing(b.mutants)
	}
	return r, nil
}

// progress tells somebody at a terminal how far it is.
func progress(format string, values ...any) {
	if info, err := os.Stderr.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
		fmt.Fprintf(os.Stderr, format, values...)
	}
}

// only gives the mutants of the files, all without any. Errors: a file without mutants.
func only(all []mutant, files []string) ([]mutant, error) {
	if len(files) == 0 {
		return all, nil
	}
	var wanted []mutant
	for _, file := range files {
		before := len(wanted)
		for _, m := range all {
			if m.file == filepath.Base(file) {
				wanted = append(wanted, m)
			}
		}
		if len(wanted) == before {
			return nil, fmt.Errorf("there is no comparison in %s", file)
		}
	}
	return wanted, nil
}

// draw is a sample of mutants: how many, 0 for all, and the seed that makes it the same
// each time.
type draw struct {
	size int
	seed uint64
}

// of draws from each file in proportion to its mutants, at least one, so that the per cent
// caught of the sample stands for that of all. The order stays.
func (d draw) of(all []mutant) []mutant {
	if d.size <= 0 || d.size >= len(all) {
		return all
	}
	random := rand.New(rand.NewPCG(d.seed, 0))
	var drawn []mutant
	for from := 0; from < len(all); {
		to := from
		for to < len(all) && all[to].file == all[from].file {
			to++
		}
		n := to - from
		picked := random.Perm(n)[:max(1, (n*d.size+len(all)/2)/len(all))]
		slices.Sort(picked)
		for _, i := range picked {
			drawn = append(drawn, all[from+i])
		}
		from = to
	}
	return drawn
}
