package handlers

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/workflow"
)

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
	keeping   keeping
	// awaiting is set by a step that waits for a run that it has started, and
	// childErr by one that could not record what was before it.
	awaiting bool
	childErr error
	// number tells the mailboxes of an engine apart, so that no commit of one
	// is taken for a repetition of another's.
	number uint64

	// ctx ends when the run is canceled, its deadline passes, or the engine
	// lets go; steps see it.
	ctx    context.Context
	cancel context.CancelFunc
	wake   chan struct{}
	// parked is set when the run left memory to wait; guarded by Engine.mu.
	parked bool

	mu       sync.Mutex
	canceled *cancelRequest
	gone     bool
	// open is set while the run waits for a request, and calls are those that
	// came.
	open  bool
	calls []*resumeCall
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
		number: e.opened.Add(1), wake: make(chan struct{}, 1), open: run.Next().Listen != "",
	}
	if d := run.Started.Deadline; d.IsZero() {
		m.ctx, m.cancel = context.WithCancel(e.work)
	} else {
		m.ctx, m.cancel = context.WithTimeout(e.work, d.Sub(e.Now()))
	}
	m.zone = zoneOf(&run.Started)
	return m
}

func zoneOf(s *events.RunStarted) *time.Location {
	zone, err := time.LoadLocation(s.Zone)
	if err != nil {
		return time.UTC
	}
	return zone
}

// poke leaves a hint that something may be due.
func (m *mailbox) poke() {
	select {
	case m.wake <- struct{}{}:
	default:
	}
}

// work runs the steps of the run until it ends, waits for long, or the engine
// stops.
func (m *mailbox) work() {
	if err := m.settle(); err != nil {
		m.fail(err)
		return
	}
	for {
		switch {
		case m.engine.released():
			return
		case m.ended():
			return
		case m.stopping():
			err := m.flush()
			if errors.Is(err, errShortened) {
				continue
			}
			if err != nil {
				m.fail(err)
			}
			return
		}
		more, err := m.advance()
		switch {
		case errors.Is(err, errShortened): // decide again
		case err != nil:
			m.fail(err)
			return
		case !more:
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
	request, next, at := m.asked(), m.run.Next(), m.head.Revision
	end, why := m.run.TimeOut(), "took too long"
	if request != nil {
		var err error
		if end, err = m.run.Cancel(request.reason); err != nil {
			return true, err
		}
		m.chain.meta, why = request.meta, "was canceled"
		if request.reason != "" {
			why += ": " + request.reason
		}
	}
	m.cancelChildren(next, why)
	if err := m.end(end); err != nil {
		return true, err
	}
	if request != nil {
		m.answerCancel(request)
	}
	if next.Kind == workflow.Wait {
		m.cancelTimers(at)
	}
	return true, nil
}

// end records the end of the run, and the answer to its caller where one is
// still due.
func (m *mailbox) end(e events.RunEnded) error {
	if err := m.saveStatic(e); err != nil {
		return err
	}
	if err := m.raise(e); err != nil {
		return err
	}
	e.Unsaved = !m.run.Graph().Settings.Saves(m.run.Started.Mode, e.Status)
	list := []events.Event{e}
	if response, due := m.finalAnswer(e); due {
		list = []events.Event{response, e}
	}
	if err := m.emit(list...); err != nil {
		return err
	}
	if err := m.flush(); err != nil {
		return err
	}
	m.engine.metrics.ended.WithLabelValues(e.Status).Inc()
	return nil
}

// fail gives the run up until the next start: what is recorded stays, and the
// run is still open.
func (m *mailbox) fail(err error) {
	if m.engine.released() && errors.Is(err, context.Canceled) {
		return
	}
	m.engine.metrics.stuck.Inc()
	m.engine.Logger.Error("a run cannot go on now; it is open and goes on at the next start", "run", m.id, "error", err)
}
