package path

import (
	"strings"

	"github.com/openimis/openimis-go/fhir"
)

// The functions of FHIR. https://hl7.org/fhir/R4/fhirpath.html#functions

func extension(r *run, in Collection, c *call, f *frame) (Collection, error) {
	argument, err := r.argument(c, 0, f)
	if err != nil {
		return nil, err
	}
	url, ok, err := textArgument(argument, c)
	if !ok {
		return nil, err
	}
	extensions, err := r.members("extension", in)
	if err != nil {
		return nil, err
	}
	var out Collection
	for i := range extensions {
		if o, is := extensions[i].value.(*fhir.Object); is && o.String("url") == url {
			out = append(out, extensions[i])
		}
	}
	return out, nil
}

func hasValue(_ *run, in Collection, _ *call, _ *frame) (Collection, error) {
	return one(len(in) == 1 && in[0].primitive()), nil
}

// primitive tells whether the item has a value of its own, not extensions or children only.
func (i *Item) primitive() bool {
	_, isObject := i.value.(*fhir.Object)
	return !isObject && i.value != nil
}

func getValue(_ *run, in Collection, _ *call, _ *frame) (Collection, error) {
	if len(in) != 1 || !in[0].primitive() {
		return nil, nil
	}
	return one(in[0].system()), nil
}

// resolve finds what references and canonicals point to. What is not found is left out.
func resolve(r *run, in Collection, _ *call, _ *frame) (Collection, error) {
	var out Collection
	for i := range in {
		reference, is := in[i].text()
		if object, isObject := in[i].value.(*fhir.Object); isObject {
			reference, is = object.String("reference"), object.String("reference") != ""
		}
		if !is {
			continue
		}
		found, err := r.referred(reference)
		if err != nil {
			return nil, err
		}
		if found != nil {
			out = append(out, Root(found, ""))
		}
	}
	return out, nil
}

func (r *run) referred(reference string) (*fhir.Object, error) {
	root := r.root()
	if id, contained := strings.CutPrefix(reference, "#"); contained {
		return containedIn(root, id), r.spend(1)
	}
	if root.String("resourceType") == "Bundle" {
		entries := root.List("entry")
		if err := r.spend(len(entries)); err != nil {
			return nil, err
		}
		if found := entryOf(entries, reference); found != nil {
			return found, nil
		}
	}
	if r.env.Resolve == nil {
		return nil, r.spend(1)
	}
	if err := r.spend(100); err != nil {
		return nil, err
	}
	return r.env.Resolve(reference)
}

func containedIn(root *fhir.Object, id string) *fhir.Object {
	if id == "" {
		return root
	}
	for _, each := range root.List("contained") {
		if o, is := each.(*fhir.Object); is && o.String("id") == id {
			return o
		}
	}
	return nil
}

// entryOf finds the resource of a Bundle by the full URL, or by the type and id at its end.
func entryOf(entries []any, reference string) *fhir.Object {
	_, typ, id := fhir.SplitReference(reference)
	for _, each := range entries {
		entry, is := each.(*fhir.Object)
		if !is {
			continue
		}
		resource, url := entry.Object("resource"), entry.String("fullUrl")
		if resource == nil {
			continue
		}
		relative := id != "" && reference == typ+"/"+id
		if url == reference || relative && (url == "" || strings.HasSuffix(url, "/"+reference)) &&
			resource.String("resourceType") == typ && resource.String("id") == id {
			return resource
		}
	}
	return nil
}

func memberOf(r *run, in Collection, c *call, f *frame) (Collection, error) {
	item, ok, err := in.single("memberOf()")
	if err != nil {
		return nil, err
	}
	argument, err := r.argument(c, 0, f)
	if err != nil {
		return nil, err
	}
	valueSet, there, err := textArgument(argument, c)
	if err != nil || !ok || !there || r.env.MemberOf == nil {
		return nil, err
	}
	if err := r.spend(100); err != nil {
		return nil, err
	}
	member, known, err := r.env.MemberOf(*item, valueSet)
	if err != nil || !known {
		return nil, err
	}
	return one(member), nil
}

// subsumes makes subsumes and, with the sides changed, subsumedBy.
func subsumes(by bool) func(*run, Collection, *call, *frame) (Collection, error) {
	return func(r *run, in Collection, c *call, f *frame) (Collection, error) {
		a, ok, err := in.single(c.name + "()")
		if err != nil {
			return nil, err
		}
		argument, err := r.argument(c, 0, f)
		if err != nil {
			return nil, err
		}
		b, there, err := argument.single("the argument of " + c.name + "()")
		if err != nil || !ok || !there {
			return nil, err
		}
		if by {
			a, b = b, a
		}
		if r.env.Subsumes == nil {
			if same, _, err := r.equalItems(a, b); same || err != nil {
				return one(true), err
			}
			return nil, nil
		}
		if err := r.spend(100); err != nil {
			return nil, err
		}
		subsumes, known, err := r.env.Subsumes(*a, *b)
		if err != nil || !known {
			return nil, err
		}
		return one(subsumes), nil
	}
}

const definitionBase = "http://hl7.org/fhir/StructureDefinition/"

func conformsTo(r *run, in Collection, c *call, f *frame) (Collection, error) {
	item, ok, err := in.single("conformsTo()")
	if err != nil {
		return nil, err
	}
	argument, err := r.argument(c, 0, f)
	if err != nil {
		return nil, err
	}
	profile, there, err := textArgument(argument, c)
	if err != nil || !ok || !there {
		return nil, err
	}
	if name, is := strings.CutPrefix(profile, definitionBase); is && fhir.TypeOf(name) != nil {
		return one(isA(item.typ, name)), nil
	}
	if r.env.ConformsTo == nil {
		return nil, fault("the profile %q is not known here", clip(profile))
	}
	if err := r.spend(1000); err != nil {
		return nil, err
	}
	conforms, err := r.env.ConformsTo(*item, profile)
	return one(conforms), err
}

func elementDefinition(r *run, in Collection, _ *call, _ *frame) (Collection, error) {
	if r.env.ElementDefinition == nil {
		return nil, nil
	}
	var out Collection
	for i := range in {
		if err := r.spend(100); err != nil {
			return nil, err
		}
		definition, err := r.env.ElementDefinition(in[i])
		if err != nil {
			return nil, err
		}
		if definition != nil {
			out = append(out, Root(definition, "ElementDefinition"))
		}
	}
	return out, nil
}

func slice(r *run, in Collection, c *call, f *frame) (Collection, error) {
	var arguments [2]string
	for i := range arguments {
		argument, err := r.argument(c, i, f)
		if err != nil {
			return nil, err
		}
		var ok bool
		if arguments[i], ok, err = textArgument(argument, c); !ok {
			return nil, err
		}
	}
	if r.env.Slice == nil {
		return nil, fault("the structure %q is not known here", clip(arguments[0]))
	}
	var out Collection
	for i := range in {
		if err := r.spend(100); err != nil {
			return nil, err
		}
		inside, err := r.env.Slice(in[i], arguments[0], arguments[1])
		if err != nil {
			return nil, err
		}
		if inside {
			out = append(out, in[i])
		}
	}
	return out, nil
}

// checkModifiers lets everything pass whose modifier extensions are among the known.
func checkModifiers(r *run, in Collection, c *call, f *frame) (Collection, error) {
	known := map[string]bool{}
	for i := range c.arguments {
		argument, err := r.argument(c, i, f)
		if err != nil {
			return nil, err
		}
		url, _, err := textArgument(argument, c)
		if err != nil {
			return nil, err
		}
		known[url] = true
	}
	extensions, err := r.members("modifierExtension", in)
	if err != nil {
		return nil, err
	}
	for i := range extensions {
		if o, is := extensions[i].value.(*fhir.Object); is && !known[o.String("url")] {
			return nil, fault("the modifier extension %q is not known", clip(o.String("url")))
		}
	}
	return in, nil
}

// htmlChecks tells whether the text is XHTML as a narrative may have it.
func htmlChecks(r *run, in Collection, c *call, _ *frame) (Collection, error) {
	s, ok, err := textInput(in, c)
	if !ok {
		return nil, err
	}
	return one(fhir.NarrativeFault(s) == ""), r.spend(len(s))
}

func trace(r *run, in Collection, c *call, f *frame) (Collection, error) {
	argument, err := r.argument(c, 0, f)
	if err != nil {
		return nil, err
	}
	name, _, err := textArgument(argument, c)
	if err != nil {
		return nil, err
	}
	shown := in
	if len(c.arguments) == 2 {
		projection := *c
		projection.arguments = c.arguments[1:]
		if shown, err = selectEach(r, in, &projection, f); err != nil {
			return nil, err
		}
	}
	if r.env.Trace != nil {
		r.env.Trace(name, shown)
	}
	return in, nil
}
