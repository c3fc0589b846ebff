package files

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"path"
	"strings"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// photo answers with the picture whose folder and file name the path gives: from the
// database where it is kept there, else with the address the site serves photographs under.
// A picture of somebody out of the caller's scope is not there.
func (d *Desk) photo(w http.ResponseWriter, r *http.Request) error {
	whole := strings.TrimPrefix(path.Clean(r.URL.Path), "/photos/")
	name := path.Base(whole)
	found, err := persistence.Select[persistence.Photo](d.Store.Read(r.Context()), persistence.Query{
		Where: []clause.Expression{persistence.Text(persistence.Column("tblPhotos", "PhotoFileName"), persistence.Same, name)},
		Order: []persistence.Order{{Column: persistence.Column("tblPhotos", "PhotoID"), Desc: true}}, Limit: 1, Few: true,
	})
	if err != nil {
		return err
	}
	missing := core.Errorf(core.NotFound, "there is no photograph %s", name)
	if len(found.Rows) == 0 {
		return missing
	}
	if line := core.AuditOf(r.Context()); line != nil {
		line.ID = string(found.Rows[0].PhotoUUID)
	}
	if kept := found.Rows[0].Photo; kept != nil {
		return picture(w, *kept)
	}
	if d.PhotoURL == "" {
		return missing
	}
	http.Redirect(w, r, strings.TrimSuffix(d.PhotoURL, "/")+(&url.URL{Path: "/" + whole}).EscapedPath(), http.StatusFound)
	return nil
}

// picture writes an image that is kept in base64, with or without the prefix of a data URL.
func picture(w http.ResponseWriter, text string) error {
	if _, data, ok := strings.Cut(text, ";base64,"); ok {
		text = data
	}
	image, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil {
		return core.Errorf(core.NotFound, "what is kept as the photograph is no picture")
	}
	kind := http.DetectContentType(image)
	if !strings.HasPrefix(kind, "image/") {
		return core.Errorf(core.NotFound, "what is kept as the photograph is no picture")
	}
	w.Header().Set("Content-Type", kind)
	_, err = w.Write(image)
	return err
}
