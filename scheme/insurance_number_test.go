package scheme

import (
	"crypto/rand"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/openimis/openimis-go/core"
)

func TestInsuranceNumbersAreChecked(t *testing.T) {
	luhn, err := NewNumberRule(0, 10)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		rule   NumberRule
		number string
		good   bool
	}{
		{"anything by default", AnyNumber, "A/1", true},
		{"nothing", AnyNumber, "", false},
		{"blanks", AnyNumber, "  ", false},
		{"as long as the column", AnyNumber, strings.Repeat("9", 50), true},
		{"longer than the column", AnyNumber, strings.Repeat("9", 51), false},
		{"letters count, not bytes", AnyNumber, strings.Repeat("é", 50), true},
		{"8 is 1 times 7 and 1", CHFNumber, "000000081", true},
		{"07070707 is 1010101 times 7", CHFNumber, "070707070", true},
		{"wrong rest", CHFNumber, "070707071", false},
		{"eight digits", CHFNumber, "07070707", false},
		{"ten digits", CHFNumber, "0707070700", false},
		{"letters", CHFNumber, "07070707O", false},
		{"zero", CHFNumber, "000000000", false},
		{"123456789 is 17636684 times 7 and 1", NigerNumber, "1234567891", true},
		{"ten digits with a wrong rest", NigerNumber, "1234567892", false},
		{"eleven characters", BEPHANumber, "ABC-0000001", true},
		{"ten characters", BEPHANumber, "ABC-000001", false},
		{"Luhn, the example of the standard", luhn, "79927398713", true},
		{"Luhn, the next number", luhn, "79927398714", false},
		{"Luhn needs two digits", luhn, "7", false},
	} {
		if err := c.rule.Check(c.number); (err == nil) != c.good || err != nil && core.CodeOf(err) != core.Unprocessable {
			t.Errorf("%s: %q gives %v", c.name, c.number, err)
		}
	}
}

func TestNumberRulesAreChecked(t *testing.T) {
	for _, c := range []struct {
		length, modulus int
		good            bool
	}{{0, 0, true}, {50, 10, true}, {2, 2, true}, {51, 0, false}, {-1, 0, false}, {9, 1, false}, {9, 11, false}, {9, -7, false}, {1, 7, false}, {1, 0, true}} {
		if _, err := NewNumberRule(c.length, c.modulus); (err == nil) != c.good || err != nil && core.CodeOf(err) != core.Invalid {
			t.Errorf("length %d, modulus %d: %v", c.length, c.modulus, err)
		}
	}
}

// TestDrawnNumbersAreGood holds the generator to every rule there can be.
func TestDrawnNumbersAreGood(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		length := rapid.IntRange(0, longestNumber).Draw(t, "length")
		modulus := rapid.SampledFrom([]int{0, 2, 7, 9, 10}).Draw(t, "modulus")
		rule, err := NewNumberRule(length, modulus)
		if err != nil {
			t.Skip(err)
		}
		drawn, err := rule.Draw(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if err := rule.Check(drawn); err != nil {
			t.Fatalf("%+v drew %s: %v", rule, drawn, err)
		}
	})
	number, err := AnyNumber.Draw(rand.Reader)
	if err != nil || CHFNumber.Check(number) != nil {
		t.Errorf("where nothing is asked %q was drawn: %v", number, err)
	}
	if _, err := CHFNumber.Draw(noBytes{}); core.CodeOf(err) != core.Internal {
		t.Errorf("without random bytes: %v", err)
	}
}

type noBytes struct{}

func (noBytes) Read([]byte) (int, error) { return 0, errors.New("empty") }

func FuzzInsuranceNumber(f *testing.F) {
	f.Add("070707070", 9, 7)
	f.Add("79927398713", 0, 10)
	f.Add("é", 1, 0)
	f.Fuzz(func(t *testing.T, text string, length, modulus int) {
		rule, err := NewNumberRule(length, modulus)
		if err != nil {
			return
		}
		if err := rule.Check(text); err != nil && core.CodeOf(err) != core.Unprocessable {
			t.Errorf("%+v: %q gives %v", rule, text, err)
		}
	})
}
