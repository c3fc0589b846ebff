package scheme

import (
	"crypto/rand"
	"io"
	"math/big"
	"strings"
	"unicode/utf8"

	"github.com/openimis/openimis-go/core"
)

// longestNumber is what the column of the insurance number holds.
const longestNumber = 50

// drawnDigits is how long a number is that is drawn where no length is asked.
const drawnDigits = 9

// NumberRule says which insurance numbers are good (rule 10.6). It differs from country to
// country. The zero rule takes whatever is not empty and fits its column.
type NumberRule struct {
	Length  int // exact number of characters; 0 for any
	Modulus int // the last digit is the rest of the others by it, for 10 their Luhn digit; 0 for no check digit
}

// The rules of the builds of the legacy applications.
var (
	AnyNumber   = NumberRule{}                       // the default
	CHFNumber   = NumberRule{Length: 9, Modulus: 7}  // nine digits, web and phones
	NigerNumber = NumberRule{Length: 10, Modulus: 7} // ten digits
	BEPHANumber = NumberRule{Length: 11}             // eleven characters
)

// NewNumberRule makes a rule of a length and a modulus. Errors: core.Invalid for a length
// no number can have and a modulus whose rest is no single digit.
func NewNumberRule(length, modulus int) (NumberRule, error) {
	switch {
	case length < 0 || length > longestNumber:
		return NumberRule{}, core.ErrorAt(core.Invalid, "length", "%d is no length of an insurance number; 0 to %d are", length, longestNumber)
	case modulus != 0 && (modulus < 2 || modulus > 10):
		return NumberRule{}, core.ErrorAt(core.Invalid, "modulus", "%d gives no check digit; 2 to 10 do, and 0 asks for none", modulus)
	case modulus != 0 && length == 1:
		return NumberRule{}, core.ErrorAt(core.Invalid, "length", "a number with a check digit has two digits or more")
	}
	return NumberRule{Length: length, Modulus: modulus}, nil
}

// Check tells whether the number is good. Errors: core.Unprocessable, saying what is wrong.
func (r NumberRule) Check(insuranceNumber string) error {
	length := utf8.RuneCountInString(insuranceNumber)
	switch {
	case strings.TrimSpace(insuranceNumber) == "":
		return core.Errorf(core.Unprocessable, "the insurance number is missing")
	case r.Length != 0 && length != r.Length:
		return core.Errorf(core.Unprocessable, "the insurance number has %d characters; it needs %d", length, r.Length)
	case length > longestNumber:
		return core.Errorf(core.Unprocessable, "the insurance number has %d characters; it may have %d", length, longestNumber)
	case r.Modulus == 0:
		return nil
	case !allDigits(insuranceNumber) || length < 2:
		return core.Errorf(core.Unprocessable, "the insurance number has to be made of digits")
	case strings.Trim(insuranceNumber, "0") == "":
		return core.Errorf(core.Unprocessable, "the insurance number is zero")
	case insuranceNumber[length-1] != r.checkDigit(insuranceNumber[:length-1]):
		return core.Errorf(core.Unprocessable, "the last digit of the insurance number does not fit the others")
	}
	return nil
}

// Draw makes a number that is good by the rule: random digits, not all zero, and the check
// digit. Without a length it has nine digits, without a modulus the rest by seven as its
// last one, as the generator of the legacy database. Errors: core.Internal when the source
// gives no random bytes.
func (r NumberRule) Draw(random io.Reader) (string, error) {
	if r.Length == 0 {
		r.Length = drawnDigits
	}
	if r.Modulus == 0 {
		r.Modulus = CHFNumber.Modulus
	}
	digits := max(1, r.Length-1)
	limit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil)
	drawn, err := rand.Int(random, limit.Sub(limit, big.NewInt(1)))
	if err != nil {
		return "", core.Wrap(core.Internal, err, "no random number")
	}
	text := drawn.Add(drawn, big.NewInt(1)).String()
	text = strings.Repeat("0", digits-len(text)) + text
	if r.Length == 1 {
		return text, nil
	}
	return text + string(r.checkDigit(text)), nil
}

// checkDigit gives the digit that follows the others.
func (r NumberRule) checkDigit(others string) byte {
	if r.Modulus == 10 {
		return luhnDigit(others)
	}
	rest := 0
	for i := range len(others) {
		rest = (rest*10 + int(others[i]-'0')) % r.Modulus
	}
	return byte('0' + rest)
}

// luhnDigit gives the digit by which the sum of all, every second from the right doubled
// and its digits added, is a multiple of ten (ISO/IEC 7812-1).
func luhnDigit(others string) byte {
	sum := 0
	for i := range len(others) {
		digit := int(others[len(others)-1-i] - '0')
		if i%2 == 0 {
			digit *= 2
		}
		sum += digit/10 + digit%10
	}
	return byte('0' + (10-sum%10)%10)
}

func allDigits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return true
}
