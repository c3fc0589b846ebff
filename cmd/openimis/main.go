// Command openimis is the server and its tools in one binary.
package main

import (
	"os"
	"runtime/debug"
	_ "time/tzdata" // zones also where the system has no list of them

	"github.com/openimis/openimis-go/cmd"
	"github.com/openimis/openimis-go/modules"
)

// collectAt is by how many per cent the heap may grow before garbage is collected. What
// the server keeps is some ten megabytes, so Go's 100 has it collect thirty times a second
// under load, and stop every request for it; 400 stays far below 100 MB.
const collectAt = 400

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectAt)
	}
	cmd.Main(modules.All()...)
}
