package telemetry_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/openimis/openimis-go/core/telemetry"
)

func server(log *bytes.Buffer) (*echo.Echo, *telemetry.Metrics) {
	m := telemetry.NewMetrics()
	e := echo.New()
	e.Use(telemetry.Identify, telemetry.Access(telemetry.NewLogger(log, "info", "json"), m, "/livez"))
	e.GET("/livez", func(c echo.Context) error { return c.NoContent(200) })
	e.GET("/fhir/Patient", func(c echo.Context) error { return c.String(200, "hello") })
	e.GET("/fhir/Patient/:id", func(c echo.Context) error { return echo.NewHTTPError(404) })
	return e, m
}

func get(h http.Handler, target string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", target, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestAccessLogHoldsNothingPersonal(t *testing.T) {
	var log bytes.Buffer
	e, _ := server(&log)
	get(e, "/fhir/Patient?identifier=070707070&family:exact=Ilaran&secret-value", "Authorization", "Basic QWRtaW46YWRtaW4xMjM=", "X-Request-Id", "r-1")
	get(e, "/fhir/Patient/070707070")
	get(e, "/fhir/Patient/0d3a4b1e-1111-4222-8333-444455556666")
	get(e, "/livez")

	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	if len(lines) != 3 {
		t.Fatalf("%d lines, want one a request and none for /livez:\n%s", len(lines), log.String())
	}
	for _, personal := range []string{"070707070", "Ilaran", "QWRtaW4", "admin"} {
		if strings.Contains(log.String(), personal) {
			t.Errorf("the log holds %q:\n%s", personal, log.String())
		}
	}
	var first struct {
		Request, Path string
		Parameters    []string
		Status, Bytes int
	}
	if err := json.Unmarshal([]byte(lines[0]), &first); err != nil {
		t.Fatal(err)
	}
	if first.Request != "r-1" || first.Path != "/fhir/Patient" || strings.Join(first.Parameters, " ") != "identifier family:exact secret-value" || first.Status != 200 || first.Bytes != 5 {
		t.Errorf("line = %+v", first)
	}
	if !strings.Contains(lines[1], `"/fhir/Patient/…"`) || !strings.Contains(lines[2], "0d3a4b1e-1111") {
		t.Errorf("a number is masked and a random id is not:\n%s\n%s", lines[1], lines[2])
	}
}

func TestRequestID(t *testing.T) {
	var log bytes.Buffer
	e, _ := server(&log)
	for _, c := range []struct {
		name, sent string
		kept       bool
	}{
		{"plain", "abc-123_X.y", true},
		{"none", "", false},
		{"line break", "a\nb", false},
		{"too long", strings.Repeat("a", 65), false},
		{"quote", `a"b`, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := get(e, "/livez", "X-Request-Id", c.sent).Header().Get("X-Request-Id")
			if (got == c.sent) != c.kept || got == "" {
				t.Errorf("sent %q, answered %q", c.sent, got)
			}
		})
	}
}

func TestMetricsAreByRoute(t *testing.T) {
	var log bytes.Buffer
	e, m := server(&log)
	get(e, "/fhir/Patient/1")
	get(e, "/fhir/Patient/2")
	m.Statement(time.Millisecond, nil)
	body := get(m.Handler(), "/metrics").Body.String()
	for _, want := range []string{
		`openimis_http_requests_total{method="GET",route="/fhir/Patient/:id",status="404"} 2`,
		`openimis_db_statement_seconds_count{outcome="done"} 1`,
		"go_goroutines", "openimis_http_request_seconds_bucket",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s in\n%s", want, body)
		}
	}
}

func TestHealth(t *testing.T) {
	var down error
	h := telemetry.NewHealth(telemetry.Check{Name: "database", Ask: func(context.Context) error { return down }})
	ready := http.HandlerFunc(h.Readyz)
	if w := get(ready, "/readyz"); w.Code != 200 || !strings.Contains(w.Body.String(), `"database":"ok"`) {
		t.Errorf("ready: %d %s", w.Code, w.Body)
	}
	down = errors.New("postgres://user:password@host refused")
	w := get(ready, "/readyz")
	if w.Code != 503 || !strings.Contains(w.Body.String(), `"database":"failed"`) || w.Header().Get("Retry-After") == "" {
		t.Errorf("database away: %d %s", w.Code, w.Body)
	}
	if strings.Contains(w.Body.String(), "password") {
		t.Errorf("the page tells the reason: %s", w.Body)
	}
	if w := get(http.HandlerFunc(h.Livez), "/livez"); w.Code != 200 {
		t.Errorf("alive without a database: %d", w.Code)
	}
	down = nil
	if w := get(ready, "/readyz"); w.Code != 200 {
		t.Errorf("after it came back: %d", w.Code)
	}
	h.Stop()
	if w := get(ready, "/readyz"); w.Code != 503 || !strings.Contains(w.Body.String(), "stopping") {
		t.Errorf("stopping: %d %s", w.Code, w.Body)
	}
}
