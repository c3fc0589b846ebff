package persistence

import (
	"reflect"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/schema"

	"github.com/openimis/openimis-go/core"
)

// Tables of the newer modules of the Django application keep no history rows. A row is
// changed in place, and says by its marks who made and changed it when, how often it was
// changed, and that it was deleted. DateUpdated stands where others have ValidityFrom.

// Marked are the columns that every such table has. Its models embed it, with the key first.
type Marked struct {
	UUID            UUID      `gorm:"column:UUID;primaryKey;type:uniqueidentifier"`
	IsDeleted       bool      `gorm:"column:isDeleted;type:bit"`
	JSONExt         *JSON     `gorm:"column:Json_ext;type:nvarchar(max)"`
	DateCreated     *DateTime `gorm:"column:DateCreated;type:datetime2(7)"`
	DateUpdated     *DateTime `gorm:"column:DateUpdated;type:datetime2(7)"`
	Version         int       `gorm:"column:version;type:int"`
	UserCreatedUUID *UUID     `gorm:"column:UserCreatedUUID;type:uniqueidentifier"`
	UserUpdatedUUID *UUID     `gorm:"column:UserUpdatedUUID;type:uniqueidentifier"`
}

// Dated are the columns of rows that hold from one moment to another. One that is replaced
// ends when that which replaces it begins, and names it.
type Dated struct {
	Marked
	DateValidFrom   *DateTime `gorm:"column:DateValidFrom;type:datetime2(7)"`
	DateValidTo     *DateTime `gorm:"column:DateValidTo;type:datetime2(7)"`
	ReplacementUUID *UUID     `gorm:"column:ReplacementUUID;type:uniqueidentifier"`
}

// marks are where a model keeps the columns of Marked.
type marks struct {
	deleted, created, version, creator, changer *schema.Field
}

// marksOf gives the marks of a model, nil when it has none.
func marksOf(parsed *schema.Schema) *marks {
	m := &marks{
		deleted: parsed.FieldsByDBName["isDeleted"], created: parsed.FieldsByDBName["DateCreated"], version: parsed.FieldsByDBName["version"],
		creator: parsed.FieldsByDBName["UserCreatedUUID"], changer: parsed.FieldsByDBName["UserUpdatedUUID"],
	}
	if m.deleted == nil || m.created == nil || m.version == nil || m.creator == nil || m.changer == nil {
		return nil
	}
	return m
}

// freshMarks makes the row a new one.
func (x *Session) freshMarks(info *tableInfo, row reflect.Value) error {
	who, err := x.coreUser()
	if err != nil {
		return err
	}
	put(info.marks.deleted, row, false)
	put(info.marks.created, row, x.now)
	put(info.marks.version, row, 1)
	who.into(info.marks.creator, row)
	who.into(info.marks.changer, row)
	return nil
}

// changeMarked writes rows in place, or marks them deleted. The rows must carry the
// version they were read with.
func (x *Session) changeMarked(info *tableInfo, rows []reflect.Value, closing bool) error {
	who, err := x.coreUser()
	if err != nil {
		return err
	}
	stored, err := x.stored(info, rows)
	if err != nil {
		return err
	}
	for _, row := range rows {
		old, ok := stored[valueOf(info.key, row).Interface()]
		if !ok || valueOf(info.marks.deleted, old).Bool() {
			return core.Errorf(core.Gone, "it was deleted meanwhile")
		}
		version := valueOf(info.marks.version, old)
		if version.Int() != valueOf(info.marks.version, row).Int() {
			return &core.Error{Code: core.Conflict, Message: "it was changed by somebody else meanwhile", Cause: &raceError{errStale}}
		}
		if closing {
			row.Set(old)
		}
		next := x.now
		if was, known := dateTimeIn(info.from, old); known {
			if least := was.Add(x.store.dialect.tick(legacyTypeOf(info.from))); next.Before(least) {
				next = At(least)
			}
		}
		put(info.from, row, next)
		put(info.marks.deleted, row, closing)
		put(info.marks.version, row, int(version.Int())+1)
		who.into(info.marks.changer, row)
		if err := x.overwrite(info, differing(info, []reflect.Value{row}, stored), row); err != nil {
			return err
		}
	}
	return x.reword(info, rows, stored, closing)
}

// undeleted matches rows that are not marked deleted.
func (m *marks) undeleted() clause.Expression { return Compare(rootColumn(m.deleted), "=", false) }

// changer is the key of a core_User, "" for the program itself.
type changer UUID

func (c changer) into(field *schema.Field, row reflect.Value) {
	if c == "" {
		put(field, row, nil)
		return
	}
	put(field, row, UUID(c))
}

// coreUser gives the key core_User has for the principal. It adds the bridge when the user
// never logged in to the Django application.
func (x *Session) coreUser() (changer, error) {
	id := x.Principal().UserID
	if id <= 0 {
		return "", nil
	}
	var known []CoreUser
	err := x.db.Where(Compare(Column("", "i_user_id"), "=", id)).Where(IsNull(Column("", "ValidityTo"))).Limit(1).Find(&known).Error
	if err != nil {
		return "", err
	}
	if len(known) > 0 {
		return changerOf(known[0].ID)
	}
	var users []User
	if err := x.db.Where(Compare(Column("", "UserID"), "=", id)).Limit(1).Find(&users).Error; err != nil {
		return "", err
	}
	if len(users) == 0 { // as in a test
		return "", nil
	}
	bridge := &CoreUser{ID: undashed(NewUUID()), Username: users[0].LoginName, IUserID: &id}
	if err := Insert(x, bridge); err != nil {
		return "", err
	}
	return changerOf(bridge.ID)
}

// changerOf reads a key of core_User, which some databases keep without its dashes.
func changerOf(id string) (changer, error) {
	parsed, err := uuid.Parse(id)
	if err != nil {
		return "", core.Wrap(core.Internal, err, "the key %q of core_User is no UUID", id)
	}
	return changer(parsed.String()), nil
}
