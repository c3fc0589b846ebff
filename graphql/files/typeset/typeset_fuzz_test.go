package typeset_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/graphql/files/papertest"
	"github.com/openimis/openimis-go/graphql/files/typeset"
	"github.com/openimis/openimis-go/scheme/report"
	"github.com/openimis/openimis-go/scheme/report/layout"
)

// Whatever somebody stores as a layout is refused, or drawn: as a PDF with pages and as a
// workbook.
func FuzzLayout(f *testing.F) {
	for _, elements := range []string{
		`{"elementType":"text","containerId":"0_content","width":100,"height":9,"content":"${title} ${amount}","cs_condition":"${amount} > 1 or not ${day}","cs_styleId":50}`,
		`{"elementType":"table","containerId":"0_content","dataSource":"${rows}","border":"frame_row","borderWidth":1,"header":true,"headerData":{"repeatHeader":true,"height":900,"columnData":[{}]},"contentDataRows":[{"groupExpression":"${code}","printIf":"${paid} / 0","pageBreak":true,"height":300,"columnData":[{"width":3,"content":"WWWW ${code}","colspan":7}]}]}`,
		`{"elementType":"frame","containerId":"0_header","linkedContainerId":7,"borderLeft":true,"borderWidth":3},{"elementType":"line","containerId":7,"width":5,"height":1,"color":"#ff00ff"}`,
		`{"elementType":"image","containerId":"0_footer","width":9,"height":9,"image":"data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="}`,
		`{"elementType":"page_break","containerId":"0_content","y":3}`,
	} {
		f.Add(`{"docElements":[` + elements + `],` + parameters + `,"styles":[{"id":50,"fontSize":200,"paddingTop":500,"lineSpacing":5}],` + page + `}`)
	}
	raw, err := json.Marshal(report.Named("registers_status").Default())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(raw))
	f.Fuzz(func(t *testing.T, text string) {
		d, err := layout.Read(text)
		if err != nil {
			if code := core.CodeOf(err); code != core.Invalid && code != core.TooLarge {
				t.Fatalf("%v", err)
			}
			return
		}
		var out bytes.Buffer
		switch err := typeset.PDF(&out, d, data(5), "Title", time.Time{}); {
		case err == nil:
			if _, err := papertest.Pages(out.Bytes()); err != nil {
				t.Error(err)
			}
		case core.CodeOf(err) != core.Unprocessable:
			t.Errorf("PDF: %v", err)
		}
		out.Reset()
		if err := typeset.XLSX(&out, d, data(5)); err != nil && core.CodeOf(err) != core.Unprocessable {
			t.Errorf("XLSX: %v", err)
		}
		if _, err := d.Sample(json.RawMessage(strings.ToLower(text))); err != nil && core.CodeOf(err) != core.Invalid {
			t.Errorf("sample: %v", err)
		}
	})
}
