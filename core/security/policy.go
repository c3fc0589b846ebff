package security

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/openimis/openimis-go/core"
)

// PasswordPolicy says what a new password must have.
type PasswordPolicy struct {
	MinLength                              int // characters
	LowerCase, UpperCase, Numbers, Special bool
}

// DefaultPasswordPolicy asks for eight characters.
var DefaultPasswordPolicy = PasswordPolicy{MinLength: 8}

// Check refuses a password that is not good enough; what it says holds nothing of the
// password. Errors: core.Unprocessable at path, with all that is missing.
func (p PasswordPolicy) Check(password, path string) error {
	var faults []*core.Error
	want := func(missing bool, what string, args ...any) {
		if missing {
			faults = append(faults, core.ErrorAt(core.Unprocessable, path, what, args...))
		}
	}
	lacks := func(is func(rune) bool) bool { return !strings.ContainsFunc(password, is) }
	want(utf8.RuneCountInString(password) < p.MinLength, "a password has %d characters or more", p.MinLength)
	want(p.LowerCase && lacks(unicode.IsLower), "a password has a small letter")
	want(p.UpperCase && lacks(unicode.IsUpper), "a password has a capital letter")
	want(p.Numbers && lacks(unicode.IsDigit), "a password has a digit")
	want(p.Special && lacks(func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), "a password has a character that is neither letter nor digit")
	want(strings.TrimSpace(password) != password, "white space at the ends of a password is not kept by all generations of the application")
	return core.Join(faults...)
}

// SignReset gives the token by which the account may get a new password until the moment.
// A new password ends it, and so does another moment, which the user table holds.
func (t *Tokens) SignReset(a *core.Account, until time.Time) string {
	mac := hmac.New(sha256.New, t.key(a.PrivateKey))
	mac.Write([]byte("openimis reset\x00" + strings.ToLower(a.Principal.Login) + "\x00" + a.StoredPassword + "\x00" + until.UTC().Format(time.RFC3339)))
	return hex.EncodeToString(mac.Sum(nil))
}

// VerifyReset tells whether the token is the one of the account until the moment, and the
// moment lies ahead.
func (t *Tokens) VerifyReset(token string, a *core.Account, until time.Time) bool {
	same := subtle.ConstantTimeCompare([]byte(token), []byte(t.SignReset(a, until))) == 1
	return same && t.clock.Now().Before(until)
}
