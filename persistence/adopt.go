package persistence

import (
	"context"
	"fmt"
	"io/fs"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/pressly/goose/v3/database"

	"github.com/openimis/openimis-go/core"
)

// picture is the schema of a database as it stands.
type picture struct {
	columns  map[string]map[string]string // table → column → type
	triggers []string                     // "table: trigger"
}

func (p *picture) has(table string) bool { return p.columns[table] != nil }

// legacy tells whether openIMIS lives here already: no other program has these three.
func (p *picture) legacy() bool {
	return p.has("tblInsuree") && p.has("tblPolicy") && p.has("tblClaim")
}

// picture reads the catalogue of the database.
func (s *Store) picture(ctx context.Context) (*picture, error) {
	p := &picture{columns: map[string]map[string]string{}}
	var columns []struct{ TableName, ColumnName, ColumnType string }
	if err := s.writer.WithContext(ctx).Raw(s.dialect.catalogueSQL("columns")).Scan(&columns).Error; err != nil {
		return nil, err
	}
	for _, c := range columns {
		if p.columns[c.TableName] == nil {
			p.columns[c.TableName] = map[string]string{}
		}
		p.columns[c.TableName][c.ColumnName] = strings.ToLower(c.ColumnType)
	}
	var triggers []struct{ TableName, TriggerName string }
	if err := s.writer.WithContext(ctx).Raw(s.dialect.catalogueSQL("triggers")).Scan(&triggers).Error; err != nil {
		return nil, err
	}
	for _, t := range triggers {
		p.triggers = append(p.triggers, t.TableName+": trigger "+t.TriggerName)
	}
	return p, nil
}

// adoption compares the database with the models and gives the statements that make up
// the difference: missing tables and missing columns, every one nullable. Errors:
// core.Conflict with all that stands in the way.
func (s *Store) adoption(p *picture) ([]string, error) {
	var faults []*core.Error
	if s.dialect.triggersForbidden() {
		for _, trigger := range p.triggers {
			if table, _, _ := strings.Cut(trigger, ":"); infosByName()[table] != nil {
				faults = append(faults, core.ErrorAt(core.Conflict, table, "%s: a table with triggers cannot give back the keys of new rows (error 334); remove the trigger first", trigger))
			}
		}
	}
	creates, err := s.createStatements()
	if err != nil {
		return nil, err
	}
	var plan []string
	for _, row := range Tables {
		info, err := infoOf(reflect.TypeOf(row))
		if err != nil {
			return nil, err
		}
		if !p.has(info.name) {
			plan = append(plan, creates[info.name]...)
			continue
		}
		for _, column := range info.schema.DBNames {
			legacyType := legacyTypeOf(info.schema.FieldsByDBName[column])
			actual, there := p.columns[info.name][column]
			switch {
			case !there:
				plan = append(plan, s.dialect.addColumn(info.name, column, s.dialect.columnType(legacyType)))
			case !s.dialect.compatible(legacyType, actual):
				faults = append(faults, core.ErrorAt(core.Conflict, info.name+"."+column, "the column is %s where %s is expected", actual, legacyType))
			}
		}
	}
	return plan, core.Join(faults...)
}

// complete adds to the tables of a database of ours the columns that the models have got
// since it was made or adopted, every one nullable. It gives the statements.
func (s *Store) complete(ctx context.Context, p *picture, dryRun bool) ([]string, error) {
	var plan []string
	for _, row := range Tables {
		info, err := infoOf(reflect.TypeOf(row))
		if err != nil {
			return nil, err
		}
		if !p.has(info.name) {
			continue // the first migration was not applied, and will make it whole
		}
		for _, column := range info.schema.DBNames {
			if _, there := p.columns[info.name][column]; !there {
				legacyType := legacyTypeOf(info.schema.FieldsByDBName[column])
				plan = append(plan, s.dialect.addColumn(info.name, column, s.dialect.columnType(legacyType)))
			}
		}
	}
	if len(plan) == 0 || dryRun {
		return plan, nil
	}
	tx, err := s.pools.write.BeginTx(ctx, nil)
	if err != nil {
		return nil, translate(s.dialect, err)
	}
	defer tx.Rollback() // nothing to undo once committed
	for _, statement := range plan {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return nil, &core.Error{Code: core.CodeOf(translate(s.dialect, err)), Message: fmt.Sprintf("the schema could not be completed by %q", statement), Cause: err}
		}
	}
	return plan, translate(s.dialect, tx.Commit())
}

var tableName = regexp.MustCompile(`^(?:CREATE|ALTER) TABLE ["\[]([^"\]]+)["\]]`)

// createStatements gives the statements of the first migration by table.
func (s *Store) createStatements() (map[string][]string, error) {
	text, err := fs.ReadFile(migrations, "migrations/"+s.dialect.name()+"/00001_legacy_schema.sql")
	if err != nil {
		return nil, core.Wrap(core.Internal, err, "the schema cannot be read")
	}
	creates := map[string][]string{}
	for statement := range strings.SplitSeq(string(text), ";\n") {
		var lines []string
		for line := range strings.Lines(statement) {
			if !strings.HasPrefix(line, "--") {
				lines = append(lines, line)
			}
		}
		statement = strings.TrimSpace(strings.Join(lines, ""))
		if match := tableName.FindStringSubmatch(statement); match != nil {
			creates[match[1]] = append(creates[match[1]], statement)
		}
	}
	return creates, nil
}

// adopt runs the plan and notes the first migration as done, in one transaction.
func (s *Store) adopt(ctx context.Context, plan []string) error {
	tx, err := s.pools.write.BeginTx(ctx, nil)
	if err != nil {
		return translate(s.dialect, err)
	}
	defer tx.Rollback() // nothing to undo once committed
	// A constraint may name a table that is made later in the plan.
	slices.SortStableFunc(plan, func(a, b string) int {
		return strings.Compare(statementRank(a), statementRank(b))
	})
	for _, statement := range plan {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return &core.Error{Code: core.CodeOf(translate(s.dialect, err)), Message: fmt.Sprintf("adoption stopped at %q", statement), Cause: err}
		}
	}
	versions, err := database.NewStore(s.dialect.goose(), versionTable)
	if err != nil {
		return core.Wrap(core.Internal, err, "no migrations for %s", s.dialect.name())
	}
	if err := versions.CreateVersionTable(ctx, tx); err != nil {
		return translate(s.dialect, err)
	}
	for _, version := range []int64{0, schemaVersion} {
		if err := versions.Insert(ctx, tx, database.InsertRequest{Version: version}); err != nil {
			return translate(s.dialect, err)
		}
	}
	return translate(s.dialect, tx.Commit())
}

func statementRank(statement string) string {
	if strings.HasPrefix(statement, "CREATE TABLE") {
		return "1"
	}
	if strings.Contains(statement, " ADD CONSTRAINT ") {
		return "3"
	}
	return "2"
}
