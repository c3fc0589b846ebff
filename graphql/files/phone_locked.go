package files

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"io"
)

// Phones lock their archives with a password and AES, as WinZip does (AE-1 and AE-2,
// https://www.winzip.com/en/support/aes-encryption/). The packages that read such archives are
// forks of archive/zip of years ago, without what was mended there since; so the archive
// is read by archive/zip, and what is locked in it here.

// What is between the keys in a locked entry, in bytes.
const (
	lockedMethod   = 99     // the method an entry has that is locked so
	lockedExtra    = 0x9901 // the extra field that says how
	lockedRounds   = 1000   // of the derivation of its keys
	lockedCheck    = 2      // against wrong passwords
	lockedAuthCode = 10
)

var (
	errPassword = errors.New("another password")
	errLocked   = errors.New("locked in a way that is not known here")
)

// unlocked opens an entry that is locked with the password. Errors: errPassword; others
// where it cannot be read.
func unlocked(entry *zip.File, password string) (io.ReadCloser, error) {
	strength, method, ok := lockOf(entry)
	if !ok {
		return nil, errLocked
	}
	raw, err := entry.OpenRaw()
	if err != nil {
		return nil, err
	}
	locked, err := io.ReadAll(io.LimitReader(raw, mostOfFile))
	if err != nil {
		return nil, err
	}
	plain, err := unlock(locked, password, 8+8*strength)
	if err != nil {
		return nil, err
	}
	switch method {
	case zip.Store:
		return io.NopCloser(bytes.NewReader(plain)), nil
	case zip.Deflate:
		return flate.NewReader(bytes.NewReader(plain)), nil
	}
	return nil, errLocked
}

// lockOf reads how an entry is locked: the strength (1 for AES-128, 3 for AES-256) and how
// it was packed before.
func lockOf(entry *zip.File) (strength int, method uint16, ok bool) {
	for extra := entry.Extra; len(extra) >= 4 && entry.Method == lockedMethod; {
		kind, size := binary.LittleEndian.Uint16(extra), int(binary.LittleEndian.Uint16(extra[2:]))
		if extra = extra[4:]; len(extra) < size {
			break
		}
		if kind == lockedExtra && size >= 7 {
			strength, method = int(extra[4]), binary.LittleEndian.Uint16(extra[5:])
			return strength, method, strength >= 1 && strength <= 3
		}
		extra = extra[size:]
	}
	return 0, 0, false
}

// unlock decrypts: a salt of half the length of the key, the check of the password, what is
// locked, and its authentication code.
func unlock(locked []byte, password string, key int) ([]byte, error) {
	salt := key / 2
	if len(locked) < salt+lockedCheck+lockedAuthCode {
		return nil, io.ErrUnexpectedEOF
	}
	keys, err := pbkdf2.Key(sha1.New, password, locked[:salt], lockedRounds, 2*key+lockedCheck)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(keys[2*key:], locked[salt:salt+lockedCheck]) {
		return nil, errPassword
	}
	body, code := locked[salt+lockedCheck:len(locked)-lockedAuthCode], locked[len(locked)-lockedAuthCode:]
	sum := hmac.New(sha1.New, keys[key:2*key])
	sum.Write(body)
	if !hmac.Equal(sum.Sum(nil)[:lockedAuthCode], code) {
		return nil, errors.New("damaged, or locked with another password")
	}
	block, err := aes.NewCipher(keys[:key])
	if err != nil {
		return nil, err
	}
	return counted(block, body), nil
}

// counted decrypts in counter mode with a counter that begins at 1 and has its low byte
// first, where cipher.NewCTR has it last.
func counted(block cipher.Block, body []byte) []byte {
	plain, counter, stream := make([]byte, len(body)), make([]byte, aes.BlockSize), make([]byte, aes.BlockSize)
	for i, n := 0, uint64(1); i < len(body); i, n = i+aes.BlockSize, n+1 {
		binary.LittleEndian.PutUint64(counter, n)
		block.Encrypt(stream, counter)
		subtle.XORBytes(plain[i:], body[i:], stream)
	}
	return plain
}
