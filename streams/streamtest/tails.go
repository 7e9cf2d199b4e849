package streamtest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/streams"
)

// drain reads n commits from a tail.
func drain(t *testing.T, tail *streams.Tail, n int) []*events.Recorded {
	t.Helper()
	ctx := within(t)
	var list []*events.Recorded
	for len(list) < n {
		batch, err := tail.Next(ctx)
		if err != nil {
			t.Fatalf("after %d of %d commits: %v", len(list), n, err)
		}
		list = append(list, batch...)
	}
	return list
}

// ofRuns keeps the commits of runs: a store has some of its own in DEFS.
func ofRuns(list []*events.Recorded) []*events.Recorded {
	var out []*events.Recorded
	for _, r := range list {
		if r.Aggregate.Kind == events.KindRun {
			out = append(out, r)
		}
	}
	return out
}

func tailOrder(t *testing.T, open Opener) {
	const writers, each = 6, 40
	s := start(t, open)
	live := s.Tail(events.Cursor{}, streams.TailOptions{MaxBatch: 7})
	defer live.Close()
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			if _, err := tryFill(within(t), s, newRun(w), each); err != nil {
				t.Error(err)
			}
		})
	}
	runs := readRuns(t, live, writers*each)
	wg.Wait()
	inOrder(t, runs)

	late := s.Tail(events.Cursor{}, streams.TailOptions{})
	defer late.Close()
	sameAll(t, readRuns(t, late, writers*each), runs)
	for w := range writers {
		stored, _ := load(t, s, nth(runs, w), events.Head{})
		sameAll(t, of(runs, stored[0].Aggregate), stored)
	}
}

// readRuns reads until n commits of runs have come.
func readRuns(t *testing.T, tail *streams.Tail, n int) []*events.Recorded {
	t.Helper()
	var runs []*events.Recorded
	for len(runs) < n {
		runs = append(runs, ofRuns(drain(t, tail, 1))...)
	}
	return runs
}

// inOrder fails the test unless sequences follow each other and so do the
// revisions of each aggregate.
func inOrder(t *testing.T, list []*events.Recorded) {
	t.Helper()
	seq := map[string]uint64{}
	revision := map[events.AggregateID]uint64{}
	for _, r := range list {
		p := r.Position
		if last, ok := seq[p.Stream]; ok && p.Seq != last+1 {
			t.Fatalf("stream %s: %d follows %d", p.Stream, p.Seq, last)
		}
		if r.Revision != revision[r.Aggregate]+1 {
			t.Fatalf("%s: revision %d follows %d", r.Aggregate, r.Revision, revision[r.Aggregate])
		}
		seq[p.Stream], revision[r.Aggregate] = p.Seq, r.Revision
	}
}

// nth is the nth aggregate of a list, in order of appearance.
func nth(list []*events.Recorded, n int) events.AggregateID {
	var seen []events.AggregateID
	for _, r := range list {
		if r.Revision == 1 {
			seen = append(seen, r.Aggregate)
		}
	}
	return seen[n]
}

func of(list []*events.Recorded, id events.AggregateID) []*events.Recorded {
	var out []*events.Recorded
	for _, r := range list {
		if r.Aggregate == id {
			out = append(out, r)
		}
	}
	return out
}

// tailWatermark compares each commit that a tail gives with the end that the
// store admits to at that moment.
func tailWatermark(t *testing.T, open Opener) {
	const commits = 300
	s := start(t, open)
	tail := s.Tail(events.Cursor{}, streams.TailOptions{})
	defer tail.Close()
	var wg sync.WaitGroup
	wg.Go(func() {
		list, err := tryFill(within(t), s, newRun(1), commits)
		if err != nil {
			t.Error(err)
		}
		for _, r := range list {
			if last := s.Last(r.Position.Stream); last < r.Position.Seq {
				t.Errorf("commit %d is acknowledged, but the end is %d", r.Position.Seq, last)
			}
		}
	})
	for n := 0; n < commits; {
		list := drain(t, tail, 1)
		for _, r := range list {
			if last := s.Last(r.Position.Stream); r.Position.Seq > last {
				t.Fatalf("the tail gives commit %d, the end is %d", r.Position.Seq, last)
			}
		}
		n += len(ofRuns(list))
	}
	wg.Wait()
}

func tailResume(t *testing.T, open Opener) {
	s := start(t, open)
	all := fill(t, s, newRun(1), 10)
	stream := all[0].Position.Stream
	for i, from := range []events.Position{
		{Stream: stream, Seq: all[3].Position.Seq},
		{Stream: stream, Seq: all[4].Position.Seq, Index: 1}, // stands inside the commit
	} {
		tail := s.Tail(events.NewCursor(from), streams.TailOptions{Streams: []string{stream}})
		sameAll(t, drain(t, tail, 6), all[4:])
		tail.Close()
		if t.Failed() {
			t.Fatalf("position %d", i)
		}
	}
	head, err := s.Head(within(t))
	if err != nil || head.At(stream).Seq != all[9].Position.Seq {
		t.Fatalf("head %v, %v", head, err)
	}
	tail := s.Tail(head, streams.TailOptions{})
	defer tail.Close()
	next := write(t, s, command(newRun(2), events.Head{}, "next", "x"))
	sameAll(t, drain(t, tail, 1), []*events.Recorded{next})
}

func tailAhead(t *testing.T, open Opener) {
	s := start(t, open)
	p := fill(t, s, newRun(1), 1)[0].Position
	p.Seq += 5
	tail := s.Tail(events.NewCursor(p), streams.TailOptions{Streams: []string{p.Stream}})
	defer tail.Close()
	_, err := tail.Next(within(t))
	expect(t, err, streams.ErrCursorAhead)

	strange := s.Tail(events.NewCursor(events.Position{Stream: "RUNS_0000z", Seq: 1}), streams.TailOptions{})
	defer strange.Close()
	_, err = strange.Next(within(t))
	expect(t, err, streams.ErrCursorAhead)
}

func tailEnds(t *testing.T, open Opener) {
	s := start(t, open)
	head, err := s.Head(within(t))
	if err != nil {
		t.Fatal(err)
	}
	ends := map[string]struct {
		want error
		end  func(tail *streams.Tail, cancel func())
	}{
		"close":  {streams.ErrClosed, func(tail *streams.Tail, _ func()) { tail.Close() }},
		"cancel": {context.Canceled, func(_ *streams.Tail, cancel func()) { cancel() }},
	}
	for name, e := range ends {
		tail := s.Tail(head, streams.TailOptions{})
		ctx, cancel := context.WithCancel(within(t))
		ended := make(chan error, 1)
		go func() {
			_, err := tail.Next(ctx)
			ended <- err
		}()
		e.end(tail, cancel)
		select {
		case err := <-ended:
			if !errors.Is(err, e.want) {
				t.Errorf("%s: %v", name, err)
			}
		case <-time.After(patience):
			t.Errorf("%s: Next waits on", name)
		}
		tail.Close()
		cancel()
	}
}

func readAt(t *testing.T, open Opener) {
	dir := t.TempDir()
	s := startIn(t, open, dir)
	all := fill(t, s, newRun(1), 3)
	check := func(s Store) {
		for _, want := range all {
			got, err := s.ReadAt(within(t), want.Position)
			if err != nil {
				t.Fatal(err)
			}
			same(t, got, want)
		}
	}
	check(s)
	p := all[2].Position
	p.Seq++
	_, err := s.ReadAt(within(t), p)
	expect(t, err, streams.ErrCursorAhead)
	_, err = s.ReadAt(within(t), events.Position{Stream: fmt.Sprint("NO", p.Stream), Seq: 1})
	if err == nil {
		t.Fatal("a stream that does not exist was read")
	}
	stop(t, s)
	check(startIn(t, open, dir))
}
