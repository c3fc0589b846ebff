// Package typeset draws reports as a layout says: as PDF, and as a spreadsheet with the same
// texts and tables below each other.
//
// It knows where things stand on a page and nothing of what they say. Whatever a layout asks,
// it ends: pages and what is drawn on them are counted.
//
// PDF: https://codeberg.org/go-pdf/fpdf; XLSX: https://xuri.me/excelize/.
package typeset

import (
	"cmp"
	"io"
	"slices"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/scheme/report/layout"
)

// The bounds of what is drawn.
const (
	mostPages = 2000
	mostMarks = 500_000  // texts, lines and boxes
	mostText  = 10 << 20 // bytes
)

// PDF draws the data by the layout. Title and moment are what the file says of itself.
// Errors: core.Unprocessable when it has too many pages, or too much on them.
func PDF(w io.Writer, d *layout.Definition, data layout.Data, title string, made time.Time) error {
	width, height := d.Page.Size()
	p := &press{
		Fpdf: fpdf.NewCustom(&fpdf.InitType{OrientationStr: "P", UnitStr: "pt", Size: fpdf.SizeType{Wd: width, Ht: height}}),
		of:   d, within: map[layout.Key][]*layout.Element{}, faces: map[string]bool{}, widths: map[face]map[rune]float64{}, pictures: map[*layout.Element]string{},
	}
	p.SetMargins(0, 0, 0)
	p.SetCellMargin(0)
	p.SetAutoPageBreak(false, 0)
	p.SetTitle(clean(title), true)
	p.SetCreator("openIMIS", true)
	p.SetCreationDate(made)
	p.SetModificationDate(made)
	for _, e := range d.Elements {
		p.within[e.Container] = append(p.within[e.Container], e)
	}
	for _, elements := range p.within {
		slices.SortStableFunc(elements, func(a, b *layout.Element) int {
			return cmp.Or(cmp.Compare(a.Y, b.Y), cmp.Compare(a.X, b.X))
		})
	}
	scope := d.Scope(data)
	if err := p.onPage(0); err != nil {
		return err
	}
	left, _, _, _ := d.Page.Body(true)
	if _, err := p.flow(p.within[layout.Content], place{}, left, scope); err != nil {
		return err
	}
	if err := p.frame(scope); err != nil {
		return err
	}
	for _, marks := range p.pages {
		p.AddPage()
		for i := range marks {
			p.draw(&marks[i])
		}
	}
	return core.Wrap(core.Internal, p.Output(w), "the PDF cannot be written")
}

// press holds the pages while they are laid out. Nothing is drawn before all stand, since
// every page may say how many there are.
type press struct {
	*fpdf.Fpdf
	of     *layout.Definition
	within map[layout.Key][]*layout.Element // by container, from top to bottom
	pages  [][]mark
	marks  int
	bytes  int // of text

	faces    map[string]bool
	widths   map[face]map[rune]float64
	pictures map[*layout.Element]string
}

// mark is one thing on a page: a text, a filled box, a line or a picture.
type mark struct {
	x, y, width, height float64
	text                string
	look                *layout.Look
	fill, edge          string // colours
	thick               float64
	picture             string
}

// place is a page and how far below the top of its body something stands.
type place struct {
	page int
	y    float64
}

func (a place) before(b place) bool { return a.page < b.page || a.page == b.page && a.y < b.y }

// room gives the height of the body of a page.
func (p *press) room(page int) float64 {
	_, top, _, bottom := p.of.Page.Body(page == 0)
	return bottom - top
}

// top gives where on the paper a place is.
func (p *press) top(at place) float64 {
	_, top, _, _ := p.of.Page.Body(at.page == 0)
	return top + at.y
}

// onPage makes sure that there is the page.
func (p *press) onPage(page int) error {
	if page >= mostPages {
		return core.Errorf(core.Unprocessable, "it has more than %d pages; ask for less, or lay it out closer", mostPages)
	}
	for len(p.pages) <= page {
		p.pages = append(p.pages, nil)
	}
	return nil
}

// put adds a mark to a page.
func (p *press) put(page int, m mark) error {
	p.bytes += len(m.text)
	if p.marks++; p.marks > mostMarks || p.bytes > mostText {
		return core.Errorf(core.Unprocessable, "more stands on its pages than can be drawn; ask for less, or lay it out with fewer cells")
	}
	p.pages[page] = append(p.pages[page], m)
	return nil
}

// fit gives where something so high begins: there, or on the next page where it is not the
// first on it.
func (p *press) fit(at place, height float64) (place, error) {
	const hair = 0.01
	if at.y > 0 && at.y+height > p.room(at.page)+hair {
		at = place{page: at.page + 1}
	}
	return at, p.onPage(at.page)
}

// flow sets elements below each other as the layout has them. What grows pushes down what
// stood below it; what is left out lets it up. It gives where the last of them ends.
func (p *press) flow(elements []*layout.Element, start place, left float64, scope *layout.Scope) (place, error) {
	type set struct {
		top, bottom float64 // in the layout
		end         place
	}
	var above []set
	last := start
	for _, e := range elements {
		top := float64(e.Y)
		at := place{start.page, start.y + top}
		lowest := 0.0
		for _, s := range above {
			if s.bottom <= top {
				lowest = max(lowest, s.top)
			}
		}
		pushed := false
		for _, s := range above {
			if s.bottom > top || s.bottom <= lowest { // below it stands another one
				continue
			}
			if next := (place{s.end.page, s.end.y + top - s.bottom}); !pushed || at.before(next) {
				at, pushed = next, true
			}
		}
		end, err := p.element(e, at, left+float64(e.X), scope)
		if err != nil {
			return last, err
		}
		above = append(above, set{top, top + max(e.Depth(), 0.01), end})
		if last.before(end) {
			last = end
		}
	}
	return last, nil
}

// element sets one element and gives where it ends.
func (p *press) element(e *layout.Element, at place, x float64, scope *layout.Scope) (end place, err error) {
	if !e.Prints(scope) {
		if e.Removed {
			return at, nil
		}
		return place{at.page, at.y + e.Depth()}, p.onPage(at.page)
	}
	switch e.Kind {
	case layout.Text:
		text := e.Shown(scope)
		if text == "" && e.Removed {
			return at, nil
		}
		b := p.block(text, e.Looks(scope), float64(e.Width))
		height := max(float64(e.Height), b.height)
		if at, err = p.fit(at, height); err != nil {
			return at, err
		}
		return place{at.page, at.y + height}, p.text(at.page, b, x, p.top(at), float64(e.Width), height)
	case layout.Table:
		return p.table(e, at, x, scope)
	case layout.Frame:
		return p.box(e, at, x, scope)
	case layout.PageBreak:
		at = place{page: at.page + 1}
		return at, p.onPage(at.page)
	}
	if at, err = p.fit(at, float64(e.Height)); err != nil {
		return at, err
	}
	return place{at.page, at.y + float64(e.Height)}, p.solid(e, at.page, x, p.top(at))
}

// solid draws what is as large as the layout says: a line or a picture.
func (p *press) solid(e *layout.Element, page int, x, y float64) error {
	m := mark{x: x, y: y, width: float64(e.Width), height: float64(e.Height), fill: e.Background}
	if e.Kind == layout.Line {
		m.fill = cmp.Or(e.Color, "#000000")
	} else if m.picture = p.picture(e); m.picture != "" {
		size := e.Drawn().Bounds().Size()
		scale := min(m.width/float64(size.X), m.height/float64(size.Y))
		width, height := scale*float64(size.X), scale*float64(size.Y)
		m.x += (m.width - width) * share(e.Align)
		m.y += (m.height - height) * share(e.Upright)
		m.width, m.height, m.fill = width, height, ""
	}
	return p.put(page, m)
}

// share tells how much of what is left over stands before something.
func share(align string) float64 {
	return map[string]float64{"center": 0.5, "middle": 0.5, "right": 1, "bottom": 1}[align]
}

// box sets a frame with what is in it.
func (p *press) box(e *layout.Element, at place, x float64, scope *layout.Scope) (end place, err error) {
	if at, err = p.fit(at, float64(e.Height)); err != nil {
		return at, err
	}
	before := make(map[int]int) // how much was on the pages
	for page := at.page; page < len(p.pages); page++ {
		before[page] = len(p.pages[page])
	}
	end, err = p.flow(p.within[e.Linked], at, x, scope)
	if err != nil {
		return end, err
	}
	if least := (place{at.page, at.y + float64(e.Height)}); !e.Shrink && end.before(least) {
		end = least
	}
	for page := at.page; page <= end.page; page++ {
		from, to := 0.0, p.room(page)
		if page == at.page {
			from = at.y
		}
		if page == end.page {
			to = end.y
		}
		y := p.top(place{page, from})
		inside := p.pages[page][before[page]:]
		p.pages[page] = slices.Clone(p.pages[page][:before[page]])
		if err := p.put(page, mark{x: x, y: y, width: float64(e.Width), height: to - from, fill: e.Background}); err != nil {
			return end, err
		}
		p.pages[page] = append(p.pages[page], inside...)
		if err := p.edges(page, &e.Look, x, y, float64(e.Width), to-from); err != nil {
			return end, err
		}
	}
	return end, nil
}

// edges draws the borders of a box.
func (p *press) edges(page int, look *layout.Look, x, y, width, height float64) error {
	for _, edge := range []struct {
		there bool
		m     mark
	}{
		{look.EdgeLeft, mark{x: x, y: y, height: height}}, {look.EdgeRight, mark{x: x + width, y: y, height: height}},
		{look.EdgeTop, mark{x: x, y: y, width: width}}, {look.EdgeBottom, mark{x: x, y: y + height, width: width}},
	} {
		if !edge.there || look.EdgeWidth == 0 {
			continue
		}
		edge.m.edge, edge.m.thick = cmp.Or(look.EdgeColor, "#000000"), float64(look.EdgeWidth)
		if err := p.put(page, edge.m); err != nil {
			return err
		}
	}
	return nil
}

// frame puts header and footer on all pages.
func (p *press) frame(scope *layout.Scope) error {
	_, height := p.of.Page.Size()
	page := &p.of.Page
	for i := range p.pages {
		on := scope.On(i+1, len(p.pages))
		left, _, _, _ := page.Body(i == 0)
		header, footer := page.Shows(i == 0)
		if header {
			if err := p.stamp(p.within[layout.Header], i, left, float64(page.MarginTop), on); err != nil {
				return err
			}
		}
		if footer {
			if err := p.stamp(p.within[layout.Footer], i, left, height-float64(page.MarginBottom)-float64(page.FooterSize), on); err != nil {
				return err
			}
		}
	}
	return nil
}

// stamp sets elements where the layout has them, whatever they say.
func (p *press) stamp(elements []*layout.Element, page int, left, top float64, scope *layout.Scope) error {
	for _, e := range elements {
		if !e.Prints(scope) {
			continue
		}
		var err error
		x, y, width, height := left+float64(e.X), top+float64(e.Y), float64(e.Width), float64(e.Height)
		switch e.Kind {
		case layout.Text:
			b := p.block(e.Shown(scope), e.Looks(scope), width)
			err = p.text(page, b, x, y, width, max(height, b.height))
		case layout.Frame:
			if err = p.put(page, mark{x: x, y: y, width: width, height: height, fill: e.Background}); err == nil {
				err = p.stamp(p.within[e.Linked], page, x, y, scope)
			}
			if err == nil {
				err = p.edges(page, &e.Look, x, y, width, height)
			}
		default:
			err = p.solid(e, page, x, y)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
