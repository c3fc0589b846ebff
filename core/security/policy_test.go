package security_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/core/security"
)

func TestPasswordPolicy(t *testing.T) {
	strict := security.PasswordPolicy{MinLength: 6, LowerCase: true, UpperCase: true, Numbers: true, Special: true}
	for _, c := range []struct {
		policy   security.PasswordPolicy
		password string
		faults   int
	}{
		{security.DefaultPasswordPolicy, "12345678", 0}, {security.DefaultPasswordPolicy, "1234567", 1}, {security.DefaultPasswordPolicy, "ééééééé", 1},
		{security.DefaultPasswordPolicy, "12345678 ", 1},
		{strict, "Abcde#1", 0}, {strict, "abcde#1", 1}, {strict, "ABCDE#1", 1}, {strict, "Abcdef1", 1}, {strict, "Abcdef#", 1}, {strict, "", 5},
	} {
		err := c.policy.Check(c.password, "password")
		var e *core.Error
		n := 0
		if errors.As(err, &e) {
			n = len(e.All())
		}
		if n != c.faults || c.password != "" && err != nil && strings.Contains(err.Error(), c.password) {
			t.Errorf("%q: %v, expected %d faults", c.password, err, c.faults)
		}
	}
}

func TestResetTokens(t *testing.T) {
	now := time.Date(2023, 5, 4, 3, 2, 1, 0, time.UTC)
	tokens := security.NewTokens([]byte("site"), time.Hour, core.FixedClock(now))
	account := core.Account{Principal: core.Principal{Login: "jane"}, StoredPassword: "A1", PrivateKey: "k"}
	until := now.Add(time.Minute)
	token := tokens.SignReset(&account, until)
	other := account
	other.StoredPassword = "B2"
	elsewhere := security.NewTokens([]byte("elsewhere"), time.Hour, core.FixedClock(now))
	for what, got := range map[string]bool{
		"another password": tokens.VerifyReset(token, &other, until),
		"another moment":   tokens.VerifyReset(token, &account, until.Add(time.Second)),
		"over":             tokens.VerifyReset(tokens.SignReset(&account, now), &account, now),
		"another site":     elsewhere.VerifyReset(token, &account, until),
	} {
		if got {
			t.Errorf("%s: the token works", what)
		}
	}
	if !tokens.VerifyReset(token, &account, until) {
		t.Error("a good token does not work")
	}
}
