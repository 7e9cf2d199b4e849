package handlers

import (
	"context"
	"errors"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/workflow"
)

// errLeft reports a run that left memory before a request reached it.
var errLeft = errors.New("the run has left memory")

// maxCancelTries is how often a cancellation looks for a run that leaves
// memory under its hands.
const maxCancelTries = 3

// Cancel ends a run at someone's wish. It is answered after the owner's
// commit; a step in hand is interrupted and has no outcome. Errors:
// *commands.Error with CodeNotFound, CodeEnded, CodeConflict where it is being
// canceled already, CodeUnavailable; and the store's.
func (e *Engine) Cancel(ctx context.Context, meta commands.Meta, run, reason string) (commands.Outcome, error) {
	if _, err := events.TimeOf(run); err != nil {
		return commands.Outcome{}, runNotFound(run)
	}
	for range maxCancelTries {
		m, err := e.mailbox(ctx, meta.Workspace, run, nil, nil)
		if err != nil {
			return commands.Outcome{}, err
		}
		if m == nil {
			return commands.Outcome{}, runEnded(run)
		}
		head, err := m.request(ctx, &cancelRequest{meta: meta, reason: reason, result: make(chan cancelResult, 1)})
		if !errors.Is(err, errLeft) {
			return commands.Outcome{ID: run, Revision: head.Revision, Freshness: head.Cursor()}, err
		}
	}
	return commands.Outcome{}, &commands.Error{
		Code: commands.CodeUnavailable, Message: "the run cannot be taken in hand now; try again in a moment", Err: commands.ErrUnavailable,
	}
}

func runEnded(run string) *commands.Error {
	return &commands.Error{Code: commands.CodeEnded, Message: "run " + run + " has ended and cannot be canceled", Err: workflow.ErrEnded}
}

// request leaves a request in the mailbox, interrupts the step in hand and waits
// for the commit. Errors: errLeft, CodeConflict, the context's.
func (m *mailbox) request(ctx context.Context, r *cancelRequest) (events.Head, error) {
	if err := m.ask(r); err != nil {
		return events.Head{}, err
	}
	select {
	case answer := <-r.result:
		return answer.head, answer.err
	case <-ctx.Done():
		return events.Head{}, ctx.Err()
	}
}

func (m *mailbox) ask(r *cancelRequest) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case m.gone:
		return errLeft
	case m.canceled != nil:
		return &commands.Error{Code: commands.CodeConflict, Message: "the run is being canceled already"}
	}
	m.canceled = r
	m.cancel()
	return nil
}

// asked is the request in the mailbox; nil where there is none.
func (m *mailbox) asked() *cancelRequest {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.canceled
}

// answerCancel tells who canceled the run that it is recorded.
func (m *mailbox) answerCancel(r *cancelRequest) {
	m.mu.Lock()
	m.canceled = nil
	m.mu.Unlock()
	r.result <- cancelResult{head: m.head}
}

// leave closes the mailbox to requests; one that is left in it looks for the
// run again.
func (m *mailbox) leave() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.gone = true
	for _, c := range m.calls {
		c.result <- resumeResult{err: errLeft}
	}
	m.calls = nil
	if m.canceled != nil {
		m.canceled.result <- cancelResult{err: errLeft}
		m.canceled = nil
	}
}
