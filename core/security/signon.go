package security

import (
	"context"
	"encoding/base64"
	"strings"
	"time"

	"github.com/openimis/openimis-go/core"
)

// Settings say how strict sign-on is.
type Settings struct {
	Secret          []byte        // site secret, 32 bytes or more
	TokenLifetime   time.Duration // of a token given at log-in
	IdentityCache   time.Duration // how long an account is remembered; 0 for not at all
	LockoutFailures int           // wrong passwords that lock an account; 0 for never
	LockoutAddress  int           // wrong passwords that lock a network address; 0 for never
	LockoutTime     time.Duration // how long a lock lasts
	Clock           core.Clock
}

// SignOn turns what a request shows into a principal.
type SignOn struct {
	users    core.UserStore
	tokens   *Tokens
	wrong    guard // passwords
	asked    guard // links for a new password
	known    *bounded[knownAccount]
	remember time.Duration
	clock    core.Clock
}

type knownAccount struct {
	account *core.Account
	at      time.Time
}

// NewSignOn makes the sign-on of one process.
func NewSignOn(users core.UserStore, s Settings) *SignOn {
	if s.Clock == nil {
		s.Clock = core.SystemClock{}
	}
	return &SignOn{
		users: users, clock: s.Clock, remember: s.IdentityCache,
		tokens: NewTokens(s.Secret, s.TokenLifetime, s.Clock),
		wrong:  newGuard(s),
		asked:  newGuard(s),
		known:  newBounded[knownAccount](10_000),
	}
}

// Locked is the cause of a TooMany error: how long the caller has to wait.
type Locked struct{ Wait time.Duration }

// Error says how long.
func (l Locked) Error() string { return "wait " + l.Wait.String() }

// RetryAfter says how long to wait before the next try is looked at.
func (l Locked) RetryAfter() time.Duration { return l.Wait }

// Principal reads an Authorization header. An empty header gives the zero Principal:
// nobody, which open routes allow. address is where the request comes from.
// Errors: Unauthenticated, TooMany with a Locked cause, Unavailable.
func (s *SignOn) Principal(ctx context.Context, header, address string) (core.Principal, error) {
	if strings.TrimSpace(header) == "" {
		return core.Principal{}, nil
	}
	scheme, credentials, _ := strings.Cut(strings.TrimSpace(header), " ")
	credentials = strings.TrimSpace(credentials)
	switch strings.ToLower(scheme) {
	case "bearer":
		return s.bearer(ctx, credentials)
	case "basic":
		raw, err := base64.StdEncoding.DecodeString(credentials)
		login, password, ok := strings.Cut(string(raw), ":")
		if err != nil || !ok {
			return core.Principal{}, core.Errorf(core.Unauthenticated, "the Authorization header is not Basic as RFC 7617 says")
		}
		account, err := s.Check(ctx, login, password, address)
		if err != nil {
			return core.Principal{}, err
		}
		return account.Principal, nil
	}
	return core.Principal{}, core.Errorf(core.Unauthenticated, "the Authorization header is neither Basic nor Bearer")
}

// Login checks a name and password and gives a token with the moment it ends.
// Errors: as Check.
func (s *SignOn) Login(ctx context.Context, login, password, address string) (token string, expires time.Time, err error) {
	account, err := s.Check(ctx, login, password, address)
	if err != nil {
		return "", time.Time{}, err
	}
	if token, expires, err = s.tokens.Sign(account); err != nil {
		return "", time.Time{}, core.Wrap(core.Internal, err, "the token could not be signed")
	}
	if err := s.users.RecordLogin(ctx, account.Principal.UserID, s.clock.Now()); err != nil {
		return "", time.Time{}, err
	}
	return token, expires, nil
}

// Check gives the account when the password is right. A wrong password and a name nobody
// has are answered alike and take the same work. Errors: Unauthenticated, TooMany with a
// Locked cause, Unavailable.
func (s *SignOn) Check(ctx context.Context, login, password, address string) (*core.Account, error) {
	if err := s.wrong.locked(login, address, "too many wrong passwords; try again later"); err != nil {
		return nil, err
	}
	account, fresh, err := s.account(ctx, login)
	if err != nil && core.CodeOf(err) != core.NotFound {
		return nil, err
	}
	ok := verify(account, password)
	if !ok && account != nil && !fresh {
		// The password may have been changed since the account was remembered.
		s.known.remove(login)
		if account, _, err = s.account(ctx, login); err != nil && core.CodeOf(err) != core.NotFound {
			return nil, err
		}
		ok = verify(account, password)
	}
	if !ok {
		s.wrong.failed(login, address)
		return nil, core.Errorf(core.Unauthenticated, "wrong user name or password")
	}
	s.wrong.passed(login)
	return account, nil
}

// Ask counts what anybody may ask for in the name of a user, who may not be there, and
// refuses it when there was too much of it. Errors: TooMany with a Locked cause.
func (s *SignOn) Ask(login, address string) error {
	if err := s.asked.locked(login, address, "this was asked for too often; try again later"); err != nil {
		return err
	}
	s.asked.failed(login, address)
	return nil
}

// Prove carries out a step by which somebody shows who he is without a password. One that
// fails with Unauthenticated counts as a wrong password does. Errors: TooMany with a Locked
// cause, those of the step.
func (s *SignOn) Prove(login, address string, step func() error) error {
	if err := s.wrong.locked(login, address, "too many tries; try again later"); err != nil {
		return err
	}
	err := step()
	switch {
	case err == nil:
		s.wrong.passed(login)
	case core.CodeOf(err) == core.Unauthenticated:
		s.wrong.failed(login, address)
	}
	return err
}

// verify does the same work for a name nobody has.
func verify(account *core.Account, password string) bool {
	var nobody core.Account
	if account == nil {
		account = &nobody
	}
	return VerifyPassword(password, account.PrivateKey, account.StoredPassword)
}

func (s *SignOn) bearer(ctx context.Context, token string) (core.Principal, error) {
	account, _, err := s.holder(ctx, token)
	if err != nil {
		return core.Principal{}, err
	}
	return account.Principal, nil
}

// holder gives whose token it is and what it says. Errors: Unauthenticated, Unavailable.
func (s *SignOn) holder(ctx context.Context, token string) (*core.Account, Claims, error) {
	refused := core.Errorf(core.Unauthenticated, "the token is not valid, or no longer")
	login, ok := s.tokens.Username(token)
	if !ok {
		return nil, Claims{}, refused
	}
	account, fresh, err := s.account(ctx, login)
	if err == nil && !fresh && !s.tokens.Verify(token, account) {
		s.known.remove(login)
		account, _, err = s.account(ctx, login)
	}
	switch {
	case err != nil && core.CodeOf(err) == core.NotFound:
		return nil, Claims{}, refused
	case err != nil:
		return nil, Claims{}, err
	}
	claims, ok := s.tokens.claims(token, account)
	if !ok {
		return nil, Claims{}, refused
	}
	return account, claims, nil
}

// renewals is how long after signing on a token can be renewed.
const renewals = 30 * 24 * time.Hour

// Grant gives what a good token says. Errors: Unauthenticated, Unavailable.
func (s *SignOn) Grant(ctx context.Context, token string) (core.Grant, error) {
	account, claims, err := s.holder(ctx, token)
	if err != nil {
		return core.Grant{}, err
	}
	issued := time.Unix(claims.OriginalTime, 0)
	return core.Grant{
		Token: token, Username: account.Principal.Login, Issued: issued, Expires: claims.ExpiresAt.Time, Renewals: issued.Add(renewals),
	}, nil
}

// Renew gives a new token for a good one, for thirty days after its owner signed on.
// Errors: Unauthenticated, Unavailable.
func (s *SignOn) Renew(ctx context.Context, token string) (core.Grant, error) {
	account, claims, err := s.holder(ctx, token)
	if err != nil {
		return core.Grant{}, err
	}
	issued := time.Unix(claims.OriginalTime, 0)
	if !s.clock.Now().Before(issued.Add(renewals)) {
		return core.Grant{}, core.Errorf(core.Unauthenticated, "the token cannot be renewed any more; sign in")
	}
	renewed, expires, err := s.tokens.sign(account, issued)
	if err != nil {
		return core.Grant{}, core.Wrap(core.Internal, err, "the token could not be signed")
	}
	return core.Grant{Token: renewed, Username: account.Principal.Login, Issued: issued, Expires: expires, Renewals: issued.Add(renewals)}, nil
}

// account gives the account with the login name, remembered or in one statement. Names
// nobody has are not remembered: they are the caller's to invent.
func (s *SignOn) account(ctx context.Context, login string) (account *core.Account, fresh bool, err error) {
	if s.remember > 0 {
		if k, ok := s.known.get(login); ok {
			// A clock that was set back must not make it last.
			if age := s.clock.Now().Sub(k.at); age >= 0 && age < s.remember {
				return k.account, false, nil
			}
		}
	}
	asked := s.clock.Now()
	account, err = s.users.Account(ctx, login)
	if err != nil {
		return nil, true, err
	}
	if s.remember > 0 {
		s.known.put(login, knownAccount{account, asked})
	}
	return account, true, nil
}
