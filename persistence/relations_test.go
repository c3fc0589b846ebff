package persistence_test

import (
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"

	"gorm.io/gorm"
	"gorm.io/gorm/schema"

	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// TestJoinsAreOnTheRightColumns looks at the SQL of every to-one relation: a relation whose
// columns have the same name on both sides is easily taken the wrong way round.
func TestJoinsAreOnTheRightColumns(t *testing.T) {
	s := persistencetest.SQLite(t)
	db := s.Read(persistencetest.System(t)).DB().Session(&gorm.Session{DryRun: true})
	var cache sync.Map
	joins := 0
	for _, row := range persistence.Tables {
		parsed, err := schema.Parse(row, &cache, schema.NamingStrategy{})
		if err != nil {
			t.Fatal(err)
		}
		for name, relation := range parsed.Relationships.Relations {
			// gorm keeps relations of its own under names with an underscore, and takes
			// many of ours as "has one": of no matter, since relations are never written.
			if strings.HasPrefix(name, "_") || relation.Type == schema.HasMany {
				continue
			}
			joins++
			column := parsed.LookUpField(relation.Field.TagSettings["FOREIGNKEY"])
			table, key := references(column)
			if table == "" { // a reference the legacy schema does not declare
				table, key = relation.FieldSchema.Table, relation.FieldSchema.PrioritizedPrimaryField.DBName
			}
			want := fmt.Sprintf(`LEFT JOIN "%s" "%s" ON "%s"."%s" = "%s"."%s"`, table, name, parsed.Table, column.DBName, name, key)
			rows := reflect.New(reflect.SliceOf(reflect.TypeOf(row)))
			sql := db.Joins(name).Find(rows.Interface()).Statement.SQL.String()
			if !strings.Contains(sql, want) {
				t.Errorf("%s.%s joins as %s, want %s", parsed.Name, name, sql[strings.Index(sql, "LEFT JOIN"):], want)
			}
		}
	}
	if joins < 15 {
		t.Errorf("%d relations were looked at", joins)
	}
}

// references gives what the legacy schema says the column refers to.
func references(field *schema.Field) (table, column string) {
	for part := range strings.SplitSeq(field.Tag.Get("legacy"), ";") {
		if target, found := strings.CutPrefix(part, "references:"); found {
			table, column, _ = strings.Cut(target, ".")
		}
	}
	return table, column
}
