package graphql

import (
	"encoding/json"
	"strconv"

	"github.com/openimis/openimis-go/persistence"
)

// The ages a head of family has to have to be sold a product. No legacy column holds them, so
// they are in JsonExt under these names. Only the form of policies looks at them.
var productAges = []string{"ageMinimal", "ageMaximal"}

// agesOf makes the fields of the ages.
func agesOf() []Field {
	fields := make([]Field, len(productAges))
	for i, name := range productAges {
		fields[i] = Is(name+": Int", func(r *persistence.Product) any {
			var age *int
			if json.Unmarshal(kept(r.JSONExt)[name], &age) != nil {
				return nil
			}
			return age
		})
	}
	return fields
}

// fillAges puts the ages of the form into the row; one it does not name stays.
func fillAges(input map[string]any, row *persistence.Product) {
	document := kept(row.JSONExt)
	for _, name := range productAges {
		if age, given := input[name].(int); given {
			document[name] = json.RawMessage(strconv.Itoa(age))
		}
	}
	if text, err := json.Marshal(document); err == nil {
		row.JSONExt = extended(row.JSONExt, string(text))
	}
}

// kept gives the document of a row as clients see it, empty when there is none.
func kept(ext *persistence.JSON) map[string]json.RawMessage {
	var document map[string]json.RawMessage
	if text, ok := extension(ext).(persistence.JSON); !ok || json.Unmarshal([]byte(text), &document) != nil || document == nil {
		return map[string]json.RawMessage{}
	}
	return document
}
