package fhir

import (
	"sort"
	"strings"
)

// Apply joins the residue to what the columns render and gives a new tree; what it shares
// with rendered must not be changed. Applied to the rendering it was made from it gives
// what was sent. A patch that makes no sense is passed over: it is data from a column that
// others may write.
func (r *Residue) Apply(rendered *Object) *Object {
	if r == nil || r.Patch == nil {
		return rendered
	}
	a := applier{addOnly: r.AddOnly}
	return a.object(rendered, r.Patch, resourceOf(rendered))
}

type applier struct{ addOnly bool }

func (a *applier) object(rendered, patch *Object, t *Type) *Object {
	out := &Object{Members: make([]Member, 0, len(rendered.Members)+len(patch.Members))}
	for _, m := range rendered.Members {
		op := patch.Object(m.Name)
		if op == nil {
			out.Members = append(out.Members, m)
			continue
		}
		if value := a.member(m.Value, op, memberType(t, m.Name, m.Value)); value != nil {
			out.Members = append(out.Members, Member{m.Name, value})
		}
	}
	for _, m := range patch.Members {
		op, _ := m.Value.(*Object)
		added := op.Get("+")
		if added == nil || rendered.index(m.Name) >= 0 {
			continue
		}
		if guard := op.String("?"); guard != "" && guard != checksum(rendered.Get(strings.TrimPrefix(m.Name, "_"))) {
			continue
		}
		if !chosen(out, t, m.Name) {
			out.Members = append(out.Members, Member{m.Name, added})
		}
	}
	inOrder(out, t)
	return out
}

// chosen tells whether the object has another type of the same choice.
func chosen(o *Object, t *Type, name string) bool {
	if t == nil {
		return false
	}
	name = strings.TrimPrefix(name, "_")
	wanted, ok := t.member(name)
	if !ok || !wanted.element.Choice {
		return false
	}
	for _, m := range o.Members {
		other := strings.TrimPrefix(m.Name, "_")
		if def, ok := t.member(other); ok && def.element == wanted.element && other != name {
			return true
		}
	}
	return false
}

// inOrder puts the members of an object in the order of the definition.
func inOrder(o *Object, t *Type) {
	if t == nil {
		return
	}
	place := func(name string) int {
		if name == "resourceType" {
			return -1
		}
		shadow := 0
		if bare, isShadow := strings.CutPrefix(name, "_"); isShadow {
			name, shadow = bare, 1
		}
		if m, ok := t.member(name); ok {
			return 2*m.element.order + shadow
		}
		return 1 << 20
	}
	sort.SliceStable(o.Members, func(i, j int) bool { return place(o.Members[i].Name) < place(o.Members[j].Name) })
}

// member applies one operation to a rendered value; nil takes the value away.
func (a *applier) member(rendered any, op *Object, t *Type) any {
	if added := op.Get("+"); added != nil {
		return a.merge(rendered, added, t)
	}
	if guard := op.String("#"); guard != "" {
		if value := op.Get("="); value != nil && guard == checksum(rendered) {
			return value
		}
		return rendered
	}
	if patch := op.Object("o"); patch != nil {
		if o, ok := rendered.(*Object); ok {
			return a.object(o, patch, t)
		}
		return rendered
	}
	if entries := op.List("l"); entries != nil {
		if rows := objects(rendered); rows != nil {
			return a.list(rows, entries, op, t)
		}
		return rendered
	}
	if guard := op.String("-"); guard != "" && !a.addOnly && guard == checksum(rendered) {
		return nil
	}
	return rendered
}

// list puts the rendered entries in the order sent, patched, with the sent ones between
// them and those that have come since behind.
func (a *applier) list(rendered []*Object, entries []any, op *Object, t *Type) any {
	by := op.String("by")
	x := newIndex(rendered, t, by)
	found, taken := x.bySum(), make([]bool, len(rendered))
	for _, item := range entries {
		entry, _ := item.(*Object)
		if i, ok := found[entry.String("k")]; ok {
			taken[i] = true
		}
	}
	removed := unsent(rendered, taken, op)
	var out []any
	for _, item := range entries {
		entry, _ := item.(*Object)
		if added := entry.Object("+"); added != nil {
			if i := x.alike(added, t, by, taken, removed); i >= 0 {
				taken[i] = true
				out = append(out, a.merge(rendered[i], added, t))
				continue
			}
			out = append(out, added)
			continue
		}
		i, ok := found[entry.String("k")]
		if !ok {
			continue // what it belonged to is gone
		}
		delete(found, entry.String("k"))
		if patch := entry.Object("o"); patch != nil {
			out = append(out, a.object(rendered[i], patch, entryType(t, rendered[i])))
		} else {
			out = append(out, rendered[i])
		}
	}
	for i, entry := range rendered {
		if !taken[i] && (!removed[i] || a.addOnly) {
			out = append(out, entry)
		}
	}
	if out == nil {
		return nil
	}
	return out
}

// entryType is the type of a list's entry: that of the list, or of the resource it holds.
func entryType(t *Type, entry *Object) *Type {
	if t == nil || t.Kind != ComplexKind {
		if own := resourceOf(entry); own != nil {
			return own
		}
	}
	return t
}

// unsent marks the rendered entries that were not sent.
func unsent(rendered []*Object, taken []bool, op *Object) []bool {
	gone := make([]bool, len(rendered))
	sums := map[string]int{}
	for _, sum := range op.List("-") {
		if text, ok := sum.(string); ok {
			sums[text]++
		}
	}
	if len(sums) == 0 {
		return gone
	}
	for i := len(rendered) - 1; i >= 0; i-- {
		if sum := checksum(rendered[i]); !taken[i] && sums[sum] > 0 {
			sums[sum]--
			gone[i] = true
		}
	}
	return gone
}

// alike finds a rendered entry that the columns have come to hold since and that is the
// same thing as a sent one, by key and never by mere equality; -1 for none.
func (x *listIndex) alike(added *Object, t *Type, by string, taken, removed []bool) int {
	own := newIndex([]*Object{added}, t, by)
	for _, keys := range own.keys[:len(own.keys)-1] {
		for _, i := range x.of[keys[0]] {
			if keys[0] != "" && !taken[i] && !removed[i] {
				return i
			}
		}
	}
	return -1
}

// merge joins what was sent to what the columns render now: theirs is kept, and what it
// lacks is added.
func (a *applier) merge(rendered, added any, t *Type) any {
	from, fromObject := rendered.(*Object)
	more, moreObject := added.(*Object)
	if fromObject && moreObject {
		out := &Object{Members: append([]Member(nil), from.Members...)}
		t = entryType(t, from)
		for _, m := range more.Members {
			if i := out.index(m.Name); i >= 0 {
				out.Members[i].Value = a.merge(out.Members[i].Value, m.Value, memberType(t, m.Name, m.Value))
				continue
			}
			name, isShadow := strings.CutPrefix(m.Name, "_")
			if isShadow && from.index(name) >= 0 || chosen(out, t, m.Name) {
				continue
			}
			out.Members = append(out.Members, m)
		}
		inOrder(out, t)
		return out
	}
	rows, sent := objects(rendered), objects(added)
	if rows == nil || sent == nil {
		return rendered
	}
	x := newIndex(rows, t, "")
	taken, none := make([]bool, len(rows)), make([]bool, len(rows))
	var out []any
	for _, entry := range sent {
		if i := x.alike(entry, t, "", taken, none); i >= 0 {
			taken[i] = true
			out = append(out, a.merge(rows[i], entry, t))
			continue
		}
		out = append(out, entry)
	}
	for i, entry := range rows {
		if !taken[i] {
			out = append(out, entry)
		}
	}
	return out
}
