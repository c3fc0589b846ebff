package persistence

import (
	"context"
	"reflect"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/schema"

	"github.com/openimis/openimis-go/core"
)

// Word is a row of openimis_word: something a live row can be found by that no column of
// it holds, because it stands in the row's JSON document. A word is a hash of what it
// means, so that it is short whatever it says and the same on databases of any collation.
type Word struct {
	ID      int64  `gorm:"column:id;primaryKey"`
	Holder  string `gorm:"column:holder"`   // table of the row
	RowKey  *int64 `gorm:"column:row_key"`  // its key, where that is a number
	RowUUID *UUID  `gorm:"column:row_uuid"` // its key, where that is a UUID
	Word    string `gorm:"column:word"`     // at most 32 characters
}

// TableName names the table.
func (Word) TableName() string { return wordTable }

const wordTable = "openimis_word"

// Spelling says what words the documents of rows hold. The words of a row are written with
// it, whoever changes it through this package.
type Spelling struct {
	Version string   // other words for the same documents have another version
	Mark    string   // a document without this text has no words
	Holders []string // the tables

	// Words gives the words of a document of a table.
	Words func(table string, document JSON) []string
}

// spelling is how documents are read; without one no row has words.
var spelling Spelling

// Spell sets how documents are read. It is for the package that writes them, at start,
// before a store is opened.
func Spell(s Spelling) { spelling = s }

// holds tells whether rows of the table have words.
func (s *Spelling) holds(info *tableInfo) bool {
	return info.document != nil && info.key != nil && slices.Contains(s.Holders, info.name)
}

// of gives the words of a row, sorted, each once.
func (s *Spelling) of(info *tableInfo, row reflect.Value) []string {
	document := valueOf(info.document, row).Interface().(*JSON)
	if document == nil {
		return nil
	}
	words := s.Words(info.name, *document)
	slices.Sort(words)
	return slices.Compact(words)
}

// reword writes the words of rows that were just written. stored holds, by key, rows as
// they were before; with gone the rows are closed, and have no words any more. It takes no
// statement where the words stay the same, and else one for each batch.
func (x *Session) reword(info *tableInfo, rows []reflect.Value, stored map[any]reflect.Value, gone bool) error {
	if !spelling.holds(info) {
		return nil
	}
	var stale []any
	var fresh []Word
	for _, row := range rows {
		key := valueOf(info.key, row).Interface()
		place := wroteKey{info.name, key}
		was, known := x.unit.words[place]
		if old, there := stored[key]; !known && there {
			was = spelling.of(info, old)
		}
		var now []string
		if !gone {
			now = spelling.of(info, row)
		}
		if slices.Equal(was, now) {
			continue
		}
		if x.unit.words == nil {
			x.unit.words = map[wroteKey][]string{}
		}
		if x.unit.part != nil {
			before, given := x.unit.words[place]
			x.unit.part.words = append(x.unit.part.words, keptWords{place, before, given})
		}
		x.unit.words[place] = now
		if len(was) > 0 {
			stale = append(stale, key)
		}
		fresh = append(fresh, wordsAt(info, row, now)...)
	}
	for some := range slices.Chunk(stale, 900) {
		where := clause.And(Compare(Column("", "holder"), "=", info.name), In(Column("", placeOf(info.key)), some))
		if err := x.db.Where(where).Delete(&Word{}).Error; err != nil {
			return err
		}
	}
	return x.writeWords(fresh)
}

func (x *Session) writeWords(words []Word) error {
	if len(words) == 0 {
		return nil
	}
	info, err := infoFor[Word]()
	if err != nil {
		return err
	}
	return x.db.CreateInBatches(words, x.batch(info)).Error
}

// wordsAt makes the rows of the words of a row.
func wordsAt(info *tableInfo, row reflect.Value, words []string) []Word {
	made := make([]Word, len(words))
	key := valueOf(info.key, row)
	for i, word := range words {
		made[i] = Word{Holder: info.name, Word: word}
		if key.Type() == uuidType {
			id := key.Interface().(UUID)
			made[i].RowUUID = &id
		} else {
			number := key.Int()
			made[i].RowKey = &number
		}
	}
	return made
}

// placeOf names the column of openimis_word that holds keys of the kind.
func placeOf(key *schema.Field) string {
	if key.FieldType == uuidType {
		return "row_uuid"
	}
	return "row_key"
}

// Spelt matches rows whose column holds the key of a row of the holder with one of the
// words. Rows from whose document a foreign program took the mark do not count.
func Spelt(column clause.Column, holder string, words ...string) clause.Expression {
	return build(func(b clause.Builder) {
		b.WriteQuoted(column)
		b.WriteString(" IN (")
		writeSpelt(b, holder, words)
		b.WriteByte(')')
	})
}

func writeSpelt(b clause.Builder, holder string, words []string) {
	info := infosByName()[holder]
	of := func(name string) clause.Column { return clause.Column{Table: "w_w", Name: name} }
	its := func(field *schema.Field) clause.Column { return clause.Column{Table: "w_h", Name: field.DBName} }
	place := of(placeOf(info.key))
	b.WriteString("SELECT ")
	b.WriteQuoted(place)
	b.WriteString(" FROM ")
	b.WriteQuoted(clause.Table{Name: wordTable, Alias: "w_w"})
	b.WriteString(" INNER JOIN ")
	b.WriteQuoted(clause.Table{Name: holder, Alias: "w_h"})
	b.WriteString(" ON ")
	b.WriteQuoted(its(info.key))
	b.WriteString(" = ")
	b.WriteQuoted(place)
	b.WriteString(" WHERE ")
	In(of("word"), words).Build(b)
	b.WriteString(" AND ")
	marked(its(info.document)).Build(b)
}

// marked matches documents that may have words.
func marked(document clause.Column) clause.Expression {
	return build(func(b clause.Builder) {
		b.WriteString("CAST(")
		b.WriteQuoted(document)
		b.WriteString(" AS " + dialectOf(b).columnType("nvarchar(max)") + ") LIKE ")
		b.AddVar(b, "%"+spelling.Mark+"%")
	})
}

// SpeltOr matches rows whose column holds the key of a row of the holder with one of the
// words, and rows of the model that meet the condition. It is a union of keys and no OR,
// since databases use no index for an OR with a sub-select in it. Only Where and Join of
// the query count, and its scope is that of the statement around.
func SpeltOr(column clause.Column, model reflect.Type, holder string, words []string, q Query) clause.Expression {
	return build(func(b clause.Builder) {
		s := &subSelect{stmt: b.(*gorm.Statement), b: b}
		if s.info, s.err = infoOf(model); s.err == nil {
			s.b.WriteQuoted(column)
			s.b.WriteString(" IN (")
			s.from(column, q.Join)
			s.all(q.Where)
			s.b.WriteString(" UNION ALL ")
			writeSpelt(b, holder, words)
			s.b.WriteByte(')')
		}
		if s.err != nil {
			_ = s.stmt.AddError(s.err)
		}
	})
}

// settleWords writes the words of all rows anew where they are not written as this program
// writes them: those of a database it comes to for the first time, or of older words.
func (s *Store) settleWords(ctx context.Context) error {
	var known []Setting
	named := Compare(Column("", "name"), "=", settingSpelling)
	if err := s.writer.WithContext(ctx).Where(named).Find(&known).Error; err != nil {
		return err
	}
	if len(known) > 0 && known[0].Value == spelling.Version || spelling.Version == "" {
		return nil
	}
	return s.Tx(core.WithPrincipal(ctx, core.SystemPrincipal), func(x *Session) error {
		if err := Respell(x); err != nil {
			return err
		}
		if err := x.db.Where(named).Delete(&Setting{}).Error; err != nil {
			return err
		}
		return x.db.Create(&Setting{settingSpelling, spelling.Version}).Error
	})
}

// Respell writes the words of all live rows of the tables anew; with none, of every table
// that has some. It is for rows that came into the database past this package.
func Respell(x *Session, tables ...string) error {
	if err := x.mustWrite(); err != nil {
		return err
	}
	for _, table := range spelling.Holders {
		info := infosByName()[table]
		if info == nil || len(tables) > 0 && !slices.Contains(tables, table) {
			continue
		}
		if err := x.db.Where(Compare(Column("", "holder"), "=", table)).Delete(&Word{}).Error; err != nil {
			return err
		}
		if err := x.respell(info); err != nil {
			return core.Wrap(core.Internal, err, "the words of %s were not written", table)
		}
	}
	return nil
}

// respell goes through the documents of a table by key, some hundred at a time.
func (x *Session) respell(info *tableInfo) error {
	var last any
	for {
		found := reflect.New(reflect.SliceOf(info.schema.ModelType))
		tx := x.db.Model(found.Interface()).Select([]string{info.key.DBName, info.document.DBName}).
			Where(marked(rootColumn(info.document))).Order(orderedBy(info.key.DBName)).Limit(500)
		if info.to != nil {
			tx = tx.Where(IsNull(rootColumn(info.to)))
		}
		if last != nil {
			tx = tx.Where(Compare(rootColumn(info.key), ">", last))
		}
		if err := tx.Find(found.Interface()).Error; err != nil {
			return err
		}
		rows := elements(found.Elem())
		if len(rows) == 0 {
			return nil
		}
		var words []Word
		for _, row := range rows {
			words = append(words, wordsAt(info, row, spelling.of(info, row))...)
		}
		if err := x.writeWords(words); err != nil {
			return err
		}
		last = valueOf(info.key, rows[len(rows)-1]).Interface()
	}
}
