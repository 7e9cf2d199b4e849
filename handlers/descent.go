package handlers

import (
	"context"
	"errors"
	"sort"
	"time"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/workflow"
)

// descentPatience is how long a cancellation waits for a run below: a step there
// may not heed that it is interrupted.
const descentPatience = 10 * time.Second

// cancelChildren ends the runs that the step in hand waits for, before its own run
// ends: whoever looks when that is recorded finds nothing of them at work. Their
// events name the run that they belong to.
func (m *mailbox) cancelChildren(a workflow.Action, why string) {
	caller, ok := m.callerInHand(a)
	if !ok || !caller.Calls() {
		return
	}
	ctx, cancel := context.WithTimeout(m.engine.work, descentPatience)
	defer cancel()
	meta := m.chain.meta
	meta.Workspace, meta.Causation = m.workspace, m.id
	if meta.Actor == "" {
		meta.Actor = actorRun
	}
	// Of the runs for the items, the last one that was started is the only one that
	// may be open: the step waits for each before it starts the next.
	n := m.childrenStarted(ctx, a)
	if n == 0 {
		return
	}
	child := m.childID(a.Ref, n-1)
	_, err := m.engine.Cancel(ctx, meta, child, "its parent run "+m.id+" "+why)
	if err != nil && commands.CodeOf(err) != commands.CodeEnded {
		m.engine.Logger.Warn("a run goes on although the one that waits for it ends", "run", child, "parent", m.id, "error", err)
	}
}

// callerInHand is the step in hand where it may have started runs.
func (m *mailbox) callerInHand(a workflow.Action) (nodes.Caller, bool) {
	if a.Kind != workflow.Execute && (a.Kind != workflow.Wait || !a.Again) {
		return nil, false
	}
	caller, ok := m.program.Nodes[a.Step].(nodes.Caller)
	return caller, ok
}

// childrenStarted counts the runs that the step in hand has started, one for each
// item of its input at most, in their order.
func (m *mailbox) childrenStarted(ctx context.Context, a workflow.Action) int {
	items := 1
	for _, s := range a.Ref.Source {
		if out, ok := m.run.Output(s); ok {
			items = max(items, out.Count, len(out.Items))
		}
	}
	return sort.Search(items, func(i int) bool {
		child := m.childID(a.Ref, i)
		return !m.engine.knows(child) && !m.engine.recorded(ctx, m.workspace, child)
	})
}

// recorded reports whether the log has a run.
func (e *Engine) recorded(ctx context.Context, workspace, run string) bool {
	_, err := e.Log.Load(ctx, events.Run(workspace, run), events.Head{}, func(*events.Recorded) error { return errFound })
	return errors.Is(err, errFound)
}
