package handlers

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/workflow"
)

// States of a Tick.
const (
	TickRunning = "running"
	TickSuccess = "success"
	TickError   = "error"
	TickWaiting = "waiting"
)

// Tick tells that a step began or ended, before it is recorded. Ticks are for
// live views only: they are not stored, and some may be missing.
type Tick struct {
	Run        string `json:"run"`
	Step       string `json:"step"`
	RunIndex   int    `json:"runIndex"`
	Status     string `json:"status"`
	DurationUS int64  `json:"durationUS,omitempty"`
}

// tickBuffer is how many ticks a slow subscriber may be behind before it
// misses some.
const tickBuffer = 64

// Live hands ticks to whoever watches a run.
type Live struct {
	watched atomic.Int64
	mu      sync.Mutex
	byRun   map[string][]chan Tick
}

func newLive() *Live { return &Live{byRun: map[string][]chan Tick{}} }

// Subscribe gives the ticks of one run until stop is called.
func (l *Live) Subscribe(run string) (ticks <-chan Tick, stop func()) {
	c := make(chan Tick, tickBuffer)
	l.mu.Lock()
	l.byRun[run] = append(l.byRun[run], c)
	l.mu.Unlock()
	l.watched.Add(1)
	return c, sync.OnceFunc(func() {
		l.watched.Add(-1)
		l.mu.Lock()
		defer l.mu.Unlock()
		kept := l.byRun[run][:0:0]
		for _, other := range l.byRun[run] {
			if other != c {
				kept = append(kept, other)
			}
		}
		if l.byRun[run] = kept; len(kept) == 0 {
			delete(l.byRun, run)
		}
	})
}

func (l *Live) publish(run string, ref events.StepRef, status string, took time.Duration) {
	if l.watched.Load() == 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range l.byRun[run] {
		select {
		case c <- Tick{Run: run, Step: ref.Step, RunIndex: ref.RunIndex, Status: status, DurationUS: took.Microseconds()}:
		default:
		}
	}
}

func (l *Live) finished(run string, ref events.StepRef, a workflow.Attempt) {
	status := TickSuccess
	switch {
	case a.Error != nil:
		status = TickError
	case a.Waits():
		status = TickWaiting
	}
	l.publish(run, ref, status, a.Ended.Sub(a.Started))
}
