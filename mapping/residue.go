package mapping

import (
	"encoding/json"
	"strings"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/persistence"
)

// ResidueKey is the one member of a JsonExt document that belongs to this program. Under
// it stands, for each resource type the row is shown as, the text of the patch. It is a
// text and no object because PostgreSQL's jsonb would reorder its members and rewrite its
// numbers.
const ResidueKey = "_fhir"

// maxResidue is how many bytes of a resource may go beyond the columns.
const maxResidue = 64 << 10

// residueKeys says how entries of lists are told apart: a column holds the first number of
// its kind, whatever its use, and one context for each aspect; several extensions of one
// URL are what their ids say, and a member of a family is the person he is. An identifier
// is of its kind, whether or not the sender named a system, and beside others too.
var residueKeys = fhir.Keys{By: map[string]string{
	"telecom": "system|value", "useContext": "code.code", "extension": "url|id", "coverage.benefit.limit": "code.coding.code",
	"member": "entity.reference", "identifier": "type.coding.code",
}}

// Beyond gives what a sender wrote beyond what the columns hold, and whether the two
// together still conform to the profile. rendered is what the row is going to show.
// What the server assigns is not kept: ids, UUID identifiers and profiles; nor is what a
// lenient reading let pass and would make the answer no valid R4.
func Beyond(rendered any, sent *fhir.Object) (residue *fhir.Residue, conforms bool, err error) {
	shown, err := fhir.ToObject(rendered)
	if err != nil {
		return nil, false, err
	}
	whole := canonical(shown).(*fhir.Object) // a copy
	sent = canonical(sent).(*fhir.Object)
	codeSent := dropAssigned(sent, true)
	dropAssigned(shown, codeSent)
	keys := residueKeys
	if shown.String("resourceType") == "InsurancePlan" {
		keys.Assigned = []string{"status"} // which follows the period and the day
	}
	residue = fhir.Diff(shown, sent, keys)
	if residue == nil {
		return nil, true, nil
	}
	merged := residue.Apply(whole)
	pruned, again := showable(merged, shown)
	if pruned {
		if again == nil { // beyond repair: the columns have to do
			return nil, Conforms(rendered), nil
		}
		merged = canonical(merged).(*fhir.Object)
		dropAssigned(merged, codeSent)
		if residue = fhir.Diff(shown, merged, fhir.Keys{Assigned: keys.Assigned}); residue == nil {
			return nil, true, nil
		}
	}
	if again == nil {
		return residue, false, nil
	}
	return residue, Conforms(again.Typed), nil
}

// dropAssigned takes out of a tree what the server assigns: version, profile, identifiers
// of the type UUID and, when the sender gave no business code, the one that was drawn for
// him. It tells whether there is a business code.
func dropAssigned(tree *fhir.Object, codeSent bool) (hasCode bool) {
	if meta := tree.Object("meta"); meta != nil {
		for _, name := range []string{"versionId", "lastUpdated", "profile"} {
			meta.Set(name, nil)
		}
		if len(meta.Members) == 0 {
			tree.Set("meta", nil)
		}
	}
	list := tree.List("identifier")
	if list == nil {
		return false
	}
	var kept []any
	for _, one := range list {
		switch kind := kindIn(one); {
		case kind == kindUUID:
			continue
		case kind == kindCode:
			hasCode = true
			if !codeSent {
				continue
			}
		}
		kept = append(kept, one)
	}
	if len(kept) == 0 {
		tree.Set("identifier", nil)
	} else {
		tree.Set("identifier", kept)
	}
	return hasCode
}

// kindIn gives the kind of an identifier in a tree.
func kindIn(identifier any) string {
	o, _ := identifier.(*fhir.Object)
	for _, one := range o.Object("type").List("coding") {
		coding, _ := one.(*fhir.Object)
		if coding.Get("system") == nil || SameSystem(codeSystem("openimis-identifiers"), coding.String("system")) {
			return coding.String("code")
		}
	}
	return ""
}

// canonical copies a tree with the other spellings of our own systems and extensions
// written out, so that they are told to be what the columns hold.
func canonical(value any) any {
	switch v := value.(type) {
	case *fhir.Object:
		if v == nil {
			return v
		}
		copied := &fhir.Object{Members: make([]fhir.Member, len(v.Members))}
		for i, m := range v.Members {
			if text, ok := m.Value.(string); ok && (m.Name == "url" || m.Name == "system") {
				copied.Members[i] = fhir.Member{Name: m.Name, Value: canonicalURL(text)}
				continue
			}
			copied.Members[i] = fhir.Member{Name: m.Name, Value: canonical(m.Value)}
		}
		return copied
	case []any:
		copied := make([]any, len(v))
		for i := range v {
			copied[i] = canonical(v[i])
		}
		return copied
	}
	return value
}

// ReadResidue gives what was sent of the resource type beyond the columns; nil for
// nothing. conforms tells whether the profile may be claimed all the same. A document that
// cannot be read counts as nothing: it is not ours.
func ReadResidue(ext *persistence.JSON, resource string) (residue *fhir.Residue, conforms bool) {
	if ext == nil || !strings.Contains(string(*ext), `"`+ResidueKey+`"`) {
		return nil, true
	}
	var document struct {
		Residues map[string]string `json:"_fhir"`
	}
	if json.Unmarshal([]byte(*ext), &document) != nil || document.Residues[resource] == "" {
		return nil, true
	}
	patch, err := fhir.ParseJSON([]byte(document.Residues[resource]))
	if err != nil {
		return nil, true
	}
	return &fhir.Residue{Patch: patch}, document.Residues[beside+resource] == ""
}

// beside stands before the resource type in the name of the mark that the resource, with
// its residue, does not conform to the profile.
const beside = "not-as-profiled:"

// WriteResidue puts the residue of the resource type into a JsonExt document in place of
// an older one and leaves everything else in it alone. Errors: core.Unprocessable when it
// is too large, or when the document is no JSON object and so cannot take it.
func WriteResidue(ext *persistence.JSON, resource string, residue *fhir.Residue, conforms bool) (*persistence.JSON, error) {
	document, residues := map[string]json.RawMessage{}, map[string]string{}
	if ext != nil && strings.TrimSpace(string(*ext)) != "" {
		if err := json.Unmarshal([]byte(*ext), &document); err != nil || document == nil {
			if residue == nil {
				return ext, nil
			}
			return nil, core.ErrorAt(core.Unprocessable, resource, "the row's JsonExt is no JSON object, so nothing beyond the columns can be kept")
		}
		_ = json.Unmarshal(document[ResidueKey], &residues)
	}
	delete(residues, resource)
	delete(residues, beside+resource)
	if residue != nil && residue.Patch != nil && len(residue.Patch.Members) > 0 {
		text := residue.Patch.AppendJSON(nil)
		if len(text) > maxResidue {
			return nil, core.ErrorAt(core.Unprocessable, resource, "what was sent beyond the openIMIS elements takes %d bytes; at most %d are kept", len(text), maxResidue)
		}
		residues[resource] = string(text)
		if !conforms {
			residues[beside+resource] = "1"
		}
	}
	delete(document, ResidueKey)
	if len(residues) > 0 {
		document[ResidueKey], _ = json.Marshal(residues) // a map of texts always marshals
	}
	if len(document) == 0 {
		return nil, nil
	}
	text, err := json.Marshal(document)
	if err != nil {
		return nil, core.Wrap(core.Internal, err, "cannot write JsonExt")
	}
	return pointer(persistence.JSON(text)), nil
}
