package handlers_test

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/handlers"
	"github.com/jobsprint/jobsprint/streams"
)

// scripted is a handler of definitions that does what a test says, by attempt.
type scripted struct {
	handlers.Defaults
	do func(ctx context.Context, attempt int) error
	// ackWait and limit are 30 s and 200 ms where they are 0.
	ackWait, limit time.Duration

	mu       sync.Mutex
	attempts []int
	at       []time.Time
}

func (h *scripted) Consumer() streams.ConsumerConfig {
	return streams.ConsumerConfig{
		Name: "scripted", Source: streams.Definitions, AckWait: cmp.Or(h.ackWait, 30*time.Second), MaxInFlight: 1,
		Backoff: []time.Duration{20 * time.Millisecond, 60 * time.Millisecond}, MaxDeliver: 3,
	}
}

func (h *scripted) Timeout() time.Duration { return cmp.Or(h.limit, 200*time.Millisecond) }

func (h *scripted) Handle(ctx context.Context, d streams.Delivery) error {
	if d.Recorded.Aggregate.Kind != events.KindWorkflow {
		return nil
	}
	h.mu.Lock()
	h.attempts, h.at = append(h.attempts, d.Attempt), append(h.at, time.Now())
	n := len(h.attempts)
	h.mu.Unlock()
	return h.do(ctx, n)
}

func (h *scripted) seen() []int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]int(nil), h.attempts...)
}

// count reads a counter of the runtime.
func count(t *testing.T, r *prometheus.Registry, outcome string) int {
	t.Helper()
	families, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() != "jobsprint_handler_deliveries_total" {
			continue
		}
		for _, m := range f.GetMetric() {
			labels := map[string]string{}
			for _, l := range m.GetLabel() {
				labels[l.GetName()] = l.GetValue()
			}
			if labels["outcome"] == outcome && labels["handler"] == "scripted" {
				return int(m.GetCounter().GetValue())
			}
		}
	}
	return 0
}

func TestRuntimeOutcomes(t *testing.T) {
	t.Parallel()
	failure := errors.New("not today")
	for name, c := range map[string]struct {
		do       func(context.Context, int) error
		attempts int
		outcomes map[string]int
		letter   string // in the dead letter's reason; empty: none
		took     time.Duration
	}{
		"done": {func(context.Context, int) error { return nil }, 1, map[string]int{"retry": 0, "dead": 0}, "", 0},
		"retry with backoff": {func(_ context.Context, n int) error {
			if n < 3 {
				return failure
			}
			return nil
		}, 3, map[string]int{"retry": 2, "dead": 0}, "", 80 * time.Millisecond},
		"exhausted":   {func(context.Context, int) error { return failure }, 3, map[string]int{"retry": 2, "dead": 1}, "not today", 80 * time.Millisecond},
		"dead letter": {func(context.Context, int) error { return handlers.DeadLetter("it is poison", failure) }, 1, map[string]int{"retry": 0, "dead": 1}, "it is poison", 0},
		"panic":       {func(context.Context, int) error { panic("as asked") }, 3, map[string]int{"retry": 2, "dead": 1}, "as asked", 0},
		"too slow":    {func(ctx context.Context, _ int) error { <-ctx.Done(); return ctx.Err() }, 3, map[string]int{"retry": 2, "dead": 1}, "deadline", 600 * time.Millisecond},
		"later": {func(_ context.Context, n int) error {
			if n <= 5 { // more often than MaxDeliver
				return handlers.RetryAt(time.Now().Add(30*time.Millisecond), failure)
			}
			return nil
		}, 6, map[string]int{"later": 5, "dead": 0}, "", 150 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, t.TempDir(), newOutside())
			defer s.stop()
			registry, h := prometheus.NewRegistry(), &scripted{do: c.do}
			r, err := handlers.NewRuntime(handlers.RuntimeConfig{Log: s.log, Registry: registry}, h)
			if err != nil {
				t.Fatal(err)
			}
			s.create(chainOf(""))
			if err := r.Start(t.Context()); err != nil {
				t.Fatal(err)
			}
			s.until("all attempts are made and counted", func() bool {
				if len(h.seen()) < c.attempts {
					return false
				}
				for outcome, n := range c.outcomes {
					if count(t, registry, outcome) != n {
						return false
					}
				}
				return count(t, registry, "done") > 0 || c.letter != ""
			})
			if err := r.Shutdown(t.Context()); err != nil {
				t.Error(err)
			}
			if got := h.seen(); len(got) != c.attempts || got[len(got)-1] != c.attempts {
				t.Errorf("attempts %v, want %d", got, c.attempts)
			}
			if took := h.at[len(h.at)-1].Sub(h.at[0]); took < c.took*8/10 {
				t.Errorf("the attempts took %s together, want %s", took, c.took)
			}
			checkLetters(t, s, c.letter)
		})
	}
}

func checkLetters(t *testing.T, s *server, reason string) {
	t.Helper()
	letters, err := s.log.DeadLetters(t.Context(), 10)
	if err != nil {
		t.Fatal(err)
	}
	switch {
	case reason == "" && len(letters) != 0:
		t.Errorf("dead letters %+v", letters)
	case reason != "" && (len(letters) != 1 || letters[0].Handler != "scripted" || !strings.Contains(letters[0].Reason, reason) || len(letters[0].Body) == 0):
		t.Errorf("dead letters %+v, want one for %q", letters, reason)
	}
}

// TestRuntimeKeepsALongDelivery has a handler work for longer than AckWait.
func TestRuntimeKeepsALongDelivery(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), newOutside())
	defer s.stop()
	h := &scripted{ackWait: 300 * time.Millisecond, limit: time.Minute, do: func(ctx context.Context, n int) error {
		select {
		case <-time.After(1500 * time.Millisecond):
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}}
	registry := prometheus.NewRegistry()
	r, err := handlers.NewRuntime(handlers.RuntimeConfig{Log: s.log, Registry: registry}, h)
	if err != nil {
		t.Fatal(err)
	}
	s.create(chainOf(""))
	if err := r.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.until("it is done", func() bool { return len(h.seen()) > 0 && count(t, registry, "done") > 1 })
	if err := r.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	if got := h.seen(); len(got) != 1 {
		t.Errorf("deliveries of one message: attempts %v", got)
	}
}

func TestRuntimeShutdownInterruptsAndGivesBack(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), newOutside())
	defer s.stop()
	began := make(chan struct{}, 10)
	h := &scripted{do: func(ctx context.Context, n int) error {
		began <- struct{}{}
		if n == 1 {
			<-ctx.Done()
			return ctx.Err()
		}
		return nil
	}}
	r, err := handlers.NewRuntime(handlers.RuntimeConfig{Log: s.log}, h)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Shutdown(t.Context()); err != nil {
		t.Errorf("a runtime that never started: %v", err)
	}
	s.create(chainOf(""))
	if err := r.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	<-began
	expired, cancel := contextThatHasEnded()
	defer cancel()
	if err := r.Shutdown(expired); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("shutdown at once: %v", err)
	}
	again, err := handlers.NewRuntime(handlers.RuntimeConfig{Log: s.log}, h)
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	<-began
	s.until("it is handled", func() bool { return len(h.seen()) == 2 })
	if err := again.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestMetricsAreTakenOnce(t *testing.T) {
	t.Parallel()
	registry := prometheus.NewRegistry()
	if _, err := handlers.NewRuntime(handlers.RuntimeConfig{Registry: registry}); err != nil {
		t.Fatal(err)
	}
	if _, err := handlers.NewRuntime(handlers.RuntimeConfig{Registry: registry}); err == nil {
		t.Error("a second runtime took the same metrics")
	}
	if _, err := handlers.NewEngine(handlers.EngineConfig{Registry: registry, Zone: "Nowhere/Land"}); err == nil {
		t.Error("a zone that is none was taken")
	}
	e, err := handlers.NewEngine(handlers.EngineConfig{Registry: registry})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := handlers.NewEngine(handlers.EngineConfig{Registry: registry}); err == nil {
		t.Error("a second engine took the same metrics")
	}
	if st := e.Stats(); st != (handlers.EngineStats{Limit: handlers.DefaultMaxRuns}) {
		t.Errorf("%+v", st)
	}
}
