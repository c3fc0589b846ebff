package patch

import (
	"encoding/json"
	"testing"

	"github.com/openimis/openimis-go/core"
)

func TestJSON(t *testing.T) {
	const document = `{"a":1.50,"list":[1,2,3],"o":{"x/y":true}}`
	for name, c := range map[string]struct {
		patch, want string
		code        core.Code
	}{
		"nothing":                     {patch: `[]`, want: document},
		"numbers keep their digits":   {patch: `[{"op":"add","path":"/b","value":2.10}]`, want: `{"a":1.50,"b":2.10,"list":[1,2,3],"o":{"x/y":true}}`},
		"at the end of a list":        {patch: `[{"op":"add","path":"/list/-","value":4}]`, want: `{"a":1.50,"list":[1,2,3,4],"o":{"x/y":true}}`},
		"into a list":                 {patch: `[{"op":"add","path":"/list/1","value":9}]`, want: `{"a":1.50,"list":[1,9,2,3],"o":{"x/y":true}}`},
		"away":                        {patch: `[{"op":"remove","path":"/list/0"},{"op":"remove","path":"/o"}]`, want: `{"a":1.50,"list":[2,3]}`},
		"moved":                       {patch: `[{"op":"move","from":"/list/0","path":"/list/2"}]`, want: `{"a":1.50,"list":[2,3,1],"o":{"x/y":true}}`},
		"copied":                      {patch: `[{"op":"copy","from":"/a","path":"/b"}]`, want: `{"a":1.50,"b":1.50,"list":[1,2,3],"o":{"x/y":true}}`},
		"with a slash in the name":    {patch: `[{"op":"replace","path":"/o/x~1y","value":false}]`, want: `{"a":1.50,"list":[1,2,3],"o":{"x/y":false}}`},
		"a test that holds":           {patch: `[{"op":"test","path":"/list/0","value":1}]`, want: document},
		"a test that fails":           {patch: `[{"op":"test","path":"/list/0","value":2}]`, code: core.Unprocessable},
		"a place that is not there":   {patch: `[{"op":"remove","path":"/nosuch"}]`, code: core.Unprocessable},
		"behind the end of a list":    {patch: `[{"op":"add","path":"/list/7","value":1}]`, code: core.Unprocessable},
		"before the start of a list":  {patch: `[{"op":"replace","path":"/list/-1","value":1}]`, code: core.Unprocessable},
		"no list of operations":       {patch: `{}`, code: core.Invalid},
		"no JSON":                     {patch: `[{`, code: core.Invalid},
		"an operation nobody defined": {patch: `[{"op":"burn","path":"/a"}]`, code: core.Invalid},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := JSON([]byte(document), []byte(c.patch))
			if c.code != "" {
				if core.CodeOf(err) != c.code || err == nil {
					t.Fatalf("%v, want %s", err, c.code)
				}
				return
			}
			if err != nil || !same(t, got, c.want) {
				t.Errorf("%s %v, want %s", got, err, c.want)
			}
		})
	}
}

func TestMerge(t *testing.T) {
	const document = `{"a":1.50,"list":[1,2],"o":{"x":1,"y":2}}`
	for name, c := range map[string]struct{ patch, want string }{
		"nothing":                   {`{}`, document},
		"null takes away":           {`{"a":null,"o":{"x":null}}`, `{"list":[1,2],"o":{"y":2}}`},
		"lists are replaced whole":  {`{"list":[3]}`, `{"a":1.50,"list":[3],"o":{"x":1,"y":2}}`},
		"objects are gone through":  {`{"o":{"z":3}}`, `{"a":1.50,"list":[1,2],"o":{"x":1,"y":2,"z":3}}`},
		"numbers keep their digits": {`{"b":2.10}`, `{"a":1.50,"b":2.10,"list":[1,2],"o":{"x":1,"y":2}}`},
	} {
		if got, err := Merge([]byte(document), []byte(c.patch)); err != nil || !same(t, got, c.want) {
			t.Errorf("%s: %s %v, want %s", name, got, err, c.want)
		}
	}
	for _, patch := range []string{`[]`, `1`, `null`, `{`} {
		if _, err := Merge([]byte(document), []byte(patch)); core.CodeOf(err) != core.Invalid || err == nil {
			t.Errorf("%s: %v", patch, err)
		}
	}
}

// same compares documents, numbers digit by digit.
func same(t *testing.T, got []byte, want string) bool {
	t.Helper()
	canonical := func(text []byte) string {
		var members map[string]json.RawMessage
		if err := json.Unmarshal(text, &members); err != nil {
			t.Fatalf("%v in %s", err, text)
		}
		written, err := json.Marshal(members)
		if err != nil {
			t.Fatal(err)
		}
		return string(written)
	}
	return canonical(got) == canonical([]byte(want))
}

// An operation that lacks its value is the client's fault, at the root too.
func TestOperationWithoutValue(t *testing.T) {
	for _, patch := range []string{`[{"op":"test","path":""}]`, `[{"op":"test","path":"/a"}]`, `[{"op":"add","path":"/b"}]`, `[{"op":"replace","path":"/a"}]`, `[{"op":"replace","path":""}]`} {
		if _, err := JSON([]byte(`{"a":1}`), []byte(patch)); core.CodeOf(err) != core.Invalid {
			t.Errorf("%s: %v", patch, err)
		}
	}
	if _, err := JSON([]byte(`{"a":1}`), []byte(`[{"op":"test","path":"","value":null}]`)); core.CodeOf(err) != core.Unprocessable {
		t.Errorf("null is no value of the root: %v", err)
	}
}

// FuzzJSON: no patch makes the program panic, and what is refused is the client's fault.
func FuzzJSON(f *testing.F) {
	const document = `{"resourceType":"Patient","name":[{"given":["a","b"]}],"multipleBirthInteger":1}`
	for _, patch := range []string{`[]`, `{}`, `{"name":null}`, `[{"op":"add","path":"/name/0/given/-","value":"c"}]`, `[{"op":"move","from":"/name","path":"/name/0"}]`, `[{"op":"copy","from":"","path":"/x"}]`, `[{"op":"test","path":"","value":{}}]`, `[{"op":"test","path":""}]`, `[{"op":"test","path":"","value":null}]`} {
		f.Add([]byte(patch))
	}
	f.Fuzz(func(t *testing.T, patch []byte) {
		for _, apply := range []func(document, patch []byte) ([]byte, error){JSON, Merge} {
			if _, err := apply([]byte(document), patch); err != nil && core.CodeOf(err) == core.Internal {
				t.Errorf("%s: %v", patch, err)
			}
		}
	})
}
