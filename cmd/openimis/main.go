// Command openimis is the server and its tools in one binary.
package main

import (
	_ "time/tzdata" // zones also where the system has no list of them

	"github.com/openimis/openimis-go/cmd"
	"github.com/openimis/openimis-go/modules"
)

func main() { cmd.Main(modules.All()...) }
