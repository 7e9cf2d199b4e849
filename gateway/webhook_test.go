package gateway_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/gateway"
	"github.com/jobsprint/jobsprint/handlers"
	"github.com/jobsprint/jobsprint/internal/client/wire"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// hooks is an engine whose answers a test decides: it stands in for routes, step
// and engine at once.
type hooks struct {
	reply    string
	answer   chan events.RunResponded
	matchErr error
	startErr error
	refuse   error
	direct   bool
	keep     bool // the step keeps the body

	mu        sync.Mutex
	request   nodes.Request
	start     handlers.StartRequest
	workspace string
	forgotten int
	stored    []string
}

func (h *hooks) Reserve(context.Context, string) handlers.Reservation {
	return handlers.Reservation{Run: reservedRun, Store: func(mediaType string, data []byte) (item.Ref, error) {
		h.stored = append(h.stored, mediaType+" "+string(data))
		return item.Ref{Owner: reservedRun}, nil
	}}
}

const reservedRun = "0197f2d0-0000-7000-8000-000000000001"

func (h *hooks) Match(_ context.Context, workspace, method, path string) (handlers.Match, error) {
	h.workspace = workspace
	if h.matchErr != nil {
		return handlers.Match{}, h.matchErr
	}
	return handlers.Match{Method: method, Path: path, Reply: h.reply, Node: h, Workflow: "w-1", Version: 2, Step: "Hook",
		Params: []events.Header{{Name: "id", Value: "7"}}}, nil
}

func (h *hooks) Run(*nodes.Call, nodes.Inputs) (nodes.Result, error) { return nodes.Result{}, nil }
func (h *hooks) Routes() []nodes.Route                               { return nil }

func (h *hooks) Accept(r *nodes.Request) (nodes.Result, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.request = *r
	if h.keep {
		if _, err := r.Store("kept", r.Raw); err != nil {
			return nodes.Result{}, err
		}
	}
	if h.direct {
		return nodes.Result{Response: &events.RunResponded{Status: 418, Body: []byte("no run")}}, nil
	}
	return nodes.Result{Outputs: [][]item.Item{nil, {{JSON: r.Body}}}}, h.refuse
}

func (h *hooks) Answer(mode, _ string, _ []item.Item, _ *events.StepError) events.RunResponded {
	return events.RunResponded{Status: 202, Body: []byte("mode " + mode)}
}

func (h *hooks) Start(_ context.Context, r handlers.StartRequest) (handlers.Started, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.start = r
	s := handlers.Started{Run: noRun}
	if h.answer != nil {
		s.Wait = h.answer
		s.Forget = func() {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.forgotten++
		}
	}
	return s, h.startErr
}

func (h *hooks) Cancel(context.Context, commands.Meta, string, string) (commands.Outcome, error) {
	return commands.Outcome{}, nil
}
func (h *hooks) Resume(context.Context, handlers.ResumeRequest) (handlers.Resumed, error) {
	return handlers.Resumed{}, nil
}
func (h *hooks) Replay(context.Context, string, string) (handlers.Replay, error) {
	return handlers.Replay{}, nil
}
func (h *hooks) Execution(context.Context, string, string) ([]byte, error) { return nil, nil }

func (h *hooks) forgets() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.forgotten
}

// hooked is a gateway over hooks alone.
func hooked(h *hooks, change func(*gateway.Config)) *gateway.Gateway {
	c := gateway.Config{Engine: h, Routes: h}
	if change != nil {
		change(&c)
	}
	return gateway.New(c)
}

func call(g http.Handler, method, target, contentType, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	w := httptest.NewRecorder()
	g.ServeHTTP(w, r)
	return w
}

func problem(t testing.TB, w *httptest.ResponseRecorder) wire.Problem {
	t.Helper()
	var p wire.Problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		t.Fatalf("%d %s is no problem", w.Code, w.Body)
	}
	return p
}

func multipartText(fields ...string) (contentType, body string) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for i := 0; i < len(fields); i += 2 {
		_ = w.WriteField(fields[i], fields[i+1])
	}
	_ = w.Close()
	return w.FormDataContentType(), b.String()
}

func TestWebhookBodies(t *testing.T) {
	multipartType, multipartBody := multipartText("a", "1", "b", "x y", "a", "2")
	h := &hooks{reply: events.ReplyOnReceived}
	g := hooked(h, nil)
	for _, c := range []struct{ contentType, body, want string }{
		{"", "", `{}`},
		{"application/json", `{"b":1,"a":[true,null]}`, `{"b":1,"a":[true,null]}`},
		{"application/json; charset=UTF-8", ` "text" `, `"text"`},
		{"application/cloudevents+json", `[1]`, `[1]`},
		{"application/json", `{"a":1,"a":2}`, `{"a":2}`},
		{"application/x-www-form-urlencoded", "a=1&b=x+y%21&a=2&a=3&empty&=v", `{"a":["1","2","3"],"b":"x y!","empty":"","":"v"}`},
		{multipartType, multipartBody, `{"a":["1","2"],"b":"x y"}`},
		{"text/plain", "hello\n", `"hello\n"`},
		{"text/html; charset=utf-8", "<p>", `"<p>"`},
		{"application/xml", "<a>1</a>", `"<a>1</a>"`},
		{"application/soap+xml", "<a/>", `"<a/>"`},
		{"", "plain", `"plain"`},
	} {
		w := call(g, "POST", "/webhook/x", c.contentType, c.body)
		if w.Code != 202 || h.request.Body.JSON() != c.want || string(h.request.Raw) != c.body {
			t.Errorf("%s %q: %d, body %s, want %s", c.contentType, c.body, w.Code, h.request.Body.JSON(), c.want)
		}
	}
}

func TestWebhookBodiesRefused(t *testing.T) {
	tooMany := strings.Repeat("a=1&", 1001)
	h := &hooks{reply: events.ReplyOnReceived}
	g := hooked(h, nil)
	for _, c := range []struct {
		contentType, body string
		status            int
		code              string
	}{
		{"application/json", `{"a":`, 400, "invalid-json"},
		{"application/json", "\"\xff\"", 400, "invalid-utf8"},
		{"application/json", strings.Repeat("[", 300), 413, "too-large"},
		{"application/json", strings.Repeat(" ", gateway.MaxWebhookBytes+1), 413, "too-large"},
		{"text/plain; charset=latin1", "x", 415, "unsupported-media-type"},
		{"//", "x", 415, "unsupported-media-type"},
		{"text/plain", "\xff", 400, "invalid-utf8"},
		{"application/x-www-form-urlencoded", "a=%zz", 400, "invalid-body"},
		{"application/x-www-form-urlencoded", "%zz=a", 400, "invalid-body"},
		{"application/x-www-form-urlencoded", tooMany, 413, "too-large"},
		{"multipart/form-data", "x", 400, "invalid-body"},
		{"multipart/form-data; boundary=x", "--x\r\nbroken", 400, "invalid-body"},
	} {
		answer := call(g, "POST", "/webhook/x", c.contentType, c.body)
		if p := problem(t, answer); answer.Code != c.status || p.Code != c.code {
			t.Errorf("%s %.40q: %d %s, want %d %s", c.contentType, c.body, answer.Code, p.Code, c.status, c.code)
		}
	}
	if h.start.Workflow != "" {
		t.Error("a run was started for a bad body")
	}
}

func TestWebhookBodiesOfAnyTypeAreBytes(t *testing.T) {
	h := &hooks{reply: events.ReplyOnReceived, keep: true}
	w := call(hooked(h, nil), "POST", "/webhook/x", "image/png; charset=latin1", "\x89PNG")
	if w.Code != 202 || !h.request.Body.IsUndefined() || string(h.request.Raw) != "\x89PNG" {
		t.Fatalf("%d, body %s, raw %q", w.Code, h.request.Body.JSON(), h.request.Raw)
	}
	if len(h.stored) != 1 || h.stored[0] != "kept \x89PNG" || h.start.Run != reservedRun {
		t.Errorf("stored %q for run %q", h.stored, h.start.Run)
	}
	h = &hooks{reply: events.ReplyOnReceived}
	if call(hooked(h, nil), "POST", "/webhook/x", "image/png", "x"); h.start.Workflow == "" || h.start.Run != "" {
		t.Errorf("without binary data no id is reserved: %+v", h.start)
	}
}

func TestWebhookFormsMayHoldFiles(t *testing.T) {
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	_ = w.WriteField("a", "1")
	part, _ := w.CreateFormFile("upload", "a b.png")
	_, _ = part.Write([]byte("x\xff"))
	head := textproto.MIMEHeader{"Content-Disposition": {`form-data; name="upload"; filename="é"`}, "Content-Type": {"text/plain; charset=x"}}
	part, _ = w.CreatePart(head)
	_, _ = part.Write([]byte("y"))
	_ = w.Close()
	h := &hooks{reply: events.ReplyOnReceived}
	if answer := call(hooked(h, nil), "POST", "/webhook/x", w.FormDataContentType(), form.String()); answer.Code != 202 {
		t.Fatalf("%d %s", answer.Code, answer.Body)
	}
	want := []nodes.File{
		{Field: "upload", Name: "a b.png", MediaType: "application/octet-stream", Data: []byte("x\xff")},
		{Field: "upload", Name: "é", MediaType: "text/plain", Data: []byte("y")},
	}
	if !reflect.DeepEqual(h.request.Files, want) || h.request.Body.JSON() != `{"a":"1"}` {
		t.Errorf("files %+v, body %s", h.request.Files, h.request.Body.JSON())
	}
}

func TestWebhookRequest(t *testing.T) {
	h := &hooks{reply: events.ReplyLastNode, answer: make(chan events.RunResponded, 1)}
	h.answer <- events.RunResponded{Status: 200}
	r := httptest.NewRequest("PUT", "/webhook/a/7?q=1&q=2&x=a%20b&%C3%A9=", strings.NewReader(`{"n":1}`))
	r.Header = http.Header{"Content-Type": {"application/json"}, "X-Odd": {"1", "2"}, "Cookie": {"a=1", "b=2"}, "X-Request-Id": {"abc"}, "Traceparent": {"00-1-2-3"}}
	hooked(h, nil).ServeHTTP(httptest.NewRecorder(), r)
	if got := h.request.Query.JSON(); got != `{"q":["1","2"],"x":"a b","é":""}` {
		t.Errorf("query %s", got)
	}
	var headers []string
	for _, f := range h.request.Headers {
		headers = append(headers, f.Name+"="+f.Value)
	}
	if got := strings.Join(headers, "|"); got != "content-type=application/json|cookie=a=1; b=2|host=example.com|traceparent=00-1-2-3|x-odd=1, 2|x-request-id=abc" {
		t.Errorf("headers %s", got)
	}
	if h.request.URL != "http://example.com/webhook/a/7?q=1&q=2&x=a%20b&%C3%A9=" || h.request.Params[0].Value != "7" || h.request.Mode != "production" {
		t.Errorf("request %+v", h.request)
	}
	s := h.start
	if s.Workflow != "w-1" || s.Version != 2 || s.Start != "Hook" || s.Mode != events.ModeWebhook || s.Reply != events.ReplyLastNode ||
		s.Meta.Workspace != workspace || s.Meta.Correlation != "abc" || s.Meta.Traceparent != "00-1-2-3" || s.Input[0].JSON.JSON() != `{"n":1}` {
		t.Errorf("start %+v", s)
	}
}

func TestWebhookModes(t *testing.T) {
	for mode, want := range map[string]struct {
		status int
		body   string
	}{
		events.ReplyOnReceived: {202, "mode onReceived"},
		events.ReplyLastNode:   {201, "answered"},
		events.ReplyStep:       {201, "answered"},
	} {
		h := &hooks{reply: mode}
		if mode != events.ReplyOnReceived {
			h.answer = make(chan events.RunResponded, 1)
			h.answer <- events.RunResponded{Status: 201, Body: []byte("answered"), Headers: []events.Header{{Name: "x-a", Value: "1"}, {Name: "Set-Cookie", Value: "a"}, {Name: "Set-Cookie", Value: "b"}, {Name: "Connection", Value: "close"}}}
		}
		w := call(hooked(h, nil), "POST", "/webhook/x", "", "")
		if w.Code != want.status || w.Body.String() != want.body {
			t.Errorf("%s: %d %s", mode, w.Code, w.Body)
		}
		if h.answer != nil && (w.Header().Get("X-A") != "1" || len(w.Header()["Set-Cookie"]) != 2 || w.Header().Get("Connection") != "" || w.Header().Get("Content-Length") != "8" || w.Header().Get("Content-Type") != "text/plain; charset=utf-8") {
			t.Errorf("%s: headers %v", mode, w.Header())
		}
	}
}

func TestWebhookStepMayAnswerWithoutARun(t *testing.T) {
	h := &hooks{direct: true}
	if w := call(hooked(h, nil), "POST", "/webhook/x", "", ""); w.Code != 418 || h.start.Workflow != "" {
		t.Errorf("%d, started %+v", w.Code, h.start)
	}
}

func TestWebhookTimeout(t *testing.T) {
	h := &hooks{reply: events.ReplyLastNode, answer: make(chan events.RunResponded)}
	w := call(hooked(h, func(c *gateway.Config) { c.WebhookWait = 10 * time.Millisecond }), "POST", "/webhook/x", "", "")
	if p := problem(t, w); w.Code != 504 || p.Code != "webhook-timeout" || p.Instance != "/v1/runs/"+noRun {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if h.forgets() != 1 {
		t.Errorf("forgotten %d times", h.forgets())
	}
}

func TestWebhookCallerLeaves(t *testing.T) {
	h := &hooks{reply: events.ReplyLastNode, answer: make(chan events.RunResponded)}
	server := httptest.NewServer(hooked(h, nil))
	defer server.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	r, _ := http.NewRequestWithContext(ctx, "POST", server.URL+"/webhook/x", strings.NewReader("{}"))
	if _, err := http.DefaultClient.Do(r); err == nil {
		t.Fatal("an answer came")
	}
	eventually(t, "the caller is forgotten", func() bool { return h.forgets() == 1 })
}

func TestWebhookShutdown(t *testing.T) {
	h := &hooks{reply: events.ReplyLastNode, answer: make(chan events.RunResponded)}
	g := hooked(h, func(c *gateway.Config) { c.AnswerGrace = 10 * time.Millisecond })
	done := make(chan *httptest.ResponseRecorder)
	go func() { done <- call(g, "POST", "/webhook/x", "", "") }()
	eventually(t, "the run is started", func() bool { h.mu.Lock(); defer h.mu.Unlock(); return h.start.Workflow != "" })
	g.Close()
	if p := problem(t, <-done); p.Code != "shutting-down" || p.Instance == "" {
		t.Errorf("%+v", p)
	}
	if w := call(g, "POST", "/webhook/x", "", ""); w.Code != 503 || w.Header().Get("Retry-After") == "" {
		t.Errorf("after the end: %d", w.Code)
	}
}

// TestAnswersComeDuringShutdown: a run that is about to answer may.
func TestAnswersComeDuringShutdown(t *testing.T) {
	h := &hooks{reply: events.ReplyLastNode, answer: make(chan events.RunResponded)}
	g := hooked(h, nil)
	done := make(chan *httptest.ResponseRecorder)
	go func() { done <- call(g, "POST", "/webhook/x", "", "") }()
	eventually(t, "the run is started", func() bool { h.mu.Lock(); defer h.mu.Unlock(); return h.start.Workflow != "" })
	g.Close()
	h.answer <- events.RunResponded{Status: 201}
	if w := <-done; w.Code != 201 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestWebhookRefusals(t *testing.T) {
	for _, c := range []struct {
		name   string
		hooks  *hooks
		status int
		code   string
		retry  string
	}{
		{"unknown path", &hooks{matchErr: handlers.ErrNoRoute}, 404, "webhook-not-registered", ""},
		{"another method", &hooks{matchErr: &handlers.MethodError{Allowed: []string{"GET", "PUT"}}}, 405, "method-not-allowed", ""},
		{"too many runs", &hooks{startErr: &commands.Error{Code: commands.CodeTooManyRuns, Message: "full"}}, 429, "too-many-runs", "1"},
		{"no log", &hooks{startErr: commands.ErrUnavailable}, 503, "unavailable", "1"},
		{"refused by the step", &hooks{refuse: nodes.Fail("webhook.x", "no", -1)}, 400, "webhook-refused", ""},
		{"refused with a status", &hooks{refuse: &nodes.StepError{Message: "who?", Description: "Log in.", Context: item.MustParse(`{"status":401}`)}}, 401, "webhook-refused", ""},
		{"a fault", &hooks{refuse: errors.New("secret detail")}, 500, "internal", ""},
	} {
		w := call(hooked(c.hooks, nil), "POST", "/webhook/a/b", "", "")
		p := problem(t, w)
		if w.Code != c.status || p.Code != c.code || p.Status != c.status || w.Header().Get("Retry-After") != c.retry {
			t.Errorf("%s: %d %+v %v", c.name, w.Code, p, w.Header())
		}
		if strings.Contains(w.Body.String(), "secret") {
			t.Errorf("%s: the cause is shown: %s", c.name, w.Body)
		}
	}
}

func TestWebhookProbes(t *testing.T) {
	h := &hooks{matchErr: &handlers.MethodError{Allowed: []string{"GET"}}}
	g := hooked(h, nil)
	for method, status := range map[string]int{"OPTIONS": 204, "HEAD": 200, "POST": 405} {
		if w := call(g, method, "/webhook/x", "", ""); w.Code != status || method != "HEAD" && w.Header().Get("Allow") != "GET, HEAD, OPTIONS" {
			t.Errorf("%s: %d %v", method, w.Code, w.Header())
		}
	}
	if h.start.Workflow != "" {
		t.Error("a probe started a run")
	}
}

func TestWebhookWorkspaces(t *testing.T) {
	h := &hooks{}
	g := hooked(h, nil)
	if w := call(g, "POST", "/w/w1/webhook/a/b", "", ""); w.Code != 202 || h.workspace != "w1" {
		t.Errorf("%d in %q", w.Code, h.workspace)
	}
	for _, path := range []string{"/w/", "/w/w1", "/w//webhook/x", "/w/a.b/webhook/x", "/w/" + strings.Repeat("a", 65) + "/webhook/x"} {
		if w := call(g, "POST", path, "", ""); w.Code != 404 || problem(t, w).Code != "no-such-path" {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

func TestBadAnswersAreTheWorkflowsFault(t *testing.T) {
	for _, answer := range []events.RunResponded{
		{Status: 100}, {Status: 99}, {Status: 700},
		{Status: 200, Headers: []events.Header{{Name: "a b", Value: "x"}}},
		{Status: 200, Headers: []events.Header{{Name: "", Value: "x"}}},
		{Status: 200, Headers: []events.Header{{Name: "a", Value: "x\r\nb: y"}}},
	} {
		h := &hooks{answer: make(chan events.RunResponded, 1)}
		h.answer <- answer
		if w := call(hooked(h, nil), "POST", "/webhook/x", "", ""); w.Code != 502 || problem(t, w).Code != "bad-response" {
			t.Errorf("%+v: %d", answer, w.Code)
		}
	}
}

func TestBodilessAnswers(t *testing.T) {
	for _, c := range []struct {
		method string
		status int
	}{{"POST", 204}, {"POST", 304}, {"HEAD", 200}} {
		h := &hooks{answer: make(chan events.RunResponded, 1)}
		h.answer <- events.RunResponded{Status: c.status, Body: []byte("body")}
		if w := call(hooked(h, nil), c.method, "/webhook/x", "", ""); w.Code != c.status || w.Body.Len() != 0 {
			t.Errorf("%s: %d %s", c.method, w.Code, w.Body)
		}
	}
}

// bodies is a payload store with one payload.
type bodies struct {
	data string
	err  error
}

func (b bodies) Get(context.Context, string, item.Ref) ([]byte, error) { return []byte(b.data), b.err }
func (b bodies) Open(context.Context, string, item.Ref) (io.ReadCloser, error) {
	return io.NopCloser(strings.NewReader(b.data)), b.err
}

func TestAnswerFromThePayloadStore(t *testing.T) {
	ref := item.Ref{Owner: noRun, Address: "a", Bytes: 5}
	for _, c := range []struct {
		store  gateway.Payloads
		status int
		body   string
	}{{bodies{data: "large"}, 200, "large"}, {bodies{err: errors.New("gone")}, 500, "payload-missing"}, {nil, 500, "payload-missing"}} {
		h := &hooks{answer: make(chan events.RunResponded, 1)}
		h.answer <- events.RunResponded{BodyRef: ref}
		w := call(hooked(h, func(g *gateway.Config) { g.Payloads = c.store }), "POST", "/webhook/x", "", "")
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.body) {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	}
}

func TestRealWebhooks(t *testing.T) {
	b := newBench(t, nil)
	b.activate(hookFlow("real-at-once", "POST", "onReceived"))
	b.activate(hookFlow("real-last", "POST", "lastNode"))
	for path, want := range map[string]string{"real-at-once": `{"message":"Workflow was started"}`, "real-last": `{"got":"x"}`} {
		r, _ := http.NewRequest("POST", b.server.URL+"/webhook/"+path, strings.NewReader(`{"a":"x"}`))
		r.Header.Set("Content-Type", "application/json")
		if answer, body := b.do(r); answer.StatusCode != 200 || body != want {
			t.Errorf("%s: %d %s", path, answer.StatusCode, body)
		}
	}
	r, _ := http.NewRequest("POST", b.server.URL+"/webhook/nobody", nil)
	if answer, body := b.do(r); answer.StatusCode != 404 || !strings.Contains(body, `\"POST nobody\" is not registered`) || !strings.Contains(body, "activate") {
		t.Errorf("%d %s", answer.StatusCode, body)
	}
	r, _ = http.NewRequest("DELETE", b.server.URL+"/webhook/real-last", nil)
	if answer, _ := b.do(r); answer.StatusCode != 405 || answer.Header.Get("Allow") != "OPTIONS, POST" {
		t.Errorf("%d %v", answer.StatusCode, answer.Header)
	}
}
