package scheme

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/shopspring/decimal"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/persistence"
)

// lines are the lines of one row of a register, with what tells them apart.
type lines[L any, K comparable] struct {
	owner string        // column that points to the row
	key   func(*L) K    // what there is one line of
	own   func(*L, int) // makes the line one of the row with the key
}

// live loads the live lines of a row.
func (k lines[L, K]) live(x *persistence.Session, owner int) ([]L, error) {
	var stored []L
	l := &loader{db: x.DB().Order(clause.OrderByColumn{Column: column("", keyColumn[L]())})}
	find(l, &stored, persistence.Compare(column("", k.owner), "=", owner), persistence.IsNull(column("", "ValidityTo")))
	return stored, l.err
}

// write makes the live lines of a row those wanted, under their own keys and with
// history: a line that is there already is changed in place, one that is not wanted any
// more is closed, and one that says what is stored is left alone. Of several stored lines
// of one thing the first stays.
func (k lines[L, K]) write(x *persistence.Session, owner int, wanted []L) error {
	stored, err := k.live(x, owner)
	if err != nil {
		return err
	}
	for i := range wanted {
		k.own(&wanted[i], owner)
	}
	return k.replace(x, stored, wanted)
}

// replace makes the stored lines those wanted, which say already whose they are.
func (k lines[L, K]) replace(x *persistence.Session, stored, wanted []L) error {
	by := map[K]*L{}
	var gone, changed []*L
	for i := range stored {
		if key := k.key(&stored[i]); by[key] == nil {
			by[key] = &stored[i]
		} else {
			gone = append(gone, &stored[i])
		}
	}
	var fresh []L
	for i := range wanted {
		line := wanted[i]
		old := by[k.key(&line)]
		if old == nil {
			setKey(&line, 0)
			fresh = append(fresh, line)
			continue
		}
		delete(by, k.key(&line))
		if carry(old, &line); !sameValues(old, &line) {
			changed = append(changed, &line)
		}
	}
	for i := range stored {
		if by[k.key(&stored[i])] == &stored[i] {
			gone = append(gone, &stored[i])
		}
	}
	if err := persistence.DeleteMany(x, gone); err != nil {
		return err
	}
	if err := persistence.UpdateMany(x, changed); err != nil {
		return err
	}
	return persistence.InsertMany(x, fresh)
}

// close closes all live lines of a row.
func (k lines[L, K]) close(x *persistence.Session, owner int) error {
	return k.write(x, owner, nil)
}

// carry gives a line the identity of the stored one: its key and validity.
func carry[L any](stored, line *L) {
	from, to := reflect.ValueOf(stored).Elem(), reflect.ValueOf(line).Elem()
	to.Field(0).Set(from.Field(0))
	for _, name := range []string{"ValidityFrom", "ValidityTo", "LegacyID", "AuditUserID"} {
		to.FieldByName(name).Set(from.FieldByName(name))
	}
}

func setKey[L any](line *L, key int64) { reflect.ValueOf(line).Elem().Field(0).SetInt(key) }

// sameValues tells whether two rows say the same. Numbers are the same however many
// zeros they end with.
func sameValues[L any](a, b *L) bool {
	left, right := reflect.ValueOf(a).Elem(), reflect.ValueOf(b).Elem()
	for i := range left.NumField() {
		l, r := left.Field(i).Interface(), right.Field(i).Interface()
		switch l := l.(type) {
		case decimal.Decimal:
			if !l.Equal(r.(decimal.Decimal)) {
				return false
			}
		case *decimal.Decimal:
			r := r.(*decimal.Decimal)
			if (l == nil) != (r == nil) || l != nil && !l.Equal(*r) {
				return false
			}
		default:
			if !reflect.DeepEqual(l, r) {
				return false
			}
		}
	}
	return true
}

// missing refuses each line whose thing is not live in the caller's scope. what says what
// a thing is.
func missing[R, L any](c *draftCheck, kind, name, what string, list []L, key func(*L) int) {
	if c.err != nil || len(list) == 0 {
		return
	}
	var found []R
	for some := range slices.Chunk(keysOf(list, key), 900) {
		page, err := persistence.Select[R](c.x, persistence.Query{Where: []clause.Expression{persistence.In(column("", keyColumn[R]()), some)}, Few: true})
		if c.failed(err) {
			return
		}
		found = append(found, page.Rows...)
	}
	live := byKey(found, rowKey[R])
	each(c, kind, list, func(line *L) {
		if live[key(line)] == nil {
			c.fault(name, "there is no such %s", what)
		}
	})
}

// each checks the lines one by one under the names "item 0", "item 1" and so on.
func each[L any](c *draftCheck, kind string, list []L, check func(line *L)) {
	defer func(line string) { c.line = line }(c.line)
	for i := range list {
		c.line = fmt.Sprint(kind, " ", i)
		check(&list[i])
	}
}

// once refuses lines of one thing beyond the first.
func once[L any, K comparable](c *draftCheck, kind, name string, list []L, key func(*L) K) {
	seen := map[K]bool{}
	each(c, kind, list, func(line *L) {
		if seen[key(line)] {
			c.fault(name, "it is in the list already")
		}
		seen[key(line)] = true
	})
}
