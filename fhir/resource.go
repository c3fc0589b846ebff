package fhir

import (
	"strings"
	"time"

	"github.com/openimis/openimis-go/core"
)

// Resource is one resource instance on its way in or out.
//
// On the way in Tree holds everything that was sent, checked against the definitions, and
// Typed the same as a golang-fhir-models struct, which knows neither contained resources
// nor primitive extensions. A required code that was not sent, as lenient reading allows,
// has the value -1 there, since 0 is the first code; its Code is "<unknown>", and it is not
// written. On the way out Typed is what the columns say and Residue what the sender wrote
// beyond them; the encoder joins the two, or writes the Tree as it is when there is one.
type Resource struct {
	Typed   any      // pointer to a golang-fhir-models struct, such as *models.Patient
	Tree    *Object  // the resource as sent; nil for what the server renders itself
	Residue *Residue // nil when the columns hold everything

	Warnings []*core.Error // what a lenient reading left out
}

// Entry is one resource with what REST says about it.
type Entry struct {
	Type        string
	ID          string
	VersionID   string    // as in meta.versionId and, quoted and weak, in the ETag
	LastUpdated time.Time // as in meta.lastUpdated and Last-Modified
	Deleted     bool      // in a history: this version is the deletion; Resource is nil
	Created     bool      // in a history: this is the first version
	Author      string    // who made this version, as the store knows him; "" when that is not known
	Resource    *Resource
}

// Object is a JSON object whose members keep the order they were read in.
type Object struct {
	Members []Member
}

// Member is one name and its value: string, Number, bool, nil, *Object or []any of these.
type Member struct {
	Name  string
	Value any
}

// Number is a number as it was written: 1.50 stays 1.50.
type Number string

// Get gives the value under the name, nil when there is none.
func (o *Object) Get(name string) any {
	if o == nil {
		return nil
	}
	for i := range o.Members {
		if o.Members[i].Name == name {
			return o.Members[i].Value
		}
	}
	return nil
}

// String gives the text under the name, "" when there is none.
func (o *Object) String(name string) string {
	s, _ := o.Get(name).(string)
	return s
}

// Object gives the object under the name, nil when there is none.
func (o *Object) Object(name string) *Object {
	child, _ := o.Get(name).(*Object)
	return child
}

// List gives the array under the name, nil when there is none.
func (o *Object) List(name string) []any {
	list, _ := o.Get(name).([]any)
	return list
}

// Set puts the value under the name, in place of an older one. A nil value removes it.
func (o *Object) Set(name string, value any) {
	for i := range o.Members {
		if o.Members[i].Name == name {
			if value == nil {
				o.Members = append(o.Members[:i], o.Members[i+1:]...)
				return
			}
			o.Members[i].Value = value
			return
		}
	}
	if value != nil {
		o.Members = append(o.Members, Member{name, value})
	}
}

// SplitReference takes a literal reference apart: "Patient/1", "Patient/1/_history/2" or
// an absolute URL that ends so. base is what stands before the type, with no slash at its
// end; typ and id are empty when the reference is of no such form ("#x", "urn:uuid:…").
func SplitReference(reference string) (base, typ, id string) {
	rest := reference
	if i := strings.Index(rest, "/_history/"); i >= 0 {
		rest = rest[:i]
	}
	slash := strings.LastIndexByte(rest, '/')
	if slash <= 0 {
		return "", "", ""
	}
	id, rest = rest[slash+1:], rest[:slash]
	slash = strings.LastIndexByte(rest, '/')
	typ = rest[slash+1:]
	if slash > 0 {
		base = rest[:slash]
	}
	if id == "" || typ == "" || typ[0] < 'A' || typ[0] > 'Z' {
		return "", "", ""
	}
	return base, typ, id
}
