package persistence

import (
	"reflect"
	"sync"

	"github.com/openimis/openimis-go/core"
)

// maybeUnnumbered are the tables whose keys the legacy PostgreSQL schema leaves to the
// writer, though SQL Server numbers them.
var maybeUnnumbered = map[string]bool{
	"tblControlNumber": true, "tblExtracts": true, "tblFeedbackPrompt": true, "tblFromPhone": true, "tblHealthStatus": true,
	"tblIMISDefaults": true, "tblLogins": true, "tblReporting": true, "tblSubmittedPhotos": true,
}

// numbering remembers which of these tables the open database does not number.
type numbering struct{ unnumbered sync.Map } // table → bool

// number gives new rows of such a table their keys: one more than the highest, with the
// table locked against other writers until the transaction ends.
func (x *Session) number(info *tableInfo, rows ...reflect.Value) error {
	ask, lock := x.store.dialect.numberingSQL(info.name)
	if ask == "" || !maybeUnnumbered[info.name] || info.key == nil {
		return nil
	}
	known, asked := x.store.numbering.unnumbered.Load(info.name)
	if !asked {
		var n int64
		if err := x.db.Raw(ask, info.name, info.key.DBName).Scan(&n).Error; err != nil {
			return err
		}
		known = n > 0
		x.store.numbering.unnumbered.Store(info.name, known)
	}
	if known == false {
		return nil
	}
	if x.unit == nil {
		return core.Errorf(core.Internal, "%s needs a transaction to number its rows", info.name)
	}
	if err := x.db.Exec(lock).Error; err != nil {
		return err
	}
	var last int64
	if err := x.db.Model(reflect.New(info.schema.ModelType).Interface()).Select("COALESCE(MAX(?), 0)", quoted(info.key)).Scan(&last).Error; err != nil {
		return err
	}
	for _, row := range rows {
		if valueOf(info.key, row).IsZero() {
			last++
			put(info.key, row, last)
		}
	}
	return nil
}
