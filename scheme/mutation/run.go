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

// patience is how long a run of tests may take however short they are without a mutant:
// long enough for a machine that does other things.
const patience = 20 * time.Second

// test is one test function: how long it takes and the comparisons it reaches.
type test struct {
	name    string
	took    time.Duration // of the processor
	reaches map[int]bool
}

// run runs the tests whose names match with some variables set, and gives the processor
// time they took, which other programs do not change. Errors: what a test printed when one
// fails, and errTooLong.
func (b *built) run(pattern string, limit time.Duration, variables ...string) (took time.Duration, err error) {
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
	if c.ProcessState != nil {
		took = c.ProcessState.UserTime() + c.ProcessState.SystemTime()
	}
	if ctx.Err() != nil {
		return took, errTooLong
	}
	if err != nil {
		return took, fmt.Errorf("%w\n%s", err, out)
	}
	return took, nil
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
		took, err := b.run("^"+name+"$", 10*time.Minute, "OPENIMIS_MUTATION_REACHED="+reached)
		if err != nil {
			return nil, fmt.Errorf("%s fails without a mutant: %w", name, err)
		}
		t := test{name: name, took: took, reaches: map[int]bool{}}
		lines, _ := os.ReadFile(reached) // a test may reach nothing
		for line := range bytes.Lines(lines) {
			if site, err := strconv.Atoi(strings.TrimSpace(string(line))); err == nil {
				t.reaches[site] = true
			}
		}
		found = append(found, t)
	}
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

// try runs the tests that reach the mutant: first those that need no database, last those
// that do much.
func (b *built) try(m mutant, tests []test) (fate, error) {
	var batches [3][]test
	reached := false
	for _, t := range tests {
		if !t.reaches[m.site] {
			continue
		}
		reached = true
		at := 2
		if t.took < 40*time.Millisecond {
			at = 0
		} else if t.took < 250*time.Millisecond {
			at = 1
		}
		batches[at] = append(batches[at], t)
	}
	if !reached {
		return notReached, nil
	}
	for _, batch := range batches {
		if len(batch) == 0 {
			continue
		}
		var names []string
		limit := patience
		for _, t := range batch {
			names = append(names, t.name)
			limit += 20 * t.took
		}
		_, err := b.run("^("+strings.Join(names, "|")+")$", limit, fmt.Sprintf("OPENIMIS_MUTANT=%d.%d", m.site, m.change))
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
	return survived, nil
}
