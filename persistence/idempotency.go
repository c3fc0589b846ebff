package persistence

import (
	"crypto/sha256"
	"encoding/hex"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
)

// Idempotency is a row of openimis_idempotency: an answer that is given once.
type Idempotency struct {
	Key    string `gorm:"column:key;primaryKey"`
	Hash   string `gorm:"column:hash"`   // of what was asked
	Answer string `gorm:"column:answer"` // what was answered, such as the id of what was made
	At     int64  `gorm:"column:at"`     // milliseconds since 1970 in UTC
}

// TableName names the table.
func (Idempotency) TableName() string { return "openimis_idempotency" }

// Reserve claims the key for this transaction. With fresh, nobody has it: the caller does
// the work and calls Settle before he commits. Otherwise the work was done before with
// the same content and stored is its answer. Of parallel transactions with one key one is
// fresh and the others wait for it. Errors: core.Conflict, with stored, when the key was
// used for other content.
func Reserve(x *Session, key, contentHash string) (stored string, fresh bool, err error) {
	if err := x.mustWrite(); err != nil {
		return "", false, err
	}
	key = idempotencyKey(key)
	now := x.store.clock.Now().UnixMilli()
	insert := build(func(b clause.Builder) { sqlf(dialectOf(b).reserveSQL(), key, contentHash, now).Build(b) })
	result := x.db.Exec("?", x.store.handWritten(insert))
	if result.Error != nil {
		return "", false, result.Error
	}
	if result.RowsAffected > 0 {
		return "", true, nil
	}
	var row Idempotency
	if err := x.db.Where(sqlf(`[key] = ?`, key)).Take(&row).Error; err != nil {
		return "", false, err
	}
	if row.Hash != contentHash {
		return row.Answer, false, core.Errorf(core.Conflict, "it was sent before with other content: %s", row.Answer)
	}
	return row.Answer, false, nil
}

// Settle keeps the answer under the key reserved in this transaction.
func Settle(x *Session, key, answer string) error {
	return x.db.Model(&Idempotency{}).Where(sqlf(`[key] = ?`, idempotencyKey(key))).Updates(map[string]any{"answer": answer}).Error
}

// Release frees the key, when what it stood for was deleted or is changed by its owner.
func Release(x *Session, key string) error {
	return x.db.Where(sqlf(`[key] = ?`, idempotencyKey(key))).Delete(&Idempotency{}).Error
}

// Alone makes this transaction wait for any other that asked for the same thing, and
// others for this one. Legacy codes have no unique index, so that two transactions could
// find the same code free.
func Alone(x *Session, thing string) error {
	if _, _, err := Reserve(x, "alone:"+thing, ""); err != nil {
		return err
	}
	return Release(x, "alone:"+thing) // the lock stays until the transaction ends
}

// idempotencyKey shortens a key the column cannot hold.
func idempotencyKey(key string) string {
	if len(key) <= 200 {
		return key
	}
	sum := sha256.Sum256([]byte(key))
	return "sha256:" + hex.EncodeToString(sum[:])
}
