package persistence

import (
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
)

// Deeds is how often a user made, changed and deleted rows of a table.
type Deeds struct{ Created, Changed, Deleted int }

// DeedsOf counts what each user did to rows of the table of R that are in the caller's
// scope, from the moment on and before the other, whichever program it was done with: the
// rows themselves tell, with the states they were in. It takes three statements.
func DeedsOf[R any](x *Session, from, before DateTime) (map[int]Deeds, error) {
	info, err := infoFor[R]()
	if err != nil {
		return nil, err
	}
	if !info.kept() || info.audit == nil {
		return nil, core.Errorf(core.Internal, "%s does not tell who did what", info.name)
	}
	began := "[" + info.from.DBName + "]"
	first := sqlf(onTable(info, `NOT EXISTS (SELECT 1 FROM [T] [h] WHERE [h].[legacy] = COALESCE([T].[legacy], [T].[key]) AND [h].`+began+` < [T].`+began+`)`))
	since := during(rootColumn(info.from), from, before)
	done := map[int]Deeds{}
	for _, kind := range []struct {
		where []clause.Expression
		add   func(d *Deeds, n int)
	}{
		{append([]clause.Expression{first}, since...), func(d *Deeds, n int) { d.Created = n }},
		{append([]clause.Expression{clause.Not(first)}, since...), func(d *Deeds, n int) { d.Changed = n }},
		{append([]clause.Expression{IsNull(rootColumn(info.legacy))}, during(rootColumn(info.to), from, before)...), func(d *Deeds, n int) { d.Deleted = n }},
	} {
		lines, err := Count[R](x, Tally{Where: kind.where, By: []clause.Column{rootColumn(info.audit)}, Past: true})
		if err != nil {
			return nil, err
		}
		for _, line := range lines {
			d := done[line.Number(0)]
			kind.add(&d, line.Count)
			done[line.Number(0)] = d
		}
	}
	return done, nil
}

func during(column clause.Column, from, before DateTime) []clause.Expression {
	return []clause.Expression{Compare(column, ">=", from), Compare(column, "<", before)}
}
