package fhir_test

import (
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/openimis/openimis-go/fhir"
)

// mutator changes a tree at one place, keeping it JSON.
type mutator struct {
	r     *rand.Rand
	names []string // of members met in any example
}

func (m *mutator) object(o *fhir.Object) {
	if len(o.Members) == 0 {
		return
	}
	i := m.r.IntN(len(o.Members))
	switch m.r.IntN(10) {
	case 0:
		o.Members = append(o.Members[:i:i], o.Members[i+1:]...)
	case 1:
		o.Members[i].Name = m.names[m.r.IntN(len(m.names))]
	case 2:
		o.Set("_"+o.Members[i].Name, m.shadow(o.Members[i].Value))
	case 3:
		o.Set(m.names[m.r.IntN(len(m.names))], m.scalar())
	case 4:
		o.Members[i].Value = m.scalar()
	case 5:
		o.Members[i].Value = []any{o.Members[i].Value, o.Members[i].Value}
	default:
		o.Members[i].Value = m.inside(o.Members[i].Value)
	}
}

func (m *mutator) inside(value any) any {
	switch value := value.(type) {
	case *fhir.Object:
		m.object(value)
	case []any:
		i := m.r.IntN(len(value) + 1)
		switch {
		case i == len(value):
			return append(value, m.scalar())
		case m.r.IntN(6) == 0:
			return append(value[:i:i], value[i+1:]...)
		case m.r.IntN(6) == 0:
			return append(value, value[i])
		}
		value[i] = m.inside(value[i])
	default:
		return m.scalar()
	}
	return value
}

// shadow makes extensions of a primitive in the shape of its value, or nearly.
func (m *mutator) shadow(value any) any {
	one := &fhir.Object{Members: []fhir.Member{{Name: "id", Value: "m"}}}
	list, ok := value.([]any)
	if !ok {
		return one
	}
	shadows := make([]any, len(list))
	for i := range shadows {
		if m.r.IntN(2) == 0 {
			shadows[i] = one
			if m.r.IntN(2) == 0 {
				list[i] = nil
			}
		}
	}
	return shadows
}

func (m *mutator) scalar() any {
	return []any{"", "x", " ", "a\r\nb\tc", "<&\">]]>", "2024-02-29", "2023-02-29", "\u0000", "\uFFFE", "é🙂", "true", true, nil,
		fhir.Number("0"), fhir.Number("-1"), fhir.Number("1.50"), fhir.Number("1e400"), &fhir.Object{}, []any{}, []any{nil},
		"Patient/1", `<div xmlns="http://www.w3.org/1999/xhtml">&nbsp;<![CDATA[a&b]]><br/></div>`}[m.r.IntN(22)]
}

// TestMutatedExamples changes valid resources a few times over: whatever comes of it is
// either refused as the client's fault, or goes through JSON and XML unchanged.
func TestMutatedExamples(t *testing.T) {
	m := &mutator{r: rand.New(rand.NewPCG(1, 2))}
	var texts []string
	seen := map[string]bool{}
	eachExample(t, func(t *testing.T, name string, data []byte) {
		if r := decodeExample(t, name, data); r != nil && len(data) < 20000 {
			texts = append(texts, string(data))
			names(r.Tree, func(name string) {
				if !seen[name] {
					seen[name] = true
					m.names = append(m.names, name)
				}
			})
		}
	})
	accepted, refused := 0, 0
	for range 6000 {
		tree := parse(t, texts[m.r.IntN(len(texts))])
		for range 1 + m.r.IntN(3) {
			m.object(tree)
		}
		o := fhir.DecodeOptions{Lenient: m.r.IntN(2) == 0}
		data := tree.AppendJSON(nil)
		r, err := fhir.DecodeJSON(data, o)
		if err != nil {
			refused++
			clientsFault(t, err)
			continue
		}
		accepted++
		first := encodeJSON(t, r)
		text, err := r.AppendXML(nil, fhir.EncodeOptions{})
		if err != nil {
			t.Fatalf("no XML of %s: %v", first, err)
		}
		back, err := fhir.DecodeXML(text, o)
		if err != nil {
			t.Fatalf("%q in %s", report(err), text)
		}
		if strings.Contains(string(first), "&nbsp;") || strings.Contains(string(first), "null") {
			continue // XML has no such entity, and no place for null
		}
		sameJSON(t, first, encodeJSON(t, back))
		if t.Failed() {
			return
		}
	}
	t.Logf("%d accepted, %d refused", accepted, refused)
}

func names(value any, f func(string)) {
	switch value := value.(type) {
	case *fhir.Object:
		for _, m := range value.Members {
			f(m.Name)
			names(m.Value, f)
		}
	case []any:
		for _, item := range value {
			names(item, f)
		}
	}
}

// TestManyAtOnce uses the tables that are filled on first use from many goroutines.
func TestManyAtOnce(t *testing.T) {
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			eachOwn(t, func(data []byte) {
				r, err := fhir.DecodeJSON(data, fhir.DecodeOptions{})
				if err != nil {
					t.Error(report(err))
					return
				}
				if _, err := (&fhir.Resource{Typed: r.Typed, Tree: r.Tree}).AppendXML(nil, fhir.EncodeOptions{Summary: "true"}); err != nil {
					t.Error(err)
				}
			})
		})
	}
	wait.Wait()
}
