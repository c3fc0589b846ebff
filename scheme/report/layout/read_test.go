package layout_test

import (
	"strings"
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/scheme/report/layout"
)

const (
	rest       = `,"parameters":[{"name":"title","type":"string"},{"name":"rows","type":"array","children":[{"name":"code","type":"string"},{"name":"paid","type":"number"}]}],"styles":[],"documentProperties":{}}`
	somewhere  = `"id":1,"containerId":"0_content","x":0,"y":0,"width":10,"height":10,`
	oneByOne   = `iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==`
	aTable     = `{` + somewhere + `"elementType":"table","dataSource":"${rows}","contentDataRows":[{"columnData":[{"content":"CONTENT"}]}]}`
	properties = `{"docElements":[],"parameters":[],"styles":[],"documentProperties":{PROPERTIES}}`
)

// A layout that cannot be drawn is refused with the place of what is wrong.
func TestRefused(t *testing.T) {
	element := func(more string) string { return `{"docElements":[{` + somewhere + more + `}]` + rest }
	parameter := func(more string) string {
		return `{"docElements":[],"styles":[],"documentProperties":{},"parameters":[{"name":"rows","type":"array","children":[{"name":"code","type":"string"},{"name":"paid","type":"number"}]},` + more + `]}`
	}
	table := func(content string) string {
		return `{"docElements":[` + strings.Replace(aTable, "CONTENT", content, 1) + `]` + rest
	}
	for text, want := range map[string]string{
		"":                             "definition: it is no JSON",
		"nothing":                      "definition: it is no JSON",
		`[]`:                           "definition: a array does not belong there",
		`{"docElements":"x"}`:          "docElements: a string does not belong there",
		`{"docElements":[null]` + rest: "docElements[0]: there is none",
		strings.Repeat(" ", layout.MostBytes) + "{}": "definition: it is larger",

		element(`"elementType":"bar_code"`):                                                               `docElements[0].elementType: elements of type "bar_code" are not drawn`,
		element(`"elementType":"section"`):                                                                `docElements[0].elementType: elements of type "section"`,
		element(`"elementType":"text","content":"${nothing}"`):                                            `docElements[0].content: there is no parameter "nothing"`,
		element(`"elementType":"text","content":"${code}"`):                                               `docElements[0].content: there is no parameter "code"`,
		element(`"elementType":"text","content":"${title"`):                                               "docElements[0].content: ${ has no }",
		element(`"elementType":"text","content":"${page_number}"`):                                        "docElements[0].content: page_number stands in the header and the footer only",
		element(`"elementType":"text","content":"1 +","eval":true`):                                       "docElements[0].content: something is missing at its end",
		element(`"elementType":"text","content":"` + strings.Repeat("x", 6000) + `"`):                     "docElements[0].content: it is longer",
		element(`"elementType":"text","richText":true`):                                                   "docElements[0].richText: formatted text",
		element(`"elementType":"text","link":"http://x"`):                                                 "docElements[0].link: links are not drawn",
		element(`"elementType":"text","pattern":"` + strings.Repeat("0", 61) + `"`):                       "docElements[0].pattern: the pattern is longer",
		element(`"elementType":"text","cs_condition":"1 == 1"`):                                           "docElements[0].cs_styleId: name the style",
		element(`"elementType":"text","cs_condition":"1","cs_styleId":"7"`):                               "docElements[0].cs_.styleId: there is no style 7",
		element(`"elementType":"text","styleId":"7"`):                                                     "docElements[0].styleId: there is no style 7",
		element(`"elementType":"text","fontSize":900`):                                                    "docElements[0].fontSize: it is not from 2 to 200",
		element(`"elementType":"text","textColor":"red"`):                                                 `docElements[0].textColor: "red" is no colour`,
		element(`"elementType":"text","horizontalAlignment":"up"`):                                        `docElements[0].horizontalAlignment: "up" is none of`,
		element(`"elementType":"text","x":-1`):                                                            "docElements[0].x: place and size are not below 0",
		element(`"elementType":"text","x":"1e9"`):                                                         `docElements[0]: "1e9" is no number up to 20000`,
		element(`"elementType":"text","containerId":"77"`):                                                `docElements[0].containerId: there is no area "77"`,
		element(`"elementType":"line","printIf":"import os"`):                                             `docElements[0].printIf: "import" is not understood`,
		element(`"elementType":"line","printIf":"open('x')"`):                                             `docElements[0].printIf: "open" is not understood`,
		element(`"elementType":"line","printIf":"1 1"`):                                                   `docElements[0].printIf: "1" is not expected there`,
		element(`"elementType":"line","printIf":"` + strings.Repeat("(", 50) + `"`):                       "docElements[0].printIf: more than 6 brackets",
		element(`"elementType":"line","printIf":"1` + strings.Repeat("+1", 300) + `"`):                    "docElements[0].printIf: it has more than 200 terms",
		element(`"elementType":"line","printIf":"'x"`):                                                    "docElements[0].printIf: the text after ' does not end",
		element(`"elementType":"line","printIf":"1e9 > 2"`):                                               "is not expected there",
		element(`"elementType":"page_break","containerId":"0_footer"`):                                    "docElements[0].containerId: a page ends between elements of its content",
		element(`"elementType":"frame"`):                                                                  "docElements[0].linkedContainerId: every frame has an area of its own",
		element(`"elementType":"frame","linkedContainerId":"0_content"`):                                  "docElements[0].linkedContainerId: every frame has an area of its own",
		element(`"elementType":"frame","linkedContainerId":"3","containerId":3`):                          "docElements[0].containerId: more than 6 frames",
		element(`"elementType":"image","source":"http://example.org/x.png"`):                              "docElements[0].source: pictures are not fetched",
		element(`"elementType":"image","image":"data:image/gif;base64,R0lGODlhAQABAAAAACw="`):             "docElements[0].image: a picture is a PNG or JPEG",
		element(`"elementType":"image","image":"data:image/png;base64,AAAA"`):                             "docElements[0].image: the picture cannot be read",
		element(`"elementType":"image"`):                                                                  "docElements[0].image: a picture is",
		element(`"elementType":"table","dataSource":"${title}"`):                                          "docElements[0].dataSource: it has to be a list",
		element(`"elementType":"table","dataSource":"${rows}"`):                                           "docElements[0].contentDataRows: a table has from 1",
		element(`"elementType":"table","contentDataRows":[null]`):                                         "docElements[0].contentDataRows[0].columnData: a table has from 1",
		element(`"elementType":"table","header":true,"contentDataRows":[{"columnData":[{}]}]`):            "docElements[0].headerData.columnData: it has to have 1 cells",
		element(`"elementType":"table","containerId":"0_header","contentDataRows":[{"columnData":[{}]}]`): "docElements[0].containerId: a table stands in the content",
		element(`"elementType":"table","contentDataRows":[{"groupExpression":"1","columnData":[{}]}]`):    "docElements[0].contentDataRows[0].groupExpression: groups need the rows of a list",
		table("${none}"):       `docElements[0].contentDataRows[0].columnData[0].content: there is no parameter "none"`,
		table("${page_count}"): "docElements[0].contentDataRows[0].columnData[0].content: page_count stands",

		parameter(`{"name":"a b","type":"string"}`):                                       "parameters[1].name: a name has letters",
		parameter(`{"name":"rows","type":"string"}`):                                      "parameters[1].name: rows is there twice",
		parameter(`{"name":"x","type":"image"}`):                                          `parameters[1].type: parameters of type "image" are not shown`,
		parameter(`{"name":"x","type":"sum","expression":"${rows.code}"}`):                "parameters[1].expression: it has to be a number of a list",
		parameter(`{"name":"x","type":"number","eval":true,"expression":"${y}"}`):         `parameters[1].expression: there is no parameter "y"`,
		parameter(`{"name":"x","type":"number","pattern":"dd"}`):                          `parameters[1].pattern: "dd" is no pattern of a number`,
		parameter(`{"name":"x","type":"date","pattern":"0.00"}`):                          `parameters[1].pattern: "0.00" is no pattern of a date`,
		parameter(`{"name":"x","type":"array","children":[{"name":"y","type":"array"}]}`): "parameters[1].children[0].type: a field of a list",

		strings.Replace(properties, "PROPERTIES", `"pageFormat":"A0"`, 1):           `documentProperties.pageFormat: "A0" is none of`,
		strings.Replace(properties, "PROPERTIES", `"pageFormat":"user_defined"`, 1): "documentProperties.pageWidth: a page is at least",
		strings.Replace(properties, "PROPERTIES", `"marginLeft":"590"`, 1):          "documentProperties.marginLeft: margins, header and footer leave no room",
		strings.Replace(properties, "PROPERTIES", `"patternLocale":"xx"`, 1):        "documentProperties.patternLocale",
		strings.Replace(properties, "PROPERTIES", `"watermark":true`, 1):            "watermarks: watermarks are not drawn",
	} {
		_, err := layout.Read(text)
		if code := core.CodeOf(err); err == nil || !strings.Contains(err.Error(), want) || code != core.Invalid && code != core.TooLarge {
			t.Errorf("%.150s: %v, want %s", text, err, want)
		}
	}
}

// What the designer writes is read: numbers as text, keys as either, properties of later versions.
func TestRead(t *testing.T) {
	for _, text := range []string{
		`{"docElements":[` + strings.Replace(aTable, "CONTENT", "${code} ${row_number} ${title}", 1) + `]` + rest,
		`{"version":6,"reportId":"x","docElements":[{` + somewhere + `"elementType":"image","image":"data:image/png;base64,` + oneByOne + `","source":""}]` + rest,
		`{"docElements":[{"id":"4","containerId":"0_footer","x":"1","y":"2.5","width":"","height":3,"elementType":"text","content":"${page_number} / ${page_count}","cs_additionalRules":"[]","later":{"a":1}}]` + rest,
		`{}`,
	} {
		if _, err := layout.Read(text); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// A layout shows what the report has, as what it is.
func TestFits(t *testing.T) {
	fields := []layout.Field{{Name: "title", Type: layout.String}, {Name: "rows", Type: layout.Array, Fields: []layout.Field{{Name: "code", Type: layout.String}, {Name: "paid", Type: layout.Decimal}}}}
	for parameters, want := range map[string]string{
		`{"name":"title","type":"string"},{"name":"page_count","type":"number"}`:                                    "",
		`{"name":"title","type":"number"}`:                                                                          "parameters[0].type: title is of type string",
		`{"name":"secret","type":"string"}`:                                                                         `parameters[0].name: the report has no "secret"; it has title, rows`,
		`{"name":"rows","type":"array","children":[{"name":"code","type":"string"},{"name":"born","type":"date"}]}`: `parameters[0].children[1].name: the report has no "born"; it has code, paid`,
		`{"name":"rows","type":"array","children":[{"name":"paid","type":"number"}]},{"name":"all","type":"sum","expression":"${rows.paid}"},{"name":"x","type":"string","eval":true,"expression":"str(${all})"}`: "",
	} {
		d, err := layout.Read(`{"docElements":[],"styles":[],"documentProperties":{},"parameters":[` + parameters + `]}`)
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Fits(fields); (want == "") != (err == nil) || err != nil && err.Error() != want {
			t.Errorf("%s: %v, want %q", parameters, err, want)
		}
	}
}
