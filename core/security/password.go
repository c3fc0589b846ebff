package security

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"strings"
	"unicode"
)

// HashPassword gives what the user table stores for a password: upper-case hexadecimal
// SHA-256 over the password followed by the user's private key. The legacy application
// checks the same column, so the algorithm is not ours to strengthen.
func HashPassword(password, privateKey string) string {
	sum := sha256.Sum256([]byte(password + privateKey))
	return strings.ToUpper(hex.EncodeToString(sum[:]))
}

// VerifyPassword tells whether the password belongs to the stored hash. One generation of
// the application strips white space at the end of a password before it hashes it, another
// does not, and they differ in the case of the digits; both are accepted. The time it
// takes does not depend on where the hashes differ, nor on whether stored is a hash at all.
func VerifyPassword(password, privateKey, stored string) bool {
	want := make([]byte, sha256.Size)
	valid := 0
	if raw, err := hex.DecodeString(strings.TrimSpace(stored)); err == nil && len(raw) == sha256.Size {
		copy(want, raw)
		valid = 1
	}
	exact := sha256.Sum256([]byte(password + privateKey))
	stripped := sha256.Sum256([]byte(strings.TrimRightFunc(password, unicode.IsSpace) + privateKey))
	equal := subtle.ConstantTimeCompare(exact[:], want) | subtle.ConstantTimeCompare(stripped[:], want)
	return equal&valid == 1
}

// NewPrivateKey draws a private key: 256 hexadecimal digits, which is what the column holds.
func NewPrivateKey() string {
	key := make([]byte, 128)
	_, _ = rand.Read(key) // never fails: it ends the program when the system has no randomness
	return hex.EncodeToString(key)
}
