package resources

import (
	"crypto/rand"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// number draws an insurance number that nobody has.
func (e *Environment) number(x *persistence.Session) (string, error) {
	if e.NewNumber != nil {
		return e.NewNumber(x)
	}
	for range 20 {
		number, err := scheme.CHFNumber.Draw(rand.Reader)
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
