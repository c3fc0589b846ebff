package conformance

import (
	"fmt"
	"strings"
)

// url follows the table of https://hl7.org/fhir/R4/testscript-definitions.html#TestScript.setup.action.operation.params.
func (x *run) url(o *Operation, source *message) (string, error) {
	base, err := x.runner.base(o.Destination)
	if err != nil {
		return "", err
	}
	if o.URL != "" {
		url, err := x.fillAs(o.URL, inURL, 0)
		if err != nil || strings.HasPrefix(url, "http://") || strings.HasPrefix(url, "https://") {
			return url, err
		}
		return base + "/" + strings.TrimPrefix(url, "/"), nil
	}
	params, err := x.parameters(o)
	if err != nil {
		return "", err
	}
	target, err := x.named(o.Code, o.TargetID)
	if err != nil {
		return "", err
	}
	if target == nil {
		target = source
	}
	resource := o.Resource
	if resource == "" && target != nil && o.Code != "batch" && o.Code != "transaction" {
		resource = target.tree.String("resourceType")
	}
	home := base
	if resource != "" {
		home += "/" + resource
	}
	return address(o, base, home, params, target)
}

// parameters fills the parameters; a value is made to fit unless the script says it is.
func (x *run) parameters(o *Operation) (string, error) {
	if o.KeepURL {
		return x.fill(o.Params)
	}
	return x.fillAs(o.Params, inURL, 0)
}

// base is the URL of a destination; 0 and 1 are the server under test.
func (r *Runner) base(destination int) (string, error) {
	server := r.Server
	if destination > 1 {
		if destination-2 >= len(r.Others) {
			return "", unsupported{fmt.Sprintf("destination %d without a second --server", destination)}
		}
		server = r.Others[destination-2]
	}
	return strings.TrimSuffix(server, "/"), nil
}

// address puts the URL of an operation together. home is the URL of the type.
func address(o *Operation, base, home, params string, target *message) (string, error) {
	code := o.Code
	name := strings.TrimPrefix(code, "$")
	operation := name != code || named[name] && methods[code] == ""
	inPath, query, _ := strings.Cut(params, "?")
	if query != "" || strings.Contains(params, "?") {
		query = "?" + query
	}
	switch {
	case code == "capabilities":
		return base + "/metadata" + params, nil
	case code == "batch" || code == "transaction":
		return base + params, nil
	case operation && !strings.Contains(inPath, "$"):
		if o.TargetID != "" && target.id() != "" {
			home += "/" + target.id()
		}
		return home + inPath + "/$" + name + query, nil
	case strings.HasPrefix(inPath, "/"):
		if code == "history" && !strings.Contains(inPath, "_history") {
			inPath += "/_history"
		}
		return home + inPath + query, nil
	case code == "history" && o.TargetID == "":
		return home + "/_history" + params, nil
	case code == "read" || code == "vread" || code == "update" || code == "updateCreate" || code == "delete" || code == "patch" || code == "history":
		return instance(code, home, params, target)
	}
	if params != "" && params[0] != '?' {
		params = "/" + params
	}
	return home + params, nil
}

// instance is the URL of an interaction on the instance a fixture or response names.
func instance(code, home, params string, target *message) (string, error) {
	if strings.HasPrefix(params, "?") && (code == "update" || code == "delete" || code == "patch") {
		return home + params, nil // conditional
	}
	id := target.id()
	if id == "" {
		return "", fmt.Errorf("operation %s: the target has no id", code)
	}
	url := home + "/" + id
	switch code {
	case "vread":
		url += "/_history/" + target.version()
	case "history":
		url += "/_history"
	}
	return url + params, nil
}

// searchByPost moves the parameters of a search into the body.
// https://hl7.org/fhir/R4/http.html#search
func searchByPost(url string) (string, []byte, string) {
	path, query, _ := strings.Cut(url, "?")
	if !strings.HasSuffix(path, "/_search") {
		path += "/_search"
	}
	return path, []byte(encoded(query)), "application/x-www-form-urlencoded"
}

// encoded escapes what no URL may hold and leaves everything else, what is escaped already
// included.
func encoded(url string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(url); i++ {
		c := url[i]
		if c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}", c) >= 0 || c == '%' && !escapedAt(url, i) {
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

func escapedAt(s string, i int) bool {
	isHex := func(c byte) bool {
		return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
	}
	return i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2])
}
