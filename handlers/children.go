package handlers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/workflow"
)

// MaxDepth bounds how deep runs may start each other.
const MaxDepth = 50

// errAwaiting ends a step that waits for a run that it has started; the step
// runs again when that one has ended.
var errAwaiting = errors.New("the step waits for a run that it has started")

// actorRun is who starts the runs that steps ask for.
const actorRun = "run"

// execute starts the run that a step asks for and waits for its end, as long as
// a run may stay in memory. All that happened before is recorded first: the
// run's id follows from the place of the step, and its input must not be
// another one when the step runs again.
func (m *mailbox) executeChild(ctx context.Context, a workflow.Action, c nodes.Child) (nodes.ChildEnd, error) {
	if err := m.flush(); err != nil {
		m.childErr = err
		return nodes.ChildEnd{}, errAwaiting
	}
	run := m.childID(a.Ref, c.Item)
	ended := m.engine.watchEnd(run)
	defer m.engine.unwatchEnd(run)
	if err := m.ensureChild(ctx, a, run, c); err != nil {
		return nodes.ChildEnd{}, m.childFailure(ctx, err)
	}
	if !c.Wait {
		return nodes.ChildEnd{Run: run}, nil
	}
	patience := time.NewTimer(stayAwake)
	defer patience.Stop()
	for {
		end, done, err := m.childEnd(ctx, run)
		if done || err != nil {
			return end, m.childFailure(ctx, err)
		}
		select {
		case <-ended:
			ended = nil
			continue
		case <-ctx.Done():
			return nodes.ChildEnd{}, ctx.Err()
		case <-patience.C:
		case <-m.engine.stopping:
		}
		m.awaiting = true
		return nodes.ChildEnd{}, errAwaiting
	}
}

// childID is the id of the run that a step starts for an item: the same however
// often the attempt runs.
func (m *mailbox) childID(ref events.StepRef, itemIndex int) string {
	target := fmt.Sprintf("%s/%d/%d/%d", ref.Step, ref.RunIndex, itemIndex, ref.Attempt)
	return events.DeriveRunID(m.run.StartedAt, m.root(), m.id, target)
}

// root is the run that began the tree.
func (m *mailbox) root() string {
	if m.run.Started.Root != "" {
		return m.run.Started.Root
	}
	return m.id
}

// childFailure makes an error of starting a run one that the step can handle.
func (m *mailbox) childFailure(ctx context.Context, err error) error {
	var child *nodes.ChildError
	var refused *commands.Error
	switch {
	case err == nil || ctx.Err() != nil || errors.As(err, &child):
		return err
	case errors.As(err, &refused):
		step := nodes.Fail("child."+string(refused.Code), refused.Message, -1)
		return &nodes.ChildError{Err: step}
	}
	return &nodes.ChildError{Err: nodes.Fail("child.start", err.Error(), -1)}
}

// ensureChild starts the run, unless it was started before.
func (m *mailbox) ensureChild(ctx context.Context, a workflow.Action, run string, c nodes.Child) error {
	if m.engine.knows(run) {
		return nil
	}
	if a.Again { // most likely it is there, and has ended
		_, err := m.engine.Commands.Store.Load(ctx, events.Run(m.workspace, run), events.Head{}, func(*events.Recorded) error { return errFound })
		if errors.Is(err, errFound) {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return m.startChild(ctx, a.Ref, run, c)
}

// errFound ends a search.
var errFound = errors.New("found")

// startChild starts the run.
func (m *mailbox) startChild(ctx context.Context, ref events.StepRef, run string, c nodes.Child) error {
	e := m.engine
	nested := events.RunNested{Depth: m.run.Nested().Depth + 1}
	if nested.Depth > MaxDepth {
		return &nodes.ChildError{Plain: true, Err: nodes.Fail("child.depth", fmt.Sprintf("%d workflows have started each other, which is the limit: does one start itself without end?", MaxDepth), -1)}
	}
	t, err := e.childTarget(ctx, m, c)
	if err != nil {
		return err
	}
	start, input, err := childInput(t.program, c.Items)
	if err != nil {
		return &nodes.ChildError{Err: asStepError(err), Plain: true}
	}
	id := events.Run(m.workspace, run)
	if input, err = e.takeOver(ctx, id, input); err != nil {
		return err
	}
	first, err := e.firstEvent(t.program.Graph, StartRequest{
		Workflow: t.workflow, Start: start, Input: input, Mode: events.ModeIntegrated, BaseURL: m.run.Started.BaseURL,
	}, t.version)
	if err != nil {
		return err
	}
	first.Root = m.root()
	first.Parent = events.ParentStep{Run: m.id, Step: ref.Step, RunIndex: ref.RunIndex, Item: c.Item, Attempt: ref.Attempt}
	if t.raw != "" {
		if err := e.keepRaw(ctx, id, &nested, t.raw); err != nil {
			return err
		}
	}
	return e.startDerived(m.workspace, run, t.program, first, nested)
}

// keepRaw puts a workflow's JSON into the event, or into the payload store where
// it is large.
func (e *Engine) keepRaw(ctx context.Context, run events.AggregateID, nested *events.RunNested, raw string) (err error) {
	if len(raw) <= maxInlineBytes {
		nested.Raw = raw
		return nil
	}
	return e.patiently(ctx, run.ID, func() error {
		nested.Ref, err = e.Log.Payloads().Put(ctx, run, "application/json", []byte(raw))
		return err
	})
}

// childInput finds the trigger of a called workflow and makes what it emits.
func childInput(p *Program, items []item.Item) (string, []item.Item, error) {
	byHand := -1
	for _, i := range p.Graph.Starts {
		if t, ok := p.Nodes[i].(nodes.Callable); ok {
			input, err := t.Called(items)
			return p.Graph.Steps[i].Name, input, err
		}
		if byHand < 0 && len(p.Graph.Types[i].Routes) == 0 {
			byHand = i
		}
	}
	if byHand < 0 {
		fail := nodes.Fail("child.trigger", "Missing node to start execution", -1)
		fail.Description = "Please make sure the workflow you're calling contains an Execute Workflow Trigger node"
		return "", nil, fail
	}
	return p.Graph.Steps[byHand].Name, items, nil
}

// startDerived starts a run whose id follows from what is recorded. One that
// was started before goes on.
func (e *Engine) startDerived(workspace, run string, p *Program, first events.RunStarted, more ...events.Event) error {
	if known, err := e.claim(run); known || err != nil {
		return err
	}
	settled := false
	defer func() {
		if !settled {
			e.settle(run, nil)
		}
	}()
	id := events.Run(workspace, run)
	var begun commands.Begun
	err := e.patiently(e.work, run, func() (err error) {
		if err = e.offload(e.work, id, first.Input); err == nil {
			if first.StaticRevision, err = e.staticRevision(e.work, workspace, first.Workflow, p.Graph); err == nil {
				begun, err = e.Commands.StartRun(e.work, commands.Meta{Workspace: workspace, Actor: actorRun}, run, first, more...)
			}
		}
		return err
	})
	if errors.Is(err, commands.ErrConflict) {
		settled = true
		e.settle(run, nil)
		return e.Wake(e.work, workspace, run)
	}
	if err != nil {
		return err
	}
	e.metrics.started.WithLabelValues(first.Mode).Inc()
	m, err := e.begin(workspace, run, p, begun.Recorded)
	if err != nil {
		return err
	}
	settled = true
	e.settle(run, m) // where it is not taken, the next start goes on with it
	return nil
}

// claim claims a run that is about to start, whatever is in work: the run that
// asks for it is, and waits. It reports true for one that is there already.
func (e *Engine) claim(run string) (bool, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	_, claimed := e.claims[run]
	_, parked := e.parked[run]
	switch {
	case claimed || parked || e.boxes[run] != nil:
		return true, nil
	case e.closed:
		return false, shuttingDown()
	}
	e.claims[run] = nil
	return false, nil
}

// knows reports whether a run is in memory or parked.
func (e *Engine) knows(run string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	_, claimed := e.claims[run]
	_, parked := e.parked[run]
	return claimed || parked || e.boxes[run] != nil
}

// childEnd gives the end of a run that this one has started. It reports false
// while there is none.
func (m *mailbox) childEnd(ctx context.Context, run string) (end nodes.ChildEnd, done bool, err error) {
	if m.engine.knows(run) {
		return end, false, nil
	}
	var child *workflow.Run
	err = m.patiently(ctx, func() error {
		child, _, err = m.engine.fold(ctx, m.workspace, run)
		return err
	})
	if err != nil || !child.Status().Ended() {
		return end, false, err
	}
	ended := child.Ended()
	if ended.Status == events.StatusSuccess {
		end, err = m.childOutputs(ctx, run, child)
		return end, true, err
	}
	fail := nodes.Fail("child.canceled", "The execution was cancelled", -1)
	if ended.Error != nil {
		fail = &events.StepError{Code: ended.Error.Code, Message: ended.Error.Message, Description: ended.Error.Description, Context: ended.Error.Context}
	}
	return end, true, &nodes.ChildError{Err: fail, Plain: !bySomebodysCode(child.Graph(), ended.LastStep)}
}

// codeTypes are the step types whose errors are those of somebody's code.
var codeTypes = []string{"n8n-nodes-base.code", "n8n-nodes-base.function", "n8n-nodes-base.functionItem"}

func bySomebodysCode(g *workflow.Graph, step string) bool {
	s, ok := g.StepNamed(step)
	return ok && slices.Contains(codeTypes, s.Type)
}

// childOutputs gives what the last step of a run emitted, with its binary data
// copied to this run.
func (m *mailbox) childOutputs(ctx context.Context, run string, child *workflow.Run) (nodes.ChildEnd, error) {
	end := nodes.ChildEnd{Run: run}
	last := child.Last()
	if last == nil {
		return end, nil
	}
	for o := range last.Outputs() {
		out, _ := child.OutputAt(last, o)
		items, err := m.itemsOf(ctx, out)
		if err == nil {
			items, err = m.engine.takeOver(ctx, events.Run(m.workspace, m.id), items)
		}
		if err != nil {
			return end, err
		}
		end.Outputs = append(end.Outputs, slices.Clone(items))
	}
	return end, nil
}

// watchEnd gives a channel that is closed when a run ends here.
func (e *Engine) watchEnd(run string) <-chan struct{} {
	e.mu.Lock()
	defer e.mu.Unlock()
	c := make(chan struct{})
	e.ends[run] = c
	return c
}

func (e *Engine) unwatchEnd(run string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.ends, run)
}

// tellEnd tells whoever waits in memory that a run has ended, and brings a
// parent back that waits outside. Those that are not reached ask for themselves
// when they are taken over.
func (e *Engine) tellEnd(m *mailbox) {
	if !m.run.Status().Ended() {
		return
	}
	parent := m.run.Started.Parent.Run
	e.mu.Lock()
	if c, ok := e.ends[m.id]; ok {
		close(c)
		delete(e.ends, m.id)
	}
	box := e.boxes[parent]
	_, parked := e.parked[parent]
	wake := parked && !e.closed
	if wake {
		e.group.Add(1)
	}
	e.mu.Unlock()
	if box != nil {
		box.poke()
	}
	if !wake {
		return
	}
	go func() {
		defer e.group.Done()
		if err := e.Wake(e.work, m.workspace, parent); err != nil && e.work.Err() == nil {
			e.Logger.Error("a run that waits for another cannot go on now", "run", parent, "error", err)
		}
	}()
}

// parkForChild records that the step in hand waits for a run that it has
// started, unless that is recorded.
func (m *mailbox) parkForChild(a workflow.Action) error {
	if a.Kind == workflow.Wait && a.Again {
		return nil
	}
	if err := m.emit(events.StepWaiting{StepRef: a.Ref, Kind: events.WaitChild}); err != nil {
		return err
	}
	return m.flush()
}

// awaitChild runs a step again that waits for runs that it has started, and
// takes the run out of memory where they have not ended.
func (m *mailbox) awaitChild(a workflow.Action) (bool, error) {
	if err := m.attempt(a); err != nil || m.interrupted() {
		return err == nil, err
	}
	if next := m.run.Next(); next.Kind != workflow.Wait || !next.Again {
		return true, nil
	}
	if m.stopping() {
		return true, nil
	}
	if d := m.run.Started.Deadline; !d.IsZero() {
		timer := m.timer(waitTimer(m.head.Revision), d)
		if err := m.patiently(m.engine.work, func() error { return m.engine.Log.SetTimer(m.engine.work, timer) }); err != nil {
			return false, err
		}
	}
	return !m.engine.park(m), nil
}

func asStepError(err error) *events.StepError {
	var step *events.StepError
	if errors.As(err, &step) {
		return step
	}
	return nodes.Fail("step.failed", err.Error(), -1)
}
