// Package telemetry is what an operator sees of a running process: log lines with the id
// of their request, counters for Prometheus, and whether the process lives and is ready.
//
// It knows HTTP but not what is served. What it writes must never hold a password, a
// token or a personal value: of a request it keeps the route and the names of parameters,
// never their values.
//
// Metrics format: https://prometheus.io/docs/instrumenting/exposition_formats/
package telemetry
