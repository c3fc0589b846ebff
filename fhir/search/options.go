package search

import "time"

// The limits that hold when Options names none. They keep a query within what a database
// takes as bound parameters, and a request within what can be read in a blink.
const (
	DefaultCount     = 20
	DefaultMaxCount  = 200
	DefaultMaxParams = 50
	DefaultMaxValues = 500
	DefaultMaxOffset = 1_000_000

	maxValueBytes = 4096
)

// CursorParam is the parameter a link carries the place of its page in.
const CursorParam = "_cursor"

// ID and LastUpdated are the two parameters every type has.
var (
	ID = Param{
		Name: "_id", Type: Token, Path: "id", Sortable: true,
		Definition:    "http://hl7.org/fhir/SearchParameter/Resource-id",
		Documentation: "Logical id of the resource.",
	}
	LastUpdated = Param{
		Name: "_lastUpdated", Type: Date, Path: "meta.lastUpdated", Sortable: true,
		Definition:    "http://hl7.org/fhir/SearchParameter/Resource-lastUpdated",
		Documentation: "When the resource last changed.",
	}
)

// Options is what the parser has to know of the server it parses for. The zero Options is
// a strict server with the default limits, no includes and no bases.
type Options struct {
	Bases []string       // absolute base URLs of this server, without slash at the end
	Zone  *time.Location // zone of times sent without one; nil is UTC

	// Params gives the search parameters of a resource type the server has, and false for
	// one it does not have. With none, only the searched type is known, so _include and
	// _revinclude are refused.
	Params func(resourceType string) ([]Param, bool)

	Count     int // entries a page when _count is absent
	MaxCount  int // greatest page; a greater _count is cut to it
	MaxParams int // parameters in a request
	MaxValues int // values in a request, alternatives counted one by one
	MaxOffset int // how deep numbered pages go

	Total Total // when _total is absent

	// Lenient makes warnings of what would be errors, as handling=lenient asks.
	Lenient bool

	// The rest are habits of servers with older clients.

	PageParam     string   // parameter with the number of the page, from 1; "" for cursors
	Ignored       []string // parameters passed over in silence
	IgnoreUnknown bool     // pass over every unknown parameter, and those without a value, in silence
	CountFallback bool     // a _count that is no positive number means the default
	FreeIDs       bool     // ids need not have the form of a FHIR id
}

func (o *Options) fill() {
	for _, limit := range []struct {
		field *int
		value int
	}{
		{&o.Count, DefaultCount}, {&o.MaxCount, DefaultMaxCount}, {&o.MaxParams, DefaultMaxParams},
		{&o.MaxValues, DefaultMaxValues}, {&o.MaxOffset, DefaultMaxOffset},
	} {
		if *limit.field <= 0 {
			*limit.field = limit.value
		}
	}
	o.Count = min(o.Count, o.MaxCount)
	if o.Zone == nil {
		o.Zone = time.UTC
	}
}
