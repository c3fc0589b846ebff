package patch

import (
	"encoding/json"
	"errors"
	"slices"

	jsonpatch "github.com/evanphx/json-patch/v5"

	"github.com/openimis/openimis-go/core"
)

const (
	maxOperations = 1000
	maxCopied     = 1 << 20 // bytes that the copy operations of one patch may add
)

// JSON applies a JSON Patch to a document. Errors: core.Invalid for what is no patch;
// core.Unprocessable for an operation that cannot be done, or a test that fails.
// https://www.rfc-editor.org/rfc/rfc6902
func JSON(document, patch []byte) ([]byte, error) {
	operations, err := jsonpatch.DecodePatch(patch)
	if err != nil {
		return nil, &core.Error{Code: core.Invalid, Message: "the body is no JSON Patch, which is a list of operations: " + err.Error()}
	}
	if len(operations) > maxOperations {
		return nil, core.Errorf(core.TooLarge, "the patch has %d operations; at most %d are taken", len(operations), maxOperations)
	}
	for i, operation := range operations {
		// RFC 6902, 4; without it the library fails on what is not there.
		if _, given := operation["value"]; !given && slices.Contains([]string{"add", "replace", "test"}, operation.Kind()) {
			return nil, core.Errorf(core.Invalid, "operation %d of the patch, %s, needs a value", i+1, operation.Kind())
		}
	}
	o := jsonpatch.NewApplyOptions()
	o.AccumulatedCopySizeLimit = maxCopied
	o.SupportNegativeIndices = false
	changed, err := operations.ApplyWithOptions(document, o)
	if err != nil {
		return nil, refused(err)
	}
	return changed, nil
}

func refused(err error) error {
	if errors.Is(err, jsonpatch.ErrTestFailed) {
		return &core.Error{Code: core.Unprocessable, Message: "a test of the patch fails: " + err.Error()}
	}
	return &core.Error{Code: core.Unprocessable, Message: "the patch cannot be applied: " + err.Error()}
}

// Merge applies a JSON Merge Patch to a document. Errors: core.Invalid for what is no
// JSON object. https://www.rfc-editor.org/rfc/rfc7396
func Merge(document, patch []byte) ([]byte, error) {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(patch, &object); err != nil || object == nil {
		return nil, &core.Error{Code: core.Invalid, Message: "the body is no JSON Merge Patch: an object is needed", Cause: err}
	}
	changed, err := jsonpatch.MergePatch(document, patch)
	if err != nil {
		return nil, refused(err)
	}
	return changed, nil
}
