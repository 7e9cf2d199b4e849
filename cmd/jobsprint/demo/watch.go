package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"time"

	"github.com/jobsprint/jobsprint/internal/client"
	"github.com/jobsprint/jobsprint/internal/client/wire"
)

// fact is an event of a run, as far as the demo reads it.
type fact struct {
	wire.Event
	Name string    // of the run, for a person: the order that it is about
	Seen time.Time // when it arrived
	data eventData
}

// eventData are the fields of all events that the demo reads.
type eventData struct {
	Workflow     string       `json:"workflow"`
	WorkflowName string       `json:"workflowName"`
	Input        []eventItems `json:"input"`
	Step         string       `json:"step"`
	RunIndex     int          `json:"runIndex"`
	Attempt      int          `json:"attempt"`
	Key          string       `json:"key"`
	InDoubt      bool         `json:"inDoubt"`
	Outputs      []eventItems `json:"outputs"`
	DurationUS   int64        `json:"durationUS"`
	UntilMS      int64        `json:"untilMS"`
	Status       string       `json:"status"`
	Error        *eventError  `json:"error"`
}

type eventItems struct {
	Pass  bool
	Count int
	Items []struct{ JSON json.RawMessage }
}

type eventError struct{ Message string }

// The types of events that the demo reads.
const (
	runStarted    = "run.started"
	stepScheduled = "step.scheduled"
	stepCompleted = "step.completed"
	stepFailed    = "step.failed"
	stepWaiting   = "step.waiting"
	runEnded      = "run.ended"
	runResponded  = "run.responded" // read by who asked
)

// run is what the stream has told of a run.
type run struct {
	ID, Name, Workflow string
	started            time.Time
	ended              time.Time
	status             string
	input              []eventItems
	completed          []stepOf          // in order
	scheduled          map[stepOf]string // effects, with their keys
	waits              map[stepOf]bool   // steps that were parked
	places             []place           // of every event
}

// stepOf is one execution of a step.
type stepOf struct {
	Step     string
	RunIndex int
}

// place is where an event stands in its run's history.
type place struct {
	revision uint64
	index    int
}

// parked reports whether a step waits.
func (r *run) parked(step string) bool { return r.waits[stepOf{Step: step}] && !r.has(step) }

// inFlight reports whether the outcome of an effect is still to come.
func (r *run) inFlight(step string) bool {
	_, begun := r.scheduled[stepOf{Step: step}]
	return begun && !r.has(step)
}

func (r *run) has(step string) bool {
	for _, s := range r.completed {
		if s.Step == step {
			return true
		}
	}
	return false
}

// watcher reads the server's live stream from the log's start, in one go: when
// the server is gone it comes back with the id of the last event.
type watcher struct {
	facts  chan fact
	failed chan error
	stop   context.CancelFunc
	done   chan struct{}

	runs   []*run // in the order of their start
	byID   map[string]*run
	lastID string
}

// factBuffer is how many facts may wait to be shown; then the stream waits.
const factBuffer = 256

func watch(ctx context.Context, c *client.Client) *watcher {
	ctx, stop := context.WithCancel(ctx)
	w := &watcher{
		facts: make(chan fact, factBuffer), failed: make(chan error, 1), stop: stop, done: make(chan struct{}),
		byID: map[string]*run{},
	}
	stream := c.Stream(ctx, client.StreamOptions{From: "start"})
	go func() {
		defer close(w.done)
		if err := w.read(ctx, stream); err != nil {
			w.failed <- err
		}
	}()
	return w
}

func (w *watcher) close() {
	w.stop()
	<-w.done
}

func (w *watcher) read(ctx context.Context, stream iter.Seq2[client.Message, error]) error {
	for m, err := range stream {
		if err != nil {
			return fmt.Errorf("watch the runs: %w", err)
		}
		f := fact{Seen: time.Now()}
		if f.Event, err = m.Event(); err == nil && f.Aggregate.Kind == "run" && f.Type != runResponded {
			err = json.Unmarshal(f.Data, &f.data)
		}
		if err != nil {
			return fmt.Errorf("read an event of the stream: %w", err)
		}
		select {
		case w.facts <- f:
		case <-ctx.Done():
			return nil
		}
	}
	return nil
}

// take notes a fact and gives its run; nil for what is about no run.
func (w *watcher) take(f *fact) (*run, error) {
	w.lastID = f.Cursor
	if f.Aggregate.Kind != "run" {
		return nil, nil
	}
	r := w.byID[f.Aggregate.ID]
	if r == nil {
		r = &run{ID: f.Aggregate.ID, scheduled: map[stepOf]string{}, waits: map[stepOf]bool{}}
		w.runs, w.byID[r.ID] = append(w.runs, r), r
	}
	if err := r.follows(place{f.Revision, f.Index}); err != nil {
		return nil, err
	}
	r.note(f)
	f.Name = r.Name
	return r, nil
}

// follows makes sure that nothing is missing before an event, nor repeated.
func (r *run) follows(p place) error {
	last := place{}
	if n := len(r.places); n > 0 {
		last = r.places[n-1]
	}
	next := p.revision == last.revision+1 && p.index == 0 || p.revision == last.revision && p.index == last.index+1 && last.revision > 0
	if !next {
		return fmt.Errorf("the stream has a gap or repeats itself: event %d.%d of run %s came after %d.%d", p.revision, p.index, r.ID, last.revision, last.index)
	}
	r.places = append(r.places, p)
	return nil
}

func (r *run) note(f *fact) {
	at := stepOf{f.data.Step, f.data.RunIndex}
	switch f.Type {
	case runStarted:
		r.Workflow, r.input, r.started, r.Name = f.data.WorkflowName, f.data.Input, f.At, orderOf(f.data.Input)
	case stepScheduled:
		r.scheduled[at] = f.data.Key
	case stepWaiting:
		r.waits[at] = true
	case stepCompleted:
		r.completed = append(r.completed, at)
	case runEnded:
		r.status, r.ended = f.data.Status, f.At
	}
}

// orderOf is what a run is about: the order or customer that its webhook got.
func orderOf(input []eventItems) string {
	var first struct {
		Body struct{ Order, Customer string }
	}
	if len(input) == 0 || len(input[0].Items) == 0 || json.Unmarshal(input[0].Items[0].JSON, &first) != nil {
		return "?"
	}
	return first.Body.Order + first.Body.Customer
}
