package resources

import (
	"context"
	"slices"
	"time"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// Environment is what every resource type stands on: the store and the settings of the
// installation. Two bases with different habits are two environments on one store.
type Environment struct {
	Store      *persistence.Store
	Clock      core.Clock // nil for the machine's
	Compatible bool       // the base with today's clients' habits
	Currency   string     // ISO 4217 code, or the sign the compatible base shows
	PhotoURL   string     // URL prefix photographs are served under, no slash at its end; "" for none
	Insurer    mapping.Insurer
	Rules      scheme.RuleBook // what claims are checked and valued by; the zero book is the corrected one

	// GlobalClaimCodes makes a claim code unique among all claims instead of those of one
	// facility.
	GlobalClaimCodes bool

	// Numbers says which insurance numbers are good; the zero rule takes any.
	Numbers scheme.NumberRule

	places []*mapping.Catalogue // where the types are kept, as they were made

	// URL is the address of the strict base, for references that leave this server.
	URL string

	// Secret of the site, for what is kept encrypted; nil when there is none.
	Secret []byte

	// Guides are the definitions served and checked; nil for those of the openIMIS guide alone.
	Guides *Guides

	// Types are the resource types served, by name, for those that look into others. They
	// are set once all are made.
	Types map[string]rest.Type
}

// clock gives the clock of the environment.
func (e *Environment) clock() core.Clock {
	if e.Clock != nil {
		return e.Clock
	}
	return core.SystemClock{}
}

// started is since when the configured insurer is as it is.
var started = time.Now().UTC().Truncate(time.Second)

// related finds where the resources of a type are kept.
func (e *Environment) related(resource string) []*mapping.Catalogue {
	var found []*mapping.Catalogue
	for _, c := range e.places {
		if c.Resource == resource {
			found = append(found, c)
		}
	}
	return found
}

// expand gives the codes of a value set that is served, by canonical or id.
func (e *Environment) expand(valueSet string) ([]search.Value, bool) {
	for _, list := range slices.Concat(mapping.CodeLists, e.guides().sets) {
		if list.Listed() && (valueSet == list.ValueSet() || valueSet == list.ID || valueSet == "ValueSet/"+list.ID) {
			return list.Values(), true
		}
	}
	return nil, false
}

type registersKey struct{}

// withRegisters fetches the registers before a transaction is begun: inside one, a
// stale snapshot would take a second connection.
func (e *Environment) withRegisters(ctx context.Context) (context.Context, error) {
	registers, err := e.Store.Registers(ctx)
	return context.WithValue(ctx, registersKey{}, registers), err
}

// view gives what the converters know beside the rows.
func (e *Environment) view(ctx context.Context, x *persistence.Session) (*mapping.View, error) {
	registers, ok := ctx.Value(registersKey{}).(*persistence.Registers)
	if !ok {
		var err error
		if registers, err = e.Store.Registers(ctx); err != nil {
			return nil, err
		}
	}
	return &mapping.View{
		Registers: registers, Today: x.Now().Date(), Currency: e.Currency, Compatible: e.Compatible, PhotoURL: e.PhotoURL, Insurer: e.Insurer,
		Instant: e.Store.Instant,
	}, nil
}
