package handlers

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/workflow"
)

// errCannotRun reports a run whose workflow this build cannot compile.
var errCannotRun = errors.New("this build cannot run its workflow")

// Wake brings a run that has not ended to its mailbox, from the log if it is
// not in memory. A run that has ended, or that nothing is due for, is left
// alone.
func (e *Engine) Wake(ctx context.Context, workspace, id string) error {
	_, err := e.mailbox(ctx, workspace, id, (*mailbox).poke, nil)
	return err
}

// mailbox gives the mailbox of a run, loading the run where it is not in
// memory; nil for a run that has ended. touch is called with a resident one, and
// loaded with one that was loaded, before it goes to work; either may be nil.
func (e *Engine) mailbox(ctx context.Context, workspace, id string, touch, loaded func(*mailbox)) (*mailbox, error) {
	m, err := e.find(ctx, workspace, id, touch)
	if m != nil || err != nil {
		return m, err
	}
	settled := false
	defer func() {
		if !settled {
			e.settle(id, nil)
		}
	}()
	run, head, program, err := e.load(ctx, workspace, id)
	if err != nil {
		return nil, err
	}
	if run.Status().Ended() {
		e.mu.Lock()
		delete(e.parked, id)
		e.mu.Unlock()
		return nil, nil
	}
	m = newMailbox(e, workspace, id, program, run, head)
	if loaded != nil {
		loaded(m)
	}
	settled = true
	if !e.settle(id, m) {
		return nil, shuttingDown()
	}
	return m, nil
}

// find gives the mailbox of a run in memory or, with nil, the claim to bring it
// there, which settle ends: a run is loaded once at a time, since a state that
// was loaded while another mailbox wrote would be stale. Who finds a run
// claimed waits.
func (e *Engine) find(ctx context.Context, workspace, id string, touch func(*mailbox)) (*mailbox, error) {
	for {
		e.mu.Lock()
		if m := e.boxes[id]; m != nil {
			defer e.mu.Unlock()
			if m.workspace != workspace {
				return nil, runNotFound(id)
			}
			if touch != nil {
				touch(m)
			}
			return m, nil
		}
		if e.closed {
			e.mu.Unlock()
			return nil, shuttingDown()
		}
		settled, claimed := e.claims[id]
		if !claimed {
			e.claims[id] = nil
			e.mu.Unlock()
			return nil, nil
		}
		if settled == nil {
			settled = make(chan struct{})
			e.claims[id] = settled
		}
		e.mu.Unlock()
		select {
		case <-settled:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// settle ends a claim: the run's mailbox goes to work, or there is none. It
// reports false where the engine takes no run any more.
func (e *Engine) settle(id string, m *mailbox) bool {
	e.mu.Lock()
	settled := e.claims[id]
	delete(e.claims, id)
	open := m != nil && !e.closed
	if open {
		delete(e.parked, id)
		e.boxes[id] = m
		e.group.Add(1)
	}
	e.mu.Unlock()
	if settled != nil {
		close(settled)
	}
	switch {
	case open:
		go e.own(m)
	case m != nil:
		m.cancel()
	}
	return open
}

// own works on a run until it leaves memory.
func (e *Engine) own(m *mailbox) {
	defer e.group.Done()
	defer e.close(m)
	defer func() {
		if p := recover(); p != nil {
			m.fail(fmt.Errorf("the engine broke down: %v\n%s", p, debug.Stack()))
		}
	}()
	m.work()
}

// park takes a run that waits for long out of memory; its timer is stored. It
// reports false where the run was woken meanwhile: the timer may have fired,
// and nothing else would bring the run back.
func (e *Engine) park(m *mailbox) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	select {
	case <-m.wake:
		return false
	default:
	}
	m.parked = true
	e.parked[m.id] = struct{}{}
	delete(e.boxes, m.id)
	return true
}

// close lets go of a run. Whoever waits for the answer of a run that is parked
// goes on waiting; the answer of any other comes from here no more.
func (e *Engine) close(m *mailbox) {
	m.cancel()
	e.mu.Lock()
	parked := m.parked
	if !parked {
		delete(e.boxes, m.id)
	}
	e.mu.Unlock()
	if !parked {
		e.unanswered(m.id)
		e.tellEnd(m)
	}
	m.leave()
}

// load folds a run from the log and compiles its workflow.
func (e *Engine) load(ctx context.Context, workspace, id string) (*workflow.Run, events.Head, *Program, error) {
	run, head, err := e.fold(ctx, workspace, id)
	if err != nil || run.Status().Ended() {
		return run, head, nil, err
	}
	program, err := e.compile(run.Graph())
	return run, head, program, err
}

// fold folds a run from the log.
func (e *Engine) fold(ctx context.Context, workspace, id string) (*workflow.Run, events.Head, error) {
	var run *workflow.Run
	head, err := e.Log.Load(ctx, events.Run(workspace, id), events.Head{}, func(r *events.Recorded) error {
		list, err := r.Events()
		if err != nil {
			return err
		}
		if run == nil {
			g, err := e.graphOf(ctx, workspace, list)
			if err != nil {
				return err
			}
			run = e.newRun(g)
		}
		for _, ev := range list {
			if err := run.Evolve(ev, r.At); err != nil {
				return &commands.DamageError{Aggregate: r.Aggregate, Revision: r.Revision, Position: r.Position, Detail: err.Error()}
			}
		}
		return nil
	})
	if err == nil && run == nil {
		err = runNotFound(id)
	}
	return run, head, err
}

func (e *Engine) newRun(g *workflow.Graph) *workflow.Run {
	run := workflow.NewRun(g)
	run.LimitSteps(e.MaxStepRuns)
	return run
}

// graphOf gives the workflow of a run by the events of its first commit.
func (e *Engine) graphOf(ctx context.Context, workspace string, list []events.Event) (*workflow.Graph, error) {
	started, ok := list[0].(events.RunStarted)
	if !ok {
		return nil, fmt.Errorf("%w: its first event is %s", workflow.ErrImpossible, list[0].EventType())
	}
	if len(list) > 1 {
		if nested, ok := list[1].(events.RunNested); ok && (nested.Raw != "" || !nested.Ref.IsZero()) {
			return e.inlineGraph(ctx, workspace, nested)
		}
	}
	return e.Commands.Graph(ctx, workspace, started.Workflow, started.Version)
}

// inlineGraph is the workflow of a run that is no version of a definition.
func (e *Engine) inlineGraph(ctx context.Context, workspace string, nested events.RunNested) (*workflow.Graph, error) {
	raw := nested.Raw
	if raw == "" {
		data, err := e.Log.Payloads().Get(ctx, workspace, nested.Ref)
		if err != nil {
			return nil, err
		}
		raw = string(data)
	}
	return e.Commands.InlineGraph(raw)
}

func (e *Engine) compile(g *workflow.Graph) (*Program, error) {
	p, err := e.Compiler.Program(g)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errCannotRun, err)
	}
	return p, nil
}

func runNotFound(id string) *commands.Error {
	return &commands.Error{Code: commands.CodeNotFound, Message: "there is no run " + id + "; \"jobsprint runs list\" shows those that exist"}
}

func shuttingDown() *commands.Error {
	return &commands.Error{Code: commands.CodeUnavailable, Message: "the server is shutting down; try again in a moment"}
}
