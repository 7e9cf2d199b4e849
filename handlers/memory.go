package handlers

import (
	"context"
	"fmt"
	"strings"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/workflow"
)

// maxKeptBytes bounds the JSON of one value that is kept beyond a run.
const maxKeptBytes = 1 << 20

// keeping is what the step in hand keeps, and what it can read.
type keeping struct {
	// static is the workflow's static data as it was when the run began; nil
	// before the first use.
	static map[string]item.Value
	// changes are those of the step in hand.
	changes []events.Kept
}

// memory is one scope of what is kept, as a step sees it.
type memory struct {
	*mailbox
	ctx   context.Context
	scope string
}

var _ nodes.Memory = memory{}

// Get gives what is kept, the step's own changes included.
func (m memory) Get(key string) (item.Value, error) {
	for i := len(m.keeping.changes) - 1; i >= 0; i-- {
		if k := m.keeping.changes[i]; k.Scope == m.scope && k.Key == key {
			return k.Value, nil
		}
	}
	return m.before(key)
}

// before gives what was kept when the step began.
func (m memory) before(key string) (v item.Value, err error) {
	err = m.patiently(m.ctx, func() error {
		if m.scope == events.KeptStatic {
			v, err = m.static(m.ctx, key)
			return err
		}
		kept, err := m.engine.Commands.Memory(m.ctx, events.History(m.workspace, m.run.Started.Workflow))
		v = kept.Values[key]
		return err
	})
	return v, err
}

// Set keeps a value when the step is recorded as successful.
func (m memory) Set(key string, v item.Value) error {
	if n := len(v.JSON()); n > maxKeptBytes {
		return nodes.Fail("step.kept", fmt.Sprintf("what is kept under %q takes %d bytes; %d is the most", key, n, maxKeptBytes), -1)
	}
	m.keep(events.Kept{Scope: m.scope, Key: key, Value: v})
	return nil
}

// keep notes a change of the step in hand; a later one replaces an earlier one.
func (m *mailbox) keep(k events.Kept) {
	for i, o := range m.keeping.changes {
		if o.Scope == k.Scope && o.Key == k.Key {
			m.keeping.changes[i] = k
			return
		}
	}
	m.keeping.changes = append(m.keeping.changes, k)
}

// static gives the static data under a key: what the steps of the run have made
// of it, or else as it was when the run began.
func (m *mailbox) static(ctx context.Context, key string) (item.Value, error) {
	for _, k := range m.run.Kept(events.KeptStatic) {
		if k.Key == key {
			return k.Value, nil
		}
	}
	if m.keeping.static == nil {
		at, err := m.engine.Commands.MemoryAt(ctx, events.Static(m.workspace, m.run.Started.Workflow), m.run.Started.StaticRevision)
		if err != nil {
			return item.Undefined, err
		}
		m.keeping.static = at.Values
	}
	return m.keeping.static[key], nil
}

// kept is the event of what the step in hand keeps; none where that is nothing.
// History is recorded as what changes in it.
func (m *mailbox) kept(ref events.StepRef) ([]events.Event, error) {
	if len(m.keeping.changes) == 0 {
		return nil, nil
	}
	e := events.StepKept{Step: ref.Step, RunIndex: ref.RunIndex}
	for _, k := range m.keeping.changes {
		if k.Scope == events.KeptHistory {
			before, err := memory{m, m.engine.work, k.Scope}.before(k.Key)
			if err != nil {
				return nil, err
			}
			k = events.Change(k.Scope, k.Key, before, k.Value)
		}
		e.Kept = append(e.Kept, k)
	}
	m.keeping.changes = nil
	return []events.Event{e}, nil
}

// settle brings what the run's last event keeps into the history of the
// workflow, once it is recorded. A run that comes back from the log does it
// again, which changes nothing.
func (m *mailbox) settle() error {
	e := m.run.Unsettled()
	if e == nil {
		return nil
	}
	written := events.MemoryWritten{Run: m.id}
	for _, k := range e.Kept {
		if k.Scope == events.KeptHistory {
			written.Kept = append(written.Kept, k)
		}
	}
	if len(written.Kept) == 0 {
		return nil
	}
	if err := m.flush(); err != nil {
		return err
	}
	cause := fmt.Sprintf("%s/%s.%d", m.id, e.Step, e.RunIndex)
	return m.remember(events.History(m.workspace, m.run.Started.Workflow), cause, written)
}

// saveStatic brings the static data that the run has changed to the workflow,
// before the end is recorded: a run that is taken over in between does it
// again. Runs by hand leave it as it was.
func (m *mailbox) saveStatic(end events.RunEnded) error {
	kept := m.run.Kept(events.KeptStatic)
	if len(kept) == 0 || end.Status != events.StatusSuccess || m.run.Started.Mode == events.ModeManual {
		return nil
	}
	if err := m.flush(); err != nil {
		return err
	}
	return m.remember(events.Static(m.workspace, m.run.Started.Workflow), m.id, events.MemoryWritten{Run: m.id, Kept: kept})
}

func (m *mailbox) remember(id events.AggregateID, cause string, written events.MemoryWritten) error {
	meta := commands.Meta{Workspace: m.workspace, Actor: "run", Causation: cause}
	return m.patiently(m.engine.work, func() error { return m.engine.Commands.Remember(m.engine.work, meta, id, written) })
}

// staticRevision is the revision of the static data that a run begins with; 0
// for a workflow that does not speak of static data.
func (e *Engine) staticRevision(ctx context.Context, workspace, id string, g *workflow.Graph) (uint64, error) {
	if !strings.Contains(g.Raw, "taticData") {
		return 0, nil
	}
	m, err := e.Commands.Memory(ctx, events.Static(workspace, id))
	return m.Revision, err
}
