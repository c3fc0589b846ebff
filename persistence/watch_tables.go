package persistence

import (
	"hash/crc64"
	"reflect"
	"sync"
	"time"

	"gorm.io/gorm/schema"
)

// watched says what is looked for in a legacy table. Rows of the newer Django modules,
// which are changed in place and have no number for a key, are not looked for.
type watched struct {
	row    any               // the model
	word   string            // in front of the keys of its events, such as Insuree/1b4e…
	event  string            // in front of the names of its events, such as insuree.changed
	parent string            // column with the key of the row of the word it belongs to; "" where it is that row
	stamps map[string]string // further columns of moments, and the event a new moment in them is
	closed string            // of rows that belong to another and are told of by themselves when they are closed: that event
}

// watchedTables are the tables whose rows others write too.
var watchedTables = []watched{
	{row: Insuree{}, word: "Insuree", event: "insuree"},
	{row: Family{}, word: "Family", event: "family"},
	{row: Policy{}, word: "Policy", event: "policy"},
	{row: InsureePolicy{}, word: "Policy", event: "policy", parent: "PolicyId", closed: "cover.deleted"},
	{row: Premium{}, word: "Policy", event: "policy", parent: "PolicyID"},
	{row: Claim{}, word: "Claim", event: "claim", stamps: map[string]string{"SubmitStamp": "claim.submitted", "ProcessStamp": "claim.processed"}},
	{row: HealthFacility{}, word: "HealthFacility", event: "facility"},
	{row: Location{}, word: "Location", event: "location"},
	{row: Item{}, word: "Item", event: "item"},
	{row: Service{}, word: "Service", event: "service"},
	{row: Product{}, word: "Product", event: "product"},
	{row: Officer{}, word: "Officer", event: "officer"},
	{row: ClaimAdmin{}, word: "ClaimAdmin", event: "claim-admin"},
	{row: Payment{}, word: "Payment", event: "payment"},
}

// watchedTable is one of them with what its model says.
type watchedTable struct {
	watched
	info   *tableInfo
	place  int             // in the list
	root   *watchedTable   // whose rows the events are about: itself without a parent
	moment []*schema.Field // ValidityFrom, ValidityTo and the stamps
	parent *schema.Field   // nil where it is its own root
}

// watching gives the tables in order.
var watching = sync.OnceValue(func() []*watchedTable {
	var list []*watchedTable
	roots := map[string]*watchedTable{}
	for i, w := range watchedTables {
		info, err := infoOf(reflect.TypeOf(w.row))
		if err != nil { // a model that cannot be read has no rows either
			continue
		}
		t := &watchedTable{watched: w, info: info, place: i, moment: []*schema.Field{info.from, info.to}}
		for _, field := range info.schema.Fields {
			if w.stamps[field.DBName] != "" {
				t.moment = append(t.moment, field)
			}
		}
		if w.parent == "" {
			t.root, roots[w.word] = t, t
		} else {
			t.parent, t.root = info.schema.FieldsByDBName[w.parent], roots[w.word]
		}
		list = append(list, t)
	}
	return list
})

var watchingByName = sync.OnceValue(func() map[string]*watchedTable {
	byName := map[string]*watchedTable{}
	for _, t := range watching() {
		byName[t.info.name] = t
	}
	return byName
})

// Noticed is a row of openimis_noticed: a moment in a state of a row that was told of, or
// that this program wrote itself. Moments of ours are milliseconds since 1970 in UTC.
type Noticed struct {
	Table string    `gorm:"column:table_name"`
	Row   int64     `gorm:"column:row_key"`
	Stamp *DateTime `gorm:"column:stamp"`
	Sum   int64     `gorm:"column:sum"` // checksum of the state
	Noted int64     `gorm:"column:noted"`
}

// TableName names the table.
func (Noticed) TableName() string { return "openimis_noticed" }

// stampKept is how far back moments of own writes are noted. ValidityFrom is always.
const stampKept = time.Hour

// noted gives the lines that say that a state of a row is known, one for each moment in
// it that may be looked for later.
func (t *watchedTable) noted(row reflect.Value, since DateTime, now int64) []Noticed {
	one := Noticed{Table: t.info.name, Row: valueOf(t.info.key, row).Int(), Sum: stateSum(row), Noted: now}
	var lines []Noticed
	for i, field := range t.moment {
		at, ok := dateTimeIn(field, row)
		if !ok || i > 0 && at.Before(since.Time) || len(lines) > 0 && lines[0].Stamp.Equal(at.Time) {
			continue
		}
		line := one
		line.Stamp = &at
		lines = append(lines, line)
	}
	if lines == nil {
		lines = []Noticed{one}
	}
	return lines
}

var stateTable = crc64.MakeTable(crc64.ECMA)

// stateSum is a checksum over a state of a row, its validity too. Moments count by the
// second, since databases round what is behind it.
func stateSum(row reflect.Value) int64 {
	row = inPlace(row)
	plan := planOf(row.Type())
	b := make([]byte, 0, 512)
	for _, field := range []*schema.Field{plan.info.from, plan.info.to} {
		if at, ok := dateTimeIn(field, row); ok {
			b = at.AppendFormat(b, time.DateTime)
		}
		b = append(b, 0)
	}
	for i := range plan.fields {
		if at, ok := dateTimeIn(plan.fields[i].field, row); ok && !plan.fields[i].day {
			b = append(at.AppendFormat(append(b, byte(i)), time.DateTime), 0)
			continue
		}
		one := checksumPlan{info: plan.info, fields: plan.fields[i : i+1]}
		b = one.append(append(b, byte(i)), row, false)
	}
	sum := int64(crc64.Checksum(b, stateTable))
	if sum == 0 { // which stands for no row
		sum = 1
	}
	return sum
}

// saw remembers a state this transaction gave a row, so that it is not taken for a write
// of somebody else.
func (x *Session) saw(info *tableInfo, rows ...reflect.Value) {
	t := watchingByName()[info.name]
	if t == nil {
		return
	}
	if x.unit.states == nil {
		x.unit.states = map[wroteKey][]Noticed{}
	}
	now, since := x.store.clock.Now().UnixMilli(), DateTime{x.now.Add(-stampKept)}
	for _, row := range rows {
		lines := t.noted(row, since, now)
		key := wroteKey{info.name, lines[0].Row}
		if x.unit.part != nil {
			x.unit.part.states = append(x.unit.part.states, keptState{key, x.unit.states[key]})
		}
		x.unit.states[key] = lines
	}
}

// noteStates writes what saw remembered, at the end of the transaction.
func (x *Session) noteStates() error {
	if len(x.unit.states) == 0 {
		return nil
	}
	var lines []Noticed
	for _, of := range x.unit.states {
		lines = append(lines, of...)
	}
	return x.db.CreateInBatches(lines, 300).Error
}
