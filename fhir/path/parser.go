package path

import (
	"fmt"
	"strings"
)

// node is a part of a compiled expression.
type node interface{}

type (
	literal  struct{ items []item }
	member   struct{ name string }    // a name at the start or after a dot
	this     struct{}                 // $this
	position struct{ of, index node } // of[index]
	step     struct{ of, next node }  // of.next
	call     struct {                 // name(arguments)
		name      string
		arguments []node
	}
	binary struct {
		operator    string
		left, right node
	}
	negative struct{ of node }
	typeTest struct { // of is type, of as type
		of       node
		operator string
		name     string
	}
)

// maxDepth and maxLength bound an expression, so that none can exhaust the stack.
const (
	maxDepth  = 100
	maxLength = 10_000 // characters
)

// precedence of the binary operators; a higher one binds tighter.
// http://hl7.org/fhirpath/N1/#operator-precedence
var precedence = map[string]int{
	"implies": 1, "or": 2, "xor": 2, "and": 3, "in": 4, "contains": 4,
	"=": 5, "~": 5, "!=": 5, "!~": 5, "<": 6, ">": 6, "<=": 6, ">=": 6,
	"|": 7, "is": 8, "as": 8, "+": 9, "-": 9, "&": 9, "*": 10, "/": 10, "div": 10, "mod": 10,
}

type parser struct {
	tokens []token
	at     int
	depth  int
}

// Expression is a compiled FHIRPath expression. It is safe for concurrent use.
type Expression struct {
	source string
	root   node
}

// Compile reads an expression. Errors name what was expected and where.
func Compile(source string) (*Expression, error) {
	if len(source) > maxLength {
		return nil, fmt.Errorf("FHIRPath: longer than %d characters", maxLength)
	}
	tokens, err := lex(source)
	if err != nil {
		return nil, err
	}
	p := &parser{tokens: tokens}
	root, err := p.expression(0)
	if err != nil {
		return nil, err
	}
	if t := p.peek(); t.kind != end {
		return nil, fmt.Errorf("FHIRPath: unexpected %q at %d", t.value, t.at)
	}
	return &Expression{source, root}, nil
}

func (p *parser) peek() token { return p.tokens[p.at] }

func (p *parser) next() token {
	t := p.tokens[p.at]
	if t.kind != end {
		p.at++
	}
	return t
}

func (p *parser) accept(value string) bool {
	if t := p.peek(); t.kind == symbol && t.value == value {
		p.at++
		return true
	}
	return false
}

func (p *parser) expect(value string) error {
	if t := p.peek(); !p.accept(value) {
		return fmt.Errorf("FHIRPath: %q expected at %d", value, t.at)
	}
	return nil
}

// expression reads operators that bind at least as tight as floor.
func (p *parser) expression(floor int) (node, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, fmt.Errorf("FHIRPath: nested deeper than %d", maxDepth)
	}
	defer func() { p.depth-- }()
	left, err := p.postfix()
	for err == nil {
		t := p.peek()
		bind := precedence[t.value]
		if (t.kind != symbol && t.kind != name) || bind == 0 || bind < floor {
			return left, nil
		}
		p.next()
		if t.value == "is" || t.value == "as" {
			var typ string
			typ, err = p.typeName()
			left = typeTest{left, t.value, typ}
			continue
		}
		var right node
		right, err = p.expression(bind + 1)
		left = binary{t.value, left, right}
	}
	return nil, err
}

// postfix reads a term and the steps and indexers after it.
func (p *parser) postfix() (node, error) {
	if p.accept("-") {
		of, err := p.postfix()
		return negative{of}, err
	}
	p.accept("+")
	left, err := p.term()
	for err == nil {
		switch {
		case p.accept("."):
			var next node
			next, err = p.name()
			left = step{left, next}
		case p.accept("["):
			var index node
			if index, err = p.expression(0); err == nil {
				err = p.expect("]")
			}
			left = position{left, index}
		default:
			return left, nil
		}
	}
	return nil, err
}

func (p *parser) term() (node, error) {
	switch t := p.peek(); t.kind {
	case text:
		p.next()
		return literal{[]item{{value: t.value, typ: "string"}}}, nil
	case number, date:
		p.next()
		return constant(t)
	case name:
		if t.value == "true" || t.value == "false" {
			p.next()
			return literal{[]item{{value: t.value == "true", typ: "boolean"}}}, nil
		}
		return p.name()
	}
	if p.accept("{}") {
		return literal{}, nil
	}
	if p.accept("{") {
		return literal{}, p.expect("}")
	}
	if err := p.expect("("); err != nil {
		return nil, err
	}
	inner, err := p.expression(0)
	if err != nil {
		return nil, err
	}
	return inner, p.expect(")")
}

// name reads a member, $this or a function call.
func (p *parser) name() (node, error) {
	t := p.next()
	switch {
	case t.kind != name:
		return nil, fmt.Errorf("FHIRPath: a name expected at %d", t.at)
	case t.value == "$this":
		return this{}, nil
	case strings.HasPrefix(t.value, "$") || strings.HasPrefix(t.value, "%"):
		return nil, fmt.Errorf("FHIRPath: %s is not known here (at %d)", t.value, t.at)
	case !p.accept("("):
		return member{t.value}, nil
	}
	if t.value == "ofType" || t.value == "as" || t.value == "is" {
		typ, err := p.typeName()
		if err != nil {
			return nil, err
		}
		return typeTest{this{}, t.value, typ}, p.expect(")")
	}
	c := call{name: t.value}
	for !p.accept(")") {
		if len(c.arguments) > 0 {
			if err := p.expect(","); err != nil {
				return nil, err
			}
		}
		argument, err := p.expression(0)
		if err != nil {
			return nil, err
		}
		c.arguments = append(c.arguments, argument)
	}
	f, known := functions[c.name]
	if !known {
		return nil, fmt.Errorf("FHIRPath: function %s() is not known (at %d)", c.name, t.at)
	}
	if len(c.arguments) < f.min || len(c.arguments) > f.max {
		return nil, fmt.Errorf("FHIRPath: %s() takes %d to %d arguments (at %d)", c.name, f.min, f.max, t.at)
	}
	return c, nil
}

// typeName reads Patient, FHIR.Patient or System.String.
func (p *parser) typeName() (string, error) {
	t := p.next()
	if t.kind != name {
		return "", fmt.Errorf("FHIRPath: a type expected at %d", t.at)
	}
	if (t.value == "FHIR" || t.value == "System") && p.accept(".") {
		t = p.next()
	}
	return t.value, nil
}
