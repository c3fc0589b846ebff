package graphql

import (
	"errors"
	"fmt"
	"strings"

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
	return alterAt(c, "uuid", do)
}

// alterAt is Alter for forms that call the UUID by another name.
func alterAt[R any](c *Change, name string, do func(x *persistence.Session, row *R) error) error {
	id, err := c.UUID(name)
	if err != nil {
		return err
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

// EachOf is Change.Each with the rows themselves, and what they are joined with; title names
// one to people.
func EachOf[R any](c *Change, list string, title func(row *R) string, do func(x *persistence.Session, row *R) error, joins ...string) error {
	names := map[string]string{}
	err := c.Each(list, tableOf[R](), func(x *persistence.Session, id persistence.UUID) error {
		row, err := persistence.One[R](x, id, joins...)
		if err != nil {
			return err
		}
		names[string(id)] = title(row)
		return do(x, row)
	})
	var faults Faults
	if errors.As(err, &faults) {
		for i := range faults {
			if name, known := names[faults[i].Title]; known {
				faults[i].Title = name
			}
		}
	}
	return err
}

// free makes the query that tells whether a code or name is still free: the argument is
// the only one it has.
func free[R any](sdl string, of *mapping.Catalogue, field string, rights ...int) Field {
	name := fieldOf(sdl).Arguments[0].Name.Value
	return Field{SDL: sdl, Rights: rights, Resolve: func(c *Call) (any, error) {
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
