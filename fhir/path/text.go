package path

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"html"
	"strings"
	"unicode/utf8"
)

// The functions on text. http://hl7.org/fhirpath/N1/#string-manipulation

// maxText bounds the text an expression may make, which is FHIR's own bound of a string.
const maxText = 1 << 20

// text gives the text of a String, or of a FHIR primitive that JSON writes as text, so that
// birthDate.startsWith('19') works.
func (i *Item) text() (string, bool) {
	if s, is := i.value.(string); is {
		return s, true
	}
	return "", false
}

func (r *run) textResult(s string) (Collection, error) {
	if len(s) > maxText {
		return nil, fault("the text is longer than 1 MB")
	}
	return one(s), r.spend(len(s) / 64)
}

// textInput gives the text a function is called on; ok is false when there is none.
func textInput(in Collection, c *call) (string, bool, error) {
	item, ok, err := in.operand(c.name + "()")
	if !ok {
		return "", false, err
	}
	s, is := item.text()
	if !is {
		return "", false, fault("%s() works on text, not %s", c.name, item.Type())
	}
	return s, true, nil
}

func textArgument(argument Collection, c *call) (string, bool, error) {
	item, ok, err := argument.operand("the argument of " + c.name + "()")
	if !ok {
		return "", false, err
	}
	s, is := item.text()
	if !is {
		return "", false, fault("the argument of %s() has to be text, not %s", c.name, item.Type())
	}
	return s, true, nil
}

// texts gives the input and the text arguments; ok is false when one of them is empty.
func (r *run) texts(in Collection, c *call, f *frame) (s string, arguments []string, ok bool, err error) {
	s, ok, err = textInput(in, c)
	if err != nil {
		return "", nil, false, err
	}
	for i := range c.arguments {
		value, err := r.argument(c, i, f)
		if err != nil {
			return "", nil, false, err
		}
		text, there, err := textArgument(value, c)
		if err != nil {
			return "", nil, false, err
		}
		ok = ok && there
		arguments = append(arguments, text)
	}
	return s, arguments, ok, r.spend(len(s) / 64)
}

func textTest(test func(s, argument string) bool) func(*run, Collection, *call, *frame) (Collection, error) {
	return func(r *run, in Collection, c *call, f *frame) (Collection, error) {
		s, arguments, ok, err := r.texts(in, c, f)
		if !ok || err != nil {
			return nil, err
		}
		return one(test(s, arguments[0])), nil
	}
}

func hasPrefix(s, a string) bool { return strings.HasPrefix(s, a) }
func hasSuffix(s, a string) bool { return strings.HasSuffix(s, a) }
func hasPart(s, a string) bool   { return strings.Contains(s, a) }

func textChange(change func(string) string) func(*run, Collection, *call, *frame) (Collection, error) {
	return func(r *run, in Collection, c *call, f *frame) (Collection, error) {
		s, _, ok, err := r.texts(in, c, f)
		if !ok || err != nil {
			return nil, err
		}
		return r.textResult(change(s))
	}
}

func upper(s string) string { return strings.ToUpper(s) }
func lower(s string) string { return strings.ToLower(s) }
func trim(s string) string  { return strings.TrimSpace(s) }

func length(r *run, in Collection, c *call, f *frame) (Collection, error) {
	s, _, ok, err := r.texts(in, c, f)
	if !ok || err != nil {
		return nil, err
	}
	return one(int64(utf8.RuneCountInString(s))), nil
}

func indexOf(r *run, in Collection, c *call, f *frame) (Collection, error) {
	return r.find(in, c, f, strings.Index)
}

func lastIndexOf(r *run, in Collection, c *call, f *frame) (Collection, error) {
	return r.find(in, c, f, strings.LastIndex)
}

func (r *run) find(in Collection, c *call, f *frame, index func(s, part string) int) (Collection, error) {
	s, arguments, ok, err := r.texts(in, c, f)
	if !ok || err != nil {
		return nil, err
	}
	at := index(s, arguments[0])
	if at > 0 {
		at = utf8.RuneCountInString(s[:at])
	}
	return one(int64(at)), nil
}

func substring(r *run, in Collection, c *call, f *frame) (Collection, error) {
	s, ok, err := textInput(in, c)
	if !ok {
		return nil, err
	}
	bounds := [2]int64{0, maxText}
	for i := range c.arguments {
		value, err := r.argument(c, i, f)
		if err != nil {
			return nil, err
		}
		n, there, err := integerOf(value, "the argument of substring()")
		if err != nil || !there && i == 0 {
			return nil, err
		}
		if there {
			bounds[i] = n
		}
	}
	start, n := bounds[0], bounds[1]
	runes := []rune(s)
	if start < 0 || start >= int64(len(runes)) {
		return nil, r.spend(len(s) / 16)
	}
	if n <= 0 {
		return one(""), nil
	}
	return one(string(runes[start:min(start+n, int64(len(runes)))])), r.spend(len(s) / 16)
}

func replace(r *run, in Collection, c *call, f *frame) (Collection, error) {
	s, arguments, ok, err := r.texts(in, c, f)
	if !ok || err != nil {
		return nil, err
	}
	pattern, by := arguments[0], arguments[1]
	if n := strings.Count(s, pattern); n > 0 && n*max(len(by), 1) > 4*maxText {
		return nil, fault("the text is longer than 1 MB")
	}
	return r.textResult(strings.ReplaceAll(s, pattern, by))
}

func toChars(r *run, in Collection, c *call, f *frame) (Collection, error) {
	s, _, ok, err := r.texts(in, c, f)
	if !ok || err != nil {
		return nil, err
	}
	if err := r.spend(len(s)); err != nil {
		return nil, err
	}
	var out Collection
	for _, char := range s {
		out = append(out, Item{value: string(char), Index: -1})
	}
	return out, nil
}

func split(r *run, in Collection, c *call, f *frame) (Collection, error) {
	s, arguments, ok, err := r.texts(in, c, f)
	if !ok || err != nil {
		return nil, err
	}
	if err := r.spend(len(s) / max(len(arguments[0]), 1)); err != nil {
		return nil, err
	}
	var out Collection
	for _, part := range strings.Split(s, arguments[0]) {
		out = append(out, Item{value: part, Index: -1})
	}
	return out, nil
}

func join(r *run, in Collection, c *call, f *frame) (Collection, error) {
	separator := ""
	if len(c.arguments) == 1 {
		value, err := r.argument(c, 0, f)
		if err != nil {
			return nil, err
		}
		if separator, _, err = textArgument(value, c); err != nil {
			return nil, err
		}
	}
	if len(in) == 0 {
		return nil, nil
	}
	var b strings.Builder
	written := false
	for i := range in {
		s, is := in[i].text()
		if !is && in[i].value == nil {
			continue
		}
		if !is {
			return nil, fault("join() works on text, not %s", in[i].Type())
		}
		if written {
			b.WriteString(separator)
		}
		written = true
		if b.WriteString(s); b.Len() > maxText {
			return nil, fault("the text is longer than 1 MB")
		}
	}
	return r.textResult(b.String())
}

func encode(r *run, in Collection, c *call, f *frame) (Collection, error) {
	s, arguments, ok, err := r.texts(in, c, f)
	if !ok || err != nil {
		return nil, err
	}
	switch arguments[0] {
	case "base64":
		return r.textResult(base64.StdEncoding.EncodeToString([]byte(s)))
	case "urlbase64":
		return r.textResult(base64.URLEncoding.EncodeToString([]byte(s)))
	case "hex":
		return r.textResult(hex.EncodeToString([]byte(s)))
	}
	return nil, nil
}

func decode(r *run, in Collection, c *call, f *frame) (Collection, error) {
	s, arguments, ok, err := r.texts(in, c, f)
	if !ok || err != nil {
		return nil, err
	}
	var data []byte
	switch arguments[0] {
	case "base64":
		data, err = base64.StdEncoding.DecodeString(s)
	case "urlbase64":
		data, err = base64.URLEncoding.DecodeString(s)
	case "hex":
		data, err = hex.DecodeString(s)
	default:
		return nil, nil
	}
	if err != nil || !utf8.Valid(data) {
		return nil, nil
	}
	return r.textResult(string(data))
}

func escape(r *run, in Collection, c *call, f *frame) (Collection, error) {
	s, arguments, ok, err := r.texts(in, c, f)
	if !ok || err != nil {
		return nil, err
	}
	switch arguments[0] {
	case "html":
		return r.textResult(htmlEscaper.Replace(s))
	case "json":
		var b strings.Builder
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		if err := e.Encode(s); err != nil {
			return nil, nil
		}
		quoted := strings.TrimSuffix(b.String(), "\n")
		return r.textResult(quoted[1 : len(quoted)-1])
	}
	return nil, nil
}

var htmlEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;")

func unescape(r *run, in Collection, c *call, f *frame) (Collection, error) {
	s, arguments, ok, err := r.texts(in, c, f)
	if !ok || err != nil {
		return nil, err
	}
	switch arguments[0] {
	case "html":
		return r.textResult(html.UnescapeString(s))
	case "json":
		var plain string
		if json.Unmarshal([]byte(`"`+s+`"`), &plain) == nil {
			return r.textResult(plain)
		}
		return r.textResult(s)
	}
	return nil, nil
}
