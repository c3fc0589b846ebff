package graphql

import (
	"context"
	"fmt"
	"slices"
	"strings"

	gql "github.com/graphql-go/graphql"
	"github.com/graphql-go/graphql/language/ast"
	"github.com/graphql-go/graphql/language/parser"

	"github.com/openimis/openimis-go/core"
)

// Part is what a module brings to the schema. Names and types are written as in the
// GraphQL schema language, as the openIMIS back end writes them, since the UI sends them.
type Part struct {
	SDL       string // input and enum types
	Types     []Object
	Queries   []Field
	Mutations []Mutation
}

// Object is a type of the schema.
type Object struct {
	Name   string
	Key    func(row any) any                      // of a type with global ids: its key; nil for other types
	Load   func(c *Call, key string) (any, error) // one row by its key, in the caller's scope, for node(id:); nil for none
	Fields []Field
}

// Field is a field of an object or of the query.
type Field struct {
	SDL     string // "children(first: Int, after: String): LocationGQLTypeConnection!"
	Open    bool   // of a query: also for who is not signed in
	Rights  []int  // of a query: one of them is needed; none for everybody signed in
	Resolve func(c *Call) (any, error)

	export *exporter // of a query that exports a list
}

// Call is one field being answered.
type Call struct {
	*request
	Context context.Context
	Source  any            // the row the field is of
	Args    map[string]any // as the scalars gave them
	Info    gql.ResolveInfo
}

// builder makes the library's schema of the parts.
type builder struct {
	objects  map[string]*Object
	inputs   map[string]*ast.InputObjectDefinition
	made     map[string]gql.Type
	node     *gql.Interface
	env      *Environment
	queries  gql.Fields
	mutating gql.Fields
}

// NewSchema makes the schema of what modules bring. A field of a type nobody brings is
// left out, since its module may be off. Errors: core.Internal for parts that contradict
// each other or cannot be read.
func NewSchema(env *Environment, parts []Part) (schema gql.Schema, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = core.Errorf(core.Internal, "the GraphQL schema cannot be made: %v", p)
		}
	}()
	b := &builder{objects: map[string]*Object{}, inputs: map[string]*ast.InputObjectDefinition{}, made: map[string]gql.Type{}, env: env, queries: gql.Fields{}, mutating: gql.Fields{}}
	parts = append(slices.Clone(parts), own)
	for i := range parts {
		b.declare(&parts[i])
	}
	env.objects, env.exports = b.objects, map[string]Field{}
	b.node = gql.NewInterface(gql.InterfaceConfig{
		Name: "Node", Fields: gql.Fields{"id": &gql.Field{Type: gql.NewNonNull(gql.ID)}}, ResolveType: b.typeOf,
	})
	var types []gql.Type
	for _, part := range parts {
		for _, field := range part.Queries {
			b.query(field)
		}
		for i := range part.Mutations {
			b.mutation(&part.Mutations[i])
		}
		for _, object := range part.Types {
			types = append(types, b.named(object.Name))
		}
	}
	b.queries["node"] = &gql.Field{
		Type: b.node, Args: gql.FieldConfigArgument{"id": {Type: gql.NewNonNull(gql.ID)}}, Resolve: b.resolver(Field{Resolve: b.loadNode}, true),
	}
	config := gql.SchemaConfig{Query: gql.NewObject(gql.ObjectConfig{Name: "Query", Fields: b.queries}), Types: types}
	if len(b.mutating) > 0 {
		config.Mutation = gql.NewObject(gql.ObjectConfig{Name: "Mutation", Fields: b.mutating})
	}
	schema, err = gql.NewSchema(config)
	return schema, core.Wrap(core.Internal, err, "the GraphQL schema cannot be made")
}

// declare notes the types of a part under their names.
func (b *builder) declare(part *Part) {
	for i := range part.Types {
		object := &part.Types[i]
		if b.objects[object.Name] != nil {
			panic("two types are called " + object.Name)
		}
		b.objects[object.Name] = object
	}
	for _, definition := range read(part.SDL) {
		switch d := definition.(type) {
		case *ast.InputObjectDefinition:
			b.inputs[d.Name.Value] = d
		case *ast.EnumDefinition:
			values := gql.EnumValueConfigMap{}
			for _, v := range d.Values {
				values[v.Name.Value] = &gql.EnumValueConfig{Value: v.Name.Value}
			}
			b.made[d.Name.Value] = gql.NewEnum(gql.EnumConfig{Name: d.Name.Value, Values: values})
		default:
			panic(fmt.Sprintf("a part declares only input and enum types, not %T", d))
		}
	}
}

// read parses text of the schema language.
func read(sdl string) []ast.Node {
	if strings.TrimSpace(sdl) == "" {
		return nil
	}
	document, err := parser.Parse(parser.ParseParams{Source: sdl})
	if err != nil {
		panic(fmt.Sprintf("%v in %s", err, sdl))
	}
	return document.Definitions
}

// fieldOf parses the declaration of one field.
func fieldOf(sdl string) *ast.FieldDefinition {
	return read("type T {" + sdl + "}")[0].(*ast.ObjectDefinition).Fields[0]
}

// query adds a field of the query.
func (b *builder) query(f Field) {
	definition := fieldOf(f.SDL)
	if field := b.field(definition, b.resolver(f, true)); field != nil {
		if b.queries[definition.Name.Value] != nil {
			panic("two fields of the query are called " + definition.Name.Value)
		}
		b.queries[definition.Name.Value] = field
		if f.export != nil {
			b.env.exports[strings.TrimSuffix(definition.Name.Value, "Export")] = f
		}
	}
}

// field makes a field, nil when its type is nobody's.
func (b *builder) field(d *ast.FieldDefinition, resolve gql.FieldResolveFn) *gql.Field {
	typ := b.typ(d.Type)
	if typ == nil {
		return nil
	}
	args := gql.FieldConfigArgument{}
	for _, a := range d.Arguments {
		args[a.Name.Value] = &gql.ArgumentConfig{Type: b.input(a.Type, a.Name.Value)}
	}
	return &gql.Field{Type: typ.(gql.Output), Args: args, Resolve: resolve}
}

func (b *builder) input(t ast.Type, of string) gql.Input {
	typ, ok := b.typ(t).(gql.Input)
	if !ok {
		panic("nobody brings the type of the argument " + of)
	}
	return typ
}

// resolver makes what the library calls. root says that it is a field of the query, which
// asks for rights.
func (b *builder) resolver(f Field, root bool) gql.FieldResolveFn {
	return func(p gql.ResolveParams) (any, error) {
		r := requestOf(p.Context)
		r.began = true
		if root {
			if err := allowed(p.Context, f); err != nil {
				return nil, r.failed(err)
			}
		}
		value, err := f.Resolve(&Call{request: r, Context: p.Context, Source: p.Source, Args: p.Args, Info: p.Info})
		if err != nil {
			return nil, r.failed(err)
		}
		return r.settled(value), nil
	}
}

// allowed tells whether the caller may ask for the field.
func allowed(ctx context.Context, f Field) error {
	who := core.PrincipalOf(ctx)
	switch {
	case f.Open:
		return nil
	case !who.SignedIn():
		return core.Errorf(core.Unauthenticated, "sign in first")
	case !who.May(f.Rights...):
		return core.Errorf(core.Forbidden, "%s", missingRight)
	}
	return nil
}

// missingRight is what somebody reads who lacks a right. It must not be the word
// Unauthorized, at which the UI throws the user out.
const missingRight = "You do not have the right to do this."

// typ finds or makes a type, nil for one nobody brings.
func (b *builder) typ(t ast.Type) gql.Type {
	switch t := t.(type) {
	case *ast.NonNull:
		if inner := b.typ(t.Type); inner != nil {
			return gql.NewNonNull(inner)
		}
		return nil
	case *ast.List:
		if inner := b.typ(t.Type); inner != nil {
			return gql.NewList(inner)
		}
		return nil
	case *ast.Named:
		return b.named(t.Name.Value)
	}
	return nil
}

func (b *builder) named(name string) gql.Type {
	if typ := b.made[name]; typ != nil {
		return typ
	}
	if typ, ok := scalars[name]; ok {
		return typ
	}
	switch of, isConnection := strings.CutSuffix(name, "Connection"); {
	case b.objects[name] != nil:
		b.made[name] = b.object(b.objects[name])
	case b.inputs[name] != nil:
		b.made[name] = b.inputType(b.inputs[name])
	case isConnection && b.objects[of] != nil:
		b.made[name] = b.connection(name, of, of)
	case isConnection && b.objects[of+"GQLType"] != nil: // as BatchRunSummaryConnection
		b.made[name] = b.connection(name, of, of+"GQLType")
	default:
		return nil
	}
	return b.made[name]
}

func (b *builder) object(o *Object) *gql.Object {
	config := gql.ObjectConfig{Name: o.Name}
	if o.Key != nil {
		config.Interfaces = []*gql.Interface{b.node}
	}
	config.Fields = gql.FieldsThunk(func() gql.Fields {
		fields := gql.Fields{}
		if o.Key != nil {
			fields["id"] = &gql.Field{Type: gql.NewNonNull(gql.ID), Resolve: func(p gql.ResolveParams) (any, error) {
				return GlobalID(o.Name, keyText(o.Key(p.Source))), nil
			}}
		}
		for _, f := range o.Fields {
			definition := fieldOf(f.SDL)
			if field := b.field(definition, b.resolver(f, false)); field != nil {
				fields[definition.Name.Value] = field
			}
		}
		return fields
	})
	return gql.NewObject(config)
}

func (b *builder) inputType(d *ast.InputObjectDefinition) *gql.InputObject {
	return gql.NewInputObject(gql.InputObjectConfig{Name: d.Name.Value, Fields: gql.InputObjectConfigFieldMapThunk(func() gql.InputObjectConfigFieldMap {
		fields := gql.InputObjectConfigFieldMap{}
		for _, f := range d.Fields {
			fields[f.Name.Value] = &gql.InputObjectFieldConfig{Type: b.input(f.Type, f.Name.Value)}
		}
		return fields
	})})
}

var pageInfo = gql.NewObject(gql.ObjectConfig{Name: "PageInfo", Fields: gql.Fields{
	"hasNextPage":     &gql.Field{Type: gql.NewNonNull(gql.Boolean)},
	"hasPreviousPage": &gql.Field{Type: gql.NewNonNull(gql.Boolean)},
	"startCursor":     &gql.Field{Type: gql.String},
	"endCursor":       &gql.Field{Type: gql.String},
}})

// connection makes the connection and edge types of a node type.
func (b *builder) connection(name, edgeName, of string) *gql.Object {
	edges := gql.NewObject(gql.ObjectConfig{Name: edgeName + "Edge", Fields: gql.FieldsThunk(func() gql.Fields {
		return gql.Fields{
			"node":   &gql.Field{Type: b.named(of).(gql.Output), Resolve: func(p gql.ResolveParams) (any, error) { return p.Source.(*edge).node, nil }},
			"cursor": &gql.Field{Type: gql.NewNonNull(gql.String), Resolve: func(p gql.ResolveParams) (any, error) { return cursorAt(p.Source.(*edge).row), nil }},
		}
	})})
	number := scalars["Int"]
	return gql.NewObject(gql.ObjectConfig{Name: name, Fields: gql.Fields{
		"pageInfo":  &gql.Field{Type: gql.NewNonNull(pageInfo), Resolve: func(p gql.ResolveParams) (any, error) { return p.Source.(*connection).pageInfo(), nil }},
		"edges":     &gql.Field{Type: gql.NewNonNull(gql.NewList(edges)), Resolve: func(p gql.ResolveParams) (any, error) { return p.Source.(*connection).edges(), nil }},
		"edgeCount": &gql.Field{Type: number, Resolve: func(p gql.ResolveParams) (any, error) { return len(p.Source.(*connection).rows), nil }},
		"totalCount": &gql.Field{Type: number, Resolve: func(p gql.ResolveParams) (any, error) {
			total, err := p.Source.(*connection).total()
			return int(total), requestOf(p.Context).failed(err)
		}},
	}})
}

func (b *builder) loadNode(c *Call) (any, error) {
	typ, key, ok := split(c.Args["id"].(string))
	object := b.objects[typ]
	if !ok || object == nil || object.Load == nil {
		return nil, core.ErrorAt(core.Invalid, "id", "there is no such node")
	}
	row, err := object.Load(c, key)
	if core.CodeOf(err) == core.NotFound || core.CodeOf(err) == core.Gone {
		return nil, nil
	}
	if err == nil {
		c.nodes[row] = typ
	}
	return row, err
}

func (b *builder) typeOf(p gql.ResolveTypeParams) *gql.Object {
	object, _ := b.made[requestOf(p.Context).nodes[p.Value]].(*gql.Object)
	return object
}
