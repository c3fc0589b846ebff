package search

import (
	"fmt"
	"slices"
	"strings"

	"github.com/openimis/openimis-go/fhir"
)

// value reads one alternative. problem says in a sentence why it cannot be read.
// target is the resource type of a type modifier, "" without one.
func (p *parser) value(param *Param, text, target string) (value Value, problem string) {
	if text == "" {
		return Value{}, "the value is empty"
	}
	if len(text) > maxValueBytes {
		return Value{}, fmt.Sprintf("a value is longer than %d bytes", maxValueBytes)
	}
	switch param.Type {
	case Token:
		return p.token(param, text)
	case String, URI:
		plain, problem := unescape(text)
		return Value{Text: plain}, problem
	case Date:
		return parseDate(text, p.o.Zone)
	case Reference:
		return p.reference(param, text, target)
	case Numeric:
		return parseNumber(text)
	case Quantity:
		return parseQuantity(text)
	}
	return Value{}, fmt.Sprintf("parameters of type %q cannot be searched", param.Type)
}

// token reads code, system|code, |code and system|.
// https://hl7.org/fhir/R4/search.html#token
func (p *parser) token(param *Param, text string) (Value, string) {
	parts := splitUnescaped(text, '|')
	if len(parts) > 2 {
		return Value{}, "a token is code or system|code; write \\| for a bar inside it"
	}
	for i := range parts {
		plain, problem := unescape(parts[i])
		if problem != "" {
			return Value{}, problem
		}
		parts[i] = plain
	}
	if len(parts) == 1 {
		if param.Name == ID.Name && !p.o.FreeIDs && !IsID(parts[0]) {
			return Value{}, fmt.Sprintf("%q is not an id: letters, digits, - and . only, at most 64", parts[0])
		}
		return Value{Text: parts[0]}, ""
	}
	if parts[0] == "" && parts[1] == "" {
		return Value{}, "a token needs a system or a code"
	}
	return Value{System: parts[0], HasSystem: true, Text: parts[1], AnyCode: parts[1] == ""}, ""
}

// ofType reads what :of-type compares with: the system and code of the type of an
// identifier, and its value, all three. https://hl7.org/fhir/R4/search.html#token
func ofType(text string) (Value, string) {
	parts := splitUnescaped(text, '|')
	for i := range parts {
		plain, problem := unescape(parts[i])
		if problem == "" && (plain == "" || len(parts) != 3) {
			problem = "write system|code|value, of which the first two are the type of the identifier"
		}
		if problem == "" && len(text) > maxValueBytes {
			problem = fmt.Sprintf("a value is longer than %d bytes", maxValueBytes)
		}
		if problem != "" {
			return Value{}, problem
		}
		parts[i] = plain
	}
	return Value{OfSystem: parts[0], OfCode: parts[1], Text: parts[2]}, ""
}

// valueSet reads what :in and :not-in compare with: the canonical of a value set, or a
// reference to it. https://hl7.org/fhir/R4/search.html#modifiers
func (p *parser) valueSet(text string) (Value, string) {
	plain, problem := unescape(text)
	if problem == "" && plain == "" {
		problem = "the name of a value set is missing"
	}
	return Value{Text: plain}, problem
}

// reference reads id, Type/id and absolute URLs.
// https://hl7.org/fhir/R4/search.html#reference
func (p *parser) reference(param *Param, text, target string) (Value, string) {
	plain, problem := unescape(text)
	if problem != "" {
		return Value{}, problem
	}
	local := plain
	if strings.Contains(plain, ":") {
		own, ok := p.own(plain)
		if !ok {
			_, typ, id := fhir.SplitReference(plain)
			return Value{Text: id, Type: typ, URL: plain}, ""
		}
		local = own
	}
	value := Value{Text: local}
	if strings.Contains(local, "/") {
		if strings.Contains(local, "/_history/") {
			return Value{}, "a search cannot name the version of a reference"
		}
		base, typ, id := fhir.SplitReference(local)
		if id == "" || base != "" || !isTypeName(typ) {
			return Value{}, fmt.Sprintf("%q is no reference: write an id, Type/id or an absolute URL", plain)
		}
		value.Type, value.Text = typ, id
	}
	if !p.o.FreeIDs && !IsID(value.Text) {
		return Value{}, fmt.Sprintf("%q is not an id: letters, digits, - and . only, at most 64", value.Text)
	}
	if target != "" && value.Type != "" && value.Type != target {
		return Value{}, fmt.Sprintf("the modifier says %s and the value %s", target, value.Type)
	}
	if target != "" {
		value.Type = target
	}
	if value.Type != "" && len(param.Targets) > 0 && !slices.Contains(param.Targets, value.Type) {
		return Value{}, fmt.Sprintf("%s does not refer to %s", param.Name, value.Type)
	}
	return value, ""
}

// own cuts a base of this server off an absolute URL.
func (p *parser) own(absolute string) (string, bool) {
	for _, base := range p.o.Bases {
		if rest, ok := strings.CutPrefix(absolute, strings.TrimSuffix(base, "/")+"/"); ok && base != "" {
			return rest, true
		}
	}
	return "", false
}

// IsID tells whether the text has the form of a FHIR id: 1 to 64 letters, digits, - and .
// https://hl7.org/fhir/R4/datatypes.html#id
func IsID(text string) bool {
	if text == "" || len(text) > 64 {
		return false
	}
	for i := 0; i < len(text); i++ {
		c := text[i]
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '.' {
			return false
		}
	}
	return true
}

// splitUnescaped cuts at every separator without a backslash before it. The parts keep
// their backslashes. https://hl7.org/fhir/R4/search.html#escaping
func splitUnescaped(text string, separator byte) []string {
	if strings.IndexByte(text, separator) < 0 {
		return []string{text}
	}
	var parts []string
	start := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case separator:
			parts = append(parts, text[start:i])
			start = i + 1
		}
	}
	return append(parts, text[start:])
}

// unescape takes the backslashes away. One that stands before another character than
// , | $ \ stands for itself, as clients that do not know the rule mean it.
func unescape(text string) (plain, problem string) {
	if strings.IndexByte(text, '\\') < 0 {
		return text, ""
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' && i+1 < len(text) && strings.IndexByte(`,|$\`, text[i+1]) >= 0 {
			i++
		}
		b.WriteByte(text[i])
	}
	return b.String(), ""
}
