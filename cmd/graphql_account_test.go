package cmd_test

import (
	"strings"
	"testing"

	"github.com/openimis/openimis-go/persistence"
)

// Somebody changes his own language and password, and only with the old one; names and
// addresses that are taken are told.
func TestAccountForms(t *testing.T) {
	const doctor = "doctor:doctor123"
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, unlimited)
		if status, fault := mutate(t, s, doctor, "changeUserLanguage", map[string]any{"languageId": "fr"}); status != 2 {
			t.Errorf("French: %v %s", status, fault)
		}
		if status, fault := mutate(t, s, doctor, "changeUserLanguage", map[string]any{"languageId": "xx"}); status != 1 || !strings.Contains(fault, "languageId") {
			t.Errorf("no language: %v %s", status, fault)
		}
		if who := decoded(t, (call{target: "/api/core/users/current_user/", user: doctor}).on(s)); at(who, "i_user", "language") != "fr" {
			t.Errorf("the language: %v", who)
		}
		for _, c := range []struct {
			name, want string
		}{{"Admin", "false"}, {"nobody-yet", "true"}} {
			out := asked(t, s, "Admin:admin123", `query ($name: String!) { isValid: validateUsername(username: $name) usernameLength }`, map[string]any{"name": c.name})
			if at(out, "isValid") != (c.want == "true") || at(out, "usernameLength") != 25.0 {
				t.Errorf("%s: %v", c.name, out)
			}
		}
		if out := asked(t, s, "Admin:admin123", `{ isValid: validateUserEmail(userEmail: "nobody@yet.example") }`, nil); at(out, "isValid") != true {
			t.Errorf("the address: %v", out)
		}
		change := func(input map[string]any) any {
			t.Helper()
			return at(asked(t, s, doctor, `mutation ($input: ChangePasswordMutationInput!) { changePassword(input: $input) { success error clientMutationId } }`, map[string]any{"input": input}), "changePassword")
		}
		for name, c := range map[string]struct {
			input map[string]any
			fault string
		}{
			"a wrong old one": {map[string]any{"oldPassword": "guess", "newPassword": "Long enough 1"}, "oldPassword"},
			"too short":       {map[string]any{"oldPassword": "doctor123", "newPassword": "x"}, "newPassword"},
			"somebody else's": {map[string]any{"username": "Admin", "oldPassword": "doctor123", "newPassword": "Long enough 1"}, "own"},
		} {
			got := change(c.input)
			if fault, _ := at(got, "error").(string); at(got, "success") != false || !strings.Contains(fault, c.fault) {
				t.Errorf("%s: %v", name, got)
			}
		}
		if got := change(map[string]any{"oldPassword": "doctor123", "newPassword": "Long enough 1", "clientMutationId": "c"}); at(got, "success") != true || at(got, "clientMutationId") != "c" {
			t.Errorf("the new password: %v", got)
		}
		if w := ask(s, call{user: "doctor:Long enough 1"}, `{ languages { code } }`, nil); w.Code != 200 {
			t.Errorf("with the new password: %d %s", w.Code, w.Body)
		}
	})
}
