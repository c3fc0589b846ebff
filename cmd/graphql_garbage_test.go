package cmd_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/openimis/openimis-go/persistence"
)

// How many forms with garbage in them are sent of each mutation, how many questions of each
// query, and the seed they come from.
const (
	garbageForms     = 14
	garbageQuestions = 6
	garbageSeed      = 20261127
)

// shapes are the types of the schema: of an input the fields, of an enum the words, of the
// query the arguments of each field as "field(argument)".
type shapes map[string]map[string]string

func readShapes(t *testing.T, s http.Handler) shapes {
	t.Helper()
	found := shapes{}
	types, _ := at(decoded(t, ask(s, call{}, introspection, nil)), "data", "__schema", "types").([]any)
	for _, typ := range types {
		members := map[string]string{}
		list := func(of any, name string) []any { all, _ := at(of, name).([]any); return all }
		for _, field := range list(typ, "inputFields") {
			members[at(field, "name").(string)] = typeText(at(field, "type"))
		}
		for _, value := range list(typ, "enumValues") {
			members[at(value, "name").(string)] = ""
		}
		for _, field := range list(typ, "fields") {
			name := at(field, "name").(string)
			members[name] = typeText(at(field, "type"))
			for _, arg := range list(field, "args") {
				members[name+"("+at(arg, "name").(string)+")"] = typeText(at(arg, "type"))
			}
		}
		found[at(typ, "name").(string)] = members
	}
	return found
}

var (
	oddNumbersSent = []any{0, -1, 1, 7, 255, 256, 32768, 2147483647, -2147483648, 2147483648, 1.5, "12", "abc", "", true, 1e19, "1e400", "NaN", "-0.01", "99999999999999999999", "0.005", "123456789.123456789", []any{1}}
	oddDocuments   = []any{"null", "{}", "[]", `"{}"`, `"\"{}\""`, `{"_fhir": {"Patient": {"a": 1}}}`, "undefined", "{bad", "", 5, strings.Repeat("[", 5000), `{"a": "` + strings.Repeat("z", 70000) + `"}`, "{\"a\": \"\\u0000\"}"}
)

// odd gives a value somebody should not send for a type, or only seldom.
func (sh shapes) odd(r *rand.Rand, typ string) any {
	typ = strings.TrimSuffix(typ, "!")
	if inner, isList := strings.CutPrefix(typ, "["); isList && r.IntN(8) > 0 {
		many := make([]any, r.IntN(4))
		for i := range many {
			many[i] = sh.odd(r, strings.TrimSuffix(inner, "]"))
		}
		return many
	}
	if r.IntN(10) == 0 {
		return pick(r, []any{nil, true, 17, "text", []any{}, []any{nil}, map[string]any{}, map[string]any{"a": 1}})
	}
	quoted := func(list []string) (value any) {
		if json.Unmarshal([]byte(pick(r, list)), &value) != nil {
			return "?"
		}
		return value
	}
	switch typ {
	case "Int", "SmallInt", "TinyInt", "Decimal", "Float":
		return pick(r, oddNumbersSent)
	case "Date", "DateTime":
		return quoted(oddDates)
	case "Boolean":
		return pick(r, []any{true, false, "true", 1, "undefined"})
	case "UUID":
		return pick(r, []any{nowhere, uuid.NewString(), strings.ReplaceAll(nowhere, "-", ""), "undefined", "", "{" + nowhere + "}", 5})
	case "JSONString", "ParsedJSONString":
		return pick(r, oddDocuments)
	}
	switch members := sh[typ]; {
	case len(members) > 0 && slices.Contains(slices.Collect(maps.Values(members)), ""): // an enum
		return pick(r, append(slices.Sorted(maps.Keys(members)), "NONSENSE", "", "undefined"))
	case len(members) > 0:
		some := map[string]any{}
		for _, name := range slices.Sorted(maps.Keys(members)) {
			if strings.HasSuffix(members[name], "!") || r.IntN(3) == 0 {
				some[name] = sh.odd(r, members[name])
			}
		}
		return some
	}
	return pick(r, []any{quoted(oddTexts), quoted(oddTexts), nowhere, "undefined", "12", nil})
}

// spoil puts garbage into some places of a form.
func (sh shapes) spoil(r *rand.Rand, form map[string]any, typ string) {
	names := slices.Sorted(maps.Keys(sh[typ]))
	for range 1 + r.IntN(3) {
		name := pick(r, names)
		inner := strings.Trim(sh[typ][name], "[]!")
		list, isList := form[name].([]any)
		switch object, isObject := form[name].(map[string]any); {
		case name == "clientMutationId": // by which the answer is found
		case isObject && len(sh[inner]) > 0 && r.IntN(3) > 0:
			object = maps.Clone(object)
			sh.spoil(r, object, inner)
			form[name] = object
		case isList && len(list) > 0 && len(sh[inner]) > 0 && r.IntN(3) > 0:
			if object, isObject := list[0].(map[string]any); isObject {
				object = maps.Clone(object)
				sh.spoil(r, object, inner)
				form[name] = append([]any{object}, list[1:]...)
			}
		case r.IntN(6) == 0:
			delete(form, name)
		default:
			form[name] = sh.odd(r, sh[typ][name])
		}
	}
}

// fault gives what is wrong with an answer to garbage, "" for nothing: it has to be JSON that
// tells what is wrong, and not that the server failed.
func faultOf(code int, body string) string {
	var answer struct {
		Errors []struct{ Message string }
	}
	switch err := json.Unmarshal([]byte(body), &answer); {
	case err != nil:
		return err.Error()
	case code != 200 && code != 400:
		return fmt.Sprint("status ", code)
	case strings.Contains(body, "server failed") || strings.Contains(body, "runtime error"):
		return "the server failed"
	case code == 400 && len(answer.Errors) == 0:
		return "nothing is said"
	}
	return ""
}

// Forms that were valid until garbage came into some of their fields are done, or refused in
// words with nothing written. Of forms that name many rows each row is done or refused.
func TestGarbageInForms(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, unlimited)
		near, _ := grounds(t, s)
		inputs, sh, r := logged(t, s), readShapes(t, s), rand.New(rand.NewPCG(garbageSeed, 0))
		mutate(t, s, near.clerk, "changeUserLanguage", map[string]any{"languageId": "en"}) // his row of the log's users comes with the first
		sent, done := 0, 0
		for _, f := range everyForms() {
			valid := f.form(near)
			for range garbageForms {
				form := maps.Clone(valid)
				sh.spoil(r, form, inputs[f.field])
				id := uuid.NewString()
				form["clientMutationId"] = id
				before := rowCounts(t, store)
				w := ask(s, call{user: near.clerk}, fmt.Sprintf(`mutation ($input: %s!) { %s(input: $input) { internalId } }`, inputs[f.field], f.field), map[string]any{"input": form})
				line := at(asked(t, s, near.clerk, `query ($id: String) { mutationLogs(clientMutationId: $id) { edges { node { status error } } } }`, map[string]any{"id": id}), "mutationLogs", "edges", "node")
				said, _ := at(line, "error").(string)
				fault := faultOf(w.Code, w.Body.String())
				switch sent++; {
				case fault != "":
				case at(line, "status") == 2.0:
					done++
					continue
				case strings.Contains(said, "server failed"):
					fault = "the server failed"
				case line != nil && (at(line, "status") != 1.0 || !strings.Contains(said, `"message":"`)):
					fault = "the log does not say what is wrong"
				default:
					many, _ := form["uuids"].([]any)
					if after := rowCounts(t, store); len(many) < 2 && !maps.Equal(before, after) {
						fault = fmt.Sprintf("it was refused and wrote:\n%v\n%v", before, after)
					}
				}
				if fault != "" {
					text, _ := json.Marshal(form)
					t.Errorf("%s: %s: %d %.300s %.300s\n%.1500s", f.field, fault, w.Code, w.Body, said, text)
				}
			}
		}
		if t.Logf("%d forms with garbage, %d of them done", sent, done); sent < 1000 || done == 0 || done == sent {
			t.Errorf("%d of %d forms were done", done, sent)
		}
	})
}

// Questions with garbage for arguments are answered, or refused in words.
func TestGarbageInQuestions(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, unlimited)
		sh, r := readShapes(t, s), rand.New(rand.NewPCG(garbageSeed, 1))
		for _, member := range slices.Sorted(maps.Keys(sh["Query"])) {
			if strings.Contains(member, "(") {
				continue
			}
			selection := ""
			switch typ := strings.Trim(sh["Query"][member], "[]!"); {
			case strings.HasSuffix(typ, "Connection"):
				selection = "{ totalCount edges { node { __typename } } }"
			case len(sh[typ]) > 0 && !slices.Contains(slices.Collect(maps.Values(sh[typ])), ""):
				selection = "{ __typename }"
			}
			var arguments []string
			for name := range sh["Query"] {
				if argument, of := strings.CutPrefix(name, member+"("); of {
					arguments = append(arguments, strings.TrimSuffix(argument, ")"))
				}
			}
			slices.Sort(arguments)
			for range garbageQuestions {
				var declared, passed []string
				variables := map[string]any{}
				for _, name := range arguments {
					typ := sh["Query"][member+"("+name+")"]
					if strings.HasSuffix(typ, "!") || r.IntN(1+len(arguments)/2) == 0 {
						declared, passed = append(declared, "$"+name+": "+typ), append(passed, name+": $"+name)
						variables[name] = sh.odd(r, typ)
					}
				}
				if len(declared) == 0 {
					continue
				}
				w := ask(s, call{user: admin}, fmt.Sprintf("query (%s) { %s(%s) %s }", strings.Join(declared, ", "), member, strings.Join(passed, ", "), selection), variables)
				if fault := faultOf(w.Code, w.Body.String()); fault != "" {
					text, _ := json.Marshal(variables)
					t.Errorf("%s: %s: %d %.300s\n%.1000s", member, fault, w.Code, w.Body, text)
				}
			}
		}
	})
}
