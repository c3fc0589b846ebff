// Package layout reads how a report is laid out: the definitions of ReportBro, whose designer
// the React UI opens. A Definition says what stands where on a page, in points of 1/72 inch,
// and which values of the report it shows; its expressions and patterns are worked out here.
//
// It knows neither what reports there are nor how a page is drawn. What a definition may say
// and is not drawn is refused when it is read, by the name of the element.
//
// Format: https://www.reportbro.com/doc/
package layout

// The bounds of a definition.
const (
	MostBytes    = 1 << 20
	mostElements = 500 // cells of tables among them
	mostColumns  = 60
	mostRows     = 10 // rows of a table that are printed for one row of the report
	mostStyles   = 200
	mostFields   = 200 // parameters, and fields of one
	mostLetters  = 5000
	mostTerms    = 200 // of an expression
	allTerms     = 2000
	deepest      = 6 // frames within frames, and brackets within brackets of an expression
	farthest     = 20_000
	mostPixels   = 4 << 20 // of all pictures together
)
