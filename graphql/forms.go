package graphql

import (
	"fmt"
	"strings"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// What the forms of most nouns do alike.

// writing declares the input of a mutation: the fields every mutation takes and those of
// the form.
func writing(name, fields string) string {
	return fmt.Sprintf(`input %s { clientMutationLabel: String clientMutationDetails: [String] mutationExtensions: ParsedJSONString clientMutationId: String %s }
		`, name, fields)
}

// Alter carries out a change of the row whose uuid the input has, in one transaction.
// Errors: core.Invalid without a uuid, core.NotFound, core.Gone, and those of the change.
func Alter[R any](c *Change, do func(x *persistence.Session, row *R) error) error {
	id, ok := persistence.ParseUUID(c.Text("uuid"))
	if !ok {
		return core.ErrorAt(core.Invalid, "uuid", "%q is no UUID", c.Text("uuid"))
	}
	c.Wrote(tableOf[R](), id)
	return c.Store.Tx(c.Context, func(x *persistence.Session) error {
		row, err := persistence.One[R](x, id)
		if err != nil {
			return err
		}
		return do(x, row)
	})
}

// EachOf carries something out for each row whose UUID is in a list of the input, each in
// a transaction of its own: one that fails does not hold up the others. title names a row
// to people. Errors: Faults.
func EachOf[R any](c *Change, list string, title func(row *R) string, do func(x *persistence.Session, row *R) error) error {
	ids, err := c.UUIDs(list)
	if err != nil {
		return err
	}
	if len(ids) > mostAtOnce {
		return core.ErrorAt(core.Invalid, list, "%d can be changed at once", mostAtOnce)
	}
	var faults Faults
	for _, id := range ids {
		name := string(id)
		err := c.Store.Tx(c.Context, func(x *persistence.Session) error {
			row, err := persistence.One[R](x, id)
			if err != nil {
				return err
			}
			name = title(row)
			return do(x, row)
		})
		if err != nil {
			faults = append(faults, Fault{name, err})
			continue
		}
		c.Wrote(tableOf[R](), id)
	}
	if len(faults) > 0 {
		return faults
	}
	return nil
}

// mostAtOnce is how many rows one mutation changes one by one.
const mostAtOnce = 1000

// free makes the query that tells whether a code or name is still free: the argument is
// the only one it has.
func free[R any](sdl string, of *mapping.Catalogue, field string) Field {
	name := fieldOf(sdl).Arguments[0].Name.Value
	return Field{SDL: sdl, Resolve: func(c *Call) (any, error) {
		text, _ := c.Args[name].(string)
		var q persistence.Query
		if err := Equals(of, field)(c, strings.TrimSpace(text), &q); err != nil {
			return nil, err
		}
		q.Limit, q.Few = 1, true
		found, err := persistence.Select[R](everywhere(c).Store.Read(everywhere(c).Context), q)
		return err == nil && len(found.Rows) == 0, err
	}}
}
