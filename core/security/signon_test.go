package security_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/core/security"
)

// users is a user table in memory that counts its statements.
type users struct {
	accounts   map[string]core.Account
	statements int
	logins     []int
	down       bool
}

func (u *users) Account(_ context.Context, login string) (*core.Account, error) {
	u.statements++
	if u.down {
		return nil, core.Errorf(core.Unavailable, "database away")
	}
	a, ok := u.accounts[strings.ToLower(login)]
	if !ok {
		return nil, core.Errorf(core.NotFound, "no such user")
	}
	return &a, nil
}

func (u *users) RecordLogin(_ context.Context, id int, _ time.Time) error {
	u.logins = append(u.logins, id)
	return nil
}

func (u *users) setPassword(login, password string) {
	key := security.NewPrivateKey()
	a := u.accounts[login]
	a.PrivateKey, a.StoredPassword = key, security.HashPassword(password, key)
	u.accounts[login] = a
}

type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

const (
	here  = "192.0.2.1"
	there = "192.0.2.2"
)

func newSignOn(change func(*security.Settings)) (*security.SignOn, *users, *clock) {
	store := &users{accounts: map[string]core.Account{
		"clerk": {Principal: core.Principal{UserID: 3, Login: "clerk", Rights: map[int]bool{101101: true}}},
		"other": {Principal: core.Principal{UserID: 4, Login: "other"}},
	}}
	store.setPassword("clerk", "Clerk#1")
	store.setPassword("other", "Other#1")
	c := &clock{time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)}
	settings := security.Settings{
		Secret: []byte(strings.Repeat("k", 32)), TokenLifetime: time.Hour, IdentityCache: 2 * time.Second,
		LockoutFailures: 5, LockoutAddress: 8, LockoutTime: 5 * time.Minute, Clock: c,
	}
	if change != nil {
		change(&settings)
	}
	return security.NewSignOn(store, settings), store, c
}

func basic(login, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(login+":"+password))
}

func TestPrincipal(t *testing.T) {
	s, _, _ := newSignOn(nil)
	token, _, err := s.Login(t.Context(), "clerk", "Clerk#1", here)
	if err != nil {
		t.Fatal(err)
	}
	other, _, err := s.Login(t.Context(), "other", "Other#1", here)
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name, header string
		login        string // "" for nobody
		code         core.Code
	}{
		{name: "nothing sent is nobody", header: ""},
		{name: "basic", header: basic("clerk", "Clerk#1"), login: "clerk"},
		{name: "scheme in lower case", header: "basic" + basic("clerk", "Clerk#1")[5:], login: "clerk"},
		{name: "name in another case", header: basic("CLERK", "Clerk#1"), login: "clerk"},
		{name: "wrong password", header: basic("clerk", "clerk"), code: core.Unauthenticated},
		{name: "unknown user", header: basic("nobody", "x"), code: core.Unauthenticated},
		{name: "empty password", header: basic("clerk", ""), code: core.Unauthenticated},
		{name: "basic without a colon", header: "Basic " + base64.StdEncoding.EncodeToString([]byte("clerk")), code: core.Unauthenticated},
		{name: "basic that is not base64", header: "Basic %%%", code: core.Unauthenticated},
		{name: "bearer", header: "Bearer " + token, login: "clerk"},
		{name: "bearer as phones write it", header: "bearer " + other, login: "other"},
		{name: "bearer of nothing", header: "Bearer", code: core.Unauthenticated},
		{name: "bearer of rubbish", header: "Bearer a.b.c", code: core.Unauthenticated},
		{name: "unknown scheme", header: "Digest x", code: core.Unauthenticated},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p, err := s.Principal(t.Context(), c.header, here)
			if c.code != "" {
				if core.CodeOf(err) != c.code || err == nil {
					t.Fatalf("error = %v, want %s", err, c.code)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if p.Login != c.login || p.SignedIn() != (c.login != "") {
				t.Errorf("principal = %+v, want %q", p, c.login)
			}
		})
	}
}

func TestForgedTokensAreRefused(t *testing.T) {
	s, store, c := newSignOn(nil)
	account := store.accounts["clerk"]
	good := security.Claims{Username: "clerk", RegisteredClaims: jwt.RegisteredClaims{
		Issuer: "openimis", Audience: jwt.ClaimStrings{"openimis"}, ExpiresAt: jwt.NewNumericDate(c.now.Add(time.Hour)),
	}}
	sign := func(method jwt.SigningMethod, key any, change func(*security.Claims)) string {
		claims := good
		if change != nil {
			change(&claims)
		}
		token, err := jwt.NewWithClaims(method, claims).SignedString(key)
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	theirs := security.NewTokens([]byte(strings.Repeat("x", 32)), time.Hour, c)
	otherSite, _, _ := theirs.Sign(&account)
	ours := security.NewTokens([]byte(strings.Repeat("k", 32)), time.Hour, c)
	otherUser := store.accounts["other"]
	otherUser.Principal.Login = "clerk"
	otherKey, _, _ := ours.Sign(&otherUser)
	valid, _, _ := ours.Sign(&account)
	parts := strings.Split(valid, ".")
	payload, _ := base64.RawURLEncoding.DecodeString(parts[1])
	changed := parts[0] + "." + base64.RawURLEncoding.EncodeToString([]byte(strings.Replace(string(payload), `"clerk"`, `"other"`, 1))) + "." + parts[2]

	cases := map[string]string{
		"signed with the user's private key alone": sign(jwt.SigningMethodHS256, []byte(account.PrivateKey), nil),
		"no algorithm":         sign(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, nil),
		"another site":         otherSite,
		"another user's key":   otherKey,
		"payload changed":      changed,
		"signature cut off":    parts[0] + "." + parts[1] + ".",
		"signed with nothing":  sign(jwt.SigningMethodHS256, []byte{}, nil),
		"other HMAC algorithm": sign(jwt.SigningMethodHS512, []byte(account.PrivateKey), nil),
	}
	for name, token := range cases {
		t.Run(name, func(t *testing.T) {
			if p, err := s.Principal(t.Context(), "Bearer "+token, here); core.CodeOf(err) != core.Unauthenticated {
				t.Errorf("principal %+v, error %v, want unauthenticated", p, err)
			}
		})
	}
	if _, err := s.Principal(t.Context(), "Bearer "+valid, here); err != nil {
		t.Errorf("the one that is not forged: %v", err)
	}
}

func TestTokenEnds(t *testing.T) {
	s, store, c := newSignOn(nil)
	token, expires, err := s.Login(t.Context(), "clerk", "Clerk#1", here)
	if err != nil {
		t.Fatal(err)
	}
	if want := c.now.Add(time.Hour); !expires.Equal(want) {
		t.Errorf("expires %s, want %s", expires, want)
	}
	if fmt.Sprint(store.logins) != "[3]" {
		t.Errorf("logins recorded: %v, want one of user 3", store.logins)
	}
	valid := func() bool {
		_, err := s.Principal(t.Context(), "Bearer "+token, here)
		return err == nil
	}
	if c.now = c.now.Add(59 * time.Minute); !valid() {
		t.Error("refused before its end")
	}
	if c.now = c.now.Add(2 * time.Minute); valid() {
		t.Error("accepted after its end")
	}
	c.now = c.now.Add(-30 * time.Minute)
	if !valid() {
		t.Error("refused within its time")
	}
	store.setPassword("clerk", "New#1")
	c.now = c.now.Add(3 * time.Second) // what was remembered is old now
	if valid() {
		t.Error("accepted after the password was changed")
	}
}

func TestPasswordChangeIsSeenAtOnce(t *testing.T) {
	s, store, _ := newSignOn(nil)
	if _, err := s.Principal(t.Context(), basic("clerk", "Clerk#1"), here); err != nil {
		t.Fatal(err)
	}
	store.setPassword("clerk", "New#1")
	if _, err := s.Principal(t.Context(), basic("clerk", "New#1"), here); err != nil {
		t.Errorf("the new password has to work although the old account is remembered: %v", err)
	}
}

func TestOneIdentityStatement(t *testing.T) {
	s, store, c := newSignOn(nil)
	for range 10 {
		if _, err := s.Principal(t.Context(), basic("clerk", "Clerk#1"), here); err != nil {
			t.Fatal(err)
		}
	}
	if store.statements != 1 {
		t.Errorf("%d statements for ten requests within the cache, want 1", store.statements)
	}
	c.now = c.now.Add(2 * time.Second)
	_, _ = s.Principal(t.Context(), basic("clerk", "wrong"), here)
	if store.statements != 2 {
		t.Errorf("a wrong password takes %d statements, want 1", store.statements-1)
	}
	s, store, _ = newSignOn(func(s *security.Settings) { s.IdentityCache = 0 })
	for range 3 {
		_, _ = s.Principal(t.Context(), basic("clerk", "Clerk#1"), here)
	}
	if store.statements != 3 {
		t.Errorf("%d statements for three requests without the cache, want 3", store.statements)
	}
}

func TestLockout(t *testing.T) {
	s, _, c := newSignOn(nil)
	try := func(login, password, address string) core.Code {
		_, err := s.Principal(t.Context(), basic(login, password), address)
		if err == nil {
			return ""
		}
		return core.CodeOf(err)
	}
	for i := range 4 {
		if got := try("clerk", "wrong", here); got != core.Unauthenticated {
			t.Fatalf("failure %d: %s", i+1, got)
		}
	}
	if got := try("clerk", "Clerk#1", here); got != "" {
		t.Fatalf("four failures do not lock: %s", got)
	}
	for range 5 {
		try("Clerk", "wrong", there) // counted in whatever case the name is typed
	}
	if got := try("clerk", "Clerk#1", "192.0.2.3"); got != core.TooMany {
		t.Errorf("the right password on a locked account: %q, want too-many", got)
	}
	_, err := s.Principal(t.Context(), basic("clerk", "Clerk#1"), here)
	var locked security.Locked
	if !errors.As(err, &locked) || security.RetryAfter(locked.Wait) != 300 {
		t.Errorf("wait = %v, want five minutes", locked.Wait)
	}
	if got := try("other", "Other#1", there); got != "" {
		t.Errorf("another account of the address: %q, want no lock yet", got)
	}
	c.now = c.now.Add(5 * time.Minute)
	if got := try("clerk", "Clerk#1", here); got != "" {
		t.Errorf("after five minutes: %q, want signed in", got)
	}
}

func TestLockoutOfAnAddress(t *testing.T) {
	s, _, _ := newSignOn(nil)
	for i := range 8 {
		_, _ = s.Principal(t.Context(), basic(fmt.Sprint("guess", i), "x"), there)
	}
	if _, err := s.Principal(t.Context(), basic("clerk", "Clerk#1"), there); core.CodeOf(err) != core.TooMany {
		t.Errorf("error = %v, want too-many for the address", err)
	}
	if _, err := s.Principal(t.Context(), basic("clerk", "Clerk#1"), here); err != nil {
		t.Errorf("from elsewhere: %v", err)
	}
}

func TestTokenOfALockedAccountStaysGood(t *testing.T) {
	s, _, _ := newSignOn(nil)
	token, _, err := s.Login(t.Context(), "clerk", "Clerk#1", here)
	if err != nil {
		t.Fatal(err)
	}
	for range 6 {
		_, _ = s.Principal(t.Context(), basic("clerk", "wrong"), there)
	}
	if _, err := s.Principal(t.Context(), "Bearer "+token, here); err != nil {
		t.Errorf("somebody guessing must not throw out who is signed in: %v", err)
	}
}

func TestDatabaseAwayIsNoWrongPassword(t *testing.T) {
	s, store, _ := newSignOn(nil)
	store.down = true
	for range 10 {
		if _, err := s.Principal(t.Context(), basic("clerk", "Clerk#1"), here); core.CodeOf(err) != core.Unavailable {
			t.Fatalf("error = %v, want unavailable", err)
		}
	}
	store.down = false
	if _, err := s.Principal(t.Context(), basic("clerk", "Clerk#1"), here); err != nil {
		t.Errorf("after the database came back: %v", err)
	}
}

func FuzzPrincipal(f *testing.F) {
	f.Add("Basic Y2xlcms6Q2xlcmsjMQ==")
	f.Add("Bearer eyJhbGciOiJub25lIn0.e30.")
	f.Add("bearer eyJhbGciOiJIUzI1NiJ9.eyJ1c2VybmFtZSI6ImNsZXJrIn0.AAAA")
	f.Fuzz(func(t *testing.T, header string) {
		s, _, _ := newSignOn(nil)
		p, err := s.Principal(context.Background(), header, here)
		if err != nil && core.CodeOf(err) != core.Unauthenticated {
			t.Errorf("%q: %v", header, err)
		}
		if err != nil && p.SignedIn() {
			t.Errorf("%q: an error and a principal", header)
		}
	})
}
