package rest

import (
	"net/http"
	"slices"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
)

// What the operations on meta are defined as.
const metaDefinition = "http://hl7.org/fhir/OperationDefinition/Resource-meta"

var metaReturned = Gives("return", "Meta", "What is said of it; absent where nothing is.")

// metas are $meta of a type that can be read and of its instances and, where instances can be changed,
// $meta-add and $meta-delete. https://hl7.org/fhir/R4/resource-operation-meta.html
func metas(o *offer) []Operation {
	if o.reader == nil {
		return nil
	}
	list := []Operation{{
		Name: "meta", Definition: metaDefinition, OnType: true, OnInstance: true, Parameters: []OperationParameter{metaReturned},
		Documentation: "Profiles, tags and security labels of the instance; of a type or of all the profiles that instances claim.",
		answer:        (*call).meta,
	}}
	if !o.patches() {
		return list
	}
	sent := Takes("meta", "Meta", "Tags and security labels. Profiles are said by the server, of what meets them.").Needed()
	for _, op := range []Operation{
		{Name: "meta-add", Documentation: "Adds tags and security labels to the instance, which makes a version of it.", answer: (*call).metaAdd},
		{Name: "meta-delete", Documentation: "Takes tags and security labels from the instance, which makes a version of it. Those it does not have are passed over.", answer: (*call).metaDelete},
	} {
		op.Definition, op.OnInstance, op.AffectsState = "http://hl7.org/fhir/OperationDefinition/Resource-"+op.Name, true, true
		op.Parameters = []OperationParameter{sent, metaReturned}
		list = append(list, op)
	}
	return list
}

// metaOfAll is $meta of the whole system.
func metaOfAll() Operation {
	return Operation{
		Name: "meta", Definition: metaDefinition, Parameters: []OperationParameter{metaReturned},
		Documentation: "The profiles that instances of any type claim.", answer: (*call).meta,
	}
}

// meta answers [base]/[type]/[id]/$meta, [base]/[type]/$meta and [base]/$meta.
func (k *call) meta(in *Invocation) (*answer, error) {
	if err := in.Only(); err != nil {
		return nil, err
	}
	if in.Resource != nil {
		return nil, core.ErrorAt(core.Invalid, "resource", "the operation has no parameters")
	}
	if in.ID != "" {
		entry, err := k.t.reader.Read(k.ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return k.metaOf(entry)
	}
	types := k.s.order
	if k.t != nil {
		types = []*offer{k.t}
	}
	var profiles []any
	for _, o := range types {
		for _, canonical := range append([]string{o.Profile}, o.Supported...) {
			if canonical != "" && !slices.Contains(profiles, any(canonical)) {
				profiles = append(profiles, canonical)
			}
		}
	}
	meta := &fhir.Object{}
	if len(profiles) > 0 {
		meta.Set("profile", profiles)
	}
	return returned(meta), nil
}

// metaOf answers with the meta of an instance.
func (k *call) metaOf(e *fhir.Entry) (*answer, error) {
	tree, err := k.treeOf(e)
	if err != nil {
		return nil, err
	}
	return returned(tree.Object("meta")), nil
}

// returned answers Parameters with the meta, or with nothing where there is none.
func returned(meta *fhir.Object) *answer {
	parameters := object("resourceType", "Parameters")
	if meta != nil && len(meta.Members) > 0 {
		one := object("name", "return")
		one.Set("valueMeta", meta)
		parameters.Set("parameter", []any{one})
	}
	return &answer{status: http.StatusOK, entry: &fhir.Entry{Resource: &fhir.Resource{Tree: parameters}}}
}

// labels are the lists of a meta that clients may change.
var labels = []string{"tag", "security"}

// metaAdd answers POST [base]/[type]/[id]/$meta-add.
// https://hl7.org/fhir/R4/resource-operation-meta-add.html
func (k *call) metaAdd(in *Invocation) (*answer, error) {
	return k.changeMeta(in, func(list, sent []any) []any {
		for _, one := range sent {
			if !slices.ContainsFunc(list, func(have any) bool { return sameLabel(have, one) }) {
				list = append(list, one)
			}
		}
		return list
	})
}

// metaDelete answers POST [base]/[type]/[id]/$meta-delete.
// https://hl7.org/fhir/R4/resource-operation-meta-delete.html
func (k *call) metaDelete(in *Invocation) (*answer, error) {
	return k.changeMeta(in, func(list, sent []any) []any {
		return slices.DeleteFunc(list, func(have any) bool {
			return slices.ContainsFunc(sent, func(one any) bool { return sameLabel(have, one) })
		})
	})
}

// sameLabel tells whether two codings have the same system and code.
func sameLabel(a, b any) bool {
	one, _ := a.(*fhir.Object)
	other, _ := b.(*fhir.Object)
	return one.String("system") == other.String("system") && one.String("code") == other.String("code")
}

// changeMeta changes the labels of an instance as an update would; where that leaves them
// as they are, nothing is written.
// Errors: core.Invalid for wrong parameters, and those of an update.
func (k *call) changeMeta(in *Invocation, change func(list, sent []any) []any) (*answer, error) {
	if err := in.Only("meta"); err != nil {
		return nil, err
	}
	sent, err := in.Object("meta")
	switch {
	case err != nil:
		return nil, err
	case sent == nil || in.Resource != nil:
		return nil, core.ErrorAt(core.Invalid, "meta", "a Meta is needed, in a Parameters resource")
	case sent.Get("profile") != nil:
		return nil, core.ErrorAt(core.Unprocessable, "meta.profile", "profiles are said by the server of what meets them; tags and security labels can be changed")
	case len(sent.List("tag"))+len(sent.List("security")) == 0:
		return nil, core.ErrorAt(core.Invalid, "meta", "the Meta has neither tag nor security label")
	}
	match, err := k.match()
	if err != nil {
		return nil, err
	}
	errUnchanged := core.Errorf(core.Internal, "nothing changes")
	var now *fhir.Entry
	a, err := k.patchOf(in.ID, match, func(e *fhir.Entry) (*fhir.Resource, error) {
		now = e
		tree, err := k.treeOf(e)
		if err != nil {
			return nil, err
		}
		tree = tree.Copy()
		meta := tree.Object("meta")
		if meta == nil {
			meta = &fhir.Object{}
			tree.Set("meta", meta)
		}
		changed := false
		for _, name := range labels {
			before := len(meta.List(name))
			list := change(slices.Clone(meta.List(name)), sent.List(name))
			if changed = changed || len(list) != before; len(list) == 0 {
				meta.Set(name, nil)
			} else {
				meta.Set(name, list)
			}
		}
		if !changed {
			return nil, errUnchanged
		}
		return fhir.DecodeTree(tree, fhir.DecodeOptions{Type: k.t.Name})
	})
	if err == errUnchanged {
		return k.metaOf(now)
	}
	if err != nil {
		return nil, err
	}
	return k.metaOf(a.entry)
}
