package tables

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// Field is one cell of a CSV file. A quoted cell is always literal text; the words \N,
// @now and @newid mean something only without quotes.
type Field struct {
	Text   string
	Quoted bool
}

// Reader reads CSV records one at a time: commas, RFC 4180 quotes, lines ending in LF or
// CRLF, UTF-8 with or without a byte order mark. It differs from encoding/csv in keeping
// what is needed to read back exactly what was written: whether a cell was quoted, and
// CRLF inside quotes.
type Reader struct {
	in     *bufio.Reader
	row    int // number of the record last read, the header being 1
	fields []Field
	cell   []byte
	read   int64
}

// maxCell bounds one cell, so that a missing quote does not swallow a file into memory.
const maxCell = 16 << 20

// errSyntax is what Read gives for text that is not CSV; the message says why.
type errSyntax struct {
	row, column int
	message     string
}

func (e *errSyntax) Error() string {
	return fmt.Sprintf("row %d, cell %d: %s", e.row, e.column, e.message)
}

// NewReader starts reading.
func NewReader(r io.Reader) *Reader {
	in := bufio.NewReaderSize(r, 1<<16)
	if mark, err := in.Peek(3); err == nil && bytes.Equal(mark, []byte("\xef\xbb\xbf")) {
		in.Discard(3) //nolint:errcheck // the bytes were just seen
	}
	return &Reader{in: in}
}

// Row gives the number of the record last read; the header is record 1, as in a
// spreadsheet.
func (r *Reader) Row() int { return r.row }

// BytesRead tells how far into the file the reader is.
func (r *Reader) BytesRead() int64 { return r.read }

// Read gives the next record. The slice is valid until the next call. Errors: io.EOF at
// the end; a description of what is not CSV, after which reading cannot go on.
func (r *Reader) Read() ([]Field, error) {
	for {
		first, err := r.peek()
		if err != nil {
			return nil, err
		}
		if first != '\n' && first != '\r' {
			break
		}
		// A blank line is no record; a lone CR is not a line end and starts a cell.
		if first == '\r' {
			if next, err := r.in.Peek(2); err != nil || next[1] != '\n' {
				break
			}
			r.next() //nolint:errcheck // peeked
		}
		r.next() //nolint:errcheck // peeked
	}
	r.row++
	r.fields = r.fields[:0]
	for {
		field, last, err := r.field()
		if err != nil {
			return nil, err
		}
		r.fields = append(r.fields, field)
		if last {
			return r.fields, nil
		}
	}
}

func (r *Reader) peek() (byte, error) {
	ahead, err := r.in.Peek(1)
	if err != nil {
		return 0, err
	}
	return ahead[0], nil
}

func (r *Reader) next() (byte, error) {
	c, err := r.in.ReadByte()
	if err == nil {
		r.read++
	}
	return c, err
}

func (r *Reader) fail(format string, args ...any) error {
	return &errSyntax{row: r.row, column: len(r.fields) + 1, message: fmt.Sprintf(format, args...)}
}

// field reads one cell and what ends it; last tells that it was the record's last.
func (r *Reader) field() (field Field, last bool, err error) {
	r.cell = r.cell[:0]
	c, err := r.next()
	if errors.Is(err, io.EOF) {
		return Field{}, true, nil // the file ends behind a comma
	}
	if err != nil {
		return Field{}, false, err
	}
	if c == '"' {
		field.Quoted = true
		if c, err = r.quoted(); err != nil && !errors.Is(err, io.EOF) {
			return field, false, err
		}
	} else {
		c, err = r.bare(c)
		if err != nil && !errors.Is(err, io.EOF) {
			return field, false, err
		}
	}
	if !utf8.Valid(r.cell) {
		return field, false, r.fail("the text is not UTF-8")
	}
	if bytes.IndexByte(r.cell, 0) >= 0 {
		return field, false, r.fail("the text holds a NUL character")
	}
	field.Text = string(r.cell)
	return field, err != nil || c != ',', nil
}

// bare reads the rest of an unquoted cell and gives the comma or LF that ended it.
func (r *Reader) bare(c byte) (byte, error) {
	for {
		switch c {
		case ',':
			return c, nil
		case '\n':
			if n := len(r.cell); n > 0 && r.cell[n-1] == '\r' {
				r.cell = r.cell[:n-1]
			}
			return c, nil
		case '"':
			return c, r.fail("a quote inside a cell that does not begin with one")
		}
		if len(r.cell) >= maxCell {
			return c, r.fail("the cell is longer than %d bytes", maxCell)
		}
		r.cell = append(r.cell, c)
		var err error
		if c, err = r.next(); err != nil {
			if n := len(r.cell); errors.Is(err, io.EOF) && n > 0 && r.cell[n-1] == '\r' {
				r.cell = r.cell[:n-1]
			}
			return c, err
		}
	}
}

// quoted reads a cell behind its opening quote and gives the comma or LF that ended it.
func (r *Reader) quoted() (byte, error) {
	for {
		c, err := r.next()
		if errors.Is(err, io.EOF) {
			return c, r.fail("the quote is never closed")
		}
		if err != nil {
			return c, err
		}
		if c == '"' {
			c, err = r.next()
			if err != nil {
				return c, err
			}
			if c == '\r' {
				if c, err = r.next(); err != nil {
					return c, err
				}
				if c != '\n' {
					return c, r.fail("a closing quote is followed by a carriage return without a line feed")
				}
			}
			if c == ',' || c == '\n' {
				return c, nil
			}
			if c != '"' {
				return c, r.fail("a closing quote is followed by %q instead of a comma or the end of the line", c)
			}
		}
		if len(r.cell) >= maxCell {
			return c, r.fail("the cell is longer than %d bytes", maxCell)
		}
		r.cell = append(r.cell, c)
	}
}
