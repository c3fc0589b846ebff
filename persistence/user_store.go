package persistence

import (
	"context"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
)

var (
	_ core.UserStore = (*Store)(nil)
	_ core.UserAdmin = (*Store)(nil)
)

// administrator is the value of tblRole.IsSystem of the role that may do everything.
const administrator = 64

// loginAction is the value of tblLogins.LogAction for a log-in.
const loginAction = 1

const accountSQL = `SELECT [u].[UserID] AS [user_id], [u].[LoginName] AS [login], [u].[HFID] AS [facility], [u].[StoredPassword] AS [stored_password],
 [u].[PrivateKey] AS [private_key], [r].[IsSystem] AS [is_system], [rr].[RightID] AS [right_id]
 FROM [tblUsers] [u]
 LEFT JOIN [tblUserRole] [ur] ON [ur].[UserID] = [u].[UserID] AND [ur].[ValidityTo] IS NULL
 LEFT JOIN [tblRole] [r] ON [r].[RoleID] = [ur].[RoleID] AND [r].[ValidityTo] IS NULL AND [r].[IsBlocked] = ?
 LEFT JOIN [tblRoleRight] [rr] ON [rr].[RoleID] = [r].[RoleID] AND [rr].[ValidityTo] IS NULL
 WHERE [u].[ValidityTo] IS NULL AND ? ORDER BY [u].[UserID]`

// accountRow is one right of the user, or the user without any.
type accountRow struct {
	UserID                     int
	Login                      string
	Facility                   *int
	StoredPassword, PrivateKey *string
	IsSystem, RightID          *int
}

// Account gives the current account with the login name, whatever its case, in one
// statement. Rights are those of live roles that are not blocked; an administrator is who
// holds the system's administrator role or is called Admin. Errors: core.NotFound,
// core.Unavailable.
func (s *Store) Account(ctx context.Context, login string) (*core.Account, error) {
	var rows []accountRow
	matches := Text(clause.Column{Table: "u", Name: "LoginName"}, SameFold, strings.TrimSpace(login))
	if err := s.reader.WithContext(ctx).Raw("?", s.handWritten(sqlf(accountSQL, false, matches))).Scan(&rows).Error; err != nil {
		return nil, err
	}
	if len(rows) == 0 || strings.TrimSpace(login) == "" {
		return nil, core.Errorf(core.NotFound, "there is no such user")
	}
	// Where names differ in case only, which the old database cannot have, the exact one wins.
	who := rows[0]
	if i := slices.IndexFunc(rows, func(r accountRow) bool { return r.Login == login }); i >= 0 {
		who = rows[i]
	}
	account := &core.Account{
		Principal:      core.Principal{UserID: who.UserID, Login: who.Login, Rights: map[int]bool{}, Admin: strings.EqualFold(who.Login, "Admin")},
		StoredPassword: deref(who.StoredPassword),
		PrivateKey:     deref(who.PrivateKey),
	}
	if who.Facility != nil {
		account.Principal.Facility = *who.Facility
	}
	for _, row := range rows {
		if row.UserID != who.UserID {
			continue
		}
		if row.IsSystem != nil && *row.IsSystem == administrator {
			account.Principal.Admin = true
		}
		if row.RightID != nil {
			account.Principal.Rights[*row.RightID] = true
		}
	}
	return account, nil
}

// RecordLogin notes that the user logged in, in tblLogins.
func (s *Store) RecordLogin(ctx context.Context, userID int, at time.Time) error {
	return s.Tx(ctx, func(x *Session) error {
		moment, action := s.Wall(at), loginAction
		return Insert(x, &Login{UserID: &userID, LogTime: &moment, LogAction: &action})
	})
}

// AddUser writes the user with his roles and districts in one transaction. Errors:
// core.Conflict when the login name is taken, core.Unprocessable naming an unknown role,
// district or facility.
func (s *Store) AddUser(ctx context.Context, u core.NewUser) error {
	return s.Tx(ctx, func(x *Session) error {
		var n int64
		if err := x.db.Model(&User{}).Where(IsNull(Column("", "ValidityTo"))).Where(Text(Column("", "LoginName"), SameFold, u.Login)).Count(&n).Error; err != nil {
			return err
		}
		if n > 0 {
			return core.ErrorAt(core.Conflict, "name", "the login name %s is taken", u.Login)
		}
		row := User{LanguageID: u.Language, LastName: u.LastName, OtherNames: u.OtherNames, LoginName: u.Login, StoredPassword: &u.StoredPassword, PrivateKey: &u.PrivateKey}
		if err := x.completeUser(u, &row); err != nil {
			return err
		}
		roles, err := x.rolesOf(u, &row)
		if err != nil {
			return err
		}
		districts, err := x.districtsOf(u)
		if err != nil {
			return err
		}
		if err := Insert(x, &row); err != nil {
			return err
		}
		for i := range roles {
			roles[i].UserID = row.UserID
		}
		for i := range districts {
			districts[i].UserID = row.UserID
		}
		if err := InsertMany(x, roles); err != nil {
			return err
		}
		return InsertMany(x, districts)
	})
}

// completeUser looks up the language and the facility.
func (x *Session) completeUser(u core.NewUser, row *User) error {
	if u.Language == "" {
		var first Language
		if err := x.db.Order(orderedBy("SortOrder")).Order(orderedBy("LanguageCode")).Limit(1).Find(&first).Error; err != nil {
			return err
		}
		if row.LanguageID = first.LanguageCode; row.LanguageID == "" {
			return core.ErrorAt(core.Unprocessable, "language", "the database has no language yet; import or make its base data first")
		}
	}
	if u.Facility == "" {
		return nil
	}
	var facility HealthFacility
	if err := x.db.Where(IsNull(Column("", "ValidityTo"))).Where(Text(Column("", "HFCode"), Same, u.Facility)).Limit(1).Find(&facility).Error; err != nil {
		return err
	}
	if facility.HFID == 0 {
		return core.ErrorAt(core.Unprocessable, "facility", "there is no facility with the code %s", u.Facility)
	}
	row.HFID = &facility.HFID
	return nil
}

// rolesOf looks up the roles. The user's row gets the sum of their bits, which SQL Server
// insists on though tblUserRole has replaced it.
func (x *Session) rolesOf(u core.NewUser, row *User) ([]UserRole, error) {
	row.RoleID = new(int)
	var roles []UserRole
	for _, name := range u.Roles {
		var role Role
		if err := x.db.Where(IsNull(Column("", "ValidityTo"))).Where(Text(Column("", "RoleName"), SameFold, name)).Limit(1).Find(&role).Error; err != nil {
			return nil, err
		}
		if role.RoleID == 0 {
			return nil, core.ErrorAt(core.Unprocessable, "role", "there is no role called %s", name)
		}
		if role.IsSystem > 0 {
			*row.RoleID |= role.IsSystem
		}
		roles = append(roles, UserRole{RoleID: role.RoleID, Assign: ptrTo(mayHandOn)})
	}
	return roles, nil
}

// mayHandOn is the value of tblUserRole.Assign for who holds a role and may hand it on.
const mayHandOn = 3

func ptrTo[T any](v T) *T { return &v }

// districtsOf looks up the districts.
func (x *Session) districtsOf(u core.NewUser) ([]UserDistrict, error) {
	var districts []UserDistrict
	for _, code := range u.Districts {
		var district Location
		if err := x.db.Where(IsNull(Column("", "ValidityTo"))).Where(Compare(Column("", "LocationType"), "=", "D")).Where(Text(Column("", "LocationCode"), Same, code)).Limit(1).Find(&district).Error; err != nil {
			return nil, err
		}
		if district.LocationID == 0 {
			return nil, core.ErrorAt(core.Unprocessable, "district", "there is no district with the code %s", code)
		}
		districts = append(districts, UserDistrict{LocationID: district.LocationID})
	}
	return districts, nil
}
