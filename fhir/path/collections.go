package path

import "slices"

// The functions on collections: existence, filtering and projection, subsetting, combining.
// http://hl7.org/fhirpath/N1/#existence to #combining

func isEmpty(_ *run, in Collection, _ *call, _ *frame) (Collection, error) {
	return one(len(in) == 0), nil
}

func exists(r *run, in Collection, c *call, f *frame) (Collection, error) {
	if len(c.arguments) == 0 {
		return one(len(in) > 0), nil
	}
	for i := range in {
		if keep, err := r.holds(c.arguments[0], in, i, f); keep || err != nil {
			return one(true), err
		}
	}
	return one(false), nil
}

// each evaluates an argument with $this being an item of the collection.
func (r *run) each(n node, in Collection, i int, f *frame) (Collection, error) {
	inner := frame{this: in[i : i+1 : i+1], index: i, total: f.total, inner: true}
	return r.eval(n, &inner)
}

// holds tells whether a criterion is true for an item.
func (r *run) holds(n node, in Collection, i int, f *frame) (bool, error) {
	result, err := r.each(n, in, i, f)
	if err != nil {
		return false, err
	}
	return result.True()
}

// argument evaluates an argument that does not go over the items.
func (r *run) argument(c *call, i int, f *frame) (Collection, error) {
	return r.eval(c.arguments[i], f)
}

func all(r *run, in Collection, c *call, f *frame) (Collection, error) {
	for i := range in {
		if keep, err := r.holds(c.arguments[0], in, i, f); !keep || err != nil {
			return one(false), err
		}
	}
	return one(true), nil
}

// every is allTrue and allFalse, some anyTrue and anyFalse.
func every(wanted bool) func(*run, Collection, *call, *frame) (Collection, error) {
	return func(_ *run, in Collection, _ *call, _ *frame) (Collection, error) {
		found, err := countOf(in, wanted)
		return one(found == len(in)), err
	}
}

func some(wanted bool) func(*run, Collection, *call, *frame) (Collection, error) {
	return func(_ *run, in Collection, _ *call, _ *frame) (Collection, error) {
		found, err := countOf(in, wanted)
		return one(found > 0), err
	}
}

func countOf(in Collection, wanted bool) (int, error) {
	found := 0
	for i := range in {
		b, is := in[i].value.(bool)
		if !is {
			return 0, fault("true and false expected, not %s", in[i].Type())
		}
		if b == wanted {
			found++
		}
	}
	return found, nil
}

func subsetOf(r *run, in Collection, c *call, f *frame) (Collection, error) {
	other, err := r.argument(c, 0, f)
	if err != nil {
		return nil, err
	}
	return r.subset(in, other)
}

func supersetOf(r *run, in Collection, c *call, f *frame) (Collection, error) {
	other, err := r.argument(c, 0, f)
	if err != nil {
		return nil, err
	}
	return r.subset(other, in)
}

func (r *run) subset(part, whole Collection) (Collection, error) {
	for i := range part {
		if found, err := r.has(whole, &part[i]); !found || err != nil {
			return one(false), err
		}
	}
	return one(true), nil
}

func count(_ *run, in Collection, _ *call, _ *frame) (Collection, error) {
	return one(int64(len(in))), nil
}

func distinct(r *run, in Collection, _ *call, _ *frame) (Collection, error) { return r.distinct(in) }

func isDistinct(r *run, in Collection, _ *call, _ *frame) (Collection, error) {
	kept, err := r.distinct(in)
	return one(len(kept) == len(in)), err
}

func not(_ *run, in Collection, _ *call, _ *frame) (Collection, error) {
	value, known, err := truth(in)
	if err != nil || !known {
		return nil, err
	}
	return one(!value), nil
}

func where(r *run, in Collection, c *call, f *frame) (Collection, error) {
	var out Collection
	for i := range in {
		keep, err := r.holds(c.arguments[0], in, i, f)
		if err != nil {
			return nil, err
		}
		if keep {
			out = append(out, in[i])
		}
	}
	return out, nil
}

func selectEach(r *run, in Collection, c *call, f *frame) (Collection, error) {
	var out Collection
	for i := range in {
		result, err := r.each(c.arguments[0], in, i, f)
		if err != nil {
			return nil, err
		}
		if err := r.spend(len(result)); err != nil {
			return nil, err
		}
		out = append(out, result...)
	}
	return out, nil
}

// repeat projects again and again until nothing new comes.
func repeat(r *run, in Collection, c *call, f *frame) (Collection, error) {
	found := set{r: r}
	for level := in; len(level) > 0; {
		before := len(found.items)
		for i := range level {
			result, err := r.each(c.arguments[0], level, i, f)
			if err != nil {
				return nil, err
			}
			for j := range result {
				if _, err := found.add(&result[j]); err != nil {
					return nil, err
				}
			}
		}
		level = slices.Clip(found.items[before:])
	}
	return found.items, nil
}

func aggregate(r *run, in Collection, c *call, f *frame) (Collection, error) {
	var total Collection
	if len(c.arguments) == 2 {
		var err error
		if total, err = r.argument(c, 1, f); err != nil {
			return nil, err
		}
	}
	for i := range in {
		inner := frame{this: in[i : i+1 : i+1], index: i, total: total, inner: true}
		var err error
		if total, err = r.eval(c.arguments[0], &inner); err != nil {
			return nil, err
		}
		if err := r.spend(len(total)); err != nil {
			return nil, err
		}
	}
	return total, nil
}

// iif evaluates only the branch that is asked for.
func iif(r *run, in Collection, c *call, f *frame) (Collection, error) {
	if len(in) > 1 {
		return nil, fault("iif() works on single values, %d found", len(in))
	}
	inner := *f
	inner.this = in
	condition, err := r.eval(c.arguments[0], &inner)
	if err != nil {
		return nil, err
	}
	item, known, err := condition.single("the criterion of iif()")
	if err != nil {
		return nil, err
	}
	yes := false
	if known {
		if yes, known = item.value.(bool); !known {
			return nil, fault("the criterion of iif() has to be true or false, not %s", item.Type())
		}
	}
	switch {
	case yes:
		return r.eval(c.arguments[1], &inner)
	case len(c.arguments) == 3:
		return r.eval(c.arguments[2], &inner)
	}
	return nil, nil
}

// sortBy orders by its keys, of which one with a minus is descending. An empty key comes
// first either way.
func sortBy(r *run, in Collection, c *call, f *frame) (Collection, error) {
	keys := make([]node, len(c.arguments))
	down := make([]bool, len(c.arguments))
	for k, n := range c.arguments {
		keys[k] = n
		if minus, is := n.(*negative); is {
			keys[k], down[k] = minus.of, true
		}
	}
	if len(keys) == 0 {
		keys, down = []node{&focus{"$this"}}, []bool{false}
	}
	type row struct {
		item   Item
		values []Collection
	}
	rows := make([]row, len(in))
	for i := range in {
		rows[i] = row{in[i], make([]Collection, len(keys))}
		for k := range keys {
			value, err := r.each(keys[k], in, i, f)
			if err != nil {
				return nil, err
			}
			_, there, err := value.operand("a key of sort()")
			if err != nil {
				return nil, err
			}
			if there {
				rows[i].values[k] = value
			}
		}
	}
	var failure error
	slices.SortStableFunc(rows, func(a, b row) int {
		for k := range keys {
			order, err := keyOrder(a.values[k], b.values[k])
			if err == nil {
				err = r.spend(1)
			}
			if err != nil && failure == nil {
				failure = err
			}
			if order != 0 && down[k] && len(a.values[k]) == len(b.values[k]) {
				return -order
			}
			if order != 0 {
				return order
			}
		}
		return 0
	})
	out := make(Collection, len(rows))
	for i := range rows {
		out[i] = rows[i].item
	}
	return out, failure
}

func keyOrder(a, b Collection) (int, error) {
	if len(a) == 0 || len(b) == 0 {
		return len(a) - len(b), nil
	}
	order, _, err := orderOf(&a[0], &b[0])
	return order, err
}

func single(_ *run, in Collection, _ *call, _ *frame) (Collection, error) {
	if len(in) > 1 {
		return nil, fault("single() found %d values", len(in))
	}
	return in, nil
}

func first(_ *run, in Collection, _ *call, _ *frame) (Collection, error) {
	return slices.Clip(in[:min(1, len(in))]), nil
}

func last(_ *run, in Collection, _ *call, _ *frame) (Collection, error) {
	return in[max(0, len(in)-1):], nil
}

func tail(_ *run, in Collection, _ *call, _ *frame) (Collection, error) {
	return in[min(1, len(in)):], nil
}

func skip(r *run, in Collection, c *call, f *frame) (Collection, error) {
	at, ok, err := r.cut(in, c, f)
	if !ok {
		return nil, err
	}
	return in[at:], nil
}

func take(r *run, in Collection, c *call, f *frame) (Collection, error) {
	at, ok, err := r.cut(in, c, f)
	if !ok {
		return nil, err
	}
	return slices.Clip(in[:at]), nil
}

func (r *run) cut(in Collection, c *call, f *frame) (at int, ok bool, err error) {
	argument, err := r.argument(c, 0, f)
	if err != nil {
		return 0, false, err
	}
	n, ok, err := integerOf(argument, "the argument of "+c.name+"()")
	return int(min(max(n, 0), int64(len(in)))), ok, err
}

// intersect gives what both have, without doubles; exclude what the other has not.
func intersect(r *run, in Collection, c *call, f *frame) (Collection, error) {
	kept, err := r.sift(in, c, f, true)
	if err != nil {
		return nil, err
	}
	return r.distinct(kept)
}

func exclude(r *run, in Collection, c *call, f *frame) (Collection, error) {
	return r.sift(in, c, f, false)
}

func (r *run) sift(in Collection, c *call, f *frame, wanted bool) (Collection, error) {
	other, err := r.argument(c, 0, f)
	if err != nil {
		return nil, err
	}
	var out Collection
	for i := range in {
		found, err := r.has(other, &in[i])
		if err != nil {
			return nil, err
		}
		if found == wanted {
			out = append(out, in[i])
		}
	}
	return out, nil
}

func union(r *run, in Collection, c *call, f *frame) (Collection, error) {
	other, err := r.argument(c, 0, f)
	if err != nil {
		return nil, err
	}
	return r.distinct(joined(in, other))
}

func combine(r *run, in Collection, c *call, f *frame) (Collection, error) {
	other, err := r.argument(c, 0, f)
	if err != nil {
		return nil, err
	}
	if err := r.spend(len(in) + len(other)); err != nil {
		return nil, err
	}
	return joined(in, other), nil
}

// coalesce gives the first argument that is not empty.
func coalesce(r *run, _ Collection, c *call, f *frame) (Collection, error) {
	for i := range c.arguments {
		if out, err := r.argument(c, i, f); err != nil || len(out) > 0 {
			return out, err
		}
	}
	return nil, nil
}

func children(r *run, in Collection, _ *call, _ *frame) (Collection, error) { return r.children(in) }

func descendants(r *run, in Collection, _ *call, _ *frame) (Collection, error) {
	return r.descendants(in)
}
