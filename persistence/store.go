package persistence

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"time"

	"gorm.io/gorm"

	"github.com/openimis/openimis-go/core"
)

// Options say which database to open and how.
type Options struct {
	DSN      string         // sqlite://file, postgres://…, sqlserver://…
	Timezone *time.Location // zone of the wall clock in the rows; nil for the machine's
	Clock    core.Clock     // nil for the machine's
	Log      *slog.Logger   // nil for none

	// Observe is told of every statement, for the metrics of the process; nil for nobody.
	Observe func(took time.Duration, err error)

	// TSQL is for tests: it is given every statement as SQL Server would get it.
	TSQL func(statement string)
}

// Store is an open database.
type Store struct {
	dialect dialect
	pools   pools
	reader  *gorm.DB
	writer  *gorm.DB
	clock   core.Clock
	log     *slog.Logger
	observe func(took time.Duration, err error)

	registers   registerCache
	numbering   numbering
	hooks       []Hook
	columnTypes sync.Map           // table → names and types of its columns
	tsql        *tsqlRenderer      // nil but in tests
	published   chan struct{}      // wakes the relay of this process
	trail       trail              // lines of the audit that wait
	stop        context.CancelFunc // ends the background work
	ctx         context.Context    // of the background work
	running     sync.WaitGroup
}

// Open opens the database and checks that it answers. Errors: core.Unavailable,
// core.Invalid for a DSN that cannot be read.
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.Clock == nil {
		o.Clock = core.SystemClock{}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	zone, err := namedZone(o.Timezone)
	if err != nil {
		return nil, err
	}
	d, pools, err := openDialect(o.DSN, zone, o.Log)
	if err != nil {
		return nil, err
	}
	s := &Store{dialect: d, pools: pools, clock: o.Clock, log: o.Log, published: make(chan struct{}, 1), observe: o.Observe}
	s.ctx, s.stop = context.WithCancel(context.Background())
	if err := s.connect(); err != nil {
		pools.close()
		return nil, err
	}
	if err := s.Ping(ctx); err != nil {
		pools.close()
		return nil, err
	}
	if o.TSQL != nil {
		if s.tsql, err = newTSQLRenderer(s, o.TSQL); err != nil {
			pools.close()
			return nil, err
		}
	}
	return s, nil
}

// connect makes the gorm handles over the pools.
func (s *Store) connect() error {
	var err error
	if s.writer, err = gorm.Open(s.dialect, s.gormConfig(s.pools.write)); err != nil {
		return translate(s.dialect, err)
	}
	plans := &reader{}
	if err := plans.hook(s.writer); err != nil {
		return err
	}
	if s.pools.read == s.pools.write {
		s.reader = s.writer
		return nil
	}
	if s.reader, err = gorm.Open(s.dialect, s.gormConfig(s.pools.read)); err != nil {
		return translate(s.dialect, err)
	}
	return plans.hook(s.reader)
}

func (s *Store) gormConfig(pool gorm.ConnPool) *gorm.Config {
	return &gorm.Config{
		ConnPool:                 pool,
		NamingStrategy:           newColumnNames(),
		SkipDefaultTransaction:   true,
		TranslateError:           true,
		DisableAutomaticPing:     true,
		QueryFields:              true, // not what a site added to its tables, nor RowID
		DisableNestedTransaction: true,
		NowFunc:                  func() time.Time { return s.now().Time },
		Logger:                   statementLog{s.log, s.observe},
	}
}

// namedZone makes sure the zone has a name a database knows.
func namedZone(zone *time.Location) (*time.Location, error) {
	if zone == nil {
		zone = time.Local
	}
	if zone.String() != "Local" {
		return zone, nil
	}
	candidates := []string{strings.TrimPrefix(os.Getenv("TZ"), ":")}
	if target, err := os.Readlink("/etc/localtime"); err == nil {
		if _, name, found := strings.Cut(target, "zoneinfo/"); found {
			candidates = append(candidates, name)
		}
	}
	if _, offset := time.Now().Zone(); offset == 0 {
		candidates = append(candidates, "UTC")
	}
	for _, name := range candidates {
		if name == "" {
			continue
		}
		if named, err := time.LoadLocation(name); err == nil {
			return named, nil
		}
	}
	return nil, core.ErrorAt(core.Invalid, "timezone", "the time zone of this machine has no name: give it as --timezone, such as Africa/Dar_es_Salaam")
}

// Close waits for what runs and closes the database.
func (s *Store) Close() error {
	s.stop()
	s.running.Wait()
	return translate(s.dialect, s.pools.close())
}

// Ping tells whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.pools.write.PingContext(ctx); err != nil {
		return away(err)
	}
	if s.pools.read != s.pools.write {
		if err := s.pools.read.PingContext(ctx); err != nil {
			return away(err)
		}
	}
	return nil
}

// Timezone gives the zone of the wall clock in the rows.
func (s *Store) Timezone() *time.Location { return s.dialect.zone() }

// Instant gives the instant a wall-clock moment of the site is.
func (s *Store) Instant(d DateTime) time.Time {
	return time.Date(d.Year(), d.Month(), d.Day(), d.Hour(), d.Minute(), d.Second(), d.Nanosecond(), s.dialect.zone())
}

// Wall gives what the wall clock of the site shows at the instant.
func (s *Store) Wall(t time.Time) DateTime { return At(t.In(s.dialect.zone())) }

// Digits is Wall with every digit of the instant, for comparing with rows that have more
// than milliseconds.
func (s *Store) Digits(t time.Time) DateTime {
	t = t.In(s.dialect.zone())
	return DateTime{time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)}
}

func (s *Store) now() DateTime { return s.Wall(s.clock.Now()) }

// Read gives a session for reading, in the scope of the principal in ctx. Where ctx is
// that of a transaction, it reads what the transaction wrote.
func (s *Store) Read(ctx context.Context) *Session {
	if x := s.joined(ctx); x != nil {
		return x
	}
	return &Session{store: s, ctx: ctx, db: s.reader.WithContext(ctx), now: s.now()}
}

// attempts is how often a transaction that loses races is tried in all.
const attempts = 6

type joinedKey struct{}

// Together runs fn in one write transaction, as Tx does, and has all that reads or writes
// through the store with the context fn is given take part in it. Calls that share a name
// in alone wait for each other.
func (s *Store) Together(ctx context.Context, alone []string, fn func(ctx context.Context) error) error {
	if s.joined(ctx) == nil {
		if _, err := s.Registers(ctx); err != nil { // in the transaction they would take a second connection
			return err
		}
	}
	return s.Tx(ctx, func(x *Session) error {
		for _, name := range alone {
			if err := Alone(x, name); err != nil {
				return err
			}
		}
		return fn(context.WithValue(ctx, joinedKey{}, x))
	})
}

// joined gives a session of the transaction the context is part of, nil for none.
func (s *Store) joined(ctx context.Context) *Session {
	outer, _ := ctx.Value(joinedKey{}).(*Session)
	if outer == nil || outer.store != s {
		return nil
	}
	return &Session{store: s, ctx: ctx, db: outer.db.WithContext(ctx), now: outer.now, unit: outer.unit}
}

// Tx runs fn in one write transaction and commits it when fn gives nil. A transaction
// that lost a race with another is run again, so fn must not change anything outside the
// database. Where ctx is that of a transaction already, fn goes on in that one, which ends
// as a whole with whoever began it. Errors: what fn gives; core.Unavailable when the races go on or the database
// is away; core.Conflict when fn holds a row that was changed since.
func (s *Store) Tx(ctx context.Context, fn func(x *Session) error) error {
	if x := s.joined(ctx); x != nil {
		return translate(s.dialect, fn(x))
	}
	var err error
	for attempt := range attempts {
		if attempt > 0 {
			pause := time.Duration(1<<attempt)*5*time.Millisecond + rand.N(10*time.Millisecond)
			select {
			case <-ctx.Done():
				return translate(s.dialect, ctx.Err())
			case <-time.After(pause):
			}
		}
		var x *Session
		if x, err = s.attempt(ctx, fn); err == nil {
			x.committed()
			return nil
		}
		if !mayRunAgain(err) {
			return err
		}
		s.log.DebugContext(ctx, "transaction runs again", "attempt", attempt+1, "error", err)
	}
	return err
}

// attempt runs fn once in a transaction.
func (s *Store) attempt(ctx context.Context, fn func(x *Session) error) (x *Session, err error) {
	tx := s.writer.WithContext(ctx).Begin()
	if tx.Error != nil {
		return nil, translate(s.dialect, tx.Error)
	}
	done := false
	defer func() {
		if !done { // fn failed or panicked
			tx.Rollback()
		}
	}()
	x = &Session{store: s, ctx: ctx, db: tx, now: s.now(), unit: &unit{touched: map[string]bool{}}}
	err = fn(x)
	if err == nil {
		err = x.noteStates()
	}
	if err != nil {
		return nil, translate(s.dialect, err)
	}
	done = true
	return x, translate(s.dialect, tx.Commit().Error)
}
