package graphql

import (
	"testing"

	"github.com/graphql-go/graphql/language/ast"
	"github.com/graphql-go/graphql/language/parser"
	"github.com/graphql-go/graphql/language/printer"
)

// fuzzed is a door of nouns that refer to one another and to themselves.
func fuzzed(tb testing.TB) *documents {
	tb.Helper()
	door, err := New(&Environment{Introspection: true}, []Part{Location, Insuree, Claim})
	if err != nil {
		tb.Fatal(err)
	}
	return &door.documents
}

// Whatever text comes: it is refused with a reason or gives a document, which is the same
// when it is asked for again and reads as itself when it is printed.
func FuzzDocument(f *testing.F) {
	documents := fuzzed(f)
	for _, text := range []string{
		`{ insurees(first: 10, chfId: "07", orderBy: ["-lastName"]) { totalCount edges { cursor node { id chfId family { headInsuree { otherNames } } } } } }`,
		`query q($uuid: String!, $first: Int = 3) { claims(uuid: $uuid, first: $first, icd_Code: null) { edges { node { ...c } } } } fragment c on ClaimGQLType { code items { item { name } } }`,
		`mutation { createFamily(input: { clientMutationId: "1", headInsuree: { lastName: "A", jsonExt: "\"{}\"", dob: "1980-01-01", photo: null } }) { internalId } }`,
		`{ __schema { types { name fields { name type { ofType { ofType { name } } } } } } }`,
		`{ a: locations { edges { node @include(if: true) { ... on LocationGQLType { parent { ...l } } } } } } fragment l on LocationGQLType { parent { ...l } }`,
		"# É\n{ insurees(str: \"\"\"a \"b\" \\u00e9\"\"\") { edgeCount } }",
		`}{`, `{ a(b: [[[[{ c: $d }]]]]) }`, `"`, `"\`, "\"\"\"", "\xff{",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		document, faults := documents.get(text)
		if (document == nil) == (len(faults) == 0) {
			t.Fatalf("%q: neither a document nor a reason, or both: %v", text, faults)
		}
		if document == nil {
			return
		}
		if again, _ := documents.get(text); again != document {
			t.Fatalf("%q is another document the second time", text)
		}
		printed, _ := printer.Print(document).(string)
		if again, err := parser.Parse(parser.ParseParams{Source: printed}); err != nil || len(again.Definitions) != len(document.Definitions) {
			t.Fatalf("%q is printed as %q: %v", text, printed, err)
		}
		introspects(document)
	})
}

// What a client gives for a scalar is the same as a literal and in a variable, and what is
// taken is written so that it is taken again.
func FuzzScalar(f *testing.F) {
	for _, text := range []string{"1", "-0", "1e99", "12.345", "2026-02-30", "2026-02-28T24:00:00", "2026-02-28T12:00:00+05:45", `{"a":1}`, `"\"{}\""`, "undefined", "6ba7b810-9dad-11d1-80b4-00c04fd430c8"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for name, read := range map[string]func(any) any{
			"Int": intIn(-1<<31, 1<<31-1), "Decimal": decimalIn, "Date": dateIn, "DateTime": dateTimeIn, "JSONString": jsonIn, "UUID": uuidIn,
		} {
			given := read(text)
			if literally := read(literal(&ast.StringValue{Value: text})); written(literally) != written(given) {
				t.Errorf("%s %q: %v as a literal, %v in a variable", name, text, literally, given)
			}
			if given == nil {
				continue
			}
			if again := read(written(given)); written(again) != written(given) {
				t.Errorf("%s %q is written %v and read back %v", name, text, written(given), written(again))
			}
		}
	})
}
