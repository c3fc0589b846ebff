package tables

import (
	"fmt"
	"unicode/utf8"

	"github.com/openimis/openimis-go/core"
)

// maxFaults is how many faults an import describes; the rest are counted.
const maxFaults = 100

// faults gathers what is wrong with the files.
type faults struct {
	list []*core.Error
	more int
}

// at notes a fault at a cell. Row and column may be missing: 0 and "".
func (f *faults) at(file string, row int, column, format string, args ...any) {
	if len(f.list) >= maxFaults {
		f.more++
		return
	}
	path := file
	if row > 0 {
		path += fmt.Sprintf(" row %d", row)
	}
	if column != "" {
		path += " column " + column
	}
	f.list = append(f.list, core.ErrorAt(core.Unprocessable, path, format, args...))
}

func (f *faults) any() bool { return len(f.list) > 0 }

// err gives all faults as one error, nil when there is none.
func (f *faults) err() error {
	if f.more > 0 {
		f.list = append(f.list, core.Errorf(core.Unprocessable, "%d more faults are not listed", f.more))
		f.more = 0
	}
	return core.Join(f.list...)
}

// shown renders a value for a message, cut where it is long.
func shown(text string) string {
	const most = 60
	if utf8.RuneCountInString(text) > most {
		text = string([]rune(text)[:most]) + "…"
	}
	return fmt.Sprintf("%q", text)
}
