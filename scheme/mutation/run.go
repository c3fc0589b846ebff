package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// patience is how long a run of tests may take however short they are without a mutant.
const patience = 10 * time.Second

// test is one test function: how long it takes, and the comparisons it reaches.
type test struct {
	name    string
	took    time.Duration
	reaches map[int]bool
}

// run runs the tests whose names match with some variables set. Errors: what a test
// printed when one fails, and errTooLong.
func (b *built) run(pattern string, limit time.Duration, variables ...string) error {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	c := exec.CommandContext(ctx, b.binary, append([]string{"-test.run", pattern, "-test.failfast", "-test.parallel=1"}, b.flags...)...)
	c.Dir = b.folder
	c.WaitDelay = time.Second
	for _, v := range os.Environ() {
		// other databases only slow a mutant down, and CI would ask for them
		if name, _, _ := strings.Cut(v, "="); name != "CI" && !strings.HasPrefix(name, "OPENIMIS_TEST_") {
			c.Env = append(c.Env, v)
		}
	}
	c.Env = append(c.Env, "GOMAXPROCS=1")
	c.Env = append(c.Env, variables...)
	out, err := c.CombinedOutput()
	if ctx.Err() != nil {
		return errTooLong
	}
	if err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	return nil
}

var errTooLong = errors.New("the tests do not end")

// tests runs each test function alone and notes what it reaches. skip names those to
// leave out. Errors: a test that fails without a mutant.
func (b *built) tests(skip *regexp.Regexp) ([]test, error) {
	list := exec.Command(b.binary, "-test.list", ".")
	list.Dir = b.folder
	out, err := list.Output()
	if err != nil {
		return nil, err
	}
	names := slices.DeleteFunc(strings.Fields(string(out)), func(name string) bool {
		return strings.HasPrefix(name, "Benchmark") || skip.MatchString(name)
	})
	var found []test
	for i, name := range names {
		progress("\rnoting what the tests reach: %d of %d ", i+1, len(names))
		reached := filepath.Join(b.scratch, "reached")
		_ = os.Remove(reached)
		start := time.Now()
		if err := b.run("^"+name+"$", 10*time.Minute, "OPENIMIS_MUTATION_REACHED="+reached); err != nil {
			return nil, fmt.Errorf("%s fails without a mutant: %w", name, err)
		}
		t := test{name: name, took: time.Since(start), reaches: map[int]bool{}}
		lines, _ := os.ReadFile(reached) // a test may reach nothing
		for line := range bytes.Lines(lines) {
			if site, err := strconv.Atoi(strings.TrimSpace(string(line))); err == nil {
				t.reaches[site] = true
			}
		}
		found = append(found, t)
	}
	slices.SortStableFunc(found, func(a, b test) int { return int(a.took - b.took) })
	return found, nil
}

// fate is what became of a mutant.
type fate int

const (
	survived fate = iota
	caught
	timedOut   // caught by the time limit
	notReached // survived, no test comes by
)

// try runs the tests that reach the mutant, the quick ones before the others.
func (b *built) try(m mutant, tests []test) (fate, error) {
	var quick, slow []test
	for _, t := range tests {
		switch {
		case !t.reaches[m.site]:
		case t.took < 200*time.Millisecond:
			quick = append(quick, t)
		default:
			slow = append(slow, t)
		}
	}
	for _, batch := range [][]test{quick, slow} {
		if len(batch) == 0 {
			continue
		}
		var names []string
		limit := patience
		for _, t := range batch {
			names = append(names, t.name)
			limit += 5 * t.took
		}
		err := b.run("^("+strings.Join(names, "|")+")$", limit, fmt.Sprintf("OPENIMIS_MUTANT=%d.%d", m.site, m.change))
		var exit *exec.ExitError
		switch {
		case errors.Is(err, errTooLong):
			return timedOut, nil
		case errors.As(err, &exit):
			return caught, nil
		case err != nil:
			return survived, err
		}
	}
	if len(quick)+len(slow) == 0 {
		return notReached, nil
	}
	return survived, nil
}
