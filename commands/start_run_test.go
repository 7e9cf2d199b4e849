package commands_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
)

func runID(n byte) string { return events.NewTimeID(time.Now(), [10]byte{n, 9: n}) }

func TestStartRunClaimsItsKeyFirst(t *testing.T) {
	b := newBench(t)
	m := meta("k")
	m.Body = []byte("{}")
	first, err := b.x.StartRun(t.Context(), m, runID(1), events.RunStarted{Workflow: "w"})
	if err != nil || first.Repeated || first.Recorded == nil {
		t.Fatalf("%+v, %v", first, err)
	}
	again, err := b.x.StartRun(t.Context(), m, runID(2), events.RunStarted{Workflow: "w"})
	if err != nil || !again.Repeated || again.Run != first.Run {
		t.Errorf("the repeat: %+v, %v", again, err)
	}
	m.Body = []byte("[]")
	_, err = b.x.StartRun(t.Context(), m, runID(3), events.RunStarted{Workflow: "w"})
	b.refused("the same key with another body", err, commands.CodeIdempotencyMismatch)
}

func TestRacingStartsWithOneKeyAreOneRun(t *testing.T) {
	b := newBench(t)
	var group sync.WaitGroup
	runs := make([]string, 8)
	for i := range runs {
		group.Go(func() {
			m := meta("shared")
			out, err := b.x.StartRun(t.Context(), m, runID(byte(10+i)), events.RunStarted{Workflow: "w"})
			if err != nil {
				t.Error(err)
			}
			runs[i] = out.Run
		})
	}
	group.Wait()
	for _, r := range runs {
		if r != runs[0] {
			t.Errorf("one key began several runs: %v", runs)
		}
	}
}

// A crash between the claim of a key and the run's first commit leaves a key
// whose run has not begun: the repeat begins it.
func TestRepeatBeginsTheRunThatTheKeyPromised(t *testing.T) {
	b := newBench(t)
	promised := runID(40)
	place := b.x.Keys.KeyAggregates(events.DefaultWorkspace, b.x.Keys.IdempotencyID(events.DefaultWorkspace, "u1", "run.start", "k"), time.Now())[0]
	digest := b.x.Keys.CommandDigest(events.DefaultWorkspace, "run.start", nil)
	if _, err := b.x.Store.Append(t.Context(), commands.Append{Aggregate: place, At: time.Now(), CommandID: events.HashToID("claim"),
		Events: []events.Event{events.KeyClaimed{Run: promised, Digest: fmt.Sprintf("%x", digest[:])}}}); err != nil {
		t.Fatal(err)
	}
	out, err := b.x.StartRun(t.Context(), meta("k"), runID(41), events.RunStarted{Workflow: "w"})
	if err != nil || out.Run != promised || out.Recorded == nil {
		t.Errorf("%+v, %v; want run %s to begin", out, err, promised)
	}
}

func TestRoutesHaveOneHolder(t *testing.T) {
	b := newBench(t)
	claim := events.RouteClaimed{Method: "POST", Path: "a/:id", Workflow: "w1", Version: 1, Step: "H"}
	m := meta("")
	if _, err := b.x.ClaimRoute(t.Context(), m, claim); err != nil {
		t.Fatal(err)
	}
	other := claim
	other.Workflow, other.Path = "w2", "a/:other"
	m.Causation = "2"
	_, err := b.x.ClaimRoute(t.Context(), m, other)
	b.refused("a route that is taken, under another parameter name", err, commands.CodeRouteTaken)
	id := events.RouteID(m.Workspace, "POST", "a/:x")
	for i, c := range []struct {
		holder   string
		keep     int
		released bool
	}{{"w2", 0, false}, {"w1", 1, false}, {"w1", 2, true}, {"w1", 0, false}} {
		m.Causation = fmt.Sprint("release", i)
		before, err := b.x.ReleaseRoute(t.Context(), m, id, "nobody", 0)
		if err != nil {
			t.Fatal(err)
		}
		after, err := b.x.ReleaseRoute(t.Context(), m, id, c.holder, c.keep)
		if err != nil || (after.Revision > before.Revision) != c.released {
			t.Errorf("%+v: revision %d to %d, %v", c, before.Revision, after.Revision, err)
		}
	}
	m.Causation = "3"
	if _, err := b.x.ClaimRoute(t.Context(), m, other); err != nil {
		t.Errorf("claiming a free route: %v", err)
	}
}
