package core

import (
	"context"
	"time"
)

// Job is work that goes on after its request was answered. It belongs to the user who
// began it: what it may see is what he may see while it runs.
type Job struct {
	ID       string
	UserID   int    // whose rights and scope it has
	Request  string // what is to be done, in the words of who does it
	Place    string // how far it came, in the same; "" before the start
	Progress string // the same for people
	State    JobState
	Began    time.Time
	Ended    time.Time // zero while it is open
	Attempts int       // failures in a row
	Fault    *Error    // why it failed; only code and message are kept
	Lease    string    // of who works on it
}

// JobState is what became of a job.
type JobState int

// The states of a job.
const (
	JobOpen   JobState = iota // waits or is being worked on
	JobDone                   // its result is there
	JobFailed                 // Fault says why
)

// JobLimits say how many jobs there may be; 0 for any number.
type JobLimits struct {
	Open     int // waiting or being worked on
	OpenEach int // the same of one user
	KeptEach int // of one user, with those that ended
}

// JobStore is the port through which jobs are kept, so that they outlive the process.
type JobStore interface {
	// BeginJob keeps a new job of the principal in ctx and gives it its id.
	// Errors: TooMany above the limits.
	BeginJob(ctx context.Context, request string, limits JobLimits) (*Job, error)

	// FindJob gives a job of the principal in ctx. Errors: NotFound, also for jobs of others.
	FindJob(ctx context.Context, id string) (*Job, error)

	// RemoveJob ends and forgets a job of the principal in ctx. Errors: as FindJob.
	RemoveJob(ctx context.Context, id string) error

	// TakeJob gives an open job nobody works on, for so long as the lease; nil when there is
	// none. A job whose worker died is taken again when its lease is over.
	TakeJob(ctx context.Context, lease time.Duration) (*Job, error)

	// KeepJob writes what became of a taken job. While it is open nobody else takes it for so
	// long; with 0 it is given up. Errors: NotFound when it was removed or taken by another.
	KeepJob(ctx context.Context, job *Job, lease time.Duration) error

	// KnownJobs gives those of the ids that are jobs. ForgetJobs forgets those that ended
	// before the moment.
	KnownJobs(ctx context.Context, ids []string) ([]string, error)
	ForgetJobs(ctx context.Context, before time.Time) error

	// JobOwner gives the account of a user as it is now. Errors: NotFound when he is gone.
	JobOwner(ctx context.Context, userID int) (Principal, error)
}
