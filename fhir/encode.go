package fhir

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strconv"
	"time"
	"unicode/utf8"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/core"
)

// EncodeOptions say what of a resource is written, and how.
type EncodeOptions struct {
	Pretty   bool     // with line breaks and indentation
	Summary  string   // _summary: "" or "false" for all, else true, text, data
	Elements []string // _elements: names of root elements to keep; all when empty

	// ID, VersionID and LastUpdated are what the server says of the resource. They are
	// written in place of its id, meta.versionId and meta.lastUpdated, which spares the
	// caller a copy. Zero values leave what the resource has.
	ID          string
	VersionID   string
	LastUpdated time.Time
}

func (o *EncodeOptions) subset() bool {
	return len(o.Elements) > 0 || o.Summary != "" && o.Summary != "false"
}

// AppendJSON writes the entry's resource with its id and meta to the end of dst.
// Errors: as Resource.AppendJSON; core.Internal when the entry has no resource.
func (e *Entry) AppendJSON(dst []byte, o EncodeOptions) ([]byte, error) {
	if e.Resource == nil {
		return dst, core.Errorf(core.Internal, "%s/%s has no content to write", e.Type, e.ID)
	}
	return e.Resource.AppendJSON(dst, e.options(o))
}

func (e *Entry) options(o EncodeOptions) EncodeOptions {
	o.ID, o.VersionID, o.LastUpdated = e.ID, e.VersionID, e.LastUpdated
	return o
}

// AppendJSON writes the resource to the end of dst: resourceType first, elements in the
// order of the definitions, decimals digit by digit as they were given, and nothing that is
// empty. A resource with a Tree is written as it was sent.
// Errors: core.Internal for a resource without content or with an embedded resource that is
// no JSON.
func (r *Resource) AppendJSON(dst []byte, o EncodeOptions) ([]byte, error) {
	start := len(dst)
	v := reflect.Indirect(reflect.ValueOf(r.Typed))
	if r.Tree == nil && r.Residue == nil && !o.subset() && v.Kind() == reflect.Struct {
		e := encoder{dst: dst}
		e.resource(planOf(v.Type()), v, &o)
		dst = e.dst
	} else {
		tree, err := r.Object(o)
		if err != nil {
			return dst, err
		}
		dst = appendObject(dst, tree)
	}
	if o.Pretty {
		var indented bytes.Buffer
		if err := json.Indent(&indented, dst[start:], "", "  "); err != nil {
			return dst[:start], core.Wrap(core.Internal, errString(err), "the resource cannot be indented")
		}
		dst = append(dst[:start], indented.Bytes()...)
	}
	return dst, nil
}

// Object gives the resource as a tree of its own, with the residue joined in, the server's
// id and meta set and the summary or the elements picked out.
// Errors: core.Internal for a resource without content.
func (r *Resource) Object(o EncodeOptions) (*Object, error) {
	tree := r.Tree
	switch {
	case tree != nil:
		tree = &Object{Members: append([]Member(nil), tree.Members...)}
	case r.Typed != nil:
		var err error
		if tree, err = ToObject(r.Typed); err != nil {
			return nil, err
		}
		if r.Residue != nil {
			tree = r.Residue.Apply(tree)
		}
	default:
		return nil, core.Errorf(core.Internal, "a resource without content cannot be written")
	}
	stamp(tree, &o)
	if o.subset() {
		tree = subset(tree, &o)
	}
	return tree, nil
}

// stamp sets what the server says of the resource, in its place in the order.
func stamp(tree *Object, o *EncodeOptions) {
	if o.ID != "" {
		tree.put("id", o.ID, "resourceType")
	}
	if o.VersionID == "" && o.LastUpdated.IsZero() {
		return
	}
	meta := &Object{}
	if old := tree.Object("meta"); old != nil {
		meta.Members = append(meta.Members, old.Members...)
	}
	if !o.LastUpdated.IsZero() {
		meta.put("lastUpdated", FormatInstant(o.LastUpdated), "versionId", "id")
	}
	if o.VersionID != "" {
		meta.put("versionId", o.VersionID, "id")
	}
	tree.put("meta", meta, "id", "resourceType")
}

// put sets a member; a new one is placed behind the first of the named that is there, or
// else in front.
func (o *Object) put(name string, value any, behind ...string) {
	if o.Get(name) != nil {
		o.Set(name, value)
		return
	}
	at := 0
	for _, other := range behind {
		if i := o.index(other); i >= 0 {
			at = i + 1
			break
		}
	}
	o.Members = append(o.Members, Member{})
	copy(o.Members[at+1:], o.Members[at:])
	o.Members[at] = Member{name, value}
}

func (o *Object) index(name string) int {
	for i := range o.Members {
		if o.Members[i].Name == name {
			return i
		}
	}
	return -1
}

// AppendJSON writes the tree to the end of dst, resourceType first.
func (o *Object) AppendJSON(dst []byte) []byte { return appendObject(dst, o) }

func appendObject(dst []byte, o *Object) []byte {
	dst = append(dst, '{')
	first := o.index("resourceType")
	if first >= 0 {
		dst = append(dst, `"resourceType":`...)
		dst = appendValue(dst, o.Members[first].Value)
	}
	comma := first >= 0
	for i := range o.Members {
		if i == first {
			continue
		}
		if comma {
			dst = append(dst, ',')
		}
		comma = true
		dst = append(appendText(dst, o.Members[i].Name), ':')
		dst = appendValue(dst, o.Members[i].Value)
	}
	return append(dst, '}')
}

func appendValue(dst []byte, value any) []byte {
	switch value := value.(type) {
	case string:
		return appendText(dst, value)
	case Number:
		return append(dst, value...)
	case bool:
		return strconv.AppendBool(dst, value)
	case *Object:
		return appendObject(dst, value)
	case []any:
		dst = append(dst, '[')
		for i, item := range value {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendValue(dst, item)
		}
		return append(dst, ']')
	}
	return append(dst, "null"...)
}

// appendText writes a JSON string. Unlike encoding/json it leaves <, > and & as they are:
// the escapes would only make narratives unreadable.
func appendText(dst []byte, s string) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 {
				dst = append(append(dst, s[start:i]...), "\uFFFD"...)
				start = i + 1
			}
			i += size
			continue
		}
		dst = append(dst, s[start:i]...)
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\r':
			dst = append(dst, '\\', 'r')
		case '\t':
			dst = append(dst, '\\', 't')
		default:
			const hex = "0123456789abcdef"
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
		i++
		start = i
	}
	return append(append(dst, s[start:]...), '"')
}

// encoder writes structs along their plans.
type encoder struct{ dst []byte }

// resource writes a whole resource, with what the server says of it in place of id and meta.
func (e *encoder) resource(p *plan, v reflect.Value, o *EncodeOptions) {
	p.load()
	open := len(e.dst)
	e.dst = append(e.dst, '{')
	if p.resource != "" {
		e.dst = append(append(append(e.dst, `"resourceType":"`...), p.resource...), '"')
	}
	for i := range p.fields {
		f := &p.fields[i]
		value := v.Field(f.index)
		switch f.name {
		case "id":
			if o.ID != "" {
				value = reflect.ValueOf(&o.ID)
			}
		case "meta":
			if o.VersionID != "" || !o.LastUpdated.IsZero() {
				value = reflect.ValueOf(stampedMeta(value, o))
			}
		}
		e.field(f, value, open)
	}
	e.dst = append(e.dst, '}')
}

func stampedMeta(value reflect.Value, o *EncodeOptions) *r4.Meta {
	var meta r4.Meta
	if old, ok := value.Interface().(*r4.Meta); ok && old != nil {
		meta = *old
	}
	if o.VersionID != "" {
		meta.VersionId = &o.VersionID
	}
	if !o.LastUpdated.IsZero() {
		instant := FormatInstant(o.LastUpdated)
		meta.LastUpdated = &instant
	}
	return &meta
}

// object writes a struct and tells whether there was anything in it.
func (e *encoder) object(p *plan, v reflect.Value) bool {
	p.load()
	open := len(e.dst)
	e.dst = append(e.dst, '{')
	if p.resource != "" {
		e.dst = append(append(append(e.dst, `"resourceType":"`...), p.resource...), '"')
	}
	for i := range p.fields {
		e.field(&p.fields[i], v.Field(p.fields[i].index), open)
	}
	if len(e.dst) == open+1 {
		e.dst = e.dst[:open]
		return false
	}
	e.dst = append(e.dst, '}')
	return true
}

// field writes one member of the object that opened at open, or nothing when it is empty.
func (e *encoder) field(f *field, v reflect.Value, open int) {
	if f.pointer {
		if v.IsNil() {
			return
		}
		v = v.Elem()
	} else if f.list && v.Len() == 0 || f.choice && !f.list && v.IsZero() {
		return
	}
	mark := len(e.dst)
	if mark > open+1 {
		e.dst = append(e.dst, ',')
	}
	e.dst = append(e.dst, f.key...)
	var written bool
	if f.list {
		written = e.list(f, v)
	} else {
		written = e.one(f, v)
	}
	if !written {
		e.dst = e.dst[:mark]
	}
}

func (e *encoder) list(f *field, v reflect.Value) bool {
	open := len(e.dst)
	e.dst = append(e.dst, '[')
	for i := range v.Len() {
		mark := len(e.dst)
		if mark > open+1 {
			e.dst = append(e.dst, ',')
		}
		if !e.one(f, v.Index(i)) {
			e.dst = e.dst[:mark]
		}
	}
	if len(e.dst) == open+1 {
		return false
	}
	e.dst = append(e.dst, ']')
	return true
}

// one writes a single value and tells whether there was anything to write.
func (e *encoder) one(f *field, v reflect.Value) bool {
	switch f.shape {
	case structShape:
		return e.object(f.sub, v)
	case textShape:
		if v.Len() == 0 {
			return false
		}
		e.dst = appendText(e.dst, v.String())
	case numberShape:
		if v.Len() == 0 {
			return false
		}
		e.dst = append(e.dst, v.String()...)
	case codeShape:
		code := f.codes.code(v.Int())
		if code == "" {
			return false
		}
		e.dst = appendText(e.dst, code)
	case intShape:
		e.dst = strconv.AppendInt(e.dst, v.Int(), 10)
	case boolShape:
		e.dst = strconv.AppendBool(e.dst, v.Bool())
	case rawShape:
		if v.Len() == 0 {
			return false
		}
		e.dst = append(e.dst, v.Bytes()...)
	}
	return true
}
