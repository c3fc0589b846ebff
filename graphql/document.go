package graphql

import (
	"crypto/sha256"
	"strings"
	"sync"

	gql "github.com/graphql-go/graphql"
	"github.com/graphql-go/graphql/gqlerrors"
	"github.com/graphql-go/graphql/language/ast"
	"github.com/graphql-go/graphql/language/parser"
	"github.com/graphql-go/graphql/language/source"
	"github.com/graphql-go/graphql/language/visitor"

	"github.com/openimis/openimis-go/core"
)

// Limits keep a document from costing more than a screen of the UI does. They are checked
// before the library validates, whose work grows with the square of the fields.
type Limits struct {
	Depth   int // brackets in brackets, and fields in fields with their fragments spread out
	Fields  int // in all, with fragments spread out
	Aliases int
	Tokens  int // words and signs
}

// DefaultLimits hold for every known screen several times over.
var DefaultLimits = Limits{Depth: 40, Fields: 1500, Aliases: 50, Tokens: 20_000}

// documents keeps documents that were parsed and found valid, by their text.
type documents struct {
	schema gql.Schema
	limits Limits

	mu    sync.Mutex
	known map[[32]byte]*ast.Document
}

// mostDocuments is how many are kept. The UI's texts are some hundreds, with literals in
// them without end; when it is full it begins anew.
const mostDocuments = 1000

// get gives the document of a text, or what is wrong with it.
func (d *documents) get(text string) (*ast.Document, []gqlerrors.FormattedError) {
	key := sha256.Sum256([]byte(text))
	d.mu.Lock()
	document := d.known[key]
	d.mu.Unlock()
	if document != nil {
		return document, nil
	}
	document, err := d.parse(text)
	if err != nil {
		return nil, gqlerrors.FormatErrors(err)
	}
	if result := gql.ValidateDocument(&d.schema, document, nil); !result.IsValid {
		return nil, result.Errors
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.known == nil || len(d.known) >= mostDocuments {
		d.known = map[[32]byte]*ast.Document{}
	}
	d.known[key] = document
	return document, nil
}

func (d *documents) parse(text string) (*ast.Document, error) {
	plain, err := d.limits.scan(text)
	if err != nil {
		return nil, err
	}
	document, err := parser.Parse(parser.ParseParams{Source: source.NewSource(&source.Source{Body: plain, Name: "GraphQL request"})})
	if err != nil {
		return nil, err
	}
	dropNulls(document)
	answerOlder(document)
	return document, d.limits.check(document)
}

// null is what a null literal is written as for the library's parser, which does not know
// it: an enum value of the same length, so that places in messages stay right.
const null = "NULL"

// scan walks over the text once, without recursion: it counts, blanks comments, in which
// the library's lexer fails on letters beyond ASCII, and writes null as it is parsed here.
func (l Limits) scan(text string) ([]byte, error) {
	out := []byte(text)
	tokens, depth := 0, 0
	for i := 0; i < len(out); {
		c := out[i]
		switch {
		case c == '#':
			for ; i < len(out) && out[i] != '\n'; i++ {
				out[i] = ' '
			}
			continue
		case c == '"':
			i = afterString(text, i)
			tokens++
		case isName(c):
			start := i
			for i < len(out) && isName(out[i]) {
				i++
			}
			if string(out[start:i]) == "null" {
				copy(out[start:i], null)
			}
			tokens++
		default:
			switch c {
			case '{', '(', '[':
				depth++
				tokens++
			case '}', ')', ']':
				depth--
				tokens++
			}
			i++
		}
		if depth > l.Depth || tokens > l.Tokens {
			return nil, core.Errorf(core.Invalid, "the query is too large: at most %d levels and %d words", l.Depth, l.Tokens)
		}
	}
	return out, nil
}

func isName(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// afterString gives the place behind the string that begins at start.
func afterString(text string, start int) int {
	if strings.HasPrefix(text[start:], `"""`) {
		if end := strings.Index(text[start+3:], `"""`); end >= 0 {
			return start + 3 + end + 3
		}
		return len(text)
	}
	for i := start + 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"', '\n':
			return i + 1
		}
	}
	return len(text)
}

// dropNulls takes out what is given as null: it means the same as what is not given.
func dropNulls(document *ast.Document) {
	isNull := func(v ast.Value) bool {
		e, ok := v.(*ast.EnumValue)
		return ok && e.Value == null
	}
	keep := func(arguments []*ast.Argument) []*ast.Argument {
		var kept []*ast.Argument
		for _, a := range arguments {
			if !isNull(a.Value) {
				kept = append(kept, a)
			}
		}
		return kept
	}
	visitor.Visit(document, &visitor.VisitorOptions{Enter: func(p visitor.VisitFuncParams) (string, any) {
		switch node := p.Node.(type) {
		case *ast.Field:
			node.Arguments = keep(node.Arguments)
		case *ast.Directive:
			node.Arguments = keep(node.Arguments)
		case *ast.VariableDefinition:
			if isNull(node.DefaultValue) {
				node.DefaultValue = nil
			}
		case *ast.ObjectValue:
			var kept []*ast.ObjectField
			for _, f := range node.Fields {
				if !isNull(f.Value) {
					kept = append(kept, f)
				}
			}
			node.Fields = kept
		case *ast.ListValue:
			var kept []ast.Value
			for _, v := range node.Values {
				if !isNull(v) {
					kept = append(kept, v)
				}
			}
			node.Values = kept
		}
		return visitor.ActionNoChange, nil
	}}, nil)
}

// check measures the document with its fragments spread out.
func (l Limits) check(document *ast.Document) error {
	m := measure{limits: l, fragments: map[string]*ast.FragmentDefinition{}, open: map[string]bool{}}
	for _, definition := range document.Definitions {
		if f, ok := definition.(*ast.FragmentDefinition); ok && f.Name != nil {
			m.fragments[f.Name.Value] = f
		}
	}
	operations := 0
	for _, definition := range document.Definitions {
		switch d := definition.(type) {
		case *ast.OperationDefinition:
			operations++
			if err := m.set(d.SelectionSet, 1); err != nil {
				return err
			}
		case *ast.FragmentDefinition: // also one nobody uses is validated
			if err := m.set(d.SelectionSet, 1); err != nil {
				return err
			}
		default:
			return core.Errorf(core.Invalid, "only operations and fragments are answered")
		}
	}
	if operations != 1 {
		return core.Errorf(core.Invalid, "a document with one operation is expected, this has %d", operations)
	}
	return nil
}

type measure struct {
	limits          Limits
	fragments       map[string]*ast.FragmentDefinition
	open            map[string]bool // fragments being spread
	fields, aliases int
}

func (m *measure) set(s *ast.SelectionSet, depth int) error {
	if s == nil {
		return nil
	}
	if depth > m.limits.Depth {
		return core.Errorf(core.Invalid, "fields are nested more than %d levels deep", m.limits.Depth)
	}
	for _, selection := range s.Selections {
		if m.fields++; m.fields > m.limits.Fields {
			return core.Errorf(core.Invalid, "more than %d fields are asked for", m.limits.Fields)
		}
		var err error
		switch node := selection.(type) {
		case *ast.Field:
			if node.Alias != nil {
				if m.aliases++; m.aliases > m.limits.Aliases {
					return core.Errorf(core.Invalid, "more than %d aliases are used", m.limits.Aliases)
				}
			}
			err = m.set(node.SelectionSet, depth+1)
		case *ast.InlineFragment:
			err = m.set(node.SelectionSet, depth+1)
		case *ast.FragmentSpread:
			err = m.spread(node.Name.Value, depth)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (m *measure) spread(name string, depth int) error {
	if m.open[name] {
		return core.Errorf(core.Invalid, "fragment %s contains itself", name)
	}
	fragment := m.fragments[name]
	if fragment == nil {
		return nil // the library says so
	}
	m.open[name] = true
	defer delete(m.open, name)
	return m.set(fragment.SelectionSet, depth+1)
}
