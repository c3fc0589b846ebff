package graphql

import (
	"maps"
	"strings"

	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// keeping is how clients keep rows of one kind that hold from one moment to another: by four
// mutations that create, update, delete and replace.
type keeping[R any] struct {
	name    string // of the mutations, such as PaymentPlan
	right   int    // to see them; the rights to add, change, delete and replace are 1, 2, 3 and 5 above it
	of      scheme.Kept[R]
	columns []column[R]
	fields  string // of the inputs, beside those of the columns
	dated   func(row *R) *persistence.Dated
	paths   scheme.Paths
	called  func(row *R) string
	before  func(c *Change) error // looks at the input; nil for nothing
}

// inputs declares what the mutations take.
func (k keeping[R]) inputs() string {
	fields := " dateValidFrom: DateTime dateValidTo: DateTime jsonExt: JSONString " + k.fields + " " + inputOf(k.columns)
	return writing("Create"+k.name+"MutationInput", "id: UUID"+fields) + writing("Update"+k.name+"MutationInput", "id: UUID!"+fields) +
		writing("Replace"+k.name+"MutationInput", "uuid: UUID!"+fields) + writing("Delete"+k.name+"MutationInput", "uuids: [UUID]")
}

func (k keeping[R]) mutations() []Mutation {
	mutation := func(verb string, above int) Field {
		name := verb + k.name
		return Field{SDL: strings.ToLower(name[:1]) + name[1:] + "(input: " + name + "MutationInput!): " + name + "MutationPayload", Rights: []int{k.right + above}}
	}
	return []Mutation{
		{Field: mutation("Create", 1), Do: k.create},
		{Field: mutation("Update", 2), Do: k.update},
		{Field: mutation("Delete", 3), Many: k.remove},
		{Field: mutation("Replace", 5), Do: k.replace},
	}
}

// put puts the form into a row. The form leaves out what is empty, so that the day the row
// ends is cleared; what else it does not name stays.
func (k keeping[R]) put(c *Change, row *R) error {
	if k.before != nil {
		if err := k.before(c); err != nil {
			return err
		}
	}
	input := map[string]any{"dateValidTo": nil}
	maps.Copy(input, c.Input)
	if err := fill(row, append(heldColumns(k.dated), k.columns...), input); err != nil {
		return err
	}
	if text, given := input["jsonExt"].(string); given {
		at := k.dated(row)
		at.JSONExt = extended(at.JSONExt, text)
	}
	return nil
}

func heldColumns[R any](dated func(row *R) *persistence.Dated) []column[R] {
	return []column[R]{
		{name: "dateValidFrom", typ: "DateTime", at: func(r *R) any { return &dated(r).DateValidFrom }},
		{name: "dateValidTo", typ: "DateTime", at: func(r *R) any { return &dated(r).DateValidTo }},
	}
}

func (k keeping[R]) create(c *Change) error {
	d := &scheme.KeptDraft[R]{Paths: k.paths}
	if err := k.put(c, &d.Row); err != nil {
		return err
	}
	err := c.Store.Tx(c.Context, func(x *persistence.Session) error { return k.of.Create(x, d) })
	c.Wrote(tableOf[R](), k.dated(&d.Row).UUID)
	return err
}

func (k keeping[R]) update(c *Change) error {
	return alterAt(c, "id", func(x *persistence.Session, row *R) error {
		d := &scheme.KeptDraft[R]{Row: *row, Paths: k.paths}
		if err := k.put(c, &d.Row); err != nil {
			return err
		}
		return k.of.Update(x, d)
	})
}

func (k keeping[R]) replace(c *Change) error {
	return alterAt(c, "uuid", func(x *persistence.Session, row *R) error {
		d := &scheme.KeptDraft[R]{Row: *row, Paths: k.paths}
		k.dated(&d.Row).DateValidFrom = nil // it begins now where the form does not say
		if err := k.put(c, &d.Row); err != nil {
			return err
		}
		if err := k.of.Replace(x, row, d); err != nil {
			return err
		}
		c.Wrote(tableOf[R](), k.dated(&d.Row).UUID)
		return nil
	})
}

func (k keeping[R]) remove(c *Change) error { return EachOf(c, "uuids", k.called, k.of.Delete) }
