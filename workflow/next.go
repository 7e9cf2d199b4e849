package workflow

import (
	"time"

	"github.com/jobsprint/jobsprint/events"
)

// ActionKind says what has to be done next.
type ActionKind string

// What can be next for a run.
const (
	// Nothing: the run has ended, or has not begun.
	Nothing ActionKind = "nothing"
	// Execute: run the step. An effect is recorded with Schedule first.
	Execute ActionKind = "execute"
	// Doubt: the step was scheduled and its outcome is not recorded. Who
	// scheduled it goes on; anyone else decides with Retry what to do.
	Doubt ActionKind = "doubt"
	// Wait: nothing to do before Until.
	Wait ActionKind = "wait"
	// End: record the end with DecideEnd.
	End ActionKind = "end"
)

// Action is what has to be done next.
type Action struct {
	Kind ActionKind
	// Ref addresses the step for Execute, Doubt and Wait.
	Ref events.StepRef
	// Step is its index.
	Step int
	// Until is when a Wait ends. Retry is set where another attempt follows
	// then, and Outputs holds what the step emits where none does.
	Until time.Time
	Retry bool
	// Again is set for a Wait without Until: the step waits for the runs that it
	// has started and is executed again when one of them ends.
	Again bool
	// Listen is set for a Wait that a request ends too: events.WaitWebhook or
	// events.WaitForm. It may have no Until.
	Listen  string
	Outputs []events.Output
	// Scheduled is the record of the effect, for Doubt.
	Scheduled *events.StepScheduled
}

// Next says what has to be done. It changes nothing, and the same state always
// gives the same answer.
func (r *Run) Next() Action {
	if r.ended != nil || r.status == StatusNone {
		return Action{Kind: Nothing}
	}
	if r.failed != nil || r.order >= r.maxSteps && r.attempt == nil {
		return Action{Kind: End}
	}
	if a := r.attempt; a != nil {
		return a.action()
	}
	p, ok := r.nextPending()
	if !ok {
		return Action{Kind: End}
	}
	return Action{Kind: Execute, Step: p.step, Ref: events.StepRef{
		Step: r.graph.Steps[p.step].Name, RunIndex: len(r.steps[p.step]), Order: r.order, Attempt: 1, Source: p.source,
	}}
}

func (a *attempt) action() Action {
	out := Action{Ref: a.StepRef, Step: a.index}
	switch {
	case a.waiting != nil && a.waiting.Kind == events.WaitChild:
		out.Kind, out.Again = Wait, true
	case a.waiting != nil:
		out.Kind, out.Until, out.Outputs = Wait, a.waiting.Until, a.waiting.Outputs
		if a.waiting.Kind != events.WaitTime {
			out.Listen = a.waiting.Kind
		}
	case !a.retry.IsZero():
		out.Kind, out.Until, out.Retry = Wait, a.retry, true
		out.Ref.Attempt++
	default:
		out.Kind, out.Scheduled = Doubt, a.scheduled
	}
	return out
}
