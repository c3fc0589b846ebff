package rest

import (
	"net/http"
	"strings"
	"time"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
)

// etag writes a version as the weak entity tag FHIR has for it.
// https://hl7.org/fhir/R4/http.html#versioning
func etag(version string) string { return `W/"` + version + `"` }

// readTag reads one entity tag, weak or strong.
func readTag(text string) (version string, ok bool) {
	text = strings.TrimPrefix(strings.TrimSpace(text), "W/")
	if len(text) < 2 || text[0] != '"' || text[len(text)-1] != '"' || strings.Contains(text[1:len(text)-1], `"`) {
		return "", false
	}
	return text[1 : len(text)-1], true
}

// match reads If-Match. "*" asks only that the instance is there, which update and delete
// check anyhow. Errors: core.Invalid.
// https://hl7.org/fhir/R4/http.html#concurrency
func (k *call) match() (Match, error) {
	headers := k.r.Header["If-Match"]
	if len(headers) == 0 {
		return "", nil
	}
	if strings.TrimSpace(headers[0]) == "*" && len(headers) == 1 {
		return "", nil
	}
	version, ok := readTag(headers[0])
	if !ok || version == "" || len(headers) > 1 {
		return "", core.ErrorAt(core.Invalid, "If-Match", `If-Match names one version, written W/"version"`)
	}
	return Match(version), nil
}

// unchanged tells whether the client has this version already: If-None-Match first, then
// If-Modified-Since. https://hl7.org/fhir/R4/http.html#cread
func (k *call) unchanged(e *fhir.Entry) bool {
	if tags := k.r.Header["If-None-Match"]; len(tags) > 0 {
		for _, header := range tags {
			for _, tag := range strings.Split(header, ",") {
				if version, ok := readTag(tag); strings.TrimSpace(tag) == "*" || ok && version == e.VersionID {
					return true
				}
			}
		}
		return false
	}
	since := k.r.Header.Get("If-Modified-Since")
	if since == "" || e.LastUpdated.IsZero() {
		return false
	}
	at, err := http.ParseTime(since)
	return err == nil && !e.LastUpdated.Truncate(time.Second).After(at) // the header has whole seconds
}
