package rest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openimis/openimis-go/core"
)

// Jobs say how a base works on what is asked asynchronously: searches and operations with
// Prefer: respond-async, and $export. https://hl7.org/fhir/R4/async.html
//
// A request becomes a job of the store; a worker writes what it finds into files under
// Dir, page by page, and notes in the job how far it came, so that another worker goes on
// there when the first one died. Processes on one store share Dir.
type Jobs struct {
	Store   core.JobStore
	Dir     string         // where results are written; made when it is not there
	Workers int            // jobs worked on at the same time in this process; 0 is 2
	Limits  core.JobLimits // 429 above them
	Life    time.Duration  // how long results are kept; 0 is a day
	Space   int64          // bytes all results together may take; 0 is 10 GB
	Page    int            // instances asked for at once; 0 is 500
	Clock   core.Clock     // nil for the machine's
}

// The interactions on jobs. Each is open to whoever began the job alone.
const (
	JobStatus Interaction = "async-status"
	JobFile   Interaction = "async-file"
	JobCancel Interaction = "async-cancel"
)

// ofJobs tells whether the interaction answers in a format of its own.
func (i Interaction) ofJobs() bool { return i == JobStatus || i == JobFile || i == JobCancel }

func (j *Jobs) fill() {
	if j.Workers <= 0 {
		j.Workers = 2
	}
	if j.Life <= 0 {
		j.Life = 24 * time.Hour
	}
	if j.Space <= 0 {
		j.Space = 10 << 30
	}
	if j.Page <= 0 {
		j.Page = 500
	}
	if j.Clock == nil {
		j.Clock = core.SystemClock{}
	}
}

// folder is where the results of a job are.
func (j *Jobs) folder(id string) string { return filepath.Join(j.Dir, id) }

// planJobs lists the routes of jobs.
func (s *Server) planJobs() {
	if s.base.Jobs == nil {
		return
	}
	s.route("", JobStatus, "/_async/:job", http.MethodGet, http.MethodHead)
	s.route("", JobCancel, "/_async/:job", http.MethodDelete)
	s.route("", JobFile, "/_async/:job/:file", http.MethodGet, http.MethodHead)
}

// work is what a job does, as it is kept.
type work struct {
	URL     string // the request as it was sent
	Host    string
	TLS     bool
	Lenient bool
	Parts   []part   `json:",omitempty"` // one after the other
	Again   *repeat  `json:",omitempty"` // or one request
	Left    []string `json:",omitempty"` // what is left out, in words
}

// part is all instances of a type that any of the queries finds.
type part struct {
	Type     string
	Queries  []string  // as in a URL
	Elements []string  `json:",omitempty"`
	Since    time.Time `json:",omitzero"` // deletions since then are listed too
}

// repeat is a request that is carried out as it was sent.
type repeat struct {
	Method string
	URL    string // below the base
	Body   string `json:",omitempty"`
	XML    bool   `json:",omitempty"`
}

// asynchronous tells whether the client wants to come back for the answer.
func (k *call) asynchronous() bool {
	return k.prefer.async && k.s.base.Jobs != nil && k.c != nil && k.r.Method != http.MethodHead
}

// begin makes a job and tells where its state is asked. Errors: core.TooMany.
func (k *call) begin(w *work) (*answer, error) {
	w.URL, w.Host, w.TLS, w.Lenient = k.requested(), k.r.Host, k.r.TLS != nil, k.prefer.lenient
	request, err := json.Marshal(w)
	if err != nil {
		return nil, err
	}
	j := k.s.base.Jobs
	job, err := j.Store.BeginJob(k.ctx, string(request), j.Limits)
	if err != nil {
		return nil, err
	}
	k.s.wakeWorker()
	at := k.url() + "/_async/" + job.ID
	return &answer{status: http.StatusAccepted, content: at, resource: information("accepted; ask "+at+" how far it is", nil)}, nil
}

// requested is the URL of the request.
func (k *call) requested() string {
	path := strings.TrimPrefix(k.r.URL.EscapedPath(), strings.TrimSuffix(k.s.prefix, "/"))
	if k.r.URL.RawQuery != "" {
		path += "?" + k.r.URL.RawQuery
	}
	return k.url() + path
}

// outputFormats are the names of the one format of results.
var outputFormats = []string{"application/fhir+ndjson", "application/ndjson", "ndjson"}

// readOutputFormat refuses formats that results do not have. A + that nobody encoded
// arrives as a space. Errors: core.Invalid.
func readOutputFormat(text string) error {
	name, _, _ := strings.Cut(text, ";")
	if text == "" || slices.Contains(outputFormats, strings.ReplaceAll(strings.TrimSpace(name), " ", "+")) {
		return nil
	}
	return core.ErrorAt(core.Invalid, "_outputFormat", "results are written as %s, not as %s", strings.Join(outputFormats, ", "), clip(strconv.Quote(text)))
}

// searchLater makes a job of a search: all that it finds on all its pages.
func (k *call) searchLater() (*answer, error) {
	values := url.Values{}
	for name, list := range k.values {
		if !slices.Contains(notForOperations, name) {
			values[name] = list
		}
	}
	return k.begin(&work{Parts: []part{{Type: k.t.Name, Queries: []string{values.Encode()}}}})
}

// operateLater makes a job of an operation that changes nothing.
func (k *call) operateLater() (*answer, error) {
	again := &repeat{Method: k.r.Method, URL: strings.TrimPrefix(k.requested(), k.url()+"/")}
	if k.r.Method == http.MethodPost {
		var err error
		if k.r.ContentLength != 0 {
			if again.XML, err = k.bodyFormat(); err != nil {
				return nil, err
			}
		}
		data, err := k.body()
		if err != nil {
			return nil, err
		}
		again.Body = string(data)
		k.r.Body, k.r.ContentLength = io.NopCloser(bytes.NewReader(data)), int64(len(data))
		if err := k.bodyParameters(&Invocation{}, false); err != nil {
			return nil, err
		}
	}
	return k.begin(&work{Again: again})
}

// job finds the job in the path. Errors: core.NotFound.
func (k *call) job() (*core.Job, error) {
	id, err := k.segment("job")
	if err != nil {
		return nil, err
	}
	if !isUUID(id) {
		return nil, core.Errorf(core.NotFound, "there is no such job")
	}
	return k.s.base.Jobs.Store.FindJob(k.ctx, strings.ToLower(id))
}

// manifest is the answer of a job that is done.
// https://hl7.org/fhir/uv/bulkdata/STU2/export.html#response---complete-status
type manifest struct {
	TransactionTime     string         `json:"transactionTime"`
	Request             string         `json:"request"`
	RequiresAccessToken bool           `json:"requiresAccessToken"`
	Output              []manifestFile `json:"output"`
	Deleted             []manifestFile `json:"deleted"`
	Error               []manifestFile `json:"error"`
}

type manifestFile struct {
	Type  string `json:"type"`
	URL   string `json:"url"`
	Count int    `json:"count"`
}

// jobStatus answers GET and HEAD [base]/_async/[job]: 202 with X-Progress while the job
// goes on, the manifest of its files when it is done, why it failed otherwise.
func (k *call) jobStatus() (*answer, error) {
	job, err := k.job()
	if err != nil {
		return nil, err
	}
	j, header := k.s.base.Jobs, k.c.Response().Header()
	switch job.State {
	case core.JobOpen:
		pause := min(max(j.Clock.Now().Sub(job.Began)/10, time.Second), 30*time.Second)
		header.Set("Retry-After", retryAfter(pause))
		header.Set("X-Progress", orText(job.Progress, "waiting"))
		return &answer{status: http.StatusAccepted, bare: true}, nil
	case core.JobFailed:
		return nil, job.Fault
	}
	var w work
	var at place
	if err := json.Unmarshal([]byte(job.Request), &w); err != nil {
		return nil, err
	}
	if err := json.Unmarshal([]byte(job.Place), &at); err != nil {
		return nil, err
	}
	m := manifest{
		TransactionTime: job.Began.Format(time.RFC3339Nano), Request: w.URL, RequiresAccessToken: k.s.base.Authorize != nil,
		Output: []manifestFile{}, Deleted: []manifestFile{}, Error: []manifestFile{},
	}
	for _, f := range at.Files {
		to := map[string]*[]manifestFile{fileOutput: &m.Output, fileDeleted: &m.Deleted, fileError: &m.Error}[f.Kind]
		*to = append(*to, manifestFile{f.Type, k.url() + "/_async/" + job.ID + "/" + f.Name, f.Count})
	}
	header.Set("Expires", job.Ended.Add(j.Life).Format(http.TimeFormat))
	document, err := json.Marshal(m)
	return &answer{status: http.StatusOK, document: document}, err
}

// jobCancel answers DELETE [base]/_async/[job]: the job ends, and its files are gone.
func (k *call) jobCancel() (*answer, error) {
	job, err := k.job()
	if err != nil {
		return nil, err
	}
	j := k.s.base.Jobs
	if err := j.Store.RemoveJob(k.ctx, job.ID); err != nil {
		return nil, err
	}
	if err := os.RemoveAll(j.folder(job.ID)); err != nil {
		return nil, err
	}
	return &answer{status: http.StatusAccepted, resource: information("the job and its files are deleted", nil)}, nil
}

// jobFile answers GET and HEAD [base]/_async/[job]/[file]; Range goes on with what was
// begun.
func (k *call) jobFile() (*answer, error) {
	job, err := k.job()
	if err != nil {
		return nil, err
	}
	name, err := k.segment("file")
	if err != nil {
		return nil, err
	}
	var at place
	if job.State == core.JobDone {
		if err := json.Unmarshal([]byte(job.Place), &at); err != nil {
			return nil, err
		}
	}
	if !slices.ContainsFunc(at.Files, func(f resultFile) bool { return f.Name == name }) {
		return nil, core.Errorf(core.NotFound, "the job has no such file")
	}
	f, err := os.Open(filepath.Join(k.s.base.Jobs.folder(job.ID), name))
	if err != nil {
		return nil, &core.Error{Code: core.Gone, Message: "the file is no longer there", Cause: err}
	}
	k.c.Response().Header().Set("Etag", strconv.Quote(job.ID+"-"+name))
	return &answer{status: http.StatusOK, file: f}, nil
}

// slowest is how many bytes a second a client is given time for.
const slowest = 16 << 10

// sendFile writes a file of results, or the range that was asked. It takes as long as a
// slow line needs, whatever the limit of other requests is.
func (k *call) sendFile(f *os.File) error {
	defer f.Close()
	about, err := f.Stat()
	if err != nil {
		return err
	}
	patience := time.Minute + time.Duration(about.Size()/slowest)*time.Second
	_ = http.NewResponseController(k.c.Response()).SetWriteDeadline(time.Now().Add(patience)) // a recorder has none
	k.c.Response().Header().Set("Content-Type", outputFormats[0])
	http.ServeContent(k.c.Response(), k.r, "", about.ModTime(), f)
	return nil
}
