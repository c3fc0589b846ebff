package persistence

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/openimis/openimis-go/core"
)

// Job is a row of openimis_job: work that goes on behind its request. Moments are
// milliseconds since 1970 in UTC.
type Job struct {
	ID       string `gorm:"column:id;primaryKey"`
	UserID   int    `gorm:"column:user_id"`
	Request  string `gorm:"column:request"`
	Place    string `gorm:"column:place"`
	Progress string `gorm:"column:progress"`
	State    int    `gorm:"column:state"` // core.JobState
	Began    int64  `gorm:"column:began"`
	Ended    int64  `gorm:"column:ended"` // 0 while it is open
	Due      int64  `gorm:"column:due"`   // not to be taken before: the end of a lease, or of a pause after a fault
	Lease    string `gorm:"column:lease"` // who works on it, "" for nobody
	Attempts int    `gorm:"column:attempts"`
	Code     string `gorm:"column:code"`  // of the fault
	Fault    string `gorm:"column:fault"` // why it failed
}

// TableName names the table.
func (Job) TableName() string { return "openimis_job" }

var _ core.JobStore = (*Store)(nil)

// job gives the row as the port has it.
func (j *Job) job() *core.Job {
	out := &core.Job{
		ID: j.ID, UserID: j.UserID, Request: j.Request, Place: j.Place, Progress: j.Progress, State: core.JobState(j.State),
		Began: time.UnixMilli(j.Began).UTC(), Attempts: j.Attempts, Lease: j.Lease,
	}
	if j.Ended != 0 {
		out.Ended = time.UnixMilli(j.Ended).UTC()
	}
	if j.Code != "" {
		out.Fault = core.Errorf(core.Code(j.Code), "%s", j.Fault)
	}
	return out
}

// BeginJob keeps a new job of the principal in ctx. Errors: core.TooMany above the limits.
func (s *Store) BeginJob(ctx context.Context, request string, limits core.JobLimits) (*core.Job, error) {
	now := s.clock.Now().UnixMilli()
	row := Job{UserID: core.PrincipalOf(ctx).UserID, Request: request, Began: now, Due: now}
	err := s.Tx(ctx, func(x *Session) error {
		if err := Alone(x, "jobs"); err != nil {
			return err
		}
		for _, bound := range []struct {
			most  int
			where string
			args  []any
			told  string
		}{
			{limits.Open, `[state] = 0`, nil, "%d jobs are waiting or running already; try again later"},
			{limits.OpenEach, `[state] = 0 AND [user_id] = ?`, []any{row.UserID}, "%d jobs of yours are waiting or running already; wait for one, or delete one"},
			{limits.KeptEach, `[user_id] = ?`, []any{row.UserID}, "%d results of yours are kept already; delete some"},
		} {
			var n int64
			if err := x.db.Model(&Job{}).Where(sqlf(bound.where, bound.args...)).Count(&n).Error; err != nil {
				return err
			}
			if bound.most > 0 && n >= int64(bound.most) {
				return core.Errorf(core.TooMany, bound.told, n)
			}
		}
		row.ID = uuid.NewString()
		return x.db.Create(&row).Error
	})
	if err != nil {
		return nil, err
	}
	return row.job(), nil
}

// FindJob gives a job of the principal in ctx. Errors: core.NotFound.
func (s *Store) FindJob(ctx context.Context, id string) (*core.Job, error) {
	var rows []Job
	err := s.reader.WithContext(ctx).Where(sqlf(`[id] = ? AND [user_id] = ?`, id, core.PrincipalOf(ctx).UserID)).Limit(1).Find(&rows).Error
	if err != nil {
		return nil, translate(s.dialect, err)
	}
	if len(rows) == 0 {
		return nil, noJob()
	}
	return rows[0].job(), nil
}

func noJob() error { return core.Errorf(core.NotFound, "there is no such job, or it was deleted") }

// RemoveJob forgets a job of the principal in ctx. Errors: core.NotFound.
func (s *Store) RemoveJob(ctx context.Context, id string) error {
	result := s.writer.WithContext(ctx).Where(sqlf(`[id] = ? AND [user_id] = ?`, id, core.PrincipalOf(ctx).UserID)).Delete(&Job{})
	if result.Error == nil && result.RowsAffected == 0 {
		return noJob()
	}
	return translate(s.dialect, result.Error)
}

// TakeJob gives the open job that has waited longest. The update is conditional, so that
// of two workers that saw the same job one gets it.
func (s *Store) TakeJob(ctx context.Context, lease time.Duration) (*core.Job, error) {
	now := s.clock.Now().UnixMilli()
	var seen []Job
	if err := s.reader.WithContext(ctx).Where(sqlf(`[state] = 0 AND [due] <= ?`, now)).Order("due, id").Limit(5).Find(&seen).Error; err != nil {
		return nil, translate(s.dialect, err)
	}
	for i := range seen {
		row, token := &seen[i], uuid.NewString()
		result := s.writer.WithContext(ctx).Model(&Job{}).Where(sqlf(`[id] = ? AND [state] = 0 AND [due] = ? AND [lease] = ?`, row.ID, row.Due, row.Lease)).
			Updates(map[string]any{"lease": token, "due": now + lease.Milliseconds()})
		if result.Error != nil {
			return nil, translate(s.dialect, result.Error)
		}
		if result.RowsAffected == 1 {
			row.Lease = token
			return row.job(), nil
		}
	}
	return nil, nil
}

// KeepJob writes what became of a taken job. Errors: core.NotFound when the lease was lost.
func (s *Store) KeepJob(ctx context.Context, job *core.Job, lease time.Duration) error {
	change := map[string]any{
		"place": job.Place, "progress": job.Progress, "state": int(job.State), "attempts": job.Attempts,
		"due": s.clock.Now().Add(lease).UnixMilli(), "code": "", "fault": "", "ended": int64(0),
	}
	if job.Fault != nil {
		change["code"], change["fault"] = string(job.Fault.Code), job.Fault.Message
	}
	if job.State != core.JobOpen {
		change["ended"] = s.clock.Now().UnixMilli()
	}
	result := s.writer.WithContext(ctx).Model(&Job{}).Where(sqlf(`[id] = ? AND [lease] = ? AND [state] = 0`, job.ID, job.Lease)).Updates(change)
	if result.Error == nil && result.RowsAffected == 0 {
		return noJob()
	}
	return translate(s.dialect, result.Error)
}

// KnownJobs gives those of the ids that are jobs.
func (s *Store) KnownJobs(ctx context.Context, ids []string) ([]string, error) {
	var known []string
	err := s.reader.WithContext(ctx).Model(&Job{}).Where(In(Column("", "id"), ids)).Pluck("id", &known).Error
	return known, translate(s.dialect, err)
}

// ForgetJobs forgets jobs that ended before the moment.
func (s *Store) ForgetJobs(ctx context.Context, before time.Time) error {
	err := s.writer.WithContext(ctx).Where(sqlf(`[state] <> 0 AND [ended] < ?`, before.UnixMilli())).Delete(&Job{}).Error
	return translate(s.dialect, err)
}

// JobOwner gives the account of a user as it is now. Errors: core.NotFound when he is gone.
func (s *Store) JobOwner(ctx context.Context, userID int) (core.Principal, error) {
	ctx = core.WithPrincipal(ctx, core.SystemPrincipal)
	return s.Owner(s.Read(ctx), userID)
}
