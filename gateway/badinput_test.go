package gateway_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/gateway"
	"github.com/jobsprint/jobsprint/internal/client/wire"
)

const (
	noRun      = "01890a5d-ac96-774b-bcce-b302099a8057"
	noWorkflow = "01890a5d-ac96-774b-bcce-b302099a8058"
)

// bad is a request and the problem that answers it. ID in the path stands for a
// workflow and RUN for a run that exist.
type bad struct {
	method, path, body string
	header             string // name: value
	status             int
	code               string
	where              string // pointer or parameter
}

var badRequests = []bad{
	// paths and methods
	{method: "GET", path: "/v1/nothing", status: 404, code: "no-such-path"},
	{method: "GET", path: "/v1/workflows/", status: 404, code: "no-such-path"},
	{method: "GET", path: "/v1//workflows", status: 404, code: "no-such-path"},
	{method: "GET", path: "/", status: 404, code: "no-such-path"},
	{method: "PATCH", path: "/v1/workflows", status: 405, code: "method-not-allowed"},
	{method: "DELETE", path: "/v1/runs/RUN", status: 405, code: "method-not-allowed"},
	{method: "POST", path: "/healthz", status: 405, code: "method-not-allowed"},
	// ids
	{method: "GET", path: "/v1/workflows/a.b", status: 400, code: "invalid-id", where: "id"},
	{method: "GET", path: "/v1/workflows/" + strings.Repeat("a", 65), status: 400, code: "invalid-id", where: "id"},
	{method: "GET", path: "/v1/workflows/" + noWorkflow, status: 404, code: "not-found"},
	{method: "GET", path: "/v1/runs/abc", status: 400, code: "invalid-id", where: "id"},
	{method: "GET", path: "/v1/runs/" + noRun, status: 404, code: "not-found", where: "id"},
	{method: "GET", path: "/v1/runs/" + noRun + "/events", status: 404, code: "not-found"},
	{method: "GET", path: "/v1/runs/" + noRun + "/items", status: 404, code: "not-found"},
	{method: "GET", path: "/v1/runs/" + noRun + "/execution", status: 404, code: "not-found"},
	{method: "POST", path: "/v1/runs/" + noRun + "/replay", status: 404, code: "not-found"},
	{method: "POST", path: "/v1/runs/" + noRun + "/cancel", status: 404, code: "not-found"},
	{method: "POST", path: "/v1/workflows/" + noWorkflow + "/activate", status: 404, code: "not-found"},
	{method: "POST", path: "/v1/workflows/" + noWorkflow + "/runs", status: 404, code: "not-found"},
	{method: "POST", path: "/v1/workflows/a.b/runs", status: 400, code: "invalid-id"},
	{method: "POST", path: "/v1/workflows/a.b/activate", status: 400, code: "invalid-id"},
	{method: "POST", path: "/v1/workflows/a.b/archive", status: 400, code: "invalid-id"},
	{method: "PUT", path: "/v1/workflows/a.b", body: "{}", status: 400, code: "invalid-id"},
	{method: "POST", path: "/v1/projections/nobody/rebuild", status: 404, code: "not-found"},
	{method: "POST", path: "/v1/projections/a.b/rebuild", status: 400, code: "invalid-parameter", where: "name"},
	// definitions
	{method: "POST", path: "/v1/workflows", status: 422, code: "invalid"},
	{method: "POST", path: "/v1/workflows", body: `{"nodes":[}`, status: 422, code: "invalid"},
	{method: "POST", path: "/v1/workflows", body: `[]`, status: 422, code: "invalid"},
	{method: "POST", path: "/v1/workflows", body: `{"name":"x"}`, status: 422, code: "invalid"},
	{method: "POST", path: "/v1/workflows", body: `{"nodes":[],"nodes":[]}`, status: 422, code: "invalid", where: "/nodes"},
	{method: "POST", path: "/v1/workflows", body: "{\"nodes\":[],\"name\":\"\xff\"}", status: 422, code: "invalid"},
	{method: "POST", path: "/v1/workflows", body: "{}", header: "Content-Type: text/yaml", status: 415, code: "unsupported-media-type", where: "Content-Type"},
	{method: "POST", path: "/v1/workflows", body: "{}", header: "Content-Type: application/json; charset=latin1", status: 415, code: "unsupported-media-type", where: "Content-Type"},
	{method: "POST", path: "/v1/workflows", body: "{}", header: "Content-Encoding: br", status: 415, code: "unsupported-media-type"},
	{method: "PUT", path: "/v1/workflows/ID", body: "{}", header: "If-Match: W/x", status: 400, code: "invalid-parameter", where: "If-Match"},
	// bodies of commands
	{method: "POST", path: "/v1/workflows/ID/activate", body: `{"version":`, status: 400, code: "invalid-json", where: "/version"},
	{method: "POST", path: "/v1/workflows/ID/activate", body: `{"version":1,"version":2}`, status: 400, code: "duplicate-key", where: "/version"},
	{method: "POST", path: "/v1/workflows/ID/activate", body: "{\"version\":\"\xff\"}", status: 400, code: "invalid-utf8", where: "/version"},
	{method: "POST", path: "/v1/workflows/ID/activate", body: `{"a/b":1}`, status: 400, code: "unknown-field", where: "/a~1b"},
	{method: "POST", path: "/v1/workflows/ID/activate", body: `{"version":0}`, status: 422, code: "invalid", where: "/version"},
	{method: "POST", path: "/v1/workflows/ID/activate", body: `{"version":1.5}`, status: 422, code: "invalid", where: "/version"},
	{method: "POST", path: "/v1/workflows/ID/activate", body: `{"version":"1"}`, status: 422, code: "invalid", where: "/version"},
	{method: "POST", path: "/v1/workflows/ID/activate", body: `[]`, status: 422, code: "invalid"},
	{method: "POST", path: "/v1/workflows/ID/activate", body: strings.Repeat(`{"a":`, 250), status: 413, code: "too-large"},
	{method: "POST", path: "/v1/workflows/ID/activate", body: `a=b`, header: "Content-Type: application/x-www-form-urlencoded", status: 415, code: "unsupported-media-type"},
	{method: "POST", path: "/v1/workflows/ID/deactivate", body: `{"version":1}`, status: 400, code: "unknown-field", where: "/version"},
	{method: "POST", path: "/v1/workflows/ID/runs", body: `{"input":7}`, status: 422, code: "invalid", where: "/input"},
	{method: "POST", path: "/v1/workflows/ID/runs", body: `{"input":[{},[]]}`, status: 422, code: "invalid", where: "/input/1"},
	{method: "POST", path: "/v1/workflows/ID/runs", body: `{"version":"last"}`, status: 422, code: "invalid", where: "/version"},
	{method: "POST", path: "/v1/workflows/ID/runs", body: `{"version":"newest","start":"Nobody"}`, status: 422, code: "invalid", where: "/start"},
	{method: "POST", path: "/v1/workflows/ID/runs", body: `{"start":1}`, status: 422, code: "invalid", where: "/start"},
	{method: "POST", path: "/v1/workflows/ID/runs?wait=long", status: 400, code: "invalid-parameter", where: "wait"},
	{method: "POST", path: "/v1/workflows/ID/runs?wait=11m", status: 400, code: "invalid-parameter", where: "wait"},
	{method: "POST", path: "/v1/runs/RUN/cancel", body: `{"reason":"` + strings.Repeat("a", 1001) + `"}`, status: 422, code: "invalid", where: "/reason"},
	{method: "POST", path: "/v1/runs/RUN/replay", body: `{"x":1}`, status: 400, code: "unknown-field", where: "/x"},
	{method: "POST", path: "/v1/projections/runs/rebuild", body: `{"x":1}`, status: 400, code: "unknown-field", where: "/x"},
	// parameters and headers
	{method: "GET", path: "/v1/workflows?colour=red", status: 400, code: "invalid-parameter", where: "colour"},
	{method: "GET", path: "/v1/workflows?limit=0", status: 400, code: "invalid-parameter", where: "limit"},
	{method: "GET", path: "/v1/workflows?limit=501", status: 400, code: "invalid-parameter", where: "limit"},
	{method: "GET", path: "/v1/workflows?limit=1&limit=2", status: 400, code: "invalid-parameter", where: "limit"},
	{method: "GET", path: "/v1/workflows?after=x", status: 400, code: "invalid-parameter", where: "after"},
	{method: "GET", path: "/v1/workflows?status=happy", status: 400, code: "invalid-parameter"},
	{method: "GET", path: "/v1/workflows?limit=%zz", status: 400, code: "invalid-parameter", where: "query"},
	{method: "GET", path: "/v1/workflows/ID/export?version=x", status: 400, code: "invalid-parameter", where: "version"},
	{method: "GET", path: "/v1/workflows/ID/export?version=7", status: 404, code: "not-found", where: "version"},
	{method: "GET", path: "/v1/runs?workflow=a.b", status: 400, code: "invalid-id", where: "workflow"},
	{method: "GET", path: "/v1/runs?limit=x", status: 400, code: "invalid-parameter", where: "limit"},
	{method: "GET", path: "/v1/runs/RUN/events?after=1", status: 400, code: "invalid-parameter", where: "after"},
	{method: "GET", path: "/v1/runs/RUN/events?limit=1001", status: 400, code: "invalid-parameter", where: "limit"},
	{method: "GET", path: "/v1/runs/RUN/items?offset=-1", status: 400, code: "invalid-parameter", where: "offset"},
	{method: "GET", path: "/v1/runs/RUN/items?step=" + strings.Repeat("a", 1001), status: 400, code: "invalid-parameter", where: "step"},
	{method: "GET", path: "/v1/events?after=x", status: 400, code: "invalid-parameter", where: "after"},
	{method: "GET", path: "/v1/events?type=run.begun", status: 400, code: "invalid-parameter", where: "type"},
	{method: "GET", path: "/v1/events?run=x", status: 400, code: "invalid-id", where: "run"},
	{method: "GET", path: "/v1/events?run=" + noRun, status: 404, code: "not-found"},
	{method: "GET", path: "/v1/events?workflow=a.b", status: 400, code: "invalid-id", where: "workflow"},
	{method: "GET", path: "/v1/stream?until=ended", status: 400, code: "invalid-parameter", where: "until"},
	{method: "GET", path: "/v1/stream?until=dawn", status: 400, code: "invalid-parameter", where: "until"},
	{method: "GET", path: "/v1/stream?from=yesterday", status: 400, code: "invalid-parameter", where: "from"},
	{method: "GET", path: "/v1/stream?lastEventId=%21", status: 400, code: "invalid-parameter", where: "lastEventId"},
	{method: "GET", path: "/v1/stream", header: "Last-Event-ID: AQ!", status: 400, code: "invalid-parameter", where: "Last-Event-ID"},
	{method: "GET", path: "/v1/stream?type=tock", status: 400, code: "invalid-parameter", where: "type"},
	{method: "GET", path: "/v1/runs", header: "Jobsprint-At-Least: soon", status: 400, code: "invalid-parameter", where: "Jobsprint-At-Least"},
	{method: "GET", path: "/v1/workflows/ID", header: "Jobsprint-At-Least: soon", status: 400, code: "invalid-parameter", where: "Jobsprint-At-Least"},
	{method: "POST", path: "/v1/workflows/ID/runs", header: "Idempotency-Key: " + strings.Repeat("k", 256), status: 400, code: "invalid-parameter", where: "Idempotency-Key"},
	{method: "POST", path: "/v1/runs/RUN/cancel", header: "Idempotency-Key: caf\xc3\xa9", status: 400, code: "invalid-parameter", where: "Idempotency-Key"},
	{method: "POST", path: "/v1/workflows", body: "{}", header: "Idempotency-Key: caf\xc3\xa9", status: 400, code: "invalid-parameter", where: "Idempotency-Key"},
}

func TestBadInputIsAProblem(t *testing.T) {
	b := newBench(t, nil)
	workflow := b.create(manualFlow)
	run := b.start(workflow.ID, wire.StartRun{})
	ids := strings.NewReplacer("ID", workflow.ID, "RUN", run.ID)
	for _, c := range badRequests {
		name := c.method + " " + c.path + " " + c.header + " " + c.body
		t.Run(name[:min(len(name), 90)], func(t *testing.T) {
			checkProblem(t, b, c, ids.Replace(c.path))
		})
	}
	if w, err := b.client.Workflow(t.Context(), workflow.ID); err != nil || w.Version != 1 || w.Status != wire.WorkflowInactive {
		t.Errorf("bad requests changed the workflow: %+v, %v", w, err)
	}
}

func checkProblem(t *testing.T, b *bench, c bad, path string) {
	t.Helper()
	r, err := http.NewRequest(c.method, b.server.URL+path, strings.NewReader(c.body))
	if err != nil {
		t.Fatal(err)
	}
	if name, value, ok := strings.Cut(c.header, ": "); ok {
		r.Header.Set(name, value)
	}
	answer, body := b.do(r)
	var p wire.Problem
	if err := json.Unmarshal([]byte(body), &p); err != nil {
		t.Fatalf("%d %s: %v", answer.StatusCode, body, err)
	}
	where := p.Pointer + p.Parameter
	if answer.StatusCode != c.status || p.Status != c.status || p.Code != c.code || c.where != "" && where != c.where {
		t.Errorf("got %d %s at %q, want %d %s at %q: %s", answer.StatusCode, p.Code, where, c.status, c.code, c.where, body)
	}
	if p.Type != wire.ProblemType+c.code || p.Title == "" || p.Next == "" || p.RequestID == "" || p.RequestID != answer.Header.Get("X-Request-Id") {
		t.Errorf("the problem is not whole: %s", body)
	}
	if got := answer.Header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("Content-Type %s", got)
	}
	if c.status == 405 && answer.Header.Get("Allow") == "" {
		t.Error("no Allow header")
	}
}

// endless is a body without a length that never ends.
type endless struct{}

func (endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = ' '
	}
	return len(b), nil
}

func TestBodiesHaveALimit(t *testing.T) {
	b := newBench(t, nil)
	w := b.create(manualFlow)
	for _, c := range []struct {
		method, path string
		limit        int64
	}{
		{"POST", "/v1/workflows", gateway.MaxDefinitionBytes},
		{"PUT", "/v1/workflows/" + w.ID, gateway.MaxDefinitionBytes},
		{"POST", "/v1/workflows/" + w.ID + "/runs", gateway.MaxCommandBytes},
	} {
		for _, body := range []io.Reader{strings.NewReader(strings.Repeat(" ", int(c.limit)+1)), io.LimitReader(endless{}, c.limit+1)} {
			r, _ := http.NewRequest(c.method, b.server.URL+c.path, body)
			if answer, text := b.do(r); answer.StatusCode != http.StatusRequestEntityTooLarge || !strings.Contains(text, "bytes") {
				t.Errorf("%s %s: %d %s", c.method, c.path, answer.StatusCode, text)
			}
		}
	}
}

func TestManyFaultsInOneAnswer(t *testing.T) {
	b := newBench(t, nil)
	w := b.create(manualFlow)
	r, _ := http.NewRequest("POST", b.server.URL+"/v1/workflows/"+w.ID+"/runs", strings.NewReader(`{"start":1,"input":2,"more":3}`))
	_, body := b.do(r)
	var p wire.Problem
	if err := json.Unmarshal([]byte(body), &p); err != nil || len(p.Errors) != 3 || p.Errors[2].Pointer != "/more" {
		t.Errorf("%s", body)
	}
}

func TestOptionsOfAPath(t *testing.T) {
	b := newBench(t, nil)
	r, _ := http.NewRequest("OPTIONS", b.server.URL+"/v1/workflows", nil)
	if answer, _ := b.do(r); answer.StatusCode != http.StatusNoContent || answer.Header.Get("Allow") != "GET, HEAD, POST, OPTIONS" {
		t.Errorf("%d %v", answer.StatusCode, answer.Header)
	}
	r, _ = http.NewRequest("HEAD", b.server.URL+"/v1/workflows", nil)
	if answer, body := b.do(r); answer.StatusCode != http.StatusOK || body != "" {
		t.Errorf("%d %s", answer.StatusCode, body)
	}
}
