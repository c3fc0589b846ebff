package tables

import (
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
)

func readAll(text string) (records [][]Field, err error) {
	reader := NewReader(strings.NewReader(text))
	for {
		fields, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return records, nil
		}
		if err != nil {
			return records, err
		}
		records = append(records, append([]Field(nil), fields...))
	}
}

func TestReader(t *testing.T) {
	bare := func(texts ...string) []Field {
		fields := make([]Field, len(texts))
		for i, text := range texts {
			fields[i] = Field{Text: text}
		}
		return fields
	}
	for _, test := range []struct {
		name, text string
		want       [][]Field
	}{
		{"nothing", "", nil},
		{"line feeds", "a,b\n1,2\n", [][]Field{bare("a", "b"), bare("1", "2")}},
		{"carriage returns too", "a,b\r\n1,2\r\n", [][]Field{bare("a", "b"), bare("1", "2")}},
		{"no end of the last line", "a\n1", [][]Field{bare("a"), bare("1")}},
		{"empty cells", "a,b,c\n,,\n", [][]Field{bare("a", "b", "c"), bare("", "", "")}},
		{"ends behind a comma", "a,b\n1,", [][]Field{bare("a", "b"), bare("1", "")}},
		{"byte order mark", "\ufeffa\n", [][]Field{bare("a")}},
		{"blank lines are no records", "\n\na\n\r\n1\n\n", [][]Field{bare("a"), bare("1")}},
		{"quotes", "\"a,b\",\"say \"\"x\"\"\"\n", [][]Field{{{"a,b", true}, {`say "x"`, true}}}},
		{"line ends inside quotes are kept", "\"a\r\nb\nc\"\r\n", [][]Field{{{"a\r\nb\nc", true}}}},
		{"quoted words are literal", `\N,"\N",@now,"@now"`, [][]Field{{{`\N`, false}, {`\N`, true}, {"@now", false}, {"@now", true}}}},
		{"a lone carriage return is text", "a\rb,c\n", [][]Field{bare("a\rb", "c")}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := readAll(test.text)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestReaderRefuses(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"open quote", "a\n\"b", "row 2, cell 1: the quote is never closed"},
		{"text behind a quote", "a,\"b\"c\n", `row 1, cell 2: a closing quote is followed by 'c'`},
		{"quote inside", "a,b\"c\n", "row 1, cell 2: a quote inside a cell"},
		{"not UTF-8", "a\n\xff\n", "row 2, cell 1: the text is not UTF-8"},
		{"NUL", "a\n\x00\n", "row 2, cell 1: the text holds a NUL"},
		{"endless cell", "\"" + strings.Repeat("x", maxCell+1), "is longer than"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := readAll(test.text)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

// What the reader accepts, written by the rules of export, reads back the same.
func FuzzReader(f *testing.F) {
	for _, seed := range []string{"a,b\n1,2\n", "\"a\r\n\",\\N\r\n", "\ufeff,\n\"\"\"\"", "a\rb\n\n,,", "\"x", "\r"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		records, err := readAll(text)
		if err != nil {
			var wrong *errSyntax
			if !errors.As(err, &wrong) {
				t.Fatalf("an error that names no place: %v", err)
			}
			return
		}
		var again []byte
		for _, fields := range records {
			for i, field := range fields {
				if i > 0 {
					again = append(again, ',')
				}
				if field.Quoted {
					again = append(again, '"')
					again = append(again, strings.ReplaceAll(field.Text, `"`, `""`)...)
					again = append(again, '"')
				} else {
					again = appendText(again, field.Text, len(fields) == 1)
				}
			}
			again = append(again, '\n')
		}
		second, err := readAll(string(again))
		if err != nil {
			t.Fatalf("%q, written again as %q: %v", text, again, err)
		}
		if len(second) != len(records) {
			t.Fatalf("%d records became %d: %q", len(records), len(second), again)
		}
		for i := range records {
			for j := range records[i] {
				if records[i][j].Text != second[i][j].Text {
					t.Fatalf("record %d cell %d: %q became %q", i, j, records[i][j].Text, second[i][j].Text)
				}
			}
		}
	})
}
