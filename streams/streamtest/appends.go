package streamtest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
)

func appendAndLoad(t *testing.T, open Opener) {
	s := start(t, open)
	for i, id := range []events.AggregateID{newRun(1), events.Workflow(events.DefaultWorkspace, events.HashID("wf"))} {
		a := command(id, events.Head{}, "first", "hello")
		a.Events = append(a.Events, events.KeyClaimed{Run: strings.Repeat("long ", 500)}, events.RouteReleased{Workflow: "w"})
		first := write(t, s, a)
		if first.Revision != 1 || first.Position.Seq == 0 || first.Len() != 3 || !first.At.Equal(a.At) || first.Actor != a.Actor {
			t.Fatalf("%d: the append answers %+v", i, first)
		}
		second := write(t, s, command(id, first.Head(), "second", "again"))
		if second.Prev != first.Hash || second.Revision != 2 {
			t.Fatalf("%d: revision %d does not follow from the first", i, second.Revision)
		}
		list, head := load(t, s, id, events.Head{})
		sameAll(t, list, []*events.Recorded{first, second})
		if head != second.Head() {
			t.Fatalf("%d: head %+v, want %+v", i, head, second.Head())
		}
	}
	if _, head := load(t, s, newRun(2), events.Head{}); head != (events.Head{}) {
		t.Fatalf("an aggregate that does not exist has head %+v", head)
	}
}

func loadBehind(t *testing.T, open Opener) {
	s := start(t, open)
	id := newRun(1)
	all := fill(t, s, id, 7)
	got, head := load(t, s, id, all[3].Head())
	sameAll(t, got, all[4:])
	if got, same := load(t, s, id, head); len(got) != 0 || same != head {
		t.Fatalf("behind the head there are %d commits", len(got))
	}
}

func loadStops(t *testing.T, open Opener) {
	s := start(t, open)
	id := newRun(1)
	fill(t, s, id, 3)
	enough := errors.New("enough")
	calls := 0
	_, err := s.Load(within(t), id, events.Head{}, func(*events.Recorded) error {
		if calls++; calls == 2 {
			return enough
		}
		return nil
	})
	if !errors.Is(err, enough) || calls != 2 {
		t.Fatalf("the load ended with %v after %d calls", err, calls)
	}
}

func staleAppend(t *testing.T, open Opener) {
	s := start(t, open)
	id := newRun(1)
	all := fill(t, s, id, 3)
	for i, head := range []events.Head{{}, all[0].Head(), all[1].Head()} {
		_, err := s.Append(within(t), command(id, head, fmt.Sprint("stale", i), "stale"))
		expect(t, err, commands.ErrConflict)
	}
	got, _ := load(t, s, id, events.Head{})
	sameAll(t, got, all)
}

// racingAppends lets writers add to one aggregate as fast as they can, each
// deciding again after every lost race.
func racingAppends(t *testing.T, open Opener) {
	const writers, each = 8, 12
	s := start(t, open)
	id := newRun(1)
	ctx := within(t)
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			if err := raceTo(ctx, s, id, w, each); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	list, head := load(t, s, id, events.Head{})
	if head.Revision != writers*each {
		t.Fatalf("the chain has %d revisions, want %d", head.Revision, writers*each)
	}
	seen := map[events.ID]bool{}
	for _, r := range list {
		if seen[r.CommandID] {
			t.Fatalf("revision %d repeats a command", r.Revision)
		}
		seen[r.CommandID] = true
	}
}

func raceTo(ctx context.Context, s Store, id events.AggregateID, writer, n int) error {
	var head events.Head
	for i := 0; i < n; {
		_, err := s.Append(ctx, command(id, head, fmt.Sprint(writer, "-", i), "race"))
		if err == nil {
			i++
		} else if !errors.Is(err, commands.ErrConflict) {
			return err
		}
		if head, err = s.Load(ctx, id, head, func(*events.Recorded) error { return nil }); err != nil {
			return err
		}
	}
	return nil
}

func repeatedCommand(t *testing.T, open Opener) {
	s := start(t, open)
	id := newRun(1)
	a := command(id, events.Head{}, "once", "text")
	first := write(t, s, a)
	same(t, write(t, s, a), first)

	second := write(t, s, command(id, first.Head(), "next", "text"))
	a.Events = []events.Event{events.KeyClaimed{Run: "decided otherwise the second time"}}
	same(t, write(t, s, a), first)

	got, _ := load(t, s, id, events.Head{})
	sameAll(t, got, []*events.Recorded{first, second})
}

func racingRepeat(t *testing.T, open Opener) {
	s := start(t, open)
	id := newRun(1)
	a := command(id, events.Head{}, "once", "text")
	answers := make([]*events.Recorded, 8)
	var wg sync.WaitGroup
	for i := range answers {
		wg.Go(func() {
			var err error
			if answers[i], err = s.Append(within(t), a); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	got, _ := load(t, s, id, events.Head{})
	if len(got) != 1 {
		t.Fatalf("the command was stored %d times", len(got))
	}
	for _, r := range answers {
		same(t, r, got[0])
	}
}

func commandOfTwo(t *testing.T, open Opener) {
	s := start(t, open)
	a := command(newRun(1), events.Head{}, "both", "text")
	b := a
	b.Aggregate = newRun(2)
	first, second := write(t, s, a), write(t, s, b)
	if first.Position == second.Position || first.Hash == second.Hash {
		t.Fatal("one of the two commits was swallowed")
	}
}

func sizes(t *testing.T, open Opener) {
	s := start(t, open)
	id := newRun(1)
	var head events.Head
	for i, n := range []int{0, 1, 511, 512, 100_000, 3_000_000} {
		r := write(t, s, command(id, head, fmt.Sprint("size", i), strings.Repeat("x", n)))
		head = r.Head()
	}
	// Text of random-looking letters does not compress to less than half.
	a := command(id, head, "too large", noise(24<<20))
	_, err := s.Append(within(t), a)
	expect(t, err, commands.ErrTooLarge)
	if list, got := load(t, s, id, events.Head{}); got != head || len(list) != 6 {
		t.Fatalf("head %+v, want %+v", got, head)
	}
}

func noise(n int) string {
	b := make([]byte, n)
	x := uint64(88172645463325252)
	for i := range b {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		b[i] = 'A' + byte(x%58)
	}
	return strings.ReplaceAll(string(b), "\\", "/")
}

func badIDs(t *testing.T, open Opener) {
	s := start(t, open)
	for _, id := range []events.AggregateID{
		events.Run("w0", "not-a-uuid"),
		events.Run("w.0", newRun(1).ID),
		events.Workflow("w0", "a.b"),
		events.Workflow("w0", "*"),
		events.Workflow("", "a"),
		events.Workflow("w0", ""),
		{Kind: events.KindKey, Workspace: "w0", ID: "0123"},
		{Kind: "work flow", Workspace: "w0", ID: "a"},
	} {
		_, err := s.Append(within(t), command(id, events.Head{}, "x", "x"))
		expect(t, err, events.ErrBadID)
		_, err = s.Load(within(t), id, events.Head{}, func(*events.Recorded) error { return nil })
		expect(t, err, events.ErrBadID)
	}
}

func cancelledAppend(t *testing.T, open Opener) {
	s := start(t, open)
	ctx, cancel := context.WithCancel(within(t))
	cancel()
	id := newRun(1)
	a := command(id, events.Head{}, "cancelled", "x")
	if _, err := s.Append(ctx, a); err != nil {
		expect(t, err, commands.ErrUnavailable)
	}
	// Whether it was stored is not known: the same append settles it.
	r := write(t, s, a)
	got, _ := load(t, s, id, events.Head{})
	sameAll(t, got, []*events.Recorded{r})
}
