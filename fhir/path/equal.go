package path

import (
	"hash/maphash"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/fhir"
)

// equal is the operator =. known is false for an empty side and where the precision of
// dates or a unit does not tell.
// http://hl7.org/fhirpath/N1/#equals
func (r *run) equal(left, right Collection) (same, known bool, err error) {
	if len(left) == 0 || len(right) == 0 {
		return false, false, nil
	}
	if len(left) != len(right) {
		return false, true, nil
	}
	known = true
	for i := range left {
		same, sure, err := r.equalItems(&left[i], &right[i])
		if err != nil {
			return false, false, err
		}
		if sure && !same {
			return false, true, nil
		}
		known = known && sure
	}
	return known, known, nil
}

// operands gives what two items are compared as. A number is a quantity of the unit 1 where
// the other is a quantity. A date of a resource is compared with
// text as text, which N1 does not know but test scripts write: birthDate = '1974-12-25'.
func operands(a, b *Item) (left, right any) {
	left, right = a.system(), b.system()
	if _, is := right.(Quantity); is {
		if d, is := decimalOf(left); is {
			return Quantity{Value: d, Unit: "1"}, right
		}
	}
	if _, is := left.(Quantity); is {
		if d, is := decimalOf(right); is {
			return left, Quantity{Value: d, Unit: "1"}
		}
	}
	if _, is := left.(Temporal); is {
		if s, written := a.value.(string); written && isText(right) {
			return s, right
		}
	}
	if _, is := right.(Temporal); is {
		if s, written := b.value.(string); written && isText(left) {
			return left, s
		}
	}
	return left, right
}

func isText(value any) bool {
	_, is := value.(string)
	return is
}

func (r *run) equalItems(a, b *Item) (same, known bool, err error) {
	if err := r.spend(1); err != nil {
		return false, false, err
	}
	left, right := operands(a, b)
	switch l := left.(type) {
	case int64, decimal.Decimal:
		x, _ := decimalOf(l)
		y, is := decimalOf(right)
		return is && x.Equal(y), true, nil
	case Temporal:
		t, is := right.(Temporal)
		if !is || (l.kind == timeKind) != (t.kind == timeKind) {
			return false, true, nil
		}
		order, known := l.compare(t)
		return order == 0, known, nil
	case Quantity:
		q, is := right.(Quantity)
		if !is {
			return false, true, nil
		}
		same, known := l.equal(q)
		return same, known, nil
	}
	same, err = r.sameValue(left, right, false)
	return same, true, err
}

// sameValue compares values of a tree. Objects are the same when their members are, in any
// order; loose is the comparison of the operator ~.
func (r *run) sameValue(left, right any, loose bool) (bool, error) {
	if err := r.spend(1); err != nil {
		return false, err
	}
	switch l := left.(type) {
	case string:
		s, is := right.(string)
		return is && (l == s || loose && folded(l) == folded(s)), r.spend(len(l) / 64)
	case fhir.Number:
		x, xok := parseNumber(string(l))
		n, is := right.(fhir.Number)
		y, yok := parseNumber(string(n))
		if !is || !xok || !yok {
			return is && l == n, nil
		}
		a, _ := decimalOf(x)
		b, _ := decimalOf(y)
		return a.Equal(b) || loose && near(a, b), nil
	case *fhir.Object:
		o, is := right.(*fhir.Object)
		return r.sameObject(l, o, is, loose)
	case []any:
		list, is := right.([]any)
		if !is || len(l) != len(list) {
			return false, nil
		}
		for i := range l {
			if same, err := r.sameValue(l[i], list[i], loose); !same || err != nil {
				return false, err
			}
		}
		return true, nil
	case bool:
		b, is := right.(bool)
		return is && l == b, nil
	}
	return left == nil && right == nil, nil
}

func (r *run) sameObject(l, o *fhir.Object, is, loose bool) (bool, error) {
	if !is || l == nil || o == nil {
		return false, nil
	}
	if l == o {
		return true, nil
	}
	if len(l.Members) != len(o.Members) {
		return false, nil
	}
	for i := range l.Members {
		if same, err := r.sameValue(l.Members[i].Value, o.Get(l.Members[i].Name), loose); !same || err != nil {
			return false, err
		}
	}
	return true, nil
}

// equivalent is the operator ~: in any order, with letter case, white space and precision
// beyond the less precise side let go.
// http://hl7.org/fhirpath/N1/#equivalent
func (r *run) equivalent(left, right Collection) (bool, error) {
	if len(left) != len(right) {
		return false, nil
	}
	taken := make([]bool, len(right))
next:
	for i := range left {
		for j := range right {
			if taken[j] {
				continue
			}
			same, err := r.equivalentItems(&left[i], &right[j])
			if err != nil {
				return false, err
			}
			if same {
				taken[j] = true
				continue next
			}
		}
		return false, nil
	}
	return true, nil
}

func (r *run) equivalentItems(a, b *Item) (bool, error) {
	left, right := a.system(), b.system()
	switch l := left.(type) {
	case int64, decimal.Decimal:
		x, _ := decimalOf(l)
		y, is := decimalOf(right)
		return is && near(x, y), r.spend(1)
	case Temporal:
		t, is := right.(Temporal)
		if !is || l.precision != t.precision || (l.kind == timeKind) != (t.kind == timeKind) {
			return false, r.spend(1)
		}
		order, known := l.compare(t)
		return known && order == 0, r.spend(1)
	case Quantity:
		q, is := right.(Quantity)
		return is && l.equivalent(q), r.spend(1)
	}
	return r.sameValue(left, right, true)
}

// near compares two numbers at the precision of the less precise.
func near(a, b decimal.Decimal) bool {
	places := min(digitsAfter(a), digitsAfter(b))
	return a.Round(places).Equal(b.Round(places))
}

func digitsAfter(d decimal.Decimal) int32 { return max(0, -trimmed(d).Exponent()) }

func folded(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

// contained is the operator in, and contains with its sides changed.
func (r *run) contained(collection, element Collection) (Collection, error) {
	item, ok, err := element.single("in and contains")
	if !ok {
		return nil, err
	}
	found, err := r.has(collection, item)
	if err != nil {
		return nil, err
	}
	return one(found), nil
}

func (r *run) has(collection Collection, item *Item) (bool, error) {
	for i := range collection {
		same, known, err := r.equalItems(&collection[i], item)
		if err != nil {
			return false, err
		}
		if same && known {
			return true, nil
		}
	}
	return false, nil
}

// orderOf compares two values of one ordered type.
func orderOf(a, b *Item) (order int, known bool, err error) {
	left, right := operands(a, b)
	if x, is := decimalOf(left); is {
		if y, is := decimalOf(right); is {
			return x.Cmp(y), true, nil
		}
	}
	switch l := left.(type) {
	case Temporal:
		if t, is := right.(Temporal); is && (l.kind == timeKind) == (t.kind == timeKind) {
			order, known := l.compare(t)
			return order, known, nil
		}
	case Quantity:
		if q, is := right.(Quantity); is {
			order, known := l.compare(q)
			return order, known, nil
		}
		if isA(b.typ, "Quantity") {
			return 0, false, nil
		}
	case *fhir.Object: // a quantity without a value, or with a comparator
		if _, is := right.(Quantity); isA(a.typ, "Quantity") && (is || isA(b.typ, "Quantity")) {
			return 0, false, nil
		}
	case string:
		if s, is := right.(string); is {
			return strings.Compare(l, s), true, nil
		}
	}
	return 0, false, fault("%s cannot be compared with %s", a.Type(), b.Type())
}

// set keeps values apart: those with the same print may be equal, others are not.
type set struct {
	r       *run
	items   Collection
	buckets map[uint64][]int
}

// add puts an item in and tells whether it is new.
func (s *set) add(item *Item) (bool, error) {
	if s.buckets == nil {
		s.buckets = map[uint64][]int{}
	}
	print, err := s.r.print(item.system())
	if err != nil {
		return false, err
	}
	for _, i := range s.buckets[print] {
		if same, known, err := s.r.equalItems(&s.items[i], item); err != nil || same && known {
			return false, err
		}
	}
	s.buckets[print] = append(s.buckets[print], len(s.items))
	s.items = append(s.items, *item)
	return true, nil
}

var seed = maphash.MakeSeed()

// print gives equal values the same number, however they are written.
func (r *run) print(value any) (uint64, error) {
	if err := r.spend(1); err != nil {
		return 0, err
	}
	switch v := value.(type) {
	case string:
		return maphash.String(seed, v), r.spend(len(v) / 64)
	case bool:
		if v {
			return 3, nil
		}
		return 4, nil
	case int64:
		return maphash.String(seed, strconv.FormatInt(v, 10)), nil
	case decimal.Decimal:
		return maphash.String(seed, v.Rat().RatString()), nil
	case Quantity:
		value := v.Value.Rat()
		if m, ok := v.measure(); ok {
			value.Mul(value, m.factor)
		}
		return maphash.String(seed, value.RatString()), nil
	case fhir.Number:
		return 5, nil
	case Temporal:
		return uint64(v.Time(time.UTC).Unix()), nil
	case *fhir.Object:
		var sum uint64
		for _, m := range v.Members {
			p, err := r.print(m.Value)
			if err != nil {
				return 0, err
			}
			sum += maphash.String(seed, m.Name) ^ p*31
		}
		return sum, nil
	case []any:
		sum := uint64(len(v))
		for i := range v {
			p, err := r.print(v[i])
			if err != nil {
				return 0, err
			}
			sum = sum*31 + p
		}
		return sum, nil
	}
	return 0, nil
}

func (r *run) distinct(in Collection) (Collection, error) {
	if len(in) < 2 {
		return in, nil
	}
	s := set{r: r}
	for i := range in {
		if _, err := s.add(&in[i]); err != nil {
			return nil, err
		}
	}
	return s.items, nil
}

// joined gives the values of both, leaving both as they are.
func joined(left, right Collection) Collection {
	out := make(Collection, 0, len(left)+len(right))
	return append(append(out, left...), right...)
}
