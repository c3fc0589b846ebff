package scheme

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/shopspring/decimal"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// Registers: products, price lists, items, services, places, facilities, payers,
// officers, claim administrators, users and roles.
//
// A draft holds the row as it is to be, with its lines. A new row has no key. To change or
// delete a row a caller reads it in his scope, writes into it what he was told and hands
// it back: what his form does not know stays, and a row that somebody else changed
// meanwhile is refused. Lines that are nil stay as they are.

// Paths gives the names errors use for what a draft holds: for columns of the row, by
// the names of the columns, and for its lines, such as "item 0"; a column of a line is
// named by both with a dot between. A name that is not there stands for itself.
type Paths map[string]string

func (p Paths) of(name string) string {
	if path, ok := p[name]; ok {
		return path
	}
	return name
}

// draftCheck gathers what is wrong with a draft. Once the database fails it looks for
// nothing more.
type draftCheck struct {
	x      *persistence.Session
	paths  Paths
	line   string // the line looked at, "" for the row
	faults []*core.Error
	err    error // of the database
}

// done gives all faults as one error.
func (c *draftCheck) done() error {
	if c.err != nil {
		return c.err
	}
	return core.Join(c.faults...)
}

func (c *draftCheck) path(name string) string {
	switch {
	case c.line == "":
		return c.paths.of(name)
	case name == "":
		return c.paths.of(c.line)
	}
	return c.paths.of(c.line) + "." + c.paths.of(name)
}

func (c *draftCheck) refuse(code core.Code, name, format string, args ...any) {
	c.faults = append(c.faults, core.ErrorAt(code, c.path(name), format, args...))
}

func (c *draftCheck) fault(name, format string, args ...any) {
	c.refuse(core.Unprocessable, name, format, args...)
}

// failed takes an error of the database and tells whether there was one so far.
func (c *draftCheck) failed(err error) bool {
	if c.err == nil {
		c.err = err
	}
	return c.err != nil
}

// needed refuses a text that is not there.
func (c *draftCheck) needed(name, value, what string) {
	if strings.TrimSpace(value) == "" {
		c.fault(name, "%s is missing", what)
	}
}

// letter refuses a letter that is none of those given; no letter is one if optional.
func (c *draftCheck) letter(name, value, letters string, optional bool) {
	value = strings.TrimSpace(value)
	if value == "" && optional || len(value) == 1 && strings.Contains(letters, value) {
		return
	}
	c.fault(name, "%q is none of %s", value, strings.Join(strings.Split(letters, ""), ", "))
}

// within refuses a number outside its bounds; NULL is within.
func (c *draftCheck) within(name string, value *int, low, high int) {
	if value != nil && (*value < low || *value > high) {
		c.fault(name, "%d is not between %d and %d", *value, low, high)
	}
}

// fits refuses what the columns of the row would not hold as it is, and numbers below 0 in
// other columns than those given.
func fits[R any](c *draftCheck, row *R, signed ...string) {
	value := reflect.ValueOf(row).Elem()
	for _, at := range reflect.VisibleFields(value.Type()) {
		field := reflect.Indirect(value.FieldByIndex(at.Index))
		if !field.IsValid() {
			continue
		}
		name := columnOf(at)
		if strings.EqualFold(name, "AuditUserID") || slices.Contains(signed, name) { // the first is written by our own hand, and below 0 for the program itself
			continue
		}
		switch v := field.Interface().(type) {
		case decimal.Decimal:
			if v.IsNegative() {
				c.fault(name, "%s is below 0", v)
			} else if !v.Equal(cents(v)) {
				c.fault(name, "the number %s has more than two digits behind the point", v)
			}
		case int:
			if v < 0 {
				c.fault(name, "%d is below 0", v)
			}
		}
	}
	var e *core.Error
	if err := persistence.Fits(row); errors.As(err, &e) {
		for _, fault := range e.All() {
			c.refuse(fault.Code, fault.Path[strings.IndexByte(fault.Path, '.')+1:], "%s", fault.Message)
		}
	} else {
		c.failed(err)
	}
}

// columnOf gives the column of a field of a row.
func columnOf(field reflect.StructField) string {
	_, rest, _ := strings.Cut(field.Tag.Get("gorm"), "column:")
	name, _, _ := strings.Cut(rest, ";")
	return name
}

// keyColumn gives the key of a table, which is always the first field of its rows.
func keyColumn[R any]() string { return columnOf(reflect.TypeFor[R]().Field(0)) }

// rowKey gives the key of a row.
func rowKey[R any](row *R) int { return int(reflect.ValueOf(row).Elem().Field(0).Int()) }

// exists tells whether a live row meets all conditions.
func exists[R any](x *persistence.Session, conditions ...clause.Expression) (bool, error) {
	var found []R
	l := &loader{db: x.DB().Limit(1)} // one row, where a count would look at all
	find(l, &found, append(conditions, persistence.IsNull(column("", "ValidityTo")))...)
	return len(found) > 0, l.err
}

// unique is a column of which each live row of a table has a value of its own.
type unique struct {
	column string
	called string // "code" or "name"
	what   string // what a row is
	how    persistence.TextMatch
}

// refuseTaken refuses a value that another live row of the table has, among those that
// meet the conditions. Legacy codes have no unique index, so that two transactions could
// find the same code free: the second waits for the first.
func refuseTaken[R any](c *draftCheck, u unique, value string, row *R, among ...clause.Expression) {
	if value = strings.TrimSpace(value); value == "" || c.err != nil {
		return
	}
	if c.failed(persistence.Alone(c.x, fmt.Sprintf("%s:%T:%s", u.column, *row, strings.ToLower(value)))) {
		return
	}
	found, err := exists[R](c.x, append(among, persistence.Text(column("", u.column), u.how, value),
		persistence.Compare(column("", keyColumn[R]()), "<>", rowKey(row)))...)
	if !c.failed(err) && found {
		c.refuse(core.Conflict, u.column, "the %s %s belongs to another %s", u.called, value, u.what)
	}
}

// there gives the live row with the key in the caller's scope, and refuses when there is
// none.
func there[R any](c *draftCheck, name string, key int, what string) *R {
	if c.err != nil {
		return nil
	}
	row, err := persistence.OneByKey[R](c.x, key)
	switch core.CodeOf(err) {
	case core.NotFound, core.Gone:
		c.fault(name, "there is no such %s", what)
		return nil
	}
	if c.failed(err) {
		return nil
	}
	return row
}

// levelNames are the levels of the location tree in words.
var levelNames = map[string]string{"R": "region", "D": "district", "W": "ward", "V": "village"}

// place gives the location with the key, and refuses one that is out of the caller's
// scope or of none of the levels.
func (c *draftCheck) place(name string, key int, levels string) *persistence.Location {
	row := there[persistence.Location](c, name, key, "location")
	if row != nil && !strings.Contains(levels, row.LocationType) {
		var words []string
		for _, level := range strings.Split(levels, "") {
			words = append(words, levelNames[level])
		}
		c.fault(name, "%s is a %s; a %s is needed", text(row.LocationName), levelNames[row.LocationType], strings.Join(words, " or a "))
		return nil
	}
	return row
}

// publishRows announces what happened to rows of a register. The key is that of the
// first; the payload lists them.
func publishRows(x *persistence.Session, name, kind string, ids ...persistence.UUID) error {
	return announceMany(x, name, ids, func(some []persistence.UUID) (string, map[string]any) {
		return kind + "/" + string(some[0]), map[string]any{"ids": some}
	})
}

// use names a column that may point to a row, and what the rows that hold it are called.
type use[R any] struct {
	column string
	called string
}

func (u use[R]) by(x *persistence.Session, key int) (string, error) {
	used, err := exists[R](x, persistence.Compare(column("", u.column), "=", key))
	if err != nil || !used {
		return "", err
	}
	return u.called, nil
}

// part is use for a table that keeps no validity: whatever is in it counts.
type part[R any] use[R]

func (p part[R]) by(x *persistence.Session, key int) (string, error) {
	var found []R
	l := &loader{db: x.DB().Limit(1)}
	find(l, &found, persistence.Compare(column("", p.column), "=", key))
	if l.err != nil || len(found) == 0 {
		return "", l.err
	}
	return p.called, nil
}

// refuseWhileUsed refuses what would take a row away from live rows that point to it.
// Errors: core.Conflict that says what they are.
func refuseWhileUsed(x *persistence.Session, path string, key int, uses ...interface {
	by(x *persistence.Session, key int) (string, error)
}) error {
	for _, use := range uses {
		called, err := use.by(x, key)
		if err != nil {
			return err
		}
		if called != "" {
			return core.ErrorAt(core.Conflict, path, "%s still refer to it", called)
		}
	}
	return nil
}
