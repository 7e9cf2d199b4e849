package workflow

import (
	"fmt"
	"time"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
)

// Effect is what Schedule must know beyond the action.
type Effect struct {
	Epoch    uint64
	Deadline time.Time
	Repeat   string
	Key      string
	Now      time.Time
}

// Schedule records that an effect is about to act. For an action of kind Doubt
// it is the next attempt at an effect whose outcome is not known.
func (r *Run) Schedule(a Action, fx Effect) events.StepScheduled {
	ref := a.Ref
	if a.Kind == Doubt {
		ref.Attempt++
	}
	ref.Now = fx.Now
	return events.StepScheduled{
		StepRef: ref, Epoch: fx.Epoch, Deadline: fx.Deadline, Repeat: fx.Repeat, Key: fx.Key, InDoubt: a.Kind == Doubt,
	}
}

// Attempt is how one attempt at a step went.
type Attempt struct {
	Ref     events.StepRef
	Started time.Time
	// Ended is the clock at the end: Started and the time it took.
	Ended time.Time
	// Outputs, Wait and Response are what the step came to.
	Outputs  []events.Output
	Wait     time.Time
	Listen   string // events.WaitWebhook or events.WaitForm: it waits for a request
	Response *events.RunResponded
	State    item.Value
	Hints    []item.Value
	Silent   bool
	// Error is set when it failed.
	Error *events.StepError
}

// Waits reports whether the step is to go on later.
func (a *Attempt) Waits() bool { return !a.Wait.IsZero() || a.Listen != "" }

func (a *Attempt) durationUS() int64 { return a.Ended.Sub(a.Started).Microseconds() }

// Finish turns the outcome of an attempt into events. A failed step is tried
// again where its settings say so.
func (r *Run) Finish(a Attempt) []events.Event {
	step, _ := r.graph.StepNamed(a.Ref.Step)
	if a.Error != nil && !r.GoesOn(a) {
		return []events.Event{r.failure(step, a)}
	}
	if step.AlwaysOutputData {
		a.Outputs = r.withData(a)
	}
	var out []events.Event
	if !a.Waits() {
		out = append(out, events.StepCompleted{
			StepRef: a.Ref, Outputs: a.Outputs, Started: a.Started, DurationUS: a.durationUS(), Error: a.Error, State: a.State, Hints: a.Hints, Silent: a.Silent,
		})
	} else {
		kind := events.WaitTime
		if a.Listen != "" {
			kind = a.Listen
		}
		out = append(out, events.StepWaiting{StepRef: a.Ref, Kind: kind, Until: a.Wait, Outputs: a.Outputs})
	}
	if a.Response != nil && r.responded == nil && (a.Listen != "" || r.reply.mode == events.ReplyStep) {
		response := *a.Response
		response.Step = a.Ref.Step
		out = append(out, response)
	}
	return out
}

// GoesOn reports whether the run goes on from an attempt that failed: it was the
// last one, and the step's settings say so.
func (r *Run) GoesOn(a Attempt) bool {
	step, ok := r.graph.StepNamed(a.Ref.Step)
	return ok && step.GoesOn() && !r.TriesAgain(a.Ref)
}

// TriesAgain reports whether another attempt follows one that fails.
func (r *Run) TriesAgain(ref events.StepRef) bool {
	step, ok := r.graph.StepNamed(ref.Step)
	return ok && step.RetryOnFail && ref.Attempt < step.MaxTries
}

func (r *Run) failure(step *Step, a Attempt) events.Event {
	e := events.StepFailed{StepRef: a.Ref, Error: *a.Error, Started: a.Started, DurationUS: a.durationUS()}
	if r.TriesAgain(a.Ref) {
		e.Retry = a.Ended.Add(time.Duration(step.RetryWaitMS) * time.Millisecond)
	}
	return e
}

// withData puts one empty item on the first output of a step that emits nothing
// there, as its setting "always output data" asks. What the other outputs hold
// does not count: n8n does the same, and steps behind an "if" rely on it.
// The item is paired with every item of every input.
func (r *Run) withData(a Attempt) []events.Output {
	outputs := a.Outputs
	if len(outputs) > 0 && (outputs[0].Count > 0 || len(outputs[0].Items) > 0 || outputs[0].Pass) {
		return outputs
	}
	empty := events.Output{Items: []item.Item{{JSON: item.NewObject(0).Value(), Paired: item.Pairs(r.inputPairs(a.Ref.Source))}}, Count: 1}
	if len(outputs) == 0 {
		return []events.Output{empty}
	}
	return append([]events.Output{empty}, outputs[1:]...)
}

// inputPairs names every item that a step got.
func (r *Run) inputPairs(source []events.Source) []item.Pair {
	var all []item.Pair
	for input, s := range source {
		out, ok := r.Output(s)
		if !ok || len(source) > 1 && s.Step == "" {
			continue
		}
		for i := range max(out.Count, len(out.Items)) {
			all = append(all, item.Pair{Item: i, Input: input})
		}
	}
	return all
}

// Resume ends the wait of an action of kind Wait that is no retry.
func (r *Run) Resume(a Action, now time.Time) events.StepCompleted {
	started := now
	if r.attempt != nil && !r.attempt.Now.IsZero() {
		started = r.attempt.Now
	}
	return events.StepCompleted{
		StepRef: a.Ref, Outputs: a.Outputs, Started: started, DurationUS: now.Sub(started).Microseconds(),
	}
}

// ResumeBy ends the wait of an action for a request that brought the outputs. It
// says how the caller is answered; with events.ReplyNone it was.
func (r *Run) ResumeBy(a Action, reply, replyTo string, outputs []events.Output, now time.Time) []events.Event {
	completed := r.Resume(a, now)
	completed.Outputs = outputs
	return []events.Event{events.StepResumed{StepRef: a.Ref, Kind: a.Listen, Reply: reply, ReplyTo: replyTo}, completed}
}

// DecideEnd is the end of a run that has nothing left to do.
func (r *Run) DecideEnd() events.RunEnded {
	e := events.RunEnded{Status: events.StatusSuccess}
	last := r.Last()
	if last != nil {
		e.LastStep = last.Step
	}
	if last != nil && last.Error != nil { // also where the step went on: nothing came after it
		e.Status, e.Error = events.StatusError, last.Error
	} else if _, more := r.nextPending(); more {
		e.Status = events.StatusError
		e.Error = &events.StepError{
			Code:    CodeTooManySteps,
			Message: fmt.Sprintf("the run was ended after %d step executions: does one of its loops never end?", r.order),
		}
	}
	return e
}

// Cancel ends a run at someone's wish. It returns ErrEnded when it is too late.
func (r *Run) Cancel(reason string) (events.RunEnded, error) {
	if r.ended != nil {
		return events.RunEnded{}, ErrEnded
	}
	e := events.RunEnded{Status: events.StatusCanceled, Reason: reason}
	if last := r.Last(); last != nil {
		e.LastStep = last.Step
	}
	if r.attempt != nil {
		e.LastStep = r.attempt.Step
	}
	return e, nil
}

// TimeOut ends a run whose deadline has passed.
func (r *Run) TimeOut() events.RunEnded {
	e, _ := r.Cancel("")
	e.Status = events.StatusError
	e.Error = &events.StepError{Code: CodeTimeout, Message: "the run took longer than its workflow's time limit"}
	return e
}
