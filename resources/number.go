package resources

import (
	"crypto/rand"
	"fmt"
	"math/big"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// number draws an insurance number that nobody has.
func (e *Environment) number(x *persistence.Session) (string, error) {
	if e.NewNumber != nil {
		return e.NewNumber(x)
	}
	for range 20 {
		number, err := nineDigits()
		if err != nil {
			return "", err
		}
		taken, err := numberTaken(x, number, 0)
		if err != nil || !taken {
			return number, err
		}
	}
	return "", core.Errorf(core.Unavailable, "no free insurance number was found; try again")
}

// nineDigits draws eight digits and adds their remainder by seven, as the card printers of
// the legacy application do.
func nineDigits() (string, error) {
	drawn, err := rand.Int(rand.Reader, big.NewInt(99_999_999))
	if err != nil {
		return "", core.Wrap(core.Internal, err, "no random number")
	}
	n := drawn.Int64() + 1
	return fmt.Sprintf("%08d%d", n, n%7), nil
}
