package telemetry

import (
	"context"
	"encoding/json"
	"net/http"
	"sync/atomic"
	"time"
)

// Check is one thing the process needs before it can serve.
type Check struct {
	Name string
	Ask  func(context.Context) error
}

// Health tells whether the process lives and whether it is ready for requests.
type Health struct {
	checks   []Check
	stopping atomic.Bool
}

// NewHealth makes the health of a process that needs these things.
func NewHealth(checks ...Check) *Health { return &Health{checks: checks} }

// Stop makes the process not ready from now on, so that nobody sends it more.
func (h *Health) Stop() { h.stopping.Store(true) }

// Stopping tells whether Stop was called.
func (h *Health) Stopping() bool { return h.stopping.Load() }

// Livez answers 200 as long as the process can answer at all. It asks nothing else: a
// database that is away is no reason to restart the program.
func (h *Health) Livez(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, map[string]string{"status": "ok"})
}

// Readyz answers 200 when every check passes and 503 naming those that do not. The reason
// stays in the log: the page is open to anyone.
func (h *Health) Readyz(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	status, body := http.StatusOK, map[string]string{"status": "ok"}
	if h.Stopping() {
		status, body["status"] = http.StatusServiceUnavailable, "stopping"
	}
	for _, check := range h.checks {
		body[check.Name] = "ok"
		if err := check.Ask(ctx); err != nil {
			status, body[check.Name] = http.StatusServiceUnavailable, "failed"
			if !h.Stopping() {
				body["status"] = "not ready"
			}
		}
	}
	if status != http.StatusOK {
		w.Header().Set("Retry-After", "5")
	}
	answer(w, status, body)
}

func answer(w http.ResponseWriter, status int, body map[string]string) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}
