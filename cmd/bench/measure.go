package bench

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/openimis/openimis-go/core"
)

// Load says how hard to press.
type Load struct {
	Time    time.Duration // for each side of each case
	Rounds  int           // in which the two sides take turns
	Callers int           // at once
}

// Side is what one side did.
type Side struct {
	PerSecond float64       `json:"perSecond"`
	Median    time.Duration `json:"medianNs"`
	Worst     time.Duration `json:"p99Ns"`
}

// Result is one case.
type Result struct {
	Name       string  `json:"name"`
	Statements int     `json:"statements"`
	Bytes      int     `json:"bytes"`
	Server     Side    `json:"server"`
	Floor      Side    `json:"floor"`
	Ratio      float64 `json:"ratio"` // server over floor, requests a second
}

// Measure runs one case: server and floor in turns, over loopback HTTP.
func (s *Suite) Measure(ctx context.Context, c *Case, load Load) (Result, error) {
	server, err := open(s.server)
	if err != nil {
		return Result{}, err
	}
	defer server.close()
	floor, err := open(c.Floor())
	if err != nil {
		return Result{}, err
	}
	defer floor.close()
	slice := load.Time / time.Duration(load.Rounds)
	for _, l := range []*listening{server, floor} { // connections, caches, prepared statements
		if err := l.press(ctx, c, slice/4, load.Callers); err != nil {
			return Result{}, err
		}
		l.forget()
	}
	for range load.Rounds {
		for _, l := range []*listening{floor, server} {
			if err := l.press(ctx, c, slice, load.Callers); err != nil {
				return Result{}, err
			}
		}
	}
	r := Result{Name: c.Name, Statements: c.Statements, Bytes: c.Bytes(), Server: server.side(), Floor: floor.side()}
	r.Ratio = r.Server.PerSecond / r.Floor.PerSecond
	return r, nil
}

// listening is a handler behind a port, with a client and what was seen through it.
type listening struct {
	http   *http.Server
	base   string
	client *http.Client

	mu    sync.Mutex
	took  []time.Duration
	spent time.Duration
}

func open(h http.Handler) (*listening, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, core.Wrap(core.Unavailable, err, "no port to measure through")
	}
	listening := &listening{
		http: &http.Server{Handler: h, ReadHeaderTimeout: time.Minute}, base: "http://" + l.Addr().String(),
		client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64, DisableCompression: true}},
	}
	go func() { _ = listening.http.Serve(l) }()
	return listening, nil
}

func (l *listening) close() {
	l.client.CloseIdleConnections()
	_ = l.http.Close()
}

func (l *listening) forget() { l.took, l.spent = nil, 0 }

// press sends requests from several callers until the time is over.
func (l *listening) press(ctx context.Context, c *Case, d time.Duration, callers int) error {
	begin := time.Now()
	var all sync.WaitGroup
	faults := make(chan error, callers)
	for range callers {
		all.Go(func() {
			var took []time.Duration
			for time.Since(begin) < d && ctx.Err() == nil {
				start := time.Now()
				if err := l.once(c); err != nil {
					faults <- err
					return
				}
				took = append(took, time.Since(start))
			}
			l.mu.Lock()
			l.took = append(l.took, took...)
			l.mu.Unlock()
		})
	}
	all.Wait()
	l.spent += time.Since(begin)
	select {
	case err := <-faults:
		return err
	default:
		return ctx.Err()
	}
}

func (l *listening) once(c *Case) error {
	r, err := c.request(l.base)
	if err != nil {
		return err
	}
	answer, err := l.client.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode >= 300 {
		body, _ := io.ReadAll(io.LimitReader(answer.Body, 300))
		return fmt.Errorf("%s answers %d: %s", c.Name, answer.StatusCode, body)
	}
	_, err = io.Copy(io.Discard, answer.Body)
	return err
}

func (l *listening) side() Side {
	if len(l.took) == 0 {
		return Side{}
	}
	slices.Sort(l.took)
	return Side{
		PerSecond: float64(len(l.took)) / l.spent.Seconds(),
		Median:    l.took[len(l.took)/2],
		Worst:     l.took[len(l.took)*99/100],
	}
}
