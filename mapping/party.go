package mapping

import (
	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/persistence"
)

// Party is a row that a generic key points to, as a reference shows it.
type Party struct{ Type, ID, Code, Name string }

// PartyKey is a generic key: the kind of the row, and its number or UUID as a text.
type PartyKey struct{ Kind, Key string }

// Parties gives what generic keys point to.
type Parties map[PartyKey]Party

// keyOf makes a generic key of its columns.
func keyOf(kind *persistence.ContentType, id *string) PartyKey {
	if kind == nil {
		return PartyKey{}
	}
	key := plain(id)
	if uuid, ok := persistence.ParseUUID(key); ok {
		key = string(uuid)
	}
	return PartyKey{kind.Model, key}
}

// Head gives the key of the head of the family that a key names; of another row, the key
// itself.
func (k PartyKey) Head() PartyKey {
	if k.Kind == persistence.KindFamily {
		k.Kind = "head of family"
	}
	return k
}

// reference points to the party; nil when it is not known or of none of the types.
func (p Parties) reference(v *View, key PartyKey, types ...string) *r4.Reference {
	party, known := p[key]
	if !known || !oneOf(types, party.Type) {
		return nil
	}
	return refer(party.Type, party.ID, party.Code, v.shown(party.Name))
}

// partyKinds are the kinds of rows behind the types a reference may name. A family is
// found by its head.
var partyKinds = map[string][]string{
	"Patient":      {persistence.KindInsuree},
	"Organization": {persistence.KindFacility, persistence.KindPolicyHolder},
	"Group":        {persistence.KindFamily},
}

// pointsTo matches rows by a generic key.
func pointsTo(param, table, typeColumn, idColumn string, targets ...string) matcher {
	return func(modifier search.Modifier, v search.Value) (clause.Expression, error) {
		if modifier != search.NoModifier {
			return nil, refused(modifier)
		}
		if v.Type != "" && !oneOf(targets, v.Type) {
			return nil, core.ErrorAt(core.Invalid, param, "this parameter never points to a %s", v.Type)
		}
		id, ok := persistence.ParseUUID(v.Text)
		if !ok || v.URL != "" {
			return persistence.Nothing(), nil
		}
		var any anyOf
		for _, target := range targets {
			if v.Type != "" && v.Type != target {
				continue
			}
			for _, kind := range partyKinds[target] {
				any = append(any, persistence.PartyIs(table, typeColumn, idColumn, kind, id))
			}
			if target == "Patient" {
				any = append(any, persistence.HeadIs(table, typeColumn, idColumn, id))
			}
		}
		return any, nil
	}
}
