package bench

import (
	"bufio"
	"bytes"
	"context"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"github.com/openimis/openimis-go/core"
)

// Process is what a fresh process costs.
type Process struct {
	Start time.Duration `json:"startNs"`      // from its creation to the first 200 of /readyz
	Idle  int64         `json:"idleRSSBytes"` // resident memory five seconds later; 0 where the system does not tell
}

// idleAfter is how long a started process is left alone before its memory is looked at.
const idleAfter = 5 * time.Second

// StartProcess runs the program with the arguments of a serve that prints its address,
// waits until it is ready, looks at it and stops it.
func StartProcess(ctx context.Context, program string, args ...string) (Process, error) {
	cmd := exec.CommandContext(ctx, program, args...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return Process{}, core.Wrap(core.Internal, err, "no pipe")
	}
	var said bytes.Buffer
	cmd.Stderr = &said
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		return Process{}, core.Wrap(core.Unavailable, err, "%s does not start", program)
	}
	defer func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
	}()
	url := ""
	lines := bufio.NewScanner(out)
	for url == "" && lines.Scan() {
		if _, after, found := strings.Cut(lines.Text(), " is at "); found {
			url = strings.TrimSpace(after)
		}
	}
	go func() { // nobody may wait for a full pipe
		for lines.Scan() {
		}
	}()
	if url == "" {
		return Process{}, core.Errorf(core.Unavailable, "the program does not say where it is: %s", said.String())
	}
	for {
		answer, err := http.Get(url + "/readyz")
		if err == nil {
			_ = answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				break
			}
		}
		if time.Since(begin) > time.Minute || ctx.Err() != nil {
			return Process{}, core.Errorf(core.Unavailable, "the program is not ready after a minute")
		}
		time.Sleep(5 * time.Millisecond)
	}
	p := Process{Start: time.Since(begin)}
	select {
	case <-ctx.Done():
		return p, ctx.Err()
	case <-time.After(idleAfter):
	}
	p.Idle = Resident(cmd.Process.Pid, "VmRSS")
	return p, nil
}

// Resident reads memory of a process from the system: VmRSS for now, VmHWM for the most
// it ever had. 0 where the system does not tell.
func Resident(pid int, what string) int64 {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(line, ":")
		if name != what {
			continue
		}
		kilobytes, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "kB")), 10, 64)
		if err != nil {
			return 0
		}
		return kilobytes * 1024
	}
	return 0
}
