package report

import (
	"cmp"
	"maps"
	"slices"

	"github.com/shopspring/decimal"
)

// sorted gives the keys of sums in order.
func sorted[K interface {
	~[2]string | ~[3]string | ~[4]string | ~[5]string
}, V any](sums map[K]V) []K {
	return slices.SortedFunc(maps.Keys(sums), func(a, b K) int {
		for i := range len(a) {
			if c := cmp.Compare(a[i], b[i]); c != 0 {
				return c
			}
		}
		return 0
	})
}

var hundred = decimal.NewFromInt(100)

// share gives a part of a whole in per cent, nil where there is no whole.
func share(part, whole int64) any {
	return ratio(decimal.NewFromInt(part), decimal.NewFromInt(whole))
}

// ratio gives one amount in per cent of another, nil where that is nothing.
func ratio(part, whole decimal.Decimal) any {
	if whole.IsZero() {
		return nil
	}
	return part.Mul(hundred).DivRound(whole, 1)
}

// average gives an amount for each of some things, nil for none of them.
func average(sum decimal.Decimal, count int) any {
	if count == 0 {
		return nil
	}
	return sum.DivRound(decimal.NewFromInt(int64(count)), 2)
}
