package mapping

import (
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/persistence"
)

func alwaysPerson(modifier search.Modifier, v search.Value) (clause.Expression, error) {
	return constant("type", groupTypeOfHL7, "person", modifier, v)
}

func alwaysActual(modifier search.Modifier, v search.Value) (clause.Expression, error) {
	return constant("actual", "", "true", modifier, v)
}

// withMember matches the family a person belongs to. The head is joined under another
// name, so the table of insured people is free for the sub-select.
func withMember(modifier search.Modifier, v search.Value) (clause.Expression, error) {
	if modifier != search.NoModifier {
		return nil, core.ErrorAt(core.Invalid, "member", "the modifier %q is not supported on this parameter", modifier)
	}
	id, ok := persistence.ParseUUID(v.Text)
	if !ok || v.URL != "" || v.Type != "" && v.Type != "Patient" {
		return persistence.Nothing(), nil
	}
	return withMembers(func(uuid clause.Column) (clause.Expression, error) {
		return persistence.In(uuid, []persistence.UUID{id}), nil
	})
}

// withMembers matches families one of whose members is among those chosen.
func withMembers(among func(uuid clause.Column) (clause.Expression, error)) (clause.Expression, error) {
	chosen, err := among(persistence.Column("tblInsuree", "InsureeUUID"))
	return persistence.Exists("tblInsuree", "FamilyID", persistence.Column("tblFamilies", "FamilyID"), chosen), err
}
