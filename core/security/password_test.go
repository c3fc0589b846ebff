package security_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/core/security"
)

// The hash of a published example: seed "demo", password "Secret#1".
const (
	exampleKey  = "2A97516C354B68848CDBD8F54A226A0A55B21ED138E207AD6C5CBB9C00AA5AEA"
	exampleHash = "55AFBF7DFD79CA8AF1745F6D6FD7152D434B6B8E429D6A69C0773B0772613F89"
)

func TestVerifyPassword(t *testing.T) {
	trailing := security.HashPassword("Secret#1  ", exampleKey)
	cases := []struct {
		name, password, key, stored string
		want                        bool
	}{
		{"as stored", "Secret#1", exampleKey, exampleHash, true},
		{"lower-case digits", "Secret#1", exampleKey, strings.ToLower(exampleHash), true},
		{"white space after the password", "Secret#1 \t\n", exampleKey, exampleHash, true},
		{"white space that was hashed", "Secret#1  ", exampleKey, trailing, true},
		{"white space before the password counts", " Secret#1", exampleKey, exampleHash, false},
		{"white space left out that was hashed", "Secret#1", exampleKey, trailing, false},
		{"wrong", "secret#1", exampleKey, exampleHash, false},
		{"other key", "Secret#1", "x" + exampleKey, exampleHash, false},
		{"a user without a password", "locked", exampleKey, "locked", false},
		{"nothing stored", "", "", "", false},
		{"sixty-four zeros are no password", "", exampleKey, strings.Repeat("0", 64), false},
		{"half a hash", "Secret#1", exampleKey, exampleHash[:32], false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := security.VerifyPassword(c.password, c.key, c.stored); got != c.want {
				t.Errorf("VerifyPassword = %t, want %t", got, c.want)
			}
		})
	}
}

func TestHashPasswordGolden(t *testing.T) {
	path := filepath.Join("..", "..", "..", "shared", "reference", "golden", "login_hash.json")
	raw, err := os.ReadFile(path)
	if err != nil {
		if os.Getenv("CI") == "" {
			t.Skipf("no %s", path)
		}
		t.Fatal(err)
	}
	var cases []struct {
		ID    string
		Given struct{ Password, PrivateKey string }
		Then  struct {
			Result struct{ PrivateKey, StoredPassword string }
		}
	}
	if err := json.Unmarshal(raw, &cases); err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		t.Run(c.ID, func(t *testing.T) {
			want := c.Then.Result
			if want.StoredPassword == "" {
				t.Fatal("the case has no hash")
			}
			if want.PrivateKey == "" {
				want.PrivateKey = c.Given.PrivateKey
			}
			if got := security.HashPassword(c.Given.Password, want.PrivateKey); got != want.StoredPassword {
				t.Errorf("HashPassword(%q) = %s, want %s", c.Given.Password, got, want.StoredPassword)
			}
			if !security.VerifyPassword(c.Given.Password, want.PrivateKey, want.StoredPassword) {
				t.Errorf("VerifyPassword(%q) refuses it", c.Given.Password)
			}
		})
	}
}

func TestNewPrivateKeyFitsTheColumn(t *testing.T) {
	a, b := security.NewPrivateKey(), security.NewPrivateKey()
	if len(a) != 256 || a == b {
		t.Errorf("keys of %d digits, equal: %t", len(a), a == b)
	}
}

func FuzzVerifyPassword(f *testing.F) {
	f.Add("Secret#1", exampleKey, exampleHash)
	f.Add("", "", "")
	f.Fuzz(func(t *testing.T, password, key, stored string) {
		security.VerifyPassword(password, key, stored)
		if !security.VerifyPassword(password, key, security.HashPassword(password, key)) {
			t.Error("a password does not open its own hash")
		}
	})
}
