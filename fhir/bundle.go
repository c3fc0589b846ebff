package fhir

import (
	"errors"
	"fmt"
	"strings"

	"github.com/openimis/openimis-go/core"
)

// SentBundle is a Bundle as a client sent it, its resources taken out.
// https://hl7.org/fhir/R4/bundle.html
type SentBundle struct {
	Tree    *Object // the Bundle without the resources of its entries
	Entries []SentEntry
}

// SentEntry is one entry. A fault in its resource is a fault of that entry alone.
type SentEntry struct {
	Tree     *Object   // without its resource
	Resource *Resource // nil when there is none, or when it cannot be read
	Err      error     // why not
}

// DecodeBundle reads a Bundle in XML or else JSON, each resource in it apart.
// Errors: as DecodeJSON, for the Bundle itself; those of its resources are in the entries.
func DecodeBundle(data []byte, xml bool, o DecodeOptions) (*SentBundle, error) {
	tree, err := parse(data, xml)
	if err != nil {
		return nil, err
	}
	b := &SentBundle{Tree: tree}
	var resources []*Object
	for _, one := range tree.List("entry") {
		entry, _ := one.(*Object)
		resource := entry.Object("resource")
		if resource != nil {
			entry.Set("resource", nil)
		}
		if entry != nil && len(entry.Members) == 0 && resource != nil {
			return nil, faulty(core.Invalid, fmt.Sprintf("Bundle.entry[%d].request", len(b.Entries)), structureFault, "the entry does not say what is to be done with its resource")
		}
		b.Entries, resources = append(b.Entries, SentEntry{Tree: entry}), append(resources, resource)
	}
	whole := o
	whole.Type = "Bundle"
	if _, err := finish(tree, whole, nil); err != nil {
		return nil, err
	}
	for i, resource := range resources {
		if resource == nil {
			continue
		}
		e := &b.Entries[i]
		if e.Resource, err = finish(resource, DecodeOptions{Lenient: o.Lenient}, nil); err != nil {
			e.Resource, e.Err = nil, Relocate(err, resource.String("resourceType"), fmt.Sprintf("Bundle.entry[%d].resource", i))
		}
	}
	return b, nil
}

// parse reads a tree in either format and does not ask what is in it.
func parse(data []byte, xml bool) (*Object, error) {
	if xml {
		x := newXMLReader(data)
		tree, err := x.document()
		switch {
		case err != nil:
			return nil, err
		case len(x.faults) > 0:
			return nil, join(x.faults)
		}
		return tree, nil
	}
	return ParseJSON(data)
}

// ReadTree reads a resource in XML or else JSON as a tree and does not ask whether it is
// valid. hidden are faults the tree cannot show, such as a member that was there twice.
// Errors: core.Invalid for what is no JSON or XML at all, or no resource.
func ReadTree(data []byte, xml bool) (tree *Object, hidden, err error) {
	var faults []*core.Error
	if xml {
		x := newXMLReader(data)
		read, failed := x.document()
		if failed != nil {
			return nil, nil, failed
		}
		tree, faults = read, x.faults
	} else {
		value, twice, failed := parseJSON(data)
		if failed != nil {
			return nil, nil, failed
		}
		read, is := value.(*Object)
		if !is {
			return nil, nil, faulty(core.Invalid, "", structureFault, "a resource is a JSON object, not %s", describe(value))
		}
		for _, f := range twice {
			f.Path = strings.TrimSuffix(read.String("resourceType")+"."+f.Path, ".")
		}
		tree, faults = read, twice
	}
	if len(faults) > 0 {
		hidden = join(faults)
	}
	return tree, hidden, nil
}

// Relocate gives the error with its faults placed where the resource of the type stands:
// "Patient.name" becomes "Bundle.entry[2].resource.name".
func Relocate(err error, typ, place string) error {
	var fault *core.Error
	if !errors.As(err, &fault) {
		return err
	}
	moved := make([]*core.Error, 0, 1+len(fault.More))
	for _, one := range fault.All() {
		copied := *one
		copied.More = nil
		switch rest, found := strings.CutPrefix(one.Path, typ); {
		case one.Path == "":
			copied.Path = place
		case found && typ != "" && (rest == "" || rest[0] == '.' || rest[0] == '['):
			copied.Path = place + rest
		}
		moved = append(moved, &copied)
	}
	return core.Join(moved...)
}

// Copy gives a resource of its own with the same content, for whoever is going to change
// it. Only resources that were sent can be copied.
func (r *Resource) Copy() *Resource {
	tree := r.Tree.Copy()
	return &Resource{Tree: tree, Typed: typedOf(tree), Warnings: r.Warnings}
}

// Copy gives an object of its own with the same content.
func (o *Object) Copy() *Object { return copied(o).(*Object) }

func copied(value any) any {
	switch v := value.(type) {
	case *Object:
		if v == nil {
			return v
		}
		o := &Object{Members: make([]Member, len(v.Members))}
		for i, m := range v.Members {
			o.Members[i] = Member{Name: m.Name, Value: copied(m.Value)}
		}
		return o
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = copied(v[i])
		}
		return list
	}
	return value
}

// Texts shows visit the name and value of each text in the tree.
func (r *Resource) Texts(visit func(name, text string)) {
	_ = rewrite(r.Tree, func(name, text string) (string, error) {
		visit(name, text)
		return text, nil
	})
}

// Rewrite exchanges texts in the tree: change is asked for the name and value of each
// text, and what it gives stands in its place.
func (r *Resource) Rewrite(change func(name, text string) (string, error)) error {
	if err := rewrite(r.Tree, change); err != nil {
		return err
	}
	r.Typed = typedOf(r.Tree)
	return nil
}

func rewrite(o *Object, change func(name, text string) (string, error)) error {
	for i := range o.Members {
		m := &o.Members[i]
		var err error
		if m.Value, err = rewriteValue(m.Name, m.Value, change); err != nil {
			return err
		}
	}
	return nil
}

func rewriteValue(name string, value any, change func(name, text string) (string, error)) (any, error) {
	switch v := value.(type) {
	case string:
		return change(name, v)
	case *Object:
		if v == nil {
			return v, nil
		}
		return v, rewrite(v, change)
	case []any:
		for i := range v {
			var err error
			if v[i], err = rewriteValue(name, v[i], change); err != nil {
				return nil, err
			}
		}
	}
	return value, nil
}
