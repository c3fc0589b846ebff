package persistence

import (
	"errors"
	"slices"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
)

// part is a stretch of a transaction that may be taken back by itself.
type part struct {
	owned  []owned     // what was known of rows before it wrote them
	states []keptState // and how the transaction had left them
	words  []keptWords // and what words it had given them
}

// keptWords are the words the transaction gave a row before, unless it was not known to.
type keptWords struct {
	row   wroteKey
	words []string
	known bool
}

// keptState is the state of a row the transaction left before, nil for none.
type keptState struct {
	row   wroteKey
	lines []Noticed
}

// owned tells whether a row had its state from this transaction.
type owned struct {
	row wroteKey
	was bool
}

// owns notes whether a row has its present state from this transaction.
func (u *unit) owns(row wroteKey, own bool) {
	if u.own == nil {
		u.own = map[wroteKey]bool{}
	}
	if u.part != nil {
		u.part.owned = append(u.part.owned, owned{row, u.own[row]})
	}
	if own {
		u.own[row] = true
	} else {
		delete(u.own, row)
	}
}

// Part runs fn as a part of the transaction. When fn refuses what it was given, all it
// wrote is taken back, fault says why, and the transaction goes on. err is what ends the
// transaction too: a lost race, or a failure that is nobody's input. Parts do not nest.
func Part(x *Session, fn func() error) (fault *core.Error, err error) {
	if err := x.mustWrite(); err != nil {
		return nil, err
	}
	if x.unit.part != nil {
		return nil, core.Errorf(core.Internal, "a part of a transaction was begun in another one")
	}
	set := build(func(b clause.Builder) { set, _, _ := dialectOf(b).partSQL(); sqlf(set).Build(b) })
	if err := x.db.Exec("?", x.store.handWritten(set)).Error; err != nil {
		return nil, err
	}
	after := len(x.unit.after)
	x.unit.part = &part{}
	defer func() { x.unit.part = nil }()
	if err := translate(x.store.dialect, fn()); err != nil {
		if fault := refusal(err); fault != nil {
			return fault, x.takeBack(after)
		}
		return nil, err
	}
	if _, _, free := x.store.dialect.partSQL(); free != "" {
		return nil, x.db.Exec(free).Error
	}
	return nil, nil
}

// refusal gives an error that is about what was sent, nil for any other.
func refusal(err error) *core.Error {
	var e *core.Error
	if mayRunAgain(err) || !errors.As(err, &e) || e.Code == core.Internal || e.Code == core.Unavailable {
		return nil
	}
	return e
}

// takeBack has the database and what is known of its rows be as they were before the part;
// after is how much waited for the commit then.
func (x *Session) takeBack(after int) error {
	undo := build(func(b clause.Builder) { _, undo, _ := dialectOf(b).partSQL(); sqlf(undo).Build(b) })
	if err := x.db.Exec("?", x.store.handWritten(undo)).Error; err != nil {
		return err
	}
	if _, _, free := x.store.dialect.partSQL(); free != "" {
		if err := x.db.Exec(free).Error; err != nil {
			return err
		}
	}
	rows, states, words := x.unit.part.owned, x.unit.part.states, x.unit.part.words
	x.unit.part = nil
	for _, kept := range slices.Backward(words) {
		if delete(x.unit.words, kept.row); kept.known {
			x.unit.words[kept.row] = kept.words
		}
	}
	for _, kept := range slices.Backward(states) {
		if delete(x.unit.states, kept.row); kept.lines != nil {
			x.unit.states[kept.row] = kept.lines
		}
	}
	for i := len(rows) - 1; i >= 0; i-- {
		x.unit.owns(rows[i].row, rows[i].was)
	}
	x.unit.after, x.unit.registers = x.unit.after[:after], nil
	return nil
}
