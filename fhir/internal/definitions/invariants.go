package main

import (
	"encoding/json"
	"fmt"
	"strings"
)

// constraint is an invariant of an element.
type constraint struct {
	Key        string `json:"key"`
	Severity   string `json:"severity"`
	Human      string `json:"human"`
	Expression string `json:"expression"`
}

// invariants makes the table of what R4 asks beside names, types and numbers: a line for
// each, its fields parted by tabs:
//
//	path  key  severity  expression  words
//
// The path is that of the element that declares it. Snapshots repeat ele-1 and ext-1 at
// every element and what a DomainResource asks at every resource; here ext-1 stands at
// Extension and dom-1 to dom-6 at DomainResource, and ele-1, which is about all elements,
// is left to the validator.
func invariants(files ...[]byte) ([]byte, error) {
	var out strings.Builder
	for _, data := range files {
		err := bundle(data, func(resourceType string, raw json.RawMessage) error {
			if resourceType != "StructureDefinition" {
				return nil
			}
			var s structure
			if err := json.Unmarshal(raw, &s); err != nil {
				return err
			}
			if s.Derivation == "constraint" || s.FHIRVersion != "4.0.1" || s.Kind == "logical" {
				return nil
			}
			for _, e := range s.Snapshot.Element {
				for _, c := range e.Constraint {
					if !declares(e.Path, c.Key) || c.Expression == "" {
						continue
					}
					fmt.Fprintf(&out, "%s\t%s\t%.1s\t%s\t%s\n", e.Path, c.Key, c.Severity, oneLine(c.Expression), oneLine(c.Human))
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return []byte(out.String()), nil
}

func declares(path, key string) bool {
	switch {
	case key == "ele-1":
		return false
	case key == "ext-1":
		return path == "Extension"
	case strings.HasPrefix(key, "dom-"):
		return path == "DomainResource"
	}
	return true
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
