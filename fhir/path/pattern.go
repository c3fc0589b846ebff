package path

import (
	"regexp"
	"regexp/syntax"
	"strings"
)

// Regular expressions are Go's, whose time grows with the length of the text only, so that
// no pattern can hang. Look-around and back references are therefore not known.
// https://pkg.go.dev/regexp/syntax

// The bounds of a regular expression: bytes and groups.
const (
	maxPattern = 2000
	maxGroups  = 50
)

// pattern is a compiled regular expression. The point also stands for a new line.
type pattern struct {
	re   *regexp.Regexp
	size int // instructions, which each character of a text may cost
}

func compilePattern(source string, full bool) (*pattern, error) {
	if len(source) > maxPattern {
		return nil, fault("a regular expression is longer than %d bytes", maxPattern)
	}
	parsed, err := syntax.Parse(source, syntax.Perl|syntax.DotNL)
	if err != nil {
		return nil, fault("%q is no regular expression that can be used (there is no look-around): %s", clip(source), strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
	if parsed.MaxCap() > maxGroups {
		return nil, fault("a regular expression has more than %d groups", maxGroups)
	}
	program, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		return nil, fault("%q is no regular expression that can be used", clip(source))
	}
	flagged := "(?s:" + source + ")"
	if full {
		flagged = `\A` + flagged + `\z`
	}
	re, err := regexp.Compile(flagged)
	if err != nil {
		return nil, fault("%q is no regular expression that can be used", clip(source))
	}
	return &pattern{re, len(program.Inst)}, nil
}

// patternOf gives the compiled regular expression of a call, and its text.
func (r *run) patternOf(c *call, source string, s string) (*pattern, error) {
	p := c.pattern
	if p == nil {
		var err error
		if p, err = compilePattern(source, c.name == "matchesFull"); err != nil {
			return nil, err
		}
		if err := r.spend(p.size + len(source)); err != nil {
			return nil, err
		}
	}
	return p, r.spend(p.cost(s))
}

// cost is the steps that looking through a text may take.
func (p *pattern) cost(s string) int { return len(s) * p.size / 200 }

// matches looks anywhere in the text, matchesFull wants all of it.
func matches(r *run, in Collection, c *call, f *frame) (Collection, error) {
	s, arguments, ok, err := r.texts(in, c, f)
	if !ok || err != nil {
		return nil, err
	}
	p, err := r.patternOf(c, arguments[0], s)
	if err != nil {
		return nil, err
	}
	return one(p.re.MatchString(s)), nil
}

// replaceMatches replaces by text in which $1 or ${1} stands for a group and ${name} for a
// named one.
func replaceMatches(r *run, in Collection, c *call, f *frame) (Collection, error) {
	s, arguments, ok, err := r.texts(in, c, f)
	if !ok || err != nil {
		return nil, err
	}
	if arguments[0] == "" {
		return one(s), nil
	}
	p, err := r.patternOf(c, arguments[0], s)
	if err != nil {
		return nil, err
	}
	template := groupNumber.ReplaceAllString(arguments[1], "$${${1}}")
	each := 1 + p.cost(s) // a match may look ahead to the end
	limit := r.left/each + 1
	found := p.re.FindAllStringSubmatchIndex(s, limit)
	if err := r.spend(len(found) * each); err != nil {
		return nil, err
	}
	var out []byte
	at := 0
	for _, m := range found {
		out = append(out, s[at:m[0]]...)
		out = p.re.ExpandString(out, template, s, m)
		if at = m[1]; len(out) > maxText {
			return nil, fault("the text is longer than 1 MB")
		}
	}
	return r.textResult(string(append(out, s[at:]...)))
}

var groupNumber = regexp.MustCompile(`\$(\d+)`)
