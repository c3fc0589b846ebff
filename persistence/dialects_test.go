package persistence

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/openimis/openimis-go/core"
)

// The rules of SQL Server that can be held without one.
func TestSQLServerAdoption(t *testing.T) {
	s := &Store{dialect: newSQLServerDialect(nil, time.UTC)}
	p := &picture{columns: map[string]map[string]string{}}
	for _, row := range Tables {
		info, err := infoOf(reflect.TypeOf(row))
		if err != nil {
			t.Fatal(err)
		}
		p.columns[info.name] = map[string]string{}
		for _, column := range info.schema.DBNames {
			base, _, _ := strings.Cut(legacyTypeOf(info.schema.FieldsByDBName[column]), "(")
			p.columns[info.name][column] = base
		}
	}
	if plan, err := s.adoption(p); err != nil || len(plan) != 0 {
		t.Errorf("a database that has everything needs %q, %v", plan, err)
	}
	delete(p.columns["tblClaim"], "JsonExt")
	p.columns["tblInsuree"]["Gender"] = "nvarchar" // another type of the same family will do
	plan, err := s.adoption(p)
	if err != nil || len(plan) != 1 || plan[0] != "ALTER TABLE [tblClaim] ADD [JsonExt] nvarchar(max) NULL" {
		t.Errorf("a missing column gives %q, %v", plan, err)
	}
	p.columns["tblClaim"]["Claimed"] = "nvarchar"
	p.triggers = []string{"tblInsuree: trigger audit", "foreign_table: trigger other"}
	_, err = s.adoption(p)
	if core.CodeOf(err) != core.Conflict || len(err.(*core.Error).All()) != 2 || !strings.Contains(err.Error(), "trigger audit") {
		t.Errorf("a trigger and an unfit column give %v", err)
	}
}

func TestVersionsGrowAtColumnPrecision(t *testing.T) {
	d := newSQLServerDialect(nil, time.UTC)
	for legacyType, least := range map[string]time.Duration{"datetime": time.Second / 300, "smalldatetime": time.Minute, "datetime2(7)": time.Millisecond} {
		if got := d.tick(legacyType); got < least {
			t.Errorf("a step of %s is %v, want at least %v", legacyType, got, least)
		}
	}
}

func TestUUIDsComeInSQLServersByteOrder(t *testing.T) {
	var u UUID
	if err := u.Scan([]byte{0xc4, 0xb4, 0xf2, 0x0d, 0x2b, 0x8c, 0x0c, 0x4d, 0xac, 0x0b, 0x2a, 0x9d, 0xbd, 0x5b, 0xbd, 0x8f}); err != nil || u != "0df2b4c4-8c2b-4d0c-ac0b-2a9dbd5bbd8f" {
		t.Errorf("the bytes read as %s, %v", u, err)
	}
}

func TestTimesAreReadFromEveryDriver(t *testing.T) {
	zone := time.FixedZone("x", 5*3600)
	for _, src := range []any{
		"2026-03-01T12:00:00.123", "2026-03-01 12:00:00.123", []byte("2026-03-01T12:00:00.123"),
		time.Date(2026, 3, 1, 12, 0, 0, 123e6, time.UTC), time.Date(2026, 3, 1, 12, 0, 0, 123e6, zone), "2026-03-01 12:00:00.123+05:00",
	} {
		var d DateTime
		if err := d.Scan(src); err != nil || d.String() != "2026-03-01 12:00:00.123" {
			t.Errorf("%v reads as %v, %v", src, d, err)
		}
	}
	for _, src := range []any{"yesterday", 5, 1.5, "2026-13-01"} {
		var d DateTime
		if err := d.Scan(src); err == nil {
			t.Errorf("%v reads as %v", src, d)
		}
	}
}

func FuzzDateTimeScan(f *testing.F) {
	f.Add("2026-03-01T12:00:00.123")
	f.Add("2026-03-01")
	f.Fuzz(func(t *testing.T, text string) {
		var d, again DateTime
		if d.Scan(text) != nil {
			return
		}
		value, err := d.Value()
		if err != nil {
			t.Fatal(err)
		}
		if err := again.Scan(value); err != nil || !again.Equal(d.Time) {
			t.Errorf("%q reads as %v and, written as %v, as %v: %v", text, d, value, again, err)
		}
	})
}

func FuzzCursor(f *testing.F) {
	info, err := infoFor[Insuree]()
	if err != nil {
		f.Fatal(err)
	}
	keys, err := sortKeys(info, []Order{{Column: Column("", "Phone")}, {Column: Column("", "ValidityFrom"), Desc: true}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add("eyJvIjoiMCIsInYiOltudWxsXX0")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := readCursor(keys, text)
		if err != nil && core.CodeOf(err) != core.Invalid {
			t.Errorf("%q gives %v", text, err)
		}
		if err == nil && c != nil && len(c.Values) != len(keys) {
			t.Errorf("%q gives %d values", text, len(c.Values))
		}
	})
}
