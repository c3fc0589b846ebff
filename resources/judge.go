package resources

import (
	"context"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/profile"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// judge checks resources against the profiles that are known, with the codes of the site.
type judge struct {
	env   *Environment
	set   *profile.Set
	codes atomic.Pointer[siteCodes]
}

var _ rest.Judge = (*judge)(nil)

// Judge makes what $validate asks, and what checks the profiles that resources claim when
// they are written.
func Judge(e *Environment) rest.Judge { return &judge{env: e, set: e.guides().set} }

// Judge gives what is wrong with a resource.
func (j *judge) Judge(ctx context.Context, tree *fhir.Object, profiles []string) ([]fhir.Issue, []string, error) {
	o, err := j.options(ctx)
	if err != nil {
		return nil, nil, err
	}
	o.Profiles = profiles
	unknown := j.set.Unknown(tree)
	for _, canonical := range profiles {
		if j.set.Find(canonical) == nil && !profile.IsCore(canonical) && !slices.Contains(unknown, canonical) {
			unknown = append(unknown, canonical)
		}
	}
	return j.set.Validate(tree, o), unknown, nil
}

// Claims gives what is wrong by the profiles that a resource claims.
func (j *judge) Claims(ctx context.Context, tree *fhir.Object) ([]fhir.Issue, []string, error) {
	o, err := j.options(ctx)
	if err != nil {
		return nil, nil, err
	}
	o.ProfilesOnly = true
	return j.set.Validate(tree, o), j.set.Unknown(tree), nil
}

func (j *judge) options(ctx context.Context) (profile.Options, error) {
	registers, ok := ctx.Value(registersKey{}).(*persistence.Registers)
	if !ok {
		var err error
		if registers, err = j.env.Store.Registers(ctx); err != nil {
			return profile.Options{}, err
		}
	}
	codes := j.codes.Load()
	if codes == nil || codes.registers != registers {
		codes = &siteCodes{guides: j.env.guides(), registers: registers, sets: map[string]map[string]bool{}}
		j.codes.Store(codes)
	}
	return profile.Options{Terminology: codes, Now: j.env.clock().Now}, nil
}

// siteCodes knows the codes of the value sets served here, as the registers are now.
type siteCodes struct {
	guides    *Guides
	registers *persistence.Registers
	lock      sync.Mutex
	sets      map[string]map[string]bool // by canonical: codes, and systems with codes
}

// Holds tells whether a code is in a value set.
func (c *siteCodes) Holds(valueSet, system, code string) (holds, known bool) {
	url, _, _ := strings.Cut(valueSet, "|")
	set := c.set(url)
	if set == nil {
		return false, false
	}
	if system == "" {
		return set[code], true
	}
	return set[system+"|"+code], true
}

// set gives the codes of a list, nil when there is no such list, or its codes are not known.
func (c *siteCodes) set(url string) map[string]bool {
	c.lock.Lock()
	defer c.lock.Unlock()
	if set, there := c.sets[url]; there {
		return set
	}
	lists := slices.Concat(mapping.CodeLists, c.guides.sets)
	at := slices.IndexFunc(lists, func(l *mapping.CodeList) bool { return l.ValueSet() == url })
	if at < 0 || !lists[at].Listed() {
		return nil
	}
	set := map[string]bool{}
	for _, one := range lists[at].Members(c.registers) {
		set[one.Code], set[one.System+"|"+one.Code] = true, true
	}
	c.sets[url] = set
	return set
}
