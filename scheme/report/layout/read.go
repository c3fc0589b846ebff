package layout

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // the two forms of pictures
	_ "image/png"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/openimis/openimis-go/core"
)

// Read reads a definition and checks that everything in it can be drawn. Errors: core.Invalid
// with the place of what is wrong, such as docElements[3].dataSource; core.TooLarge.
func Read(text string) (*Definition, error) {
	if len(text) > MostBytes {
		return nil, core.ErrorAt(core.TooLarge, "definition", "it is larger than %d bytes; are there large pictures in it?", MostBytes)
	}
	d := &Definition{}
	if err := json.Unmarshal([]byte(text), d); err != nil {
		return nil, unreadable(text, err)
	}
	r := &reader{of: d, styles: map[Key]*Style{}, values: map[string]*Parameter{}, lists: map[string]map[string]*Parameter{}}
	for _, check := range []func() error{r.page, r.style, r.parameters, r.elements} {
		if err := check(); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// unreadable says what is wrong with JSON that is no layout, and in which of its parts.
func unreadable(text string, err error) error {
	path := "definition"
	var parts struct {
		Elements   []json.RawMessage `json:"docElements"`
		Parameters []json.RawMessage `json:"parameters"`
		Styles     []json.RawMessage `json:"styles"`
	}
	if json.Unmarshal([]byte(text), &parts) == nil {
		path = cmp.Or(firstWrong[Element]("docElements", parts.Elements), firstWrong[Parameter]("parameters", parts.Parameters), firstWrong[Style]("styles", parts.Styles), path)
	}
	var wrong *json.UnmarshalTypeError
	var fault *core.Error
	switch {
	case errors.As(err, &wrong) && path == "definition":
		return refuse(cmp.Or(wrong.Field, path), "a %s does not belong there", wrong.Value)
	case errors.As(err, &wrong):
		return refuse(path, "a %s does not belong there: %s", wrong.Value, wrong.Field)
	case errors.As(err, &fault):
		return refuse(path, "%s", fault.Message)
	}
	return refuse(path, "it is no JSON of a layout")
}

// firstWrong gives the place of the first part that is none of its kind, "" for none.
func firstWrong[T any](list string, parts []json.RawMessage) string {
	for i, part := range parts {
		if json.Unmarshal(part, new(T)) != nil {
			return fmt.Sprintf("%s[%d]", list, i)
		}
	}
	return ""
}

// reader checks a definition.
type reader struct {
	of     *Definition
	styles map[Key]*Style
	values map[string]*Parameter
	lists  map[string]map[string]*Parameter
	frames map[Key]*Element
	count  int
	terms  int
	pixels int
}

func refuse(path, format string, args ...any) error {
	return core.ErrorAt(core.Invalid, path, format, args...)
}

// at names the place of an error.
func at(path string, err error) error {
	if err == nil {
		return nil
	}
	var fault *core.Error
	if errors.As(err, &fault) && fault.Path == "" {
		return core.ErrorAt(core.Invalid, path, "%s", fault.Message)
	}
	return err
}

// oneOf checks a word that has only a few forms; "" is the first.
func oneOf(path string, word *string, words ...string) error {
	if *word == "" {
		*word = words[0]
	}
	if !slices.Contains(words, *word) {
		return refuse(path, "%.40q is none of %s", *word, strings.Join(words, ", "))
	}
	return nil
}

func (r *reader) page() error {
	p := &r.of.Page
	const path = "documentProperties."
	width, height := p.Size()
	_, languages := locales[p.Locale]
	switch {
	case p.Watermark || len(r.of.Watermarks) > 0:
		return refuse("watermarks", "watermarks are not drawn")
	case !languages:
		return refuse(path+"patternLocale", "%.20q is none of de, en, es, fr, it, pt", p.Locale)
	case len(p.Currency) > 10:
		return refuse(path+"patternCurrencySymbol", "it is longer than 10 letters")
	case len(p.Group) > 4:
		return refuse(path+"patternNumberGroupSymbol", "it is longer than 4 letters")
	}
	err := core.Join(faults(
		oneOf(path+"pageFormat", &p.Format, "A4", "A5", "letter", "user_defined"), oneOf(path+"orientation", &p.Orientation, "portrait", "landscape"),
		oneOf(path+"headerDisplay", &p.HeaderDisplay, "always", "not_on_first_page"), oneOf(path+"footerDisplay", &p.FooterDisplay, "always", "not_on_first_page"))...)
	switch {
	case err != nil:
		return err
	case width < 50 || height < 50 || width > 5000 || height > 5000:
		return refuse(path+"pageWidth", "a page is at least 50 and at most 5000 points wide and high")
	case min(p.MarginLeft, p.MarginRight, p.MarginTop, p.MarginBottom, p.HeaderSize, p.FooterSize) < 0:
		return refuse(path+"marginLeft", "margins and areas are not below 0")
	}
	if left, top, right, bottom := p.Body(false); right-left < 30 || bottom-top < 30 {
		return refuse(path+"marginLeft", "margins, header and footer leave no room on the page")
	}
	return nil
}

// faults leaves out what is no error.
func faults(errs ...error) (list []*core.Error) {
	for _, err := range errs {
		var fault *core.Error
		if errors.As(err, &fault) {
			list = append(list, fault)
		}
	}
	return list
}

// Size gives the width and height of the paper in points.
func (p *Page) Size() (width, height float64) {
	switch p.Format {
	case "A5":
		width, height = 419.53, 595.28
	case "letter":
		width, height = 612, 792
	case "user_defined":
		unit := 72 / 25.4
		if p.Unit == "inch" {
			unit = 72
		}
		return float64(p.Width) * unit, float64(p.Height) * unit
	default:
		width, height = 595.28, 841.89
	}
	if p.Orientation == "landscape" {
		return height, width
	}
	return width, height
}

// Shows tells whether a page has a header and a footer.
func (p *Page) Shows(first bool) (header, footer bool) {
	return p.Header && !(first && p.HeaderDisplay == "not_on_first_page"), p.Footer && !(first && p.FooterDisplay == "not_on_first_page")
}

// Body gives the edges of the area between header and footer.
func (p *Page) Body(first bool) (left, top, right, bottom float64) {
	width, height := p.Size()
	left, top, right, bottom = float64(p.MarginLeft), float64(p.MarginTop), width-float64(p.MarginRight), height-float64(p.MarginBottom)
	header, footer := p.Shows(first)
	if header {
		top += float64(p.HeaderSize)
	}
	if footer {
		bottom -= float64(p.FooterSize)
	}
	return left, top, right, bottom
}

func (r *reader) style() error {
	if len(r.of.Styles) > mostStyles {
		return refuse("styles", "there are more than %d", mostStyles)
	}
	for i, style := range r.of.Styles {
		path := fmt.Sprintf("styles[%d]", i)
		if style == nil || style.ID == "" {
			return refuse(path, "it has no id")
		}
		if err := style.check(path); err != nil {
			return err
		}
		r.styles[style.ID] = style
	}
	return nil
}

var color = regexp.MustCompile(`^(#[0-9a-fA-F]{6})?$`)

// check looks at colours, sizes and words of a look, and fills in what ReportBro takes where
// nothing is said.
func (l *Look) check(path string) error {
	for name, value := range map[string]string{"color": l.Color, "textColor": l.TextColor, "backgroundColor": l.Background, "alternateBackgroundColor": l.Alternate, "borderColor": l.EdgeColor} {
		if !color.MatchString(value) {
			return refuse(path+"."+name, "%.20q is no colour such as #0a60b0", value)
		}
	}
	if l.FontSize == 0 {
		l.FontSize = 12
	}
	if l.Spacing == 0 {
		l.Spacing = 1
	}
	switch {
	case l.FontSize < 2 || l.FontSize > 200:
		return refuse(path+".fontSize", "it is not from 2 to 200")
	case l.Spacing < 0.5 || l.Spacing > 5:
		return refuse(path+".lineSpacing", "it is not from 0.5 to 5")
	case l.EdgeWidth < 0 || l.EdgeWidth > 50:
		return refuse(path+".borderWidth", "it is not from 0 to 50")
	case min(l.PadLeft, l.PadTop, l.PadRight, l.PadBottom) < 0 || max(l.PadLeft, l.PadTop, l.PadRight, l.PadBottom) > 500:
		return refuse(path+".paddingLeft", "the room around a text is not from 0 to 500")
	}
	return core.Join(faults(
		oneOf(path+".horizontalAlignment", &l.Align, "left", "center", "right", "justify"), oneOf(path+".verticalAlignment", &l.Upright, "top", "middle", "bottom"),
		oneOf(path+".border", &l.Border, "grid", "frame_row", "frame", "row", "none"))...)
}

// looks puts the shared style in the place of the element's own look.
func (r *reader) looks(path string, id Key, own *Look) error {
	if id == "" {
		return own.check(path)
	}
	style := r.styles[id]
	if style == nil {
		return refuse(path+".styleId", "there is no style %s", id)
	}
	*own = style.Look
	return nil
}

var parameterName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,99}$`)

func (r *reader) parameters() error {
	if len(r.of.Parameters) > mostFields {
		return refuse("parameters", "there are more than %d", mostFields)
	}
	for i, p := range r.of.Parameters {
		path := fmt.Sprintf("parameters[%d]", i)
		if err := r.parameter(path, p, r.values); err != nil {
			return err
		}
		if p.Type != Array {
			continue
		}
		if len(p.Children) > mostFields {
			return refuse(path+".children", "there are more than %d", mostFields)
		}
		r.lists[p.Name] = map[string]*Parameter{}
		for j, child := range p.Children {
			path := fmt.Sprintf("%s.children[%d]", path, j)
			if child != nil && (child.Type == Array || child.Eval && !child.Own) {
				return refuse(path+".type", "a field of a list is a value of the report")
			}
			if err := r.parameter(path, child, r.lists[p.Name]); err != nil {
				return err
			}
		}
	}
	for i, p := range r.of.Parameters { // now that all names are known
		if err := r.formula(fmt.Sprintf("parameters[%d].expression", i), p); err != nil {
			return err
		}
	}
	return nil
}

// parameter checks one parameter by itself.
func (r *reader) parameter(path string, p *Parameter, names map[string]*Parameter) error {
	switch {
	case p == nil || !parameterName.MatchString(p.Name):
		return refuse(path+".name", "a name has letters, digits and underscores")
	case names[p.Name] != nil:
		return refuse(path+".name", "%s is there twice", p.Name)
	case !slices.Contains([]string{String, Decimal, Boolean, Date, Array, sum, average}, p.Type):
		return refuse(path+".type", "parameters of type %.40q are not shown", p.Type)
	}
	names[p.Name] = p
	return at(path+".pattern", checkPattern(p.Pattern, p.Type))
}

var totalOf = regexp.MustCompile(`^\s*\$\{\s*(\w+)\.(\w+)\s*\}\s*$`)

// formula reads the expression of a parameter that is computed.
func (r *reader) formula(path string, p *Parameter) error {
	if p.Type == sum || p.Type == average {
		names := totalOf.FindStringSubmatch(p.Formula)
		if names == nil || r.lists[names[1]] == nil || r.lists[names[1]][names[2]] == nil || r.lists[names[1]][names[2]].Type != Decimal {
			return refuse(path, "it has to be a number of a list, such as ${rows.amount}")
		}
		mean := p.Type == average
		p.formula = func(s *Scope) any { return s.total(names[1], names[2], mean) }
		return nil
	}
	if !p.Eval || p.Own || p.Type == Array {
		return nil
	}
	e, err := r.expression(path, p.Formula, nil, false)
	p.formula = e
	return err
}

// expression reads an expression and checks the names in it; fields are those of the list it
// stands in. An empty one is nil.
func (r *reader) expression(path, text string, fields map[string]*Parameter, paged bool) (expression, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	e, p, err := parse(text)
	if err != nil {
		return nil, at(path, err)
	}
	if r.terms += p.terms; r.terms > allTerms {
		return nil, refuse(path, "all expressions together have more than %d terms", allTerms)
	}
	for _, name := range slices.Sorted(maps.Keys(p.names)) {
		if err := r.named(path, name, fields, paged); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// named checks that a name is known where it is used.
func (r *reader) named(path, name string, fields map[string]*Parameter, paged bool) error {
	switch {
	case name == PageNumber || name == PageCount:
		if !paged {
			return refuse(path, "%s stands in the header and the footer only", name)
		}
		return nil
	case fields != nil && (fields[name] != nil || name == rowNumber), r.values[name] != nil:
		return nil
	}
	return refuse(path, "there is no parameter %.100q", name)
}

// picture reads the picture of an image.
func (r *reader) picture(path string, e *Element) error {
	if strings.TrimSpace(e.Source) != "" {
		return refuse(path+".source", "pictures are not fetched: put the picture itself into the layout")
	}
	form, coded, found := strings.Cut(e.Picture, ";base64,")
	if !found || form != "data:image/png" && form != "data:image/jpeg" && form != "data:image/jpg" {
		return refuse(path+".image", "a picture is a PNG or JPEG file within the layout")
	}
	raw, err := base64.StdEncoding.DecodeString(coded)
	if err != nil {
		return refuse(path+".image", "the picture cannot be read")
	}
	size, _, err := image.DecodeConfig(bytes.NewReader(raw))
	if err != nil || size.Width < 1 || size.Height < 1 {
		return refuse(path+".image", "the picture cannot be read")
	}
	if size.Width > mostPixels || size.Height > mostPixels || r.pixels+size.Width*size.Height > mostPixels {
		return refuse(path+".image", "the pictures have more than %d points", mostPixels)
	}
	r.pixels += size.Width * size.Height
	e.picture, _, err = image.Decode(bytes.NewReader(raw))
	if err != nil {
		return refuse(path+".image", "the picture cannot be read")
	}
	return nil
}

// tooLong refuses texts no page holds.
func tooLong(path, text string) error {
	if utf8.RuneCountInString(text) > mostLetters {
		return refuse(path, "it is longer than %d letters", mostLetters)
	}
	return nil
}
