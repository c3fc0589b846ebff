package persistence

import "reflect"

// CheckScope tells whether a model may be read for the principal at all.
func CheckScope(x *Session, row any) error {
	info, err := infoOf(reflect.TypeOf(row))
	if err != nil {
		return err
	}
	_, err = scopeOf(x, info)
	return err
}
