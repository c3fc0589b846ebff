package rest

// Habits are what a base does differently for clients that were written before it. The
// zero Habits is a base as the specification has it.
type Habits struct {
	// TrailingSlash serves every path with a slash at its end too.
	TrailingSlash bool

	// PageParam is the parameter that holds the number of the page, from 1. With it links
	// are made of page numbers in place of cursors. A page behind the last is empty.
	PageParam string

	// CountFallback takes a _count that is zero, negative or no number as none at all.
	CountFallback bool

	// AnswerOne lists search parameters, such as identifier, that are answered with the
	// resource itself when exactly one matches, in place of a Bundle.
	AnswerOne []string

	// CodeIDs names the search parameter that an id in the URL is looked up with when it
	// is no UUID; "" takes ids as they are. One match only counts; several are a conflict.
	CodeIDs string

	// LenientDecoding reads bodies as if each request said handling=lenient, takes a body
	// without Content-Type as JSON, and lets the id in an update's body be absent.
	LenientDecoding bool

	// CreateAnswers says what a create of one type is answered with: the instance of the
	// other type that has the same id.
	CreateAnswers map[string]string

	// EmptyEntry writes "entry": [] in a Bundle in JSON that has no entries, where the
	// standard leaves the element out.
	EmptyEntry bool

	// Ignored lists search parameters that are passed over in silence.
	Ignored []string

	// IgnoreUnknown passes over every unknown search parameter in silence, over those that
	// are left empty, and over If-None-Exist.
	IgnoreUnknown bool

	// PlainJSON answers application/json when the client does not care.
	PlainJSON bool
}
