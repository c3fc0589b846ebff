package graphql

import (
	"encoding/json"
	"strings"

	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// extension gives a JsonExt document as clients see it: what FHIR keeps in it is not
// theirs.
func extension(ext *persistence.JSON) any {
	if ext == nil || *ext == "" {
		return nil
	}
	if !strings.Contains(string(*ext), `"`+mapping.ResidueKey+`"`) {
		return *ext
	}
	var document map[string]json.RawMessage
	if json.Unmarshal([]byte(*ext), &document) != nil {
		return *ext
	}
	delete(document, mapping.ResidueKey)
	if len(document) == 0 {
		return nil
	}
	text, err := json.Marshal(document)
	if err != nil {
		return nil
	}
	return persistence.JSON(text)
}

// momentOf gives a moment that may not be null on the wire; rows of old databases may lack
// it.
func momentOf(at *persistence.DateTime) any {
	if at == nil {
		return persistence.DateTime{}
	}
	return *at
}

// said gives a text, nil for one that says nothing: forms write the word undefined for what
// was left out and the word null for what was not there when they read it, and an enum has
// no value for an empty text.
func said(text *string) *string {
	if text == nil || strings.TrimSpace(*text) == "" || *text == "undefined" || *text == "null" {
		return nil
	}
	return text
}

// orElse gives a text, or another for one that says nothing.
func orElse(text *string, other string) string {
	if text = said(text); text == nil {
		return other
	}
	return *text
}

// extended gives the document to store when a client sends its part: what FHIR keeps in the
// one that was there stays. nil for an empty one.
func extended(was *persistence.JSON, sent string) *persistence.JSON {
	document := map[string]json.RawMessage{}
	if json.Unmarshal([]byte(sent), &document) != nil || document == nil {
		document = map[string]json.RawMessage{}
	}
	delete(document, mapping.ResidueKey)
	if was != nil {
		var old map[string]json.RawMessage
		if json.Unmarshal([]byte(*was), &old) == nil && old[mapping.ResidueKey] != nil {
			document[mapping.ResidueKey] = old[mapping.ResidueKey]
		}
	}
	if len(document) == 0 {
		return nil
	}
	text, err := json.Marshal(document)
	if err != nil {
		return was
	}
	stored := persistence.JSON(text)
	return &stored
}
