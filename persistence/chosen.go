package persistence

import (
	"context"
	"reflect"
	"slices"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
)

// Chosen matches rows whose column is among what the column pick of another query gives:
// a sub-select over the live rows of the model's table, in the scope of whoever runs the
// statement. Only Where and Join of the query count. Errors, such as a relation that is
// not there, end the statement.
func Chosen(column clause.Column, model reflect.Type, pick clause.Column, q Query) clause.Expression {
	return build(func(b clause.Builder) {
		s := &subSelect{stmt: b.(*gorm.Statement), b: b}
		if s.info, s.err = infoOf(model); s.err == nil {
			s.write(column, pick, q)
		}
		if s.err != nil {
			_ = s.stmt.AddError(s.err)
		}
	})
}

// subSelect is a sub-select while it is written into a statement.
type subSelect struct {
	stmt *gorm.Statement
	b    clause.Builder
	info *tableInfo
	err  error
}

func (s *subSelect) write(column, pick clause.Column, q Query) {
	s.b.WriteQuoted(column)
	s.b.WriteString(" IN (")
	s.from(pick, q.Join)
	conditions := slices.Clone(q.Where)
	if s.info.to != nil {
		conditions = append(conditions, IsNull(rootColumn(s.info.to)))
	}
	if s.info.marks != nil {
		conditions = append(conditions, s.info.marks.undeleted())
	}
	scope, err := scopeOf(&Session{ctx: s.context()}, s.info, false)
	if err != nil {
		s.err = err
		return
	}
	if scope != nil {
		conditions = append(conditions, scope)
	}
	s.all(conditions)
	s.b.WriteByte(')')
}

// from writes what is selected from what, up to the conditions.
func (s *subSelect) from(pick clause.Column, joins []string) {
	s.b.WriteString("SELECT ")
	s.b.WriteQuoted(pick)
	s.b.WriteString(" FROM ")
	s.b.WriteQuoted(clause.Table{Name: s.info.name})
	s.joins(joins)
	s.b.WriteString(" WHERE ")
}

// all writes the conditions, to which the current table is that of the sub-select.
func (s *subSelect) all(conditions []clause.Expression) {
	table, expression := s.stmt.Table, s.stmt.TableExpr
	s.stmt.Table, s.stmt.TableExpr = s.info.name, nil
	defer func() { s.stmt.Table, s.stmt.TableExpr = table, expression }()
	for i, condition := range conditions {
		if i > 0 {
			s.b.WriteString(" AND ")
		}
		group(condition).Build(s.b)
	}
	if len(conditions) == 0 {
		s.b.WriteString("1 = 1")
	}
}

func (s *subSelect) context() context.Context {
	if s.stmt.Context != nil {
		return s.stmt.Context
	}
	return s.stmt.DB.Statement.Context // of a statement made only to see what it says
}

// joins writes the to-one relations of the query, each once, under the names columns are
// qualified with ("Family__Head").
func (s *subSelect) joins(paths []string) {
	done := map[string]bool{}
	for _, path := range paths {
		at, alias := s.info.schema, s.info.name
		joined := ""
		for _, name := range strings.Split(path, ".") {
			relation := at.Relationships.Relations[name]
			if relation == nil {
				s.err = core.Errorf(core.Internal, "%s has no relation %s", at.Table, name)
				return
			}
			outer := alias
			joined = strings.TrimPrefix(joined+"__"+name, "__")
			at, alias = relation.FieldSchema, joined
			if done[alias] {
				continue
			}
			done[alias] = true
			s.b.WriteString(" LEFT JOIN ")
			s.b.WriteQuoted(clause.Table{Name: at.Table, Alias: alias})
			for i, ref := range relation.References {
				s.b.WriteString(map[bool]string{true: " ON ", false: " AND "}[i == 0])
				theirs, ours := ref.PrimaryKey, ref.ForeignKey
				if ref.OwnPrimaryKey { // gorm takes keys of one name for this end's
					theirs, ours = ours, theirs
				}
				s.b.WriteQuoted(clause.Column{Table: alias, Name: theirs.DBName})
				s.b.WriteString(" = ")
				s.b.WriteQuoted(clause.Column{Table: outer, Name: ours.DBName})
			}
		}
	}
}
