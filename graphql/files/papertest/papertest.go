// Package papertest reads the PDF files this program writes back, so that tests see what a
// reader sees.
package papertest

import (
	"bytes"
	"compress/zlib"
	"io"
	"strings"
	"unicode/utf16"

	"github.com/openimis/openimis-go/core"
)

// Pages gives the texts on each page of a PDF, one a line, in the order in which they were
// drawn. Errors: core.Invalid for what is no PDF of ours.
func Pages(pdf []byte) (pages []string, err error) {
	for rest := pdf; ; {
		_, after, found := bytes.Cut(rest, []byte("stream\n"))
		if !found {
			break
		}
		stream, end, found := bytes.Cut(after, []byte("\nendstream"))
		if !found {
			return nil, core.Errorf(core.Invalid, "a stream does not end")
		}
		rest = end
		packed, err := zlib.NewReader(bytes.NewReader(stream))
		if err != nil {
			continue // a part that is not packed is no page
		}
		content, err := io.ReadAll(packed)
		if err != nil {
			return nil, core.Wrap(core.Invalid, err, "a stream cannot be unpacked")
		}
		if bytes.HasPrefix(content, []byte("0 J\n")) {
			pages = append(pages, textsIn(content))
		}
	}
	if len(pages) == 0 {
		return nil, core.Errorf(core.Invalid, "there are no pages")
	}
	return pages, nil
}

// textsIn gives the texts a page shows: between brackets, two bytes a sign.
func textsIn(content []byte) string {
	var lines []string
	for {
		_, after, found := bytes.Cut(content, []byte(" Td ("))
		if !found {
			return strings.Join(lines, "\n")
		}
		var plain []byte
		i := 0
		for ; i < len(after) && after[i] != ')'; i++ {
			if after[i] == '\\' && i+1 < len(after) {
				i++
				if after[i] == 'r' {
					plain = append(plain, '\r')
					continue
				}
			}
			plain = append(plain, after[i])
		}
		var signs []uint16
		for j := 0; j+1 < len(plain); j += 2 {
			signs = append(signs, uint16(plain[j])<<8|uint16(plain[j+1]))
		}
		lines, content = append(lines, string(utf16.Decode(signs))), after[min(i, len(after)):]
	}
}
