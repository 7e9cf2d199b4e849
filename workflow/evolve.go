package workflow

import (
	"slices"
	"time"

	"github.com/jobsprint/jobsprint/events"
)

// Evolve folds one event into the state. at is the envelope's time. It returns
// ErrImpossible for an event that cannot follow, which for recorded events
// means damage; the state is then not to be used any more.
func (r *Run) Evolve(e events.Event, at time.Time) error {
	if r.ended != nil {
		return impossible(e, "the run has ended")
	}
	if started, ok := e.(events.RunStarted); ok {
		return r.evolveStarted(started, at)
	}
	if r.status == StatusNone {
		return impossible(e, "the run has not started")
	}
	r.kept.unsettled = nil
	switch e := e.(type) {
	case events.RunNested:
		r.nested = e
		return nil
	case events.StepKept:
		return r.evolveKept(e)
	case events.StepScheduled:
		return r.evolveScheduled(e)
	case events.StepCompleted:
		return r.evolveCompleted(e)
	case events.StepFailed:
		return r.evolveFailed(e)
	case events.StepWaiting:
		return r.evolveWaiting(e)
	case events.RunResponded:
		if r.responded != nil {
			return impossible(e, "the caller was answered before")
		}
		r.responded = &e
		return nil
	case events.RunEnded:
		r.ended, r.endedAt, r.status = &e, at, Status(e.Status)
		r.ready, r.joins, r.attempt = nil, nil, nil
		return nil
	}
	return impossible(e, "it is no event of a run")
}

func (r *Run) evolveStarted(e events.RunStarted, at time.Time) error {
	if r.status != StatusNone {
		return impossible(e, "the run has started before")
	}
	s, ok := r.graph.StepNamed(e.Start)
	if !ok {
		return impossible(e, "its first step %q is not in the workflow", e.Start)
	}
	r.Started, r.StartedAt, r.status = e, at, StatusRunning
	r.ready = []pending{{step: s.Index, source: []events.Source{{}}}}
	return nil
}

// take removes the step in hand, whose event this is, from wherever it stands,
// and checks that it could come. It need not be the one that Next would have
// named: which of several comes first is decided when it is run and recorded by
// what follows, so that a later version may order steps otherwise and still
// fold what an earlier one wrote.
func (r *Run) take(e events.Event, ref events.StepRef) (*attempt, error) {
	s, ok := r.graph.StepNamed(ref.Step)
	if !ok {
		return nil, impossible(e, "step %q is not in the workflow", ref.Step)
	}
	if a := r.attempt; a != nil {
		if a.index != s.Index || a.RunIndex != ref.RunIndex || a.Order != ref.Order {
			return nil, impossible(e, "step %q run %d is in hand, not %q run %d", a.Step, a.RunIndex, ref.Step, ref.RunIndex)
		}
		r.attempt = nil
		return a, nil
	}
	if ref.RunIndex != len(r.steps[s.Index]) || ref.Order != r.order || !r.removePending(s.Index, ref.Source) {
		return nil, impossible(e, "step %q run %d (execution %d) is not ready", ref.Step, ref.RunIndex, ref.Order)
	}
	r.order++
	return &attempt{StepRef: ref, index: s.Index}, nil
}

// removePending takes a step with its inputs from those that are ready or,
// when there is no such one, from the joins.
func (r *Run) removePending(step int, source []events.Source) bool {
	if i := slices.IndexFunc(r.ready, func(p pending) bool { return p.step == step && slices.Equal(p.source, source) }); i >= 0 {
		if i == 0 {
			r.ready = r.ready[1:]
		} else {
			r.ready = slices.Delete(slices.Clone(r.ready), i, i+1)
		}
		return true
	}
	i := slices.IndexFunc(r.joins, func(j join) bool { return j.step == step && slices.Equal(j.source, source) })
	if i >= 0 {
		r.joins = slices.Delete(r.joins, i, i+1)
	}
	return i >= 0
}

func (r *Run) evolveScheduled(e events.StepScheduled) error {
	a, err := r.take(e, e.StepRef)
	if err != nil {
		return err
	}
	a.StepRef, a.scheduled, a.retry, a.waiting = e.StepRef, &e, time.Time{}, nil
	r.attempt, r.status = a, StatusRunning
	return nil
}

func (r *Run) evolveWaiting(e events.StepWaiting) error {
	a, err := r.take(e, e.StepRef)
	if err != nil {
		return err
	}
	a.StepRef, a.waiting, a.scheduled = e.StepRef, &e, nil
	r.attempt, r.status = a, StatusWaiting
	return nil
}

func (r *Run) evolveCompleted(e events.StepCompleted) error {
	a, err := r.take(e, e.StepRef)
	if err != nil {
		return err
	}
	r.status = StatusRunning
	r.record(a.index, &StepRun{
		StepRef: e.StepRef, Index: a.index, Outputs: e.Outputs,
		Started: e.Started, DurationUS: e.DurationUS, Error: e.Error,
	})
	r.spread(a.index, e)
	return nil
}

func (r *Run) evolveFailed(e events.StepFailed) error {
	a, err := r.take(e, e.StepRef)
	if err != nil {
		return err
	}
	if !e.Retry.IsZero() {
		a.StepRef, a.retry, a.failure, a.scheduled, a.waiting = e.StepRef, e.Retry, &e.Error, nil, nil
		r.attempt, r.status = a, StatusWaiting
		return nil
	}
	r.status = StatusRunning
	s := &StepRun{
		StepRef: e.StepRef, Index: a.index, Started: e.Started, DurationUS: e.DurationUS, Error: &e.Error, Failed: true,
	}
	r.record(a.index, s)
	r.failed = s
	return nil
}

func (r *Run) record(step int, s *StepRun) {
	r.steps[step] = append(r.steps[step], s)
	r.last = step
	r.history = append(r.history, s)
}

// spread gives the outputs of a step to the steps that they lead to.
func (r *Run) spread(step int, e events.StepCompleted) {
	var reached []pending
	for o := range e.Outputs {
		out, ok := r.output(e.Outputs, o)
		if !ok || out.Count == 0 && len(out.Items) == 0 {
			continue
		}
		source := events.Source{Step: e.Step, RunIndex: e.RunIndex, Output: o}
		for _, edge := range r.graph.Edges(step, o) {
			if p, ok := r.reach(edge, source); ok {
				reached = append(reached, p)
			}
		}
	}
	r.enqueue(reached)
}

// reach gives a source to one input of a step. It reports whether the step has
// all it needs.
func (r *Run) reach(edge Edge, source events.Source) (pending, bool) {
	inputs := r.graph.inputsOf(edge.Step)
	if inputs <= 1 {
		return pending{step: edge.Step, source: []events.Source{source}}, true
	}
	i := slices.IndexFunc(r.joins, func(j join) bool { return j.step == edge.Step && !j.filled[edge.Input] })
	if i < 0 {
		r.joins = append(r.joins, join{step: edge.Step, source: make([]events.Source, inputs), filled: make([]bool, inputs)})
		i = len(r.joins) - 1
	}
	j := r.joins[i]
	j.source[edge.Input], j.filled[edge.Input] = source, true
	if !r.graph.complete(j) {
		return pending{}, false
	}
	r.joins = slices.Delete(r.joins, i, i+1)
	return pending{step: j.step, source: j.source}, true
}

// inputsOf is the number of main inputs that a step waits for: those that are
// connected.
func (g *Graph) inputsOf(step int) int {
	if g.Types[step].Inputs <= 1 {
		return 1
	}
	return max(1, g.ConnectedInputs(step))
}

// complete reports whether every connected input of a join has data.
func (g *Graph) complete(j join) bool {
	for i, filled := range j.filled {
		if !filled && g.wired[Edge{Step: j.step, Input: i}] {
			return false
		}
	}
	return true
}

// enqueue makes steps ready. With order v1 the branches are followed one after
// another, from top to bottom and then from left to right on the canvas; with
// v0 they go behind all that is ready.
func (r *Run) enqueue(reached []pending) {
	if r.Started.Order != "v1" {
		r.ready = append(r.ready, reached...)
		return
	}
	slices.SortStableFunc(reached, func(a, b pending) int {
		x, y := &r.graph.Steps[a.step], &r.graph.Steps[b.step]
		switch {
		case x.Y != y.Y:
			return compare(x.Y, y.Y)
		default:
			return compare(x.X, y.X)
		}
	})
	r.ready = append(reached, r.ready...)
}

func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// nextPending is the step whose turn it is: the first that is ready or, when
// nothing is, a join that will get no more, taken from the front of the graph.
func (r *Run) nextPending() (pending, bool) {
	if len(r.ready) > 0 {
		return r.ready[0], true
	}
	if i := r.nextJoin(); i >= 0 {
		return pending{step: r.joins[i].step, source: r.joins[i].source}, true
	}
	return pending{}, false
}

// nextJoin picks, of the joins that no other waiting join leads to, the one that
// was reached last, as n8n does; where they lead to each other, the last.
func (r *Run) nextJoin() int {
	if len(r.joins) <= 1 {
		return len(r.joins) - 1
	}
	for i := len(r.joins) - 1; i >= 0; i-- {
		step := r.joins[i].step
		leads := r.graph.leadingTo(step)
		if !slices.ContainsFunc(r.joins, func(other join) bool { return other.step != step && leads[other.step] }) {
			return i
		}
	}
	return len(r.joins) - 1
}
