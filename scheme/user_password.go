package scheme

import (
	"time"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/core/security"
	"github.com/openimis/openimis-go/persistence"
)

// setPassword gives the user a new password under a new private key, which ends every
// token and link given before.
func setPassword(row *persistence.User, password string) {
	key := security.NewPrivateKey()
	row.PrivateKey, row.StoredPassword, row.PasswordValidity = &key, ptr(security.HashPassword(password, key)), nil
}

// ChangePassword gives the caller himself a new password. Paths names "oldPassword" and
// "password". Errors: core.Unprocessable for a wrong old password and for a new one that
// is not good enough.
func (u Users) ChangePassword(x *persistence.Session, old, password string, paths Paths) error {
	row, err := persistence.OneByKey[persistence.User](x, x.Principal().UserID)
	if err != nil {
		return err
	}
	account := accountOf(row)
	if !security.VerifyPassword(old, account.PrivateKey, account.StoredPassword) {
		return core.ErrorAt(core.Unprocessable, paths.of("oldPassword"), "it is not your password")
	}
	return u.renew(x, row, password, paths)
}

// renew writes a new password.
func (u Users) renew(x *persistence.Session, row *persistence.User, password string, paths Paths) error {
	if err := u.Passwords.Check(password, paths.of("password")); err != nil {
		return err
	}
	setPassword(row, password)
	if err := persistence.Update(x, row); err != nil {
		return err
	}
	return publishRows(x, "user.password-changed", "User", row.UserUUID)
}

// resetsFor is how long a link for a new password works.
const resetsFor = time.Hour

// PasswordReset is a link for a new password, to be sent to the user and shown to nobody
// else.
type PasswordReset struct {
	User  persistence.User
	Token string
	Until time.Time
}

// Reset makes a link for a new password for the user with the log-in name, whoever asks.
// It gives nil, and no error, for who is not there or has no e-mail: nobody shall learn
// from it who is.
func (u Users) Reset(x *persistence.Session, login string) (*PasswordReset, error) {
	row, err := userNamed(x, login)
	if err != nil || row == nil || text(row.EmailID) == "" {
		return nil, err
	}
	row.PasswordValidity = ptr(persistence.At(x.Now().Add(resetsFor).Truncate(time.Second)))
	if err := persistence.Update(x, row); err != nil {
		return nil, err
	}
	until := x.Store().Instant(*row.PasswordValidity)
	reset := &PasswordReset{User: *row, Token: u.Tokens.SignReset(accountOf(row), until), Until: until}
	return reset, publishRows(x, "user.password-reset", "User", row.UserUUID)
}

// SetPassword gives the user a new password by the token of a link that still works. Paths
// names "token" and "password". Errors: core.Unauthenticated, the same for a wrong name as
// for a wrong token and after the same work; core.Unprocessable for a password that is not
// good enough.
func (u Users) SetPassword(x *persistence.Session, login, token, password string, paths Paths) error {
	row, err := userNamed(x, login)
	if err != nil {
		return err
	}
	asked := row
	if asked == nil {
		asked = &persistence.User{}
	}
	var until time.Time // long ago
	if asked.PasswordValidity != nil {
		until = x.Store().Instant(*asked.PasswordValidity)
	}
	if !u.Tokens.VerifyReset(token, accountOf(asked), until) || row == nil {
		return core.ErrorAt(core.Unauthenticated, paths.of("token"), "the link does not work, or no more; ask for another")
	}
	return u.renew(x, row, password, paths)
}

// userNamed gives the live user with the log-in name, nil for none.
func userNamed(x *persistence.Session, login string) (*persistence.User, error) {
	var rows []persistence.User
	l := &loader{db: x.DB()}
	find(l, &rows, persistence.Text(column("", "LoginName"), persistence.SameFold, login), persistence.IsNull(column("", "ValidityTo")))
	if l.err != nil || len(rows) != 1 {
		return nil, l.err
	}
	return &rows[0], nil
}

// accountOf gives what proves who the user is.
func accountOf(row *persistence.User) *core.Account {
	a := &core.Account{Principal: core.Principal{Login: row.LoginName}}
	if row.PrivateKey != nil {
		a.PrivateKey = *row.PrivateKey
	}
	if row.StoredPassword != nil {
		a.StoredPassword = *row.StoredPassword
	}
	return a
}
