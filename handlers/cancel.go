package handlers

import (
	"context"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/workflow"
)

// Cancel ends a run at someone's wish. It is answered after the owner's
// commit; a step in hand is interrupted and has no outcome. Errors:
// *commands.Error with CodeNotFound or CodeEnded, and the store's.
func (e *Engine) Cancel(ctx context.Context, meta commands.Meta, run, reason string) (commands.Outcome, error) {
	if _, err := events.TimeOf(run); err != nil {
		return commands.Outcome{}, runNotFound(run)
	}
	m, err := e.mailbox(ctx, meta.Workspace, run)
	if err != nil {
		return commands.Outcome{}, err
	}
	if m == nil {
		return commands.Outcome{}, runEnded(run)
	}
	request := &cancelRequest{meta: meta, reason: reason, result: make(chan cancelResult, 1)}
	if !m.askCancel(request) {
		return commands.Outcome{}, &commands.Error{Code: commands.CodeConflict, Message: "the run is being canceled already"}
	}
	select {
	case r := <-request.result:
		return commands.Outcome{ID: run, Revision: r.head.Revision, Freshness: r.head.Cursor()}, r.err
	case <-ctx.Done():
		return commands.Outcome{}, ctx.Err()
	}
}

func runEnded(run string) *commands.Error {
	return &commands.Error{Code: commands.CodeEnded, Message: "run " + run + " has ended and cannot be canceled", Err: workflow.ErrEnded}
}

// askCancel leaves a request in the mailbox and interrupts the step in hand.
func (m *mailbox) askCancel(r *cancelRequest) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.canceled != nil {
		return false
	}
	m.canceled = r
	m.cancel()
	select {
	case <-m.done:
		m.canceled = nil
		r.result <- cancelResult{err: runEnded(m.id)}
	default:
	}
	return true
}

// refuseCancel answers a request that came when the run was over.
func (m *mailbox) refuseCancel() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.canceled == nil {
		return
	}
	err := error(runEnded(m.id))
	if !m.ended() {
		err = &commands.Error{Code: commands.CodeUnavailable, Message: "the run is not in hand now; try again in a moment", Err: commands.ErrUnavailable}
	}
	m.canceled.result <- cancelResult{err: err}
	m.canceled = nil
}
