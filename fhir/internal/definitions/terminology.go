package main

import (
	"encoding/json"
	"fmt"
	"strings"
)

type concept struct {
	Code    string    `json:"code"`
	Concept []concept `json:"concept"`
}

type codeSystem struct {
	URL     string    `json:"url"`
	Content string    `json:"content"`
	Concept []concept `json:"concept"`
}

type valueSet struct {
	URL     string `json:"url"`
	Compose struct {
		Include []include `json:"include"`
		Exclude []include `json:"exclude"`
	} `json:"compose"`
}

type include struct {
	System   string            `json:"system"`
	Concept  []concept         `json:"concept"`
	Filter   []json.RawMessage `json:"filter"`
	ValueSet []string          `json:"valueSet"`
}

// addTerminology remembers the code systems and value sets of the bundle.
func (t *table) addTerminology(data []byte) error {
	return bundle(data, func(resourceType string, raw json.RawMessage) error {
		switch resourceType {
		case "CodeSystem":
			var s codeSystem
			if err := json.Unmarshal(raw, &s); err != nil {
				return err
			}
			t.systems[s.URL] = &s
		case "ValueSet":
			var s valueSet
			if err := json.Unmarshal(raw, &s); err != nil {
				return err
			}
			t.sets[s.URL] = &s
		}
		return nil
	})
}

// codes gives the number of the list of a value set's codes, "" when they cannot all be
// listed (media types, languages, currencies: their systems are not HL7's).
func (t *table) codes(url string) string {
	url, _, _ = strings.Cut(url, "|")
	codes, ok := t.expand(url, 0)
	if !ok || len(codes) == 0 {
		return ""
	}
	list := strings.Join(codes, "\t")
	if t.numbers[list] == 0 {
		t.lists = append(t.lists, list)
		t.numbers[list] = len(t.lists)
	}
	return fmt.Sprint(t.numbers[list])
}

func (t *table) expand(url string, depth int) ([]string, bool) {
	set := t.sets[url]
	if set == nil || depth > 5 || len(set.Compose.Exclude) > 0 {
		return nil, false
	}
	var codes []string
	seen := map[string]bool{}
	add := func(code string) {
		if !seen[code] {
			seen[code] = true
			codes = append(codes, code)
		}
	}
	for _, in := range set.Compose.Include {
		if len(in.Filter) > 0 {
			return nil, false
		}
		for _, other := range in.ValueSet {
			more, ok := t.expand(other, depth+1)
			if !ok {
				return nil, false
			}
			for _, code := range more {
				add(code)
			}
		}
		if in.System == "" {
			continue
		}
		listed := in.Concept
		if listed == nil {
			system := t.systems[in.System]
			if system == nil || system.Content != "complete" {
				return nil, false
			}
			listed = system.Concept
		}
		walk(listed, add)
	}
	return codes, true
}

func walk(concepts []concept, add func(string)) {
	for _, c := range concepts {
		add(c.Code)
		walk(c.Concept, add)
	}
}
