package layout

import (
	"fmt"
	"regexp"
	"strings"
)

// elements checks what stands on the page.
func (r *reader) elements() error {
	frames := map[Key]*Element{}
	for i, e := range r.of.Elements {
		if e == nil {
			return refuse(fmt.Sprintf("docElements[%d]", i), "there is none")
		}
		if e.Kind != Frame {
			continue
		}
		if frames[e.Linked] != nil || e.Linked == "" || e.Linked == Header || e.Linked == Content || e.Linked == Footer {
			return refuse(fmt.Sprintf("docElements[%d].linkedContainerId", i), "every frame has an area of its own")
		}
		frames[e.Linked] = e
	}
	r.frames = frames
	for i, e := range r.of.Elements {
		path := fmt.Sprintf("docElements[%d]", i)
		if err := r.counted(path, 1); err != nil {
			return err
		}
		if err := r.element(path, e); err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) counted(path string, n int) error {
	if r.count += n; r.count > mostElements {
		return refuse(path, "there are more than %d elements and cells", mostElements)
	}
	return nil
}

// area gives the area of the page an element stands in, through the frames around it.
func (r *reader) area(path string, e *Element) (Key, error) {
	in := e.Container
	for range deepest {
		switch in {
		case Header, Content, Footer:
			return in, nil
		}
		frame := r.frames[in]
		if frame == nil {
			return "", refuse(path+".containerId", "there is no area %.40q", string(in))
		}
		in = frame.Container
	}
	return "", refuse(path+".containerId", "more than %d frames stand within each other", deepest)
}

func (r *reader) element(path string, e *Element) (err error) {
	area, err := r.area(path, e)
	switch {
	case err != nil:
		return err
	case e.X < 0 || e.Y < 0 || e.Width < 0 || e.Height < 0:
		return refuse(path+".x", "place and size are not below 0")
	}
	paged := area != Content
	if e.printIf, err = r.expression(path+".printIf", e.PrintIf, nil, paged); err != nil {
		return err
	}
	if err := r.looks(path, e.StyleID, &e.Look); err != nil {
		return err
	}
	switch e.Kind {
	case Text:
		return r.text(path, e, nil, paged)
	case Line:
		return nil
	case Image:
		return r.picture(path, e)
	case Table:
		if paged {
			return refuse(path+".containerId", "a table stands in the content of the page, not in its header or footer")
		}
		return r.table(path, e)
	case Frame:
		if e.Bottom {
			return refuse(path+".alignToPageBottom", "a frame stands where it is put")
		}
		return nil
	case PageBreak:
		if e.Container != Content {
			return refuse(path+".containerId", "a page ends between elements of its content")
		}
		return nil
	}
	return refuse(path+".elementType", "elements of type %.40q are not drawn", e.Kind)
}

// text checks a text or a cell.
func (r *reader) text(path string, e *Element, fields map[string]*Parameter, paged bool) (err error) {
	switch {
	case e.Rich:
		return refuse(path+".richText", "formatted text is not drawn: take a plain one")
	case strings.TrimSpace(e.Link) != "":
		return refuse(path+".link", "links are not drawn")
	case strings.Trim(e.WhenMore, "[] ") != "":
		return refuse(path+".cs_additionalRules", "there is one condition for a style")
	}
	if err := tooLong(path+".content", e.Content); err != nil {
		return err
	}
	if err := at(path+".pattern", checkPattern(e.Pattern, "")); err != nil {
		return err
	}
	if e.Eval {
		if e.computed, err = r.expression(path+".content", e.Content, fields, paged); err != nil {
			return err
		}
	}
	if e.computed == nil {
		if e.pieces, err = piecesOf(e.Content); err != nil {
			return at(path+".content", err)
		}
	}
	if r.terms += len(e.pieces); r.terms > allTerms {
		return refuse(path+".content", "all texts together show more than %d values", allTerms)
	}
	for i := range e.pieces {
		name := e.pieces[i].name
		if name == "" {
			continue
		}
		if err := r.named(path+".content", name, fields, paged); err != nil {
			return err
		}
		if p := fields[name]; p != nil {
			e.pieces[i].pattern = p.Pattern
		} else if p := r.values[name]; p != nil {
			e.pieces[i].pattern = p.Pattern
		}
	}
	return r.condition(path, e, fields, paged)
}

// condition reads the look that counts while a condition holds.
func (r *reader) condition(path string, e *Element, fields map[string]*Parameter, paged bool) (err error) {
	if e.cond, err = r.expression(path+".cs_condition", e.When, fields, paged); err != nil || e.cond == nil {
		return err
	}
	if e.WhenID == "" {
		return refuse(path+".cs_styleId", "name the style for while the condition holds")
	}
	return r.looks(path+".cs_", e.WhenID, &e.when)
}

var listName = regexp.MustCompile(`^\s*\$\{\s*(\w+)\s*\}\s*$`)

func (r *reader) table(path string, e *Element) error {
	var fields map[string]*Parameter
	if strings.TrimSpace(e.DataSource) != "" {
		names := listName.FindStringSubmatch(e.DataSource)
		if names == nil || r.lists[names[1]] == nil {
			return refuse(path+".dataSource", "it has to be a list of the report, such as ${rows}")
		}
		e.source, fields = names[1], r.lists[names[1]]
	}
	if len(e.Bands) == 0 || len(e.Bands) > mostRows {
		return refuse(path+".contentDataRows", "a table has from 1 to %d rows", mostRows)
	}
	columns := 0
	if e.Bands[0] != nil {
		columns = len(e.Bands[0].Cells)
	}
	if columns == 0 || columns > mostColumns {
		return refuse(path+".contentDataRows[0].columnData", "a table has from 1 to %d columns", mostColumns)
	}
	for i, band := range e.Bands {
		if err := r.band(fmt.Sprintf("%s.contentDataRows[%d]", path, i), band, columns, fields); err != nil {
			return err
		}
	}
	if e.HasHeader {
		if err := r.band(path+".headerData", e.HeaderBand, columns, nil); err != nil {
			return err
		}
	}
	if e.HasFooter {
		return r.band(path+".footerData", e.FooterBand, columns, nil)
	}
	return nil
}

func (r *reader) band(path string, b *Band, columns int, fields map[string]*Parameter) (err error) {
	switch {
	case b == nil || len(b.Cells) != columns:
		return refuse(path+".columnData", "it has to have %d cells as the other rows", columns)
	case b.Height < 0:
		return refuse(path+".height", "it is not below 0")
	case strings.TrimSpace(b.GroupBy) != "" && fields == nil:
		return refuse(path+".groupExpression", "groups need the rows of a list")
	case !color.MatchString(b.Background) || !color.MatchString(b.Alternate):
		return refuse(path+".backgroundColor", "it is no colour such as #0a60b0")
	}
	if style := r.styles[b.StyleID]; style != nil {
		b.Background, b.Alternate = style.Background, style.Alternate
	}
	if b.printIf, err = r.expression(path+".printIf", b.PrintIf, fields, false); err != nil {
		return err
	}
	if b.groupBy, err = r.expression(path+".groupExpression", b.GroupBy, fields, false); err != nil {
		return err
	}
	for i, c := range b.Cells {
		path := fmt.Sprintf("%s.columnData[%d]", path, i)
		if err := r.counted(path, 1); err != nil {
			return err
		}
		switch {
		case c == nil || c.Kind != "" && c.Kind != cell:
			return refuse(path, "a cell of a table is a text")
		case c.Width < 0 || c.Span < 0:
			return refuse(path+".width", "it is not below 0")
		}
		if err := r.looks(path, c.StyleID, &c.Look); err != nil {
			return err
		}
		if err := r.text(path, c, fields, false); err != nil {
			return err
		}
	}
	return nil
}
