package scheme

import (
	"crypto/rand"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// settleNumber draws an insurance number where there is none and asks the rule about one
// that is new (rule 10.6). Errors: core.Unprocessable for one that is not good,
// core.Conflict for one that is taken; core.Unavailable when no free one was found.
func (c Insurees) settleNumber(e *enrolment) error {
	if text(e.row.CHFID) == "" {
		drawn, err := c.drawNumber(e.x)
		e.row.CHFID, e.number = &drawn, true
		return err
	}
	asked := *e.row.CHFID
	if e.was.CHFID != nil && *e.was.CHFID == asked {
		return nil
	}
	e.number = true
	path := e.draft.Paths.of("number")
	var fault *core.Error
	if err := c.Numbers.Check(asked); errors.As(err, &fault) {
		return core.ErrorAt(fault.Code, path, "%s", fault.Message)
	}
	taken, err := numberTaken(e.x, asked, e.was.InsureeID)
	if err == nil && taken {
		return core.ErrorAt(core.Conflict, path, "the insurance number %s belongs to another person", asked)
	}
	return err
}

// drawNumber draws an insurance number that nobody has.
func (c Insurees) drawNumber(x *persistence.Session) (string, error) {
	for range 20 {
		drawn, err := c.Numbers.Draw(rand.Reader)
		if err != nil {
			return "", err
		}
		taken, err := numberTaken(x, drawn, 0)
		if err != nil || !taken {
			return drawn, err
		}
	}
	return "", core.Errorf(core.Unavailable, "no free insurance number was found; try again")
}

// Why an insurance number cannot be given to a new person, as the web interface counts.
const (
	NumberGood = iota
	NumberTaken
	NumberMissing
	NumberLength
	NumberCheckDigit
)

// JudgeNumber tells whether a new person may have the insurance number, and why not.
func (r NumberRule) JudgeNumber(x *persistence.Session, asked string) (verdict int, reason string, err error) {
	if fault := r.Check(asked); fault != nil {
		verdict = NumberCheckDigit
		switch length := utf8.RuneCountInString(asked); {
		case strings.TrimSpace(asked) == "":
			verdict = NumberMissing
		case r.Length != 0 && length != r.Length || length > longestNumber:
			verdict = NumberLength
		}
		return verdict, fault.Error(), nil
	}
	taken, err := exists[persistence.Insuree](x, persistence.Text(column("", "CHFID"), persistence.Same, asked))
	if taken || asked == persistence.FundingNumber {
		return NumberTaken, "the insurance number belongs to another person", err
	}
	return NumberGood, "", err
}

// numberTaken tells whether another live person has the number, in whatever district.
// Numbers have no unique index; so whoever asks for the same one waits until this
// transaction ends.
func numberTaken(x *persistence.Session, asked string, but int) (bool, error) {
	if asked == persistence.FundingNumber { // that of the pseudo families of donors
		return true, nil
	}
	if err := persistence.Alone(x, "CHFID:"+asked); err != nil {
		return false, err
	}
	return exists[persistence.Insuree](x, persistence.Text(column("", "CHFID"), persistence.Same, asked), persistence.Compare(column("", "InsureeID"), "<>", but))
}
