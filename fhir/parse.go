package fhir

import (
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/openimis/openimis-go/core"
)

// maxDepth is how many objects and arrays may stand within each other. The deepest R4
// examples need less than 30; a body deeper than this is an attack on the stack.
const maxDepth = 128

// parser reads JSON (RFC 8259) into the values of Member. It is our own because a FHIR
// reader has to see what encoding/json hides: doubled names, the order and letter case of
// names, invalid UTF-8, and numbers as they were written.
type parser struct {
	data  []byte
	at    int
	depth int
	path  []byte // element names down to where the parser is, for doubled names
	twice []*core.Error

	repeats int
}

// parseJSON reads one JSON value and nothing after it. Doubled names are gathered apart,
// since the text is still readable. Errors: core.Invalid.
func parseJSON(data []byte) (value any, twice []*core.Error, err *core.Error) {
	if !utf8.Valid(data) {
		return nil, nil, faulty(core.Invalid, "", structureFault, "the body is not valid UTF-8 (byte %d)", invalidAt(data))
	}
	p := parser{data: data}
	if len(data) >= 3 && data[0] == 0xEF && data[1] == 0xBB && data[2] == 0xBF {
		p.at = 3
	}
	p.space()
	value, err = p.value()
	if err != nil {
		return nil, nil, err
	}
	p.space()
	if p.at < len(data) {
		return nil, nil, p.fault("text after the end of the JSON value")
	}
	return value, p.twice, nil
}

func invalidAt(data []byte) int {
	for at := 0; at < len(data); {
		r, size := utf8.DecodeRune(data[at:])
		if r == utf8.RuneError && size == 1 {
			return at
		}
		at += size
	}
	return len(data)
}

func (p *parser) fault(what string) *core.Error {
	line, column := 1, 1
	for _, c := range p.data[:min(p.at, len(p.data))] {
		column++
		if c == '\n' {
			line, column = line+1, 1
		}
	}
	return faulty(core.Invalid, "", structureFault, "the JSON is malformed at line %d, column %d: %s", line, column, what)
}

func (p *parser) space() {
	for p.at < len(p.data) {
		switch p.data[p.at] {
		case ' ', '\t', '\n', '\r':
			p.at++
		default:
			return
		}
	}
}

func (p *parser) value() (any, *core.Error) {
	if p.at >= len(p.data) {
		return nil, p.fault("the text ends where a value should stand")
	}
	switch c := p.data[p.at]; c {
	case '{':
		return p.object()
	case '[':
		return p.array()
	case '"':
		return p.text()
	case 't':
		return true, p.word("true")
	case 'f':
		return false, p.word("false")
	case 'n':
		return nil, p.word("null")
	default:
		if c == '-' || c >= '0' && c <= '9' {
			return p.number()
		}
		return nil, p.fault("a value cannot start with " + strconv.QuoteRune(rune(c)))
	}
}

func (p *parser) word(word string) *core.Error {
	if len(p.data)-p.at < len(word) || string(p.data[p.at:p.at+len(word)]) != word {
		return p.fault("expected " + word)
	}
	p.at += len(word)
	return nil
}

func (p *parser) enter() *core.Error {
	p.at++
	p.depth++
	if p.depth > maxDepth {
		return faulty(core.Invalid, "", tooLongFault, "the JSON is nested deeper than %d levels", maxDepth)
	}
	p.space()
	return nil
}

// ends passes over a closing bracket or a comma and tells which it was.
func (p *parser) ends(closing byte) (bool, *core.Error) {
	p.space()
	if p.at >= len(p.data) {
		return false, p.fault("the text ends before " + string(closing))
	}
	c := p.data[p.at]
	if c != closing && c != ',' {
		return false, p.fault("expected , or " + string(closing))
	}
	p.at++
	if c == closing {
		p.depth--
		return true, nil
	}
	p.space()
	return false, nil
}

func (p *parser) object() (any, *core.Error) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	o := &Object{}
	if p.at < len(p.data) && p.data[p.at] == '}' {
		p.at++
		p.depth--
		return o, nil
	}
	o.Members = make([]Member, 0, 6)
	for {
		if p.at >= len(p.data) || p.data[p.at] != '"' {
			return nil, p.fault("expected the name of a member")
		}
		name, err := p.text()
		if err != nil {
			return nil, err
		}
		p.space()
		if p.at >= len(p.data) || p.data[p.at] != ':' {
			return nil, p.fault("expected :")
		}
		p.at++
		p.space()
		mark := len(p.path)
		p.path = append(append(p.path, '.'), name...)
		value, err := p.value()
		if err != nil {
			return nil, err
		}
		if err := p.add(o, name, value); err != nil {
			return nil, err
		}
		p.path = p.path[:mark]
		last, err := p.ends('}')
		if err != nil {
			return nil, err
		}
		if last {
			return o, nil
		}
	}
}

// add puts the member into the object, or notes that the name is there already. Names are
// compared in turn, which is fastest for the few an object of FHIR has; maxMembers keeps an
// attacker's object from making it slow.
func (p *parser) add(o *Object, name string, value any) *core.Error {
	if len(o.Members) >= maxMembers {
		return faulty(core.Invalid, "", tooLongFault, "the object with %q has more than %d members", clip(name), maxMembers)
	}
	for i := range o.Members {
		if o.Members[i].Name != name {
			continue
		}
		if p.repeats++; p.repeats > maxMembers {
			return p.fault("too many names are given twice")
		}
		if len(p.twice) < maxFaults {
			p.twice = append(p.twice, faulty(core.Invalid, rootPath(p.path), structureFault, "%s is given twice", clip(name)))
		}
		return nil
	}
	o.Members = append(o.Members, Member{name, value})
	return nil
}

// maxMembers is the most members an object may have. ElementDefinition, the widest type,
// has 300 with every choice and extension of a primitive.
const maxMembers = 512

func rootPath(path []byte) string {
	if len(path) > 0 {
		path = path[1:]
	}
	return string(path)
}

func (p *parser) array() (any, *core.Error) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	list := []any{}
	if p.at < len(p.data) && p.data[p.at] == ']' {
		p.at++
		p.depth--
		return list, nil
	}
	mark := len(p.path)
	for {
		p.path = append(append(append(p.path, '['), strconv.Itoa(len(list))...), ']')
		value, err := p.value()
		if err != nil {
			return nil, err
		}
		p.path = p.path[:mark]
		list = append(list, value)
		last, err := p.ends(']')
		if err != nil {
			return nil, err
		}
		if last {
			return list, nil
		}
	}
}

func (p *parser) number() (any, *core.Error) {
	start := p.at
	if p.data[p.at] == '-' {
		p.at++
	}
	leading := p.at
	if p.digits() == 0 {
		return nil, p.fault("a number needs digits")
	}
	if p.data[leading] == '0' && p.at > leading+1 {
		return nil, p.fault("a number does not start with 0")
	}
	if p.at < len(p.data) && p.data[p.at] == '.' {
		p.at++
		if p.digits() == 0 {
			return nil, p.fault("a number needs digits after the point")
		}
	}
	if p.at < len(p.data) && p.data[p.at]|0x20 == 'e' {
		p.at++
		if p.at < len(p.data) && (p.data[p.at] == '+' || p.data[p.at] == '-') {
			p.at++
		}
		if p.digits() == 0 {
			return nil, p.fault("a number needs digits in its exponent")
		}
	}
	return Number(p.data[start:p.at]), nil
}

func (p *parser) digits() int {
	start := p.at
	for p.at < len(p.data) && p.data[p.at] >= '0' && p.data[p.at] <= '9' {
		p.at++
	}
	return p.at - start
}

func (p *parser) text() (string, *core.Error) {
	p.at++
	start := p.at
	for p.at < len(p.data) {
		switch c := p.data[p.at]; {
		case c == '"':
			p.at++
			return string(p.data[start : p.at-1]), nil
		case c == '\\':
			return p.escaped(start)
		case c < 0x20:
			return "", p.fault("a control character in a string has to be escaped")
		}
		p.at++
	}
	return "", p.fault("the text ends inside a string")
}

// escaped reads on in a string from its first backslash.
func (p *parser) escaped(start int) (string, *core.Error) {
	out := append(make([]byte, 0, p.at-start+32), p.data[start:p.at]...)
	for p.at < len(p.data) {
		c := p.data[p.at]
		switch {
		case c == '"':
			p.at++
			return string(out), nil
		case c < 0x20:
			return "", p.fault("a control character in a string has to be escaped")
		case c != '\\':
			out = append(out, c)
			p.at++
		default:
			p.at++
			r, err := p.escape()
			if err != nil {
				return "", err
			}
			out = utf8.AppendRune(out, r)
		}
	}
	return "", p.fault("the text ends inside a string")
}

func (p *parser) escape() (rune, *core.Error) {
	if p.at >= len(p.data) {
		return 0, p.fault("the text ends inside a string")
	}
	c := p.data[p.at]
	p.at++
	switch c {
	case '"', '\\', '/':
		return rune(c), nil
	case 'b':
		return '\b', nil
	case 'f':
		return '\f', nil
	case 'n':
		return '\n', nil
	case 'r':
		return '\r', nil
	case 't':
		return '\t', nil
	case 'u':
		return p.unicode()
	}
	p.at--
	return 0, p.fault("no such escape in a string")
}

func (p *parser) unicode() (rune, *core.Error) {
	r, err := p.hex()
	if err != nil || !utf16.IsSurrogate(r) {
		return r, err
	}
	if p.at+1 < len(p.data) && p.data[p.at] == '\\' && p.data[p.at+1] == 'u' {
		p.at += 2
		second, err := p.hex()
		if err != nil {
			return 0, err
		}
		if whole := utf16.DecodeRune(r, second); whole != utf8.RuneError {
			return whole, nil
		}
	}
	return 0, p.fault("half of a surrogate pair in a string")
}

func (p *parser) hex() (rune, *core.Error) {
	if len(p.data)-p.at < 4 {
		return 0, p.fault("the text ends inside a string")
	}
	n, err := strconv.ParseUint(string(p.data[p.at:p.at+4]), 16, 16)
	if err != nil {
		return 0, p.fault("\\u needs four hexadecimal digits")
	}
	p.at += 4
	return rune(n), nil
}
