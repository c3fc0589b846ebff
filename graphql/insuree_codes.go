package graphql

import (
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// The lists of codes of insured people and families. Their ids are plain, since the UI
// writes them back as they are.
var (
	gender = Object{Name: "GenderGQLType", Fields: []Field{
		Is("code: String!", func(r *persistence.Gender) any { return r.Code }),
		Is("gender: String", func(r *persistence.Gender) any { return r.Gender }),
		Is("altLanguage: String", func(r *persistence.Gender) any { return r.AltLanguage }),
		Is("sortOrder: Int", func(r *persistence.Gender) any { return r.SortOrder }),
	}}
	profession = Object{Name: "ProfessionGQLType", Fields: []Field{
		Is("id: Int!", func(r *persistence.Profession) any { return r.ProfessionID }),
		Is("profession: String!", func(r *persistence.Profession) any { return r.Profession }),
		Is("sortOrder: Int", func(r *persistence.Profession) any { return r.SortOrder }),
		Is("altLanguage: String", func(r *persistence.Profession) any { return r.AltLanguage }),
	}}
	education = Object{Name: "EducationGQLType", Fields: []Field{
		Is("id: Int!", func(r *persistence.Education) any { return r.EducationID }),
		Is("education: String!", func(r *persistence.Education) any { return r.Education }),
		Is("sortOrder: Int", func(r *persistence.Education) any { return r.SortOrder }),
		Is("altLanguage: String", func(r *persistence.Education) any { return r.AltLanguage }),
	}}
	relation = Object{Name: "RelationGQLType", Fields: []Field{
		Is("id: Int!", func(r *persistence.Relation) any { return r.RelationID }),
		Is("relation: String!", func(r *persistence.Relation) any { return r.Relation }),
		Is("sortOrder: Int", func(r *persistence.Relation) any { return r.SortOrder }),
		Is("altLanguage: String", func(r *persistence.Relation) any { return r.AltLanguage }),
	}}
	familyType = Object{Name: "FamilyTypeGQLType", Fields: []Field{
		Is("code: String!", func(r *persistence.FamilyType) any { return r.FamilyTypeCode }),
		Is("type: String!", func(r *persistence.FamilyType) any { return r.FamilyType }),
		Is("sortOrder: Int", func(r *persistence.FamilyType) any { return r.SortOrder }),
		Is("altLanguage: String", func(r *persistence.FamilyType) any { return r.AltLanguage }),
	}}
	confirmationType = Object{Name: "ConfirmationTypeGQLType", Fields: []Field{
		Is("code: String!", func(r *persistence.ConfirmationType) any { return r.ConfirmationTypeCode }),
		Is("confirmationtype: String!", func(r *persistence.ConfirmationType) any { return r.ConfirmationType }),
		Is("sortOrder: Int", func(r *persistence.ConfirmationType) any { return r.SortOrder }),
		Is("altLanguage: String", func(r *persistence.ConfirmationType) any { return r.AltLanguage }),
		Is("isConfirmationNumberRequired: Boolean!", func(r *persistence.ConfirmationType) any {
			return r.IsConfirmationNumberRequired != nil && *r.IsConfirmationNumberRequired
		}),
	}}
	identificationType = Object{Name: "IdentificationTypeGQLType", Fields: []Field{
		Is("code: String!", func(r *persistence.IdentificationType) any { return r.IdentificationCode }),
		Is("identificationType: String!", func(r *persistence.IdentificationType) any { return r.IdentificationTypes }),
		Is("altLanguage: String", func(r *persistence.IdentificationType) any { return r.AltLanguage }),
		Is("sortOrder: Int", func(r *persistence.IdentificationType) any { return r.SortOrder }),
	}}
)

// numberValidity tells whether an insurance number is free and good: 0 good, 1 taken, 2
// missing, 3 of the wrong length, 4 with a wrong check digit.
var numberValidity = Object{Name: "ValidationMessageGQLType", Fields: []Field{In("isValid: Boolean"), In("errorCode: Int"), In("errorMessage: String")}}

func insureeNumberValidity(c *Call) (any, error) {
	verdict, reason, err := c.Numbers.JudgeNumber(c.Store.Read(c.Context), c.Args["insureeNumber"].(string))
	answer := map[string]any{"isValid": verdict == scheme.NumberGood, "errorCode": verdict}
	if reason != "" {
		answer["errorMessage"] = reason
	}
	return answer, err
}
