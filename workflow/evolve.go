package workflow

import (
	"slices"
	"time"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
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
	case events.StepResumed:
		return r.evolveResumed(e)
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
	r.reply = reply{e.Reply, e.Start}
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
	same := func(j join) bool { return j.step == step && slices.Equal(j.source, source) }
	joins, i := r.dueJoin()
	if i < 0 || !same(joins[i]) {
		joins = r.joins
		i = slices.IndexFunc(joins, same)
	}
	if i >= 0 {
		r.joins = slices.Delete(slices.Clone(joins), i, i+1)
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

// evolveResumed makes room for another answer where the request waits for one.
// The wait itself ends with the step.completed that follows.
func (r *Run) evolveResumed(e events.StepResumed) error {
	a := r.attempt
	if a == nil || a.waiting == nil || a.waiting.Kind != e.Kind || a.Step != e.Step || a.RunIndex != e.RunIndex {
		return impossible(e, "step %q run %d does not wait for a request", e.Step, e.RunIndex)
	}
	if e.Reply != events.ReplyNone {
		r.reply, r.responded = reply{e.Reply, e.Step}, nil
	}
	return nil
}

func (r *Run) evolveCompleted(e events.StepCompleted) error {
	a, err := r.take(e, e.StepRef)
	if err != nil {
		return err
	}
	r.status = StatusRunning
	r.record(a.index, &StepRun{
		StepRef: e.StepRef, Index: a.index, outputs: compact(e.Outputs),
		Started: e.Started, DurationUS: e.DurationUS, Error: e.Error, State: e.State, Hints: e.Hints, Silent: e.Silent,
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

// record keeps a step run. Of what a step hands to its next run only the newest
// is needed: a loop has as many as rounds.
func (r *Run) record(step int, s *StepRun) {
	s.Step = r.graph.Steps[step].Name // one text for all, also where they were read
	if n := len(r.steps[step]); n > 0 {
		r.steps[step][n-1].State = item.Undefined
	}
	r.steps[step] = append(r.steps[step], s)
	if !s.Silent && !r.lacksFirst(step, s.Source) || r.graph.Steps[step].Disabled { // else it has not run
		r.last = step
	}
	r.history = append(r.history, s)
}
