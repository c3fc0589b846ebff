package scheme

import (
	"strings"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/core/security"
	"github.com/openimis/openimis-go/persistence"
)

// Users are the use cases on people who log in. Each runs inside the transaction of the
// session it is given, writes rows with their history and publishes one event, which
// holds no secret.
//
// A user hands out and takes away only roles he holds and may hand on (bit 2 of
// tblUserRole.Assign), and changes only users all of whose roles he may hand out, or
// himself; administrators may all (rule 13.3).
type Users struct {
	Passwords security.PasswordPolicy
	Tokens    *security.Tokens // signs links for a new password
}

// UserDraft is a user as he is to be. His password is not part of the row.
type UserDraft struct {
	User      persistence.User
	Password  string // "" leaves it; a new user needs one
	Roles     []int  // keys; nil: as they are
	Districts []int  // keys; nil: as they are. Those out of the caller's scope stay

	// Officer and ClaimAdmin say that the user is one too, with his log-in name as the code,
	// and with his names, telephone and e-mail. One with that code who is there already is
	// taken. nil leaves what is there.
	Officer    *OfficerDraft
	ClaimAdmin *ClaimAdminDraft

	// Paths gives the names errors use for columns of tblUsers, "password", and "role 0" and
	// "district 0" and so on.
	Paths Paths
}

// The lines of users.
var (
	userRoles = lines[persistence.UserRole, int]{"UserID",
		func(l *persistence.UserRole) int { return l.RoleID },
		func(l *persistence.UserRole, user int) { l.UserID = user }}
	userDistricts = lines[persistence.UserDistrict, int]{"UserID",
		func(l *persistence.UserDistrict) int { return l.LocationID },
		func(l *persistence.UserDistrict, user int) { l.UserID = user }}
)

// The bits of tblUserRole.Assign. NULL counts as both.
const (
	roleHeld     = 1
	roleHandedOn = 2
)

// Create stores a new user. Errors: core.Unprocessable for what a user cannot be,
// core.Conflict for a name or e-mail that is taken, core.Forbidden for roles the caller
// may not hand out; with all faults.
func (u Users) Create(x *persistence.Session, d *UserDraft) error {
	d.User.UserID, d.User.UserUUID, d.User.PasswordValidity = 0, "", nil
	g, err := u.check(x, d, &persistence.User{})
	if err != nil {
		return err
	}
	setPassword(&d.User, d.Password)
	d.User.RoleID = ptr(g.bits())
	d.User.IsAssociated = ptr(d.Officer != nil || d.ClaimAdmin != nil)
	if err := persistence.Insert(x, &d.User); err != nil {
		return err
	}
	return u.written(x, d, g, "user.created")
}

// Update changes a user, who must carry the ValidityFrom he was read with. Errors:
// core.NotFound, core.Gone, those of Create; core.Conflict when he was changed since.
func (u Users) Update(x *persistence.Session, d *UserDraft) error {
	stored, err := persistence.OneByKey[persistence.User](x, d.User.UserID)
	if err != nil {
		return err
	}
	g, err := u.check(x, d, stored)
	if err != nil {
		return err
	}
	d.User.PrivateKey, d.User.StoredPassword, d.User.PasswordValidity = stored.PrivateKey, stored.StoredPassword, stored.PasswordValidity
	if d.Password != "" {
		setPassword(&d.User, d.Password)
	}
	d.User.RoleID = ptr(g.bits())
	if d.Officer != nil || d.ClaimAdmin != nil {
		d.User.IsAssociated = ptr(true)
	}
	if err := persistence.Update(x, &d.User); err != nil {
		return err
	}
	return u.written(x, d, g, "user.changed")
}

// Delete closes a user, as he was read, with his roles and districts; an officer or claim
// administrator he stood for stays, without log-in. Errors: core.Gone; core.Conflict for
// the caller himself and when the user was changed since; core.Forbidden.
func (Users) Delete(x *persistence.Session, row *persistence.User) error {
	if row.UserID == x.Principal().UserID {
		return core.Errorf(core.Conflict, "you cannot delete yourself")
	}
	c := &draftCheck{x: x}
	c.grants(&UserDraft{User: *row}, row)
	if err := c.done(); err != nil {
		return err
	}
	if err := userRoles.close(x, row.UserID); err != nil {
		return err
	}
	if err := userDistricts.close(x, row.UserID); err != nil {
		return err
	}
	if err := withoutLogin(x, row.LoginName); err != nil {
		return err
	}
	if err := persistence.Delete(x, row); err != nil {
		return err
	}
	return publishRows(x, "user.deleted", "User", row.UserUUID)
}

// withoutLogin notes that who has the code logs in no more.
func withoutLogin(x *persistence.Session, code string) error {
	officer, admin, err := standFor(x, code)
	if err == nil && officer != nil {
		officer.HasLogin = ptr(false)
		err = persistence.Update(x, officer)
	}
	if err == nil && admin != nil {
		admin.HasLogin = ptr(false)
		err = persistence.Update(x, admin)
	}
	return err
}

// standFor finds the officer and the claim administrator with the code.
func standFor(x *persistence.Session, code string) (*persistence.Officer, *persistence.ClaimAdmin, error) {
	var officers []persistence.Officer
	var admins []persistence.ClaimAdmin
	l := &loader{db: x.DB()}
	find(l, &officers, persistence.Text(column("", "Code"), persistence.SameFold, code), persistence.IsNull(column("", "ValidityTo")))
	find(l, &admins, persistence.Text(column("", "ClaimAdminCode"), persistence.SameFold, code), persistence.IsNull(column("", "ValidityTo")))
	var officer *persistence.Officer
	var admin *persistence.ClaimAdmin
	if len(officers) > 0 {
		officer = &officers[0]
	}
	if len(admins) > 0 {
		admin = &admins[0]
	}
	return officer, admin, l.err
}

// written writes what hangs on a user who was written.
func (u Users) written(x *persistence.Session, d *UserDraft, g *grants, event string) error {
	if d.Roles != nil {
		if err := userRoles.write(x, d.User.UserID, g.wanted); err != nil {
			return err
		}
	}
	if d.Districts != nil {
		if err := userDistricts.write(x, d.User.UserID, g.districts); err != nil {
			return err
		}
	}
	officer, admin, err := standFor(x, d.User.LoginName)
	if err == nil && d.Officer != nil {
		err = d.writeOfficer(x, officer)
	}
	if err == nil && d.ClaimAdmin != nil {
		err = d.writeClaimAdmin(x, admin)
	}
	if err != nil {
		return err
	}
	return publishRows(x, event, "User", d.User.UserUUID)
}

// writeOfficer writes the officer the user is; stored is one with his code.
func (d *UserDraft) writeOfficer(x *persistence.Session, stored *persistence.Officer) error {
	o := &d.Officer.Officer
	if o.OfficerID == 0 && stored != nil {
		given := *o
		*o = *stored
		o.LocationID, o.OfficerIDSubst, o.WorksTo, o.DOB = given.LocationID, given.OfficerIDSubst, given.WorksTo, given.DOB
		o.PhoneCommunication, o.Permanentaddress = given.PhoneCommunication, given.Permanentaddress
	}
	o.Code, o.LastName, o.OtherNames, o.Phone, o.EmailID, o.HasLogin = d.User.LoginName, d.User.LastName, d.User.OtherNames, d.User.Phone, d.User.EmailID, ptr(true)
	if o.OfficerID == 0 {
		return Officers{}.store(x, d.Officer)
	}
	return Officers{}.change(x, d.Officer, stored)
}

// writeClaimAdmin writes the claim administrator the user is; stored is one with his code.
func (d *UserDraft) writeClaimAdmin(x *persistence.Session, stored *persistence.ClaimAdmin) error {
	a := &d.ClaimAdmin.ClaimAdmin
	if a.ClaimAdminID == 0 && stored != nil {
		given := *a
		*a = *stored
		a.HFID, a.DOB = given.HFID, given.DOB
	}
	a.ClaimAdminCode, a.LastName, a.OtherNames = &d.User.LoginName, &d.User.LastName, &d.User.OtherNames
	a.Phone, a.EmailID, a.HasLogin = d.User.Phone, d.User.EmailID, ptr(true)
	if a.ClaimAdminID == 0 {
		return ClaimAdmins{}.store(x, d.ClaimAdmin)
	}
	return ClaimAdmins{}.change(x, d.ClaimAdmin, stored)
}

// check looks for everything that is wrong with the draft; was is the stored user, without
// key for a new one.
func (u Users) check(x *persistence.Session, d *UserDraft, was *persistence.User) (*grants, error) {
	row, c := &d.User, &draftCheck{x: x, paths: d.Paths}
	fits(c, row)
	c.needed("LoginName", row.LoginName, "the log-in name")
	c.needed("LastName", row.LastName, "the last name of the user")
	c.needed("OtherNames", row.OtherNames, "the given name of the user")
	c.loginName(d, was)
	if was.UserID == 0 || d.Password != "" {
		if err := u.Passwords.Check(d.Password, d.Paths.of("password")); err != nil {
			c.faults = append(c.faults, err.(*core.Error).All()...)
		}
	}
	languages, err := spoken(x)
	if c.failed(err) {
		return nil, c.err
	}
	if !languages[row.LanguageID] {
		c.fault("LanguageID", "there is no language %q", row.LanguageID)
	}
	if number(row.HFID) != 0 && number(row.HFID) != number(was.HFID) {
		there[persistence.HealthFacility](c, "HFID", *row.HFID, "facility")
	}
	g := c.grants(d, was)
	c.districts(d, g)
	if !strings.EqualFold(row.LoginName, was.LoginName) {
		refuseTaken(c, unique{"LoginName", "name", "user", persistence.SameFold}, row.LoginName, row)
	}
	if mail := text(row.EmailID); mail != "" && !strings.EqualFold(mail, text(was.EmailID)) {
		refuseTaken(c, unique{"EmailId", "e-mail", "user", persistence.SameFold}, mail, row)
	}
	return g, c.done()
}

func spoken(x *persistence.Session) (map[string]bool, error) {
	var rows []persistence.Language
	l := &loader{db: x.DB()}
	find(l, &rows)
	known := map[string]bool{}
	for i := range rows {
		known[rows[i].LanguageCode] = true
	}
	return known, l.err
}

// loginName refuses names nobody can log in with, and the name that makes its owner an
// administrator, unless the caller is one.
func (c *draftCheck) loginName(d *UserDraft, was *persistence.User) {
	name := d.User.LoginName
	if strings.TrimSpace(name) != name || strings.Contains(name, ":") {
		c.fault("LoginName", "a log-in name has no colon, and no space at its ends")
	}
	if name == was.LoginName {
		return
	}
	if p := c.x.Principal(); !p.Admin && !p.System && (strings.EqualFold(name, "Admin") || strings.EqualFold(was.LoginName, "Admin")) {
		c.refuse(core.Forbidden, "LoginName", "only an administrator gives or takes this name")
	}
	if was.IsAssociated != nil && *was.IsAssociated && d.Officer == nil && d.ClaimAdmin == nil {
		c.refuse(core.Conflict, "LoginName", "it is the code of an officer or claim administrator too, whom the change leaves out")
	}
}
