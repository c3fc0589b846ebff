package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

//go:embed choice.go.txt
var choice []byte

// built is the test binary with all mutants in it.
type built struct {
	folder  string // the package, where its tests run
	binary  string
	scratch string
	flags   []string // of the libraries the tests use
	mutants []mutant
}

// build reads the sources of the package in a folder and builds its tests with a choice
// for each comparison. What it makes lies in scratch.
func build(folder, scratch string) (*built, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return nil, err
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		return nil, err
	}
	b := &built{folder: folder, binary: filepath.Join(scratch, "scheme.test"), scratch: scratch}
	replace := map[string]string{}
	overlay := func(name string, text []byte) error {
		replace[filepath.Join(folder, name)] = filepath.Join(scratch, name)
		return os.WriteFile(filepath.Join(scratch, name), text, 0o600)
	}
	site := 1
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		if strings.HasSuffix(file, "_test.go") {
			if b.flags == nil && bytes.Contains(text, []byte(`"pgregory.net/rapid"`)) { // draws the same each time
				b.flags = []string{"-rapid.seed=1", "-rapid.nofailfile", "-rapid.shrinktime=1ms"}
			}
			continue
		}
		s, err := parse(filepath.Base(file), text, site)
		if err != nil {
			return nil, err
		}
		if err := overlay(s.name, []byte(s.choices())); err != nil {
			return nil, err
		}
		b.mutants, site = append(b.mutants, s.mutants...), s.next
	}
	if err := overlay("mutation_choice.go", choice); err != nil {
		return nil, err
	}
	listing, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(scratch, "overlay.json"), listing, 0o600); err != nil {
		return nil, err
	}
	c := exec.Command("go", "test", "-c", "-vet=off", "-overlay", filepath.Join(scratch, "overlay.json"), "-o", b.binary, ".")
	c.Dir = folder
	if out, err := c.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("the tests with all mutants do not build: %w\n%s", err, out)
	}
	return b, nil
}
