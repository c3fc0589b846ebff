package mapping

import (
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/persistence"
)

// Attribute is one line of the catalogue: what one concept is called at every door.
type Attribute struct {
	Name    string // the openIMIS word, such as "chfId"
	Table   string // table or joined relation the column is in; "" for the root table
	Column  string // legacy column; "" when Match answers alone
	Element string // FHIR element, relative to the resource: "birthDate"

	Search  string      // FHIR search parameter; "" when there is none
	Kind    search.Type // its type
	System  string      // canonical of the code system its tokens are of
	Codes   Codes       // FHIR codes that stand for other column values
	Targets []string    // what a reference may point to

	Sortable  bool // _sort, orderBy
	Writable  bool // a client may set it
	Required  bool // the row cannot do without it
	Sensitive bool // masked for readers without right 900101

	// Match makes the predicate when a comparison with Column is not enough. It is
	// given the modifier and one value and answers core.Invalid for what it cannot do.
	Match func(modifier search.Modifier, value search.Value) (clause.Expression, error)

	Documentation string // one sentence
}

// Codes maps FHIR codes to what the column holds. A code may stand for several values.
type Codes map[string][]any

// Catalogue is everything the doors need to know of one resource.
type Catalogue struct {
	Resource   string // "Patient"
	Table      string // root table, "tblInsuree"
	UUID       string // its UUID column
	Profile    string // canonical of the openIMIS profile
	Attributes []Attribute
	Join       []string // relations every read loads
}

// Params gives the search parameters of the catalogue.
func (c *Catalogue) Params() []search.Param { return nil }

// Compile turns a parsed search into a query on the tables. Errors: core.Invalid for a
// predicate that has no answer.
func (c *Catalogue) Compile(q *search.Query) (persistence.Query, error) {
	return persistence.Query{}, nil
}
