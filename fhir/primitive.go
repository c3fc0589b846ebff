package fhir

import (
	"fmt"
	"strconv"
	"strings"
)

// checkPrimitive says what is wrong with a value of a primitive type, "" when nothing is.
// https://hl7.org/fhir/R4/datatypes.html#primitive
func checkPrimitive(typ string, value any) string {
	switch typ {
	case "boolean":
		if _, ok := value.(bool); !ok {
			return "has to be true or false, not " + describe(value)
		}
		return ""
	case "integer", "unsignedInt", "positiveInt", "decimal":
		n, ok := value.(Number)
		if !ok {
			return "has to be a number, not " + describe(value)
		}
		if typ == "decimal" {
			return checkDecimal(string(n))
		}
		return checkInteger(typ, string(n))
	}
	s, ok := value.(string)
	if !ok {
		return "has to be a string, not " + describe(value)
	}
	if s == "" {
		return "may not be an empty string"
	}
	return checkText(typ, s)
}

func checkText(typ, s string) string {
	switch typ {
	case "string", "markdown":
		return checkString(s)
	case "uri", "url", "canonical":
		if hasSpace(s) {
			return "is a " + typ + " and may hold no white space"
		}
		return checkString(s)
	case "code":
		if s[0] == ' ' || s[len(s)-1] == ' ' || strings.Contains(s, "  ") || hasSpace(strings.ReplaceAll(s, " ", "")) {
			return "is a code: no white space but single spaces inside"
		}
		return checkString(s)
	case "id":
		if !isID(s) {
			return "is an id: 1 to 64 letters, digits, - and . only"
		}
	case "oid":
		if !isOID(s) {
			return "is an oid: urn:oid: and numbers parted by points"
		}
	case "uuid":
		if !isUUID(s) {
			return "is a uuid: urn:uuid: and 32 lower-case hexadecimal digits in groups of 8-4-4-4-12"
		}
	case "date":
		return mismatch(isDate(s), s, "date (YYYY, YYYY-MM or YYYY-MM-DD)")
	case "dateTime":
		return mismatch(isDateTime(s), s, "dateTime (YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm:ss with a time zone)")
	case "instant":
		return mismatch(isInstant(s), s, "instant (YYYY-MM-DDThh:mm:ss with a time zone)")
	case "time":
		return mismatch(isTime(s), s, "time (hh:mm:ss)")
	case "base64Binary":
		return mismatch(isBase64(s), s, "base64 text")
	case "xhtml":
		return checkNarrative(s)
	}
	return ""
}

func mismatch(ok bool, s, what string) string {
	if ok {
		return ""
	}
	if len(s) > 40 {
		s = s[:40] + "…"
	}
	return fmt.Sprintf("%q is not a valid %s", s, what)
}

func describe(value any) string {
	switch value.(type) {
	case nil:
		return "null"
	case string:
		return "a string"
	case Number:
		return "a number"
	case bool:
		return "true or false"
	case []any:
		return "an array"
	}
	return "an object"
}

// checkString refuses what neither FHIR nor XML can hold. One megabyte is FHIR's own limit.
func checkString(s string) string {
	if len(s) > 1<<20 {
		return "is longer than 1 MB"
	}
	for _, r := range s {
		if r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
			return fmt.Sprintf("may not hold the character U+%04X", r)
		}
	}
	return ""
}

func hasSpace(s string) bool { return strings.ContainsAny(s, " \t\n\r\v\f\u0085\u00a0\u2028\u2029") }

func isID(s string) bool {
	if s == "" || len(s) > 64 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '.') {
			return false
		}
	}
	return true
}

func isOID(s string) bool {
	numbers, ok := strings.CutPrefix(s, "urn:oid:")
	if !ok {
		return false
	}
	parts := strings.Split(numbers, ".")
	for i, part := range parts {
		if part == "" || part[0] == '0' && len(part) > 1 || strings.Trim(part, "0123456789") != "" {
			return false
		}
		if i == 0 && part != "0" && part != "1" && part != "2" {
			return false
		}
	}
	return len(parts) > 1
}

func isUUID(s string) bool {
	s, ok := strings.CutPrefix(s, "urn:uuid:")
	if !ok || len(s) != 36 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if c != '-' {
				return false
			}
		} else if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'f') {
			return false
		}
	}
	return true
}

func isBase64(s string) bool {
	count, padding := 0, 0
	for i := range len(s) {
		c := s[i]
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			continue
		case c == '=':
			padding++
		case padding > 0:
			return false
		case !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '+' || c == '/'):
			return false
		}
		count++
	}
	return count > 0 && count%4 == 0 && padding <= 2
}

func checkInteger(typ, s string) string {
	n, err := strconv.ParseInt(s, 10, 32)
	if err != nil || s == "-0" {
		return s + " is not a whole number of 32 bits"
	}
	if typ == "unsignedInt" && n < 0 {
		return s + " is below 0"
	}
	if typ == "positiveInt" && n < 1 {
		return s + " is below 1"
	}
	return ""
}

// checkDecimal bounds the length and the exponent: FHIR asks for 18 digits, and 1e999999999
// would keep any exact arithmetic busy for ever.
func checkDecimal(s string) string {
	if !validNumber(s) {
		return fmt.Sprintf("%q is not a decimal number", s)
	}
	if e := strings.IndexAny(s, "eE"); e >= 0 {
		if exponent, err := strconv.Atoi(s[e+1:]); err != nil || exponent > 64 || exponent < -64 {
			return "has an exponent beyond 64"
		}
	}
	if len(s) > 64 {
		return "has more than 64 characters"
	}
	return ""
}

// validNumber tells whether the text is a number as JSON writes it. XML brings numbers
// from elsewhere.
func validNumber(s string) bool {
	p := parser{data: []byte(s)}
	if s == "" || s[0] != '-' && (s[0] < '0' || s[0] > '9') {
		return false
	}
	_, err := p.number()
	return err == nil && p.at == len(s)
}
