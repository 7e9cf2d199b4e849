package gateway

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
)

// Why a subscription ends before its reader does.
var (
	// errSlow: the reader let its buffer fill up; it can come back and resume.
	errSlow = errors.New("the client reads too slowly")
	// errHubClosed: the gateway ends.
	errHubClosed = errors.New("the gateway is closing")
)

// message is a commit on its way to live clients. All of them stand at the same
// place, so what is written is made once, by the first that needs it.
type message struct {
	rec           *events.Recorded
	before, after events.Cursor

	once   sync.Once
	frames [][]byte // by event
}

func (m *message) frame(i int) []byte {
	m.once.Do(func() {
		m.frames = make([][]byte, m.rec.Len())
		for i := range m.frames {
			m.frames[i] = appendFrame(nil, m.before, m.rec, i)
		}
	})
	return m.frames[i]
}

// subscription is one live client. The hub closes messages when it ends it, and
// says in err why.
type subscription struct {
	filter   filter
	messages chan *message
	err      error // read after messages is closed
	closed   bool  // under the hub's lock
}

// hub reads the log's end once, for all live clients of this node. The reader
// runs while there is anyone to read for.
type hub struct {
	log     Log
	owners  *ownerCache
	buffer  int
	logger  *slog.Logger
	metrics *metrics
	group   sync.WaitGroup

	mu      sync.Mutex
	ended   bool
	reading *reading // nil: nobody listens
}

// reading is one life of the hub's reader: from the first client's coming to
// the last one's going.
type reading struct {
	cancel context.CancelFunc
	// at is behind the last commit that was handed out.
	at    events.Cursor
	broad map[*subscription]struct{}
	byRun map[string]map[*subscription]struct{}
	count int
}

func newHub(log Log, owners *ownerCache, buffer int, logger *slog.Logger, m *metrics) *hub {
	return &hub{log: log, owners: owners, buffer: buffer, logger: logger, metrics: m}
}

// subscribe begins a subscription to what passes the filter, and gives the place
// behind which it begins: the subscriber gets every wanted commit behind it.
func (h *hub) subscribe(ctx context.Context, f filter) (*subscription, events.Cursor, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.ended {
		return nil, events.Cursor{}, errHubClosed
	}
	if h.reading == nil {
		if err := h.begin(ctx); err != nil {
			return nil, events.Cursor{}, err
		}
	}
	s := &subscription{filter: f, messages: make(chan *message, h.buffer)}
	h.reading.add(s)
	return s, h.reading.at, nil
}

// begin starts the reader at the log's end.
func (h *hub) begin(ctx context.Context) error {
	at, err := h.log.Head(ctx)
	if err != nil {
		return fmt.Errorf("find the log's end: %w", err)
	}
	work, cancel := context.WithCancel(context.Background())
	r := &reading{cancel: cancel, at: at, broad: map[*subscription]struct{}{}, byRun: map[string]map[*subscription]struct{}{}}
	h.reading = r
	tail := h.log.Follow(at)
	h.group.Go(func() { h.read(work, r, tail) })
	return nil
}

// unsubscribe ends a subscription for its owner. The last one ends the reader.
func (h *hub) unsubscribe(s *subscription) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.drop(s, nil)
}

// drop takes a subscription out, under the lock.
func (h *hub) drop(s *subscription, why error) {
	if s.closed {
		return
	}
	s.closed, s.err = true, why
	close(s.messages)
	r := h.reading
	if r == nil {
		return
	}
	r.remove(s)
	if r.count == 0 {
		r.cancel()
		h.reading = nil
	}
}

// reached gives the place up to which a subscriber has taken everything; false
// when there is something waiting for it.
func (h *hub) reached(s *subscription) (events.Cursor, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if s.closed || h.reading == nil || len(s.messages) > 0 {
		return events.Cursor{}, false
	}
	return h.reading.at, true
}

// close ends all subscriptions and waits for the reader.
func (h *hub) close() {
	h.mu.Lock()
	h.ended = true
	h.endAll(errHubClosed)
	h.mu.Unlock()
	h.group.Wait()
}

func (h *hub) endAll(why error) {
	if h.reading == nil {
		return
	}
	for _, s := range h.reading.all() {
		h.drop(s, why)
	}
}

// unavailablePause is the time before the log is asked again.
const unavailablePause = 100 * time.Millisecond

func (h *hub) read(ctx context.Context, r *reading, tail Tail) {
	defer tail.Close()
	for {
		batch, err := tail.Next(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case errors.Is(err, commands.ErrUnavailable):
			h.logger.Warn("live events wait for the log", "error", err)
			if sleep(ctx, unavailablePause) != nil {
				return
			}
		case err != nil:
			h.logger.Error("live events have ended", "error", err)
			h.fail(r, err)
			return
		default:
			h.hand(r, batch)
		}
	}
}

func (h *hub) fail(r *reading, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.reading == r {
		h.endAll(err)
	}
}

// hand gives a batch to whoever wants it. It never waits: who has no room left
// is cut.
func (h *hub) hand(r *reading, batch []*events.Recorded) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.reading != r {
		return
	}
	for _, rec := range batch {
		var m *message
		r.each(rec, func(s *subscription) {
			if s.filter.commit(rec, h.owners) == unwanted {
				return
			}
			if m == nil {
				m = &message{rec: rec, before: r.at, after: r.at.With(rec.Position)}
			}
			h.push(s, m)
		})
		if m != nil {
			r.at = m.after
		} else {
			r.at = r.at.With(rec.Position)
		}
	}
}

func (h *hub) push(s *subscription, m *message) {
	select {
	case s.messages <- m:
	default:
		h.metrics.cut.Inc()
		h.drop(s, errSlow)
	}
}

func (r *reading) add(s *subscription) {
	r.count++
	if s.filter.run == "" {
		r.broad[s] = struct{}{}
		return
	}
	set := r.byRun[s.filter.run]
	if set == nil {
		set = map[*subscription]struct{}{}
		r.byRun[s.filter.run] = set
	}
	set[s] = struct{}{}
}

func (r *reading) remove(s *subscription) {
	r.count--
	delete(r.broad, s)
	set := r.byRun[s.filter.run]
	delete(set, s)
	if len(set) == 0 {
		delete(r.byRun, s.filter.run)
	}
}

// each calls fn for whoever may want a commit: those of its run, and those that
// are not about one run.
func (r *reading) each(rec *events.Recorded, fn func(*subscription)) {
	for s := range r.broad {
		fn(s)
	}
	if rec.Aggregate.Kind == events.KindRun && len(r.byRun) > 0 {
		for s := range r.byRun[rec.Aggregate.ID] {
			fn(s)
		}
	}
}

func (r *reading) all() []*subscription {
	list := make([]*subscription, 0, r.count)
	for s := range r.broad {
		list = append(list, s)
	}
	for _, set := range r.byRun {
		for s := range set {
			list = append(list, s)
		}
	}
	return list
}
