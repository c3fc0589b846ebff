package telemetry

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics are the numbers of one process.
type Metrics struct {
	registry   *prometheus.Registry
	requests   *prometheus.CounterVec
	durations  *prometheus.HistogramVec
	inFlight   prometheus.Gauge
	statements *prometheus.HistogramVec
	signOn     *prometheus.CounterVec
}

// NewMetrics makes the counters, those of the Go runtime and the process included.
func NewMetrics() *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "openimis_http_requests_total", Help: "Requests answered, by route and status.",
		}, []string{"method", "route", "status"}),
		durations: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "openimis_http_request_seconds", Help: "Time to answer a request, by route.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30},
		}, []string{"method", "route"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "openimis_http_requests_in_flight", Help: "Requests accepted and not yet answered.",
		}),
		statements: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "openimis_db_statement_seconds", Help: "Time of database statements, by outcome.",
			Buckets: []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .1, .5, 2.5, 10},
		}, []string{"outcome"}),
		signOn: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "openimis_sign_on_total", Help: "Sign-on attempts refused, by reason.",
		}, []string{"reason"}),
	}
	m.registry.MustRegister(m.requests, m.durations, m.inFlight, m.statements, m.signOn,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Registry is where a module registers collectors of its own.
func (m *Metrics) Registry() prometheus.Registerer { return m.registry }

// Request counts one answered request. route is a pattern, never a path: a path would make
// a series for each instance.
func (m *Metrics) Request(method, route string, status int, took time.Duration) {
	m.requests.WithLabelValues(method, route, strconv.Itoa(status)).Inc()
	m.durations.WithLabelValues(method, route).Observe(took.Seconds())
}

// Statement counts one database statement.
func (m *Metrics) Statement(took time.Duration, err error) {
	outcome := "done"
	if err != nil {
		outcome = "failed"
	}
	m.statements.WithLabelValues(outcome).Observe(took.Seconds())
}

// Refused counts one sign-on that did not succeed.
func (m *Metrics) Refused(reason string) { m.signOn.WithLabelValues(reason).Inc() }

// Handler answers with all numbers.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}
