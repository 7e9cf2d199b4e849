package gateway_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/gateway"
	"github.com/jobsprint/jobsprint/internal/client"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/streams"
)

// writer appends commits of several events to aggregates in both families of
// streams, so that readers meet streams without an order among each other.
type writer struct {
	log    *streams.Log
	random *rand.Rand
	heads  map[events.AggregateID]events.Head
	ids    []events.AggregateID
}

func newWriter(log *streams.Log, seed uint64) *writer {
	w := &writer{log: log, random: rand.New(rand.NewPCG(seed, 1)), heads: map[events.AggregateID]events.Head{}}
	for i := range 6 {
		var b [10]byte
		binary.BigEndian.PutUint64(b[:], w.random.Uint64())
		if i%2 == 0 {
			w.ids = append(w.ids, events.Run(workspace, events.NewTimeID(time.Now(), b)))
		} else {
			w.ids = append(w.ids, events.Workflow(workspace, events.NewTimeID(time.Now(), b)))
		}
	}
	return w
}

func (w *writer) append(ctx context.Context) error {
	id := w.ids[w.random.IntN(len(w.ids))]
	list := make([]events.Event, 1+w.random.IntN(4))
	for i := range list {
		if id.Kind == events.KindRun {
			list[i] = events.StepCompleted{StepRef: events.StepRef{Step: fmt.Sprint(i)}}
		} else {
			list[i] = events.WorkflowRevised{Version: i, Name: "n", Raw: strings.Repeat("x", w.random.IntN(500))}
		}
	}
	var command events.ID
	binary.BigEndian.PutUint64(command[:], w.random.Uint64())
	r, err := w.log.Append(ctx, commands.Append{Aggregate: id, Expect: w.heads[id], Events: list, At: time.Now().UTC(), CommandID: command, CommandName: "test"})
	if err == nil {
		w.heads[id] = r.Head()
	}
	return err
}

// place is one event as a reader sees it.
type place struct {
	aggregate string
	revision  uint64
	index     int
}

// everything lists what the log holds behind a cursor, by stream, as the log
// itself says.
func everything(t *testing.T, log *streams.Log, from events.Cursor, kinds ...string) []place {
	t.Helper()
	tail := log.Tail(from, streams.TailOptions{})
	defer tail.Close()
	head, err := log.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var list []place
	for at := from; !at.Covers(head); {
		batch, err := tail.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range batch {
			at = at.With(r.Position)
			for i := range r.Len() {
				if len(kinds) == 0 || slices.Contains(kinds, r.Aggregate.Kind) {
					list = append(list, place{r.Aggregate.ID, r.Revision, i})
				}
			}
		}
	}
	return list
}

// TestStreamsHaveNoGapAndNoRepeat: while commits come in, clients read, leave at
// random places, inside a commit too, and come back; each sees every event once,
// and those of one aggregate in order.
func TestStreamsHaveNoGapAndNoRepeat(t *testing.T) {
	s := newStack()
	if s.err != nil {
		t.Fatal(s.err)
	}
	t.Cleanup(s.close)
	c := config(s)
	c.StreamBuffer = 16 // small, so that clients are cut too
	g := gateway.New(c)
	t.Cleanup(g.Close)
	server := httptest.NewServer(g)
	t.Cleanup(server.Close)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	w := newWriter(s.log, seed)
	for range 200 {
		if err := w.append(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	stop := make(chan struct{})
	var group sync.WaitGroup
	group.Go(func() {
		defer close(stop)
		for range 1500 {
			if err := w.append(t.Context()); err != nil {
				t.Error(err)
				return
			}
		}
	})
	readers := make([]*hopper, 12)
	for i := range readers {
		readers[i] = newHopper(t, server.URL, seed+uint64(i), i)
		group.Go(func() { readers[i].read(stop) })
	}
	group.Wait()
	for i, r := range readers {
		r.catchUp(s.log)
		r.check(t, i, everything(t, s.log, events.Cursor{}, r.kinds...))
	}
}

// hopper reads a stream in pieces.
type hopper struct {
	t      *testing.T
	c      *client.Client
	random *rand.Rand
	filter client.EventFilter
	kinds  []string
	id     string
	got    []place
}

func newHopper(t *testing.T, base string, seed uint64, i int) *hopper {
	c, err := client.New(base, nil)
	if err != nil {
		t.Fatal(err)
	}
	h := &hopper{t: t, c: c, random: rand.New(rand.NewPCG(seed, 2)), id: "start"}
	switch i % 3 {
	case 1:
		h.filter.Types, h.kinds = []string{"step.completed"}, []string{events.KindRun}
	case 2:
		h.filter.Types, h.kinds = []string{"workflow.revised"}, []string{events.KindWorkflow}
	}
	return h
}

// read opens streams one after the other until stop.
func (h *hopper) read(stop <-chan struct{}) {
	for {
		select {
		case <-stop:
			return
		default:
			h.hop(1+h.random.IntN(400), 100*time.Millisecond)
		}
	}
}

// hop reads at most n events of one stream.
func (h *hopper) hop(n int, limit time.Duration) {
	ctx, cancel := context.WithTimeout(h.t.Context(), limit)
	defer cancel()
	for m, err := range h.c.Stream(ctx, client.StreamOptions{EventFilter: h.filter, From: h.id}) {
		if err != nil {
			h.t.Error(err)
			return
		}
		e, err := m.Event()
		if err != nil {
			h.t.Error(err)
			return
		}
		h.id = m.ID
		h.got = append(h.got, place{e.Aggregate.ID, e.Revision, e.Index})
		if n--; n == 0 {
			return
		}
	}
}

// catchUp reads what is left.
func (h *hopper) catchUp(log *streams.Log) {
	want := len(everything(h.t, log, events.Cursor{}, h.kinds...))
	for end := time.Now().Add(20 * time.Second); len(h.got) < want && time.Now().Before(end); {
		h.hop(want-len(h.got), time.Second)
	}
	h.hop(1, 30*time.Millisecond) // a repeat would come now
}

func (h *hopper) check(t *testing.T, i int, want []place) {
	seen := map[place]bool{}
	last := map[string]place{}
	for _, p := range h.got {
		if seen[p] {
			t.Fatalf("reader %d got %+v twice", i, p)
		}
		seen[p] = true
		before := last[p.aggregate]
		if p.revision < before.revision || p.revision == before.revision && p.index < before.index {
			t.Fatalf("reader %d got %+v behind %+v", i, p, before)
		}
		last[p.aggregate] = p
	}
	for _, p := range want {
		if !seen[p] {
			t.Fatalf("reader %d misses %+v; it has %d of %d", i, p, len(h.got), len(want))
		}
	}
	if len(h.got) != len(want) {
		t.Fatalf("reader %d has %d events, the log %d", i, len(h.got), len(want))
	}
}

// TestSlowClientIsCutAndResumes: a client that does not read is cut when its
// buffer is full; with its last id it gets the rest.
func TestSlowClientIsCutAndResumes(t *testing.T) {
	b := newBench(t, func(c *gateway.Config) { c.StreamBuffer = 4 })
	id := events.Workflow(workspace, events.NewTimeID(time.Now(), [10]byte{1, 2, 3}))
	s := b.stream("from=now&type=workflow.revised&workflow="+id.ID, "")
	big := strings.Repeat("x", 900<<10)
	var head events.Head
	revise := func(raw string) {
		t.Helper()
		r, err := b.log.Append(t.Context(), commands.Append{
			Aggregate: id, Expect: head, Events: []events.Event{events.WorkflowRevised{Version: int(head.Revision), Raw: raw}},
			At: time.Now().UTC(), CommandID: events.HashToID(fmt.Sprint(head.Revision)), CommandName: "test",
		})
		if err != nil {
			t.Fatal(err)
		}
		head = r.Head()
	}
	revise("first")
	first := s.events(1)[0]
	const total = 40 // far more than the connection and the buffer hold
	for range total {
		revise(big)
	}
	eventually(t, "the slow client is cut", func() bool { return strings.Contains(metricsOf(b), "jobsprint_stream_clients_cut_total 1") })
	var last string
	var revisions []uint64
	cut := false
	for {
		next, ok := s.next()
		if !ok {
			break
		}
		cut = cut || strings.Contains(next.comment, "too slow")
		if next.data != "" {
			last, revisions = next.id, append(revisions, next.parse(t).Revision)
		}
	}
	if !cut || last == "" || last == first.id || len(revisions) >= total {
		t.Fatalf("cut %v after %d events", cut, len(revisions))
	}
	for _, block := range b.stream("type=workflow.revised&workflow="+id.ID, last).events(total - len(revisions)) {
		revisions = append(revisions, block.parse(t).Revision)
	}
	for i, r := range revisions {
		if r != uint64(i)+2 {
			t.Fatalf("revision %d at place %d of %v", r, i, revisions)
		}
	}
}

// TestManyLiveClients: every client of one node gets every event from one
// reading of the log.
func TestManyLiveClients(t *testing.T) {
	b := newBench(t, nil)
	w := b.create(manualFlow)
	const clients = 100
	list := make([]*blocks, clients)
	for i := range list {
		list[i] = b.stream("from=now&type=run.ended&workflow="+w.ID, "")
	}
	eventually(t, "all are live", func() bool {
		return strings.Contains(metricsOf(b), fmt.Sprintf("jobsprint_stream_clients %d\n", clients))
	})
	for range 5 {
		b.start(w.ID, startNewest(item.Undefined))
	}
	want := names(list[0].events(5))
	for _, s := range list[1:] {
		if got := names(s.events(5)); got != want {
			t.Errorf("got %s", got)
		}
	}
}
