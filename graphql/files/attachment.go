package files

import (
	"encoding/base64"
	"mime"
	"net/http"
	"strings"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// attachment answers with a document attached to a claim. The parameter id is its key as
// the UI decodes it: hex digits, with dashes or without. A link is followed by the browser.
func (d *Desk) attachment(w http.ResponseWriter, r *http.Request) error {
	id := r.URL.Query().Get("id")
	if id == "" {
		return core.ErrorAt(core.Invalid, "id", "which document? id is missing")
	}
	row, err := persistence.AttachmentWith(d.Store.Read(r.Context()), id)
	if err != nil {
		return err
	}
	if line := core.AuditOf(r.Context()); line != nil {
		line.ID = row.ID
	}
	if text(row.Document) == "" {
		return core.ErrorAt(core.NotFound, "id", "there is no document %s", id)
	}
	document, err := base64.StdEncoding.DecodeString(strings.TrimSpace(*row.Document))
	if err != nil {
		return core.ErrorAt(core.NotFound, "id", "what is kept as the document cannot be read")
	}
	kind := "application/octet-stream"
	if _, _, err := mime.ParseMediaType(text(row.Mime)); err == nil {
		kind = *row.Mime
	}
	attach(w, kind, text(row.Filename))
	_, err = w.Write(document)
	return err
}

// disposition is the header that has a browser save a file under a name, whatever letters
// are in it.
func disposition(name string) string {
	if strings.Trim(name, " ./\\") == "" {
		name = "document"
	}
	if header := mime.FormatMediaType("attachment", map[string]string{"filename": name}); header != "" {
		return header
	}
	return "attachment"
}

func text(p *string) string {
	if p == nil {
		return ""
	}
	return *p
}
