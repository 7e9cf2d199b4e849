package gateway_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/gateway"
	"github.com/jobsprint/jobsprint/internal/client"
	"github.com/jobsprint/jobsprint/internal/client/wire"
)

// block is what stands between two empty lines of a stream.
type block struct {
	id, event, data, comment string
}

// blocks reads a raw stream, without the client.
type blocks struct {
	t      testing.TB
	in     *bufio.Scanner
	answer *http.Response
	cancel context.CancelFunc
}

func (b *bench) stream(query, lastID string) *blocks {
	b.t.Helper()
	ctx, cancel := context.WithCancel(b.t.Context())
	r, _ := http.NewRequestWithContext(ctx, "GET", b.server.URL+"/v1/stream?"+query, nil)
	if lastID != "" {
		r.Header.Set("Last-Event-ID", lastID)
	}
	answer, err := b.server.Client().Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	if answer.StatusCode != 200 || !strings.HasPrefix(answer.Header.Get("Content-Type"), "text/event-stream") {
		b.t.Fatalf("%d %s", answer.StatusCode, readAll(b.t, answer))
	}
	in := bufio.NewScanner(answer.Body)
	in.Buffer(nil, 8<<20)
	s := &blocks{t: b.t, in: in, answer: answer, cancel: cancel}
	b.t.Cleanup(s.close)
	return s
}

func (s *blocks) close() {
	s.cancel()
	_ = s.answer.Body.Close()
}

// next gives the next block that is an event or a comment; false at the end.
func (s *blocks) next() (block, bool) {
	var b block
	for s.in.Scan() {
		name, value, _ := strings.Cut(s.in.Text(), ":")
		value = strings.TrimPrefix(value, " ")
		switch {
		case s.in.Text() == "" && (b.data != "" || b.comment != ""):
			return b, true
		case s.in.Text() == "":
			b = block{}
		case name == "":
			b.comment = value
		case name == "id":
			b.id = value
		case name == "event":
			b.event = value
		case name == "data":
			b.data = value
		}
	}
	return b, false
}

// rest reads to the end and gives the events.
func (s *blocks) rest() []block {
	var list []block
	for {
		b, ok := s.next()
		if !ok {
			return list
		}
		if b.data != "" {
			list = append(list, b)
		}
	}
}

// events reads n events.
func (s *blocks) events(n int) []block {
	s.t.Helper()
	var list []block
	for len(list) < n {
		b, ok := s.next()
		if !ok {
			s.t.Fatalf("the stream ended after %d of %d events", len(list), n)
		}
		if b.data != "" {
			list = append(list, b)
		}
	}
	return list
}

func (b block) parse(t testing.TB) wire.Event {
	t.Helper()
	var e wire.Event
	if err := json.Unmarshal([]byte(b.data), &e); err != nil {
		t.Fatalf("%s: %v", b.data, err)
	}
	if e.Type != b.event {
		t.Errorf("event %s with data of %s", b.event, e.Type)
	}
	return e
}

func names(list []block) string {
	out := make([]string, len(list))
	for i, b := range list {
		out[i] = b.event
	}
	return strings.Join(out, " ")
}

const wholeRun = "run.started step.completed step.completed run.ended"

func TestStreamOfARun(t *testing.T) {
	b := newBench(t, nil)
	run := b.start(b.create(manualFlow).ID, wire.StartRun{})
	list := b.stream("from=start&until=ended&run="+run.ID, "").rest()
	if names(list) != wholeRun {
		t.Fatalf("got %s", names(list))
	}
	for i, block := range list {
		e := block.parse(t)
		if e.Aggregate.ID != run.ID || e.Aggregate.Kind != "run" || e.Aggregate.Workspace != workspace || e.At.IsZero() || len(e.Data) == 0 {
			t.Errorf("event %d: %s", i, block.data)
		}
	}
	// The chain is one commit: the ids resume inside it.
	for i, block := range list {
		want := strings.Join(strings.Fields(wholeRun)[i+1:], " ")
		if got := names(b.stream("until=ended&run="+run.ID, block.id).rest()); got != want {
			t.Errorf("resumed behind event %d: %q, want %q", i, got, want)
		}
		if got := names(b.stream("until=ended&run="+run.ID+"&lastEventId="+block.id, "").rest()); got != want {
			t.Errorf("resumed by parameter behind event %d: %q, want %q", i, got, want)
		}
		if got := names(b.stream("until=ended&run="+run.ID+"&from="+block.id, "").rest()); got != want {
			t.Errorf("from event %d: %q, want %q", i, got, want)
		}
	}
	if got := b.stream("until=ended&from=now&run="+run.ID, "").rest(); len(got) != 0 {
		t.Errorf("a stream from now of a run that has ended: %s", names(got))
	}
	if got := names(b.stream("until=ended&from=start&type=run.started&run="+run.ID, "").rest()); got != "run.started" {
		t.Errorf("of one type: %s", got)
	}
}

func TestStreamOfAWorkflow(t *testing.T) {
	b := newBench(t, nil)
	mine, other := b.create(manualFlow), b.create(manualFlow)
	b.start(other.ID, wire.StartRun{})
	b.start(mine.ID, wire.StartRun{})
	live := b.stream("from=start&workflow="+mine.ID, "")
	past := live.events(5)
	if got := names(past); got != "workflow.created "+wholeRun {
		t.Fatalf("past: %s", got)
	}
	resumed := b.stream("workflow="+mine.ID, past[2].id)
	if got := names(resumed.events(2)); got != "step.completed run.ended" {
		t.Errorf("resumed: %s", got)
	}
	b.start(other.ID, wire.StartRun{})
	b.start(mine.ID, wire.StartRun{})
	for _, s := range []*blocks{live, resumed} {
		if got := names(s.events(4)); got != wholeRun {
			t.Errorf("live: %s", got)
		}
	}
}

// TestWorkflowOfAnOlderRunIsLookedUp: the commit that says to which workflow a
// run belongs lies before the reader's time.
func TestWorkflowOfAnOlderRunIsLookedUp(t *testing.T) {
	first := newBench(t, nil)
	w := first.create(waitingFlow)
	started, err := first.client.StartRun(t.Context(), w.ID, wire.StartRun{Version: 1}, 100*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	second := newBench(t, nil) // knows nothing of the run
	live := second.stream("workflow="+w.ID, "")
	if _, err := second.client.CancelRun(t.Context(), started.ID, ""); err != nil {
		t.Fatal(err)
	}
	if got := live.events(1)[0]; got.event != "run.ended" {
		t.Errorf("got %s", got.data)
	}
}

const waitingFlow = `{"name":"Waits","nodes":[
 {"name":"Start","type":"n8n-nodes-base.manualTrigger","typeVersion":1,"parameters":{}},
 {"name":"Wait","type":"n8n-nodes-base.wait","typeVersion":1.1,"parameters":{"amount":1,"unit":"hours"}}],
 "connections":{"Start":{"main":[[{"node":"Wait","type":"main","index":0}]]}}}`

func TestStreamShowsTicks(t *testing.T) {
	b := newBench(t, nil)
	w := b.create(waitingFlow)
	started, err := b.client.StartRun(t.Context(), w.ID, wire.StartRun{Version: 1}, 100*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	feed := make(ticker, 1)
	c := newBench(t, func(c *gateway.Config) { c.Live = feed })
	s := c.stream("type=tick&type=run.ended&run="+started.ID, "")
	feed <- tickOf(started.ID)
	got := s.events(1)[0]
	if got.event != "tick" || got.id != "" || !strings.Contains(got.data, `"step":"Wait"`) || !strings.Contains(got.data, `"status":"running"`) {
		t.Errorf("got %+v", got)
	}
	m := client.Message{Type: got.event, Data: []byte(got.data)}
	if tick, err := m.Tick(); err != nil || tick.Run != started.ID || tick.DurationUS != 7 || tick.At.IsZero() {
		t.Errorf("tick %+v, %v", tick, err)
	}
	close(feed)
	if _, err := b.client.CancelRun(t.Context(), started.ID, ""); err != nil {
		t.Fatal(err)
	}
	if got := s.events(1)[0].event; got != "run.ended" {
		t.Errorf("after the ticks: %s", got)
	}
}

func TestQuietStreamGivesSignsOfLife(t *testing.T) {
	b := newBench(t, func(c *gateway.Config) { c.Heartbeat = 20 * time.Millisecond })
	w := b.create(manualFlow)
	s := b.stream("workflow="+noWorkflow, "")
	if first, _ := s.next(); first.comment != "still here" || first.data != "" {
		t.Fatalf("got %+v", first)
	}
	run := b.start(w.ID, wire.StartRun{})
	// What the filter hides moves the place of resumption all the same.
	for {
		beat, ok := s.next()
		if !ok {
			t.Fatal("the stream ended")
		}
		if beat.id == "" {
			continue
		}
		at, err := events.ParseCursor(beat.id)
		if err != nil {
			t.Fatal(err)
		}
		head, _ := b.log.Head(t.Context())
		if at.Covers(head) {
			break
		}
	}
	_ = run
}

func TestStreamsEndWithTheServer(t *testing.T) {
	b := newBench(t, nil)
	s := b.stream("from=now", "")
	done := make(chan error, 1)
	eventually(t, "the stream is live", func() bool { return strings.Contains(metricsOf(b), "jobsprint_stream_clients 1") })
	go func() { done <- gateway.Shutdown(t.Context(), b.server.Config) }()
	var last block
	for {
		next, ok := s.next()
		if !ok {
			break
		}
		last = next
	}
	if err := <-done; err != nil || !strings.Contains(last.comment, "come back") {
		t.Errorf("the stream ended with %+v, the server with %v", last, err)
	}
}

func metricsOf(b *bench) string {
	r, _ := http.NewRequest("GET", b.server.URL+"/metrics", nil)
	_, body := b.do(r)
	return body
}

func TestStreamsHaveALimit(t *testing.T) {
	b := newBench(t, func(c *gateway.Config) { c.MaxStreams = 1 })
	b.stream("", "")
	r, _ := http.NewRequest("GET", b.server.URL+"/v1/stream", nil)
	if answer, body := b.do(r); answer.StatusCode != 503 || !strings.Contains(body, "too-many-streams") || answer.Header.Get("Retry-After") == "" {
		t.Errorf("%d %s", answer.StatusCode, body)
	}
}

func TestCursorAheadOfTheLog(t *testing.T) {
	b := newBench(t, nil)
	head, _ := b.log.Head(t.Context())
	p := head.Positions()[0]
	p.Seq += 1000
	r, _ := http.NewRequest("GET", b.server.URL+"/v1/stream?from="+events.NewCursor(p).String(), nil)
	if answer, body := b.do(r); answer.StatusCode != 400 || !strings.Contains(body, "ahead") {
		t.Errorf("%d %s", answer.StatusCode, body)
	}
}

func TestEventPages(t *testing.T) {
	b := newBench(t, nil)
	w := b.create(manualFlow)
	b.start(w.ID, wire.StartRun{})
	run := b.start(w.ID, wire.StartRun{})
	for name, c := range map[string]struct {
		filter client.EventFilter
		want   string
	}{
		"workflow": {client.EventFilter{Workflow: w.ID}, "workflow.created " + wholeRun + " " + wholeRun},
		"run":      {client.EventFilter{Run: run.ID}, wholeRun},
		"types":    {client.EventFilter{Workflow: w.ID, Types: []string{"run.started", "run.ended"}}, "run.started run.ended run.started run.ended"},
	} {
		var got []string
		after := ""
		for {
			page, err := b.client.Events(t.Context(), c.filter, after, 3)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range page.Items {
				got = append(got, e.Type)
				if _, err := events.ParseCursor(e.Cursor); err != nil || e.Commit == nil {
					t.Errorf("%s: event %+v", name, e)
				}
			}
			after = page.Next
			if !page.More {
				break
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %s", name, strings.Join(got, " "))
		}
		if page, err := b.client.Events(t.Context(), c.filter, after, 3); err != nil || len(page.Items) != 0 || page.More {
			t.Errorf("%s: behind the end: %+v, %v", name, page, err)
		}
	}
}

func TestClientStreamResumes(t *testing.T) {
	b := newBench(t, nil)
	run := b.start(b.create(manualFlow).ID, wire.StartRun{})
	var cut http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// Every connection is cut after two events.
		b.gateway.ServeHTTP(&cutting{ResponseWriter: w, left: 2}, r)
	})
	c, err := client.New(client.LocalBase, client.Local(cut))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for m, err := range c.Stream(t.Context(), client.StreamOptions{EventFilter: client.EventFilter{Run: run.ID}, From: "start", UntilEnded: true}) {
		if err != nil {
			t.Fatal(err)
		}
		e, err := m.Event()
		if err != nil || e.Cursor != m.ID {
			t.Errorf("%+v, %v", e, err)
		}
		got = append(got, m.Type)
	}
	if strings.Join(got, " ") != wholeRun {
		t.Errorf("got %v", got)
	}
}

// cutting passes some events on and then fails.
type cutting struct {
	http.ResponseWriter
	left int
}

func (c *cutting) Write(b []byte) (int, error) {
	if strings.Contains(string(b), "\ndata:") {
		if c.left--; c.left < 0 {
			return 0, fmt.Errorf("cut")
		}
	}
	return c.ResponseWriter.Write(b)
}
