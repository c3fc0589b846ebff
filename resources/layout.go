package resources

import (
	"reflect"
	"strconv"
	"strings"

	"github.com/openimis/openimis-go/persistence"
)

// rowLayout says where a model keeps the columns every legacy table has, whatever its
// spelling of them.
type rowLayout struct {
	uuidAt, fromAt, toAt, extAt, markAt, userAt []int  // where the fields are, nil for none
	userColumn                                  string // "" for none
}

// layoutOf looks a model over once, at start.
func layoutOf[R any](uuidColumn string) rowLayout {
	var l rowLayout
	for _, at := range reflect.VisibleFields(reflect.TypeFor[R]()) {
		_, rest, found := strings.Cut(at.Tag.Get("gorm"), "column:")
		if !found {
			continue
		}
		column, _, _ := strings.Cut(rest, ";")
		switch {
		case column == uuidColumn:
			l.uuidAt = at.Index
		case strings.EqualFold(column, "ValidityFrom"), column == "DateUpdated":
			l.fromAt = at.Index
		case strings.EqualFold(column, "ValidityTo"):
			l.toAt = at.Index
		case strings.EqualFold(column, "AuditUserID"), strings.EqualFold(column, "AuditedUserID"):
			l.userAt, l.userColumn = at.Index, column
		case column == "isDeleted":
			l.markAt = at.Index
		case column == "JsonExt", column == "Json_ext":
			l.extAt = at.Index
		}
	}
	return l
}

// author gives the key of the user who made the row what it is, "" when that is not known.
func (l rowLayout) author(row any) string {
	if l.userAt == nil {
		return ""
	}
	f := field(row, l.userAt)
	if f.Kind() == reflect.Pointer {
		if f.IsNil() {
			return ""
		}
		f = f.Elem()
	}
	return strconv.FormatInt(f.Int(), 10)
}

func field(row any, at []int) reflect.Value { return reflect.ValueOf(row).Elem().FieldByIndex(at) }

func (l rowLayout) uuid(row any) persistence.UUID {
	if l.uuidAt == nil {
		return ""
	}
	return field(row, l.uuidAt).Interface().(persistence.UUID)
}

func (l rowLayout) setUUID(row any, id persistence.UUID) {
	if l.uuidAt != nil {
		field(row, l.uuidAt).Set(reflect.ValueOf(id))
	}
}

// from gives ValidityFrom; the zero moment for NULL.
func (l rowLayout) from(row any) persistence.DateTime { return moment(row, l.fromAt) }

// to gives ValidityTo; the zero moment for NULL.
func (l rowLayout) to(row any) persistence.DateTime { return moment(row, l.toAt) }

// deleted tells whether the row is marked so; a row that is closed instead has ValidityTo.
func (l rowLayout) deleted(row any) bool { return l.markAt != nil && field(row, l.markAt).Bool() }

func moment(row any, at []int) persistence.DateTime {
	if at == nil {
		return persistence.DateTime{}
	}
	switch v := field(row, at).Interface().(type) {
	case persistence.DateTime:
		return v
	case *persistence.DateTime:
		if v != nil {
			return *v
		}
	}
	return persistence.DateTime{}
}

func (l rowLayout) setFrom(row any, at persistence.DateTime) {
	if l.fromAt == nil {
		return
	}
	f := field(row, l.fromAt)
	if f.Kind() == reflect.Pointer {
		f.Set(reflect.ValueOf(&at))
	} else {
		f.Set(reflect.ValueOf(at))
	}
}

// ext gives what JsonExt holds; nil when the table has no such column.
func (l rowLayout) ext(row any) *persistence.JSON {
	if l.extAt == nil {
		return nil
	}
	return field(row, l.extAt).Interface().(*persistence.JSON)
}

func (l rowLayout) setExt(row any, ext *persistence.JSON) {
	if l.extAt != nil {
		field(row, l.extAt).Set(reflect.ValueOf(ext))
	}
}
