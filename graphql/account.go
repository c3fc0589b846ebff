package graphql

import (
	"encoding/json"

	"github.com/openimis/openimis-go/core/security"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// rightUsers is the right to see users, as tblRoleRight has it.
const rightUsers = 121701

// longestLogin is how many characters tblUsers.LoginName holds.
const longestLogin = 25

// Accounts is what module core brings for people who look after their own log-in, and the
// checks of the form of users.
var Accounts = Part{
	SDL:   writing("ChangeUserLanguageMutationInput", "languageId: String!") + passwordInputs,
	Types: passwordTypes,
	Queries: []Field{
		free[persistence.User]("validateUsername(username: String!): Boolean", mapping.Users, "username", rightUsers),
		free[persistence.User]("validateUserEmail(userEmail: String!): Boolean", mapping.Users, "email", rightUsers),
		{SDL: "passwordPolicy: JSONString", Open: true, Resolve: passwordPolicy},
		{SDL: "usernameLength: Int", Rights: []int{rightUsers}, Resolve: func(*Call) (any, error) { return longestLogin, nil }},
	},
	Mutations: append([]Mutation{
		{Field: Field{SDL: "changeUserLanguage(input: ChangeUserLanguageMutationInput!): ChangeUserLanguageMutationPayload"}, Do: changeLanguage, AtOnce: true},
	}, passwordMutations...),
}

// passwordPolicy tells what a password has to be, under the names of the form.
func passwordPolicy(*Call) (any, error) {
	p := security.DefaultPasswordPolicy
	text, err := json.Marshal(map[string]any{
		"min_length": p.MinLength, "require_lower_case": p.LowerCase, "require_upper_case": p.UpperCase, "require_numbers": p.Numbers, "require_special_characters": p.Special,
	})
	return string(text), err
}

// changeLanguage gives the caller himself another language.
func changeLanguage(c *Change) error {
	return c.Store.Tx(c.Context, func(x *persistence.Session) error {
		row, err := persistence.OneByKey[persistence.User](x, x.Principal().UserID)
		if err != nil {
			return err
		}
		row.LanguageID = c.Text("languageId")
		return scheme.Users{Passwords: security.DefaultPasswordPolicy}.Update(x, &scheme.UserDraft{User: *row, Paths: scheme.Paths{"LanguageID": "languageId"}})
	})
}
