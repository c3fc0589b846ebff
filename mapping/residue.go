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

// ReadResidue gives what was sent of the resource type beyond the columns; nil for
// nothing. A document that cannot be read counts as nothing: it is not ours.
func ReadResidue(ext *persistence.JSON, resource string) *fhir.Residue {
	if ext == nil || !strings.Contains(string(*ext), `"`+ResidueKey+`"`) {
		return nil
	}
	var document struct {
		Residues map[string]string `json:"_fhir"`
	}
	if json.Unmarshal([]byte(*ext), &document) != nil || document.Residues[resource] == "" {
		return nil
	}
	patch, err := fhir.ParseJSON([]byte(document.Residues[resource]))
	if err != nil {
		return nil
	}
	return &fhir.Residue{Patch: patch}
}

// WriteResidue puts the residue of the resource type into a JsonExt document in place of
// an older one and leaves everything else in it alone. Errors: core.Unprocessable when it
// is too large, or when the document is no JSON object and so cannot take it.
func WriteResidue(ext *persistence.JSON, resource string, residue *fhir.Residue) (*persistence.JSON, error) {
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
	if residue != nil && residue.Patch != nil && len(residue.Patch.Members) > 0 {
		text := residue.Patch.AppendJSON(nil)
		if len(text) > maxResidue {
			return nil, core.ErrorAt(core.Unprocessable, resource, "what was sent beyond the openIMIS elements takes %d bytes; at most %d are kept", len(text), maxResidue)
		}
		residues[resource] = string(text)
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
