package cmd_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/graphql-go/graphql/language/ast"
	"github.com/graphql-go/graphql/language/parser"
	"github.com/graphql-go/graphql/language/printer"

	"github.com/openimis/openimis-go/persistence/persistencetest"
)

const introspection = `{ __schema { types { name fields { name type { ...t } args { name type { ...t } } } inputFields { name type { ...t } } enumValues { name } } } }
fragment t on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } }`

// All that the schema of the openIMIS back end names for the UI is served, with its types.
// What is served beyond it is not compared, and what an input has to give there may be left
// out here.
func TestSchemaIsThatOfOpenIMIS(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "shared", "reference", "schema.graphql"))
	if err != nil {
		t.Skip("the schema of the back end is not here")
	}
	document, err := parser.Parse(parser.ParseParams{Source: string(text)})
	if err != nil {
		t.Fatal(err)
	}
	s := assemble(t, persistencetest.SQLite(t), unlimited)
	served := map[string]map[string]string{}
	types, _ := at(decoded(t, ask(s, call{}, introspection, nil)), "data", "__schema", "types").([]any)
	for _, typ := range types {
		members := map[string]string{}
		for _, kind := range []string{"fields", "inputFields"} {
			fields, _ := at(typ, kind).([]any)
			for _, field := range fields {
				name := at(field, "name").(string)
				members[name] = typeText(at(field, "type"))
				args, _ := at(field, "args").([]any)
				for _, arg := range args {
					members[name+"("+at(arg, "name").(string)+")"] = typeText(at(arg, "type"))
				}
			}
		}
		values, _ := at(typ, "enumValues").([]any)
		for _, value := range values {
			members[at(value, "name").(string)] = "value"
		}
		served[at(typ, "name").(string)] = members
	}
	found := 0
	for _, definition := range document.Definitions {
		name, members := expected(definition)
		_, input := definition.(*ast.InputObjectDefinition)
		if name == "" {
			continue
		}
		if served[name] == nil {
			t.Errorf("there is no type %s", name)
			continue
		}
		for member, want := range members {
			switch got, there := served[name][member]; {
			case !there:
				t.Errorf("%s has no %s", name, member)
			case got != want && !(input && got+"!" == want):
				t.Errorf("%s.%s is %s, the back end has %s", name, member, got, want)
			default:
				found++
			}
		}
	}
	t.Logf("%d members are as the back end has them", found)
	if found < 100 {
		t.Errorf("only %d members were compared", found)
	}
}

// expected gives the members of a type of the schema language with their types.
func expected(definition ast.Node) (name string, members map[string]string) {
	members = map[string]string{}
	switch d := definition.(type) {
	case *ast.ObjectDefinition:
		for _, f := range d.Fields {
			members[f.Name.Value] = fmt.Sprint(printer.Print(f.Type))
			for _, a := range f.Arguments {
				members[f.Name.Value+"("+a.Name.Value+")"] = fmt.Sprint(printer.Print(a.Type))
			}
		}
		return d.Name.Value, members
	case *ast.InputObjectDefinition:
		for _, f := range d.Fields {
			members[f.Name.Value] = fmt.Sprint(printer.Print(f.Type))
		}
		return d.Name.Value, members
	case *ast.EnumDefinition:
		for _, v := range d.Values {
			members[v.Name.Value] = "value"
		}
		return d.Name.Value, members
	}
	return "", nil
}

// typeText writes a type of the introspection as the schema language does.
func typeText(typ any) string {
	switch at(typ, "kind") {
	case "NON_NULL":
		return typeText(at(typ, "ofType")) + "!"
	case "LIST":
		return "[" + typeText(at(typ, "ofType")) + "]"
	}
	name, _ := at(typ, "name").(string)
	return name
}
