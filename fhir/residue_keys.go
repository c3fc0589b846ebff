package fhir

import (
	"fmt"
	"hash/crc32"
	"sort"
	"strconv"
	"strings"
)

// typeKeys are the members that identify an entry in a list of a data type, the best
// first; the members of one key are parted by bars.
var typeKeys = map[string][]string{
	"Extension":       {"url"},
	"Identifier":      {"type.coding.code|system", "system"},
	"ContactPoint":    {"system|use", "system|value"},
	"Address":         {"use"},
	"HumanName":       {"use"},
	"Coding":          {"system|code"},
	"CodeableConcept": {"coding.system|coding.code"},
	"Reference":       {"reference", "identifier.system|identifier.value"},
}

// otherKeys identify an entry of any other list.
var otherKeys = []string{"sequence", "id", "linkId", "url", "system|code", "type.coding.code|system", "use"}

// listIndex knows the entries of a list under the keys that may identify them.
type listIndex struct {
	entries []*Object
	of      map[string][]int // key → entries that have it
	keys    [][]string       // for each sort of key, the best first: the entries' keys, "" for none
}

func newIndex(entries []*Object, t *Type, by string) *listIndex {
	paths := otherKeys
	if t != nil && typeKeys[t.Name] != nil {
		paths = append(append([]string(nil), typeKeys[t.Name]...), "id")
	}
	if by != "" {
		paths = append([]string{by}, paths...)
	}
	x := &listIndex{entries: entries, of: map[string][]int{}}
	for n, path := range paths {
		if n > 0 && path == by {
			continue
		}
		x.add(func(o *Object) string { return keyOf(o, path) })
	}
	x.add(func(o *Object) string { return "=" + canonical(o) })
	return x
}

// lone is the key of an entry that is the only one of its list.
const lone = "only"

func (x *listIndex) add(key func(*Object) string) {
	keys := make([]string, len(x.entries))
	for i, entry := range x.entries {
		if keys[i] = key(entry); keys[i] != "" {
			x.of[keys[i]] = append(x.of[keys[i]], i)
		}
	}
	x.keys = append(x.keys, keys)
}

// match pairs each sent entry with the rendered one that is the same thing, -1 for none,
// and gives the checksum under which Apply will find that rendered entry again. Entries
// with equal keys are paired in turn when there are as many on both sides.
func match(rendered, sent *listIndex, t *Type) (pairs []int, sums []string) {
	pairs, sums = make([]int, len(sent.entries)), make([]string, len(sent.entries))
	for i := range pairs {
		pairs[i] = -1
	}
	taken := make([]bool, len(rendered.entries))
	for kind := range sent.keys {
		last := kind == len(sent.keys)-1
		for i, key := range sent.keys[kind] {
			if key == "" || pairs[i] >= 0 {
				continue
			}
			here, there := sent.of[key], rendered.of[key]
			n := position(here, i)
			if n >= len(there) || !last && len(here) != len(there) || taken[there[n]] {
				continue
			}
			pairs[i], taken[there[n]] = there[n], true
			sums[i] = sumOf(key + "\x00" + strconv.Itoa(n))
		}
	}
	if len(sent.entries) == 1 && len(rendered.entries) == 1 {
		if pairs[0] < 0 && !conflict(rendered.entries[0], sent.entries[0], t) {
			pairs[0], sums[0] = 0, sumOf(lone)
		}
		return pairs, sums
	}
	rendered.matchRest(sent, t, pairs, sums, taken)
	return pairs, sums
}

// matchRest pairs what no key could: entries that have something in common and nothing that
// sets them apart. Such a pair holds only while the rendered entry stays as it is.
func (x *listIndex) matchRest(sent *listIndex, t *Type, pairs []int, sums []string, taken []bool) {
	whole := x.keys[len(x.keys)-1]
	for i, entry := range sent.entries {
		for j := 0; pairs[i] < 0 && j < len(taken); j++ {
			if taken[j] || conflict(x.entries[j], entry, t) || !related(x.entries[j], entry) {
				continue
			}
			pairs[i], taken[j] = j, true
			sums[i] = sumOf(whole[j] + "\x00" + strconv.Itoa(position(x.of[whole[j]], j)))
		}
	}
}

// apart are the members that set two entries of a list apart when both have them and they
// differ. Codes and references are missing: a lone one may well be rendered otherwise than
// it was sent.
var apart = map[string]string{
	"Extension":       "url",
	"Identifier":      "type.coding.code|system",
	"ContactPoint":    "system|use",
	"Address":         "use",
	"HumanName":       "use",
	"Coding":          "",
	"CodeableConcept": "",
	"Reference":       "",
}

func conflict(a, b *Object, t *Type) bool {
	paths := "sequence|linkId|id|url"
	if t != nil {
		if own, known := apart[t.Name]; known {
			paths = own
		}
	}
	for _, path := range strings.Split(paths, "|") {
		x, y := textAt(a, path), textAt(b, path)
		if x != "" && y != "" && x != y {
			return true
		}
	}
	return false
}

// related tells whether two entries have a member in common.
func related(a, b *Object) bool {
	for _, m := range a.Members {
		if i := b.index(m.Name); i >= 0 && canonical(b.Members[i].Value) == canonical(m.Value) {
			return true
		}
	}
	return false
}

func position(list []int, i int) int {
	for n, other := range list {
		if other == i {
			return n
		}
	}
	return len(list)
}

// bySum finds entries by the checksums match gave.
func (x *listIndex) bySum() map[string]int {
	found := map[string]int{}
	for key, entries := range x.of {
		for n, i := range entries {
			found[sumOf(key+"\x00"+strconv.Itoa(n))] = i
		}
	}
	if len(x.entries) == 1 {
		found[sumOf(lone)] = 0
	}
	return found
}

// keyOf joins the members of a key behind their names; "" when the entry has none of them.
func keyOf(o *Object, path string) string {
	key, found := path, false
	for _, p := range strings.Split(path, "|") {
		text := textAt(o, p)
		key += "\x00" + text
		found = found || text != ""
	}
	if !found {
		return ""
	}
	return key
}

// textAt follows a dotted path, through the first entry of a list, to a primitive.
func textAt(o *Object, path string) string {
	name, rest, deeper := strings.Cut(path, ".")
	value := o.Get(name)
	if list, ok := value.([]any); ok && len(list) > 0 {
		value = list[0]
	}
	if deeper {
		child, _ := value.(*Object)
		return textAt(child, rest)
	}
	switch value := value.(type) {
	case string:
		return value
	case Number:
		return string(value)
	case bool:
		return strconv.FormatBool(value)
	}
	return ""
}

// canonical writes a value so that equal ones are equal texts, whatever the order of
// members.
func canonical(value any) string { return string(appendCanonical(nil, value)) }

func appendCanonical(dst []byte, value any) []byte {
	switch value := value.(type) {
	case *Object:
		if value == nil {
			return append(dst, "null"...)
		}
		members := append([]Member(nil), value.Members...)
		sort.Slice(members, func(i, j int) bool { return members[i].Name < members[j].Name })
		dst = append(dst, '{')
		for _, m := range members {
			dst = append(appendText(dst, m.Name), ':')
			dst = append(appendCanonical(dst, m.Value), ',')
		}
		return append(dst, '}')
	case []any:
		dst = append(dst, '[')
		for _, item := range value {
			dst = append(appendCanonical(dst, item), ',')
		}
		return append(dst, ']')
	}
	return appendValue(dst, value)
}

// checksum guards what an operation replaces or removes. It is short because it only has
// to notice a change, not to withstand forgers: whoever may write the resource may as well
// write the residue.
func checksum(value any) string { return sumOf(canonical(value)) }

func sumOf(text string) string { return fmt.Sprintf("%08x", crc32.ChecksumIEEE([]byte(text))) }
