package handlers

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/expression"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/workflow"
)

// step runs a step that is ready: an effect is scheduled first.
func (m *mailbox) step(a workflow.Action) error {
	if m.program.Graph.Types[a.Step].Effect && !m.program.Graph.Steps[a.Step].Disabled && !m.pins(a.Step) {
		return m.effect(a)
	}
	a.Ref.Now = m.now()
	return m.attempt(a)
}

// effect records that the step is about to act, in the same commit as all that
// happened before it, and then lets it act. After an attempt whose outcome is
// not known it is the next attempt, with the same idempotency key.
func (m *mailbox) effect(a workflow.Action) error {
	t := m.program.Graph.Types[a.Step]
	scheduled := m.run.Schedule(a, workflow.Effect{
		Epoch: m.engine.epoch, Deadline: m.engine.Now().Add(m.engine.StepTimeout), Repeat: t.Repeat,
		Key: effectKey(m.id, a.Ref), Now: m.now(),
	})
	if err := m.emit(scheduled); err != nil {
		return err
	}
	if err := m.flush(); err != nil {
		return err
	}
	a.Ref, a.Scheduled = scheduled.StepRef, &scheduled
	return m.attempt(a)
}

// effectKey is the idempotency key of an effect: the same for every attempt.
func effectKey(run string, ref events.StepRef) string {
	return events.HashToID("effect", run, ref.Step, fmt.Sprint(ref.RunIndex)).String()
}

// now is the time that a step sees: as fine as it is recorded.
func (m *mailbox) now() time.Time { return m.engine.Now().UTC().Truncate(time.Millisecond) }

// attempt runs a step once and keeps its outcome for the next commit. When the
// run is canceled meanwhile, or the engine lets go, there is no outcome.
func (m *mailbox) attempt(a workflow.Action) error {
	m.engine.live.publish(m.id, a.Ref, TickRunning, 0)
	started := m.engine.Now()
	m.awaiting, m.childErr = false, nil
	result, failure := m.execute(a)
	if m.childErr != nil {
		return m.childErr
	}
	if m.awaiting && !m.interrupted() {
		return m.parkForChild(a)
	}
	if failure != nil && m.interrupted() {
		return nil
	}
	out := workflow.Attempt{Ref: a.Ref, Started: started.UTC(), Wait: result.Wait, Listen: result.Listen, Error: failure, State: result.State, Hints: result.Hints, Silent: result.Silent}
	if failure == nil || m.run.GoesOn(out) {
		var err error
		if out.Outputs, err = m.outputs(result.Outputs); m.engine.released() {
			return err
		}
		if err != nil {
			out.Outputs, out.Wait, out.Listen, result.Response = nil, time.Time{}, "", nil
			out.Error = &events.StepError{Code: "step.output", Message: "the step's items cannot be stored: " + err.Error()}
		}
		if result.Response != nil {
			response := m.shrink(*result.Response)
			out.Response = &response
		}
	}
	out.Ended = m.engine.Now().UTC()
	m.engine.live.finished(m.id, a.Ref, out)
	list := m.run.Finish(out)
	if out.Error == nil && !out.Waits() {
		kept, err := m.kept(a.Ref)
		if err != nil {
			return err
		}
		list = append(list, kept...)
	}
	if err := m.emit(list...); err != nil {
		return err
	}
	if out.Response != nil {
		if err := m.flush(); err != nil {
			return err
		}
	}
	return m.settle()
}

// interrupted reports whether the run is canceled, too late, or let go of.
func (m *mailbox) interrupted() bool { return m.ctx.Err() != nil }

// execute gives the step its inputs and lets it run.
func (m *mailbox) execute(a workflow.Action) (nodes.Result, *events.StepError) {
	whole, failure := m.inputs(a)
	if typ := &m.program.Graph.Types[a.Step]; a.Ref.Order == 0 && typ.Trigger {
		begun, unread := m.begin()
		if unread != nil || !typ.Fetches {
			return begun, unread
		}
		whole, failure = begun.Outputs, nil
	}
	if failure != nil {
		return nodes.Result{}, failure
	}
	inputs := whole
	if m.program.Graph.Steps[a.Step].TakesOne() {
		inputs = firstItems(whole)
	}
	if m.program.Graph.Steps[a.Step].Disabled {
		return nodes.Result{Outputs: m.sorted(a, [][]item.Item{inputs.First()}, inputs)}, nil
	}
	if m.run.Idle(a) {
		return nodes.One(nil), nil
	}
	if m.pins(a.Step) {
		items, failure := pinned(m.program.Graph, a.Step)
		return nodes.Result{Outputs: m.sorted(a, [][]item.Item{items}, inputs)}, failure
	}
	ctx := m.ctx
	if !m.program.Graph.Types[a.Step].Pure { // a pure step has limits of its own, and a timer costs as much as a small one
		bounded, cancel := context.WithTimeout(ctx, m.engine.StepTimeout)
		defer cancel()
		ctx = bounded
	}
	call := m.call(ctx, a, inputs)
	result, err := guarded(m.program.Nodes[a.Step], call, inputs)
	if err != nil {
		return passedOn(whole), m.stepError(ctx, err)
	}
	if m.run.TriesAgain(a.Ref) {
		if reported := reportedFailure(result.Outputs); reported != nil {
			return nodes.Result{}, reported
		}
	}
	result.Outputs = m.sorted(a, result.Outputs, inputs)
	result.Response = m.answersAtWait(result)
	return result, nil
}

// begin is what the trigger of a run emits: the run's own input.
func (m *mailbox) begin() (nodes.Result, *events.StepError) {
	result := nodes.Result{Outputs: make([][]item.Item, len(m.run.Started.Input))}
	for o, out := range m.run.Started.Input {
		list, err := m.itemsOf(m.ctx, out)
		if err != nil {
			return nodes.Result{}, unreadable(err)
		}
		result.Outputs[o] = numbered(list, 0)
	}
	return result, nil
}

func unreadable(err error) *events.StepError {
	return &events.StepError{Code: "step.input", Message: "the items of its input cannot be read: " + err.Error()}
}

// call is what the step sees.
func (m *mailbox) call(ctx context.Context, a workflow.Action, inputs nodes.Inputs) *nodes.Call {
	reply, _ := m.run.Reply()
	c := &nodes.Call{
		Context: ctx, Run: m.id, Workflow: m.run.Started.Workflow, Mode: m.run.Started.Mode,
		Attempt: a.Ref.Attempt, Reply: reply, Continue: m.program.Graph.Steps[a.Step].GoesOn(), Lenient: m.program.Graph.Steps[a.Step].Lenient,
	}
	m.recall(c, a)
	c.Origin = m.origin(a)
	if a.Scheduled != nil {
		c.EffectKey = a.Scheduled.Key
	}
	view := newView(ctx, m, a, inputs)
	c.Batch = expression.Batch{
		Items: view.items, Step: a.Ref.Step, RunIndex: a.Ref.RunIndex, Data: view,
		Env: expression.Env{Now: a.Ref.Now, Zone: m.zone, Seed: stepSeed(m.run.Started.Seed, a.Ref)},
	}
	m.equip(ctx, a, c)
	return c
}

// recall gives a step what it may know of its own earlier runs.
func (m *mailbox) recall(c *nodes.Call, a workflow.Action) {
	runs := m.run.StepRuns(a.Ref.Step)
	if len(runs) == 0 {
		return
	}
	c.State = runs[len(runs)-1].State
	c.Earlier = func(runIndex int) (nodes.Inputs, error) {
		if runIndex < 0 || runIndex >= len(runs) {
			return nil, nodes.Fail("step.earlier", fmt.Sprintf("there is no run %d of the step yet", runIndex), -1)
		}
		return m.received(runs[runIndex].Source)
	}
}

// received gives the items that the sources name, as they are kept: each is
// paired as the step before it said.
func (m *mailbox) received(source []events.Source) (nodes.Inputs, error) {
	in := make(nodes.Inputs, len(source))
	for i, s := range source {
		out, ok := m.run.Output(s)
		if !ok || len(source) > 1 && s.Step == "" {
			continue
		}
		list, err := m.itemsOf(m.ctx, out)
		if err != nil {
			return nil, err
		}
		in[i] = list
	}
	return in, nil
}

// stepSeed is the seed of everything random in one attempt at a step.
// The run's seed is secret and of a fixed length, so that a plain hash behind
// it serves as well as a keyed one.
func stepSeed(seed string, ref events.StepRef) [32]byte {
	b := make([]byte, 0, 128)
	b = append(b, seed...)
	b = binary.BigEndian.AppendUint64(b, uint64(ref.RunIndex))
	b = binary.BigEndian.AppendUint64(b, uint64(ref.Attempt))
	b = append(b, ref.Step...)
	return sha256.Sum256(b)
}

// inputs loads the items of every input of a step.
func (m *mailbox) inputs(a workflow.Action) (nodes.Inputs, *events.StepError) {
	in, err := m.received(a.Ref.Source)
	if err != nil {
		return nil, unreadable(err)
	}
	for i, list := range in {
		if list == nil {
			continue
		}
		in[i] = numbered(list, i)
	}
	return in, nil
}

// numbered copies the items of an input, each named by its own place: a step
// that passes an item on thereby says where it came from.
func numbered(list []item.Item, input int) []item.Item {
	out := make([]item.Item, len(list))
	for i, it := range list {
		it.Paired = item.PairInput(i, input)
		out[i] = it
	}
	return out
}

// guarded runs a node; a panic in it is the failure of this step only.
func guarded(n nodes.Node, c *nodes.Call, in nodes.Inputs) (result nodes.Result, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &events.StepError{Code: "step.panic", Message: fmt.Sprintf("the step broke down: %v", p), Description: string(debug.Stack())}
		}
	}()
	return n.Run(c, in)
}

func (m *mailbox) stepError(ctx context.Context, err error) *events.StepError {
	var step *events.StepError
	switch {
	case m.ctx.Err() == nil && ctx.Err() != nil:
		return &events.StepError{Code: "step.timeout", Message: fmt.Sprintf("the step took longer than %s", m.engine.StepTimeout)}
	case errors.As(err, &step):
		return step
	}
	return &events.StepError{Code: "step.failed", Message: err.Error()}
}
