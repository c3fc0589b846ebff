package persistencetest

import (
	"encoding/json"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/openimis/openimis-go/persistence"
)

// TSQLEnv names the file that collects every distinct statement of the tests as SQL
// Server would get it, one JSON string a line, for conformance/tsqlcheck to parse.
const TSQLEnv = "OPENIMIS_TSQL_OUT"

var recorded sync.Map

// RecordTSQL adds a statement to the file, once a process.
func RecordTSQL(t testing.TB, statement string) {
	name := os.Getenv(TSQLEnv)
	if name == "" {
		return
	}
	if _, known := recorded.LoadOrStore(statement, true); known {
		return
	}
	line, err := json.Marshal(statement)
	if err != nil {
		t.Error(err)
		return
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Error(err)
		return
	}
	file, err := os.OpenFile(name, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		t.Error(err)
		return
	}
	defer file.Close()
	// One write a line: several test processes append to the file.
	if _, err := file.Write(append(line, '\n')); err != nil {
		t.Error(err)
	}
}

// recording has the statements of a store recorded when the file is asked for.
func recording(t testing.TB, o *persistence.Options) {
	if os.Getenv(TSQLEnv) != "" {
		o.TSQL = func(statement string) { RecordTSQL(t, statement) }
	}
}
