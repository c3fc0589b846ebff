package persistence

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"gorm.io/gorm"
)

// pollEvery is how often the registers' tables are looked at for writes by others.
const pollEvery = 3 * time.Second

// fullEvery is how many looks pass before the registers are read again in any case.
const fullEvery = 20

// registerTables are the tables of the snapshot.
var registerTables = []string{"tblLocations", "tblItems", "tblServices", "tblICDCodes",
	"tblGender", "tblRelations", "tblProfessions", "tblEducations", "tblIdentificationTypes", "tblFamilyTypes", "tblConfirmationTypes", "tblLegalForms"}

// registerCache keeps the newest snapshot. Readers take it without a lock.
type registerCache struct {
	current atomic.Pointer[Registers]
	stale   atomic.Bool // one of our own transactions wrote to the tables
	mark    string      // what the tables looked like when they were read
	loading sync.Mutex
	polling sync.Once
}

// wrote marks the snapshot stale when a committed transaction touched its tables.
func (c *registerCache) wrote(touched map[string]bool) {
	for _, table := range registerTables {
		if touched[table] {
			c.stale.Store(true)
			return
		}
	}
}

// Registers gives the registers that fit in memory. The snapshot never changes; a newer
// one replaces it within five seconds of a write by anybody, and before the next call
// after a commit of our own. Within Together it holds what the transaction wrote. Errors:
// core.Unavailable.
func (s *Store) Registers(ctx context.Context) (*Registers, error) {
	c := &s.registers
	if x := s.joined(ctx); x != nil {
		return x.registers(c.current.Load())
	}
	if current := c.current.Load(); current != nil && !c.stale.Load() {
		return current, nil
	}
	c.loading.Lock()
	defer c.loading.Unlock()
	if current := c.current.Load(); current != nil && !c.stale.Load() {
		return current, nil
	}
	if err := s.loadRegisters(ctx); err != nil {
		return nil, err
	}
	c.polling.Do(func() { s.running.Go(s.pollRegisters) })
	return c.current.Load(), nil
}

// registers gives the registers as the transaction sees them: read in it once it wrote to
// one of their tables, the snapshot otherwise.
func (x *Session) registers(snapshot *Registers) (*Registers, error) {
	u := x.unit
	if snapshot != nil && !slices.ContainsFunc(registerTables, func(table string) bool { return u.touched[table] }) {
		return snapshot, nil
	}
	if u.registers == nil {
		var err error
		if u.registers, err = readRegisters(x.db); err != nil {
			return nil, err
		}
	}
	return u.registers, nil
}

// loadRegisters reads everything; the caller holds the lock.
func (s *Store) loadRegisters(ctx context.Context) error {
	c := &s.registers
	c.stale.Store(false) // before reading: a write from now on must be seen
	mark, err := s.registerMark(ctx)
	if err == nil {
		var fresh *Registers
		if fresh, err = readRegisters(s.reader.WithContext(ctx)); err == nil {
			c.mark = mark
			c.current.Store(fresh)
			return nil
		}
	}
	c.stale.Store(true)
	return err
}

// pollRegisters looks for writes by others until the store is closed.
func (s *Store) pollRegisters() {
	ticker := time.NewTicker(pollEvery)
	defer ticker.Stop()
	for turn := 1; ; turn++ {
		select {
		case <-s.ctx.Done():
			return
		case <-ticker.C:
		}
		if err := s.refreshRegisters(s.ctx, turn%fullEvery == 0); err != nil && s.ctx.Err() == nil {
			s.log.Warn("registers not refreshed", "error", err)
		}
	}
}

// refreshRegisters reads the registers again when their tables look different, or in any
// case.
func (s *Store) refreshRegisters(ctx context.Context, anyway bool) error {
	c := &s.registers
	c.loading.Lock()
	defer c.loading.Unlock()
	mark, err := s.registerMark(ctx)
	if err != nil || mark == c.mark && !anyway {
		return err
	}
	return s.loadRegisters(ctx)
}

// registerMark is a cheap picture of the tables, in one statement: row counts, and the
// newest validity of those that have one. Labels changed in place leave no trace in it;
// they come in with the next full reading.
func (s *Store) registerMark(ctx context.Context) (string, error) {
	var text string
	for i, table := range registerTables {
		if i > 0 {
			text += " UNION ALL "
		}
		if info := infosByName()[table]; info != nil && info.to != nil && info.from != nil {
			text += "SELECT COUNT(*) AS n, MAX([ValidityFrom]) AS f, MAX([ValidityTo]) AS t FROM [" + table + "]"
		} else {
			text += "SELECT COUNT(*), NULL, NULL FROM [" + table + "]"
		}
	}
	var parts []struct {
		N    int
		F, T sql.NullString
	}
	err := s.reader.WithContext(ctx).Raw("?", s.handWritten(sqlf(text))).Scan(&parts).Error
	return fmt.Sprint(parts), err
}

// readRegisters reads all tables of the snapshot, one statement each.
func readRegisters(db *gorm.DB) (*Registers, error) {
	r := &Registers{}
	load := func(steps ...func() error) error {
		for _, step := range steps {
			if err := step(); err != nil {
				return err
			}
		}
		return nil
	}
	return r, load(
		func() error {
			return fill(db, &r.Locations, func(l *Location) registered {
				return registered{l.LocationID, l.LocationUUID, deref(l.LocationCode), l.ValidityTo, l.LegacyID}
			})
		},
		func() error {
			return fill(db, &r.Items, func(i *Item) registered {
				return registered{i.ItemID, i.ItemUUID, i.ItemCode, i.ValidityTo, i.LegacyID}
			})
		},
		func() error {
			return fill(db, &r.Services, func(s *Service) registered {
				return registered{s.ServiceID, s.ServiceUUID, s.ServCode, s.ValidityTo, s.LegacyID}
			})
		},
		func() error {
			return fill(db, &r.Diagnoses, func(d *Diagnosis) registered {
				return registered{d.ICDID, "", d.ICDCode, d.ValidityTo, d.LegacyID}
			})
		},
		func() error {
			return labels(db, &r.Genders, func(g Gender) (string, string) { return g.Code, deref(g.Gender) })
		},
		func() error {
			return labels(db, &r.Relations, func(v Relation) (int, string) { return v.RelationID, v.Relation })
		},
		func() error {
			return labels(db, &r.Professions, func(v Profession) (int, string) { return v.ProfessionID, v.Profession })
		},
		func() error {
			return labels(db, &r.Educations, func(v Education) (int, string) { return v.EducationID, v.Education })
		},
		func() error {
			return labels(db, &r.IdentificationTypes, func(v IdentificationType) (string, string) { return v.IdentificationCode, v.IdentificationTypes })
		},
		func() error {
			return labels(db, &r.FamilyTypes, func(v FamilyType) (string, string) { return v.FamilyTypeCode, v.FamilyType })
		},
		func() error {
			return labels(db, &r.ConfirmationTypes, func(v ConfirmationType) (string, string) { return v.ConfirmationTypeCode, v.ConfirmationType })
		},
		func() error {
			return labels(db, &r.LegalForms, func(v LegalForm) (string, string) { return v.LegalFormCode, v.LegalForms })
		},
	)
}

// registered is what a register needs to know of a row.
type registered struct {
	id     int
	uuid   UUID
	code   string
	to     *DateTime
	legacy *int
}

// fill reads one register: live and deleted rows, no history.
func fill[R any](db *gorm.DB, into *Register[R], describe func(*R) registered) error {
	info, err := infoFor[R]()
	if err != nil {
		return err
	}
	var rows []R
	if err := db.Where(IsNull(rootColumn(info.legacy))).Find(&rows).Error; err != nil {
		return err
	}
	into.byID = make(map[int]*R, len(rows))
	into.byUUID = make(map[UUID]*R, len(rows))
	into.byCode = make(map[string]*R, len(rows))
	for i := range rows {
		row := &rows[i]
		d := describe(row)
		into.byID[d.id] = row
		if d.to != nil {
			continue
		}
		if d.uuid != "" {
			into.byUUID[d.uuid] = row
		}
		if d.code != "" {
			into.byCode[d.code] = row
		}
		into.all = append(into.all, row)
	}
	slices.SortStableFunc(into.all, func(a, b *R) int {
		left, right := describe(a), describe(b)
		return cmp.Or(cmp.Compare(left.code, right.code), cmp.Compare(left.id, right.id))
	})
	return nil
}

// labels reads one small table of codes.
func labels[R any, K comparable](db *gorm.DB, into *map[K]string, describe func(R) (K, string)) error {
	var rows []R
	if err := db.Find(&rows).Error; err != nil {
		return err
	}
	*into = make(map[K]string, len(rows))
	for _, row := range rows {
		key, label := describe(row)
		(*into)[key] = label
	}
	return nil
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
