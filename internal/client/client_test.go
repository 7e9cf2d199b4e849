package client_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/jobsprint/jobsprint/internal/client"
	"github.com/jobsprint/jobsprint/internal/client/wire"
	"github.com/jobsprint/jobsprint/item"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("net/http.(*persistConn).readLoop"), goleak.IgnoreAnyFunction("net/http.(*persistConn).writeLoop"))
}

// over makes a client of a handler in this process.
func over(t *testing.T, h http.HandlerFunc) *client.Client {
	t.Helper()
	c, err := client.New(client.LocalBase, client.Local(h))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAddressesAreChecked(t *testing.T) {
	for _, base := range []string{"", "127.0.0.1:80", "ftp://x", "http://", "http://%zz"} {
		if _, err := client.New(base, nil); err == nil {
			t.Errorf("%q is taken", base)
		}
	}
}

// TestRequests: what each method sends.
func TestRequests(t *testing.T) {
	var got string
	c := over(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = r.Method + " " + r.URL.RequestURI() + " " + string(body)
		w.Header().Set("Jobsprint-Freshness", "AQ")
		if strings.HasSuffix(r.URL.Path, "/export") || strings.HasSuffix(r.URL.Path, "/execution") {
			_, _ = io.WriteString(w, "raw")
			return
		}
		_, _ = io.WriteString(w, "{}")
	})
	ctx := t.Context()
	for want, do := range map[string]func() error{
		"POST /v1/workflows {}":      func() error { _, err := c.CreateWorkflow(ctx, []byte("{}")); return err },
		"PUT /v1/workflows/a%2Fb {}": func() error { _, err := c.ReviseWorkflow(ctx, "a/b", []byte("{}"), 3); return err },
		"GET /v1/workflows?limit=2&status=a&status=b ": func() error {
			_, err := c.Workflows(ctx, client.WorkflowFilter{Status: []string{"a", "b"}, Limit: 2})
			return err
		},
		"GET /v1/workflows/a ":                        func() error { _, err := c.Workflow(ctx, "a"); return err },
		"GET /v1/workflows/a/export?version=2 ":       func() error { _, err := c.ExportWorkflow(ctx, "a", 2); return err },
		`POST /v1/workflows/a/activate {"version":2}`: func() error { _, err := c.ActivateWorkflow(ctx, "a", 2); return err },
		"POST /v1/workflows/a/deactivate ":            func() error { _, err := c.DeactivateWorkflow(ctx, "a"); return err },
		"POST /v1/workflows/a/archive ":               func() error { _, err := c.ArchiveWorkflow(ctx, "a"); return err },
		`POST /v1/workflows/a/runs?wait=1s {"input":{"x":1},"version":"newest","start":"S"}`: func() error {
			_, err := c.StartRun(ctx, "a", wire.StartRun{Input: item.MustParse(`{"x":1}`), Version: wire.NewestVersion, Start: "S"}, time.Second)
			return err
		},
		`POST /v1/workflows/a/runs {"version":4}`: func() error { _, err := c.StartRun(ctx, "a", wire.StartRun{Version: 4}, 0); return err },
		"GET /v1/runs?after=t&status=error&workflow=a ": func() error {
			_, err := c.Runs(ctx, client.RunFilter{Workflow: "a", Status: []string{"error"}, After: "t"})
			return err
		},
		"GET /v1/runs/r ":                          func() error { _, err := c.Run(ctx, "r"); return err },
		`POST /v1/runs/r/cancel {"reason":"why"}`:  func() error { _, err := c.CancelRun(ctx, "r", "why"); return err },
		"GET /v1/runs/r/events?after=1.0&limit=5 ": func() error { _, err := c.RunEvents(ctx, "r", "1.0", 5); return err },
		"GET /v1/runs/r/items?runIndex=0&step=S ":  func() error { _, err := c.RunItems(ctx, "r", client.ItemsQuery{Step: "S"}); return err },
		"GET /v1/runs/r/execution ":                func() error { _, err := c.Execution(ctx, "r"); return err },
		"POST /v1/runs/r/replay ":                  func() error { _, err := c.Replay(ctx, "r"); return err },
		"GET /v1/events?after=c&run=r&type=t&workflow=w ": func() error {
			_, err := c.Events(ctx, client.EventFilter{Workflow: "w", Run: "r", Types: []string{"t"}}, "c", 0)
			return err
		},
		"GET /v1/projections ":              func() error { _, err := c.Projections(ctx); return err },
		"POST /v1/projections/all/rebuild ": func() error { _, err := c.RebuildProjection(ctx, client.AllProjections); return err },
		"GET /v1/doctor ":                   func() error { _, err := c.Doctor(ctx); return err },
		"GET /v1/version ":                  func() error { _, err := c.Version(ctx); return err },
		"GET /readyz ":                      func() error { _, err := c.Ready(ctx); return err },
	} {
		if err := do(); err != nil || got != want {
			t.Errorf("sent %q, want %q: %v", got, want, err)
		}
	}
	if c.Freshness() != "AQ" {
		t.Errorf("freshness %q", c.Freshness())
	}
}

func TestHeadersOfCommandsAndQueries(t *testing.T) {
	var got http.Header
	c := over(t, func(w http.ResponseWriter, r *http.Request) {
		got = r.Header
		_, _ = io.WriteString(w, "{}")
	})
	d := c.WithIdempotencyKey("k").WithAtLeast("head")
	_, _ = d.CreateWorkflow(t.Context(), []byte("{}"))
	if got.Get("Idempotency-Key") != "k" || got.Get("Jobsprint-At-Least") != "" || got.Get("Content-Type") != "application/json" {
		t.Errorf("command %v", got)
	}
	_, _ = d.Workflow(t.Context(), "a")
	if got.Get("Idempotency-Key") != "" || got.Get("Jobsprint-At-Least") != "head" {
		t.Errorf("query %v", got)
	}
	_, _ = c.Workflow(t.Context(), "a")
	if got.Get("Jobsprint-At-Least") != "" || c.Freshness() != "" {
		t.Errorf("the first client has changed: %v", got)
	}
}

func TestRefusals(t *testing.T) {
	for _, a := range []struct {
		media, body string
		code, text  string
	}{
		{"application/problem+json", `{"code":"invalid","status":422,"detail":"No.","next":"Do this.","pointer":"/a"}`, "invalid", "No. (at /a) Do this."},
		{"application/problem+json", `{"code":"internal","status":500,"title":"Oh"}`, "internal", "Oh"},
		{"application/problem+json", `{`, "", "The server answered 422 Unprocessable Entity: {"},
		{"text/html", `<h1>proxy</h1>`, "", "The server answered 422 Unprocessable Entity: <h1>proxy</h1>"},
	} {
		c := over(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", a.media)
			w.WriteHeader(422)
			_, _ = io.WriteString(w, a.body)
		})
		_, err := c.Version(t.Context())
		if err == nil || client.CodeOf(err) != a.code || err.Error() != a.text {
			t.Errorf("%q: code %q, %v", a.body, client.CodeOf(err), err)
		}
	}
	if client.CodeOf(errors.New("x")) != "" {
		t.Error("an error of another kind has a code")
	}
	c := over(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "not json") })
	if _, err := c.Version(t.Context()); err == nil {
		t.Error("an answer that is no JSON is taken")
	}
}

func TestServerThatIsNotThere(t *testing.T) {
	server := httptest.NewServer(nil)
	server.Close()
	c, _ := client.New(server.URL, nil)
	if _, err := c.Version(t.Context()); err == nil {
		t.Error("no error")
	}
}

func TestLocalStreamsBothWays(t *testing.T) {
	gone := make(chan struct{})
	h := client.Local(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		in := make([]byte, 4)
		_, _ = io.ReadFull(r.Body, in)
		w.Header().Set("X-Echo", string(in))
		w.WriteHeader(201)
		w.(http.Flusher).Flush()
		_, _ = io.WriteString(w, "first")
		<-r.Context().Done()
		close(gone)
	}))
	answer, err := h.Post(client.LocalBase, "text/plain", strings.NewReader("ping"))
	if err != nil || answer.StatusCode != 201 || answer.Header.Get("X-Echo") != "ping" {
		t.Fatalf("%+v, %v", answer, err)
	}
	b := make([]byte, 5)
	if _, err := io.ReadFull(answer.Body, b); err != nil || string(b) != "first" {
		t.Errorf("%s, %v", b, err)
	}
	_ = answer.Body.Close()
	select {
	case <-gone:
	case <-time.After(5 * time.Second):
		t.Error("the handler does not know that the caller left")
	}
}

func TestLocalHandlerThatSaysNothingOrPanics(t *testing.T) {
	quiet := client.Local(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	if answer, err := quiet.Get(client.LocalBase); err != nil || answer.StatusCode != 200 {
		t.Errorf("%+v, %v", answer, err)
	}
	if answer, err := quiet.Head(client.LocalBase); err != nil || answer.StatusCode != 200 {
		t.Errorf("%+v, %v", answer, err)
	}
	broken := client.Local(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("x") }))
	if _, err := broken.Get(client.LocalBase); err == nil || !strings.Contains(err.Error(), "panic") {
		t.Errorf("%v", err)
	}
	half := client.Local(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "half")
		panic(http.ErrAbortHandler)
	}))
	answer, err := half.Get(client.LocalBase)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(answer.Body); err == nil {
		t.Error("half an answer looks whole")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	slow := client.Local(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	r, _ := http.NewRequestWithContext(ctx, "GET", client.LocalBase, nil)
	if _, err := slow.Do(r); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
}

// pieces serves a stream in connections, one text for each.
func pieces(t *testing.T, seen *[]string, texts ...string) *client.Client {
	return over(t, func(w http.ResponseWriter, r *http.Request) {
		*seen = append(*seen, r.URL.RawQuery+" "+r.Header.Get("Last-Event-ID"))
		if n := len(*seen); n <= len(texts) {
			_, _ = io.WriteString(w, texts[n-1])
			return
		}
		w.Header().Set("Content-Type", wire.ProblemMediaType)
		w.WriteHeader(400)
		_, _ = io.WriteString(w, `{"code":"invalid-parameter","status":400}`)
	})
}

func TestStreamReading(t *testing.T) {
	var seen []string
	c := pieces(t, &seen,
		"retry: 1\nid: start\n\n: comment\n\nid: 1\r\nevent: a\r\ndata: x\r\n\r\nid: 2\nevent: b\ndata:y\ndata: z\n\nid: 3\nevent: lost\ndata: half",
		"retry: 1\n\nevent: tick\ndata: {}\n\nid: 4\ndata: last\n\n",
	)
	var got []string
	var failed error
	for m, err := range c.Stream(t.Context(), client.StreamOptions{From: "now"}) {
		if err != nil {
			failed = err
			break
		}
		got = append(got, fmt.Sprintf("%s/%s/%s", m.ID, m.Type, m.Data))
	}
	if strings.Join(got, " ") != "1/a/x 2/b/y\nz 2/tick/{} 4//last" || client.CodeOf(failed) != "invalid-parameter" {
		t.Errorf("got %q, %v", got, failed)
	}
	if strings.Join(seen, "|") != "from=now |from=now 2|from=now 4" {
		t.Errorf("requests %q", seen)
	}
}

func TestStreamEnds(t *testing.T) {
	var seen []string
	c := pieces(t, &seen, "retry: 1\nid: 1\nevent: run.started\ndata: {}\n\n", "id: 2\nevent: run.ended\ndata: {}\n\nid: 3\nevent: late\ndata: x\n\n")
	n := 0
	for m, err := range c.Stream(t.Context(), client.StreamOptions{UntilEnded: true}) {
		if err != nil || m.Type == "late" {
			t.Fatalf("%+v, %v", m, err)
		}
		n++
	}
	if n != 2 || len(seen) != 2 {
		t.Errorf("%d messages in %d connections", n, len(seen))
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for range pieces(t, new([]string), "id: 1\ndata: x\n\n", "retry: 60000\n\n").Stream(ctx, client.StreamOptions{}) {
		cancel() // ends the sequence without an error
	}
	for range pieces(t, new([]string), "data: x\n\ndata: y\n\n").Stream(t.Context(), client.StreamOptions{}) {
		break
	}
}
