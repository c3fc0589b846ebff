package cmd_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/openimis/openimis-go/cmd"
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/demo"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// TestReadme runs the commands of README.md against a demo and compares what they print,
// today and on a day to come: what the demo invents depends on the day.
func TestReadme(t *testing.T) {
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```console\n\\$ (.*?)\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	if len(blocks) < 5 {
		t.Fatalf("README.md has %d commands", len(blocks))
	}
	follow := func(t *testing.T, store *persistence.Store, clock core.Clock) {
		s := assemble(t, store, func(p *cmd.Parts) { p.Clock = clock })
		for _, block := range blocks {
			got := curl(t, s, block[1], clock.Now())
			if !showsAs(block[2], got) {
				t.Errorf("$ %s\nprinted\n%s\nREADME.md shows\n%s", block[1], got, block[2])
			}
		}
	}
	eachDemo(t, func(t *testing.T, store *persistence.Store) { follow(t, store, core.SystemClock{}) })
	t.Run("on a day to come", func(t *testing.T) {
		clock := core.FixedClock(time.Date(2031, 3, 2, 10, 0, 0, 0, time.UTC))
		store := persistencetest.SQLite(t, persistencetest.WithClock(clock))
		if _, err := demo.Generate(persistencetest.System(t), store, demo.Options{}); err != nil {
			t.Fatal(err)
		}
		follow(t, store, clock)
	})
}

// TestReadmeNamesTheDemoUsers compares the table of users with those the demo makes.
func TestReadmeNamesTheDemoUsers(t *testing.T) {
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, user := range demo.Users {
		row := regexp.MustCompile(`(?m)^\|.*` + "`" + user.Login + "`" + `.*\| ` + "`" + user.Password + "`" + ` \|`)
		if !row.Match(text) {
			t.Errorf("README.md does not name %s with %s", user.Login, user.Password)
		}
	}
}

// curl does what the commands of README.md ask of sed and curl.
func curl(t *testing.T, handler http.Handler, command string, now time.Time) string {
	t.Helper()
	var body io.Reader
	if filter, rest, piped := strings.Cut(command, " | "); piped {
		words := shellWords(filter)
		data, err := os.ReadFile(filepath.Join("..", words[len(words)-1]))
		if err != nil || words[0] != "sed" || words[1] != "s/TODAY/$(date +%F)/g" {
			t.Fatalf("cannot do %q: %v", filter, err)
		}
		body, command = strings.NewReader(strings.ReplaceAll(string(data), "TODAY", now.Format(time.DateOnly))), rest
	}
	words := shellWords(command)
	target, method, headers := words[len(words)-1], http.MethodGet, false
	request := httptest.NewRequest(method, target, body)
	for i, word := range words {
		switch word {
		case "-u":
			name, password, _ := strings.Cut(words[i+1], ":")
			request.SetBasicAuth(name, password)
		case "-H":
			name, value, _ := strings.Cut(words[i+1], ": ")
			request.Header.Set(name, value)
		case "--data-binary":
			request.Method = http.MethodPost
		case "-D":
			headers = true
		}
	}
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, request)
	if headers {
		return "HTTP/1.1 " + answer.Result().Status + "\n\n" + answer.Body.String()
	}
	return answer.Body.String()
}

// shellWords cuts a command at spaces that are not in quotes.
func shellWords(command string) []string {
	var words []string
	for _, word := range regexp.MustCompile(`'[^']*'|"[^"]*"|\S+`).FindAllString(command, -1) {
		words = append(words, strings.Trim(word, `'"`))
	}
	return words
}

// showsAs tells whether the text is as shown, where a line … stands for any lines.
func showsAs(shown, text string) bool {
	pattern := regexp.QuoteMeta(strings.TrimSpace(shown))
	pattern = strings.ReplaceAll(pattern, "\n…\n", "\n(?s:.*?\n)??")
	pattern = strings.ReplaceAll(pattern, "\n…", "(?s:.*)")
	return regexp.MustCompile(`\A` + pattern + `\s*\z`).MatchString(text)
}
