package path

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/openimis/openimis-go/core"
)

// kind is the kind of a token.
type kind int

const (
	end kind = iota
	name
	quotedName // in backticks: never an operator
	variable   // %name
	special    // $this, $index, $total
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

// faultAt makes the error of an expression that cannot be read. at counts bytes from 0.
func faultAt(at int, format string, args ...any) error {
	e := core.Errorf(core.Invalid, format, args...)
	e.Message = "FHIRPath: " + e.Message + " at " + strconv.Itoa(at)
	return e
}

// lex cuts an expression into tokens.
func lex(source string) ([]token, error) {
	tokens := make([]token, 0, len(source)/3+2)
	for at := 0; at < len(source); {
		next, err := blank(source, at)
		if err != nil {
			return nil, err
		}
		if next > at {
			at = next
			continue
		}
		t, next, err := lexOne(source, at)
		if err != nil {
			return nil, err
		}
		tokens = append(tokens, t)
		at = next
	}
	return append(tokens, token{kind: end, at: len(source)}), nil
}

// blank gives where white space and comments that start at at end.
func blank(source string, at int) (int, error) {
	rest := source[at:]
	switch {
	case strings.IndexByte(" \t\r\n", rest[0]) >= 0:
		return at + 1, nil
	case strings.HasPrefix(rest, "//"):
		if newline := strings.IndexByte(rest, '\n'); newline >= 0 {
			return at + newline, nil
		}
		return len(source), nil
	case strings.HasPrefix(rest, "/*"):
		if closing := strings.Index(rest[2:], "*/"); closing >= 0 {
			return at + closing + 4, nil
		}
		return 0, faultAt(at, "a comment does not end that starts")
	}
	return at, nil
}

// lexOne reads the token that starts at at.
func lexOne(source string, at int) (token, int, error) {
	c := source[at]
	switch {
	case c == '\'':
		value, next, err := quoted(source, at)
		return token{text, value, at}, next, err
	case c == '`':
		value, next, err := quoted(source, at)
		return token{quotedName, value, at}, next, err
	case isDigit(c):
		next := at + span(source[at:], isDigit)
		if next+1 < len(source) && source[next] == '.' && isDigit(source[next+1]) {
			next += 1 + span(source[next+1:], isDigit)
		}
		return token{number, source[at:next], at}, next, nil
	case c == '@':
		next := at + 1 + temporalSpan(source[at+1:])
		return token{date, source[at+1 : next], at}, next, nil
	case isLetter(c):
		next := at + span(source[at:], isNamePart)
		return token{name, source[at:next], at}, next, nil
	case c == '$':
		next := at + 1 + span(source[at+1:], isNamePart)
		return token{special, source[at:next], at}, next, nil
	case c == '%':
		return lexVariable(source, at)
	}
	for _, s := range []string{"<=", ">=", "!=", "!~"} {
		if strings.HasPrefix(source[at:], s) {
			return token{symbol, s, at}, at + len(s), nil
		}
	}
	if strings.IndexByte("().[],=<>~|&+-*/{}", c) >= 0 {
		return token{symbol, source[at : at+1], at}, at + 1, nil
	}
	r, _ := utf8.DecodeRuneInString(source[at:])
	return token{}, 0, faultAt(at, "unexpected %q", r)
}

// lexVariable reads %name, %`name` and the older %'name'.
func lexVariable(source string, at int) (token, int, error) {
	if at+1 < len(source) && (source[at+1] == '`' || source[at+1] == '\'') {
		value, next, err := quoted(source, at+1)
		return token{variable, value, at}, next, err
	}
	next := at + 1 + span(source[at+1:], isNamePart)
	if next == at+1 {
		return token{}, 0, faultAt(at, "a name is missing after %%")
	}
	return token{variable, source[at+1 : next], at}, next, nil
}

// quoted reads text between quotes with the escapes of FHIRPath. The backslash of an
// escape that N1 does not have is dropped.
func quoted(source string, at int) (string, int, error) {
	quote := source[at]
	var b strings.Builder
	for i := at + 1; i < len(source); i++ {
		switch c := source[i]; {
		case c == quote:
			return b.String(), i + 1, nil
		case c == '\\' && i+1 < len(source):
			i++
			if source[i] == 'u' {
				r, err := strconv.ParseUint(source[i+1:min(i+5, len(source))], 16, 16)
				if err != nil || i+5 > len(source) {
					return "", 0, faultAt(i-1, "\\u needs four hexadecimal digits")
				}
				b.WriteRune(rune(r))
				i += 4
			} else if plain, known := escapes[source[i]]; known {
				b.WriteByte(plain)
			} else {
				b.WriteByte(source[i])
			}
		default:
			b.WriteByte(c)
		}
	}
	return "", 0, faultAt(at, "text does not end that starts")
}

var escapes = map[byte]byte{'n': '\n', 'r': '\r', 't': '\t', 'f': '\f'}

// span gives how many bytes at the start of s are of the sort.
func span(s string, is func(byte) bool) int {
	for i := range len(s) {
		if !is(s[i]) {
			return i
		}
	}
	return len(s)
}

func isDigit(c byte) bool    { return c >= '0' && c <= '9' }
func isLetter(c byte) bool   { return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
func isNamePart(c byte) bool { return isLetter(c) || isDigit(c) }
