package mapping

import (
	"strings"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
)

// The kinds of identifier the guide knows, codes of its system openimis-identifiers.
const (
	kindUUID = "UUID"
	kindCode = "Code"
)

// codeIn gives the code a concept has in the system; ok is false when it has none. A
// coding without a system is taken to mean the one expected there.
func codeIn(c *r4.CodeableConcept, system string) (code string, ok bool) {
	if c == nil {
		return "", false
	}
	for _, coding := range c.Coding {
		if coding.Code != nil && coding.System != nil && SameSystem(system, *coding.System) {
			return *coding.Code, true
		}
	}
	for _, coding := range c.Coding {
		if coding.Code != nil && coding.System == nil {
			return *coding.Code, true
		}
	}
	return "", false
}

// kindOf gives the kind of an identifier, "" when it is none of the guide's.
func kindOf(id *r4.Identifier) string {
	code, _ := codeIn(id.Type, codeSystem("openimis-identifiers"))
	return code
}

// businessCode gives the identifier of the kind Code and its place in the list, -1 when
// there is none.
func businessCode(list []r4.Identifier) (value string, at int) {
	for i := range list {
		if strings.EqualFold(kindOf(&list[i]), kindCode) && list[i].Value != nil {
			return strings.TrimSpace(*list[i].Value), i
		}
	}
	return "", -1
}

// extensionAt gives the extension with the URL, in any spelling of it, and its place in
// the list; nil when there is none.
func extensionAt(list []r4.Extension, url string) (*r4.Extension, int) {
	for i := range list {
		if sameExtension(url, list[i].Url) {
			return &list[i], i
		}
	}
	return nil, -1
}

// Names of extensions the older server sends, by the name in the guide.
var otherExtensions = map[string]string{
	"organization-hf-legal-form": "organization-legal-form",
	"insurance-plan-start-cycle": "insurance-plan-start_cycle",
}

func sameExtension(url, sent string) bool {
	if sameURL(url, sent) {
		return true
	}
	id := strings.TrimPrefix(url, structure(""))
	if id == "unit-price" {
		return sameURL(codeSystem(id), sent)
	}
	other, ok := otherExtensions[id]
	return ok && sameURL(structure(other), sent)
}

// flag makes an extension that holds a boolean.
func flag(url string, value bool) r4.Extension {
	return r4.Extension{Url: url, ValueBoolean: &value}
}

// coded makes an extension that holds a concept of one coding.
func coded(url, system, code, display string) r4.Extension {
	return r4.Extension{Url: url, ValueCodeableConcept: pointer(concept(system, code, display))}
}
