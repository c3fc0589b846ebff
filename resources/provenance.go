package resources

import (
	"context"
	"strconv"

	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/persistence"
)

const aboutProvenance = "Who wrote which version of what, and when: derived from the rows that are kept of every version, so that it tells of what the older application wrote too. " +
	"Nothing is stored for it, and nothing can be sent. Who may ask for the history of a type may ask for its provenance. Read only."

// Provenance serves where the versions of the types come from: read and search.
// https://hl7.org/fhir/R4/provenance.html
func Provenance(e *Environment, types []rest.Type) rest.Type {
	return rest.Provenance(types, users{e}, aboutProvenance)
}

// users are those who write rows, by their keys.
type users struct{ env *Environment }

var _ rest.Authors = users{}

// systemName is what the program itself is called where it wrote a row.
const systemName = "openIMIS"

// Names gives the names users sign on with, also of those who are gone.
func (u users) Names(ctx context.Context, keys []string) (map[string]string, error) {
	var ids []int
	names := map[string]string{}
	for _, key := range keys {
		id, err := strconv.Atoi(key)
		switch {
		case err != nil:
		case id <= 0:
			names[key] = systemName
		default:
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return names, nil
	}
	known, err := persistence.LoginNames(u.env.Store.Read(ctx), ids)
	for id, name := range known {
		names[strconv.Itoa(id)] = name
	}
	return names, err
}

// Author gives the key of the user who signs on with the name; "" for nobody.
func (u users) Author(ctx context.Context, name string) (string, error) {
	id, err := persistence.UserNamed(u.env.Store.Read(ctx), name)
	if err != nil || id == 0 {
		return "", err
	}
	return strconv.Itoa(id), nil
}
