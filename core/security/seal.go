package security

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"

	"github.com/openimis/openimis-go/core"
)

// Seal encrypts a text (AES-256-GCM) under a key made of the site's secret and the purpose,
// so that who reads the database alone cannot read it.
func Seal(secret []byte, purpose, text string) (string, error) {
	box, err := sealing(secret, purpose)
	if err != nil {
		return "", err
	}
	nonce := make([]byte, box.NonceSize())
	_, _ = rand.Read(nonce) // never fails
	return base64.StdEncoding.EncodeToString(box.Seal(nonce, nonce, []byte(text), []byte(purpose))), nil
}

// Unseal reads what Seal wrote. Errors: core.Invalid for a text sealed with another secret
// or for another purpose, or changed since.
func Unseal(secret []byte, purpose, sealed string) (string, error) {
	box, err := sealing(secret, purpose)
	if err != nil {
		return "", err
	}
	raw, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil || len(raw) < box.NonceSize() {
		return "", core.Errorf(core.Invalid, "the text is not sealed")
	}
	text, err := box.Open(nil, raw[:box.NonceSize()], raw[box.NonceSize():], []byte(purpose))
	if err != nil {
		return "", core.Errorf(core.Invalid, "the text was sealed with another secret, or changed since")
	}
	return string(text), nil
}

func sealing(secret []byte, purpose string) (cipher.AEAD, error) {
	if len(secret) == 0 {
		return nil, core.Errorf(core.Internal, "there is no secret to seal with")
	}
	key := sha256.Sum256(append([]byte("openimis seal "+purpose+"\x00"), secret...))
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, core.Wrap(core.Internal, err, "nothing can be sealed")
	}
	box, err := cipher.NewGCM(block)
	return box, core.Wrap(core.Internal, err, "nothing can be sealed")
}
