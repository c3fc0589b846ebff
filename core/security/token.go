package security

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"

	"github.com/openimis/openimis-go/core"
)

// issuer is who signs tokens and who may read them: this program.
const issuer = "openimis"

// Claims is what a token says. username and origIat are the names today's clients read.
type Claims struct {
	Username     string `json:"username"`
	OriginalTime int64  `json:"origIat"`
	jwt.RegisteredClaims
}

// Tokens signs and checks tokens. The key of a token is made of the site's secret and the
// user's private key: a change of password ends every token given before it, and somebody
// who can read the user table, as the legacy application can, still cannot sign.
type Tokens struct {
	secret   []byte
	lifetime time.Duration
	clock    core.Clock
}

// NewTokens makes tokens of the lifetime under the site's secret.
func NewTokens(secret []byte, lifetime time.Duration, clock core.Clock) *Tokens {
	return &Tokens{secret: secret, lifetime: lifetime, clock: clock}
}

// Sign gives a token for the account and the moment it ends.
func (t *Tokens) Sign(a *core.Account) (token string, expires time.Time, err error) {
	return t.sign(a, t.clock.Now())
}

// sign gives a token for somebody who signed on at the moment.
func (t *Tokens) sign(a *core.Account, signedOn time.Time) (token string, expires time.Time, err error) {
	now := t.clock.Now().Truncate(time.Second)
	expires = now.Add(t.lifetime)
	claims := Claims{
		Username:     a.Principal.Login,
		OriginalTime: signedOn.Unix(),
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: issuer, Audience: jwt.ClaimStrings{issuer}, ID: uuid.NewString(),
			NotBefore: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(expires),
		},
	}
	token, err = jwt.NewWithClaims(jwt.SigningMethodHS256, claims).SignedString(t.key(a.PrivateKey))
	return token, expires, err
}

// Username reads whose token this claims to be. Nothing is proved by it yet: the name only
// says whose key has to verify the token.
func (t *Tokens) Username(token string) (string, bool) {
	var claims Claims
	if _, _, err := jwt.NewParser().ParseUnverified(token, &claims); err != nil {
		return "", false
	}
	return claims.Username, claims.Username != ""
}

// Verify tells whether the token is one of the account's that is still good: signed with
// HS256 and nothing else, issued by and for this program, within its time.
func (t *Tokens) Verify(token string, a *core.Account) bool {
	_, ok := t.claims(token, a)
	return ok
}

// claims reads a token that is good, as Verify says.
func (t *Tokens) claims(token string, a *core.Account) (claims Claims, ok bool) {
	_, err := jwt.ParseWithClaims(token, &claims, func(*jwt.Token) (any, error) { return t.key(a.PrivateKey), nil },
		jwt.WithValidMethods([]string{"HS256"}), jwt.WithIssuer(issuer), jwt.WithAudience(issuer),
		jwt.WithExpirationRequired(), jwt.WithTimeFunc(t.clock.Now))
	return claims, err == nil && strings.EqualFold(claims.Username, a.Principal.Login)
}

func (t *Tokens) key(privateKey string) []byte {
	mac := hmac.New(sha256.New, t.secret)
	mac.Write([]byte("openimis token\x00" + privateKey))
	return mac.Sum(nil)
}

// SecretFromFile reads the site's secret, and draws and keeps one when the file is not
// there yet. Two instances that start at once on one file end with the same secret.
func SecretFromFile(path string) ([]byte, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, core.Wrap(core.Invalid, err, "the folder for the signing secret cannot be made; set secret or secret-file")
	}
	drawn := make([]byte, 32)
	_, _ = rand.Read(drawn)
	// A file of its own name, then a link: either the whole secret is there or nothing.
	temporary := path + "." + uuid.NewString()
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		if err := os.WriteFile(temporary, []byte(hex.EncodeToString(drawn)+"\n"), 0o600); err != nil {
			return nil, core.Wrap(core.Invalid, err, "the signing secret cannot be kept; set secret or secret-file")
		}
		err = os.Link(temporary, path)
		_ = os.Remove(temporary)
		if err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, core.Wrap(core.Invalid, err, "the signing secret cannot be kept in %s; set secret or secret-file", path)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, core.Wrap(core.Invalid, err, "the signing secret in %s cannot be read", path)
	}
	secret := strings.TrimSpace(string(text))
	if len(secret) < 32 {
		return nil, core.ErrorAt(core.Invalid, "secret-file", "%s holds %d characters; a secret has 32 or more", path, len(secret))
	}
	return []byte(secret), nil
}
