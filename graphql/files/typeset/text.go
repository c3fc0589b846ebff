package typeset

import (
	"bytes"
	"cmp"
	"image"
	"image/draw"
	"image/png"
	"strconv"
	"strings"

	"codeberg.org/go-pdf/fpdf"
	"github.com/go-fonts/dejavu/dejavusanscondensed"
	"github.com/go-fonts/dejavu/dejavusanscondensedbold"
	"github.com/go-fonts/dejavu/dejavusanscondensedboldoblique"
	"github.com/go-fonts/dejavu/dejavusanscondensedoblique"

	"github.com/openimis/openimis-go/graphql/files/sheet"
	"github.com/openimis/openimis-go/scheme/report/layout"
)

// family is the one font there is, whatever the layout names: it has the letters.
const family = "dejavu"

// leading is the height of a line, in heights of its letters.
const leading = 1.2

// longest is how many letters a text has on paper.
const longest = 2000

// clean leaves of a text what the font has signs for.
func clean(text string) string { return sheet.Readable(text, longest) }

// face is a form of the letters and their size.
type face struct {
	style string
	size  float64
}

// faceOf gives the face of a look.
func faceOf(look *layout.Look) face {
	style := ""
	if look.Bold {
		style += "B"
	}
	if look.Italic {
		style += "I"
	}
	return face{style, float64(look.FontSize)}
}

// use takes a face, with lines through or under the letters or without.
func (p *press) use(f face, lines string) {
	if !p.faces[f.style] {
		p.faces[f.style] = true
		p.AddUTF8FontFromBytes(family, f.style, map[string][]byte{
			"": dejavusanscondensed.TTF, "B": dejavusanscondensedbold.TTF, "I": dejavusanscondensedoblique.TTF, "BI": dejavusanscondensedboldoblique.TTF,
		}[f.style])
	}
	p.SetFont(family, f.style+lines, f.size)
}

// width measures letters of a face.
func (p *press) width(f face, text string) (sum float64) {
	known := p.widths[f]
	if known == nil {
		known = map[rune]float64{}
		p.widths[f] = known
	}
	for _, r := range text {
		w, measured := known[r]
		if !measured {
			p.use(f, "")
			w = p.GetStringWidth(string(r))
			known[r] = w
		}
		sum += w
	}
	return sum
}

// block is a text in the lines it needs.
type block struct {
	lines  []string
	look   *layout.Look
	line   float64 // height of one
	height float64 // with the room around
}

// block breaks a text into lines so wide. It has at most as many as stand on a page.
func (p *press) block(text string, look *layout.Look, width float64) block {
	b := block{look: look, line: leading * float64(look.FontSize) * float64(look.Spacing)}
	around := float64(look.PadTop + look.PadBottom)
	if text != "" {
		room := max(1, width-float64(look.PadLeft+look.PadRight))
		most := max(1, int((min(p.room(0), p.room(1))-around)/b.line))
		for paragraph := range strings.SplitSeq(text, "\n") {
			b.lines = append(b.lines, p.broken(clean(paragraph), faceOf(look), room)...)
			if len(b.lines) > most {
				b.lines = append(b.lines[:most-1], "…")
				break
			}
		}
	}
	b.height = float64(len(b.lines))*b.line + around
	return b
}

// broken breaks a paragraph between its words, and within those that are wider than a line.
func (p *press) broken(text string, f face, room float64) (lines []string) {
	line, used := "", 0.0
	space := p.width(f, " ")
	for i, word := range strings.Split(text, " ") {
		width := p.width(f, word)
		if i > 0 && used+space+width <= room {
			line, used = line+" "+word, used+space+width
			continue
		}
		if i > 0 {
			lines = append(lines, line)
		}
		for width > room {
			fits, part := 0, 0.0
			for at, r := range word {
				if w := p.width(f, string(r)); at == 0 || part+w <= room {
					part += w
					fits = at + len(string(r))
					continue
				}
				break
			}
			if fits == len(word) { // one letter that is wider than the line
				break
			}
			lines = append(lines, word[:fits])
			word, width = word[fits:], width-part
		}
		line, used = word, width
	}
	return append(lines, line)
}

// text puts a block into a box, with its ground and borders.
func (p *press) text(page int, b block, x, y, width, height float64) error {
	look := b.look
	if look.Background != "" {
		if err := p.put(page, mark{x: x, y: y, width: width, height: height, fill: look.Background}); err != nil {
			return err
		}
	}
	top := y + float64(look.PadTop) + max(0, height-b.height)*share(look.Upright)
	for i, line := range b.lines {
		if line == "" {
			continue
		}
		err := p.put(page, mark{
			x: x + float64(look.PadLeft), y: top + float64(i)*b.line, width: max(0, width-float64(look.PadLeft+look.PadRight)), height: b.line, text: line, look: look,
		})
		if err != nil {
			return err
		}
	}
	return p.edges(page, look, x, y, width, height)
}

// draw writes a mark on the page.
func (p *press) draw(m *mark) {
	switch {
	case m.look != nil:
		lines := ""
		if m.look.Underline {
			lines += "U"
		}
		if m.look.Strike {
			lines += "S"
		}
		f := faceOf(m.look)
		r, g, b := rgb(cmp.Or(m.look.TextColor, "#000000"))
		p.SetTextColor(r, g, b)
		x := m.x + (m.width-p.width(f, m.text))*share(m.look.Align)
		p.use(f, lines)
		p.SetXY(x, m.y)
		p.CellFormat(m.width, m.height, m.text, "", 0, "L", false, 0, "")
	case m.edge != "":
		r, g, b := rgb(m.edge)
		p.SetDrawColor(r, g, b)
		p.SetLineWidth(m.thick)
		p.Line(m.x, m.y, m.x+m.width, m.y+m.height)
	case m.picture != "":
		p.ImageOptions(m.picture, m.x, m.y, m.width, m.height, false, fpdf.ImageOptions{ImageType: "png"}, 0, "")
	case m.fill != "":
		r, g, b := rgb(m.fill)
		p.SetFillColor(r, g, b)
		p.Rect(m.x, m.y, m.width, m.height, "F")
	}
}

// rgb reads a colour such as #0a60b0.
func rgb(color string) (r, g, b int) {
	n, err := strconv.ParseUint(strings.TrimPrefix(color, "#"), 16, 32)
	if err != nil {
		return 0, 0, 0 // layouts with other words are not read
	}
	return int(n >> 16 & 255), int(n >> 8 & 255), int(n & 255)
}

// picture gives the name under which the drawing knows a picture. It is written anew as the
// plainest kind of PNG, since the library does not know them all.
func (p *press) picture(e *layout.Element) string {
	if name, known := p.pictures[e]; known {
		return name
	}
	from := e.Drawn()
	flat := image.NewNRGBA(image.Rectangle{Max: from.Bounds().Size()})
	draw.Draw(flat, flat.Rect, from, from.Bounds().Min, draw.Src)
	var out bytes.Buffer
	name := ""
	if png.Encode(&out, flat) == nil {
		name = "picture " + strconv.Itoa(len(p.pictures))
		p.RegisterImageOptionsReader(name, fpdf.ImageOptions{ImageType: "png"}, &out)
	}
	p.pictures[e] = name
	return name
}
