package fhir

// subset picks out what _summary or _elements asks for, and tags the result as SUBSETTED so
// that nobody writes it back as a whole. Mandatory elements and modifiers always stay.
// https://hl7.org/fhir/R4/search.html#summary
func subset(tree *Object, o *EncodeOptions) *Object {
	t := TypeOf(tree.String("resourceType"))
	if t == nil {
		return tree
	}
	var keep func(e *Element) bool
	switch {
	case len(o.Elements) > 0:
		asked := map[string]bool{}
		for _, name := range o.Elements {
			asked[name] = true
		}
		keep = func(e *Element) bool { return asked[e.Name] || e.Min > 0 || e.Modifier }
	case o.Summary == "true":
		keep = func(e *Element) bool { return e.Summary || e.Min > 0 || e.Modifier }
	case o.Summary == "text":
		keep = func(e *Element) bool { return e.Name == "text" || e.Min > 0 || e.Modifier }
	default: // data
		keep = func(e *Element) bool { return e.Name != "text" }
	}
	picked := pick(t, tree, keep, o.Summary == "true" && len(o.Elements) == 0)
	tagSubset(picked)
	return picked
}

// pick copies the members whose elements are to be kept; deep goes on into backbones, whose
// elements have marks of their own, but never into data types, which are taken whole.
func pick(t *Type, o *Object, keep func(*Element) bool, deep bool) *Object {
	picked := &Object{}
	for _, m := range o.Members {
		name := m.Name
		if len(name) > 1 && name[0] == '_' {
			name = name[1:]
		}
		def, ok := t.member(name)
		always := name == "resourceType" || name == "id" || name == "meta" && t.Kind == ResourceKind
		if !always && ok && !keep(def.element) {
			continue
		}
		value := m.Value
		if deep && ok && def.typ.backbone() {
			value = pickIn(def.typ, value, keep)
		}
		picked.Members = append(picked.Members, Member{m.Name, value})
	}
	return picked
}

func pickIn(t *Type, value any, keep func(*Element) bool) any {
	switch value := value.(type) {
	case *Object:
		return pick(t, value, keep, true)
	case []any:
		list := make([]any, len(value))
		for i, item := range value {
			list[i] = pickIn(t, item, keep)
		}
		return list
	}
	return value
}

// backbone tells whether the type is a part of a resource and not a type of its own.
func (t *Type) backbone() bool {
	if t == nil || t.Kind != ComplexKind {
		return false
	}
	for i := range len(t.Name) {
		if t.Name[i] == '.' {
			return IsResourceType(t.Name[:i])
		}
	}
	return false
}

func tagSubset(o *Object) {
	meta := &Object{}
	if old := o.Object("meta"); old != nil {
		meta.Members = append(meta.Members, old.Members...)
	}
	for _, tag := range meta.List("tag") {
		if coding, ok := tag.(*Object); ok && coding.String("code") == "SUBSETTED" {
			return
		}
	}
	tag := &Object{Members: []Member{
		{"system", "http://terminology.hl7.org/CodeSystem/v3-ObservationValue"},
		{"code", "SUBSETTED"},
	}}
	meta.Set("tag", append(append([]any(nil), meta.List("tag")...), tag))
	o.put("meta", meta, "id", "resourceType")
}
