package persistence

import (
	"database/sql"

	_ "github.com/microsoft/go-mssqldb" // registers "sqlserver"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/logger"
)

// tsqlRenderer writes every statement of a store a second time, as SQL Server would get
// it, and hands the text to a sink. It lets the suite that runs on SQLite and PostgreSQL
// show its statements to a T-SQL parser where no SQL Server is at hand.
type tsqlRenderer struct {
	db   *gorm.DB
	sink func(string)
}

// newTSQLRenderer makes the renderer and hooks it into the handles of the store.
func newTSQLRenderer(s *Store, sink func(string)) (*tsqlRenderer, error) {
	unused, err := sql.Open("sqlserver", "sqlserver://nobody@127.0.0.1:1") // never dialled
	if err != nil {
		return nil, err
	}
	dialect := newSQLServerDialect(unused, s.Timezone())
	db, err := gorm.Open(dialect, &gorm.Config{DryRun: true, DisableAutomaticPing: true, SkipDefaultTransaction: true, Logger: logger.Discard})
	if err != nil {
		return nil, err
	}
	r := &tsqlRenderer{db: db, sink: sink}
	handles := []*gorm.DB{s.writer}
	if s.reader != s.writer {
		handles = append(handles, s.reader)
	}
	for _, handle := range handles {
		if err := r.hook(handle); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// hook has each kind of statement rendered before it is built for the real database.
func (r *tsqlRenderer) hook(db *gorm.DB) error {
	const name = "openimis:tsql"
	real, shadow := db.Callback(), r.db.Callback()
	if err := real.Query().Before("gorm:query").Register(name, r.render(shadow.Query().Execute)); err != nil {
		return err
	}
	if err := real.Create().Before("gorm:create").Register(name, r.render(shadow.Create().Execute)); err != nil {
		return err
	}
	if err := real.Update().Before("gorm:update").Register(name, r.render(shadow.Update().Execute)); err != nil {
		return err
	}
	if err := real.Delete().Before("gorm:delete").Register(name, r.render(shadow.Delete().Execute)); err != nil {
		return err
	}
	return real.Row().Before("gorm:row").Register(name, r.render(shadow.Row().Execute))
}

func (r *tsqlRenderer) render(execute func(*gorm.DB) *gorm.DB) func(*gorm.DB) {
	return func(db *gorm.DB) {
		if db.Error != nil || db.Statement.SQL.Len() > 0 { // hand-written SQL comes through handWritten
			return
		}
		again := db.Session(&gorm.Session{DryRun: true, Logger: logger.Discard, SkipHooks: true}).Set(r.db.Name(), true)
		again.Config.Dialector = r.db.Dialector
		again.Config.ClauseBuilders = r.db.ClauseBuilders
		again.Config.ConnPool = r.db.ConnPool
		again.Statement.ConnPool = r.db.ConnPool
		execute(again)
		text := again.Statement.SQL.String()
		if again.Error != nil {
			text = "-- cannot be rendered: " + again.Error.Error()
		}
		r.sink(text)
	}
}

// handWritten passes hand-written SQL on to gorm, and to the renderer when there is one.
func (s *Store) handWritten(e clause.Expression) clause.Expression {
	if s.tsql != nil {
		statement := &gorm.Statement{DB: s.tsql.db, Clauses: map[string]clause.Clause{}}
		e.Build(statement)
		s.tsql.sink(statement.SQL.String())
	}
	return e
}

// SQLServerTexts gives the hand-written statements that only a SQL Server gets to see.
func SQLServerTexts() []string {
	d := &sqlserverDialect{}
	bulk := bulkDialectOf("sqlserver")
	return []string{
		d.rowVersion(), d.catalogueSQL("columns"), d.catalogueSQL("triggers"), d.addColumn("tblInsuree", "JsonExt", d.columnType("nvarchar(max)")),
		bulk.insert("tblGender", []string{"Code", "Gender"}, "", 2), bulk.insert("tblClaim", []string{"ClaimID", "ClaimCode"}, "ClaimID", 2),
		bulk.enabled("tblClaim"), bulk.suspend("tblClaim"), bulk.resume("tblClaim", []string{"FK_tblClaim_HFID", "FK_tblClaim_ICDID"}),
	}
}
