package layout

import (
	"image"
	"strings"

	"github.com/openimis/openimis-go/core"
)

// piece is a part of a text: letters, or the name of a value.
type piece struct {
	text, name string
	pattern    string // of the value, where the element has none
}

// piecesOf parts a text at its ${names}.
func piecesOf(text string) (pieces []piece, err error) {
	for text != "" {
		before, rest, found := strings.Cut(text, "${")
		if before != "" {
			pieces = append(pieces, piece{text: before})
		}
		if !found {
			break
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed {
			return nil, core.Errorf(core.Invalid, "${ has no }")
		}
		pieces, text = append(pieces, piece{name: strings.TrimSpace(name)}), after
	}
	return pieces, nil
}

// Prints tells whether the element is printed in the scope.
func (e *Element) Prints(s *Scope) bool { return e.printIf == nil || truth(e.printIf(s)) }

// Prints tells whether the band is printed in the scope.
func (b *Band) Prints(s *Scope) bool { return b.printIf == nil || truth(b.printIf(s)) }

// Grouped tells whether the band is printed once for rows that have the same in common, and
// what that is for the row of the scope.
func (b *Band) Grouped(s *Scope) (bool, string) {
	if b.groupBy == nil {
		return false, ""
	}
	return true, plain(b.groupBy(s))
}

// Shown gives the text of the element in the scope.
func (e *Element) Shown(s *Scope) string {
	if e.computed != nil {
		return short(s.of.Page.spelled(e.computed(s), e.Pattern))
	}
	var b strings.Builder
	for _, p := range e.pieces {
		if p.name == "" {
			b.WriteString(p.text)
			continue
		}
		pattern := e.Pattern
		if pattern == "" {
			pattern = p.pattern
		}
		b.WriteString(s.of.Page.spelled(s.Value(p.name), pattern))
	}
	return short(b.String())
}

// Value gives the value of an element that is nothing else, for a spreadsheet, with its
// pattern; a text for others.
func (e *Element) Value(s *Scope) (value any, pattern string) {
	if e.computed != nil {
		return e.computed(s), e.Pattern
	}
	if len(e.pieces) == 1 && e.pieces[0].name != "" {
		pattern = e.Pattern
		if pattern == "" {
			pattern = e.pieces[0].pattern
		}
		return s.Value(e.pieces[0].name), pattern
	}
	return e.Shown(s), ""
}

// Looks gives how the element is shown in the scope.
func (e *Element) Looks(s *Scope) *Look {
	if e.cond != nil && truth(e.cond(s)) {
		return &e.when
	}
	return &e.Look
}

// Drawn gives the picture of an image.
func (e *Element) Drawn() image.Image { return e.picture }

// ListName gives the name of the list a table shows, "" for a table of one row.
func (e *Element) ListName() string { return e.source }

// Depth gives how high the element is in the layout.
func (e *Element) Depth() float64 {
	if e.Kind != Table {
		return float64(e.Height)
	}
	var depth Number
	for _, band := range e.Bands {
		depth += band.Height
	}
	if e.HasHeader {
		depth += e.HeaderBand.Height
	}
	if e.HasFooter {
		depth += e.FooterBand.Height
	}
	return float64(depth)
}
