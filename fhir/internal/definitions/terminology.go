package main

import (
	"encoding/json"
	"fmt"
	"slices"
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
// listed (media types, languages, currencies: their systems are not HL7's). Codes of
// concepts have their system in front.
func (t *table) codes(url string, ofConcept bool) string {
	url, _, _ = strings.Cut(url, "|")
	codings, ok := t.expand(url, 0)
	if !ok || len(codings) == 0 {
		return ""
	}
	var codes []string
	for _, coding := range codings {
		code := coding.code
		if ofConcept {
			code = coding.system + "|" + code
		}
		if !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	list := strings.Join(codes, "\t")
	if t.numbers[list] == 0 {
		t.lists = append(t.lists, list)
		t.numbers[list] = len(t.lists)
	}
	return fmt.Sprint(t.numbers[list])
}

// coding is a code of a value set.
type coding struct{ system, code string }

func (t *table) expand(url string, depth int) ([]coding, bool) {
	set := t.sets[url]
	if set == nil || depth > 5 || len(set.Compose.Exclude) > 0 {
		return nil, false
	}
	var codings []coding
	for _, in := range set.Compose.Include {
		if len(in.Filter) > 0 {
			return nil, false
		}
		for _, other := range in.ValueSet {
			more, ok := t.expand(other, depth+1)
			if !ok {
				return nil, false
			}
			codings = append(codings, more...)
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
		walk(listed, func(code string) { codings = append(codings, coding{in.System, code}) })
	}
	return codings, true
}

func walk(concepts []concept, add func(string)) {
	for _, c := range concepts {
		add(c.Code)
		walk(c.Concept, add)
	}
}
