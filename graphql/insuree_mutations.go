package graphql

import (
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

const insureeInputs = `
enum InsureeStatus { AC IN DE }
input DeleteInsureesMutationInput {
	clientMutationLabel: String
	clientMutationDetails: [String]
	mutationExtensions: ParsedJSONString
	uuid: String
	uuids: [String]
	clientMutationId: String
}
input DeleteFamiliesMutationInput {
	clientMutationLabel: String
	clientMutationDetails: [String]
	mutationExtensions: ParsedJSONString
	uuids: [String]
	deleteMembers: Boolean
	clientMutationId: String
}`

var insureeMutations = []Mutation{
	{Field: Field{SDL: "deleteInsurees(input: DeleteInsureesMutationInput!): DeleteInsureesMutationPayload", Rights: []int{101104}}, Do: deleteInsurees},
	{Field: Field{SDL: "deleteFamilies(input: DeleteFamiliesMutationInput!): DeleteFamiliesMutationPayload", Rights: []int{101004}}, Do: deleteFamilies},
}

func deleteInsurees(c *Change) error {
	people := scheme.Insurees{Rules: c.Rules, Numbers: c.Numbers}
	return c.Each("uuids", "tblInsuree", people.Delete)
}

func deleteFamilies(c *Change) error {
	families := scheme.Families{Rules: c.Rules}
	return c.Each("uuids", "tblFamilies", func(x *persistence.Session, id persistence.UUID) error {
		return families.Delete(x, id, c.Input["deleteMembers"] == true)
	})
}

// mostAtOnce is how many rows one mutation may name.
const mostAtOnce = 1000

// Each does the same with every row a list of the input names, each in a transaction of
// its own: what one cannot do does not hinder the others. Errors: Faults.
func (c *Change) Each(list, table string, do func(x *persistence.Session, id persistence.UUID) error) error {
	ids, err := c.UUIDs(list)
	switch {
	case err != nil:
		return err
	case len(ids) == 0:
		return core.ErrorAt(core.Invalid, list, "nothing is named")
	case len(ids) > mostAtOnce:
		return core.ErrorAt(core.Invalid, list, "at most %d can be named at once", mostAtOnce)
	}
	var faults Faults
	for _, id := range ids {
		if err := c.Store.Tx(c.Context, func(x *persistence.Session) error { return do(x, id) }); err != nil {
			faults = append(faults, Fault{string(id), err})
			continue
		}
		c.Wrote(table, id)
	}
	if len(faults) > 0 {
		return faults
	}
	return nil
}
