package rest

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
)

// resultFile is a file of results: one resource of the type a line.
type resultFile struct {
	Name  string
	Kind  string // what of the manifest it belongs to
	Type  string
	Bytes int64
	Count int
}

// The kinds of files.
const (
	fileOutput  = "output"
	fileDeleted = "deleted"
	fileError   = "error"
)

// largestFile is where a type goes on in another file, so that no download takes for ever.
const largestFile = 256 << 20

// prepare makes the folder as it was when the place of the job was noted: what was written
// since is cut off.
func (r *jobRun) prepare() error {
	if err := os.MkdirAll(r.j.folder(r.job.ID), 0o700); err != nil {
		return unwritable(err)
	}
	for i := range r.at.Files {
		f := &r.at.Files[i]
		path := filepath.Join(r.j.folder(r.job.ID), f.Name)
		about, err := os.Stat(path)
		if err != nil || about.Size() < f.Bytes { // another machine's, or the disk lost it
			r.at = place{} // begins anew
			if err := os.RemoveAll(r.j.folder(r.job.ID)); err != nil {
				return unwritable(err)
			}
			return r.prepare()
		}
		if err := os.Truncate(path, f.Bytes); err != nil {
			return unwritable(err)
		}
	}
	return nil
}

func unwritable(err error) error {
	return &core.Error{Code: core.Unavailable, Message: "results cannot be written", Cause: err}
}

// append writes lines to the end of the file of that kind and type.
func (r *jobRun) append(kind, typ string, lines []byte, count int) error {
	if count == 0 {
		return nil
	}
	if err := r.room(int64(len(lines))); err != nil {
		return err
	}
	at, same := -1, 0
	for i := range r.at.Files {
		if f := &r.at.Files[i]; f.Kind == kind && f.Type == typ {
			at = i
			same++
		}
	}
	if at < 0 || r.at.Files[at].Bytes > largestFile {
		r.at.Files = append(r.at.Files, resultFile{Name: fmt.Sprintf("%s-%s-%d.ndjson", kind, typ, same+1), Kind: kind, Type: typ})
		at = len(r.at.Files) - 1
	}
	f := &r.at.Files[at]
	if err := r.turnTo(f); err != nil {
		return err
	}
	if _, err := r.open.WriteAt(lines, f.Bytes); err != nil {
		return unwritable(err)
	}
	f.Bytes += int64(len(lines))
	f.Count += count
	return nil
}

// turnTo opens the file, and closes the one before.
func (r *jobRun) turnTo(f *resultFile) error {
	if r.name == f.Name {
		return nil
	}
	if err := r.sync(); err != nil {
		return err
	}
	r.close()
	file, err := os.OpenFile(filepath.Join(r.j.folder(r.job.ID), f.Name), os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return unwritable(err)
	}
	if err := file.Truncate(f.Bytes); err != nil {
		_ = file.Close()
		return unwritable(err)
	}
	r.open, r.name = file, f.Name
	return nil
}

// sync brings what was written to the disk.
func (r *jobRun) sync() error {
	if r.open == nil {
		return nil
	}
	if err := r.open.Sync(); err != nil {
		return unwritable(err)
	}
	return nil
}

func (r *jobRun) close() {
	if r.open != nil {
		_ = r.open.Close()
	}
	r.open, r.name = nil, ""
}

// room refuses to write more than all results together may take. Errors: core.TooLarge.
func (r *jobRun) room(more int64) error {
	taken := more
	err := filepath.WalkDir(r.j.Dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil // deleted meanwhile
		}
		if about, err := d.Info(); err == nil {
			taken += about.Size()
		}
		return nil
	})
	if err != nil {
		return unwritable(err)
	}
	if taken > r.j.Space {
		return core.Errorf(core.TooLarge, "results would take more than the %d bytes there are for all of them: ask for less, or delete others", r.j.Space)
	}
	return nil
}

// write writes resources into the files of their types.
func (r *jobRun) write(entries []bundleEntry, o fhir.EncodeOptions) error {
	type lines struct {
		bytes.Buffer
		count int
	}
	var order []string
	byType := map[string]*lines{}
	var line []byte
	for i := range entries {
		var err error
		if line, err = entries[i].AppendJSON(line[:0], o); err != nil {
			return err
		}
		l := byType[entries[i].typ]
		if l == nil {
			l = &lines{}
			byType[entries[i].typ], order = l, append(order, entries[i].typ)
		}
		l.Write(line)
		l.WriteByte('\n')
		l.count++
	}
	for _, typ := range order {
		if err := r.append(fileOutput, typ, byType[typ].Bytes(), byType[typ].count); err != nil {
			return err
		}
	}
	return nil
}

// tellFault writes into the file of errors why a type is not there, or not whole.
func (r *jobRun) tellFault(typ string, err error) error {
	known := *r.s.fault(r.k.ctx, err)
	known.Message = typ + ": " + known.Message
	return r.tell(fhir.Outcome(&known))
}

// tellLeft writes into the file of errors what was left out from the beginning.
func (r *jobRun) tellLeft() error {
	for _, text := range r.work.Left {
		if err := r.tell(fhir.Warnings(core.Errorf(core.Forbidden, "%s", text))); err != nil {
			return err
		}
	}
	return nil
}

func (r *jobRun) tell(outcome *r4.OperationOutcome) error {
	line, err := (&fhir.Resource{Typed: outcome}).AppendJSON(nil, fhir.EncodeOptions{})
	if err != nil {
		return err
	}
	return r.append(fileError, "OperationOutcome", append(line, '\n'), 1)
}
