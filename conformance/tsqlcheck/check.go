package main

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/antlr4-go/antlr/v4"
	"github.com/bytebase/parser/tsql"
)

// gap is a statement the server takes and the grammar does not: constraints switched on
// again with their rows checked.
//
// https://learn.microsoft.com/sql/t-sql/statements/alter-table-transact-sql
var gap = regexp.MustCompile(`^ALTER TABLE ("[^"]+"|\[[^\]]+\]) WITH CHECK CHECK CONSTRAINT (("[^"]+"|\[[^\]]+\])(, )?)+;?$`)

// check gives what is wrong with a statement: what the grammar refuses, and what the
// grammar lets pass but the server does not.
func check(statement string) []string {
	if trimmed := strings.TrimSpace(statement); trimmed == "" {
		return []string{"the statement is empty"}
	} else if strings.HasPrefix(trimmed, "-- cannot be rendered") {
		return []string{trimmed}
	} else if gap.MatchString(trimmed) {
		return nil
	}
	listener := &faults{DefaultErrorListener: antlr.NewDefaultErrorListener()}
	lexer := tsql.NewTSqlLexer(antlr.NewInputStream(statement))
	lexer.RemoveErrorListeners()
	lexer.AddErrorListener(listener)
	tokens := antlr.NewCommonTokenStream(lexer, antlr.TokenDefaultChannel)
	parser := tsql.NewTSqlParser(tokens)
	parser.RemoveErrorListeners()
	parser.AddErrorListener(listener)
	parser.Tsql_file()
	return append(listener.found, tokenFaults(tokens.GetAllTokens())...)
}

// faults collects what the lexer and the parser complain about.
type faults struct {
	*antlr.DefaultErrorListener
	found []string
}

// SyntaxError notes one complaint.
func (f *faults) SyntaxError(_ antlr.Recognizer, _ any, line, column int, message string, _ antlr.RecognitionException) {
	f.found = append(f.found, fmt.Sprintf("line %d, column %d: %s", line, column, message))
}

// tokenFaults looks for what other databases know and SQL Server does not. It looks at
// tokens, so that texts and quoted names are no faults.
func tokenFaults(all []antlr.Token) []string {
	var tokens []antlr.Token
	for _, token := range all {
		if token.GetChannel() == antlr.TokenDefaultChannel && token.GetTokenType() != antlr.TokenEOF {
			tokens = append(tokens, token)
		}
	}
	word := func(i int) string {
		if i < 0 || i >= len(tokens) {
			return ""
		}
		return strings.ToUpper(tokens[i].GetText())
	}
	var found []string
	for i := range tokens {
		at := fmt.Sprintf("column %d: ", tokens[i].GetColumn())
		switch word(i) {
		case "||":
			found = append(found, at+"|| does not join texts; use +")
		case "|":
			if word(i+1) == "|" {
				found = append(found, at+"|| does not join texts; use +")
			}
		case "TRUE", "FALSE":
			if prior := word(i - 1); prior == "=" || prior == ">" || prior == "IS" || prior == "DEFAULT" || prior == "(" || prior == "," {
				found = append(found, at+"there is no "+word(i)+"; a bit is 1 or 0")
			}
		case "LIMIT":
			found = append(found, at+"LIMIT is OFFSET … FETCH NEXT …")
		case "FOR":
			if word(i+1) == "UPDATE" || word(i+1) == "SHARE" {
				found = append(found, at+"FOR UPDATE is the table hint WITH (UPDLOCK)")
			}
		case "ILIKE", "RETURNING", "NULLS":
			found = append(found, at+"there is no "+word(i))
		case "CONFLICT":
			if word(i-1) == "ON" {
				found = append(found, at+"there is no ON CONFLICT")
			}
		}
	}
	return found
}
