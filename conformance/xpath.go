package conformance

import (
	"regexp"
	"strconv"
	"strings"
)

// fromPath turns the XPath and JSONPath forms scripts use for path into FHIRPath:
// fhir:Patient/fhir:id/@value, /Bundle/entry[1]/resource/Patient/name, //fhir:id,
// count(/Bundle/entry), $.name[0].family, .extension[?(@.url == 'x')].valueCode.
// Errors: unsupported for what has no such form.
func fromPath(p string) (string, error) {
	p = strings.TrimSpace(p)
	switch {
	case strings.HasPrefix(p, "$"), strings.HasPrefix(p, "."), strings.Contains(p, "[?("), strings.Contains(p, "[*]"):
		return fromJSONPath(p)
	case strings.Contains(outsideQuotes(p), "/"), strings.Contains(p, "[@"), xpathCall.MatchString(p) && !strings.Contains(p, "."):
		return fromXPath(p)
	}
	return p, nil
}

var xpathCall = regexp.MustCompile(`^(count|not|boolean|string)\((.*)\)$`)

// outsideQuotes blanks what stands in quotes.
func outsideQuotes(p string) string {
	b, quote := []byte(p), byte(0)
	for i, c := range b {
		switch {
		case quote != 0 && c == quote:
			quote = 0
		case quote != 0:
			b[i] = ' '
		case c == '\'' || c == '"':
			quote = c
		}
	}
	return string(b)
}

// splitSteps splits at a separator outside quotes and brackets.
func splitSteps(p string, separator byte) []string {
	var steps []string
	blank, depth, start := outsideQuotes(p), 0, 0
	for i := 0; i < len(blank); i++ {
		switch blank[i] {
		case '[', '(':
			depth++
		case ']', ')':
			depth--
		case separator:
			if depth == 0 {
				steps = append(steps, p[start:i])
				start = i + 1
			}
		}
	}
	return append(steps, p[start:])
}

func fromXPath(p string) (string, error) {
	if m := xpathCall.FindStringSubmatch(p); m != nil {
		inner, err := fromXPath(m[2])
		return inner + map[string]string{"count": ".count()", "not": ".exists().not()", "boolean": ".exists()"}[m[1]], err
	}
	anywhere := strings.HasPrefix(p, "//")
	steps := splitSteps(strings.TrimLeft(p, "/"), '/')
	var parts []string
	for i, step := range steps {
		if step == "@value" && i == len(steps)-1 {
			break
		}
		part, err := xpathStep(strings.TrimPrefix(step, "@"), i > 0 && steps[i-1] == "resource" && i < len(steps)-1)
		if err != nil {
			return "", unsupported{"the path " + p}
		}
		if part != "" {
			parts = append(parts, part)
		}
	}
	if len(parts) == 0 {
		return "", unsupported{"the path " + p}
	}
	if anywhere {
		parts[0] = "($this | descendants())." + parts[0]
	}
	return strings.Join(parts, "."), nil
}

var xpathName = regexp.MustCompile(`^(?:[a-z]+:)?([A-Za-z_*][A-Za-z0-9_]*|\.)`)

// xpathStep turns one step. The type of an embedded resource is a step in XML only.
func xpathStep(step string, embedded bool) (string, error) {
	m := xpathName.FindStringSubmatch(step)
	if m == nil {
		return "", unsupported{step}
	}
	name, rest := m[1], step[len(m[0]):]
	switch {
	case name == ".":
		name = "$this"
	case name == "*":
		name = "children()"
	case embedded && name[0] >= 'A' && name[0] <= 'Z':
		name = "ofType(" + name + ")"
	}
	for rest != "" {
		end := strings.IndexByte(outsideQuotes(rest), ']')
		if rest[0] != '[' || end < 0 {
			return "", unsupported{step}
		}
		condition, err := xpathPredicate(rest[1:end])
		if err != nil {
			return "", err
		}
		name += condition
		rest = rest[end+1:]
	}
	return name, nil
}

var xpathWord = regexp.MustCompile(`(?:fhir:|f:|@)([A-Za-z])`)

func xpathPredicate(p string) (string, error) {
	p = strings.TrimSpace(p)
	if n, err := strconv.Atoi(p); err == nil && n > 0 { // XPath counts from 1
		return "[" + strconv.Itoa(n-1) + "]", nil
	}
	if p == "last()" {
		return ".last()", nil
	}
	if strings.Contains(outsideQuotes(p), "(") || strings.Contains(outsideQuotes(p), "[") {
		return "", unsupported{p}
	}
	return ".where(" + rewrite(p, func(s string) string {
		s = strings.ReplaceAll(s, "/@value", "")
		return strings.ReplaceAll(xpathWord.ReplaceAllString(s, "$1"), "/", ".")
	}) + ")", nil
}

// rewrite changes what stands outside quotes, and makes all quotes single.
func rewrite(p string, change func(string) string) string {
	var b strings.Builder
	for p != "" {
		quote := strings.IndexAny(p, `'"`)
		if quote < 0 {
			b.WriteString(change(p))
			break
		}
		b.WriteString(change(p[:quote]))
		end := strings.IndexByte(p[quote+1:], p[quote])
		if end < 0 {
			b.WriteString(p[quote:])
			break
		}
		b.WriteString("'" + p[quote+1:quote+1+end] + "'")
		p = p[quote+end+2:]
	}
	return b.String()
}

var (
	jsonName   = regexp.MustCompile(`\['([A-Za-z_]+)'\]`)
	jsonFilter = regexp.MustCompile(`\[\?\(([^\]]*)\)\]`)
	jsonPlain  = regexp.MustCompile(`^[A-Za-z0-9_.\[\]$ '"=!<>&|()/:?@#,+*-]*$`)
)

func fromJSONPath(p string) (string, error) {
	if !jsonPlain.MatchString(p) {
		return "", unsupported{"the path " + p}
	}
	p = strings.TrimPrefix(p, "$")
	p = jsonName.ReplaceAllString(p, ".$1")
	p = strings.ReplaceAll(p, "[*]", "")
	p = jsonFilter.ReplaceAllStringFunc(p, func(found string) string {
		condition := rewrite(jsonFilter.FindStringSubmatch(found)[1], func(s string) string {
			return strings.NewReplacer("@.", "", "==", "=", "&&", " and ", "||", " or ").Replace(s)
		})
		return ".where(" + condition + ")"
	})
	if rest, deep := strings.CutPrefix(p, ".."); deep {
		return "($this | descendants())." + rest, nil
	}
	p = strings.TrimPrefix(p, ".")
	// The extensions of a primitive stand under _name in JSON, under name in FHIRPath.
	p = strings.TrimPrefix(strings.ReplaceAll(p, "._", "."), "_")
	if p == "" {
		p = "$this"
	}
	return p, nil
}
