package bench

import (
	"fmt"
	"io"
	"time"

	"github.com/dustin/go-humanize"
)

// Report is everything one run measured.
type Report struct {
	Database string   `json:"database"`
	Insured  int      `json:"insured"` // people in the database
	Callers  int      `json:"callers"`
	Results  []Result `json:"results"`
	Import   *Import  `json:"import,omitempty"`
	Process  *Process `json:"process,omitempty"`
	Peak     int64    `json:"peakRSSBytes"` // of the measuring process, which is server, floor and client in one
}

// Import is how fast rows were loaded from CSV.
type Import struct {
	Rows      int64         `json:"rows"`
	Took      time.Duration `json:"tookNs"`
	PerSecond float64       `json:"perSecond"`
}

// Print writes the report for people.
func (r *Report) Print(out io.Writer) {
	fmt.Fprintf(out, "%s, %s insured people, %d callers at once\n\n", r.Database, humanize.Comma(int64(r.Insured)), r.Callers)
	fmt.Fprintf(out, "%-30s %5s %9s %10s %10s %7s %9s %9s %9s %9s\n", "", "SQL", "bytes", "server/s", "floor/s", "ratio", "median", "p99", "floor med", "floor p99")
	for _, c := range r.Results {
		fmt.Fprintf(out, "%-30s %5d %9s %10.0f %10.0f %6.0f%% %9s %9s %9s %9s\n", c.Name, c.Statements, humanize.Comma(int64(c.Bytes)),
			c.Server.PerSecond, c.Floor.PerSecond, 100*c.Ratio, short(c.Server.Median), short(c.Server.Worst), short(c.Floor.Median), short(c.Floor.Worst))
	}
	fmt.Fprintln(out)
	if r.Import != nil {
		fmt.Fprintf(out, "import      %s rows in %s: %s rows a second\n", humanize.Comma(r.Import.Rows), r.Import.Took.Round(time.Millisecond), humanize.Comma(int64(r.Import.PerSecond)))
	}
	if r.Process != nil {
		fmt.Fprintf(out, "start       %s until ready, %s resident when idle\n", r.Process.Start.Round(time.Millisecond), humanize.Bytes(uint64(r.Process.Idle)))
	}
	fmt.Fprintf(out, "peak        %s resident in the measuring process (server, floor and client together)\n", humanize.Bytes(uint64(r.Peak)))
	fmt.Fprintln(out, "\nfloor: the same SQL on the same database and an echo handler writing the same bytes, in this process, in turns")
}

func short(d time.Duration) string {
	switch {
	case d >= 10*time.Millisecond:
		return d.Round(100 * time.Microsecond).String()
	case d >= time.Millisecond:
		return d.Round(10 * time.Microsecond).String()
	}
	return d.Round(time.Microsecond).String()
}
