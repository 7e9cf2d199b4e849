package gateway

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/handlers"
)

// retryHint is how many milliseconds a client should wait before it comes back.
const retryHint = "retry: 1000\n"

// serveStream answers GET /v1/stream.
func (g *Gateway) serveStream(w http.ResponseWriter, r *http.Request) error {
	select {
	case <-g.closed:
		return refuse(codeShuttingDown, "")
	default:
	}
	f, err := g.streamFollower(r)
	if err != nil {
		return err
	}
	if n := g.open.Add(1); n > int64(g.MaxStreams) {
		g.open.Add(-1)
		return refuse(codeTooManyStreams, fmt.Sprintf("%d streams are open.", g.MaxStreams))
	}
	g.metrics.streams.Inc()
	defer func() {
		g.open.Add(-1)
		g.metrics.streams.Dec()
	}()
	s := &eventStream{g: g, w: w, control: http.NewResponseController(w), follower: f}
	f.out = s
	if f.filter.run != "" && f.filter.event("tick") && g.Live != nil {
		ticks, stop := g.Live.Subscribe(f.filter.run)
		defer stop()
		s.ticks = ticks
	}
	s.begin()
	err = f.follow(r.Context())
	s.finish(err)
	return nil
}

// streamFollower reads the parameters of a stream.
func (g *Gateway) streamFollower(r *http.Request) (*follower, error) {
	q := r.URL.Query()
	f := &follower{g: g, filter: filter{
		workspace: workspaceOf(r), run: q.Get("run"), workflow: q.Get("workflow"), types: list(q["type"]),
	}}
	if err := g.checkFilter(r.Context(), &f.filter, "tick"); err != nil {
		return nil, err
	}
	switch q.Get("until") {
	case "":
	case "ended":
		if f.filter.run == "" {
			return nil, refuse(codeInvalidParameter, `"until=ended" needs a run.`).param("until")
		}
		f.untilEnd = true
	default:
		return nil, refuse(codeInvalidParameter, `The only value is "ended".`).param("until")
	}
	return f, g.startOf(r, f)
}

// startOf decides where a stream begins: where the client says that it was cut
// off, else where it asks for, else now.
func (g *Gateway) startOf(r *http.Request, f *follower) error {
	q := r.URL.Query()
	name, text := "Last-Event-ID", r.Header.Get("Last-Event-ID")
	if text == "" {
		name, text = "lastEventId", q.Get("lastEventId")
	}
	if text == "" {
		switch name, text = "from", q.Get("from"); text {
		case "start":
			return nil
		case "", "now":
			return f.now(r.Context())
		}
	}
	at, err := cursorParam(name, text)
	if err != nil {
		return err
	}
	head, err := g.Log.Head(r.Context())
	if err != nil {
		return err
	}
	for _, p := range at.Positions() {
		if end := head.At(p.Stream).Seq; end > 0 && p.Seq > end {
			return refuse(codeInvalidParameter, "The cursor is ahead of the log: it belongs to another server, or the log has lost its end.").param(name)
		}
	}
	f.at = at
	return nil
}

// checkFilter refuses what can never match: names of types that do not exist,
// things that are no ids, and runs that are not there.
func (g *Gateway) checkFilter(ctx context.Context, f *filter, besides ...string) error {
	for _, t := range f.types {
		if !slices.Contains(besides, t) && !knownType(t) {
			return refuse(codeInvalidParameter, fmt.Sprintf("There is no event type %.60q; docs/http.md lists them.", t)).param("type")
		}
	}
	if f.workflow != "" && !isID(f.workflow) {
		return refuse(codeInvalidID, fmt.Sprintf("%.80q is not the id of a workflow.", f.workflow)).param("workflow")
	}
	if f.run == "" {
		return nil
	}
	if _, err := events.TimeOf(f.run); err != nil {
		return refuse(codeInvalidID, fmt.Sprintf("%.80q is not the id of a run.", f.run)).param("run")
	}
	return g.mustExist(ctx, f.workspace, f.run)
}

func knownType(name string) bool {
	return slices.ContainsFunc(events.Specs(), func(s events.Spec) bool { return s.Name == name })
}

// eventStream writes one client's stream.
type eventStream struct {
	g        *Gateway
	w        http.ResponseWriter
	control  *http.ResponseController
	follower *follower
	ticks    <-chan handlers.Tick
	buf      []byte
	pending  int // bytes written and not yet sent
}

func (s *eventStream) begin() {
	h := s.w.Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("Cache-Control", "no-cache, no-transform")
	h.Set("X-Accel-Buffering", "no")
	s.w.WriteHeader(http.StatusOK)
	s.buf = append(s.buf[:0], retryHint...)
	if !s.follower.at.IsZero() {
		// A block with an id and no data is no event: it tells a client that is
		// cut off before the first one where to resume.
		s.buf = append(append(append(s.buf, "id: "...), s.follower.at.String()...), '\n')
	}
	s.buf = append(s.buf, '\n')
	_ = s.write(s.buf)
	_ = s.flush()
}

func (s *eventStream) event(before events.Cursor, r *events.Recorded, i int) error {
	s.buf = appendFrame(s.buf[:0], before, r, i)
	return s.write(s.buf)
}

func (s *eventStream) shared(m *message, i int) error { return s.write(m.frame(i)) }

// flushAfter is how much is written before it is sent though there is more.
const flushAfter = 64 << 10

// write sends a frame; a client that takes none for StreamWrite is gone.
func (s *eventStream) write(b []byte) error {
	if s.pending == 0 {
		_ = s.control.SetWriteDeadline(time.Now().Add(s.g.StreamWrite)) // not every writer has a connection behind it
	}
	s.pending += len(b)
	if _, err := s.w.Write(b); err != nil {
		return err
	}
	if s.pending < flushAfter {
		return nil
	}
	select {
	case <-s.g.closed:
		return errHubClosed
	default:
		return s.flush()
	}
}

func (s *eventStream) flush() error {
	if s.pending == 0 {
		return nil
	}
	s.pending = 0
	return s.control.Flush()
}

// idle gives the next message. While there is none it sends what was written,
// ticks, and signs of life.
func (s *eventStream) idle(ctx context.Context, sub *subscription) (*message, error) {
	select {
	case m, ok := <-sub.messages:
		return received(m, ok, sub)
	default:
	}
	beat := time.NewTimer(s.g.Heartbeat)
	defer beat.Stop()
	for {
		if err := s.flush(); err != nil {
			return nil, err
		}
		select {
		case m, ok := <-sub.messages:
			return received(m, ok, sub)
		case t, ok := <-s.ticks:
			if !ok {
				s.ticks = nil
				continue
			}
			s.buf = appendTick(s.buf[:0], t, time.Now())
			if err := s.write(s.buf); err != nil {
				return nil, err
			}
		case <-beat.C:
			if err := s.write(s.beat(sub)); err != nil {
				return nil, err
			}
			beat.Reset(s.g.Heartbeat)
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// beat is a sign of life. Where a filter keeps most events from the client, it
// also moves the place at which the client would resume: a block with an id and
// no data does that and nothing else.
func (s *eventStream) beat(sub *subscription) []byte {
	s.buf = append(s.buf[:0], ": still here\n"...)
	if at, ok := s.g.hub.reached(sub); ok && s.follower.skipTo(at) {
		s.buf = append(append(append(s.buf, "id: "...), at.String()...), '\n')
	}
	return append(s.buf, '\n')
}

func received(m *message, ok bool, sub *subscription) (*message, error) {
	if ok {
		return m, nil
	}
	return nil, sub.err
}

// finish ends the stream. The reason goes out as a comment: who comes back with
// the last id misses nothing.
func (s *eventStream) finish(err error) {
	switch {
	case errors.Is(err, errSlow):
		_ = s.write([]byte(": cut off: too slow; come back with the last id\n\n"))
	case errors.Is(err, errHubClosed), errors.Is(err, context.Canceled):
		_ = s.write([]byte(": the server ends the stream; come back with the last id\n\n"))
	case err != nil:
		s.g.log.Warn("a stream has ended", "error", err)
		_ = s.write([]byte(": the stream has ended with an error\n\n"))
	}
	_ = s.flush()
}
