// Package graphql is the door of the openIMIS web interface: the queries and mutations its
// unmodified modules send, over the same catalogue, rows and use cases as FHIR.
//
// It knows names of fields and types, rights by their numbers, and which use case a
// mutation is. It must never know SQL, HTTP or a rule of the scheme, nor package resources.
//
// Language: https://spec.graphql.org/October2021/. Pages: https://relay.dev/graphql/connections.htm
//
// # A noun
//
// A noun is a file with a variable of type Part, which its module contributes
// (core.Contribute(m, graphql.Insuree)). Every field is declared by its line of the schema
// language, written as the openIMIS back end writes it: a test compares all of them with
// its schema. A field whose type nobody brings is left out.
//
// A type is an Object. Is is a value of the row; One is a row of another table by the
// value of a column, Many a list of such rows, Place a location: they are fetched once for
// all rows of the request. Key gives the type global ids; leave it out for types with plain
// ones. Nothing is a field that is always null.
//
//	var payer = Object{Name: "PayerGQLType", Key: …, Fields: []Field{
//		Is("name: String!", func(r *persistence.Payer) any { return r.PayerName }),
//		Place("location: LocationGQLType", func(r *persistence.Payer) any { return r.LocationID }),
//	}}
//
// A connection is a List over a catalogue of package mapping. Its arguments compile by their
// names: location_Parent_Uuid goes through two Links of the catalogue, name_Icontains
// compares an attribute. Arguments that are no fields are Filters. orderBy, showHistory,
// clientMutationId, parentLocation and the paging arguments come with every list that
// declares them. Listed is a short table as a plain list; any other query is a Field with a
// Resolve.
//
// A mutation with Do or Many has its input type in the SDL of the part and is answered by
// {clientMutationId internalId}. It reads the input with Into, Text and UUIDs, calls one use
// case of package scheme and says with Wrote what it wrote. Do is one transaction, together
// with the line of the log that says it was done, and may run again when it lost a race. Many
// does the same with each row of a list, with Each or EachOf. Errors go into mutationLogs,
// Faults for many things at once; so does a missing right. What the log shows as rows of the
// noun is a Written field of MutationLogGQLType.
package graphql
