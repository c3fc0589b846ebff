package scheme

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/core/security"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// office is a registry with roles, and a manager of the district who may hand out the
// roles clerk, but only holds the role doctor.
type office struct {
	*registry
	clerk, doctor, blocked persistence.Role
	manager                context.Context
	users                  Users
}

func eachOffice(t *testing.T, test func(t *testing.T, w *office)) {
	eachRegistry(t, func(t *testing.T, r *registry) {
		w := &office{registry: r, users: Users{Passwords: security.DefaultPasswordPolicy, Tokens: security.NewTokens([]byte("site"), time.Hour, core.FixedClock(policyToday))}}
		w.manager = r.as(t, "manager", r.district.LocationID)
		w.clerk = persistence.Role{RoleName: "Clerk", IsSystem: 8}
		w.doctor = persistence.Role{RoleName: "Doctor", IsSystem: 16}
		w.blocked = persistence.Role{RoleName: "Blocked", IsBlocked: true}
		w.write(t, func(x *persistence.Session) error {
			put(t, x, &w.clerk)
			put(t, x, &w.doctor)
			put(t, x, &w.blocked)
			id := core.PrincipalOf(w.manager).UserID
			put(t, x, &persistence.UserRole{UserID: id, RoleID: w.clerk.RoleID, Assign: ptr(3)})
			put(t, x, &persistence.UserRole{UserID: id, RoleID: w.blocked.RoleID})
			put(t, x, &persistence.UserRole{UserID: id, RoleID: w.doctor.RoleID, Assign: ptr(1)})
			return nil
		})
		test(t, w)
	})
}

func (w *office) draft(login string) *UserDraft {
	return &UserDraft{
		User:     persistence.User{LoginName: login, LastName: "Doe", OtherNames: "Jane", LanguageID: "en"},
		Password: "long enough", Roles: []int{w.clerk.RoleID}, Districts: []int{w.district.LocationID},
	}
}

// TestWhatAUserCannotBe cites rule 13.3.
func TestWhatAUserCannotBe(t *testing.T) {
	eachOffice(t, func(t *testing.T, w *office) {
		away := w.below(t, "D", "D2", &w.region.LocationID)
		for _, c := range []struct {
			name              string
			change            func(d *UserDraft)
			manager, anywhere []string // faults for the manager of the district, and for the program itself
		}{
			{"good", func(*UserDraft) {}, nil, nil},
			{"nothing is said", func(d *UserDraft) { *d = UserDraft{} },
				[]string{"LoginName", "LastName", "OtherNames", "password", "LanguageID", "LocationId"}, []string{"LoginName", "LastName", "OtherNames", "password", "LanguageID"}},
			{"a name in other letters", func(d *UserDraft) { d.User.LoginName = "MANAGER" }, []string{"LoginName"}, []string{"LoginName"}},
			{"a name nobody can log in with", func(d *UserDraft) { d.User.LoginName = "a:b" }, []string{"LoginName"}, []string{"LoginName"}},
			{"the administrator's name", func(d *UserDraft) { d.User.LoginName = "admin" }, []string{"LoginName"}, nil},
			{"a short password", func(d *UserDraft) { d.Password, d.Paths = "1234567", Paths{"password": "input.password"} }, []string{"input.password"}, []string{"input.password"}},
			{"a role that is only held", func(d *UserDraft) { d.Roles = []int{w.doctor.RoleID} }, []string{"role 0.RoleID"}, nil},
			{"a blocked role", func(d *UserDraft) { d.Roles = []int{w.clerk.RoleID, w.blocked.RoleID} }, []string{"role 1.RoleID"}, []string{"role 1.RoleID"}},
			{"roles that are not there, or twice", func(d *UserDraft) { d.Roles = []int{w.clerk.RoleID, 9999, w.clerk.RoleID} },
				[]string{"role 1.RoleID", "role 2.RoleID"}, []string{"role 1.RoleID", "role 2.RoleID"}},
			{"a district of others", func(d *UserDraft) { d.Districts = []int{w.district.LocationID, away.LocationID} }, []string{"district 1.LocationId"}, nil},
			{"no district", func(d *UserDraft) { d.Districts = []int{} }, []string{"LocationId"}, nil},
			{"a region", func(d *UserDraft) { d.Districts = []int{w.region.LocationID} }, []string{"district 0.LocationId"}, []string{"district 0.LocationId"}},
			{"at no facility", func(d *UserDraft) { d.User.HFID = ptr(9999) }, []string{"HFID"}, []string{"HFID"}},
			{"an officer whose name is too long", func(d *UserDraft) {
				d.User.LoginName, d.Officer = "longername", &OfficerDraft{Officer: persistence.Officer{LocationID: &w.district.LocationID}, Paths: Paths{"Code": "username"}}
			}, []string{"username"}, []string{"username"}},
		} {
			for who, want := range map[string][]string{"manager": c.manager, "system": c.anywhere} {
				ctx := w.manager
				if who == "system" {
					ctx = persistencetest.System(t)
				}
				d := w.draft("new")
				c.change(d)
				var err error
				_ = w.store.Tx(ctx, func(x *persistence.Session) error {
					err = w.users.Create(x, d)
					return core.Errorf(core.Conflict, "it was only tried")
				})
				wantFaults(t, c.name+" by the "+who, err, want...)
			}
		}
	})
}

// TestUserFromEntryToEnd cites rule 13.3: the officer has the user's name as his code.
func TestUserFromEntryToEnd(t *testing.T) {
	eachOffice(t, func(t *testing.T, w *office) {
		away := w.below(t, "D", "D2", &w.region.LocationID)
		manage := func(fn func(x *persistence.Session) error) error { return w.store.Tx(w.manager, fn) }
		account := func(login string) *core.Account {
			a, err := w.store.Account(persistencetest.System(t), login)
			if err != nil {
				t.Fatal(err)
			}
			return a
		}
		d := w.draft("EO9")
		d.Officer = &OfficerDraft{Officer: persistence.Officer{LocationID: &w.district.LocationID}, Villages: []persistence.OfficerVillage{{LocationID: &w.village.LocationID}}}
		if err := manage(func(x *persistence.Session) error { return w.users.Create(x, d) }); err != nil {
			t.Fatal(err)
		}
		if a := account("EO9"); !security.VerifyPassword("long enough", a.PrivateKey, a.StoredPassword) || number(d.User.RoleID) != 8 || !*d.User.IsAssociated {
			t.Errorf("created: %+v", d.User.LoginName)
		}
		o := d.Officer.Officer
		if o.Code != "EO9" || o.LastName != "Doe" || !*o.HasLogin {
			t.Errorf("the officer: %s %s", o.Code, o.LastName)
		}
		wantCode(t, "an officer who logs in", w.try(t, func(x *persistence.Session) error { return Officers{}.Delete(x, &o) }), core.Conflict, "users")
		renamed := &OfficerDraft{Officer: o}
		renamed.Officer.Code = "EO8"
		wantFaults(t, "another code than he logs in with", w.try(t, func(x *persistence.Session) error { return Officers{}.Update(x, renamed) }), "Code")

		w.write(t, func(x *persistence.Session) error {
			return persistence.Insert(x, &persistence.UserDistrict{UserID: d.User.UserID, LocationID: away.LocationID})
		})
		change := &UserDraft{User: d.User, Districts: []int{w.district.LocationID}, Officer: &OfficerDraft{Officer: persistence.Officer{LocationID: &w.district.LocationID}}}
		change.User.Phone = ptr("077")
		if err := manage(func(x *persistence.Session) error { return w.users.Update(x, change) }); err != nil {
			t.Fatal(err)
		}
		got := rowsOf(t, w.store, func(r *persistence.UserDistrict) string {
			return map[int]string{w.district.LocationID: "here", away.LocationID: "away"}[r.LocationID]
		}, func(r *persistence.UserDistrict) (*persistence.DateTime, *int) { return r.ValidityTo, r.LegacyID })
		if want := "+here, +here, +away"; got != want { // the manager's, and both of the user
			t.Errorf("districts: %s, expected %s", got, want)
		}
		if o = change.Officer.Officer; o.OfficerID != d.Officer.Officer.OfficerID || text(o.Phone) != "077" {
			t.Errorf("the officer was not found again: %d %s", o.OfficerID, text(o.Phone))
		}
		rename := &UserDraft{User: change.User}
		rename.User.LoginName = "EO8"
		wantFaults(t, "without his officer", w.try(t, func(x *persistence.Session) error { return w.users.Update(x, rename) }), "LoginName")

		w.write(t, func(x *persistence.Session) error {
			return persistence.Insert(x, &persistence.UserRole{UserID: d.User.UserID, RoleID: w.doctor.RoleID})
		})
		wantCode(t, "a user with more roles", manage(func(x *persistence.Session) error {
			return w.users.Update(x, &UserDraft{User: change.User, Password: "my own now"})
		}), core.Forbidden)
		wantCode(t, "a user with more roles", manage(func(x *persistence.Session) error { row := change.User; return w.users.Delete(x, &row) }), core.Forbidden)
		other := w.as(t, "other", away.LocationID)
		stranger := w.draft("stranger")
		w.write(t, func(x *persistence.Session) error { return w.users.Create(x, stranger) })
		wantCode(t, "a user of another district", w.store.Tx(other, func(x *persistence.Session) error { return w.users.Update(x, &UserDraft{User: stranger.User}) }), core.NotFound)

		w.write(t, func(x *persistence.Session) error { row := change.User; return w.users.Delete(x, &row) })
		if _, err := w.store.Account(persistencetest.System(t), "EO9"); core.CodeOf(err) != core.NotFound {
			t.Errorf("deleted: %v", err)
		}
		left, err := persistence.OneByKey[persistence.Officer](w.store.Read(persistencetest.System(t)), o.OfficerID)
		if err != nil || *left.HasLogin {
			t.Errorf("the officer of a deleted user: %v", err)
		}
		me := core.PrincipalOf(w.manager).UserID
		wantCode(t, "himself", manage(func(x *persistence.Session) error {
			row, err := persistence.OneByKey[persistence.User](x, me)
			if err != nil {
				return err
			}
			return w.users.Delete(x, row)
		}), core.Conflict, "yourself")
		if got, want := eventNames(t, w.store), "user.created user.changed user.created user.deleted"; got != want {
			t.Errorf("events: %s, expected %s", got, want)
		}
	})
}

// TestPasswordsAreChangedAndReset cites rule 13.2.
func TestPasswordsAreChangedAndReset(t *testing.T) {
	eachOffice(t, func(t *testing.T, w *office) {
		d := w.draft("jane")
		d.User.EmailID = ptr("jane@example.org")
		w.write(t, func(x *persistence.Session) error { return w.users.Create(x, d) })
		jane := core.WithPrincipal(t.Context(), core.Principal{UserID: d.User.UserID, Login: "jane"})
		change := func(old, password string) error {
			return w.store.Tx(jane, func(x *persistence.Session) error { return w.users.ChangePassword(x, old, password, nil) })
		}
		wantFaults(t, "a wrong old password", change("long enougH", "new password"), "oldPassword")
		wantFaults(t, "a short new one", change("long enough", "short"), "password")
		if err := change("long enough", "new password"); err != nil {
			t.Fatal(err)
		}
		wantFaults(t, "the old one is gone", change("long enough", "third password"), "oldPassword")

		reset := func(login string) (out *PasswordReset) {
			w.write(t, func(x *persistence.Session) (err error) { out, err = w.users.Reset(x, login); return err })
			return out
		}
		if reset("nobody") != nil || reset("manager") != nil {
			t.Error("a link for who is not there, or has no e-mail")
		}
		first, link := reset("JANE"), reset("jane")
		set := func(login, token string) error {
			return w.run(t, func(x *persistence.Session) error {
				return w.users.SetPassword(x, login, token, "fourth password", nil)
			})
		}
		wantFaults(t, "somebody else's link", set("manager", link.Token), "token")
		wantFaults(t, "no link", set("jane", ""), "token")
		if first.Until.Equal(link.Until) != (first.Token == link.Token) {
			t.Error("links of different times are the same")
		}
		late := Users{Passwords: w.users.Passwords, Tokens: security.NewTokens([]byte("site"), time.Hour, core.FixedClock(link.Until))}
		wantFaults(t, "an hour later", w.run(t, func(x *persistence.Session) error {
			return late.SetPassword(x, "jane", link.Token, "fourth password", nil)
		}), "token")
		if err := set("Jane", link.Token); err != nil {
			t.Fatal(err)
		}
		wantFaults(t, "a link used twice", set("jane", link.Token), "token")
		if err := change("fourth password", "fifth password"); err != nil {
			t.Error(err)
		}
		var payloads []string
		if err := w.store.Read(persistencetest.System(t)).DB().Model(&persistence.Outbox{}).Pluck("payload", &payloads).Error; err != nil {
			t.Fatal(err)
		}
		if all := strings.Join(payloads, " "); strings.Contains(all, "password") || strings.Contains(all, link.Token) {
			t.Errorf("events hold secrets: %s", all)
		}
	})
}

// TestRolesOfTheSystemStay cites rule 13.3 and c.7.
func TestRolesOfTheSystemStay(t *testing.T) {
	eachOffice(t, func(t *testing.T, w *office) {
		d := &RoleDraft{Role: persistence.Role{RoleName: "Helper", IsSystem: 64}, Rights: []int{101001, 101002}}
		w.write(t, func(x *persistence.Session) error { return Roles{}.Create(x, d) })
		if d.Role.IsSystem != 0 {
			t.Errorf("a role of the system was made: %d", d.Role.IsSystem)
		}
		d.Rights = []int{101002, 101101}
		w.write(t, func(x *persistence.Session) error { return Roles{}.Update(x, d) })
		again := &RoleDraft{Role: persistence.Role{RoleName: "Helper 2"}}
		w.write(t, func(x *persistence.Session) error { return Roles{}.Duplicate(x, d.Role.RoleUUID, again) })
		rights := func() string {
			return rowsOf(t, w.store, func(r *persistence.RoleRight) string { return fmt.Sprint(r.RightID) },
				func(r *persistence.RoleRight) (*persistence.DateTime, *int) { return r.ValidityTo, r.LegacyID })
		}
		if got, want := rights(), "-101001, +101002, 101001 was 1, +101101, +101002, +101101"; got != want {
			t.Errorf("rights: %s, expected %s", got, want)
		}
		for _, c := range []struct {
			name string
			d    RoleDraft
			want []string
		}{
			{"nothing is said", RoleDraft{}, []string{"RoleName"}},
			{"a name that is taken", RoleDraft{Role: persistence.Role{RoleName: "helper"}}, []string{"RoleName"}},
			{"rights that are none", RoleDraft{Role: persistence.Role{RoleName: "New"}, Rights: []int{101001, 1, 101001, 1000000}}, []string{"right 1.RightID", "right 2.RightID", "right 3.RightID"}},
		} {
			wantFaults(t, c.name, w.try(t, func(x *persistence.Session) error { return Roles{}.Create(x, &c.d) }), c.want...)
		}
		system := &RoleDraft{Role: w.clerk, Rights: []int{101001}}
		system.Role.IsSystem = 0
		wantCode(t, "a role of the system", w.try(t, func(x *persistence.Session) error { return Roles{}.Update(x, system) }), core.Conflict, "role of the system")
		wantCode(t, "a role of the system", w.try(t, func(x *persistence.Session) error { return Roles{}.Delete(x, &w.clerk) }), core.Conflict, "role of the system")
		wantCode(t, "a role users hold", w.try(t, func(x *persistence.Session) error { return Roles{}.Delete(x, &w.blocked) }), core.Conflict, "users")
		w.write(t, func(x *persistence.Session) error { return Roles{}.Delete(x, &d.Role) })
		if got, want := eventNames(t, w.store), "role.created role.changed role.created role.deleted"; got != want {
			t.Errorf("events: %s, expected %s", got, want)
		}
	})
}

// TestUserIsAClaimAdministrator cites rule 13.3: the administrator has the user's name as
// his code, is found again and logs in no more once the user is deleted.
func TestUserIsAClaimAdministrator(t *testing.T) {
	eachOffice(t, func(t *testing.T, w *office) {
		hf := w.facility("HF")
		w.write(t, func(x *persistence.Session) error { return persistence.Insert(x, &hf) })
		of := func() *ClaimAdminDraft {
			return &ClaimAdminDraft{ClaimAdmin: persistence.ClaimAdmin{HFID: &hf.HFID}}
		}
		d := w.draft("CA9")
		d.ClaimAdmin = of()
		w.write(t, func(x *persistence.Session) error { return w.users.Create(x, d) })
		first := d.ClaimAdmin.ClaimAdmin
		if d.User.IsAssociated == nil || !*d.User.IsAssociated || text(first.ClaimAdminCode) != "CA9" || !*first.HasLogin {
			t.Errorf("created: %+v of %+v", first, d.User)
		}
		change := &UserDraft{User: d.User, Password: "long enough too", ClaimAdmin: of()}
		change.User.Phone, change.User.IsAssociated = ptr("077"), nil
		w.write(t, func(x *persistence.Session) error { return w.users.Update(x, change) })
		again := change.ClaimAdmin.ClaimAdmin
		if again.ClaimAdminID != first.ClaimAdminID || text(again.Phone) != "077" || change.User.IsAssociated == nil || !*change.User.IsAssociated {
			t.Errorf("changed: %+v of %+v", again, change.User)
		}
		a, err := w.store.Account(persistencetest.System(t), "CA9")
		if err != nil || !security.VerifyPassword("long enough too", a.PrivateKey, a.StoredPassword) {
			t.Errorf("the password was not changed: %v", err)
		}
		w.write(t, func(x *persistence.Session) error { row := change.User; return w.users.Delete(x, &row) })
		left, err := persistence.OneByKey[persistence.ClaimAdmin](w.store.Read(persistencetest.System(t)), first.ClaimAdminID)
		if err != nil || left.HasLogin == nil || *left.HasLogin {
			t.Errorf("the administrator of a deleted user: %+v, %v", left, err)
		}
	})
}

// TestUserGivesUpRoles cites rule 13.3: of his own roles a user gives up those he may hand
// out, and no other.
func TestUserGivesUpRoles(t *testing.T) {
	eachOffice(t, func(t *testing.T, w *office) {
		row, err := persistence.OneByKey[persistence.User](w.store.Read(persistencetest.System(t)), core.PrincipalOf(w.manager).UserID)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			name  string
			roles []int
			good  bool
		}{
			{"all stay", []int{w.clerk.RoleID, w.blocked.RoleID, w.doctor.RoleID}, true},
			{"one he may hand out", []int{w.clerk.RoleID, w.doctor.RoleID}, true},
			{"one he only holds", []int{w.clerk.RoleID, w.blocked.RoleID}, false},
		} {
			var err error
			_ = w.store.Tx(w.manager, func(x *persistence.Session) error {
				err = w.users.Update(x, &UserDraft{User: *row, Roles: c.roles})
				return errUndo
			})
			if c.good && err != nil {
				t.Errorf("%s: %v", c.name, err)
			} else if !c.good {
				wantCode(t, c.name, err, core.Forbidden, "take away")
			}
		}
	})
}

// TestUserMailIsHisOwn cites rule 13.3.
func TestUserMailIsHisOwn(t *testing.T) {
	eachOffice(t, func(t *testing.T, w *office) {
		first, none, other := w.draft("first"), w.draft("none"), w.draft("other")
		first.User.EmailID, other.User.EmailID = ptr("a@example.org"), ptr("A@example.org")
		w.write(t, func(x *persistence.Session) error { return w.users.Create(x, first) })
		w.write(t, func(x *persistence.Session) error { return w.users.Create(x, none) })
		w.write(t, func(x *persistence.Session) error { return w.users.Update(x, &UserDraft{User: first.User}) })
		wantFaults(t, "somebody else's", w.try(t, func(x *persistence.Session) error { return w.users.Create(x, other) }), "EmailId")
	})
}
