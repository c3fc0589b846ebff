package typeset

import (
	"cmp"
	"iter"

	"github.com/openimis/openimis-go/scheme/report/layout"
)

// grid is a table being set.
type grid struct {
	*press
	e      *layout.Element
	x      float64
	widths []float64
	wide   float64
	scope  *layout.Scope
	at     place
	part   place // where the part on this page begins
}

// table sets a table: its header, also on every further page where the layout says so, what is
// printed for each row, and its footer.
func (p *press) table(e *layout.Element, at place, x float64, scope *layout.Scope) (place, error) {
	rows, n := scope.List(e.ListName()), 1
	if e.ListName() != "" {
		n = len(rows.Lines)
	}
	if n == 0 && e.Removed {
		return at, nil
	}
	t := &grid{press: p, e: e, x: x, scope: scope}
	t.measure()
	at, err := p.fit(at, e.Depth())
	if err != nil {
		return at, err
	}
	t.at, t.part = at, at
	if e.HasHeader {
		if err := t.row(e.HeaderBand, scope, ""); err != nil {
			return t.at, err
		}
	}
	for i, p := range t.printed(rows, n) {
		band, on := p.band, p.scope
		ground := band.Background
		if i%2 == 1 {
			ground = cmp.Or(band.Alternate, ground)
		}
		if band.Break && i > 0 {
			if err := t.turn(); err != nil {
				return t.at, err
			}
		}
		if err := t.row(band, on, ground); err != nil {
			return t.at, err
		}
	}
	if e.HasFooter {
		if err := t.row(e.FooterBand, scope, ""); err != nil {
			return t.at, err
		}
	}
	return t.at, t.close()
}

// measure gives the columns their widths: those of the cells of the first row.
func (t *grid) measure() {
	for _, cell := range t.e.Bands[0].Cells {
		t.widths = append(t.widths, float64(cell.Width))
		t.wide += float64(cell.Width)
	}
	if t.wide == 0 {
		t.wide = float64(t.e.Width)
		for i := range t.widths {
			t.widths[i] = t.wide / float64(len(t.widths))
		}
	}
}

// groups tells for every band that stands for a group in which rows it is printed: before the
// plain bands in the first of those that have the same in common, after them in the last. It
// is nil for plain bands.
func (t *grid) groups(rows *layout.Rows, n int) [][]bool {
	groups, after := make([][]bool, len(t.e.Bands)), false
	for k, band := range t.e.Bands {
		if t.e.ListName() == "" {
			continue
		}
		same := make([]string, n)
		grouped := false
		for i := range n {
			if grouped, same[i] = band.Grouped(t.scope.Row(rows, i)); !grouped {
				break
			}
		}
		if n > 0 && !grouped {
			after = true
			continue
		}
		groups[k] = make([]bool, n)
		for i := range n {
			if after {
				groups[k][i] = i == n-1 || same[i+1] != same[i]
			} else {
				groups[k][i] = i == 0 || same[i-1] != same[i]
			}
		}
	}
	return groups
}

// turn goes on to the next page, with the header again where it is repeated.
func (t *grid) turn() error {
	if err := t.close(); err != nil {
		return err
	}
	t.at = place{page: t.at.page + 1}
	t.part = t.at
	if err := t.onPage(t.at.page); err != nil {
		return err
	}
	if t.e.HasHeader && t.e.HeaderBand.Repeat {
		return t.set(t.e.HeaderBand, t.blocks(t.e.HeaderBand, t.scope), "")
	}
	return nil
}

// blocks breaks the texts of a row into lines.
func (t *grid) blocks(band *layout.Band, scope *layout.Scope) []block {
	blocks := make([]block, len(band.Cells))
	for i := 0; i < len(band.Cells); {
		cell := band.Cells[i]
		width, next := t.span(band, i)
		blocks[i] = t.block(cell.Shown(scope), cell.Looks(scope), width)
		i = next
	}
	return blocks
}

// span gives how wide a cell is and which column follows it.
func (t *grid) span(band *layout.Band, i int) (width float64, next int) {
	next = min(len(t.widths), i+max(1, int(band.Cells[i].Span)))
	for _, w := range t.widths[i:next] {
		width += w
	}
	return width, next
}

// height gives what a row needs.
func (t *grid) height(band *layout.Band, blocks []block) float64 {
	height := float64(band.Height)
	for _, b := range blocks {
		height = max(height, b.height)
	}
	return height
}

// row sets a row there, or on the next page.
func (t *grid) row(band *layout.Band, scope *layout.Scope, ground string) error {
	blocks := t.blocks(band, scope)
	if next, err := t.fit(t.at, t.height(band, blocks)); err != nil {
		return err
	} else if next.page != t.at.page {
		if err := t.turn(); err != nil {
			return err
		}
	}
	return t.set(band, blocks, ground)
}

// set puts a row where the table has come to.
func (t *grid) set(band *layout.Band, blocks []block, ground string) error {
	height := t.height(band, blocks)
	y := t.top(t.at)
	if ground = cmp.Or(ground, band.Background); ground != "" {
		if err := t.put(t.at.page, mark{x: t.x, y: y, width: t.wide, height: height, fill: ground}); err != nil {
			return err
		}
	}
	left := t.x
	for i := 0; i < len(band.Cells); {
		width, next := t.span(band, i)
		if err := t.text(t.at.page, blocks[i], left, y, width, height); err != nil {
			return err
		}
		if left, i = left+width, next; i < len(band.Cells) && t.e.Border == "grid" {
			if err := t.rule(left, y, 0, height); err != nil {
				return err
			}
		}
	}
	if t.at != t.part && (t.e.Border == "grid" || t.e.Border == "frame_row" || t.e.Border == "row") {
		if err := t.rule(t.x, y, t.wide, 0); err != nil {
			return err
		}
	}
	t.at.y += height
	return nil
}

// close draws the frame around the part of the table on this page.
func (t *grid) close() error {
	if t.e.Border == "none" || t.e.Border == "row" || t.at == t.part {
		return nil
	}
	y, height := t.top(t.part), t.at.y-t.part.y
	for _, r := range [][4]float64{{t.x, y, t.wide, 0}, {t.x, y + height, t.wide, 0}, {t.x, y, 0, height}, {t.x + t.wide, y, 0, height}} {
		if err := t.rule(r[0], r[1], r[2], r[3]); err != nil {
			return err
		}
	}
	return nil
}

// rule draws a line of the table's border.
func (t *grid) rule(x, y, width, height float64) error {
	if t.e.EdgeWidth == 0 {
		return nil
	}
	return t.put(t.at.page, mark{x: x, y: y, width: width, height: height, edge: cmp.Or(t.e.EdgeColor, "#000000"), thick: float64(t.e.EdgeWidth)})
}

// printed is a band that is printed, and the scope it is worked out in.
type printed struct {
	band  *layout.Band
	scope *layout.Scope
}

// printed gives what is printed for each row, with its number.
func (t *grid) printed(rows *layout.Rows, n int) iter.Seq2[int, printed] {
	return func(yield func(int, printed) bool) {
		groups := t.groups(rows, n)
		for i := range n {
			on := t.scope
			if t.e.ListName() != "" {
				on = t.scope.Row(rows, i)
			}
			for k, band := range t.e.Bands {
				if (groups[k] == nil || groups[k][i]) && band.Prints(on) && !yield(i, printed{band, on}) {
					return
				}
			}
		}
	}
}
