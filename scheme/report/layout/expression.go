package layout

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/core"
)

// expression gives a value in a scope; nil for what cannot be worked out, such as a sum of
// a word. A nil expression is one that was left out.
type expression func(s *Scope) any

// parser reads an expression: values ${name}, numbers, texts, the signs of arithmetic and of
// comparison, and, or, not, brackets, and a few functions. It is that part of ReportBro's
// expressions, which are Python's, that reports need.
type parser struct {
	tokens []string
	at     int
	terms  int
	depth  int
	names  map[string]bool // that are used
}

// parse reads an expression. The parser knows the names of the values it uses, and how long
// it is.
func parse(text string) (expression, *parser, error) {
	tokens, err := tokensOf(text)
	if err != nil {
		return nil, nil, err
	}
	p := &parser{tokens: tokens, names: map[string]bool{}}
	e, err := p.or()
	if err == nil && p.at < len(p.tokens) {
		err = core.Errorf(core.Invalid, "%.40q is not expected there", p.tokens[p.at])
	}
	return e, p, err
}

// tokensOf parts an expression into words. A text keeps its first quotation mark.
func tokensOf(text string) (tokens []string, err error) {
	if utf8.RuneCountInString(text) > mostLetters {
		return nil, core.Errorf(core.Invalid, "it is longer than %d letters", mostLetters)
	}
	for {
		text = strings.TrimLeftFunc(text, unicode.IsSpace)
		if text == "" {
			return tokens, nil
		}
		size, token := 0, ""
		switch r, width := utf8.DecodeRuneInString(text); {
		case strings.HasPrefix(text, "${"):
			end := strings.IndexByte(text, '}')
			if end < 0 {
				return nil, core.Errorf(core.Invalid, "${ has no }")
			}
			size, token = end+1, text[:end]
		case r == '\'' || r == '"':
			end := strings.IndexRune(text[1:], r)
			if end < 0 {
				return nil, core.Errorf(core.Invalid, "the text after %c does not end", r)
			}
			size, token = end+2, text[:end+1]
		case unicode.IsDigit(r):
			size = wordLength(text, func(r rune) bool { return unicode.IsDigit(r) || r == '.' })
		case unicode.IsLetter(r) || r == '_':
			size = wordLength(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' })
		case len(text) > 1 && strings.Contains(" == != <= >= ", " "+text[:2]+" "):
			size = 2
		default:
			size = width
		}
		if token == "" {
			token = text[:size]
		}
		tokens, text = append(tokens, token), text[size:]
	}
}

func wordLength(text string, belongs func(r rune) bool) int {
	if end := strings.IndexFunc(text, func(r rune) bool { return !belongs(r) }); end >= 0 {
		return end
	}
	return len(text)
}

// take takes the next word off when it is one of them.
func (p *parser) take(words ...string) string {
	if p.at < len(p.tokens) {
		for _, word := range words {
			if p.tokens[p.at] == word {
				p.at++
				return word
			}
		}
	}
	return ""
}

func (p *parser) or() (expression, error) {
	return p.chain(p.and, []string{"or"}, func(_ string, a, b any) any { return truth(a) || truth(b) })
}

func (p *parser) and() (expression, error) {
	return p.chain(p.not, []string{"and"}, func(_ string, a, b any) any { return truth(a) && truth(b) })
}

func (p *parser) not() (expression, error) {
	if p.take("not") == "" {
		return p.chain(p.sum, []string{"==", "!=", "<=", ">=", "<", ">"}, compared)
	}
	of, err := p.deeper(p.not)
	return func(s *Scope) any { return !truth(of(s)) }, err
}

func (p *parser) sum() (expression, error) {
	return p.chain(p.product, []string{"+", "-"}, calculated)
}

func (p *parser) product() (expression, error) {
	return p.chain(p.term, []string{"*", "/"}, calculated)
}

// chain reads parts with signs between them.
func (p *parser) chain(part func() (expression, error), signs []string, do func(sign string, a, b any) any) (expression, error) {
	left, err := part()
	for err == nil {
		sign := p.take(signs...)
		if sign == "" {
			break
		}
		var right expression
		a := left
		right, err = part()
		left = func(s *Scope) any { return do(sign, a(s), right(s)) }
	}
	return left, err
}

// deeper reads a part within another.
func (p *parser) deeper(part func() (expression, error)) (expression, error) {
	if p.depth++; p.depth > deepest {
		return nil, core.Errorf(core.Invalid, "more than %d brackets stand within each other", deepest)
	}
	defer func() { p.depth-- }()
	return part()
}

func (p *parser) term() (expression, error) {
	if p.terms++; p.terms > mostTerms {
		return nil, core.Errorf(core.Invalid, "it has more than %d terms", mostTerms)
	}
	if p.at >= len(p.tokens) {
		return nil, core.Errorf(core.Invalid, "something is missing at its end")
	}
	token := p.tokens[p.at]
	p.at++
	first, _ := utf8.DecodeRuneInString(token)
	switch {
	case strings.HasPrefix(token, "${"):
		name := strings.TrimSpace(token[2:])
		p.names[name] = true
		return func(s *Scope) any { return s.Value(name) }, nil
	case first == '\'' || first == '"':
		return constant(token[1:]), nil
	case unicode.IsDigit(first):
		d, ok := numberOf(token)
		if !ok {
			return nil, core.Errorf(core.Invalid, "%.40q is no number", token)
		}
		return constant(d), nil
	case token == "True" || token == "False":
		return constant(token == "True"), nil
	case token == "None":
		return constant(nil), nil
	case token == "-":
		of, err := p.deeper(p.term)
		return func(s *Scope) any { return calculated("-", decimal.Zero, of(s)) }, err
	case token == "(":
		of, err := p.deeper(p.or)
		if err == nil && p.take(")") == "" {
			err = core.Errorf(core.Invalid, "a bracket is not closed")
		}
		return of, err
	case functions[token] != nil && p.take("(") != "":
		return p.call(functions[token])
	}
	return nil, core.Errorf(core.Invalid, "%.40q is not understood", token)
}

func (p *parser) call(do func(args []any) any) (expression, error) {
	var parts []expression
	for p.take(")") == "" {
		if len(parts) > 0 && p.take(",") == "" {
			return nil, core.Errorf(core.Invalid, "a bracket is not closed")
		}
		part, err := p.deeper(p.or)
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
	}
	return func(s *Scope) any {
		args := make([]any, len(parts))
		for i, part := range parts {
			args[i] = part(s)
		}
		return do(args)
	}, nil
}

func constant(value any) expression { return func(*Scope) any { return value } }
