package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// tally counts the mutants of a file.
type tally struct{ caught, lived, equivalent int }

// score gives the per cent caught of those that could be.
func (t tally) score() float64 {
	if t.caught+t.lived == 0 {
		return 100
	}
	return 100 * float64(t.caught) / float64(t.caught+t.lived)
}

// report collects what became of the mutants and tells at once of those that live.
type report struct {
	equivalent map[string]string
	files      map[string]tally
	living     []string
	faults     []string // of the list of equivalents
	out        io.Writer
}

func (r *report) add(m mutant, became fate) {
	t := r.files[m.file]
	_, equivalent := r.equivalent[m.name()]
	switch {
	case became == caught || became == timedOut:
		t.caught++
		if equivalent {
			r.faults = append(r.faults, "a test tells it from the original: "+m.name())
		}
	case equivalent:
		t.equivalent++
	default:
		t.lived++
		remark := ""
		if became == notReached {
			remark = "   (no test comes by)"
		}
		line := fmt.Sprintf("%s:%d  %s%s", m.file, m.line, strings.TrimPrefix(m.name(), m.file+" "), remark)
		r.living = append(r.living, line)
		fmt.Fprintln(r.out, line)
	}
	r.files[m.file] = t
}

// missing notes the lines of the list that name no mutant any more.
func (r *report) missing(all []mutant) {
	for _, name := range slices.Sorted(maps.Keys(r.equivalent)) {
		if !slices.ContainsFunc(all, func(m mutant) bool { return m.name() == name }) {
			r.faults = append(r.faults, "there is no such comparison: "+name)
		}
	}
}

// total counts the mutants of all files.
func (r *report) total() (all tally) {
	for _, t := range r.files {
		all = tally{all.caught + t.caught, all.lived + t.lived, all.equivalent + t.equivalent}
	}
	return all
}

// print writes the faults of the list and the table; what lives was told before.
func (r *report) print() {
	for _, line := range r.faults {
		fmt.Fprintln(r.out, "equivalent.txt:", line)
	}
	fmt.Fprintf(r.out, "\n%-32s %7s %7s %10s %7s\n", "file", "caught", "lived", "equivalent", "score")
	row := func(name string, t tally) {
		fmt.Fprintf(r.out, "%-32s %7d %7d %10d %5.0f %%\n", name, t.caught, t.lived, t.equivalent, t.score())
	}
	for _, name := range slices.Sorted(maps.Keys(r.files)) {
		row(name, r.files[name])
	}
	row("all", r.total())
}
