package path

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// kind is the kind of a token.
type kind int

const (
	end kind = iota
	name
	text
	number
	date
	symbol // operators and brackets
)

type token struct {
	kind  kind
	value string
	at    int
}

// lex cuts an expression into tokens.
func lex(source string) ([]token, error) {
	var tokens []token
	for at := 0; at < len(source); {
		r, size := utf8.DecodeRuneInString(source[at:])
		switch {
		case unicode.IsSpace(r):
			at += size
			continue
		case strings.HasPrefix(source[at:], "//"):
			if newline := strings.IndexByte(source[at:], '\n'); newline >= 0 {
				at += newline
			} else {
				at = len(source)
			}
			continue
		}
		t, next, err := lexOne(source, at, r)
		if err != nil {
			return nil, err
		}
		tokens = append(tokens, t)
		at = next
	}
	return append(tokens, token{kind: end, at: len(source)}), nil
}

// lexOne reads the token that starts at at with the rune r.
func lexOne(source string, at int, r rune) (token, int, error) {
	switch {
	case r == '\'' || r == '"' || r == '`':
		value, next, err := quoted(source, at, byte(r))
		if r == '`' {
			return token{name, value, at}, next, err
		}
		return token{text, value, at}, next, err
	case r >= '0' && r <= '9':
		next := at + run(source[at:], isDigit)
		if next+1 < len(source) && source[next] == '.' && isDigit(rune(source[next+1])) {
			next += 1 + run(source[next+1:], isDigit)
		}
		return token{number, source[at:next], at}, next, nil
	case r == '@':
		next := at + 1 + run(source[at+1:], func(r rune) bool { return isDigit(r) || strings.ContainsRune("-:TZ+.", r) })
		return token{date, strings.TrimSuffix(source[at+1:next], "."), at}, next, nil
	case r == '$' || r == '%' || isLetter(r):
		next := at + utf8.RuneLen(r) + run(source[at+utf8.RuneLen(r):], func(r rune) bool { return isLetter(r) || isDigit(r) })
		return token{name, source[at:next], at}, next, nil
	}
	for _, s := range []string{"<=", ">=", "!=", "!~", "{}"} {
		if strings.HasPrefix(source[at:], s) {
			return token{symbol, s, at}, at + len(s), nil
		}
	}
	if strings.ContainsRune("().[],=<>~|&+-*/{}", r) {
		return token{symbol, string(r), at}, at + 1, nil
	}
	return token{}, 0, fmt.Errorf("FHIRPath: unexpected %q at %d", r, at)
}

// quoted reads text between quotes with the escapes of FHIRPath.
func quoted(source string, at int, quote byte) (string, int, error) {
	var b strings.Builder
	for i := at + 1; i < len(source); i++ {
		switch c := source[i]; {
		case c == quote:
			return b.String(), i + 1, nil
		case c == '\\' && i+1 < len(source):
			i++
			if plain, special := escapes[source[i]]; special {
				b.WriteByte(plain)
			} else {
				b.WriteByte(source[i])
			}
		default:
			b.WriteByte(c)
		}
	}
	return "", 0, fmt.Errorf("FHIRPath: text that starts at %d does not end", at)
}

var escapes = map[byte]byte{'n': '\n', 'r': '\r', 't': '\t', 'f': '\f'}

func run(s string, is func(rune) bool) int {
	if i := strings.IndexFunc(s, func(r rune) bool { return !is(r) }); i >= 0 {
		return i
	}
	return len(s)
}

func isDigit(r rune) bool  { return r >= '0' && r <= '9' }
func isLetter(r rune) bool { return r == '_' || unicode.IsLetter(r) }
