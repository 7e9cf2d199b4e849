package handlers

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/streams"
	"github.com/jobsprint/jobsprint/workflow"
)

const (
	// waitingStatus is that of a run in the read model that waits.
	waitingStatus = workflow.StatusWaiting
	// stayAwake is how long a run may wait in memory; above it, its timer
	// brings it back.
	stayAwake = 5 * time.Second
	// durableWait is the shortest wait for which a timer is stored; a shorter
	// one is over before a restart would be.
	durableWait = 250 * time.Millisecond
	// recoveryTimer is the id of the timer that a takeover sets.
	recoveryTimer = "recovered"
)

// errCannotRun reports a run whose workflow this build cannot compile.
var errCannotRun = errors.New("this build cannot run its workflow")

// mailbox owns one run while it is in memory: one goroutine folds, executes
// and commits, so that the steps of the run are in order.
type mailbox struct {
	engine    *Engine
	workspace string
	id        string
	program   *Program
	run       *workflow.Run
	head      events.Head
	chain     chain
	zone      *time.Location

	// ctx ends when the run is canceled, its deadline passes, or the engine
	// lets go; steps see it.
	ctx    context.Context
	cancel context.CancelFunc
	wake   chan struct{}
	done   chan struct{}

	mu       sync.Mutex
	canceled *cancelRequest
}

// cancelRequest is somebody's wish that the run end.
type cancelRequest struct {
	meta   commands.Meta
	reason string
	result chan cancelResult
}

type cancelResult struct {
	head events.Head
	err  error
}

func newMailbox(e *Engine, workspace, id string, p *Program, run *workflow.Run, head events.Head) *mailbox {
	m := &mailbox{
		engine: e, workspace: workspace, id: id, program: p, run: run, head: head,
		wake: make(chan struct{}, 1), done: make(chan struct{}),
	}
	m.ctx, m.cancel = context.WithCancel(e.work)
	if d := run.Started.Deadline; !d.IsZero() {
		m.ctx, m.cancel = context.WithDeadline(e.work, d)
	}
	zone, err := time.LoadLocation(run.Started.Zone)
	if err != nil {
		zone = time.UTC
	}
	m.zone = zone
	return m
}

// open puts a mailbox to work. It was admitted before.
func (e *Engine) open(m *mailbox) {
	e.mu.Lock()
	if e.closed || e.boxes[m.id] != nil {
		e.mu.Unlock()
		m.cancel()
		e.leave()
		return
	}
	e.boxes[m.id] = m
	e.group.Add(1)
	e.mu.Unlock()
	go func() {
		defer e.group.Done()
		defer e.close(m)
		m.work()
	}()
}

func (e *Engine) close(m *mailbox) {
	m.cancel()
	e.mu.Lock()
	delete(e.boxes, m.id)
	delete(e.answers, m.id)
	e.mu.Unlock()
	e.leave()
	close(m.done)
	m.refuseCancel()
}

// Wake brings a run that has not ended to its mailbox, from the log if it is
// not in memory. A run that has ended, or that nothing is due for, is left
// alone.
func (e *Engine) Wake(ctx context.Context, workspace, id string) error {
	m, err := e.mailbox(ctx, workspace, id)
	if err != nil || m == nil {
		return err
	}
	select {
	case m.wake <- struct{}{}:
	default:
	}
	return nil
}

// mailbox gives the mailbox of a run, loading the run where it is not in
// memory; nil for a run that has ended.
func (e *Engine) mailbox(ctx context.Context, workspace, id string) (*mailbox, error) {
	if m := e.resident(id); m != nil {
		return m, nil
	}
	run, head, program, err := e.load(ctx, workspace, id)
	if err != nil || run.Status().Ended() {
		return nil, err
	}
	m := newMailbox(e, workspace, id, program, run, head)
	e.mu.Lock()
	e.inWork++ // a run that is open already is never refused
	e.mu.Unlock()
	e.open(m)
	return m, nil
}

func (e *Engine) resident(id string) *mailbox {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.boxes[id]
}

// load folds a run from the log.
func (e *Engine) load(ctx context.Context, workspace, id string) (*workflow.Run, events.Head, *Program, error) {
	var run *workflow.Run
	var program *Program
	head, err := e.Log.Load(ctx, events.Run(workspace, id), events.Head{}, func(r *events.Recorded) error {
		list, err := r.Events()
		if err != nil {
			return err
		}
		if run == nil {
			if program, err = e.programOf(ctx, workspace, list[0]); err != nil {
				return err
			}
			run = workflow.NewRun(program.Graph)
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
	return run, head, program, err
}

func runNotFound(id string) *commands.Error {
	return &commands.Error{Code: commands.CodeNotFound, Message: "there is no run " + id + "; \"jobsprint runs list\" shows those that exist"}
}

func (e *Engine) programOf(ctx context.Context, workspace string, first events.Event) (*Program, error) {
	started, ok := first.(events.RunStarted)
	if !ok {
		return nil, fmt.Errorf("%w: its first event is %s", workflow.ErrImpossible, first.EventType())
	}
	g, err := e.Commands.Graph(ctx, workspace, started.Workflow, started.Version)
	if err != nil {
		return nil, err
	}
	p, err := e.Compiler.Program(g)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errCannotRun, err)
	}
	return p, nil
}

// work runs the steps of the run until it ends, waits for long, or the engine
// stops.
func (m *mailbox) work() {
	for {
		switch {
		case m.engine.released():
			return
		case m.ended():
			return
		case m.stopping():
			if err := m.flush(); err != nil {
				m.fail(err)
			}
			return
		}
		more, err := m.advance()
		if err != nil {
			m.fail(err)
			return
		}
		if !more {
			return
		}
	}
}

// advance does the next thing. It reports false when there is nothing more to
// do now.
func (m *mailbox) advance() (bool, error) {
	if over, err := m.overtaken(); over || err != nil {
		return false, err
	}
	switch a := m.run.Next(); a.Kind {
	case workflow.Execute:
		return true, m.step(a)
	case workflow.Doubt:
		return true, m.effect(a)
	case workflow.Wait:
		return m.await(a)
	case workflow.End:
		return false, m.end(m.run.DecideEnd())
	}
	return false, nil
}

func (m *mailbox) ended() bool { return m.run.Status().Ended() }

func (m *mailbox) stopping() bool {
	select {
	case <-m.engine.stopping:
		return true
	default:
		return false
	}
}

// overtaken ends the run where somebody canceled it or its deadline passed.
func (m *mailbox) overtaken() (bool, error) {
	switch {
	case !m.interrupted():
		return false, nil
	case m.engine.released():
		return true, nil
	}
	m.mu.Lock()
	request := m.canceled
	m.mu.Unlock()
	if request == nil {
		return true, m.end(m.run.TimeOut())
	}
	end, err := m.run.Cancel(request.reason)
	if err != nil {
		return true, err
	}
	m.chain.meta = request.meta
	err = m.end(end)
	m.mu.Lock()
	m.canceled = nil
	m.mu.Unlock()
	request.result <- cancelResult{head: m.head, err: err}
	return true, err
}

// await parks the run until its wait is over. A short wait stays in memory; a
// long one leaves it, and the stored timer wakes the run.
func (m *mailbox) await(a workflow.Action) (bool, error) {
	if err := m.flush(); err != nil {
		return false, err
	}
	left := a.Until.Sub(m.engine.Now())
	if left > durableWait {
		err := m.engine.Log.SetTimer(m.engine.work, streams.Timer{
			Run: events.Run(m.workspace, m.id), ID: fmt.Sprintf("r%d", m.head.Revision), At: a.Until, Revision: m.head.Revision,
		})
		if err != nil {
			return false, err
		}
	}
	if left > 0 {
		m.engine.waiting.Add(1)
		if left > stayAwake {
			return false, nil
		}
		over := m.sleep(left)
		m.engine.waiting.Add(-1)
		if !over {
			return true, nil
		}
	}
	if a.Retry {
		return true, m.step(a)
	}
	return true, m.emit(m.run.Resume(a, m.engine.Now()))
}

// sleep waits and reports whether the time is over; a cancellation or a stop
// ends it before.
func (m *mailbox) sleep(d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			return true
		case <-m.wake: // the stored timer: a hint, and this one knows better
		case <-m.ctx.Done():
			return false
		case <-m.engine.stopping:
			return false
		}
	}
}

// end records the end of the run, and the answer to its caller where one is
// still due.
func (m *mailbox) end(e events.RunEnded) error {
	if response, due := m.finalAnswer(e); due {
		if err := m.emit(response); err != nil {
			return err
		}
	}
	if err := m.emit(e); err != nil {
		return err
	}
	m.engine.metrics.ended.WithLabelValues(e.Status).Inc()
	return m.flush()
}

// fail gives the run up until the next start: what is recorded stays, and the
// run is still open.
func (m *mailbox) fail(err error) {
	if errors.Is(err, context.Canceled) && m.engine.released() {
		return
	}
	m.engine.metrics.stuck.Inc()
	m.engine.Logger.Error("a run cannot go on now; it is open and goes on at the next start", "run", m.id, "error", err)
}
