package rest

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/openimis/openimis-go/fhir"
)

// bundle is a Bundle before it is written. https://hl7.org/fhir/R4/bundle.html
type bundle struct {
	kind     string // searchset, history, batch-response, transaction-response
	base     string // URL of the base
	total    *int
	links    []link
	entries  []bundleEntry
	summary  string
	elements []string
}

type link struct{ relation, url string }

type bundleEntry struct {
	*fhir.Entry
	typ    string // resource type for the URL, "" for what has none
	mode   string // searchset: match, include, outcome
	urn    string // fullUrl of a resource that is stored nowhere
	grade  string // of $match: what the score comes to
	points int    // its score in hundredths
	method string // history: the request that made the version
	status string // history, response: its status

	// Of a batch-response or transaction-response.
	location string
	outcome  *fhir.Resource
	nested   *bundle            // what a search or history was answered with
	written  fhir.EncodeOptions // what is written of the resource
}

// options picks what is written of the entry: _elements speaks of the searched type alone.
func (b *bundle) options(e *bundleEntry) fhir.EncodeOptions {
	if e.mode == "" {
		return e.written
	}
	o := fhir.EncodeOptions{}
	if e.mode != "outcome" {
		o.Summary = b.summary
	}
	if e.mode == "match" {
		o.Elements = b.elements
	}
	return o
}

// sendBundle writes the Bundle. JSON is streamed entry by entry, since building it as one
// resource first costs two to three times as much; XML and pretty JSON are rare enough to
// take that way.
func (k *call) sendBundle(b *bundle) error {
	if k.out.xml || k.out.pretty {
		return k.sendBundleTree(b)
	}
	empty := k.s.base.Habits.EmptyEntry
	return k.send(http.StatusOK, func(dst []byte) ([]byte, error) { return b.appendJSON(dst, empty) })
}

func (b *bundle) appendJSON(dst []byte, empty bool) ([]byte, error) {
	dst = append(dst, `{"resourceType":"Bundle","type":"`...)
	dst = append(dst, b.kind...)
	dst = append(dst, '"')
	if b.total != nil {
		dst = append(dst, `,"total":`...)
		dst = strconv.AppendInt(dst, int64(*b.total), 10)
	}
	for i, l := range b.links {
		dst = append(dst, pick(i == 0, `,"link":[{"relation":"`, `,{"relation":"`)...)
		dst = append(dst, l.relation...)
		dst = append(dst, `","url":`...)
		dst = append(appendText(dst, l.url), '}')
	}
	if len(b.links) > 0 {
		dst = append(dst, ']')
	}
	if len(b.entries) == 0 {
		if empty {
			dst = append(dst, `,"entry":[]`...)
		}
		return append(dst, '}'), nil
	}
	dst = append(dst, `,"entry":[`...)
	var err error
	for i := range b.entries {
		if i > 0 {
			dst = append(dst, ',')
		}
		if dst, err = b.appendEntry(dst, &b.entries[i]); err != nil {
			return dst, err
		}
	}
	return append(dst, "]}"...), nil
}

func (b *bundle) appendEntry(dst []byte, e *bundleEntry) (_ []byte, err error) {
	dst = append(dst, '{')
	if e.hasURL() {
		dst = append(appendText(append(dst, `"fullUrl":`...), b.base, "/", e.typ, "/", e.ID), ',')
	} else if e.urn != "" {
		dst = append(appendText(append(dst, `"fullUrl":`...), e.urn), ',')
	}
	if dst, err = b.appendContent(dst, e); err != nil {
		return dst, err
	}
	if e.mode != "" {
		dst = append(dst, `"search":{`...)
		if e.grade != "" {
			dst = append(dst, `"extension":[{"url":"`+extGrade+`","valueCode":"`+e.grade+`"}],`...)
		}
		dst = append(dst, `"mode":"`...)
		dst = append(dst, e.mode...)
		if dst = append(dst, '"'); e.grade != "" {
			dst = append(dst, `,"score":`+scoreText(e.points)...)
		}
		return append(dst, `}}`...), nil
	}
	if e.method != "" {
		dst = append(dst, `"request":{"method":"`...)
		dst = append(dst, e.method...)
		dst = append(dst, `","url":`...)
		dst = append(appendText(dst, e.requestURL()), `},`...)
	}
	dst = append(dst, `"response":{"status":"`...)
	dst = append(dst, e.status...)
	dst = append(dst, '"')
	if e.location != "" {
		dst = appendText(append(dst, `,"location":`...), e.location)
	}
	if e.VersionID != "" {
		dst = appendText(append(dst, `,"etag":`...), etag(e.VersionID))
	}
	if !e.LastUpdated.IsZero() {
		dst = appendText(append(dst, `,"lastModified":`...), fhir.FormatInstant(e.LastUpdated))
	}
	if e.outcome != nil {
		if dst, err = e.outcome.AppendJSON(append(dst, `,"outcome":`...), fhir.EncodeOptions{}); err != nil {
			return dst, err
		}
	}
	return append(dst, "}}"...), nil
}

// appendContent writes the resource of the entry, or the Bundle that stands in its place.
func (b *bundle) appendContent(dst []byte, e *bundleEntry) ([]byte, error) {
	var err error
	switch {
	case e.nested != nil:
		dst, err = e.nested.appendJSON(append(dst, `"resource":`...), false)
	case e.Resource != nil:
		dst, err = e.AppendJSON(append(dst, `"resource":`...), b.options(e))
	default:
		return dst, nil
	}
	return append(dst, ','), err
}

func pick(first bool, yes, no string) string {
	if first {
		return yes
	}
	return no
}

func (b *bundle) fullURL(e *bundleEntry) string {
	if !e.hasURL() {
		return e.urn
	}
	return b.base + "/" + e.typ + "/" + e.ID
}

func (e *bundleEntry) hasURL() bool { return e.typ != "" && e.ID != "" }

func (e *bundleEntry) requestURL() string {
	if e.method == http.MethodPost {
		return e.typ
	}
	return e.typ + "/" + e.ID
}

// appendText writes the parts as one string of JSON.
func appendText(dst []byte, parts ...string) []byte {
	start := len(dst)
	dst = append(dst, '"')
	for _, text := range parts {
		for i := 0; i < len(text); i++ {
			if c := text[i]; c < 0x20 || c > 0x7e || c == '"' || c == '\\' {
				quoted, _ := json.Marshal(strings.Join(parts, "")) // a string always can be
				return append(dst[:start], quoted...)
			}
		}
		dst = append(dst, text...)
	}
	return append(dst, '"')
}

// sendBundleTree writes the Bundle through the codec.
func (k *call) sendBundleTree(b *bundle) error {
	tree, err := b.tree(k.s.base.Habits.EmptyEntry && !k.out.xml)
	if err != nil {
		return err
	}
	return k.sendResource(http.StatusOK, &fhir.Resource{Tree: tree})
}

func (b *bundle) tree(empty bool) (*fhir.Object, error) {
	tree := object("resourceType", "Bundle", "type", b.kind)
	if b.total != nil {
		tree.Set("total", fhir.Number(strconv.Itoa(*b.total)))
	}
	links := make([]any, len(b.links))
	for i, l := range b.links {
		links[i] = object("relation", l.relation, "url", l.url)
	}
	if len(links) > 0 {
		tree.Set("link", links)
	}
	entries := make([]any, len(b.entries))
	for i := range b.entries {
		entry, err := b.entryTree(&b.entries[i])
		if err != nil {
			return nil, err
		}
		entries[i] = entry
	}
	if len(entries) > 0 || empty {
		tree.Set("entry", entries)
	}
	return tree, nil
}

func (b *bundle) entryTree(e *bundleEntry) (*fhir.Object, error) {
	entry := &fhir.Object{}
	if url := b.fullURL(e); url != "" {
		entry.Set("fullUrl", url)
	}
	if err := b.setContent(entry, e); err != nil {
		return nil, err
	}
	if e.mode != "" {
		entry.Set("search", e.search())
		return entry, nil
	}
	if e.method != "" {
		entry.Set("request", object("method", e.method, "url", e.requestURL()))
	}
	response := object("status", e.status)
	if e.location != "" {
		response.Set("location", e.location)
	}
	if e.VersionID != "" {
		response.Set("etag", etag(e.VersionID))
	}
	if !e.LastUpdated.IsZero() {
		response.Set("lastModified", fhir.FormatInstant(e.LastUpdated))
	}
	if e.outcome != nil {
		outcome, err := e.outcome.Object(fhir.EncodeOptions{})
		if err != nil {
			return nil, err
		}
		response.Set("outcome", outcome)
	}
	entry.Set("response", response)
	return entry, nil
}

// search is what the Bundle says of why the entry is in it.
func (e *bundleEntry) search() *fhir.Object {
	search := &fhir.Object{}
	if e.grade != "" {
		search.Set("extension", []any{object("url", extGrade, "valueCode", e.grade)})
	}
	search.Set("mode", e.mode)
	if e.grade != "" {
		search.Set("score", fhir.Number(scoreText(e.points)))
	}
	return search
}

// setContent puts the resource of the entry, or the Bundle in its place, into its tree.
func (b *bundle) setContent(entry *fhir.Object, e *bundleEntry) error {
	var content *fhir.Object
	var err error
	switch {
	case e.nested != nil:
		content, err = e.nested.tree(false)
	case e.Resource != nil:
		o := b.options(e)
		o.ID, o.VersionID, o.LastUpdated = e.ID, e.VersionID, e.LastUpdated
		content, err = e.Resource.Object(o)
	default:
		return nil
	}
	if err != nil {
		return err
	}
	entry.Set("resource", content)
	return nil
}

// object makes a tree of names and texts in turn.
func object(pairs ...string) *fhir.Object {
	o := &fhir.Object{}
	for i := 0; i < len(pairs); i += 2 {
		o.Members = append(o.Members, fhir.Member{Name: pairs[i], Value: pairs[i+1]})
	}
	return o
}
