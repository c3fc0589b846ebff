package layout

import (
	"encoding/json"
	"image"
	"strconv"
	"strings"

	"github.com/openimis/openimis-go/core"
)

// Definition is a layout. The names of its parts are ReportBro's.
type Definition struct {
	Version    int          `json:"version"`
	Elements   []*Element   `json:"docElements"`
	Parameters []*Parameter `json:"parameters"`
	Styles     []*Style     `json:"styles"`
	Watermarks []*Element   `json:"watermarks"`
	Page       Page         `json:"documentProperties"`
	// The report it is for, which ReportBro does not know.
	Report string `json:"report,omitempty"`
}

// The kinds of elements that are drawn.
const (
	Text      = "text"
	Line      = "line"
	Image     = "image"
	Table     = "table"
	Frame     = "frame"
	PageBreak = "page_break"
	cell      = "table_text"
)

// The areas of a page that elements stand in; every frame is one more.
const (
	Header  = "0_header"
	Content = "0_content"
	Footer  = "0_footer"
)

// Page is the paper and its areas. Sizes are in Unit, those of header and footer in points.
type Page struct {
	Format        string `json:"pageFormat"` // A4, A5, letter or user_defined
	Width         Number `json:"pageWidth,omitempty"`
	Height        Number `json:"pageHeight,omitempty"`
	Unit          string `json:"unit"` // mm or inch, of user_defined
	Orientation   string `json:"orientation"`
	MarginLeft    Number `json:"marginLeft"` // points, as all margins
	MarginTop     Number `json:"marginTop"`
	MarginRight   Number `json:"marginRight"`
	MarginBottom  Number `json:"marginBottom"`
	Header        bool   `json:"header"`
	HeaderSize    Number `json:"headerSize"`
	HeaderDisplay string `json:"headerDisplay"` // always or not_on_first_page
	Footer        bool   `json:"footer"`
	FooterSize    Number `json:"footerSize"`
	FooterDisplay string `json:"footerDisplay"`
	Watermark     bool   `json:"watermark"`
	Locale        string `json:"patternLocale"`
	Currency      string `json:"patternCurrencySymbol"`
	Group         string `json:"patternNumberGroupSymbol"`
}

// Element is something that stands on the page, or a cell of a table. X and Y are measured
// from the corner of its container.
type Element struct {
	ID        Key    `json:"id"`
	Kind      string `json:"elementType,omitempty"`
	Container Key    `json:"containerId,omitempty"`
	X         Number `json:"x"`
	Y         Number `json:"y"`
	Width     Number `json:"width"`
	Height    Number `json:"height"`
	PrintIf   string `json:"printIf,omitempty"`
	// What is not printed leaves no gap.
	Removed bool `json:"removeEmptyElement,omitempty"`
	StyleID Key  `json:"styleId,omitempty"`
	Look

	// Of a text or a cell.
	Content  string `json:"content,omitempty"`
	Eval     bool   `json:"eval,omitempty"` // the content is an expression
	Pattern  string `json:"pattern,omitempty"`
	Link     string `json:"link,omitempty"`
	Rich     bool   `json:"richText,omitempty"`
	When     string `json:"cs_condition,omitempty"`
	WhenID   Key    `json:"cs_styleId,omitempty"`
	WhenMore string `json:"cs_additionalRules,omitempty"`
	Span     Number `json:"colspan,omitempty"`

	// Of an image.
	Source  string `json:"source,omitempty"`
	Picture string `json:"image,omitempty"` // data:image/png;base64,…

	// Of a frame.
	Linked Key  `json:"linkedContainerId,omitempty"` // the container it is
	Shrink bool `json:"shrinkToContentHeight,omitempty"`
	Bottom bool `json:"alignToPageBottom,omitempty"`

	// Of a table.
	DataSource  string  `json:"dataSource,omitempty"` // ${rows}
	HasHeader   bool    `json:"header"`
	HasFooter   bool    `json:"footer"`
	Columns     Number  `json:"columns,omitempty"`
	ContentRows Number  `json:"contentRows,omitempty"`
	HeaderBand  *Band   `json:"headerData,omitempty"`
	Bands       []*Band `json:"contentDataRows,omitempty"`
	FooterBand  *Band   `json:"footerData,omitempty"`

	// Of what is written as a spreadsheet.
	SheetHidden bool `json:"spreadsheet_hide,omitempty"`

	when     Look // how it looks while its condition holds
	printIf  expression
	cond     expression
	pieces   []piece
	computed expression
	picture  image.Image
	source   string
}

// Band is a row of a table: its header, its footer, or what is printed for each row.
type Band struct {
	ID          Key        `json:"id"`
	Height      Number     `json:"height"`
	StyleID     Key        `json:"styleId,omitempty"`
	Background  string     `json:"backgroundColor"`
	Alternate   string     `json:"alternateBackgroundColor"`
	Repeat      bool       `json:"repeatHeader"` // on every page
	GroupBy     string     `json:"groupExpression,omitempty"`
	PrintIf     string     `json:"printIf,omitempty"`
	Break       bool       `json:"pageBreak,omitempty"` // before it
	GroupRepeat bool       `json:"repeatGroupHeader,omitempty"`
	Cells       []*Element `json:"columnData"`

	printIf expression
	groupBy expression
}

// Look is how text and boxes are shown. Colours are #rrggbb, "" for none; sizes are points.
type Look struct {
	Bold       bool   `json:"bold,omitempty"`
	Italic     bool   `json:"italic,omitempty"`
	Underline  bool   `json:"underline,omitempty"`
	Strike     bool   `json:"strikethrough,omitempty"`
	Align      string `json:"horizontalAlignment,omitempty"` // left, center, right or justify
	Upright    string `json:"verticalAlignment,omitempty"`   // top, middle or bottom
	Color      string `json:"color,omitempty"`               // of a line
	TextColor  string `json:"textColor,omitempty"`
	Background string `json:"backgroundColor,omitempty"`
	Alternate  string `json:"alternateBackgroundColor,omitempty"`
	FontSize   Number `json:"fontSize,omitempty"`
	Spacing    Number `json:"lineSpacing,omitempty"`
	Border     string `json:"border,omitempty"` // of a table: grid, frame_row, frame, row or none
	EdgeColor  string `json:"borderColor,omitempty"`
	EdgeWidth  Number `json:"borderWidth,omitempty"`
	EdgeLeft   bool   `json:"borderLeft,omitempty"`
	EdgeTop    bool   `json:"borderTop,omitempty"`
	EdgeRight  bool   `json:"borderRight,omitempty"`
	EdgeBottom bool   `json:"borderBottom,omitempty"`
	PadLeft    Number `json:"paddingLeft,omitempty"`
	PadTop     Number `json:"paddingTop,omitempty"`
	PadRight   Number `json:"paddingRight,omitempty"`
	PadBottom  Number `json:"paddingBottom,omitempty"`
}

// Style is a look with a name that elements share.
type Style struct {
	ID   Key    `json:"id"`
	Name string `json:"name"`
	Type string `json:"type,omitempty"`
	Look
}

// The types of parameters.
const (
	String  = "string"
	Decimal = "number"
	Boolean = "boolean"
	Date    = "date"
	Array   = "array" // of rows with fields
	sum     = "sum"
	average = "average"
)

// Parameter is a value a layout shows: one of the report, or computed from others.
type Parameter struct {
	ID       Key          `json:"id"`
	Name     string       `json:"name"`
	Type     string       `json:"type"`
	Item     string       `json:"arrayItemType,omitempty"`
	Eval     bool         `json:"eval"` // it is worked out by its expression
	Nullable bool         `json:"nullable"`
	Pattern  string       `json:"pattern"`
	Formula  string       `json:"expression"`
	Own      bool         `json:"showOnlyNameType"` // every layout has it, such as page_number
	TestData string       `json:"testData"`
	TestYes  bool         `json:"testDataBoolean,omitempty"`
	Children []*Parameter `json:"children,omitempty"`

	formula expression
}

// Number is a length or a count. ReportBro writes it as a number or as text; "" is 0.
type Number float64

// UnmarshalJSON reads either form.
func (n *Number) UnmarshalJSON(raw []byte) error {
	text := strings.Trim(string(raw), `" `)
	if text == "" || text == "null" {
		*n = 0
		return nil
	}
	value, err := strconv.ParseFloat(text, 64)
	if err != nil || value < -farthest || value > farthest {
		return core.Errorf(core.Invalid, "%.40q is no number up to %d", text, farthest)
	}
	*n = Number(value)
	return nil
}

// Key names an element, style, parameter or container. ReportBro writes it as a number or
// as text.
type Key string

// UnmarshalJSON reads either form.
func (k *Key) UnmarshalJSON(raw []byte) error {
	text := strings.Trim(string(raw), `"`)
	if text == "null" {
		text = ""
	}
	if len(text) > 40 {
		return core.Errorf(core.Invalid, "a key is longer than 40 signs")
	}
	*k = Key(text)
	return nil
}

// MarshalJSON writes a key of digits as a number, as the designer wants it.
func (k Key) MarshalJSON() ([]byte, error) {
	if n, err := strconv.Atoi(string(k)); err == nil {
		return json.Marshal(n)
	}
	return json.Marshal(string(k))
}
