package persistence

import (
	"reflect"

	"gorm.io/gorm"
)

// CheckScope tells whether a model may be read for the principal at all.
func CheckScope(x *Session, row any) error {
	info, err := infoOf(reflect.TypeOf(row))
	if err != nil {
		return err
	}
	_, err = scopeOf(x, info, false)
	return err
}

// Writer gives the handle that writes, for a test that plays somebody else.
func Writer(s *Store) *gorm.DB { return s.writer }
