package gateway_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/gateway"
	"github.com/jobsprint/jobsprint/internal/client"
	"github.com/jobsprint/jobsprint/internal/client/wire"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/projections"
)

func TestReadinessAndHealth(t *testing.T) {
	reason := errors.New("recovery is not done")
	g := gateway.New(gateway.Config{Ready: func() error { return reason }, Instance: "i-1", Routes: &hooks{}, Engine: &hooks{}})
	w := call(g, "GET", "/readyz", "", "")
	if p := problem(t, w); w.Code != 503 || p.Code != "starting" || !strings.Contains(p.Detail, "recovery") || w.Header().Get("Retry-After") == "" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := call(g, "POST", "/webhook/x", "", ""); w.Code != 503 {
		t.Errorf("a webhook before readiness: %d", w.Code)
	}
	if w := call(g, "GET", "/healthz", "", ""); w.Code != 200 {
		t.Errorf("health: %d", w.Code)
	}
	reason = nil
	if w := call(g, "GET", "/readyz", "", ""); w.Code != 200 || !strings.Contains(w.Body.String(), `"instance":"i-1"`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	g.Close()
	if w := call(g, "GET", "/readyz", "", ""); w.Code != 503 || problem(t, w).Code != "shutting-down" {
		t.Errorf("after the end: %d", w.Code)
	}
	if w := call(g, "GET", "/v1/stream", "", ""); w.Code != 503 {
		t.Errorf("a stream after the end: %d", w.Code)
	}
}

func TestSystemOperations(t *testing.T) {
	b := newBench(t, nil)
	ctx := t.Context()
	if r, err := b.client.Ready(ctx); err != nil || r.Instance != "instance-1" {
		t.Errorf("ready %+v, %v", r, err)
	}
	if v, err := b.client.Version(ctx); err != nil || v.Version != "1.2.3" || v.Go == "" {
		t.Errorf("version %+v, %v", v, err)
	}
	if d, err := b.client.Doctor(ctx); err != nil || !d.Healthy || len(d.Checks) != 1 {
		t.Errorf("doctor %+v, %v", d, err)
	}
	b.create(manualFlow)
	if list, err := b.client.Projections(ctx); err != nil || len(list) < 2 || list[0].State != "running" {
		t.Errorf("projections %+v, %v", list, err)
	}
	if r, err := b.client.RebuildProjection(ctx, "runs"); err != nil || r.Name != "runs" {
		t.Errorf("rebuilt %+v, %v", r, err)
	}
	if r, err := b.client.RebuildProjection(ctx, client.AllProjections); err != nil || r.Commits == 0 {
		t.Errorf("rebuilt %+v, %v", r, err)
	}
	if m := metricsOf(b); !strings.Contains(m, `jobsprint_http_requests_total{operation="workflows.create"} 1`) {
		t.Errorf("metrics %.300s", m)
	}
}

func TestDoctorReportsFailure(t *testing.T) {
	g := gateway.New(gateway.Config{Doctor: func(context.Context) []wire.Check {
		return []wire.Check{{Name: "a", Status: wire.CheckWarn}, {Name: "b", Status: wire.CheckFail, Fix: "do this"}}
	}})
	if w := call(g, "GET", "/v1/doctor", "", ""); w.Code != 200 || !strings.Contains(w.Body.String(), `"healthy":false`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// readModels answers what a test tells it.
type readModels struct {
	projections.Queries
	err error
}

func (r readModels) Runs(context.Context, projections.RunFilter) (projections.Page[projections.RunRow], error) {
	return projections.Page[projections.RunRow]{}, r.err
}
func (r readModels) Wait(ctx context.Context, _ events.Cursor) error {
	<-ctx.Done()
	return errors.Join(projections.ErrBehind, ctx.Err())
}
func (r readModels) Status(context.Context) []projections.Status { return nil }
func (r readModels) Rebuild(context.Context, string, func(int64, int64)) error {
	return r.err
}

func TestReadModelThatIsBehind(t *testing.T) {
	b := newBench(t, func(c *gateway.Config) { c.Projections, c.FreshnessWait = readModels{}, 10*time.Millisecond })
	_, err := b.client.WithAtLeast("head").Runs(t.Context(), client.RunFilter{})
	if codeOf(t, err) != "behind" || problemOf(t, err).Status != 504 {
		t.Errorf("%v", err)
	}
}

func TestErrorsOfOtherRoomsHaveACode(t *testing.T) {
	for _, c := range []struct {
		err    error
		status int
		code   string
	}{
		{&projections.Halted{Projection: "runs", Reason: projections.ReasonGap}, 503, "projection-halted"},
		{projections.ErrRebuilding, 503, "rebuilding"},
		{projections.ErrRunning, 409, "conflict"},
		{projections.ErrClosed, 503, "shutting-down"},
		{projections.ErrUnknown, 404, "not-found"},
		{projections.ErrBehind, 504, "behind"},
		{projections.ErrBadPage, 400, "invalid-parameter"},
		{commands.ErrConflict, 409, "conflict"},
		{commands.ErrTooLarge, 413, "too-large"},
		{commands.ErrUnavailable, 503, "unavailable"},
		{commands.ErrGone, 410, "gone"},
		{&commands.DamageError{Detail: "x"}, 500, "damaged"},
		{&commands.Error{Code: "from-a-later-build", Message: "x"}, 500, "internal"},
		{events.ErrRedacted, 410, "erased"},
		{context.DeadlineExceeded, 504, "timeout"},
		{errors.New("secret"), 500, "internal"},
	} {
		g := gateway.New(gateway.Config{Projections: readModels{err: c.err}})
		w := call(g, "POST", "/v1/projections/runs/rebuild", "", "")
		if p := problem(t, w); w.Code != c.status || p.Code != c.code || strings.Contains(w.Body.String(), "secret") {
			t.Errorf("%v: %d %s", c.err, w.Code, w.Body)
		}
	}
}

func TestEveryCommandCodeIsInTheTable(t *testing.T) {
	docs, err := os.ReadFile("../docs/http.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range []commands.Code{
		commands.CodeInvalid, commands.CodeNotFound, commands.CodeDenied, commands.CodeArchived, commands.CodeInactive,
		commands.CodeNotRunnable, commands.CodeRouteTaken, commands.CodeConflict, commands.CodeEnded, commands.CodeIdempotencyExpired,
		commands.CodeIdempotencyMismatch, commands.CodeTooManyRuns, commands.CodeTooLarge, commands.CodeUnavailable, commands.CodeGone,
	} {
		g := gateway.New(gateway.Config{Projections: readModels{err: &commands.Error{Code: code, Message: "m", Details: []string{"d"}}}})
		p := problem(t, call(g, "POST", "/v1/projections/runs/rebuild", "", ""))
		if p.Code != string(code) || p.Detail != "m" || len(p.Errors) != 1 {
			t.Errorf("%s: %+v", code, p)
		}
	}
	for _, p := range gateway.Problems() {
		if !bytes.Contains(docs, []byte("| `"+p.Code+"` |")) {
			t.Errorf("docs/http.md does not list the code %s", p.Code)
		}
		if p.Status < 400 || p.Title == "" || p.Next == "" {
			t.Errorf("%+v is not whole", p)
		}
	}
	for _, op := range gateway.Operations() {
		if !bytes.Contains(docs, []byte("### "+op)) {
			t.Errorf("docs/http.md does not show %s", op)
		}
	}
}

// panicking is a webhook whose step panics.
type panicking struct{ hooks }

func (p *panicking) Accept(*nodes.Request) (nodes.Result, error) { panic("a mistake") }

func TestPanicIsAProblemAndIsLogged(t *testing.T) {
	var logged bytes.Buffer
	h := &hooks{}
	g := gateway.New(gateway.Config{Engine: h, Routes: routesTo{&panicking{}}, Logger: slog.New(slog.NewJSONHandler(&logged, nil))})
	w := call(g, "POST", "/webhook/x", "", "")
	if p := problem(t, w); w.Code != 500 || p.Code != "internal" || strings.Contains(w.Body.String(), "mistake") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if !strings.Contains(logged.String(), "a mistake") || !strings.Contains(logged.String(), w.Header().Get("X-Request-Id")) {
		t.Errorf("log %s", logged.String())
	}
}

func TestAccessLogAndHeaders(t *testing.T) {
	var logged bytes.Buffer
	g := gateway.New(gateway.Config{Logger: slog.New(slog.NewJSONHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	r := httptest.NewRequest("GET", "/v1/version", nil)
	r.Header.Set("X-Request-Id", "mine")
	w := httptest.NewRecorder()
	g.ServeHTTP(w, r)
	var line struct {
		Request, Method, Path string
		Status                int
	}
	if err := json.Unmarshal(logged.Bytes(), &line); err != nil || line.Request != "mine" || line.Method != "GET" || line.Path != "/v1/version" || line.Status != 200 {
		t.Errorf("%s", logged.String())
	}
	for name, want := range map[string]string{
		"X-Request-Id": "mine", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
		"Referrer-Policy": "no-referrer", "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s is %q", name, got)
		}
	}
	r.Header.Set("X-Request-Id", "bad\x7fid")
	w = httptest.NewRecorder()
	g.ServeHTTP(w, r)
	if id := w.Header().Get("X-Request-Id"); len(id) != 32 {
		t.Errorf("a bad request id became %q", id)
	}
}

func TestPagesOfOtherSitesAreKeptOut(t *testing.T) {
	h := &hooks{}
	g := gateway.New(gateway.Config{Projections: readModels{}, Routes: h, Engine: h})
	for path, status := range map[string]int{"/v1/projections/runs/rebuild": 403, "/webhook/x": 202} {
		r := httptest.NewRequest("POST", path, nil)
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		w := httptest.NewRecorder()
		g.ServeHTTP(w, r)
		if w.Code != status {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
}

func TestServerHasLimits(t *testing.T) {
	s := gateway.NewServer(gateway.New(gateway.Config{}))
	if s.MaxHeaderBytes == 0 || s.ReadHeaderTimeout == 0 || s.IdleTimeout == 0 {
		t.Errorf("%+v", s)
	}
}

// TestLocalIsTheServerWithoutAListener: what a command line uses that has opened
// the folder itself.
func TestLocalIsTheServerWithoutAListener(t *testing.T) {
	b := newBench(t, nil)
	c, err := client.New(client.LocalBase, client.Local(b.gateway))
	if err != nil {
		t.Fatal(err)
	}
	w, err := c.CreateWorkflow(t.Context(), []byte(manualFlow))
	if err != nil {
		t.Fatal(err)
	}
	started, err := c.StartRun(t.Context(), w.ID, wire.StartRun{Version: wire.NewestVersion, Input: item.MustParse(`{"a":5}`)}, time.Second)
	if err != nil || started.Run.Status != wire.RunSuccess {
		t.Fatalf("%+v, %v", started, err)
	}
	if raw, err := c.ExportWorkflow(t.Context(), w.ID, 1); err != nil || string(raw) != manualFlow {
		t.Errorf("%s, %v", raw, err)
	}
	if _, err := c.Run(t.Context(), "x"); codeOf(t, err) != "invalid-id" || !strings.Contains(err.Error(), "is not the id") {
		t.Errorf("%v", err)
	}
	n := 0
	for m, err := range c.Stream(t.Context(), client.StreamOptions{
		EventFilter: client.EventFilter{Run: started.ID, Types: []string{"step.completed"}}, From: "start", UntilEnded: true,
	}) {
		if err != nil || m.Type != "step.completed" {
			t.Fatalf("%+v, %v", m, err)
		}
		n++
	}
	if n != 2 {
		t.Errorf("%d events", n)
	}
}

// BenchmarkWebhook is the gateway's own part of a webhook call: everything but
// the connection, the engine and the step.
func BenchmarkWebhook(b *testing.B) {
	h := &hooks{reply: events.ReplyLastNode}
	g := hooked(h, nil)
	body := []byte(`{"id":1,"name":"some name","tags":["a","b"],"nested":{"x":1.5,"y":true}}`)
	answer := events.RunResponded{Status: 200, Body: []byte(`{"ok":true}`), Headers: []events.Header{{Name: "Content-Type", Value: "application/json"}}}
	reader := bytes.NewReader(body)
	r := httptest.NewRequest("POST", "/webhook/bench/path?a=1", reader)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "bench")
	r.Header.Set("Accept", "*/*")
	w := &discard{header: http.Header{}}
	h.answer = make(chan events.RunResponded, 1)
	b.ReportAllocs()
	for b.Loop() {
		h.answer <- answer
		reader.Reset(body)
		clear(w.header)
		delete(r.Header, "X-Request-Id")
		g.ServeHTTP(w, r)
		if w.status != 200 {
			b.Fatal(w.status)
		}
	}
}

type discard struct {
	header http.Header
	status int
}

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(b []byte) (int, error) { return len(b), nil }
func (d *discard) WriteHeader(status int)      { d.status = status }
