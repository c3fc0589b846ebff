package files

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/graphql/files/sheet"
	"github.com/openimis/openimis-go/graphql/files/typeset"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme/report"
	"github.com/openimis/openimis-go/scheme/report/layout"
)

// The bounds of looks at layouts that are kept until the designer fetches them.
const (
	mostPreviews    = 50
	mostPreviewSize = 32 << 20 // bytes of all together
	previewTime     = 10 * time.Minute
)

// previews are what designers look at before they store a layout, made of invented data. The
// designer asks twice: it sends the layout, and then fetches what was made of it.
type previews struct {
	mutex sync.Mutex
	kept  []preview // the oldest first
}

type preview struct {
	key, login string
	forms      map[string][]byte
	until      time.Time
}

func (p *preview) size() (n int) {
	for _, content := range p.forms {
		n += len(content)
	}
	return n
}

// keep keeps a look for who made it and gives its key.
func (p *previews) keep(login string, forms map[string][]byte, now time.Time) string {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	made := preview{string(persistence.NewUUID()), login, forms, now.Add(previewTime)}
	p.kept = append(p.kept, made)
	size := 0
	for i := len(p.kept) - 1; i >= 0; i-- {
		size += p.kept[i].size()
		if len(p.kept)-i > mostPreviews || size > mostPreviewSize || p.kept[i].until.Before(now) {
			p.kept = append([]preview(nil), p.kept[i+1:]...)
			break
		}
	}
	return made.key
}

// find gives what was kept under the key, nil for none and for what somebody else made.
func (p *previews) find(key, login, form string, now time.Time) []byte {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	for i := range p.kept {
		if one := &p.kept[i]; one.key == key && one.login == login && now.Before(one.until) {
			return one.forms[form]
		}
	}
	return nil
}

// makePreview draws a layout with the data the designer made up. What is wrong with the layout
// is answered in the designer's own form, so that it shows the place.
func (d *Desk) makePreview(w http.ResponseWriter, r *http.Request) error {
	var sent struct{ Report, Data json.RawMessage }
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	if json.Unmarshal(body, &sent) != nil || len(sent.Report) == 0 {
		return core.ErrorAt(core.Invalid, "report", "the body is no JSON with a report")
	}
	now := d.Store.Read(r.Context()).Now()
	forms, err := formsOf(string(sent.Report), sent.Data, now.Time)
	var fault *core.Error
	if errors.As(err, &fault) && fault.Code != core.Internal {
		return answer(w, http.StatusOK, map[string]any{"errors": faultsOf(sent.Report, fault)})
	}
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, err = io.WriteString(w, "key:"+d.previews.keep(core.PrincipalOf(r.Context()).Login, forms, now.Time))
	return err
}

// formsOf draws a layout in the forms the designer can show.
func formsOf(text string, data json.RawMessage, now time.Time) (map[string][]byte, error) {
	design, err := layout.Read(text)
	if err != nil {
		return nil, err
	}
	if of := report.Named(design.Report); of != nil {
		if err := design.Fits(of.Fields()); err != nil {
			return nil, err
		}
	}
	sample, err := design.Sample(data)
	if err != nil {
		return nil, err
	}
	var pdf, xlsx bytes.Buffer
	if err := typeset.PDF(&pdf, design, sample, "Preview", now); err != nil {
		return nil, err
	}
	if err := typeset.XLSX(&xlsx, design, sample); err != nil {
		return nil, err
	}
	if pdf.Len()+xlsx.Len() > mostPreviewSize {
		return nil, core.Errorf(core.Unprocessable, "the report is larger than %d bytes", mostPreviewSize)
	}
	return map[string][]byte{"pdf": pdf.Bytes(), "xlsx": xlsx.Bytes()}, nil
}

// showPreview hands out what was made of a layout. The parameters key and outputFormat say
// which.
func (d *Desk) showPreview(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	form, err := sheet.Named(query.Get("outputFormat"))
	if err != nil {
		return err
	}
	content := d.previews.find(query.Get("key"), core.PrincipalOf(r.Context()).Login, form.Ending, d.Store.Read(r.Context()).Now().Time)
	if content == nil {
		return core.ErrorAt(core.NotFound, "key", "the preview is not there any more; make another")
	}
	w.Header().Set("Content-Type", form.Media)
	w.Header().Set("Content-Disposition", disposition("preview."+form.Ending))
	_, err = w.Write(content)
	return err
}

// designFault is something wrong with a layout, as the designer shows it.
type designFault struct {
	Object  any    `json:"object_id"`
	Field   string `json:"field"`
	Message string `json:"msg_key"` // the designer puts Info into its text
	Info    string `json:"info"`
	Path    string `json:"path"`
}

// faultsOf finds the elements of a layout in which something is wrong.
func faultsOf(raw json.RawMessage, err *core.Error) (faults []designFault) {
	var whole any
	decodable := json.Unmarshal(raw, &whole) == nil
	for _, fault := range err.All() {
		f := designFault{Message: "errorMsgOpenimis", Info: fault.Message, Path: fault.Path}
		at := whole
		for part := range strings.SplitSeq(strings.ReplaceAll(fault.Path, "[", "."), ".") {
			if !decodable {
				break
			}
			var place int
			switch v := at.(type) {
			case map[string]any:
				at, f.Field = v[part], part
			case []any:
				if _, err := fmt.Sscanf(part, "%d]", &place); err != nil || place >= len(v) || place < 0 {
					at = nil
					continue
				}
				at = v[place]
			}
			if object, ok := at.(map[string]any); ok && object["id"] != nil {
				f.Object = object["id"]
			}
		}
		faults = append(faults, f)
	}
	return faults
}
