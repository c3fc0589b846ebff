package files

import (
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"strconv"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// register is one that is exchanged as a file. write is nil for what is only taken in.
type register struct {
	name, what       string
	upload, download int // rights
	write            func(x *persistence.Session) (any, error)
	read             func(document []byte) (store, error)
}

// store writes what an upload brings.
type store func(x *persistence.Session, u scheme.Uploads) (*scheme.UploadOutcome, error)

var registers = []register{
	{"diagnoses", "the register of diagnoses", 131001, 131002, writeDiagnoses, readDiagnoses},
	{"healthfacilities", "the register of health facilities", 131003, 131004, writeFacilities, readFacilities},
	{"locations", "the tree of locations", 131005, 131006, writeLocations, readLocations},
	{"items", "the register of medical items", 131007, 131008, writeItems, readItems},
	{"services", "the register of medical services", 131009, 131010, writeServices, readServices},
}

// imports are the registers that are taken in as tables.
var imports = []register{
	{name: "items", what: "the register of medical items", upload: 131007, read: imported(storeItems)},
	{name: "services", what: "the register of medical services", upload: 131009, read: imported(storeServices)},
}

// strategies are the names the UI has for what an upload may do.
var strategies = map[string]scheme.UploadStrategy{
	"INSERT": scheme.UploadInsert, "UPDATE": scheme.UploadUpdate, "INSERT_UPDATE": scheme.UploadBoth, "INSERT_UPDATE_DELETE": scheme.UploadReplace,
}

// download answers with the rows of the register in the caller's scope.
func (d *Desk) download(register register) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		document, err := register.write(d.Store.Read(r.Context()))
		if err != nil {
			return err
		}
		body, err := xml.MarshalIndent(document, "", "  ")
		if err != nil {
			return err
		}
		attach(w, "application/xml; charset=utf-8", register.name+".xml")
		_, err = io.WriteString(w, xml.Header+string(body)+"\n")
		return err
	}
}

// outcome is what the UI shows of an upload.
type outcome struct {
	Success bool     `json:"success"`
	Data    *counts  `json:"data,omitempty"`
	Errors  []string `json:"errors"`
	Error   string   `json:"error,omitempty"`
}

type counts struct {
	Sent    int `json:"sent"`
	Created int `json:"created"`
	Updated int `json:"updated"`
	Deleted int `json:"deleted"`

	// Errors of the outcome again, for the 1.4 line.
	Errors []string `json:"errors"`
}

// errTried takes back what an upload wrote that is only tried.
var errTried = errors.New("only tried")

// upload takes a file of the register in: a form with file, strategy and dry_run. A row at
// fault is reported and does not keep the others out.
func (d *Desk) upload(register register) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		document, u, err := uploaded(r, register.write == nil)
		if err != nil {
			return refused(w, err)
		}
		write, err := register.read(document)
		if err != nil {
			return refused(w, err)
		}
		var done *scheme.UploadOutcome
		if err := d.Store.Tx(r.Context(), func(x *persistence.Session) (err error) {
			if done, err = write(x, u); err == nil && u.DryRun {
				err = errTried
			}
			return err
		}); err != nil && !errors.Is(err, errTried) {
			return refused(w, err)
		}
		out := outcome{Success: len(done.Faults) == 0, Errors: []string{}}
		for _, fault := range done.Faults {
			out.Errors = append(out.Errors, sentence(fault))
		}
		out.Data = &counts{done.Sent, done.Inserted, done.Updated, done.Deleted, out.Errors}
		return answer(w, http.StatusOK, out)
	}
}

// sentence tells what is wrong with a row, counted as people count.
func sentence(fault scheme.UploadFault) string {
	words := fault.Message
	if fault.Code != "" {
		words = fault.Code + ": " + words
	}
	if fault.Row >= 0 {
		words = "row " + strconv.Itoa(fault.Row+1) + ", " + words
	}
	return words
}

// refused answers in the form the UI reads; it shows error. What is not the client's fault
// is left to the door.
func refused(w http.ResponseWriter, err error) error {
	var fault *core.Error
	if !errors.As(err, &fault) || fault.Code.Status() >= http.StatusInternalServerError {
		return err
	}
	words := fault.Message
	if fault.Path != "" {
		words = fault.Path + ": " + words
	}
	return answer(w, fault.Code.Status(), outcome{Error: words, Errors: []string{}})
}

// memory is how much of a form is held in memory; a larger file goes through a temporary one.
const memory = 4 << 20

// formOf reads the form of a request, whose files the caller removes. Errors: core.Invalid at
// file, core.TooLarge.
func formOf(r *http.Request) error {
	err := r.ParseMultipartForm(memory)
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return core.Errorf(core.TooLarge, "the file is larger than %d bytes", large.Limit)
	}
	if err != nil {
		return core.ErrorAt(core.Invalid, "file", "the body is not a form with a file")
	}
	return nil
}

// uploaded reads the form of an upload. Forms for tables may leave the strategy out: they
// store what is new and change what is there.
func uploaded(r *http.Request, table bool) ([]byte, scheme.Uploads, error) {
	u := scheme.Uploads{}
	if err := formOf(r); err != nil {
		return nil, u, err
	}
	defer r.MultipartForm.RemoveAll()
	strategy := r.FormValue("strategy")
	if strategy == "" && table {
		strategy = "INSERT_UPDATE"
	}
	var known bool
	if u.Strategy, known = strategies[strategy]; !known {
		return nil, u, core.ErrorAt(core.Invalid, "strategy", "%q is none of INSERT, UPDATE, INSERT_UPDATE and INSERT_UPDATE_DELETE", strategy)
	}
	switch r.FormValue("dry_run") {
	case "true", "True", "1", "on":
		u.DryRun = true
	case "", "false", "False", "0", "off":
	default:
		return nil, u, core.ErrorAt(core.Invalid, "dry_run", "%q is neither true nor false", r.FormValue("dry_run"))
	}
	file, _, err := r.FormFile("file")
	if err != nil {
		return nil, u, core.ErrorAt(core.Invalid, "file", "the form has no file")
	}
	defer file.Close()
	document, err := io.ReadAll(file)
	if err != nil {
		return nil, u, core.ErrorAt(core.Invalid, "file", "the file cannot be read")
	}
	return document, u, nil
}
