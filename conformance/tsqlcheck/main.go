// Command tsqlcheck parses statements as T-SQL where no SQL Server is at hand.
//
//	tsqlcheck FILE [MIGRATIONS]
//
// FILE holds one JSON string a line, each a statement the persistence suite would send to
// SQL Server (OPENIMIS_TSQL_OUT). MIGRATIONS is a folder of migrations of that dialect. It
// prints what it read and how it went, and exits 1 naming each statement at fault.
//
// It is a module of its own because the grammar is larger than the server. It knows
// nothing of the server's code and must not import it.
//
// Language: https://learn.microsoft.com/sql/t-sql/language-reference
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: tsqlcheck FILE [MIGRATIONS]")
		os.Exit(2)
	}
	statements, err := read(os.Args[1], os.Args[2:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "tsqlcheck:", err)
		os.Exit(2)
	}
	if faults := report(os.Stdout, statements); faults > 0 {
		os.Exit(1)
	}
}

// read collects the statements of the file and the folders.
func read(file string, folders []string) ([]string, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("%w: run the tests with OPENIMIS_TSQL_OUT=%s first", err, file)
	}
	defer f.Close()
	statements, err := readLines(f)
	if err != nil {
		return nil, err
	}
	if len(statements) == 0 {
		return nil, fmt.Errorf("%s holds no statement", file)
	}
	for _, folder := range folders {
		names, err := filepath.Glob(filepath.Join(folder, "*.sql"))
		if err != nil || len(names) == 0 {
			return nil, fmt.Errorf("no migrations in %s", folder)
		}
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				return nil, err
			}
			statements = append(statements, migration(string(text))...)
		}
	}
	return statements, nil
}

// readLines reads one JSON string a line and drops repetitions.
func readLines(r io.Reader) ([]string, error) {
	var statements []string
	seen := map[string]bool{}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 16<<20)
	for n := 1; lines.Scan(); n++ {
		var statement string
		if err := json.Unmarshal(lines.Bytes(), &statement); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		if !seen[statement] {
			seen[statement] = true
			statements = append(statements, statement)
		}
	}
	return statements, lines.Err()
}

// migration splits a goose migration into its statements.
func migration(text string) []string {
	var statements []string
	var current strings.Builder
	flush := func() {
		if s := strings.TrimSpace(current.String()); s != "" {
			statements = append(statements, s)
		}
		current.Reset()
	}
	block := false
	for line := range strings.Lines(text) {
		trimmed := strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(trimmed, "-- +goose StatementBegin"):
			block = true
		case strings.HasPrefix(trimmed, "-- +goose StatementEnd"):
			block = false
			flush()
		case strings.HasPrefix(trimmed, "--"):
		default:
			current.WriteString(line)
			if !block && strings.HasSuffix(trimmed, ";") {
				flush()
			}
		}
	}
	flush()
	return statements
}

// report checks every statement, prints the faults and the counts and gives the number
// of statements at fault.
func report(w io.Writer, statements []string) int {
	kinds := map[string]int{}
	failed := 0
	for _, statement := range statements {
		kind, _, _ := strings.Cut(strings.ToUpper(strings.TrimSpace(statement)), " ")
		kinds[kind]++
		faults := check(statement)
		if len(faults) == 0 {
			continue
		}
		failed++
		fmt.Fprintf(w, "FAULT %s\n", statement)
		for _, fault := range faults {
			fmt.Fprintf(w, "      %s\n", fault)
		}
	}
	fmt.Fprintf(w, "%d statements parsed as T-SQL, %d at fault", len(statements), failed)
	for _, kind := range []string{"SELECT", "INSERT", "UPDATE", "DELETE", "SET", "CREATE", "ALTER", "IF"} {
		if kinds[kind] > 0 {
			fmt.Fprintf(w, ", %d %s", kinds[kind], kind)
		}
	}
	fmt.Fprintln(w)
	return failed
}
