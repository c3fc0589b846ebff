package fhir

import (
	"strings"
)

// Residue is what a sender wrote beyond what the columns hold: a patch that turns the
// resource rendered from the columns back into the one sent. The columns always win: what
// the patch replaces or removes is guarded by a checksum of what was rendered when it was
// made, and is left alone once the columns render something else. Nothing the columns hold
// is copied into it, only checksums of it.
//
// Patch has a member for each member of the resource that differs, and so on downwards.
// Each holds one operation, in letters short enough for a database column:
//
//	{"+": value}                   only sent; where the columns come to hold such a thing
//	                               later, theirs is kept and what it lacks is added
//	{"+": value, "?": sum}         the same, only while the primitive it belongs to renders so
//	{"=": value, "#": sum}         sent otherwise, such as 1.00 for 1.0
//	{"-": sum}                     rendered but not sent
//	{"o": {…}}                     both are objects: the operations on its members
//	{"l": […], "-": […], "by": …}  both are arrays of objects: the entries in the order sent,
//	                               checksums of those not sent, the key they are told apart by
//
// An entry of "l" is {"+": value}, or {"k": key, "o": {…}} for one that the columns render
// too. The key is a checksum of what identifies the entry, never its index; when no such
// entry is rendered any more, the sent one goes with it.
type Residue struct {
	Patch *Object

	// AddOnly leaves out removals, for a door whose readers expect every element.
	AddOnly bool
}

// Keys says what Diff has to know of a resource type.
type Keys struct {
	// Assigned are dotted paths, such as "meta" or "identifier", under which the server
	// has the last word: what is rendered there and was not sent stays, and what was sent
	// otherwise is dropped. The id, meta.versionId and meta.lastUpdated always are.
	Assigned []string

	// By gives, for the dotted path of a list, the members that identify an entry, parted
	// by bars: "type.coding.code|value". It is asked before the keys of the data type.
	By map[string]string
}

func (k *Keys) assigned(path string) bool {
	for _, p := range k.Assigned {
		if path == p || strings.HasPrefix(path, p) && path[len(p)] == '.' {
			return true
		}
	}
	return path == "id" || path == "resourceType" || path == "meta.versionId" || path == "meta.lastUpdated"
}

// Size is how many bytes the residue takes as JSON.
func (r *Residue) Size() int {
	if r == nil || r.Patch == nil || len(r.Patch.Members) == 0 {
		return 0
	}
	return len(r.Patch.AppendJSON(nil))
}

// MarshalJSON writes the patch as compact JSON.
func (r *Residue) MarshalJSON() ([]byte, error) {
	if r.Patch == nil {
		return []byte("{}"), nil
	}
	return r.Patch.AppendJSON(nil), nil
}

// UnmarshalJSON reads what MarshalJSON wrote. Errors: core.Invalid for malformed JSON.
func (r *Residue) UnmarshalJSON(data []byte) error {
	patch, err := ParseJSON(data)
	if err != nil {
		return err
	}
	r.Patch = patch
	return nil
}

// Diff makes the residue of a resource: rendered is what the columns say of it, sent what
// the client wrote. It is nil when the columns hold everything.
func Diff(rendered, sent *Object, keys Keys) *Residue {
	d := differ{keys: keys}
	patch := d.object(rendered, sent, resourceOf(rendered, sent), "")
	if patch == nil {
		return nil
	}
	return &Residue{Patch: patch}
}

func resourceOf(objects ...*Object) *Type {
	for _, o := range objects {
		if t := TypeOf(o.String("resourceType")); t != nil {
			return t
		}
	}
	return nil
}

// memberType gives the type of a member's value as far as the definitions know it.
func memberType(t *Type, name string, values ...any) *Type {
	if t == nil {
		return nil
	}
	m, ok := t.member(name)
	if !ok {
		return nil
	}
	if m.typ.Kind == AbstractKind || m.typ.Kind == ResourceKind {
		for _, value := range values {
			if o, ok := value.(*Object); ok {
				return resourceOf(o)
			}
		}
		return nil
	}
	return m.typ
}

type differ struct{ keys Keys }

// operation makes an object of names and values in turn.
func operation(pairs ...any) *Object {
	o := &Object{Members: make([]Member, 0, len(pairs)/2)}
	for i := 0; i < len(pairs); i += 2 {
		o.Members = append(o.Members, Member{pairs[i].(string), pairs[i+1]})
	}
	return o
}

func join2(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// object compares two objects and gives the operations on their members, nil for none.
func (d *differ) object(rendered, sent *Object, t *Type, path string) *Object {
	patch := &Object{}
	for _, m := range sent.Members {
		at := join2(path, m.Name)
		i := rendered.index(m.Name)
		if i >= 0 {
			if op := d.value(rendered.Members[i].Value, m.Value, memberType(t, m.Name, m.Value), at); op != nil {
				patch.Members = append(patch.Members, Member{m.Name, op})
			}
			continue
		}
		value := unassigned(at, m.Value)
		if value == nil {
			continue
		}
		op := operation("+", value)
		if name, isShadow := strings.CutPrefix(m.Name, "_"); isShadow {
			op.Members = append(op.Members, Member{"?", checksum(rendered.Get(name))})
		}
		patch.Members = append(patch.Members, Member{m.Name, op})
	}
	for _, m := range rendered.Members {
		if sent.index(m.Name) < 0 && !d.keys.assigned(join2(path, m.Name)) {
			patch.Members = append(patch.Members, Member{m.Name, operation("-", checksum(m.Value))})
		}
	}
	if len(patch.Members) == 0 {
		return nil
	}
	return patch
}

// unassigned takes out of a value only sent what the server always says itself; nil when
// nothing is left of it.
func unassigned(path string, value any) any {
	switch path {
	case "id", "resourceType", "meta.versionId", "meta.lastUpdated":
		return nil
	case "meta":
		meta, ok := value.(*Object)
		if !ok {
			return value
		}
		kept := &Object{}
		for _, m := range meta.Members {
			if m.Name != "versionId" && m.Name != "lastUpdated" {
				kept.Members = append(kept.Members, m)
			}
		}
		if len(kept.Members) == 0 {
			return nil
		}
		return kept
	}
	return value
}

// value compares what both sides have under one name and gives the operation, nil for none.
func (d *differ) value(rendered, sent any, t *Type, path string) *Object {
	from, fromObject := rendered.(*Object)
	to, toObject := sent.(*Object)
	if fromObject && toObject {
		if patch := d.object(from, to, t, path); patch != nil {
			return operation("o", patch)
		}
		return nil
	}
	if rows, wanted := objects(rendered), objects(sent); rows != nil && wanted != nil {
		return d.list(rows, wanted, t, path)
	}
	if d.keys.assigned(path) || canonical(rendered) == canonical(sent) {
		return nil
	}
	return operation("=", sent, "#", checksum(rendered))
}

// objects gives an array all of whose entries are objects, nil for anything else. Arrays of
// primitives are one value: the entries of a split name have no identity of their own.
func objects(value any) []*Object {
	list, ok := value.([]any)
	if !ok || len(list) == 0 {
		return nil
	}
	found := make([]*Object, len(list))
	for i, item := range list {
		if found[i], ok = item.(*Object); !ok {
			return nil
		}
	}
	return found
}

// list compares two arrays of objects.
func (d *differ) list(rendered, sent []*Object, t *Type, path string) *Object {
	by := d.keys.By[path]
	from, to := newIndex(rendered, t, by), newIndex(sent, t, by)
	pairs, keys := match(from, to, t)
	entries := make([]any, 0, len(sent))
	same := len(sent) == len(rendered)
	taken := make([]bool, len(rendered))
	for i, entry := range sent {
		j := pairs[i]
		if j < 0 {
			entries, same = append(entries, operation("+", entry)), false
			continue
		}
		taken[j] = true
		kept := operation("k", keys[i])
		if patch := d.object(rendered[j], entry, entryType(t, entry), path); patch != nil {
			kept.Members = append(kept.Members, Member{"o", patch})
			same = false
		}
		same = same && i == j
		entries = append(entries, kept)
	}
	if same {
		return nil
	}
	op := operation("l", entries)
	if !d.keys.assigned(path) {
		var removed []any
		for j, entry := range rendered {
			if !taken[j] {
				removed = append(removed, checksum(entry))
			}
		}
		if removed != nil {
			op.Members = append(op.Members, Member{"-", removed})
		}
	}
	if by != "" {
		op.Members = append(op.Members, Member{"by", by})
	}
	return op
}
