package demo

import (
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/persistence"
)

// draw makes every choice of the generator from the seed.
type draw struct {
	seed   uint64
	source *rand.PCG
	rand   *rand.Rand
}

func newDraw(seed uint64) *draw {
	source := rand.NewPCG(seed, stream)
	return &draw{seed: seed, source: source, rand: rand.New(source)} //nolint:gosec // repeatable on purpose, nothing secret comes of it
}

const stream = 0x6f70656e494d4953

// family begins the choices for a family anew: how many the visits of the one before took
// depends on the day, and the people must be the same on any.
func (d *draw) family(number int) { d.source.Seed(d.seed, stream^mix(uint64(number))) } //nolint:gosec // small and positive

// between gives a number from least to most, both included.
func (d *draw) between(least, most int) int { return least + d.rand.IntN(most-least+1) }

// chance is true so many times in a hundred.
func (d *draw) chance(percent int) bool { return d.rand.IntN(100) < percent }

func pick[T any](d *draw, from []T) T { return from[d.rand.IntN(len(from))] }

// uuid gives the identity of a row: the same for the same seed, kind of row and key.
func (d *draw) uuid(kind uint16, key int) persistence.UUID {
	state := d.seed*0x9e3779b97f4a7c15 ^ uint64(kind)<<48 ^ uint64(key) //nolint:gosec // keys are small and positive
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], mix(state))
	binary.BigEndian.PutUint64(b[8:], mix(mix(state)+1))
	b[6] = b[6]&0x0f | 0x40 // reads as a random UUID, version 4 …
	b[8] = b[8]&0x3f | 0x80 // … of the usual variant
	var text [36]byte
	hex.Encode(text[:8], b[:4])
	hex.Encode(text[9:13], b[4:6])
	hex.Encode(text[14:18], b[6:8])
	hex.Encode(text[19:23], b[8:10])
	hex.Encode(text[24:], b[10:])
	text[8], text[13], text[18], text[23] = '-', '-', '-', '-'
	return persistence.UUID(text[:])
}

// mix spreads the bits of a number, as the finaliser of splitmix64 does.
func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// cents is an amount in hundredths of the currency: exact, and cheap enough for millions
// of lines.
type cents int64

func (c cents) decimal() decimal.Decimal { return decimal.New(int64(c), -2) }

func (c cents) pointer() *decimal.Decimal {
	d := c.decimal()
	return &d
}

// units makes an amount of whole units of the currency.
func units(n int) cents { return cents(n) * 100 }

// percent gives so many hundredths of the amount, cut to a hundredth of the currency.
func (c cents) percent(n int) cents { return c * cents(n) / 100 }

func ptr[T any](value T) *T { return &value }
