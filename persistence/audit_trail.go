package persistence

import (
	"context"
	"sync"
	"time"

	"github.com/openimis/openimis-go/core"
)

// The pace of the trail.
const (
	trailPause = time.Second // between writes
	trailBatch = 500         // lines that have it written at once
	trailMost  = 20_000      // lines that wait while the database is away; further ones are lost
	trailLast  = 10 * time.Second
)

// trail holds the lines of the audit that wait to be written, off the path of the requests.
type trail struct {
	mu      sync.Mutex
	waiting []Audit
	lost    int
	running bool
	full    chan struct{}
	writing sync.Mutex
}

var _ core.Auditor = (*Store)(nil)

// Record keeps a line and those of its parts to be written within a second, or when the
// store is closed. What was written with its change already is left alone.
func (s *Store) Record(a *core.Audit) {
	rows := make([]Audit, 0, 1+len(a.Parts))
	for _, line := range append([]*core.Audit{a}, a.Parts...) {
		if !line.Written {
			rows = append(rows, auditRow(line))
		}
	}
	t := &s.trail
	t.mu.Lock()
	defer t.mu.Unlock()
	if s.ctx.Err() != nil {
		return
	}
	room := min(len(rows), trailMost-len(t.waiting))
	t.waiting, t.lost = append(t.waiting, rows[:room]...), t.lost+len(rows)-room
	if !t.running {
		t.running, t.full = true, make(chan struct{}, 1)
		s.running.Go(s.followTrail)
	}
	if len(t.waiting) >= trailBatch {
		select {
		case t.full <- struct{}{}:
		default: // it knows already
		}
	}
}

// followTrail writes what waits until the store is closed, and then what is left.
func (s *Store) followTrail() {
	ticker := time.NewTicker(trailPause)
	defer ticker.Stop()
	for {
		select {
		case <-s.ctx.Done():
			ctx, cancel := context.WithTimeout(context.Background(), trailLast)
			defer cancel()
			s.tellTrail(ctx)
			return
		case <-ticker.C:
		case <-s.trail.full:
		}
		s.tellTrail(s.ctx)
	}
}

func (s *Store) tellTrail(ctx context.Context) {
	if err := s.FlushAudit(ctx); err != nil {
		s.log.WarnContext(ctx, "lines of the audit wait for the database", "error", err)
	}
}

// FlushAudit writes what waits. Lines that could not be written go on waiting.
func (s *Store) FlushAudit(ctx context.Context) error {
	if s.joined(ctx) != nil {
		return nil // in a transaction this would take a second connection
	}
	t := &s.trail
	t.writing.Lock()
	defer t.writing.Unlock()
	t.mu.Lock()
	rows, lost := t.waiting, t.lost
	t.waiting, t.lost = nil, 0
	t.mu.Unlock()
	if lost > 0 {
		s.log.ErrorContext(ctx, "lines of the audit were lost: the database took none for too long", "lines", lost)
	}
	for len(rows) > 0 {
		some := rows[:min(len(rows), 100)]
		if err := s.writer.WithContext(ctx).Create(&some).Error; err != nil {
			t.mu.Lock()
			t.waiting = append(rows, t.waiting...)
			t.mu.Unlock()
			return err
		}
		rows = rows[len(some):]
	}
	return nil
}
