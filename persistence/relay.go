package persistence

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/openimis/openimis-go/core"
)

// The pace of the relay.
const (
	relayLease    = 30 * time.Second // after which another relay may take an event over
	relayPoll     = time.Second      // between looks when nothing is known to wait
	relayBatch    = 50               // events taken at once
	relayAttempts = 20               // before an event is given up
	relayKeep     = 7 * 24 * time.Hour
)

var _ core.Relay = (*Store)(nil)

// Relay hands the events of the outbox to deliver until the context ends. Several relays
// may run on one database: each takes events by a lease in the row, so an event whose
// relay died is taken over when the lease is out. Events of one key go in the order they
// were published, the next only when the one before is done or given up. An event is
// delivered at least once: deliver must act once by Event.ID. A failed delivery is tried
// again after a pause that doubles each time, up to five minutes.
func (s *Store) Relay(ctx context.Context, deliver core.EventHandler) error {
	ctx = core.WithPrincipal(ctx, core.SystemPrincipal)
	ticker := time.NewTicker(relayPoll)
	defer ticker.Stop()
	cleaned := time.Time{}
	for {
		n, err := s.RelayOnce(ctx, deliver)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			s.log.WarnContext(ctx, "outbox not read", "error", err)
		case n > 0:
			continue
		}
		if now := s.clock.Now(); now.Sub(cleaned) > time.Hour {
			cleaned = now
			if err := s.writer.WithContext(ctx).Where("? < ?", sqlf("[at]"), now.Add(-relayKeep).UnixMilli()).Where("? = ?", sqlf("[state]"), OutboxDone).Delete(&Outbox{}).Error; err != nil {
				s.log.WarnContext(ctx, "outbox not cleaned", "error", err)
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-s.published:
		case <-ticker.C:
		}
	}
}

// RelayOnce takes the events that are due now and delivers them. It gives how many it
// took; a failed delivery is not an error of its own.
func (s *Store) RelayOnce(ctx context.Context, deliver core.EventHandler) (int, error) {
	events, err := s.lease(ctx)
	if err != nil {
		return 0, err
	}
	for _, event := range events {
		fault := safely(ctx, deliver, event.event())
		if ctx.Err() != nil {
			return len(events), nil // the lease runs out and the event is delivered again
		}
		if err := s.settle(ctx, event, fault); err != nil {
			return len(events), err
		}
	}
	return len(events), nil
}

// safely turns a panic of a handler into a failed delivery.
func safely(ctx context.Context, deliver core.EventHandler, e core.Event) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	return deliver(ctx, e)
}

// firstOfKey matches an event no open one of the same key is in front of.
const firstOfKey = `NOT EXISTS (SELECT 1 FROM [openimis_outbox] [o_b] WHERE [o_b].[event_key] = [openimis_outbox].[event_key] AND [o_b].[state] = 0 AND [o_b].[id] < [openimis_outbox].[id])`

// lease takes the first due event of each key. The update is conditional, so that of two
// relays that saw the same event one gets it.
func (s *Store) lease(ctx context.Context) ([]Outbox, error) {
	now := s.clock.Now().UnixMilli()
	db := s.writer.WithContext(ctx)
	var ids []int64
	err := db.Model(&Outbox{}).Where(sqlf(`[openimis_outbox].[state] = 0 AND [openimis_outbox].[due] <= ?`, now)).Where(sqlf(firstOfKey)).
		Order("id").Limit(relayBatch).Pluck("id", &ids).Error
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	token := uuid.NewString()
	err = db.Model(&Outbox{}).Where(In(Column("", "id"), ids)).Where(sqlf(`[state] = 0 AND [due] <= ?`, now)).
		Updates(map[string]any{"lease": token, "due": now + relayLease.Milliseconds()}).Error
	if err != nil {
		return nil, err
	}
	var taken []Outbox
	err = db.Where(In(Column("", "id"), ids)).Where(sqlf(`[lease] = ?`, token)).Order("id").Find(&taken).Error
	return taken, err
}

// settle notes what became of a delivery, unless the lease was lost meanwhile.
func (s *Store) settle(ctx context.Context, event Outbox, fault error) error {
	change := map[string]any{"state": OutboxDone, "lease": "", "attempts": event.Attempts + 1, "fault": ""}
	if fault != nil {
		change["fault"] = fault.Error()
		change["state"] = OutboxOpen
		pause := min(5*time.Minute, time.Second<<min(event.Attempts, 20))
		change["due"] = s.clock.Now().Add(pause).UnixMilli()
		if event.Attempts+1 >= relayAttempts {
			change["state"] = OutboxGivenUp
			s.log.ErrorContext(ctx, "event given up", "event", event.EventID, "name", event.Name, "key", event.EventKey, "error", fault)
		}
	}
	return s.writer.WithContext(ctx).Model(&Outbox{}).Where(sqlf(`[id] = ? AND [lease] = ?`, event.ID, event.Lease)).Updates(change).Error
}
