package mapping

import (
	"testing"

	"github.com/openimis/openimis-go/fhir"
)

func TestShowable(t *testing.T) {
	cases := []struct{ name, tree, want string }{
		{"valid", `{"resourceType":"Patient","gender":"male"}`, `{"resourceType":"Patient","gender":"male"}`},
		{"a code of nobody's", `{"resourceType":"Patient","name":[{"use":"V","family":"Doe"}]}`, `{"resourceType":"Patient","name":[{"family":"Doe"}]}`},
		{"and nothing but it", `{"resourceType":"Patient","name":[{"use":"V"},{"family":"Doe"},{"use":"W"}],"contact":[{"gender":"x"}]}`, `{"resourceType":"Patient","name":[{"family":"Doe"}]}`},
		{"a part is missing", `{"resourceType":"Patient","link":[{"type":"refer"},{"type":"refer","other":{"display":"x"}}],"active":true}`, `{"resourceType":"Patient","link":[{"type":"refer","other":{"display":"x"}}],"active":true}`},
		{"something contained", `{"resourceType":"Patient","contained":[{"resourceType":"Organization","id":"o","telecom":[{"system":"drum"}],"name":"N"}]}`, `{"resourceType":"Patient","contained":[{"resourceType":"Organization","id":"o","name":"N"}]}`},
		{"the columns have it", `{"resourceType":"Patient","link":[{"other":{"display":"x"}},{"other":{"display":"y"}}]}`, `{"resourceType":"Patient","link":[{"other":{"display":"x"},"type":"seealso"}]}`},
		{"money of two kinds", `{"resourceType":"Patient","extension":[{"url":"http://a","valueMoney":{"value":1,"currency":"$"}},{"url":"http://b","valueMoney":{"value":1,"currency":"draft"}}]}`,
			`{"resourceType":"Patient","extension":[{"url":"http://a","valueMoney":{"value":1,"currency":"$"}},{"url":"http://b","valueMoney":{"value":1}}]}`},
	}
	shown, _ := fhir.ParseJSON([]byte(`{"resourceType":"Patient","link":[{"type":"seealso"}],"item":[{"unitPrice":{"currency":"$"}}]}`))
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			tree, err := fhir.ParseJSON([]byte(c.tree))
			if err != nil {
				t.Fatal(err)
			}
			pruned, in := showable(tree, shown)
			if got := string(tree.AppendJSON(nil)); got != c.want || pruned != (c.tree != c.want) || in == nil {
				t.Errorf("%s, pruned %t", got, pruned)
			}
		})
	}
}
