package resources

import "github.com/openimis/openimis-go/fhir/rest"

// What the operations on code systems and value sets take and give.
var (
	lookupParameters = []rest.OperationParameter{
		rest.Takes("code", "code", "The code; with system."), rest.Takes("system", "uri", "The canonical of the code system."),
		rest.Takes("version", "string", "The version of the code system; only the one that is there is known."),
		rest.Takes("coding", "Coding", "Code and system in one."), rest.Takes("displayLanguage", "code", "Not regarded: words are in one language."),
		rest.Takes("property", "code", "Not regarded: codes have no properties.").Repeated(),
		rest.Gives("name", "string", "What the code system is called.").Needed(), rest.Gives("version", "string", "Its version."),
		rest.Gives("display", "string", "What the code means.").Needed(),
	}
	validateSystemParameters = append([]rest.OperationParameter{
		rest.Takes("url", "uri", "The canonical of the code system; not regarded on an instance."), rest.Takes("system", "uri", "The same as url."), rest.Takes("version", "string", "The version of the code system."),
	}, validated...)
	validateSetParameters = append([]rest.OperationParameter{
		rest.Takes("url", "uri", "The canonical of the value set; not regarded on an instance."), rest.Takes("valueSetVersion", "string", "The version of the value set."),
		rest.Takes("system", "uri", "The code system of the code."),
	}, validated...)
	validated = []rest.OperationParameter{
		rest.Takes("code", "code", "The code."), rest.Takes("display", "string", "What it is thought to mean."),
		rest.Takes("coding", "Coding", "Code and system in one."), rest.Takes("codeableConcept", "CodeableConcept", "Several, of which one is enough."),
		rest.Takes("displayLanguage", "code", "Not regarded: words are in one language."),
		rest.Gives("result", "boolean", "Whether the code is there and means that.").Needed(), rest.Gives("message", "string", "Why not."),
		rest.Gives("display", "string", "What the code means."),
	}
	expandParameters = []rest.OperationParameter{
		rest.Takes("url", "uri", "The canonical of the value set; not regarded on an instance."), rest.Takes("valueSetVersion", "string", "Its version."),
		rest.Takes("filter", "string", "A part of a code or of its words."), rest.Takes("offset", "integer", "Codes to pass over."),
		rest.Takes("count", "integer", "Codes at most."), rest.Takes("displayLanguage", "code", "Not regarded: words are in one language."),
		notRegarded("activeOnly"), notRegarded("includeDesignations"), notRegarded("includeDefinition"), notRegarded("excludeNested"),
		notRegarded("excludeNotForUI"), notRegarded("excludePostCoordinated"),
		rest.Gives("return", "ValueSet", "The value set with its codes.").Needed(),
	}
)

func notRegarded(name string) rest.OperationParameter {
	return rest.Takes(name, "boolean", "Not regarded: lists are flat, and hold no code that is out of use.")
}
