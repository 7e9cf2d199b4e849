package gateway_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/gateway"
	"github.com/jobsprint/jobsprint/internal/client"
	"github.com/jobsprint/jobsprint/internal/client/wire"
	"github.com/jobsprint/jobsprint/item"
)

// faultyLog is the real log, whose tails fail when a test says so.
type faultyLog struct {
	gateway.Log
	fault atomic.Pointer[error]
	met   atomic.Int64 // how often a tail failed
}

func (l *faultyLog) Follow(from events.Cursor) gateway.Tail {
	return &faultyTail{Tail: l.Log.Follow(from), log: l}
}

type faultyTail struct {
	gateway.Tail
	log *faultyLog
}

func (t *faultyTail) Next(ctx context.Context) ([]*events.Recorded, error) {
	if p := t.log.fault.Load(); p != nil {
		t.log.met.Add(1)
		return nil, *p
	}
	ctx, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
	defer cancel()
	list, err := t.Tail.Next(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		return nil, nil // looks again, and meets the fault
	}
	return list, err
}

func (l *faultyLog) fail(err error) {
	if err == nil {
		l.fault.Store(nil)
		return
	}
	l.fault.Store(&err)
}

// TestLiveStreamsOutliveAnUnavailableLog: what comes meanwhile comes later.
func TestLiveStreamsOutliveAnUnavailableLog(t *testing.T) {
	log := &faultyLog{}
	b := newBench(t, func(c *gateway.Config) {
		log.Log = c.Log
		c.Log = log
	})
	w := b.create(manualFlow)
	s := b.stream("workflow="+w.ID, "")
	log.fail(commands.ErrUnavailable)
	eventually(t, "the stream meets the fault", func() bool { return log.met.Load() > 0 })
	other := newBench(t, nil)
	other.start(w.ID, wire.StartRun{})
	log.fail(nil)
	if got := names(s.events(4)); got != wholeRun {
		t.Errorf("got %s", got)
	}
}

// TestDamageEndsLiveStreams: a stream never goes on over a gap.
func TestDamageEndsLiveStreams(t *testing.T) {
	log := &faultyLog{}
	b := newBench(t, func(c *gateway.Config) {
		log.Log = c.Log
		c.Log = log
	})
	s := b.stream("from=now", "")
	log.fail(&commands.DamageError{Detail: "a commit is missing"})
	var last block
	for {
		next, ok := s.next()
		if !ok {
			break
		}
		last = next
	}
	if !strings.Contains(last.comment, "error") {
		t.Errorf("ended with %+v", last)
	}
	// The next client begins a new reading of the log.
	log.fail(nil)
	w := b.create(manualFlow)
	again := b.stream("workflow="+w.ID, "")
	b.start(w.ID, wire.StartRun{})
	if got := names(again.events(4)); got != wholeRun {
		t.Errorf("afterwards: %s", got)
	}
}

// TestItemsFromThePayloadStore: an output above the limit of an event.
func TestItemsFromThePayloadStore(t *testing.T) {
	b := newBench(t, nil)
	list := make([]item.Value, 2000)
	for i := range list {
		list[i] = item.NewObject(2).Set("i", item.Int(i)).Set("text", item.String(strings.Repeat("x", 60))).Value()
	}
	run := b.start(b.create(manualFlow).ID, wire.StartRun{Input: item.Array(list)})
	for _, step := range []string{"Start", ""} {
		items, err := b.client.RunItems(t.Context(), run.ID, client.ItemsQuery{Step: step, RunIndex: -1, Offset: 1999, Limit: 5})
		if err != nil || items.Total != 2000 {
			t.Fatalf("%+v, %v", items, err)
		}
		parsed, err := item.ParseItems(items.Items)
		if err != nil || len(parsed) != 1 {
			t.Errorf("%s, %v", items.Items, err)
		}
	}
	broken := newBench(t, func(c *gateway.Config) { c.Payloads = bodies{err: errors.New("gone")} })
	if _, err := broken.client.RunItems(t.Context(), run.ID, client.ItemsQuery{RunIndex: -1, Step: "Start"}); codeOf(t, err) != "payload-missing" {
		t.Errorf("%v", err)
	}
}

// TestRunFromItsHistory: what the read model does not know yet, the log says.
func TestRunFromItsHistory(t *testing.T) {
	b := newBench(t, func(c *gateway.Config) { c.Queries = emptyModels{} })
	failing := b.create(`{"name":"Fails","nodes":[
 {"name":"Start","type":"n8n-nodes-base.manualTrigger","typeVersion":1,"parameters":{}},
 {"name":"Stop","type":"n8n-nodes-base.stopAndError","typeVersion":1,"parameters":{"errorMessage":"as asked"}}],
 "connections":{"Start":{"main":[[{"node":"Stop","type":"main","index":0}]]}}}`)
	run := b.start(failing.ID, wire.StartRun{})
	got, err := b.client.Run(t.Context(), run.ID)
	if err != nil || got.Status != wire.RunError || got.Error != "as asked" || got.LastStep != "Stop" || got != run {
		t.Errorf("%+v, %v", got, err)
	}
	row, err := newBench(t, nil).client.WithAtLeast("head").Run(t.Context(), run.ID)
	if err != nil || row != got {
		t.Errorf("the read model has\n%+v, the log\n%+v", row, got)
	}
	if _, err := b.client.Run(t.Context(), noRun); codeOf(t, err) != "not-found" {
		t.Errorf("%v", err)
	}
}
