package persistence

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"gorm.io/gorm/logger"
)

// Statements counts what is sent to the database on behalf of one context.
type Statements struct{ n atomic.Int64 }

// Count gives the number of statements so far. Begin and commit are not counted.
func (s *Statements) Count() int { return int(s.n.Load()) }

// Reset starts again from nothing.
func (s *Statements) Reset() { s.n.Store(0) }

type statementsKey struct{}

// CountStatements gives a context whose statements are counted. Tests use it to hold that
// the number of statements a request costs does not grow with the rows.
func CountStatements(ctx context.Context) (context.Context, *Statements) {
	counter := new(Statements)
	return context.WithValue(ctx, statementsKey{}, counter), counter
}

func countStatement(ctx context.Context) {
	if counter, ok := ctx.Value(statementsKey{}).(*Statements); ok {
		counter.n.Add(1)
	}
}

// statementLog is gorm's logger: it counts, and writes failures and slow statements to
// the program's log, without the values, which are people's data.
type statementLog struct {
	log     *slog.Logger
	observe func(took time.Duration, err error)
}

// slowStatement is what is worth a line in the log.
const slowStatement = 500 * time.Millisecond

// LogMode changes nothing: the program's log has its own level.
func (l statementLog) LogMode(logger.LogLevel) logger.Interface { return l }

// Info passes a message of gorm on.
func (l statementLog) Info(ctx context.Context, text string, args ...any) {
	l.log.DebugContext(ctx, text, "args", args)
}

// Warn passes a message of gorm on.
func (l statementLog) Warn(ctx context.Context, text string, args ...any) {
	l.log.DebugContext(ctx, text, "args", args)
}

// Error passes a message of gorm on.
func (l statementLog) Error(ctx context.Context, text string, args ...any) {
	l.log.DebugContext(ctx, text, "args", args)
}

// ParamsFilter keeps values out of the log.
func (l statementLog) ParamsFilter(_ context.Context, sql string, _ ...any) (string, []any) {
	return sql, nil
}

// Trace is called after every statement.
func (l statementLog) Trace(ctx context.Context, begin time.Time, statement func() (string, int64), err error) {
	countStatement(ctx)
	took := time.Since(begin)
	if l.observe != nil {
		l.observe(took, err)
	}
	if took < slowStatement && !l.log.Enabled(ctx, slog.LevelDebug) {
		return
	}
	sql, rows := statement()
	level := slog.LevelDebug
	if took >= slowStatement {
		level = slog.LevelWarn
	}
	l.log.Log(ctx, level, "statement", "sql", sql, "rows", rows, "took", took, "error", err)
}
