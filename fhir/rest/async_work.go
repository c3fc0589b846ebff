package rest

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/search"
)

// The pace of jobs.
const (
	jobPause    = time.Second     // between looks for a job
	jobLease    = 2 * time.Minute // after which a job goes on elsewhere
	jobStep     = time.Minute     // for one page
	jobAttempts = 8               // failures in a row before a job fails
	jobCleaning = 10 * time.Minute
)

// wakeWorker has a worker of this process look for a job at once.
func (s *Server) wakeWorker() {
	select {
	case s.wake <- struct{}{}:
	default: // it has been told already
	}
}

// Work does the jobs of the base until ctx ends. A job that is being worked on then is
// left where it is, for the next start or another process.
func (s *Server) Work(ctx context.Context) {
	j := s.base.Jobs
	if j == nil {
		return
	}
	var workers sync.WaitGroup
	for range j.Workers {
		workers.Go(func() {
			for ctx.Err() == nil {
				worked, err := s.WorkOnce(ctx)
				if err != nil && ctx.Err() == nil {
					s.base.Log.WarnContext(ctx, "jobs were not looked for", "error", err)
				}
				if worked {
					continue
				}
				select {
				case <-ctx.Done():
				case <-s.wake:
				case <-time.After(jobPause):
				}
			}
		})
	}
	workers.Go(func() {
		for ctx.Err() == nil {
			if err := s.cleanJobs(ctx); err != nil && ctx.Err() == nil {
				s.base.Log.WarnContext(ctx, "old results were not deleted", "error", err)
			}
			select {
			case <-ctx.Done():
			case <-time.After(jobCleaning):
			}
		}
	})
	workers.Wait()
}

// WorkOnce takes one job and works on it until it ends, fails for now or ctx ends. worked
// tells that there was one.
func (s *Server) WorkOnce(ctx context.Context) (worked bool, err error) {
	job, err := s.base.Jobs.Store.TakeJob(ctx, jobLease)
	if job == nil || err != nil {
		return false, err
	}
	r := &jobRun{s: s, j: s.base.Jobs, job: job}
	err = r.safely(ctx)
	r.close()
	return true, r.settle(ctx, err)
}

// jobRun is a worker's hold on a job.
type jobRun struct {
	s    *Server
	j    *Jobs
	job  *core.Job
	work work
	at   place
	k    *call // as the owner
	open *os.File
	name string // of the open file
}

// place is how far a job came.
type place struct {
	Part    int
	Cursor  string       // in the search of the part
	Deleted int          // lists of deletions that are done, counted from 1; 0 while the search goes on
	Files   []resultFile // as far as they count: what stands behind is of a step that was not noted
}

func (r *jobRun) safely(ctx context.Context) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = &core.Error{Code: core.Internal, Message: "the job failed", Cause: fmt.Errorf("panic: %v\n%s", cause, debug.Stack())}
		}
	}()
	return r.run(ctx)
}

// run goes on with the job from where it is. Each step is written to disk before it is
// noted in the job.
func (r *jobRun) run(ctx context.Context) error {
	if err := json.Unmarshal([]byte(r.job.Request), &r.work); err != nil {
		return err
	}
	if r.job.Place != "" {
		if err := json.Unmarshal([]byte(r.job.Place), &r.at); err != nil {
			return err
		}
	}
	owner, err := r.j.Store.JobOwner(ctx, r.job.UserID)
	if core.CodeOf(err) == core.NotFound {
		return core.Errorf(core.Forbidden, "the user who began the job is gone")
	}
	if err != nil {
		return err
	}
	r.k = r.asOwner(core.WithPrincipal(ctx, owner))
	if err := r.prepare(); err != nil {
		return err
	}
	for {
		done, err := r.step()
		if err != nil {
			return err
		}
		if err := r.sync(); err != nil {
			return err
		}
		if done {
			return nil
		}
		r.job.Attempts, r.job.Progress = 0, r.progress()
		if err := r.keep(ctx, jobLease); err != nil {
			return err
		}
	}
}

// asOwner makes the call the job goes on with.
func (r *jobRun) asOwner(ctx context.Context) *call {
	request := &http.Request{Method: http.MethodGet, Header: http.Header{}, Host: r.work.Host, URL: &url.URL{}}
	if r.work.TLS {
		request.TLS = &tls.ConnectionState{}
	}
	return &call{s: r.s, r: request, ctx: ctx, prefer: preferences{lenient: r.work.Lenient}, param: func(string) string { return "" }}
}

// step does one page of the job, bounded in time. done tells that it was the last.
func (r *jobRun) step() (done bool, err error) {
	k := *r.k
	ctx, cancel := context.WithTimeout(k.ctx, jobStep)
	defer cancel()
	k.ctx = ctx
	if r.work.Again != nil {
		return true, r.repeat(&k)
	}
	if r.at.Part >= len(r.work.Parts) {
		return true, r.tellLeft()
	}
	p := &r.work.Parts[r.at.Part]
	k.t = r.s.types[p.Type]
	err = r.page(&k, p)
	switch core.CodeOf(err) {
	case core.Forbidden, core.Unauthenticated, core.Invalid: // it cannot be had; the rest can
		r.next()
		return false, r.tellFault(p.Type, err)
	}
	return false, err
}

// next goes on with the part behind.
func (r *jobRun) next() { r.at.Part, r.at.Cursor, r.at.Deleted = r.at.Part+1, "", 0 }

// page writes one page of a part.
func (r *jobRun) page(k *call, p *part) error {
	if k.t == nil || k.t.searcher == nil {
		return core.Errorf(core.Invalid, "%s is no longer offered", p.Type)
	}
	if r.at.Deleted > 0 {
		return r.deletions(k, p)
	}
	q, err := k.partQuery(p)
	if err != nil {
		return err
	}
	for _, typ := range append(q.Types(), p.Type) {
		if err := k.mayLookInto(typ); err != nil {
			return err
		}
	}
	q.Count, q.Cursor, q.Total, q.Offset = r.j.Page, r.at.Cursor, search.TotalNone, 0
	found, err := k.t.searcher.Search(k.ctx, q)
	if err != nil {
		return err
	}
	b := &bundle{}
	for _, e := range found.Entries {
		b.entries = append(b.entries, bundleEntry{Entry: e, typ: p.Type})
	}
	if len(q.Includes)+len(q.RevIncludes) > 0 && len(b.entries) > 0 {
		cut, err := k.related(q, b)
		if err != nil {
			return err
		}
		for _, one := range cut {
			if err := r.tellFault(p.Type, one); err != nil {
				return err
			}
		}
	}
	o := fhir.EncodeOptions{Elements: q.Elements, Summary: q.Summary}
	if len(p.Elements) > 0 {
		o.Elements = p.Elements
	}
	if err := r.write(b.entries, o); err != nil {
		return err
	}
	switch {
	case found.Next != "":
		r.at.Cursor = found.Next
	case !p.Since.IsZero() && len(k.t.changes) > 0:
		r.at.Cursor, r.at.Deleted = "", 1
	default:
		r.next()
	}
	return nil
}

// deletions writes what one list of changes says was deleted since the moment: each a
// Bundle with the deletion, as the Bulk Data guide has it.
func (r *jobRun) deletions(k *call, p *part) error {
	if err := k.authorize(HistoryType); err != nil {
		return err
	}
	list, err := k.t.changes[r.at.Deleted-1](k.ctx, ChangesQuery{Count: r.j.Page, Since: p.Since, Cursor: r.at.Cursor})
	if err != nil {
		return err
	}
	var lines []byte
	n := 0
	for _, c := range list {
		if c.Deleted {
			n++
			lines = append(appendText(append(lines, `{"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"DELETE","url":`...), p.Type, "/", c.ID), "}}]}\n"...)
		}
	}
	if err := r.append(fileDeleted, "Bundle", lines, n); err != nil {
		return err
	}
	switch {
	case len(list) == r.j.Page:
		r.at.Cursor = list[len(list)-1].Cursor
	case r.at.Deleted < len(k.t.changes):
		r.at.Cursor, r.at.Deleted = "", r.at.Deleted+1
	default:
		r.next()
	}
	return nil
}

// partQuery makes the search of a part. Errors: core.Invalid naming the parameter.
func (k *call) partQuery(p *part) (*search.Query, error) {
	var list []*search.Query
	for _, text := range p.Queries {
		values, err := url.ParseQuery(text)
		if err != nil {
			return nil, core.Errorf(core.Invalid, "the query %s is not well encoded", clip(text))
		}
		q, _, err := search.Parse(k.t.Name, k.t.params, values, k.searchOptions())
		if err != nil {
			return nil, err
		}
		list = append(list, q)
	}
	return search.AnyOf(list), nil
}

// repeat carries a request out as it was sent, and writes what it answers.
func (r *jobRun) repeat(k *call) error {
	again := r.work.Again
	if again.Body != "" {
		read, o := fhir.DecodeJSON, fhir.DecodeOptions{Lenient: k.lenient()}
		if again.XML {
			read = fhir.DecodeXML
		}
		var err error
		if k.sent, err = read([]byte(again.Body), o); err != nil {
			return err
		}
	}
	k.r.Method = again.Method
	e := &bundledCall{k: k}
	if err := e.route(again.URL); err != nil {
		return err
	}
	a, err := e.do()
	if err != nil {
		return err
	}
	var line []byte
	switch {
	case a.bundle != nil:
		line, err = a.bundle.appendJSON(nil, false)
	case a.resource != nil:
		line, err = a.resource.AppendJSON(nil, fhir.EncodeOptions{})
	default:
		line, err = a.entry.AppendJSON(nil, a.options)
	}
	if err != nil {
		return err
	}
	var about struct{ ResourceType string }
	if err := json.Unmarshal(line, &about); err != nil {
		return err
	}
	return r.append(fileOutput, about.ResourceType, append(line, '\n'), 1)
}

// progress says for people how far the job is.
func (r *jobRun) progress() string {
	n := 0
	for i := range r.at.Files {
		if r.at.Files[i].Kind == fileOutput {
			n += r.at.Files[i].Count
		}
	}
	if r.at.Part >= len(r.work.Parts) {
		return fmt.Sprintf("%d resources written, nearly done", n)
	}
	return fmt.Sprintf("%d resources written, at %s, type %d of %d", n, r.work.Parts[r.at.Part].Type, r.at.Part+1, len(r.work.Parts))
}

// errTaken ends a run whose job was deleted, or went on elsewhere when its lease was over.
var errTaken = errors.New("the job is no longer this worker's")

// keep notes in the job how far it is. Errors: errTaken.
func (r *jobRun) keep(ctx context.Context, lease time.Duration) error {
	text, err := json.Marshal(r.at)
	if err != nil {
		return err
	}
	r.job.Place = string(text)
	return r.note(ctx, lease)
}

// note writes the job as it is. Errors: errTaken.
func (r *jobRun) note(ctx context.Context, lease time.Duration) error {
	err := r.j.Store.KeepJob(ctx, r.job, lease)
	if err != nil && core.CodeOf(err) == core.NotFound {
		return errTaken
	}
	return err
}

// settle notes the end of a run: done, failed, or to be tried again.
func (r *jobRun) settle(ctx context.Context, fault error) error {
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	err := fault
	if !errors.Is(fault, errTaken) {
		err = r.conclude(ending, ctx.Err() != nil, fault)
	}
	if errors.Is(err, errTaken) {
		return r.leave(ending)
	}
	return err
}

func (r *jobRun) conclude(ctx context.Context, stopping bool, fault error) error {
	if fault == nil {
		r.job.State, r.job.Progress = core.JobDone, ""
		return r.keep(ctx, 0)
	}
	known := r.s.fault(ctx, fault)
	switch {
	case stopping:
		return r.note(ctx, 0)
	case (known.Code == core.Unavailable || known.Code == core.TooCostly) && r.job.Attempts+1 < jobAttempts:
		r.job.Attempts++
		return r.note(ctx, time.Second<<r.job.Attempts)
	}
	r.s.base.Log.WarnContext(ctx, "job failed", "job", r.job.ID, "error", fault)
	r.job.State, r.job.Fault = core.JobFailed, known
	if err := r.note(ctx, 0); err != nil {
		return err
	}
	return os.RemoveAll(r.j.folder(r.job.ID))
}

// leave lets go of a job that is no longer ours. The files of a deleted one go with it.
func (r *jobRun) leave(ctx context.Context) error {
	known, err := r.j.Store.KnownJobs(ctx, []string{r.job.ID})
	if err != nil || len(known) > 0 {
		return err
	}
	return os.RemoveAll(r.j.folder(r.job.ID))
}

// cleanJobs deletes results that are too old, and files as old that nobody knows of any
// more: young ones may be of another database.
func (s *Server) cleanJobs(ctx context.Context) error {
	j := s.base.Jobs
	old := j.Clock.Now().Add(-j.Life)
	if err := j.Store.ForgetJobs(ctx, old); err != nil {
		return err
	}
	folders, err := os.ReadDir(j.Dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for some := range slices.Chunk(folders, 100) {
		var ids []string
		for _, f := range some {
			about, err := f.Info()
			if err == nil && f.IsDir() && isUUID(f.Name()) && about.ModTime().Before(old) { // what else is there is not ours
				ids = append(ids, f.Name())
			}
		}
		known, err := j.Store.KnownJobs(ctx, ids)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if !slices.Contains(known, strings.ToLower(id)) {
				if err := os.RemoveAll(filepath.Join(j.Dir, id)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
