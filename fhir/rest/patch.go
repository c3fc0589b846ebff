package rest

import (
	"encoding/base64"
	"mime"
	"strconv"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/patch"
)

// The media types of a patch; FHIRPath Patch comes as Parameters in a format of FHIR.
const (
	jsonPatch  = "application/json-patch+json"
	mergePatch = "application/merge-patch+json"
)

// maxPatches is how often a patch is tried when others change the instance meanwhile.
const maxPatches = 5

// patch answers PATCH [base]/[type]/[id], and PATCH [base]/[type]?[criteria] for the one
// instance that matches, by changing the instance as the body says. What comes of it is
// checked as an update is, as leniently as a body would be read. https://hl7.org/fhir/R4/http.html#patch
func (k *call) patch() (*answer, error) {
	match, err := k.match()
	if err != nil {
		return nil, err
	}
	apply, err := k.patching()
	if err != nil {
		return nil, err
	}
	if k.param("id") == "" {
		return k.conditionally("criteria", k.values, func(found *fhir.Entry) (*answer, error) {
			if found == nil {
				return nil, core.Errorf(core.NotFound, "no %s matches the criteria", k.t.Name)
			}
			return k.patchOf(found.ID, match, apply)
		})
	}
	id, err := k.id()
	if err != nil {
		return nil, err
	}
	return k.patchOf(id, match, apply)
}

// patchOf patches the version that is there now. When another is there by the time it is
// replaced, it is patched again, unless the client named the version it means.
func (k *call) patchOf(id string, match Match, apply func(*fhir.Entry) (*fhir.Resource, error)) (a *answer, err error) {
	if err := k.authorize(Read); err != nil {
		return nil, err
	}
	for range maxPatches {
		var entry *fhir.Entry
		if entry, err = k.t.reader.Read(k.ctx, id); err != nil {
			return nil, err
		}
		if match != "" && string(match) != entry.VersionID {
			return nil, core.Errorf(core.PreconditionFailed, "%s/%s is at version %s now", k.t.Name, id, entry.VersionID)
		}
		var in *fhir.Resource
		if in, err = apply(entry); err != nil {
			return nil, err
		}
		if inside := in.Tree.String("id"); inside != entry.ID {
			return nil, core.ErrorAt(core.Unprocessable, k.t.Name+".id", "a patch cannot change the id")
		}
		a, err = k.updateOf(entry.ID, in, Match(entry.VersionID))
		if match != "" || core.CodeOf(err) != core.PreconditionFailed {
			return a, err
		}
	}
	return nil, err
}

// patching reads the patch and gives what applies it.
// Errors: core.UnsupportedMedia, core.TooLarge, core.Invalid.
func (k *call) patching() (func(*fhir.Entry) (*fhir.Resource, error), error) {
	if k.sent != nil {
		return k.patchingOf(k.sent)
	}
	if k.c == nil {
		return nil, core.Errorf(core.Invalid, "the entry has no resource; a patch comes as Binary or Parameters")
	}
	kind, _, _ := mime.ParseMediaType(k.r.Header.Get("Content-Type"))
	if kind == jsonPatch || kind == mergePatch {
		body, err := k.body()
		if err != nil {
			return nil, err
		}
		return k.patchingJSON(kind, body)
	}
	if _, err := k.bodyFormat(); err != nil {
		return nil, core.Errorf(core.UnsupportedMedia,
			"a patch is %s, %s, or Parameters in application/fhir+json or application/fhir+xml; Content-Type says %s", jsonPatch, mergePatch, clip(strconv.Quote(kind)))
	}
	parameters, err := k.resourceOf("Parameters")
	if err != nil {
		return nil, err
	}
	return k.patchingOf(parameters)
}

// patchingOf reads a patch that is a resource: Parameters, or in an entry of a Bundle a
// Binary that holds a JSON Patch.
func (k *call) patchingOf(r *fhir.Resource) (func(*fhir.Entry) (*fhir.Resource, error), error) {
	switch r.Tree.String("resourceType") {
	case "Parameters":
		steps, err := patch.FHIRPath(r.Tree)
		if err != nil {
			return nil, err
		}
		return func(e *fhir.Entry) (*fhir.Resource, error) {
			tree, err := k.treeOf(e)
			if err != nil {
				return nil, err
			}
			if tree, err = steps.Apply(tree); err != nil {
				return nil, err
			}
			return fhir.DecodeTree(tree, fhir.DecodeOptions{Type: k.t.Name, Lenient: k.lenient()})
		}, nil
	case "Binary":
		data, err := base64.StdEncoding.DecodeString(r.Tree.String("data"))
		if err != nil {
			return nil, core.ErrorAt(core.Invalid, "Binary.data", "the patch is not well encoded")
		}
		return k.patchingJSON(r.Tree.String("contentType"), data)
	}
	return nil, core.Errorf(core.Invalid, "a patch comes as Parameters, or in a Bundle as Binary, not as %s", r.Tree.String("resourceType"))
}

func (k *call) patchingJSON(kind string, body []byte) (func(*fhir.Entry) (*fhir.Resource, error), error) {
	change := patch.JSON
	switch kind {
	case jsonPatch:
	case mergePatch:
		change = patch.Merge
	default:
		return nil, core.ErrorAt(core.UnsupportedMedia, "Binary.contentType", "a patch is %s or %s, not %s", jsonPatch, mergePatch, clip(strconv.Quote(kind)))
	}
	return func(e *fhir.Entry) (*fhir.Resource, error) {
		tree, err := k.treeOf(e)
		if err != nil {
			return nil, err
		}
		changed, err := change(tree.AppendJSON(nil), body)
		if err != nil {
			return nil, err
		}
		return fhir.DecodeJSON(changed, fhir.DecodeOptions{Type: k.t.Name, Lenient: k.lenient()})
	}, nil
}

// treeOf gives the instance as a client reads it.
func (k *call) treeOf(e *fhir.Entry) (*fhir.Object, error) {
	return e.Resource.Object(fhir.EncodeOptions{ID: e.ID, VersionID: e.VersionID, LastUpdated: e.LastUpdated})
}
