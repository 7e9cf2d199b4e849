// Package streamtest is the conformance suite of the event store: what every
// store must do, whatever it runs on. It promises nothing about the stored
// form; that is the store's own test.
package streamtest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/streams"
)

// Store is an event store as the suite sees it.
type Store interface {
	commands.Store
	Tail(from events.Cursor, o streams.TailOptions) *streams.Tail
	Head(ctx context.Context) (events.Cursor, error)
	Last(stream string) uint64
	ReadAt(ctx context.Context, p events.Position) (*events.Recorded, error)
	Close(ctx context.Context) error
}

// Opener opens the store of a data folder, which holds everything of it, its
// master key included.
type Opener func(dir string) (Store, error)

// patience bounds every wait of the suite.
const patience = 20 * time.Second

// Exercise runs the whole suite, each part on a folder of its own.
func Exercise(t *testing.T, open Opener) {
	parts := []struct {
		name string
		run  func(t *testing.T, open Opener)
	}{
		{"an append is loaded as it was", appendAndLoad},
		{"a load goes on behind a head", loadBehind},
		{"a load ends with the reader's error", loadStops},
		{"a stale append changes nothing", staleAppend},
		{"racing appends make one chain", racingAppends},
		{"a repeated command is stored once", repeatedCommand},
		{"a repeat racing itself is stored once", racingRepeat},
		{"one command may begin two aggregates", commandOfTwo},
		{"a commit fits up to the limit", sizes},
		{"a bad id is refused", badIDs},
		{"an append ends with its context", cancelledAppend},
		{"a tail gives every commit in order", tailOrder},
		{"a tail sees only what is acknowledged", tailWatermark},
		{"a tail goes on behind a cursor", tailResume},
		{"a tail refuses a cursor ahead of the log", tailAhead},
		{"a tail ends when it is told to", tailEnds},
		{"a commit is read at its position", readAt},
		{"a folder opened again holds everything", reopen},
		{"a folder left without closing holds what was acknowledged", killed},
		{"a folder is opened once", openedOnce},
		{"a closed store says so", closed},
	}
	for _, p := range parts {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			p.run(t, open)
		})
	}
}

// start opens a store on a new folder and closes it with the test.
func start(t *testing.T, open Opener) Store {
	t.Helper()
	return startIn(t, open, t.TempDir())
}

func startIn(t *testing.T, open Opener, dir string) Store {
	t.Helper()
	s, err := open(dir)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() { stop(t, s) })
	return s
}

func stop(t *testing.T, s Store) {
	t.Helper()
	if err := s.Close(within(t)); err != nil {
		t.Errorf("close: %v", err)
	}
}

// within is a context that no test outlives.
func within(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), patience)
	t.Cleanup(cancel)
	return ctx
}

// newRun makes the id of a run; runs with other numbers differ.
func newRun(n int) events.AggregateID {
	id := events.DeriveRunID(time.Now(), "", "streamtest", fmt.Sprint(n))
	return events.Run(events.DefaultWorkspace, id)
}

// command is an append with everything set, carrying one event with a text.
func command(id events.AggregateID, expect events.Head, name, text string) commands.Append {
	return commands.Append{
		Aggregate: id, Expect: expect,
		Events:      []events.Event{events.KeyClaimed{Run: text, Digest: "d"}},
		At:          time.Date(2026, 2, 3, 4, 5, 6, 789, time.UTC),
		CommandID:   events.HashToID(id.String(), name),
		CommandName: "test.write", CommandHash: events.Hash{1, 2, 3}, Actor: "tester",
		Correlation: "corr", Causation: "cause", Traceparent: "00-11-22-01",
	}
}

// write appends and fails the test if that fails.
func write(t *testing.T, s Store, a commands.Append) *events.Recorded {
	t.Helper()
	r, err := s.Append(within(t), a)
	if err != nil {
		t.Fatalf("append: %v", err)
	}
	return r
}

// fill appends n commits to an aggregate and returns them.
func fill(t *testing.T, s Store, id events.AggregateID, n int) []*events.Recorded {
	t.Helper()
	list, err := tryFill(within(t), s, id, n)
	if err != nil {
		t.Fatalf("append: %v", err)
	}
	return list
}

// tryFill is fill for goroutines beside the test's own.
func tryFill(ctx context.Context, s Store, id events.AggregateID, n int) ([]*events.Recorded, error) {
	var list []*events.Recorded
	var head events.Head
	for i := range n {
		r, err := s.Append(ctx, command(id, head, fmt.Sprint("fill", i), fmt.Sprint("text", i)))
		if err != nil {
			return nil, err
		}
		head, list = r.Head(), append(list, r)
	}
	return list, nil
}

// load returns all commits of an aggregate behind a head.
func load(t *testing.T, s Store, id events.AggregateID, after events.Head) ([]*events.Recorded, events.Head) {
	t.Helper()
	var list []*events.Recorded
	head, err := s.Load(within(t), id, after, func(r *events.Recorded) error {
		list = append(list, r)
		return nil
	})
	if err != nil {
		t.Fatalf("load: %v", err)
	}
	return list, head
}

// same fails the test unless two records are the same commit with the same
// content.
func same(t *testing.T, got, want *events.Recorded) {
	t.Helper()
	if got.Hash != want.Hash || got.Position != want.Position || got.Aggregate != want.Aggregate || got.Bytes != want.Bytes {
		t.Fatalf("got %v at %v (%x, %d bytes), want %v at %v (%x, %d bytes)",
			got.Aggregate, got.Position, got.Hash[:4], got.Bytes, want.Aggregate, want.Position, want.Hash[:4], want.Bytes)
	}
	if fmt.Sprint(got.Envelope) != fmt.Sprint(want.Envelope) {
		t.Fatalf("envelope\n got %v\nwant %v", got.Envelope, want.Envelope)
	}
	for i := range want.Len() {
		if string(got.Raw(i)) != string(want.Raw(i)) {
			t.Fatalf("event %d\n got %s\nwant %s", i, got.Raw(i), want.Raw(i))
		}
	}
}

// sameAll compares lists.
func sameAll(t *testing.T, got, want []*events.Recorded) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("got %d commits, want %d", len(got), len(want))
	}
	for i := range want {
		same(t, got[i], want[i])
	}
}

// expect fails the test unless err is the wanted one.
func expect(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("got error %v, want %v", err, want)
	}
}
