package handlers

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
)

func TestItemCacheKeepsWhatWasUsedLast(t *testing.T) {
	t.Parallel()
	c := newItemCache(10)
	one := []item.Item{{}}
	c.put("a", one, 4)
	c.put("b", one, 4)
	c.get("a")
	c.put("c", one, 4)
	c.put("huge", one, 11)
	c.put("a", one, 4)
	for key, want := range map[string]bool{"a": true, "b": false, "c": true, "huge": false} {
		if _, ok := c.get(key); ok != want {
			t.Errorf("%s: kept %v, want %v", key, ok, want)
		}
	}
	if c.bytes != 8 || c.order.Len() != len(c.byKey) {
		t.Errorf("%d bytes, %d of %d", c.bytes, c.order.Len(), len(c.byKey))
	}
}

func TestPatienceEndsWithTheContext(t *testing.T) {
	t.Parallel()
	m := &mailbox{engine: &Engine{EngineConfig: EngineConfig{Logger: slog.New(slog.DiscardHandler)}}}
	tries := 0
	err := m.patiently(t.Context(), func() error {
		if tries++; tries < 4 {
			return fmt.Errorf("%w: for now", commands.ErrUnavailable)
		}
		return nil
	})
	if err != nil || tries != 4 {
		t.Errorf("%v after %d tries", err, tries)
	}
	ctx, cancel := context.WithCancel(t.Context())
	err = m.patiently(ctx, func() error {
		cancel()
		return commands.ErrUnavailable
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	other := errors.New("something else")
	if err := m.patiently(t.Context(), func() error { return other }); !errors.Is(err, other) {
		t.Errorf("%v", err)
	}
}

// TestParkSeesAWakeUp: the timer may fire while a run is on its way out of
// memory; nothing else would bring it back.
func TestParkSeesAWakeUp(t *testing.T) {
	t.Parallel()
	e, err := NewEngine(EngineConfig{})
	if err != nil {
		t.Fatal(err)
	}
	m := &mailbox{engine: e, workspace: "w", id: "r", wake: make(chan struct{}, 1), cancel: func() {}}
	e.boxes["r"] = m
	if err := e.Wake(t.Context(), "w", "r"); err != nil {
		t.Fatal(err)
	}
	if e.park(m) {
		t.Fatal("a run that was woken left memory")
	}
	if !e.park(m) || e.Stats() != (EngineStats{Waiting: 1, Limit: DefaultMaxRuns}) {
		t.Errorf("%+v", e.Stats())
	}
	if err := m.ask(&cancelRequest{result: make(chan cancelResult, 1)}); err != nil {
		t.Fatal(err)
	}
	request := m.asked()
	e.close(m)
	if r := <-request.result; !errors.Is(r.err, errLeft) {
		t.Errorf("a request that came too late got %v", r.err)
	}
	if err := m.ask(request); !errors.Is(err, errLeft) {
		t.Errorf("asking a mailbox that is gone: %v", err)
	}
}

func TestReplaceLarge(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ä", 1<<20)
	for _, e := range []events.Event{
		events.StepCompleted{}, events.StepWaiting{}, events.StepFailed{Error: events.StepError{Message: long, Description: long}},
		events.RunResponded{Step: "A", Body: []byte(long)}, events.RunEnded{Error: &events.StepError{Message: long}, Reason: long}, events.RunEnded{},
	} {
		small, err := replaceLarge(e, 1<<20)
		if err != nil {
			t.Errorf("%s: %v", e.EventType().Name, err)
			continue
		}
		if raw := small.AppendJSON(nil); len(raw) > smallEvent || !utf8.Valid(raw) {
			t.Errorf("%s: %d bytes", e.EventType().Name, len(raw))
		}
	}
	if _, err := replaceLarge(events.StepScheduled{}, 1); err == nil {
		t.Error("what is about to act was cut short")
	}
}
