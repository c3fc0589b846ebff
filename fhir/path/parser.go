package path

import (
	"strings"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/fhir"
)

// node is a part of a compiled expression.
type node any

type (
	literal struct{ items Collection }
	member  struct { // a name at the start or after a dot
		name string
		at   int
	}
	focus       struct{ name string } // $this, $index, $total
	environment struct {              // %name
		name string
		at   int
	}
	position struct{ of, index node } // of[index]
	step     struct{ of, next node }  // of.next
	call     struct {                 // name(arguments)
		name      string
		function  *function
		arguments []node
		pattern   *pattern // of a regular expression that is a literal
		at        int
	}
	binary struct {
		operator    string
		left, right node
		at          int
	}
	negative struct{ of node }
	typeTest struct { // of is type, of as type, ofType(type)
		of       node // nil for a function: what stands before the dot
		operator string
		name     typeName
		at       int
	}
)

// The bounds of an expression, so that none can exhaust the stack.
const (
	maxDepth  = 100
	maxLength = 10_000 // bytes
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

// String gives the expression as it was written.
func (e *Expression) String() string { return e.source }

// Compile reads an expression. Errors: core.Invalid, saying what was expected and at which
// byte of the text, counted from 0.
func Compile(source string) (*Expression, error) {
	if len(source) > maxLength {
		return nil, fault("the expression is longer than %d bytes", maxLength)
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
		return nil, faultAt(t.at, "unexpected %q", clip(t.value))
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
		return faultAt(t.at, "%q expected", value)
	}
	return nil
}

func (p *parser) enter() error {
	if p.depth++; p.depth > maxDepth {
		return faultAt(p.peek().at, "the expression is nested deeper than %d", maxDepth)
	}
	return nil
}

// expression reads operators that bind at least as tight as floor.
func (p *parser) expression(floor int) (node, error) {
	if err := p.enter(); err != nil {
		return nil, err
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
			var typ typeName
			typ, err = p.typeName()
			left = &typeTest{left, t.value, typ, t.at}
			continue
		}
		var right node
		right, err = p.expression(bind + 1)
		left = &binary{t.value, left, right, t.at}
	}
	return nil, err
}

// postfix reads a term and the steps and indexers after it. A sign binds looser than they.
func (p *parser) postfix() (node, error) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	if p.accept("-") {
		of, err := p.postfix()
		return &negative{of}, err
	}
	if p.accept("+") {
		return p.postfix()
	}
	left, err := p.term()
	for err == nil {
		switch {
		case p.accept("."):
			var next node
			next, err = p.invocation()
			left = &step{left, next}
		case p.accept("["):
			var index node
			if index, err = p.expression(0); err == nil {
				err = p.expect("]")
			}
			left = &position{left, index}
		default:
			return left, nil
		}
	}
	return nil, err
}

func (p *parser) term() (node, error) {
	t := p.peek()
	switch t.kind {
	case text:
		p.next()
		return &literal{one(t.value)}, nil
	case number:
		p.next()
		return p.number(t)
	case date:
		p.next()
		v, ok := parseLiteral(t.value)
		if !ok {
			return nil, faultAt(t.at, "@%s is no date or time", t.value)
		}
		return &literal{one(v)}, nil
	case variable:
		p.next()
		return &environment{t.value, t.at}, nil
	case name, quotedName, special:
		if t.kind == name && (t.value == "true" || t.value == "false") {
			p.next()
			return &literal{one(t.value == "true")}, nil
		}
		return p.invocation()
	}
	if p.accept("{") {
		return &literal{}, p.expect("}")
	}
	if t.kind != symbol || t.value != "(" {
		return nil, faultAt(t.at, "a value expected")
	}
	p.next()
	inner, err := p.expression(0)
	if err != nil {
		return nil, err
	}
	return inner, p.expect(")")
}

// number reads an integer, a decimal or a quantity.
func (p *parser) number(t token) (node, error) {
	value, ok := parseNumber(t.value)
	if !ok {
		return nil, faultAt(t.at, "the number is too long")
	}
	d, isDecimal := value.(decimal.Decimal)
	if n, isInteger := value.(int64); isInteger {
		d = decimal.NewFromInt(n)
	} else if !isDecimal {
		return nil, faultAt(t.at, "%q is no number", t.value)
	}
	switch unit := p.peek(); {
	case unit.kind == text:
		p.next()
		return &literal{one(Quantity{Value: d, Unit: unit.value})}, nil
	case unit.kind == name && calendarUnit(unit.value) != "":
		p.next()
		return &literal{one(Quantity{Value: d, Unit: calendarUnit(unit.value), Calendar: true})}, nil
	}
	return &literal{one(value)}, nil
}

// invocation reads a member, $this, $index, $total or a function call.
func (p *parser) invocation() (node, error) {
	t := p.next()
	switch t.kind {
	case special:
		if t.value != "$this" && t.value != "$index" && t.value != "$total" {
			return nil, faultAt(t.at, "%s is not known", t.value)
		}
		return &focus{t.value}, nil
	case name, quotedName:
	default:
		return nil, faultAt(t.at, "a name expected")
	}
	if !p.accept("(") {
		return &member{t.value, t.at}, nil
	}
	if t.value == "ofType" || t.value == "as" || t.value == "is" {
		typ, err := p.typeName()
		if err != nil {
			return nil, err
		}
		return &typeTest{nil, t.value, typ, t.at}, p.expect(")")
	}
	return p.call(t)
}

// call reads the arguments of a function and checks their number.
func (p *parser) call(t token) (node, error) {
	c := &call{name: t.value, at: t.at}
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
	switch n := len(c.arguments); {
	case !known:
		return nil, faultAt(t.at, "function %s() is not known", clip(c.name))
	case f.min == f.max && n != f.min:
		return nil, faultAt(t.at, "%s() takes %d arguments, not %d,", c.name, f.min, n)
	case n < f.min || n > f.max:
		return nil, faultAt(t.at, "%s() takes %d to %d arguments, not %d,", c.name, f.min, f.max, n)
	}
	c.function = f
	if f.pattern {
		if l, is := c.arguments[0].(*literal); is && len(l.items) == 1 {
			source, _ := l.items[0].value.(string)
			var err error
			if c.pattern, err = compilePattern(source, c.name == "matchesFull"); err != nil {
				return nil, faultAt(t.at, "%s,", strings.TrimPrefix(err.Error(), "FHIRPath: "))
			}
		}
	}
	return c, nil
}

// typeName reads Patient, FHIR.Patient or System.String.
func (p *parser) typeName() (typeName, error) {
	t := p.next()
	if t.kind != name && t.kind != quotedName {
		return typeName{}, faultAt(t.at, "a type expected")
	}
	typ := typeName{name: t.value}
	if (t.value == "FHIR" || t.value == "System") && p.accept(".") {
		next := p.next()
		if next.kind != name && next.kind != quotedName {
			return typeName{}, faultAt(next.at, "a type expected")
		}
		typ = typeName{namespace: t.value, name: next.value}
	}
	// a name in System that N1 does not have is a type nothing is of
	if typ.namespace != "System" && fhir.TypeOf(typ.name) == nil && (typ.namespace == "FHIR" || !systemTypes[typ.name]) {
		return typeName{}, faultAt(t.at, "there is no type %q", clip(typ.name))
	}
	return typ, nil
}

// clip shortens text that stands in a message.
func clip(s string) string {
	if len(s) > 60 {
		return strings.ToValidUTF8(s[:60], "") + "…"
	}
	return s
}
