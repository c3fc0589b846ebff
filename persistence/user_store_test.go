package persistence_test

import (
	"testing"
	"time"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

func TestAccounts(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		ctx := t.Context() // log-in happens before anybody is somebody
		newWorld(t, s)
		tx(t, s, func(x *persistence.Session) error {
			to := write{t, x}
			for _, role := range []persistence.Role{{RoleName: "Clerk", IsSystem: 8}, {RoleName: "Blocked", IsBlocked: true}, {RoleName: "Administrator", IsSystem: 64}} {
				insert(to, &role)
				insert(to, &persistence.RoleRight{RoleID: role.RoleID, RightID: 101000 + role.RoleID})
				gone := persistence.RoleRight{RoleID: role.RoleID, RightID: 999}
				insert(to, &gone)
				if err := persistence.Delete(x, &gone); err != nil {
					t.Fatal(err)
				}
			}
			return nil
		})
		add := core.NewUser{Login: "Jane", LastName: "Doe", OtherNames: "Jane", Roles: []string{"clerk", "Blocked"}, Districts: []string{"D1"}, Facility: "HF2", StoredPassword: "AB", PrivateKey: "salt"}
		if err := s.AddUser(persistencetest.System(t), add); err != nil {
			t.Fatal(err)
		}
		counted, counter := persistence.CountStatements(ctx)
		account, err := s.Account(counted, "jANE")
		if err != nil {
			t.Fatal(err)
		}
		if counter.Count() != 1 {
			t.Errorf("%d statements, want 1", counter.Count())
		}
		p := account.Principal
		if p.Login != "Jane" || account.StoredPassword != "AB" || account.PrivateKey != "salt" || len(p.Rights) != 1 || !p.Rights[101001] || p.Admin || p.Facility == 0 {
			t.Errorf("account %+v", account)
		}
		if err := s.RecordLogin(ctx, p.UserID, time.Now()); err != nil {
			t.Error(err)
		}
		tests := []struct {
			name   string
			change func(*core.NewUser)
			code   core.Code
			path   string
		}{
			{"a taken name", func(u *core.NewUser) { u.Login = "JANE" }, core.Conflict, "name"},
			{"an unknown role", func(u *core.NewUser) { u.Roles = []string{"King"} }, core.Unprocessable, "role"},
			{"an unknown district", func(u *core.NewUser) { u.Districts = []string{"V1"} }, core.Unprocessable, "district"},
			{"an unknown facility", func(u *core.NewUser) { u.Facility = "none" }, core.Unprocessable, "facility"},
		}
		for _, test := range tests {
			u := add
			u.Login = "Other"
			test.change(&u)
			err := s.AddUser(persistencetest.System(t), u)
			if e, ok := err.(*core.Error); !ok || e.Code != test.code || e.Path != test.path {
				t.Errorf("%s gives %v", test.name, err)
			}
		}
		for _, name := range []string{"Other", "", "nobody", "Jane' OR '1'='1", "%"} {
			if _, err := s.Account(ctx, name); core.CodeOf(err) != core.NotFound {
				t.Errorf("%q gives %v, want not found", name, err)
			}
		}
		if err := s.AddUser(persistencetest.System(t), core.NewUser{Login: "root", Roles: []string{"Administrator"}}); err != nil {
			t.Fatal(err)
		}
		if account, err := s.Account(ctx, "root"); err != nil || !account.Principal.Admin {
			t.Errorf("the administrator's role gives %+v, %v", account, err)
		}
	})
}
