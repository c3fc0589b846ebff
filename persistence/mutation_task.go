package persistence

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// MutationTask is a row of openimis_mutation_task: a mutation that was received and waits for
// a worker. It is there as long as its line of the log says so. Due is in milliseconds since
// 1970 in UTC.
type MutationTask struct {
	ID         int64       `gorm:"column:id;primaryKey"`
	MutationID string      `gorm:"column:mutation_id"`
	Field      string      `gorm:"column:field"` // of the mutation, such as createClaim
	Input      string      `gorm:"column:input"` // sealed, since it holds what the log may not
	UserID     int         `gorm:"column:user_id"`
	Due        int64       `gorm:"column:due"`   // not to be taken before: the end of a lease, or of a pause after a fault
	Lease      string      `gorm:"column:lease"` // who works on it, "" for nobody
	Attempts   int         `gorm:"column:attempts"`
	Log        MutationLog `gorm:"-"`
}

// TableName names the table.
func (MutationTask) TableName() string { return "openimis_mutation_task" }

// queue adds the task of a mutation that was received.
func (x *Session) queue(task MutationTask, log *MutationLog) error {
	task.ID, task.MutationID, task.UserID, task.Due = 0, undashed(UUID(log.ID)), x.Principal().UserID, x.store.clock.Now().UnixMilli()
	return x.db.Create(&task).Error
}

// firstOfUser matches a task no other of the same user is in front of.
const firstOfUser = `NOT EXISTS (SELECT 1 FROM [openimis_mutation_task] [t_b] WHERE [t_b].[user_id] = [openimis_mutation_task].[user_id] AND [t_b].[id] < [openimis_mutation_task].[id])`

// TakeMutation gives the task that has waited longest, for so long as the lease; nil when
// there is none. Tasks of one user are taken in the order he sent them, the next when the one
// before is settled. The update is conditional, so that of two workers that saw the same task
// one gets it; one whose worker died is taken again when its lease is over.
func (s *Store) TakeMutation(ctx context.Context, lease time.Duration) (*MutationTask, error) {
	now := s.clock.Now().UnixMilli()
	var seen []MutationTask
	err := s.reader.WithContext(ctx).Where(sqlf(`[openimis_mutation_task].[due] <= ?`, now)).Where(sqlf(firstOfUser)).Order("id").Limit(5).Find(&seen).Error
	if err != nil {
		return nil, translate(s.dialect, err)
	}
	for i := range seen {
		task, token := &seen[i], uuid.NewString()
		result := s.writer.WithContext(ctx).Model(&MutationTask{}).Where(sqlf(`[id] = ? AND [due] = ? AND [lease] = ?`, task.ID, task.Due, task.Lease)).
			Updates(map[string]any{"lease": token, "due": now + lease.Milliseconds(), "attempts": task.Attempts + 1})
		if result.Error != nil {
			return nil, translate(s.dialect, result.Error)
		}
		if result.RowsAffected == 0 {
			continue
		}
		task.Lease, task.Attempts = token, task.Attempts+1
		if open, err := s.lineOf(ctx, task); err != nil || open {
			return task, err
		}
		if err := s.Tx(ctx, func(x *Session) error { return EndTask(x, task) }); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// lineOf loads the line of the log, and tells whether the mutation is still to be done.
func (s *Store) lineOf(ctx context.Context, task *MutationTask) (bool, error) {
	var lines []MutationLog
	err := s.writer.WithContext(ctx).Where(Compare(Column("", "id"), "=", task.MutationID)).Limit(1).Find(&lines).Error
	if err != nil || len(lines) == 0 {
		return false, translate(s.dialect, err)
	}
	task.Log = lines[0]
	return task.Log.Status == MutationReceived, nil
}

// KeepMutation has nobody else take the task for so long; with giveUp anybody may after it.
// A task that was taken by another is left alone.
func (s *Store) KeepMutation(ctx context.Context, task *MutationTask, lease time.Duration, giveUp bool) error {
	change := map[string]any{"due": s.clock.Now().Add(lease).UnixMilli()}
	if giveUp {
		change["lease"] = ""
	}
	err := s.writer.WithContext(ctx).Model(&MutationTask{}).Where(sqlf(`[id] = ? AND [lease] = ?`, task.ID, task.Lease)).Updates(change).Error
	return translate(s.dialect, err)
}

// EndTask removes the task of a mutation that is settled.
func EndTask(x *Session, task *MutationTask) error {
	return x.db.Where(sqlf(`[id] = ?`, task.ID)).Delete(&MutationTask{}).Error
}
